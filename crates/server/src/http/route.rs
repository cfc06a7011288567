//! A route: method, path, who may use it, what goes over it; and a request as the function that answers
//! it sees it, a screen's and a program's.

use crate::capacity::shares::Place;
use crate::http::access::{Access, Kind};
use crate::http::deprecation::Deprecation;
use crate::http::extract::{Fields, Signature};
use crate::http::fhir::FhirRequest;
use crate::http::media::{Format, Media};
use crate::http::presented::Presented;
use crate::http::service::ServiceHandle;
use crate::http::submission::{self, Answered, FormTokens};
use crate::state::Context;
use crate::state::identity::Identity;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use onshi_core::audit::Detail;
use onshi_core::authn::{BadCertificate, Enrolling, HomeVisitor, LoggedIn, Terminal};
use onshi_core::eligibility::message::Encoding;
use onshi_core::emergency::OpenFunction;
use onshi_core::entropy::fresh_seed;
use onshi_core::form::{self, FormKey};
use onshi_core::{Error, Function, Problem, Refusal, RefusalCode, Request, Tx};
use onshi_wire::MessageKind;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// An answer that is waited for.
pub type PendingResponse = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>;

/// What answers a route.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// A screen's.
    Screen(fn(Call) -> PendingResponse),
    /// A program's.
    Program(fn(ApiCall) -> PendingResponse),
}

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, with `{name}` for its parameters.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// What goes over it.
    pub kind: Kind,
    /// What it is for, in one line, for those who write programs; empty for screens.
    pub summary: &'static str,
    /// That it will go, where it will.
    pub deprecation: Option<Deprecation>,
    /// Where it stands in the menu of those who may use it; most routes don't.
    pub menu: Option<MenuEntry>,
    /// Whether it is of the operators' site, where only their terminals come in (実施機関); else only those of institutions do.
    pub is_of_operators: bool,
    pub(crate) handler: Handler,
}

/// An entry of the menu.
#[derive(Clone, Copy, Debug)]
pub struct MenuEntry {
    /// Under which heading.
    pub group: MenuGroup,
    /// What it is called.
    pub label: &'static str,
    /// What it is for, in a sentence.
    pub description: &'static str,
}

/// A heading of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuGroup {
    /// 資格確認.
    Eligibility,
    /// 医療情報閲覧.
    Medical,
    /// 緊急時医療情報・資格確認機能.
    Emergency,
    /// アカウント情報管理.
    Accounts,
    /// 設定.
    Settings,
    /// 記録の確認.
    Records,
    /// 利用申請, at the operators' site.
    Applications,
    /// 医療機関等, at the operators' site.
    Institutions,
}

impl MenuGroup {
    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            MenuGroup::Eligibility => "資格確認",
            MenuGroup::Medical => "医療情報閲覧",
            MenuGroup::Emergency => "緊急時医療情報・資格確認機能",
            MenuGroup::Accounts => "アカウント情報管理",
            MenuGroup::Settings => "設定",
            MenuGroup::Records => "記録の確認",
            MenuGroup::Applications => "利用申請",
            MenuGroup::Institutions => "医療機関等",
        }
    }
}

/// What a page asks by itself while nobody does anything.
const ASKED_BY_ITSELF: &str = "/web/arrivals/changed";

/// Under which the pages of the phones of staff are (マイナ資格確認アプリ).
pub(crate) const PHONES: &str = "/visit";

/// Whether these are the routes of the operators' site.
pub(crate) fn are_of_operators(routes: &[Route]) -> bool {
    routes.iter().any(|route| route.is_of_operators)
}

impl Route {
    /// Whether it is of the phones of staff, whose browsers have cookies of their own.
    pub(crate) fn is_of_phones(&self) -> bool {
        self.path.starts_with(PHONES)
    }

    /// Whether a request to it says that somebody uses the session.
    pub(crate) fn is_use(&self) -> bool {
        self.path != ASKED_BY_ITSELF
    }

