//! Where an institution is written to, and letters that could not be sent.

use super::change;
use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::facility;
use onshi_core::mail::{self, MailAddress, Undelivered};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request};
use onshi_language::say;
use serde_json::json;

/// Says where an institution is written to.
pub(super) fn set(
    tools: &Tools,
    code: &str,
    address: Option<&str>,
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let set = address.map(MailAddress::parse).transpose()?;
    let told = json!({"facility": code.as_str(), "mail": set.as_ref().map(MailAddress::as_str)});
    let kept = set.clone();
    change(tools, &code, move |tx, code| {
        facility::set_mail(tx, code, kept.as_ref())
    })?;
    output.result(&told, || match &set {
        Some(address) => {
            let address = address.as_str();
            say!(
                "{code} is written to at {address}.",
                "{code} に知らせるメールアドレスを {address} にしました。"
            )
        }
        None => say!(
            "The mail address of {code} is not known any more.",
            "{code} のメールアドレスの登録を解除しました。"
        ),
    });
    Ok(())
}

/// Lists letters that could not be sent so far, and those that were given up.
pub(super) fn letters(tools: &Tools, output: &Output) -> Result<(), Failure> {
    let actor = tools.operator.actor();
    let operation = OperationContext::new(actor, Function::ManageFacilities, Request::fresh());
    let found = tools.service.read_and_wait(operation, mail::undelivered)?;
    let all: Vec<_> = found
        .iter()
        .map(|letter| {
            json!({
                "to": letter.to,
                "written_at": letter.written_at.jst_table(),
                "tries": letter.tries,
                "given_up": letter.given_up,
                "why": letter.why,
            })
        })
        .collect();
    output.result(&all, || match found.is_empty() {
        true => say!(
            "Every letter was sent.",
            "送信できていないメールはありません。"
        ),
        false => found.iter().map(line).collect::<Vec<_>>().join("\n"),
    });
    Ok(())
}

fn line(letter: &Undelivered) -> String {
    let (to, at, tries) = (&letter.to, letter.written_at.jst_table(), letter.tries);
    match letter.given_up {
        true => say!(
            "{at}  {to}  given up after {tries}",
            "{at}  {to}  断念（{tries}回）"
        ),
        false => say!(
            "{at}  {to}  tried again, {tries} so far",
            "{at}  {to}  再送待ち（{tries}回）"
        ),
    }
}
