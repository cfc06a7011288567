//! The gate: from a connection and a request to who is at the door.

use crate::centre::Centre;
use onshi_core::account::gate::Gate;
use onshi_core::account::session::{EndReason, Session};
use onshi_core::certificate::{INSURER_UNIT, Peer, PeerStanding};
use onshi_core::facility::FacilityCode;
use onshi_core::{Fault, Moment, RefusalCode};

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
}

impl Terminal {
    /// Whole days that the certificate still has.
    pub fn days_left(&self, now: Moment) -> i64 {
        self.not_after.seconds_since(now).max(0) / 86_400
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

/// Judges the certificate of a connection at this moment.
pub fn judge(
    gate: &Gate<'_>,
    shown: &PeerStanding,
    now: Moment,
) -> Result<Result<Terminal, BadCertificate>, Fault> {
    let bad = |code, peer: Option<&Peer>| {
        Ok(Err(BadCertificate {
            code,
            peer: peer.cloned(),
        }))
    };
    let peer = match shown {
        PeerStanding::Missing => return bad(RefusalCode::CertificateMissing, None),
        PeerStanding::Foreign { .. } => return bad(RefusalCode::CertificateForeign, None),
        PeerStanding::NotYetValid(peer)
        | PeerStanding::Expired(peer)
        | PeerStanding::Valid(peer) => peer,
    };
    let Some((certificate, facility)) = gate.certificate(&peer.serial)? else {
        let of_an_insurer = peer.facility_code == INSURER_UNIT;
        return match of_an_insurer && gate.insurer(&peer.serial)?.is_some() {
            true => bad(RefusalCode::CertificateOtherKind, None),
            false => bad(RefusalCode::CertificateForeign, None),
        };
    };
    if certificate.revoked.is_some() {
        return bad(RefusalCode::CertificateRevoked, Some(peer));
    }
    if now.ms() < peer.not_before_ms {
        return bad(RefusalCode::CertificateNotYetValid, Some(peer));
    }
    if now.ms() > peer.not_after_ms {
        return bad(RefusalCode::CertificateExpired, Some(peer));
    }
    if facility.stopped.is_some() {
        return bad(RefusalCode::FacilityStopped, Some(peer));
    }
    Ok(Ok(Terminal {
        serial: certificate.serial,
        name: certificate.terminal_name,
        facility: facility.code,
        facility_name: facility.name,
        not_after: certificate.not_after,
        shift_jis: facility.shift_jis,
    }))
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

/// Finds the session of a cookie. A session holds only through a certificate of the institution
/// that it was begun at, and only at the terminal where it was begun.
pub fn session(
    centre: &Centre,
    token: Option<&str>,
    terminal: &Terminal,
    now: Moment,
    counts_as_use: bool,
) -> Result<LoggedIn, Fault> {
    let Some(token) = token else {
        return Ok(LoggedIn::Nobody);
    };
    let gate = centre.office.gate();
    let Some(session) = gate.session(token)? else {
        return Ok(LoggedIn::Nobody);
    };
    if session.facility != terminal.facility || session.certificate_serial != terminal.serial {
        return Ok(LoggedIn::Nobody);
    }
    match session.check(now, &centre.office.rules().session) {
        Ok(()) => {
            let long_ago = now.seconds_since(session.last_seen_at) >= LAST_SEEN_STEP_SECONDS;
            if counts_as_use && long_ago {
                gate.seen(&session, now);
            }
            Ok(LoggedIn::Session(Box::new(session)))
        }
        Err(reason) => {
            let by = session.ended.and_then(|(_, by)| by);
            Ok(LoggedIn::Ended(reason, by))
        }
    }
}

/// How exactly the last use of a session is kept. Writing it at every click would cost a commit
/// for nothing.
const LAST_SEEN_STEP_SECONDS: i64 = 30;
