//! `onshi emergency uses` and `review`: what was used of an opening.

use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::clock::Day;
use onshi_core::emergency::{self, Use, ViewingConsent};
use onshi_core::service::OperationContext;
use onshi_core::{Function, Moment, Request};
use onshi_language::say;
use serde_json::{Value, json};

/// Lists the uses.
pub(super) fn list(
    tools: &Tools,
    (all, facility, limit): (bool, Option<&str>, i64),
    output: &Output,
) -> Result<(), Failure> {
    let actor = match facility {
        Some(code) => tools.operator.at(facility_code(code)?),
        None => tools.operator.actor(),
    };
    let operation = OperationContext::new(actor, Function::ReviewEmergencyUse, Request::fresh());
    let found = tools
        .service
        .read_and_wait(operation, |tx| emergency::list_uses(tx, !all, limit))?;
    let told: Vec<Value> = found.iter().map(shown_use).collect();
    output.result(&told, || {
        found.iter().map(line_of_use).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn shown_use(used: &Use) -> Value {
    let reviewed = |reviewed: &Option<(Moment, String)>| {
        let told = reviewed.as_ref();
        told.map(|(at, remark)| json!({"at": at.jst_table(), "remark": remark}))
    };
    json!({
        "number": used.id,
        "facility": used.facility.as_str(),
        "function": used.function.code(),
        "person": used.person,
        "consent": used.consent.label(),
        "consented": used.consent == ViewingConsent::Given,
        "reason": used.consent.reason(),
        "day": used.consent.day().map(Day::dashed),
        "account": used.account_id,
        "care": used.care.map(|care| json!({
            "pattern": care.pattern.label(), "factors": care.factors.words(),
        })),
        "used_at": used.used_at.jst_table(),
        "reviewed_by_operator": reviewed(&used.reviewed_by_operator),
        "reviewed_by_institution": reviewed(&used.reviewed_by_institution),
    })
}

fn line_of_use(used: &Use) -> String {
    let consent = match &used.consent {
        ViewingConsent::Given => say!("with consent", "同意あり"),
        ViewingConsent::CannotBeExpressed { .. } => say!("without consent", "同意なし"),
        ViewingConsent::InEmergencyCare { .. } => {
            say!("in emergency care", "同意取得困難（救急時）")
        }
        ViewingConsent::NotAsked { day } => {
            let day = day.dashed();
            say!("eligibility on {day}", "{day} の資格を照会")
        }
    };
    let institution = match &used.reviewed_by_institution {
        Some((_, remark)) => say!(
            "  reviewed by the institution: {remark}",
            "  医療機関等が点検済み：{remark}"
        ),
        None => String::new(),
    };
    format!(
        "{}  {}  {}  {}  {consent}  {}{institution}",
        used.id,
        used.used_at.jst_table(),
        used.facility,
        used.function.label(),
        used.consent.reason()
    )
}

/// Marks a use as reviewed.
pub(super) fn review(
    tools: &Tools,
    (number, remark): (String, String),
    output: &Output,
) -> Result<(), Failure> {
    let of = Function::ReviewEmergencyUse;
    let operation = OperationContext::new(tools.operator.actor(), of, Request::fresh());
    let id = number.clone();
    tools
        .service
        .change_and_wait(operation, move |tx| emergency::review(tx, &id, &remark))?;
    output.result(&json!({"reviewed": number}), || {
        say!("{number} is reviewed.", "{number} を点検済みとしました。")
    });
    Ok(())
}
