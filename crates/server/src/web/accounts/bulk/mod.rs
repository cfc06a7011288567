//! アカウント管理（一括登録）: a table of accounts is looked at row by row, and registered all at once or not at all. No file
//! holds a password: the centre makes each, and shows it once on the page after the form.

pub mod cell;
pub mod column;
pub mod form;
pub mod issue;
pub mod issue_view;
pub mod row;
pub mod template;
pub mod view;

pub use form::FORM_BYTES_MAX;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::sheet::{self, Bounds, Unreadable};
use crate::web::accounts::bulk::column::{ABOVE_HEADING_MAX, PASSWORDS};
use crate::web::accounts::bulk::form::{RegistrationField, RegistrationForm};
use crate::web::accounts::bulk::issue::{LeftRow, Registered, RegisteredAccount};
use crate::web::accounts::bulk::row::{
    Carried, ReadRow, Wanted, compare, read_carried, read_table,
};
use crate::web::accounts::bulk::view::{BulkRegistrationPage, Preview, ThereRow};
use crate::web::layout::form::{FieldError, field_error};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use onshi_core::account::bulk::{self, Taken};
use onshi_core::account::password::generate;
use onshi_core::account::{Managed, NewAccount, PasswordOrigin, UserId};
use onshi_core::clock::Day;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::{Error, Fault, Refusal, RefusalCode, Subject, Tx};

/// What the form holds.
#[derive(Clone, Debug, Default)]
struct Typed {
    text: String,
    file: Bytes,
    carried: Vec<Carried>,
}

/// What a table comes to.
#[derive(Default)]
struct Understood {
    good: Vec<ReadRow>,
    /// Those that are registered already, just so.
    there: Vec<ThereRow>,
    bad: Vec<ReadRow>,
    unused: Vec<String>,
    errors: Vec<FieldError<RegistrationField>>,
}

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    if let Some(page) = issue::page(&call).await? {
        return Ok(page);
    }
    Ok(reply::page(&page(&call, String::new())?))
}

fn page(call: &Call, text: String) -> Result<BulkRegistrationPage, Error> {
    let (managed, base) = call.group();
    Ok(BulkRegistrationPage {
        frame: call.frame_at(&format!("{base}/bulk"))?,
        accounts_base: base.to_owned(),
        managed,
        accounts_max: call.centre.config.rules.account.bulk_max,
        text,
        carried: String::new(),
        errors: Vec::new(),
        preview: None,
    })
}

/// Looks at what was pasted or chosen, or registers what was looked at.
pub async fn register(call: Call) -> Result<Response, Error> {
    let form: RegistrationForm = call.form.read();
    let file = call.form.file(RegistrationField::File.name());
    let typed = match file.is_empty() {
        // Whoever chooses the table once more has mended it there: it is read from the beginning.
        false => Typed {
            file,
            ..Typed::default()
        },
        true => Typed {
            text: form.text,
            file,
            carried: serde_json::from_str(&form.rows).unwrap_or_default(),
        },
    };
    match form.action == "register" {
        true => register_carried(call, typed).await,
        false => {
            let found = understand(&call, typed.clone()).await?;
            preview(&call, typed, found).await
        }
    }
}

/// Reads all that was sent, beside the sockets.
async fn read_sent(call: &Call, typed: Typed) -> Result<Understood, Error> {
    let (managed, _) = call.group();
    let today = call.request.now.jst_day();
    let most = call.centre.config.rules.account.bulk_max;
    call.beside(move || read(&typed, managed, (today, most)))
        .await
}

