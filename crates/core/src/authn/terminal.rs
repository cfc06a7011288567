//! From what a connection and a request show to who is at the door.

use super::Authn;
use crate::account::session::{EndReason, Session};
use crate::actor::Actor;
use crate::certificate::{INSURER_UNIT, Peer, PeerStatus};
use crate::clock::Moment;
use crate::error::{Fault, RefusalCode};
use crate::terms::FacilityCode;

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
    pub peer: Option<Peer>,
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
    let facility = FacilityCode::parse(&peer.facility_code).ok()?;
    Some(Actor::visitor(facility, &peer.serial))
}

impl Authn<'_> {
    /// Judges the certificate of a connection at this moment.
    pub fn terminal(
        &self,
        presented: &PeerStatus,
        now: Moment,
    ) -> Result<Result<Terminal, BadCertificate>, Fault> {
        let bad = |code, peer: Option<&Peer>| {
            Ok(Err(BadCertificate {
                code,
                peer: peer.cloned(),
            }))
        };
        let peer = match presented.believed() {
            Ok(peer) => peer,
            Err(code) => return bad(code, None),
        };
        let Some((certificate, facility)) = self.certificate(&peer.serial)? else {
            let of_an_insurer = peer.facility_code == INSURER_UNIT;
            return match of_an_insurer && self.insurer_certificate(&peer.serial)?.is_some() {
                true => bad(RefusalCode::CertificateOtherKind, None),
                false => bad(RefusalCode::CertificateForeign, None),
            };
        };
        if certificate.revoked.is_some() {
            return bad(RefusalCode::CertificateRevoked, Some(peer));
        }
        if let Some(code) = peer.outside_its_period(now) {
            return bad(code, Some(peer));
        }
        if facility.stopped.is_some() {
            return bad(RefusalCode::FacilityStopped, Some(peer));
        }
        Ok(Ok(Terminal {
            visitor: Actor::visitor(facility.code.clone(), &certificate.serial),
            serial: certificate.serial,
            name: certificate.terminal_name,
            facility: facility.code,
            facility_name: facility.name,
            not_after: certificate.not_after,
            shift_jis: facility.shift_jis,
        }))
    }

    /// Which insurer a connection's certificate is of, at this moment, or why it is of none.
    pub fn insurer(
        &self,
        presented: &PeerStatus,
        now: Moment,
    ) -> Result<Result<Actor, RefusalCode>, Fault> {
        let peer = match presented.believed() {
            Ok(peer) => peer,
            Err(code) => return Ok(Err(code)),
        };
        let Some(found) = self.insurer_certificate(&peer.serial)? else {
            let terminal = self.terminal(presented, now)?;
            return Ok(Err(match terminal {
                Ok(_) => RefusalCode::CertificateOtherKind,
                Err(bad) => bad.code,
            }));
        };
        Ok(if found.revoked.is_some() {
            Err(RefusalCode::CertificateRevoked)
        } else if let Some(code) = peer.outside_its_period(now) {
            Err(code)
        } else {
            Ok(Actor::insurer(&found.serial, found.numbers))
        })
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
