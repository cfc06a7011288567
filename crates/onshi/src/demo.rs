//! `onshi demo`: all of it on one machine, with two fictional institutions.
//!
//! Everything is kept under one folder. A second start goes on from it; two demos in two folders
//! do not disturb each other. When all is ready `demo.json` says what to open and as whom.

mod cards;
mod consents;
mod description;
mod insurer;
mod ports;
mod programs;

use crate::certificate::{Files, cannot_make, write_files};
use crate::output::{Failure, Output};
use crate::serve::{Tools, asked_to_stop, runtime};
use description::{describe, welcome};
use onshi_core::account::login::Through;
use onshi_core::account::{Holder, Managed, Profession};
use onshi_core::facility::FacilityCode;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Moment, Request};
use onshi_language::say;
use onshi_population::{Plan, showcase};
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Login, Provision, Welcome};
use onshi_server::{Config, Running};
use onshi_terminal::gateway::{self, GatewayConfig, Timeouts};
use onshi_terminal::link::Link;
use ports::{choose_ports, listen, wanted_ports};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
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
}

/// The two institutions: the second is for trying what must be refused.
const INSTITUTIONS: [(&str, &str); 2] = [
    ("131999001", "架空中央クリニック"),
    ("274999002", "みほん調剤薬局"),
];
const TERMINAL: &str = "ONS01";
/// How many fictional people the demo knows.
const PERSONS: u64 = 10_000;
/// How many of them have medical records, beside the patients to try.
const TREATED: u64 = 500;

/// What the demo keeps between its starts.
#[derive(Serialize, Deserialize)]
struct State {
    centre_port: u16,
    portal_port: u16,
    gateway_port: u16,
    operations_port: u16,
    #[serde(default = "messages_port")]
    messages_port: u16,
    facilities: Vec<Institution>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    insurer: Option<insurer::Reporter>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    reader: Option<consents::Reader>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    cards: Vec<cards::CardOf>,
    /// The day as of which the population was made, `yyyymmdd`.
    population_day: i64,
}

const MESSAGES_PORT: u16 = 8445;

/// In a folder of an earlier version.
fn messages_port() -> u16 {
    MESSAGES_PORT
}

#[derive(Serialize, Deserialize)]
struct Institution {
    code: String,
    name: String,
    secret_number: String,
    terminal: KeptFiles,
    accounts: Vec<Login>,
}

#[derive(Serialize, Deserialize)]
struct KeptFiles {
    certificate: PathBuf,
    key: PathBuf,
    pkcs12: PathBuf,
    pkcs12_password: String,
    serial: String,
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
    ] = ports;
    let state = State {
        centre_port,
        portal_port,
        gateway_port,
        operations_port,
        messages_port,
        facilities,
        insurer,
        reader,
        cards,
        population_day: today,
    };
    write(&dir.join("state.json"), &state)?;
    runtime()?.block_on(serve(config, &dir, &state, output))
}

/// Keeps a second demo out of the same folder for as long as this one runs.
fn lock(dir: &Path) -> Result<std::fs::File, Failure> {
    let path = dir.join("lock");
    let file = std::fs::File::create(&path).map_err(|e| cannot_use(&path, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Failure::usage(say!(
            "a demo already runs in {}; use --dir for another one",
            "{} では、すでにデモが動いています。--dir で別のフォルダを指定してください。",
            dir.display()
        ))),
    }
}

fn read_state(dir: &Path) -> Result<Option<State>, Failure> {
    let path = dir.join("state.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|e| {
            let what = say!(
                "{} can't be read (remove the folder to start anew)",
                "{} を読めません（フォルダを削除すると、はじめからになります）",
                path.display()
            );
            Failure::fault(what, e)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            start_afresh(dir)?;
            Ok(None)
        }
        Err(error) => Err(cannot_use(&path, &error)),
    }
}

/// A first start that was interrupted left half of its data behind; nobody has used it yet.
fn start_afresh(dir: &Path) -> Result<(), Failure> {
    for folder in ["data", "secrets", "terminal", "insurer", "reader", "cards"] {
        let path = dir.join(folder);
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(|e| cannot_use(&path, &e))?;
        }
    }
    Ok(())
}

fn settings(mut config: Config, dir: &Path) -> Config {
    config.centre.secrets = dir.join("secrets");
    if config.store.location == Config::default().store.location {
        config.store.location = dir.join("data/onshi.db").display().to_string();
    }
    // Its patients consent at each start, with `curl` too.
    config.rules.consent.without_card = true;
    if config.centre.environment.is_empty() {
        config.centre.environment = "デモ環境".to_owned();
    }
    config
}

