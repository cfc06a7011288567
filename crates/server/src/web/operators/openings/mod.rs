//! 障害・災害時機能の開放: what is opened for whom, opened, extended and closed by an operator.

pub mod form;
mod period;
pub mod requests;
mod samples;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::view::ConfirmPage;
use crate::web::layout::form::{Choice, FieldError, NotTaken, choice, fact};
use crate::web::layout::frame::Tone;
use crate::web::operators::openings::form::{OpeningField, OpeningForm};
use crate::web::operators::openings::period::Asked;
use crate::web::operators::openings::view::{
    ExtendPage, NewOpeningPage, OpeningListPage, OpeningRow, notices,
};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::emergency::{self, FUNCTIONS, Opening, Place};
use onshi_core::error::Fact;
use onshi_core::facility::{self, FacilityCode};
use onshi_core::{Error, Problem, Refusal, RefusalCode, Subject, Tx};

const PAGE: &str = "/web/openings";

/// The most openings that are read, a place each.
const LISTED_MAX: usize = 500;

/// The openings, the newest first.
pub async fn list(call: Call) -> Result<Response, Error> {
    let read = |tx: &mut Tx<'_>| emergency::list(tx, LISTED_MAX as i64 + 1);
    let mut found = call.service.scan(Subject::NONE, read).await?;
    let is_cut = found.len() > LISTED_MAX;
    found.truncate(LISTED_MAX);
    Ok(reply::page(&OpeningListPage {
        frame: call.frame()?,
        is_cut,
        rows: notices(&found, call.request.now),
    }))
}

fn functions(chosen: &str) -> Vec<Choice> {
    // What fails most often stands first.
    let each = FUNCTIONS.into_iter().rev();
    let each = each.map(|one| choice(one.code(), one.label(), one.code() == chosen));
    each.collect()
}

/// The form of a new opening; a request leads there with what it asks for.
pub async fn form(call: Call) -> Result<Response, Error> {
    let form = call.query.read();
    new_page(&call, form, Vec::new(), StatusCode::OK)
}

fn new_page(
    call: &Call,
    form: OpeningForm,
    errors: Vec<FieldError<OpeningField>>,
    status: StatusCode,
) -> Result<Response, Error> {
    let page = NewOpeningPage {
        frame: call.frame_at(PAGE)?,
        functions: functions(&form.function),
        values: form,
        errors,
    };
    Ok(reply::page_with(status, &page))
}

/// Opens it.
pub async fn open(call: Call) -> Result<Response, Error> {
    let form: OpeningForm = call.form.read();
    let asked = match Asked::read(&form, call.request.now) {
        Ok(asked) => asked,
        Err(errors) => return new_page(&call, form, errors, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let work = move |tx: &mut Tx<'_>| {
        for place in &asked.places {
            if let Place::Facility(code) = place {
                must_be_registered(tx, code)?;
            }
        }
        let terms = (asked.reason.as_str(), asked.from, asked.until);
        emergency::open_at(tx, &asked.places, asked.function, terms)
    };
    let after =
        |notice: &String| After::at(PAGE).notice(format!("開放しました（開放の番号 {notice}）。"));
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, answer)) => Ok(answer),
        Err(error) => match NotTaken::from(error) {
            NotTaken::Fields(_, errors) => {
                new_page(&call, form, errors, StatusCode::UNPROCESSABLE_ENTITY)
            }
            NotTaken::Else(error) => Err(error),
        },
    }
}

/// Names a code that nobody has, which the whole of the form would not.
fn must_be_registered(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<(), Error> {
    match facility::show(tx, code) {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::NotFound => {
            let words =
                format!("医療機関コード {code} は登録されていません。コードを確かめてください。");
            Err(Refusal::invalid(vec![Problem::new(Fact::FacilityCode, words)]).into())
        }
        found => found.map(drop),
    }
}

/// What is done to an opening.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Extend,
    Close,
}

