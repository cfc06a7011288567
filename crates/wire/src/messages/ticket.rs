//! 医療扶助: tickets of medical assistance.

use crate::codes::*;
use crate::shape::{Kind, NOT_PUBLIC, layout};

layout! {
    /// 医療券・調剤券情報: one ticket.
    pub struct MedicalTicketInfo {
        /// 券種別: for treatment or for dispensing.
        ticket_type: Option<String> = "TicketType", Kind::Code(&TicketType::LIST), "01";
        /// 医療券有効開始年月日: first day.
        medical_ticket_valid_date: Option<String> = "MedicalTicketValidDate",
            Kind::Date, "20261101";
        /// 医療券有効終了年月日: last day.
        medical_ticket_expiration_date: Option<String> = "MedicalTicketExpirationDate",
            Kind::Date, "20261130";
        /// 交付番号: the number of issue.
        issue_number: Option<String> = "IssueNumber", Kind::Text(NOT_PUBLIC), "0000001";
        /// 診療年月: the month of treatment.
        medical_treatment_month: Option<String> = "MedicalTreatmentMonth", Kind::Month, "202611";
        /// 指定医療機関コード: the institution that it names.
        designated_medical_institution_code: Option<String> = "DesignatedMedicalInstitutionCode",
            Kind::Number(10), "1319999999";
        /// 指定医療機関確認フラグ: whether that is who asks.
        designated_medical_institution_flag: Option<String> = "DesignatedMedicalInstitutionFlag",
            Kind::Code(&DesignatedInstitution::LIST), "0";
        /// 指定医療機関名: its name.
        designated_medical_institution_name: Option<String> = "DesignatedMedicalInstitutionName",
            Kind::Text(NOT_PUBLIC), "架空内科";
        /// 処方箋発行元医療機関コード: who prescribed (dispensing tickets).
        prescription_issuer_medical_institution_code: Option<String> =
            "PrescriptionIssuerMedicalInstitutionCode",
            Kind::Number(10);
        /// 処方箋発行元医療機関名: the name of who prescribed.
        prescription_issuer_medical_institution_name: Option<String> =
            "PrescriptionIssuerMedicalInstitutionName",
            Kind::Text(NOT_PUBLIC);
        /// 傷病名1: a disease.
        injury_name1: Option<String> = "InjuryName1", Kind::Text(NOT_PUBLIC), "見本病";
        /// 傷病名2: a disease.
        injury_name2: Option<String> = "InjuryName2", Kind::Text(NOT_PUBLIC);
        /// 傷病名3: a disease.
        injury_name3: Option<String> = "InjuryName3", Kind::Text(NOT_PUBLIC);
        /// 診療別: what it is for.
        medical_treatment_type: Option<String> = "MedicalTreatmentType",
            Kind::Code(&TreatmentType::LIST), "02";
        /// 本人支払額: what the patient pays, in yen.
        self_pay_amount: Option<String> = "SelfPayAmount", Kind::Number(NOT_PUBLIC), "0";
        /// 地区担当員名: the case worker.
        district_contact_name: Option<String> = "DistrictContactName", Kind::Text(NOT_PUBLIC);
        /// 取扱担当者名: the clerk.
        handling_contact_name: Option<String> = "HandlingContactName", Kind::Text(NOT_PUBLIC);
        /// 単独・併用別: alone or with another insurance.
        single_or_combined_use: Option<String> = "SingleOrCombinedUse",
            Kind::Code(&SingleOrCombined::LIST), "01";
        /// 社会保険状況: whether there is a social insurance.
        status_of_social_insurance: Option<String> = "StatusOfSocialInsurance",
            Kind::Code(&SocialInsurance::LIST), "02";
        /// 社会保険状況の整合性フラグ: whether that disagrees with the qualification.
        consistency_flag: Option<String> = "ConsistencyFlag", Kind::Code(&Consistency::LIST);
        /// 感染症法37条の2の該当状況: the element is really spelt so.
        status_of_infecton: Option<String> = "StatusOfInfecton",
            Kind::Code(&InfectionStatus::LIST), "02";
        /// 後期高齢者医療の状況: whether the scheme for the elderly applies.
        status_of_elderly_medical_care: Option<String> = "StatusOfElderlyMedicalCare",
            Kind::Code(&ElderlyCareStatus::LIST), "02";
        /// 都道府県費の状況: whether the prefecture pays.
        status_of_prefectural_expenses: Option<String> = "StatusOfPrefecturalExpenses",
            Kind::Code(&PrefecturalStatus::LIST), "02";
        /// 備考1: a remark.
        remarks1: Option<String> = "Remarks1", Kind::Lines(NOT_PUBLIC);
        /// 備考2: a remark.
        remarks2: Option<String> = "Remarks2", Kind::Lines(NOT_PUBLIC);
        /// 備考3: a remark.
        remarks3: Option<String> = "Remarks3", Kind::Lines(NOT_PUBLIC);
    }
}