    /// The message that is sent, where it is one.
    pub const fn message(&self) -> Option<MessageKind> {
        match self.kind {
            Kind::Message(message) => Some(message),
            _ => None,
        }
    }

    /// Whether another site's link may open it: only what holds nothing, and where the start page
    /// leads who is logged in. All else opens from a page of ours, or by its address.
    pub(crate) const fn may_be_linked(&self) -> bool {
        match self.access {
            Access::Open(_) => true,
            // The institution's address stands in mails and QR codes, and the card's program leads back.
            Access::Terminal(_) | Access::Home(_) | Access::Applicant(_) => {
                self.kind.is_for_people()
            }
            // So does it to a phone of staff, whose pages change nothing by being opened.
            Access::Phone(_) | Access::PhoneSession(_) => self.kind.is_for_people(),
            Access::Session(function) => {
                matches!(function, Function::OpenMenu | Function::ChangeOwnPassword)
            }
            Access::Token(_)
            | Access::TokenAlone(_)
            | Access::Insurer(_)
            | Access::Enrolment(_)
            | Access::PhoneActivation(_) => false,
        }
    }
}

/// A patient at an institution's address of マイナ在宅受付Web.
#[derive(Clone, Debug)]
pub struct HomeCall {
    /// Whose address it is.
    pub visitor: Arc<HomeVisitor>,
    /// The browser, by a text that is its own and does not tell its cookie.
    pub browser: String,
}

/// A request as a screen sees it.
pub struct Call {
    /// What there is beside the door.
    pub centre: Arc<Context>,
    /// Number, moment and randomness.
    pub request: Request,
    /// The way to the door.
    pub service: ServiceHandle,
    /// The route's function; none on open routes.
    pub function: Option<Function>,
    /// Every route of this site.
    pub routes: &'static [Route],
    /// What the connection showed.
    pub presented: Presented,
    /// The terminal, when its certificate is good.
    pub terminal: Result<Terminal, BadCertificate>,
    /// Whether somebody is logged in.
    pub who: LoggedIn,
    /// Whoever opened an institution's address, and their browser, on routes for those.
    pub home: Option<HomeCall>,
    /// What the browser of a phone of staff keeps, on routes for those; before it is activated as well.
    pub phone_secret: Option<String>,
    /// The path as it was asked for.
    pub uri_path: String,
    /// Parameters of the path.
    pub path: BTreeMap<String, String>,
    /// Fields of the query.
    pub query: Fields,
    /// Fields of the form.
    pub form: Fields,
    /// The tokens of the page's forms, for those who are logged in.
    pub forms: Option<FormTokens>,
    /// What is opened for the institution, where the account could use it.
    pub open: Vec<OpenFunction>,
    /// The form whose answer this page shows, if its address names one.
    pub result: Option<Answered>,
}

/// A request as what answers programs sees it.
pub struct ApiCall {
    /// What there is beside the door.
    pub centre: Arc<Context>,
    /// Number, moment and randomness.
    pub request: Request,
    /// The way to the door.
    pub service: ServiceHandle,
    /// Every route of this site.
    pub routes: &'static [Route],
    /// Who asks, on routes that need a token.
    pub identity: Option<Arc<Identity>>,
    /// The terminal, on routes that need its certificate.
    pub terminal: Option<Box<Terminal>>,
    /// Whoever has a code for a certificate, on the route for those.
    pub enrolling: Option<Arc<Enrolling>>,
    /// Which message it is, where it is one.
    pub message: Option<MessageKind>,
    /// Parameters of the path.
    pub path: BTreeMap<String, String>,
    /// How the message came.
    pub format: Format,
    /// The kind of content of what comes in pieces; none when it is nothing that the route takes.
    pub media: Option<Media>,
    /// What the sender calls this request, so that a repetition is the same.
    pub idempotency_key: Option<String>,
    /// The message.
    pub body: Bytes,
    /// The place in memory of a bulk message, for as long as it is worked on.
    pub place: Option<Place>,
    /// Who signed it, on routes of card readers.
    pub signature: Option<Signature>,
    /// What is asked in FHIR, on its routes.
    pub fhir: Option<FhirRequest>,
    /// What comes in pieces, on routes that take such.
    pub(super) upload: Mutex<Option<Body>>,
}

