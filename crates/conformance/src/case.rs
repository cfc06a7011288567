//! The vectors as their folders hold them.

use onshi_language::say;
use std::fs;
use std::path::{Path, PathBuf};

use onshi_wire::MessageKind;
use serde_json::Value;

use super::RunError;

/// The institution that the vectors' messages come from.
pub const INSTITUTION: &str = "1319999999";

/// The folder of the vectors whose persons are in a population of its own.
const LIVE: &str = "live";

/// The folder of the examples of FHIR, which are no messages.
const FHIR: &str = "fhir";

/// One vector.
pub(super) struct Case {
    /// Its folder, below that of all.
    pub(super) name: String,
    /// Whether its persons are in `live/population.jsonl`.
    pub(super) live: bool,
    /// Its messages, in the order in which they are sent.
    pub(super) steps: Vec<Step>,
}

/// One message, and what is known of its answer.
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
pub(super) fn all(folder: &Path, institution: &str) -> Result<Vec<Case>, RunError> {
    let mut cases = Vec::new();
    for live in [false, true] {
        let (folder, before) = if live {
            (folder.join(LIVE), format!("{LIVE}/"))
        } else {
            (folder.to_owned(), String::new())
        };
        for path in folders(&folder)? {
            let name = name_of(&path);
            if name != LIVE && name != FHIR {
                cases.push(Case {
                    name: format!("{before}{name}"),
                    live,
                    steps: steps(&path, &name, live, institution)?,
                });
            }
        }
    }
    Ok(cases)
}

/// The people whom the live vectors are about, as lines for an import.
pub fn population(folder: &Path, institution: &str) -> Result<String, RunError> {
    let path = folder.join(LIVE).join("population.jsonl");
    let bytes = fs::read(&path).map_err(|source| RunError::Read {
        path: path.clone(),
        source,
    })?;
    String::from_utf8(renamed(bytes, institution)).map_err(|_| RunError::Vector {
        path,
        reason: say!("it is not UTF-8", "UTF-8ではありません"),
    })
}

fn steps(path: &Path, name: &str, live: bool, institution: &str) -> Result<Vec<Step>, RunError> {
    let inner = folders(path)?;
    if inner.is_empty() {
        let id = name.split('-').next().unwrap_or(name);
        return Ok(vec![step(path, "", id, live, institution)?]);
    }
    inner
        .iter()
        .map(|path| {
            let name = name_of(path);
            let id = name.split_once('-').map_or("", |(_, id)| id);
            step(path, &name, id, live, institution)
        })
        .collect()
}

fn step(
    path: &Path,
    name: &str,
    id: &str,
    live: bool,
    institution: &str,
) -> Result<Step, RunError> {
    let wrong = |reason: String| RunError::Vector {
        path: path.to_owned(),
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
    let problems = read(&path.join("problems.txt"), institution)?.unwrap_or_default();
    let problems = String::from_utf8_lossy(&problems).into_owned();
    let error = problems
        .lines()
        .find_map(|line| line.strip_prefix("error "));
    // Elsewhere the answer's persons are examples, that no implementation has to know.
    let expected = match read(&path.join("response.json"), institution)? {
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
        xml: read(&path.join("request.xml"), institution)?,
        json: read(&path.join("request.json"), institution)?,
        error: error.map(str::to_owned),
        expected,
    })
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, RunError> {
    let failed = |source| RunError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn read(path: &Path, institution: &str) -> Result<Option<Vec<u8>>, RunError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(renamed(bytes, institution))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RunError::Read {
            path: path.to_owned(),
            source,
        }),
    }
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
    fn another_institution_takes_the_place_of_the_vectors_own() {
        let own = b"\x83\x5c<A>1319999999</A>\xff 131999999".to_vec();
        let other = renamed(own.clone(), "1312345678");
        assert_eq!(other, b"\x83\x5c<A>1312345678</A>\xff 131999999");
        assert_eq!(renamed(own.clone(), INSTITUTION), own);
    }
}
