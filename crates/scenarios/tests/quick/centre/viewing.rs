//! 医療情報閲覧 on the screen: every page and every PDF without a consent, with one, when it is over and when it
//! was taken back; to something else, and given to another institution.

use expect_test::expect_file;
use onshi_core::audit::Outcome;
use onshi_core::insured::Line;
use onshi_core::permission::Scope;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Error, Function, Moment, RefusalCode, Request, Tx, consent};
use onshi_population::Showcase;
use onshi_server::Config;
use onshi_server::routes::{Access, screens};
use tokio::task::block_in_place;

use super::test_centre::{Institution, TestCentre, TestClock, log_in};

/// The key of a patient.
pub fn person_of(patient: &Showcase) -> i64 {
    let mut lines = patient.lines.iter();
    let person = lines.find_map(|line| match line {
        Line::Qualification(record) => Some(record.person),
        Line::Insurer(_) => None,
    });
    person.unwrap()
}

/// Does something at the reader, in the place of its account.
pub fn at_the_reader<T: Send + 'static>(
    centre: &TestCentre,
    at: &Institution,
    now: Moment,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> T {
    let login = at.login(AccountKind::Face);
    let face = centre
        .provision()
        .actor(&at.code, &login.user_id, &at.terminal.serial);
    let request = Request::new(now, onshi_core::entropy::fresh_seed());
    let operation = OperationContext::new(face.unwrap(), Function::RecordConsent, request);
    block_in_place(|| centre.service.change_and_wait(operation, work)).unwrap()
}

/// The kind that a page needs.
fn scope_of(path: &str) -> Scope {
    match path.split('/').next_back().unwrap_or_default() {
        "medicines" | "medicines.pdf" => Scope::Medicines,
        "treatment" | "treatment.pdf" => Scope::Treatment,
        "checkups" | "checkups.pdf" => Scope::Checkups,
        other => panic!("nobody says what {other} needs"),
    }
}

const STATES: [&str; 7] = [
    "without",
    "to something else",
    "given to others",
    "with",
    "over",
    "again",
    "taken back",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_shown_by_the_consent_and_by_nothing_else() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let person = person_of(&centre.populate()[0]);
    let mut viewer = centre.client(&ours.terminal);
    log_in(&mut viewer, ours.login(AccountKind::Viewer)).await;
    let give = |at: &Institution, scope: Scope, until: Option<Moment>| {
        at_the_reader(&centre, at, CLOCK.read(), move |tx| {
            consent::give(tx, person, scope, until).map(drop)
        });
    };
    let mut table = String::new();
    let needs = |access: Access| access == Access::Session(Function::ViewMedicalInformation);
    let pages: Vec<&str> = (screens().filter(|route| needs(route.access)))
        .map(|route| route.path)
        .collect();
    assert_eq!(pages.len(), 6);
    for state in STATES {
        for path in &pages {
            let scope = scope_of(path);
            // A page and its PDF need the same: it is brought about once for both.
            if !path.ends_with(".pdf") {
                match state {
                    "given to others" => give(&theirs, scope, None),
                    "to something else" => give(&ours, Scope::SpecificDiseases, None),
                    "with" => give(&ours, scope, Some(CLOCK.read().plus_seconds(600))),
                    "again" => give(&ours, scope, None),
                    "taken back" => {
                        at_the_reader(&centre, &ours, CLOCK.read(), move |tx| {
                            consent::withdraw(tx, person, scope)
                        });
                    }
                    _ => {}
                }
            }
        }
        if state == "over" {
            CLOCK.advance(600);
        }
        for path in &pages {
            let address = path.replace("{person}", &person.to_string());
            let answer = viewer.get(&address).await.unwrap();
            let opens = matches!(state, "with" | "again");
            assert_eq!(
                answer.status == 200,
                opens,
                "{state} {path}: {}",
                answer.status
            );
            let line = centre.audit(&ours.code, 1).remove(0);
            assert_eq!(line.function, Some(Function::ViewMedicalInformation));
            assert_eq!(line.subject, Some(person.to_string()));
            assert_eq!(line.basis.is_some(), opens, "{state} {path}");
            assert_eq!(line.outcome == Some(Outcome::Done), opens, "{state} {path}");
            if opens && path.ends_with(".pdf") {
                assert_eq!(answer.header("content-type"), "application/pdf");
                let disposition = answer.header("content-disposition").to_owned();
                assert!(
                    disposition.starts_with("attachment; filename=\"onshi-"),
                    "{disposition}"
                );
            } else if opens {
                let counted = answer.text().contains("data-consent-left=\"600\"");
                assert_eq!(counted, state == "with", "{state} {path}");
            }
            let refusal = line.refusal.unwrap_or_default();
            table.push_str(format!("{state:<18}{path:<40}{} {refusal}", answer.status).trim_end());
            table.push('\n');
        }
    }
    expect_file!["../../../golden/viewing_matrix.txt"].assert_eq(&table);
    let list = viewer.get("/web/medical").await.unwrap();
    assert!(
        list.text().contains("特定疾病療養受療証"),
        "{}",
        list.text()
    );
    assert!(
        !list.text().contains("薬剤情報"),
        "taken back is gone from the list"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_fonts_the_screen_is_there_and_its_pdf_says_why_not() {
    static CLOCK: TestClock = TestClock::new();
    let without = |config: &mut Config| config.documents.fonts = Vec::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), without).await;
    let ours = centre.ours();
    let person = person_of(&centre.populate()[0]);
    at_the_reader(&centre, &ours, CLOCK.read(), move |tx| {
        consent::give(tx, person, Scope::Medicines, None).map(drop)
    });
    let mut viewer = centre.client(&ours.terminal);
    log_in(&mut viewer, ours.login(AccountKind::Viewer)).await;
    let screen = format!("/web/medical/{person}/medicines");
    assert_eq!(viewer.get(&screen).await.unwrap().status, 200);
    let pdf = viewer.get(&format!("{screen}.pdf")).await.unwrap();
    let why = RefusalCode::DocumentFonts;
    assert_eq!(pdf.status, why.status());
    assert!(pdf.text().contains(why.what()), "{}", pdf.text());
}