/// The longest `Idempotency-Key`.
const KEY_BYTES_MAX: usize = 64;

impl ApiCall {
    /// Who asks. Routes that need a token always have it.
    pub fn identity(&self) -> Result<&Identity, Error> {
        self.identity
            .as_deref()
            .ok_or_else(|| RefusalCode::NotLoggedIn.into())
    }

    /// Does what takes long beside the sockets, in the institution's turn.
    pub async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.centre.messages.run(self.service.share(), work).await
    }

    /// Prints what is about one patient beside the sockets, in the institution's turn. More may wait for it than
    /// for large messages, since what waits is small.
    pub async fn print_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.centre.printing.run(self.service.share(), work).await
    }

    /// The character set of the answer: a JSON answer is always UTF-8.
    pub fn encoding(&self) -> Encoding {
        match (self.format, &self.identity) {
            (Format::Xml, Some(identity)) => identity.encoding,
            _ => Encoding::Utf8,
        }
    }

    /// What comes in pieces, once.
    pub fn take_upload(&self) -> Option<Body> {
        let mut upload = self.upload.lock().unwrap_or_else(PoisonError::into_inner);
        upload.take()
    }

    /// The sender's `Idempotency-Key`, if there is one. One that can't be kept is refused by its
    /// name: taken as none, a repetition would be another request.
    pub async fn own_key(&self) -> Result<Option<&str>, Error> {
        let Some(key) = &self.idempotency_key else {
            return Ok(None);
        };
        let good = (1..=KEY_BYTES_MAX).contains(&key.len());
        if good && key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Some(key));
        }
        let words =
            format!("Idempotency-Keyは、空白のない英数字・記号で{KEY_BYTES_MAX}文字までです。");
        self.service.note_refusal(RefusalCode::Invalid).await?;
        Err(Refusal::invalid(vec![Problem::new("idempotency-key", words)]).into())
    }
}

impl Call {
    /// What this page shows of a form that was sent, if it is the page after one.
    pub fn shown<T: DeserializeOwned>(&self) -> Option<T> {
        let page = self.result.as_ref()?.text.page.clone()?;
        serde_json::from_value(page).ok()
    }

    /// The query that names the form whose answer this page shows, for another address of the same answer.
    pub(crate) fn result_query(&self) -> String {
        let token = self.result.as_ref();
        let token = token.map(|result| result.submission.token());
        format!("{}={}", submission::RESULT, token.unwrap_or_default())
    }

    /// The password that waits to be shown on this page, once: it is gone after this, and the
    /// audit log says that it was shown.
    pub(crate) async fn shown_once(
        &self,
        about: onshi_core::Subject,
    ) -> Result<Option<String>, Error> {
        self.shown_once_as(about, Detail::PasswordShown {}).await
    }

    /// The same for something else than a password, which the audit log calls by its name.
    pub(crate) async fn shown_once_as(
        &self,
        about: onshi_core::Subject,
        detail: Detail,
    ) -> Result<Option<String>, Error> {
        let Some(result) = self
            .result
            .as_ref()
            .filter(|result| result.sent.secret_waits)
        else {
            return Ok(None);
        };
        let submission = result.submission.clone();
        let show = move |tx: &mut Tx<'_>| {
            let shown = form::show_once(tx, &submission)?;
            if shown.is_some() {
                tx.set_detail(detail.clone());
            }
            Ok(shown)
        };
        self.service.change(about, show).await
    }

    /// A token for a form of a page that nobody is logged in on.
    pub(crate) fn form_token(&self) -> String {
        let key = self.terminal.as_ref().ok();
        let key = key.map(|terminal| FormKey::of_terminal(&terminal.serial));
        key.map_or_else(String::new, |key| key.issue(&fresh_seed(), "main"))
    }
}
