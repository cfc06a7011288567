//! Medicines, treatment and checkups by the Web API: all of what was kept, in every form, on both databases;
//! what is hidden; and each way to be refused, told apart.

use http::Request as HttpRequest;
use onshi_core::audit::Line as AuditLine;
use onshi_core::medical::{MedicalLine, Record, import};
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request, consent};
use onshi_population::Showcase;
use onshi_population::medical::showcase_records;
use onshi_scenarios::postgres::fresh_database;
use onshi_wire::messages::{
    CheckupRequest, CheckupRequestBody, CheckupResponse, MedicinesRequest, MedicinesRequestBody,
    MedicinesResponse, PersonRequestHeader,
};
use tokio::task::block_in_place;

use super::program::{EVERY_HOW, How, Program, log, path, written};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

static CLOCK: TestClock = TestClock::new();

/// The first of the showcase: high blood pressure, the same medicine for the stomach from two clinics.
const CHRONIC: usize = 0;
/// Somebody with operations, and somebody of whom nothing is kept.
const OPERATED: usize = 6;
const HEALTHY: usize = 7;

async fn centre(location: Option<String>) -> (TestCentre, Institution, Vec<Showcase>) {
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| {
            config.login.identity_cache_ms = 0;
            if let Some(location) = location {
                config.store.location = location;
            }
        },
    )
    .await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let patients = centre.populate();
    let records: Vec<Record> = showcase_records(CLOCK.read().jst_day());
    centre.operate(&ours.code, Function::ImportMedicalRecords, move |tx| {
        import::take(tx, "showcase", &records)
    });
    (centre, ours, patients)
}

pub(super) fn person(patient: &Showcase) -> i64 {
    patient
        .lines
        .iter()
        .find_map(|line| match line {
            onshi_core::insured::Line::Qualification(record) => Some(record.person),
            onshi_core::insured::Line::Insurer(_) => None,
        })
        .unwrap()
}

fn consents(centre: &TestCentre, at: &Institution, patient: &Showcase, scope: Scope, seconds: i64) {
    let login = at.login(AccountKind::Face);
    let (person, until) = (person(patient), CLOCK.read().plus_seconds(seconds));
    block_in_place(|| {
        let face = centre
            .provision()
            .actor(&at.code, &login.user_id, &at.terminal.serial);
        let request = Request::new(CLOCK.read(), onshi_core::entropy::fresh_seed());
        let operation = OperationContext::new(face.unwrap(), Function::RecordConsent, request);
        centre.service.change_and_wait(operation, move |tx| {
            consent::give(tx, person, scope, Some(until))
        })
    })
    .unwrap();
}

fn header(code: &str, patient: &Showcase) -> PersonRequestHeader {
    PersonRequestHeader {
        medical_institution_code: code.to_owned(),
        insurer_number: format!("{:>8}", patient.insurer_number),
        insurance_card_symbol: patient.symbol.clone(),
        insured_person_identification_number: patient.number.clone(),
        branch_number: patient.branch.clone(),
        arbitrary_file_identifier: Some("yakuzai-0001".to_owned()),
    }
}

pub(super) fn medicines(code: &str, patient: &Showcase, category: &str) -> MedicinesRequest {
    let today = CLOCK.read().jst_day();
    let this_month = onshi_core::Month::of(today);
    MedicinesRequest {
        header: header(code, patient),
        body: MedicinesRequestBody {
            start_date: this_month.plus(-36).six(),
            end_date: this_month.six(),
            file_category: category.to_owned(),
            pr_di_inf_classification: Some("1".to_owned()),
            medical_treatment_flag: Some("1".to_owned()),
        },
    }
}

pub(super) fn checkups(code: &str, patient: &Showcase, category: &str) -> CheckupRequest {
    CheckupRequest {
        header: header(code, patient),
        body: CheckupRequestBody {
            file_category: category.to_owned(),
            ..CheckupRequestBody::default()
        },
    }
}

async fn fetch(program: &mut Program, how: How, asked: &MedicinesRequest) -> MedicinesResponse {
    program.ask("YZKsiquc01", how, asked).await
}

fn drugs(answer: &MedicinesResponse) -> usize {
    let claims = answer.body.months.iter().flat_map(|month| &month.dates);
    claims.map(|day| day.drugs.len()).sum()
}