fn deed(call: &Call) -> Result<Deed, Error> {
    match call.parameter("action") {
        "extend" => Ok(Deed::Extend),
        "close" => Ok(Deed::Close),
        _ => Err(RefusalCode::NotFound.into()),
    }
}

async fn found(call: &Call) -> Result<OpeningRow, Error> {
    let notice = call.parameter("notice").to_owned();
    let read = move |tx: &mut Tx<'_>| emergency::show_notice(tx, &notice);
    let places: Vec<Opening> = call.service.point_read(Subject::NONE, read).await?;
    let rows = notices(&places, call.request.now);
    rows.into_iter()
        .next()
        .ok_or_else(|| RefusalCode::NotFound.into())
}

/// The page that asks.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    match deed(&call)? {
        Deed::Extend => {
            extend_page(&call, OpeningForm::default(), Vec::new(), StatusCode::OK).await
        }
        Deed::Close => close_page(&call).await,
    }
}

async fn close_page(call: &Call) -> Result<Response, Error> {
    let row = found(call).await?;
    let sentences = [
        "対象の医療機関等では、すぐにこの機能が使えなくなります。開いている画面からも検索できません。",
        "延長した分も、あわせて終了します。元には戻せません。続けるときは、新しく開放してください。",
    ];
    Ok(reply::page(&ConfirmPage {
        frame: call.frame_at(PAGE)?,
        title: "この開放を終了（閉塞）しますか".to_owned(),
        consequences: sentences.map(str::to_owned).to_vec(),
        subject: vec![
            fact("開放の番号", &row.notice),
            fact("機能", row.function),
            fact("対象", &row.places),
            fact("期間", &row.period),
            fact("理由", &row.reason),
        ],
        reason: None,
        confirm_label: "終了する".to_owned(),
        post_href: format!("{PAGE}/{}/close", row.notice),
        cancel_href: PAGE.to_owned(),
        tone: Tone::Error,
    }))
}

async fn extend_page(
    call: &Call,
    form: OpeningForm,
    errors: Vec<FieldError<OpeningField>>,
    status: StatusCode,
) -> Result<Response, Error> {
    let page = ExtendPage {
        frame: call.frame_at(PAGE)?,
        row: found(call).await?,
        until: form.until,
        reason: form.reason,
        errors,
    };
    Ok(reply::page_with(status, &page))
}

/// Extends it, or closes it.
pub async fn perform(call: Call) -> Result<Response, Error> {
    match deed(&call)? {
        Deed::Extend => extend(call).await,
        Deed::Close => {
            let notice = call.parameter("notice").to_owned();
            let work = move |tx: &mut Tx<'_>| emergency::close_notice(tx, &notice);
            let after =
                |count: &u64| After::at(PAGE).notice(format!("開放を終了しました（{count}件）。"));
            let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
            Ok(answer)
        }
    }
}

async fn extend(call: Call) -> Result<Response, Error> {
    let form: OpeningForm = call.form.read();
    let row = found(&call).await?;
    let (until, mut errors) = period::until(&form.until, call.request.now);
    if let (Some(until), Some(now_until)) = (until, row.open_until)
        && until <= now_until
    {
        errors.push(period::too_early(&format!(
            "いまの期限（{}）より後の日時にしてください。",
            now_until.jst_words()
        )));
    }
    let Some(until) = until.filter(|_| errors.is_empty()) else {
        return extend_page(&call, form, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let (notice, reason) = (row.notice.clone(), form.reason.clone());
    let work = move |tx: &mut Tx<'_>| emergency::extend(tx, &notice, (&reason, until));
    let after = |notice: &String| {
        After::at(PAGE).notice(format!("開放を延長しました（開放の番号 {notice}）。"))
    };
    match call.service.submit(Subject::NONE, work, after).await {
        Ok((_, answer)) => Ok(answer),
        Err(error) => match NotTaken::from(error) {
            NotTaken::Fields(_, errors) => {
                extend_page(&call, form, errors, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            NotTaken::Else(error) => Err(error),
        },
    }
}
