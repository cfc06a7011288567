//! 導入の権限: the institution sees who may roll out there and until when, reads it in its log, and ends it.

use super::test_centre::{TestCentre, TestClock, log_in};
use onshi_core::AccountKind;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_sees_the_installers_of_the_own_institution_and_ends_their_right() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let page = admin.get("/web/installers").await.unwrap().text();
    assert!(page.contains("導入の権限を持つ業者はありません"), "{page}");

    let (own, other) = (centre.installer(&ours), centre.installer(&theirs));
    let page = admin.get("/web/installers").await.unwrap().text();
    for part in ["架空システム株式会社", "担当 導入 太郎", "有効", &own] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(&other));
    let log = admin.get("/web/history").await.unwrap().text();
    assert!(
        log.contains("導入の権限を架空システム株式会社（導入 太郎）に付与"),
        "{log}"
    );

    let path = |id: &str| format!("/web/installers/end?installer={id}");
    let asked = admin.get(&path(&own)).await.unwrap().text();
    assert!(asked.contains("導入の権限を終了しますか"), "{asked}");
    assert_eq!(admin.get(&path(&other)).await.unwrap().status, 404);
    for (id, reason, status) in [
        (&own, "", 422),
        (&other, "心当たりがないため", 404),
        (&own, "導入が終わったため", 303),
        (&own, "導入が終わったため", 409),
    ] {
        let fields = [("installer", id.as_str()), ("reason", reason)];
        let answer = admin.post(&path(id), &fields).await.unwrap();
        assert_eq!(answer.status, status, "{reason}: {}", answer.text());
    }
    let page = admin.get("/web/installers").await.unwrap().text();
    assert!(
        page.contains("終了") && page.contains("導入が終わったため"),
        "{page}"
    );
    assert!(
        !page.contains("/web/installers/end?"),
        "there is nothing left to end"
    );
    // The program's own way to the first password says nothing to whoever has no code.
    let nobody =
        serde_json::json!({"userId": "link01", "code": "2222-2222-2222-2222", "password": "x"});
    let answer = admin
        .json("/onshi/v1/activation", None, &nobody)
        .await
        .unwrap();
    assert_eq!(answer.status, 403, "{}", answer.text());
}
