//! Admission: who is at the door, as whom the request goes on, and what must come first.

use crate::http::listener::Presented;
use crate::http::service::ServiceHandle;
use crate::routes::{Access, Route};
use crate::state::Centre;
use crate::state::blocking::beside;
use onshi_core::account::session::Session;
use onshi_core::authn::{BadCertificate, LoggedIn, Terminal};
use onshi_core::emergency::{self, OpenFunction};
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Error, Fault, Function, RefusalCode, Request};
use std::sync::Arc;

/// Who is at the door, and what is opened for the institution that the account could use.
pub(crate) type Known = (
    Result<Terminal, BadCertificate>,
    LoggedIn,
    Vec<OpenFunction>,
);

/// Who is at the door of an open route, where nobody is asked.
pub(crate) fn nobody() -> Known {
    let nothing_presented = BadCertificate {
        code: RefusalCode::CertificateMissing,
        peer: None,
    };
    (Err(nothing_presented), LoggedIn::Nobody, Vec::new())
}

/// Finds out who is at the door. The look-ups block, so they run beside the sockets. What another
/// site's page makes a browser send is no use of a session, and does not keep it open.
pub(crate) async fn identify(
    centre: &Arc<Centre>,
    presented: &Presented,
    token: Option<String>,
    request: &Request,
    counts_as_use: bool,
) -> Result<Known, Fault> {
    let (asked, presented, now) = (centre.clone(), presented.clone(), request.now);
    beside(centre, "looking who is at the door", move || {
        let authn = asked.service.authn();
        let terminal = authn.terminal(&presented.certificate, now)?;
        let who = match &terminal {
            Ok(terminal) => authn.logged_in(token.as_deref(), terminal, now, counts_as_use)?,
            Err(_) => LoggedIn::Nobody,
        };
        let open = match &who {
            LoggedIn::Session(session) if may_be_opened_for(session) => {
                asked.service.list_open_functions(&session.facility, now)?
            }
            _ => Vec::new(),
        };
        Ok((terminal, who, open))
    })
    .await
}

/// Whether the account could use anything that is opened.
fn may_be_opened_for(session: &Session) -> bool {
    let role = session.kind.role();
    let may = |function: &Function| function.is_for(role);
    emergency::FUNCTIONS.iter().any(may)
}

impl Route {
    /// Whether another site's link may open it: only what holds nothing, and where the start page
    /// leads who is logged in. All else opens from a page of ours, or by its address.
    pub(crate) const fn may_be_linked(&self) -> bool {
        match self.access {
            Access::Open(_) | Access::Terminal(_) => true,
            Access::Session(function) => {
                matches!(function, Function::OpenMenu | Function::ChangeOwnPassword)
            }
            Access::Token(_) | Access::TokenAlone(_) | Access::Insurer(_) => false,
        }
    }
}

/// Refuses what another site's page made a browser send, in the log of whose certificate it was.
pub(crate) async fn refuse_foreign<T: Send + 'static>(
    centre: &Centre,
    route: &Route,
    (terminal, who): (&Result<Terminal, BadCertificate>, &LoggedIn),
    request: &Request,
) -> Result<T, Error> {
    let code = RefusalCode::ForeignOrigin;
    let Some((actor, function)) = holder(route, terminal, who) else {
        return Err(code.into());
    };
    let operation = OperationContext::new(actor, function, request.clone());
    ServiceHandle::new(centre.service.clone(), operation)
        .refuse(code)
        .await
}

/// As whom it is refused. Nobody knows when the certificate is not good, or when the route asks nobody.
fn holder(
    route: &Route,
    terminal: &Result<Terminal, BadCertificate>,
    who: &LoggedIn,
) -> Option<(Actor, Function)> {
    let terminal = terminal.as_ref().ok()?;
    let (Access::Terminal(function) | Access::Session(function)) = route.access else {
        return None;
    };
    let actor = match who {
        LoggedIn::Session(session) => session.actor(),
        _ => terminal.visitor(),
    };
    Some((actor, function))
}

/// Decides as whom and for what the request goes on; on open routes as nobody and for nothing.
pub(crate) fn admit(
    route: &Route,
    terminal: &Result<Terminal, BadCertificate>,
    who: &LoggedIn,
) -> Result<Option<(Actor, Function)>, Error> {
    let terminal = match (route.access, terminal) {
        (Access::Open(_), _) => return Ok(None),
        (_, Err(bad)) => return Err(bad.code.into()),
        (_, Ok(terminal)) => terminal,
    };
    match (route.access, who) {
        (Access::Session(function), LoggedIn::Session(session)) => {
            Ok(Some((session.actor(), function)))
        }
        (Access::Session(_), LoggedIn::Ended(..)) => Err(RefusalCode::SessionEnded.into()),
        (Access::Session(_), LoggedIn::Nobody) => Err(RefusalCode::NotLoggedIn.into()),
        (Access::Terminal(function), _) => Ok(Some((terminal.visitor(), function))),
        (Access::Token(_) | Access::TokenAlone(_), _) => Err(RefusalCode::TokenInvalid.into()),
        (Access::Insurer(_), _) => Err(RefusalCode::NotPermitted.into()),
        (Access::Open(_), _) => Ok(None),
    }
}

/// A program's account may do its business by messages and not on the web: who has no menu finds
/// only the change of the own password there, and the way out.
fn may_use_screens(who: &LoggedIn, function: Function) -> bool {
    let LoggedIn::Session(session) = who else {
        return true;
    };
    let own = matches!(
        function,
        Function::ChangeOwnPassword | Function::LogOut | Function::LogIn
    );
    own || !session.kind.is_system()
}

/// Before the first own password there is only the change of it, and the way out.
fn must_change_first(who: &LoggedIn, function: Function) -> bool {
    let allowed = matches!(
        function,
        Function::ChangeOwnPassword | Function::LogOut | Function::LogIn
    );
    matches!(who, LoggedIn::Session(session) if session.must_change_password) && !allowed
}

/// Comes in at the handle, before the form is looked at.
pub(crate) async fn enter(
    service: &ServiceHandle,
    who: &LoggedIn,
    function: Function,
    foreign: bool,
) -> Result<(), Error> {
    if must_change_first(who, function) {
        return service.refuse(RefusalCode::PasswordChangeNeeded).await;
    }
    service.enter().await?;
    if !may_use_screens(who, function) {
        return service.refuse(RefusalCode::NotPermitted).await;
    }
    if foreign {
        return service.refuse(RefusalCode::ForeignOrigin).await;
    }
    Ok(())
}
