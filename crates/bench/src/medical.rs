//! Fetches of medicines and treatment: over mutual TLS with a Web API token, three years of a chronic patient in
//! XML and as PDF, and the page of the doctor's screen, each on consents that are looked up, and durably audited;
//! beside nginx, which serves a static answer of the same size.

use super::eligibility;
use super::levels::{
    self, Cold, Measured, Messages, PagesOfScreen, PlaceArguments, backend, with_one_certificate,
};
use super::machine::Machine;
use super::nginx;
use super::setup::Site;
use super::timing::rounded;
use bytes::Bytes;
use onshi_core::account::login::Through;
use onshi_core::account::{Holder, Managed, Profession};
use onshi_core::insured::{Line, QualificationRecord};
use onshi_core::medical::{Record, Tree, import, tree_at};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::store::Location;
use onshi_core::{AccountKind, Actor, Error, Function, Month, Request, Service, consent};
use onshi_population::medical::{Histories, count};
use onshi_population::{Plan, Population};
use onshi_server::operator::provision::Provision;
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;
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
    #[command(flatten)]
    place: PlaceArguments,
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
    /// How long it took to make these up.
    pub make_seconds: f64,
    /// How long it took to load them.
    pub load_seconds: f64,
    /// How much larger the database's file became by them; none where it is no file of ours.
    pub bytes_on_disk: Option<u64>,
    /// How many chronic patients are asked about.
    pub patients: usize,
    /// Fetches a second at the last level.
    pub fetches_per_second: f64,
    #[serde(flatten)]
    pub measured: Measured,
    /// The same as a printed document.
    pub pdf: Measured,
    /// The page of the doctor's screen with the medicines.
    pub page: Measured,
    /// A fetch of XML when nothing is in memory; none where the records are in no file of ours.
    pub cold: Option<Cold>,
    /// How the records lie, and what follows for more people; likewise.
    pub tree: Option<Grown>,
}

/// How the records lie in their file, and how they would with more people.
#[derive(Serialize)]
pub struct Grown {
    /// Pages from the top of the tree to a record.
    pub levels: i64,
    /// Pages above those that have records, these, and pages with the rest of long records.
    pub above: i64,
    pub leaves: i64,
    pub overflow: i64,
    pub page_bytes: i64,
    /// On how many pages a page above them leads, on average.
    pub fan_out: f64,
    /// The levels with ten and with a hundred times as many records.
    pub levels_at_ten_times: i64,
    pub levels_at_a_hundred_times: i64,
}

impl Grown {
    fn of(tree: Tree) -> Grown {
        let above = tree.above.max(1);
        let fan_out = ((above + tree.leaves - 1) as f64 / above as f64).max(2.0);
        let levels = |times: i64| {
            // Levels above the leaves until one page leads to all.
            let mut pages = (tree.leaves * times) as f64;
            let mut levels = 1;
            while pages > 1.0 {
                pages = (pages / fan_out).ceil();
                levels += 1;
            }
            levels
        };
        Grown {
            levels: tree.levels,
            above: tree.above,
            leaves: tree.leaves,
            overflow: tree.overflow,
            page_bytes: tree.page_bytes,
            fan_out: rounded(fan_out),
            levels_at_ten_times: levels(10),
            levels_at_a_hundred_times: levels(100),
        }
    }
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
    nginx::must_be_there()?;
    let machine = Machine::look();
    let (folder, config) = arguments.place.prepare()?;
    let location = config.location();
    let site = Site::set_up(with_one_certificate(config))?;
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
    let (rows, chronic, loading) = fill(&site, &service, plan)?;
    let make_seconds = rounded((begun.elapsed() - loading).as_secs_f64());
    let load_seconds = rounded(loading.as_secs_f64());
    consent_of(&site, &service, &chronic)?;
    let viewer = viewer(&site, &service)?;
    let [xml, pdf] = ["4", "3"].map(|file| questions(&chronic, &site.facility_code(), plan, file));
    let patients = xml.len();
    let paths = chronic.iter();
    let paths = paths.map(|one| format!("/web/medical/{}/medicines", one.person));
    let paths: Vec<String> = paths.collect();
    drop(service);
    let bytes_on_disk = file_size(&location)
        .zip(before)
        .map(|(now, then)| now - then);

