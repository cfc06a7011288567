//! Making an institution of the demo: its terminal, and accounts that were used once.

use super::kept::{Institution, kept};
use super::passwords::Passwords;
use crate::certificate::{write_files, write_files_from};
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::account::login::Through;
use onshi_core::account::{Holder, Managed, Profession};
use onshi_core::facility::FacilityCode;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Actor, Function, Moment, Request};
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Login, Provision, Welcome};
use std::path::Path;

/// The terminal of each institution.
pub(super) const TERMINAL: &str = "ONS01";

/// Registers an institution, with a terminal and an account of each kind.
pub(super) fn institution(
    provision: &Provision<'_>,
    tools: &Tools,
    (code, name): (&FacilityCode, &str),
    (folder, passwords): (&Path, Passwords),
) -> Result<Institution, Failure> {
    let seed = |what: &str| passwords.of(&format!("{code}/{what}"));
    let id = |text: &str| onshi_core::account::UserId::parse(text).map(Some);
    let ids = [id("Master01")?, id("Reset01")?];
    let welcome: Welcome = provision.facility_from(code, name, ids, seed("welcome"))?;
    let now = onshi_core::clock::now();
    let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
    let issued = provision.certificate(code, TERMINAL, now.plus_seconds(-3600), end)?;
    let authority = tools.authority.certificate_der();
    let name_of_files = format!("{code}-{TERMINAL}");
    let place = (folder, name_of_files.as_str());
    let files = write_files_from(seed(TERMINAL), &issued, authority, place)?;
    let through = Through {
        certificate_serial: issued.serial.clone(),
        terminal_name: TERMINAL.to_owned(),
    };
    let own = |actor: &Actor, login: &Login| {
        provision.own_password_from(actor, &through, login, seed(&login.user_id))
    };
    // Every account is made and used once as its people would, so that all can log in at once.
    let master = provision.actor(code, &welcome.master.user_id, &issued.serial)?;
    let mut accounts = vec![own(&master, &welcome.master)?, welcome.reset.clone()];
    let admin = (AccountKind::Admin, "Kanri01", "架空 管理子");
    let (_, login) = provision.account(&master, Managed::Administrators, admin, None)?;
    let admin = provision.actor(code, "Kanri01", &issued.serial)?;
    accounts.push(own(&admin, &login)?);
    for (kind, user_id, name, holder) in others() {
        let (_, login) =
            provision.account(&admin, Managed::Others, (kind, user_id, name), holder)?;
        let actor = provision.actor(code, user_id, &issued.serial)?;
        accounts.push(own(&actor, &login)?);
    }
    Ok(Institution {
        code: code.as_str().to_owned(),
        name: name.to_owned(),
        secret_number: welcome.secret_number,
        terminal: kept(files),
        accounts,
    })
}

fn others() -> [(AccountKind, &'static str, &'static str, Option<Holder>); 5] {
    let doctor = Holder::Licensed(Profession::Doctor, None);
    [
        (AccountKind::General, "Staff01", "架空 受付太郎", None),
        (
            AccountKind::Viewer,
            "Iryou01",
            "架空 医師花子",
            Some(doctor),
        ),
        (
            AccountKind::Link,
            "Renkei01",
            "連携アプリケーション ONS01",
            None,
        ),
        (AccountKind::WebApi, "WebApi01", "電子カルテ 1号機", None),
        (
            AccountKind::Face,
            "Kao01",
            "顔認証付きカードリーダー 1号機",
            None,
        ),
    ]
}

/// A revoked and an expired certificate, so that their pages can be seen.
pub(super) fn unusable_certificates(
    provision: &Provision<'_>,
    tools: &Tools,
    institutions: &[Institution],
    folder: &Path,
) -> Result<(), Failure> {
    let Some(first) = institutions.first() else {
        return Ok(());
    };
    let code = FacilityCode::parse(&first.code)?;
    let authority = tools.authority.certificate_der();
    let now = onshi_core::clock::now();
    let issue = |terminal: &str, begin: Moment, end: Moment| {
        let issued = provision.certificate(&code, terminal, begin, end)?;
        write_files(&issued, authority, folder, &format!("{code}-{terminal}"))
    };
    let revoked = issue(
        "ONS98",
        now.plus_seconds(-3600),
        now.plus_seconds(CERTIFICATE_DAYS * 86_400),
    )?;
    issue(
        "ONS99",
        now.plus_seconds(-10 * 86_400),
        now.plus_seconds(-86_400),
    )?;
    let operation = OperationContext::new(
        tools.operator.at(code.clone()),
        Function::ManageCertificates,
        Request::fresh(),
    );
    tools.service.change_and_wait(operation, move |tx| {
        onshi_core::certificate::revoke(tx, &revoked.serial, "端末の入れ替えのため（デモ）")
    })?;
    Ok(())
}
