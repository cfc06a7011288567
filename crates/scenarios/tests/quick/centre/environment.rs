//! 環境設定情報更新 on the screen: who may, two at once, and what is no value.

use onshi_core::AccountKind;

use super::test_centre::{TestCentre, TestClock, log_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_second_is_told_who_changed_what_and_keeps_what_was_chosen() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let (_, second) = centre.account(&ours, AccountKind::Admin, "Kanri77");
    let second = centre.used(&ours, &second);
    let mut first = centre.client(&ours.terminal);
    log_in(&mut first, ours.login(AccountKind::Admin)).await;
    let mut other = centre.client(&ours.terminal);
    log_in(&mut other, &second).await;

    let both = |wanted: &str| format!("/web/environment/confirm?version=0&{wanted}");
    let page = first.get(&both("surgery=1")).await.unwrap().text();
    assert!(page.contains("変更する設定（1件）"), "{page}");
    other.get(&both("treatment=1")).await.unwrap();
    let pairs = [("version", "0"), ("surgery", "1")];
    let led = first.post("/web/environment", &pairs).await.unwrap();
    assert_eq!(led.status, 303, "{}", led.text());
    let pairs = [("version", "0"), ("treatment", "1")];
    let told = other.post("/web/environment", &pairs).await.unwrap();
    assert_eq!(told.status, 409);
    let page = told.text();
    for words in [
        "ほかの人が設定を変更しました",
        "手術情報：利用しない→利用する",
        "現在の設定は「利用しない」です。",
        "name=\"treatment\" value=\"1\" checked",
        "name=\"surgery\" value=\"1\" checked",
        "name=\"version\" id=\"version\" value=\"1\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // On purpose, on what holds now.
    let pairs = [("version", "1"), ("treatment", "1")];
    let led = other.post("/web/environment", &pairs).await.unwrap();
    let page = other.get(led.location()).await.unwrap().text();
    for words in ["版2", "診療情報：利用しない→利用する", "Kanri77"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(
        page.contains("name=\"surgery\" value=\"1\" checked"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_value_is_refused_and_what_changes_nothing_says_so() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let confirm = "/web/environment/confirm";
    for (wanted, status) in [
        ("version=0&surgery=7", 422),
        ("version=0&electronic_prescriptions=%3Cb%3E", 422),
        ("version=9&surgery=1", 409),
        ("version=x&surgery=1", 409),
        ("version=0", 200),
        ("version=0&surgery=0", 200),
    ] {
        let answer = admin.get(&format!("{confirm}?{wanted}")).await.unwrap();
        assert_eq!(answer.status, status, "{wanted}");
        let same = answer.text().contains("変更した設定はありません");
        assert_eq!(same, status == 200, "{wanted}");
    }
    for pairs in [
        &[("version", "0"), ("surgery", "7")][..],
        &[("surgery", "1")],
    ] {
        let answer = admin.post("/web/environment", pairs).await.unwrap();
        assert_eq!(answer.status, 422, "{pairs:?}");
    }
    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("これまでの変更はありません"), "{page}");
}
