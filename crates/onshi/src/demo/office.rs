//! The operators of the demo (実施機関の担当者): their terminal, and two accounts, so that one can be the second.

use super::kept::{KeptFiles, State, kept};
use super::passwords::Passwords;
use crate::certificate::write_files;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::operator::{self, FacilityCode};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request};
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Login, Provision};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The operators' terminal.
const TERMINAL: &str = "CENTRE01";

/// Who works there.
const PEOPLE: [(&str, &str); 2] = [("Tanto01", "架空 担当太郎"), ("Tanto02", "見本 担当花子")];

/// The operators, with all that they know.
#[derive(Serialize, Deserialize)]
pub(super) struct Office {
    pub(super) terminal: KeptFiles,
    pub(super) accounts: Vec<Login>,
}

/// Where the certificates of the operators' terminals lie.
pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("operators/certificates")
}

/// Makes the terminal and the accounts, each of which was used once.
pub(super) fn make(
    provision: &Provision<'_>,
    tools: &Tools,
    (dir, passwords): (&Path, Passwords),
) -> Result<Office, Failure> {
    let unit = FacilityCode::of_operators();
    let by = tools.operator.at(unit.clone());
    let operation = OperationContext::new(by.clone(), Function::ManageOfficers, Request::fresh());
    tools
        .service
        .change_and_wait(operation, operator::begin_unit)?;
    let now = onshi_core::clock::now();
    let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
    let issued = provision.certificate(&unit, TERMINAL, now.plus_seconds(-3600), end)?;
    let authority = tools.authority.certificate_der();
    let name = format!("{unit}-{TERMINAL}");
    let files = write_files(&issued, authority, &folder(dir), &name)?;
    let through = Through {
        certificate_serial: issued.serial.clone(),
        terminal_name: TERMINAL.to_owned(),
    };
    let mut accounts = Vec::new();
    for (user_id, name) in PEOPLE {
        let new = (AccountKind::Officer, user_id, name);
        let (_, first) = provision.account(&by, Managed::Officers, new, None)?;
        let actor = provision.actor(&unit, user_id, &issued.serial)?;
        let seed = passwords.of(&format!("{unit}/{user_id}"));
        accounts.push(provision.own_password_from(&actor, &through, &first, seed)?);
    }
    Ok(Office {
        terminal: kept(files),
        accounts,
    })
}

/// What `demo.json` tells of them.
pub(super) fn describe(state: &State) -> Option<serde_json::Value> {
    let office = state.office.as_ref()?;
    Some(serde_json::json!({
        "url": format!("https://localhost:{}", state.operators_port),
        "gateway": format!("http://localhost:{}", state.office_port),
        "terminal": office.terminal,
        "accounts": office.accounts,
    }))
}
