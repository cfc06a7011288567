//! The end of a session: told before, the page emptied, and what was typed given back.

use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person, STAFF};

/// Counts this page's session anew, as if so many seconds were left of it.
fn ends_in(seconds: u32) -> String {
    format!(
        "document.body.dataset.sessionIdle = '{seconds}';
         const script = document.createElement('script');
         script.src = '/assets/session.js';
         document.head.append(script);"
    )
}

async fn path(person: &Person) -> String {
    let path = person.script("return location.pathname;").await;
    path.as_str().unwrap_or_default().to_owned()
}

/// Logs in again where the first session may still be open.
async fn log_in_again(demo: &Demo, person: &Person, user_id: &str) {
    person.log_in(user_id, demo.password(user_id)).await;
    if person.heading().await == "このアカウントはログイン中です" {
        person.enter().await;
    }
}

/// Forgets the centre's session, and not which certificate was chosen at the gateway.
async fn forget_session(person: &Person) {
    let client = person.browser.client();
    for cookie in client.get_all_cookies().await.unwrap() {
        if cookie.name().starts_with("onshi-g") {
            client.delete_cookie(cookie.name()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_typed_waits_for_the_same_person() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    let form = format!("{}/web/accounts/new", demo.value("/gateway/url"));
    for (user_id, given_back) in [(ADMIN, true), (STAFF, false)] {
        admin.open(&form).await;
        admin.choose("kind", "general").await;
        admin.fill("#user_id", "Shinki01").await;
        admin.fill("#name", "新規 花子").await;
        admin.choose("password_mode", "typed").await;
        admin.fill("#password", "dare-nimo-iwanai-77").await;
        admin.script(&ends_in(8)).await;
        admin
            .browser
            .wait_for("dialog.session-end[open]")
            .await
            .unwrap();
        admin.reads("まもなくログアウトします").await;
        if given_back {
            admin.sees("80-session-warning").await;
        }
        admin.browser.wait_for("main [role=alert]").await.unwrap();
        admin.reads("一定時間操作がなかったため").await;
        let page = admin
            .script("return document.documentElement.outerHTML;")
            .await;
        assert!(
            !page.to_string().contains("新規 花子"),
            "the page is emptied"
        );
        let kept = "return JSON.stringify({...sessionStorage});";
        let kept = admin.script(kept).await.to_string();
        assert!(kept.contains("新規 花子"), "{kept}");
        assert!(
            !kept.contains("dare-nimo"),
            "a password waits nowhere: {kept}"
        );
        if given_back {
            admin.sees("81-session-over").await;
        }
        forget_session(&admin).await;
        admin.press("main a.button").await;
        log_in_again(&demo, &admin, user_id).await;
        if given_back {
            assert_eq!(path(&admin).await, "/web/accounts/new");
            assert_eq!(admin.value_of("#user_id").await, "Shinki01");
            assert_eq!(admin.value_of("#name").await, "新規 花子");
            assert_eq!(admin.value_of("#password").await, "");
            admin.reads("入力していた内容を戻しました").await;
            admin.sees("82-session-given-back").await;
        } else {
            assert_eq!(path(&admin).await, "/web/menu");
            let kept = admin
                .script("return {...sessionStorage};")
                .await
                .to_string();
            assert!(
                !kept.contains("新規 花子"),
                "nothing is left for others: {kept}"
            );
        }
    }
    admin.had_no_trouble().await;
}

/// Sends the form under the focus's page after its session is gone, and logs in again.
async fn sent_too_late(demo: &Demo, person: &Person, user_id: &str, button: &str) {
    forget_session(person).await;
    person.press(button).await;
    assert_eq!(person.heading().await, "ログイン");
    log_in_again(demo, person, user_id).await;
    person.reads("入力していた内容を戻しました").await;
}

#[tokio::test]
async fn a_form_that_was_sent_too_late_is_there_again() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    let at = |path: &str| format!("{}{path}", demo.value("/gateway/url"));
    // A registration, first as it was typed, then after something was wrong with it: that page has
    // the address of the list.
    admin.open(&at("/web/accounts/new")).await;
    admin.choose("kind", "general").await;
    admin.fill("#user_id", "Shin?").await;
    admin.fill("#name", "新規 花子").await;
    let send = "main form .button-primary";
    sent_too_late(&demo, &admin, ADMIN, send).await;
    assert_eq!(path(&admin).await, "/web/accounts/new");
    admin.choose("password_mode", "typed").await;
    admin.fill("#password", "dare-nimo-iwanai-77").await;
    admin.press(send).await;
    admin.is_ready_at(".summary").await;
    admin.is_refused(422).await;
    assert_eq!(path(&admin).await, "/web/accounts");
    admin.fill("#user_id", "Shinki01").await;
    admin.fill("#password", "dare-nimo-iwanai-77").await;
    sent_too_late(&demo, &admin, ADMIN, send).await;
    assert_eq!(path(&admin).await, "/web/accounts/new");
    assert_eq!(admin.value_of("#user_id").await, "Shinki01");
    assert_eq!(admin.value_of("#name").await, "新規 花子");
    assert_eq!(admin.value_of("#password").await, "");
    // An edit.
    admin.open(&at("/web/accounts?q=Staff01")).await;
    admin.press("main tbody th a").await;
    let account = path(&admin).await;
    admin.fill("#note", "電話で確かめた").await;
    sent_too_late(&demo, &admin, ADMIN, send).await;
    assert_eq!(path(&admin).await, account);
    assert_eq!(admin.value_of("#note").await, "電話で確かめた");
    // A stop, with its reason.
    admin.open(&at(&format!("{account}/stop"))).await;
    admin.fill("#reason", "育児休業のため").await;
    sent_too_late(&demo, &admin, ADMIN, "main form.confirm button").await;
    assert_eq!(path(&admin).await, format!("{account}/stop"));
    assert_eq!(admin.value_of("#reason").await, "育児休業のため");
    admin.had_no_trouble().await;
}

#[tokio::test]
async fn a_receptionists_forms_that_were_sent_too_late_are_there_again() {
    let demo = Demo::start().await.unwrap();
    let staff = Person::logged_in(&demo, STAFF).await;
    let at = |path: &str| format!("{}{path}", demo.value("/gateway/url"));
    let patient = &demo.patients()[0];
    let text = |name: &str| patient[name].as_str().unwrap_or_default().to_owned();
    // A check by the card.
    staff.open(&at("/web/eligibility")).await;
    let fields = ["insurer_number", "symbol", "number", "branch", "birthdate"];
    for field in fields {
        staff.fill(&format!("#{field}"), &text(field)).await;
    }
    sent_too_late(&demo, &staff, STAFF, "main form.check .button-primary").await;
    assert_eq!(path(&staff).await, "/web/eligibility");
    assert_eq!(staff.value_of("#number").await, text("number"));
    assert_eq!(staff.value_of("#birthdate").await, text("birthdate"));
    staff.press("main form.check .button-primary").await;
    // The number of whoever was found goes to the form for numbers, with the card.
    staff.fill("#new_reference", "P0077").await;
    sent_too_late(&demo, &staff, STAFF, "form[data-form-page] button").await;
    assert_eq!(path(&staff).await, "/web/reference-number");
    assert_eq!(staff.value_of("#reference_number").await, "P0077");
    assert_eq!(staff.value_of("#number").await, text("number"));
    staff.press("main form .button-primary").await;
    staff.reads("P0077 を登録しました").await;
    // A table, of which half was found good and is carried by the page.
    staff.open(&at("/web/bulk")).await;
    let line = fields.map(text).join(",");
    let rows = format!("P1,{line}\nP2,abc,見本１,1,01,19750502");
    let paste = format!(
        "document.querySelector('#text').value = {};",
        serde_json::json!(rows)
    );
    staff.script(&paste).await;
    staff.press("main button[value='preview']").await;
    staff.reads("照会できる方 1人").await;
    sent_too_late(&demo, &staff, STAFF, "main button[value='accept']").await;
    assert_eq!(path(&staff).await, "/web/bulk");
    let kept = staff.value_of("#text").await;
    assert!(kept.contains("P1\t") && kept.contains("P2\tabc"), "{kept}");
    staff.press("main button[value='preview']").await;
    staff.reads("照会できる方 1人").await;
    staff.reads("直すところのある方 1人").await;
}

#[tokio::test]
async fn one_press_goes_on_before_the_end() {
    let demo = Demo::start().await.unwrap();
    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.script(&ends_in(12)).await;
    admin
        .browser
        .wait_for("dialog.session-end[open]")
        .await
        .unwrap();
    admin.is_ready_at("dialog.session-end button").await;
    let keys = [onshi_scenarios::browser::Press::Enter];
    admin.browser.keys(&keys).await.unwrap();
    let gone = "return !document.querySelector('dialog.session-end');";
    while admin.script(gone).await != true {
        tokio::task::yield_now().await;
    }
    assert_eq!(admin.heading().await, "メニュー");
    admin.had_no_trouble().await;
}
