//! 同意登録・更新, 同意照会, すべての同意の取消.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::home::form::{HomeField, HomeForm, fields};
use crate::web::home::view::{
    ConsentPage, ConsentRow, ConsentsPage, KindRow, Registered, RegisteredPage, Task, Told,
    Withdrawn, WithdrawnPage,
};
use crate::web::home::{base, frame, institution, sign};
use crate::web::layout::form::{FieldError, choice as option};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::consent::{ConsentRecord, OwnConsent, Purpose};
use onshi_core::environment::{self, EnvironmentSettings};
use onshi_core::home_reception::{self, Act, Choice, Done, purposes};
use onshi_core::{Day, Error, Function, Moment, Subject, Tx};

fn days(call: &Call) -> (Day, Day) {
    let today = call.request.now.jst_day();
    let ahead = call.centre.config.rules.consent.online_days_ahead;
    (today, today.plus_days(ahead))
}

/// The form: for which care, on which day, to what.
pub async fn consent(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    Ok(reply::page(&page(&call, &form, Vec::new())?))
}

fn page(
    call: &Call,
    form: &HomeForm,
    errors: Vec<FieldError<HomeField>>,
) -> Result<ConsentPage, Error> {
    let settings = &institution(call)?.settings;
    let offered = purposes(settings);
    let chosen = form.purpose(settings);
    let (today, last) = days(call);
    Ok(ConsentPage {
        frame: frame(call)?,
        base: base(call),
        institution: institution(call)?.name.clone(),
        purposes: offered
            .iter()
            .map(|one| option(one.code(), one.label(), chosen == Some(*one)))
            .collect(),
        asks_for_day: offered.contains(&Purpose::Online),
        fixed_day: Day::parse(&form.booked).filter(|_| form.update == "1"),
        booked: form.booked.clone(),
        day_help: format!(
            "オンライン診療等のときに入力します（{}から{}まで）。",
            today.words(),
            last.words()
        ),
        all: form.all.clone(),
        kinds: kinds(settings, form),
        is_update: form.update == "1",
        errors,
    })
}

/// The kinds that the institution asks for, as they were chosen.
pub(in crate::web) fn kinds(settings: &EnvironmentSettings, form: &HomeForm) -> Vec<KindRow> {
    let row = |kind| {
        let agreed = form.kind(kind);
        Some(KindRow {
            field: HomeField::of_kind(kind)?,
            label: kind.label(),
            includes: kind.includes(),
            choices: vec![
                option("1", "同意する", agreed == "1"),
                option("0", "同意しない", agreed == "0"),
            ],
        })
    };
    environment::kinds(settings)
        .into_iter()
        .filter_map(row)
        .collect()
}

