//! After a kill: what lies in `work` is taken up again at the right step.

use std::fs;

use onshi_terminal::link::{self, LinkError};

use super::{ANSWER, Clinic, REQUEST, message, pause};

const ID: &str = "1775001600000-0badcafe";

/// What lay in `work/<id>/` when the program was killed: files with their contents.
async fn left_behind(files: &[(&str, &str)]) -> Clinic {
    let clinic = Clinic::new().await;
    let folder = clinic.config.work.join(ID);
    fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    clinic
}

#[tokio::test]
async fn a_claimed_request_is_asked_under_the_same_key() {
    let body = message("claimed");
    let mut clinic = left_behind(&[(REQUEST, &body)]).await;
    clinic.start();
    assert_eq!(clinic.take_text(ANSWER).await, format!("answer to {body}"));
    clinic.quiet().await;
    assert!(clinic.results().is_empty());
    let script = clinic.centre.script();
    assert_eq!(script.asked.len(), 1);
    assert_eq!(script.asked[0].key, ID);
}

#[tokio::test]
async fn half_an_answer_counts_for_nothing() {
    let body = message("again");
    let half = format!("out.part/{ANSWER}");
    let mut clinic = left_behind(&[(REQUEST, &body), (&half, "<Xml")]).await;
    clinic.start();
    assert_eq!(clinic.take_text(ANSWER).await, format!("answer to {body}"));
    clinic.quiet().await;
    assert_eq!(clinic.centre.script().asked.len(), 1);
}

#[tokio::test]
async fn a_whole_answer_is_delivered_without_asking_again() {
    let whole = format!("out/{ANSWER}");
    for files in [
        &[(REQUEST, "question"), (whole.as_str(), "kept")][..],
        &[(whole.as_str(), "kept")][..],
    ] {
        let mut clinic = left_behind(files).await;
        // Not even a centre is needed for it.
        clinic.centre.stop();
        clinic.start();
        assert_eq!(clinic.take_text(ANSWER).await, "kept");
        clinic.quiet().await;
        assert!(clinic.results().is_empty());
        assert!(clinic.centre.script().asked.is_empty());
    }
}

#[tokio::test]
async fn an_answer_that_was_brought_already_is_not_brought_again() {
    // On another disk: the temporary file in res is gone, so it has got its name.
    let going = format!("going/{ANSWER}");
    let mut clinic = left_behind(&[(&going, "kept")]).await;
    clinic.start();
    clinic.quiet().await;
    pause(200).await;
    assert!(clinic.results().is_empty());
    // And here it is still there.
    let mut clinic = left_behind(&[(&going, "kept")]).await;
    let temporary = format!(".onshi-{ID}.xml.tmp");
    fs::write(clinic.config.res.join(temporary), "kept").unwrap();
    clinic.start();
    assert_eq!(clinic.take_text(ANSWER).await, "kept");
    clinic.quiet().await;
    assert!(clinic.results().is_empty());
}

#[tokio::test]
async fn a_claim_that_came_to_nothing_is_forgotten() {
    let mut clinic = left_behind(&[]).await;
    clinic.put(REQUEST, message("still there"));
    clinic.start();
    assert!(clinic.take_text(ANSWER).await.contains("still there"));
    clinic.quiet().await;
    assert_eq!(clinic.centre.script().asked.len(), 1);
}

#[tokio::test]
async fn a_stop_and_a_start_in_the_middle_give_one_answer() {
    let mut clinic = Clinic::open().await;
    clinic.centre.stop();
    for n in 0..20 {
        clinic.put(
            &format!("OQSsiquc01req_{n:02}.xml"),
            message(&n.to_string()),
        );
    }
    pause(200).await;
    clinic.stop().await;
    let authority = &clinic.authority;
    clinic.centre.go_on(authority).await;
    clinic.start();
    for n in 0..20 {
        let answer = clinic.take_text(&format!("OQSsiquc01res_{n:02}.xml")).await;
        assert_eq!(answer, format!("answer to {}", message(&n.to_string())));
    }
    clinic.quiet().await;
    assert!(clinic.results().is_empty());
    assert_eq!(clinic.centre.script().asked.len(), 20);
}

#[tokio::test]
async fn one_work_folder_is_for_one_program() {
    let clinic = Clinic::open().await;
    let second = link::open(clinic.config.clone());
    assert!(matches!(second, Err(LinkError::Taken(_))));
}
