//! The vectors as their folders hold them.

use onshi_language::say;
use onshi_wire::MessageKind;
use serde_json::Value;

use super::RunError;
use super::source::{Files, Source};

/// The institution that the vectors' messages come from.
pub const INSTITUTION: &str = "1319999999";

/// The folder of the vectors whose persons are in a population of its own.
const LIVE: &str = "live";

/// The folder of the schemas of XML.
const SCHEMAS: &str = "xsd";

/// One vector.
pub(super) struct Case {
    /// Its folder, below that of all.
    pub(super) name: String,
    /// Whether its persons are in `live/population.jsonl`.
    pub(super) live: bool,
    /// What it is for, as its `why.md` says.
    pub(super) why: String,
    /// Its messages, in the order in which they are sent.
    pub(super) steps: Vec<Step>,
}

/// One message, and what is known of its answer.
#[derive(Clone)]
pub(super) struct Step {
    /// Its folder in a vector of several, else nothing.
    pub(super) name: String,
    pub(super) kind: MessageKind,
    pub(super) xml: Option<Vec<u8>>,
    pub(super) json: Option<Vec<u8>>,
    /// The first thing that is wrong with it, if anything is.
    pub(super) error: Option<String>,
    /// The whole answer, with marks.
    pub(super) expected: Option<Value>,
}

/// Reads all vectors, with another institution's code in place of their own.
pub(super) fn all(source: &Source, institution: &str) -> Result<Vec<Case>, RunError> {
    let files = source.files()?;
    let reader = Reader {
        source,
        files: &files,
        institution,
    };
    let mut cases = Vec::new();
    for name in files.folders("") {
        if name != LIVE && name != SCHEMAS {
            cases.push(reader.case(&name, false)?);
        }
    }
    for name in files.folders(LIVE) {
        cases.push(reader.case(&format!("{LIVE}/{name}"), true)?);
    }
    Ok(cases)
}

/// The people whom the live vectors are about, as lines for an import.
pub fn population(source: &Source, institution: &str) -> Result<String, RunError> {
    let path = format!("{LIVE}/population.jsonl");
    let files = source.files()?;
    let place = source.place(&path);
    let bytes = files.get(&path).ok_or_else(|| RunError::Read {
        path: place.clone(),
        source: std::io::ErrorKind::NotFound.into(),
    })?;
    String::from_utf8(renamed(bytes.to_vec(), institution)).map_err(|_| RunError::Vector {
        path: place,
        reason: say!("it is not UTF-8", "UTF-8ではありません"),
    })
}

/// What vectors are read from, and for whom.
struct Reader<'a> {
    source: &'a Source,
    files: &'a Files,
    institution: &'a str,
}

impl Reader<'_> {
    fn case(&self, path: &str, live: bool) -> Result<Case, RunError> {
        let name = name_of(path);
        Ok(Case {
            name: path.to_owned(),
            live,
            why: self.why(path),
            steps: self.steps(path, name, live)?,
        })
    }

    /// What it is for: the text below the heading of `why.md`.
    fn why(&self, path: &str) -> String {
        let text = self.files.get(&format!("{path}/why.md"));
        let text = String::from_utf8_lossy(text.unwrap_or_default()).into_owned();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        without_links(&words.join(" "))
    }

    fn steps(&self, path: &str, name: &str, live: bool) -> Result<Vec<Step>, RunError> {
        let inner = self.files.folders(path);
        if inner.is_empty() {
            let id = name.split('-').next().unwrap_or(name);
            return Ok(vec![self.step(path, "", (id, live))?]);
        }
        inner
            .iter()
            .map(|name| {
                let id = name.split_once('-').map_or("", |(_, id)| id);
                self.step(&format!("{path}/{name}"), name, (id, live))
            })
            .collect()
    }

    fn step(&self, path: &str, name: &str, (id, live): (&str, bool)) -> Result<Step, RunError> {
        let wrong = |reason: String| RunError::Vector {
            path: self.source.place(path),
            reason,
        };
        let kind = MessageKind::from_id(&format!("{id}req"))
            .or_else(|| MessageKind::from_id(&format!("{id}res")))
            .ok_or_else(|| {
                wrong(say!(
                    "its name does not begin with a message's",
                    "名前がメッセージの名前で始まっていません"
                ))
            })?;
        let problems = self.read(path, "problems.txt").unwrap_or_default();
        let problems = String::from_utf8_lossy(&problems).into_owned();
        let error = problems
            .lines()
            .find_map(|line| line.strip_prefix("error "));
        // Elsewhere the answer's persons are examples, that no implementation has to know.
        let expected = match self.read(path, "response.json") {
            Some(bytes) if live => Some(serde_json::from_slice(&bytes).map_err(|_| {
                wrong(say!(
                    "its response.json is not JSON",
                    "response.json がJSONではありません"
                ))
            })?),
            _ => None,
        };
        Ok(Step {
            name: name.to_owned(),
            kind,
            xml: self.read(path, "request.xml"),
            json: self.read(path, "request.json"),
            error: error.map(str::to_owned),
            expected,
        })
    }

    fn read(&self, path: &str, name: &str) -> Option<Vec<u8>> {
        let bytes = self.files.get(&format!("{path}/{name}"))?;
        Some(renamed(bytes.to_vec(), self.institution))
    }
}

