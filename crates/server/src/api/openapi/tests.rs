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
fn what_a_program_sends_to_begin_is_described_and_no_tokens_are_promised() {
    let document = describe(crate::routes::CENTRE);
    let operation = &document["paths"]["/onshi/v1/activation"]["post"];
    let sent = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(sent["required"], json!(["userId", "code", "password"]));
    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(answer["required"], json!(["userId", "kind"]));
    // Whatever programs send as JSON is described.
    for route in programs(crate::routes::CENTRE) {
        let operation = &document["paths"][route.path][route.method.to_lowercase()];
        let takes_json = route.kind == crate::http::access::Kind::Json;
        assert!(
            !takes_json || operation["requestBody"].is_object(),
            "{}",
            route.path
        );
    }
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

#[test]
fn a_route_that_will_go_is_described_as_such() {
    use crate::http::deprecation::{CalendarDay, Deprecation};
    let path = "/oqs-api-pro/MSA01030/ILI01030SV01/search";
    let found = crate::routes::CENTRE
        .iter()
        .find(|route| route.path == path);
    let going = Route {
        deprecation: Some(Deprecation {
            since: CalendarDay(2026, 11, 28),
            sunset: CalendarDay(2027, 11, 28),
            instead: "/onshi/v1/messages/OQSsiquc01",
        }),
        ..*found.unwrap()
    };
    let document = describe(Vec::leak(vec![going]));
    let operation = &document["paths"][path]["post"];
    assert_eq!(operation["deprecated"], true);
    let words = operation["description"].as_str().unwrap();
    assert!(words.contains("/onshi/v1/messages/OQSsiquc01"), "{words}");
    let now = describe(crate::routes::CENTRE);
    assert!(now["paths"][path]["post"]["deprecated"].is_null());
}

/// What is promised of each operation within a version: the elements that it takes and gives, and those that it needs.
fn promises(document: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            all.push(name.clone());
            let sent = &operation["requestBody"]["content"]["application/json"]["schema"];
            elements(document, sent, (&name, "takes"), "", &mut all);
            let given = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            elements(document, given, (&name, "gives"), "", &mut all);
        }
    }
    all
}

fn elements(
    document: &Value,
    schema: &Value,
    (name, verb): (&str, &str),
    place: &str,
    all: &mut Vec<String>,
) {
    let schema = resolved(document, schema);
    if let Some(items) = schema.get("items") {
        elements(document, items, (name, verb), place, all);
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (member, inner) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}/{member}");
        all.push(format!("{name} {verb} {place}"));
        if verb == "takes" && required.iter().any(|needed| needed == member) {
            all.push(format!("{name} needs {place}"));
        }
        elements(document, inner, (name, verb), &place, all);
    }
}

/// The guide says what may change within a version. What was promised is kept: nothing goes, and nothing more is needed.
#[test]
fn within_a_version_nothing_that_was_promised_goes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/openapi");
    let file = folder.join("promised.txt");
    let now = promises(&describe(crate::routes::CENTRE));
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let kept: Vec<&str> = kept.lines().skip(1).collect();
    let version = format!("API {API_VERSION}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, format!("{version}\n{}\n", now.join("\n"))).unwrap();
        return;
    }
    assert!(
        kept.len() > 500,
        "UPDATE_EXPECT=1 prints {} anew",
        file.display()
    );
    let gone = kept
        .iter()
        .filter(|line| !line.contains(" needs ") && !now.iter().any(|now| now == *line));
    let needed = now
        .iter()
        .filter(|line| line.contains(" needs ") && !kept.contains(&line.as_str()));
    let broken: Vec<String> = gone
        .map(|line| format!("gone: {line}"))
        .chain(needed.map(|line| format!("needed now: {line}")))
        .collect();
    assert!(
        broken.is_empty(),
        "what was promised is not kept within version 1; say it by deprecated(…) in the list of routes:\n{}",
        broken.join("\n")
    );
    let new = now.iter().filter(|line| !kept.contains(&line.as_str()));
    let new: Vec<_> = new.collect();
    assert!(
        new.is_empty(),
        "new: raise API_VERSION, write docs/api-changes.md, and UPDATE_EXPECT=1: {new:?}"
    );
}

#[test]
fn the_page_of_changes_begins_with_the_version() {
    let page = include_str!("../../../../../docs/api-changes.md");
    let first = page.lines().find(|line| line.starts_with("## "));
    assert_eq!(first, Some(format!("## {API_VERSION}").as_str()));
}
