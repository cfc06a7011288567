//! What runs at the demo's institutions: a linked application for each, with its own folders.
//!
//! The first institution's programs read UTF-8, the second's Shift_JIS, so that both are seen.

use super::clock;
use super::kept::Institution;
use crate::certificate::cannot_make;
use crate::output::Failure;
use onshi_terminal::link::{self, Link, LinkConfig};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The folders that an institution's programs share with the linked application.
pub(super) struct Folders {
    pub req: PathBuf,
    pub res: PathBuf,
    pub face: PathBuf,
    work: PathBuf,
    password_file: PathBuf,
}

/// Where an institution's folders are: the first one's directly in the terminal's folder.
pub(super) fn folders(dir: &Path, code: &str, first: bool) -> Folders {
    let at = if first {
        dir.join("terminal")
    } else {
        dir.join("terminal").join(code)
    };
    Folders {
        req: at.join("req"),
        res: at.join("res"),
        face: at.join("face"),
        work: at.join("link-work"),
        password_file: at.join("link-password"),
    }
}

/// Makes the folders, and the file of the linked application's password.
pub(super) fn make(folders: &Folders, password: &str) -> Result<(), Failure> {
    for path in [&folders.req, &folders.res, &folders.face, &folders.work] {
        std::fs::create_dir_all(path).map_err(|e| cannot_make(path, &e))?;
    }
    Ok(onshi_server::start::secrets::write_new(
        &folders.password_file,
        password.as_bytes(),
    )?)
}

/// Opens the linked application of an institution. Its status page is on a free port.
pub(super) fn open(
    folders: Folders,
    institution: &Institution,
    centre_url: &str,
    authority: &Path,
    environment: Option<String>,
) -> Result<Link, Failure> {
    let user_id = institution
        .accounts
        .iter()
        .find(|login| login.kind == "link")
        .map(|login| login.user_id.clone())
        .unwrap_or_default();
    link::open(LinkConfig {
        centre_url: centre_url.to_owned(),
        authority_pem: authority.to_owned(),
        certificate: institution.terminal.certificate.clone(),
        key: institution.terminal.key.clone(),
        user_id,
        password_file: folders.password_file,
        req: folders.req,
        res: folders.res,
        face: Some(folders.face),
        work: folders.work,
        status_listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        environment,
        ..LinkConfig::usual(clock::now_ms)
    })
    .map_err(Failure::usage)
}
