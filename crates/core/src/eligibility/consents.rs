//! Consents as the answers to checks say them: flag, time, and until when (閲覧同意).

use super::answer::within;
use crate::clock::{Day, Moment};
use crate::consent::{ConsentRecord, ValidConsent};
use crate::insured::Details;
use crate::permission::Scope;
use onshi_wire::messages::{
    Consent, ConsentSubject, ResultOfQualificationConfirmation, SpecificDiseasesCertificateInfo,
};

/// The elements of a kind; 特定疾病 has its own, without an end.
const fn subject(scope: Scope) -> Option<ConsentSubject> {
    match scope {
        Scope::Checkups => Some(ConsentSubject::SpecificHealthCheckupsInfo),
        Scope::Medicines => Some(ConsentSubject::PharmacistsInfo),
        Scope::Treatment => Some(ConsentSubject::DiagnosisInfo),
        Scope::Surgery => Some(ConsentSubject::OperationInfo),
        Scope::SpecificDiseases => None,
    }
}

fn no() -> Consent {
    Consent {
        flag: Some("0".to_owned()),
        ..Consent::default()
    }
}

/// Tells of each kind whether the person consents to it here, and the certificates that are told only
/// with a consent.
pub(super) fn tell(
    result: &mut ResultOfQualificationConfirmation,
    valid: &[ValidConsent],
    (details, day): (&Details, Day),
) {
    for scope in Scope::ALL {
        let found = valid.iter().find(|consent| consent.scope == scope);
        match (subject(scope), found) {
            (Some(subject), None) => result.set_consent(subject, no()),
            (Some(subject), Some(consent)) => result.set_consent(
                subject,
                Consent {
                    flag: Some("1".to_owned()),
                    given: Some(consent.given_at.jst_fourteen()),
                    available: Some(consent.available()),
                },
            ),
            (None, found) => {
                let flag = if found.is_some() { "1" } else { "0" };
                result.specific_diseases_certificate_related_cons_flg = Some(flag.to_owned());
                result.specific_diseases_certificate_related_cons_time =
                    found.map(|consent| consent.given_at.jst_fourteen());
                if found.is_some() {
                    result.specific_diseases_certificate_list = specific_diseases(details, day);
                }
            }
        }
    }
}

/// Tells of each kind that a person consents to it here, without the certificates that go with one.
pub fn tell_valid(result: &mut ResultOfQualificationConfirmation, valid: &[ValidConsent]) {
    // No day has any certificate of a person without details.
    let (details, day) = (Details::default(), Day::MEIJI);
    tell(result, valid, (&details, day));
}

/// Tells the kinds of a record of consent, those that are over with the flag for that.
pub(super) fn tell_record(
    result: &mut ResultOfQualificationConfirmation,
    record: &ConsentRecord,
    now: Moment,
) {
    for kind in &record.kinds {
        let Some(subject) = subject(kind.scope) else {
            let flag = if record.holds(kind, now) { "1" } else { "0" };
            result.specific_diseases_certificate_related_cons_flg = Some(flag.to_owned());
            continue;
        };
        let flag = record.flag(kind, now);
        let consent = match flag {
            "0" => no(),
            flag => Consent {
                flag: Some(flag.to_owned()),
                given: Some(record.given_at.jst_fourteen()),
                available: Some(match kind.ended {
                    Some((at, _)) => at.jst_fourteen(),
                    None => record.available(),
                }),
            },
        };
        result.set_consent(subject, consent);
    }
}

/// Tells of these kinds that no consent can be had in emergency care (flag 3), and since and until when they may be
/// read; of the others that there is none.
pub(crate) fn tell_in_emergency_care(
    result: &mut ResultOfQualificationConfirmation,
    scopes: &[Scope],
    (given, until): (Moment, Moment),
) {
    for scope in Scope::ALL {
        let Some(subject) = subject(scope) else {
            continue;
        };
        let consent = match scopes.contains(&scope) {
            true => Consent {
                flag: Some(
                    onshi_wire::codes::ViewingConsent::Unobtainable
                        .code()
                        .to_owned(),
                ),
                given: Some(given.jst_fourteen()),
                available: Some(until.jst_fourteen()),
            },
            false => no(),
        };
        result.set_consent(subject, consent);
    }
}

fn specific_diseases(details: &Details, day: Day) -> Vec<SpecificDiseasesCertificateInfo> {
    let held = details.specific.iter();
    held.filter(|kept| within(&kept.from, kept.until.as_deref(), day))
        .take(3)
        .map(|kept| SpecificDiseasesCertificateInfo {
            specific_diseases_disease_category: Some(kept.category.clone()),
            specific_diseases_certificate_date: Some(kept.issued.clone()),
            specific_diseases_valid_start_date: Some(kept.from.clone()),
            specific_diseases_valid_end_date: kept.until.clone(),
            specific_diseases_self_pay: Some(kept.self_pay.clone()),
        })
        .collect()
}
