//! 救急時医療情報閲覧: a hospital reads the information of a patient who can't be asked, by its own system alone.
//!
//! First the patient is checked ([`check`]), and with that it is declared who looks, by which two factors that person
//! is known to the hospital's system, what is asked for and why. That is on the list of uses to review from
//! there on. For a time, what was declared is a basis for reading ([`Tx::in_emergency_care`]): an
//! [`InEmergencyCare`], which can be had in no other way, and tells no more than the pattern that was asked for.

use super::store;
use super::uses::CareOfUse;
use crate::account;
use crate::audit::{Detail, SubjectKind};
use crate::clock::{Day, Moment, Month};
use crate::eligibility::consents::tell_in_emergency_care;
use crate::eligibility::message::{self, Encoding};
use crate::error::{Error, RefusalCode};
use crate::facility;
use crate::insured::{self, Card};
use crate::permission::{Function, Scope};
use crate::rules::EmergencyRules;
use crate::service::Tx;
use crate::terms::care::{FactorMethod, TwoFactors};
use onshi_wire::codes::{EmergencyPattern, EmergencyViewing};
use onshi_wire::messages::{
    EligibilityRequest, EligibilityRequestBody, EligibilityResponse, EmergencyAccessInfo,
    EmergencyCheckRequest,
};

/// That somebody may look in emergency care, as it was declared just now: a hospital, an account with 救急時閲覧権限, two
/// factors and a reason.
#[derive(Debug)]
pub struct EmergencyCare {
    account_id: String,
    user_id: String,
    care: CareOfUse,
    reason: String,
}

/// The same for one patient, while it lasts.
#[derive(Debug)]
pub struct InEmergencyCare {
    person: i64,
    pattern: EmergencyPattern,
    until: Moment,
    summary: Summary,
}

/// Since when what is told of a pattern.
#[derive(Clone, Copy, Debug)]
struct Summary {
    claims: Day,
    operations: Day,
    prescriptions: Day,
}

impl Summary {
    fn of(rules: &EmergencyRules, now: Moment) -> Summary {
        let today = now.jst_day();
        let first = |months: i64| Month::of(today).plus(-months).first_day();
        Summary {
            claims: first(rules.summary_months),
            operations: first(rules.summary_operation_months),
            prescriptions: today.plus_days(-rules.summary_prescription_days),
        }
    }
}

/// What a pattern has.
const fn scopes(pattern: EmergencyPattern) -> &'static [Scope] {
    match pattern {
        EmergencyPattern::Summary | EmergencyPattern::All | EmergencyPattern::WithPrescriptions => {
            &[Scope::Medicines, Scope::Treatment, Scope::Surgery]
        }
        EmergencyPattern::Medicines => &[Scope::Medicines],
        EmergencyPattern::Treatment => &[Scope::Medicines, Scope::Treatment],
        EmergencyPattern::Checkup => &[Scope::Checkups],
    }
}

impl InEmergencyCare {
    /// Whose information.
    pub fn person(&self) -> i64 {
        self.person
    }

    /// Until when it is told.
    pub fn until(&self) -> Moment {
        self.until
    }

    /// Which kinds the pattern has.
    pub fn scopes(&self) -> &'static [Scope] {
        scopes(self.pattern)
    }

    /// Whether the pattern has what electronic prescriptions say, beside claims.
    pub fn has_prescriptions(&self) -> bool {
        !matches!(
            self.pattern,
            EmergencyPattern::Summary | EmergencyPattern::All
        )
    }

    /// The first day of which such records are told; none where the pattern leaves it at what is told always.
    pub(crate) fn since(&self, scope: Scope, prescribed: bool) -> Option<Day> {
        match (self.pattern, scope) {
            (EmergencyPattern::WithPrescriptions, Scope::Medicines) if prescribed => {
                Some(self.summary.prescriptions)
            }
            (EmergencyPattern::Summary, Scope::Surgery) => Some(self.summary.operations),
            (EmergencyPattern::Summary, _) => Some(self.summary.claims),
            _ => None,
        }
    }
}

/// The two factors that are named.
fn two_factors(asked: &EmergencyAccessInfo) -> Option<TwoFactors> {
    let method = |factor: &Option<String>, method: &Option<String>| {
        FactorMethod::read(factor.as_deref()?, method.as_deref()?)
    };
    let first = method(&asked.authentication_factor1, &asked.authentication_method1)?;
    let second = method(&asked.authentication_factor2, &asked.authentication_method2)?;
    TwoFactors::new(first, second)
}

