//! マイナ在宅受付Web, as the institution's administrator sees it: its own address, the same as a QR code, and how it is
//! voided.

pub mod form;
pub mod view;

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::home_reception::form::VoidForm;
use crate::web::home_reception::view::{Address, HomeReceptionPage, State, VoidHomeAddressPage};
use crate::web::layout::qr;
use crate::web::reply;
use axum::response::Response;
use onshi_core::home_reception::{self, HomeAddress};
use onshi_core::{Error, RefusalCode, Subject, Tx, environment};

const PAGE: &str = "/web/home-reception";
const CODE: &str = "専用URLの二次元コード";

/// The address, or how to come to one.
pub async fn show(call: Call) -> Result<Response, Error> {
    let read = |tx: &mut Tx<'_>| {
        let settings = environment::current(tx)?.settings;
        let address = home_reception::current(tx)?;
        Ok((home_reception::purposes(&settings), address))
    };
    let (purposes, found) = call.service.point_read(Subject::NONE, read).await?;
    let state = match (call.centre.home_url(""), found) {
        (None, _) => State::NoPortal,
        (Some(_), None) if purposes.is_empty() => State::NotUsed,
        (Some(_), None) => State::NotIssued,
        (Some(base), Some(found)) => State::Issued(Box::new(address(&base, &found)?)),
    };
    Ok(reply::page(&HomeReceptionPage {
        frame: call.frame_at(PAGE)?,
        purposes: purposes.iter().map(|one| one.label()).collect(),
        contact: call.centre.contact(),
        state,
    }))
}

fn address(base: &str, found: &HomeAddress) -> Result<Address, Error> {
    let (user_id, name) = &found.issued_by;
    let url = format!("{base}{}", found.token);
    Ok(Address {
        code: qr::svg(&url, CODE)?,
        issued: format!("{} {name}（{user_id}）", found.issued_at.jst_words()),
        url,
    })
}

/// Issues it.
pub async fn issue(call: Call) -> Result<Response, Error> {
    let after = |(): &()| {
        After::at(PAGE).notice(
            "専用URLを発行しました。この画面のURLか二次元コードを、患者に知らせてください。",
        )
    };
    let (_, answer) = call
        .service
        .submit(Subject::NONE, home_reception::issue, after)
        .await?;
    Ok(answer)
}

/// The page that asks before it is voided.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    let found = call
        .service
        .point_read(Subject::NONE, home_reception::current)
        .await?;
    let (Some(found), Some(base)) = (found, call.centre.home_url("")) else {
        return Ok(reply::redirect(PAGE));
    };
    Ok(reply::page(&VoidHomeAddressPage {
        frame: call.frame_at(PAGE)?,
        url: format!("{base}{}", found.token),
        token: found.token,
    }))
}

/// Voids it.
pub async fn void(call: Call) -> Result<Response, Error> {
    let VoidForm { address } = call.form.read();
    if address.is_empty() {
        return call.service.refuse(RefusalCode::Invalid).await;
    }
    let work = move |tx: &mut Tx<'_>| home_reception::void(tx, &address);
    let after = |(): &()| {
        After::at(PAGE)
            .notice("専用URLを無効にしました。必要なときは、新しい専用URLを発行してください。")
    };
    let (_, answer) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(answer)
}
