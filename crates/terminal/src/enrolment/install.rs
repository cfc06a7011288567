//! What is done in the folder before the centre is asked, and after.

use super::ask::Granted;
use super::files::Files;
use super::{EnrolmentError, backup};
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use x509_parser::prelude::{FromDer as _, X509Certificate};
use zeroize::Zeroizing;

/// What a terminal's certificate is called among the kinds.
const TERMINAL: &str = "terminal";

/// A certificate that lies in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// `terminal`, `reader` or `insurer`.
    pub kind: String,
    /// The name of the terminal or the reader.
    pub name: Option<String>,
    /// 医療機関コード.
    pub facility: Option<String>,
    /// The name of the institution or the insurer.
    pub holder: String,
    /// The certificate's number.
    pub serial: String,
    /// When it ends, in milliseconds since 1970.
    pub not_after_ms: i64,
    /// The certificate (PEM).
    pub certificate: PathBuf,
    /// Its key (PEM).
    pub key: PathBuf,
    /// The backup.
    pub backup: PathBuf,
    /// Whether it was all there already.
    #[serde(skip)]
    pub was_there: bool,
}

/// A key that waits for its certificate.
pub(super) struct Pending {
    /// What the files of this code are called by: nothing of the code can be had from it.
    id: String,
    key_pem: Zeroizing<String>,
}

/// What is there of this code.
pub(super) enum Begun {
    /// A key that waits.
    Pending(Pending),
    /// All of it.
    Installed(Installed),
}

impl Pending {
    fn key(&self) -> Result<KeyPair, EnrolmentError> {
        KeyPair::from_pem(&self.key_pem).map_err(|_| EnrolmentError::NotOurs)
    }

    /// The request for the certificate in PEM. Whose it will be the centre knows by the code.
    pub(super) fn request(&self) -> Result<String, EnrolmentError> {
        let made = CertificateParams::default().serialize_request(&self.key()?);
        made.and_then(|request| request.pem())
            .map_err(|_| EnrolmentError::NotOurs)
    }
}

fn waiting(files: &Files, id: &str) -> PathBuf {
    files.path(&format!("enrolment-{id}.key.pem"))
}

fn done(files: &Files, id: &str) -> PathBuf {
    files.path(&format!("enrolment-{id}.json"))
}

/// Finds what is there of this code, and makes a key where there is nothing.
pub(super) fn begin(files: &Files, code: &str) -> Result<Begun, EnrolmentError> {
    let mut hash = Sha256::new();
    hash.update(b"onshi enrolment file\0");
    hash.update(code.as_bytes());
    let id = hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let finished = files.read(&done(files, &id))?;
    let finished = finished.and_then(|bytes| serde_json::from_slice::<Installed>(&bytes).ok());
    if let Some(installed) = finished
        && installed.certificate.exists()
        && installed.key.exists()
    {
        // What a kill left behind after the end.
        files.remove(&waiting(files, &id))?;
        return Ok(Begun::Installed(Installed {
            was_there: true,
            ..installed
        }));
    }
    let path = waiting(files, &id);
    let kept = files.read(&path)?.map(Zeroizing::new);
    let kept = kept.and_then(|bytes| Some(Zeroizing::new(str::from_utf8(&bytes).ok()?.to_owned())));
    let key_pem = match kept.filter(|pem| KeyPair::from_pem(pem).is_ok()) {
        Some(pem) => pem,
        None => {
            let made = KeyPair::generate().map_err(|_| EnrolmentError::NotOurs)?;
            let pem = Zeroizing::new(made.serialize_pem());
            files.write(&path, pem.as_bytes())?;
            pem
        }
    };
    Ok(Begun::Pending(Pending { id, key_pem }))
}

/// Puts a certificate into its place, with its key before it and a backup after it.
pub(super) fn finish(
    files: &Files,
    pending: &Pending,
    granted: &Granted,
    (backup_folder, passphrase): (Option<&Path>, Option<&str>),
) -> Result<Installed, EnrolmentError> {
    let not_after_ms = end_of(&granted.certificate, &pending.key()?)?;
    let name = file_name(granted);
    // The start page shows what lies in the folder itself: what opens no connection lies beside.
    let folder = match granted.kind.as_str() {
        TERMINAL => files.path(""),
        other => {
            let folder = files.path(&safe(other));
            files.make_folder(&folder)?;
            folder
        }
    };
    let (certificate, key) = (
        folder.join(format!("{name}.pem")),
        folder.join(format!("{name}.key.pem")),
    );
    files.write(&key, pending.key_pem.as_bytes())?;
    files.write(&certificate, granted.certificate.as_bytes())?;
    let own = files.path("backup");
    let backup_folder = backup_folder.unwrap_or(&own);
    files.make_folder(backup_folder)?;
    let parts = (
        granted.certificate.as_str(),
        granted.authority.as_str(),
        pending.key_pem.as_str(),
    );
    let backup = backup_folder.join(format!("{name}.{}", backup::ending(passphrase)));
    files.write(&backup, &backup::content(parts, &name, passphrase)?)?;
    let installed = Installed {
        kind: granted.kind.clone(),
        name: granted.name.clone(),
        facility: granted.medical_institution_code.clone(),
        holder: granted.holder.clone(),
        serial: granted.serial.clone(),
        not_after_ms,
        certificate,
        key,
        backup,
        was_there: false,
    };
    let text = serde_json::to_vec_pretty(&installed).map_err(|_| EnrolmentError::NotOurs)?;
    files.write(&done(files, &pending.id), &text)?;
    files.remove(&waiting(files, &pending.id))?;
    Ok(installed)
}

/// The last moment of a certificate, where it is one for this key.
fn end_of(pem: &str, key: &KeyPair) -> Result<i64, EnrolmentError> {
    let der =
        CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| EnrolmentError::NotOurs)?;
    let (_, read) = X509Certificate::from_der(&der).map_err(|_| EnrolmentError::NotOurs)?;
    if read.public_key().raw != key.subject_public_key_info() {
        return Err(EnrolmentError::NotOurs);
    }
    let end = read.validity().not_after.timestamp();
    Ok(end.saturating_mul(1000))
}

/// What the files are called: whose they are, and which certificate, so that a later one has files of its own.
fn file_name(granted: &Granted) -> String {
    let facility = granted.medical_institution_code.as_deref();
    let whose = facility.unwrap_or(&granted.holder);
    let name = granted.name.as_deref().unwrap_or("reports");
    let number: String = granted.serial.chars().take(8).collect();
    format!("{}-{}-{}", safe(whose), safe(name), safe(&number))
}

/// Letters and digits of any language, - and _; a name leads nowhere else and is not too long for a file system.
fn safe(text: &str) -> String {
    let kept = |c: char| match c.is_alphanumeric() || matches!(c, '-' | '_') {
        true => c,
        false => '_',
    };
    let name: String = text.chars().map(kept).take(40).collect();
    match name.is_empty() {
        true => "_".to_owned(),
        false => name,
    }
}
