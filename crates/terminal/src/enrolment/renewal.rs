//! 電子証明書の更新: another certificate in the place of one that ends soon, for a new key, asked for with the old one.
//!
//! The old pair stays in the folder for as long as it is good, so that whoever uses it notices nothing; the start page
//! and the programs take the newer one from then on. It may be ended at any moment and begun again.

use super::ask::{self, Granted};
use super::files::Files;
use super::install::{self, Installed};
use super::{EnrolmentError, backup};
use crate::gateway::centre::Centre;
use crate::gateway::folder::{self, InstalledCertificate};
use onshi_client::TlsError;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the backup of a renewed certificate lies, and what it is encrypted with.
#[derive(Debug, Clone, Default)]
pub struct Backup {
    /// The folder; that of the certificates has one where none is named.
    pub folder: Option<PathBuf>,
    /// A file with the passphrase; without it the file is protected by its mode alone.
    pub passphrase_file: Option<PathBuf>,
}

impl Backup {
    fn passphrase(&self) -> Result<Option<Zeroizing<String>>, EnrolmentError> {
        let Some(path) = &self.passphrase_file else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path).map_err(|source| EnrolmentError::File {
            path: path.clone(),
            source,
        })?;
        let text = Zeroizing::new(text);
        let line = Zeroizing::new(text.lines().next().unwrap_or_default().to_owned());
        backup::check(&line)?;
        Ok(Some(line))
    }
}

/// Whether the renewal of the certificate with this fingerprint was begun in a folder and has not come to its end.
pub(crate) fn is_begun(folder: &Path, fingerprint: &str) -> bool {
    install::Names::of_renewal(fingerprint).is_begun(folder)
}

/// Renews one certificate of a folder. The centre says whether it may be renewed yet.
pub(crate) async fn renew(
    centre: &Centre,
    folder: &Path,
    old: &InstalledCertificate,
    kept: &Backup,
) -> Result<Installed, EnrolmentError> {
    let (Some(face), Ok(identity)) = (&old.face, &old.identity) else {
        return Err(EnrolmentError::NotOurs);
    };
    let passphrase = kept.passphrase()?;
    let files = Files::open(folder)?;
    let names = install::Names::of_renewal(&face.fingerprint);
    let installed = match install::finished(&files, &names)? {
        Some(installed) => installed,
        None => {
            let pending = install::pending(&files, names.clone())?;
            let line = centre.line(&face.fingerprint, identity);
            let line = line.map_err(|_: TlsError| EnrolmentError::NotOurs)?;
            let granted: Granted = ask::renewal(centre, &line, &pending).await?;
            let passphrase = passphrase.as_ref().map(|text| text.as_str());
            let place = (kept.folder.as_deref(), passphrase);
            install::finish(&files, &pending, &granted, place)?
        }
    };
    confirm(centre, &installed).await?;
    install::confirmed(&files, &names)?;
    Ok(installed)
}

/// Says with the new certificate that it is in use, from which on the old one has an end.
async fn confirm(centre: &Centre, installed: &Installed) -> Result<(), EnrolmentError> {
    let name = installed.certificate.display().to_string();
    let read = folder::pair(name, installed.certificate.clone(), installed.key.clone());
    let Some(InstalledCertificate {
        face: Some(face),
        identity: Ok(identity),
        ..
    }) = read
    else {
        return Err(EnrolmentError::NotOurs);
    };
    let line = centre.line(&face.fingerprint, &identity);
    let line = line.map_err(|_: TlsError| EnrolmentError::NotOurs)?;
    ask::in_use(centre, &line, &installed.serial).await
}
