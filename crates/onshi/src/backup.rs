//! `onshi backup`: the database, its keys and the settings of one moment.

mod drill;
mod key;

use crate::output::{Failure, Output, read_text};
use crate::serve::Tools;
use clap::{Args, Subcommand};
use onshi_age::{Identity, Lock, Recipient};
use onshi_language::{say, spoken};
use onshi_server::Config;
use onshi_server::operator::backup::make::{Centre, Made, Wanted, make};
use onshi_server::operator::backup::{BackupError, Kind, bytes_in_words};
use std::path::PathBuf;
use zeroize::Zeroizing;

pub use key::{identities, passphrase};

/// How nice a backup is to whoever is served meanwhile.
const NICE: i32 = 10;

/// What is backed up, and where to.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BackupArguments {
    #[command(subcommand)]
    command: Option<BackupCommand>,
    /// The folder into which the backup is put; best on another disk.
    ///
    /// バックアップを置くフォルダ（別のディスクを推奨）
    #[arg(long, required = true)]
    to: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// How a backup is made.
#[derive(Args, Clone)]
pub struct How {
    /// Encrypt it for the keys in this file (age1…, one a line).
    ///
    /// このファイルにある公開鍵（age1…、1行に1つ）で暗号化します。
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    recipients: Option<PathBuf>,
    /// Encrypt it by the passphrase in this file.
    ///
    /// このファイルのパスフレーズで暗号化します。
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Where the copy is made before it is encrypted; beside the database unless it is named.
    ///
    /// 暗号化する前の写しを作るフォルダ。省略すると、データベースと同じ場所です。
    #[arg(long, value_name = "FOLDER")]
    staging: Option<PathBuf>,
    /// How many MiB a second are copied at the most; 0 is as fast as it goes.
    ///
    /// 1秒間に写す量の上限（MiB）。0は上限なしです。
    #[arg(long, default_value_t = PACE, value_name = "MIB")]
    pace: u64,
}

/// How many MiB a second are copied unless it is said.
const PACE: u64 = 64;

/// What else is done with backups.
#[derive(Subcommand)]
enum BackupCommand {
    /// Try it: back up, restore into a fresh place, start a centre there and ask it for a check.
    ///
    /// 復元訓練を行います。バックアップを取り、空の場所に復元し、センターを起動して資格確認をします。
    Drill(Box<drill::DrillArguments>),
    /// Make a key for whom backups are encrypted; keep it away from this machine.
    ///
    /// バックアップを暗号化するための鍵を作ります。秘密鍵は、この計算機とは別の場所に保管してください。
    Key {
        /// The file of the new secret key.
        ///
        /// 秘密鍵を書くファイル
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// A refusal, or whatever else came of it, as the command line tells it.
impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Failure {
        match error {
            BackupError::Refused { word, text } => Failure::refused(word, text),
            BackupError::NotWhole(text) => Failure::not_whole(text),
            BackupError::Other(error) => Failure::from(error),
        }
    }
}

/// For whom a backup is encrypted.
pub enum Locked {
    Nobody,
    Recipients(Vec<Recipient>),
    Passphrase(Zeroizing<String>),
}

impl Locked {
    pub fn lock(&self) -> Option<Lock<'_>> {
        match self {
            Locked::Nobody => None,
            Locked::Recipients(all) => Some(Lock::Recipients(all)),
            Locked::Passphrase(words) => Some(Lock::Passphrase(words)),
        }
    }
}

impl How {
    /// For whom it is encrypted.
    pub fn locked(&self) -> Result<Locked, Failure> {
        if let Some(path) = &self.passphrase_file {
            return passphrase(path).map(Locked::Passphrase);
        }
        let Some(path) = &self.recipients else {
            return Ok(Locked::Nobody);
        };
        let all = Recipient::parse_all(&read_text(path)?);
        match all {
            Ok(all) if !all.is_empty() => Ok(Locked::Recipients(all)),
            _ => Err(Failure::usage(say!(
                "{} must hold public keys such as age1…, one a line; `onshi backup key` makes one",
                "{} には、age1… で始まる公開鍵を1行に1つ書いてください。`onshi backup key` で作れます。",
                path.display()
            ))),
        }
    }

