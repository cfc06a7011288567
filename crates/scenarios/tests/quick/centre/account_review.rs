//! アカウントの棚卸し on the screen: what is found, many accounts ended at once, the signature and its record.

use onshi_core::AccountKind;
use onshi_core::audit::Detail;
use onshi_scenarios::client::Client;

use super::test_centre::{Institution, TestCentre, TestClock, done, log_in};

const PAGE: &str = "/web/account-review";
const DAY: i64 = 86_400;

async fn admin(centre: &TestCentre, at: &Institution) -> Client {
    let mut client = centre.client(&at.terminal);
    log_in(&mut client, at.login(AccountKind::Admin)).await;
    client
}

fn between<'p>(page: &'p str, begin: &str, end: &str) -> &'p str {
    let (_, rest) = page
        .split_once(begin)
        .unwrap_or_else(|| panic!("{begin}: {page}"));
    rest.split_once(end).unwrap().0
}

async fn sign(client: &mut Client) -> String {
    let page = client.get(PAGE).await.unwrap().text();
    let seen = between(&page, "name=\"seen\" value=\"", "\"").to_owned();
    let fields = [("action", "sign"), ("seen", &seen), ("remark", "異常なし")];
    done(client, PAGE, &fields).await.text()
}

/// A review that the institution signed; its id.
pub async fn signed(centre: &TestCentre, at: &Institution) -> String {
    let mut client = admin(centre, at).await;
    let page = sign(&mut client).await;
    between(&page, "<a href=\"/web/account-review/", "\"").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_that_nobody_needs_are_found_ended_and_signed_for() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    CLOCK.advance(0);
    let (never, _) = centre.account(&ours, AccountKind::General, "Nobody1");
    let (other, _) = centre.account(&ours, AccountKind::General, "Nobody2");
    let lasting = centre.certificate(&ours.code, "ONS02", -3600, 400 * DAY);
    CLOCK.advance(93 * DAY);
    let mut client = centre.client(&lasting);
    log_in(&mut client, ours.login(AccountKind::Admin)).await;
    let menu = client.get("/web/menu").await.unwrap().text();
    assert!(menu.contains("まだ棚卸しの記録がありません"), "{menu}");
    let page = client.get(&format!("{PAGE}?finding=never_used")).await;
    let page = page.unwrap().text();
    assert!(
        page.contains("Nobody1") && page.contains("に登録"),
        "{page}"
    );
    assert!(
        !page.contains("Kanri01</a>"),
        "administrators are the master's"
    );

    // Nobody chosen, no reason: each is said, and nothing is done.
    let answer = client.post(PAGE, &[("action", "ask-stop")]).await.unwrap();
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("1件以上選んでください"));
    let both = [("account", never.as_str()), ("account", other.as_str())];
    let ask = [&[("action", "ask-retire")], &both[..]].concat();
    let asked = client.post(PAGE, &ask).await.unwrap();
    assert_eq!(asked.status, 200);
    assert!(asked.text().contains("2件のアカウントを廃止しますか"));
    let without = [&[("action", "retire"), ("reason", "")], &both[..]].concat();
    let answer = client.post(PAGE, &without).await.unwrap();
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("理由を200文字以内"),
        "{}",
        answer.text()
    );
    let with = [&[("action", "retire"), ("reason", "退職のため")], &both[..]].concat();
    let page = done(&mut client, PAGE, &with).await.text();
    assert!(page.contains("アカウントを2件廃止しました"), "{page}");
    let retired = centre.audit(&ours.code, 20);
    let retired = retired.iter().filter(
        |line| matches!(&line.detail, Some(Detail::Retired { reason }) if reason == "退職のため"),
    );
    assert_eq!(retired.count(), 2);

    let page = sign(&mut client).await;
    assert!(page.contains("記録に署名しました"), "{page}");
    assert!(page.contains("停止0件、廃止2件"), "{page}");
    let record = between(&page, "<a href=\"/web/account-review/", "\"");
    let pdf = client.get(&format!("{PAGE}/{record}")).await.unwrap();
    assert_eq!(pdf.status, 200);
    assert!(pdf.body.starts_with(b"%PDF") && pdf.header("content-disposition").contains(".pdf"));
    let menu = client.get("/web/menu").await.unwrap().text();
    assert!(!menu.contains("棚卸しの記録"), "{menu}");
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_is_of_what_was_on_the_screen() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut client = admin(&centre, &ours).await;
    let page = client.get(PAGE).await.unwrap().text();
    let seen = between(&page, "name=\"seen\" value=\"", "\"").to_owned();
    centre.account(&ours, AccountKind::General, "Later1");
    let fields = [("action", "sign"), ("seen", &seen), ("remark", "残す")];
    let answer = client.post(PAGE, &fields).await.unwrap();
    assert_eq!(answer.status, 409);
    let page = answer.text();
    assert!(page.contains("アカウントの状態が変わりました") && page.contains("残す</textarea>"));
    assert!(
        page.contains("まだありません。"),
        "nothing was signed: {page}"
    );
    // What is no deed of the page is refused.
    let answer = client.post(PAGE, &[("action", "erase")]).await.unwrap();
    assert_eq!(answer.status, 422);
    centre.closed().await;
}
