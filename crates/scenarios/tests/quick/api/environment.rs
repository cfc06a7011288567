//! OQSsiinq01 and OQSsiupd01: an institution's program asks for its settings and changes some of them, by every way in which
//! a program asks; and each way to be refused.

use onshi_core::{AccountKind, Function};
use onshi_wire::messages::{EnvironmentInquiry, EnvironmentResponse, EnvironmentUpdate};

use super::program::{EVERY_HOW, How, Program, log};
use crate::centre::test_centre::{TestCentre, TestClock, log_in};

fn inquiry(code: &str) -> EnvironmentInquiry {
    let mut asked = EnvironmentInquiry::default();
    asked.header.medical_institution_code = code.to_owned();
    asked
}

fn update(code: &str) -> EnvironmentUpdate {
    let mut asked = EnvironmentUpdate::default();
    asked.header.medical_institution_code = code.to_owned();
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_asks_and_changes_what_it_names_alone() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    for kind in [AccountKind::WebApi, AccountKind::Link] {
        let mut program = Program::log_in_as(&centre, &ours, kind).await;
        let ask = inquiry(&program.code);
        for how in EVERY_HOW {
            let told: EnvironmentResponse = program.ask("OQSsiinq01", how, &ask).await;
            let holds = told.body.environment.unwrap();
            assert_eq!(told.body.processing_result_status.as_deref(), Some("1"));
            assert_eq!(
                (&*holds.medicines, &*holds.electronic_prescriptions),
                ("1", "0")
            );
            let before: i64 = holds.version.parse().unwrap();
            let other = if holds.surgery == "1" { "0" } else { "1" };
            let mut change = update(&program.code);
            let info = &mut change.body.environment;
            info.surgery_change = Some("1".to_owned());
            info.surgery = Some(other.to_owned());
            // What is not to be changed is not, whatever stands there.
            info.medicines_change = Some("0".to_owned());
            info.medicines = Some("0".to_owned());
            let told: EnvironmentResponse = program.ask("OQSsiupd01", how, &change).await;
            let holds = told.body.environment.unwrap();
            assert_eq!(holds.version, (before + 1).to_string());
            assert_eq!((&*holds.surgery, &*holds.medicines), (other, "1"));
            let again: EnvironmentResponse = program.ask("OQSsiupd01", how, &change).await;
            assert_eq!(again.body.environment.unwrap().version, holds.version);
        }
    }
    // The administrator sees who it was.
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let page = admin.get("/web/environment").await.unwrap().text();
    let by = ours.login(AccountKind::Link);
    assert!(page.contains(&by.user_id), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_changed_says_why_and_changes_nothing() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let mut program = Program::log_in(&centre, &ours).await;
    let mut without_value = update(&program.code);
    without_value.body.environment.treatment_change = Some("1".to_owned());
    let mut wrong_value = update(&program.code);
    let info = &mut wrong_value.body.environment;
    info.prescription_timing_change = Some("1".to_owned());
    info.prescription_timing = Some("3".to_owned());
    let mut of_others = update(theirs.code.as_str());
    of_others.body.environment.surgery_change = Some("1".to_owned());
    of_others.body.environment.surgery = Some("1".to_owned());
    for (message, code) in [
        (&without_value, "OQSB9001E"),
        (&wrong_value, "OQSB9007E"),
        (&of_others, "OQSB9003E"),
    ] {
        let told: EnvironmentResponse = program.ask("OQSsiupd01", How::Json, message).await;
        assert_eq!(told.header.error_code.as_deref(), Some(code));
        assert_eq!(told.body.environment, None);
    }
    let ask = inquiry(theirs.code.as_str());
    let told: EnvironmentResponse = program.ask("OQSsiinq01", How::Json, &ask).await;
    assert_eq!(told.header.error_code.as_deref(), Some("OQSB9003E"));
    let ask = inquiry(&program.code);
    let told: EnvironmentResponse = program.ask("OQSsiinq01", How::Json, &ask).await;
    assert_eq!(told.body.environment.unwrap().version, "0");
    let refused = log(&centre, &ours, Function::UpdateEnvironmentByMessage);
    assert_eq!(
        refused.iter().filter(|line| line.refusal.is_some()).count(),
        3
    );
}
