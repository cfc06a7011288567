//! What an institution may set of second factors (二要素認証).

use crate::account::no_kind;
use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::second_factor::FactorPolicy;
use onshi_core::second_factor::policy::{self, Allowed};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request};
use onshi_language::say;
use serde_json::json;

fn policy_of(word: Option<&str>, otherwise: FactorPolicy) -> Result<FactorPolicy, Failure> {
    let Some(word) = word else {
        return Ok(otherwise);
    };
    FactorPolicy::from_code(word).ok_or_else(|| {
        Failure::usage(say!(
            "{word} is not off, offered or required",
            "{word} は、off、offered、required のどれでもありません。"
        ))
    })
}

/// Says between which policies an institution may choose for a kind of account; without either as the rules say.
pub(super) fn allow(
    tools: &Tools,
    (code, kind): (&str, &str),
    (least, most): (Option<&str>, Option<&str>),
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let kind = AccountKind::from_code(kind).ok_or_else(|| Failure::usage(no_kind(kind)))?;
    let allowed = match (least, most) {
        (None, None) => None,
        (least, most) => Some(Allowed {
            least: policy_of(least, FactorPolicy::Off)?,
            most: policy_of(most, FactorPolicy::Required)?,
        }),
    };
    if allowed.is_some_and(|allowed| allowed.least > allowed.most) {
        return Err(Failure::usage(say!(
            "--least must not ask more than --most",
            "--least は、--most より厳しくできません。"
        )));
    }
    let actor = tools.operator.at(code.clone());
    let function = Function::AllowSecondFactorPolicy;
    let operation = OperationContext::new(actor, function, Request::fresh());
    let allow = move |tx: &mut onshi_core::Tx<'_>| policy::allow(tx, kind, allowed);
    tools.service.change_and_wait(operation, allow)?;
    let words = allowed.map(|allowed| (allowed.least.code(), allowed.most.code()));
    let told = json!({
        "facility": code.as_str(), "kind": kind.code(),
        "least": words.map(|(least, _)| least), "most": words.map(|(_, most)| most),
    });
    output.result(&told, || {
        let (label, kind) = (kind.label(), kind.code());
        match words {
            Some((least, most)) => say!(
                "{code} may set the second factor of {kind} from {least} to {most}.",
                "{code} の{label}の二要素認証を、{least} から {most} までの範囲で設定できるようにしました。"
            ),
            None => say!(
                "{code} may set the second factor of {kind} as the rules say.",
                "{code} の{label}の二要素認証の範囲を、規則のとおりに戻しました。"
            ),
        }
    });
    Ok(())
}
