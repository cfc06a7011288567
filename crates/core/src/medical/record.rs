//! What is kept of a person and told with a consent or an opening (診療・薬剤・特定健診情報).
//!
//! Codes, amounts and words stay the texts that were reported: they go out as they came in, in the
//! elements that each field names. Days and months are read, since periods are counted by them.

use crate::clock::{Day, Month};
use crate::terms::FacilityCode;

/// From where a medicine is known (情報源). The numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// レセプト: claims, by month.
    Claim = 1,
    /// 処方: what was prescribed electronically.
    Prescription = 2,
    /// 調剤: what was dispensed of an electronic prescription.
    Dispensing = 3,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 3] = [Source::Claim, Source::Prescription, Source::Dispensing];

    /// The word of a report.
    pub const fn code(self) -> &'static str {
        match self {
            Source::Claim => "Claim",
            Source::Prescription => "Prescription",
            Source::Dispensing => "Dispensing",
        }
    }

    /// Reads [`Source::code`] back.
    pub fn from_code(code: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.code() == code)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Source::Claim => "レセプト",
            Source::Prescription => "処方",
            Source::Dispensing => "調剤",
        }
    }
}

/// An institution as a record names it; it need not be one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Institution {
    /// 医療機関コード, ten digits.
    pub code: String,
    /// 医療機関名.
    pub name: String,
}

impl Institution {
    /// Whether it is this one (自院).
    pub fn is(&self, facility: &FacilityCode) -> bool {
        self.code == facility.as_str()
    }
}

/// What one institution prescribed or dispensed to a person in one month, by one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MedicationMonth {
    /// レセプト, 処方 or 調剤.
    pub source: Source,
    /// 診療年月, 処方年月 or 調剤年月.
    pub month: Month,
    /// Who treated or dispensed (`MeTrDiHCd`, `ShMeTrDiHCd`, `CzMeTrDiHCd` and the names).
    pub institution: Institution,
    /// Who issued the prescription, where that is told apart (`PrlsHCd`, `ShPrHCd`, `CzPrlsHCd`).
    pub prescriber: Option<Institution>,
    /// 入外等区分 (`InOut`), of claims only.
    pub in_out: Option<String>,
    /// 処方区分 (`ShPrCl`, `CzPrCl`), of prescriptions and dispensings only.
    pub prescription_class: Option<String>,
    /// 院内処方: given out by the institution that prescribed it.
    pub in_house: bool,
    /// By day, in order.
    pub days: Vec<MedicationDay>,
}

/// What was given on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MedicationDay {
    /// 調剤日・診療日, of a prescription the 処方日.
    pub date: Day,
    /// 処方日, where it is told apart.
    pub prescribed: Option<Day>,
    /// The medicines, in the order of the report.
    pub medicines: Vec<Medicine>,
}

/// One medicine (薬剤).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Medicine {
    /// 薬剤コード: nine digits of the claims' master (`DrugC`).
    pub code: Option<String>,
    /// 薬剤名 (`DrugN`).
    pub name: String,
    /// 一般名 (`IngreN`).
    pub ingredient: Option<String>,
    /// 数量 (`Qua1`).
    pub quantity: Option<String>,
    /// 単位 (`Unit`).
    pub unit: Option<String>,
    /// 用法名 (`UsageN`).
    pub usage: Option<String>,
    /// 用法特別指示 (`SpInst`).
    pub instruction: Option<String>,
    /// 回数・日数 (`Times`).
    pub times: Option<String>,
    /// 診療識別 of a claim (`MeTrIdCl`), 用法区分 of the others (`ShUsageCl`, `CzUsageCl`).
    pub class: Option<String>,
}

impl Medicine {
    /// For how many days it was given, where the usage counts days.
    pub fn days(&self) -> Option<i64> {
        let days: i64 = self.times.as_deref()?.parse().ok()?;
        (1..=999).contains(&days).then_some(days)
    }
}

/// What one institution did for a person in one month, by its claims (診療情報).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreatmentMonth {
    /// 診療年月.
    pub month: Month,
    /// Who treated.
    pub institution: Institution,
    /// 入外等区分 (`InOut`).
    pub in_out: Option<String>,
    /// By day, in order.
    pub days: Vec<TreatmentDay>,
}