/// The page that shows what was chosen, and leads to the card; or what is missing.
pub async fn review(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    match form.choice(&institution(&call)?.settings, days(&call)) {
        Err(errors) => {
            let page = page(&call, &form, errors)?;
            Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Ok(choice) => {
            let task = Task::Register(Told::of(&choice));
            let sent = fields(&choice);
            sign::ask(&call, (&Act::Register(choice), task), &sent)
        }
    }
}

/// Back from the card.
pub async fn consent_card(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.query.read();
    match form.choice(&institution(&call)?.settings, days(&call)) {
        Err(errors) => {
            let page = page(&call, &form, errors)?;
            Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Ok(choice) => {
            let task = Task::Register(Told::of(&choice));
            let sent = fields(&choice);
            sign::returned(&call, (&Act::Register(choice), task), sent)
        }
    }
}

/// Registers what was signed.
pub async fn register(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.form.read();
    let choice = match form.choice(&institution(&call)?.settings, days(&call)) {
        Ok(choice) => choice,
        Err(errors) => {
            let page = page(&call, &form, errors)?;
            return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let act = Act::Register(choice.clone());
    let signed = sign::signed(&call, &form, &act).await?;
    let work = move |tx: &mut Tx<'_>| home_reception::register(tx, &signed, &choice);
    let to = format!("{}/registered", base(&call));
    let after = move |done: &Done<ConsentRecord>| After::at(&to).page(&told(done));
    let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(answer)
}

fn told(done: &Done<ConsentRecord>) -> Registered {
    let record = &done.what;
    let choice = Choice {
        purpose: record.purpose,
        booked: record.booked,
        kinds: record
            .kinds
            .iter()
            .map(|kind| (kind.scope, kind.agreed))
            .collect(),
    };
    Registered {
        name: done.name.clone(),
        told: Told::of(&choice),
        given: record.given_at.jst_words(),
        until: until(record.until),
    }
}

fn until(until: Option<Moment>) -> String {
    until.map_or_else(
        || "取り消すまで".to_owned(),
        |until| format!("{}まで", until.jst_words()),
    )
}

/// What was registered.
pub async fn registered(call: Call) -> Result<Response, Error> {
    let Some(done) = call.shown::<Registered>() else {
        return Ok(reply::redirect(&base(&call)));
    };
    Ok(reply::page(&RegisteredPage {
        frame: frame(&call)?,
        base: base(&call),
        institution: institution(&call)?.name.clone(),
        done,
    }))
}

/// What is done on the pages of a route with nothing to choose: 同意照会 or 取消.
fn task(call: &Call) -> (Act, Task) {
    match call.function {
        Some(Function::WithdrawOwnConsents) => (Act::Withdraw, Task::Withdraw),
        _ => (Act::Inquire, Task::Inquire),
    }
}

/// Before the card, where there is nothing to choose.
pub async fn before_card(call: Call) -> Result<Response, Error> {
    let (act, task) = task(&call);
    sign::ask(&call, (&act, task), &[])
}

/// Back from the card, where there was nothing to choose.
pub async fn behind_card(call: Call) -> Result<Response, Error> {
    let (act, task) = task(&call);
    sign::returned(&call, (&act, task), Vec::new())
}

/// Reads what was signed for.
pub async fn inquire(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.form.read();
    let signed = sign::signed(&call, &form, &Act::Inquire).await?;
    let work = move |tx: &mut Tx<'_>| home_reception::inquire(tx, &signed);
    let to = format!("{}/consents", base(&call));
    let at = call.request.now.jst_words();
    let after = move |done: &Done<Vec<OwnConsent>>| {
        let rows: Vec<ConsentRow> = done.what.iter().map(row).collect();
        After::at(&to).page(&(done.name.as_str(), at.as_str(), rows))
    };
    let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(answer)
}

fn row(one: &OwnConsent) -> ConsentRow {
    ConsentRow {
        purpose: one.purpose.code().to_owned(),
        purpose_label: one.purpose.label().to_owned(),
        booked: one.booked.map(Day::dashed),
        kind: one.scope.code().to_owned(),
        kind_label: one.scope.label().to_owned(),
        given: one.given_at.jst_words(),
        until: until(one.until),
    }
}

/// What the patient consents to here.
pub async fn consents(call: Call) -> Result<Response, Error> {
    let Some((name, at, rows)) = call.shown::<(String, String, Vec<ConsentRow>)>() else {
        return Ok(reply::redirect(&base(&call)));
    };
    let offered = purposes(&institution(&call)?.settings);
    Ok(reply::page(&ConsentsPage {
        frame: frame(&call)?,
        base: base(&call),
        institution: institution(&call)?.name.clone(),
        name,
        at,
        rows,
        offered: offered.iter().map(|one| one.code()).collect(),
    }))
}

/// Takes back what was signed for.
pub async fn withdraw(call: Call) -> Result<Response, Error> {
    let form: HomeForm = call.form.read();
    let signed = sign::signed(&call, &form, &Act::Withdraw).await?;
    let work = move |tx: &mut Tx<'_>| home_reception::withdraw(tx, &signed);
    let to = format!("{}/withdrawn", base(&call));
    let after = move |done: &Done<u64>| {
        After::at(&to).page(&Withdrawn {
            name: done.name.clone(),
            count: done.what,
        })
    };
    let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(answer)
}

/// What was taken back.
pub async fn withdrawn(call: Call) -> Result<Response, Error> {
    let Some(done) = call.shown::<Withdrawn>() else {
        return Ok(reply::redirect(&base(&call)));
    };
    Ok(reply::page(&WithdrawnPage {
        frame: frame(&call)?,
        base: base(&call),
        institution: institution(&call)?.name.clone(),
        done,
    }))
}