type Provisioned = (
    Vec<Institution>,
    Option<insurer::Reporter>,
    Option<consents::Reader>,
    Vec<cards::CardOf>,
);

fn provision(config: &Config, dir: &Path) -> Result<Provisioned, Failure> {
    let tools = Tools::begin(config)?;
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    let folder = dir.join("terminal/certificates");
    let mut all = Vec::new();
    for (body, name) in INSTITUTIONS {
        let code = FacilityCode::from_body(body)?;
        all.push(institution(&provision, &tools, &code, name, &folder)?);
    }
    let today = crate::insured::today();
    crate::insured::populate(
        &tools,
        Plan {
            persons: PERSONS,
            seed: 1,
            today,
        },
    )?;
    let shown = showcase(today);
    let lines = shown
        .iter()
        .flat_map(|patient| patient.lines.clone())
        .collect();
    crate::insured::take_lines(&tools, "showcase", lines)?;
    medical(&tools, today)?;
    let insurer = insurer::make(&provision, &tools, &shown, (dir, today))?;
    unusable_certificates(&provision, &tools, &all, &folder)?;
    for (place, institution) in all.iter().enumerate() {
        let login = institution
            .accounts
            .iter()
            .find(|login| login.kind == "link");
        let password = login.map_or("", |login| login.password.as_str());
        programs::make(
            &programs::folders(dir, &institution.code, place == 0),
            password,
        )?;
    }
    if let Some(second) = all.get(1) {
        let code = FacilityCode::parse(&second.code)?;
        let operation = OperationContext::new(
            tools.operator.at(code.clone()),
            Function::ManageFacilities,
            Request::fresh(),
        );
        tools.service.change_and_wait(operation, move |tx| {
            onshi_core::facility::set_encoding(tx, &code, true)
        })?;
    }
    let first = all.first();
    let reader = first.map(|at| consents::make(&provision, &tools, at, dir));
    let cards = cards::found(&tools, &shown, (dir, today))?;
    Ok((all, insurer, reader.transpose()?, cards))
}

/// The patients to try have medical records, and as many of the others as a quick start has time for.
fn medical(tools: &Tools, today: onshi_core::Day) -> Result<(), Failure> {
    let plan = Plan {
        persons: PERSONS,
        seed: 1,
        today,
    };
    crate::medical::take_showcase(tools, today)?;
    crate::medical::populate(tools, plan, TREATED)?;
    Ok(())
}

fn institution(
    provision: &Provision<'_>,
    tools: &Tools,
    code: &FacilityCode,
    name: &str,
    folder: &Path,
) -> Result<Institution, Failure> {
    let id = |text: &str| onshi_core::account::UserId::parse(text).map(Some);
    let ids = [id("Master01")?, id("Reset01")?];
    let welcome: Welcome = provision.facility(code, name, ids)?;
    let now = onshi_core::clock::now();
    let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
    let issued = provision.certificate(code, TERMINAL, now.plus_seconds(-3600), end)?;
    let authority = tools.authority.certificate_der();
    let files = write_files(&issued, authority, folder, &format!("{code}-{TERMINAL}"))?;
    let through = Through {
        certificate_serial: issued.serial.clone(),
        terminal_name: TERMINAL.to_owned(),
    };
    // Every account is made and used once as its people would, so that all can log in at once.
    let master = provision.actor(code, &welcome.master.user_id, &issued.serial)?;
    let mut accounts = vec![
        provision.own_password(&master, &through, &welcome.master)?,
        welcome.reset.clone(),
    ];
    let admin = (AccountKind::Admin, "Kanri01", "架空 管理子");
    let (_, login) = provision.account(&master, Managed::Administrators, admin, None)?;
    let admin = provision.actor(code, "Kanri01", &issued.serial)?;
    accounts.push(provision.own_password(&admin, &through, &login)?);
    for (kind, user_id, name, holder) in others() {
        let (_, login) =
            provision.account(&admin, Managed::Others, (kind, user_id, name), holder)?;
        let actor = provision.actor(code, user_id, &issued.serial)?;
        accounts.push(provision.own_password(&actor, &through, &login)?);
    }
    Ok(Institution {
        code: code.as_str().to_owned(),
        name: name.to_owned(),
        secret_number: welcome.secret_number,
        terminal: kept(files),
        accounts,
    })
}

