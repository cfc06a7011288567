//! 障害・災害時の利用の点検: the institution works off what was used of an opening.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::eligibility::birthdate;
use crate::web::emergency::form::{DaysField, DaysForm, ReviewForm};
use crate::web::emergency::uses_view::{UseRow, UsesPage};
use crate::web::layout::form::{FieldError, field_error};
use crate::web::medical::facts;
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::emergency::{self, OwnUse, PatientOfUse, ViewingConsent};
use onshi_core::{Error, Moment, Subject, Tx};

/// The most uses of a page or a report.
pub(super) const USES_MAX: i64 = 500;
/// How many days are shown where nothing else is asked for.
const DAYS: i64 = 92;

/// The days that are asked for, and what is wrong with them.
pub(super) fn days(call: &Call) -> ((Day, Day), Vec<FieldError<DaysField>>) {
    let today = call.request.now.jst_day();
    let mut errors = Vec::new();
    let form: DaysForm = call.query.read();
    let mut day = |field, typed: &str, otherwise: Day| match typed.trim() {
        "" => otherwise,
        typed => birthdate::read(typed).unwrap_or_else(|| {
            let text = "日付を、20261122（西暦）か R8.11.22（和暦）のように入力してください。";
            errors.push(field_error(field, text));
            otherwise
        }),
    };
    let from = day(DaysField::From, &form.from, today.plus_days(-DAYS));
    let until = day(DaysField::Until, &form.until, today);
    if from > until {
        let text = "「から」には、「まで」より前の日を入力してください。";
        errors.push(field_error(DaysField::From, text));
        return ((until, until), errors);
    }
    ((from, until), errors)
}

/// The list.
pub async fn list(call: Call) -> Result<Response, Error> {
    let (days, errors) = days(&call);
    let read = move |tx: &mut Tx<'_>| emergency::list_own(tx, days, USES_MAX);
    let found = call.service.scan(Subject::NONE, read).await?;
    let now = call.request.now;
    let more = found.len() >= usize::try_from(USES_MAX).unwrap_or(usize::MAX);
    let rows: Vec<UseRow> = found.iter().map(|one| row(one, now)).collect();
    let (done, left) = rows.into_iter().partition(|row| row.reviewed.is_some());
    Ok(reply::page(&UsesPage {
        frame: call.frame_at("/web/emergency/uses")?,
        from: days.0.eight(),
        until: days.1.eight(),
        errors,
        left,
        done,
        more,
    }))
}

/// A use in words.
pub(super) fn row(one: &OwnUse, now: Moment) -> UseRow {
    let used = &one.used;
    let reviewer = one.reviewer.as_deref().unwrap_or("");
    UseRow {
        id: used.id.clone(),
        at: used.used_at.jst_table(),
        by: format!("{}（{}）", one.account_name, one.user_id),
        patient: one
            .patient
            .as_ref()
            .map_or_else(|| "（登録なし）".to_owned(), |patient| who(patient, now)),
        function: used.function.label(),
        consent: consent_words(&used.consent),
        without: matches!(
            used.consent,
            ViewingConsent::CannotBeExpressed { .. } | ViewingConsent::InEmergencyCare { .. }
        ),
        opened_for: one.opened_for.clone(),
        care: used.care.map(|care| {
            let (pattern, factors) = (care.pattern.label(), care.factors.words());
            format!("{pattern}を要求、{factors}で二要素認証")
        }),
        reviewed: (used.reviewed_by_institution.as_ref())
            .map(|(at, remark)| format!("{} {reviewer}：{remark}", at.jst_table())),
    }
}

fn who(patient: &PatientOfUse, now: Moment) -> String {
    let facts = facts(patient.birthdate, &patient.sex, now);
    format!("{}　{facts}", patient.name)
}

fn consent_words(consent: &ViewingConsent) -> String {
    match consent {
        ViewingConsent::CannotBeExpressed { reason }
        | ViewingConsent::InEmergencyCare { reason } => {
            format!("{}：{reason}", consent.label())
        }
        ViewingConsent::NotAsked { day } => format!("{}（{}）", consent.label(), day.words()),
        ViewingConsent::Given => consent.label().to_owned(),
    }
}

/// Takes a use off the list, with what came of its review.
pub async fn review(call: Call) -> Result<Response, Error> {
    let id = call.parameter("use").to_owned();
    let remark = call.form.read::<ReviewForm>().remark;
    let review = move |tx: &mut Tx<'_>| emergency::review_own(tx, &id, &remark);
    let after = |(): &()| After::at("/web/emergency/uses").notice("点検の結果を記録しました。");
    let (_, response) = call.service.submit(Subject::NONE, review, after).await?;
    Ok(response)
}
