//! One file of a backup's files: a tar archive, encrypted as age does where it is asked for; and reading it back.

use super::manifest::{self, MANIFEST, Manifest, Part, digest_of};
use super::{BackupError, io, place, refused};
use onshi_age::{AgeError, Key, Lock, Reader, Writer};
use onshi_core::Fault;
use onshi_core::entropy::fresh_seed;
use onshi_language::say;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How much may wait to be on the disk.
const UNFLUSHED: u64 = 8 << 20;

/// A file that is written, with the digest of all that was.
struct Digested {
    file: File,
    sha: Sha256,
    unflushed: u64,
}

impl Write for Digested {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha.update(&bytes[..written]);
        self.unflushed += written as u64;
        if self.unflushed >= UNFLUSHED {
            // Else the disk would get all of it at once, and the service would wait.
            self.file.sync_data()?;
            self.unflushed = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Writes the files of a folder into one encrypted file, down to the disk, and gives its digest.
pub(super) fn seal(
    folder: &Path,
    manifest: &Manifest,
    to: &Path,
    lock: &Lock<'_>,
) -> Result<String, BackupError> {
    let writing = io("writing", to);
    let file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(&writing)?;
    let out = Digested {
        file,
        sha: Sha256::new(),
        unflushed: 0,
    };
    let sealing = |error: AgeError| match error {
        AgeError::File(error) => writing(error),
        error => Fault::at("encrypting the backup", error).into(),
    };
    let out = BufWriter::with_capacity(256 << 10, out);
    let sealed = Writer::begin(out, lock, &mut fresh_seed).map_err(sealing)?;
    let mut archive = tar::Builder::new(sealed);
    archive.sparse(false);
    let names =
        std::iter::once(MANIFEST).chain(manifest.files.iter().map(|part| part.name.as_str()));
    for name in names {
        let path = folder.join(name);
        let mut file = File::open(&path).map_err(io("reading", &path))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata().map_err(io("reading", &path))?.len());
        header.set_mode(0o600);
        header.set_mtime(manifest.at.unsigned_abs() / 1000);
        archive
            .append_data(&mut header, name, &mut file)
            .map_err(&writing)?;
    }
    let sealed = archive.into_inner().map_err(&writing)?;
    let out = sealed.finish().map_err(&writing)?;
    let out = out.into_inner().map_err(|e| writing(e.into_error()))?;
    out.file.sync_all().map_err(&writing)?;
    Ok(manifest::hex(&out.sha.finalize()))
}

/// What a backup is read from.
pub(super) enum Source {
    /// A folder.
    Folder(PathBuf),
    /// One file.
    Archive(PathBuf),
}

/// Reads a backup's files into a folder, each held against its digest.
pub(super) fn unpack(
    source: &Source,
    key: Option<&Key>,
    to: &Path,
) -> Result<Manifest, BackupError> {
    match source {
        Source::Folder(folder) => {
            let manifest = read_manifest(folder)?;
            place::room_for(to, manifest.bytes())?;
            for part in &manifest.files {
                let path = folder.join(&part.name);
                let file = File::open(&path).map_err(|e| missing(&path, &e))?;
                take(file, part, to)?;
            }
            write(to, MANIFEST, manifest.text()?.as_bytes())?;
            Ok(manifest)
        }
        Source::Archive(path) => {
            let file = File::open(path).map_err(io("reading", path))?;
            let mut input = BufReader::with_capacity(256 << 10, file);
            let sealed = starts_as_age(path)?;
            match (sealed, key) {
                (true, None) => Err(refused(
                    "backup.key_missing",
                    say!(
                        "{} is encrypted; name the key with --identity, or the passphrase with --passphrase-file",
                        "{} は暗号化されています。--identity で秘密鍵を、または --passphrase-file でパスフレーズのファイルを指定してください。",
                        path.display()
                    ),
                )),
                (true, Some(key)) => {
                    let opened = Reader::begin(input, key).map_err(|e| unopened(path, e))?;
                    let mut archive = tar::Archive::new(opened);
                    let manifest = unpack_archive(&mut archive, path, to)?;
                    // The end says that nothing was cut off.
                    std::io::copy(&mut archive.into_inner(), &mut std::io::sink())
                        .map_err(|e| damaged(path, &e))?;
                    Ok(manifest)
                }
                (false, _) => unpack_archive(&mut tar::Archive::new(&mut input), path, to),
            }
        }
    }
}

fn starts_as_age(path: &Path) -> Result<bool, BackupError> {
    let mut begin = Vec::new();
    let file = File::open(path).map_err(io("reading", path))?;
    file.take(onshi_age::FIRST_LINE.len() as u64)
        .read_to_end(&mut begin)
        .map_err(io("reading", path))?;
    Ok(begin == onshi_age::FIRST_LINE.as_bytes())
}

fn unopened(path: &Path, error: AgeError) -> BackupError {
    let text = match error {
        AgeError::WrongKey => say!(
            "{} was not encrypted for this key or this passphrase; take the one that belongs to it",
            "{} は、この鍵・パスフレーズでは開けません。このバックアップの鍵・パスフレーズを指定してください。",
            path.display()
        ),
        AgeError::OtherWay {
            by_passphrase: true,
        } => say!(
            "{} was encrypted by a passphrase; name its file with --passphrase-file",
            "{} はパスフレーズで暗号化されています。--passphrase-file で指定してください。",
            path.display()
        ),
        AgeError::OtherWay { .. } => say!(
            "{} was encrypted for a key; name its file with --identity",
            "{} は鍵で暗号化されています。--identity で秘密鍵のファイルを指定してください。",
            path.display()
        ),
        error => return damaged(path, &error),
    };
    refused("backup.key_wrong", text)
}

fn damaged(path: &Path, why: &dyn std::fmt::Display) -> BackupError {
    refused(
        "backup.damaged",
        say!(
            "{} is damaged, or no backup: {why}; take another one",
            "{} は壊れているか、バックアップではありません［{why}］。別のバックアップを使ってください。",
            path.display()
        ),
    )
}

fn missing(path: &Path, error: &std::io::Error) -> BackupError {
    match error.kind() {
        std::io::ErrorKind::NotFound => damaged(path, &onshi_language::cause(error)),
        _ => Fault::at(format!("reading {}", path.display()), error).into(),
    }
}

fn read_manifest(folder: &Path) -> Result<Manifest, BackupError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read(&path).map_err(|e| missing(&path, &e))?;
    Manifest::parse(&text)
}

