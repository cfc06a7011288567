//! The centre away, the account refused, the message refused.

use std::time::Duration;

use super::centre::{PASSWORD, Reply, WRONG};
use super::{ANSWER, Clinic, REQUEST, message, pause, until};

const ERR: &str = "OQSsiquc01req_1.err";

fn first_line(note: &str) -> &str {
    note.lines().next().unwrap_or_default()
}

#[tokio::test]
async fn requests_wait_for_the_centre_in_order() {
    let mut clinic = Clinic::open().await;
    clinic.config.concurrency = 1;
    until("a log-in", || !clinic.centre.script().passwords.is_empty()).await;
    clinic.centre.stop();
    for n in 1..=3 {
        clinic.put(&format!("OQSsiquc01req_{n}.xml"), message(&n.to_string()));
        pause(200).await;
    }
    assert!(clinic.results().is_empty());
    let authority = &clinic.authority;
    clinic.centre.go_on(authority).await;
    for n in 1..=3 {
        let answer = clinic.take_text(&format!("OQSsiquc01res_{n}.xml")).await;
        assert!(answer.contains(&message(&n.to_string())));
    }
    let script = clinic.centre.script();
    let asked: Vec<_> = script.asked.iter().map(|asked| asked.key.clone()).collect();
    assert_eq!(asked.len(), 3);
    assert!(asked[0] < asked[1], "the first comes first: {asked:?}");
}

#[tokio::test]
async fn who_waits_too_long_is_told() {
    let mut clinic = Clinic::new().await;
    clinic.config.offline_timeout = Duration::from_millis(700);
    clinic.centre.stop();
    clinic.start();
    let body = message("late");
    clinic.put(REQUEST, &body);
    let note = clinic.take_text(ERR).await;
    assert_eq!(first_line(&note), "OQSB9020E", "{note}");
    assert!(
        note.contains("すること：") && note.contains("TERMINAL-02"),
        "{note}"
    );
    assert_eq!(clinic.take_text(REQUEST).await, body);
    clinic.quiet().await;
    assert!(clinic.results().is_empty());
}