    let at = (&site, &folder);
    let for_so_long = (arguments.callers.as_slice(), arguments.place.time());
    let messages = |questions: Vec<Bytes>, told: &'static str| Messages {
        path: PATH,
        kind: "application/xml",
        questions,
        told,
    };
    let login = (user_id.as_str(), password.as_str());
    let told = "<ResultCode>1<";
    let cold = messages(xml.clone(), told);
    let cold = levels::measure_cold(at, login, cold, arguments.place.time())?;
    let measured = levels::measure(at, login, messages(xml, told), for_so_long)?;
    let pdf = levels::measure(at, login, messages(pdf, "%PDF-"), for_so_long)?;
    let told = "月ごとの薬剤の表";
    let pages = PagesOfScreen { paths, told };
    let page = levels::measure_pages(at, (&viewer.0, &viewer.1), pages, for_so_long)?;
    Ok(MedicalReport {
        machine,
        backend: backend(&location),
        persons: arguments.records,
        rows,
        make_seconds,
        load_seconds,
        bytes_on_disk,
        patients,
        fetches_per_second: measured.per_second(),
        measured,
        pdf,
        page,
        cold,
        tree: tree_at(&location)?.map(Grown::of),
    })
}

/// A doctor of the institution, who has an own password.
fn viewer(site: &Site, service: &Service) -> Result<(String, String), Error> {
    let (authority, operator) = (site.authority()?, site.operator(service)?);
    let provision = Provision {
        service,
        authority: &authority,
        operator: &operator,
    };
    let new = (AccountKind::Viewer, "Isha01", "計測 医師");
    let holder = Holder::Licensed(Profession::Doctor, None);
    let (_, first) = provision.account(&site.admin, Managed::Others, new, Some(holder))?;
    let doctor = provision.actor(&site.code()?, "Isha01", &site.issued.serial)?;
    let through = Through {
        certificate_serial: site.issued.serial.clone(),
        terminal_name: "BENCH01".to_owned(),
    };
    let own = provision.own_password(&doctor, &through, &first)?;
    Ok((own.user_id, own.password))
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

/// Fills the store with everybody's records. Says how many there are, who is chronically ill, and how long the store
/// took for them.
fn fill(
    site: &Site,
    service: &Service,
    plan: Plan,
) -> Result<(u64, Vec<QualificationRecord>, Duration), Error> {
    let operator = site.operator(service)?.actor();
    let mut loading = Duration::ZERO;
    let mut load = |batch| {
        let begun = Instant::now();
        let taken = take(service, &operator, batch);
        loading += begun.elapsed();
        taken
    };
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
            load(std::mem::take(&mut batch))?;
        }
    }
    load(batch)?;
    let insured = |line: Line| match line {
        Line::Qualification(row)
            if row.disqualification_date.is_none() && chronic.contains(&row.person) =>
        {
            Some(*row)
        }
        _ => None,
    };
    let people = Population::new(plan).filter_map(insured).collect();
    Ok((rows, people, loading))
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

fn questions(
    patients: &[QualificationRecord],
    facility: &str,
    plan: Plan,
    file: &str,
) -> Vec<Bytes> {
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
             <FileCategory>{file}</FileCategory><PrDiInfClassification>1</PrDiInfClassification>\
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_grows_by_a_level_when_its_top_is_full() {
        let tree = Tree {
            levels: 3,
            above: 101,
            leaves: 10_000,
            overflow: 5_000,
            page_bytes: 8192,
        };
        let grown = Grown::of(tree);
        assert_eq!((grown.fan_out, grown.levels_at_ten_times), (100.0, 4));
        assert_eq!(grown.levels_at_a_hundred_times, 4);
    }
}
