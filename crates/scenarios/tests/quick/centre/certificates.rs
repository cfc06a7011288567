//! 端末・電子証明書の一覧: what was issued to the own institution, and what it is worth now.

use onshi_core::{AccountKind, Function, certificate};

use super::test_centre::{TestCentre, TestClock, log_in};

const DAY: i64 = 86_400;

/// The row of this serial number, as text without its tags.
fn row_of(page: &str, serial: &str) -> Option<String> {
    let row = page
        .split("<tr>")
        .find(|row| row.contains(serial))?
        .split("</tr>")
        .next()?;
    let mut text = String::new();
    for part in row.split('<').skip(1) {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        text.push(' ');
    }
    Some(text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_sees_the_own_terminals_certificates_and_nobody_elses() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let ends_soon = centre.certificate(&ours.code, "ONS02", -DAY, 30 * DAY + 3600);
    let begins_later = centre.certificate(&ours.code, "ONS03", DAY, 400 * DAY);
    let ended = centre.certificate(&ours.code, "ONS04", -3 * DAY, -DAY - 3600);
    let lost = centre.certificate(&ours.code, "ONS05", -DAY, 400 * DAY);
    let serial = lost.serial.clone();
    centre.operate(&ours.code, Function::ManageCertificates, move |tx| {
        certificate::revoke(tx, &serial, "端末 <紛失> のため")
    });

    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let answer = admin.get("/web/certificates").await.unwrap();
    assert_eq!(answer.status, 200);
    let page = answer.text();
    for (issued, says) in [
        (&ours.terminal, "この端末"),
        (&ours.terminal, "有効"),
        (&ours.terminal, "いま使用中"),
        (&ends_soon, "あと30日"),
        (&ends_soon, "「証明書を更新する」を押してください"),
        (&ends_soon, "記録なし"),
        (&begins_later, "開始前"),
        (&ended, "期限切れ"),
        (&ended, "日前に終了"),
        (&ended, "発行を依頼してください"),
        (&lost, "失効"),
        (&lost, "端末 &#60;紛失&#62; のため"),
    ] {
        let row = row_of(&page, &issued.serial).unwrap();
        assert!(row.contains(says), "{says}: {row}");
    }
    let this = page.matches("この端末").count();
    assert_eq!(this, 1, "the page is seen through one terminal");
    assert!(row_of(&page, &theirs.terminal.serial).is_none());
    assert!(!row_of(&page, &ended.serial).unwrap().contains("日 更新"));

    let audit = centre.audit(&ours.code, 1);
    assert_eq!(audit[0].function, Some(Function::ListCertificates));

    // Somebody comes with one of the others: the list knows when.
    let mut second = centre.client(&ends_soon);
    log_in(&mut second, ours.login(AccountKind::General)).await;
    let page = admin.get("/web/certificates").await.unwrap().text();
    let row = row_of(&page, &ends_soon.serial).unwrap();
    assert!(!row.contains("記録なし") && row.contains('年'), "{row}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_revokes_a_lost_terminal_and_never_the_own_or_anothers() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let lost = centre.certificate(&ours.code, "ONS02", -DAY, 30 * DAY);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let list = admin.get("/web/certificates").await.unwrap().text();
    assert_eq!(list.matches("/web/certificates/revoke?serial=").count(), 1);
    assert!(list.contains(&format!("revoke?serial={}", lost.serial)));
    let path = |serial: &str| format!("/web/certificates/revoke?serial={serial}");
    let ask = admin.get(&path(&lost.serial)).await.unwrap().text();
    assert!(
        ask.contains("ONS02") && ask.contains("失効させますか"),
        "{ask}"
    );
    let foreign = admin.get(&path(&theirs.terminal.serial)).await.unwrap();
    assert_eq!(foreign.status, 404);
    let send = |serial: &str, reason: &str| {
        let fields = [("serial", serial.to_owned()), ("reason", reason.to_owned())];
        (path(serial), fields)
    };
    for (serial, reason, status) in [
        (&lost.serial, "", 422),
        (&theirs.terminal.serial, "紛失のため", 404),
        (&ours.terminal.serial, "紛失のため", 409),
        (&lost.serial, "紛失のため", 303),
        (&lost.serial, "紛失のため", 409),
    ] {
        let (path, fields) = send(serial, reason);
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let answer = admin.post(&path, &fields).await.unwrap();
        assert_eq!(answer.status, status, "{reason}: {}", answer.text());
    }
    let mut gone = centre.client(&lost);
    let told = gone.get("/terminal/standing").await.unwrap().json();
    assert_eq!(told["standing"], "revoked");
    let page = admin.get("/web/certificates").await.unwrap().text();
    assert!(row_of(&page, &lost.serial).unwrap().contains("紛失のため"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_menu_reminds_an_administrator_of_what_ends_and_nobody_else() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    centre.certificate(&ours.code, "ONS02", -DAY, 30 * DAY + 3600);
    centre.certificate(&ours.code, "ONS03", -DAY, 6 * DAY);
    centre.certificate(&ours.code, "ONS03", -DAY, 400 * DAY);
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let before = centre.audit(&ours.code, 100).len();
    let menu = admin.get("/web/menu").await.unwrap().text();
    assert_eq!(
        centre.audit(&ours.code, 100).len(),
        before,
        "it leaves no entry"
    );
    assert!(
        menu.contains("端末「ONS02」の電子証明書は、あと30日"),
        "{menu}"
    );
    assert!(!menu.contains("ONS03"), "it was replaced: {menu}");
    let mut staff = centre.client(&ours.terminal);
    log_in(&mut staff, ours.login(AccountKind::General)).await;
    let menu = staff.get("/web/menu").await.unwrap().text();
    assert!(!menu.contains("ONS02"), "{menu}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_its_first_day_a_certificate_opens_nothing() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let early = centre.certificate(&ours.code, "ONS02", DAY, 400 * DAY);
    let mut program = centre.client(&early);
    let login = ours.login(AccountKind::WebApi);
    let answer = program.log_in_for_tokens(&login.user_id, &login.password);
    let answer = answer.await.unwrap();
    let told = (answer.status, answer.json()["code"].clone());
    assert_eq!(told, (403, "certificate.not_yet_valid".into()));
}
