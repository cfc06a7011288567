//! The terminal's certificates, as its folder holds them.
//!
//! A certificate is a pair `<name>.pem` and `<name>.key.pem`. What can't be used is listed too,
//! with the flaw, since the person who has just copied a file wants to know why it isn't there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{AttributeTypeAndValue, FromDer as _, X509Certificate};

/// A PEM of one certificate with its chain is some kilobytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;
const CERTIFICATES_MAX: usize = 64;

/// One `<name>.pem` of the folder.
#[derive(Debug, Clone)]
pub(crate) struct InstalledCertificate {
    /// The file's name without its folder.
    pub(crate) file: String,
    /// What it says of itself, if it can be read.
    pub(crate) face: Option<Face>,
    /// What is needed to connect with it, or why that is missing.
    pub(crate) identity: Result<Identity, Flaw>,
}

/// What stands on a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    /// SHA-256 of the certificate, in hex.
    pub(crate) fingerprint: String,
    pub(crate) facility_name: String,
    pub(crate) facility_code: String,
    pub(crate) terminal: String,
    pub(crate) not_before_ms: i64,
    pub(crate) not_after_ms: i64,
    pub(crate) of_an_authority: bool,
}

impl Face {
    /// For a file that doesn't say anything.
    pub(crate) fn unknown(file: &str) -> Self {
        Self {
            fingerprint: String::new(),
            facility_name: file.to_owned(),
            facility_code: String::new(),
            terminal: String::new(),
            not_before_ms: 0,
            not_after_ms: 0,
            of_an_authority: false,
        }
    }
}

/// A certificate with its key, and the state of the files that it came from.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) key: Arc<CertifiedKey>,
    pub(crate) stamp: Stamp,
}

/// Why a certificate of the folder can't be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    NotReadable,
    NotACertificate,
    KeyMissing,
    KeyNotReadable,
    NotAKey,
    KeyOfAnother,
}

/// The two files of a pair, as they were when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp([(PathBuf, Option<Trace>); 2]);

type Trace = (u64, Option<SystemTime>);

impl Stamp {
    fn of(certificate: PathBuf, key: PathBuf) -> Self {
        Self([certificate, key].map(|path| {
            let trace = trace(&path);
            (path, trace)
        }))
    }

    /// Whether both files are still what they were.
    pub(crate) fn holds(&self) -> bool {
        self.0
            .iter()
            .all(|(path, then)| then.is_some() && trace(path) == *then)
    }
}

fn trace(path: &Path) -> Option<Trace> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// Reads the folder anew. Blocks.
pub(crate) fn list(folder: &Path) -> std::io::Result<Vec<InstalledCertificate>> {
    let mut names: Vec<String> = fs::read_dir(folder)?
        .filter_map(|file| file.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".pem") && !name.ends_with(".key.pem"))
        .collect();
    names.sort();
    let mut entries: Vec<InstalledCertificate> = Vec::new();
    for entry in names
        .into_iter()
        .filter_map(|name| read(folder, name))
        .take(CERTIFICATES_MAX)
    {
        // A copy under another name is no second certificate.
        let copy =
            |other: &InstalledCertificate| other.identity.is_ok() && other.face == entry.face;
        if entry.face.is_none() || !entries.iter().any(copy) {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Nothing for the certificate of an authority: it is no terminal's, and often lies beside them.
fn read(folder: &Path, file: String) -> Option<InstalledCertificate> {
    let path = folder.join(&file);
    let key_path = folder.join(format!("{}.key.pem", file.strip_suffix(".pem")?));
    pair(file, path, key_path)
}

/// Reads a certificate and its key, wherever the two are. Blocks.
pub(crate) fn pair(file: String, path: PathBuf, key_path: PathBuf) -> Option<InstalledCertificate> {
    // Before reading: a change in between is then seen as one.
    let stamp = Stamp::of(path.clone(), key_path.clone());
    let Ok(pem) = slurp(&path) else {
        return Some(InstalledCertificate {
            file,
            face: None,
            identity: Err(Flaw::NotReadable),
        });
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let first = chain.as_ref().ok().and_then(|chain| chain.first());
    let Some(face) = first.and_then(|first| face(first)) else {
        return Some(InstalledCertificate {
            file,
            face: None,
            identity: Err(Flaw::NotACertificate),
        });
    };
    if face.of_an_authority {
        return None;
    }
    let identity = key(&key_path, chain.unwrap_or_default()).map(|key| Identity {
        key: Arc::new(key),
        stamp,
    });
    Some(InstalledCertificate {
        file,
        face: Some(face),
        identity,
    })
}

fn key(path: &Path, chain: Vec<CertificateDer<'static>>) -> Result<CertifiedKey, Flaw> {
    let pem = slurp(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Flaw::KeyMissing,
        _ => Flaw::KeyNotReadable,
    })?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| Flaw::NotAKey)?;
    CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => Flaw::KeyOfAnother,
        _ => Flaw::NotAKey,
    })
}

fn slurp(path: &Path) -> std::io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > FILE_BYTES_MAX {
        return Err(std::io::Error::from(std::io::ErrorKind::InvalidData));
    }
    fs::read(path)
}

fn face(der: &CertificateDer<'_>) -> Option<Face> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let subject = certificate.subject();
    Some(Face {
        fingerprint: Sha256::digest(der)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        facility_name: text(subject.iter_organization().next()),
        facility_code: text(subject.iter_organizational_unit().next()),
        terminal: text(subject.iter_common_name().next()),
        not_before_ms: certificate
            .validity()
            .not_before
            .timestamp()
            .saturating_mul(1000),
        not_after_ms: certificate
            .validity()
            .not_after
            .timestamp()
            .saturating_mul(1000),
        of_an_authority: certificate.is_ca(),
    })
}

fn text(attribute: Option<&AttributeTypeAndValue<'_>>) -> String {
    attribute
        .and_then(|attribute| attribute.as_str().ok())
        .unwrap_or_default()
        .to_owned()
}