fn others() -> [(AccountKind, &'static str, &'static str, Option<Holder>); 5] {
    let doctor = Holder::Licensed(Profession::Doctor, None);
    [
        (AccountKind::General, "Staff01", "架空 受付太郎", None),
        (
            AccountKind::Viewer,
            "Iryou01",
            "架空 医師花子",
            Some(doctor),
        ),
        (
            AccountKind::Link,
            "Renkei01",
            "連携アプリケーション ONS01",
            None,
        ),
        (AccountKind::WebApi, "WebApi01", "電子カルテ 1号機", None),
        (
            AccountKind::Face,
            "Kao01",
            "顔認証付きカードリーダー 1号機",
            None,
        ),
    ]
}

fn kept(files: Files) -> KeptFiles {
    KeptFiles {
        certificate: files.certificate,
        key: files.key,
        pkcs12: files.pkcs12,
        pkcs12_password: files.pkcs12_password,
        serial: files.serial,
    }
}

/// A revoked and an expired certificate, so that their pages can be seen.
fn unusable_certificates(
    provision: &Provision<'_>,
    tools: &Tools,
    institutions: &[Institution],
    folder: &Path,
) -> Result<(), Failure> {
    let Some(first) = institutions.first() else {
        return Ok(());
    };
    let code = FacilityCode::parse(&first.code)?;
    let authority = tools.authority.certificate_der();
    let now = onshi_core::clock::now();
    let issue = |terminal: &str, begin: Moment, end: Moment| {
        let issued = provision.certificate(&code, terminal, begin, end)?;
        write_files(&issued, authority, folder, &format!("{code}-{terminal}"))
    };
    let revoked = issue(
        "ONS98",
        now.plus_seconds(-3600),
        now.plus_seconds(CERTIFICATE_DAYS * 86_400),
    )?;
    issue(
        "ONS99",
        now.plus_seconds(-10 * 86_400),
        now.plus_seconds(-86_400),
    )?;
    let operation = onshi_core::service::OperationContext::new(
        tools.operator.at(code.clone()),
        onshi_core::Function::ManageCertificates,
        onshi_core::Request::fresh(),
    );
    tools.service.change_and_wait(operation, move |tx| {
        onshi_core::certificate::revoke(tx, &revoked.serial, "端末の入れ替えのため（デモ）")
    })?;
    Ok(())
}

async fn serve(config: Config, dir: &Path, state: &State, output: &Output) -> Result<(), Failure> {
    let environment = Some(config.centre.environment.clone());
    let authority = config.centre.secrets.join("authority.pem");
    let running = Running::start(config).await?;
    let gateway = gateway::bind(GatewayConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], state.gateway_port)),
        centre_url: format!("https://localhost:{}", state.centre_port),
        authority_pem: authority.clone(),
        certificates: dir.join("terminal/certificates"),
        environment: environment.clone(),
        now: || onshi_core::clock::now().ms(),
        timeouts: Timeouts::default(),
    })
    .await
    .map_err(Failure::usage)?;
    let centre_url = format!("https://localhost:{}", state.centre_port);
    let mut links = Vec::new();
    for (place, institution) in state.facilities.iter().enumerate() {
        let folders = programs::folders(dir, &institution.code, place == 0);
        let environment = environment.clone();
        links.push(programs::open(
            folders,
            institution,
            &centre_url,
            &authority,
            environment,
        )?);
    }
    let statuses: Vec<_> = links.iter().map(Link::status_address).collect();
    let consents = consents::give(state, &authority).await;
    let description = describe(state, dir, &authority, (&statuses, &consents));
    write(&dir.join("demo.json"), &description)?;
    output.result(&description, || welcome(state, dir));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let page = tokio::spawn(gateway.run(async move {
        // The sender is dropped at the latest when we leave, which stops the page as well.
        let _ = stopped.await;
    }));
    let (stop_links, _) = tokio::sync::broadcast::channel::<()>(1);
    let links: Vec<_> = links
        .into_iter()
        .map(|link| {
            let mut stopped = stop_links.subscribe();
            tokio::spawn(link.run(async move { drop(stopped.recv().await) }))
        })
        .collect();
    asked_to_stop().await;
    drop(stop);
    drop(stop_links);
    let broken = |e: tokio::task::JoinError| {
        let what = say!("a part of the demo broke", "デモの一部が異常終了しました");
        Failure::fault(what, e)
    };
    for link in links {
        link.await.map_err(broken)?;
    }
    running.stop().await;
    match page.await {
        Ok(ended) => ended.map_err(Failure::usage),
        Err(error) => Err(broken(error)),
    }
}

fn cannot_use(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(path.display().to_string(), error)
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|e| Failure::fault(path.display().to_string(), e))?;
    Ok(onshi_server::start::secrets::replace(path, &text)?)
}
