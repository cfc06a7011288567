//! The live vectors in `vectors/live/`: their requests are right, and their expected answers are
//! messages in which some values are marks. That an implementation gives those answers is tested
//! where there is one.
//!
//! `UPDATE_EXPECT=1` writes each `request.xml` out of its `request.json`.

use std::fs;
use std::path::{Path, PathBuf};

use onshi_wire::{
    Limits, MessageKind, Style, parse_json_into, parse_xml_into, print_json, print_xml,
};
use serde_json::Value;

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("vectors/live/ is there");
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .expect("a name")
}

#[test]
fn every_live_case_is_made_of_right_messages() {
    let live = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/live");
    let cases = folders(&live);
    assert!(cases.len() >= 40, "the vectors are there: {}", cases.len());
    let mut asked: Vec<MessageKind> = Vec::new();
    for case in cases {
        assert!(case.join("why.md").exists(), "{}", case.display());
        let steps = folders(&case);
        if steps.is_empty() {
            let id = name(&case).split('-').next().unwrap();
            asked.push(step(&case, id));
        }
        for (number, path) in steps.iter().enumerate() {
            let (place, id) = name(path).split_once('-').unwrap();
            assert_eq!(place, (number + 1).to_string(), "{}", path.display());
            asked.push(step(path, id));
        }
    }
    let every = MessageKind::ALL.iter().filter(|kind| kind.is_request());
    for kind in every {
        assert!(asked.contains(kind), "{} has no live vector", kind.id());
    }
}

fn step(folder: &Path, id: &str) -> MessageKind {
    let shown = folder.display();
    let kind = |end: &str| MessageKind::from_id(&format!("{id}{end}")).expect("a message");
    let mut request = kind("req").empty();
    let text = fs::read(folder.join("request.json")).expect("a request");
    let parsed = parse_json_into(&mut *request, &text, &Limits::BULK);
    assert_eq!(
        (parsed.problems, parsed.warnings),
        (vec![], vec![]),
        "{shown}"
    );
    let style = Style {
        indented: true,
        ..Style::default()
    };
    let printed = print_xml(&*request, style).bytes;
    let file = folder.join("request.xml");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &printed).expect("written");
    }
    assert_eq!(fs::read(&file).unwrap_or_default(), printed, "{shown}");
    let mut back = kind("req").empty();
    parse_xml_into(&mut *back, &printed, &Limits::BULK);
    assert_eq!(print_json(&*back), print_json(&*request), "{shown}");
    expected(folder, kind("res"));
    kind("req")
}

fn expected(folder: &Path, kind: MessageKind) {
    let shown = folder.display();
    let text = fs::read(folder.join("response.json")).expect("an answer");
    let mut given: Value = serde_json::from_slice(&text).expect("JSON");
    fill(&mut given);
    let mut answer = kind.empty();
    let parsed = parse_json_into(&mut *answer, given.to_string().as_bytes(), &Limits::BULK);
    assert_eq!(
        (parsed.problems, parsed.warnings),
        (vec![], vec![]),
        "{shown}"
    );
    let read: Value = serde_json::from_slice(&print_json(&*answer)).expect("JSON");
    assert_eq!(
        read, given,
        "{shown}: something of it is no part of the message"
    );
}

/// Puts a value that fits in place of each mark; the README says what the marks mean.
fn fill(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| value != "{optional}");
            members.values_mut().for_each(fill);
        }
        Value::Array(entries) => entries.iter_mut().for_each(fill),
        Value::String(text) => {
            let inside = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
            let filled = match inside {
                None => return,
                Some("any") => "1",
                Some("time") => "20261122091512",
                Some("encoding") => "0",
                Some("not 1") => "9",
                Some("1.ReceptionNumber") => "2026112218000500001",
                Some(other) => other.strip_suffix('?').expect("a mark of the README"),
            };
            *text = filled.to_owned();
        }
        _ => {}
    }
}
