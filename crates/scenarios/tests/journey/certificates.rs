//! Which certificates let somebody in, and by which way.

use onshi_scenarios::browser::Options;
use onshi_scenarios::demo::Demo;

use super::person::{Person, STAFF};

#[tokio::test]
async fn an_expired_and_a_revoked_certificate_cannot_be_chosen() {
    let demo = Demo::start().await.unwrap();
    let person = Person::with(Options::default()).await;
    person.open(demo.value("/gateway/url")).await;
    let cards = "return [...document.querySelectorAll('.certificate')].map(
        (e) => [e.innerText, e.querySelector('input').disabled]);";
    let cards: Vec<(String, bool)> = serde_json::from_value(person.script(cards).await).unwrap();
    let card = |words: &[&str]| {
        let is = |text: &str| words.iter().all(|word| text.contains(word));
        let found = cards.iter().find(|(text, _)| is(text));
        found
            .unwrap_or_else(|| panic!("no {words:?} in {cards:#?}"))
            .1
    };
    assert!(!card(&["架空中央クリニック", "ONS01"]));
    assert!(!card(&["みほん調剤薬局", "ONS01"]));
    assert!(card(&["ONS98", "失効"]));
    assert!(card(&["ONS99", "有効期限"]));
    person.had_no_trouble().await;
}

#[tokio::test]
async fn a_browser_with_the_certificate_in_its_store_goes_straight_to_the_centre() {
    let demo = Demo::start().await.unwrap();
    let file = demo.value("/facility/terminal/pkcs12").into();
    let password = demo.value("/facility/terminal/pkcs12_password").to_owned();
    let person = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        client_p12: Some((file, password)),
        auto_select: true,
    })
    .await;
    person.open(demo.value("/centre/url")).await;
    person.reads("架空中央クリニック").await;
    person.sees("80-direct-start").await;
    person.enter().await;
    person.log_in(STAFF, demo.password(STAFF)).await;
    assert_eq!(person.heading().await, "メニュー");
    person.log_out().await;
    person.had_no_trouble().await;
}

#[tokio::test]
async fn a_browser_without_a_certificate_is_told_what_to_do() {
    let demo = Demo::start().await.unwrap();
    let authority: std::path::PathBuf = demo.value("/centre/ca").into();
    let person = Person::with(Options {
        authority_pem: Some(authority),
        ..Options::default()
    })
    .await;
    person.open(demo.value("/centre/url")).await;
    person.reads("次にすること").await;
    person.sees("81-no-certificate").await;
    person.open(demo.value("/portal/url")).await;
    person.sees("82-portal").await;
}
