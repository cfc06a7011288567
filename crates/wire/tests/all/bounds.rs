//! Every way to be too much for a bulk request ends the reading where it is too much: counted by
//! what was visited and kept, never by time.

use onshi_wire::messages::{BulkEligibilityRequest, BulkReferenceNumberRequest, DownloadRequest};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, Parsed, ProblemCode, parse_json, parse_xml};

const ROWS: usize = 100;

fn limits() -> Limits {
    Limits::upload(32 << 20, ROWS)
}

fn json(body: &str) -> Vec<u8> {
    format!("{{\"XmlMsg\":{{\"MessageBody\":{{{body}}}}}}}").into_bytes()
}

fn xml(body: &str) -> Vec<u8> {
    format!("<XmlMsg><MessageBody>{body}</MessageBody></XmlMsg>").into_bytes()
}

/// Refused at a limit, with little kept.
fn ends<M: Typed>(parsed: &Parsed<M>, rows: usize, told: &str) {
    assert!(!parsed.readable, "{told}: read to its end");
    let limit = |p: &&onshi_wire::Problem| p.code == ProblemCode::Limit;
    assert_eq!(parsed.problems.iter().filter(limit).count(), 1, "{told}");
    assert!(
        parsed.is_too_much(),
        "{told}: the message can say so itself"
    );
    assert!(rows <= ROWS, "{told}: {rows} rows");
    let most = limits().problems;
    assert!(parsed.problems.len() <= most + 1, "{told}");
    assert!(parsed.warnings.len() <= most, "{told}");
}

fn ends_json(body: &str, told: &str) {
    let parsed = parse_json::<BulkEligibilityRequest>(&json(body), &limits());
    ends(&parsed, parsed.message.body.searches.len(), told);
}

fn ends_xml(body: &str, told: &str) {
    let parsed = parse_xml::<BulkEligibilityRequest>(&xml(body), &limits());
    ends(&parsed, parsed.message.body.searches.len(), told);
}

const MANY: usize = 50_000;

#[test]
fn json_that_is_too_much() {
    let list = |entry: &str| {
        format!(
            "\"QualificationConfirmSearchInfo\":[{}]",
            vec![entry; MANY].join(",")
        )
    };
    ends_json(&list("{}"), "empty rows");
    ends_json(&list("1"), "rows that are none");
    ends_json(&list("null"), "null rows");
    ends_json(&list("[]"), "rows that are lists");
    ends_json(&list("{\"a\":1}"), "rows with unknown keys");
    let good = "{\"InsurerNumber\":\"06139018\",\"InsuredIdentificationNumber\":\"1\",\
                \"Birthdate\":\"19700101\",\"LimitApplicationCertificateRelatedConsFlg\":\"0\"}";
    ends_json(&list(good), "rows with nothing wrong");
    ends_json(
        &format!("{}\"b\":1", "\"a\":1,".repeat(MANY)),
        "unknown keys",
    );
    ends_json(
        &format!(
            "{}\"b\":1",
            "\"QualificationConfirmSearchInfo\":[],".repeat(MANY)
        ),
        "one key again and again",
    );
    let key = "\"Birthdate\":\"1\",".repeat(MANY);
    ends_json(
        &format!("\"QualificationConfirmSearchInfo\":[{{{key}\"x\":1}}]"),
        "one key of a row again and again",
    );
    let long = "x".repeat(1 << 20);
    for (value, told) in [
        (long.clone(), "one value"),
        ("\\u3042".repeat(1 << 18), "escapes"),
    ] {
        let row =
            format!("\"QualificationConfirmSearchInfo\":[{{\"ArbitraryIdentifier\":\"{value}\"}}]");
        ends_json(&row, told);
    }
    // What is passed over is neither built nor counted.
    let nested = format!("\"x\":{}1{}", "[".repeat(100), "]".repeat(100));
    let parsed = parse_json::<BulkEligibilityRequest>(&json(&nested), &limits());
    assert!(parsed.readable);
}

