//! From what was found to the block of the messages.

use super::consents;
use super::judge::{Judged, Validity};
use crate::clock::{Day, Moment};
use crate::consent::ValidConsent;
use crate::insured::{Details, Qualification};
use onshi_wire::codes::{CertificateConsent, DesignatedInstitution, Preschool};
use onshi_wire::messages::{
    ElderlyRecipientCertificateInfo, LimitApplicationCertificateRelatedInfo, MedicalTicketInfo,
    ResultOfQualificationConfirmation,
};

/// What decides how much is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    pub day: Day,
    pub now: Moment,
    /// True when the patient lets the ceiling be shown.
    pub limit_consented: bool,
    /// Who asks: whose tickets are told.
    pub facility: &'a str,
    /// To what the person consents here, where anything was asked.
    pub consents: Option<&'a [ValidConsent]>,
}

fn days(day: Day) -> String {
    day.eight()
}

pub(super) fn within(from: &str, until: Option<&str>, day: Day) -> bool {
    Day::parse(from).is_some_and(|from| from <= day)
        && until.is_none_or(|until| Day::parse(until).is_some_and(|until| day <= until))
}

/// 保険者番号 as files carry it: eight characters, padded on the left with blanks.
fn padded(number: &str) -> String {
    format!("{number:>8}")
}

/// Every result of a check. Of several nothing personal is told, since nobody knows whose it is.
pub(super) fn results(judged: Judged, terms: Terms<'_>) -> Vec<ResultOfQualificationConfirmation> {
    if judged.validity == Validity::Several {
        return Vec::new();
    }
    let results = judged.results.into_iter();
    results.map(|q| result(q, terms)).collect()
}

/// The person and the qualification, without what only some may see.
pub(super) fn person(q: Qualification, day: Day) -> ResultOfQualificationConfirmation {
    ResultOfQualificationConfirmation {
        insured_card_classification: q.classification,
        insurer_number: Some(padded(&q.insurer_number)),
        insured_card_symbol: q.symbol,
        insured_identification_number: Some(q.number),
        insured_branch_number: q.branch,
        personal_family_classification: q.person_or_family,
        insured_name: q.insured_name,
        name: q.name,
        name_of_other: q.name_of_other,
        name_kana: q.name_kana,
        name_of_other_kana: q.name_of_other_kana,
        sex1: q.sex1,
        sex2: q.sex2,
        birthdate: days(q.birthdate),
        address: q.address,
        post_number: q.post_number,
        qualification_date: Some(days(q.acquired)),
        insured_certificate_issuance_date: q.issued.map(days),
        insured_card_valid_date: q.card_valid.map(days),
        insured_card_expiration_date: q.card_expires.map(days),
        insured_partial_contribution_ratio: q.ratio,
        preschool_classification: is_before_school(q.birthdate, day)
            .then(|| Preschool::Preschool.into()),
        insurer_name: q.insurer_name.unwrap_or_default(),
        ..ResultOfQualificationConfirmation::default()
    }
}

fn result(mut q: Qualification, terms: Terms<'_>) -> ResultOfQualificationConfirmation {
    // A loss that is still to come is nobody's business yet.
    let lost = q.lost.filter(|lost| *lost <= terms.day);
    let reason = q.reason_of_loss.take().filter(|_| lost.is_some());
    let details = std::mem::take(&mut q.details);
    let reference_number = q.reference_number.take();
    let mut result = person(q, terms.day);
    result.disqualification_date = lost.map(days);
    result.reason_of_loss = reason;
    result.reference_number = reference_number;
    result.elderly_recipient_certificate_info = elderly(&details, terms.day);
    let consented = match terms.limit_consented {
        true => CertificateConsent::Given,
        false => CertificateConsent::NotGiven,
    };
    result.limit_application_certificate_related_cons_flg = Some(consented.into());
    if terms.limit_consented {
        result.limit_application_certificate_related_cons_time = Some(terms.now.jst_fourteen());
        result.limit_application_certificate_related_info = limit(&details, terms.day);
    }
    if let Some(valid) = terms.consents {
        consents::tell(&mut result, valid, (&details, terms.day));
    }
    result.public_expense_result_list = tickets(&details, terms);
    result
}

/// 未就学: until the 31st of March after the sixth birthday (who is born on the 1st of April
/// reaches the age on the day before, and so goes to school a year earlier).
fn is_before_school(birthdate: Day, day: Day) -> bool {
    let number = birthdate.number();
    let (year, month_day) = (number / 10_000, number % 10_000);
    let school_year = if month_day <= 401 { year + 6 } else { year + 7 };
    day.number() < school_year * 10_000 + 401
}

pub(super) fn elderly(details: &Details, day: Day) -> Option<ElderlyRecipientCertificateInfo> {
    let found = details
        .elderly
        .iter()
        .find(|c| within(&c.from, Some(&c.until), day))?;
    Some(ElderlyRecipientCertificateInfo {
        elderly_recipient_certificate_date: Some(found.issued.clone()),
        elderly_recipient_valid_start_date: Some(found.from.clone()),
        elderly_recipient_valid_end_date: Some(found.until.clone()),
        elderly_recipient_contribution_ratio: Some(found.ratio.clone()),
    })
}

fn limit(details: &Details, day: Day) -> Option<LimitApplicationCertificateRelatedInfo> {
    let found = details
        .limits
        .iter()
        .find(|c| within(&c.from, c.until.as_deref(), day))?;
    Some(LimitApplicationCertificateRelatedInfo {
        limit_application_certificate_classification: Some(found.classification.clone()),
        limit_application_certificate_classification_flag: Some(found.band.clone()),
        limit_application_certificate_date: Some(found.issued.clone()),
        limit_application_certificate_valid_start_date: Some(found.from.clone()),
        limit_application_certificate_valid_end_date: found.until.clone(),
        limit_application_certificate_long_term_date: found.long_term.clone(),
    })
}

/// The tickets of the day's month that name the institution that asks.
fn tickets(details: &Details, terms: Terms<'_>) -> Vec<MedicalTicketInfo> {
    details
        .tickets
        .iter()
        .filter(|ticket| ticket.institution_code == terms.facility)
        .filter(|ticket| within(&ticket.from, Some(&ticket.until), terms.day))
        .map(ticket)
        .collect()
}

pub(super) fn ticket(kept: &crate::insured::MedicalTicket) -> MedicalTicketInfo {
    let some = |text: &String| Some(text.clone());
    MedicalTicketInfo {
        ticket_type: some(&kept.ticket_type),
        medical_ticket_valid_date: some(&kept.from),
        medical_ticket_expiration_date: some(&kept.until),
        issue_number: some(&kept.issue_number),
        medical_treatment_month: some(&kept.treatment_month),
        designated_medical_institution_code: some(&kept.institution_code),
        designated_medical_institution_flag: Some(DesignatedInstitution::Same.into()),
        designated_medical_institution_name: some(&kept.institution_name),
        injury_name1: kept.injury_name.clone(),
        medical_treatment_type: some(&kept.treatment_type),
        self_pay_amount: some(&kept.self_pay),
        single_or_combined_use: some(&kept.single_or_combined),
        status_of_social_insurance: some(&kept.social_insurance),
        ..MedicalTicketInfo::default()
    }
}
