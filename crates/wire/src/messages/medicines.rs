//! YZKsiquc01: medicines and treatment.
//!
//! The header of the request names the person with other elements than the rest of the interface.
//! The response is known from one production client only: everything is optional, and where
//! `ResultCode` and `MessageContents` stand is our choice (the client takes them anywhere).

use crate::codes::*;
use crate::shape::{ANY, JsonList, Kind, NOT_PUBLIC, block, layout, list, repeated};

layout! {
    /// 薬剤情報・診療情報閲覧要求: YZKsiquc01req.
    pub struct MedicinesRequest {
        /// メッセージヘッダー: who asks, and about whom.
        header: PersonRequestHeader = "MessageHeader", block::<PersonRequestHeader>();
        /// メッセージボディー: what is wanted.
        body: MedicinesRequestBody = "MessageBody", block::<MedicinesRequestBody>();
    }

    /// メッセージヘッダー: of a request for a patient's information (YZK and TKK).
    pub struct PersonRequestHeader {
        /// 医療機関コード: who asks.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 保険者番号: the insurer's number, 8 characters padded on the left with blanks.
        insurer_number: String = "InsurerNumber", Kind::InsurerNumber, "  138057";
        /// 被保険者証記号: the card's symbol.
        insurance_card_symbol: Option<String> = "InsuranceCardSymbol", Kind::Text(20), "見本１";
        /// 被保険者証番号: the card's number.
        insured_person_identification_number: String = "InsuredPersonIdentificationNumber",
            Kind::Text(20), "1001";
        /// 被保険者証枝番: the branch number.
        branch_number: Option<String> = "BranchNumber", Kind::Digits(2), "02";
        /// 任意のファイル識別子: the sender's, echoed unchanged.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "P0001";
    }

    /// メッセージボディー: of a request for medicines and treatment.
    pub struct MedicinesRequestBody {
        /// 開始年月: first month.
        start_date: String = "StartDate", Kind::Month, "202309";
        /// 終了年月: last month.
        end_date: String = "EndDate", Kind::Month, "202611";
        /// ファイル種別: medicines only or with treatment, PDF or XML.
        file_category: String = "FileCategory", Kind::Code(&MedicinesFile::LIST), "4";
        /// 処方・調剤情報の表示: with data of electronic prescriptions?
        pr_di_inf_classification: Option<String> = "PrDiInfClassification",
            Kind::Code(&ShowPrescriptions::LIST), "1";
        /// 診療区分: how the patient is treated.
        medical_treatment_flag: Option<String> = "MedicalTreatmentFlag",
            Kind::Code(&MedicalTreatment::LIST), "1";
    }

    /// 薬剤情報・診療情報閲覧結果: YZKsiquc01res.
    pub struct MedicinesResponse {
        /// メッセージヘッダー: how it went, and about whom.
        header: MedicinesResponseHeader = "MessageHeader", block::<MedicinesResponseHeader>();
        /// メッセージボディー: what was prescribed, dispensed and done.
        body: MedicinesResponseBody = "MessageBody", block::<MedicinesResponseBody>();
    }

    /// メッセージヘッダー: of medicines and treatment.
    pub struct MedicinesResponseHeader {
        /// 処理実行日時: when it was processed (our addition).
        process_execution_time: Option<String> = "ProcessExecutionTime",
            Kind::Time, "20261122091512";
        /// 医療機関コード: of the request (our addition).
        medical_institution_code: Option<String> = "MedicalInstitutionCode",
            Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: of the request, unchanged (our addition).
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "P0001";
        /// 結果コード: 1 is success; the other values are not public.
        result_code: String = "ResultCode", Kind::Text(NOT_PUBLIC), "1";
        /// メッセージ内容: why it is not.
        message_contents: Option<String> = "MessageContents", Kind::Lines(NOT_PUBLIC);
        /// 文字コード識別子: the encoding of the file (our addition).
        character_code_identifier: Option<String> = "CharacterCodeIdentifier",
            Kind::Code(&CharacterCode::LIST), "0";
        /// 資格情報: the person; absent on an error.
        qua_inf: Option<QuaInf> = "QuaInf", block::<QuaInf>();
    }

    /// 資格情報: the person that the medicines are of.
    pub struct QuaInf {
        /// 氏名: name.
        name: Option<String> = "Name", Kind::Text(NOT_PUBLIC), "架空　花子";
        /// 氏名カナ: name in kana.
        kana_name: Option<String> = "KanaName", Kind::Text(NOT_PUBLIC), "ｶｸｳ ﾊﾅｺ";
        /// 生年月日: date of birth.
        birth: Option<String> = "Birth", Kind::Date, "19750502";
        /// 性別: sex.
        adm_gend_code: Option<String> = "AdmGendCode", Kind::Code(&Sex::LIST), "2";
    }

    /// メッセージボディー: of medicines and treatment, by source.
    pub struct MedicinesResponseBody {
        /// レセプト由来の月別情報: from claims, by month and institution.
        months: Vec<MeTrMonthInf> = "MeTrMonthInf", repeated::<MeTrMonthInf>(0, ANY);
        /// 処方情報: from electronic prescriptions, what was prescribed.
        prescriptions: Vec<ShPrMonthInf> = "ShPrInf",
            list::<ShPrMonthInf>("ShPrMonthInf", ANY, JsonList::Bare);
        /// 調剤情報: from electronic prescriptions, what was dispensed.
        dispensings: Vec<CzDiMonthInf> = "CzDiInf",
            list::<CzDiMonthInf>("CzDiMonthInf", ANY, JsonList::Bare);
    }

    /// レセプト由来の月別情報: what one institution claimed in one month.
    pub struct MeTrMonthInf {
        /// 調剤等を行った機関の区分: values are not public.
        di_org: Option<String> = "DiOrg", Kind::Number(NOT_PUBLIC), "1";
        /// 診療・調剤機関コード: who treated or dispensed.
        me_tr_di_h_cd: Option<String> = "MeTrDiHCd", Kind::Number(10), "1319999999";
        /// 処方発行機関コード: who prescribed (spelt with a small L).
        prls_h_cd: Option<String> = "PrlsHCd", Kind::Number(10);
        /// 診療・調剤機関名: who treated or dispensed.
        me_tr_di_h_nm: Option<String> = "MeTrDiHNm", Kind::Text(NOT_PUBLIC), "架空内科";
        /// 診療年月: the month.
        me_tr_month: Option<String> = "MeTrMonth", Kind::Month, "202610";
        /// 処方発行機関名: who prescribed (spelt with a small L).
        prls_h_nm: Option<String> = "PrlsHNm", Kind::Text(NOT_PUBLIC);
        /// 自院・他院: 1 own institution, 2 another (spelt with a capital i).
        pr_is_org: Option<String> = "PrIsOrg", Kind::Number(NOT_PUBLIC), "1";
        /// 入外等区分: values are not public.
        in_out: Option<String> = "InOut", Kind::Number(NOT_PUBLIC), "2";
        /// 日別情報: by day.
        dates: Vec<DiDateInf> = "DiDateInfs", list::<DiDateInf>("DiDateInf", ANY, JsonList::Bare);
    }

    /// 日別情報: one day.
    pub struct DiDateInf {
        /// 調剤日・診療日: the day.
        di_date: Option<String> = "DiDate", Kind::Date, "20261005";
        /// 処方日: day of the prescription.
        pr_date: Option<String> = "PrDate", Kind::Date, "20261005";
        /// 薬剤情報: the medicines.
        drugs: Vec<DrugInf> = "DrugInfs", list::<DrugInf>("DrugInf", ANY, JsonList::Bare);
        /// 診療情報: the treatment, only if asked for.
        treatments: Vec<MeTrInf> = "MeTrInfs", list::<MeTrInf>("MeTrInf", ANY, JsonList::Bare);
    }

    /// 薬剤情報: one medicine.
    pub struct DrugInf {
        /// 薬剤コード: nine digits of the claims' master.
        drug_c: Option<String> = "DrugC", Kind::Text(NOT_PUBLIC), "620000000";
        /// 薬剤名: name.
        drug_n: Option<String> = "DrugN", Kind::Text(NOT_PUBLIC), "見本錠５ｍｇ";
        /// 一般名: generic name.
        ingre_n: Option<String> = "IngreN", Kind::Text(NOT_PUBLIC), "ミホン塩酸塩";
        /// 数量: quantity.
        qua1: Option<String> = "Qua1", Kind::Text(NOT_PUBLIC), "1";
        /// 単位: unit.
        unit: Option<String> = "Unit", Kind::Text(NOT_PUBLIC), "錠";
        /// 用法名: how to take it.
        usage_n: Option<String> = "UsageN", Kind::Text(NOT_PUBLIC), "１日１回朝食後";
        /// 用法特別指示: a special instruction.
        sp_inst: Option<String> = "SpInst", Kind::Lines(NOT_PUBLIC);
        /// 回数・日数: times or days.
        times: Option<String> = "Times", Kind::Text(NOT_PUBLIC), "28";
        /// 診療識別: values are not public.
        me_tr_id_cl: Option<String> = "MeTrIdCl", Kind::Text(NOT_PUBLIC);
    }

    /// 診療情報: one treatment.
    pub struct MeTrInf {
        /// 診療行為名: name.
        sin_inf_n: Option<String> = "SinInfN", Kind::Text(NOT_PUBLIC), "再診料";
        /// 診療行為コード: code of the claims' master.
        sin_inf_cd: Option<String> = "SinInfCd", Kind::Text(NOT_PUBLIC), "112007410";
        /// 診療識別: values are not public.
        me_tr_id_cl: Option<String> = "MeTrIdCl", Kind::Text(NOT_PUBLIC);
        /// 数量: quantity.
        qua1: Option<String> = "Qua1", Kind::Text(NOT_PUBLIC), "1";
        /// 回数: times.
        times: Option<String> = "Times", Kind::Text(NOT_PUBLIC), "1";
        /// 単位: unit.
        unit: Option<String> = "Unit", Kind::Text(NOT_PUBLIC);
    }

    /// 処方情報（月別）: what one institution prescribed in one month.
    pub struct ShPrMonthInf {
        /// 機関の区分: values are not public.
        org: Option<String> = "ShPrOrg", Kind::Number(NOT_PUBLIC), "1";
        /// 診療機関コード: who treated.
        me_tr_di_h_cd: Option<String> = "ShMeTrDiHCd", Kind::Number(10), "1319999999";
        /// 処方発行機関コード: who prescribed.
        pr_h_cd: Option<String> = "ShPrHCd", Kind::Number(10), "1319999999";
        /// 診療機関名: who treated.
        me_tr_di_h_nm: Option<String> = "ShMeTrDiHNm", Kind::Text(NOT_PUBLIC), "架空内科";
        /// 処方年月: the month.
        month: Option<String> = "ShPrMonth", Kind::Month, "202610";
        /// 処方発行機関名: who prescribed.
        pr_h_nm: Option<String> = "ShPrHNm", Kind::Text(NOT_PUBLIC), "架空内科";
        /// 自院・他院: 1 own institution, 2 another (spelt with a capital i).
        pr_is_org: Option<String> = "ShPrIsOrg", Kind::Number(NOT_PUBLIC), "1";
        /// 処方区分: values are not public.
        pr_cl: Option<String> = "ShPrCl", Kind::Text(NOT_PUBLIC);
        /// 日別情報: by day.
        dates: Vec<ShPrDateInf> = "ShPrDateInfs",
            list::<ShPrDateInf>("ShPrDateInf", ANY, JsonList::Bare);
    }

    /// 処方情報（日別）: one day.
    pub struct ShPrDateInf {
        /// 処方日: the day.
        pr_date: Option<String> = "ShPrDate", Kind::Date, "20261005";
        /// 薬剤情報: the medicines.
        drugs: Vec<ShDrugInf> = "ShDrugInfs", list::<ShDrugInf>("ShDrugInf", ANY, JsonList::Bare);
    }

    /// 薬剤情報: one medicine.
    pub struct ShDrugInf {
        /// 薬剤コード: nine digits of the claims' master.
        drug_c: Option<String> = "ShDrugC", Kind::Text(NOT_PUBLIC), "620000000";
        /// 薬剤名: name.
        drug_n: Option<String> = "ShDrugN", Kind::Text(NOT_PUBLIC), "見本錠５ｍｇ";
        /// 一般名: generic name.
        ingre_n: Option<String> = "ShIngreN", Kind::Text(NOT_PUBLIC), "ミホン塩酸塩";
        /// 数量: quantity.
        qua1: Option<String> = "ShQua1", Kind::Text(NOT_PUBLIC), "1";
        /// 単位: unit.
        unit: Option<String> = "ShUnit", Kind::Text(NOT_PUBLIC), "錠";
        /// 用法名: how to take it.
        usage_n: Option<String> = "ShUsageN", Kind::Text(NOT_PUBLIC), "１日１回朝食後";
        /// 用法特別指示: a special instruction.
        sp_inst: Option<String> = "ShSpInst", Kind::Lines(NOT_PUBLIC);
        /// 回数・日数: times or days.
        times: Option<String> = "ShTimes", Kind::Text(NOT_PUBLIC), "28";
        /// 用法区分: values are not public.
        usage_cl: Option<String> = "ShUsageCl", Kind::Text(NOT_PUBLIC);
    }

    /// 調剤情報（月別）: what one pharmacy dispensed in one month.
    pub struct CzDiMonthInf {
        /// 機関の区分: values are not public.
        org: Option<String> = "CzDiOrg", Kind::Number(NOT_PUBLIC), "1";
        /// 調剤機関コード: who dispensed.
        me_tr_di_h_cd: Option<String> = "CzMeTrDiHCd", Kind::Number(10), "1349999999";
        /// 処方発行機関コード: who prescribed (spelt with a small L).
        prls_h_cd: Option<String> = "CzPrlsHCd", Kind::Number(10), "1319999999";
        /// 調剤機関名: who dispensed.
        me_tr_di_h_nm: Option<String> = "CzMeTrDiHNm", Kind::Text(NOT_PUBLIC), "架空薬局";
        /// 調剤年月: the month.
        month: Option<String> = "CzDiMonth", Kind::Month, "202610";
        /// 処方発行機関名: who prescribed (spelt with a small L).
        prls_h_nm: Option<String> = "CzPrlsHNm", Kind::Text(NOT_PUBLIC), "架空内科";
        /// 自院・他院: 1 own institution, 2 another (spelt with a capital i).
        pr_is_org: Option<String> = "CzPrIsOrg", Kind::Number(NOT_PUBLIC), "2";
        /// 処方区分: values are not public.
        pr_cl: Option<String> = "CzPrCl", Kind::Text(NOT_PUBLIC);
        /// 日別情報: by day.
        dates: Vec<CzDiDateInf> = "CzDiDateInfs",
            list::<CzDiDateInf>("CzDiDateInf", ANY, JsonList::Bare);
    }

    /// 調剤情報（日別）: one day.
    pub struct CzDiDateInf {
        /// 調剤日: the day.
        di_date: Option<String> = "CzDiDate", Kind::Date, "20261005";
        /// 処方日: day of the prescription.
        pr_date: Option<String> = "CzPrDate", Kind::Date, "20261005";
        /// 薬剤情報: the medicines.
        drugs: Vec<CzDrugInf> = "CzDrugInfs", list::<CzDrugInf>("CzDrugInf", ANY, JsonList::Bare);
    }

    /// 薬剤情報: one medicine.
    pub struct CzDrugInf {
        /// 薬剤コード: nine digits of the claims' master.
        drug_c: Option<String> = "CzDrugC", Kind::Text(NOT_PUBLIC), "620000000";
        /// 薬剤名: name.
        drug_n: Option<String> = "CzDrugN", Kind::Text(NOT_PUBLIC), "見本錠５ｍｇ";
        /// 一般名: generic name.
        ingre_n: Option<String> = "CzIngreN", Kind::Text(NOT_PUBLIC), "ミホン塩酸塩";
        /// 数量: quantity.
        qua1: Option<String> = "CzQua1", Kind::Text(NOT_PUBLIC), "1";
        /// 単位: unit.
        unit: Option<String> = "CzUnit", Kind::Text(NOT_PUBLIC), "錠";
        /// 用法名: how to take it.
        usage_n: Option<String> = "CzUsageN", Kind::Text(NOT_PUBLIC), "１日１回朝食後";
        /// 用法特別指示: a special instruction.
        sp_inst: Option<String> = "CzSpInst", Kind::Lines(NOT_PUBLIC);
        /// 回数・日数: times or days.
        times: Option<String> = "CzTimes", Kind::Text(NOT_PUBLIC), "28";
        /// 用法区分: values are not public.
        usage_cl: Option<String> = "CzUsageCl", Kind::Text(NOT_PUBLIC);
    }
}
