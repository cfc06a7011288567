//! The gateway's own pages, and the headers that they all carry.

use askama::Template;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::centre::Body;
use super::failure::{Failure, Suspect, Words};
use super::guard::Refusal;
use super::{Desk, state};
use crate::enrolment::Installed;

pub(crate) type Reply = Response<Body>;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TOKENS: &str = include_str!("../../../../assets/vendor/design-tokens/tokens.css");
const STYLE: &str = include_str!("../../../../assets/terminal.css");
const SCRIPT: &str = include_str!("../../../../assets/terminal.js");
const ICON: &str = include_str!("../../../../assets/terminal-icon.svg");

/// What every page has around it.
#[derive(Debug)]
pub(super) struct Frame {
    environment: Option<String>,
    centre: String,
    moment: String,
}

#[derive(Debug, Template)]
#[template(path = "gateway/start.html")]
pub(super) struct StartPage {
    pub(super) frame: Frame,
    pub(super) notice: Option<Notice>,
    pub(super) renewed: Option<RenewalOutcome>,
    pub(super) trouble: Option<Trouble>,
    pub(super) rows: Vec<Row>,
    pub(super) usable: usize,
    pub(super) folder: String,
    pub(super) folder_missing: bool,
}

/// A certificate on the start page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) file: String,
    pub(super) fingerprint: String,
    pub(super) facility_name: String,
    pub(super) facility_code: String,
    pub(super) terminal: String,
    pub(super) expiry: String,
    pub(super) not_after_ms: i64,
    pub(super) days_left: i64,
    pub(super) state: state::State,
    /// Whether the centre would renew it now.
    pub(super) renewable: bool,
    pub(super) chosen: bool,
    pub(super) reason: String,
    pub(super) remedy: String,
    /// The centre could not be asked about this one, though it could about others.
    pub(super) unconfirmed: bool,
}

impl Row {
    /// Puts it behind a newer one of the same terminal.
    pub(super) fn replace(&mut self) {
        let (reason, remedy) = state::replaced();
        self.state = state::State::Replaced;
        self.renewable = false;
        (self.reason, self.remedy) = (reason, remedy);
    }
}

/// What came of a press on 「証明書を更新する」.
#[derive(Debug)]
pub(super) struct RenewalOutcome {
    good: bool,
    title: &'static str,
    text: String,
}

impl RenewalOutcome {
    /// There is another one.
    pub(super) fn done(installed: &Installed) -> RenewalOutcome {
        let until = state::date(installed.not_after_ms);
        RenewalOutcome {
            good: true,
            title: "電子証明書を更新しました",
            text: format!(
                "新しい証明書は{until}まで有効です。バックアップ（{}）を、この端末とは別の場所に保管してください。\
                 いまログインしている画面は、そのまま使えます。次にシステムの利用を始めるときから、新しい証明書を使います。",
                installed.backup.display()
            ),
        }
    }

    /// There is none, for this reason.
    pub(super) fn failed(why: &str) -> RenewalOutcome {
        RenewalOutcome {
            good: false,
            title: "電子証明書を更新できませんでした",
            text: why.to_owned(),
        }
    }

    /// It was renewed before, or is not there any more.
    pub(super) fn nothing_to_do() -> RenewalOutcome {
        RenewalOutcome {
            good: false,
            title: "更新する電子証明書がありません",
            text: "すでに更新されているか、まだ更新できない証明書です。下の一覧で状態を確かめてください。"
                .to_owned(),
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self.good {
            true => StatusCode::OK,
            false => StatusCode::CONFLICT,
        }
    }
}

/// Why the person is on the start page and not where they wanted to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// The chosen certificate is no longer in the folder.
    Gone,
    /// No certificate was marked.
    NothingChosen,
    /// The marked one can't be used.
    NotUsable,
    /// It can't be remembered.
    NotRemembered,
}

impl Notice {
    fn title(self) -> &'static str {
        match self {
            Self::Gone => "選んでいた証明書が見つかりません",
            Self::NothingChosen => "証明書が選ばれていません",
            Self::NotUsable => "選んだ証明書は使えません",
            Self::NotRemembered => "利用を始められませんでした",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Gone => {
                "証明書または秘密鍵のファイルが、削除されたか入れ替えられました。もう一度選んでください。"
            }
            Self::NothingChosen => "使う証明書を一つ選び、もう一度ボタンを押してください。",
            Self::NotUsable => "理由は下の一覧にあります。別の証明書を選んでください。",
            Self::NotRemembered => "この端末を再起動してから、もう一度試してください。",
        }
    }

    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Gone | Self::NotUsable => StatusCode::CONFLICT,
            Self::NothingChosen => StatusCode::BAD_REQUEST,
            Self::NotRemembered => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The banner of a start page without the centre.
#[derive(Debug)]
pub(super) struct Trouble {
    words: Words,
}

impl Trouble {
    pub(super) fn new(failure: Failure) -> Self {
        Self {
            words: failure.words(),
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "gateway/failure.html")]
struct FailurePage {
    frame: Frame,
    words: Words,
    suspects: [(Suspect, &'static str, &'static str); 3],
    /// Where the person wanted to go, if asking again does no harm.
    retry: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "gateway/refusal.html")]
