//! `onshi demo`: all of it on one machine, with three fictional institutions.
//!
//! Everything is kept under one folder. A second start goes on from it; two demos in two folders
//! do not disturb each other. When all is ready `demo.json` says what to open and as whom.

mod ask;
mod cards;
mod clock;
mod consents;
mod control;
mod description;
mod faults;
mod first;
mod hospital;
mod institution;
mod insurer;
mod kept;
mod kiosk;
mod office;
mod passwords;
mod ports;
mod programs;
mod provision;
mod record;
mod sandbox;
mod serving;

use crate::certificate::cannot_make;
use crate::output::{Failure, Output};
use crate::serve::runtime;
use ask::DemoCommand;
use kept::{State, cannot_use, lock, read_state, write};
use onshi_core::terms::FactorPolicy;
use onshi_language::say;
use onshi_server::Config;
use passwords::Passwords;
use ports::{choose_ports, listen, wanted_ports};
use provision::provision;
use serving::serve;
use std::path::{Path, PathBuf};

/// How many requests of a terminal the demo refuses in a row before it says 429.
const REFUSED_IN_A_ROW: u32 = 1000;

/// The demo, or what a demo that runs is asked.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DemoArguments {
    #[command(subcommand)]
    command: Option<DemoCommand>,
    #[command(flatten)]
    flags: Flags,
}

/// What the demo needs to know.
#[derive(clap::Args)]
struct Flags {
    /// The folder of its data.
    ///
    /// データを置くフォルダ
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
    /// Make the passwords out of this number at the first start, the same in every folder. Anybody can make them: for tests only.
    ///
    /// 最初の起動のとき、パスワードをこの数から作ります。どのフォルダでも同じになり、誰でも作れるため、テスト専用です。
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The centre's port; a free one when it is taken.
    ///
    /// センターのポート。使われているときは空いているポートにします。
    #[arg(long)]
    centre_port: Option<u16>,
    /// The portal's port.
    ///
    /// ポータルのポート
    #[arg(long)]
    portal_port: Option<u16>,
    /// The start page's port.
    ///
    /// スタートページのポート
    #[arg(long)]
    gateway_port: Option<u16>,
    /// The port of health and figures.
    ///
    /// 稼働状態と計測値のポート
    #[arg(long)]
    operations_port: Option<u16>,
    /// The port for messages with a token and no certificate.
    ///
    /// 電子証明書なしでトークンだけを使うメッセージのポート
    #[arg(long)]
    messages_port: Option<u16>,
    /// The port of the card reader's page.
    ///
    /// カードリーダーの画面のポート
    #[arg(long)]
    kiosk_port: Option<u16>,
    /// The port of the program that lets the demo's cards sign what is done from home.
    ///
    /// マイナ在宅受付Webで、デモのカードに署名させるプログラムのポート
    #[arg(long)]
    card_port: Option<u16>,
    /// The port of the operators' site (mutual TLS).
    ///
    /// 実施機関の画面のポート（相互TLS）
    #[arg(long)]
    operators_port: Option<u16>,
    /// The port of the operators' start page, without a certificate in the browser.
    ///
    /// 実施機関のスタートページのポート（ブラウザの証明書は不要）
    #[arg(long)]
    office_port: Option<u16>,
}

/// `onshi demo`.
pub fn run(arguments: &DemoArguments, config: Config, output: &Output) -> Result<(), Failure> {
    match &arguments.command {
        Some(command) => ask::run(command, output),
        None => start(&arguments.flags, config, output),
    }
}

fn start(flags: &Flags, config: Config, output: &Output) -> Result<(), Failure> {
    let asked = &flags.dir;
    std::fs::create_dir_all(asked).map_err(|e| cannot_make(asked, &e))?;
    let dir = asked.canonicalize().map_err(|e| cannot_use(asked, &e))?;
    let _lock = lock(&dir)?;
    // Whoever waits for the file must not find the last run's.
    let _ = std::fs::remove_file(dir.join("demo.json"));
    if first::is_under_way(&dir) {
        first::put_back(&dir)?;
    }
    let kept = read_state(&dir)?;
    let seed = seed(flags, kept.as_ref(), &dir)?;
    let mut config = settings(config, &dir);
    let wanted = wanted_ports(flags, kept.as_ref());
    let today = kept.as_ref().map_or_else(
        || crate::insured::today().number(),
        |state| state.population_day,
    );
    let (facilities, insurer, reader, cards, office) = match kept {
        Some(state) => (
            state.facilities,
            state.insurer,
            state.reader,
            state.cards,
            state.office,
        ),
        None => {
            let made = provision(&config, &dir, Passwords(seed))?;
            first::keep(&dir)?;
            made
        }
    };
    // Last of all, so that they are still free when they are opened.
    let ports = choose_ports(wanted);
    listen(&mut config, ports);
    let [
        centre_port,
        portal_port,
        gateway_port,
        operations_port,
        messages_port,
        kiosk_port,
        card_port,
        operators_port,
        office_port,
    ] = ports;
    let state = State {
        centre_port,
        portal_port,
        gateway_port,
        operations_port,
        messages_port,
        kiosk_port,
        card_port,
        operators_port,
        office_port,
        facilities,
        insurer,
        reader,
        cards,
        office,
        population_day: today,
        seed,
    };
    write(&dir.join("state.json"), &state)?;
    if seed.is_some() {
        config
            .centre
            .environment
            .push_str("・テスト専用（パスワード固定）");
    }
    runtime()?.block_on(serve(config, &dir, &state, output))
}

/// The number that the passwords are made of. A folder keeps the one of its first start.
fn seed(flags: &Flags, kept: Option<&State>, dir: &Path) -> Result<Option<u64>, Failure> {
    let Some(state) = kept else {
        return Ok(flags.seed);
    };
    if flags.seed.is_none() || flags.seed == state.seed {
        return Ok(state.seed);
    }
    Err(Failure::usage(say!(
        "the passwords of {} were made at its first start; take another folder for another --seed, or remove this one",
        "{} のパスワードは最初の起動のときに作られています。別の --seed には、別のフォルダを使うか、このフォルダを削除してください。",
        dir.display()
    )))
}

/// The settings of the demo in this folder.
pub(crate) fn settings(mut config: Config, dir: &Path) -> Config {
    config.centre.secrets = dir.join("secrets");
    if config.store.location == Config::default().store.location {
        config.store.location = dir.join("data/onshi.db").display().to_string();
        config.mail.folder = dir.join("mail");
    }
    // The vectors are refused on purpose, run after run; a service has a minute's pause for whoever is refused so often.
    if config.rules.refusals.burst == Config::default().rules.refusals.burst {
        config.rules.refusals.burst = REFUSED_IN_A_ROW;
        config.rules.refusals.per_minute = REFUSED_IN_A_ROW;
    }
    // An operator of the demo logs in at once, and may add a second factor.
    config.rules.second_factor.officers = FactorPolicy::Offered;
    // Its patients consent at each start, with `curl` too.
    config.rules.consent.without_card = true;
    if config.centre.environment.is_empty() {
        config.centre.environment = "デモ環境".to_owned();
    }
    config
}