    /// What is asked of the one who makes it.
    pub fn wanted<'a>(
        &self,
        to: PathBuf,
        locked: &'a Locked,
        config: Option<PathBuf>,
    ) -> Wanted<'a> {
        Wanted {
            to,
            lock: locked.lock(),
            staging: self.staging.clone(),
            bytes_per_second: (self.pace > 0).then_some(self.pace << 20),
            settings: config,
        }
    }
}

/// `onshi backup …`.
pub fn run(
    arguments: BackupArguments,
    config: &Config,
    file: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    match arguments.command {
        Some(BackupCommand::Key { out }) => key::make(&out, output),
        Some(BackupCommand::Drill(asked)) => drill::run(&asked, config, file, output),
        None => {
            let Some(to) = arguments.to else {
                return Err(Failure::usage(say!(
                    "say with --to into which folder",
                    "--to で置く場所を指定してください。"
                )));
            };
            let locked = arguments.how.locked()?;
            let wanted = arguments.how.wanted(to, &locked, file);
            let made = back_up(config, &wanted)?;
            output.result(&made, || told(&made, wanted.lock.is_some()));
            whole(&made)
        }
    }
}

/// Makes a backup.
pub fn back_up(config: &Config, wanted: &Wanted<'_>) -> Result<Made, Failure> {
    // Whoever is served goes first; where that can't be said, the pace is enough.
    let _ = rustix::process::nice(NICE);
    let tools = Tools::open(config)?;
    let centre = Centre {
        config,
        secrets: &tools.secrets,
        service: &tools.service,
        operator: &tools.operator,
    };
    Ok(make(&centre, wanted)?)
}

fn whole(made: &Made) -> Result<(), Failure> {
    if made.manifest.problems.is_empty() {
        return Ok(());
    }
    let problems = spoken().choose(&made.manifest.problems, &made.problems_in_japanese);
    Err(Failure::not_whole(say!(
        "the backup was made, and the audit log in it is not whole: {}",
        "バックアップは作成しましたが、操作履歴が完全ではありません: {}",
        problems.join("; ")
    )))
}

fn told(made: &Made, encrypted: bool) -> String {
    let manifest = &made.manifest;
    let mut text = say!(
        "backup of {}: {}\n  {} files, {}; digest {}",
        "{} のバックアップを作成しました: {}\n  ファイル{}個、{}、ダイジェスト {}",
        manifest.moment,
        made.path.display(),
        manifest.files.len(),
        bytes_in_words(manifest.bytes()),
        made.sha256
    );
    match manifest.kind {
        Kind::Sqlite => text.push_str(&say!(
            "\n  verified: {} entries, {} seals; nobody could write for {:.1} ms",
            "\n  検証済み: 記録{}件、封印{}件（書込みを止めた時間 {:.1} ミリ秒）",
            manifest.entries,
            manifest.seals,
            made.took.held.as_secs_f64() * 1000.0
        )),
        Kind::Postgres => text.push_str(&say!(
            "\n  keys and settings only: the data of PostgreSQL up to {} is backed up by its own tools",
            "\n  鍵と設定だけです。PostgreSQLのデータ（{} まで）は、PostgreSQLの仕組みでバックアップしてください。",
            manifest.lsn.as_deref().unwrap_or("?")
        )),
    }
    if !encrypted {
        text.push_str(&say!(
            "\n  It holds the keys and is NOT ENCRYPTED: whoever can read it can be the centre. See --recipients.",
            "\n  鍵を含み、暗号化されていません。読める人はセンターになりすませます。--recipients を検討してください。"
        ));
    }
    text
}

/// A new key from random bytes.
fn fresh_identity() -> Identity {
    Identity::new(onshi_core::entropy::fresh_seed())
}