/// The same, compared with the accounts that there are.
async fn understand(call: &Call, typed: Typed) -> Result<Understood, Error> {
    let (managed, _) = call.group();
    let mut found = read_sent(call, typed).await?;
    if !found.errors.is_empty() || found.good.is_empty() {
        return Ok(found);
    }
    let ids = found.good.iter().filter_map(|row| row.wanted.as_ref());
    let ids: Vec<UserId> = ids.map(|wanted| wanted.user_id.clone()).collect();
    let look = move |tx: &mut Tx<'_>| bulk::find_taken(tx, managed, &ids);
    let taken = call.service.scan(Subject::NONE, look).await?;
    let good = std::mem::take(&mut found.good);
    for (mut row, taken) in good.into_iter().zip(taken) {
        match (taken, &row.wanted) {
            (None, _) | (_, None) => found.good.push(row),
            (Some(taken), Some(wanted)) => match there(&taken, wanted, &row) {
                Ok(there) => found.there.push(there),
                Err(words) => {
                    row.refuse(words);
                    found.bad.push(row);
                }
            },
        }
    }
    found.bad.sort_by_key(|row| row.number);
    Ok(found)
}

/// What is said of a row whose user id was given out before: the same account is there, or something else is.
fn there(taken: &Taken, wanted: &Wanted, row: &ReadRow) -> Result<ThereRow, String> {
    let id = wanted.user_id.as_str();
    let Taken::By(by) = taken else {
        return Err(format!(
            "ユーザID：{id} はすでに使われています。別のユーザIDにしてください。"
        ));
    };
    if by.retired {
        return Err(format!(
            "ユーザID：{id} は、廃止したアカウント（{}）のIDです。同じIDは二度と使えません。別のユーザIDにしてください。",
            by.name
        ));
    }
    if by.kind != wanted.kind || by.name != wanted.name.as_str() {
        return Err(format!(
            "ユーザID：{id} は、別のアカウント（{}、{}）が使っています。別のユーザIDにするか、内容の変更はアカウント管理（一覧）から行ってください。",
            by.name,
            cell::kind_word(by.kind)
        ));
    }
    Ok(ThereRow {
        number: row.number,
        account_id: by.account_id.clone(),
        user_id: id.to_owned(),
        name: by.name.clone(),
        registered: by.created_at.jst_words(),
    })
}

/// Reads the three places of the form.
fn read(typed: &Typed, managed: Managed, (today, most): (Day, usize)) -> Understood {
    let bounds = Bounds::for_accounts(most + ABOVE_HEADING_MAX);
    let mut all = Understood::default();
    let mut rows = read_carried(&typed.carried, managed, today);
    let tables = [
        (
            RegistrationField::File,
            match typed.file.is_empty() {
                true => Ok(sheet::Table::default()),
                false => sheet::read_file(&typed.file, bounds),
            },
        ),
        (
            RegistrationField::Text,
            sheet::read_pasted(&typed.text, bounds),
        ),
    ];
    for (field, table) in tables {
        let table = table.map_err(|Unreadable(words)| words);
        match table.and_then(|table| read_table(&table, managed, today)) {
            Ok((found, unused)) => {
                rows.extend(found);
                all.unused.extend(unused);
            }
            Err(words) => all.errors.push(field_error(field, &words)),
        }
    }
    if all.errors.is_empty() && rows.is_empty() {
        let words = "登録するアカウントの表を選ぶか、見出しの行ごと貼り付けてください。";
        all.errors.push(field_error(RegistrationField::File, words));
    }
    if rows.len() > most {
        let words =
            format!("一度に登録できるのは{most}件までです。表を分けて、続けて登録してください。");
        all.errors
            .push(field_error(RegistrationField::File, &words));
    }
    compare(&mut rows);
    let (good, bad) = rows.into_iter().partition(|row| row.wanted.is_some());
    (all.good, all.bad) = (good, bad);
    all
}

