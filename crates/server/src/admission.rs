//! Admission: who is at the door, as whom the request goes on, and what must come first.

use crate::centre::Centre;
use crate::gate::{self, BadCertificate, LoggedIn, Terminal};
use crate::listener::Shown;
use crate::routes::{Access, Route};
use onshi_core::{AccountKind, Actor, Error, Fault, Function, RefusalCode, Request};
use std::sync::Arc;

pub(crate) type Known = (Result<Terminal, BadCertificate>, LoggedIn);

/// Finds out who is at the door. The look-ups block, so they run beside the sockets. What another
/// site's page makes a browser send is no use of a session, and does not keep it open.
pub(crate) async fn identify(
    centre: &Arc<Centre>,
    shown: &Shown,
    token: Option<String>,
    request: &Request,
    counts_as_use: bool,
) -> Result<Known, Fault> {
    let (centre, shown, now) = (centre.clone(), shown.clone(), request.now);
    tokio::task::spawn_blocking(move || {
        let terminal = gate::judge(&centre.office.gate(), &shown.0, now)?;
        let who = match &terminal {
            Ok(terminal) => {
                let token = token.as_deref();
                gate::session(&centre, token, terminal, now, counts_as_use)?
            }
            Err(_) => LoggedIn::Nobody,
        };
        Ok((terminal, who))
    })
    .await
    .map_err(|e| Fault::at("looking who is at the door", e))?
}

/// As whom, and in whose log, a request is refused that another site's page made a browser send. Nobody
/// knows it when the certificate is not good, or when the route asks nobody.
pub(crate) fn holder(
    route: &Route,
    terminal: &Result<Terminal, BadCertificate>,
    who: &LoggedIn,
) -> Option<(Actor, Function)> {
    let terminal = terminal.as_ref().ok()?;
    let (Access::Terminal(function) | Access::Session(function)) = route.access else {
        return None;
    };
    let (facility, serial) = (terminal.facility.clone(), &terminal.serial);
    let actor = match who {
        LoggedIn::Session(session) => {
            Actor::account(session.kind, &session.account_id, facility, serial)
        }
        _ => Actor::visitor(facility, serial),
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
            let (kind, id): (AccountKind, &str) = (session.kind, &session.account_id);
            let actor = Actor::account(kind, id, terminal.facility.clone(), &terminal.serial);
            Ok(Some((actor, function)))
        }
        (Access::Session(_), LoggedIn::Ended(..)) => Err(RefusalCode::SessionEnded.into()),
        (Access::Session(_), LoggedIn::Nobody) => Err(RefusalCode::NotLoggedIn.into()),
        (Access::Terminal(function), _) => {
            let actor = Actor::visitor(terminal.facility.clone(), &terminal.serial);
            Ok(Some((actor, function)))
        }
        (Access::Token(_), _) => Err(RefusalCode::TokenInvalid.into()),
        (Access::Insurer(_), _) => Err(RefusalCode::NotPermitted.into()),
        (Access::Open(_), _) => Ok(None),
    }
}

/// A program's account may do its business by messages and not on the web: who has no menu finds
/// only the change of the own password there, and the way out.
pub(crate) fn may_use_screens(who: &LoggedIn, function: Function) -> bool {
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
pub(crate) fn must_change_first(who: &LoggedIn, function: Function) -> bool {
    let allowed = matches!(
        function,
        Function::ChangeOwnPassword | Function::LogOut | Function::LogIn
    );
    matches!(who, LoggedIn::Session(session) if session.must_change_password) && !allowed
}
