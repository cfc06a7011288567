//! Who registers whom, and what each kind of account sees.

use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person};

const OWN: &str = "asa-no-sanpo-2026";

#[tokio::test]
async fn the_master_registers_an_administrator() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, "Master01").await;
    let menu = [
        "アカウント管理（登録）",
        "アカウント管理（一括登録）",
        "アカウント管理（一覧）",
        "アカウント操作履歴",
        "パスワード変更",
        "二要素認証",
        "ログイン履歴",
    ];
    assert_eq!(person.menu().await, menu);
    person.sees("20-menu-master").await;

    person.press("main a[href='/web/administrators/new']").await;
    person.sees("21-register-admin").await;
    person.fill("#user_id", "Kanri02").await;
    person.fill("#name", "架空 事務長").await;
    person.choose("password_mode", "generate").await;
    person.enter().await;
    assert_eq!(person.heading().await, "アカウントを登録しました");
    let first = person.secret().await;
    person.press("main a[href='/web/administrators']").await;
    person.reads("架空 事務長").await;
    person.sees("22-administrators").await;
    person.log_out().await;

    person.press("main .button-primary").await;
    person.log_in("Kanri02", &first).await;
    assert_eq!(person.heading().await, "パスワード変更");
    person.reads("初めてのログインです").await;
    person.sees("22-first-change").await;
    person.change_password(&first, OWN).await;
    person.enter().await;
    assert_eq!(person.heading().await, "メニュー");
    // One administrator does not even see the other.
    person.press("main a[href='/web/accounts']").await;
    person.reads("Staff01").await;
    let text = person.text_of("main table").await;
    assert!(!text.contains(ADMIN), "{text}");
    person.sees("23-accounts").await;
    person.had_no_trouble().await;
}

#[tokio::test]
async fn an_administrator_registers_one_of_each_other_kind() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, ADMIN).await;
    person.press("main a[href='/web/accounts/new']").await;
    a_viewer_needs_a_profession(&person).await;
    a_designated_person_needs_a_reason(&person).await;
    a_typed_password_is_typed_twice(&person).await;
    let machines = [
        ("webapi", "Webapi02", "電子カルテ 2号機"),
        ("face", "Kao02", "顔認証付きカードリーダー 2号機"),
        ("link", "Renkei02", "連携アプリケーション ONS02"),
    ];
    let mut first = String::new();
    for (kind, user_id, name) in machines {
        fill_in(&person, kind, user_id, name).await;
        person.choose("password_mode", "generate").await;
        person.enter().await;
        assert_eq!(person.heading().await, "アカウントを登録しました");
        first = person.secret().await;
        if kind == "link" {
            person.sees("30-registered-link").await;
        } else {
            another(&person).await;
        }
    }
    person.press("main a[href='/web/accounts']").await;
    person.sees("31-accounts").await;
    for user_id in ["Kangoshi02", "Ishi02", "Uketsuke02", "Webapi02", "Kao02"] {
        person.reads(user_id).await;
    }
    person.log_out().await;
    person.press("main .button-primary").await;
    a_system_account_only_changes_its_password(&person, &first).await;
    person.had_no_trouble().await;
}

async fn fill_in(person: &Person, kind: &str, user_id: &str, name: &str) {
    person.choose("kind", kind).await;
    person.fill("#user_id", user_id).await;
    person.fill("#name", name).await;
}

async fn another(person: &Person) {
    person.press("main a[href='/web/accounts/new']").await;
}

async fn a_viewer_needs_a_profession(person: &Person) {
    fill_in(person, "viewer", "Ishi02", "架空 医師次郎").await;
    person.fill("#note", "火曜と木曜の外来").await;
    person.sees("24-register-viewer").await;
    person.press("main form .button-primary").await;
    person
        .reads("医療情報閲覧アカウントには、職種の選択が必要です")
        .await;
    person.sees("25-profession-missing").await;
    person.is_ready_at(".summary").await;
    person.is_refused(422).await;
    // All that was typed is still there.
    assert_eq!(person.value_of("[name=kind]:checked").await, "viewer");
    assert_eq!(person.value_of("#user_id").await, "Ishi02");
    assert_eq!(person.value_of("#name").await, "架空 医師次郎");
    assert_eq!(person.value_of("#note").await, "火曜と木曜の外来");
    person.choose("profession", "doctor").await;
    person.press("main form .button-primary").await;
    assert_eq!(person.heading().await, "アカウントを登録しました");
    another(person).await;
}

async fn a_designated_person_needs_a_reason(person: &Person) {
    fill_in(person, "viewer", "Kangoshi02", "架空 看護師").await;
    person.choose("profession", "designated").await;
    person.press("main form .button-primary").await;
    person.reads("閲覧が必要な理由を入力してください").await;
    person.reads("承認した方の氏名を入力してください").await;
    person.sees("26-designation-missing").await;
    person.is_refused(422).await;
    person
        .fill("#designation_reason", "医師の指示で服薬状況を確認")
        .await;
    person.fill("#designation_approver", "院長 架空 一郎").await;
    person.press("main form .button-primary").await;
    assert_eq!(person.heading().await, "アカウントを登録しました");
    another(person).await;
}

async fn a_typed_password_is_typed_twice(person: &Person) {
    fill_in(person, "general", "Uketsuke02", "架空 受付花子").await;
    person.choose("password_mode", "typed").await;
    person.fill("#password", OWN).await;
    person.fill("#confirm_password", "asa-no-sanpo-2027").await;
    person.sees("27-typed-password").await;
    person.press("main form .button-primary").await;
    person.reads("一致しません").await;
    person.sees("28-passwords-differ").await;
    person.is_refused(422).await;
    person.fill("#password", OWN).await;
    person.fill("#confirm_password", OWN).await;
    person.press("main form .button-primary").await;
    assert_eq!(person.heading().await, "アカウントを登録しました");
    person.sees("29-registered-typed").await;
    another(person).await;
}

async fn a_system_account_only_changes_its_password(person: &Person, first: &str) {
    person.log_in("Renkei02", first).await;
    assert_eq!(person.heading().await, "パスワード変更");
    person.sees("32-system-password").await;
    person.change_password(first, OWN).await;
    assert_eq!(person.heading().await, "パスワードを変更しました");
    person.sees("33-system-changed").await;
    let links = "return [...document.querySelectorAll('nav li a')].map(e => e.innerText);";
    assert_eq!(
        person.script(links).await,
        serde_json::json!(["パスワード変更"])
    );
    let home = person.browser.url().await.unwrap();
    person
        .open(&home.replace("/web/password", "/web/accounts"))
        .await;
    person.reads("この機能は利用できません").await;
    person.sees("34-system-refused").await;
    person.is_refused(403).await;
}
