//! OQSsihvd01: an institution takes back the consent of a patient whom it visits at home, by every way in which a
//! program asks; and each way to be refused.

use onshi_core::consent::{self, NewConsent, Purpose, Verification};
use onshi_core::permission::Scope;
use onshi_core::{Function, RefusalCode};
use onshi_population::Showcase;
use onshi_wire::messages::{
    ConsentSubject, WithdrawalRequest, WithdrawalResponse, WithdrawalSearchInfo,
};

use super::program::{EVERY_HOW, How, Program, card, log, request};
use crate::centre::test_centre::{Institution, TestCentre, TestClock};
use crate::centre::viewing::{at_the_reader, person_of};

/// Asks to take back what a patient agreed to at home.
pub fn asked(code: &str, patient: &Showcase) -> WithdrawalRequest {
    let card = card(patient);
    let mut asked = WithdrawalRequest::default();
    asked.header.medical_institution_code = code.to_owned();
    asked.body.search = WithdrawalSearchInfo {
        insurer_number: card.insurer_number,
        insured_card_symbol: card.insured_card_symbol,
        insured_identification_number: card.insured_identification_number,
        insured_branch_number: card.insured_branch_number,
        birthdate: card.birthdate,
        medical_treatment_flag: "2".to_owned(),
    };
    asked
}

/// Lets a patient agree to medicines and checkups, and not to the ceiling.
pub fn consents(centre: &TestCentre, at: &Institution, patient: &Showcase, purpose: Purpose) {
    let new = NewConsent {
        person: person_of(patient),
        purpose,
        verified: Verification::Face,
        kinds: vec![(Scope::Medicines, true), (Scope::Checkups, true)],
        ceiling: false,
        booked: None,
        reader: None,
    };
    let now = onshi_core::clock::now();
    at_the_reader(centre, at, now, move |tx| {
        consent::record(tx, &new).map(drop)
    });
}

fn code(answer: &WithdrawalResponse) -> (Option<&str>, Option<&str>) {
    let body = &answer.body;
    (
        body.processing_result_status.as_deref(),
        body.processing_result_code.as_deref(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consent_given_at_home_is_taken_back_and_no_other() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let patient = centre.populate().swap_remove(0);
    let mut program = Program::log_in(&centre, &ours).await;
    let message = asked(&program.code, &patient);
    let take_back = "OQSsihvd01";
    let never: WithdrawalResponse = program.ask(take_back, How::Json, &message).await;
    assert_eq!(code(&never), (Some("2"), Some("OQSB9012E")));
    consents(&centre, &theirs, &patient, Purpose::HomeVisit);
    consents(&centre, &ours, &patient, Purpose::Outpatient);
    let other: WithdrawalResponse = program.ask(take_back, How::Json, &message).await;
    assert_eq!(
        code(&other),
        (Some("2"), Some("OQSB9012E")),
        "neither is ours to end"
    );
    for how in EVERY_HOW {
        consents(&centre, &ours, &patient, Purpose::HomeVisit);
        let done: WithdrawalResponse = program.ask(take_back, how, &message).await;
        assert_eq!(code(&done), (Some("1"), None));
        assert_eq!(done.body.search.as_ref(), Some(&message.body.search));
        let again: WithdrawalResponse = program.ask(take_back, how, &message).await;
        assert_eq!(
            code(&again),
            (Some("2"), Some("OQSB9031E")),
            "it is taken back"
        );
    }
    // What was given at the desk holds on.
    let eligible = request(&program.code, card(&patient));
    let answer = program.check(How::Json, &eligible).await;
    let medicines = answer.body.result_list[0].consent(ConsentSubject::PharmacistsInfo);
    assert_eq!(medicines.flag.as_deref(), Some("1"));
    let lines = log(&centre, &ours, Function::WithdrawConsentAtHome);
    let words = "同意を取り消し（薬剤情報・診療情報・手術情報・特定健診情報・特定疾病療養受療証。医療機関等による取消）";
    assert!(
        lines.iter().any(|line| {
            line.detail
                .as_ref()
                .is_some_and(|detail| detail.words() == words)
        }),
        "{lines:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_taken_back_says_why() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patient = centre.populate().swap_remove(0);
    consents(&centre, &ours, &patient, Purpose::HomeVisit);
    let mut program = Program::log_in(&centre, &ours).await;
    let right = asked(&program.code, &patient);
    let mut online = right.clone();
    online.body.search.medical_treatment_flag = "3".to_owned();
    let mut born = right.clone();
    born.body.search.birthdate = "19010101".to_owned();
    let mut nobody = right.clone();
    nobody.body.search.insured_identification_number = "999999".to_owned();
    let mut elsewhere = right.clone();
    elsewhere.header.medical_institution_code = centre.theirs().code.as_str().to_owned();
    for (message, header, body) in [
        (&online, Some("OQSB9007E"), None),
        (&born, None, Some("OQSB9012E")),
        (&nobody, None, Some("OQSB9012E")),
        (&elsewhere, Some("OQSB9003E"), None),
    ] {
        let told: WithdrawalResponse = program.ask("OQSsihvd01", How::Json, message).await;
        assert_eq!(told.header.error_code.as_deref(), header);
        assert_eq!(code(&told), (Some("2"), body));
    }
    let refused = log(&centre, &ours, Function::WithdrawConsentAtHome);
    let codes: Vec<&str> = refused
        .iter()
        .filter_map(|line| line.refusal.as_deref())
        .collect();
    assert_eq!(codes.len(), 4, "{codes:?}");
    assert!(codes.contains(&RefusalCode::ConsentMissing.code()));
    let done: WithdrawalResponse = program.ask("OQSsihvd01", How::Json, &right).await;
    assert_eq!(
        code(&done),
        (Some("1"), None),
        "nothing of it was ended before"
    );
}
