//! 利用報告書: filled in from the record, as a page and as PDF.

use crate::http::route::Call;
use crate::web::emergency::report_view::ReportPage;
use crate::web::emergency::usage_report;
use crate::web::emergency::uses::{USES_MAX, days, row};
use crate::web::emergency::uses_view::UseRow;
use crate::web::layout::form::{Fact, fact};
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::Day;
use onshi_core::emergency;
use onshi_core::{Error, Subject, Tx};

async fn read(call: &Call, days: (Day, Day)) -> Result<(Vec<Fact>, Vec<UseRow>), Error> {
    let read = move |tx: &mut Tx<'_>| emergency::report(tx, days, USES_MAX);
    let found = call.service.scan(Subject::NONE, read).await?;
    let now = call.request.now;
    let rows: Vec<UseRow> = found.iter().map(|one| row(one, now)).collect();
    let session = call.session()?;
    let without = rows.iter().filter(|row| row.without).count();
    let head = vec![
        fact(
            "医療機関等",
            &format!("{}（{}）", session.facility_name, session.facility.as_str()),
        ),
        fact(
            "期間",
            &format!("{}から{}まで", days.0.words(), days.1.words()),
        ),
        fact(
            "利用",
            &format!("{}件（うち閲覧同意なし{without}件）", rows.len()),
        ),
        fact(
            "作成",
            &format!(
                "{}（{}） {}",
                session.account_name,
                session.user_id,
                now.jst_words()
            ),
        ),
    ];
    Ok((head, rows))
}

/// The page.
pub async fn show(call: Call) -> Result<Response, Error> {
    let (days, errors) = days(&call);
    let (head, rows) = read(&call, days).await?;
    Ok(reply::page(&ReportPage {
        frame: call.frame_at("/web/emergency/report")?,
        from: days.0.eight(),
        until: days.1.eight(),
        errors,
        head,
        more: rows.len() >= usize::try_from(USES_MAX).unwrap_or(usize::MAX),
        rows,
    }))
}

/// The same as PDF.
pub async fn pdf(call: Call) -> Result<Response, Error> {
    let (days, _) = days(&call);
    let (head, rows) = read(&call, days).await?;
    let made_for = call.made_for()?;
    let name = format!("onshi-riyou-{}.pdf", call.request.now.jst_fourteen());
    let make = move || usage_report::document(&head, &rows, &made_for);
    call.send_document(&name, make).await
}