async fn preview(call: &Call, typed: Typed, found: Understood) -> Result<Response, Error> {
    let (managed, _) = call.group();
    let whole = found.errors.iter().find(|error| error.text == PASSWORDS);
    let mut page = page(call, String::new())?;
    page.errors = found.errors.clone();
    if !page.errors.is_empty() {
        // Nothing was understood as a whole: what was typed stays as it is, but for passwords.
        if whole.is_none() {
            page.text = typed.text;
        }
        page.carried = print(&typed.carried)?;
        return Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let carried: Vec<Carried> = found.good.iter().map(ReadRow::carried).collect();
    page.carried = print(&carried)?;
    page.text = view::lines(&found.bad, managed);
    if !found.bad.is_empty() {
        let words = format!(
            "{}件に直すところがあります。元の表を直してもう一度選ぶか、下の欄で直して、確かめてください。",
            found.bad.len()
        );
        page.errors
            .push(field_error(RegistrationField::Text, &words));
    }
    page.preview = Some(Preview::of(
        found.good,
        found.there,
        found.bad,
        found.unused,
    ));
    let status = match page.errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    // Hundreds of rows are printed beside the sockets.
    call.beside(move || reply::page_with(status, &page)).await
}

fn print(carried: &[Carried]) -> Result<String, Error> {
    match carried {
        [] => Ok(String::new()),
        carried => Ok(serde_json::to_string(carried)
            .map_err(|e| Fault::at("carrying rows of a table along", e))?),
    }
}

/// Registers the rows that were carried along: all of them, in one piece. Rows that are to be mended are left, and told of.
async fn register_carried(call: Call, typed: Typed) -> Result<Response, Error> {
    let sent = Typed {
        text: String::new(),
        file: Bytes::new(),
        carried: typed.carried.clone(),
    };
    let found = read_sent(&call, sent).await?;
    if !found.errors.is_empty() || !found.bad.is_empty() {
        return preview(&call, typed, found).await;
    }
    let left = match typed.text.trim().is_empty() {
        true => Understood::default(),
        false => {
            let only_text = Typed {
                text: typed.text.clone(),
                ..Typed::default()
            };
            read_sent(&call, only_text).await?
        }
    };
    let left = left.bad.iter().chain(&left.good).map(LeftRow::of);
    match submit(&call, found.good, (left.collect(), typed.text.clone())).await {
        Err(Error::Refused(Refusal {
            code: RefusalCode::UserIdTaken,
            ..
        })) => {
            // One is there already, be it that somebody was faster: nothing was registered, and the page says which it is.
            let found = understand(&call, typed.clone()).await?;
            preview(&call, typed, found).await
        }
        other => other,
    }
}

async fn submit(
    call: &Call,
    rows: Vec<ReadRow>,
    (left, text): (Vec<LeftRow>, String),
) -> Result<Response, Error> {
    call.take_password_form().await?;
    let (managed, base) = call.group();
    let facility = &call.session()?.facility;
    let (mut all, mut passwords) = (Vec::new(), Vec::new());
    for wanted in rows.into_iter().filter_map(|row| row.wanted) {
        let password = generate(&mut Entropy::new(fresh_seed()));
        passwords.push(password.reveal().to_owned());
        // Each is a job of its own, so that somebody else's log-in comes between.
        let password = call.centre.hash_password(facility, password).await?;
        all.push(NewAccount {
            user_id: wanted.user_id,
            kind: wanted.kind,
            name: wanted.name,
            holder: wanted.holder,
            emergency_viewing: wanted.emergency_viewing,
            period: wanted.period,
            note: wanted.note,
            password,
            origin: PasswordOrigin::Initial,
        });
    }
    let secret = serde_json::to_string(&passwords)
        .map_err(|e| Fault::at("keeping passwords for the page that shows them", e))?;
    let told: Vec<RegisteredAccount> = all.iter().map(RegisteredAccount::of).collect();
    let page = format!("{base}/bulk");
    let after = move |ids: &Vec<String>| {
        let accounts = told.iter().cloned().zip(ids);
        let accounts = accounts.map(|(account, id)| account.with(id));
        let registered = Registered {
            accounts: accounts.collect(),
            left: left.clone(),
            text: text.clone(),
        };
        After::at(page.as_str())
            .page(&registered)
            .secret(Some(secret.clone()))
    };
    let work = move |tx: &mut Tx<'_>| bulk::register_all(tx, managed, &all);
    let (_, response) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(response)
}
