//! What a program sent comes back letter by letter, in every message, also in those that refuse;
//! and characters that its reader has not are named.

use onshi_scenarios::client::Answer;
use onshi_server::routes::programs;
use onshi_wire::messages::{BulkEligibilityResponse, UploadResponse};
use onshi_wire::{Encoding, Limits, MessageKind, parse_xml};

use super::people::reads;
use super::program::{Program, card, today};
use super::replaced::{message, without};
use crate::centre::test_centre::{TestCentre, TestClock};

const SPELLINGS: [&str; 4] = [
    "a&amp;b&lt;c&gt;d&quot;e&apos;f",
    "&#x3042;&#12354;&#62;",
    "<![CDATA[a<b>&c]]>d",
    "a>b\"c'd",
];

fn decoded(answer: &Answer) -> String {
    if answer.header("content-type").contains("Shift_JIS") {
        return encoding_rs::SHIFT_JIS.decode(&answer.body).0.into_owned();
    }
    answer.text()
}

/// Looks for an element with this text, as programs do.
fn has(answer: &Answer, element: &str, spelling: &str) {
    let text = decoded(answer);
    let searched = format!("<{element}>{spelling}</{element}>");
    assert!(text.contains(&searched), "{searched}: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_echoes_the_identifier_as_it_was_spelt() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let kinds: Vec<MessageKind> = programs().filter_map(|route| route.message()).collect();
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        reads(&centre, &ours, encoding);
        let mut program = Program::log_in(&centre, &ours).await;
        for kind in &kinds {
            let id = kind.id().strip_suffix("req").unwrap();
            for spelling in SPELLINGS {
                let right = String::from_utf8(message(*kind, &ours, "1")).unwrap();
                let right = right.replace("𠮷", spelling);
                // Another institution's code, and no body at all, are refused by the message.
                let foreign = right.replace(ours.code.as_str(), "1319999999");
                // One message has a header alone.
                let body = right.find("<MessageBody>");
                let begin = body.or_else(|| right.find("</XmlMsg>")).unwrap();
                let empty = format!("{}<MessageBody/></XmlMsg>", &right[..begin]);
                for text in [right, foreign, empty] {
                    let answer = program.send(id, "application/xml", text.into_bytes()).await;
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    has(&answer, "ArbitraryFileIdentifier", spelling);
                }
            }
        }
    }
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_a_bulk_request_come_back_as_they_were_spelt() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let patients = centre.populate();
    reads(&centre, &ours, Encoding::ShiftJis);
    let mut program = Program::log_in(&centre, &ours).await;
    let rows: String = SPELLINGS
        .iter()
        .zip(&patients)
        .enumerate()
        .map(|(place, (spelling, patient))| {
            let search = card(patient);
            // The last row is wrong, and is answered at once.
            let born = if place == 3 {
                "19001399"
            } else {
                &search.birthdate
            };
            format!(
                "<QualificationConfirmSearchInfo><InsurerNumber>{}</InsurerNumber>\
                 <InsuredIdentificationNumber>{}</InsuredIdentificationNumber>\
                 <Birthdate>{born}</Birthdate><LimitApplicationCertificateRelatedConsFlg>1\
                 </LimitApplicationCertificateRelatedConsFlg><ArbitraryIdentifier>{spelling}\
                 </ArbitraryIdentifier></QualificationConfirmSearchInfo>",
                search.insurer_number, search.insured_identification_number
            )
        })
        .collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg><MessageHeader>\
         <QualificationConfirmationDate>{}</QualificationConfirmationDate>\
         <MedicalInstitutionCode>{}</MedicalInstitutionCode>\
         <ArbitraryFileIdentifier>the&#32;upload&gt;</ArbitraryFileIdentifier></MessageHeader>\
         <MessageBody>{rows}</MessageBody></XmlMsg>",
        today(),
        ours.code.as_str()
    );
    let answer = program
        .send("OQSmuquc01", "application/xml", text.into_bytes())
        .await;
    has(&answer, "ArbitraryFileIdentifier", "the&#32;upload&gt;");
    let taken = parse_xml::<UploadResponse>(&answer.body, &Limits::BULK).message;
    let number = taken.body.reception_number.unwrap();
    let fetch =
        String::from_utf8(message(MessageKind::BulkDownloadRequest, &ours, &number)).unwrap();
    let fetch = fetch.replace("𠮷", "the&#32;download&gt;");
    let answer = loop {
        let answer = program
            .send("OQSmuquc02", "application/xml", fetch.clone().into_bytes())
            .await;
        let told = parse_xml::<BulkEligibilityResponse>(&answer.body, &Limits::BULK).message;
        has(&answer, "ArbitraryFileIdentifier", "the&#32;upload&gt;");
        if told.header.segment_of_result != "2" {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    let text = decoded(&answer);
    let units: Vec<&str> = text.split("<BulkConfirmUnit>").skip(1).collect();
    assert_eq!(units.len(), SPELLINGS.len());
    for (unit, spelling) in units.iter().zip(SPELLINGS) {
        let searched = format!("<ArbitraryIdentifier>{spelling}</ArbitraryIdentifier>");
        assert!(unit.contains(&searched), "{searched}: {unit}");
    }
    assert!(units[3].contains("OQSB9002E"), "{}", units[3]);
    // The same by JSON is the value.
    let asked = super::bulk::fetch_of(ours.code.as_str(), &number);
    let told: BulkEligibilityResponse = program
        .ask("OQSmuquc02", super::program::How::Json, &asked)
        .await;
    let first = told.body.units[0].search.clone().unwrap();
    assert_eq!(first.arbitrary_identifier.as_deref(), Some("a&b<c>d\"e'f"));
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_use_characters_are_named_to_every_reader() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        reads(&centre, &ours, encoding);
        let mut program = Program::log_in(&centre, &ours).await;
        let kind = MessageKind::EligibilityRequest;
        let text = String::from_utf8(message(kind, &ours, "1")).unwrap();
        let text = text.replace("𠮷", "外\u{E000}字");
        let answer = program
            .send("OQSsiquc01", "application/xml", text.clone().into_bytes())
            .await;
        let told = decoded(&answer);
        assert!(
            told.contains("（ArbitraryFileIdentifier: U+E000）"),
            "{told}"
        );
        assert!(told.contains("外\u{E000}字"), "{told}");
        // By JSON the same.
        let text = without(&text, "ArbitraryFileIdentifier");
        let parsed =
            parse_xml::<onshi_wire::messages::EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
        let mut request = parsed.message;
        request.header.arbitrary_file_identifier = Some("\u{E757}".to_owned());
        let answer = program
            .send(
                "OQSsiquc01",
                "application/json",
                onshi_wire::print_json(&request),
            )
            .await;
        assert!(answer.text().contains("U+E757"), "{}", answer.text());
    }
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_for_a_character_is_a_setting() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        |config| config.centre.replacement_character = '□',
    )
    .await;
    let ours = centre.ours();
    reads(&centre, &ours, Encoding::ShiftJis);
    let mut program = Program::log_in(&centre, &ours).await;
    let text = message(MessageKind::EligibilityRequest, &ours, "1");
    let answer = program.send("OQSsiquc01", "application/xml", text).await;
    let told = decoded(&answer);
    assert!(
        told.contains("<ArbitraryFileIdentifier>□</ArbitraryFileIdentifier>"),
        "{told}"
    );
    assert!(
        told.contains("「□」に置き換えました。（ArbitraryFileIdentifier: U+20BB7）"),
        "{told}"
    );
    centre.closed().await;
}
