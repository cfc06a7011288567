//! OQSsiurl01: the institution's own address of マイナ在宅受付Web (医療機関等アクセスURL取得), as a document or a picture.
//!
//! Only the prefix of the file, the name of the interface and the code lists are public; number and elements are simulated.
//! What is done is answered by the file itself, a PDF or a PNG; the message answers where there is none.

use crate::codes::*;
use crate::messages::consented::ListRequestHeader;
use crate::messages::reference_number::ReferenceNumberResponseHeader;
use crate::shape::{Kind, NOT_PUBLIC, block, layout};

layout! {
    /// 医療機関等アクセスURL取得要求: OQSsiurl01req.
    pub struct AccessUrlRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: which address, and as what.
        body: AccessUrlRequestBody = "MessageBody", block::<AccessUrlRequestBody>();
    }

    /// メッセージボディー: of a request for an address.
    pub struct AccessUrlRequestBody {
        /// アクセスURL取得情報: which address, and as what.
        url: AccessUrlInfo = "AccessUrlInfo", block::<AccessUrlInfo>();
    }

    /// アクセスURL取得情報: for which kind of care, and in which form.
    pub struct AccessUrlInfo {
        /// URL取得区分: for which kind of care.
        purpose: String = "UrlAcquisitionClassification", Kind::Code(&UrlPurpose::LIST), "2";
        /// URLの形式: PDF or PNG.
        form: String = "UrlFormat", Kind::Code(&UrlForm::LIST), "1";
    }

    /// 医療機関等アクセスURL取得結果: OQSsiurl01res, where there is no file.
    pub struct AccessUrlResponse {
        /// メッセージヘッダー: how the file was processed.
        header: ReferenceNumberResponseHeader = "MessageHeader",
            block::<ReferenceNumberResponseHeader>();
        /// メッセージボディー: why there is none.
        body: AccessUrlResponseBody = "MessageBody", block::<AccessUrlResponseBody>();
    }

    /// メッセージボディー: of an answer without a file.
    pub struct AccessUrlResponseBody {
        /// アクセスURL取得情報: of the request.
        url: Option<AccessUrlInfo> = "AccessUrlInfo", block::<AccessUrlInfo>();
        /// 処理結果状況: how it went; absent if the whole file failed.
        processing_result_status: Option<String> = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "2";
        /// 処理結果コード: of an error.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
    }
}
