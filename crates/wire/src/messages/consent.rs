//! Consent as messages say it: three elements a subject, `…ConsFlg`, `…ConsTime`, `…AvailableTime`.

use crate::messages::person::ResultOfQualificationConfirmation;
use crate::shape::{Block, View};

/// What a patient may let an institution read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConsentSubject {
    /// 特定健診情報: check-ups.
    SpecificHealthCheckupsInfo,
    /// 薬剤情報: medicines.
    PharmacistsInfo,
    /// 診療情報: treatment.
    DiagnosisInfo,
    /// 手術情報: operations.
    OperationInfo,
    /// 傷病名: names of diseases.
    DiagnosisName,
    /// 感染症: infections.
    InfectiousInfo,
    /// アレルギー: allergies.
    AllergyInfo,
    /// 薬剤禁忌: contraindications.
    ContraindicationInfo,
    /// 検査: tests.
    TestInfo,
    /// 処方: prescriptions.
    PrescriptionInfo,
}

impl ConsentSubject {
    /// All of them, in the order of the layout.
    pub const ALL: &[Self] = &[
        Self::SpecificHealthCheckupsInfo,
        Self::PharmacistsInfo,
        Self::DiagnosisInfo,
        Self::OperationInfo,
        Self::DiagnosisName,
        Self::InfectiousInfo,
        Self::AllergyInfo,
        Self::ContraindicationInfo,
        Self::TestInfo,
        Self::PrescriptionInfo,
    ];

    /// What the three elements' names begin with.
    pub const fn stem(self) -> &'static str {
        match self {
            ConsentSubject::SpecificHealthCheckupsInfo => "SpecificHealthCheckupsInfo",
            ConsentSubject::PharmacistsInfo => "PharmacistsInfo",
            ConsentSubject::DiagnosisInfo => "DiagnosisInfo",
            ConsentSubject::OperationInfo => "OperationInfo",
            ConsentSubject::DiagnosisName => "DiagnosisName",
            ConsentSubject::InfectiousInfo => "InfectiousInfo",
            ConsentSubject::AllergyInfo => "AllergyInfo",
            ConsentSubject::ContraindicationInfo => "ContraindicationInfo",
            ConsentSubject::TestInfo => "TestInfo",
            ConsentSubject::PrescriptionInfo => "PrescriptionInfo",
        }
    }
}

/// The three elements of one subject. A flag of 0 may come without times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// 閲覧同意フラグ: a value of OQSCD016.
    pub flag: Option<String>,
    /// 同意日時: yyyyMMddHHmmss.
    pub given: Option<String>,
    /// 閲覧可能期限: yyyyMMddHHmmss.
    pub available: Option<String>,
}

impl ResultOfQualificationConfirmation {
    /// The consent to one subject.
    pub fn consent(&self, subject: ConsentSubject) -> Consent {
        let first = place(self, subject);
        let text = |index| match self.view(index) {
            View::Text(text) => text.map(str::to_owned),
            _ => None,
        };
        Consent {
            flag: text(first),
            given: text(first + 1),
            available: text(first + 2),
        }
    }

    /// Sets the consent to one subject.
    pub fn set_consent(&mut self, subject: ConsentSubject, consent: Consent) {
        let first = place(self, subject);
        let values = [consent.flag, consent.given, consent.available];
        for (index, value) in values.into_iter().enumerate() {
            if let crate::shape::Slot::Optional(text) = self.open(first + index) {
                *text = value;
            }
        }
    }
}

/// Where the three elements begin.
fn place(block: &dyn Block, subject: ConsentSubject) -> usize {
    let is_flag = |name: &str| name.strip_suffix("ConsFlg") == Some(subject.stem());
    let found = block
        .shape()
        .fields
        .iter()
        .position(|field| is_flag(field.name));
    found.expect("each stem has its three elements in the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subject_has_its_own_three_elements() {
        let mut person = ResultOfQualificationConfirmation::default();
        for (number, subject) in ConsentSubject::ALL.iter().enumerate() {
            let flag = Some(number.to_string());
            let (given, available) = (Some(format!("g{number}")), Some(format!("a{number}")));
            person.set_consent(
                *subject,
                Consent {
                    flag,
                    given,
                    available,
                },
            );
        }
        for (number, subject) in ConsentSubject::ALL.iter().enumerate() {
            assert_eq!(
                person.consent(*subject).available,
                Some(format!("a{number}"))
            );
        }
        assert_eq!(person.pharmacists_info_cons_time.as_deref(), Some("g1"));
        assert_eq!(person.diagnosis_info_cons_flg.as_deref(), Some("2"));
    }
}
