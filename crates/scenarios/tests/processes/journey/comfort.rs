//! What saves a person's keys: copies, and lists that are found again as they were left.

use onshi_scenarios::browser::Press;
use onshi_scenarios::demo::Demo;

use super::person::{ADMIN, Person, STAFF};

async fn checked(demo: &Demo, person: &Person) -> (String, String) {
    let patient = &demo.patients()[0];
    let text = |name: &str| patient[name].as_str().unwrap_or_default().to_owned();
    let home = demo.value("/gateway/url");
    person.open(&format!("{home}/web/eligibility")).await;
    for field in ["insurer_number", "symbol", "number", "branch", "birthdate"] {
        person.fill(&format!("#{field}"), &text(field)).await;
    }
    person.press("main form.check .button-primary").await;
    (person.text_of("#answer-name").await, text("number"))
}

#[tokio::test]
async fn name_and_number_of_an_answer_are_copied_by_the_keyboard() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, STAFF).await;
    let (name, number) = checked(&demo, &person).await;
    assert!(!name.is_empty());
    for (of, copied) in [("answer-name", &name), ("answer-number", &number)] {
        let said = "[data-copy-status]";
        person
            .script(&format!(
                "document.querySelector('{said}').textContent = '';"
            ))
            .await;
        let button = format!("button[data-copy='{of}']");
        person.browser.tab_to(&button, 60).await.unwrap();
        person.browser.keys(&[Press::Enter]).await.unwrap();
        while person.text_of(said).await.is_empty() {
            tokio::task::yield_now().await;
        }
        // A screen reader hears it, and the focus stays.
        assert_eq!(person.text_of(said).await, "コピーしました。");
        assert_eq!(
            person.text_of(&format!("{said}[role=status]")).await,
            "コピーしました。"
        );
        person.is_ready_at(&button).await;
        person
            .browser
            .tab_to("#reference_number", 60)
            .await
            .unwrap();
        let keys = [Press::SelectAll, Press::Paste];
        person.browser.keys(&keys).await.unwrap();
        assert_eq!(&person.value_of("#reference_number").await, copied);
    }
    person.had_no_trouble().await;
}

async fn query(person: &Person) -> String {
    let query = "return decodeURIComponent(location.search);";
    let query = person.script(query).await;
    query.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_list_is_found_again_as_it_was_left_and_by_nobody_else() {
    let demo = Demo::start().await.unwrap();
    let home = demo.value("/gateway/url");
    let admin = Person::logged_in(&demo, ADMIN).await;
    admin.press("main a[href='/web/accounts']").await;
    admin.fill("#q", "架空").await;
    admin.enter().await;
    let asked = query(&admin).await;
    assert!(asked.contains("q=架空"), "{asked}");
    admin.press("main tbody th a").await;
    admin.press("main a[data-back-to-list]").await;
    assert_eq!(query(&admin).await, asked);
    assert_eq!(admin.value_of("#q").await, "架空");
    admin.had_no_trouble().await;

    let staff = Person::logged_in(&demo, STAFF).await;
    let (name, _) = checked(&demo, &staff).await;
    staff.press("nav a[href='/web/eligibility/today']").await;
    // In half width and without the blank between the names.
    let typed = name.replace(['\u{3000}', ' '], "");
    staff.fill("#q", &typed).await;
    staff.enter().await;
    staff.press("main tbody th a").await;
    staff.press("main a[data-back-to-list]").await;
    assert_eq!(staff.value_of("#q").await, typed);
    let kept = "return Object.keys(sessionStorage).filter((key) => key.startsWith('onshi-list'));";
    assert_eq!(staff.script(kept).await.as_array().map(Vec::len), Some(1));
    staff.log_out().await;
    assert_eq!(staff.script(kept).await.as_array().map(Vec::len), Some(0));
    staff.open(&format!("{home}/web/login")).await;
    staff.had_no_trouble().await;
}