fn unpack_archive(
    archive: &mut tar::Archive<impl Read>,
    path: &Path,
    to: &Path,
) -> Result<Manifest, BackupError> {
    let broken = |e: std::io::Error| damaged(path, &e);
    let mut entries = archive.entries().map_err(broken)?;
    let mut first = match entries.next() {
        Some(entry) => entry.map_err(broken)?,
        None => return Err(damaged(path, &"empty")),
    };
    if first.path().map_err(broken)?.as_ref() != Path::new(MANIFEST) {
        return Err(damaged(path, &"no backup.json at its beginning"));
    }
    let mut text = Vec::new();
    first
        .by_ref()
        .take(16 << 20)
        .read_to_end(&mut text)
        .map_err(broken)?;
    let manifest = Manifest::parse(&text)?;
    place::room_for(to, manifest.bytes())?;
    let mut left: Vec<&Part> = manifest.files.iter().collect();
    for entry in entries {
        let entry = entry.map_err(broken)?;
        let name = entry.path().map_err(broken)?.display().to_string();
        let Some(at) = left.iter().position(|part| part.name == name) else {
            return Err(damaged(path, &name));
        };
        take(entry, left.swap_remove(at), to)?;
    }
    match left.first() {
        Some(part) => Err(damaged(path, &part.name)),
        None => {
            write(to, MANIFEST, &text)?;
            Ok(manifest)
        }
    }
}

/// Writes a file of a backup into the folder and holds it against what the backup says of it.
fn take(input: impl Read, part: &Part, to: &Path) -> Result<(), BackupError> {
    let path = to.join(&part.name);
    if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
        place::private_folder(folder)?;
    }
    let file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(io("writing", &path))?;
    let mut out = Digested {
        file,
        sha: Sha256::new(),
        unflushed: 0,
    };
    // One byte more than it should have is enough to know.
    let copied = std::io::copy(&mut input.take(part.bytes + 1), &mut out);
    let bytes = copied.map_err(|e| match e.raw_os_error() {
        Some(_) => io("writing", &path)(e),
        None => damaged(Path::new(&part.name), &e),
    })?;
    out.file.sync_all().map_err(io("writing", &path))?;
    if bytes != part.bytes || manifest::hex(&out.sha.finalize()) != part.sha256 {
        return Err(damaged(Path::new(&part.name), &"SHA-256"));
    }
    Ok(())
}

/// Writes a small file into a folder, down to the disk.
pub(super) fn write(folder: &Path, name: &str, content: &[u8]) -> Result<(), BackupError> {
    let path = folder.join(name);
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(io("writing", &path))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .map_err(io("writing", &path))
}

/// Whether a file in a folder is what a backup says of it.
pub(super) fn is_there(path: &Path, part: &Part) -> bool {
    let found = File::open(path).and_then(digest_of);
    found.is_ok_and(|(sha256, bytes)| sha256 == part.sha256 && bytes == part.bytes)
}
