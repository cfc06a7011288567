//! OQSsiimm01, OQSmuimm01/02: the institution's own number of a patient (照会番号) is registered.

use crate::codes::*;
use crate::messages::bulk::DownloadResponseHeader;
use crate::messages::consented::ListRequestHeader;
use crate::shape::{ANY, Kind, NOT_PUBLIC, block, layout, repeated};

layout! {
    /// 照会番号登録要求: OQSsiimm01req, one patient.
    pub struct ReferenceNumberRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: about whom.
        body: ReferenceNumberRequestBody = "MessageBody", block::<ReferenceNumberRequestBody>();
    }

    /// メッセージボディー: of a registration.
    pub struct ReferenceNumberRequestBody {
        /// 照会番号登録情報: the number and the person.
        registration: ReferenceNumberRegistrationInfo = "ReferenceNumberRegistrationInfo",
            block::<ReferenceNumberRegistrationInfo>();
    }

    /// 照会番号登録情報: the institution's number of a person by the face of the card.
    pub struct ReferenceNumberRegistrationInfo {
        /// 照会番号: the institution's own number of the patient.
        reference_number: String = "ReferenceNumber", Kind::Text(50), "P0001";
        /// 保険者番号: the insurer's number, 8 characters padded on the left with blanks.
        insurer_number: String = "InsurerNumber", Kind::InsurerNumber, "  138057";
        /// 被保険者証記号: the card's symbol.
        insured_card_symbol: Option<String> = "InsuredCardSymbol", Kind::Text(20), "見本１";
        /// 被保険者証番号: the card's number.
        insured_identification_number: String = "InsuredIdentificationNumber",
            Kind::Text(20), "1001";
        /// 被保険者証枝番: the branch number; needed except in the scheme for the elderly.
        insured_branch_number: Option<String> = "InsuredBranchNumber", Kind::Digits(2), "02";
    }

    /// 照会番号登録結果: OQSsiimm01res.
    pub struct ReferenceNumberResponse {
        /// メッセージヘッダー: how the file was processed.
        header: ReferenceNumberResponseHeader = "MessageHeader",
            block::<ReferenceNumberResponseHeader>();
        /// メッセージボディー: how it went.
        body: ReferenceNumberResponseBody = "MessageBody", block::<ReferenceNumberResponseBody>();
    }

    /// メッセージヘッダー: of the answer to a registration.
    pub struct ReferenceNumberResponseHeader {
        /// 処理実行日時: when it was processed.
        process_execution_time: String = "ProcessExecutionTime", Kind::Time, "20261122091512";
        /// 医療機関コード: of the request.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: of the request, unchanged.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "ref-0001";
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

    /// メッセージボディー: of the answer to a registration.
    pub struct ReferenceNumberResponseBody {
        /// 照会番号登録情報: of the request.
        registration: Option<ReferenceNumberRegistrationInfo> = "ReferenceNumberRegistrationInfo",
            block::<ReferenceNumberRegistrationInfo>();
        /// 処理結果状況: how it went; absent if the whole file failed.
        processing_result_status: Option<String> = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "1";
        /// 処理結果コード: of an error.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
    }

    /// 照会番号一括登録要求: OQSmuimm01req, many patients. Its 01res and 02req are those of all bulk
    /// messages.
    pub struct BulkReferenceNumberRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: about whom.
        body: BulkReferenceNumberRequestBody = "MessageBody",
            block::<BulkReferenceNumberRequestBody>();
    }

    /// メッセージボディー: of many registrations.
    pub struct BulkReferenceNumberRequestBody {
        /// 照会番号登録情報: the numbers and the persons.
        registrations: Vec<ReferenceNumberRegistrationInfo> = "ReferenceNumberRegistrationInfo",
            repeated::<ReferenceNumberRegistrationInfo>(1, ANY);
    }

    /// 照会番号一括登録結果: OQSmuimm02res.
    pub struct BulkReferenceNumberResponse {
        /// メッセージヘッダー: how far it is.
        header: DownloadResponseHeader = "MessageHeader", block::<DownloadResponseHeader>();
        /// メッセージボディー: how each went.
        body: BulkReferenceNumberResponseBody = "MessageBody",
            block::<BulkReferenceNumberResponseBody>();
    }

    /// メッセージボディー: of the answer to many registrations.
    pub struct BulkReferenceNumberResponseBody {
        /// 一括登録結果: one entry a patient.
        units: Vec<BulkRegistrationUnit> = "BulkRegistrationUnit",
            repeated::<BulkRegistrationUnit>(0, ANY);
    }

    /// 一括登録結果: how one registration went. The name comes from one client only.
    pub struct BulkRegistrationUnit {
        /// 照会番号登録情報: of the upload.
        registration: Option<ReferenceNumberRegistrationInfo> = "ReferenceNumberRegistrationInfo",
            block::<ReferenceNumberRegistrationInfo>();
        /// 処理結果状況: how it went.
        processing_result_status: String = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "1";
        /// 処理結果コード: of an error.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
    }
}
