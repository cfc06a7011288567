//! A demo that the vectors are run against, by what it wrote down of itself.

use super::HttpArguments;
use crate::output::Failure;
use onshi_conformance::LogIn;
use onshi_language::{cause, say};
use std::path::{Path, PathBuf};

/// A demo as `demo.json` describes it.
pub(super) struct DemoToAsk {
    pub(super) url: String,
    authority: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    pub(super) institution: String,
    pub(super) log_in: LogIn,
}

impl DemoToAsk {
    pub(super) fn read(folder: &Path) -> Result<DemoToAsk, Failure> {
        let file = folder.join("demo.json");
        let told: serde_json::Value = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) => {
                let (file, error) = (file.display(), cause(&error));
                return Err(Failure::usage(say!(
                    "{file}: {error}. It is there while a demo runs: start one with onshi demo --dir {}",
                    "{file}: {error}。このファイルは、デモが動いている間だけあります。onshi demo --dir {} で始めてください。",
                    folder.display()
                )));
            }
        };
        let text = |pointer: &str| {
            let text = told.pointer(pointer).and_then(serde_json::Value::as_str);
            text.map(str::to_owned).ok_or_else(|| {
                let file = file.display();
                Failure::usage(say!(
                    "{file} has no {pointer}",
                    "{file} に {pointer} がありません。"
                ))
            })
        };
        let accounts = told.pointer("/facility/accounts");
        let accounts = accounts.and_then(serde_json::Value::as_array);
        let mut accounts = accounts.into_iter().flatten();
        let place = accounts.position(|account| account["kind"] == "webapi");
        let account = format!("/facility/accounts/{}", place.unwrap_or_default());
        Ok(DemoToAsk {
            url: text("/centre/url")?,
            authority: text("/centre/ca")?.into(),
            certificate: text("/facility/terminal/certificate")?.into(),
            key: text("/facility/terminal/key")?.into(),
            institution: text("/facility/code")?,
            log_in: LogIn::Account {
                user_id: text(&format!("{account}/user_id"))?,
                password: text(&format!("{account}/password"))?,
            },
        })
    }

    /// Its files, where the command line names no others.
    pub(super) fn in_place_of_what_is_missing(
        &self,
        mut arguments: HttpArguments,
    ) -> HttpArguments {
        let authority = || self.authority.clone();
        arguments.authority = arguments.authority.or_else(|| Some(authority()));
        if arguments.identity.is_none() {
            arguments.identity = Some(self.certificate.clone());
            arguments.identity_key = Some(self.key.clone());
        }
        arguments
    }
}
