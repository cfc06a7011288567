//! 環境設定情報 from the administrator's screen to the next patient at the reader, over real TLS, and back: what the reader
//! works by.

use onshi_card::Profile;
use onshi_core::{AccountKind, Function};
use serde_json::json;

use super::desk::Desk;
use crate::api::program::log;
use crate::centre::test_centre::{TestCentre, TestClock, log_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_the_screen_reaches_the_next_patient_and_the_screen_sees_it() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let patient = centre.populate().into_iter().next().unwrap();
    let mut desk = Desk::at(&centre, CLOCK.read()).await;
    let mut plastic = desk.issue((&patient, Profile::Card), true, CLOCK.read());
    let mut admin = centre.client(&desk.at.terminal);
    log_in(&mut admin, desk.at.login(AccountKind::Admin)).await;

    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("反映済み 0/1台"), "{page}");
    let works_by = |settings: &str| json!({"version": "onshi reader 0.1.0", "settings": settings});
    let told = desk.send("status", works_by(""), CLOCK.read()).await.json();
    assert_eq!(told["settings"]["version"], "0");
    desk.send("status", works_by("0"), CLOCK.read()).await;
    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("反映済み 1/1台"), "{page}");

    let wanted = "version=0&surgery=1&checkups=0&electronic_prescriptions=2&prescription_timing=2";
    let path = format!("/web/environment/confirm?{wanted}");
    let page = admin.get(&path).await.unwrap().text();
    assert!(page.contains("処方箋をどちらで受け取りますか"), "{page}");
    let pairs: Vec<(&str, &str)> = wanted
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .collect();
    let led = admin.post("/web/environment", &pairs).await.unwrap();
    let page = admin.get(led.location()).await.unwrap().text();
    assert!(page.contains("環境設定情報を更新しました"), "{page}");
    assert!(
        page.contains("反映済み 0/1台") && page.contains("版0のまま"),
        "{page}"
    );

    // The same reader, which nobody started anew.
    let visit = desk.come(&mut plastic, "pin", CLOCK.read()).await;
    let asked = json!({"kinds": ["YZK", "SHJ"], "prescription": true});
    assert_eq!(visit["ask"], asked);
    let mut said = json!({"visit": visit["visit"], "purpose": "1", "ceiling": true,
        "kinds": {"YZK": true, "SHJ": true, "TKK": true}, "prescription": "2"});
    let refused = desk.send("consents", said.clone(), CLOCK.read()).await;
    assert_eq!(refused.json()["code"], "reader.not_asked");
    said["kinds"] = json!({"YZK": true, "SHJ": true});
    let answer = desk.send("consents", said, CLOCK.read()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains(r#""PrescriptionIssueSelect":"2""#));
    desk.send("status", works_by("1"), CLOCK.read()).await;
    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("反映済み 1/1台"), "{page}");

    let lines = log(&centre, &desk.at, Function::UpdateEnvironment);
    let words = lines.iter().filter_map(|line| line.detail.as_ref());
    let words: Vec<String> = words.map(|detail| detail.words()).collect();
    let expected = "環境設定情報を更新（版1）手術情報：利用しない→利用する、特定健診情報：利用する→利用しない、電子処方箋利用区分：利用しない→併用、処方箋発行形態選択タイミング：資格確認時以外で確認→資格確認時に確認";
    assert!(words.iter().any(|told| told == expected), "{words:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_readers_two_say_that_they_work_by_the_newest_settings() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut first = Desk::at(&centre, CLOCK.read()).await;
    let mut second = first.beside("KAO02", "Kao02", CLOCK.read()).await;
    let mut third = first.beside("KAO03", "Kao03", CLOCK.read()).await;
    let mut admin = centre.client(&first.at.terminal);
    log_in(&mut admin, first.at.login(AccountKind::Admin)).await;
    let works_by = |settings: &str| json!({"version": "onshi reader 0.1.0", "settings": settings});
    for reader in [&mut first, &mut second, &mut third] {
        let told = reader.send("status", works_by("0"), CLOCK.read()).await;
        assert_eq!(told.status, 200, "{}", told.text());
    }
    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("反映済み 3/3台"), "{page}");

    let pairs = [("version", "0"), ("surgery", "1")];
    let led = admin.post("/web/environment", &pairs).await.unwrap();
    let page = admin.get(led.location()).await.unwrap().text();
    assert!(page.contains("反映済み 0/3台"), "{page}");
    CLOCK.advance(30);
    for reader in [&mut first, &mut third] {
        let told = reader.send("status", works_by("0"), CLOCK.read()).await;
        let newest = told.json()["settings"]["version"].clone();
        reader
            .send("status", works_by(newest.as_str().unwrap()), CLOCK.read())
            .await;
    }
    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("反映済み 2/3台"), "{page}");
    let rows: Vec<(bool, bool)> = ["KAO01", "KAO02", "KAO03"]
        .map(|name| {
            let (_, row) = page.split_once(&format!(">{name}<")).expect(&page);
            let (row, _) = row.split_once("</tr>").unwrap();
            (row.contains(">反映済み<"), row.contains("版0のまま"))
        })
        .to_vec();
    assert_eq!(rows, [(true, false), (false, true), (true, false)]);
    second.send("status", works_by("1"), CLOCK.read()).await;
    let page = admin.get("/web/environment").await.unwrap().text();
    assert!(page.contains("反映済み 3/3台"), "{page}");
}