struct RefusalPage {
    frame: Frame,
    title: &'static str,
    what: &'static str,
    remedy: &'static str,
    home: String,
}

impl Desk {
    pub(super) fn frame(&self) -> Frame {
        Frame {
            environment: self.environment.clone(),
            centre: self.centre.origin().to_owned(),
            moment: state::date_and_time((self.now)()),
        }
    }

    /// The centre could not be reached for a request that was to be passed on.
    pub(super) fn fail(&self, failure: Failure, retry: Option<String>) -> Reply {
        let words = failure.words();
        let status = words.status;
        let suspects = [
            (
                Suspect::Network,
                "この端末のネットワーク",
                "LANケーブル、Wi-Fi、VPN・閉域網、院内の通信機器",
            ),
            (
                Suspect::Centre,
                "センター、または接続先の設定",
                "停止・障害、接続先の誤り、サーバー証明書",
            ),
            (
                Suspect::Certificate,
                "この端末の電子証明書",
                "失効、期限切れ、別のセンターの証明書",
            ),
        ];
        page(
            status,
            &FailurePage {
                frame: self.frame(),
                words,
                suspects,
                retry,
            },
        )
    }

    pub(super) fn refuse(&self, refusal: Refusal) -> Reply {
        tracing::warn!(?refusal, "refused");
        let (status, title, what, remedy) = match refusal {
            Refusal::ForeignHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "このアドレスでは利用できません",
                "この端末のスタートページは、決まったアドレスでだけ開けます。別の名前で開こうとしたため、安全のため止めました。",
                "下のリンクからスタートページを開いてください。",
            ),
            Refusal::ForeignOrigin => (
                StatusCode::FORBIDDEN,
                "別のページからの操作を止めました",
                "このシステムの画面以外から送られた操作のため、安全のため受け付けませんでした。何も変更していません。",
                "スタートページを開き直し、画面のボタンから操作してください。覚えのないときは、開いている他のページを閉じてください。",
            ),
            Refusal::NotForUs => (
                StatusCode::BAD_REQUEST,
                "この要求は受け付けられません",
                "この端末のスタートページが扱わない種類の要求です。",
                "下のリンクからスタートページを開いてください。",
            ),
        };
        let home = format!("http://localhost:{}/", self.port);
        page(
            status,
            &RefusalPage {
                frame: self.frame(),
                title,
                what,
                remedy,
                home,
            },
        )
    }

    pub(super) fn not_found(&self) -> Reply {
        let refusal = RefusalPage {
            frame: self.frame(),
            title: "ページが見つかりません",
            what: "この端末のスタートページに、そのアドレスのページはありません。",
            remedy: "下のリンクからスタートページを開いてください。",
            home: "/".to_owned(),
        };
        page(StatusCode::NOT_FOUND, &refusal)
    }

    pub(super) fn not_this_way(&self, allowed: &'static str) -> Reply {
        let refusal = RefusalPage {
            frame: self.frame(),
            title: "この操作はできません",
            what: "このアドレスは、その方法での操作を受け付けません。",
            remedy: "下のリンクからスタートページを開いてください。",
            home: "/".to_owned(),
        };
        let mut reply = page(StatusCode::METHOD_NOT_ALLOWED, &refusal);
        reply
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(allowed));
        reply
    }
}

/// A page of our own with everything that protects it.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Reply {
    match template.render() {
        Ok(html) => own(status, "text/html; charset=utf-8", html),
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            let text = "この画面を表示できません。端末を再起動してください。".to_owned();
            own(
                StatusCode::INTERNAL_SERVER_ERROR,
                "text/plain; charset=utf-8",
                text,
            )
        }
    }
}

/// Leads a person who opened us by our number to our name: browsers have no passkeys for numbers.
pub(super) fn by_the_name<B>(request: &Request<B>, host: &str, port: u16) -> Option<Reply> {
    let mode = request.headers().get("sec-fetch-mode");
    let is_a_visit = reads(request.method()) && mode.is_some_and(|mode| mode == "navigate");
    if !is_a_visit || host.starts_with("localhost") {
        return None;
    }
    let path = request.uri().path_and_query()?;
    let to = HeaderValue::try_from(format!("http://localhost:{port}{path}")).ok()?;
    let mut reply = redirect("/");
    reply.headers_mut().insert(header::LOCATION, to);
    Some(reply)
}

pub(super) fn redirect(to: &'static str) -> Reply {
    let mut reply = own(
        StatusCode::SEE_OTHER,
        "text/plain; charset=utf-8",
        String::new(),
    );
    reply
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::from_static(to));
    reply
}

/// What our pages need before there is any connection.
pub(crate) fn asset(name: &str) -> Option<Reply> {
    let (kind, text) = match name {
        "tokens.css" => ("text/css; charset=utf-8", TOKENS),
        "terminal.css" => ("text/css; charset=utf-8", STYLE),
        "terminal.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return None,
    };
    Some(own(StatusCode::OK, kind, text))
}

pub(crate) fn own(status: StatusCode, kind: &'static str, text: impl Into<Bytes>) -> Reply {
    let body = Full::new(text.into())
        .map_err(|never| match never {})
        .boxed_unsync();
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        reply
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    reply
}

/// Reading only, so that it may be repeated.
pub(crate) fn reads(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}
