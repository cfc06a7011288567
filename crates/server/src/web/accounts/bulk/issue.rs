//! The page after a registration of many: each first password, shown once, and the report of what was registered and what
//! was not.

use super::row::ReadRow;
use crate::http::route::Call;
use crate::sheet::write;
use crate::web::accounts::bulk::cell::kind_word;
use crate::web::accounts::bulk::issue_view::{BulkIssuedPage, Slip};
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::account::NewAccount;
use onshi_core::{AccountKind, Error, Fault, RefusalCode, Subject};
use serde::{Deserialize, Serialize};

/// What came of a table. It is kept with the form; the passwords only until they are shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Registered {
    pub(super) accounts: Vec<RegisteredAccount>,
    /// Rows that are still to be mended.
    pub(super) left: Vec<LeftRow>,
    /// The same as they were typed.
    pub(super) text: String,
}

/// An account that was registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RegisteredAccount {
    account_id: String,
    user_id: String,
    name: String,
    kind: String,
}

impl RegisteredAccount {
    /// Before it has an id.
    pub(super) fn of(new: &NewAccount) -> RegisteredAccount {
        RegisteredAccount {
            account_id: String::new(),
            user_id: new.user_id.as_str().to_owned(),
            name: new.name.as_str().to_owned(),
            kind: new.kind.code().to_owned(),
        }
    }

    /// With the id that it was given.
    pub(super) fn with(self, account_id: &str) -> RegisteredAccount {
        RegisteredAccount {
            account_id: account_id.to_owned(),
            ..self
        }
    }

    fn kind_word(&self) -> &'static str {
        AccountKind::from_code(&self.kind).map_or("", kind_word)
    }
}

/// A row that was not registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LeftRow {
    user_id: String,
    why: String,
}

impl LeftRow {
    /// What is told of it.
    pub(super) fn of(row: &ReadRow) -> LeftRow {
        LeftRow {
            user_id: row.user_id().to_owned(),
            why: match row.problems.is_empty() {
                true => "登録する前の確認が、まだ済んでいません。".to_owned(),
                false => row.problems.join(" "),
            },
        }
    }
}

/// The page, when the address names one.
pub(super) async fn page(call: &Call) -> Result<Option<Response>, Error> {
    let Some(registered) = call.shown::<Registered>() else {
        return Ok(None);
    };
    let waiting = call.shown_once(Subject::NONE).await?;
    let passwords: Option<Vec<String>> = waiting.and_then(|text| serde_json::from_str(&text).ok());
    let (_, base) = call.group();
    let session = call.session()?;
    let institution = format!("{}（{}）", session.facility_name, session.facility.as_str());
    let slips = registered.accounts.iter().enumerate().map(|(at, account)| {
        let password = passwords.as_ref().and_then(|all| all.get(at));
        Slip {
            user_id: account.user_id.clone(),
            name: account.name.clone(),
            kind: account.kind_word(),
            is_system: AccountKind::from_code(&account.kind).is_some_and(AccountKind::is_system),
            href: format!("{base}/{}", account.account_id),
            password: password.cloned(),
        }
    });
    let left = registered.left.iter();
    let result = call.result_query();
    let page = BulkIssuedPage {
        frame: call.frame_at(&format!("{base}/bulk"))?,
        accounts_base: base.to_owned(),
        institution,
        shown: passwords.is_some(),
        slips: slips.collect(),
        left: left
            .map(|row| (row.user_id.clone(), row.why.clone()))
            .collect(),
        text: registered.text.clone(),
        report: format!("{base}/bulk/report.csv?{result}"),
    };
    let page = call.beside(move || reply::page(&page)).await?;
    Ok(Some(page))
}

/// `GET …/bulk/report.csv`: the report as a file, without any password.
pub(super) fn report(call: &Call, workbook: bool) -> Result<Response, Error> {
    let registered = call.shown::<Registered>().ok_or(RefusalCode::NotFound)?;
    let session = call.session()?;
    let now = call.request.now;
    let accounts = registered.accounts.iter().map(|account| {
        vec![
            "登録しました".to_owned(),
            account.user_id.clone(),
            account.name.clone(),
            account.kind_word().to_owned(),
            String::new(),
        ]
    });
    let left = registered.left.iter().map(|row| {
        vec![
            "登録していません".to_owned(),
            row.user_id.clone(),
            String::new(),
            String::new(),
            row.why.clone(),
        ]
    });
    let table = write::Export {
        about: vec![
            format!(
                "アカウントの一括登録の結果　{}（{}）",
                session.facility_name,
                session.facility.as_str()
            ),
            format!(
                "作成 {}　{}（{}）",
                now.jst_table(),
                session.account_name,
                session.user_id
            ),
        ],
        columns: vec!["結果", "ユーザID", "ユーザ名", "権限区分", "理由"],
        rows: accounts.chain(left).collect(),
    };
    let name = format!("onshi-accounts-report-{}", now.jst_fourteen());
    send(&name, &table, workbook)
}

/// Gives a table away as a file.
pub(super) fn send(name: &str, table: &write::Export, workbook: bool) -> Result<Response, Error> {
    let (bytes, kind, ending) = match workbook {
        true => (write::workbook(table)?, WORKBOOK, "xlsx"),
        false => (write::csv(table)?, "text/csv; charset=utf-8", "csv"),
    };
    file(&format!("{name}.{ending}"), kind, bytes)
}

/// The media type of a workbook.
pub(super) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to be kept.
pub(super) fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Result<Response, Error> {
    let mut response = reply::raw(StatusCode::OK, kind, bytes);
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let name = name.map_err(|e| Fault::at("naming a file", e))?;
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}
