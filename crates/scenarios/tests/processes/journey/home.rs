//! A patient at home with a keyboard and a card: マイナ在宅受付Web, from the address that the institution issues to a consent
//! that is taken back.

use onshi_scenarios::browser::{Options, Press};
use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person};

/// The card of the demo that has nothing out of the ordinary, and its PIN.
const CARD: &str = "ordinary";

/// The administrator lets patients consent from home, and gives the address.
async fn issued(demo: &Demo) -> String {
    let admin = Person::logged_in(demo, ADMIN).await;
    admin.press("main a[href='/web/home-reception']").await;
    admin.reads("利用していません").await;
    admin.press("main a[href='/web/environment']").await;
    admin.choose("home_visits", "1").await;
    admin.choose("online_care", "1").await;
    admin.press("main form .button-primary").await;
    admin.enter().await;
    admin.reads("更新しました").await;
    admin.press(".side a[href='/web/home-reception']").await;
    admin.press("main form .button-primary").await;
    assert_eq!(
        admin.heading().await,
        "マイナ在宅受付Web（専用URL・二次元コード）"
    );
    admin.sees("120-home-address").await;
    let url = admin.text_of("#home-url").await;
    admin.had_no_trouble().await;
    url
}

/// Signs on the page of the card's program, with this PIN.
async fn signs(patient: &Person, pin: &str) {
    patient.press("main .button-primary").await;
    assert_eq!(patient.heading().await, "マイナンバーカードで署名する");
    patient.browser.tab_to("#card", 20).await.unwrap();
    patient.browser.type_text(CARD).await.unwrap();
    patient.fill("#pin", pin).await;
    patient.enter().await;
}

#[tokio::test]
async fn a_patient_at_home_consents_by_card_and_takes_it_back() {
    let demo = Demo::start().await.unwrap();
    let url = issued(&demo).await;
    let patient = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        ..Options::default()
    })
    .await;
    patient.open(&url).await;
    assert_eq!(patient.heading().await, "マイナ在宅受付Web");
    patient.reads("架空中央クリニック").await;
    patient.sees("121-home").await;
    patient.press("main .menu-list a[href$='/consent']").await;
    patient
        .browser
        .tab_to("input[name=purpose]", 20)
        .await
        .unwrap();
    patient.browser.keys(&[Press::Space]).await.unwrap();
    patient.press("main form .button-primary").await;
    // What is missing is said, and the focus is there.
    patient.reads("入力内容を確かめてください").await;
    patient.is_refused(422).await;
    patient.sees("122-home-missing").await;
    patient
        .browser
        .tab_to("#one-by-one, input[name=all]", 40)
        .await
        .unwrap();
    patient.browser.keys(&[Press::Space]).await.unwrap();
    patient.press("main form .button-primary").await;
    assert_eq!(patient.heading().await, "同意内容の確認");
    patient.sees("123-home-review").await;

    let pin = {
        let folder = std::path::Path::new(demo.value("/centre/ca"))
            .ancestors()
            .nth(2)
            .unwrap();
        let file = folder.join(format!("cards/{CARD}.json"));
        let card: serde_json::Value =
            serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        card["order"]["secrets"]["pin"].as_str().unwrap().to_owned()
    };
    let wrong = if pin == "0000" { "1111" } else { "0000" };
    signs(&patient, wrong).await;
    patient.reads("暗証番号が違います").await;
    patient.is_refused(409).await;
    patient.sees("124-home-wrong-pin").await;
    // The card is the chosen one still.
    patient.fill("#pin", &pin).await;
    patient.enter().await;
    assert_eq!(patient.heading().await, "カードを読み取りました");
    patient.sees("125-home-card").await;
    patient.enter().await;
    assert_eq!(patient.heading().await, "同意を登録しました");
    patient.reads("取り消すまで").await;
    patient.sees("126-home-registered").await;

    patient.open(&format!("{url}/inquiry")).await;
    signs(&patient, &pin).await;
    patient.enter().await;
    assert_eq!(patient.heading().await, "登録した同意");
    patient.reads("訪問診療等").await;
    patient.sees("127-home-consents").await;
    patient.press("main a[href$='/withdrawal']").await;
    patient.sees("128-home-withdrawal").await;
    signs(&patient, &pin).await;
    patient.enter().await;
    assert_eq!(patient.heading().await, "同意を取り消しました");
    patient.browser.looks_through(360, 740).await.unwrap();
    patient.sees("129-home-withdrawn-narrow").await;
    patient.had_no_trouble().await;
}