#[test]
fn xml_that_is_too_much() {
    let row = |inside: &str| {
        let name = "QualificationConfirmSearchInfo";
        format!("<{name}>{inside}</{name}>")
    };
    ends_xml(
        &"<QualificationConfirmSearchInfo/>".repeat(MANY),
        "empty rows",
    );
    ends_xml(&row("<a/>").repeat(MANY), "rows with unknown elements");
    ends_xml(&row("x").repeat(MANY), "rows with text");
    ends_xml(&"<a/>".repeat(MANY), "unknown elements");
    ends_xml(
        &row(&"<Birthdate/>".repeat(MANY)),
        "one element again and again",
    );
    ends_xml(&"<!---->".repeat(MANY), "comments");
    ends_xml(&"<?a?>".repeat(MANY), "instructions");
    ends_xml(&"<![CDATA[]]>".repeat(MANY), "CDATA");
    ends_xml(&"&amp;".repeat(MANY), "references");
    ends_xml(
        &format!("<a>{}</a>", "&amp;".repeat(MANY)),
        "references in what is passed over",
    );
    ends_xml(&"<a>".repeat(MANY), "depth");
    for value in [
        "x".repeat(1 << 20),
        "&amp;".repeat(MANY),
        "<![CDATA[x]]>".repeat(MANY),
    ] {
        let value = format!("<ArbitraryIdentifier>{value}</ArbitraryIdentifier>");
        ends_xml(&row(&value), "one value");
    }
    let attributes: String = (0..MANY).map(|n| format!(" a{n}=''")).collect();
    ends_xml(&format!("<a{attributes}/>"), "attributes");
}

#[test]
fn the_bound_is_the_last_row_that_is_taken() {
    let good = "{\"InsurerNumber\":\"06139018\",\"InsuredIdentificationNumber\":\"1\",\
                \"Birthdate\":\"19700101\",\"LimitApplicationCertificateRelatedConsFlg\":\"0\"}";
    let list = |rows: usize| {
        json(&format!(
            "\"QualificationConfirmSearchInfo\":[{}]",
            vec![good; rows].join(",")
        ))
    };
    let parsed = parse_json::<BulkEligibilityRequest>(&list(ROWS), &limits());
    assert!(parsed.readable && !parsed.is_too_much());
    assert_eq!(parsed.message.body.searches.len(), ROWS);
    let parsed = parse_json::<BulkEligibilityRequest>(&list(ROWS + 1), &limits());
    assert_eq!(parsed.message.body.searches.len(), ROWS);
    let told = parsed.problems.last().unwrap().sentence_ja();
    assert!(told.contains("上限100件"), "{told}");
}

#[test]
fn every_row_may_be_wrong_in_its_own_way() {
    // A row with an element of another program's own and one problem is that row's affair.
    let row = "<QualificationConfirmSearchInfo><Own/><Own/></QualificationConfirmSearchInfo>";
    let body = row.repeat(ROWS);
    let parsed = parse_xml::<BulkEligibilityRequest>(&xml(&body), &limits());
    assert!(parsed.readable);
    let of_rows = parsed.problems.iter().filter(|p| p.unit.is_some()).count();
    assert_eq!((of_rows, parsed.left_out), (ROWS * 4, 0));
}

#[test]
fn the_other_bulk_messages_stop_too() {
    let rows = "<ReferenceNumberRegistrationInfo/>".repeat(MANY);
    let parsed = parse_xml::<BulkReferenceNumberRequest>(&xml(&rows), &limits());
    ends(
        &parsed,
        parsed.message.body.registrations.len(),
        "registrations",
    );
    let text = json(&format!("{}\"b\":1", "\"a\":1,".repeat(MANY)));
    let parsed = parse_json::<DownloadRequest>(&text[..60_000], &Limits::SINGLE);
    assert!(parsed.is_too_much());
}
