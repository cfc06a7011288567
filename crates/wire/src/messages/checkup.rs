//! TKKsiquc01: specific health check-ups. What is said in `medicines` about sources holds here too.

use crate::codes::*;
use crate::messages::medicines::PersonRequestHeader;
use crate::shape::{ANY, JsonList, Kind, NOT_PUBLIC, block, layout, list, repeated};

layout! {
    /// 特定健診情報閲覧要求: TKKsiquc01req.
    pub struct CheckupRequest {
        /// メッセージヘッダー: who asks, and about whom.
        header: PersonRequestHeader = "MessageHeader", block::<PersonRequestHeader>();
        /// メッセージボディー: what is wanted.
        body: CheckupRequestBody = "MessageBody", block::<CheckupRequestBody>();
    }

    /// メッセージボディー: of a request for check-ups.
    pub struct CheckupRequestBody {
        /// ファイル種別: PDF or XML.
        file_category: String = "FileCategory", Kind::Code(&CheckupFile::LIST), "2";
        /// 処方・調剤情報の表示: sent by one client here too.
        pr_di_inf_classification: Option<String> = "PrDiInfClassification",
            Kind::Code(&ShowPrescriptions::LIST);
        /// 診療区分: how the patient is treated.
        medical_treatment_flag: Option<String> = "MedicalTreatmentFlag",
            Kind::Code(&MedicalTreatment::LIST), "1";
    }

    /// 特定健診情報閲覧結果: TKKsiquc01res.
    pub struct CheckupResponse {
        /// メッセージヘッダー: how it went, and about whom.
        header: CheckupResponseHeader = "MessageHeader", block::<CheckupResponseHeader>();
        /// メッセージボディー: the check-ups.
        body: CheckupResponseBody = "MessageBody", block::<CheckupResponseBody>();
    }

    /// メッセージヘッダー: of check-ups.
    pub struct CheckupResponseHeader {
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
        qualifications_info: Option<QualificationsInfo> = "QualificationsInfo",
            block::<QualificationsInfo>();
    }

    /// 資格情報: the person that the check-ups are of.
    pub struct QualificationsInfo {
        /// 氏名: name.
        name: Option<String> = "Name", Kind::Text(NOT_PUBLIC), "架空　花子";
        /// 氏名カナ: name in kana.
        kanas_name: Option<String> = "KanasName", Kind::Text(NOT_PUBLIC), "ｶｸｳ ﾊﾅｺ";
        /// 生年月日: date of birth.
        birthday: Option<String> = "Birthday", Kind::Date, "19750502";
        /// 性別: sex.
        administrative_gender_code: Option<String> = "AdministrativeGenderCode",
            Kind::Code(&Sex::LIST), "2";
    }

    /// メッセージボディー: of check-ups.
    pub struct CheckupResponseBody {
        /// 特定健診情報: by day.
        checkups: Vec<SpecificHealthCheckupInfo> = "SpecificHealthCheckupInfo",
            repeated::<SpecificHealthCheckupInfo>(0, ANY);
    }

    /// 特定健診情報: one check-up.
    pub struct SpecificHealthCheckupInfo {
        /// 実施日: the day.
        effective_time: Option<String> = "EffectiveTime", Kind::Date, "20260610";
        /// 健診結果・問診情報: results and answers.
        items: Vec<HealthCheckupResultAndQuestionInfo> = "HealthCheckupResultAndQuestionInfos",
            list::<HealthCheckupResultAndQuestionInfo>(
                "HealthCheckupResultAndQuestionInfo", ANY, JsonList::Bare
            );
    }

    /// 健診結果・問診情報: one result or answer.
    pub struct HealthCheckupResultAndQuestionInfo {
        /// 項目コード: 17 characters (JLAC10).
        item_code: Option<String> = "ItemCode", Kind::Text(17), "3D046000001920402";
        /// 項目名: name.
        item_name: Option<String> = "ItemName", Kind::Text(NOT_PUBLIC), "HbA1c(NGSP値)";
        /// データタイプ: PQ, CD, CO or ST.
        data_type: Option<String> = "DataType", Kind::Text(NOT_PUBLIC), "PQ";
        /// データ値: value.
        data_value: Option<String> = "DataValue", Kind::Text(NOT_PUBLIC), "5.6";
        /// 単位: unit.
        unit: Option<String> = "Unit", Kind::Text(NOT_PUBLIC), "%";
        /// OID: of the code list that the value is from.
        oid: Option<String> = "Oid", Kind::Text(NOT_PUBLIC);
        /// データ値名称: the value in words.
        data_value_name: Option<String> = "DataValueName", Kind::Text(NOT_PUBLIC);
    }
}
