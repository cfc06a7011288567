//! The keys of a node: the authority, the server's certificate, the key of the audit's seals.
//!
//! They are files that only the service's user may read. What is missing is made at the first
//! start; what is there is never overwritten.

use onshi_core::audit::SealKey;
use onshi_core::certificate::Authority;
use onshi_core::entropy::fresh_seed;
use onshi_core::{Fault, Moment};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How long our own authority lives: thirty years, far longer than any terminal.
const AUTHORITY_SECONDS: i64 = 30 * 365 * 86_400;
/// How long the server's certificate lives. It is made anew when less than a third is left.
const SERVER_SECONDS: i64 = 397 * 86_400;
/// Certificates begin a little in the past, since clocks of terminals differ.
const CLOCK_SKEW_SECONDS: i64 = 3600;

/// The folder of the keys.
#[derive(Clone, Debug)]
pub struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    /// Opens the folder and makes it when it is missing.
    pub fn open(folder: &Path) -> Result<Secrets, Fault> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|e| Fault::at(format!("creating {}", folder.display()), e))?;
        Ok(Secrets {
            folder: folder.to_owned(),
        })
    }

    /// The authority that issues certificates; made at the first start.
    pub fn authority(&self, now: Moment) -> Result<Authority, Fault> {
        let (certificate, key) = (self.authority_file(), self.folder.join("authority.key.pem"));
        if certificate.exists() && key.exists() {
            return Authority::from_pem(&read(&certificate)?, &read(&key)?)
                .map_err(|e| Fault::at("reading the authority", e));
        }
        let begin = now.plus_seconds(-CLOCK_SKEW_SECONDS);
        let end = now.plus_seconds(AUTHORITY_SECONDS);
        let made = Authority::create("Onshi Private CA", begin.ms(), end.ms())
            .map_err(|e| Fault::at("making the authority", e))?;
        write_new(&key, made.key_pem().as_bytes())?;
        write_new(&certificate, made.certificate_pem().as_bytes())?;
        Ok(made)
    }

    /// Where the authority's certificate is, for those who have to trust it.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The server's certificate and key for these names, in PEM; made anew when it is missing,
    /// runs out or names something else.
    pub fn server(
        &self,
        authority: &Authority,
        names: &[String],
        now: Moment,
    ) -> Result<(String, String), Fault> {
        let certificate = self.folder.join("server.pem");
        let (key, book) = (
            self.folder.join("server.key.pem"),
            self.folder.join("server.names"),
        );
        let wanted = names.join("\n");
        if certificate.exists() && key.exists() && read(&book).is_ok_and(|kept| kept == wanted) {
            let (certificate, key) = (read(&certificate)?, read(&key)?);
            let left = onshi_core::certificate::Issued::from_pem(&certificate, &key)
                .map_err(|e| Fault::at("reading the server's certificate", e))?
                .not_after_ms
                - now.ms();
            if left > SERVER_SECONDS * 1000 / 3 {
                return Ok((certificate, key));
            }
        }
        let [serial, _] = two_serials();
        let issued = authority
            .issue_server(
                names,
                serial,
                now.plus_seconds(-CLOCK_SKEW_SECONDS).ms(),
                now.plus_seconds(SERVER_SECONDS).ms(),
            )
            .map_err(|e| Fault::at("issuing the server's certificate", e))?;
        replace(&key, issued.key_pem.as_bytes())?;
        replace(&certificate, issued.certificate_pem.as_bytes())?;
        replace(&book, wanted.as_bytes())?;
        Ok((issued.certificate_pem.clone(), issued.key_pem.to_string()))
    }

    /// The key of the audit log's seals.
    pub fn seal_key(&self) -> Result<SealKey, Fault> {
        let file = self.folder.join("audit-seal.key");
        if !file.exists() {
            write_new(&file, &fresh_seed())?;
        }
        let bytes = std::fs::read(&file)
            .map_err(|e| Fault::at(format!("reading {}", file.display()), e))?;
        let key: [u8; 32] = bytes
            .try_into()
            .map_err(|_| Fault::at(format!("reading {}", file.display()), "it is not 32 bytes"))?;
        Ok(SealKey::new(key))
    }
}

fn two_serials() -> [[u8; 16]; 2] {
    let seed = fresh_seed();
    [0, 16].map(|from| std::array::from_fn(|i| seed[from + i]))
}

/// A fresh serial number for a certificate.
pub fn fresh_serial() -> [u8; 16] {
    let [mut serial, _] = two_serials();
    // A leading bit would make the number negative, a leading zero byte shorter.
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

fn read(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|e| Fault::at(format!("reading {}", path.display()), e))
}

/// Writes a file that only we may read, and fails when it is there already.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), Fault> {
    let fault = |e| Fault::at(format!("writing {}", path.display()), e);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(fault)?;
    file.write_all(content).map_err(fault)?;
    file.sync_all().map_err(fault)
}

fn replace(path: &Path, content: &[u8]) -> Result<(), Fault> {
    let beside = path.with_extension("new");
    // What an interrupted start left behind is in the way, and worth nothing.
    let _ = std::fs::remove_file(&beside);
    write_new(&beside, content)?;
    std::fs::rename(&beside, path)
        .map_err(|e| Fault::at(format!("replacing {}", path.display()), e))
}
