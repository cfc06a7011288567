//! Authorisation before the door: as whom a request goes on, and what must come first. What the
//! permission table says is the door's.

use crate::http::access::Access;
use crate::http::caller::{self, Caller};
use crate::http::extract::insurer_number;
use crate::http::presented::Presented;
use crate::http::refusals;
use crate::http::route::Route;
use crate::http::service::ServiceHandle;
use crate::state::Centre;
use onshi_core::audit::SubjectKind;
use onshi_core::authn::{Holder, LoggedIn};
use onshi_core::service::OperationContext;
use onshi_core::{Actor, Error, Function, RefusalCode, Request, Subject};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Decides as whom somebody goes on where this access is asked for.
fn admit(access: Access, caller: &Caller) -> Result<Actor, Error> {
    match access {
        Access::Open(_) => Err(RefusalCode::NotPermitted.into()),
        Access::Terminal(_) => match caller.terminal() {
            Ok(terminal) => Ok(terminal.visitor()),
            Err(bad) => Err(bad.code.into()),
        },
        Access::Session(_) => match (caller.terminal(), caller.logged_in()) {
            (Err(bad), _) => Err(bad.code.into()),
            (Ok(_), LoggedIn::Session(session)) => Ok(session.actor()),
            (Ok(_), LoggedIn::Ended(..)) => Err(RefusalCode::SessionEnded.into()),
            (Ok(_), LoggedIn::Nobody) => Err(RefusalCode::NotLoggedIn.into()),
        },
        Access::Token(_) | Access::TokenAlone(_) => match caller {
            Caller::Program(identity) => Ok(identity.actor.clone()),
            _ => Err(RefusalCode::TokenMissing.into()),
        },
        Access::Home(_) => match caller {
            Caller::Patient(visitor) => Ok(visitor.actor()),
            _ => Err(RefusalCode::HomeUnknown.into()),
        },
        Access::Applicant(_) => match caller {
            Caller::Applicant(actor) => Ok(actor.clone()),
            _ => Err(RefusalCode::NotPermitted.into()),
        },
        Access::Enrolment(_) => match caller {
            Caller::Enrolling(enrolling) => Ok(enrolling.actor()),
            _ => Err(RefusalCode::EnrolmentUnknown.into()),
        },
        Access::Phone(_) | Access::PhoneActivation(_) => match caller {
            Caller::Phone(phone, _) => Ok(phone.terminal.visitor()),
            _ => Err(RefusalCode::PhoneUnknown.into()),
        },
        Access::PhoneSession(_) => match caller {
            Caller::Phone(_, LoggedIn::Session(session)) => Ok(session.actor()),
            Caller::Phone(_, LoggedIn::Ended(..)) => Err(RefusalCode::SessionEnded.into()),
            Caller::Phone(_, LoggedIn::Nobody) => Err(RefusalCode::NotLoggedIn.into()),
            _ => Err(RefusalCode::PhoneUnknown.into()),
        },
        Access::Insurer(_) => match caller {
            Caller::Holder(Holder::Insurer(actor), ..) => Ok(actor.clone()),
            Caller::Holder(Holder::Nobody(bad), ..) => Err(bad.code.into()),
            _ => Err(RefusalCode::CertificateOtherKind.into()),
        },
    }
}

/// As whom, for what and about whom the request goes on; none on open routes. Whoever does not go on
/// is refused here: in the log of the certificate's holder, or counted.
pub(crate) async fn operation(
    centre: &Arc<Centre>,
    route: &Route,
    (presented, path): (&Presented, Option<&BTreeMap<String, String>>),
    caller: Result<&Caller, Error>,
    request: &Request,
) -> Result<Option<OperationContext>, Error> {
    let Some(function) = route.access.function() else {
        return Ok(None);
    };
    let subject = match route.access {
        Access::Insurer(_) => Subject::of(SubjectKind::Insurer, insurer_number(path)?),
        Access::Enrolment(_) => match caller.as_ref().ok().and_then(|c| c.enrolling()) {
            Some(enrolling) => enrolling.subject(),
            None => Subject::NONE,
        },
        _ => Subject::NONE,
    };
    let operation = |actor| OperationContext {
        subject: subject.clone(),
        ..OperationContext::new(actor, function, request.clone())
    };
    let admitted = caller.and_then(|caller| admit(route.access, caller));
    if is_refused_as(&admitted, RefusalCode::CertificateOtherKind) {
        // Whose it is is known, so it is refused in the log of whoever that is.
        let known = caller::holder(centre, presented, None, (request, false)).await?;
        if let Some(actor) = known.actor() {
            return ServiceHandle::new(centre.service.clone(), operation(actor))
                .refuse(RefusalCode::CertificateOtherKind)
                .await;
        }
    }
    let admitted = refusals::counted(centre, presented, (function, request), admitted);
    Ok(Some(operation(admitted.await?)))
}

