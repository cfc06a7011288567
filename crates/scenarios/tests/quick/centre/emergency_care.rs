//! 救急時医療情報閲覧 over the wire: each message as each program that may send it, in each state; and a hospital's
//! look from the tick on the account's form to the review, by every way in which a program asks.

use expect_test::expect_file;
use onshi_core::audit::{Detail, Line};
use onshi_core::{AccountKind, Function, facility};
use onshi_population::Showcase;
use onshi_scenarios::client::Client;
use onshi_wire::messages::{
    CheckupRequest, CheckupResponse, ConsentSubject, EligibilityResponse, EmergencyCheckRequest,
    MedicinesRequest, MedicinesResponse, PersonRequestHeader,
};

use super::test_centre::{Institution, TestCentre, TestClock, log_in};
use crate::api::program::{EVERY_HOW, How, Program, card, log};

const CHECK: &str = "OQSsiemv01";

fn set_hospital(centre: &TestCentre, at: &Institution, hospital: bool) {
    let code = at.code.clone();
    centre.operate(&at.code, Function::ManageFacilities, move |tx| {
        facility::set_emergency_hospital(tx, &code, hospital)
    });
}

/// Registers a doctor on the screen of 管理, with the box ticked or not.
async fn register(admin: &mut Client, id: &str, may: bool) {
    let page = admin.get("/web/accounts/new").await.unwrap().text();
    assert!(page.contains("救急時閲覧権限"), "{page}");
    let mut form = vec![
        ("kind", "viewer"),
        ("user_id", id),
        ("name", "架空 医師"),
        ("profession", "doctor"),
        ("password_mode", "generate"),
    ];
    form.extend(may.then_some(("emergency_viewing", "1")));
    let answer = admin.post("/web/accounts", &form).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
}

fn asked(
    code: &str,
    patient: &Showcase,
    (user_id, pattern): (&str, &str),
) -> EmergencyCheckRequest {
    let text = |text: &str| Some(text.to_owned());
    let mut asked = EmergencyCheckRequest::default();
    asked.header.medical_institution_code = code.to_owned();
    let today = onshi_core::clock::now().jst_day();
    asked.header.qualification_confirmation_date = today.eight();
    asked.body.search = card(patient);
    let access = &mut asked.body.access;
    access.user_id = user_id.to_owned();
    access.emergency_viewing_flag = "1".to_owned();
    access.information_request_pattern = pattern.to_owned();
    access.authentication_factor1 = text("1");
    access.authentication_method1 = text("01");
    access.authentication_factor2 = text("3");
    access.authentication_method2 = text("01");
    access.reason = text("意識がない");
    asked
}

fn header(code: &str, patient: &Showcase) -> PersonRequestHeader {
    let card = card(patient);
    PersonRequestHeader {
        medical_institution_code: code.to_owned(),
        insurer_number: card.insurer_number,
        insurance_card_symbol: card.insured_card_symbol,
        insured_person_identification_number: card.insured_identification_number,
        branch_number: card.insured_branch_number,
        ..PersonRequestHeader::default()
    }
}

fn medicines(code: &str, patient: &Showcase) -> MedicinesRequest {
    let mut asked = MedicinesRequest {
        header: header(code, patient),
        ..MedicinesRequest::default()
    };
    asked.body.start_date = "202001".to_owned();
    asked.body.end_date = "203001".to_owned();
    asked.body.file_category = "4".to_owned();
    asked.body.medical_treatment_flag = Some("4".to_owned());
    asked
}

fn checkups(code: &str, patient: &Showcase) -> CheckupRequest {
    let mut asked = CheckupRequest {
        header: header(code, patient),
        ..CheckupRequest::default()
    };
    asked.body.file_category = "2".to_owned();
    asked.body.medical_treatment_flag = Some("4".to_owned());
    asked
}

