//! Who is asking: by the certificate of the connection, by a session, by a token, by an institution's address, by a code
//! for a certificate, by what a phone of staff keeps.

mod enrolment;
mod home;
pub(crate) mod phone;
mod token;
mod token_alone;

use crate::http::access::Access;
use crate::http::cookies::Cookies;
use crate::http::presented::Presented;
use crate::http::route::Route;
use crate::state::Centre;
use crate::state::blocking::beside;
use crate::state::identity::Identity;
use axum::http::request::Parts;
use onshi_core::account::session::Session;
use onshi_core::authn::{
    BadCertificate, Enrolling, Holder, HomeVisitor, LoggedIn, StaffPhoneHolder, Terminal,
};
use onshi_core::emergency::{self, OpenFunction};
use onshi_core::{Actor, Error, Fault, Function, RefusalCode, Request};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who is asking, as far as what they show says.
#[derive(Clone)]
pub(crate) enum Caller {
    /// Nobody was asked.
    Nobody,
    /// The holder of a certificate, who is logged in there, and what is opened for the institution
    /// that the account could use.
    Holder(Holder, LoggedIn, Vec<OpenFunction>),
    /// A program, by its token.
    Program(Arc<Identity>),
    /// A patient, by the address that they opened.
    Patient(Arc<HomeVisitor>),
    /// Whoever has a code for a certificate.
    Enrolling(Arc<Enrolling>),
    /// Anybody at the portal who applies.
    Applicant(Actor),
    /// A phone of staff, and who is logged in there.
    Phone(Box<StaffPhoneHolder>, LoggedIn),
}

impl Caller {
    /// The terminal, where its certificate is good; a phone of staff is one to whoever is logged in there.
    pub(crate) fn terminal(&self) -> Result<&Terminal, BadCertificate> {
        let bad = |code| BadCertificate { code, peer: None };
        match self {
            Caller::Holder(Holder::Terminal(terminal), ..) => Ok(terminal),
            Caller::Phone(phone, _) => Ok(&phone.terminal),
            Caller::Holder(Holder::Insurer(_), ..) => Err(bad(RefusalCode::CertificateOtherKind)),
            Caller::Holder(Holder::Nobody(bad), ..) => Err(bad.clone()),
            _ => Err(bad(RefusalCode::CertificateMissing)),
        }
    }

    /// What is wrong with the certificate, where terminals come in and one was looked at.
    pub(crate) fn bad_certificate(&self) -> Option<BadCertificate> {
        match self {
            Caller::Holder(..) => self.terminal().err(),
            _ => None,
        }
    }

    /// Whether somebody is logged in on the screens.
    pub(crate) fn logged_in(&self) -> &LoggedIn {
        match self {
            Caller::Holder(_, who, _) | Caller::Phone(_, who) => who,
            _ => &LoggedIn::Nobody,
        }
    }

    /// What is opened for the institution that the account could use.
    pub(crate) fn open(&self) -> &[OpenFunction] {
        match self {
            Caller::Holder(_, _, open) => open,
            _ => &[],
        }
    }

    /// The program.
    pub(crate) fn program(&self) -> Option<&Arc<Identity>> {
        match self {
            Caller::Program(identity) => Some(identity),
            _ => None,
        }
    }

    /// The phone of staff.
    pub(crate) fn phone(&self) -> Option<&StaffPhoneHolder> {
        match self {
            Caller::Phone(phone, _) => Some(phone),
            _ => None,
        }
    }

    /// The patient.
    pub(crate) fn patient(&self) -> Option<&Arc<HomeVisitor>> {
        match self {
            Caller::Patient(visitor) => Some(visitor),
            _ => None,
        }
    }

    /// Whoever has a code for a certificate.
    pub(crate) fn enrolling(&self) -> Option<&Arc<Enrolling>> {
        match self {
            Caller::Enrolling(enrolling) => Some(enrolling),
            _ => None,
        }
    }

