//! 操作マニュアル, task by task: behind every screen's 「?」, on the portal and at the centre. It holds no
//! data, so nobody is asked who reads it, and no entry of the audit log is written.

pub mod book;
pub mod form;
pub mod pictures;
mod print;
pub mod search;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;

use crate::documents::made;
use crate::http::route::Call;
use crate::web::manual::form::ManualSearchForm;
use crate::web::manual::view::{ManualIndexPage, ManualSearchPage, ManualTaskPage};
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::{Error, RefusalCode};

/// `GET /manual`.
pub async fn index(call: Call) -> Result<Response, Error> {
    let frame = reply::plain_frame(&call.centre, None);
    Ok(reply::page(&ManualIndexPage { frame }))
}

/// `GET /manual/{page}`.
pub async fn task(call: Call) -> Result<Response, Error> {
    let page = book::page(call.parameter("page")).ok_or(RefusalCode::NotFound)?;
    let frame = reply::plain_frame(&call.centre, None);
    Ok(reply::page(&ManualTaskPage { frame, page }))
}

/// `GET /manual/search`.
pub async fn find(call: Call) -> Result<Response, Error> {
    let form: ManualSearchForm = call.query.read();
    let asked = form.q.trim().to_owned();
    // Every page is looked through: no work for the threads of the sockets.
    let words = asked.clone();
    let found = call.print_beside(move || search::search(&words)).await?;
    Ok(reply::page(&ManualSearchPage {
        frame: reply::plain_frame(&call.centre, None),
        asked,
        found,
    }))
}

/// `GET /manual/pictures/{file}`.
pub async fn picture(call: Call) -> Result<Response, Error> {
    let sample = call.parameter("file").strip_suffix(".webp");
    let taken = sample.and_then(pictures::of).ok_or(RefusalCode::NotFound)?;
    let mut response = reply::raw(StatusCode::OK, "image/webp", taken.bytes);
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=300"),
    );
    Ok(response)
}

/// `GET /manual/books/{file}`: a book as PDF, which is printed once and kept.
pub async fn pdf(call: Call) -> Result<Response, Error> {
    let name = call.parameter("file").strip_suffix(".pdf");
    let book = name.and_then(book::book).ok_or(RefusalCode::NotFound)?;
    let (centre, now) = (call.centre.clone(), call.request.now);
    let make = move || print::document(book, made(now));
    let bytes = call
        .print_beside(move || centre.documents.print_once(book.name, make))
        .await??;
    let mut response = reply::raw(StatusCode::OK, "application/pdf", bytes);
    let disposition = format!("attachment; filename=\"onshi-manual-{}.pdf\"", book.name);
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
