//! Records as nobody should report them: 20,000 lines in one month, names of 400 characters, days of 1900. The pages
//! stay small, and what is printed has all of it.

use onshi_core::medical::{MedicalLine, import};
use onshi_core::permission::Scope;
use onshi_core::{AccountKind, Function, Month, consent};
use onshi_population::Showcase;
use serde_json::{Value, json};

use super::test_centre::{Institution, TestCentre, TestClock, log_in};
use super::viewing::{at_the_reader, person_of};

/// The most bytes of a page with 50 lines of the longest names, and a timeline of 60.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

fn keep(centre: &TestCentre, at: &Institution, lines: Vec<Value>) {
    let read = |line: Value| {
        let line: MedicalLine = serde_json::from_value(line).unwrap();
        line.read().unwrap()
    };
    let records: Vec<_> = lines.into_iter().map(read).collect();
    centre.operate(&at.code, Function::ImportMedicalRecords, move |tx| {
        import::take(tx, "hostile", &records)
    });
}

/// So many lines of one month, each with another long name.
fn medicines(patient: &Showcase, month: Month, lines: usize) -> Value {
    let one = |number: usize| {
        let name = format!("{number:05}{}", "漢".repeat(395));
        json!({"Name": name, "Code": "629999102", "Times": "28"})
    };
    json!({"Medicines": {
        "Person": person_of(patient), "InsurerNumber": patient.insurer_number, "Source": "Claim",
        "Month": month.six(), "InstitutionCode": "1319990014", "InstitutionName": "院".repeat(400),
        "Days": [{"Date": format!("{}05", month.six()), "Prescribed": "19000101",
            "Medicines": (0..lines).map(one).collect::<Vec<_>>()}],
    }})
}

fn checkup(patient: &Showcase, month: Month) -> Value {
    let item = |number: usize| {
        json!({"Code": "3D046000001906202", "Name": format!("{number:02}{}", "項".repeat(398)),
            "DataType": "PQ", "Value": "5.6", "Unit": "%"})
    };
    json!({"Checkups": {
        "Person": person_of(patient), "InsurerNumber": patient.insurer_number,
        "Month": month.six(), "InstitutionCode": "1319990014", "InstitutionName": "院".repeat(400),
        "Days": [{"Date": format!("{}05", month.six()),
            "Items": (0..50).map(item).collect::<Vec<_>>()}],
    }})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_records_are_shown_and_printed() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let (many, long) = (&patients[7], &patients[8]);
    let month = Month::of(CLOCK.read().jst_day()).plus(-3);
    keep(&centre, &ours, vec![medicines(many, month, 20_000)]);
    let of_long = vec![medicines(long, month, 200), checkup(long, month)];
    keep(&centre, &ours, of_long);
    for patient in [many, long] {
        for scope in [Scope::Medicines, Scope::Checkups] {
            let person = person_of(patient);
            at_the_reader(&centre, &ours, CLOCK.read(), move |tx| {
                consent::give(tx, person, scope, None).map(drop)
            });
        }
    }
    let mut viewer = centre.client(&ours.terminal);
    log_in(&mut viewer, ours.login(AccountKind::Viewer)).await;
    let address =
        |patient: &Showcase, page: &str| format!("/web/medical/{}/{page}", person_of(patient));
    let page = viewer.get(&address(many, "medicines")).await.unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.len() < PAGE_BYTES_MAX, "{}", page.body.len());
    let text = page.text();
    assert!(
        text.contains("20000件") && text.contains("ほかに19940種類"),
        "all are counted"
    );
    let last = viewer
        .get(&format!("{}?skip=19950", address(many, "medicines")))
        .await
        .unwrap();
    assert!(last.text().contains("00000漢漢"), "the last page is there");
    for page in ["medicines", "checkups"] {
        let shown = viewer.get(&address(long, page)).await.unwrap();
        assert_eq!(shown.status, 200, "{page}");
        assert!(
            shown.body.len() < PAGE_BYTES_MAX,
            "{page}: {}",
            shown.body.len()
        );
        let pdf = viewer
            .get(&address(long, &format!("{page}.pdf")))
            .await
            .unwrap();
        assert_eq!(pdf.status, 200, "{page}: {}", pdf.text());
        assert!(pdf.body.starts_with(b"%PDF-"), "{page}");
    }
}
