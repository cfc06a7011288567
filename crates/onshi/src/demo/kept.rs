//! What the demo keeps in its folder between its starts.

use super::{cards, consents, first, insurer, office};
use crate::certificate::Files;
use crate::output::Failure;
use onshi_language::say;
use onshi_server::operator::provision::Login;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What the demo keeps between its starts.
#[derive(Serialize, Deserialize)]
pub(super) struct State {
    pub(super) centre_port: u16,
    pub(super) portal_port: u16,
    pub(super) gateway_port: u16,
    pub(super) operations_port: u16,
    #[serde(default = "messages_port")]
    pub(super) messages_port: u16,
    #[serde(default = "kiosk_port")]
    pub(super) kiosk_port: u16,
    #[serde(default = "card_port")]
    pub(super) card_port: u16,
    #[serde(default = "operators_port")]
    pub(super) operators_port: u16,
    #[serde(default = "office_port")]
    pub(super) office_port: u16,
    pub(super) facilities: Vec<Institution>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    pub(super) insurer: Option<insurer::Reporter>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    pub(super) reader: Option<consents::Reader>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    pub(super) cards: Vec<cards::CardOf>,
    /// None in a folder of an earlier version.
    #[serde(default)]
    pub(super) office: Option<office::Office>,
    /// The day as of which the population was made, `yyyymmdd`.
    pub(super) population_day: i64,
    /// What the passwords were made of, where they were not drawn.
    #[serde(default)]
    pub(super) seed: Option<u64>,
}

/// The usual port for messages with a token and no certificate.
pub(super) const MESSAGES_PORT: u16 = 8445;

/// The usual port of the program with which the demo's cards sign.
pub(super) const CARD_PORT: u16 = 8447;

/// In a folder of an earlier version.
fn card_port() -> u16 {
    CARD_PORT
}

/// In a folder of an earlier version.
fn messages_port() -> u16 {
    MESSAGES_PORT
}

/// The usual port of the card reader's page.
pub(super) const KIOSK_PORT: u16 = 8081;

/// In a folder of an earlier version.
fn kiosk_port() -> u16 {
    KIOSK_PORT
}

/// The usual port of the operators' site.
pub(super) const OPERATORS_PORT: u16 = 8448;

/// In a folder of an earlier version.
fn operators_port() -> u16 {
    OPERATORS_PORT
}

/// The usual port of the operators' start page.
pub(super) const OFFICE_PORT: u16 = 8082;

/// In a folder of an earlier version.
fn office_port() -> u16 {
    OFFICE_PORT
}

/// An institution, with all that its people know.
#[derive(Serialize, Deserialize)]
pub(super) struct Institution {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) secret_number: String,
    pub(super) terminal: KeptFiles,
    pub(super) accounts: Vec<Login>,
}

/// Where a certificate and its key are.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptFiles {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    pub(super) pkcs12: PathBuf,
    pub(super) pkcs12_password: String,
    pub(super) serial: String,
}

/// Keeps a second demo out of the same folder for as long as this one runs.
pub(super) fn lock(dir: &Path) -> Result<std::fs::File, Failure> {
    let path = dir.join("lock");
    let file = std::fs::File::create(&path).map_err(|e| cannot_use(&path, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Failure::usage(say!(
            "a demo already runs in {}; use --dir for another one",
            "{} では、すでにデモが動いています。--dir で別のフォルダを指定してください。",
            dir.display()
        ))),
    }
}

/// What the last start left; none at the first one.
pub(super) fn read_state(dir: &Path) -> Result<Option<State>, Failure> {
    let path = dir.join("state.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|e| {
            let what = say!(
                "{} can't be read (remove the folder to start anew)",
                "{} を読めません（フォルダを削除すると、はじめからになります）",
                path.display()
            );
            Failure::fault(what, e)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            start_afresh(dir)?;
            Ok(None)
        }
        Err(error) => Err(cannot_use(&path, &error)),
    }
}

/// A first start that was interrupted left half of its data behind; nobody has used it yet.
fn start_afresh(dir: &Path) -> Result<(), Failure> {
    for folder in first::PARTS.into_iter().chain([first::FOLDER]) {
        let path = dir.join(folder);
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(|e| cannot_use(&path, &e))?;
        }
    }
    Ok(())
}

/// Where the files were written.
pub(super) fn kept(files: Files) -> KeptFiles {
    KeptFiles {
        certificate: files.certificate,
        key: files.key,
        pkcs12: files.pkcs12,
        pkcs12_password: files.pkcs12_password,
        serial: files.serial,
    }
}

/// Says that a file can't be used.
pub(super) fn cannot_use(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(path.display().to_string(), error)
}

/// Writes a file for its owner alone.
pub(super) fn write(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|e| Failure::fault(path.display().to_string(), e))?;
    Ok(onshi_server::start::secrets::replace(path, &text)?)
}
