//! Eligibility checks: over mutual TLS with a Web API token, each looked up, authorised and durably
//! audited; beside nginx, which serves a static answer of the same size over HTTPS to the same
//! client in the same run.

use super::client::Target;
use super::machine::Machine;
use super::nginx::Nginx;
use super::press::{Load, Press, press};
use super::setup::{Scratch, Site, log_in};
use super::timing::{Rate, rounded};
use bytes::Bytes;
use onshi_client::paths::SEARCH;
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::insured::import::{self, Progress};
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::service::OperationContext;
use onshi_core::store::Location;
use onshi_core::{AccountKind, Actor, Error, Fault, Function, Request, Service};
use onshi_population::{Plan, Population};
use onshi_server::Config;
use onshi_server::operator::provision::Provision;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How eligibility is measured.
#[derive(clap::Args)]
pub struct EligibilityArguments {
    /// How many people are in the store.
    ///
    /// データベースの人数
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// How many callers there are at a time; the last one is the figure that is compared.
    ///
    /// 同時に照会する者の数。最後のものを比較に使います。
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    callers: Vec<usize>,
    /// How long each level takes, in seconds.
    ///
    /// 各段階の長さ（秒）
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The path of a new SQLite file, or `postgres://…` of an empty database.
    ///
    /// 新しいSQLiteファイルのパス、または空のデータベースの `postgres://…`
    #[arg(long)]
    store: Option<String>,
    /// The folder to work in, on the disk to be measured. A folder made in it goes at the end.
    ///
    /// 作業するフォルダ（測りたいディスクの上）。中に作ったフォルダは、終わりに消します。
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

/// What was found.
#[derive(Serialize)]
pub struct EligibilityReport {
    pub machine: Machine,
    pub backend: &'static str,
    /// People in the store.
    pub records: u64,
    /// How long it took to fill.
    pub load_seconds: f64,
    /// Checks a second at the last level.
    pub checks_per_second: f64,
    /// What nginx answers a second, static, same client, same run, same level.
    pub ceiling_per_second: f64,
    /// One by the other.
    pub share: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub levels: Vec<Level>,
    pub ceiling: Vec<Rate>,
    /// Bytes of an answer.
    pub answer_bytes: usize,
}

/// One level of concurrency.
#[derive(Serialize)]
pub struct Level {
    #[serde(flatten)]
    pub rate: Rate,
    /// Microseconds of the processors' time that the service spent on each check. Unlike the rate
    /// it hardly depends on what else the machine does.
    pub processor_us: f64,
}

/// How many lines are committed at a time while the store is filled.
const FILLED_TOGETHER: usize = 5_000;

/// How many different people are asked about.
const QUESTIONS: u64 = 20_000;

/// Measures.
pub fn measure(arguments: &EligibilityArguments) -> Result<EligibilityReport, Error> {
    let machine = Machine::look();
    let folder = Scratch::within(&arguments.dir)?;
    let mut config = Config::default();
    config.centre.secrets = folder.0.join("secrets");
    config.centre.listen = ([127, 0, 0, 1], 0).into();
    let own = folder.0.join("onshi.db").display().to_string();
    config.store.location = arguments.store.clone().unwrap_or(own);
    config.log.level = "warn".to_owned();
    // All callers come with one terminal's certificate.
    config.connections.per_certificate = 4096;
    let location = config.location();
    let site = Site::set_up(config)?;
    let (user_id, password) = program_account(&site)?;

    let today = onshi_core::clock::now().jst_day();
    let plan = Plan {
        persons: arguments.records,
        seed: 1,
        today,
    };
    let begun = Instant::now();
    let questions = fill(&site, &*site.service()?, plan)?;
    let load_seconds = rounded(begun.elapsed().as_secs_f64());

    let program = std::env::current_exe().map_err(|e| Fault::at("finding this program", e))?;
    let served = site.serve(&program, &folder.0)?;
    let centre = site.target(&served)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::at("starting the runtime", e))?;
    let time = Duration::from_secs(arguments.seconds.max(1));
    let questions = Arc::new(questions);
    let token = runtime.block_on(log_in(&centre, &user_id, &password))?;
    let answer = runtime.block_on(ask_once(&centre, &token, &questions))?;
    let nginx = Nginx::start(&site, &folder.0, &answer)?;
    let mut levels = Vec::new();
    let mut ceiling = Vec::new();
    for callers in &arguments.callers {
        let load = Load::Messages(Press {
            path: SEARCH,
            kind: "application/json",
            token: token.clone(),
            questions: questions.clone(),
        });
        let before = served.processor_time()?;
        let rate = runtime.block_on(press(&centre, load, *callers, time))?;
        let spent = served.processor_time()? - before;
        levels.push(Level {
            processor_us: rounded(spent.as_secs_f64() * 1e6 / rate.count.max(1) as f64),
            rate,
        });
        ceiling.push(runtime.block_on(press(&nginx.target, Load::Static, *callers, time))?);
    }
    drop(nginx);
    served.stop()?;
    let checks = levels.last().map_or(0.0, |level| level.rate.per_second);
    let most = ceiling.last().map_or(0.0, |rate| rate.per_second);
    Ok(EligibilityReport {
        machine,
        backend: match location {
            Location::Sqlite(_) => "sqlite",
            Location::Postgres(_) => "postgres",
        },
        records: arguments.records,
        load_seconds,
        checks_per_second: checks,
        ceiling_per_second: most,
        share: rounded(checks / most.max(1.0)),
        p50_ms: levels.last().map_or(0.0, |level| level.rate.p50_ms),
        p99_ms: levels.last().map_or(0.0, |level| level.rate.p99_ms),
        levels,
        ceiling,
        answer_bytes: answer.len(),
    })
}

