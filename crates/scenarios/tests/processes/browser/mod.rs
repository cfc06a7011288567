//! The harness itself: the keyboard, axe, the certificate in the browser's own store, the end.

mod certificate;
mod kiosk;
mod page;

use onshi_scenarios::browser::{Browser, Options, Press};

/// A page served under the strictest policy that our own pages are to have.
const PAGE: &str = r#"<!doctype html><html lang="ja"><head><meta charset="utf-8">
<title>ログイン</title></head><body><main><h1>ログイン</h1>
<form action="/menu"><p><label>ユーザーID <input name="id" id="id"></label></p>
<p><label>職種 <select name="kind" id="kind"><option>医師<option>薬剤師</select></label></p>
<p><label><input type="checkbox" name="agree" id="agree" value="yes"> 同意</label></p>
<p><button id="enter">ログイン</button></p></form></main></body></html>"#;

async fn opened(html: &'static str) -> (Browser, String) {
    let url = page::serve(html).await;
    let browser = Browser::start(Options::default()).await.unwrap();
    browser.goto(&url).await.unwrap();
    (browser, url)
}

#[tokio::test]
async fn a_form_is_filled_in_by_keyboard_alone() {
    let (browser, url) = opened(PAGE).await;
    assert_eq!(
        browser.text().await.unwrap().lines().next(),
        Some("ログイン")
    );
    assert_eq!(browser.tab_to("#id", 3).await.unwrap(), 1);
    browser
        .keys(&[Press::Text("wrong"), Press::SelectAll])
        .await
        .unwrap();
    browser.type_text("Hanako 山田").await.unwrap();
    assert_eq!(browser.tab_to("#kind", 3).await.unwrap(), 1);
    browser
        .keys(&[Press::Down, Press::Tab, Press::Space])
        .await
        .unwrap();
    assert_eq!(browser.tab_to("#agree", 0).await.unwrap(), 0);
    browser
        .keys(&[Press::ShiftTab, Press::ShiftTab])
        .await
        .unwrap();
    assert_eq!(browser.tab_to("#id", 0).await.unwrap(), 0);
    browser.tab_to("#enter", 5).await.unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser.wait_for("#done").await.unwrap();
    let expected = format!(
        "{url}menu?id=Hanako+%E5%B1%B1%E7%94%B0&kind=%E8%96%AC%E5%89%A4%E5%B8%AB&agree=yes"
    );
    assert_eq!(browser.url().await.unwrap(), expected);
    assert_eq!(browser.errors().await.unwrap(), Vec::<String>::new());

    let pictures = tempfile::tempdir().unwrap();
    let picture = pictures.path().join("new/folder/menu.png");
    browser.screenshot(&picture).await.unwrap();
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn an_element_that_tab_does_not_reach_is_told_with_those_it_reached() {
    let (browser, _) = opened(PAGE).await;
    let fault = browser.tab_to("h1", 3).await.unwrap_err().to_string();
    let mut last = 0;
    for part in [
        "h1 has no focus after 3 Tabs",
        "id=\"id\"",
        "id=\"kind\"",
        "id=\"agree\"",
    ] {
        let at = fault
            .find(part)
            .unwrap_or_else(|| panic!("no {part} in {fault}"));
        assert!(at >= last, "not in order: {fault}");
        last = at;
    }
}

#[tokio::test]
async fn axe_passes_a_good_page_and_names_what_is_wrong_on_a_bad_one() {
    let (browser, _) = opened(PAGE).await;
    browser.axe_finds_nothing().await.unwrap();

    let bad = r#"<!doctype html><html lang="ja"><title>x</title><main><h1>x</h1><input name="q">"#;
    browser.goto(&page::serve(bad).await).await.unwrap();
    let fault = browser.axe_finds_nothing().await.unwrap_err().to_string();
    assert!(fault.contains("label (critical): "), "{fault}");
    assert!(fault.contains("<input name=\"q\">"), "{fault}");
}

#[tokio::test]
async fn what_the_page_complains_about_is_read_once() {
    let bad = r#"<!doctype html><html lang="ja"><title>x</title><script>alert(1)</script>
        <img src="/missing" alt="x">"#;
    let (browser, _) = opened(bad).await;
    let errors = browser.errors().await.unwrap().join("\n");
    assert!(errors.contains("Content Security Policy"), "{errors}");
    assert!(
        errors.contains("/missing") && errors.contains("404"),
        "{errors}"
    );
    assert_eq!(browser.errors().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_left_behind() {
    let (browser, _) = opened(PAGE).await;
    let first = browser.process_id();
    let folder = browser.folder().to_owned();
    let family = descendants(first);
    assert!(family.len() > 3, "a browser of {} processes", family.len());
    drop(browser);
    let left: Vec<u32> = family
        .into_iter()
        .filter(|id| parent_of(*id).is_some())
        .collect();
    assert_eq!(left, Vec::<u32>::new(), "processes or zombies left");
    assert!(!folder.exists(), "{} left", folder.display());
}

/// The process and all below it.
fn descendants(first: u32) -> Vec<u32> {
    let ids = std::fs::read_dir("/proc").unwrap();
    let ids = ids.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let all: Vec<(u32, u32)> = ids.filter_map(|id| Some((id, parent_of(id)?))).collect();
    let mut family = vec![first];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        family.extend(
            all.iter()
                .filter(|(_, of)| *of == parent)
                .map(|(id, _)| *id),
        );
        next += 1;
    }
    family
}

/// None if there is no such process, not even a zombie.
fn parent_of(id: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:"))?
        .trim()
        .parse()
        .ok()
}
