//! OQSsiquc01: is this person insured? Also the result that the card reader starts (face).

use crate::codes::*;
use crate::messages::person::ResultOfQualificationConfirmation;
use crate::shape::{ANY, JsonList, Kind, NOT_PUBLIC, block, layout, list};

layout! {
    /// 資格確認要求: OQSsiquc01req, one person by the face of the card.
    pub struct EligibilityRequest {
        /// メッセージヘッダー: who asks, and for which day.
        header: RequestHeader = "MessageHeader", block::<RequestHeader>();
        /// メッセージボディー: about whom.
        body: EligibilityRequestBody = "MessageBody", block::<EligibilityRequestBody>();
    }

    /// メッセージヘッダー: of a request for a day, single or bulk.
    pub struct RequestHeader {
        /// 資格確認日: the day for which it is asked.
        qualification_confirmation_date: String = "QualificationConfirmationDate",
            Kind::Date, "20261122";
        /// 医療機関コード: prefecture 2, point table 1, number 7.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: the sender's, echoed unchanged.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "demo-20261122-0001";
    }

    /// メッセージボディー: of a request about one person.
    pub struct EligibilityRequestBody {
        /// 資格確認照会用情報: the person.
        search: QualificationConfirmSearchInfo = "QualificationConfirmSearchInfo",
            block::<QualificationConfirmSearchInfo>();
    }

    /// 資格確認照会用情報: a person by the face of the card.
    pub struct QualificationConfirmSearchInfo {
        /// 保険者番号: the insurer's number, 8 characters padded on the left with blanks.
        insurer_number: String = "InsurerNumber", Kind::InsurerNumber, "  138057";
        /// 被保険者証記号: the card's symbol.
        insured_card_symbol: Option<String> = "InsuredCardSymbol", Kind::Text(20), "見本１";
        /// 被保険者証番号: the card's number.
        insured_identification_number: String = "InsuredIdentificationNumber",
            Kind::Text(20), "1001";
        /// 被保険者証枝番: the branch number; without it several persons may fit.
        insured_branch_number: Option<String> = "InsuredBranchNumber", Kind::Digits(2), "02";
        /// 生年月日: date of birth.
        birthdate: String = "Birthdate", Kind::Date, "19750502";
        /// 限度額適用認定証提供同意フラグ: does the patient let the ceiling be shown?
        limit_application_certificate_related_cons_flg: String =
            "LimitApplicationCertificateRelatedConsFlg",
            Kind::Code(&CertificateConsent::LIST), "1";
        /// 任意の識別子: the sender's, to match the rows of a bulk request. Its length is not public.
        arbitrary_identifier: Option<String> = "ArbitraryIdentifier",
            Kind::Text(NOT_PUBLIC), "P0001";
    }

    /// 資格確認結果: OQSsiquc01res, and OQSsiquc01res_face from the card reader.
    pub struct EligibilityResponse {
        /// メッセージヘッダー: how the file was processed.
        header: EligibilityResponseHeader = "MessageHeader", block::<EligibilityResponseHeader>();
        /// メッセージボディー: what was found; empty if the whole file failed.
        body: EligibilityResponseBody = "MessageBody", block::<EligibilityResponseBody>();
    }

    /// メッセージヘッダー: of an answer about one person.
    pub struct EligibilityResponseHeader {
        /// 処理実行日時: when it was processed.
        process_execution_time: String = "ProcessExecutionTime", Kind::Time, "20261122091512";
        /// 資格確認日: of the request; absent only where that could not be read.
        qualification_confirmation_date: Option<String> = "QualificationConfirmationDate",
            Kind::Date, "20261122";
        /// 医療機関コード: of the request.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: of the request, unchanged; from the reader a token.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "demo-20261122-0001";
        /// 照会区分: by My Number Card or by the face of the card.
        reference_classification: String = "ReferenceClassification",
            Kind::Code(&ReferenceClassification::LIST), "2";
        /// 処理結果区分: how the file was processed.
        segment_of_result: String = "SegmentOfResult", Kind::Code(&SegmentOfResult::LIST), "1";
        /// エラーコード: only if SegmentOfResult is not 1.
        error_code: Option<String> = "ErrorCode", Kind::Text(NOT_PUBLIC);
        /// エラーメッセージ: only if SegmentOfResult is not 1.
        error_message: Option<String> = "ErrorMessage", Kind::Lines(NOT_PUBLIC);
        /// 文字コード識別子: the encoding of the file.
        character_code_identifier: String = "CharacterCodeIdentifier",
            Kind::Code(&CharacterCode::LIST), "0";
    }

    /// メッセージボディー: of an answer about one person.
    pub struct EligibilityResponseBody {
        /// 資格確認照会用情報: of the request; absent from the reader.
        search: Option<QualificationConfirmSearchInfo> = "QualificationConfirmSearchInfo",
            block::<QualificationConfirmSearchInfo>();
        /// 処方箋発行形態選択: what the patient chose at the reader.
        prescription_issue_select: Option<String> = "PrescriptionIssueSelect",
            Kind::Code(&PrescriptionIssueSelect::LIST);
        /// 処理結果状況: how it went; absent if the whole file failed.
        processing_result_status: Option<String> = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "1";
        /// 処理結果コード: of an error, or of a notice on success.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
        /// 資格有効性: whether the qualification holds on the day.
        qualification_validity: Option<String> = "QualificationValidity",
            Kind::Code(&QualificationValidity::LIST), "1";
        /// 資格確認結果リスト: absent when there is nothing to return.
        result_list: Vec<ResultOfQualificationConfirmation> = "ResultList",
            list::<ResultOfQualificationConfirmation>(
                "ResultOfQualificationConfirmation", ANY, JsonList::Wrapped
            );
    }
}