/// An account for the Web API, with its own password.
pub(super) fn program_account(site: &Site) -> Result<(String, String), Error> {
    let service = site.service()?;
    let authority = site.authority()?;
    let operator = site.operator(&service)?;
    let provision = Provision {
        service: &service,
        authority: &authority,
        operator: &operator,
    };
    let new = (AccountKind::WebApi, "WebApi01", "計測用");
    let (_, login) = provision.account(&site.admin, Managed::Others, new, None)?;
    let code = site.code()?;
    let actor = provision.actor(&code, "WebApi01", &site.issued.serial)?;
    let through = Through {
        certificate_serial: site.issued.serial.clone(),
        terminal_name: "BENCH01".to_owned(),
    };
    let login = provision.own_password(&actor, &through, &login)?;
    Ok((login.user_id, login.password))
}

/// Fills the store, and gives the questions about every so many-th of the people.
pub(super) fn fill(site: &Site, service: &Service, plan: Plan) -> Result<Vec<Bytes>, Error> {
    let (operator, facility) = (site.operator(service)?.actor(), site.facility_code());
    let every = (plan.persons / QUESTIONS).max(1);
    let (mut questions, mut batch, mut seen) = (Vec::new(), Vec::new(), 0);
    let mut progress = Progress::default();
    for line in Population::new(plan) {
        if let Line::Qualification(record) = &line {
            seen += 1;
            if seen % every == 0 && record.disqualification_date.is_none() {
                questions.push(question(record, &facility, plan));
            }
        }
        progress.accepted += 1;
        batch.push(line);
        if batch.len() == FILLED_TOGETHER {
            take(service, &operator, std::mem::take(&mut batch), progress)?;
        }
    }
    take(service, &operator, batch, progress)?;
    Ok(questions)
}

fn take(
    service: &Service,
    operator: &Actor,
    lines: Vec<Line>,
    progress: Progress,
) -> Result<(), Error> {
    let function = Function::ImportInsuredPersons;
    let operation = OperationContext::new(operator.clone(), function, Request::fresh());
    service.change_and_wait(operation, move |tx| {
        import::take(tx, "bench", &lines, &progress)
    })
}

fn question(record: &QualificationRecord, facility: &str, plan: Plan) -> Bytes {
    let body = serde_json::json!({"XmlMsg": {
        "MessageHeader": {
            "QualificationConfirmationDate": format!("{:08}", plan.today.number()),
            "MedicalInstitutionCode": facility,
        },
        "MessageBody": {"QualificationConfirmSearchInfo": {
            "InsurerNumber": format!("{:>8}", record.insurer_number),
            "InsuredCardSymbol": record.insured_card_symbol.clone().unwrap_or_default(),
            "InsuredIdentificationNumber": record.insured_identification_number,
            "InsuredBranchNumber": record.insured_branch_number.clone().unwrap_or_default(),
            "Birthdate": record.birthdate,
            "LimitApplicationCertificateRelatedConsFlg": "1",
        }},
    }});
    Bytes::from(body.to_string())
}

pub(super) async fn ask_once(
    centre: &Target,
    token: &str,
    questions: &[Bytes],
) -> Result<Bytes, Error> {
    let first = questions.first().cloned().unwrap_or_default();
    let answer = centre
        .connect()
        .await?
        .message(SEARCH, Some(token), first)
        .await?;
    if answer.status != 200 {
        return Err(Fault::at("asking once", String::from_utf8_lossy(&answer.body)).into());
    }
    Ok(answer.body)
}
