//! What Shift_JIS has not: whatever the message, its answer names what became ●.

use onshi_server::routes::programs;
use onshi_wire::messages::{BulkEligibilityResponse, UploadResponse};
use onshi_wire::{Encoding, Limits, MessageKind, Style, example, parse_xml, print_xml};

use super::people::reads;
use super::program::Program;
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

/// A message without one of its elements.
pub fn without(text: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    match (text.split_once(&open), text.split_once(&close)) {
        (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => text.to_owned(),
    }
}

/// The example of a message, sent by this institution under an identifier that Shift_JIS has not.
pub fn message(kind: MessageKind, at: &Institution, number: &str) -> Vec<u8> {
    let text = String::from_utf8(print_xml(&*example(kind), Style::default()).bytes).unwrap();
    let mut text = without(
        &without(&text, "MedicalInstitutionCode"),
        "ArbitraryFileIdentifier",
    );
    if text.contains("<ReceptionNumber>") {
        let number = format!("<MessageBody><ReceptionNumber>{number}</ReceptionNumber>");
        text = without(&text, "ReceptionNumber").replace("<MessageBody>", &number);
    }
    let header = format!(
        "<MessageHeader><MedicalInstitutionCode>{}</MedicalInstitutionCode>\
         <ArbitraryFileIdentifier>𠮷</ArbitraryFileIdentifier>",
        at.code
    );
    text.replace("<MessageHeader>", &header).into_bytes()
}

async fn answer(program: &mut Program, kind: MessageKind, bytes: Vec<u8>) -> Vec<u8> {
    let id = kind.id().strip_suffix("req").unwrap();
    let answer = program.send(id, "application/xml", bytes).await;
    assert_eq!(answer.status, 200, "{}: {}", kind.id(), answer.text());
    assert_eq!(
        answer.header("content-type"),
        "application/xml; charset=Shift_JIS"
    );
    answer.body.to_vec()
}

/// The answer's text, whatever message it is.
fn text(kind: MessageKind, bytes: &[u8]) -> String {
    let mut message = kind.response().empty();
    let parsed = onshi_wire::parse_xml_into(&mut *message, bytes, &Limits::BULK);
    assert_eq!(parsed.encoding, Encoding::ShiftJis);
    String::from_utf8(onshi_wire::print_json(&*message)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_has_a_bare_stand_in() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    reads(&centre, &ours, Encoding::ShiftJis);
    let mut program = Program::log_in(&centre, &ours).await;
    let kinds: Vec<MessageKind> = programs().filter_map(|route| route.message()).collect();
    assert!(kinds.len() > 13);
    for kind in kinds {
        let bytes = answer(&mut program, kind, message(kind, &ours, "1")).await;
        let told = text(kind, &bytes);
        assert!(
            told.contains("\"ArbitraryFileIdentifier\":\"●\""),
            "{}: {told}",
            kind.id()
        );
        assert!(
            told.contains("（ArbitraryFileIdentifier: U+20BB7）"),
            "{}: {told}",
            kind.id()
        );
        // What was fetched of an upload of this kind has its identifier too.
        let id = kind.id().replace("01req", "02req");
        let Some(fetch) = MessageKind::from_id(&id).filter(|fetch| *fetch != kind) else {
            continue;
        };
        let taken = parse_xml::<UploadResponse>(&bytes, &Limits::BULK).message;
        let number = taken.body.reception_number.unwrap();
        let asked = message(fetch, &ours, &number);
        let told = loop {
            let bytes = answer(&mut program, fetch, asked.clone()).await;
            let told = text(fetch, &bytes);
            assert!(
                told.contains("（ArbitraryFileIdentifier: U+20BB7）"),
                "{id}: {told}"
            );
            let done = parse_xml::<BulkEligibilityResponse>(&bytes, &Limits::BULK).message;
            if done.header.segment_of_result != "2" {
                break told;
            }
            tokio::task::yield_now().await;
        };
        assert!(told.contains("\"SegmentOfResult\":\"1\""), "{id}: {told}");
    }
    centre.closed().await;
}