fn treatments(answer: &MedicinesResponse) -> Vec<String> {
    let days = answer.body.months.iter().flat_map(|month| &month.dates);
    let all = days.flat_map(|day| &day.treatments);
    all.filter_map(|one| one.sin_inf_n.clone()).collect()
}

fn words(answer: &MedicinesResponse) -> String {
    answer.header.message_contents.clone().unwrap_or_default()
}

async fn everything_is_told(location: Option<String>) {
    let (centre, ours, patients) = centre(location).await;
    let patient = &patients[CHRONIC];
    for scope in [Scope::Medicines, Scope::Treatment, Scope::Checkups] {
        consents(&centre, &ours, patient, scope, 86_400);
    }
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    let mut told = Vec::new();
    for how in EVERY_HOW {
        let answer = fetch(&mut program, how, &medicines(&code, patient, "2")).await;
        assert_eq!(answer.header.result_code, "1", "{}", words(&answer));
        assert!(
            words(&answer).starts_with("OQSB9028I"),
            "{}",
            words(&answer)
        );
        let whose = answer.header.qua_inf.as_ref().unwrap();
        assert_eq!(whose.birth.as_ref(), Some(&patient.birthdate));
        assert!(drugs(&answer) > 100, "{}", drugs(&answer));
        assert_eq!(treatments(&answer), Vec::<String>::new());
        assert!(answer.body.prescriptions.len() >= 3);
        assert!(answer.body.dispensings.len() >= 3);
        let (own, other): (Vec<_>, Vec<_>) = answer
            .body
            .prescriptions
            .iter()
            .partition(|month| month.pr_is_org.as_deref() == Some("1"));
        assert!(
            own.iter()
                .all(|month| month.pr_h_cd.as_ref() == Some(&code))
        );
        assert!(!own.is_empty() && !other.is_empty());
        let months: Vec<_> = answer
            .body
            .months
            .iter()
            .map(|m| m.me_tr_month.clone())
            .collect();
        assert!(
            months.is_sorted_by(|one, next| one >= next),
            "the newest first"
        );
        told.push(answer.body);
    }
    assert_eq!(told[0], told[1]);

    let mut hidden = medicines(&code, patient, "2");
    hidden.body.pr_di_inf_classification = Some("0".to_owned());
    let answer = fetch(&mut program, How::Json, &hidden).await;
    assert_eq!(answer.body.prescriptions, []);
    assert_eq!(answer.body.dispensings, []);
    assert_eq!(answer.body.months, told[0].months);

    let mut short = medicines(&code, patient, "2");
    short.body.start_date = short.body.end_date.clone();
    let answer = fetch(&mut program, How::Json, &short).await;
    assert_eq!(answer.body.months, [], "claims of this month have not come");
    assert_eq!(
        answer.body.prescriptions.len(),
        2,
        "this month's, of two clinics"
    );

    let with = fetch(&mut program, How::Json, &medicines(&code, patient, "4")).await;
    assert_eq!(
        drugs(&with),
        drugs(&MedicinesResponse {
            body: told[0].clone(),
            ..with.clone()
        })
    );
    assert!(treatments(&with).len() > 36);

    for how in EVERY_HOW {
        let asked = checkups(&code, patient, "2");
        let answer: CheckupResponse = program.ask("TKKsiquc01", how, &asked).await;
        assert_eq!(answer.header.result_code, "1");
        assert!(answer.body.checkups.len() >= 3);
        let items = &answer.body.checkups[0].items;
        assert!(
            items
                .iter()
                .all(|item| item.item_code.as_ref().unwrap().len() == 17)
        );
        assert!(items.iter().any(|item| item.data_value_name.is_some()));
    }
    let entries: Vec<AuditLine> = log(&centre, &ours, Function::FetchMedicalInformation);
    assert!(entries.iter().all(|line| line.basis.is_some()));
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chronic_patients_three_years_are_told_on_sqlite() {
    everything_is_told(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chronic_patients_three_years_are_told_on_postgres() {
    let location = block_in_place(fresh_database);
    everything_is_told(Some(location)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_as_pdf_is_printed() {
    let (centre, ours, patients) = centre(None).await;
    let (patient, nobody) = (&patients[CHRONIC], &patients[HEALTHY]);
    for scope in [Scope::Medicines, Scope::Treatment, Scope::Checkups] {
        consents(&centre, &ours, patient, scope, 86_400);
        consents(&centre, &ours, nobody, scope, 86_400);
    }
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    for how in EVERY_HOW {
        let asked = [
            ("YZKsiquc01", written(how, &medicines(&code, patient, "1"))),
            ("YZKsiquc01", written(how, &medicines(&code, patient, "3"))),
            ("TKKsiquc01", written(how, &checkups(&code, patient, "1"))),
        ];
        for (id, (kind, bytes)) in asked {
            let answer = program.send(id, kind, bytes).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("content-type"), "application/pdf");
            assert!(answer.body.starts_with(b"%PDF-"));
        }
    }
    // Of whom nothing is kept there is nothing to print, and the message says so.
    let answer = fetch(&mut program, How::Json, &medicines(&code, nobody, "3")).await;
    assert!(
        words(&answer).starts_with("OQSB9023I"),
        "{}",
        words(&answer)
    );
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_way_to_be_refused_is_told_apart() {
    let (centre, ours, patients) = centre(None).await;
    let (patient, nobody) = (&patients[OPERATED], &patients[HEALTHY]);
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    let mut told = String::new();
    let mut note = |what: &str, answer: &MedicinesResponse| {
        assert!(answer.header.result_code == "1" || answer.header.qua_inf.is_none());
        told.push_str(&format!(
            "{what}: {} {}\n",
            answer.header.result_code,
            words(answer)
        ));
    };
    let asked = |category: &str| medicines(&code, patient, category);
    note(
        "no consent",
        &fetch(&mut program, How::Json, &asked("2")).await,
    );
    consents(&centre, &ours, patient, Scope::Medicines, 600);
    note(
        "treatment without its consent",
        &fetch(&mut program, How::Json, &asked("4")).await,
    );
    let mut other = asked("2");
    other.header.medical_institution_code = "1319999999".to_owned();
    note(
        "another institution's",
        &fetch(&mut program, How::Json, &other).await,
    );
    let mut backwards = asked("2");
    backwards.body.start_date = "202612".to_owned();
    backwards.body.end_date = "202611".to_owned();
    note(
        "the end before the start",
        &fetch(&mut program, How::Json, &backwards).await,
    );
    let mut emergency = asked("2");
    emergency.body.medical_treatment_flag = Some("4".to_owned());
    note(
        "in an emergency",
        &fetch(&mut program, How::Json, &emergency).await,
    );
    consents(&centre, &ours, nobody, Scope::Medicines, 600);
    let nothing = medicines(&code, nobody, "2");
    note("no record", &fetch(&mut program, How::Json, &nothing).await);

    consents(&centre, &ours, patient, Scope::Treatment, 600);
    let without = fetch(&mut program, How::Json, &asked("4")).await;
    assert!(
        !treatments(&without)
            .iter()
            .any(|name| name.contains("術（見本）"))
    );
    consents(&centre, &ours, patient, Scope::Surgery, 600);
    let with = fetch(&mut program, How::Json, &asked("4")).await;
    assert!(
        treatments(&with)
            .iter()
            .any(|name| name.contains("術（見本）"))
    );

    CLOCK.advance(601);
    note(
        "a PDF, ended",
        &fetch(&mut program, How::Json, &asked("3")).await,
    );
    note("ended", &fetch(&mut program, How::Json, &asked("2")).await);
    expect_test::expect_file!["../../../golden/medical_refusals.txt"].assert_eq(&told);
    centre.closed().await;
}

/// Doctors of one institution who print at the same moment wait for one another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_that_are_asked_for_together_are_printed_in_turn() {
    const TOGETHER: usize = 12;
    let (centre, ours, patients) = centre(None).await;
    let patient = &patients[CHRONIC];
    for scope in [Scope::Medicines, Scope::Treatment] {
        consents(&centre, &ours, patient, scope, 86_400);
    }
    let program = Program::log_in(&centre, &ours).await;
    let (kind, bytes) = written(How::Json, &medicines(&program.code, patient, "3"));
    let mut together = tokio::task::JoinSet::new();
    for _ in 0..TOGETHER {
        let (token, bytes) = (program.token.clone(), bytes.clone());
        let mut client = centre.client(&ours.terminal);
        together.spawn(async move {
            let path = path("YZKsiquc01");
            let answer = client.message(&path, Some(&token), kind, bytes).await;
            answer.unwrap().status
        });
    }
    assert_eq!(together.join_all().await, [200; TOGETHER]);
    drop(program);
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_insurer_reports_what_the_next_fetch_tells() {
    let (centre, ours, patients) = centre(None).await;
    let (patient, other) = (&patients[HEALTHY], &patients[CHRONIC]);
    let number = patient.insurer_number.clone();
    let issued = centre.insurer("架空広域連合", &[&number]);
    let mut client = centre.client(&issued);
    let line = |person: i64, name: &str| {
        let month = onshi_core::Month::of(CLOCK.read().jst_day()).plus(-3);
        serde_json::json!({"Medicines": {
            "Person": person, "InsurerNumber": number, "Source": "Claim", "Month": month.six(),
            "InstitutionCode": "1319990014", "InstitutionName": "架空中央クリニック", "InOut": "2",
            "Days": [{"Date": format!("{}05", month.six()), "Medicines": [{"Name": name, "Times": "7"}]}],
        }})
        .to_string()
    };
    let text = format!(
        "{}\n{}\n{{\"Medicines\":1}}\n",
        line(person(patient), "報告された錠"),
        line(person(other), "他人の錠")
    );
    let path = format!("/onshi/v1/insurers/{number}/medical-records");
    for repeated in [false, true] {
        let request = HttpRequest::post(&path)
            .header("content-type", "application/x-ndjson")
            .header("idempotency-key", "october")
            .body(text.clone().into())
            .unwrap();
        let answer = client.send(request).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let told = answer.json();
        assert_eq!(told["repeated"], repeated, "{told}");
        assert_eq!(
            (told["added"].as_i64(), told["rejected"].as_i64()),
            (Some(1), Some(2))
        );
        assert_eq!(told["rejections"][0]["line"], 2);
        let why = told["rejections"][0]["problems"][0].as_str().unwrap();
        assert!(why.starts_with("Person: この保険者"), "{why}");
        assert_eq!(told["rejections"][1]["line"], 3);
    }
    let status = client
        .get(&format!("/onshi/v1/insurers/{number}/status"))
        .await
        .unwrap();
    let status = status.json();
    assert_eq!(status["lastMedicalReport"]["report"], "october");
    assert_eq!(status["lastReport"], serde_json::Value::Null);

    consents(&centre, &ours, patient, Scope::Medicines, 600);
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    let answer = fetch(&mut program, How::Json, &medicines(&code, patient, "2")).await;
    let drug = &answer.body.months[0].dates[0].drugs[0];
    assert_eq!(drug.drug_n.as_deref(), Some("報告された錠"));
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_twenty_thousand_lines_with_the_longest_names_is_told_in_every_form() {
    let (centre, ours, patients) = centre(None).await;
    let patient = &patients[HEALTHY];
    let of = person(patient);
    let month = onshi_core::Month::of(CLOCK.read().jst_day()).plus(-3);
    let one = serde_json::json!({"Name": "漢".repeat(400), "Code": "629999102", "Times": "28"});
    let line = serde_json::json!({"Medicines": {
        "Person": of, "InsurerNumber": patient.insurer_number, "Source": "Claim",
        "Month": month.six(), "InstitutionCode": "1319990014", "InstitutionName": "架空",
        "Days": [{"Date": format!("{}05", month.six()), "Medicines": vec![one; 20_000]}],
    }});
    let line: MedicalLine = serde_json::from_value(line).unwrap();
    let records = vec![line.read().unwrap()];
    centre.operate(&ours.code, Function::ImportMedicalRecords, move |tx| {
        import::take(tx, "hostile", &records)
    });
    consents(&centre, &ours, patient, Scope::Medicines, 86_400);
    let mut program = Program::log_in(&centre, &ours).await;
    let asked = medicines(&program.code.clone(), patient, "2");
    for how in EVERY_HOW {
        let (kind, bytes) = written(how, &asked);
        let answer = program.send("YZKsiquc01", kind, bytes).await;
        assert_eq!(answer.status, 200);
        let text = match how {
            How::Json => answer.text().matches("\"DrugN\"").count(),
            How::Xml(_) => {
                let found = answer.body.windows(7).filter(|part| *part == b"<DrugN>");
                found.count()
            }
        };
        assert_eq!(text, 20_000, "{how:?}");
    }
    centre.closed().await;
}
