//! Answers of the screens: a page, and the frame around it.

use crate::http::reply;
pub use crate::http::reply::{raw, redirect, with_headers};
use crate::http::route::{Route, are_of_operators};
use crate::state::context::Context;
use crate::web::layout::frame::{
    AlarmNotice, FormTokens, Frame, Layout, OpenNotice, PlainFrame, SessionEnd,
};
use crate::web::manual::book;
use crate::web::menu;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::session::Session;
use onshi_core::authn::{LoggedIn, Terminal};
use onshi_core::emergency::OpenFunction;
use onshi_core::{Function, Moment, Role};

/// A page with this status.
pub fn page_with(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => raw(status, "text/html; charset=utf-8", html),
        Err(error) => {
            tracing::error!(%error, "a template could not be rendered");
            raw(
                StatusCode::INTERNAL_SERVER_ERROR,
                "text/plain; charset=utf-8",
                "error",
            )
        }
    }
}

/// A page.
pub fn page(page: &impl Template) -> Response {
    page_with(StatusCode::OK, page)
}

/// Puts the session cookie of the site of these routes on an answer, or takes it away.
pub fn set_session(
    (centre, routes): (&Context, &[Route]),
    response: &mut Response,
    token: Option<&str>,
) {
    reply::set_session((centre, are_of_operators(routes)), response, token);
}

/// The frame of a page for those who are logged in.
pub fn frame(
    (centre, routes): (&Context, &[Route]),
    session: &Session,
    terminal: &Terminal,
    path: &str,
    (forms, now, open): (FormTokens, Moment, &[OpenFunction]),
) -> Frame {
    let rules = &centre.config.rules.session;
    // Until the own password is chosen and what must be added is added there is nowhere to go.
    let navigation = if session.must_change_password || session.must_add_factor {
        Vec::new()
    } else {
        menu::of(routes, role(session), path, open)
    };
    Frame {
        institution: session.facility_name.clone(),
        facility_code: session.facility.as_str().to_owned(),
        account_name: session.account_name.clone(),
        user_id: session.user_id.clone(),
        kind_label: session.kind.label().to_owned(),
        last_login: session.previous_login_at.map(Moment::jst_words),
        certificate_days: terminal.days_left(now),
        environment: centre.environment(),
        navigation,
        has_menu: !session.kind.is_system(),
        form_page: None,
        session: SessionEnd {
            idle_seconds: rules.idle_seconds,
            left_seconds: session
                .started_at
                .plus_seconds(rules.absolute_seconds)
                .seconds_since(now)
                .max(0),
        },
        notice: None,
        alarm: session.alarm_at.map(|at| AlarmNotice {
            at: at.jst_words(),
            may_confirm: Function::ConfirmAlarm.is_for(role(session))
                && !(session.must_change_password || session.must_add_factor),
            contact: centre.contact(),
        }),
        openings: open.iter().map(|one| opening(one, now)).collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        help: book::help_for(path),
        forms,
    }
}

/// What is open, as a page says it.
fn opening(open: &OpenFunction, now: Moment) -> OpenNotice {
    OpenNotice {
        label: open.function.label(),
        reason: open.reason.clone(),
        until: open.until.jst_words(),
        left_seconds: open.until.seconds_until_from(now).max(0),
    }
}

/// The column of the permission table that a session acts in.
pub fn role(session: &Session) -> Role {
    session.kind.role()
}

/// The frame of a page for those who are not.
pub fn plain_frame(centre: &Context, terminal: Option<&Terminal>) -> PlainFrame {
    PlainFrame {
        environment: centre.environment(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        help: Some(book::INDEX.to_owned()),
        institution: terminal.map(|terminal| terminal.facility_name.clone()),
        terminal_name: terminal.map(|terminal| terminal.name.clone()),
    }
}

/// The same for the page at this path, where the manual tells of it.
pub fn plain_frame_at(centre: &Context, terminal: Option<&Terminal>, path: &str) -> PlainFrame {
    PlainFrame {
        help: Some(book::help_for(path)),
        ..plain_frame(centre, terminal)
    }
}

/// The frame that fits whoever is asking.
pub fn layout(
    (centre, routes): (&Context, &[Route]),
    terminal: Option<&Terminal>,
    who: &LoggedIn,
    path: &str,
    (forms, now, open): (Option<FormTokens>, Moment, &[OpenFunction]),
) -> Layout {
    match (terminal, who, forms) {
        (Some(terminal), LoggedIn::Session(session), Some(forms)) => {
            Layout::SignedIn(Box::new(frame(
                (centre, routes),
                session,
                terminal,
                path,
                (forms, now, open),
            )))
        }
        (terminal, ..) => Layout::Plain(plain_frame(centre, terminal)),
    }
}
