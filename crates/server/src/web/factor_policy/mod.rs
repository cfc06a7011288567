//! 二要素認証の設定: whether those who hold a kind of account have a second factor.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::factor_policy::form::{PolicyField, PolicyForm};
use crate::web::factor_policy::view::{FactorPolicyPage, PolicyRow};
use crate::web::layout::form::{Choice, FieldError, choice, field_error};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::audit::FactorPolicyChange;
use onshi_core::second_factor::FactorPolicy;
use onshi_core::second_factor::policy::{self, Enrolled, FactorSettings};
use onshi_core::{AccountKind, Error, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/second-factor-policy";

struct Found {
    settings: FactorSettings,
    enrolled: Vec<Enrolled>,
}

async fn find(call: &Call) -> Result<Found, Error> {
    let read = |tx: &mut Tx<'_>| {
        Ok(Found {
            settings: policy::current(tx)?,
            enrolled: policy::enrolled(tx)?,
        })
    };
    call.service.scan(Subject::NONE, read).await
}

/// What is set.
pub async fn show(call: Call) -> Result<Response, Error> {
    let found = find(&call).await?;
    Ok(reply::page(&page(&call, &found, None, Vec::new())?))
}

fn page(
    call: &Call,
    found: &Found,
    chosen: Option<&[(AccountKind, FactorPolicy)]>,
    errors: Vec<FieldError<PolicyField>>,
) -> Result<FactorPolicyPage, Error> {
    let (today, rules) = (
        call.request.now.jst_day(),
        &call.centre.config.rules.second_factor,
    );
    let row = |one: &Enrolled| {
        let allowed = found.settings.allowed(one.kind, today, rules);
        let holds = found.settings.of(one.kind, today, rules);
        let chosen = chosen.and_then(|all| all.iter().find(|(kind, _)| *kind == one.kind));
        let shown = chosen.map_or(holds, |(_, policy)| *policy);
        let choices: Vec<Choice> = FactorPolicy::ALL
            .iter()
            .filter(|policy| allowed.allows(**policy))
            .map(|policy| choice(policy.code(), policy.label(), *policy == shown))
            .collect();
        Some(PolicyRow {
            field: PolicyField::of_kind(one.kind)?,
            label: one.kind.label(),
            accounts: one.accounts,
            enrolled: one.enrolled,
            choices,
        })
    };
    Ok(FactorPolicyPage {
        frame: call.frame_at(PAGE)?,
        version: found.settings.version,
        rows: found.enrolled.iter().filter_map(row).collect(),
        errors,
    })
}

/// Sets it.
pub async fn save(call: Call) -> Result<Response, Error> {
    let form: PolicyForm = call.form.read();
    let (Some(wanted), Some(seen)) = (form.chosen(), form.seen()) else {
        return call.service.refuse(RefusalCode::Invalid).await;
    };
    let chosen = wanted.clone();
    let set = move |tx: &mut Tx<'_>| policy::set(tx, &wanted, seen);
    let after = |changes: &Vec<FactorPolicyChange>| {
        let told = match changes.is_empty() {
            true => "変更した設定はありません。".to_owned(),
            false => format!(
                "二要素認証の設定を変更しました（{}件）。次のログインから反映されます。",
                changes.len()
            ),
        };
        After::at(PAGE).notice(told)
    };
    match call.service.submit(Subject::NONE, set, after).await {
        Ok((_, response)) => Ok(response),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::ChangedMeanwhile => {
            let text = "画面を開いている間に、ほかの人が設定を変更しました。選んだ内容は残してあります。確かめてから、もう一度保存してください。";
            let errors = vec![field_error(PolicyField::Version, text)];
            let page = page(&call, &find(&call).await?, Some(&chosen), errors)?;
            Ok(reply::page_with(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(error),
    }
}
