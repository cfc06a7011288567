//! What the lines of a report of medical records are, in the words of the specification where it has them.
//!
//! A line is what one institution did for one person in one month, by one source. It is read into a
//! record at once, or refused with what is wrong, item by item and without the values.

mod read;

use serde::{Deserialize, Serialize};

/// One line of a report of medical records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MedicalLine {
    /// 薬剤情報.
    Medicines(Reported<MedicineDayLine>),
    /// 診療情報.
    Treatments(Reported<TreatmentDayLine>),
    /// 手術情報.
    Operations(Reported<OperationLine>),
    /// 特定健診情報.
    Checkups(Reported<CheckupLine>),
}

/// What every line has, and the days of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Reported<T> {
    /// The person's key in the whole nation (simulated).
    pub person: i64,
    /// 保険者番号 of who bears it.
    pub insurer_number: String,
    /// 情報源, of medicines: `Claim`, `Prescription` or `Dispensing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// 診療年月, `yyyymm`.
    pub month: String,
    /// 医療機関コード.
    pub institution_code: String,
    /// 医療機関名.
    pub institution_name: String,
    /// 処方発行機関コード.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescriber_code: Option<String>,
    /// 処方発行機関名.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescriber_name: Option<String>,
    /// 入外等区分.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_out: Option<String>,
    /// 処方区分.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescription_class: Option<String>,
    /// 院内処方.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_house: bool,
    /// The days; none takes the record away.
    pub days: Vec<T>,
}

/// A day of medicines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MedicineDayLine {
    /// 調剤日・診療日・処方日.
    pub date: String,
    /// 処方日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescribed: Option<String>,
    /// The medicines.
    pub medicines: Vec<MedicineLine>,
}

/// A medicine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct MedicineLine {
    /// 薬剤コード.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// 薬剤名.
    pub name: String,
    /// 一般名.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingredient: Option<String>,
    /// 数量.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// 単位.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// 用法名.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// 用法特別指示.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// 回数・日数.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// 診療識別 or 用法区分.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// A day of treatments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TreatmentDayLine {
    /// 診療日.
    pub date: String,
    /// The treatments.
    pub treatments: Vec<TreatmentLine>,
}

/// A treatment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct TreatmentLine {
    /// 診療行為コード.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// 診療行為名.
    pub name: String,
    /// 診療識別.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// 数量.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// 回数.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// 単位.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OperationLine {
    /// 手術日.
    pub date: String,
    /// 診療行為コード.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// 手術名.
    pub name: String,
}

/// A checkup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CheckupLine {
    /// 実施日.
    pub date: String,
    /// Results and answers.
    pub items: Vec<CheckupItemLine>,
}

/// A result or an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct CheckupItemLine {
    /// 項目コード: 17 characters of JLAC10.
    pub code: String,
    /// 項目名.
    pub name: String,
    /// データタイプ: PQ, CD, CO or ST.
    pub data_type: String,
    /// データ値.
    pub value: String,
    /// 単位.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// OID of the list that a code is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// データ値名称.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_name: Option<String>,
}