#[tokio::test]
async fn a_busy_centre_is_asked_again_under_the_same_key() {
    let clinic = Clinic::open().await;
    let busy = r#"{"code":"busy","title":"混み合っています。","detail":"混み合っています。"}"#;
    for status in [503, 429, 500] {
        clinic.centre.script().asked.clear();
        clinic.centre.script().reply = Reply::Problem(status, busy);
        clinic.put(REQUEST, message("busy"));
        until("a first try", || !clinic.centre.script().asked.is_empty()).await;
        assert!(clinic.results().is_empty());
        clinic.centre.script().reply = Reply::Echo;
        assert!(clinic.take_text(ANSWER).await.contains("busy"));
        clinic.quiet().await;
        let script = clinic.centre.script();
        assert!(script.asked.len() >= 2);
        assert!(
            script
                .asked
                .iter()
                .all(|asked| asked.key == script.asked[0].key)
        );
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    let clinic = Clinic::open().await;
    clinic.put(REQUEST, message("one"));
    clinic.take(ANSWER).await;
    clinic.centre.script().token = "none of yours".to_owned();
    clinic.put(REQUEST, message("two"));
    assert!(clinic.take_text(ANSWER).await.contains("two"));
    let script = clinic.centre.script();
    assert_eq!(script.passwords.len(), 2);
    assert_eq!(script.asked[1].token, "token2");
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends() {
    let clinic = Clinic::new().await;
    clinic.centre.script().expires_in = 1;
    let mut clinic = clinic;
    clinic.start();
    until("a refresh", || clinic.centre.script().refreshes >= 2).await;
    assert_eq!(clinic.centre.script().passwords.len(), 1);
    clinic.put(REQUEST, message("fresh"));
    assert!(clinic.take_text(ANSWER).await.contains("fresh"));
}

#[tokio::test]
async fn a_wrong_password_is_told_at_once_and_not_tried_again() {
    let mut clinic = Clinic::new().await;
    clinic.centre.script().password = "Changed-2".to_owned();
    clinic.start();
    for _ in 0..3 {
        clinic.put(REQUEST, message("refused"));
        let note = clinic.take_text(ERR).await;
        assert_eq!(first_line(&note), "OQSB9021E", "{note}");
        assert!(
            note.contains("ユーザIDまたはパスワードが違います。"),
            "{note}"
        );
        clinic.take(REQUEST).await;
        clinic.quiet().await;
    }
    pause(500).await;
    assert_eq!(clinic.centre.script().passwords, [PASSWORD]);
    // The file is put right: it goes on by itself, without a request.
    clinic.password("Changed-2");
    until("a log-in", || clinic.centre.script().passwords.len() == 2).await;
    clinic.put(REQUEST, message("at last"));
    assert!(clinic.take_text(ANSWER).await.contains("at last"));
}

#[tokio::test]
async fn a_password_that_was_changed_meanwhile_is_told_at_once() {
    let clinic = Clinic::open().await;
    clinic.put(REQUEST, message("before"));
    clinic.take(ANSWER).await;
    {
        let mut script = clinic.centre.script();
        script.password = "Changed-2".to_owned();
        script.token = "ended".to_owned();
    }
    clinic.put(REQUEST, message("after"));
    let note = clinic.take_text(ERR).await;
    assert_eq!(first_line(&note), "OQSB9021E", "{note}");
    assert_eq!(clinic.centre.script().passwords.len(), 2);
}

#[tokio::test]
async fn every_refused_log_in_is_told_in_the_centres_words() {
    for (code, words) in [
        ("login.locked", "ロックされています。"),
        (
            "password.change_needed",
            "最初にパスワードの変更が必要です。",
        ),
        ("certificate.revoked", "この電子証明書は失効しています。"),
    ] {
        let mut clinic = Clinic::new().await;
        let json = format!(r#"{{"code":"{code}","title":"{words}","detail":"{words}次の手順。"}}"#);
        clinic.centre.script().refusal = Some((403, json.leak()));
        clinic.start();
        clinic.put(REQUEST, message("refused"));
        let note = clinic.take_text(ERR).await;
        assert_eq!(first_line(&note), "OQSB9021E", "{note}");
        assert!(note.contains(words), "{note}");
        assert_eq!(clinic.centre.script().passwords.len(), 1);
    }
    assert!(WRONG.contains("login.wrong"));
}

#[tokio::test]
async fn a_refused_message_says_what_and_where() {
    let clinic = Clinic::open().await;
    let unreadable = r#"{"code":"message.unreadable","title":"読み取れませんでした。","detail":"読み取れませんでした。形式を確認してください。","problems":[{"pointer":"","detail":"1行目9文字目: 閉じていません。"}]}"#;
    let denied = r#"{"code":"permission.denied","title":"利用できません。","detail":"利用できません。相談してください。"}"#;
    for (status, json, code, place) in [
        (
            400,
            unreadable,
            "OQSB9005E",
            "1行目9文字目: 閉じていません。",
        ),
        (403, denied, "OQSB9011E", "すること：相談してください。"),
        (413, r#"{"code":"message.too_large"}"#, "OQSB9009E", "413"),
        (404, "{}", "OQSB9022E", "404"),
    ] {
        clinic.centre.script().reply = Reply::Problem(status, json);
        clinic.put(REQUEST, "<XmlMsg></XmlMsg>");
        let note = clinic.take_text(ERR).await;
        assert_eq!(first_line(&note), code, "{note}");
        assert!(note.contains(place), "{note}");
        assert_eq!(clinic.take_text(REQUEST).await, "<XmlMsg></XmlMsg>");
        clinic.quiet().await;
    }
    assert_eq!(clinic.centre.script().passwords.len(), 1);
}
