//! 端末の設定 (set-up): all that a terminal needs, by the file of a roll-out. The certificates' keys and the programs' passwords are made
//! here, lie in files that the owner alone may read, and never leave the machine.
//!
//! It may be ended at any moment and begun again: what was fetched is found, and a password that is there is the one that was sent.

mod bundle;
mod programs;

pub use bundle::{AccountPart, Bundle, FoldersPart, MachinePart};

use crate::enrolment::{self, EnrolmentConfig, EnrolmentError, Files, Installed, post};
use crate::gateway::Timeouts;
use crate::gateway::centre::{Centre, Line};
use crate::gateway::renewal::newest;
use onshi_client::paths;
use programs::settings;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the first password of a program's account is chosen.
const ACTIVATION: &str = "/onshi/v1/activation";
/// What the centre says of an activation that was used.
const USED: &str = "activation.used";

/// What is needed to set a terminal up.
#[derive(Debug)]
pub struct SetUpConfig {
    /// The file of the roll-out.
    pub bundle: Bundle,
    /// The folder of all that is made; made where there is none.
    pub folder: PathBuf,
    /// The folder of the backup of the certificates; that of the certificates has one where none is named.
    pub backup: Option<PathBuf>,
    /// What the backup is encrypted with.
    pub passphrase: Option<Zeroizing<String>>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// What was set up.
#[derive(Debug, Serialize)]
pub struct SetUp {
    /// The certificates that lie there now.
    pub certificates: Vec<Installed>,
    /// The user ids of the programs whose passwords lie there.
    pub accounts: Vec<String>,
    /// The settings of the programs that run here.
    pub settings: Vec<PathBuf>,
}

/// Sets a terminal up.
pub async fn set_up(config: SetUpConfig) -> Result<SetUp, EnrolmentError> {
    let files = Files::open(&config.folder)?;
    let bundle = &config.bundle;
    let authority = files.path("authority.pem");
    files.write(&authority, bundle.authority.as_bytes())?;
    let certificates = files.path("certificates");
    let mut installed = Vec::new();
    let reader = bundle.reader.as_ref();
    for machine in [Some(&bundle.terminal), reader].into_iter().flatten() {
        let Some(code) = &machine.code else {
            continue;
        };
        let fetched = enrolment::enrol(EnrolmentConfig {
            centre_url: bundle.centre.clone(),
            authority_pem: authority.clone(),
            certificates: certificates.clone(),
            code: Zeroizing::new(code.clone()),
            backup: config.backup.clone(),
            passphrase: config.passphrase.clone(),
            timeouts: config.timeouts,
        });
        installed.push(fetched.await?);
    }
    let centre = Centre::new(&bundle.centre, &authority, config.timeouts)?;
    let mut accounts = Vec::new();
    files.make_folder(&files.path("passwords"))?;
    for account in &bundle.accounts {
        if let Some(code) = &account.code {
            activate(&files, (&centre, &certificates), account, code).await?;
        }
        accounts.push(account.user_id.clone());
    }
    let mut written = Vec::new();
    for (name, text) in settings(&files.path(""), bundle, &installed) {
        let path = files.path(name);
        files.write(&path, text.as_bytes())?;
        written.push(path);
    }
    Ok(SetUp {
        certificates: installed,
        accounts,
        settings: written,
    })
}

/// The file of a program's password.
fn password_file(user_id: &str) -> String {
    format!("passwords/{user_id}")
}

/// The line of the terminal's own certificate.
fn line(centre: &Centre, certificates: &Path) -> Result<Line, EnrolmentError> {
    let own = newest(certificates).ok_or(EnrolmentError::NotOurs)?;
    let (Some(face), Ok(identity)) = (&own.face, &own.identity) else {
        return Err(EnrolmentError::NotOurs);
    };
    let line = centre.line(&face.fingerprint, identity);
    line.map_err(|_| EnrolmentError::NotOurs)
}

/// Makes the password of a program's account, and chooses it at the centre. What was done before by this code is done.
async fn activate(
    files: &Files,
    (centre, certificates): (&Centre, &Path),
    account: &AccountPart,
    code: &str,
) -> Result<(), EnrolmentError> {
    let (path, done) = (
        files.path(&password_file(&account.user_id)),
        files.path(&format!("passwords/.{}.done", account.user_id)),
    );
    let mark = mark(code);
    let kept = files.read(&path)?.map(Zeroizing::new);
    let kept = kept.and_then(|bytes| Some(str::from_utf8(&bytes).ok()?.trim().to_owned()));
    let kept = kept.map(Zeroizing::new);
    let there = kept.is_some();
    if there && files.read(&done)?.as_deref() == Some(mark.as_bytes()) {
        return Ok(());
    }
    let password = match kept {
        Some(password) => password,
        None => {
            let made = programs::password();
            // It is on the disk before the centre knows it.
            files.write(&path, made.as_bytes())?;
            made
        }
    };
    let line = line(centre, certificates)?;
    let body = json!({"userId": account.user_id, "code": code, "password": password.as_str()});
    let answer = post(centre, &line, ACTIVATION, &body).await?;
    let problem = match answer.status {
        200 => return files.write(&done, mark.as_bytes()),
        _ => answer.problem(),
    };
    if problem.code == USED && there {
        // The answer was lost: then the password is the one that is there.
        let body = json!({"userId": account.user_id, "password": password.as_str()});
        if post(centre, &line, paths::LOG_IN, &body).await?.status == 200 {
            return files.write(&done, mark.as_bytes());
        }
    }
    Err(EnrolmentError::Refused {
        remedy: problem.remedy().to_owned(),
        what: format!("{}: {}", account.user_id, problem.title),
        code: problem.code,
    })
}

/// By what it is known that a code was used here; the code can't be had from it.
fn mark(code: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"onshi activation file\0");
    hash.update(code.as_bytes());
    hash.finalize()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
