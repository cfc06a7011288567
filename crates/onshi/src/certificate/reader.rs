//! Certificates of card readers.

use super::{cannot_make, no_days, operation};
use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::facility::FacilityCode;
use onshi_core::reader::{self, ReaderCertificate};
use onshi_core::{Error, RefusalCode, Subject};
use onshi_language::say;
use onshi_server::operator::provision::Provision;
use onshi_server::start::secrets::write_new;
use serde_json::{Value, json};
use std::path::Path;

/// Issues one, and writes certificate and key.
pub(super) fn issue(
    tools: &Tools,
    (facility, name, days): (&str, &str, i64),
    out: &Path,
    output: &Output,
) -> Result<(), Failure> {
    if days < 1 {
        return Err(no_days());
    }
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(safe) {
        let text = say!(
            "--reader takes letters, digits, - and _",
            "--reader に使えるのは、英数字・-・_ です。"
        );
        return Err(Failure::usage(text));
    }
    let code = facility_code(facility)?;
    std::fs::create_dir_all(out).map_err(|e| cannot_make(out, &e))?;
    let file = |end: &str| out.join(format!("{code}-{name}.{end}"));
    let (certificate, key) = (file("pem"), file("key.pem"));
    for file in [&certificate, &key] {
        if file.exists() {
            let text = say!(
                "{} is there already",
                "{} はすでにあります。",
                file.display()
            );
            return Err(Failure::usage(text));
        }
    }
    let now = onshi_core::clock::now();
    let provision = Provision {
        service: &tools.service,
        authority: &tools.authority,
        operator: &tools.operator,
    };
    let (begin, end) = (now.plus_seconds(-3600), now.plus_seconds(days * 86_400));
    let issued = provision.reader_certificate(&code, name, begin, end)?;
    write_new(&key, issued.key_pem.as_bytes())?;
    write_new(&certificate, issued.certificate_pem.as_bytes())?;
    let files = json!({"serial": issued.serial, "certificate": certificate, "key": key});
    output.result(&files, || {
        say!(
            "The certificate of the card reader {name} was issued (serial number {}).\n{}\n{}",
            "カードリーダー {name} の電子証明書を発行しました（シリアル番号 {}）。\n{}\n{}",
            issued.serial,
            certificate.display(),
            key.display()
        )
    });
    Ok(())
}

/// Those of an institution.
pub(super) fn list(tools: &Tools, code: &FacilityCode) -> Result<Vec<ReaderCertificate>, Failure> {
    let operation = operation(tools.operator.at(code.clone()), Subject::NONE);
    let read = tools
        .service
        .read_and_wait(operation, |tx| reader::list_certificates(tx, code));
    Ok(read?)
}

pub(super) fn shown(certificate: &ReaderCertificate) -> Value {
    json!({
        "serial": certificate.serial,
        "reader": certificate.reader_name,
        "not_before": certificate.not_before.jst_table(),
        "not_after": certificate.not_after.jst_table(),
        "issued_at": certificate.issued_at.jst_table(),
        "revoked_at": certificate.revoked.as_ref().map(|(at, _)| at.jst_table()),
        "revoked_reason": certificate.revoked.as_ref().map(|(_, reason)| reason),
    })
}

pub(super) fn line(certificate: &ReaderCertificate) -> String {
    let kind = say!("card reader", "カードリーダー");
    format!(
        "{}  {}  {}  {} ({kind})",
        certificate.serial,
        super::state(certificate.is_revoked(onshi_core::clock::now())),
        certificate.not_after.jst_table(),
        certificate.reader_name
    )
}

/// Revokes it where it is a reader's; says whether it is one.
pub(super) fn revoke(tools: &Tools, serial: &str, reason: &str) -> Result<bool, Failure> {
    let about = Subject::of(onshi_core::audit::SubjectKind::Certificate, serial);
    if tools.service.authn().certificate(serial)?.is_some() {
        return Ok(false);
    }
    let (key, why) = (serial.to_owned(), reason.to_owned());
    let work = move |tx: &mut onshi_core::Tx<'_>| reader::revoke_certificate(tx, &key, &why);
    match tools
        .service
        .change_and_wait(operation(tools.operator.actor(), about), work)
    {
        Ok(()) => Ok(true),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}
