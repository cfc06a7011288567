//! The folder of the cards: a file a card, the authority's keys, and what the centre is told. Only its
//! owner may read it.

use crate::output::Failure;
use onshi_card::CardFile;
use onshi_language::{cause, say};
use onshi_server::start::secrets::replace;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The authority's file.
pub const AUTHORITY: &str = "authority";
/// The file of the authority of the same name that nobody trusts.
pub const OTHER_AUTHORITY: &str = "other-authority";
/// The file of what lets cards sign without their PIN on a reader (特定機関認証, simulated).
pub const CREDENTIAL: &str = "reader-credential";
/// No card may have the names of the files beside the cards.
const TAKEN: [&str; 3] = [AUTHORITY, OTHER_AUTHORITY, CREDENTIAL];
const NAME_MAX: usize = 64;

/// The folder of the cards.
pub struct Folder(PathBuf);

/// A card that is in a reader: nobody else puts it into another one meanwhile.
pub struct Taken(File);

/// Who has a card in a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InReader {
    /// This process, until it is told to end.
    Process(i32),
    /// A reader with a tray, where it is taken off on the page.
    Tray,
}

impl Folder {
    /// A folder, which may not be there yet.
    pub fn new(path: &Path) -> Folder {
        Folder(path.to_owned())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes a folder that is missing, and keeps other programs that make cards waiting until the
    /// file is dropped.
    pub fn begin(&self) -> Result<File, Failure> {
        make_folder(&self.0)?;
        let path = self.0.join(".lock");
        let file = open(&path).map_err(|e| written(&path, &e))?;
        file.lock().map_err(|e| written(&path, &e))?;
        Ok(file)
    }

    /// The path of a card's file.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }

    /// Reads a card.
    pub fn card(&self, name: &str) -> Result<CardFile, Failure> {
        check_name(name)?;
        let mut found = self.read::<CardFile>(name)?;
        if let Some(card) = &mut found {
            // A file may have been copied: it is called as the file is.
            name.clone_into(&mut card.name);
        }
        found.ok_or_else(|| {
            let text = say!(
                "there is no card {name} in {}; `onshi card list` shows those that are there",
                "カード {name} は {} にありません。`onshi card list` で一覧を確かめてください。",
                self.0.display()
            );
            Failure::refused("card.none", text)
        })
    }

    /// All cards, by their names.
    pub fn cards(&self) -> Result<Vec<CardFile>, Failure> {
        let entries = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unread(&self.0, cause(&error))),
        };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
            .filter(|name| check_name(name).is_ok())
            .collect();
        names.sort();
        let cards = names.iter().map(|name| self.card(name));
        cards.collect()
    }

    /// Reads a file of the folder, if it is there.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        let path = self.file(name);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unread(&path, cause(&error))),
        };
        // What stands there is not told: it may be a PIN.
        let read = serde_json::from_slice(&text);
        read.map(Some).map_err(|error| {
            let (row, column) = (error.line(), error.column());
            let text = say!(
                "{} can't be read at line {row}, column {column}: is it whole, and was it made by this version?",
                "{} を読み取れません（{row}行{column}列目）。途中で切れていないか、同じ版で作ったものかを確かめてください。",
                path.display()
            );
            Failure::refused("card.unreadable", text)
        })
    }

    /// Writes a file of the folder, for its owner alone. At every moment there is the old one or the
    /// new one.
    pub fn write(&self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        let path = self.file(name);
        let text = serde_json::to_vec(value)
            .map_err(|error| Failure::fault(path.display().to_string(), error))?;
        Ok(replace(&path, &text)?)
    }

    /// Writes what the centre is told.
    pub fn tell(&self, files: &[(String, Vec<u8>)]) -> Result<PathBuf, Failure> {
        let centre = self.0.join("centre");
        make_folder(&centre)?;
        for (name, content) in files {
            replace(&centre.join(name), content)?;
        }
        Ok(centre)
    }

    fn mark(&self, name: &str) -> PathBuf {
        self.0.join(format!(".{name}.inserted"))
    }

    /// Whether a card is in a reader.
    pub fn is_inserted(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.holder(name)?.is_some())
    }

    /// Who has a card in a reader.
    pub fn holder(&self, name: &str) -> Result<Option<InReader>, Failure> {
        let path = self.mark(name);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unread(&path, cause(&error))),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let read = file.read_to_string(&mut text);
                read.map_err(|e| unread(&path, cause(&e)))?;
                let process = text.trim().parse();
                Ok(Some(process.map_or(InReader::Tray, InReader::Process)))
            }
            Err(TryLockError::Error(error)) => Err(unread(&path, cause(&error))),
        }
    }

    /// Takes a card for a reader, until what is given back is dropped or the process ends.
    pub fn take(&self, name: &str) -> Result<Taken, Failure> {
        self.mark_as_taken(name, &std::process::id().to_string())
    }

    /// Takes a card for the reader beside a tray, whose process has more to do than this card.
    pub fn take_from_tray(&self, name: &str) -> Result<Taken, Failure> {
        self.mark_as_taken(name, "")
    }

    fn mark_as_taken(&self, name: &str, whose: &str) -> Result<Taken, Failure> {
        let path = self.mark(name);
        let mut file = open(&path).map_err(|e| written(&path, &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let text = say!(
                    "the card {name} is in a reader already; take it out with `onshi card remove {name}`",
                    "カード {name} はすでにリーダーに入っています。`onshi card remove {name}` で取り出してください。"
                );
                return Err(Failure::refused("card.inserted", text));
            }
            Err(TryLockError::Error(error)) => return Err(written(&path, &error)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(whose.as_bytes())
        };
        write(&mut file).map_err(|e| written(&path, &e))?;
        Ok(Taken(file))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        // It is given back with the end of the process at the latest.
        let _ = self.0.unlock();
    }
}

/// Whether a card may be called so.
pub fn check_name(name: &str) -> Result<(), Failure> {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let fits = (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(safe);
    if fits && !TAKEN.contains(&name) {
        return Ok(());
    }
    Err(Failure::usage(say!(
        "a card's name has up to {NAME_MAX} letters, digits, - and _, and is not one of {}",
        "カードの名前に使えるのは、{NAME_MAX}文字までの英数字・-・_ です（{} を除く）。",
        TAKEN.join(", ")
    )))
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| {
        let what = say!("making the folder {}", "フォルダ {} の作成", path.display());
        Failure::io(what, &error)
    })
}

fn unread(path: &Path, why: String) -> Failure {
    Failure::fault(say!("reading {}", "{} の読み取り", path.display()), why)
}

fn written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(say!("writing {}", "{} の書き込み", path.display()), error)
}
