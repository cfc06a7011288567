//! 操作履歴: the audit log of the own institution.

pub mod download;
pub mod form;
pub mod view;

pub use download::csv;

use crate::http::access::Access;
use crate::http::extract::Fields;
use crate::http::route::{Call, Route};
use crate::web::eligibility::typed;
use crate::web::history::form::{HistoryField, HistoryForm};
use crate::web::history::view::{AuditFilter, AuditOutcome, AuditPage, AuditRow};
use crate::web::layout::form::{Choice, FieldError, field_error};
use crate::web::reply;
use axum::response::Response;
use onshi_core::audit::{Detail, Filter, Line, Outcome, Page, SubjectKind};
use onshi_core::{Error, Function, Moment, RefusalCode, RequestId, Role, Subject};

const PAGE_LINES: i64 = 50;

struct Asked {
    filter: Filter,
    skip: i64,
    form: HistoryForm,
    errors: Vec<FieldError<HistoryField>>,
}

fn asked(call: &Call) -> Asked {
    let form: HistoryForm = call.query.read();
    let mut errors = Vec::new();
    let mut time = |field: HistoryField, text: &str| {
        let moment = Moment::from_local_field(text);
        if moment.is_none() && !text.is_empty() {
            let text = "日時を選び直してください（例 2026-11-22 09:00）。";
            errors.push(field_error(field, text));
        }
        moment
    };
    let from = time(HistoryField::From, &form.from);
    let to = time(HistoryField::To, &form.to);
    // The minute that was chosen is still inside.
    let until = to.map(|moment| moment.plus_seconds(60));
    let user_id = typed::one_width(&form.account);
    let user_id = Some(user_id).filter(|text| !text.is_empty());
    let filter = Filter {
        from,
        until,
        user_id,
        function: Function::from_code(&form.function),
        outcome: Outcome::ALL.into_iter().find(|o| o.code() == form.outcome),
        about_accounts: call.function == Some(Function::ReadAccountHistory),
    };
    Asked {
        filter,
        skip: form.skip.parse().unwrap_or(0).max(0),
        form,
        errors,
    }
}

async fn lines(call: &Call, filter: Filter, page: Page) -> Result<Vec<Line>, Error> {
    call.service
        .scan(Subject::NONE, move |tx| {
            onshi_core::history::list(tx, &filter, page)
        })
        .await
}

fn base(call: &Call) -> &'static str {
    if call.function == Some(Function::ReadAccountHistory) {
        "/web/account-history"
    } else {
        "/web/history"
    }
}

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let Asked {
        filter,
        skip,
        form,
        errors,
    } = asked(&call);
    let page = Page {
        skip,
        limit: PAGE_LINES + 1,
    };
    let mut found = if errors.is_empty() {
        lines(&call, filter.clone(), page).await?
    } else {
        Vec::new()
    };
    let more = found.len() as i64 > PAGE_LINES;
    found.truncate(PAGE_LINES as usize);
    let href = |skip: i64| {
        format!(
            "{}?{}",
            base(&call),
            query_text(&FILTERS, &call.query, Some(skip))
        )
    };
    Ok(reply::page(&AuditPage {
        frame: call.frame()?,
        audit_href: base(&call).to_owned(),
        filter: AuditFilter {
            from: form.from,
            to: form.to,
            account: form.account,
            functions: function_choices(call.routes, &filter),
            outcomes: outcome_choices(&filter),
        },
        errors,
        rows: found.iter().map(row).collect(),
        older: more.then(|| href(skip + PAGE_LINES)),
        newer: (skip > 0).then(|| href((skip - PAGE_LINES).max(0))),
        csv_href: format!(
            "{}.csv?{}",
            base(&call),
            query_text(&FILTERS, &call.query, None)
        ),
    }))
}

/// What a list is narrowed by.
const FILTERS: [&str; 5] = ["from", "to", "account", "function", "outcome"];

