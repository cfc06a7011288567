//! The keys of a node: the authority, the server's certificate, the key of the audit's seals.
//!
//! They are files that only the service's user may read. What is missing is made at the first
//! start; what is there is never overwritten.

use crate::http::tls::ServerCertificate;
use onshi_core::audit::SealKey;
use onshi_core::certificate::{self, Authority, CLOCK_SKEW_SECONDS, Issued};
use onshi_core::engine::Keys;
use onshi_core::entropy::fresh_seed;
use onshi_core::store::DatabaseId;
use onshi_core::{Fault, Moment};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What our own authority is called.
const AUTHORITY_NAME: &str = "Onshi Private CA";
/// How long our own authority lives: thirty years, far longer than any terminal.
const AUTHORITY_SECONDS: i64 = 30 * 365 * 86_400;
/// How long the server's certificate lives. It is made anew when less than a third is left.
const SERVER_SECONDS: i64 = 397 * 86_400;

/// The server's certificate and its key.
pub struct ServerFiles {
    /// The certificate, in PEM.
    pub certificate_pem: String,
    /// Its key, in PEM.
    pub key_pem: Zeroizing<String>,
    /// When it runs out.
    pub not_after: Moment,
}

impl ServerFiles {
    fn of(issued: &Issued) -> ServerFiles {
        ServerFiles {
            certificate_pem: issued.certificate_pem.clone(),
            key_pem: issued.key_pem.clone(),
            not_after: Moment::from_ms(issued.not_after_ms),
        }
    }

    /// As it is shown in handshakes.
    pub fn for_tls(&self) -> Result<Arc<ServerCertificate>, Fault> {
        ServerCertificate::new(&self.certificate_pem, &self.key_pem)
    }
}

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

    /// The authority that issues certificates; made at the first start. A key without its
    /// certificate is kept and certified anew: what it has issued stays good.
    pub fn authority(&self, now: Moment) -> Result<Authority, Fault> {
        let _turn = self.turn()?;
        let (certificate, key) = (self.authority_file(), self.folder.join("authority.key.pem"));
        let fault = |e| Fault::at("making the authority", e);
        if certificate.exists() && !key.exists() {
            let place = format!("reading {}", key.display());
            return Err(Fault::at(place, "the authority's key is missing"));
        }
        if certificate.exists() {
            return Authority::from_pem(&read(&certificate)?, &read(&key)?)
                .map_err(|e| Fault::at("reading the authority", e));
        }
        let begin = now.plus_seconds(-CLOCK_SKEW_SECONDS).ms();
        let end = now.plus_seconds(AUTHORITY_SECONDS).ms();
        let made = if key.exists() {
            Authority::of_key(&read(&key)?, AUTHORITY_NAME, begin, end).map_err(fault)?
        } else {
            let made = Authority::create(AUTHORITY_NAME, begin, end).map_err(fault)?;
            write_new(&key, made.key_pem().as_bytes())?;
            made
        };
        write_new(&certificate, made.certificate_pem().as_bytes())?;
        Ok(made)
    }

    /// Waits until no other process makes keys in this folder, and keeps others out until the
    /// file is dropped.
    pub fn turn(&self) -> Result<Turn<'_>, Fault> {
        let path = self.folder.join("lock");
        let fault = |e| Fault::at(format!("locking {}", path.display()), e);
        let file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(fault)?;
        file.lock().map_err(fault)?;
        Ok(Turn {
            secrets: self,
            _lock: file,
        })
    }

    /// The key of the audit log's seals; made where there is none.
    pub fn seal_key(&self) -> Result<SealKey, Fault> {
        self.turn()?.seal_key()
    }

    /// Where the authority's certificate is, for those who have to trust it.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The server's certificate and key for these names; made anew when it is missing, runs out or
    /// names something else.
    pub fn server(
        &self,
        authority: &Authority,
        names: &[String],
        now: Moment,
    ) -> Result<ServerFiles, Fault> {
        let _turn = self.turn()?;
        let certificate = self.folder.join("server.pem");
        let (key, book) = (
            self.folder.join("server.key.pem"),
            self.folder.join("server.names"),
        );
        let wanted = names.join("\n");
        if certificate.exists() && key.exists() && read(&book).is_ok_and(|kept| kept == wanted) {
            let kept = Issued::from_pem(&read(&certificate)?, &read(&key)?)
                .map_err(|e| Fault::at("reading the server's certificate", e))?;
            if kept.not_after_ms - now.ms() > SERVER_SECONDS * 1000 / 3 {
                return Ok(ServerFiles::of(&kept));
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
        // Without the book the two files are made anew, so a half-made pair is never used.
        remove(&book)?;
        replace(&key, issued.key_pem.as_bytes())?;
        replace(&certificate, issued.certificate_pem.as_bytes())?;
        replace(&book, wanted.as_bytes())?;
        Ok(ServerFiles::of(&issued))
    }
}

/// A file of the folder of the keys.
pub struct SecretFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: Zeroizing<Vec<u8>>,
}

/// The folder of the keys, while no other process makes any.
pub struct Turn<'a> {
    secrets: &'a Secrets,
    _lock: std::fs::File,
}

