//! アカウントの棚卸し: which accounts nobody needs any more, ending many at once, and the signed record.

pub mod form;
pub mod record;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::account_review::form::{AccountReviewField, ReviewForm, ShownForm};
use crate::web::account_review::view::{
    AccountReviewPage, ChosenRow, ConfirmEndPage, FindingChoice, RecordRow, ReviewRow,
};
use crate::web::accounts::bulk::cell::kind_word;
use crate::web::layout::form::{FieldError, field_error, field_errors};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::review::{
    self, AccountReview, Ended, Finding, ReviewDue, Reviewed, SignedReview,
};
use onshi_core::{Error, Moment, RefusalCode, Subject, Tx};

pub(in crate::web) const PAGE: &str = "/web/account-review";

async fn look(call: &Call) -> Result<AccountReview, Error> {
    call.service.scan(Subject::NONE, review::look).await
}

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let found = look(&call).await?;
    page(&call, &found, Vec::new(), StatusCode::OK).await
}

async fn page(
    call: &Call,
    found: &AccountReview,
    errors: Vec<FieldError<AccountReviewField>>,
    status: StatusCode,
) -> Result<Response, Error> {
    let shown: ShownForm = call.query.read();
    let finding = Finding::from_code(&shown.finding);
    let all = shown.finding == "all";
    let is_shown = |one: &&Reviewed| match finding {
        Some(finding) => one.findings.contains(&finding),
        None => all || !one.findings.is_empty(),
    };
    let now = call.request.now;
    let unused_days = call.centre.config.rules.account.unused_days;
    let words = |finding: Finding| finding_words(finding, unused_days);
    let chosen: Vec<String> = call.form.all(AccountReviewField::Account.name());
    let count = found.accounts.len();
    let mut choices = vec![
        FindingChoice {
            href: PAGE.to_owned(),
            label: "確認が必要なもの".to_owned(),
            count: found.found().count(),
            selected: finding.is_none() && !all,
        },
        FindingChoice {
            href: format!("{PAGE}?finding=all"),
            label: "すべてのアカウント".to_owned(),
            count,
            selected: all,
        },
    ];
    choices.extend(Finding::ALL.iter().filter_map(|one| {
        let count = usize::try_from(found.count(*one)).unwrap_or(0);
        (count > 0 || finding == Some(*one)).then(|| FindingChoice {
            href: format!("{PAGE}?finding={}", one.code()),
            label: words(*one),
            count,
            selected: finding == Some(*one),
        })
    }));
    let page = AccountReviewPage {
        frame: call.frame_at(PAGE)?,
        errors,
        due: due_words(&found.due),
        is_over: found.due.is_over,
        choices,
        rows: found
            .accounts
            .iter()
            .filter(is_shown)
            .map(|one| row(one, &chosen, now, unused_days))
            .collect(),
        seen: found.digest(),
        accounts: count,
        more: found.total > count as i64,
        found: found.found().count(),
        remark: call.form.read::<ReviewForm>().remark,
        records: found.signed.iter().map(record_row).collect(),
    };
    call.beside(move || reply::page_with(status, &page)).await
}

/// A finding as people read it.
pub(in crate::web) fn finding_words(finding: Finding, unused_days: i64) -> String {
    match finding {
        Finding::Unused => format!("{unused_days}日以上未使用"),
        other => other.label().to_owned(),
    }
}

/// When the last review was, and the next one is due.
pub(in crate::web) fn due_words(due: &ReviewDue) -> String {
    let at = due.at.jst_day().words();
    match (due.last, due.is_over) {
        (None, true) => format!("まだ棚卸しの記録がありません。{at}が期限でした。"),
        (None, false) => format!("まだ棚卸しの記録がありません。{at}までに行ってください。"),
        (Some(last), true) => format!("前回は{}です。{at}が期限でした。", last.jst_day().words()),
        (Some(last), false) => format!(
            "前回は{}です。次は{at}までに行ってください。",
            last.jst_day().words()
        ),
    }
}

fn row(one: &Reviewed, chosen: &[String], now: Moment, unused_days: i64) -> ReviewRow {
    let account = &one.account;
    ReviewRow {
        id: account.account_id.clone(),
        chosen: chosen.contains(&account.account_id),
        user_id: account.user_id.as_str().to_owned(),
        name: account.name.clone(),
        kind: kind_word(account.kind),
        findings: one
            .findings
            .iter()
            .map(|finding| (finding_words(*finding, unused_days), why(*finding, one)))
            .collect(),
        last_used: one.last_used.map(|at| {
            let days = now.seconds_since(at).div_euclid(86_400);
            (at.jst_day().words(), days)
        }),
        valid_until: account.period.until.map(|day| day.words()),
    }
}

/// What a finding rests on, in a few words.
fn why(finding: Finding, one: &Reviewed) -> String {
    let account = &one.account;
    match finding {
        Finding::NeverUsed => format!("{}に登録", account.created_at.jst_day().words()),
        Finding::Unused | Finding::LicenseMissing => String::new(),
        Finding::Expired => account
            .period
            .until
            .map_or_else(String::new, |day| format!("{}まで", day.words())),
        Finding::Stopped => account
            .stopped
            .as_ref()
            .map_or_else(String::new, |(at, reason)| {
                format!("{}から。{reason}", at.jst_day().words())
            }),
        Finding::Designated => match &account.holder {
            Some(onshi_core::account::Holder::Designated { reason, approver }) => {
                format!("{reason}（承認 {approver}）")
            }
            _ => String::new(),
        },
        Finding::SeveralTerminals => several(one),
    }
}

