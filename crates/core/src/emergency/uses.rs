//! 災害時などの利用: each look at somebody by an opening, what was said for it, and its reviews.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::{Day, Moment};
use crate::error::{Error, RefusalCode};
use crate::insured;
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;
use crate::terms::care::TwoFactors;
use onshi_wire::codes::EmergencyPattern;

/// An opening that was there, for one person, of whom the use was written down.
#[derive(Debug)]
pub struct OpenedFor {
    person: i64,
    function: Function,
    id: String,
    asked_for: Option<Day>,
    until: Moment,
}

impl OpenedFor {
    /// Whose information.
    pub fn person(&self) -> i64 {
        self.person
    }

    /// The use that was written down.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The day for which eligibility may be checked; none of a use for medical information.
    pub fn asked_for(&self) -> Option<Day> {
        self.asked_for
    }

    /// Until when the use goes on: its own time, and no longer than the opening.
    pub fn until(&self) -> Moment {
        self.until
    }

    /// Whether medical information may be read on it, and not eligibility alone.
    pub fn is_medical(&self) -> bool {
        self.function == Function::ViewInDisaster
    }
}

/// 閲覧同意: what the person says to it, as far as it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewingConsent {
    /// 閲覧同意 あり.
    Given,
    /// 閲覧同意 なし: the person can't express a will, for this reason.
    CannotBeExpressed {
        /// Such as unconsciousness.
        reason: String,
    },
    /// 同意取得困難（救急時）: a hospital gives emergency care, for this reason.
    InEmergencyCare {
        /// Such as unconsciousness.
        reason: String,
    },
    /// It is not asked: eligibility alone is checked, for this day.
    NotAsked {
        /// 資格確認日.
        day: Day,
    },
}

impl ViewingConsent {
    /// The number that is kept.
    pub(super) const fn number(&self) -> i64 {
        match self {
            ViewingConsent::CannotBeExpressed { .. } => 0,
            ViewingConsent::Given => 1,
            ViewingConsent::NotAsked { .. } => 2,
            // OQSCD016 says 3, too.
            ViewingConsent::InEmergencyCare { .. } => 3,
        }
    }

    pub(super) fn of_kept(number: i64, reason: String, day: Option<Day>) -> Option<Self> {
        Some(match number {
            0 => ViewingConsent::CannotBeExpressed { reason },
            1 => ViewingConsent::Given,
            2 => ViewingConsent::NotAsked { day: day? },
            3 => ViewingConsent::InEmergencyCare { reason },
            _ => return None,
        })
    }

    /// The day for which eligibility is checked.
    pub fn day(&self) -> Option<Day> {
        match self {
            ViewingConsent::NotAsked { day } => Some(*day),
            _ => None,
        }
    }

    /// Why the person can't say anything; empty where that is not so.
    pub fn reason(&self) -> &str {
        match self {
            ViewingConsent::CannotBeExpressed { reason }
            | ViewingConsent::InEmergencyCare { reason } => reason,
            _ => "",
        }
    }

    /// What a person reads.
    pub const fn label(&self) -> &'static str {
        match self {
            ViewingConsent::Given => "閲覧同意あり",
            ViewingConsent::CannotBeExpressed { .. } => "閲覧同意なし",
            ViewingConsent::InEmergencyCare { .. } => "同意取得困難（救急時）",
            ViewingConsent::NotAsked { .. } => "資格の照会のみ",
        }
    }
}

/// What was named for a use in emergency care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CareOfUse {
    /// 情報要求パターン.
    pub pattern: EmergencyPattern,
    /// 二要素認証.
    pub factors: TwoFactors,
}

/// What was written down of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Use {
    pub id: String,
    pub facility: FacilityCode,
    pub function: Function,
    pub person: i64,
    pub consent: ViewingConsent,
    pub account_id: String,
    pub used_at: Moment,
    /// Of a use in emergency care.
    pub care: Option<CareOfUse>,
    pub reviewed_by_operator: Option<(Moment, String)>,
    pub reviewed_by_institution: Option<(Moment, String)>,
}

/// Who the patient of a use is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PatientOfUse {
    pub name: String,
    pub birthdate: Day,
    pub sex: String,
}

/// A use as the own institution sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OwnUse {
    pub used: Use,
    pub account_name: String,
    pub user_id: String,
    /// Who of the institution reviewed it.
    pub reviewer: Option<String>,
    /// Why it was opened.
    pub opened_for: String,
    pub patient: Option<PatientOfUse>,
}

/// Since when what was found or used is fresh.
pub(super) fn fresh_since(tx: &Tx<'_>) -> Moment {
    let minutes = tx.rules().emergency.use_minutes;
    tx.now().plus_seconds(-minutes * 60)
}

/// Uses an opening for somebody whom the same account found a moment ago.
pub fn choose(
    tx: &mut Tx<'_>,
    candidate: &str,
    consent: &ViewingConsent,
) -> Result<OpenedFor, Error> {
    let (facility, since) = (tx.facility()?, fresh_since(tx));
    match store::candidates::find(tx, candidate, &facility, since)? {
        Some(person) => use_for(tx, person, consent),
        None => {
            // What is closed says so first.
            tx.find_open()?;
            Err(RefusalCode::NotFound.into())
        }
    }
}