/// A text of Markdown with only the words of its links.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (words, after))) = next_link(rest) {
        out.push_str(before);
        out.push_str(words);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What stands before the first link, its words, and what stands behind it.
fn next_link(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, address) = text.split_once("](")?;
    let (before, words) = before.rsplit_once('[')?;
    let (_, after) = address.split_once(')')?;
    Some((before, (words, after)))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// With another institution's code: bytes for bytes, since many a vector is no text at all. Digits
/// are the same in both encodings, and never the second byte of a character.
fn renamed(bytes: Vec<u8>, institution: &str) -> Vec<u8> {
    if institution == INSTITUTION {
        return bytes;
    }
    replaced(&bytes, INSTITUTION, institution)
}

/// These bytes with every occurrence of a text replaced.
pub(super) fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        if let Some(after) = rest.strip_prefix(from.as_bytes()) {
            out.extend_from_slice(to.as_bytes());
            rest = after;
        } else {
            out.push(*first);
            rest = &rest[1..];
        }
    }
    out
}

/// Whether a name is meant by a pattern: a part of the name, or the whole with `*` for anything.
pub(super) fn is_meant(pattern: &str, name: &str) -> bool {
    if !pattern.contains('*') {
        return name.contains(pattern);
    }
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_part_or_has_stars() {
        for (pattern, name, meant) in [
            ("siquc", "OQSsiquc01-plain", true),
            ("live/", "live/OQSsiquc01-valid", true),
            ("live/*", "OQSsiquc01-valid", false),
            ("OQS*plain", "OQSsiquc01-plain", true),
            ("OQS*pl*n", "OQSsiquc01-plain", true),
            ("OQS*plai", "OQSsiquc01-plain", false),
            ("*", "OQSsiquc01-plain", true),
        ] {
            assert_eq!(is_meant(pattern, name), meant, "{pattern} {name}");
        }
    }

    #[test]
    fn of_a_link_its_words_are_told() {
        let text = "Valid [1]. Sections [2](../interface.md#2-layouts) and [9](x) of it.";
        assert_eq!(without_links(text), "Valid [1]. Sections 2 and 9 of it.");
        let all = all(&Source::BuiltIn, INSTITUTION).unwrap();
        assert!(all.iter().all(|case| case.why.len() > 5));
        assert!(all.iter().all(|case| !case.why.contains("](")));
    }

    #[test]
    fn another_institution_takes_the_place_of_the_vectors_own() {
        let own = b"\x83\x5c<A>1319999999</A>\xff 131999999".to_vec();
        let other = renamed(own.clone(), "1312345678");
        assert_eq!(other, b"\x83\x5c<A>1312345678</A>\xff 131999999");
        assert_eq!(renamed(own.clone(), INSTITUTION), own);
    }
}
