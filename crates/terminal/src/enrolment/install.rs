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

/// What the files are called by which a certificate comes, until it is there and after.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The key that waits.
    waiting: String,
    /// What says that all is done.
    done: String,
}

impl Names {
    /// Of a code: nothing of it can be had from them.
    pub(super) fn of_code(code: &str) -> Names {
        let mut hash = Sha256::new();
        hash.update(b"onshi enrolment file\0");
        hash.update(code.as_bytes());
        let id: String = hash.finalize()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Names {
            waiting: format!("enrolment-{id}.key.pem"),
            done: format!("enrolment-{id}.json"),
        }
    }

    /// Of the renewal of the certificate with this fingerprint.
    pub(super) fn of_renewal(fingerprint: &str) -> Names {
        let id: String = fingerprint.chars().take(16).collect();
        Names {
            waiting: format!("renewal-{id}.key.pem"),
            done: format!("renewal-{id}.json"),
        }
    }

    /// Whether anything of it lies in a folder.
    pub(super) fn is_begun(&self, folder: &Path) -> bool {
        [&self.waiting, &self.done]
            .iter()
            .any(|name| folder.join(name).exists())
    }
}

/// A key that waits for its certificate.
pub(super) struct Pending {
    names: Names,
    key_pem: Zeroizing<String>,
}

impl Pending {
    fn key(&self) -> Result<KeyPair, EnrolmentError> {
        KeyPair::from_pem(&self.key_pem).map_err(|_| EnrolmentError::NotOurs)
    }

    /// The request for the certificate in PEM. Whose it will be the centre knows by the code, or by the older one.
    pub(super) fn request(&self) -> Result<String, EnrolmentError> {
        let made = CertificateParams::default().serialize_request(&self.key()?);
        made.and_then(|request| request.pem())
            .map_err(|_| EnrolmentError::NotOurs)
    }
}

/// What was installed before under these names, where it is all there.
pub(super) fn finished(files: &Files, names: &Names) -> Result<Option<Installed>, EnrolmentError> {
    let noted = files.read(&files.path(&names.done))?;
    let noted = noted.and_then(|bytes| serde_json::from_slice::<Installed>(&bytes).ok());
    let there = noted.filter(|noted| noted.certificate.exists() && noted.key.exists());
    let Some(installed) = there else {
        return Ok(None);
    };
    // What a kill left behind after the end.
    files.remove(&files.path(&names.waiting))?;
    Ok(Some(Installed {
        was_there: true,
        ..installed
    }))
}

/// The key that waits under these names; made where there is none.
pub(super) fn pending(files: &Files, names: Names) -> Result<Pending, EnrolmentError> {
    let path = files.path(&names.waiting);
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
    Ok(Pending { names, key_pem })
}

/// Notes that the centre knows that a renewed certificate is in use. Nothing has to be done about it any more.
pub(super) fn confirmed(files: &Files, names: &Names) -> Result<(), EnrolmentError> {
    files.remove(&files.path(&names.done))
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
    files.write(&files.path(&pending.names.done), &text)?;
    files.remove(&files.path(&pending.names.waiting))?;
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
