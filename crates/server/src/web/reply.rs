//! Answers of the screens: the one place where a refusal or a fault becomes a page.

pub use crate::http::reply::{raw, redirect, set_session, with_headers};
use crate::http::retry::{BUSY_SECONDS, retry_after, seconds_to_wait};
use crate::state::context::Context;
use crate::web::layout::error_pages::{
    BusyPage, CertificateProblem, CertificateProblemPage, NotFoundPage, RefusedPage,
};
use crate::web::layout::form::Fact;
use crate::web::layout::frame::{FormTokens, Frame, Layout, OpenNotice, PlainFrame, SessionEnd};
use crate::web::menu;
use crate::web::return_address;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::session::Session;
use onshi_core::authn::{BadCertificate, LoggedIn, Terminal};
use onshi_core::emergency::OpenFunction;
use onshi_core::{Error, Moment, Refusal, RefusalCode, Request, Role};

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

/// The frame of a page for those who are logged in.
pub fn frame(
    centre: &Context,
    session: &Session,
    terminal: &Terminal,
    path: &str,
    (forms, now, open): (FormTokens, Moment, &[OpenFunction]),
) -> Frame {
    let rules = &centre.config.rules.session;
    // Until the own password is chosen there is nowhere to go.
    let navigation = if session.must_change_password {
        Vec::new()
    } else {
        menu::of(role(session), path, open)
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
        openings: open.iter().map(|one| opening(one, now)).collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
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
        institution: terminal.map(|terminal| terminal.facility_name.clone()),
        terminal_name: terminal.map(|terminal| terminal.name.clone()),
    }
}

/// The frame that fits whoever is asking.
pub fn layout(
    centre: &Context,
    terminal: Option<&Terminal>,
    who: &LoggedIn,
    path: &str,
    (forms, now, open): (Option<FormTokens>, Moment, &[OpenFunction]),
) -> Layout {
    match (terminal, who, forms) {
        (Some(terminal), LoggedIn::Session(session), Some(forms)) => Layout::SignedIn(Box::new(
            frame(centre, session, terminal, path, (forms, now, open)),
        )),
        (terminal, ..) => Layout::Plain(plain_frame(centre, terminal)),
    }
}

/// The page that says what is wrong with a certificate.
pub fn bad_certificate(centre: &Context, bad: &BadCertificate) -> Response {
    let problem = match bad.code {
        RefusalCode::CertificateMissing => CertificateProblem::Missing,
        RefusalCode::CertificateRevoked => CertificateProblem::Revoked,
        RefusalCode::CertificateExpired => CertificateProblem::Expired,
        RefusalCode::CertificateNotYetValid => CertificateProblem::NotYetValid,
        RefusalCode::FacilityStopped => CertificateProblem::FacilityStopped,
        RefusalCode::CertificateOtherKind => CertificateProblem::OtherKind,
        _ => CertificateProblem::Foreign,
    };
    let mut facts = Vec::new();
    if let Some(peer) = &bad.peer {
        let mut fact = |label: &str, value: String| {
            facts.push(Fact {
                label: label.to_owned(),
                value,
            });
        };
        fact("医療機関等", peer.facility_name().to_owned());
        fact("医療機関コード", peer.facility_code().to_owned());
        fact("端末", peer.terminal_name().to_owned());
        fact(
            "有効期間",
            format!(
                "{}から{}まで",
                peer.not_before().jst_words(),
                peer.not_after().jst_words()
            ),
        );
    }
    metrics::counter!("onshi_certificates_refused_total", "code" => bad.code.code()).increment(1);
    let page = CertificateProblemPage {
        frame: plain_frame(centre, None),
        problem,
        facts,
        contact: centre.contact(),
    };
    let mut response = page_with(StatusCode::FORBIDDEN, &page);
    crate::http::listener::mark(&mut response, bad.code);
    with_headers(response)
}

/// What an error looks like, and where somebody who is not logged in is sent: from the log-in the way
/// leads back to the page, and where a form was sent, to the page that has the form.
pub fn error_at(
    centre: &Context,
    request: &Request,
    layout: Layout,
    (address, form): (&str, &str),
    who: &LoggedIn,
    error: Error,
) -> Response {
    if let Error::Refused(refusal) = &error {
        match refusal.code {
            RefusalCode::NotLoggedIn | RefusalCode::SessionEnded => {
                let mut response = redirect(&return_address::to_log_in(form));
                if matches!(who, LoggedIn::Nobody) {
                    set_session(centre, &mut response, None);
                }
                return with_headers(response);
            }
            RefusalCode::PasswordChangeNeeded => return with_headers(redirect("/web/password")),
            _ => {}
        }
    }
    let path = address.split('?').next().unwrap_or(address);
    self::error(centre, request, layout, path, error)
}

