//! Eligibility checks: over mutual TLS with a Web API token, each looked up, authorised and durably
//! audited; beside nginx, which serves a static answer of the same size over HTTPS to the same
//! client in the same run.

use super::levels::{self, Measured, Messages, PlaceArguments, backend, with_one_certificate};
use super::machine::Machine;
use super::nginx;
use super::setup::Site;
use super::timing::rounded;
use bytes::Bytes;
use onshi_client::paths::SEARCH;
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::insured::import::{self, Progress};
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Actor, Error, Function, Request, Service};
use onshi_population::{Plan, Population};
use onshi_server::operator::provision::Provision;
use serde::Serialize;
use std::time::Instant;

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
    #[command(flatten)]
    place: PlaceArguments,
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
    #[serde(flatten)]
    pub measured: Measured,
}

/// How many lines are committed at a time while the store is filled.
const FILLED_TOGETHER: usize = 5_000;

/// How many different people are asked about.
const QUESTIONS: u64 = 20_000;

/// Measures.
pub fn measure(arguments: &EligibilityArguments) -> Result<EligibilityReport, Error> {
    nginx::must_be_there()?;
    let machine = Machine::look();
    let (folder, config) = arguments.place.prepare()?;
    let backend = backend(&config.location());
    let site = Site::set_up(with_one_certificate(config))?;
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

    let measured = levels::measure(
        (&site, &folder),
        (&user_id, &password),
        Messages {
            path: SEARCH,
            kind: "application/json",
            questions,
            told: "",
        },
        (&arguments.callers, arguments.place.time()),
    )?;
    Ok(EligibilityReport {
        machine,
        backend,
        records: arguments.records,
        load_seconds,
        checks_per_second: measured.per_second(),
        measured,
    })
}

/// An account for the Web API, with its own password.
pub fn program_account(site: &Site) -> Result<(String, String), Error> {
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
pub fn fill(site: &Site, service: &Service, plan: Plan) -> Result<Vec<Bytes>, Error> {
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

/// The check of this person at this institution, as a program sends it.
pub fn question(record: &QualificationRecord, facility: &str, plan: Plan) -> Bytes {
    let body = serde_json::json!({"XmlMsg": {
        "MessageHeader": {
            "QualificationConfirmationDate": plan.today.eight(),
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
