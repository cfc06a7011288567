//! The settings of a program at an institution: its flags above its file above what is usual.

use crate::output::{Failure, read_text};
use clap::Args;
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use onshi_language::say;
use onshi_server::config::in_words;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// By which certificate and account a program of an institution reaches the centre, as flags.
#[derive(Args, Serialize, Default)]
pub struct CentreFlags {
    /// The centre, such as https://localhost:8443.
    ///
    /// センターのURL（例：https://localhost:8443）
    #[arg(long)]
    centre: Option<String>,
    /// The certificate of the centre's authority (PEM).
    ///
    /// センターの認証局の証明書（PEM）
    #[arg(long)]
    authority: Option<PathBuf>,
    /// The terminal's certificate (PEM), or the folder of `onshi terminal`: then a renewal is picked up by itself.
    ///
    /// 端末の電子証明書（PEM）。`onshi terminal` のフォルダを指定すると、更新された証明書に自動で切り替わります。
    #[arg(long)]
    certificate: Option<PathBuf>,
    /// Its key (PEM); not for a folder.
    ///
    /// その鍵（PEM）。フォルダを指定したときは不要です。
    #[arg(long)]
    key: Option<PathBuf>,
    /// The user id of the program's account: the kind for linked applications, or that for card readers.
    ///
    /// プログラムのアカウントのユーザID（連携アプリケーション用、または顔認証用）
    #[arg(long)]
    user_id: Option<String>,
    /// The file with its password.
    ///
    /// そのパスワードを書いたファイル
    #[arg(long)]
    password_file: Option<PathBuf>,
}

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
