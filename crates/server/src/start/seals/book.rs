//! The files with the noted seals: a line of JSON a note, a file a node and month.

use onshi_core::Fault;
use onshi_core::audit::ChainHead;
use onshi_core::clock::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const PREFIX: &str = "onshi-seals-";
const ENDING: &str = ".jsonl";

/// One note: how far every chain of a database was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When, in milliseconds.
    pub at: i64,
    /// The same for people.
    pub moment: String,
    /// Which database.
    pub database: String,
    /// Which node noted it.
    pub by: String,
    /// It was restored, and goes on from here: what was noted of later entries is not in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
    /// The chains.
    pub heads: Vec<NotedHead>,
}

/// How far a chain was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedHead {
    /// The node that writes it.
    pub node: String,
    /// The number of its newest entry.
    pub seq: i64,
    /// Its newest seal, in hexadecimal.
    pub seal: String,
}

impl NotedHead {
    /// Of a chain.
    pub fn of(head: &ChainHead) -> NotedHead {
        NotedHead {
            node: head.node.clone(),
            seq: head.last_seq,
            seal: head.seal.clone(),
        }
    }
}

/// Adds a note, down to the disk.
pub fn add(folder: &Path, line: &Line) -> Result<(), Fault> {
    let month = &Moment::from_ms(line.at).jst_fourteen()[..6];
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let by = line.by.replace(|c| !safe(c), "_");
    let path = folder.join(format!("{PREFIX}{by}-{month}{ENDING}"));
    let fault = |e| Fault::at(format!("writing {}", path.display()), e);
    let mut text = serde_json::to_string(line)
        .map_err(|e| Fault::at(format!("writing {}", path.display()), e))?;
    text.push('\n');
    if !ends_a_line(&path).map_err(fault)? {
        // The last one was cut off; this one is not to be lost with it.
        text.insert(0, '\n');
    }
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o640)
        .open(&path)
        .map_err(fault)?;
    // One write, so that two never mix.
    file.write_all(text.as_bytes()).map_err(fault)?;
    file.sync_all().map_err(fault)
}

/// Whether a file ends with a whole line, as one does that is not there.
fn ends_a_line(path: &Path) -> std::io::Result<bool> {
    let mut file = match std::fs::File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        opened => opened?,
    };
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// What was noted of one database.
#[derive(Debug, Default)]
pub struct Book {
    /// Of each chain what was noted, in order, without what a restore has taken back.
    chains: BTreeMap<String, Vec<Noted>>,
    /// When the last note was made.
    pub last: Option<Moment>,
    /// How many lines could not be read.
    pub unreadable: usize,
}

/// How far a chain was, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The number of its newest entry.
    pub seq: i64,
    /// Its newest seal, in hexadecimal.
    pub seal: String,
    /// When it was noted.
    pub at: Moment,
}

/// What a database lacks of a chain, as far as it was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The node that writes the chain.
    pub node: String,
    /// The newest entry that is there.
    pub there: i64,
    /// The newest entry that was noted.
    pub noted: i64,
    /// How many are missing for certain.
    pub missing: i64,
    /// When the newest that is there was sealed.
    pub from: String,
    /// When the newest was noted.
    pub until: String,
}

