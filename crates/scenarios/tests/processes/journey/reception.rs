//! A day at the reception: every answer of a check, today's list, patients' numbers, a bulk
//! request from the paste to its results, and the pages that explain the programs.

use onshi_scenarios::demo::Demo;
use serde_json::Value;

use super::person::{Person, STAFF};

/// Types a patient's card into the form that is open, and asks.
async fn ask(person: &Person, patient: &Value, limit: bool) {
    let text = |name: &str| patient[name].as_str().unwrap_or_default().to_owned();
    for field in ["insurer_number", "symbol", "number", "branch"] {
        // What the last answer left there.
        let clear = format!("document.querySelector('#{field}').value = '';");
        person.script(&clear).await;
        person.fill(&format!("#{field}"), &text(field)).await;
    }
    person.fill("#birthdate", &text("birthdate")).await;
    if limit {
        person
            .script("document.querySelector('#limit').checked = true;")
            .await;
    }
    person.press("main form.check .button-primary").await;
}

fn patient<'a>(demo: &'a Demo, note: &str) -> &'a Value {
    let patients = demo.patients();
    let found = patients
        .iter()
        .find(|patient| patient["note"].as_str().is_some_and(|n| n.contains(note)));
    found.unwrap_or_else(|| panic!("no patient is {note}"))
}

#[tokio::test]
async fn every_answer_of_a_check_says_what_to_do() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, STAFF).await;
    person.press("main a[href='/web/eligibility']").await;
    person.is_ready_at("#insurer_number").await;
    let cases = [
        ("有効 3割（協会けんぽ 本人）", "有効", "3割", false),
        ("有効 限度額 ウ", "有効", "85,800円", true),
        ("有効 限度額 現役並みⅢ", "有効", "確認できていない", true),
        ("有効 限度額 オ・長期入院該当", "有効", "長期入院該当", true),
        ("有効 特定疾病（HIV）", "有効", "受療証を見せて", true),
        ("有効 高齢受給者 2割", "有効", "2割", false),
        (
            "医療扶助（今月の医療券の登録あり）",
            "有効",
            "交付番号",
            false,
        ),
        ("無効 退職後", "無効", "加入手続き中", false),
        (
            "無効 転職",
            "無効（新しい資格あり）",
            "新しい資格が登録",
            false,
        ),
        ("該当資格なし", "該当資格なし", "入力した内容", false),
        ("複数該当 双子", "複数該当", "枝番を入力", false),
        ("有効（未登録）", "有効（未登録）", "福祉事務所", false),
        ("資格証明書", "有効", "全額", false),
        ("通称あり", "有効", "見本　明", false),
    ];
    for (place, (note, word, words, limit)) in cases.into_iter().enumerate() {
        ask(&person, patient(&demo, note), limit).await;
        assert_eq!(person.text_of("#answer-title").await, word, "{note}");
        let answer = person.text_of(".answer").await;
        assert!(answer.contains(words), "{note}: {answer}");
        // Never on a check by the card's face: there is no consent for it.
        assert!(!answer.contains("HIV"), "{answer}");
        person.sees(&format!("70-check-{place:02}")).await;
        person.prints(&format!("70-check-{place:02}"), 1).await;
        let kept = matches!(word, "該当資格なし" | "複数該当");
        let number = person.value_of("#number").await;
        assert_eq!(
            !number.is_empty(),
            kept,
            "{note}: what is mended is not typed again"
        );
    }
    person.press("main a[href='/web/eligibility/today']").await;
    person.sees("72-today").await;
    person.reads("複数該当").await;
    person.had_no_trouble().await;
}

#[tokio::test]
async fn patients_numbers_and_a_bulk_request_from_the_paste_to_the_results() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, STAFF).await;
    person.press("main a[href='/web/reference-number']").await;
    person.is_ready_at("#reference_number").await;
    person.sees("73-reference-number").await;
    let known = patient(&demo, "有効 3割（協会けんぽ 本人）");
    register(&person, known, "P0001").await;
    person
        .reads("さんの照会番号として P0001 を登録しました")
        .await;
    person.sees("74-reference-number-done").await;
    register(&person, patient(&demo, "該当資格なし"), "P0002").await;
    person.is_ready_at(".summary").await;
    person.sees("75-reference-number-unknown").await;
    register(&person, patient(&demo, "有効 共済組合"), "P0001").await;
    person.reads("さんの番号です").await;
    person.sees("76-reference-number-taken").await;

    person.press("nav a[href='/web/bulk']").await;
    person.sees("77-bulk").await;
    let mut lines = String::new();
    for (place, patient) in demo.patients().iter().enumerate() {
        let text = |name: &str| patient[name].as_str().unwrap_or_default();
        let fields = ["insurer_number", "symbol", "number", "branch", "birthdate"].map(text);
        lines += &format!("P{place:04},{}\n", fields.join(","));
    }
    paste(
        &person,
        "P0001,138057,見本１\nP0002,abc,見本１,1,01,19750502",
    )
    .await;
    person.is_ready_at(".summary").await;
    person.reads("D1 番号").await;
    person.reads("B2 保険者番号").await;
    person.sees("78-bulk-errors").await;
    paste(&person, &lines).await;
    person.reads("照会できる方").await;
    person.sees("78-bulk-preview").await;
    person.press("main button[value='accept']").await;
    assert_eq!(person.heading().await, "一括照会の結果");
    person.sees("79-bulk-working").await;
    // The page goes on by itself.
    person.browser.wait_for("main table").await.unwrap();
    person.reads("確認が必要な方").await;
    person.sees("80-bulk-done").await;
    person.press("main nav a[href$='attention']").await;
    person.sees("81-bulk-attention").await;
    person.prints("81-bulk-attention", 2).await;
    let rows = person.script("return document.querySelectorAll('main tbody tr').length;");
    let attention = rows.await.as_u64().unwrap();
    assert!((1..demo.patients().len() as u64).contains(&attention));
    person.press("main a[href='/web/bulk']").await;
    person.sees("82-bulk-list").await;
}

async fn register(person: &Person, patient: &Value, number: &str) {
    for field in ["insurer_number", "symbol", "number", "branch", "birthdate"] {
        let clear = format!("document.querySelector('#{field}').value = '';");
        person.script(&clear).await;
        let text = patient[field].as_str().unwrap_or_default();
        person.fill(&format!("#{field}"), text).await;
    }
    person.fill("#reference_number", number).await;
    person.enter().await;
}

async fn paste(person: &Person, lines: &str) {
    let lines = serde_json::to_string(lines).unwrap();
    let set = format!("document.querySelector('#text').value = {lines};");
    person.script(&set).await;
    person.press("main button[value='preview']").await;
}

#[tokio::test]
async fn the_pages_that_explain_the_programs_are_for_everybody() {
    let demo = Demo::start().await.unwrap();
    let person = Person::logged_in(&demo, STAFF).await;
    let docs = format!("{}/onshi/v1/docs", demo.value("/gateway/url"));
    person.open(&docs).await;
    person.reads("OQSsiquc01").await;
    person.sees("83-api-docs").await;
    person.open(demo.value("/facility/link/status")).await;
    person.reads("連携アプリケーションの状態").await;
    person.sees("84-link-status").await;
}