/// The query of the same list at another place: with what it is narrowed by.
pub(in crate::web) fn query_text(filters: &[&str], query: &Fields, skip: Option<i64>) -> String {
    let mut pairs: Vec<(&str, String)> = filters
        .iter()
        .map(|name| (*name, query.get(name).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if let Some(skip) = skip {
        pairs.push(("skip", skip.to_string()));
    }
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// What the operator, the centre itself, patients from home and staff on their phones do, who come by other routes.
const DONE_TO_US: [Function; 9] = [
    Function::OperateAccounts,
    Function::ManageCertificates,
    Function::ManageFacilities,
    Function::ExpireResults,
    Function::RegisterOwnConsents,
    Function::InquireOwnConsents,
    Function::WithdrawOwnConsents,
    Function::ActivateStaffPhone,
    Function::ConsentOnVisit,
];

/// Only functions that somebody at an institution may do can be in its log.
fn function_choices(routes: &[Route], filter: &Filter) -> Vec<Choice> {
    let mut choices = vec![Choice {
        value: String::new(),
        label: "すべて".to_owned(),
        selected: filter.function.is_none(),
    }];
    let reached = |function: Function| {
        routes.iter().any(|route| match route.access {
            Access::Terminal(known)
            | Access::Session(known)
            | Access::Token(known)
            | Access::TokenAlone(known) => known == function,
            Access::Open(_)
            | Access::Insurer(_)
            | Access::Home(_)
            | Access::Applicant(_)
            | Access::Enrolment(_)
            | Access::Phone(_)
            | Access::PhoneSession(_)
            | Access::PhoneActivation(_) => false,
        })
    };
    let ours = |function: &Function| {
        let somebodys = |role: Role| role.is_of_a_facility() && function.is_for(role);
        let done_here = Role::ALL.into_iter().any(somebodys) && reached(*function);
        done_here || DONE_TO_US.contains(function)
    };
    for function in Function::ALL.iter().copied().filter(ours) {
        if filter.about_accounts && !Function::ABOUT_ACCOUNTS.contains(&function) {
            continue;
        }
        choices.push(Choice {
            value: function.code().to_owned(),
            label: function.label().to_owned(),
            selected: filter.function == Some(function),
        });
    }
    choices
}

fn outcome_choices(filter: &Filter) -> Vec<Choice> {
    let mut choices = vec![Choice {
        value: String::new(),
        label: "すべて".to_owned(),
        selected: filter.outcome.is_none(),
    }];
    choices.extend(Outcome::ALL.into_iter().map(|outcome| Choice {
        value: outcome.code().to_owned(),
        label: outcome.label().to_owned(),
        selected: filter.outcome == Some(outcome),
    }));
    choices
}

/// A line of the log, as pages show it.
pub(in crate::web) fn row(line: &Line) -> AuditRow {
    AuditRow {
        at: line.at.jst_table(),
        account_name: line.account_name.clone().unwrap_or_default(),
        user_id: line.user_id.clone().unwrap_or_default(),
        kind_label: line.role.map_or("", Role::label).to_owned(),
        terminal: line.terminal_name.clone().unwrap_or_default(),
        function: line.function.map_or("", Function::label).to_owned(),
        subject: subject(line),
        outcome: match line.outcome {
            Some(Outcome::Done) => AuditOutcome::Done,
            Some(Outcome::Refused) => AuditOutcome::Refused,
            Some(Outcome::Failed) | None => AuditOutcome::Failed,
        },
        reason: reason(line),
        peer: line.peer.clone().unwrap_or_default(),
        request_number: RequestId::from_number(line.request).to_string(),
    }
}

fn subject(line: &Line) -> String {
    match (line.subject_kind, &line.subject) {
        (Some(SubjectKind::Account), Some(id)) => id.clone(),
        (Some(kind), Some(id)) => format!("{} {id}", kind.label()),
        _ => String::new(),
    }
}

/// Why it was refused, and what exactly was done, in words.
fn reason(line: &Line) -> String {
    let refused = line.refusal.as_ref().map(|code| {
        let known = RefusalCode::ALL
            .iter()
            .find(|refusal| refusal.code() == code.as_str());
        known.map_or("拒否されました。", |refusal| refusal.what())
    });
    let detail = line.detail.as_ref().map(Detail::words);
    let parts: Vec<&str> = refused.into_iter().chain(detail.as_deref()).collect();
    parts.join(" ")
}