impl Tx<'_> {
    /// That somebody may look in emergency care, on which what is done rests from here on; refused where anything of
    /// it is missing.
    pub fn emergency_care(&mut self, asked: &EmergencyAccessInfo) -> Result<EmergencyCare, Error> {
        if !facility::is_emergency_hospital(self)? {
            return Err(RefusalCode::EmergencyNotHospital.into());
        }
        let may = asked.emergency_viewing_flag == EmergencyViewing::Yes.code();
        let viewer = account::find_emergency_viewer(self, &asked.user_id)?;
        let viewer = viewer.filter(|_| may);
        let viewer = viewer.ok_or(RefusalCode::EmergencyNoAuthority)?;
        let factors = two_factors(asked).ok_or(RefusalCode::EmergencySecondFactor)?;
        let reason = asked.reason.as_deref().unwrap_or_default();
        if reason.trim().is_empty() {
            return Err(RefusalCode::EmergencyReasonNeeded.into());
        }
        let reason = crate::text::reason(reason)?;
        let pattern = EmergencyPattern::from_code(&asked.information_request_pattern);
        let pattern = pattern.ok_or(RefusalCode::Invalid)?;
        let user_id = viewer.user_id.as_str().to_owned();
        self.add_basis(&format!("emergency care by {user_id}: {reason}"));
        Ok(EmergencyCare {
            account_id: viewer.account_id,
            user_id,
            care: CareOfUse { pattern, factors },
            reason,
        })
    }

    /// What was declared for this person and has not ended, on which what is done rests from here on; refused where
    /// there is nothing, or where who looked may not any more.
    pub fn in_emergency_care(&mut self, person: i64) -> Result<InEmergencyCare, Error> {
        self.begin_person(person);
        let none = || Error::from(RefusalCode::EmergencyCareNotDeclared);
        let facility = self.facility()?;
        let lasts = self.rules().emergency.care_minutes * 60;
        let since = self.now().plus_seconds(-lasts);
        let found = store::uses::find_care(self, &facility, (person, since))?;
        let found = found.ok_or_else(none)?;
        let pattern = found.care.ok_or_else(none)?.pattern;
        if !facility::is_emergency_hospital(self)? {
            return Err(RefusalCode::EmergencyNotHospital.into());
        }
        if !account::is_emergency_viewer(self, &found.account_id)? {
            return Err(RefusalCode::EmergencyNoAuthority.into());
        }
        self.add_basis(&format!("emergency care {}", found.id));
        let summary = Summary::of(&self.rules().emergency, self.now());
        Ok(InEmergencyCare {
            person,
            pattern,
            until: found.used_at.plus_seconds(lasts),
            summary,
        })
    }
}

impl EmergencyCare {
    /// Writes down that somebody looks at this person. It is on the list of what is to be reviewed from here on.
    fn declare_for(&self, tx: &mut Tx<'_>, person: i64) -> Result<(), Error> {
        tx.set_subject(SubjectKind::Person, &person.to_string());
        let (id, facility) = (tx.entropy().id('u'), tx.facility()?);
        let new = store::uses::NewCare {
            facility: &facility,
            person,
            account_id: &self.account_id,
            care: self.care,
            reason: &self.reason,
        };
        Ok(store::uses::insert_care(tx, &id, &new)?)
    }
}

/// Checks a patient in emergency care (資格確認（救急時医療情報閲覧）). Where it is one person, the answer says with the
/// flag 3 (同意取得困難) what may be read, and until when.
pub fn check(
    tx: &mut Tx<'_>,
    request: &EmergencyCheckRequest,
    encoding: Encoding,
) -> Result<EligibilityResponse, Error> {
    let care = tx.emergency_care(&request.body.access)?;
    let asked = EligibilityRequest {
        header: request.header.clone(),
        body: EligibilityRequestBody {
            search: request.body.search.clone(),
        },
    };
    let (mut response, known) = message::check_known(tx, asked, encoding)?;
    if let (Some(known), [result]) = (known, &mut response.body.result_list[..]) {
        let now = Moment::from_ms(tx.now().ms().div_euclid(1000) * 1000);
        care.declare_for(tx, known.person())?;
        let until = now.plus_seconds(tx.rules().emergency.care_minutes * 60);
        tell_in_emergency_care(result, scopes(care.care.pattern), (now, until));
    }
    if response.header.segment_of_result == "1" {
        tx.set_detail(Detail::EmergencyCareDeclared {
            user_id: care.user_id,
            pattern: care.care.pattern.code().to_owned(),
            factors: care.care.factors.kept(),
            reason: care.reason,
        });
    }
    Ok(response)
}

/// The one person under a card for whom emergency care was declared, with what may be read; the function is the one of
/// reading in emergency care from here on.
pub fn begin_reading(
    tx: &mut Tx<'_>,
    card: &Card,
    branch: Option<&str>,
) -> Result<InEmergencyCare, Error> {
    tx.go_on_for(Function::FetchInEmergencyCare)?;
    match insured::persons_under(tx, card, branch)?[..] {
        [person] => tx.in_emergency_care(person),
        // A card that nobody has tells no more than one for whom nothing was declared.
        _ => Err(RefusalCode::EmergencyCareNotDeclared.into()),
    }
}
