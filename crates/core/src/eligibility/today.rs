//! 本日の資格確認: what the own institution has checked today.
//!
//! The list is read from the audit log, which has every check anyway: a second book of checks would
//! cost a row and an index entry for each of 1,500 checks a second and say nothing more
//! (`docs/adr/0013-todays-checks-from-the-audit-log.md`). What was asked and found stands there in
//! columns of its own; whose coverage it was is looked up when the list is shown, so that what an
//! insurer has changed since appears as it is now.

use super::day::within_reach;
use super::message::{self, Encoding};
use super::{judge::Validity, store};
use crate::audit::{Checked, Detail};
use crate::clock::{Day, Moment};
use crate::error::{Error, RefusalCode};
use crate::insured::Qualification;
use crate::service::Tx;
use onshi_wire::messages::{
    EligibilityRequest, EligibilityResponse, QualificationConfirmSearchInfo,
    ResultOfQualificationConfirmation,
};

/// The most checks of a day that a search or a file goes through.
pub const CHECKS_MAX: usize = 20_000;
/// How many are read at once.
const BATCH: i64 = 500;

/// Which entry of the log a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckId {
    /// The chain.
    pub chain: i64,
    /// The number in it.
    pub seq: i64,
}

impl CheckId {
    /// Reads `1-234`.
    pub fn parse(text: &str) -> Option<CheckId> {
        let (chain, seq) = text.split_once('-')?;
        let number = |text: &str| text.parse().ok().filter(|n: &i64| *n > 0);
        Some(CheckId {
            chain: number(chain)?,
            seq: number(seq)?,
        })
    }
}

impl std::fmt::Display for CheckId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.chain, self.seq)
    }
}

/// One check of today, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TodaysCheck {
    pub id: CheckId,
    pub at: Moment,
    pub user_id: Option<String>,
    pub account_name: Option<String>,
    pub terminal_name: Option<String>,
    /// What was asked and found; none where the check was refused.
    pub checked: Option<Checked>,
    /// The coverage that was told, where it was one.
    pub coverage: Option<Qualification>,
}

impl TodaysCheck {
    /// Whether something was to be looked at beside the answer.
    pub fn has_notice(&self) -> bool {
        self.checked
            .is_some_and(|checked| checked.told & Checked::NOTICE != 0)
    }

    /// What is told of the person, for the day that was asked for; nothing where nobody was found.
    pub fn person(&self) -> Option<ResultOfQualificationConfirmation> {
        let day = self.checked?.asked_for;
        let mut coverage = self.coverage.clone()?;
        let reference_number = coverage.reference_number.take();
        let details = std::mem::take(&mut coverage.details);
        let mut told = super::answer::person(coverage, day);
        told.elderly_recipient_certificate_info = super::answer::elderly(&details, day);
        told.reference_number = reference_number;
        Some(told)
    }
}

/// Today's checks that fit, newest first: `limit` of them after the first `skip`.
pub fn list(
    tx: &mut Tx<'_>,
    fits: impl Fn(&TodaysCheck) -> bool,
    skip: usize,
    limit: usize,
) -> Result<Vec<TodaysCheck>, Error> {
    let facility = tx.facility()?;
    let since = tx.now().jst_day().start();
    let (mut found, mut passed, mut read) = (Vec::new(), 0, 0);
    while read < CHECKS_MAX {
        let batch = store::list_checks(tx, &facility, since, (read as i64, BATCH))?;
        let ended = (batch.len() as i64) < BATCH;
        read += batch.len();
        for check in batch {
            if !fits(&check) {
                continue;
            }
            if passed < skip {
                passed += 1;
                continue;
            }
            found.push(check);
            if found.len() == limit {
                return Ok(found);
            }
        }
        if ended {
            break;
        }
    }
    Ok(found)
}

/// Looks again at what one of today's checks was about, for the day that it asked for. It is no new
/// check: the entry is one of another function, and the list does not grow.
pub fn open(tx: &mut Tx<'_>, id: CheckId) -> Result<(TodaysCheck, EligibilityResponse), Error> {
    let facility = tx.facility()?;
    let since = tx.now().jst_day().start();
    let found = store::find_check(tx, &facility, since, id)?;
    let check = found.ok_or(RefusalCode::NotFound)?;
    let (Some(checked), Some(coverage)) = (check.checked, check.coverage.clone()) else {
        return Err(RefusalCode::NotFound.into());
    };
    let ceiling = checked.told & Checked::CEILING != 0;
    let request = request(&facility, &coverage, checked.asked_for, ceiling);
    let answer = message::check(tx, request, Encoding::Utf8)?;
    Ok((check, answer))
}

/// The request that asks for a coverage by its own card.
pub fn request(
    facility: &crate::facility::FacilityCode,
    coverage: &Qualification,
    day: Day,
    ceiling: bool,
) -> EligibilityRequest {
    let mut request = EligibilityRequest::default();
    request.header.qualification_confirmation_date = day.eight();
    facility
        .as_str()
        .clone_into(&mut request.header.medical_institution_code);
    request.body.search = QualificationConfirmSearchInfo {
        insurer_number: format!("{:>8}", coverage.insurer_number),
        insured_card_symbol: coverage.symbol.clone(),
        insured_identification_number: coverage.number.clone(),
        insured_branch_number: coverage.branch.clone(),
        birthdate: coverage.birthdate.eight(),
        limit_application_certificate_related_cons_flg: if ceiling { "1" } else { "0" }.to_owned(),
        arbitrary_identifier: None,
    };
    request
}

/// What came of a check by a patient's number.
#[derive(Clone, Debug)]
pub enum ByNumber {
    /// The answer of the check by the card with which the number was registered.
    Answered(Box<EligibilityResponse>),
    /// Nobody has this number here.
    Unknown,
    /// The number was registered before cards were kept with it: it has to be registered again.
    WithoutCard,
    /// The day can't be asked for, for this reason.
    OutOfReach(String),
}

/// Checks by the institution's own number for a patient (照会番号): by the card with which it was
/// registered, so that it tells no more than that card would.
pub fn check_by_number(
    tx: &mut Tx<'_>,
    number: &str,
    day: Day,
    ceiling: bool,
) -> Result<ByNumber, Error> {
    let facility = tx.facility()?;
    if let Err(words) = within_reach(&tx.rules().check, day, tx.now().jst_day()) {
        tx.refuse_and_keep(crate::error::Refusal::new(RefusalCode::Invalid));
        return Ok(ByNumber::OutOfReach(words));
    }
    let Some((person, coverage)) = store::find_registered(tx, &facility, number)? else {
        tx.set_detail(Detail::ReferenceUnknown {});
        tx.refuse_and_keep(crate::error::Refusal::new(RefusalCode::NotFound));
        return Ok(ByNumber::Unknown);
    };
    let kept = match coverage {
        Some(coverage) => crate::insured::find_coverage(tx, person, coverage)?,
        None => None,
    };
    let Some(coverage) = kept else {
        tx.set_detail(Detail::ReferenceWithoutCard {});
        tx.refuse_and_keep(crate::error::Refusal::new(RefusalCode::NotFound));
        return Ok(ByNumber::WithoutCard);
    };
    let request = request(&facility, &coverage, day, ceiling);
    let answer = message::check(tx, request, Encoding::Utf8)?;
    Ok(ByNumber::Answered(Box::new(answer)))
}

/// 資格有効性 of a kept number.
pub fn validity(checked: &Checked) -> Option<Validity> {
    Validity::ALL
        .into_iter()
        .find(|validity| validity.number() == checked.validity)
}
