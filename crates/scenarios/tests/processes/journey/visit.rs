//! Staff who visit a patient, with a phone's browser: マイナ資格確認アプリ, from the code that the administrator issues to the
//! result at the patient's home, by PIN and by eye, and out when the phone is voided.

use onshi_scenarios::browser::{Options, Press};
use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person};

/// The account of the phone: a 医療情報閲覧 one.
const VIEWER: &str = "Iryou01";
/// The card of the demo that has nothing out of the ordinary, and the PIN of all.
const CARD: &str = "ordinary";
const PIN: &str = "1234";

/// The administrator takes up visits and issues a code: the URL and the code.
async fn issued(admin: &Person, name: &str) -> (String, String) {
    admin
        .press(".side a[href='/web/staff-phones'], main a[href='/web/staff-phones']")
        .await;
    admin.fill("#name", name).await;
    admin
        .press("main form[action='/web/staff-phones'] .button-primary")
        .await;
    let code = admin.text_of("#phone-code").await;
    (admin.text_of("#phone-url").await, code)
}

/// Chooses how the patient is verified, agrees to all, and goes to the card.
async fn says_all(phone: &Person, way: &str) {
    phone.press("main a[href='/visit/consent']").await;
    assert_eq!(phone.heading().await, "資格確認・同意登録");
    phone.choose("way", way).await;
    phone.choose("all", "1").await;
    phone.press("main form .button-primary").await;
    assert_eq!(phone.heading().await, "同意内容の確認");
}

/// Puts the card at the card's program.
async fn puts(phone: &Person) {
    phone.press("main .button-primary").await;
    assert_eq!(phone.heading().await, "マイナンバーカードで署名する");
    phone.browser.tab_to("#card", 20).await.unwrap();
    phone.browser.type_text(CARD).await.unwrap();
}

#[tokio::test]
async fn staff_check_and_register_at_a_patients_home_and_a_lost_phone_is_out() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.press("main a[href='/web/staff-phones']").await;
    admin
        .reads("訪問診療等機能を、いまは利用していません")
        .await;
    admin.press("main a[href='/web/environment']").await;
    admin.choose("home_visits", "1").await;
    admin.press("main form .button-primary").await;
    admin.enter().await;
    admin.reads("更新しました").await;
    let (url, code) = issued(&admin, "訪問1号機").await;
    admin.sees("130-phone-code").await;

    let phone = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        ..Options::default()
    })
    .await;
    phone.browser.looks_through(390, 844).await.unwrap();
    phone.open(&url).await;
    assert_eq!(phone.heading().await, "マイナ資格確認アプリの利用開始");
    phone.sees("131-phone-activation").await;
    phone
        .fill("#facility_code", demo.value("/facility/code"))
        .await;
    phone.fill("#user_id", VIEWER).await;
    phone.fill("#password", demo.password(VIEWER)).await;
    phone.fill("#code", &code).await;
    phone.enter().await;
    assert_eq!(phone.heading().await, "訪問診療等の資格確認");
    phone.reads("訪問1号機").await;
    phone.sees("132-phone-menu").await;

    // What is missing is said.
    phone.press("main a[href='/visit/consent']").await;
    phone.press("main form .button-primary").await;
    phone.reads("本人確認の方法を選んでください").await;
    phone.is_refused(422).await;
    phone.sees("133-phone-missing").await;
    phone.press("main a.button-secondary").await;

    // By the patient's own PIN.
    says_all(&phone, "pin").await;
    phone.sees("134-phone-review").await;
    puts(&phone).await;
    phone.fill("#pin", PIN).await;
    phone.enter().await;
    assert_eq!(phone.heading().await, "カードを読み取りました");
    phone.sees("135-phone-card").await;
    phone.enter().await;
    assert_eq!(phone.heading().await, "資格確認・同意登録の結果");
    phone.reads("有効").await;
    phone.reads("取り消すまで").await;
    phone.sees("136-phone-result").await;
    phone.press("main .buttons a[href='/visit']").await;

    // By eye: nobody types anything.
    says_all(&phone, "eye").await;
    puts(&phone).await;
    phone.reads("顔を見比べてください").await;
    phone.sees("137-phone-by-eye").await;
    phone.browser.tab_to("main button", 20).await.unwrap();
    phone.browser.keys(&[Press::Enter]).await.unwrap();
    phone
        .browser
        .wait_for("main form[action='/visit/consent']")
        .await
        .unwrap();
    phone.enter().await;
    assert_eq!(phone.heading().await, "資格確認・同意登録の結果");
    phone.reads("目視確認").await;

    // The phone is lost.
    admin.press(".side a[href='/web/staff-phones']").await;
    admin.reads("利用中").await;
    admin.sees("138-phones").await;
    admin
        .press("main td a[href^='/web/staff-phones/void']")
        .await;
    admin.sees("139-phone-void").await;
    admin.press("main form .button-danger").await;
    admin.reads("この端末のログインも終了しました").await;
    phone.press("main .buttons a[href='/visit']").await;
    phone.reads("登録が無効にされています").await;
    phone.is_refused(403).await;
    phone.sees("140-phone-lost").await;
    phone.had_no_trouble().await;
    admin.had_no_trouble().await;
}
