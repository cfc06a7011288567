//! OQSsiurl01: an institution's program fetches the own address of マイナ在宅受付Web, as a PDF and as a picture, or is told why
//! there is none.

use onshi_core::environment::Setting;
use onshi_core::{AccountKind, Function};
use onshi_wire::messages::{AccessUrlRequest, AccessUrlResponse};

use super::program::{EVERY_HOW, How, Program, log, written};
use crate::centre::test_centre::{TestCentre, TestClock, done, log_in};

fn asked(code: &str, purpose: &str, form: &str) -> AccessUrlRequest {
    let mut asked = AccessUrlRequest::default();
    code.clone_into(&mut asked.header.medical_institution_code);
    purpose.clone_into(&mut asked.body.url.purpose);
    form.clone_into(&mut asked.body.url.form);
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_fetches_the_address_as_a_document_and_as_a_picture() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut program = Program::log_in_as(&centre, &ours, AccountKind::WebApi).await;
    let code = program.code.clone();
    let why = async |program: &mut Program, purpose: &str| {
        let asked = asked(&code, purpose, "1");
        let told: AccessUrlResponse = program.ask("OQSsiurl01", How::Json, &asked).await;
        assert_eq!(told.body.processing_result_status.as_deref(), Some("2"));
        assert_eq!(told.body.url.unwrap().purpose, purpose);
        told.body.processing_result_code.unwrap()
    };
    // Not used, then not issued.
    assert_eq!(why(&mut program, "2").await, "OQSB9047E");
    centre.change_setting(&ours, Setting::HomeVisits, "1");
    assert_eq!(why(&mut program, "2").await, "OQSB9048E");
    assert_eq!(why(&mut program, "3").await, "OQSB9047E");
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    done(&mut admin, "/web/home-reception", &[]).await;
    for how in EVERY_HOW {
        let (kind, bytes) = written(how, &asked(&code, "2", "1"));
        let answer = program.send("OQSsiurl01", kind, bytes).await;
        assert_eq!(answer.header("content-type"), "application/pdf");
        assert!(answer.body.starts_with(b"%PDF-"), "{}", answer.text());
        let (kind, bytes) = written(how, &asked(&code, "2", "2"));
        let answer = program.send("OQSsiurl01", kind, bytes).await;
        assert_eq!(answer.header("content-type"), "image/png");
        assert!(answer.body.starts_with(b"\x89PNG\r\n\x1a\n"));
        // As wide as it is high.
        assert_eq!(answer.body[16..20], answer.body[20..24]);
    }
    let lines = log(&centre, &ours, Function::FetchHomeAddress);
    let words = lines.iter().filter_map(|line| line.detail.as_ref());
    let told = words.filter(|detail| detail.words().contains("専用URLを取得"));
    assert_eq!(told.count(), 2 * EVERY_HOW.len());
    // Of another institution nothing is told.
    let other: AccessUrlResponse = program
        .ask("OQSsiurl01", How::Json, &asked("1410000001", "2", "1"))
        .await;
    assert_eq!(other.header.error_code.as_deref(), Some("OQSB9003E"));
}
