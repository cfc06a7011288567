//! A bulk request goes through the folders while the linked application, and in another run the
//! centre, is killed at each step: one reception number, one complete answer, each row once.

use crate::faults::clinic::Clinic;
use crate::faults::place::patients;
use crate::faults::relay::Hold;
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

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/folders");

/// What comes second under the name of `same.xml.first`, and whether a message answers it.
const SECONDS: &[(&str, bool)] = &[
    ("broken", false),
    ("empty", false),
    ("half", false),
    ("dtd", false),
    ("other-institution", true),
    ("other-patient", true),
];

fn case(name: &str) -> String {
    std::fs::read_to_string(format!("{CASES}/{name}")).unwrap()
}

/// Waits until exactly these lie in `res`, and are what they should be.
fn until(clinic: &Clinic, wanted: &[&str], is_right: impl Fn() -> bool) {
    let begun = Instant::now();
    loop {
        let mut there = clinic.results();
        there.sort();
        if there == wanted && is_right() {
            return;
        }
        assert!(begun.elapsed().as_secs() < 120, "{there:?}, not {wanted:?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_second_patient_under_the_same_name_is_never_given_the_first_ones_answer() {
    let mut clinic = Clinic::open(1, 1);
    clinic.start_centre();
    clinic.start_link();
    let code = clinic.site.facility_code();
    let case = |name: &str| case(name).replace("1319990014", &code);
    let good = case("same.xml.first");
    let name = "OQSsiquc01req_same.xml";
    let (answer, note) = ("OQSsiquc01res_same.xml", "OQSsiquc01req_same.err");
    let identifier = |text: &str| format!("<ArbitraryFileIdentifier>{text}<");
    let read = |name: &str| {
        let read = std::fs::read_to_string(clinic.place.path().join("res").join(name));
        read.unwrap_or_default()
    };
    for (second, is_answered) in SECONDS {
        clinic.drop_request(name, good.as_bytes());
        until(&clinic, &[answer], || {
            read(answer).contains(&identifier("one"))
        });
        let text = case(&format!("same.xml.second-{second}"));
        clinic.drop_request(name, text.as_bytes());
        if *is_answered {
            until(&clinic, &[answer], || {
                read(answer).contains(&identifier("two"))
            });
        } else {
            until(&clinic, &[note, name], || read(name) == text);
        }
    }
    let files = std::fs::read_dir(CASES).unwrap().count();
    assert_eq!(files, SECONDS.len() + 1, "every file is a case");
    clinic.stop_link();
}

#[test]
fn a_check_of_a_file_tells_the_causes_that_its_answer_tells() {
    let mut clinic = Clinic::open(1, 1);
    clinic.start_centre();
    clinic.start_link();
    let code = clinic.site.facility_code();
    let good = case("same.xml.first").replace("1319990014", &code);
    let with = |from: &str, to: &str| good.replace(from, to).into_bytes();
    let twice = "<Birthdate>19811016</Birthdate><Birthdate>19811016</Birthdate>";
    let wrong: Vec<(&str, Vec<u8>)> = vec![
        ("half", good.as_bytes()[..300].to_vec()),
        ("empty", Vec::new()),
        (
            "text after its end",
            [good.as_bytes(), b"and more"].concat(),
        ),
        ("a DTD", with("<XmlMsg>", "<!DOCTYPE XmlMsg><XmlMsg>")),
        (
            "not UTF-8",
            with("one", "one")
                .iter()
                .map(|b| if *b == b'1' { 0xff } else { *b })
                .collect(),
        ),
        ("another encoding", with("UTF-8", "EUC-JP")),
        ("no such day", with("19811016", "19811131")),
        ("a code that is none", with("Flg>1<", "Flg>7<")),
        (
            "an element twice",
            with("<Birthdate>19811016</Birthdate>", twice),
        ),
        (
            "a number that is missing",
            with(
                "<InsuredIdentificationNumber>1001</InsuredIdentificationNumber>",
                "",
            ),
        ),
        ("too large", with("one", &"x".repeat(70_000))),
    ];
    for (what, bytes) in wrong {
        let (name, note) = ("OQSsiquc01req_wrong.xml", "OQSsiquc01req_wrong.err");
        let file = clinic.place.path().join("OQSsiquc01req_check.xml");
        std::fs::write(&file, &bytes).unwrap();
        let output = clinic
            .place
            .onshi(&["link", "check", file.to_str().unwrap(), "--json"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{what}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let cause = report["problems"][0]["code"].as_str().unwrap();
        clinic.drop_request(name, &bytes);
        let begun = Instant::now();
        let res = clinic.place.path().join("res");
        let told = loop {
            // The one or the other, and the request beside the note.
            let (answer, beside) = (res.join("OQSsiquc01res_wrong.xml"), res.join(name));
            if let Ok(text) = std::fs::read_to_string(&answer) {
                break text;
            }
            if beside.exists() {
                break std::fs::read_to_string(res.join(note)).unwrap();
            }
            assert!(begun.elapsed().as_secs() < 120, "{what}: no answer");
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        assert!(told.contains(cause), "{what}: {cause} is not in {told}");
        for name in clinic.results() {
            std::fs::remove_file(res.join(name)).unwrap();
        }
    }
    clinic.stop_link();
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
