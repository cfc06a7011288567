//! `onshi demo`: all of it on one machine, with three fictional institutions.
//!
//! Everything is kept under one folder. A second start goes on from it; two demos in two folders
//! do not disturb each other. When all is ready `demo.json` says what to open and as whom.

mod cards;
mod consents;
mod description;
mod hospital;
mod institution;
mod insurer;
mod kept;
mod kiosk;
mod ports;
mod programs;
mod provision;
mod serving;

use crate::certificate::cannot_make;
use crate::output::{Failure, Output};
use crate::serve::runtime;
use kept::{State, cannot_use, lock, read_state, write};
use onshi_server::Config;
use ports::{choose_ports, listen, wanted_ports};
use provision::provision;
use serving::serve;
use std::path::{Path, PathBuf};

/// What the demo needs to know.
#[derive(clap::Args)]
pub struct DemoArguments {
    /// The folder of its data.
    ///
    /// データを置くフォルダ
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
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
}

/// `onshi demo`.
pub fn run(arguments: &DemoArguments, config: Config, output: &Output) -> Result<(), Failure> {
    let asked = &arguments.dir;
    std::fs::create_dir_all(asked).map_err(|e| cannot_make(asked, &e))?;
    let dir = asked.canonicalize().map_err(|e| cannot_use(asked, &e))?;
    let _lock = lock(&dir)?;
    // Whoever waits for the file must not find the last run's.
    let _ = std::fs::remove_file(dir.join("demo.json"));
    let kept = read_state(&dir)?;
    let mut config = settings(config, &dir);
    let wanted = wanted_ports(arguments, kept.as_ref());
    let today = kept.as_ref().map_or_else(
        || crate::insured::today().number(),
        |state| state.population_day,
    );
    let (facilities, insurer, reader, cards) = match kept {
        Some(state) => (state.facilities, state.insurer, state.reader, state.cards),
        None => provision(&config, &dir)?,
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
    ] = ports;
    let state = State {
        centre_port,
        portal_port,
        gateway_port,
        operations_port,
        messages_port,
        kiosk_port,
        card_port,
        facilities,
        insurer,
        reader,
        cards,
        population_day: today,
    };
    write(&dir.join("state.json"), &state)?;
    runtime()?.block_on(serve(config, &dir, &state, output))
}

/// The settings of the demo in this folder.
pub(crate) fn settings(mut config: Config, dir: &Path) -> Config {
    config.centre.secrets = dir.join("secrets");
    if config.store.location == Config::default().store.location {
        config.store.location = dir.join("data/onshi.db").display().to_string();
        config.mail.folder = dir.join("mail");
    }
    // Its patients consent at each start, with `curl` too.
    config.rules.consent.without_card = true;
    if config.centre.environment.is_empty() {
        config.centre.environment = "デモ環境".to_owned();
    }
    config
}
