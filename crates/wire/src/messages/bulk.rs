//! OQSmuquc01/02: many persons at once, and the parts that all bulk messages share.

use crate::codes::*;
use crate::messages::eligibility::{QualificationConfirmSearchInfo, RequestHeader};
use crate::messages::person::ResultOfQualificationConfirmation;
use crate::shape::{ANY, Kind, NOT_PUBLIC, block, layout, repeated};

layout! {
    /// 資格確認一括照会要求: OQSmuquc01req, many persons for one day.
    pub struct BulkEligibilityRequest {
        /// メッセージヘッダー: who asks, and for which day.
        header: RequestHeader = "MessageHeader", block::<RequestHeader>();
        /// メッセージボディー: about whom.
        body: BulkEligibilityRequestBody = "MessageBody", block::<BulkEligibilityRequestBody>();
    }

    /// メッセージボディー: of a request about many persons.
    pub struct BulkEligibilityRequestBody {
        /// 資格確認照会用情報: the persons, each with the sender's identifier.
        searches: Vec<QualificationConfirmSearchInfo> = "QualificationConfirmSearchInfo",
            repeated::<QualificationConfirmSearchInfo>(1, ANY);
    }

    /// アップロード結果: the …01res of every bulk message.
    pub struct UploadResponse {
        /// メッセージヘッダー: how the file was processed.
        header: UploadResponseHeader = "MessageHeader", block::<UploadResponseHeader>();
        /// メッセージボディー: the reception number.
        body: UploadResponseBody = "MessageBody", block::<UploadResponseBody>();
    }

    /// メッセージヘッダー: of the answer to an upload.
    pub struct UploadResponseHeader {
        /// 処理実行日時: when it was processed.
        process_execution_time: String = "ProcessExecutionTime", Kind::Time, "20261122180005";
        /// 医療機関コード: of the request.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: of the request, unchanged.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "yoyaku-20261123";
        /// 処理結果区分: absent in one client's sample of success.
        segment_of_result: Option<String> = "SegmentOfResult",
            Kind::Code(&SegmentOfResult::LIST), "1";
        /// エラーコード: only if it failed.
        error_code: Option<String> = "ErrorCode", Kind::Text(NOT_PUBLIC);
        /// エラーメッセージ: only if it failed.
        error_message: Option<String> = "ErrorMessage", Kind::Lines(NOT_PUBLIC);
        /// 文字コード識別子: the encoding of the file.
        character_code_identifier: String = "CharacterCodeIdentifier",
            Kind::Code(&CharacterCode::LIST), "0";
    }

    /// メッセージボディー: of the answer to an upload.
    pub struct UploadResponseBody {
        /// 受付番号: to fetch the result with; opaque, its form is not public.
        reception_number: Option<String> = "ReceptionNumber",
            Kind::Text(NOT_PUBLIC), "2026112218000500001";
        /// 受付日時: when it was accepted.
        reception_date_time: Option<String> = "ReceptionDateTime", Kind::Time, "20261122180005";
        /// 処理結果状況: on an error.
        processing_result_status: Option<String> = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST);
        /// 処理結果コード: on an error.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: on an error.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
    }

    /// ダウンロード要求: the …02req of every bulk message.
    pub struct DownloadRequest {
        /// メッセージヘッダー: who asks.
        header: DownloadRequestHeader = "MessageHeader", block::<DownloadRequestHeader>();
        /// メッセージボディー: for which upload.
        body: DownloadRequestBody = "MessageBody", block::<DownloadRequestBody>();
    }

    /// メッセージヘッダー: of a request for a result. Real clients send no file identifier here; it is taken
    /// if there.
    pub struct DownloadRequestHeader {
        /// 医療機関コード: who asks.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: of this request.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier", Kind::Text(50);
    }

    /// メッセージボディー: of a request for a result.
    pub struct DownloadRequestBody {
        /// 受付番号: of the upload.
        reception_number: String = "ReceptionNumber", Kind::Text(NOT_PUBLIC), "2026112218000500001";
    }

    /// 資格確認一括照会結果: OQSmuquc02res; also OQSmutic02res, OQSmuhvq02res, OQSmuonq02res.
    pub struct BulkEligibilityResponse {
        /// メッセージヘッダー: how far it is.
        header: DownloadResponseHeader = "MessageHeader", block::<DownloadResponseHeader>();
        /// メッセージボディー: the persons.
        body: BulkEligibilityResponseBody = "MessageBody", block::<BulkEligibilityResponseBody>();
    }

    /// メッセージヘッダー: of the …02res of every bulk message.
    pub struct DownloadResponseHeader {
        /// 処理実行日時: when it was processed.
        process_execution_time: String = "ProcessExecutionTime", Kind::Time, "20261122180102";
        /// 資格確認日: of the upload.
        qualification_confirmation_date: Option<String> = "QualificationConfirmationDate",
            Kind::Date, "20261123";
        /// 医療機関コード: of the request.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: of the upload, unchanged.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "yoyaku-20261123";
        /// 受付番号: of the request, unchanged.
        reception_number: Option<String> = "ReceptionNumber",
            Kind::Text(NOT_PUBLIC), "2026112218000500001";
        /// 処理結果区分: 1 done, 2 still working (ask again), 9 failed.
        segment_of_result: String = "SegmentOfResult", Kind::Code(&SegmentOfResult::LIST), "1";
        /// エラーコード: only if it failed.
        error_code: Option<String> = "ErrorCode", Kind::Text(NOT_PUBLIC);
        /// エラーメッセージ: only if it failed.
        error_message: Option<String> = "ErrorMessage", Kind::Lines(NOT_PUBLIC);
        /// 処理結果件数: entries in all.
        number_of_processing_result: Option<String> = "NumberOfProcessingResult",
            Kind::Number(NOT_PUBLIC), "1";
        /// 正常件数: entries without an error.
        number_of_normal_processing: Option<String> = "NumberOfNormalProcessing",
            Kind::Number(NOT_PUBLIC), "1";
        /// エラー件数: entries with an error.
        number_of_error: Option<String> = "NumberOfError", Kind::Number(NOT_PUBLIC), "0";
        /// 文字コード識別子: the encoding of the file.
        character_code_identifier: String = "CharacterCodeIdentifier",
            Kind::Code(&CharacterCode::LIST), "0";
    }

    /// メッセージボディー: of an answer about many persons.
    pub struct BulkEligibilityResponseBody {
        /// 一括照会結果: one entry a person.
        units: Vec<BulkConfirmUnit> = "BulkConfirmUnit", repeated::<BulkConfirmUnit>(0, ANY);
    }

    /// 一括照会結果: what was found about one person of a bulk request.
    pub struct BulkConfirmUnit {
        /// 資格確認照会用情報: of the upload, with its identifier.
        search: Option<QualificationConfirmSearchInfo> = "QualificationConfirmSearchInfo",
            block::<QualificationConfirmSearchInfo>();
        /// 処理結果状況: how it went.
        processing_result_status: String = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "1";
        /// 処理結果コード: of an error, or of a notice on success.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
        /// 資格有効性: whether the qualification holds on the day.
        qualification_validity: Option<String> = "QualificationValidity",
            Kind::Code(&QualificationValidity::LIST), "1";
        /// 資格確認結果: a direct child, as one real client wants it; others take it anywhere.
        result: Option<ResultOfQualificationConfirmation> = "ResultOfQualificationConfirmation",
            block::<ResultOfQualificationConfirmation>();
        /// 照会番号: the institution's own number of the patient.
        reference_number: Option<String> = "ReferenceNumber", Kind::Text(50), "P0001";
    }
}
