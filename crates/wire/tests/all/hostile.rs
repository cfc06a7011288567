//! Files that mean harm, or that were cut in half.

use onshi_wire::messages::{BulkEligibilityRequest, EligibilityRequest, EligibilityResponse};
use onshi_wire::{Limits, ProblemCode, parse_json, parse_xml};

fn refused(bytes: &[u8], code: ProblemCode) {
    let parsed = parse_xml::<EligibilityRequest>(bytes, &Limits::SINGLE);
    let last = parsed.problems.last().expect("a problem");
    assert_eq!(last.code, code, "{last}");
    assert!(!parsed.readable);
}

#[test]
fn no_dtd_and_no_entities() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><XmlMsg>&b;</XmlMsg>";
    refused(laughs.as_bytes(), ProblemCode::Dtd);
    refused(
        b"<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><XmlMsg/>",
        ProblemCode::Dtd,
    );
    refused(
        b"<XmlMsg><MessageHeader>&a;</MessageHeader></XmlMsg>",
        ProblemCode::Entity,
    );
    refused(
        b"<XmlMsg><Foreign>&a;</Foreign></XmlMsg>",
        ProblemCode::Entity,
    );
    refused(b"<XmlMsg>&nbsp;</XmlMsg>", ProblemCode::Entity);
}

#[test]
fn not_xml() {
    for text in [
        "",
        " ",
        "text",
        "<XmlMsg>",
        "</XmlMsg>",
        "<XmlMsg></Other>",
        "<XmlMsg/><XmlMsg/>",
        "<XmlMsg/>text",
        "<XmlMsg><MessageHeader></XmlMsg>",
        "<XmlMsg a=1/>",
        "<XmlMsg a='1' a='2'/>",
        "<XmlMsg",
        "<XmlMsg><Unknown></XmlMsg>",
        "<XmlMsg>&#0;</XmlMsg>",
        "<XmlMsg>&#xD800;</XmlMsg>",
        "<XmlMsg>&",
        "<XmlMsg><!--",
        "<XmlMsg><![CDATA[",
        "text<XmlMsg/>",
    ] {
        refused(text.as_bytes(), ProblemCode::NotWellFormed);
    }
    refused(b"<Other/>", ProblemCode::Root);
}

#[test]
fn wrong_encodings() {
    let shift_jis = encoding_rs::SHIFT_JIS
        .encode("<XmlMsg>架空</XmlMsg>")
        .0
        .into_owned();
    refused(&shift_jis, ProblemCode::Encoding);
    let declared = |name: &str, bytes: &[u8]| {
        [
            format!("<?xml version=\"1.0\" encoding=\"{name}\"?>").as_bytes(),
            bytes,
        ]
        .concat()
    };
    refused(&declared("UTF-8", &shift_jis), ProblemCode::Encoding);
    refused(&declared("EUC-JP", b"<XmlMsg/>"), ProblemCode::Encoding);
    refused(&declared("UTF-16", b"<XmlMsg/>"), ProblemCode::Encoding);
    refused(
        &declared("Shift_JIS", b"<XmlMsg>\x81"),
        ProblemCode::Encoding,
    );
    refused(
        &declared("Shift_JIS", b"<XmlMsg>\xFF\xFF</XmlMsg>"),
        ProblemCode::Encoding,
    );
    let marked = [
        b"\xEF\xBB\xBF".as_slice(),
        &declared("Shift_JIS", b"<XmlMsg/>"),
    ]
    .concat();
    refused(&marked, ProblemCode::Encoding);
    refused(b"\xFF\xFE<\0X\0", ProblemCode::Encoding);
    let parsed = parse_xml::<EligibilityRequest>(b"<XmlMsg>\n  \xE6\x9E", &Limits::SINGLE);
    assert_eq!(
        (parsed.problems[0].line, parsed.problems[0].column),
        (Some(2), Some(3))
    );
}

#[test]
fn too_large_too_deep_too_many() {
    refused(&vec![b' '; 70_000], ProblemCode::Limit);
    let deep = "<XmlMsg>".to_owned() + &"<a>".repeat(5_000);
    refused(deep.as_bytes(), ProblemCode::Limit);
    let many = "<XmlMsg>".to_owned() + &"<a/>".repeat(1_001);
    refused(many.as_bytes(), ProblemCode::Limit);
    let attribute = format!("<XmlMsg a=\"{}\"/>", "x".repeat(60_000));
    let parsed = parse_xml::<EligibilityRequest>(attribute.as_bytes(), &Limits::SINGLE);
    assert_eq!(parsed.warnings[0].code, ProblemCode::Ignored);
}