    /// The same where only the operators' terminals come in, or only all others.
    #[must_use]
    pub(crate) fn at_site(self, is_of_operators: bool) -> Caller {
        match self {
            Caller::Holder(Holder::Terminal(terminal), ..)
                if terminal.facility.is_of_operators() != is_of_operators =>
            {
                let bad = BadCertificate {
                    code: RefusalCode::CertificateOtherKind,
                    peer: None,
                };
                Caller::Holder(Holder::Nobody(bad), LoggedIn::Nobody, Vec::new())
            }
            same => same,
        }
    }

    /// Who it is, whatever was to be done; nobody where nobody can be told by what was shown.
    pub(crate) fn actor(&self) -> Option<Actor> {
        match self {
            Caller::Nobody => None,
            Caller::Program(identity) => Some(identity.actor.clone()),
            Caller::Patient(visitor) => Some(visitor.actor()),
            Caller::Enrolling(enrolling) => Some(enrolling.actor()),
            Caller::Applicant(actor) => Some(actor.clone()),
            Caller::Holder(_, LoggedIn::Session(session), _)
            | Caller::Phone(_, LoggedIn::Session(session)) => Some(session.actor()),
            Caller::Phone(phone, _) => Some(phone.terminal.visitor()),
            Caller::Holder(holder, ..) => holder.actor(),
        }
    }
}

/// Finds out who is asking on a route. Of what another site's page makes a browser send only the
/// certificate counts, and what is sent is no use of a session and does not keep it open.
pub(crate) async fn find(
    centre: &Arc<Centre>,
    route: &Route,
    (presented, head, path): (&Presented, &Parts, Option<&BTreeMap<String, String>>),
    cookies: &Cookies,
    (request, is_welcome): (&Request, bool),
) -> Result<Caller, Error> {
    let found = match route.access {
        // Whose phone a code binds, the form says.
        Access::Open(_) | Access::PhoneActivation(_) => Caller::Nobody,
        Access::Phone(_) | Access::PhoneSession(_) => {
            phone::find(centre, cookies, (is_welcome, request.now)).await?
        }
        Access::Home(_) => Caller::Patient(home::find(centre, path).await?),
        Access::Applicant(_) => Caller::Applicant(centre.service.authn().applicant()),
        Access::Enrolment(_) => Caller::Enrolling(enrolment::find(centre, &head.headers).await?),
        Access::Token(_) if is_welcome => {
            Caller::Program(token::find(centre, presented, &head.headers, request.now).await?)
        }
        Access::TokenAlone(_) if is_welcome => Caller::Program(
            token_alone::find(centre, presented.address, &head.headers, request.now).await?,
        ),
        _ => {
            let cookie = cookies.session.clone();
            let found = holder(centre, presented, cookie, (request, is_welcome)).await?;
            found.at_site(route.is_of_operators)
        }
    };
    Ok(found)
}

/// The holder of the certificate of a connection, and who is logged in there by this cookie. The
/// look-ups block, so they run beside the sockets.
pub(crate) async fn holder(
    centre: &Arc<Centre>,
    presented: &Presented,
    cookie: Option<String>,
    (request, counts_as_use): (&Request, bool),
) -> Result<Caller, Fault> {
    let (asked, presented, now) = (centre.clone(), presented.clone(), request.now);
    beside(centre, "looking who is at the door", move || {
        let authn = asked.service.authn();
        let holder = authn.holder(&presented.certificate, now)?;
        let who = match &holder {
            Holder::Terminal(terminal) => {
                authn.logged_in(cookie.as_deref(), terminal, now, counts_as_use)?
            }
            _ => LoggedIn::Nobody,
        };
        let open = match &who {
            LoggedIn::Session(session) if may_be_opened_for(session) => {
                asked.service.list_open_functions(&session.facility, now)?
            }
            _ => Vec::new(),
        };
        Ok(Caller::Holder(holder, who, open))
    })
    .await
}

/// Whether the account could use anything that is opened.
fn may_be_opened_for(session: &Session) -> bool {
    let role = session.kind.role();
    let may = |function: &Function| function.is_for(role);
    emergency::FUNCTIONS.iter().any(may)
}
