//! Errors as people are told of them: the one place where a refusal or a fault becomes a page.

use crate::http::pipeline::{ErrorReply, Failed};
use crate::http::presented::mark;
use crate::http::reply::set_phone_session;
use crate::http::retry::{BUSY_SECONDS, retry_after, seconds_to_wait};
use crate::http::route::PHONES;
use crate::state::Context;
use crate::web::fault;
use crate::web::layout::error_pages::{
    BusyPage, CertificateProblem, CertificateProblemPage, NotFoundPage, RefusedPage,
};
use crate::web::layout::form::Fact;
use crate::web::layout::frame::Layout;
use crate::web::reply::{layout, page_with, plain_frame_at, redirect, set_session, with_headers};
use crate::web::return_address;
use crate::web::second_factor;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use onshi_core::authn::{BadCertificate, LoggedIn};
use onshi_core::{Error, Refusal, RefusalCode, Request};

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
        frame: plain_frame_at(centre, None, "/"),
        problem,
        facts,
        contact: centre.contact(),
    };
    let mut response = page_with(StatusCode::FORBIDDEN, &page);
    mark(&mut response, bad.code);
    with_headers(response)
}

/// Errors as people are told of them.
pub struct Pages;

impl ErrorReply for Pages {
    fn reply(&self, failed: &Failed<'_>, error: Error) -> Response {
        let Failed {
            centre,
            request,
            caller,
            ..
        } = *failed;
        if let Some(bad) = caller.bad_certificate().filter(|_| !failed.is_held_back) {
            return bad_certificate(centre, &bad);
        }
        let path = failed.head.uri.path();
        let terminal = caller.terminal().ok();
        if path.starts_with(PHONES) {
            let layout = Layout::Plain(plain_frame_at(centre, terminal, PHONES));
            let led_on = phone_led_on(failed, &error);
            return led_on.unwrap_or_else(|| self::error(centre, request, layout, path, error));
        }
        let terms = (failed.forms.clone(), request.now, caller.open());
        let layout = layout(
            (centre, failed.routes),
            terminal,
            caller.logged_in(),
            path,
            terms,
        );
        match led_on(failed, &error) {
            Some(led_on) => led_on,
            None => self::error(centre, request, layout, path, error),
        }
    }

    fn page_before<'a>(&self, path: &'a str) -> &'a str {
        page_before(path)
    }
}

/// Where somebody is sent who is not logged in, or has no password of their own or no second factor yet: from the log-in the
/// way leads back to the page, and where a form was sent, to the page that has the form.
fn led_on(failed: &Failed<'_>, error: &Error) -> Option<Response> {
    let Error::Refused(refusal) = error else {
        return None;
    };
    match refusal.code {
        RefusalCode::NotLoggedIn | RefusalCode::SessionEnded => {
            let page = page_asked_for(failed.head);
            let log_in = return_address::to_log_in(failed.routes, &page);
            let mut response = redirect(&log_in);
            if matches!(failed.caller.logged_in(), LoggedIn::Nobody) {
                set_session((failed.centre, failed.routes), &mut response, None);
            }
            Some(with_headers(response))
        }
        RefusalCode::PasswordChangeNeeded => Some(with_headers(redirect("/web/password"))),
        RefusalCode::SecondFactorNeeded => Some(with_headers(redirect(second_factor::PAGE))),
        _ => None,
    }
}

/// Where somebody is sent who is not logged in on a phone of staff.
fn phone_led_on(failed: &Failed<'_>, error: &Error) -> Option<Response> {
    match error {
        Error::Refused(refusal)
            if matches!(
                refusal.code,
                RefusalCode::NotLoggedIn | RefusalCode::SessionEnded
            ) =>
        {
            let mut response = redirect("/visit/login");
            if matches!(failed.caller.logged_in(), LoggedIn::Nobody) {
                set_phone_session(failed.centre, &mut response, None);
            }
            Some(with_headers(response))
        }
        _ => None,
    }
}

/// The page to come back to.
fn page_asked_for(head: &Parts) -> String {
    let path = head.uri.path();
    if head.method == Method::POST {
        return page_of_form(path).to_owned();
    }
    let asked = head.uri.path_and_query();
    asked.map_or_else(|| path.to_owned(), ToString::to_string)
}

/// The page of an error.
pub fn error(
    centre: &Context,
    request: &Request,
    layout: Layout,
    path: &str,
    error: Error,
) -> Response {
    let is = |code| matches!(&error, Error::Refused(refusal) if refusal.code == code);
    let unknown = is(RefusalCode::HomeUnknown);
    let no_phone = is(RefusalCode::PhoneUnknown) || is(RefusalCode::PhoneCode);
    let (back_href, back_label) = match path.strip_prefix("/home/") {
        // Nobody is led to an address that leads to nobody.
        Some(_) if unknown => ("/".to_owned(), "ご案内のページへ".to_owned()),
        Some(rest) => {
            let address = rest.split('/').next().unwrap_or_default();
            let top = format!("/home/{address}");
            (top, "マイナ在宅受付Webのはじめへ".to_owned())
        }
        None if no_phone => (
            format!("{PHONES}/activation"),
            "利用開始の画面へ".to_owned(),
        ),
        None if path.starts_with(PHONES) => (PHONES.to_owned(), "はじめの画面へ戻る".to_owned()),
        None => back(&layout),
    };
    let response = match error {
        Error::Fault(fault) => fault::page(request, layout, path, &fault, (back_href, back_label)),
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
fn page_before(path: &str) -> &str {
    match path {
        "/web/login/takeover" | "/web/login/second" | "/web/login/passkey" => "/web/login",
        "/web/logout" => "/web/menu",
        "/visit/login/takeover" | "/visit/login/second" => "/visit/login",
        "/visit/logout" => PHONES,
        "/web/activation/password" => "/web/activation",
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
