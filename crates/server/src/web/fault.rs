//! What a fault of ours looks like as a page.

use crate::http::retry::{BUSY_SECONDS, retry_after};
use crate::web::layout::error_pages::FaultPage;
use crate::web::layout::frame::Layout;
use crate::web::reply::page_with;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::error::Effect;
use onshi_core::{Fault, Request};

/// Writes the fault down, and gives the page that says what it means for what was asked, and nothing
/// of what it was.
pub fn page(
    request: &Request,
    layout: Layout,
    path: &str,
    fault: &Fault,
    (back_href, back_label): (String, String),
) -> Response {
    tracing::error!(request = %request.id, path, %fault, "a request failed");
    metrics::counter!("onshi_faults_total").increment(1);
    let effect = fault.effect;
    let (title, why, next) = match effect {
        Effect::Broken => (
            "システムの側で問題が起きました",
            "入力や操作のまちがいではありません。行おうとした操作は、完了していないことがあります。",
            "少し待ってから、一覧などで結果を確かめて、必要ならやり直してください。くり返すときは、次の番号を運用担当に伝えてください。",
        ),
        Effect::NotDone => (
            "いまは受け付けられません",
            effect.what(),
            "少し待ってから、もう一度試してください。くり返すときは、次の番号を運用担当に伝えてください。",
        ),
        Effect::Unknown => (
            "操作の結果を確認できませんでした",
            effect.what(),
            "少し待ってから、一覧などで結果を確かめ、行われていないときだけ、もう一度操作してください。くり返すときは、次の番号を運用担当に伝えてください。",
        ),
    };
    let page = FaultPage {
        layout,
        title: title.to_owned(),
        why: why.to_owned(),
        next: next.to_owned(),
        request_number: request.id.to_string(),
        back_href,
        back_label,
    };
    let status = StatusCode::from_u16(effect.status());
    let page = page_with(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &page);
    match effect {
        Effect::Broken => page,
        Effect::NotDone | Effect::Unknown => retry_after(page, BUSY_SECONDS),
    }
}
