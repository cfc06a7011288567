//! A terminal that has no certificate fetches one by a code: the program of the terminal against the centre.

use onshi_core::audit::Detail;
use onshi_core::enrolment::{EnrolmentCode, EnrolmentFor, issue, usual_end};
use onshi_core::{AccountKind, Function, RefusalCode};
use onshi_scenarios::client::Identity;
use onshi_server::Config;
use onshi_terminal::enrolment::{EnrolmentConfig, EnrolmentError, Installed, enrol};
use onshi_terminal::gateway::Timeouts;
use serde_json::json;
use std::path::Path;
use zeroize::Zeroizing;

use super::test_centre::{Institution, TestCentre, TestClock, log_in};

const PATH: &str = "/onshi/v1/enrolment";

fn code_for(centre: &TestCentre, at: &Institution, name: &str) -> EnrolmentCode {
    let of = EnrolmentFor::Terminal(at.code.clone(), name.to_owned());
    centre.operate(&at.code, Function::IssueEnrolmentCodes, move |tx| {
        let end = usual_end(tx);
        issue(tx, &of, end).map(|(_, code)| code)
    })
}

pub(super) async fn fetch(
    centre: &TestCentre,
    folder: &Path,
    code: &str,
) -> Result<Installed, EnrolmentError> {
    let config = EnrolmentConfig {
        centre_url: centre.url(),
        authority_pem: centre.secrets.authority_file(),
        certificates: folder.to_owned(),
        code: Zeroizing::new(code.to_owned()),
        backup: None,
        passphrase: None,
        timeouts: Timeouts::default(),
    };
    enrol(config).await
}

#[track_caller]
pub(super) fn refused(answer: Result<Installed, EnrolmentError>) -> String {
    match answer {
        Err(EnrolmentError::Refused { code, what, remedy }) => {
            assert!(!what.is_empty() && !remedy.is_empty());
            code
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_fetches_its_certificate_and_logs_in_with_it() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let folder = tempfile::tempdir().unwrap();
    let code = code_for(&centre, &ours, "受付 2号機");
    let typed = code.grouped().to_lowercase();
    let installed = fetch(&centre, folder.path(), &typed).await.unwrap();
    assert_eq!(installed.name.as_deref(), Some("受付 2号機"));
    assert_eq!(installed.facility.as_deref(), Some(ours.code.as_str()));
    assert_eq!(installed.holder, "霞が関みらい診療所");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let identity = Identity {
        certificate_pem: read(&installed.certificate),
        key_pem: read(&installed.key),
    };
    let mut client = centre.client_as(Some(&identity));
    log_in(&mut client, ours.login(AccountKind::Admin)).await;
    let list = client.get("/web/certificates").await.unwrap().text();
    assert!(list.contains("受付 2号機"), "{list}");

    // Run again it finds what is there; another key gets nothing.
    let again = fetch(&centre, folder.path(), &typed).await.unwrap();
    assert!(again.was_there && again.serial == installed.serial);
    let elsewhere = tempfile::tempdir().unwrap();
    let other = fetch(&centre, elsewhere.path(), &typed).await;
    assert_eq!(refused(other), "enrolment.used");
    let lines = centre.audit(&ours.code, 20);
    let told = lines.iter().filter_map(|line| line.detail.clone());
    let enrolled = told.filter(|detail| matches!(detail, Detail::Enrolled { .. }));
    assert_eq!(enrolled.count(), 1);
    let code = RefusalCode::EnrolmentUsed.code();
    let refusals = lines
        .iter()
        .filter(|line| line.refusal.as_deref() == Some(code));
    assert_eq!(refusals.count(), 1, "it is in the institution's log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_are_told_nothing_and_are_soon_slowed_down() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut Config| config.limits.stranger_burst = 20;
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let code = code_for(&centre, &ours, "1号機");
    let mut nobody = centre.client_as(None);
    let mut told = std::collections::BTreeSet::new();
    let guess = onshi_wire::typed_code::complete(&[7; 19]);
    for shown in [
        None,
        Some("Enrolment ".to_owned()),
        Some(format!("Bearer {}", code.reveal())),
        Some(format!("Enrolment {guess}")),
        Some(format!("Enrolment {}", &code.reveal()[1..])),
        Some(format!("Enrolment {}", "A".repeat(5000))),
    ] {
        let answer = nobody.json(PATH, shown.as_deref(), &json!({})).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 403);
        let mut problem = answer.json();
        problem["instance"] = json!(null);
        told.insert(problem.to_string());
    }
    assert_eq!(told.len(), 1, "all are told the same: {told:?}");
    let mut last = 0;
    for _ in 0..20 {
        let shown = format!("Enrolment {guess}");
        let answer = nobody.json(PATH, Some(&shown), &json!({})).await;
        last = answer.unwrap().status;
    }
    assert_eq!(last, 429);
    // Whoever has the code is not kept out by whoever guesses.
    let folder = tempfile::tempdir().unwrap();
    assert!(fetch(&centre, folder.path(), code.reveal()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_request_is_refused_and_spends_nothing() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let code = code_for(&centre, &ours, "1号機");
    let shown = format!("Enrolment {}", code.reveal());
    let mut nobody = centre.client_as(None);
    for body in [
        json!({}),
        json!([]),
        json!({"certificateRequest": 1}),
        json!({"certificateRequest": ""}),
        json!({"certificateRequest": "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"}),
        json!({"certificateRequest": "A".repeat(20_000)}),
    ] {
        let answer = nobody.json(PATH, Some(&shown), &body).await.unwrap();
        assert_eq!(
            (answer.status, &*answer.problem().code),
            (400, "message.unreadable")
        );
    }
    let folder = tempfile::tempdir().unwrap();
    CLOCK.advance(179 * 86_400);
    assert!(fetch(&centre, folder.path(), code.reveal()).await.is_ok());
    let late = code_for(&centre, &ours, "2号機");
    CLOCK.advance(181 * 86_400);
    let folder = tempfile::tempdir().unwrap();
    let over = fetch(&centre, folder.path(), late.reveal()).await;
    assert_eq!(refused(over), "enrolment.over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_typed_wrongly_is_not_even_sent() {
    let folder = tempfile::tempdir().unwrap();
    let config = |code: &str| EnrolmentConfig {
        centre_url: "https://localhost:1".to_owned(),
        authority_pem: folder.path().join("none.pem"),
        certificates: folder.path().join("certificates"),
        code: Zeroizing::new(code.to_owned()),
        backup: None,
        passphrase: None,
        timeouts: Timeouts::default(),
    };
    let code = onshi_wire::typed_code::complete(&[3; 19]);
    let slip = enrol(config(&code[1..])).await;
    assert!(matches!(slip, Err(EnrolmentError::Code(_))), "{slip:?}");
    let authority = enrol(config(&code)).await;
    assert!(matches!(authority, Err(EnrolmentError::Settings(_))));
    assert!(
        !folder.path().join("certificates").exists(),
        "nothing was made"
    );
}
