//! The description, looked at.

use super::*;
use onshi_wire::{Limits, parse_xml_into};

/// What a reference stands for; all else is itself.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference}")),
        None => schema,
    }
}

/// The schema at this path of names, through references.
fn at<'a>(document: &'a Value, name: &str, path: &[&str]) -> &'a Value {
    let mut schema = &document["components"]["schemas"][name];
    for name in path {
        schema = match *name {
            "[]" => &schema["items"],
            name => &schema["properties"][name],
        };
        schema = resolved(document, schema);
    }
    schema
}

#[test]
fn every_message_is_described_in_both_forms() {
    let document = describe(crate::routes::CENTRE);
    let mut described = 0;
    for route in crate::routes::programs() {
        let Some(kind) = route.message() else {
            continue;
        };
        let operation = &document["paths"][route.path]["post"];
        let sides = [
            (kind, &operation["requestBody"]["content"]),
            (kind.response(), &operation["responses"]["200"]["content"]),
        ];
        for (kind, content) in sides {
            let json = resolved(&document, &content["application/json"]["schema"]);
            assert!(json["properties"]["XmlMsg"].is_object(), "{}", kind.id());
            let media = &content["application/xml"];
            let xml = resolved(&document, &media["schema"]);
            assert_eq!(xml["xml"]["name"], "XmlMsg", "{}", kind.id());
            assert!(xml["properties"]["MessageHeader"].is_object());
            let text = media["examples"][kind.id()]["value"].as_str().unwrap();
            let mut message = kind.empty();
            let parsed = parse_xml_into(&mut *message, text.as_bytes(), &Limits::BULK);
            assert_eq!(parsed.problems, vec![], "{}", kind.id());
            described += 1;
        }
    }
    assert_eq!(described, 42);
}

#[test]
fn a_list_in_xml_has_its_own_element_around_it() {
    let document = describe(crate::routes::CENTRE);
    let list = at(
        &document,
        "OQSsiquc01res.xml",
        &["MessageBody", "ResultList"],
    );
    assert_eq!(list["xml"]["wrapped"], true);
    let name = "ResultOfQualificationConfirmation";
    let item = resolved(&document, &list["items"]);
    assert_eq!(item["xml"]["name"], name);
    assert!(item["properties"]["Name"].is_object());
    let path = ["XmlMsg", "MessageBody", "ResultList", "[]", name, "Name"];
    let json = at(&document, "OQSsiquc01res", &path);
    assert_eq!(json["type"], "string");
}

#[test]
fn operations_have_short_names_of_their_own_and_uploads_declare_their_key() {
    let document = describe(crate::routes::CENTRE);
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(name.len() <= 40, "{path}: {name}");
            assert!(names.insert(name), "{name} is there twice");
        }
    }
    for name in ["auth", "refresh", "search", "OQSsiquc01", "reader_status"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    let key = &document["paths"]["/onshi/v1/messages/OQSmuquc01"]["post"]["parameters"][0];
    assert_eq!(key["name"], "Idempotency-Key");
    let single = &document["paths"]["/onshi/v1/messages/OQSsiquc01"]["post"];
    assert!(single["parameters"].is_null());
}
