//! What insurers send: the lines of an import, in the specification's own names.

use serde::{Deserialize, Serialize};

/// One line of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Line {
    /// An insurer, with the day for which its data is true.
    Insurer(InsurerRecord),
    /// A qualification of one person.
    Qualification(Box<QualificationRecord>),
}

/// An insurer (保険者).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InsurerRecord {
    /// 保険者番号: 8 digits, or 6 for 国保.
    pub insurer_number: String,
    /// 保険者名称.
    pub insurer_name: String,
    /// The day for which its data is true, `yyyymmdd`.
    pub data_date: String,
}

/// A qualification (資格) of one person, from when to when, as the insurer reports it. Days are
/// `yyyymmdd`; what does not apply is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct QualificationRecord {
    /// The person's key in the whole nation (simulated; the real system links by 個人番号).
    pub person: i64,
    /// 保険者番号; for 医療扶助 the 公費負担者番号.
    pub insurer_number: String,
    /// 被保険者証記号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_card_symbol: Option<String>,
    /// 被保険者証番号; for 医療扶助 the 受給者番号.
    pub insured_identification_number: String,
    /// 被保険者証枝番.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_branch_number: Option<String>,
    /// 被保険者証区分.
    pub insured_card_classification: String,
    /// 本人・家族の別.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_family_classification: Option<String>,
    /// 被保険者氏名（世帯主氏名）.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_name: Option<String>,
    /// 氏名.
    pub name: String,
    /// 氏名（その他）.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_of_other: Option<String>,
    /// 氏名カナ, half-width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_kana: Option<String>,
    /// 氏名カナ（その他）.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_of_other_kana: Option<String>,
    /// 性別1.
    pub sex1: String,
    /// 性別2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex2: Option<String>,
    /// 生年月日.
    pub birthdate: String,
    /// 住所.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 郵便番号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_number: Option<String>,
    /// 資格取得年月日.
    pub qualification_date: String,
    /// 資格喪失年月日: the first day on which it no longer holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disqualification_date: Option<String>,
    /// 資格喪失事由.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_of_loss: Option<String>,
    /// 被保険者証交付年月日.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_certificate_issuance_date: Option<String>,
    /// 被保険者証有効開始年月日.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_card_valid_date: Option<String>,
    /// 被保険者証有効終了年月日.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_card_expiration_date: Option<String>,
    /// 被保険者証一部負担金割合 (後期高齢者): `010`, `020`, `030`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_partial_contribution_ratio: Option<String>,
    /// 高齢受給者証情報, one for each stretch of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elderly_recipient_certificates: Vec<ElderlyCertificate>,
    /// 限度額適用認定証関連情報, one for each stretch of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limit_application_certificates: Vec<LimitCertificate>,
    /// 特定疾病療養受療証.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub specific_diseases_certificates: Vec<SpecificDiseasesCertificate>,
    /// 医療券・調剤券.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub medical_tickets: Vec<MedicalTicket>,
}

/// 高齢受給者証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ElderlyCertificate {
    /// 交付年月日.
    pub issued: String,
    /// 有効開始年月日.
    pub from: String,
    /// 有効終了年月日.
    pub until: String,
    /// 一部負担金割合: `020` or `030`.
    pub ratio: String,
}

/// 限度額適用認定証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LimitCertificate {
    /// 認定証区分 (OQSCD011).
    pub classification: String,
    /// 適用区分 (OQSCD012).
    pub band: String,
    /// 交付年月日.
    pub issued: String,
    /// 有効開始年月日.
    pub from: String,
    /// 有効終了年月日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// 長期入院該当年月日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long_term: Option<String>,
}

/// 特定疾病療養受療証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SpecificDiseasesCertificate {
    /// 認定疾病区分 (OQSCD013).
    pub category: String,
    /// 交付年月日.
    pub issued: String,
    /// 有効開始年月日.
    pub from: String,
    /// 有効終了年月日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// 自己負担限度額, in yen.
    pub self_pay: String,
}

/// 医療券・調剤券 of 医療扶助, for one month at one institution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MedicalTicket {
    /// 券種別: `01` 医療券, `02` 調剤券.
    pub ticket_type: String,
    /// 有効開始年月日.
    pub from: String,
    /// 有効終了年月日.
    pub until: String,
    /// 交付番号.
    pub issue_number: String,
    /// 診療年月, `yyyymm`.
    pub treatment_month: String,
    /// 指定医療機関コード.
    pub institution_code: String,
    /// 指定医療機関名.
    pub institution_name: String,
    /// 診療別 (OQSCD019).
    pub treatment_type: String,
    /// 本人支払額, in yen.
    pub self_pay: String,
    /// 傷病名1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injury_name: Option<String>,
    /// 単独・併用別 (OQSCD020).
    pub single_or_combined: String,
    /// 社会保険状況 (OQSCD021).
    pub social_insurance: String,
}
