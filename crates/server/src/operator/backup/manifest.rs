//! What a backup says of itself (`backup.json`): of which moment and database it is, how far its log goes, and
//! the digest of every file in it.

use super::{BackupError, io, refused};
use crate::start::seals::book::NotedHead;
use onshi_core::clock::Moment;
use onshi_language::say;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// The version of the form of a backup.
pub const FORMAT: u32 = 1;

/// Which database it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// SQLite: both files are in it.
    Sqlite,
    /// PostgreSQL: its data is backed up by its own tools.
    Postgres,
}

/// What a backup says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the form.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// Which database it is of.
    pub kind: Kind,
    /// The word that database and keys have in common.
    pub database: String,
    /// Of which moment, in milliseconds.
    pub at: i64,
    /// The same for people.
    pub moment: String,
    /// How far the chains of the log are.
    pub heads: Vec<NotedHead>,
    /// How many entries the log has.
    pub entries: i64,
    /// How many seals.
    pub seals: i64,
    /// What is wrong with the log; nothing as a rule.
    #[serde(default)]
    pub problems: Vec<String>,
    /// Up to where PostgreSQL's write-ahead log must be replayed.
    #[serde(default)]
    pub lsn: Option<String>,
    /// Which PostgreSQL cluster it is.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Every other file.
    pub files: Vec<Part>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name, such as `onshi.db` or `secrets/audit-seal.key`.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The moment of which it is.
    pub fn moment(&self) -> Moment {
        Moment::from_ms(self.at)
    }

    /// The bytes of everything in it.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|part| part.bytes).sum()
    }

    /// As it is written.
    pub fn text(&self) -> Result<String, BackupError> {
        let text = serde_json::to_string_pretty(self);
        Ok(text.map_err(|e| onshi_core::Fault::at("writing backup.json", e))? + "\n")
    }

    /// Reads it, and refuses what names files that no backup has.
    pub fn parse(text: &[u8]) -> Result<Manifest, BackupError> {
        let damaged = |why: String| {
            refused(
                "backup.damaged",
                say!(
                    "backup.json can't be read, so this is no backup, or a damaged one; take another: {why}",
                    "backup.json を読み取れません。バックアップではないか、壊れています。別のバックアップを指定してください［{why}］。"
                ),
            )
        };
        #[derive(Deserialize)]
        struct OfForm {
            format: u32,
        }
        let form: OfForm = serde_json::from_slice(text).map_err(|e| damaged(e.to_string()))?;
        if form.format != FORMAT {
            return Err(refused(
                "backup.format",
                say!(
                    "the backup has the form {}, and this program reads {FORMAT}; restore it with the program that made it, or with a newer one",
                    "バックアップの形式 {} を、このプログラム（形式 {FORMAT}）は読めません。作成したときと同じか、より新しいプログラムで復元してください。",
                    form.format
                ),
            ));
        }
        let read: Manifest = serde_json::from_slice(text).map_err(|e| damaged(e.to_string()))?;
        match read
            .files
            .iter()
            .find(|part| !is_a_name_of_ours(&part.name))
        {
            Some(odd) => Err(damaged(format!("{:?}", odd.name))),
            None => Ok(read),
        }
    }
}

/// The database, in a backup.
pub(super) const DATABASE: &str = "onshi.db";
/// The insured persons beside it.
pub(super) const INSURED: &str = "onshi-insured.db";
/// The settings.
pub(super) const SETTINGS: &str = "onshi.toml";
/// What it says of itself.
pub(super) const MANIFEST: &str = "backup.json";
/// The folder of the keys.
pub(super) const SECRETS: &str = "secrets";

/// Whether a name can be one of a backup's: none leads anywhere else.
pub(super) fn is_a_name_of_ours(name: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    match name.split_once('/') {
        Some((folder, name)) => folder == SECRETS && plain(name),
        None => [DATABASE, INSURED, SETTINGS].contains(&name),
    }
}

/// The SHA-256 of what is read, in hexadecimal, and how many bytes there were.
pub(super) fn digest_of(mut input: impl Read) -> std::io::Result<(String, u64)> {
    let (mut sha, mut bytes) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match input.read(&mut buffer)? {
            0 => return Ok((hex(&sha.finalize()), bytes)),
            read => {
                sha.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    onshi_core::entropy::hex(bytes)
}

impl Part {
    /// Of a file that lies in a folder.
    pub(super) fn of(folder: &Path, name: &str) -> Result<Part, BackupError> {
        let path = folder.join(name);
        let file = std::fs::File::open(&path).map_err(io("reading", &path))?;
        let (sha256, bytes) = digest_of(file).map_err(io("reading", &path))?;
        Ok(Part {
            name: name.to_owned(),
            bytes,
            sha256,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_taken() {
        for name in [
            "onshi.db",
            "onshi-insured.db",
            "onshi.toml",
            "secrets/audit-seal.key",
        ] {
            assert!(is_a_name_of_ours(name), "{name}");
        }
        for name in [
            "",
            "backup.json",
            "../onshi.db",
            "/etc/passwd",
            "secrets/",
            "secrets/..",
            "secrets/.x",
            "secrets/a/b",
            "other/a",
            "onshi.db-wal",
            "secrets/a b",
        ] {
            assert!(!is_a_name_of_ours(name), "{name}");
        }
    }

    #[test]
    fn another_form_is_told_from_damage() {
        let word = |text: &str| match Manifest::parse(text.as_bytes()) {
            Err(BackupError::Refused { word, .. }) => word,
            other => panic!("{other:?}"),
        };
        assert_eq!(word("{\"format\": 2}"), "backup.format");
        assert_eq!(word("{\"format\": 1}"), "backup.damaged");
        assert_eq!(word("SQLite"), "backup.damaged");
    }
}
