//! Private-use characters (外字) that insurers report: every screen, list and file that holds one
//! says so, where it stands, and what to do.

use onshi_core::insured::Line;
use onshi_population::Showcase;

use super::bulk_screen::results;
use super::days::{Desk, valid};
use super::people::reads;
use crate::centre::test_centre::{TestCentre, TestClock};

/// 山髙 with a character of one machine's own, of the first and of the last of their planes.
const NAME: &str = "山髙　\u{E000}子\u{10FFFD}";
const PLACES: &str = "氏名（U+E000・U+10FFFD）";
const ADVICE: &str = "券面かご本人に確かめてください";

fn query(text: &str) -> String {
    let pair = [("q", text)];
    serde_urlencoded::to_string(pair).unwrap()
}

/// The whole name of whoever is found by the card of `valid`.
fn renamed(lines: &mut [Line], patients: &[Showcase]) {
    let card = valid(patients);
    for line in lines {
        if let Line::Qualification(record) = line
            && record.insured_identification_number == card.number
            && record.insurer_number == card.insurer_number
        {
            record.name = NAME.to_owned();
            record.address = Some("架空区\u{F8FF}町1-2".to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_and_file_names_the_characters_that_it_cannot_show() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    reads(&centre, &ours, onshi_wire::Encoding::Utf8);
    let patients = centre.populate_as(renamed);
    let mut desk = Desk::at(&centre, &ours, valid(&patients)).await;
    let answer = desk.ask("/web/eligibility", &[]).await.text();
    assert!(
        answer.contains("answer-good"),
        "it is an answer as any: {answer}"
    );
    for words in [PLACES, "住所（U+F8FF）", ADVICE] {
        assert!(answer.contains(words), "{words}: {answer}");
    }
    let list = desk.client.get("/web/eligibility/today").await.unwrap();
    let list = list.text();
    assert!(list.contains(PLACES) && list.contains(ADVICE), "{list}");
    let (_, open) = list.split_once("/web/eligibility/today/").unwrap();
    let open = open.split('"').next().unwrap();
    let open = format!("/web/eligibility/today/{open}");
    let opened = desk.client.get(&open).await.unwrap().text();
    assert!(opened.contains(PLACES), "{opened}");
    let file = desk.client.get("/web/eligibility/today.csv").await.unwrap();
    assert!(file.text().contains(PLACES), "{}", file.text());
    // It is found by what people type: other forms of a character, widths, blanks, kana.
    for typed in ["山高", "山 髙", "１０割", "3割"] {
        let found = desk
            .client
            .get(&format!("/web/eligibility/today?{}", query(typed)))
            .await
            .unwrap()
            .text();
        let right = typed != "１０割";
        assert_eq!(found.contains(PLACES), right, "{typed}: {found}");
    }
    let kana = valid(&patients).lines.iter().find_map(|line| match line {
        Line::Qualification(record) => record.name_kana.clone(),
        Line::Insurer(_) => None,
    });
    // Half-width kana are found by hiragana.
    let kana: String = onshi_core::fold::folded(&kana.unwrap())
        .chars()
        .map(|c| match c {
            'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap(),
            other => other,
        })
        .collect();
    let path = format!("/web/eligibility/today?{}", query(&kana));
    let found = desk.client.get(&path).await.unwrap().text();
    assert!(found.contains(PLACES), "{kana}: {found}");

    bulk(&mut desk, valid(&patients)).await;
    centre.closed().await;
}

async fn bulk(desk: &mut Desk, patient: &Showcase) {
    let line = format!(
        "P1\u{E001},{},{},{},{},{}",
        patient.insurer_number,
        patient.symbol.as_deref().unwrap_or_default(),
        patient.number,
        patient.branch.as_deref().unwrap_or_default(),
        patient.birthdate
    );
    desk.card.clear();
    let preview = [("text", line.as_str()), ("action", "preview")];
    let preview = desk.ask("/web/bulk", &preview).await.text();
    assert!(preview.contains("患者番号（U+E001）"), "{preview}");
    let form = [("text", ""), ("good", line.as_str()), ("action", "accept")];
    let taken = desk.client.post("/web/bulk", &form).await.unwrap();
    assert_eq!(taken.status, 303, "{}", taken.text());
    let location = taken.location().to_owned();
    let page = results(&mut desk.client, &location).await;
    for words in [PLACES, "患者番号（U+E001）", ADVICE] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let path = location.split('?').next().unwrap();
    let file = format!("{path}/results.csv");
    let file = desk.client.get(&file).await.unwrap().text();
    assert!(file.contains("外字（表示できない文字）"), "{file}");
    assert!(file.contains(PLACES), "{file}");
}