fn several(one: &Reviewed) -> String {
    let Some(newest) = one.takeovers.first() else {
        return format!("使用中の端末 {}", one.terminals.join("、"));
    };
    let times: i64 = one.takeovers.iter().map(|one| one.times).sum();
    format!(
        "{}に、{}で使用中に{}でログイン（{times}回）",
        newest.last_at.jst_day().words(),
        newest.from_terminal,
        newest.to_terminal
    )
}

fn record_row(review: &SignedReview) -> RecordRow {
    let summary = &review.summary;
    RecordRow {
        signed_at: review.signed_at.jst_words(),
        by: format!("{}（{}）", summary.name, summary.user_id),
        accounts: summary.accounts,
        found: summary.found,
        stopped: summary.stopped,
        retired: summary.retired,
        href: format!("{PAGE}/{}", review.id),
    }
}

/// Asks, ends or signs.
pub async fn act(call: Call) -> Result<Response, Error> {
    let form: ReviewForm = call.form.read();
    match form.action.as_str() {
        "ask-stop" => ask(&call, Ended::Stopped, Vec::new()).await,
        "ask-retire" => ask(&call, Ended::Retired, Vec::new()).await,
        "stop" => end(&call, Ended::Stopped, form).await,
        "retire" => end(&call, Ended::Retired, form).await,
        "sign" => sign(&call, form).await,
        _ => call.service.refuse(RefusalCode::Invalid).await,
    }
}

/// The page that asks before many accounts are ended.
async fn ask(
    call: &Call,
    how: Ended,
    errors: Vec<FieldError<AccountReviewField>>,
) -> Result<Response, Error> {
    let found = look(call).await?;
    let chosen: Vec<String> = call.form.all(AccountReviewField::Account.name());
    let rows = found.accounts.iter();
    let rows = rows.filter(|one| chosen.contains(&one.account.account_id));
    let rows: Vec<ChosenRow> = rows
        .map(|one| ChosenRow {
            id: one.account.account_id.clone(),
            user_id: one.account.user_id.as_str().to_owned(),
            name: one.account.name.clone(),
            kind: kind_word(one.account.kind),
            already: how == Ended::Stopped && one.account.stopped.is_some(),
        })
        .collect();
    if rows.is_empty() {
        let words = "停止または廃止するアカウントを、1件以上選んでください。";
        let errors = vec![field_error(AccountReviewField::Account, words)];
        return page(call, &found, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let status = match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = ConfirmEndPage {
        frame: call.frame_at(PAGE)?,
        errors,
        retires: how == Ended::Retired,
        rows,
        reason: call.form.read::<ReviewForm>().reason,
    };
    Ok(reply::page_with(status, &page))
}

async fn end(call: &Call, how: Ended, form: ReviewForm) -> Result<Response, Error> {
    let ids: Vec<String> = call.form.all(AccountReviewField::Account.name());
    let work = move |tx: &mut Tx<'_>| review::end(tx, &ids, how, &form.reason);
    let after = move |ended: &i64| {
        let done = match how {
            Ended::Stopped => "停止しました",
            Ended::Retired => "廃止しました",
        };
        After::at(PAGE).notice(format!("アカウントを{ended}件{done}。"))
    };
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, response)) => Ok(response),
        Err(Error::Refused(refusal)) => match field_errors(&refusal.problems) {
            Some(errors) if !errors.is_empty() => ask(call, how, errors).await,
            _ => Err(refusal.into()),
        },
        Err(error) => Err(error),
    }
}

async fn sign(call: &Call, form: ReviewForm) -> Result<Response, Error> {
    let work = move |tx: &mut Tx<'_>| review::sign(tx, &form.seen, &form.remark);
    let after = |signed: &SignedReview| {
        After::at(PAGE).notice(format!(
            "棚卸しを終えて、記録に署名しました（アカウント{}件、確認が必要なもの{}件）。記録は、下の一覧からPDFで保存できます。",
            signed.summary.accounts, signed.summary.found
        ))
    };
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, response)) => Ok(response),
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::ChangedMeanwhile => {
            let words = "画面を開いている間に、アカウントの状態が変わりました。一覧をもう一度確かめてから、署名してください。";
            again(
                call,
                field_error(AccountReviewField::Remark, words),
                StatusCode::CONFLICT,
            )
            .await
        }
        Err(Error::Refused(refusal)) => match field_errors(&refusal.problems) {
            Some(errors) if !errors.is_empty() => {
                let found = look(call).await?;
                page(call, &found, errors, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            _ => Err(refusal.into()),
        },
        Err(error) => Err(error),
    }
}

async fn again(
    call: &Call,
    error: FieldError<AccountReviewField>,
    status: StatusCode,
) -> Result<Response, Error> {
    let found = look(call).await?;
    page(call, &found, vec![error], status).await
}