/// What was done on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreatmentDay {
    /// 診療日.
    pub date: Day,
    /// The treatments, in the order of the report.
    pub treatments: Vec<Treatment>,
}

/// One treatment (診療行為).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Treatment {
    /// 診療行為コード: nine digits of the claims' master (`SinInfCd`).
    pub code: Option<String>,
    /// 診療行為名 (`SinInfN`).
    pub name: String,
    /// 診療識別 (`MeTrIdCl`).
    pub class: Option<String>,
    /// 数量 (`Qua1`).
    pub quantity: Option<String>,
    /// 回数 (`Times`).
    pub times: Option<String>,
    /// 単位 (`Unit`).
    pub unit: Option<String>,
}

/// An operation (手術), by the claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// 手術日.
    pub date: Day,
    /// Who operated.
    pub institution: Institution,
    /// 診療行為コード of the operation.
    pub code: Option<String>,
    /// 手術名.
    pub name: String,
    /// 入外等区分.
    pub in_out: Option<String>,
}

/// A checkup (特定健診) of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkup {
    /// 実施日 (`EffectiveTime`).
    pub date: Day,
    /// Who did it.
    pub institution: Option<Institution>,
    /// Results and answers, in the order of the report.
    pub items: Vec<CheckupItem>,
}

/// A result or an answer of a checkup (健診結果・問診情報).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckupItem {
    /// 項目コード: 17 characters of JLAC10 (`ItemCode`).
    pub code: String,
    /// 項目名 (`ItemName`).
    pub name: String,
    /// データタイプ (`DataType`): PQ a quantity, CD and CO a code, ST words.
    pub data_type: String,
    /// データ値 (`DataValue`).
    pub value: String,
    /// 単位 (`Unit`).
    pub unit: Option<String>,
    /// OID of the list that a code is from (`Oid`).
    pub oid: Option<String>,
    /// データ値名称: a code in words (`DataValueName`).
    pub value_name: Option<String>,
}

/// What is reported of one person, one institution and one month. It replaces what was reported of
/// the same before; without days it takes it away (取下げ).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The person's key.
    pub person: i64,
    /// 保険者番号 of who bears it, in the form in which it is compared.
    pub insurer: String,
    /// What it holds.
    pub holds: Holds,
}

/// What a record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// 薬剤情報.
    Medicines(MedicationMonth),
    /// 診療情報.
    Treatments(TreatmentMonth),
    /// 手術情報.
    Operations(OperationMonth),
    /// 特定健診情報.
    Checkups(CheckupMonth),
}

/// The operations of one institution in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationMonth {
    /// 診療年月.
    pub month: Month,
    /// Who operated.
    pub institution: Institution,
    /// 入外等区分.
    pub in_out: Option<String>,
    /// In order.
    pub operations: Vec<Operation>,
}

/// The checkups of one institution in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckupMonth {
    /// The month of the checkups.
    pub month: Month,
    /// Who did them; the code is empty where that is not told.
    pub institution: Institution,
    /// In order.
    pub checkups: Vec<Checkup>,
}

impl CheckupItem {
    /// The value in thousandths, where it is a number.
    pub fn thousandths(&self) -> Option<i64> {
        thousandths(&self.value)
    }
}

/// A decimal number in thousandths: exact, so that 5.6 is not above 5.6.
pub(super) fn thousandths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = |text: &str, most| text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole, 9) || !plain(part, 9) {
        return None;
    }
    let part: i64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 1000 + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_exactly() {
        assert_eq!(thousandths("5.6"), Some(5_600));
        assert_eq!(thousandths("130"), Some(130_000));
        assert_eq!(thousandths("0.0559"), Some(55));
        for text in ["", ".5", "1-", "5.6.1", "＜5", "9999999999"] {
            assert_eq!(thousandths(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_a_medicine_are_a_plain_number() {
        let of = |times: &str| Medicine {
            times: Some(times.to_owned()),
            ..Medicine::default()
        };
        assert_eq!(of("28").days(), Some(28));
        assert_eq!(of("0").days(), None);
        assert_eq!(of("頓用").days(), None);
    }
}
