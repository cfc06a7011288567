//! Certificates that end soon, or have ended and were not replaced: what an institution is reminded of. The official client
//! warns 90, 60, 30 and 15 days before the end, and every day from 7 days before on.

use super::{CertificateState, TerminalCertificate, store};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Service;
use crate::terms::FacilityCode;

/// Days before its end at which a certificate is warned of, each more urgent; from the last on every day.
pub const WARNED_DAYS: [i64; 5] = [90, 60, 30, 15, 7];

/// How long it is told that a certificate has ended, in days: a terminal that was away for longer is no surprise.
const ENDED_DAYS: i64 = 90;

/// A terminal whose certificate ends soon or has ended, and that has no other good one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The terminal.
    pub terminal_name: String,
    /// The last moment.
    pub not_after: Moment,
    /// Whole days until then; less than 0 when it is over.
    pub days_left: i64,
    /// When the terminal last came with it.
    pub last_contact: Option<Moment>,
}

impl Ending {
    /// How many days before the end the warning is that holds now: the smallest of [`WARNED_DAYS`] that was reached.
    pub fn warned_at(&self) -> Option<i64> {
        warned_at(self.days_left)
    }
}

/// Of so many days that are left, which warning holds.
pub fn warned_at(days_left: i64) -> Option<i64> {
    WARNED_DAYS
        .into_iter()
        .rev()
        .find(|days| days_left <= *days)
}

/// Whole days until a certificate's last moment; -1 and less when it is over.
pub fn days_left(not_after: Moment, now: Moment) -> i64 {
    not_after.seconds_until_from(now).div_euclid(86_400)
}

/// Whether another certificate of the same terminal is good for longer.
pub fn is_replaced(of: &TerminalCertificate, all: &[TerminalCertificate], now: Moment) -> bool {
    all.iter().any(|other| {
        other.serial != of.serial
            && other.terminal_name == of.terminal_name
            && other.not_after > of.not_after
            && matches!(
                other.state(now),
                CertificateState::Valid | CertificateState::NotYetValid
            )
    })
}

/// Those of a list that have to be told of, the most urgent first.
fn of_list(all: &[(TerminalCertificate, Option<Moment>)], now: Moment) -> Vec<Ending> {
    let certificates: Vec<TerminalCertificate> = all.iter().map(|(one, _)| one.clone()).collect();
    let mut found: Vec<Ending> = all
        .iter()
        .filter(|(one, _)| {
            let left = days_left(one.not_after, now);
            let told = match one.state(now) {
                CertificateState::Valid => warned_at(left).is_some(),
                CertificateState::Expired => left >= -ENDED_DAYS,
                CertificateState::NotYetValid | CertificateState::Revoked => false,
            };
            told && !is_replaced(one, &certificates, now)
        })
        .map(|(one, last_contact)| Ending {
            terminal_name: one.terminal_name.clone(),
            not_after: one.not_after,
            days_left: days_left(one.not_after, now),
            last_contact: *last_contact,
        })
        .collect();
    found.sort_by_key(|ending| ending.not_after);
    found
}

impl Service {
    /// Which certificates of an institution end soon or have ended. It leaves no entry: every menu asks for it.
    pub fn ending_certificates(
        &self,
        facility: &FacilityCode,
        now: Moment,
    ) -> Result<Vec<Ending>, Fault> {
        let all =
            self.read_for_authn(|connection| store::list_with_contact(connection, facility))?;
        Ok(of_list(&all, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Day;

    fn noon() -> Moment {
        let day = Day::from_number(20_261_127).expect("it is a day");
        day.start().plus_seconds(12 * 3600)
    }

    fn certificate(terminal: &str, days: i64) -> (TerminalCertificate, Option<Moment>) {
        let not_after = noon().plus_seconds(days * 86_400 + 60);
        let certificate = TerminalCertificate {
            serial: format!("{terminal}{days}"),
            facility: FacilityCode::stored("1311234567".to_owned()),
            terminal_name: terminal.to_owned(),
            fingerprint: String::new(),
            not_before: noon().plus_seconds(-1000 * 86_400),
            not_after,
            issued_at: noon(),
            revoked: None,
        };
        (certificate, None)
    }

    #[test]
    fn the_warning_that_holds_is_the_nearest_that_was_reached() {
        for (left, at) in [
            (91, None),
            (90, Some(90)),
            (61, Some(90)),
            (60, Some(60)),
            (30, Some(30)),
            (16, Some(30)),
            (15, Some(15)),
            (8, Some(15)),
            (7, Some(7)),
            (0, Some(7)),
            (-1, Some(7)),
        ] {
            assert_eq!(warned_at(left), at, "{left}");
        }
    }

    #[test]
    fn what_is_replaced_revoked_or_long_over_is_not_told_of() {
        let mut revoked = certificate("ONS05", 3);
        revoked.0.revoked = Some((noon(), "紛失".to_owned()));
        let all = [
            certificate("ONS01", 1000),
            certificate("ONS02", 59),
            certificate("ONS03", 5),
            certificate("ONS03", 800),
            certificate("ONS04", -2),
            certificate("ONS06", -200),
            revoked,
        ];
        let told: Vec<(String, i64, Option<i64>)> = of_list(&all, noon())
            .into_iter()
            .map(|one| (one.terminal_name.clone(), one.days_left, one.warned_at()))
            .collect();
        assert_eq!(
            told,
            [
                ("ONS04".to_owned(), -2, Some(7)),
                ("ONS02".to_owned(), 59, Some(60)),
            ]
        );
    }
}