impl Turn<'_> {
    fn seal_file(&self) -> PathBuf {
        self.secrets.folder.join("audit-seal.key")
    }

    /// Which database the keys belong to.
    fn identity_file(&self) -> PathBuf {
        self.secrets.folder.join("database.id")
    }

    /// What the keys say of the database that they belong to.
    pub fn keys(&self) -> Result<Keys, Fault> {
        let file = self.identity_file();
        let identity = match file.exists() {
            true => Some(DatabaseId::parse(&read(&file)?).ok_or_else(|| {
                Fault::at(format!("reading {}", file.display()), "it is not 32 digits")
            })?),
            false => None,
        };
        let seal = match self.seal_file().exists() {
            true => Some(self.seal_key()?),
            false => None,
        };
        Ok(Keys {
            place: self.secrets.folder.display().to_string(),
            identity,
            seal,
        })
    }

    /// Every file of the folder that is worth keeping, by its name.
    pub fn files(&self) -> Result<Vec<SecretFile>, Fault> {
        let folder = &self.secrets.folder;
        let fault = |e| Fault::at(format!("reading {}", folder.display()), e);
        let mut all = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // What keeps others out now, and the rests of what was interrupted.
            let passed_over = name == "lock" || name.ends_with(".new") || name.starts_with('.');
            if !passed_over && entry.file_type().map_err(fault)?.is_file() {
                let content = std::fs::read(entry.path()).map_err(fault)?;
                all.push(SecretFile {
                    name,
                    content: Zeroizing::new(content),
                });
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Keeps which database the keys belong to.
    pub fn belong_to(&self, identity: &DatabaseId) -> Result<(), Fault> {
        let file = self.identity_file();
        let kept = file.exists() && read(&file)?.trim() == identity.as_str();
        match kept {
            true => Ok(()),
            false => replace(&file, format!("{}\n", identity.as_str()).as_bytes()),
        }
    }

    /// The key of the audit log's seals; made where there is none.
    pub fn seal_key(&self) -> Result<SealKey, Fault> {
        let file = self.seal_file();
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
    let [drawn, _] = two_serials();
    certificate::serial_number(drawn)
}

fn read(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|e| Fault::at(format!("reading {}", path.display()), e))
}

/// Writes a file that only we may read, and fails when it is there already. The file is there
/// with all of its content or not at all, even if we are killed or the power fails.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), Fault> {
    let fault = |e| Fault::at(format!("writing {}", path.display()), e);
    let beside = write_beside(path, content).map_err(fault)?;
    // Unlike a rename, a link does not overwrite.
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside).map_err(fault)?;
    linked.and_then(|()| keep_entry(path)).map_err(fault)
}

/// Writes a file that only we may read in the place of the one that may be there. At every moment
/// there is the old one or the new one.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), Fault> {
    write_beside(path, content)
        .and_then(|beside| std::fs::rename(beside, path))
        .and_then(|()| keep_entry(path))
        .map_err(|e| Fault::at(format!("replacing {}", path.display()), e))
}

fn remove(path: &Path) -> Result<(), Fault> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed
            .and_then(|()| keep_entry(path))
            .map_err(|e| Fault::at(format!("removing {}", path.display()), e)),
    }
}

/// Writes the content into a file of another name in the same folder, down to the disk.
fn write_beside(path: &Path, content: &[u8]) -> std::io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // What an interrupted write left behind is in the way, and worth nothing.
    match std::fs::remove_file(&beside) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    Ok(beside)
}

/// A name in a folder outlives a power failure only when the folder is on the disk too.
fn keep_entry(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| *p != Path::new(""));
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("onshi-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn what_is_there_is_not_overwritten_and_rests_are_no_obstacle() {
        let folder = folder("write-new");
        Secrets::open(&folder).unwrap();
        let file = folder.join("key");
        std::fs::write(folder.join("key.new"), "half").unwrap();
        write_new(&file, b"first").unwrap();
        assert!(write_new(&file, b"second").is_err());
        assert_eq!(std::fs::read(&file).unwrap(), b"first");
        assert!(!folder.join("key.new").exists());
        replace(&file, b"third").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"third");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_key_without_its_certificate_is_certified_anew() {
        let folder = folder("orphan-key");
        let (secrets, now) = (
            Secrets::open(&folder).unwrap(),
            Moment::from_ms(1_800_000_000_000),
        );
        let before = secrets.authority(now).unwrap();
        std::fs::remove_file(secrets.authority_file()).unwrap();
        let after = secrets.authority(now).unwrap();
        assert_eq!(*before.key_pem(), *after.key_pem());
        std::fs::remove_file(folder.join("authority.key.pem")).unwrap();
        let fault = secrets.authority(now).expect_err("no key").to_string();
        assert!(fault.contains("key is missing"), "{fault}");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_server_certificate_that_was_half_renewed_is_made_anew() {
        let folder = folder("half-renewed");
        let (secrets, now) = (
            Secrets::open(&folder).unwrap(),
            Moment::from_ms(1_800_000_000_000),
        );
        let authority = secrets.authority(now).unwrap();
        let names = ["localhost".to_owned()];
        let server = || secrets.server(&authority, &names, now).unwrap();
        let first = server().certificate_pem;
        assert_eq!(first, server().certificate_pem);
        // The renewal takes the book away first, and was killed after the key.
        std::fs::remove_file(folder.join("server.names")).unwrap();
        std::fs::write(folder.join("server.key.pem"), "half").unwrap();
        let renewed = server();
        assert!(renewed.certificate_pem != first && renewed.for_tls().is_ok());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
