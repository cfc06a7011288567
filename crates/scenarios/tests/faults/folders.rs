//! A bulk request goes through the folders while the linked application, and in another run the
//! centre, is killed at each step: one reception number, one complete answer, each row once.

use crate::clinic::Clinic;
use crate::place::patients;
use crate::relay::Hold;
use onshi_wire::messages::BulkEligibilityResponse;
use std::time::Instant;

/// Bytes of a message after which it is surely not over, and its TLS handshake and log-in are.
const MIDDLE: u64 = 40_000;

/// The smallest piece, so that there is a middle to be killed in.
const PIECE: i64 = 1;

#[test]
fn a_linked_application_that_is_killed_at_each_step_brings_one_answer() {
    let begun = Instant::now();
    let mut clinic = Clinic::open(patients(400), PIECE);
    clinic.start_centre();

    // In the middle of the upload: the centre has half of it.
    clinic.relay.hold(Hold::Question(MIDDLE));
    clinic.start_link();
    let length = clinic.ask();
    assert!(length > 2 * MIDDLE, "{length} bytes have no middle");
    clinic.relay.wait_until_held();
    clinic.kill_link();
    assert!(clinic.taken().is_empty(), "half a request was taken");
    // The centre has all of it, and the linked application does not know.
    clinic.relay.hold(Hold::AnswerTo(length));
    clinic.start_link();
    let taken = clinic.wait_until("taken", |_| true);
    clinic.kill_link();
    assert_eq!(clinic.results(), Vec::<String>::new());
    clinic.relay.release();
    clinic.start_link();
    assert_eq!(clinic.reception_number(), taken.number);

    // While it asks how far the request is, again and again.
    let mut time = 0;
    while clinic.taken().iter().all(|taken| !taken.finished) {
        time += 1;
        clinic.fetch(&taken.number, time);
        clinic.kill_link();
        clinic.start_link();
        let answer = clinic.fetched(time);
        if answer.header.segment_of_result == "1" {
            break;
        }
        assert_eq!(answer.header.segment_of_result, "2");
    }
    assert!(time > 0, "it was done before anybody asked");
    println!("killed {time} times while it asked how far the request is");

    // In the middle of the results.
    clinic.relay.hold(Hold::Answer(2 * MIDDLE));
    clinic.fetch(&taken.number, 0);
    clinic.relay.wait_until_held();
    clinic.kill_link();
    assert_eq!(clinic.results(), Vec::<String>::new());
    clinic.relay.release();
    clinic.start_link();
    let answer = clinic.fetched(0);
    check(clinic, &taken.number, &answer);
    println!("the linked application killed: {:.1?}", begun.elapsed());
}

#[test]
fn a_centre_that_is_killed_at_each_step_gives_one_answer() {
    let begun = Instant::now();
    let mut clinic = Clinic::open(patients(400), PIECE);
    let persons = clinic.request.body.searches.len() as i64;
    clinic.start_centre();

    // In the middle of the upload, and when it has it and could not say so.
    clinic.relay.hold(Hold::Question(MIDDLE));
    clinic.start_link();
    let length = clinic.ask();
    clinic.relay.wait_until_held();
    clinic.kill_centre();
    assert!(clinic.taken().is_empty(), "half a request was taken");
    clinic.relay.hold(Hold::AnswerTo(length));
    clinic.start_centre();
    let taken = clinic.wait_until("taken", |_| true);
    clinic.kill_centre();
    clinic.relay.release();
    clinic.start_centre();

    // While it works, three times. The linked application meanwhile tries again.
    for eighth in 1..4 {
        let point = persons * eighth / 8;
        let now = clinic.wait_until("worked on", |taken| taken.reached >= point);
        clinic.kill_centre();
        let after = clinic.wait_until("there", |_| true);
        assert!(!after.finished, "{now:?}, then {after:?}: no middle");
        assert!(after.reached >= now.reached, "what was done is lost");
        println!("killed at {} of {persons} persons", after.reached);
        clinic.start_centre();
    }

    assert_eq!(clinic.reception_number(), taken.number);

    // In the middle of the results.
    clinic.wait_until("finished", |taken| taken.finished);
    clinic.relay.hold(Hold::Answer(2 * MIDDLE));
    clinic.fetch(&taken.number, 0);
    clinic.relay.wait_until_held();
    clinic.kill_centre();
    assert_eq!(clinic.results(), Vec::<String>::new());
    clinic.relay.release();
    clinic.start_centre();
    let answer = clinic.fetched(0);
    check(clinic, &taken.number, &answer);
    println!("the centre killed: {:.1?}", begun.elapsed());
}

/// One reception number, every row once and in order, each person audited once, nothing left.
fn check(mut clinic: Clinic, number: &str, answer: &BulkEligibilityResponse) {
    let asked = &clinic.request.body.searches;
    let (header, units) = (&answer.header, &answer.body.units);
    assert_eq!(header.segment_of_result, "1");
    assert_eq!(header.reception_number.as_deref(), Some(number));
    let counted = header.number_of_processing_result.as_deref();
    assert_eq!(counted, Some(asked.len().to_string().as_str()));
    assert_eq!(units.len(), asked.len());
    for (unit, search) in units.iter().zip(asked) {
        assert_eq!(unit.search.as_ref(), Some(search), "in order, each once");
        assert_eq!(unit.processing_result_status, "1");
        assert!(unit.qualification_validity.is_some());
    }
    let numbers: Vec<String> = clinic
        .taken()
        .into_iter()
        .map(|taken| taken.number)
        .collect();
    assert_eq!(numbers, [number], "exactly one reception number");
    assert_eq!(
        clinic.results(),
        Vec::<String>::new(),
        "no answer came twice"
    );
    let persons = asked.len();
    clinic.kill_link();
    assert_eq!(clinic.unfinished(), Vec::<std::path::PathBuf>::new());
    clinic.kill_centre();
    assert_eq!(
        clinic.looked_at(),
        persons,
        "one audit entry for each person"
    );
    clinic.place.ask(&["audit", "verify"]);
    let complaints = clinic.place.complaints();
    assert!(!complaints.contains("panicked"), "{complaints}");
}