/// What came of each message, with what the log says of it.
async fn came(
    centre: &TestCentre,
    at: &Institution,
    asks: (&str, &EmergencyCheckRequest, &Showcase),
) -> String {
    let (state, check, patient) = asks;
    let mut table = String::new();
    for kind in [AccountKind::Link, AccountKind::WebApi] {
        let mut program = Program::log_in_as(centre, at, kind).await;
        let mut told = Vec::new();
        let answer: EligibilityResponse = program.ask(CHECK, How::Json, check).await;
        let result = answer.body.result_list.first();
        let flag = result.map(|one| one.consent(ConsentSubject::PharmacistsInfo).flag);
        let flag = flag.flatten().map(|flag| format!("flag:{flag}"));
        told.push((
            CHECK,
            answer.header.segment_of_result,
            answer.header.error_code.or(flag),
        ));
        let code = program.code.clone();
        let answer: MedicinesResponse = program
            .ask("YZKsiquc01", How::Json, &medicines(&code, patient))
            .await;
        let header = answer.header;
        assert_eq!(header.qua_inf.is_some(), header.result_code == "1");
        told.push(("YZKsiquc01", header.result_code, header.message_contents));
        let answer: CheckupResponse = program
            .ask("TKKsiquc01", How::Json, &checkups(&code, patient))
            .await;
        let header = answer.header;
        assert_eq!(
            header.qualifications_info.is_some(),
            header.result_code == "1"
        );
        told.push(("TKKsiquc01", header.result_code, header.message_contents));
        let lines = centre.audit(&at.code, 3);
        for ((id, result, words), line) in told.into_iter().zip(lines.iter().rev()) {
            let words = words.unwrap_or_default();
            let words = words.split(' ').next().unwrap_or_default();
            let function = line.function.map_or("", Function::code);
            let (outcome, refusal) = (line.outcome.unwrap(), line.refusal.as_deref());
            let basis = line.basis.as_deref().map_or("-", |basis| match basis {
                basis if basis.starts_with("emergency care ") => "basis",
                other => panic!("{other}"),
            });
            table.push_str(&format!(
                "{state:<20}{:<8}{id:<12}{result} {words:<12} | {function:<26}{:<8} {basis} {}",
                kind.code(),
                outcome.code(),
                refusal.unwrap_or_default(),
            ));
            table = table.trim_end().to_owned() + "\n";
        }
    }
    table
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_hospital_may_do_in_emergency_care() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patient = centre.populate().swap_remove(0);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    register(&mut admin, "Kyukyu01", true).await;
    register(&mut admin, "Ippan02", false).await;
    let code = ours.code.as_str();
    let right = |pattern: &str| asked(code, &patient, ("Kyukyu01", pattern));
    let mut factor = right("3");
    factor.body.access.authentication_factor2 = None;
    let mut reason = right("3");
    reason.body.access.reason = None;
    let mut nobody = right("3");
    nobody.body.search.birthdate = "19010101".to_owned();
    let mut table = came(&centre, &ours, ("not a hospital", &right("3"), &patient)).await;
    set_hospital(&centre, &ours, true);
    let others = asked(code, &patient, ("Ippan02", "3"));
    for (state, check) in [
        ("no authority", &others),
        ("one factor", &factor),
        ("no reason", &reason),
        ("nobody found", &nobody),
        ("with prescriptions", &right("3")),
        ("medicines", &right("4")),
        ("checkups", &right("6")),
    ] {
        table.push_str(&came(&centre, &ours, (state, check, &patient)).await);
        CLOCK.advance(1);
    }
    CLOCK.advance(3600);
    table.push_str(&came(&centre, &ours, ("over", &reason, &patient)).await);
    expect_file!["../../../golden/emergency_care_matrix.txt"].assert_eq(&table);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hospital_looks_by_every_way_and_each_look_is_reviewed() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patient = centre.populate().swap_remove(0);
    set_hospital(&centre, &ours, true);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    register(&mut admin, "Kyukyu01", true).await;
    let mut program = Program::log_in(&centre, &ours).await;
    let code = program.code.clone();
    let check = asked(&code, &patient, ("Kyukyu01", "3"));
    for how in EVERY_HOW {
        let answer: EligibilityResponse = program.ask(CHECK, how, &check).await;
        let operations = answer.body.result_list[0].consent(ConsentSubject::OperationInfo);
        assert_eq!(operations.flag.as_deref(), Some("3"));
        assert!(operations.available > operations.given);
        let told: MedicinesResponse = program
            .ask("YZKsiquc01", how, &medicines(&code, &patient))
            .await;
        assert_eq!(told.header.result_code, "1");
        CLOCK.advance(1);
    }
    let page = admin.get("/web/emergency/uses").await.unwrap().text();
    assert!(page.contains("点検していない利用（3件）"), "{page}");
    for words in [
        "同意取得困難（救急時）：意識がない",
        "架空 医師（Kyukyu01）",
        "ID/PW・ICカードで二要素認証",
    ] {
        assert_eq!(page.matches(words).count(), 3, "{words}: {page}");
    }
    let (_, rest) = page.split_once("action=\"/web/emergency/uses/").unwrap();
    let path = format!("/web/emergency/uses/{}", rest.split_once('"').unwrap().0);
    let done = admin
        .post(&path, &[("remark", "診療録と照合した")])
        .await
        .unwrap();
    let page = admin.get(done.location()).await.unwrap().text();
    assert!(page.contains("点検していない利用（2件）"), "{page}");
    let report = admin.get("/web/emergency/report").await.unwrap().text();
    assert_eq!(
        report.matches("同意取得困難（救急時）：意識がない").count(),
        3
    );
    // The right is seen and taken away on the account's page.
    let list = admin.get("/web/accounts").await.unwrap().text();
    let (before, _) = list.split_once("Kyukyu01").unwrap();
    let path = before
        .rsplit_once("href=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0
        .to_owned();
    let page = admin.get(&path).await.unwrap().text();
    assert!(
        page.contains("name=\"emergency_viewing\" value=\"1\" checked"),
        "{page}"
    );
    let (_, version) = page.split_once("name=\"version\" value=\"").unwrap();
    let fields = [
        ("name", "架空 医師"),
        ("profession", "doctor"),
        ("version", version.split_once('"').unwrap().0),
    ];
    let answer = admin.post(&path, &fields).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let lines = log(&centre, &ours, Function::ManageAccounts);
    let words = |line: &Line| line.detail.as_ref().map(Detail::words);
    let words: Vec<String> = lines.iter().filter_map(words).collect();
    for expected in [
        "医療情報閲覧アカウントを登録（救急時閲覧権限あり）",
        "内容を変更（救急時閲覧権限：あり→なし）",
    ] {
        assert!(words.iter().any(|words| words == expected), "{words:?}");
    }
    let told: MedicinesResponse = program
        .ask("YZKsiquc01", How::Json, &medicines(&code, &patient))
        .await;
    let said = told.header.message_contents.unwrap();
    assert!(said.starts_with("OQSB9042E"), "{said}");
}
