//! The conformance vectors in `vectors/`; its README says what the files of a case mean.
//!
//! `UPDATE_EXPECT=1` writes what is derived: `request.json` of a `request.xml`, `response.xml` of a
//! `response.json`, `problems.txt`, `replaced.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use onshi_wire::{
    Block, Encoding, Limits, MessageKind, Parsed, Style, parse_json_into, parse_xml_into,
    print_json_indented, print_xml,
};

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    let entries = fs::read_dir(&folder).expect("vectors/ is there");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    // Those of live/ are made otherwise, those of fhir/ by the centre itself.
    cases.retain(|path| {
        path.is_dir()
            && !path.ends_with("live")
            && !path.ends_with("fhir")
            && !path.ends_with("xsd")
    });
    cases.sort();
    assert!(cases.len() >= 30, "the vectors are there: {}", cases.len());
    for folder in cases {
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let case = Case { folder, name };
        assert!(case.has("why.md"), "{}: why.md", case.name);
        if case.has("request.xml") || case.has("request.json") {
            case.request();
        }
        if case.has("response.json") {
            case.response();
        }
    }
}

struct Case {
    folder: PathBuf,
    name: String,
}

impl Case {
    fn has(&self, file: &str) -> bool {
        self.folder.join(file).exists()
    }

    fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.folder.join(file)).unwrap_or_default()
    }

    /// Compares a file, or writes it.
    fn is(&self, file: &str, bytes: &[u8]) {
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            return fs::write(self.folder.join(file), bytes).expect("written");
        }
        let there = self.read(file);
        if there != bytes {
            let (there, here) = (show(&there), show(bytes));
            panic!("{}/{file}\n--- there\n{there}\n--- here\n{here}", self.name);
        }
    }

    fn kind(&self, end: &str) -> MessageKind {
        let prefix = self.name.split('-').next().unwrap_or_default();
        MessageKind::from_id(&format!("{prefix}{end}")).expect("the folder begins with a kind")
    }

    fn request(&self) {
        let mut message = self.kind("req").empty();
        let parsed = if self.has("request.xml") {
            parse_xml_into(&mut *message, &self.read("request.xml"), &Limits::BULK)
        } else {
            parse_json_into(&mut *message, &self.read("request.json"), &Limits::BULK)
        };
        let told = told(&parsed);
        if !told.is_empty() || self.has("problems.txt") {
            self.is("problems.txt", told.as_bytes());
        }
        if parsed.problems.is_empty() {
            let printed = print_json_indented(&*message);
            if self.has("request.xml") {
                self.is("request.json", &printed);
            } else {
                // It is what a sender wrote, and is never rewritten: only `null` may be lost.
                let mut sent = json(&self.read("request.json"));
                without_null(&mut sent);
                assert_eq!(sent, json(&printed), "{}", self.name);
            }
            self.goes_round(&*message, self.kind("req"));
        }
    }

    /// Every right message survives both forms.
    fn goes_round(&self, message: &dyn Block, kind: MessageKind) {
        let json = print_json_indented(message);
        let xml = print_xml(message, Style::default()).bytes;
        let (mut by_json, mut by_xml) = (kind.empty(), kind.empty());
        let first = parse_json_into(&mut *by_json, &json, &Limits::BULK);
        let second = parse_xml_into(&mut *by_xml, &xml, &Limits::BULK);
        assert_eq!(
            (first.problems, second.problems),
            (vec![], vec![]),
            "{}",
            self.name
        );
        assert_eq!(print_json_indented(&*by_json), json, "{}", self.name);
        assert_eq!(print_json_indented(&*by_xml), json, "{}", self.name);
    }

    fn response(&self) {
        let mut message = self.kind("res").empty();
        let text = self.read("response.json");
        let parsed = parse_json_into(&mut *message, &text, &Limits::BULK);
        assert_eq!(told(&parsed), "", "{}", self.name);
        self.is("response.json", &print_json_indented(&*message));
        self.goes_round(&*message, self.kind("res"));
        let text = String::from_utf8_lossy(&text).into_owned();
        let encoding = match text.contains("\"CharacterCodeIdentifier\": \"1\"") {
            true => Encoding::ShiftJis,
            false => Encoding::Utf8,
        };
        let printed = print_xml(
            &*message,
            Style {
                encoding,
                indented: true,
                ..Style::default()
            },
        );
        self.is("response.xml", &printed.bytes);
        let mut replaced = String::new();
        for lost in &printed.replaced {
            let line = format!(
                "U+{:04X} {} {}\n",
                lost.code_point, lost.character, lost.element
            );
            replaced.push_str(&line);
        }
        if !replaced.is_empty() || self.has("replaced.txt") {
            return self.is("replaced.txt", replaced.as_bytes());
        }
        let mut back = self.kind("res").empty();
        let parsed = parse_xml_into(&mut *back, &printed.bytes, &Limits::BULK);
        assert_eq!(told(&parsed), "", "{}", self.name);
        assert_eq!(
            print_json_indented(&*back),
            print_json_indented(&*message),
            "{}",
            self.name
        );
    }
}

fn told(parsed: &Parsed<()>) -> String {
    let mut text = String::new();
    for (what, problems) in [("error", &parsed.problems), ("warning", &parsed.warnings)] {
        for problem in problems {
            let place = match (problem.line, problem.column) {
                (Some(line), Some(column)) => format!("{line}:{column}"),
                _ => "-".to_owned(),
            };
            let code = problem.code;
            text.push_str(&format!("{what} {code:?} {place} {}\n", problem.element));
        }
    }
    text
}

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn without_null(value: &mut serde_json::Value) {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
        object.values_mut().for_each(without_null);
    }
}

/// A case of `null` without one shows nothing.
#[test]
fn the_cases_of_null_have_some() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    let mut cases = 0;
    for entry in fs::read_dir(&folder).expect("vectors/ is there").flatten() {
        if entry.file_name().to_string_lossy().contains("-json-null") {
            let text = fs::read(entry.path().join("request.json")).expect("a request");
            assert!(show(&text).contains("null"), "{:?}", entry.file_name());
            cases += 1;
        }
    }
    assert_eq!(cases, 4);
}

fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
