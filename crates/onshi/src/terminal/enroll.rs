//! `onshi terminal enroll`: the terminal's certificate, for a key that is made here.

use crate::output::{Failure, Output, read_text};
use crate::serve::runtime;
use clap::Args;
use onshi_core::Moment;
use onshi_language::say;
use onshi_terminal::enrolment::{self, EnrolmentConfig, EnrolmentError, Installed};
use onshi_terminal::gateway::Timeouts;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What is needed to fetch a certificate.
#[derive(Args)]
pub struct EnrollArguments {
    /// The centre, such as https://localhost:8443.
    ///
    /// センターのURL（例：https://localhost:8443）
    #[arg(long)]
    centre: String,
    /// The certificate of the centre's authority (PEM).
    ///
    /// センターの認証局の証明書（PEM）
    #[arg(long)]
    authority: PathBuf,
    /// The folder of this terminal's certificates, which `onshi terminal` reads.
    ///
    /// この端末の電子証明書のフォルダ（`onshi terminal` が読むもの）
    #[arg(long)]
    certificates: PathBuf,
    /// The enrolment code that was handed over, as it is printed.
    ///
    /// 取得コード（通知書などに印刷されたとおりに）
    #[arg(
        long,
        conflicts_with = "code_file",
        required_unless_present = "code_file"
    )]
    code: Option<String>,
    /// A file with the code.
    ///
    /// 取得コードを書いたファイル
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
    /// The folder of the backup [default: `backup` among the certificates].
    ///
    /// バックアップのフォルダ［既定：電子証明書のフォルダの `backup`］
    #[arg(long, value_name = "FOLDER")]
    backup: Option<PathBuf>,
    /// A file with the passphrase that encrypts the backup (PKCS#12); without it the backup is readable by this user alone.
    ///
    /// バックアップを暗号化するパスフレーズを書いたファイル（PKCS#12になります）。省略すると、この利用者だけが読めるファイルになります。
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The first line of a file that holds a secret.
pub(super) fn secret(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = Zeroizing::new(read_text(path)?);
    let line = text.lines().next().unwrap_or_default();
    Ok(Zeroizing::new(line.to_owned()))
}

/// `onshi terminal enroll`.
pub fn run(arguments: EnrollArguments, output: &Output) -> Result<(), Failure> {
    let code = match (arguments.code, &arguments.code_file) {
        (Some(code), _) => Zeroizing::new(code),
        (None, Some(file)) => secret(file)?,
        (None, None) => Zeroizing::default(),
    };
    let passphrase = arguments
        .passphrase_file
        .as_deref()
        .map(secret)
        .transpose()?;
    let config = EnrolmentConfig {
        centre_url: arguments.centre,
        authority_pem: arguments.authority,
        certificates: arguments.certificates,
        code,
        backup: arguments.backup,
        passphrase,
        timeouts: Timeouts::default(),
    };
    let installed = runtime()?.block_on(enrolment::enrol(config));
    let installed = installed.map_err(failure)?;
    output.result(&installed, || words(&installed));
    Ok(())
}

pub(super) fn failure(error: EnrolmentError) -> Failure {
    match &error {
        EnrolmentError::Refused { code, .. } => Failure::refused(code, &error),
        EnrolmentError::NotOurs => Failure::refused("enrolment.not_ours", &error),
        EnrolmentError::File { .. } | EnrolmentError::Away(_) => Failure::fault(
            say!(
                "the certificate is not installed yet",
                "電子証明書はまだ取得できていません"
            ),
            &error,
        ),
        EnrolmentError::Code(_) | EnrolmentError::Passphrase | EnrolmentError::Settings(_) => {
            Failure::usage(&error)
        }
    }
}

fn words(installed: &Installed) -> String {
    let end = Moment::from_ms(installed.not_after_ms).jst_table();
    let name = installed.name.as_deref().unwrap_or(&installed.holder);
    let first = match installed.was_there {
        true => say!(
            "This code's certificate was installed before: {name}, until {end} (serial number {}).",
            "この取得コードの電子証明書は、すでにこの端末に入っています: {name}、{end} まで（シリアル番号 {}）。",
            installed.serial
        ),
        false => say!(
            "The certificate is installed: {name}, until {end} (serial number {}).",
            "電子証明書を取得しました: {name}、{end} まで（シリアル番号 {}）。",
            installed.serial
        ),
    };
    let files = say!(
        "certificate {}\nkey {}\nbackup {}\nKeep the backup apart from this terminal.",
        "電子証明書 {}\n鍵 {}\nバックアップ {}\nバックアップは、この端末とは別の場所に保管してください。",
        installed.certificate.display(),
        installed.key.display(),
        installed.backup.display()
    );
    format!("{first}\n{files}")
}