fn is_refused_as<T>(admitted: &Result<T, Error>, code: RefusalCode) -> bool {
    matches!(admitted, Err(Error::Refused(refusal)) if refusal.code == code)
}

/// Refuses what another site's page made a browser send, in the log of whose certificate the browser
/// holds: somebody there had such a page open.
pub(crate) async fn refuse_foreign<T: Send + 'static>(
    centre: &Centre,
    route: &Route,
    caller: &Caller,
    request: &Request,
) -> Result<T, Error> {
    let code = RefusalCode::ForeignOrigin;
    let (Some(actor), Some(function)) = (caller.actor(), route.access.function()) else {
        return Err(code.into());
    };
    let operation = OperationContext::new(actor, function, request.clone());
    ServiceHandle::new(centre.service.clone(), operation)
        .refuse(code)
        .await
}

/// What may always be done on the screens: to log in and out, to begin with another account, and to change the own password.
fn is_always_allowed(function: Function) -> bool {
    matches!(
        function,
        Function::ChangeOwnPassword
            | Function::LogOut
            | Function::LogIn
            | Function::ActivateAccount
            | Function::ActivateStaffPhone
    )
}

/// A program's account may do its business by messages and not on the web: who has no menu finds
/// only the change of the own password there, and the way out.
fn may_use_screens(who: &LoggedIn, function: Function) -> bool {
    match who {
        LoggedIn::Session(session) => !session.kind.is_system() || is_always_allowed(function),
        _ => true,
    }
}

/// Before the first own password there is only the change of it, and the way out.
fn must_change_first(who: &LoggedIn, function: Function) -> bool {
    matches!(who, LoggedIn::Session(session) if session.must_change_password)
        && !is_always_allowed(function)
}

/// Before a second factor that is required there is only the adding of one, and the way out.
fn must_add_factor_first(who: &LoggedIn, function: Function) -> bool {
    matches!(who, LoggedIn::Session(session) if session.must_add_factor)
        && !is_always_allowed(function)
        && function != Function::ManageOwnSecondFactor
}

/// Comes in at the door, before what was sent is looked at. `is_foreign` is a form of which no page of
/// ours is known to have sent it.
pub(crate) async fn enter(
    service: &ServiceHandle,
    (route, caller, presented): (&Route, &Caller, &Presented),
    is_foreign: bool,
) -> Result<(), Error> {
    let Some(function) = route.access.function() else {
        return Ok(());
    };
    if let (Access::TokenAlone(_), Caller::Program(identity)) = (route.access, caller)
        && !identity.may_come_from(presented.address)
    {
        return service.refuse(RefusalCode::NetworkNotAllowed).await;
    }
    let who = caller.logged_in();
    if must_change_first(who, function) {
        return service.refuse(RefusalCode::PasswordChangeNeeded).await;
    }
    if must_add_factor_first(who, function) {
        return service.refuse(RefusalCode::SecondFactorNeeded).await;
    }
    if caller.phone().is_some_and(|phone| !phone.is_used) {
        return service.refuse(RefusalCode::PhoneNotUsed).await;
    }
    service.enter().await?;
    if !may_use_screens(who, function) {
        return service.refuse(RefusalCode::NotPermitted).await;
    }
    if is_foreign {
        return service.refuse(RefusalCode::ForeignOrigin).await;
    }
    Ok(())
}
