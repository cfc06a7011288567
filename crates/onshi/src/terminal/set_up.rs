//! `onshi terminal set-up`: all that a terminal needs, by the file of a roll-out.

use super::enroll::{failure, secret};
use crate::output::{Failure, Output, read_text};
use crate::serve::runtime;
use clap::Args;
use onshi_language::say;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::set_up::{self, Bundle, SetUp, SetUpConfig};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// What is needed to set a terminal up.
#[derive(Args)]
pub struct SetUpArguments {
    /// The file of the roll-out (terminal-NN.toml).
    ///
    /// 導入で作られた、この端末の設定ファイル（terminal-NN.toml）
    file: PathBuf,
    /// The folder of the certificates, passwords and settings of this terminal; only its owner may look into it.
    ///
    /// 電子証明書・パスワード・設定を置くフォルダ（所有者だけが見られます）
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
    /// The folder of the backup of the certificates [default: `backup` among them].
    ///
    /// 電子証明書のバックアップのフォルダ［既定：電子証明書のフォルダの `backup`］
    #[arg(long, value_name = "FOLDER")]
    backup: Option<PathBuf>,
    /// A file with the passphrase that encrypts the backup (PKCS#12).
    ///
    /// バックアップを暗号化するパスフレーズを書いたファイル
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// `onshi terminal set-up`.
pub fn run(arguments: SetUpArguments, output: &Output) -> Result<(), Failure> {
    let text = Zeroizing::new(read_text(&arguments.file)?);
    let bundle = Bundle::read(&text).map_err(|why| {
        Failure::usage(say!(
            "{} is no set-up file of a terminal: {why}",
            "{} は端末の設定ファイルではありません: {why}",
            arguments.file.display()
        ))
    })?;
    let passphrase = arguments
        .passphrase_file
        .as_deref()
        .map(secret)
        .transpose()?;
    let config = SetUpConfig {
        bundle,
        folder: arguments.folder,
        backup: arguments.backup,
        passphrase,
        timeouts: Timeouts::default(),
    };
    let done = runtime()?.block_on(set_up::set_up(config));
    let done = done.map_err(failure)?;
    output.result(&done, || words(&done));
    Ok(())
}

fn words(done: &SetUp) -> String {
    let mut lines = Vec::new();
    for one in &done.certificates {
        let name = one.name.as_deref().unwrap_or(&one.holder);
        lines.push(match one.was_there {
            true => say!(
                "certificate of {name}: it was there",
                "電子証明書 {name}: すでに入っています"
            ),
            false => say!(
                "certificate of {name}: installed",
                "電子証明書 {name}: 取得しました"
            ),
        });
    }
    for id in &done.accounts {
        lines.push(say!(
            "account {id}: its password was made here and is kept here alone",
            "アカウント {id}: パスワードをこの端末で作り、この端末だけに保管しました"
        ));
    }
    for path in &done.settings {
        lines.push(say!("settings {}", "設定 {}", path.display()));
    }
    lines.push(say!(
        "This terminal is set up. Start the programs with these settings, such as `onshi terminal --settings …/terminal.toml`, and remove \
         the set-up file: its codes are used.",
        "この端末の設定が終わりました。`onshi terminal --settings …/terminal.toml` のように、設定を指定して起動してください。設定ファイル（terminal-NN.toml）は、コードを使い終えたので消してください。"
    ));
    lines.join("\n")
}
