//! 電子証明書の更新 of the reader's own certificate, by which it signs: another one for a new key, asked for with the old one before its end.
//!
//! It may be ended at any moment and begun again. The new key is on the disk before it is asked with, and for the same key the centre gives
//! the same certificate. The certificate is put into its place before the key: where a kill came in between, the key that waits fits the
//! certificate, and the next start ends the work ([`OwnFiles::recover`]). While both are exchanged nothing is signed, and nobody is at the
//! reader: what the card of a patient signs is good for the certificate that stood there when it was asked for.

use super::centre::{No, ReaderClient, Signs};
use super::certificate::{OwnFiles, serial_number};
use super::machine::{Screen, Shown};
use crate::enrolment::{EnrolmentError, Files};
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{RwLock, RwLockWriteGuard, watch};
use zeroize::Zeroizing;

const CERTIFICATE: &str = "/onshi/v1/reader/certificate";
const IN_USE: &str = "/onshi/v1/reader/certificate/used";

/// From how many days before its end on a certificate is renewed, if the centre lets it.
const DAYS: i64 = 90;
/// How often it is looked whether anything is to be done.
const EVERY: Duration = Duration::from_secs(6 * 3600);

/// Why nothing came of a renewal.
enum NotRenewed {
    Disk(EnrolmentError),
    Centre(No),
}

impl From<EnrolmentError> for NotRenewed {
    fn from(error: EnrolmentError) -> NotRenewed {
        NotRenewed::Disk(error)
    }
}

impl From<No> for NotRenewed {
    fn from(no: No) -> NotRenewed {
        NotRenewed::Centre(no)
    }
}

impl std::fmt::Display for NotRenewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotRenewed::Disk(error) => write!(f, "{error}"),
            NotRenewed::Centre(No::Away) => f.write_str("the centre did not answer"),
            NotRenewed::Centre(No::Refused(refused)) => f.write_str(&refused.code),
        }
    }
}

/// The same path with something behind its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Whether a certificate is one for this key.
fn fits(certificate: &str, key: &str) -> bool {
    let der = CertificateDer::from_pem_slice(certificate.as_bytes());
    let (Ok(der), Ok(key)) = (der, KeyPair::from_pem(key)) else {
        return false;
    };
    let read = x509_parser::parse_x509_certificate(&der);
    read.is_ok_and(|(_, read)| read.public_key().raw == key.subject_public_key_info())
}

/// When a certificate ends, in milliseconds since 1970.
fn end_of(certificate: &str) -> Option<i64> {
    let der = CertificateDer::from_pem_slice(certificate.as_bytes()).ok()?;
    let (_, read) = x509_parser::parse_x509_certificate(&der).ok()?;
    read.validity().not_after.timestamp().checked_mul(1000)
}

impl OwnFiles {
    fn folder(&self) -> Result<Files, EnrolmentError> {
        Files::open(self.key.parent().unwrap_or(Path::new(".")))
    }

    /// The key that waits for its certificate.
    fn waiting(&self) -> PathBuf {
        beside(&self.key, ".next")
    }

    /// What says that the centre has still to hear that the certificate is in use.
    fn untold(&self) -> PathBuf {
        beside(&self.certificate, ".untold")
    }

    fn text(files: &Files, path: &Path) -> Result<Option<Zeroizing<String>>, EnrolmentError> {
        let bytes = files.read(path)?.map(Zeroizing::new);
        Ok(bytes.and_then(|bytes| Some(Zeroizing::new(str::from_utf8(&bytes).ok()?.to_owned()))))
    }

    /// Ends a renewal that was killed between its two files.
    pub fn recover(&self) -> Result<(), EnrolmentError> {
        if !self.waiting().exists() {
            return Ok(());
        }
        let files = self.folder()?;
        let waiting = Self::text(&files, &self.waiting())?;
        let certificate = Self::text(&files, &self.certificate)?;
        if let (Some(key), Some(certificate)) = (waiting, certificate)
            && fits(&certificate, &key)
        {
            self.put_key(&files, &key)?;
        }
        Ok(())
    }

    fn put_key(&self, files: &Files, key: &str) -> Result<(), EnrolmentError> {
        files.write(&self.key, key.as_bytes())?;
        files.remove(&self.waiting())
    }

    /// The key that waits; made where there is none.
    fn next_key(&self, files: &Files) -> Result<Zeroizing<String>, EnrolmentError> {
        let kept = Self::text(files, &self.waiting())?;
        if let Some(kept) = kept.filter(|kept| KeyPair::from_pem(kept).is_ok()) {
            return Ok(kept);
        }
        let made = KeyPair::generate().map_err(|_| EnrolmentError::NotOurs)?;
        let made = Zeroizing::new(made.serialize_pem());
        files.write(&self.waiting(), made.as_bytes())?;
        Ok(made)
    }
}

fn request_of(key: &str) -> Result<String, EnrolmentError> {
    let key = KeyPair::from_pem(key).map_err(|_| EnrolmentError::NotOurs)?;
    let made = CertificateParams::default().serialize_request(&key);
    made.and_then(|request| request.pem())
        .map_err(|_| EnrolmentError::NotOurs)
}

