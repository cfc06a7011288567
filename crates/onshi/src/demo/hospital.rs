//! What makes the demo's third institution a hospital for emergencies (救急時医療情報閲覧): it is registered as one, and
//! a doctor has 救急時閲覧権限.

use super::institution::TERMINAL;
use super::kept::Institution;
use super::passwords::Passwords;
use crate::output::Failure;
use crate::serve::Tools;
use onshi_core::account::login::Through;
use onshi_core::account::{Holder, Profession};
use onshi_core::facility::{FacilityCode, set_emergency_hospital};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request};
use onshi_server::operator::provision::Provision;

/// The doctor who may read in an emergency.
pub(super) const DOCTOR: &str = "Kyukyu01";

/// Registers the institution as a hospital for emergencies, and the doctor's account.
pub(super) fn make(
    provision: &Provision<'_>,
    tools: &Tools,
    at: &mut Institution,
    passwords: Passwords,
) -> Result<(), Failure> {
    let code = FacilityCode::parse(&at.code)?;
    let operation = OperationContext::new(
        tools.operator.at(code.clone()),
        Function::ManageFacilities,
        Request::fresh(),
    );
    let registered = code.clone();
    tools.service.change_and_wait(operation, move |tx| {
        set_emergency_hospital(tx, &registered, true)
    })?;
    let serial = &at.terminal.serial;
    let admin = provision.actor(&code, "Kanri01", serial)?;
    let holder = Holder::Licensed(Profession::Doctor, None);
    let (_, login) = provision.emergency_account(&admin, (DOCTOR, "架空 救急医一郎"), holder)?;
    let doctor = provision.actor(&code, DOCTOR, serial)?;
    let through = Through {
        certificate_serial: serial.clone(),
        terminal_name: TERMINAL.to_owned(),
    };
    let seed = passwords.of(&format!("{code}/{DOCTOR}"));
    at.accounts
        .push(provision.own_password_from(&doctor, &through, &login, seed)?);
    Ok(())
}
