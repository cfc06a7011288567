//! パスキー in a real browser, with a device that Chromium plays: through the terminal's gateway and straight at the centre.

use onshi_scenarios::browser::{Browser, Options};
use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person, STAFF};

const SECOND_FACTOR: &str = "/web/second-factor";

/// Adds a passkey of this name on the page for that, and comes back with the recovery codes noted.
async fn adds(person: &Person, base: &str, name: &str, password: &str) {
    person.open(&format!("{base}{SECOND_FACTOR}")).await;
    person
        .press("main a[href='/web/second-factor/passkeys']")
        .await;
    assert_eq!(person.heading().await, "パスキーの登録");
    person.fill("#name", name).await;
    person.fill("#current_password", password).await;
    person.press("[data-passkey-start]").await;
}

fn origin(url: &str) -> String {
    let parts: Vec<&str> = url.splitn(4, '/').collect();
    parts[..3].join("/")
}

#[tokio::test]
async fn a_passkey_is_added_and_used_through_the_gateway() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, STAFF).await;
    let device = person.browser.add_device(true).await.unwrap();
    let base = origin(demo.value("/gateway/url"));
    let password = demo.password(STAFF);
    adds(&person, &base, "受付の端末", password).await;
    assert_eq!(person.heading().await, "二要素認証を登録しました");
    person.open(&format!("{base}{SECOND_FACTOR}")).await;
    person.reads("受付の端末").await;
    person.reads("localhost").await;
    person.sees("110-passkey").await;

    // As the second factor: the page asks the device by itself.
    person.log_out().await;
    person.press("main .button-primary").await;
    person.log_in(STAFF, password).await;
    person.comes_to("メニュー").await;

    // And alone, for the next person at the same terminal.
    person.press("button[name=switch]").await;
    person.comes_to("メニュー").await;
    person.had_no_trouble().await;

    // Without it there is the recovery code, and the page says so.
    person.browser.remove_device(device).await.unwrap();
    person.log_out().await;
    person.press("main .button-primary").await;
    person.log_in(STAFF, password).await;
    assert_eq!(person.heading().await, "パスキーか回復コードによる確認");
    person.sees("111-second-step-passkey").await;
}

#[tokio::test]
async fn a_passkey_is_added_and_used_straight_at_the_centre() {
    let demo = Demo::start().await.unwrap();
    let file = demo.value("/facility/terminal/pkcs12").into();
    let password = demo.value("/facility/terminal/pkcs12_password").to_owned();
    let person = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        client_p12: Some((file, password)),
        auto_select: true,
        ..Options::default()
    })
    .await;
    person.browser.add_device(true).await.unwrap();
    person.open(demo.value("/centre/url")).await;
    person.enter().await;
    let password = demo.password(STAFF);
    person.log_in(STAFF, password).await;
    let base = origin(demo.value("/centre/url"));
    adds(&person, &base, "診察室の端末", password).await;
    assert_eq!(person.heading().await, "二要素認証を登録しました");
    person.log_out().await;
    person.press("main .button-primary").await;
    person.press("[data-passkey-start]").await;
    person.comes_to("メニュー").await;
    person.had_no_trouble().await;
}

#[tokio::test]
async fn a_device_that_does_not_know_its_holder_adds_nothing() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, ADMIN).await;
    person.browser.add_device(false).await.unwrap();
    let base = origin(demo.value("/gateway/url"));
    person
        .open(&format!("{base}/web/second-factor/passkeys"))
        .await;
    person.sees("112-passkey-form").await;
    person.fill("#current_password", demo.password(ADMIN)).await;
    person
        .browser
        .tab_to("[data-passkey-start]", 60)
        .await
        .unwrap();
    person
        .browser
        .keys(&[onshi_scenarios::browser::Press::Enter])
        .await
        .unwrap();
    person
        .tells("[data-passkey-told]", "終わりませんでした")
        .await;
    person.open(&format!("{base}{SECOND_FACTOR}")).await;
    person.reads("登録したパスキーはありません").await;
}

#[tokio::test]
async fn the_number_of_the_machine_leads_to_its_name() {
    let demo = Demo::start().await.unwrap();
    let browser = Browser::start(Options::default()).await.unwrap();
    let by_number = demo.value("/gateway/url").replace("localhost", "127.0.0.1");
    browser.goto(&by_number).await.unwrap();
    let found = browser.url().await.unwrap();
    assert_eq!(origin(&found), origin(demo.value("/gateway/url")));
}
