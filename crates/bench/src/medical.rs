//! Fetches of medicines and treatment: over mutual TLS with a Web API token, three years of a chronic patient in
//! XML, each on two consents that are looked up, and durably audited; beside nginx, which serves a
//! static answer of the same size.

use super::client::Target;
use super::eligibility;
use super::machine::Machine;
use super::nginx::Nginx;
use super::press::{Load, Press, press};
use super::setup::{Scratch, Site, log_in};
use super::timing::{Rate, rounded};
use bytes::Bytes;
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::medical::{Record, import};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::store::Location;
use onshi_core::{AccountKind, Actor, Error, Fault, Function, Month, Request, Service, consent};
use onshi_population::medical::{Histories, count};
use onshi_population::{Plan, Population};
use onshi_server::Config;
use onshi_server::operator::provision::Provision;
use serde::Serialize;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How fetches are measured.
#[derive(clap::Args)]
pub struct MedicalArguments {
    /// How many people with medical records are in the store.
    ///
    /// データベースの人数（全員に診療・薬剤・健診の記録を作ります）
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// How many callers there are at a time; the last one is the figure that is compared.
    ///
    /// 同時に取得する者の数。最後のものを比較に使います。
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
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
pub struct MedicalReport {
    pub machine: Machine,
    pub backend: &'static str,
    /// People in the store.
    pub persons: u64,
    /// Their medical records.
    pub rows: u64,
    /// How long it took to make and load these.
    pub load_seconds: f64,
    /// How much larger the database's file became by them; none where it is no file of ours.
    pub bytes_on_disk: Option<u64>,
    /// How many chronic patients are asked about.
    pub patients: usize,
    /// Bytes of an answer.
    pub answer_bytes: usize,
    /// Fetches a second at the last level.
    pub fetches_per_second: f64,
    /// What nginx answers a second, static, same client, same run, same level.
    pub ceiling_per_second: f64,
    /// One by the other.
    pub share: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub levels: Vec<Level>,
    pub ceiling: Vec<Rate>,
}

/// One level of concurrency.
#[derive(Serialize)]
pub struct Level {
    #[serde(flatten)]
    pub rate: Rate,
    /// Microseconds of the processors' time that the service spent on each fetch.
    pub processor_us: f64,
}

/// The message.
const PATH: &str = "/onshi/v1/messages/YZKsiquc01";
/// How many chronic patients are asked about, at most.
const PATIENTS: usize = 2_000;
/// Who has so many records of medicines of claims goes to a clinic every month, for three years.
const CHRONIC: usize = 33;
/// Records in one commit while the store is filled.
const FILLED_TOGETHER: usize = 2_000;

/// Measures.
pub fn measure(arguments: &MedicalArguments) -> Result<MedicalReport, Error> {
    let machine = Machine::look();
    let folder = Scratch::within(&arguments.dir)?;
    let mut config = Config::default();
    config.centre.secrets = folder.0.join("secrets");
    config.centre.listen = ([127, 0, 0, 1], 0).into();
    let own = folder.0.join("onshi.db").display().to_string();
    config.store.location = arguments.store.clone().unwrap_or(own);
    config.log.level = "warn".to_owned();
    config.connections.per_certificate = 4096;
    let location = config.location();
    let site = Site::set_up(config)?;
    let (user_id, password) = eligibility::program_account(&site)?;
    let plan = Plan {
        persons: arguments.records,
        seed: 1,
        today: onshi_core::clock::now().jst_day(),
    };
    let service = site.service()?;
    eligibility::fill(&site, &service, plan)?;
    let before = file_size(&location);
    let begun = Instant::now();
    let (rows, chronic) = fill(&site, &service, plan)?;
    let load_seconds = rounded(begun.elapsed().as_secs_f64());
    consent_of(&site, &service, &chronic)?;
    let questions = Arc::new(questions(&chronic, &site.facility_code(), plan));
    drop(service);
    let bytes_on_disk = file_size(&location)
        .zip(before)
        .map(|(now, then)| now - then);

    let program = std::env::current_exe().map_err(|e| Fault::at("finding this program", e))?;
    let served = site.serve(&program, &folder.0)?;
    let centre = site.target(&served)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::at("starting the runtime", e))?;
    let time = Duration::from_secs(arguments.seconds.max(1));
    let token = runtime.block_on(log_in(&centre, &user_id, &password))?;
    let answer = runtime.block_on(ask_once(&centre, &token, &questions))?;
    let nginx = Nginx::start(&site, &folder.0, &answer)?;
    let (mut levels, mut ceiling) = (Vec::new(), Vec::new());
    for callers in &arguments.callers {
        let load = Load::Messages(Press {
            path: PATH,
            kind: "application/xml",
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
    let fetches = levels.last().map_or(0.0, |level| level.rate.per_second);
    let most = ceiling.last().map_or(0.0, |rate| rate.per_second);
    Ok(MedicalReport {
        machine,
        backend: match location {
            Location::Sqlite(_) => "sqlite",
            Location::Postgres(_) => "postgres",
        },
        persons: arguments.records,
        rows,
        load_seconds,
        bytes_on_disk,
        patients: questions.len(),
        answer_bytes: answer.len(),
        fetches_per_second: fetches,
        ceiling_per_second: most,
        share: rounded(fetches / most.max(1.0)),
        p50_ms: levels.last().map_or(0.0, |level| level.rate.p50_ms),
        p99_ms: levels.last().map_or(0.0, |level| level.rate.p99_ms),
        levels,
        ceiling,
    })
}

/// The size of the file that the records are in.
fn file_size(location: &Location) -> Option<u64> {
    let Location::Sqlite(path) = location else {
        return None;
    };
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let beside = |ending: &str| size(&path.with_file_name(format!("{stem}-insured.db{ending}")));
    Some(beside("") + beside("-wal"))
}

/// Fills the store with everybody's records. Says how many there are, and who is chronically ill.
fn fill(
    site: &Site,
    service: &Service,
    plan: Plan,
) -> Result<(u64, Vec<QualificationRecord>), Error> {
    let operator = site.operator(service)?.actor();
    let (mut rows, mut batch, mut chronic) = (0, Vec::new(), HashSet::new());
    for records in Histories::new(plan) {
        let claims = count(&records).get("Claim").copied().unwrap_or(0);
        if claims >= CHRONIC
            && chronic.len() < PATIENTS
            && let Some(first) = records.first()
        {
            chronic.insert(first.person);
        }
        rows += records.len() as u64;
        batch.extend(records);
        if batch.len() >= FILLED_TOGETHER {
            take(service, &operator, std::mem::take(&mut batch))?;
        }
    }
    take(service, &operator, batch)?;
    let insured = |line: Line| match line {
        Line::Qualification(row)
            if row.disqualification_date.is_none() && chronic.contains(&row.person) =>
        {
            Some(*row)
        }
        _ => None,
    };
    let people = Population::new(plan).filter_map(insured).collect();
    Ok((rows, people))
}

fn take(service: &Service, operator: &Actor, records: Vec<Record>) -> Result<(), Error> {
    let function = Function::ImportMedicalRecords;
    let operation = OperationContext::new(operator.clone(), function, Request::fresh());
    service
        .change_and_wait(operation, move |tx| import::take(tx, "bench", &records))
        .map(drop)
}

/// The patients consent to medicines and treatment, at the reader.
fn consent_of(
    site: &Site,
    service: &Service,
    patients: &[QualificationRecord],
) -> Result<(), Error> {
    let (authority, operator) = (site.authority()?, site.operator(service)?);
    let provision = Provision {
        service,
        authority: &authority,
        operator: &operator,
    };
    let new = (AccountKind::Face, "Kao01", "計測用");
    let (_, login) = provision.account(&site.admin, Managed::Others, new, None)?;
    let face = provision.actor(&site.code()?, "Kao01", &site.issued.serial)?;
    let through = Through {
        certificate_serial: site.issued.serial.clone(),
        terminal_name: "BENCH01".to_owned(),
    };
    provision.own_password(&face, &through, &login)?;
    for patient in patients {
        for scope in [Scope::Medicines, Scope::Treatment] {
            let function = Function::RecordConsent;
            let operation = OperationContext::new(face.clone(), function, Request::fresh());
            let person = patient.person;
            service.change_and_wait(operation, move |tx| consent::give(tx, person, scope, None))?;
        }
    }
    Ok(())
}

fn questions(patients: &[QualificationRecord], facility: &str, plan: Plan) -> Vec<Bytes> {
    let until = Month::of(plan.today);
    let question = |one: &QualificationRecord| {
        let part = |name: &str, value: Option<&String>| {
            value.map_or_else(String::new, |value| format!("<{name}>{value}</{name}>"))
        };
        Bytes::from(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader>\
             <MedicalInstitutionCode>{facility}</MedicalInstitutionCode>\
             <InsurerNumber>{:>8}</InsurerNumber>{}\
             <InsuredPersonIdentificationNumber>{}</InsuredPersonIdentificationNumber>{}\
             </MessageHeader><MessageBody><StartDate>{}</StartDate><EndDate>{}</EndDate>\
             <FileCategory>4</FileCategory><PrDiInfClassification>1</PrDiInfClassification>\
             <MedicalTreatmentFlag>1</MedicalTreatmentFlag></MessageBody></XmlMsg>",
            one.insurer_number,
            part("InsuranceCardSymbol", one.insured_card_symbol.as_ref()),
            one.insured_identification_number,
            part("BranchNumber", one.insured_branch_number.as_ref()),
            until.plus(-36).six(),
            until.six(),
        ))
    };
    patients.iter().map(question).collect()
}

/// An answer that tells something; the measurement would be of nothing otherwise.
async fn ask_once(centre: &Target, token: &str, questions: &[Bytes]) -> Result<Bytes, Error> {
    let mut caller = centre.connect().await?;
    for question in questions.iter().take(20) {
        let kind = "application/xml";
        let answer = caller
            .message_as(PATH, Some(token), kind, question.clone())
            .await?;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 || !text.contains("<ResultCode>1<") {
            // Somebody without a branch number is told apart from nobody by none.
            continue;
        }
        return Ok(answer.body);
    }
    Err(Fault::at("asking once", "nobody's medicines were told").into())
}