#[test]
fn short_elements_do_not_become_large_memory() {
    let empty = "<ResultOfQualificationConfirmation/>".repeat(200_000);
    let xml =
        format!("<XmlMsg><MessageBody><ResultList>{empty}</ResultList></MessageBody></XmlMsg>");
    let limits = Limits {
        memory: 10 << 20,
        ..Limits::BULK
    };
    let parsed = parse_xml::<EligibilityResponse>(xml.as_bytes(), &limits);
    assert!(
        parsed
            .problems
            .iter()
            .any(|problem| problem.code == ProblemCode::Limit)
    );
    assert!(parsed.message.body.result_list.len() < 10_000);
    let json = format!(
        r#"{{"XmlMsg":{{"MessageBody":{{"ResultList":[{}]}}}}}}"#,
        vec!["{}"; 200_000].join(",")
    );
    let parsed = parse_json::<EligibilityResponse>(json.as_bytes(), &limits);
    assert!(
        parsed
            .problems
            .iter()
            .any(|problem| problem.code == ProblemCode::Limit)
    );
    assert!(!parsed.readable);
}

#[test]
fn a_problem_too_many_ends_the_reading() {
    let people = "<QualificationConfirmSearchInfo/>".repeat(2_000);
    let xml = format!("<XmlMsg><MessageHeader/><MessageBody>{people}</MessageBody></XmlMsg>");
    let parsed = parse_xml::<BulkEligibilityRequest>(xml.as_bytes(), &Limits::BULK);
    // The row that has one problem too many is the last that is read.
    assert_eq!(parsed.problems.len(), 1_001);
    assert!(parsed.left_out < 10, "{}", parsed.left_out);
    assert!(parsed.message.body.searches.len() < 300);
    assert!(parsed.is_too_much());
    let oddities = format!("<XmlMsg>{}</XmlMsg>", "<a/>".repeat(500));
    let parsed = parse_xml::<EligibilityRequest>(oddities.as_bytes(), &Limits::SINGLE);
    assert!(
        !parsed.problems.is_empty(),
        "the absent header is told in spite of the oddities"
    );
}

#[test]
fn control_characters() {
    for bad in ["a\0b", "a\u{1}b", "a\u{7F}b", "a\u{FFFE}b", "\u{85}"] {
        let xml = format!(
            "<XmlMsg><MessageHeader><ArbitraryFileIdentifier>{bad}</ArbitraryFileIdentifier></MessageHeader></XmlMsg>"
        );
        let parsed = parse_xml::<EligibilityRequest>(xml.as_bytes(), &Limits::SINGLE);
        assert!(
            parsed
                .problems
                .iter()
                .any(|p| p.code == ProblemCode::Character),
            "{bad:?}"
        );
    }
    let name = "<XmlMsg><\u{1b}[31mred/></XmlMsg>";
    let parsed = parse_xml::<EligibilityRequest>(name.as_bytes(), &Limits::SINGLE);
    assert!(
        parsed
            .warnings
            .iter()
            .all(|warning| !warning.text_ja.contains('\u{1b}'))
    );
}

#[test]
fn hostile_json() {
    let refused = |text: &str, code: ProblemCode| {
        let parsed = parse_json::<EligibilityRequest>(text.as_bytes(), &Limits::SINGLE);
        let found = parsed.problems.iter().any(|problem| problem.code == code);
        assert!(found, "{text}: {:?}", parsed.problems);
    };
    refused("", ProblemCode::NotWellFormed);
    refused("[]", ProblemCode::NotWellFormed);
    refused("{\"XmlMsg\":", ProblemCode::NotWellFormed);
    refused("{\"XmlMsg\":{}} x", ProblemCode::NotWellFormed);
    refused("{\"XmlMsg\":\"\\ud800\"}", ProblemCode::NotWellFormed);
    refused(&"[".repeat(10_000), ProblemCode::NotWellFormed);
    refused(
        &("{\"XmlMsg\":".to_owned() + &"[".repeat(10_000)),
        ProblemCode::NotWellFormed,
    );
    refused("{}", ProblemCode::Root);
    refused("{\"XmlMsg\":1}", ProblemCode::Structure);
    refused("{\"XmlMsg\":{},\"XmlMsg\":{}}", ProblemCode::Duplicate);
    refused(&" ".repeat(70_000), ProblemCode::Limit);
    let many = format!("{{\"XmlMsg\":{{{}\"b\":1}}}}", "\"a\":1,".repeat(1_001));
    refused(&many, ProblemCode::Limit);
}
