//! Which files are taken, and when.

use std::fs::{self, File};
use std::io::Write as _;
use std::time::Duration;

use super::{ANSWER, Clinic, REQUEST, listed, message, pause, until};

#[tokio::test]
async fn a_request_is_answered_in_the_other_folder() {
    let clinic = Clinic::open().await;
    let body = message("one");
    clinic.put(REQUEST, &body);
    assert_eq!(clinic.take_text(ANSWER).await, format!("answer to {body}"));
    clinic.quiet().await;
    assert!(listed(&clinic.config.req).is_empty());
    assert!(clinic.results().is_empty());
    let script = clinic.centre.script();
    assert_eq!(script.asked.len(), 1);
    let asked = &script.asked[0];
    assert_eq!(asked.path, "/onshi/v1/messages/OQSsiquc01");
    assert_eq!(asked.content_type, "application/xml");
    assert_eq!(asked.token, "token1");
    assert_eq!(asked.key.len(), 22);
}

#[tokio::test]
async fn a_file_that_is_still_being_written_is_waited_for() {
    let mut clinic = Clinic::new().await;
    clinic.config.patience = Duration::from_secs(600);
    clinic.start();
    let body = message("in pieces");
    let (first, second) = body.split_at(body.len() - 12);
    let path = clinic.put(REQUEST, first);
    pause(900).await;
    assert!(clinic.centre.script().asked.is_empty());
    let mut file = File::options().append(true).open(path).unwrap();
    file.write_all(second.as_bytes()).unwrap();
    drop(file);
    assert_eq!(clinic.take_text(ANSWER).await, format!("answer to {body}"));
    assert_eq!(clinic.centre.script().asked.len(), 1);
}

#[tokio::test]
async fn an_empty_file_is_waited_for() {
    let mut clinic = Clinic::new().await;
    clinic.config.patience = Duration::from_secs(600);
    clinic.start();
    let path = clinic.put(REQUEST, "");
    pause(500).await;
    // It goes on slowly, a piece at a time.
    let body = message("slow");
    let mut file = File::options().append(true).open(path).unwrap();
    for piece in body.as_bytes().chunks(20) {
        file.write_all(piece).unwrap();
        pause(60).await;
    }
    assert_eq!(clinic.take_text(ANSWER).await, format!("answer to {body}"));
    assert_eq!(clinic.centre.script().asked.len(), 1);
    clinic.quiet().await;
    assert!(clinic.results().is_empty());
}

#[tokio::test]
async fn a_file_that_stays_empty_is_told() {
    let clinic = Clinic::open().await;
    clinic.put(REQUEST, "");
    let note = clinic.take_text("OQSsiquc01req_1.err").await;
    assert!(
        note.starts_with("OQSB9005E\n") && note.contains("0バイト"),
        "{note}"
    );
    assert_eq!(clinic.take(REQUEST).await, b"");
    assert!(clinic.centre.script().asked.is_empty());
}

#[tokio::test]
async fn a_file_that_never_ends_is_sent_as_it_is() {
    let clinic = Clinic::open().await;
    clinic.put(REQUEST, "<XmlMsg>");
    assert_eq!(clinic.take_text(ANSWER).await, "answer to <XmlMsg>");
}

#[tokio::test]
async fn a_file_may_be_renamed_into_its_name() {
    let clinic = Clinic::open().await;
    let temporary = clinic.put(".receptionagent-0f.tmp", message("renamed"));
    pause(300).await;
    assert!(temporary.exists(), "a foreign name was touched");
    fs::rename(temporary, clinic.config.req.join(REQUEST)).unwrap();
    assert!(clinic.take_text(ANSWER).await.contains("renamed"));
}

#[tokio::test]
async fn foreign_names_are_not_even_touched() {
    let clinic = Clinic::open().await;
    let foreign = [
        "notes.txt",
        "OQSsiquc01res_1.xml",
        "OQSsiquc01req_1.tmp",
        "oqssiquc01req_1.xml",
        "請求_1.xml",
    ];
    for name in foreign {
        clinic.put(name, message("foreign"));
    }
    fs::create_dir(clinic.config.req.join("OQSsiquc01req_folder.xml")).unwrap();
    let before = listed(&clinic.config.req);
    pause(400).await;
    assert_eq!(listed(&clinic.config.req), before);
    assert!(clinic.results().is_empty());
    assert!(clinic.centre.script().asked.is_empty());
}

#[tokio::test]
async fn a_kind_that_nobody_knows_gets_a_note() {
    let clinic = Clinic::open().await;
    let body = message("prescription");
    clinic.put("EPSsiDMP01req_1.xml", &body);
    let note = clinic.take_text("EPSsiDMP01req_1.err").await;
    assert_eq!(note.lines().next(), Some("OQSB9022E"), "{note}");
    assert_eq!(clinic.take_text("EPSsiDMP01req_1.xml").await, body);
    assert!(clinic.centre.script().asked.is_empty());
}

#[tokio::test]
async fn a_second_request_of_a_name_waits_for_the_first() {
    let clinic = Clinic::open().await;
    clinic.centre.script().delay = Duration::from_millis(400);
    clinic.put(REQUEST, message("first"));
    until("the first", || clinic.centre.script().asked.len() == 1).await;
    clinic.put(REQUEST, message("second"));
    assert!(clinic.take_text(ANSWER).await.contains("first"));
    assert!(clinic.take_text(ANSWER).await.contains("second"));
    let script = clinic.centre.script();
    assert_eq!(script.asked.len(), 2);
    assert_ne!(script.asked[0].key, script.asked[1].key);
}

#[tokio::test]
async fn requests_of_many_kinds_find_their_ways() {
    let clinic = Clinic::open().await;
    let kinds = [
        "OQSsiimm01",
        "OQSmuquc02",
        "OQSmutic01",
        "YZKsiquc01",
        "TKKsiquc01",
    ];
    for kind in kinds {
        clinic.put(&format!("{kind}req_a b.XML"), message(kind));
    }
    for kind in kinds {
        let answer = clinic.take_text(&format!("{kind}res_a b.xml")).await;
        assert!(answer.contains(kind));
    }
    let script = clinic.centre.script();
    for kind in kinds {
        let path = format!("/onshi/v1/messages/{kind}");
        assert!(
            script.asked.iter().any(|asked| asked.path == path),
            "{path}"
        );
    }
}
