//! OQSsihvq01: whether a patient is insured who is visited at home, on the consent of the first visit; and that
//! nothing is told without one.

use onshi_core::consent::Purpose;
use onshi_core::{Function, RefusalCode};
use onshi_wire::messages::{ConsentSubject, EligibilityResponse, WithdrawalResponse};

use super::program::{EVERY_HOW, How, Program, card, log, request};
use super::withdrawal::{self, consents};
use crate::centre::test_centre::{TestCentre, TestClock};

const AGAIN: &str = "OQSsihvq01";

fn code(answer: &EligibilityResponse) -> Option<&str> {
    answer.body.processing_result_code.as_deref()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_who_consented_at_home_is_told_by_the_old_card_with_the_new_coverage() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    let mut program = Program::log_in(&centre, &ours).await;
    // Somebody who has changed the insurer, asked about by the card of before.
    let mut changed = None;
    for patient in &patients {
        let told = program
            .check(How::Json, &request(&program.code.clone(), card(patient)))
            .await;
        if told.body.qualification_validity.as_deref() == Some("3") {
            changed = Some(patient);
            break;
        }
    }
    let patient = changed.expect("one of them has changed");
    let mut asked = request(&program.code, card(patient));
    asked
        .body
        .search
        .limit_application_certificate_related_cons_flg = "1".to_owned();
    consents(&centre, &ours, patient, Purpose::HomeVisit);
    for how in EVERY_HOW {
        let told: EligibilityResponse = program.ask(AGAIN, how, &asked).await;
        assert_eq!(told.body.qualification_validity.as_deref(), Some("1"));
        assert_eq!(told.body.search.as_ref(), Some(&asked.body.search));
        let [one] = told.body.result_list.as_slice() else {
            panic!("{told:?}");
        };
        assert_ne!(
            one.insurer_number.as_deref(),
            Some(asked.body.search.insurer_number.as_str())
        );
        let medicines = one.consent(ConsentSubject::PharmacistsInfo);
        assert_eq!(medicines.flag.as_deref(), Some("1"));
        // The patient did not let the ceiling be told, whatever the program asks.
        let ceiling = &one.limit_application_certificate_related_cons_flg;
        assert_eq!(ceiling.as_deref(), Some("0"));
    }
    let lines = log(&centre, &ours, Function::CheckEligibilityAtHome);
    assert_eq!(lines.len(), EVERY_HOW.len());
    for line in lines {
        let basis = line.basis.unwrap_or_default();
        assert!(basis.starts_with("consent "), "{basis}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_consent_at_home_nothing_is_told() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patient = centre.populate().swap_remove(0);
    let mut program = Program::log_in(&centre, &ours).await;
    let asked = request(&program.code, card(&patient));
    let mut nobody = asked.clone();
    nobody.body.search.insured_identification_number = "999999".to_owned();
    consents(&centre, &ours, &patient, Purpose::Outpatient);
    consents(&centre, &theirs, &patient, Purpose::HomeVisit);
    // Who never consented here and who is not known are told alike.
    for message in [&asked, &nobody] {
        let told: EligibilityResponse = program.ask(AGAIN, How::Json, message).await;
        assert_eq!(told.header.segment_of_result, "1");
        assert_eq!(code(&told), Some("OQSB9012E"));
        assert_eq!(told.body.qualification_validity, None);
        assert_eq!(told.body.result_list, []);
    }
    consents(&centre, &ours, &patient, Purpose::HomeVisit);
    let told: EligibilityResponse = program.ask(AGAIN, How::Json, &asked).await;
    assert_eq!(told.body.result_list.len(), 1);
    let take_back = withdrawal::asked(&program.code, &patient);
    let _: WithdrawalResponse = program.ask("OQSsihvd01", How::Json, &take_back).await;
    let told: EligibilityResponse = program.ask(AGAIN, How::Json, &asked).await;
    assert_eq!(code(&told), Some("OQSB9031E"), "it was taken back");
    let mut elsewhere = asked.clone();
    elsewhere.header.medical_institution_code = theirs.code.as_str().to_owned();
    let told: EligibilityResponse = program.ask(AGAIN, How::Json, &elsewhere).await;
    assert_eq!(told.header.error_code.as_deref(), Some("OQSB9003E"));
    let refused: Vec<String> = log(&centre, &ours, Function::CheckEligibilityAtHome)
        .into_iter()
        .filter_map(|line| line.refusal)
        .collect();
    let times = |code: RefusalCode| refused.iter().filter(|one| *one == code.code()).count();
    assert_eq!(times(RefusalCode::ConsentMissing), 2);
    assert_eq!(times(RefusalCode::ConsentWithdrawn), 1);
    assert_eq!(times(RefusalCode::NotPermitted), 1);
}
