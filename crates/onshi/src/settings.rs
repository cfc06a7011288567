//! The settings of a program at an institution: its flags above its file above what is usual.

use crate::output::{Failure, read_text};
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use onshi_language::say;
use onshi_server::config::in_words;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The flags that were given.
pub fn given(flags: &impl Serialize) -> Result<Dict, Failure> {
    let all = Value::serialize(flags).map_err(Failure::usage)?;
    let mut given = all.into_dict().unwrap_or_default();
    given.retain(|_, value| !matches!(value, Value::Empty(..)));
    Ok(given)
}

/// The settings in force.
pub fn read<T: DeserializeOwned>(
    usual: Dict,
    flags: &impl Serialize,
    file: Option<&Path>,
) -> Result<T, Failure> {
    let mut layers = Figment::from(Serialized::defaults(usual));
    if let Some(path) = file {
        layers = layers.merge(Toml::string(&read_text(path)?));
    }
    let settings = layers.merge(Serialized::defaults(given(flags)?)).extract();
    settings.map_err(|error: figment::Error| match (&error.kind, file) {
        (Kind::MissingField(name), _) => {
            let name = name.replace('_', "-");
            Failure::usage(say!(
                "--{name} is missing, and so is the line of the file",
                "--{name} も、設定ファイルの行もありません。"
            ))
        }
        (_, Some(path)) => Failure::usage(say!(
            "the settings in {} are wrong: {}",
            "{} の設定が正しくありません: {}",
            path.display(),
            in_words(&error)
        )),
        (_, None) => Failure::usage(in_words(&error)),
    })
}
