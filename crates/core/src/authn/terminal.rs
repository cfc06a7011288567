//! From what a connection and a request show to who is at the door.

use super::Authn;
use crate::account::session::{EndReason, Session};
use crate::account::token::TokenSession;
use crate::actor::Actor;
use crate::certificate::{CertificateState, INSURER_UNIT, Peer, PeerStatus, TerminalCertificate};
use crate::clock::Moment;
use crate::error::{Fault, RefusalCode};
use crate::facility::Facility;
use crate::terms::{FacilityCode, OPERATORS};

/// A terminal with a good certificate.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// The certificate's serial number.
    pub serial: String,
    /// The terminal's name.
    pub name: String,
    /// The institution.
    pub facility: FacilityCode,
    /// Its name.
    pub facility_name: String,
    /// When the certificate runs out.
    pub not_after: Moment,
    /// True when the institution's programs read Shift_JIS.
    pub shift_jis: bool,
    visitor: Actor,
}

impl Terminal {
    /// A phone of staff: what it has in the place of a certificate has no end of its own.
    pub(super) fn of_phone((id, name): (String, String), facility: Facility) -> Terminal {
        Terminal {
            visitor: Actor::visitor(facility.code.clone(), &id),
            serial: id,
            name,
            facility: facility.code,
            facility_name: facility.name,
            not_after: Moment::from_ms(i64::MAX),
            shift_jis: facility.shift_jis,
        }
    }

    /// Whole days that the certificate still has.
    pub fn days_left(&self, now: Moment) -> i64 {
        self.not_after.seconds_since(now).max(0) / 86_400
    }

    /// Whoever is at it, before anybody has logged in.
    pub fn visitor(&self) -> Actor {
        self.visitor.clone()
    }
}

/// What is wrong with a certificate, and what it says about itself.
#[derive(Clone, Debug)]
pub struct BadCertificate {
    /// Which of the certificate refusals.
    pub code: RefusalCode,
    /// What it says, where it may be believed.
    pub peer: Option<Box<Peer>>,
}

/// Who holds the certificate of a connection.
#[derive(Clone, Debug)]
pub enum Holder {
    /// A terminal of an institution (資格確認端末).
    Terminal(Box<Terminal>),
    /// An insurer's program (保険者).
    Insurer(Actor),
    /// Nobody who may come in, and why.
    Nobody(BadCertificate),
}

impl Holder {
    /// As whom whoever holds it is let in, before anybody has logged in.
    pub fn actor(&self) -> Option<Actor> {
        match self {
            Holder::Terminal(terminal) => Some(terminal.visitor()),
            Holder::Insurer(actor) => Some(actor.clone()),
            Holder::Nobody(_) => None,
        }
    }

    /// The terminal, where terminals come in.
    pub fn terminal(self) -> Result<Terminal, BadCertificate> {
        match self {
            Holder::Terminal(terminal) => Ok(*terminal),
            Holder::Insurer(_) => Err(BadCertificate {
                code: RefusalCode::CertificateOtherKind,
                peer: None,
            }),
            Holder::Nobody(bad) => Err(bad),
        }
    }

    /// The insurer, where insurers do.
    pub fn insurer(self) -> Result<Actor, RefusalCode> {
        match self {
            Holder::Insurer(actor) => Ok(actor),
            Holder::Terminal(_) => Err(RefusalCode::CertificateOtherKind),
            Holder::Nobody(bad) => Err(bad.code),
        }
    }
}

/// Whether somebody is logged in.
#[derive(Clone, Debug)]
pub enum LoggedIn {
    /// Nobody, and nobody was.
    Nobody,
    /// Somebody was, and this is why no more.
    Ended(EndReason, Option<String>),
    /// Somebody is.
    Session(Box<Session>),
}

/// How exactly the last use of a session is kept. Writing it at every click would cost a commit
/// for nothing.
const LAST_SEEN_STEP_SECONDS: i64 = 30;

