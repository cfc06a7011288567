//! The first page, the menu, and what anybody may ask.

pub mod view;

use crate::http::route::Call;
use crate::web::account_review;
use crate::web::certificates::words;
use crate::web::entry::view::{MenuPage, Reminder, StartPage};
use crate::web::layout::asset::asset as page_asset;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::certificate::Peer;
use onshi_core::{Error, RefusalCode};

/// Whether the centre is alive.
pub async fn health(call: Call) -> Result<Response, Error> {
    let (status, text) = if call.centre.health().await.is_ok() {
        (StatusCode::OK, "{\"status\":\"ok\"}\n")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "{\"status\":\"unavailable\"}\n",
        )
    };
    Ok(reply::raw(status, "application/json", text))
}

/// A style or script.
pub async fn asset(call: Call) -> Result<Response, Error> {
    let (kind, bytes) = page_asset(&call.uri_path).ok_or(RefusalCode::NotFound)?;
    let mut response = reply::raw(StatusCode::OK, kind, bytes);
    response.headers_mut().insert(
        axum::http::header::CACHE_CONTROL,
        axum::http::HeaderValue::from_static("private, max-age=300"),
    );
    Ok(response)
}

/// What the connection's certificate is worth, for the terminal's start page.
pub async fn standing(call: Call) -> Result<Response, Error> {
    let now = call.request.now;
    let renewal_days = call.centre.config.rules.certificate.renewal_days;
    let judged = call
        .service
        .judge(&call.centre, &call.presented, now)
        .await?;
    let answer = match judged {
        Ok(terminal) => serde_json::json!({
            "standing": "valid",
            "facility_code": terminal.facility.as_str(),
            "facility_name": terminal.facility_name,
            "terminal": terminal.name,
            "not_after": terminal.not_after.jst_table(),
            "days_left": terminal.days_left(now),
            "renewable": terminal.days_left(now) <= renewal_days,
            "message": "",
        }),
        Err(bad) => {
            let word = match bad.code {
                RefusalCode::CertificateMissing => "missing",
                RefusalCode::CertificateExpired => "expired",
                RefusalCode::CertificateRevoked => "revoked",
                RefusalCode::CertificateNotYetValid => "not_yet_valid",
                RefusalCode::FacilityStopped => "facility_stopped",
                _ => "foreign",
            };
            let peer = bad.peer.as_deref();
            serde_json::json!({
                "standing": word,
                "facility_code": peer.map(Peer::facility_code),
                "facility_name": peer.map(Peer::facility_name),
                "terminal": peer.map(Peer::terminal_name),
                "not_after": peer.map(|peer| peer.not_after().jst_table()),
                "days_left": 0,
                "message": format!("{}{}", bad.code.what(), bad.code.next()),
            })
        }
    };
    Ok(reply::raw(
        StatusCode::OK,
        "application/json",
        answer.to_string(),
    ))
}

/// The first page of a browser that holds the certificate itself.
pub async fn start(call: Call) -> Result<Response, Error> {
    let terminal = call.terminal()?;
    Ok(reply::page(&StartPage {
        frame: reply::plain_frame_at(&call.centre, Some(terminal), "/"),
        institution: terminal.facility_name.clone(),
        facility_code: terminal.facility.as_str().to_owned(),
        terminal_name: terminal.name.clone(),
        valid_until: terminal.not_after.jst_day().words(),
        days: terminal.days_left(call.request.now),
    }))
}

/// The menu, with what there is to look after.
pub async fn menu(call: Call) -> Result<Response, Error> {
    let found = call.service.reminders(&call.centre).await?;
    let this = &call.terminal()?.name;
    let review = found.review.filter(|due| due.is_over);
    let review = review.map(|due| Reminder {
        urgent: false,
        text: format!("アカウントの棚卸し：{}", account_review::due_words(&due)),
        href: account_review::PAGE,
        link: "アカウントの棚卸し",
    });
    // Of the own terminal the page says it anyway, to everybody.
    let certificates = found.certificates.iter();
    let certificates = certificates.filter(|one| one.terminal_name != *this);
    let certificates = certificates.map(|one| Reminder {
        urgent: one.warned_at().is_some_and(|days| days <= 15),
        text: format!(
            "端末「{}」の電子証明書は、{}（{}まで）です。",
            one.terminal_name,
            words::left(one.days_left),
            one.not_after.jst_day().words()
        ),
        href: "/web/certificates",
        link: "端末・電子証明書の一覧",
    });
    Ok(reply::page(&MenuPage {
        frame: call.frame()?,
        reminders: certificates.chain(review).collect(),
    }))
}
