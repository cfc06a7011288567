//! 操作履歴 of an institution, or of the operators' own unit, as an operator looks through it. What may tell of a patient is not
//! told.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::web::eligibility::typed;
use crate::web::history;
use crate::web::history::view::AuditRow;
use crate::web::layout::form::{Choice, FieldError, choice, field_error};
use crate::web::operators::history::form::{OperatorHistoryField, OperatorHistoryForm};
use crate::web::operators::history::view::OperatorHistoryPage;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::audit::{Filter, Line, Page, SubjectKind};
use onshi_core::facility::FacilityCode;
use onshi_core::operator;
use onshi_core::{Day, Error, Function, RefusalCode, Role, Subject, Tx};

const PAGE: &str = "/web/audit";
const PAGE_LINES: i64 = 50;
/// What the list is narrowed by.
const FILTERS: [&str; 3] = ["facility", "day", "function"];

struct Asked {
    at: Option<FacilityCode>,
    filter: Filter,
    skip: i64,
    errors: Vec<FieldError<OperatorHistoryField>>,
}

fn asked(form: &OperatorHistoryForm) -> Asked {
    let mut errors = Vec::new();
    let code = typed::one_width(&form.facility);
    let at = match code.is_empty() {
        true => None,
        false => match FacilityCode::parse(&code) {
            Ok(code) => Some(code),
            Err(problem) => {
                errors.push(field_error(OperatorHistoryField::Facility, &problem.text));
                None
            }
        },
    };
    let day = Day::parse(form.day.trim());
    if day.is_none() && !form.day.trim().is_empty() {
        let words = "日付を選び直してください（例 2026-11-22）。";
        errors.push(field_error(OperatorHistoryField::Day, words));
    }
    Asked {
        at,
        filter: Filter {
            from: day.map(Day::start),
            until: day.map(|day| day.plus_days(1).start()),
            function: Function::from_code(&form.function),
            ..Filter::default()
        },
        skip: form.skip.parse().unwrap_or(0).max(0),
        errors,
    }
}

/// The lines that fit, newest first.
pub async fn list(call: Call) -> Result<Response, Error> {
    let form: OperatorHistoryForm = call.query.read();
    let Asked {
        at,
        filter,
        skip,
        mut errors,
    } = asked(&form);
    let function = filter.function;
    let mut found = Vec::new();
    if errors.is_empty() {
        let page = Page {
            skip,
            limit: PAGE_LINES + 1,
        };
        let read = move |tx: &mut Tx<'_>| operator::read_log(tx, at.as_ref(), &filter, page);
        match call.service.scan(Subject::NONE, read).await {
            Ok(lines) => found = lines,
            Err(Error::Refused(refusal)) if refusal.code == RefusalCode::NotFound => {
                let words = "この医療機関コードは登録されていません。コードを確かめてください。";
                errors.push(field_error(OperatorHistoryField::Facility, words));
            }
            Err(other) => return Err(other),
        }
    }
    let more = found.len() as i64 > PAGE_LINES;
    found.truncate(PAGE_LINES as usize);
    let href = |skip: i64| {
        let query = history::query_text(&FILTERS, &call.query, Some(skip));
        format!("{PAGE}?{query}")
    };
    let status = match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = OperatorHistoryPage {
        frame: call.frame()?,
        functions: functions(function),
        rows: found.iter().map(row).collect(),
        older: more.then(|| href(skip + PAGE_LINES)),
        newer: (skip > 0).then(|| href((skip - PAGE_LINES).max(0))),
        is_own: form.facility.trim().is_empty(),
        values: form,
        errors,
    };
    Ok(reply::page_with(status, &page))
}

fn functions(chosen: Option<Function>) -> Vec<Choice> {
    let each = Function::ALL.iter().copied();
    let each = each.map(|one| choice(one.code(), one.label(), chosen == Some(one)));
    let all = choice("", "すべて", chosen.is_none());
    [all].into_iter().chain(each).collect()
}

/// Functions of institutions of whose deeds nothing tells of a patient, beside those about accounts and the operators' own.
const WITHOUT_PATIENTS: [Function; 7] = [
    Function::UpdateEnvironment,
    Function::RevokeOwnCertificates,
    Function::Enrol,
    Function::RenewCertificate,
    Function::ManageStaffPhones,
    Function::ManageOwnInstallers,
    Function::RequestOpening,
];

/// Whether a line tells of no patient. What is not known to is taken to tell of one.
fn is_without_patients(line: &Line) -> bool {
    let of_a_person = line.subject_kind == Some(SubjectKind::Person);
    let known = line.function.is_some_and(|function| {
        function.is_for(Role::Officer)
            || Function::ABOUT_ACCOUNTS.contains(&function)
            || WITHOUT_PATIENTS.contains(&function)
    });
    known && !of_a_person
}

fn row(line: &Line) -> AuditRow {
    match is_without_patients(line) {
        true => history::row(line),
        // Who did what and when stays; on whom, and what it says, does not.
        false => history::row(&Line {
            subject_kind: None,
            subject: None,
            basis: None,
            detail: None,
            ..line.clone()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_rests_on_a_patient_tells_nothing_of_one() {
        for function in Function::ALL.iter().copied() {
            let grants = Role::ALL
                .into_iter()
                .filter_map(|role| function.grant(role));
            let rests = grants
                .into_iter()
                .any(|grant| matches!(grant.letter(), 'C' | 'E' | 'H' | 'P'));
            let told = WITHOUT_PATIENTS.contains(&function)
                || function.is_for(Role::Officer)
                || Function::ABOUT_ACCOUNTS.contains(&function);
            assert!(!rests || !told, "{}", function.code());
        }
    }
}
