//! OQSsihvd01: the institution takes back a consent of a patient whom it visits at home (閲覧同意取り消し).
//!
//! Only the prefix of the file and the name of the interface are public; the elements are those of its
//! neighbours, and simulated.

use crate::codes::*;
use crate::messages::consented::ListRequestHeader;
use crate::messages::reference_number::ReferenceNumberResponseHeader;
use crate::shape::{Kind, NOT_PUBLIC, block, layout};

layout! {
    /// 閲覧同意取り消し要求（訪問診療等）: OQSsihvd01req, one patient.
    pub struct WithdrawalRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: about whom.
        body: WithdrawalRequestBody = "MessageBody", block::<WithdrawalRequestBody>();
    }

    /// メッセージボディー: of a withdrawal.
    pub struct WithdrawalRequestBody {
        /// 照会用情報: the person.
        search: WithdrawalSearchInfo = "QualificationConfirmSearchInfo",
            block::<WithdrawalSearchInfo>();
    }

    /// 照会用情報（閲覧同意取り消し）: the person by the face of the card, and the kind of care.
    pub struct WithdrawalSearchInfo {
        /// 保険者番号: the insurer's number, 8 characters padded on the left with blanks.
        insurer_number: String = "InsurerNumber", Kind::InsurerNumber, "  138057";
        /// 被保険者証記号: the card's symbol.
        insured_card_symbol: Option<String> = "InsuredCardSymbol", Kind::Text(20), "見本１";
        /// 被保険者証番号: the card's number.
        insured_identification_number: String = "InsuredIdentificationNumber",
            Kind::Text(20), "1001";
        /// 被保険者証枝番: the branch number; needed where several are insured under the card.
        insured_branch_number: Option<String> = "InsuredBranchNumber", Kind::Digits(2), "02";
        /// 生年月日: date of birth.
        birthdate: String = "Birthdate", Kind::Date, "19750502";
        /// 診療区分: 2 here.
        medical_treatment_flag: String = "MedicalTreatmentFlag",
            Kind::Code(&MedicalTreatment::LIST), "2";
    }

    /// 閲覧同意取り消し結果（訪問診療等）: OQSsihvd01res.
    pub struct WithdrawalResponse {
        /// メッセージヘッダー: how the file was processed.
        header: ReferenceNumberResponseHeader = "MessageHeader",
            block::<ReferenceNumberResponseHeader>();
        /// メッセージボディー: how it went.
        body: WithdrawalResponseBody = "MessageBody", block::<WithdrawalResponseBody>();
    }

    /// メッセージボディー: of the answer to a withdrawal.
    pub struct WithdrawalResponseBody {
        /// 照会用情報: of the request.
        search: Option<WithdrawalSearchInfo> = "QualificationConfirmSearchInfo",
            block::<WithdrawalSearchInfo>();
        /// 処理結果状況: how it went; absent if the whole file failed.
        processing_result_status: Option<String> = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "1";
        /// 処理結果コード: of an error.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
    }
}
