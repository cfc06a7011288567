//! アクセスの記録: who looked at a person's information, for the person who asks for it.
//!
//! Consents, readings of medical information and uses in emergencies are found by an index of the log. Plain checks
//! of eligibility are the mass of it, and must not pay for that: a job takes them into an index of their own.

mod index;
mod store;
#[cfg(test)]
mod tests;

use crate::actor::Role;
use crate::audit::{Detail, Outcome, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::insured::{self, Card};
use crate::permission::Function;
use crate::service::Tx;
pub(crate) use index::IndexChecks;
use onshi_wire::fhir::AccessEvent;

/// One access to a person's information.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Access {
    pub at: Moment,
    pub facility_code: Option<String>,
    pub facility_name: Option<String>,
    pub function: Option<Function>,
    pub outcome: Option<Outcome>,
    pub role: Option<Role>,
    pub basis: Option<String>,
    pub detail: Option<Detail>,
}

impl Access {
    /// On what it rested, in the person's words.
    pub fn basis_words(&self) -> &'static str {
        match self.basis.as_deref() {
            Some(basis) if basis.contains("emergency care ") => "救急時（病院による申告）",
            Some(basis) if basis.contains("opening ") => "障害・災害時の開放",
            Some(basis) if basis.contains("consent ") => "本人の同意",
            Some(basis) if basis.contains("own card") => "本人の操作（マイナンバーカード）",
            Some(_) => "その他",
            None => match self.function {
                Some(Function::CheckEligibility | Function::CheckEligibilityInBulk) => {
                    "券面の情報による資格確認"
                }
                Some(Function::CheckEligibilityByCard | Function::RecordConsent) => {
                    "本人の操作（カードリーダー）"
                }
                _ => "なし",
            },
        }
    }

    /// What was done, in the person's words.
    pub fn purpose_words(&self) -> String {
        let function = self.function.map_or("その他の操作", Function::label);
        let detail = self.detail.as_ref().map(Detail::words).unwrap_or_default();
        match detail.is_empty() {
            true => function.to_owned(),
            false => format!("{function}（{detail}）"),
        }
    }
}

impl Access {
    /// For FHIR, recorded at this moment.
    pub fn event(&self, at: String) -> AccessEvent {
        let function = self.function;
        let changes = matches!(function, Some(Function::RecordConsent));
        AccessEvent {
            at,
            function: (
                function.map_or("other", Function::code).to_owned(),
                function.map_or("その他の操作", Function::label).to_owned(),
            ),
            purpose: self.purpose_words(),
            basis: self.basis_words().to_owned(),
            outcome: match self.outcome {
                Some(Outcome::Done) => "done",
                Some(Outcome::Refused) => "refused",
                _ => "failed",
            },
            role: (
                self.role.map_or("unknown", Role::code).to_owned(),
                self.role.map_or("不明", Role::label).to_owned(),
            ),
            institution: self
                .facility_code
                .clone()
                .map(|code| (code, self.facility_name.clone())),
            patient: None,
            action: if changes { "C" } else { "R" },
        }
    }
}

/// For which time, and whether plain checks are looked for too.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// From when.
    pub from: Moment,
    /// Until when; it is not in it.
    pub until: Moment,
    /// Whether plain checks of eligibility are told too.
    pub with_checks: bool,
}

/// The one person under a card, for whom a report is asked.
pub fn person_of(tx: &mut Tx<'_>, card: &Card, branch: Option<&str>) -> Result<i64, Error> {
    match insured::persons_under(tx, card, branch)?[..] {
        [person] => Ok(person),
        _ => Err(RefusalCode::NotFound.into()),
    }
}

/// The accesses that were found, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each of them.
    pub accesses: Vec<Access>,
    /// Whether there are older ones, which are not told.
    pub is_cut: bool,
}

impl Report {
    /// At most so many, and an entry of the log of how many.
    fn of(tx: &mut Tx<'_>, mut accesses: Vec<Access>, most: usize) -> Report {
        let is_cut = accesses.len() > most;
        accesses.truncate(most);
        tx.set_detail(Detail::AccessReported {
            count: i64::try_from(accesses.len()).unwrap_or(i64::MAX),
        });
        Report { accesses, is_cut }
    }
}

/// What the own institution did with a person's information. It is an entry of the log itself.
pub fn own(tx: &mut Tx<'_>, person: i64) -> Result<Report, Error> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    let facility = tx.facility()?;
    let found = store::list_own(tx, person, &facility)?;
    Ok(Report::of(tx, found, store::MOST_OF_OWN))
}

/// Every access to a person's information by any institution. The report is an entry of the log itself.
pub fn report(tx: &mut Tx<'_>, person: i64, period: Period) -> Result<Report, Error> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    let mut found = store::list(tx, person, period)?;
    if period.with_checks {
        found.extend(store::list_checks(tx, person, period)?);
        found.sort_by_key(|access| std::cmp::Reverse(access.at));
    }
    Ok(Report::of(tx, found, store::MOST))
}