/// As whom a connection with a certificate of ours is refused, where nobody got as far as the door;
/// none where it showed no such certificate.
pub fn refused_as(presented: &PeerStatus) -> Option<Actor> {
    let peer = presented.peer()?;
    if peer.facility_code == INSURER_UNIT {
        return Some(Actor::insurer(&peer.serial, Vec::new()));
    }
    let facility = match peer.facility_code.as_str() {
        OPERATORS => FacilityCode::of_operators(),
        code => FacilityCode::parse(code).ok()?,
    };
    Some(Actor::visitor(facility, &peer.serial))
}

impl Authn<'_> {
    /// Whose certificate a connection shows, and what it is worth at this moment: the one look-up for
    /// terminals and insurers.
    pub fn holder(&self, presented: &PeerStatus, now: Moment) -> Result<Holder, Fault> {
        let bad = |code, peer: Option<&Peer>| {
            Holder::Nobody(BadCertificate {
                code,
                peer: peer.cloned().map(Box::new),
            })
        };
        let peer = match presented.believed() {
            Ok(peer) => peer,
            Err(code) => return Ok(bad(code, None)),
        };
        let state = |revoked| CertificateState::of(revoked, peer.period(), now).must_be_valid();
        if peer.facility_code == INSURER_UNIT {
            let Some(found) = self.insurer_certificate(&peer.serial)? else {
                return Ok(bad(RefusalCode::CertificateForeign, None));
            };
            return Ok(match state(found.revoked.is_some()) {
                Ok(()) => Holder::Insurer(Actor::insurer(&found.serial, found.numbers)),
                Err(code) => bad(code, None),
            });
        }
        let Some((certificate, facility)) = self.certificate(&peer.serial)? else {
            return Ok(bad(RefusalCode::CertificateForeign, None));
        };
        if let Err(code) = state(certificate.is_revoked(now)) {
            return Ok(bad(code, Some(peer)));
        }
        if facility.stopped.is_some() {
            return Ok(bad(RefusalCode::FacilityStopped, Some(peer)));
        }
        Ok(Holder::Terminal(Box::new(Terminal {
            visitor: Actor::visitor(facility.code.clone(), &certificate.serial),
            serial: certificate.serial,
            name: certificate.terminal_name,
            facility: facility.code,
            facility_name: facility.name,
            not_after: certificate.not_after,
            shift_jis: facility.shift_jis,
        })))
    }

    /// The terminal that a connection shows the certificate of.
    pub fn terminal(
        &self,
        presented: &PeerStatus,
        now: Moment,
    ) -> Result<Result<Terminal, BadCertificate>, Fault> {
        Ok(self.holder(presented, now)?.terminal())
    }

    /// The certificate through which a token's program logged in, with its institution, where the
    /// connection itself shows none; or why it is good no more.
    pub fn certificate_of(
        &self,
        session: &TokenSession,
        now: Moment,
    ) -> Result<Result<(TerminalCertificate, Facility), RefusalCode>, Fault> {
        let found = self.certificate(&session.certificate_serial)?;
        let Some((certificate, facility)) =
            found.filter(|(found, _)| found.facility == session.facility)
        else {
            return Ok(Err(RefusalCode::TokenUnknown));
        };
        let state = certificate.state(now).must_be_valid();
        Ok(state.map(|()| (certificate, facility)))
    }

    /// Finds the session of a cookie. A session holds only through a certificate of the institution
    /// that it was begun at, and only at the terminal where it was begun.
    pub fn logged_in(
        &self,
        token: Option<&str>,
        terminal: &Terminal,
        now: Moment,
        counts_as_use: bool,
    ) -> Result<LoggedIn, Fault> {
        let Some(token) = token else {
            return Ok(LoggedIn::Nobody);
        };
        let Some(session) = self.session(token)? else {
            return Ok(LoggedIn::Nobody);
        };
        if session.facility != terminal.facility || session.certificate_serial != terminal.serial {
            return Ok(LoggedIn::Nobody);
        }
        match session.check(now, &self.rules().session) {
            Ok(()) => {
                let long_ago = now.seconds_since(session.last_seen_at) >= LAST_SEEN_STEP_SECONDS;
                if counts_as_use && long_ago {
                    self.seen(&session, now);
                }
                Ok(LoggedIn::Session(Box::new(session)))
            }
            Err(reason) => {
                let by = session.ended.and_then(|(_, by)| by);
                Ok(LoggedIn::Ended(reason, by))
            }
        }
    }
}
