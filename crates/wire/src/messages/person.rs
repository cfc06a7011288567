//! What is known of a person's qualification: `ResultOfQualificationConfirmation`.

use crate::codes::*;
use crate::messages::ticket::MedicalTicketInfo;
use crate::shape::{ANY, JsonList, Kind, NOT_PUBLIC, block, layout, list};

layout! {
    /// 資格確認結果: one qualification of one person.
    pub struct ResultOfQualificationConfirmation {
        /// 被保険者証区分: the kind of card; A1 for medical assistance.
        insured_card_classification: String = "InsuredCardClassification",
            Kind::Code(&InsuredCardClassification::LIST), "01";
        /// 保険者番号: the insurer's number, padded with blanks; for medical assistance the payer's.
        insurer_number: Option<String> = "InsurerNumber", Kind::InsurerNumber, "  138057";
        /// 被保険者証記号: the card's symbol.
        insured_card_symbol: Option<String> = "InsuredCardSymbol", Kind::Text(20), "見本１";
        /// 被保険者証番号: the card's number; for medical assistance the beneficiary's.
        insured_identification_number: Option<String> = "InsuredIdentificationNumber",
            Kind::Text(20), "1001";
        /// 被保険者証枝番: the branch number within the household.
        insured_branch_number: Option<String> = "InsuredBranchNumber", Kind::Digits(2), "02";
        /// 公費負担者番号: the public payer's number (medical assistance; not in every published list).
        public_expense_number: Option<String> = "PublicExpenseNumber", Kind::Digits(8);
        /// 受給者番号: the beneficiary's number (medical assistance; not in every published list).
        beneficiary_number: Option<String> = "BeneficiaryNumber", Kind::Digits(7);
        /// 福祉事務所名: the welfare service (medical assistance; not in every published list).
        welfare_office_name: Option<String> = "WelfareOfficeName", Kind::Text(NOT_PUBLIC);
        /// 本人・家族の別: the insured person or a family member.
        personal_family_classification: Option<String> = "PersonalFamilyClassification",
            Kind::Code(&PersonOrFamily::LIST), "2";
        /// 被保険者氏名（世帯主氏名）: the insured person's or householder's name.
        insured_name: Option<String> = "InsuredName", Kind::Text(NOT_PUBLIC), "架空　太郎";
        /// 氏名: full width, family and given name parted by a full-width blank.
        name: String = "Name", Kind::Text(NOT_PUBLIC), "架空　花子";
        /// 氏名（その他）: a common name or the like.
        name_of_other: Option<String> = "NameOfOther", Kind::Text(NOT_PUBLIC);
        /// 氏名カナ: in half-width kana.
        name_kana: Option<String> = "NameKana", Kind::Text(NOT_PUBLIC), "ｶｸｳ ﾊﾅｺ";
        /// 氏名カナ（その他）: the other name in half-width kana.
        name_of_other_kana: Option<String> = "NameOfOtherKana", Kind::Text(NOT_PUBLIC);
        /// 性別1: sex.
        sex1: String = "Sex1", Kind::Code(&Sex::LIST), "2";
        /// 性別2: sex where another is to be used on the card's face.
        sex2: Option<String> = "Sex2", Kind::Code(&Sex::LIST);
        /// 生年月日: date of birth.
        birthdate: String = "Birthdate", Kind::Date, "19750502";
        /// 住所: address.
        address: Option<String> = "Address", Kind::Text(NOT_PUBLIC), "東京都架空区見本１丁目１番１号";
        /// 郵便番号: postal code.
        post_number: Option<String> = "PostNumber", Kind::PostNumber, "000-0000";
        /// 資格取得年月日: first day of the qualification.
        qualification_date: Option<String> = "QualificationDate", Kind::Date, "20200401";
        /// 資格喪失年月日: day on which it was lost.
        disqualification_date: Option<String> = "DisqualificationDate", Kind::Date;
        /// 被保険者証交付年月日: when the card was issued.
        insured_certificate_issuance_date: Option<String> = "InsuredCertificateIssuanceDate",
            Kind::Date, "20260801";
        /// 被保険者証有効開始年月日: first day of the card.
        insured_card_valid_date: Option<String> = "InsuredCardValidDate", Kind::Date, "20260801";
        /// 被保険者証有効終了年月日: last day of the card.
        insured_card_expiration_date: Option<String> = "InsuredCardExpirationDate",
            Kind::Date, "20270731";
        /// 被保険者証一部負担金割合: the share that the patient pays in per cent, of the scheme for the
        /// elderly: 010, 020, 030.
        insured_partial_contribution_ratio: Option<String> = "InsuredPartialContributionRatio",
            Kind::Digits(3);
        /// 未就学区分: a child before school.
        preschool_classification: Option<String> = "PreschoolClassification",
            Kind::Code(&Preschool::LIST);
        /// 資格喪失事由: why the qualification was lost.
        reason_of_loss: Option<String> = "ReasonOfLoss", Kind::Code(&ReasonOfLoss::LIST);
        /// 保険者名称: the insurer; for medical assistance the welfare service.
        insurer_name: String = "InsurerName", Kind::Text(NOT_PUBLIC), "架空区";
        /// 高齢受給者証情報: the certificate for those from 70 to 74.
        elderly_recipient_certificate_info: Option<ElderlyRecipientCertificateInfo> =
            "ElderlyRecipientCertificateInfo",
            block::<ElderlyRecipientCertificateInfo>();
        /// 限度額適用認定証 提供同意フラグ: may the ceiling certificate be shown?
        limit_application_certificate_related_cons_flg: Option<String> =
            "LimitApplicationCertificateRelatedConsFlg",
            Kind::Code(&CertificateConsent::LIST), "1";
        /// 限度額適用認定証 提供同意日時: when that was said.
        limit_application_certificate_related_cons_time: Option<String> =
            "LimitApplicationCertificateRelatedConsTime",
            Kind::Time, "20261122091512";
        /// 限度額適用認定証関連情報: the ceiling of what the patient pays in a month.
        limit_application_certificate_related_info: Option<LimitApplicationCertificateRelatedInfo> =
            "LimitApplicationCertificateRelatedInfo",
            block::<LimitApplicationCertificateRelatedInfo>();
        /// 特定疾病療養受療証 提供同意フラグ: may the certificates for specific diseases be shown?
        specific_diseases_certificate_related_cons_flg: Option<String> =
            "SpecificDiseasesCertificateRelatedConsFlg",
            Kind::Code(&CertificateConsent::LIST);
        /// 特定疾病療養受療証 提供同意日時: when that was said.
        specific_diseases_certificate_related_cons_time: Option<String> =
            "SpecificDiseasesCertificateRelatedConsTime",
            Kind::Time;
        /// 特定疾病療養受療証情報リスト: at most three.
        specific_diseases_certificate_list: Vec<SpecificDiseasesCertificateInfo> =
            "SpecificDiseasesCertificateList",
            list::<SpecificDiseasesCertificateInfo>(
                "SpecificDiseasesCertificateInfo", 3, JsonList::Bare
            );
        /// 医療扶助 医療券・調剤券リスト: tickets of medical assistance.
        public_expense_result_list: Vec<MedicalTicketInfo> = "PublicExpenseResultList",
            list::<MedicalTicketInfo>("MedicalTicketInfo", ANY, JsonList::Bare);
        /// 特定健診情報 閲覧同意フラグ: may the institution read check-ups? (face and consent only)
        specific_health_checkups_info_cons_flg: Option<String> =
            "SpecificHealthCheckupsInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 特定健診情報 同意日時: when the patient said so.
        specific_health_checkups_info_cons_time: Option<String> =
            "SpecificHealthCheckupsInfoConsTime",
            Kind::Time, "20261122091512";
        /// 特定健診情報 閲覧可能期限: until when it may be read.
        specific_health_checkups_info_available_time: Option<String> =
            "SpecificHealthCheckupsInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 薬剤情報 閲覧同意フラグ: may the institution read medicines? (face and consent only)
        pharmacists_info_cons_flg: Option<String> = "PharmacistsInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 薬剤情報 同意日時: when the patient said so.
        pharmacists_info_cons_time: Option<String> = "PharmacistsInfoConsTime",
            Kind::Time, "20261122091512";
        /// 薬剤情報 閲覧可能期限: until when it may be read.
        pharmacists_info_available_time: Option<String> = "PharmacistsInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 診療情報 閲覧同意フラグ: may the institution read treatment? (face and consent only)
        diagnosis_info_cons_flg: Option<String> = "DiagnosisInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 診療情報 同意日時: when the patient said so.
        diagnosis_info_cons_time: Option<String> = "DiagnosisInfoConsTime",
            Kind::Time, "20261122091512";
        /// 診療情報 閲覧可能期限: until when it may be read.
        diagnosis_info_available_time: Option<String> = "DiagnosisInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 手術情報 閲覧同意フラグ: may the institution read operations? (face and consent only)
        operation_info_cons_flg: Option<String> = "OperationInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 手術情報 同意日時: when the patient said so.
        operation_info_cons_time: Option<String> = "OperationInfoConsTime",
            Kind::Time, "20261122091512";
        /// 手術情報 閲覧可能期限: until when it may be read.
        operation_info_available_time: Option<String> = "OperationInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 傷病名 閲覧同意フラグ: may the institution read names of diseases (stem from a sister API, the
        /// spelling on the wire may differ)? (face and consent only)
        diagnosis_name_cons_flg: Option<String> = "DiagnosisNameConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 傷病名 同意日時: when the patient said so.
        diagnosis_name_cons_time: Option<String> = "DiagnosisNameConsTime",
            Kind::Time, "20261122091512";
        /// 傷病名 閲覧可能期限: until when it may be read.
        diagnosis_name_available_time: Option<String> = "DiagnosisNameAvailableTime",
            Kind::Time, "20261123091512";
        /// 感染症 閲覧同意フラグ: may the institution read infections (spelling as for DiagnosisName)? (face
        /// and consent only)
        infectious_info_cons_flg: Option<String> = "InfectiousInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 感染症 同意日時: when the patient said so.
        infectious_info_cons_time: Option<String> = "InfectiousInfoConsTime",
            Kind::Time, "20261122091512";
        /// 感染症 閲覧可能期限: until when it may be read.
        infectious_info_available_time: Option<String> = "InfectiousInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// アレルギー 閲覧同意フラグ: may the institution read allergies (spelling as for DiagnosisName)? (face
        /// and consent only)
        allergy_info_cons_flg: Option<String> = "AllergyInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// アレルギー 同意日時: when the patient said so.
        allergy_info_cons_time: Option<String> = "AllergyInfoConsTime",
            Kind::Time, "20261122091512";
        /// アレルギー 閲覧可能期限: until when it may be read.
        allergy_info_available_time: Option<String> = "AllergyInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 薬剤禁忌 閲覧同意フラグ: may the institution read contraindications (spelling as for
        /// DiagnosisName)? (face and consent only)
        contraindication_info_cons_flg: Option<String> = "ContraindicationInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 薬剤禁忌 同意日時: when the patient said so.
        contraindication_info_cons_time: Option<String> = "ContraindicationInfoConsTime",
            Kind::Time, "20261122091512";
        /// 薬剤禁忌 閲覧可能期限: until when it may be read.
        contraindication_info_available_time: Option<String> = "ContraindicationInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 検査 閲覧同意フラグ: may the institution read tests (spelling as for DiagnosisName)? (face and
        /// consent only)
        test_info_cons_flg: Option<String> = "TestInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 検査 同意日時: when the patient said so.
        test_info_cons_time: Option<String> = "TestInfoConsTime", Kind::Time, "20261122091512";
        /// 検査 閲覧可能期限: until when it may be read.
        test_info_available_time: Option<String> = "TestInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 処方 閲覧同意フラグ: may the institution read prescriptions (spelling as for DiagnosisName)?
        /// (face and consent only)
        prescription_info_cons_flg: Option<String> = "PrescriptionInfoConsFlg",
            Kind::Code(&ViewingConsent::LIST), "1";
        /// 処方 同意日時: when the patient said so.
        prescription_info_cons_time: Option<String> = "PrescriptionInfoConsTime",
            Kind::Time, "20261122091512";
        /// 処方 閲覧可能期限: until when it may be read.
        prescription_info_available_time: Option<String> = "PrescriptionInfoAvailableTime",
            Kind::Time, "20261123091512";
        /// 照会番号: the institution's own number of the patient, if registered.
        reference_number: Option<String> = "ReferenceNumber", Kind::Text(50), "P0001";
        /// 資格確認キー: seen in a real file of 2026; meaning and length are not public.
        qualification_confirmation_key: Option<String> = "QualificationConfirmationKey",
            Kind::Text(NOT_PUBLIC);
        /// 任意の識別子: echoed.
        arbitrary_identifier: Option<String> = "ArbitraryIdentifier", Kind::Text(NOT_PUBLIC);
        /// 限度額適用認定証等 変更有無: in bulk answers only.
        limit_application_certificate_changed: Option<String> =
            "LimitApplicationCertificateChanged",
            Kind::Code(&LimitChanged::LIST);
    }

    /// 高齢受給者証情報: what a person from 70 to 74 pays.
    pub struct ElderlyRecipientCertificateInfo {
        /// 高齢受給者証交付年月日: issued.
        elderly_recipient_certificate_date: Option<String> = "ElderlyRecipientCertificateDate",
            Kind::Date, "20260801";
        /// 高齢受給者証有効開始年月日: first day.
        elderly_recipient_valid_start_date: Option<String> = "ElderlyRecipientValidStartDate",
            Kind::Date, "20260801";
        /// 高齢受給者証有効終了年月日: last day.
        elderly_recipient_valid_end_date: Option<String> = "ElderlyRecipientValidEndDate",
            Kind::Date, "20270731";
        /// 高齢受給者証一部負担金割合: the share in per cent, 020 or 030.
        elderly_recipient_contribution_ratio: Option<String> = "ElderlyRecipientContributionRatio",
            Kind::Digits(3), "020";
    }

    /// 限度額適用認定証関連情報: the band of the ceiling and when it holds.
    pub struct LimitApplicationCertificateRelatedInfo {
        /// 限度額適用認定証区分: the kind of certificate.
        limit_application_certificate_classification: Option<String> =
            "LimitApplicationCertificateClassification",
            Kind::Code(&LimitCertificateClassification::LIST), "01";
        /// 限度額適用認定証適用区分: the band.
        limit_application_certificate_classification_flag: Option<String> =
            "LimitApplicationCertificateClassificationFlag",
            Kind::Code(&LimitBand::LIST), "A03";
        /// 限度額適用認定証交付年月日: issued.
        limit_application_certificate_date: Option<String> = "LimitApplicationCertificateDate",
            Kind::Date, "20260801";
        /// 限度額適用認定証有効開始年月日: first day.
        limit_application_certificate_valid_start_date: Option<String> =
            "LimitApplicationCertificateValidStartDate",
            Kind::Date, "20260801";
        /// 限度額適用認定証有効終了年月日: last day.
        limit_application_certificate_valid_end_date: Option<String> =
            "LimitApplicationCertificateValidEndDate",
            Kind::Date, "20270731";
        /// 限度額適用認定証長期入院該当年月日: since when long in hospital.
        limit_application_certificate_long_term_date: Option<String> =
            "LimitApplicationCertificateLongTermDate",
            Kind::Date;
    }

    /// 特定疾病療養受療証情報: a disease for which the patient pays a small sum.
    pub struct SpecificDiseasesCertificateInfo {
        /// 認定疾病区分: the disease.
        specific_diseases_disease_category: Option<String> = "SpecificDiseasesDiseaseCategory",
            Kind::Code(&SpecificDisease::LIST), "1";
        /// 特定疾病療養受療証交付年月日: issued.
        specific_diseases_certificate_date: Option<String> = "SpecificDiseasesCertificateDate",
            Kind::Date, "20260801";
        /// 特定疾病療養受療証有効開始年月日: first day.
        specific_diseases_valid_start_date: Option<String> = "SpecificDiseasesValidStartDate",
            Kind::Date, "20260801";
        /// 特定疾病療養受療証有効終了年月日: last day.
        specific_diseases_valid_end_date: Option<String> = "SpecificDiseasesValidEndDate",
            Kind::Date, "20270731";
        /// 特定疾病療養受療証自己負担限度額: what the patient pays at most in a month, in yen.
        specific_diseases_self_pay: Option<String> = "SpecificDiseasesSelfPay",
            Kind::Number(NOT_PUBLIC), "10000";
    }
}
