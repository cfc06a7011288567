//! Which certificates let somebody in, and by which way.

use onshi_scenarios::browser::Options;
use onshi_scenarios::demo::Demo;

use super::person::{Person, STAFF};

#[tokio::test]
async fn a_browser_goes_straight_to_the_centre_if_it_holds_a_certificate() {
    let demo = Demo::start().await.unwrap();
    with_the_certificate_it_may_log_in(&demo).await;
    without_one_it_is_told_what_to_do(&demo).await;
}

async fn with_the_certificate_it_may_log_in(demo: &Demo) {
    let file = demo.value("/facility/terminal/pkcs12").into();
    let password = demo.value("/facility/terminal/pkcs12_password").to_owned();
    let person = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        client_p12: Some((file, password)),
        auto_select: true,
        ..Options::default()
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

async fn without_one_it_is_told_what_to_do(demo: &Demo) {
    let person = Person::with(Options {
        authority_pem: Some(demo.value("/centre/ca").into()),
        ..Options::default()
    })
    .await;
    person.open(demo.value("/centre/url")).await;
    person.reads("次にすること").await;
    person.sees("81-no-certificate").await;
    person.open(demo.value("/portal/url")).await;
    person.sees("82-portal").await;
}
