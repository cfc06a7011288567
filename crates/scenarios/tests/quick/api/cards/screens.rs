//! 来院一覧 and the readers' modes, over real TLS.

use onshi_core::AccountKind;

use super::desk::Desk;
use crate::centre::test_centre::{TestCentre, TestClock, log_in};
use onshi_card::Profile;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reception_sees_who_came_and_allows_by_eye_once() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let mut plastic = desk.issue((&patient, Profile::Card), true, CLOCK.read());
    let mut staff = centre.client(&desk.at.terminal);
    log_in(&mut staff, desk.at.login(AccountKind::General)).await;
    let last = |answer: &onshi_scenarios::client::Answer| answer.json()["last"].as_i64().unwrap();
    let before = last(&staff.get("/web/arrivals/changed").await.unwrap());
    assert!(
        staff
            .get("/web/arrivals")
            .await
            .unwrap()
            .text()
            .contains("まだ")
    );

    let visit = desk.come(&mut plastic, "face", CLOCK.read()).await;
    let after = last(&staff.get("/web/arrivals/changed").await.unwrap());
    assert!(after > before);
    let page = staff.get("/web/arrivals").await.unwrap().text();
    assert!(page.contains("操作中") && page.contains("顔認証"), "{page}");
    let said = json!({"visit": visit["visit"], "purpose": "1", "kinds": {}, "ceiling": true});
    desk.send("consents", said, CLOCK.read()).await;
    let page = staff.get("/web/arrivals").await.unwrap().text();
    assert!(page.contains("資格あり"), "{page}");

    // By eye: a passcode from the screen, typed on the reader.
    let led = staff.post("/web/readers/passcode", &[]).await.unwrap();
    let shown = staff.get(led.location()).await.unwrap().text();
    let digits = shown
        .split("<strong class=\"code\">")
        .nth(1)
        .unwrap()
        .get(..6)
        .unwrap();
    assert!(
        digits.bytes().all(|digit| digit.is_ascii_digit()),
        "{shown}"
    );
    let again = staff.get(led.location()).await.unwrap().text();
    assert!(!again.contains(digits), "it is shown once");
    let digits = digits.to_owned();
    for expected in ["good", "card.passcode"] {
        let challenge = desk.challenge(CLOCK.read()).await;
        let mut shown = plastic.shown(&challenge, "by_eye");
        shown["passcode"] = json!(digits);
        let answer = desk.send("cards", shown, CLOCK.read()).await.json();
        let came = answer["state"].as_str().or(answer["code"].as_str());
        assert_eq!(came, Some(expected));
    }
    // Or the mode, which ends after one patient.
    let pairs = [("reader", "KAO01"), ("mode", "by_eye")];
    let led = staff.post("/web/readers", &pairs).await.unwrap();
    let page = staff.get(led.location()).await.unwrap().text();
    assert!(page.contains("目視確認モードにしました"), "{page}");
    assert_eq!(desk.challenge(CLOCK.read()).await["mode"], "by_eye");
    desk.come(&mut plastic, "by_eye", CLOCK.read()).await;
    assert_eq!(desk.challenge(CLOCK.read()).await["mode"], "normal");
}
