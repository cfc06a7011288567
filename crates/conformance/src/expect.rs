//! What is expected of an answer, held against what came.
//!
//! An expectation is the answer as JSON, in which some values are marks: what an implementation
//! draws by itself (a time, a number) or words in itself can't be written down beforehand.

use onshi_language::say;
use onshi_wire::Encoding;
use serde_json::{Map, Value};

use super::report::Difference;

/// Characters that Shift_JIS has not come back as one of these.
const STAND_INS: [char; 2] = [onshi_wire::REPLACEMENT, '〓'];

/// Lists whose entries may come in any order, and the block by which each is known.
const UNORDERED: [(&str, &str); 2] = [
    ("BulkConfirmUnit", "QualificationConfirmSearchInfo"),
    ("BulkRegistrationUnit", "ReferenceNumberRegistrationInfo"),
];

/// What may be left out altogether, and is right where it is there: whether the real system gives
/// the question back with the answer about one person is not known.
const MAY_BE_ABSENT: &str = "XmlMsg/MessageBody/QualificationConfirmSearchInfo";

/// How much an expectation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Everything: what it does not name must not be there.
    Whole,
    /// Only what it names.
    Part,
}

/// The marks: values of an expectation that stand for more than themselves.
#[derive(Debug, PartialEq, Eq)]
enum Mark<'a> {
    /// `{any}`: a value.
    Any,
    /// `{time}`: fourteen digits.
    Time,
    /// `{optional}`: any value, or none.
    Optional,
    /// `{absent}`: none.
    Absent,
    /// `{encoding}`: the code of the encoding that the answer came in.
    Encoding,
    /// `{not 1}`: another value.
    Not(&'a str),
    /// `{1?}`: this value, or none.
    Perhaps(&'a str),
}

impl<'a> Mark<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let inside = text.strip_prefix('{')?.strip_suffix('}')?;
        Some(match inside {
            "any" => Mark::Any,
            "time" => Mark::Time,
            "optional" => Mark::Optional,
            "absent" => Mark::Absent,
            "encoding" => Mark::Encoding,
            _ => match (inside.strip_prefix("not "), inside.strip_suffix('?')) {
                (Some(value), _) => Mark::Not(value),
                (_, Some(value)) => Mark::Perhaps(value),
                _ => return None,
            },
        })
    }

    fn fits(&self, found: Option<&str>, encoding: Encoding) -> bool {
        match self {
            Mark::Any => found.is_some(),
            Mark::Time => found.is_some_and(is_time),
            Mark::Optional => true,
            Mark::Absent => found.is_none(),
            Mark::Encoding => found == Some(encoding.code().code()),
            Mark::Not(value) => found.is_some_and(|found| found != *value),
            Mark::Perhaps(value) => found.is_none_or(|found| found == *value),
        }
    }
}

fn is_time(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Holds an answer against an expectation.
pub(super) fn compare(
    expected: &Value,
    found: &Value,
    encoding: Encoding,
    extent: Extent,
) -> Vec<Difference> {
    let mut comparing = Comparing {
        encoding,
        extent,
        differences: Vec::new(),
    };
    comparing.value("", Some(expected), Some(found));
    comparing.differences
}

struct Comparing {
    encoding: Encoding,
    extent: Extent,
    differences: Vec<Difference>,
}

impl Comparing {
    fn value(&mut self, path: &str, expected: Option<&Value>, found: Option<&Value>) {
        match (expected, found) {
            (Some(Value::Object(expected)), Some(Value::Object(found))) => {
                self.object(path, expected, found);
            }
            (Some(Value::Array(expected)), Some(Value::Array(found))) => {
                self.array(path, expected, found);
            }
            (Some(Value::Object(_)), None) if path == MAY_BE_ABSENT => {}
            (Some(Value::String(expected)), found) => self.text(path, expected, found),
            (expected, found) if expected == found => {}
            (expected, found) => self.differs(path, expected, found),
        }
    }

    fn object(&mut self, path: &str, expected: &Map<String, Value>, found: &Map<String, Value>) {
        for (name, value) in expected {
            self.value(&below(path, name), Some(value), found.get(name));
        }
        if self.extent == Extent::Whole {
            for (name, value) in found
                .iter()
                .filter(|(name, _)| !expected.contains_key(*name))
            {
                self.differs(&below(path, name), None, Some(value));
            }
        }
    }

    fn array(&mut self, path: &str, expected: &[Value], found: &[Value]) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let known_by = UNORDERED.iter().find(|(list, _)| *list == name);
        let found: Vec<&Value> = match known_by {
            Some((_, key)) => in_order_of(expected, found, key),
            None => found.iter().collect(),
        };
        for place in 0..expected.len().max(found.len()) {
            let path = format!("{path}[{}]", place + 1);
            self.value(&path, expected.get(place), found.get(place).copied());
        }
    }

    fn text(&mut self, path: &str, expected: &str, found: Option<&Value>) {
        let text = found.and_then(Value::as_str);
        let fits = match Mark::of(expected) {
            // A block where a text should be fits only a mark that takes anything.
            Some(mark) => match (&mark, found) {
                (Mark::Optional | Mark::Any, Some(_)) => true,
                (_, Some(_)) if text.is_none() => false,
                _ => mark.fits(text, self.encoding),
            },
            None => text.is_some_and(|text| is_same(expected, text, self.encoding)),
        };
        if !fits {
            self.differs(path, Some(&Value::from(expected)), found);
        }
    }

    fn differs(&mut self, path: &str, expected: Option<&Value>, found: Option<&Value>) {
        self.differences.push(Difference {
            path: path.to_owned(),
            expected: expected.map(shown),
            found: found.map(shown),
        });
    }
}

