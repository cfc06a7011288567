//! 資格確認（救急時医療情報閲覧）: a hospital checks a patient who can't be asked, and says who looks and why.
//!
//! Only the name of the interface and its code lists (OQSCD040 to OQSCD043) are public. The prefix of the file and
//! the elements are simulated; the person, and the answer, are those of OQSsiquc01.

use crate::codes::*;
use crate::messages::eligibility::{QualificationConfirmSearchInfo, RequestHeader};
use crate::shape::{Kind, block, layout};

layout! {
    /// 資格確認要求（救急時医療情報閲覧）: OQSsiemv01req (simulated), one patient.
    pub struct EmergencyCheckRequest {
        /// メッセージヘッダー: who asks, and for which day.
        header: RequestHeader = "MessageHeader", block::<RequestHeader>();
        /// メッセージボディー: about whom, and who looks.
        body: EmergencyCheckRequestBody = "MessageBody", block::<EmergencyCheckRequestBody>();
    }

    /// メッセージボディー: of a check in emergency care.
    pub struct EmergencyCheckRequestBody {
        /// 資格確認照会用情報: the person.
        search: QualificationConfirmSearchInfo = "QualificationConfirmSearchInfo",
            block::<QualificationConfirmSearchInfo>();
        /// 救急時閲覧情報: who looks, how that person is known, what is asked for and why.
        access: EmergencyAccessInfo = "EmergencyAccessInfo", block::<EmergencyAccessInfo>();
    }

    /// 救急時閲覧情報: who looks, how that person is known, what is asked for and why.
    pub struct EmergencyAccessInfo {
        /// ユーザID: the 医療情報閲覧 account of whoever looks.
        user_id: String = "UserId", Kind::Text(32), "Isha01";
        /// 救急時閲覧権限有無: whether that account may look in an emergency.
        emergency_viewing_flag: String = "EmergencyViewingFlag",
            Kind::Code(&EmergencyViewing::LIST), "1";
        /// 情報要求パターン: what is asked for.
        information_request_pattern: String = "InformationRequestPattern",
            Kind::Code(&EmergencyPattern::LIST), "1";
        /// 二要素認証 要素区分（1つ目）: of what kind the first factor is.
        authentication_factor1: Option<String> = "AuthenticationFactor1",
            Kind::Code(&Factor::LIST), "1";
        /// 二要素認証 方式区分（1つ目）: how; the list is that of the kind.
        authentication_method1: Option<String> = "AuthenticationMethod1", Kind::Digits(2), "01";
        /// 二要素認証 要素区分（2つ目）: of another kind than the first.
        authentication_factor2: Option<String> = "AuthenticationFactor2",
            Kind::Code(&Factor::LIST), "3";
        /// 二要素認証 方式区分（2つ目）: how.
        authentication_method2: Option<String> = "AuthenticationMethod2", Kind::Digits(2), "01";
        /// 理由: why the patient can't be asked.
        reason: Option<String> = "Reason", Kind::Text(200), "意識がない";
    }
}