impl Book {
    /// Reads all notes of a database in a folder.
    pub fn read(folder: &Path, database: &str) -> Result<Book, Fault> {
        let fault = |e| Fault::at(format!("reading {}", folder.display()), e);
        let (mut lines, mut book) = (Vec::new(), Book::default());
        for entry in std::fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !(name.starts_with(PREFIX) && name.ends_with(ENDING)) {
                continue;
            }
            let text = std::fs::read(entry.path()).map_err(fault)?;
            for line in String::from_utf8_lossy(&text).split_terminator('\n') {
                match serde_json::from_str::<Line>(line) {
                    Ok(line) if line.database == database => lines.push(line),
                    Ok(_) => {}
                    Err(_) => book.unreadable += 1,
                }
            }
        }
        lines.sort_by_key(|line| line.at);
        for line in lines {
            book.take(line);
        }
        Ok(book)
    }

    fn take(&mut self, line: Line) {
        let at = Moment::from_ms(line.at);
        self.last = Some(at);
        if line.restored {
            let until = |node: &str| line.heads.iter().find(|head| head.node == node);
            for (node, noted) in &mut self.chains {
                let kept = until(node).map_or(0, |head| head.seq);
                noted.retain(|noted| noted.seq <= kept);
            }
        }
        for head in line.heads.into_iter().filter(|head| head.seq > 0) {
            let noted = self.chains.entry(head.node).or_default();
            // The same again says nothing new.
            if noted.last().is_none_or(|last| last.seq != head.seq) {
                noted.push(Noted {
                    seq: head.seq,
                    seal: head.seal,
                    at,
                });
            }
        }
    }

    /// The seals that a database with these heads must have: the newest noted of each chain that it reaches.
    pub fn must_be_there(&self, heads: &[ChainHead]) -> Vec<String> {
        let reached = heads.iter().filter_map(|head| {
            let noted = self.chains.get(&head.node)?;
            let newest = noted.iter().filter(|noted| noted.seq <= head.last_seq);
            newest.max_by_key(|noted| noted.seq)
        });
        reached.map(|noted| noted.seal.clone()).collect()
    }

    /// What a database with these heads lacks.
    pub fn gaps(&self, heads: &[ChainHead]) -> Vec<Gap> {
        let gaps = self.chains.iter().filter_map(|(node, noted)| {
            let newest = noted.iter().max_by_key(|noted| noted.seq)?;
            let head = heads.iter().find(|head| head.node == *node);
            let there = head.map_or(0, |head| head.last_seq);
            (newest.seq > there).then(|| Gap {
                node: node.clone(),
                there,
                noted: newest.seq,
                missing: newest.seq - there,
                from: head.map_or_else(String::new, |head| head.sealed_at.jst_table()),
                until: newest.at.jst_table(),
            })
        });
        gaps.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: &str = "0123456789abcdef0123456789abcdef";

    fn line(at: i64, by: &str, heads: &[(&str, i64)]) -> Line {
        let heads = heads.iter().map(|(node, seq)| NotedHead {
            node: (*node).to_owned(),
            seq: *seq,
            seal: format!("{node}{seq}"),
        });
        Line {
            at,
            moment: Moment::from_ms(at).jst_table(),
            database: DATABASE.to_owned(),
            by: by.to_owned(),
            restored: false,
            heads: heads.collect(),
        }
    }

    fn head(node: &str, last_seq: i64) -> ChainHead {
        ChainHead {
            node: node.to_owned(),
            last_seq,
            seal: String::new(),
            sealed_at: Moment::from_ms(1_800_000_000_000),
        }
    }

    const MINUTE: i64 = 60_000;
    const BEGIN: i64 = 1_800_000_000_000;

    #[test]
    fn what_was_noted_says_what_is_missing_and_what_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let add = |line: &Line| add(folder.path(), line).unwrap();
        add(&line(
            BEGIN,
            "centre-1",
            &[("centre-1", 10), ("operator", 3)],
        ));
        add(&line(
            BEGIN + MINUTE,
            "centre/2",
            &[("centre-1", 25), ("centre/2", 4)],
        ));
        add(&line(BEGIN + 2 * MINUTE, "centre-1", &[("centre-1", 31)]));
        let other = Line {
            database: "another".to_owned(),
            ..line(BEGIN + 3 * MINUTE, "centre-1", &[("centre-1", 99)])
        };
        add(&other);
        let book = Book::read(folder.path(), DATABASE).unwrap();
        let heads = [head("centre-1", 26), head("operator", 5)];
        assert_eq!(book.must_be_there(&heads), ["centre-125", "operator3"]);
        let gaps = book.gaps(&heads);
        let told: Vec<_> = gaps
            .iter()
            .map(|gap| (gap.node.as_str(), gap.missing))
            .collect();
        assert_eq!(told, [("centre-1", 5), ("centre/2", 4)]);
        assert_eq!(
            gaps[0].until,
            Moment::from_ms(BEGIN + 2 * MINUTE).jst_table()
        );
        assert!(
            book.gaps(&[
                head("centre-1", 31),
                head("centre/2", 4),
                head("operator", 3)
            ])
            .is_empty()
        );
    }

    #[test]
    fn what_a_restore_took_back_is_missed_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let add = |line: &Line| add(folder.path(), line).unwrap();
        add(&line(BEGIN, "a", &[("a", 10), ("b", 7)]));
        add(&line(BEGIN + MINUTE, "a", &[("a", 30)]));
        let restored = Line {
            restored: true,
            ..line(
                BEGIN + 2 * MINUTE,
                "operator",
                &[("a", 12), ("operator", 4)],
            )
        };
        add(&restored);
        let mut again = line(BEGIN + 3 * MINUTE, "a", &[("a", 13)]);
        again.heads[0].seal = "another13".to_owned();
        add(&again);
        let book = Book::read(folder.path(), DATABASE).unwrap();
        assert!(book.gaps(&[head("a", 13), head("operator", 4)]).is_empty());
        assert_eq!(book.must_be_there(&[head("a", 13)]), ["another13"]);
    }

    #[test]
    fn half_a_line_costs_no_other() {
        let folder = tempfile::tempdir().unwrap();
        add(folder.path(), &line(BEGIN, "a", &[("a", 10)])).unwrap();
        let file = std::fs::read_dir(folder.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let mut text = std::fs::read(&file).unwrap();
        text.extend_from_slice(b"{\"at\":18000");
        std::fs::write(&file, text).unwrap();
        add(folder.path(), &line(BEGIN + MINUTE, "a", &[("a", 12)])).unwrap();
        let book = Book::read(folder.path(), DATABASE).unwrap();
        assert_eq!((book.unreadable, book.gaps(&[])[0].missing), (1, 12));
    }
}
