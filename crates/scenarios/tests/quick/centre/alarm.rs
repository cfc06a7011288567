//! The alarm of a reset of the master (マスタパスワード初期化): on every screen of the institution until somebody has seen it.

use onshi_core::AccountKind;
use onshi_core::account::session::EndReason;

use super::test_centre::{TestCentre, TestClock, done, log_in};

const WORDS: &str = "マスタアカウントのパスワードが初期化されました。";
const BUTTON: &str = "確認したので、この表示を消す";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_of_the_master_is_on_every_screen_until_it_was_seen() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let browsers = [
        (&ours, AccountKind::General),
        (&ours, AccountKind::Admin),
        (&theirs, AccountKind::Admin),
        (&ours, AccountKind::Master),
    ];
    let mut open = Vec::new();
    for (at, kind) in browsers {
        let mut client = centre.client(&at.terminal);
        log_in(&mut client, at.login(kind)).await;
        open.push(client);
    }
    for client in &mut open {
        let page = client.get("/web/menu").await.unwrap().text();
        assert!(!page.contains(WORDS), "{page}");
    }
    let mut reset = centre.client(&ours.terminal);
    log_in(&mut reset, ours.login(AccountKind::Reset)).await;
    let number = [("secret_number", ours.welcome.secret_number.as_str())];
    let page = done(&mut reset, "/web/master-reset", &number).await.text();
    assert!(page.contains(WORDS) && !page.contains(BUTTON), "{page}");
    let [reception, admin, neighbour, master] = open.as_mut_slice() else {
        panic!("four browsers");
    };
    // The master's session ended, and says so.
    let ended = master.get("/web/menu").await.unwrap();
    assert_eq!(ended.status, 303);
    let told = master.get(ended.location()).await.unwrap().text();
    assert!(
        told.contains(&EndReason::PasswordChanged.words(None)),
        "{told}"
    );
    // Who works there sees it on every screen, and can't make it go away.
    for path in ["/web/menu", "/web/eligibility", "/web/nothing-here"] {
        let page = reception.get(path).await.unwrap().text();
        assert!(
            page.contains(WORDS) && !page.contains(BUTTON),
            "{path} {page}"
        );
    }
    let refused = reception.post("/web/alarm", &[]).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.text());
    let page = neighbour.get("/web/menu").await.unwrap().text();
    assert!(!page.contains(WORDS), "{page}");
    let page = admin.get("/web/accounts").await.unwrap().text();
    assert!(page.contains(WORDS) && page.contains(BUTTON), "{page}");
    let page = done(admin, "/web/alarm", &[]).await.text();
    assert!(
        !page.contains(WORDS) && page.contains("操作履歴に記録しました"),
        "{page}"
    );
    let page = reception.get("/web/menu").await.unwrap().text();
    assert!(!page.contains(WORDS), "{page}");
    let lines = centre.audit(&ours.code, 20);
    let seen = lines.iter().find_map(|line| {
        let detail = line.detail.as_ref()?;
        (detail.code() == "alarm_confirmed").then_some(line.role)
    });
    assert_eq!(seen, Some(Some(onshi_core::Role::Admin)));
    // There is nothing more to be confirmed.
    let late = admin.post("/web/alarm", &[]).await.unwrap();
    assert_eq!(late.status, 409, "{}", late.text());
}