/// Uses an opening for one person. It is on the list of what is to be reviewed from here on.
pub(super) fn use_for(
    tx: &mut Tx<'_>,
    person: i64,
    consent: &ViewingConsent,
) -> Result<OpenedFor, Error> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    let function = tx.function();
    let checks = matches!(consent, ViewingConsent::NotAsked { .. });
    if checks != (function == Function::CheckEligibilityInFailure) {
        return Err(RefusalCode::WrongState.into());
    }
    let consent = match consent {
        ViewingConsent::CannotBeExpressed { reason } if reason.trim().is_empty() => {
            return Err(RefusalCode::EmergencyReasonNeeded.into());
        }
        ViewingConsent::CannotBeExpressed { reason } => ViewingConsent::CannotBeExpressed {
            reason: crate::text::reason(reason)?,
        },
        said => said.clone(),
    };
    tx.begin_person(person);
    let opened = tx.opened()?;
    if !insured::is_known(tx, person)? {
        return Err(RefusalCode::NotFound.into());
    }
    tx.set_detail(match consent.day() {
        Some(day) => Detail::EmergencyUsedToCheck { day: day.eight() },
        None => Detail::EmergencyUsed {
            consented: consent == ViewingConsent::Given,
            reason: consent.reason().to_owned(),
        },
    });
    let id = tx.entropy().id('u');
    let facility = tx.facility()?;
    store::uses::insert(tx, &id, (&opened.id, &facility), (person, &consent))?;
    let until = tx
        .now()
        .plus_seconds(tx.rules().emergency.use_minutes * 60)
        .min(opened.until);
    Ok(OpenedFor {
        person,
        function,
        id,
        asked_for: consent.day(),
        until,
    })
}

/// Goes on with a use of the same account, while it is fresh and what was opened is open.
pub fn resume(tx: &mut Tx<'_>, id: &str) -> Result<OpenedFor, Error> {
    let (facility, function) = (tx.facility()?, tx.function());
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let since = fresh_since(tx);
    let found = store::uses::find(tx, &facility, id)?;
    let found = found.filter(|found| {
        found.account_id == account && found.function == function && found.used_at >= since
    });
    let Some(found) = found else {
        // What is closed says so, whoever asks for what.
        tx.find_open()?;
        return Err(RefusalCode::NotFound.into());
    };
    tx.begin_person(found.person);
    let opened = tx.opened()?;
    let minutes = tx.rules().emergency.use_minutes;
    Ok(OpenedFor {
        person: found.person,
        function,
        id: found.id,
        asked_for: found.consent.day(),
        until: found.used_at.plus_seconds(minutes * 60).min(opened.until),
    })
}

/// The newest uses: of the own institution, or for the operator of all; only those that the operator has
/// not reviewed yet, where that is asked.
pub fn list(tx: &mut Tx<'_>, only_open: bool, limit: i64) -> Result<Vec<Use>, Error> {
    let of = tx.actor().facility().cloned();
    Ok(store::uses::list(tx, of.as_ref(), only_open, limit)?)
}

/// The uses of the own institution on these days, the newest first, with the patients' names.
pub fn list_own(
    tx: &mut Tx<'_>,
    (from, until): (Day, Day),
    limit: i64,
) -> Result<Vec<OwnUse>, Error> {
    let facility = tx.facility()?;
    let time = (from.start(), until.plus_days(1).start());
    let mut found = store::uses::list_own(tx, &facility, time, limit)?;
    let known = insured::newest_of(tx, found.iter().map(|one| one.used.person))?;
    for one in &mut found {
        let newest = known.get(&one.used.person);
        one.patient = newest.map(|newest| PatientOfUse {
            name: newest.name.clone(),
            birthdate: newest.birthdate,
            sex: newest.sex1.clone(),
        });
    }
    Ok(found)
}

/// The same for the report of use (利用報告書).
pub fn report(tx: &mut Tx<'_>, days: (Day, Day), limit: i64) -> Result<Vec<OwnUse>, Error> {
    let found = list_own(tx, days, limit)?;
    tx.set_detail(Detail::EmergencyUseReported {
        count: i64::try_from(found.len()).unwrap_or(i64::MAX),
    });
    Ok(found)
}

/// Takes note that the operator reviewed a use, with a remark, once.
pub fn review(tx: &mut Tx<'_>, id: &str, remark: &str) -> Result<(), Error> {
    let remark = note_review(tx, id, remark)?;
    match store::uses::review_by_operator(tx, id, &remark)? {
        0 => Err(RefusalCode::WrongState.into()),
        _ => Ok(()),
    }
}

/// The same by the institution itself, of a use of its own.
pub fn review_own(tx: &mut Tx<'_>, id: &str, remark: &str) -> Result<(), Error> {
    let remark = note_review(tx, id, remark)?;
    let facility = tx.facility()?;
    if store::uses::review_by_institution(tx, &facility, (id, &remark))? > 0 {
        return Ok(());
    }
    match store::uses::find(tx, &facility, id)? {
        Some(_) => Err(RefusalCode::WrongState.into()),
        None => Err(RefusalCode::NotFound.into()),
    }
}

fn note_review(tx: &mut Tx<'_>, id: &str, remark: &str) -> Result<String, Error> {
    let remark = crate::text::reason(remark)?;
    tx.set_detail(Detail::EmergencyReviewed {
        use_id: id.to_owned(),
        remark: remark.clone(),
    });
    Ok(remark)
}
