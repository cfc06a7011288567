//! The product's brief, word for word.

use onshi_scenarios::browser::{Options, Press};
use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person};

#[tokio::test]
async fn an_account_from_its_registration_to_its_own_password() {
    let demo = Demo::start().await.unwrap();
    let person = Person::with(Options::default()).await;

    person.open(demo.value("/gateway/url")).await;
    assert_eq!(person.heading().await, "証明書選択");
    person.sees("01-start").await;
    expired_and_revoked_certificates_cannot_be_chosen(&person).await;
    person.choose_certificate().await;
    assert_eq!(person.heading().await, "ログイン");
    person.sees("02-login").await;

    // Whoever comes to the page types at once.
    person.is_ready_at("#user_id").await;
    person.log_in(ADMIN, demo.password(ADMIN)).await;
    assert_eq!(person.heading().await, "メニュー");
    person.sees("03-menu-admin").await;
    let group = "section:has(a[href='/web/accounts/new']) h2";
    assert_eq!(person.text_of(group).await, "アカウント情報管理");
    person.press("main a[href='/web/accounts/new']").await;
    assert_eq!(person.heading().await, "アカウント管理（登録）");
    person.sees("04-register").await;

    person.choose("kind", "general").await;
    person.fill("#user_id", "Uketsuke02").await;
    person.fill("#name", "架空 受付花子").await;
    person.press("main form .button-primary").await;
    assert_eq!(person.heading().await, "アカウントを登録しました");
    person.sees("05-registered").await;
    let code = person.secret().await;
    person.log_out().await;
    person.sees("06-signed-out").await;

    person.press("main .button-primary").await;
    person.press("main a[href='/web/activation']").await;
    assert_eq!(person.heading().await, "利用開始（アクティベーション）");
    begins_with_the_code(&person, &code).await;
    let own = own_password(&person).await;
    assert_eq!(person.heading().await, "ログイン");
    person.reads("利用を開始しました").await;
    person.sees("09-begun").await;
    person.log_in("Uketsuke02", &own).await;
    assert_eq!(person.heading().await, "メニュー");
    let menu = person.menu().await;
    assert!(menu.iter().any(|label| label == "パスワード変更"));
    assert!(!menu.iter().any(|label| label.contains("アカウント管理")));
    person.sees("10-menu-general").await;

    person.press("main a[href='/web/password']").await;
    let next = "kyou-wa-hare-2026";
    person.change_password(&own, next).await;
    assert_eq!(person.heading().await, "パスワードを変更しました");
    person.log_out().await;

    person.press("main .button-primary").await;
    person.log_in("Uketsuke02", &own).await;
    person.reads("ログインできませんでした").await;
    person.sees("11-wrong-password").await;
    person.is_refused(403).await;
    // The user id is kept, and the focus waits for the password.
    assert_eq!(person.value_of("#user_id").await, "Uketsuke02");
    person.is_ready_at("#password").await;
    person.log_in("Uketsuke02", next).await;
    assert_eq!(person.heading().await, "メニュー");
    person.had_no_trouble().await;
}

/// Chooses an own password at the third try: the page says what is wrong before and after it is
/// sent.
async fn own_password(person: &Person) -> String {
    person.fill("#new_password", "mijikai1").await;
    person.browser.keys(&[Press::Tab]).await.unwrap();
    let unmet = "[data-rule=length][data-state=missing]";
    person.browser.wait_for(unmet).await.unwrap();
    person.sees("08-rules-while-typing").await;
    chooses(person, "uketsuke02-2026").await;
    person.reads("入力内容を確かめてください").await;
    person.sees("08-password-refused").await;
    person.is_refused(422).await;
    person.is_ready_at(".summary").await;
    chooses(person, "asa-no-sanpo-2026").await;
    "asa-no-sanpo-2026".to_owned()
}

async fn chooses(person: &Person, password: &str) {
    person.fill("#new_password", password).await;
    person.fill("#confirm_password", password).await;
    person.enter().await;
}

/// Types the code as somebody reads it from paper, once with a slip.
async fn begins_with_the_code(person: &Person, code: &str) {
    person.is_ready_at("#user_id").await;
    person.sees("07-activation").await;
    person.fill("#user_id", "Uketsuke02").await;
    // The last character is a check of the others.
    let last = if code.ends_with('2') { '3' } else { '2' };
    let slip = format!("{}{last}", &code[..code.len() - 1]);
    person.fill("#code", &slip).await;
    person.enter().await;
    person.reads("失敗の回数に数えていません").await;
    person.sees("07-activation-slip").await;
    person.is_refused(403).await;
    assert_eq!(person.value_of("#user_id").await, "Uketsuke02");
    person
        .fill("#code", &code.to_lowercase().replace('-', ""))
        .await;
    person.enter().await;
    assert_eq!(person.heading().await, "パスワードを決めてください");
    person.reads("架空 受付花子").await;
    person.is_ready_at("#new_password").await;
    person.sees("07-choose-password").await;
}

async fn expired_and_revoked_certificates_cannot_be_chosen(person: &Person) {
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
}