/// The same text, but for what the encoding does not have.
pub(super) fn is_same(expected: &str, found: &str, encoding: Encoding) -> bool {
    if expected == found || encoding == Encoding::Utf8 {
        return expected == found;
    }
    let lost = |c: char| !encoding.has(c);
    expected.chars().count() == found.chars().count()
        && expected
            .chars()
            .zip(found.chars())
            .all(|(wanted, came)| wanted == came || (STAND_INS.contains(&came) && lost(wanted)))
}

/// The entries of an unordered list, brought into the order in which they are expected.
fn in_order_of<'a>(expected: &[Value], found: &'a [Value], key: &str) -> Vec<&'a Value> {
    let mut left: Vec<&Value> = found.iter().collect();
    let mut ordered = Vec::with_capacity(found.len());
    for wanted in expected {
        let same = |entry: &&Value| wanted.get(key).is_some() && entry.get(key) == wanted.get(key);
        // An entry that is not there leaves its place to the next one, so that all are compared.
        let place = left.iter().position(same).unwrap_or(0);
        if place < left.len() {
            ordered.push(left.remove(place));
        }
    }
    ordered.extend(left);
    ordered
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // What stands in it is not what is wrong: that it is there, or not, is.
        Value::Object(_) => say!("(a block)", "（まとまり）"),
        Value::Array(entries) => say!("(a list of {})", "（{}件の一覧）", entries.len()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(expected: &Value, found: &Value, encoding: Encoding, extent: Extent) -> Vec<String> {
        compare(expected, found, encoding, extent)
            .into_iter()
            .map(|difference| difference.path)
            .collect()
    }

    #[test]
    fn every_mark_takes_what_it_says_and_nothing_else() {
        for (mark, good, bad) in [
            ("{any}", json!("x"), Value::Null),
            ("{time}", json!("20261122091512"), json!("2026-11-22")),
            ("{not 1}", json!("9"), json!("1")),
            ("{encoding}", json!("0"), json!("1")),
            ("{1?}", json!("1"), json!("2")),
            ("{absent}", Value::Null, json!("x")),
            ("plain", json!("plain"), json!("other")),
        ] {
            let answer = |value: &Value| match value {
                Value::Null => json!({}),
                value => json!({"A": value}),
            };
            let expected = json!({"A": mark});
            let compared =
                |found: &Value| paths(&expected, &answer(found), Encoding::Utf8, Extent::Whole);
            assert_eq!(compared(&good), Vec::<String>::new(), "{mark}");
            assert_eq!(compared(&bad), ["A"], "{mark}");
        }
        let optional = json!({"A": "{optional}", "B": "{1?}"});
        for found in [
            json!({}),
            json!({"A": "x"}),
            json!({"A": {"X": "y"}, "B": "1"}),
        ] {
            let told = paths(&optional, &found, Encoding::Utf8, Extent::Whole);
            assert_eq!(told, Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_more_counts_only_where_everything_is_said() {
        let (expected, found) = (json!({"A": "1"}), json!({"A": "1", "B": {"C": "2"}}));
        assert_eq!(
            paths(&expected, &found, Encoding::Utf8, Extent::Whole),
            ["B"]
        );
        let part = paths(&expected, &found, Encoding::Utf8, Extent::Part);
        assert_eq!(part, Vec::<String>::new());
        let lists = (
            json!({"L": [{"A": "1"}]}),
            json!({"L": [{"A": "1"}, {"A": "2"}]}),
        );
        let told = paths(&lists.0, &lists.1, Encoding::Utf8, Extent::Whole);
        assert_eq!(told, ["L[2]"]);
    }

    #[test]
    fn shift_jis_may_lose_only_what_it_has_not() {
        let expected = json!({"Name": "𠮷田"});
        for (name, same) in [
            ("𠮷田", true),
            ("●田", true),
            ("〓田", true),
            ("□田", false),
            ("𠮷●", false),
            ("●", false),
        ] {
            let told = paths(
                &expected,
                &json!({"Name": name}),
                Encoding::ShiftJis,
                Extent::Whole,
            );
            assert_eq!(told.is_empty(), same, "{name}");
        }
        let told = paths(
            &expected,
            &json!({"Name": "●田"}),
            Encoding::Utf8,
            Extent::Whole,
        );
        assert_eq!(told, ["Name"]);
    }

    #[test]
    fn the_rows_of_a_bulk_answer_may_come_in_any_order() {
        let row = |id: &str, validity: &str| {
            json!({"QualificationConfirmSearchInfo": {"ArbitraryIdentifier": id},
                "QualificationValidity": validity})
        };
        let expected = json!({"BulkConfirmUnit": [row("a", "1"), row("b", "4")]});
        let turned = json!({"BulkConfirmUnit": [row("b", "4"), row("a", "1")]});
        let told = paths(&expected, &turned, Encoding::Utf8, Extent::Whole);
        assert_eq!(told, Vec::<String>::new());
        let wrong = json!({"BulkConfirmUnit": [row("b", "1"), row("a", "1")]});
        let told = paths(&expected, &wrong, Encoding::Utf8, Extent::Whole);
        assert_eq!(told, ["BulkConfirmUnit[2]/QualificationValidity"]);
    }
}
