//! Documentation out of the tables.

use expect_test::expect;
use onshi_wire::{Limits, MessageKind, Style, example, field_table, parse_json_into, parse_xml_into, print_json, print_xml, schema};

#[test]
fn every_example_is_right() {
    for kind in MessageKind::ALL {
        let message = example(*kind);
        let bytes = print_json(&*message);
        let mut back = kind.empty();
        let parsed = parse_json_into(&mut *back, &bytes, &Limits::SINGLE);
        assert_eq!((parsed.problems, parsed.warnings), (vec![], vec![]), "{}", kind.id());
        let xml = print_xml(&*message, Style::default()).bytes;
        let parsed = parse_xml_into(&mut *kind.empty(), &xml, &Limits::SINGLE);
        assert_eq!((parsed.problems, parsed.warnings), (vec![], vec![]), "{}", kind.id());
        assert_eq!(print_json(&*back), bytes);
        assert_eq!(schema(*kind)["title"], kind.id());
        assert_eq!(MessageKind::from_id(kind.id()), Some(*kind));
    }
}

#[test]
fn every_element_has_a_japanese_name() {
    for kind in MessageKind::ALL {
        for line in field_table(*kind).lines().skip(4) {
            let ja = line.split('|').nth(2).unwrap().trim();
            assert!(ja.chars().any(|c| !c.is_ascii()) || ja == "OID", "{line}");
        }
    }
}

#[test]
fn a_schema_says_what_is_checked() {
    let schema = schema(MessageKind::EligibilityRequest);
    let body = &schema["properties"]["XmlMsg"]["properties"]["MessageBody"];
    let text = serde_json::to_string_pretty(body).unwrap();
    expect![].assert_eq(&text);
}

#[test]
fn a_table_for_people() {
    expect![].assert_eq(&field_table(MessageKind::ReferenceNumberRequest));
}
