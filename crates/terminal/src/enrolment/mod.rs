//! 電子証明書の取得: how a terminal comes to its certificate. The key is made here and never leaves the machine; the
//! request goes out with a code that is good once, and what comes back is put into the folder that the start page reads.
//!
//! It may be ended at any moment and begun again: until the certificate is installed the same key asks with the same
//! code, for which the centre gives the same certificate; and when all is done, the same code finds that it is.

mod ask;
mod backup;
mod files;
mod install;
mod renewal;
#[cfg(test)]
mod tests;

pub use ask::Granted;
pub(crate) use ask::post;
pub(crate) use files::Files;
pub use install::Installed;
pub use renewal::Backup;
pub(crate) use renewal::{is_begun, renew};

use crate::gateway::centre::{parse, roots};
use crate::gateway::failure::Failure;
use crate::gateway::{GatewayError, Timeouts};
use install::Names;
use onshi_language::{cause, say, spoken};
use onshi_wire::typed_code::{self, Slip};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// What is needed to fetch a certificate.
#[derive(Debug)]
pub struct EnrolmentConfig {
    /// The centre: `https://host:port`, nothing after it.
    pub centre_url: String,
    /// The only authority that is believed about the centre's own certificate (PEM).
    pub authority_pem: PathBuf,
    /// The folder of this terminal's certificates; made where there is none.
    pub certificates: PathBuf,
    /// The code, as it was typed (取得コード).
    pub code: Zeroizing<String>,
    /// The folder of the backup; that of the certificates has one where none is named.
    pub backup: Option<PathBuf>,
    /// What the backup is encrypted with; without it the file is protected by its mode alone.
    pub passphrase: Option<Zeroizing<String>>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// Why no certificate was fetched, or not kept.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// What was typed is no code.
    #[error("{}", spoken().choose(.0.words_in_english(), .0.words()))]
    Code(Slip),
    /// The passphrase can't be one.
    #[error("{}", say!(
        "the passphrase of the backup has letters, digits and marks of ASCII only, and 8 to 128 of them",
        "バックアップのパスフレーズは、半角の英数字・記号で8文字から128文字です。"
    ))]
    Passphrase,
    /// The centre's address or authority can't be used.
    #[error(transparent)]
    Settings(#[from] GatewayError),
    /// A file could not be read or written.
    #[error("{}", say!("{}: {}", "{} を扱えません: {}", path.display(), cause(source)))]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The centre could not be reached.
    #[error("{}", failed(*.0))]
    Away(Failed),
    /// The centre refused, with its own words.
    #[error("{what}{remedy} [{code}]")]
    Refused {
        /// The stable code.
        code: String,
        /// What happened.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// What came back is no certificate for our key.
    #[error("{}", say!(
        "what the centre sent is no certificate for the key of this terminal; ask whoever issued the code",
        "センターから届いたものは、この端末の鍵の電子証明書ではありません。取得コードを発行した窓口へご連絡ください。"
    ))]
    NotOurs,
}

/// A centre that could not be reached.
#[derive(Debug, Clone, Copy)]
pub struct Failed(pub(crate) Failure);

fn failed(Failed(failure): Failed) -> String {
    let words = failure.words();
    say!(
        "the centre could not be reached ({}: {}); nothing is lost, run the command again",
        "{}（{}）。失われたものはありません。接続を確かめて、同じコマンドをもう一度実行してください。",
        words.what.trim_end_matches('。'),
        words.code
    )
}

/// Fetches the certificate of a code and installs it; finds what was fetched before by the same.
pub async fn enrol(config: EnrolmentConfig) -> Result<Installed, EnrolmentError> {
    let code = Zeroizing::new(typed_code::read(&config.code).map_err(EnrolmentError::Code)?);
    if let Some(passphrase) = &config.passphrase {
        backup::check(passphrase)?;
    }
    let address = parse(&config.centre_url).map_err(|reason| GatewayError::CentreUrl {
        url: config.centre_url.clone(),
        reason,
    })?;
    let roots = roots(&config.authority_pem).map_err(|reason| GatewayError::Authority {
        path: config.authority_pem.clone(),
        reason,
    })?;
    let files = Files::open(&config.certificates)?;
    let names = Names::of_code(&code);
    if let Some(installed) = install::finished(&files, &names)? {
        return Ok(installed);
    }
    let pending = install::pending(&files, names)?;
    let granted = ask::ask(&address, &roots, (&code, &pending), config.timeouts).await?;
    let place = config.backup.as_deref();
    let passphrase = config.passphrase.as_ref().map(|text| text.as_str());
    install::finish(&files, &pending, &granted, (place, passphrase))
}
