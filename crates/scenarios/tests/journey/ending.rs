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
