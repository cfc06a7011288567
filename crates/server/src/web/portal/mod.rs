//! The public portal: what anybody may see.

pub mod view;

use crate::http::route::Call;
use crate::web::accounts::bulk::template;
use crate::web::portal::view::{PortalHomePage, ServiceStatus};
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::account::Managed;
use onshi_core::{Error, RefusalCode};

/// The portal's first page.
pub async fn home(call: Call) -> Result<Response, Error> {
    let healthy = call.centre.health().await.is_ok();
    let (status, text) = if healthy {
        (ServiceStatus::Running, "通常どおりご利用いただけます。")
    } else {
        (
            ServiceStatus::Degraded,
            "ただいま障害が発生しています。復旧までお待ちください。",
        )
    };
    let centre = &call.centre;
    Ok(reply::page(&PortalHomePage {
        frame: reply::plain_frame(centre, None),
        status,
        status_text: text.to_owned(),
        status_at: call.request.now.jst_words(),
        ca_href: "/ca.pem".to_owned(),
        ca_fingerprint: in_pairs(&onshi_core::certificate::fingerprint(&centre.authority_der)),
        centre_url: centre.centre_url(),
        contact: centre.contact(),
    }))
}

/// As the tools write a fingerprint with which it will be compared.
fn in_pairs(hex: &str) -> String {
    let letters: Vec<char> = hex.to_uppercase().chars().collect();
    let pairs: Vec<String> = letters.chunks(2).map(String::from_iter).collect();
    pairs.join(":")
}

/// The authority's certificate.
pub async fn authority(call: Call) -> Result<Response, Error> {
    let pem = call.centre.authority_pem.clone();
    let mut response = reply::raw(StatusCode::OK, "application/x-pem-file", pem);
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"onshi-ca.pem\""),
    );
    Ok(response)
}

/// `GET /downloads/{file}`: tables to be filled in.
pub async fn download(call: Call) -> Result<Response, Error> {
    match call.parameter("file") {
        "accounts.xlsx" => template::workbook_of(&call, Managed::Others).await,
        "accounts.csv" => template::csv_of(Managed::Others),
        _ => Err(RefusalCode::NotFound.into()),
    }
}