/// Whether the certificate ends soon enough.
fn is_due(own: &OwnFiles, now_ms: i64) -> Result<bool, EnrolmentError> {
    let text = std::fs::read_to_string(&own.certificate);
    let text = text.map_err(|source| EnrolmentError::File {
        path: own.certificate.clone(),
        source,
    })?;
    let end = end_of(&text).ok_or(EnrolmentError::NotOurs)?;
    Ok(end - now_ms < (DAYS + 1) * 86_400_000)
}

/// Waits until nobody is at the reader, and holds up whoever comes until the guard is dropped.
async fn with_nobody_there<'a>(
    signs: &'a RwLock<Signs>,
    shown: &mut watch::Receiver<Shown>,
) -> RwLockWriteGuard<'a, Signs> {
    let nobody = |shown: &Shown| shown.screen == Screen::PutCard;
    loop {
        let held = signs.write().await;
        if nobody(&shown.borrow()) {
            return held;
        }
        drop(held);
        if shown.wait_for(nobody).await.is_err() {
            // The reader has ended, and this with it.
            std::future::pending::<()>().await;
        }
    }
}

/// Renews, and gives the new number.
async fn renew(
    client: &ReaderClient,
    own: &OwnFiles,
    shown: &mut watch::Receiver<Shown>,
) -> Result<String, NotRenewed> {
    let key = own.next_key(&own.folder()?)?;
    let more = json!({"certificateRequest": request_of(&key)?});
    let told = client.post(CERTIFICATE, &(client.draw)(), more).await?;
    let certificate = told["certificate"].as_str().unwrap_or_default();
    let serial = serial_number(certificate).filter(|_| fits(certificate, &key));
    let serial = serial.ok_or(EnrolmentError::NotOurs)?;
    let mut signs = with_nobody_there(&client.signs, shown).await;
    let files = own.folder()?;
    files.write(&own.untold(), serial.as_bytes())?;
    files.write(&own.certificate, certificate.as_bytes())?;
    own.put_key(&files, &key)?;
    signs.serial.clone_from(&serial);
    Ok(serial)
}

/// Says that the certificate is in use, where that was not said; the older one has an end from then on.
async fn tell_in_use(client: &ReaderClient, own: &OwnFiles) -> Result<(), NotRenewed> {
    if own.untold().exists() {
        client.post(IN_USE, &(client.draw)(), json!({})).await?;
        own.folder()?.remove(&own.untold())?;
    }
    Ok(())
}

/// One look: what was begun is ended, and what may be renewed is.
async fn look(
    client: &ReaderClient,
    own: &OwnFiles,
    shown: &mut watch::Receiver<Shown>,
) -> Result<(), NotRenewed> {
    tell_in_use(client, own).await?;
    if is_due(own, (client.now)())? {
        let serial = renew(client, own, shown).await?;
        tracing::info!(serial, "the reader's certificate was renewed");
        tell_in_use(client, own).await?;
    }
    Ok(())
}

/// Looks after the reader's certificate for as long as the reader works. What can't be done now is tried again with the next look.
pub(super) async fn look_after(client: Arc<ReaderClient>, mut shown: watch::Receiver<Shown>) {
    let Some(own) = client.own.clone() else {
        return;
    };
    loop {
        if let Err(why) = look(&client, &own, &mut shown).await {
            tracing::warn!(%why, "the reader's certificate could not be renewed; it is tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::Poll;

    #[test]
    fn a_kill_between_certificate_and_key_is_made_up_for_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let own = OwnFiles {
            certificate: folder.path().join("reader.pem"),
            key: folder.path().join("reader.key.pem"),
        };
        let [old, new] = [0, 1].map(|_| {
            let key = KeyPair::generate().unwrap();
            let made = CertificateParams::default().self_signed(&key).unwrap();
            (made.pem(), key.serialize_pem())
        });
        let put = |certificate: &str, key: &str| {
            std::fs::write(&own.certificate, certificate).unwrap();
            std::fs::write(&own.key, key).unwrap();
            std::fs::write(own.waiting(), &new.1).unwrap();
            own.recover().unwrap();
            let kept = |path: &Path| std::fs::read_to_string(path).unwrap();
            assert!(fits(&kept(&own.certificate), &kept(&own.key)));
            (kept(&own.key) == new.1, own.waiting().exists())
        };
        // Before anything came back, after the certificate, and after both.
        assert_eq!(put(&old.0, &old.1), (false, true));
        assert_eq!(put(&new.0, &old.1), (true, false));
        assert_eq!(put(&new.0, &new.1), (true, false));
    }

    async fn poll<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
        poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
    }

    #[tokio::test]
    async fn a_patient_at_the_reader_is_waited_for() {
        let signs = RwLock::new(Signs {
            key: "reader.key.pem".into(),
            serial: "0a".to_owned(),
        });
        let showing = |screen| Shown {
            screen,
            number: 1,
            visual: false,
            alarm: false,
        };
        let (show, mut shown) = watch::channel(showing(Screen::StaffLooks));
        let mut waiting = std::pin::pin!(with_nobody_there(&signs, &mut shown));
        assert!(poll(waiting.as_mut()).await.is_pending());
        show.send(showing(Screen::PutBack)).unwrap();
        assert!(poll(waiting.as_mut()).await.is_pending());
        // What the patient's card signs goes out meanwhile.
        drop(signs.try_read().unwrap());
        show.send(showing(Screen::PutCard)).unwrap();
        drop(waiting.await);
    }
}