/// The page of an error.
pub fn error(
    centre: &Context,
    request: &Request,
    layout: Layout,
    path: &str,
    error: Error,
) -> Response {
    let (back_href, back_label) = back(&layout);
    let response = match error {
        Error::Fault(fault) => {
            crate::web::fault::page(request, layout, path, &fault, (back_href, back_label))
        }
        Error::Refused(refusal) => match refusal.code {
            RefusalCode::NotFound => page_with(
                StatusCode::NOT_FOUND,
                &NotFoundPage {
                    layout,
                    back_href,
                    back_label,
                },
            ),
            RefusalCode::Busy => {
                let page = BusyPage {
                    layout,
                    retry_seconds: BUSY_SECONDS,
                    retry_href: page_before(path).to_owned(),
                };
                retry_after(
                    page_with(StatusCode::SERVICE_UNAVAILABLE, &page),
                    BUSY_SECONDS,
                )
            }
            _ => {
                let page = refused(centre, request, layout, &refusal, (back_href, back_label));
                match seconds_to_wait(&refusal, request.now) {
                    Some(seconds) => retry_after(page, seconds),
                    None => page,
                }
            }
        },
    };
    with_headers(response)
}

/// The page from which a form is sent again. Two forms go to where no page is.
pub(crate) fn page_before(path: &str) -> &str {
    match path {
        "/web/login/takeover" => "/web/login",
        "/web/logout" => "/web/menu",
        "/web/emergency/medical/use" => "/web/emergency/medical",
        "/web/emergency/eligibility/use" => "/web/emergency/eligibility",
        path if path.starts_with("/web/emergency/uses/") => "/web/emergency/uses",
        path => path,
    }
}

/// The page with the form that is sent to this path: not the list that the path is, where it is one.
pub(crate) fn page_of_form(path: &str) -> &str {
    match path {
        "/web/accounts" => "/web/accounts/new",
        "/web/administrators" => "/web/administrators/new",
        path => page_before(path),
    }
}

pub(crate) fn back(layout: &Layout) -> (String, String) {
    let (href, label) = match layout {
        Layout::Plain(_) => ("/web/login", "ログイン画面へ"),
        Layout::SignedIn(frame) => match frame.navigation.as_slice() {
            [] => ("/web/password", "パスワード変更へ"),
            [group] if group.items.len() == 1 => ("/web/password", "パスワード変更へ"),
            _ => ("/web/menu", "メニューへ戻る"),
        },
    };
    (href.to_owned(), label.to_owned())
}

fn refused(
    centre: &Context,
    request: &Request,
    layout: Layout,
    refusal: &Refusal,
    (back_href, back_label): (String, String),
) -> Response {
    let code = refusal.code;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut why = code.what().to_owned();
    if let Some(until) = refusal.until {
        why.push_str(&format!("{}に解除されます。", until.jst_time_words()));
    }
    for problem in &refusal.problems {
        why.push_str(&problem.text);
    }
    let page = RefusedPage {
        title: title(code).to_owned(),
        why,
        next: who_helps(centre, &layout, code),
        code: code.code().to_owned(),
        request_number: request.id.to_string(),
        layout,
        back_href,
        back_label,
    };
    page_with(status, &page)
}

fn title(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::NotPermitted => "この機能は利用できません",
        RefusalCode::NotOpened => "この機能は開放されていません",
        RefusalCode::Invalid => "入力内容を確認してください",
        _ => "操作を完了できませんでした",
    }
}

/// Who can help, seen from where the person stands: the level above.
fn who_helps(centre: &Context, layout: &Layout, code: RefusalCode) -> String {
    let Layout::SignedIn(frame) = layout else {
        return code.next().to_owned();
    };
    if code != RefusalCode::NotPermitted {
        return code.next().to_owned();
    }
    match frame.kind_label.as_str() {
        "管理アカウント" => format!(
            "管理アカウントの登録や変更はマスタアカウントで行います。そのほかは{}へご相談ください。",
            centre.contact()
        ),
        "マスタアカウント" => "業務の画面は、管理アカウントまたは一般アカウントで利用します。管理アカウントを登録し、ログインし直してください。".to_owned(),
        "マスタアカウントリセット用アカウント" => "このアカウントで行えるのは、マスタパスワードの初期化だけです。".to_owned(),
        "一般アカウント" | "医療情報閲覧アカウント" => "必要な場合は、この医療機関等の管理アカウントをお持ちの方へご相談ください。".to_owned(),
        _ => "機器やプログラム用のアカウントです。画面で行えるのはパスワード変更だけです。業務には一般アカウントなどをお使いください。".to_owned(),
    }
}
