//! OQSmuhvq, OQSmuonq, OQSmutic: lists of those who agreed beforehand, or hold a ticket.
//!
//! Their …01res, …02req and …02res are those of `bulk`.

use crate::codes::*;
use crate::shape::{Kind, block, layout};

layout! {
    /// 同意取得済みの資格情報一括取得要求（訪問診療等）: OQSmuhvq01req.
    pub struct HomeVisitListRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: for which days.
        body: HomeVisitListRequestBody = "MessageBody", block::<HomeVisitListRequestBody>();
    }

    /// メッセージヘッダー: of a request for a list.
    pub struct ListRequestHeader {
        /// 医療機関コード: who asks.
        medical_institution_code: String = "MedicalInstitutionCode", Kind::Digits(10), "1319999999";
        /// 任意のファイル識別子: the sender's, echoed unchanged.
        arbitrary_file_identifier: Option<String> = "ArbitraryFileIdentifier",
            Kind::Text(50), "houmon-20261122";
    }

    /// メッセージボディー: of a request for patients visited at home.
    pub struct HomeVisitListRequestBody {
        /// 照会用情報: the days.
        search: HomeVisitSearchInfo = "QualificationConfirmSearchInfo",
            block::<HomeVisitSearchInfo>();
    }

    /// 照会用情報（訪問診療等）: days of consent.
    pub struct HomeVisitSearchInfo {
        /// 同意日From: first day of consent.
        consent_date_from: String = "ConsentDateFrom", Kind::Date, "20261101";
        /// 同意日To: last day of consent.
        consent_date_to: String = "ConsentDateTo", Kind::Date, "20261122";
        /// 診療区分: 2 here.
        medical_treatment_flag: String = "MedicalTreatmentFlag",
            Kind::Code(&MedicalTreatment::LIST), "2";
    }

    /// 同意取得済みの資格情報一括取得要求（オンライン診療等）: OQSmuonq01req.
    pub struct OnlineListRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: for which days.
        body: OnlineListRequestBody = "MessageBody", block::<OnlineListRequestBody>();
    }

    /// メッセージボディー: of a request for patients treated online.
    pub struct OnlineListRequestBody {
        /// 照会用情報: the days.
        search: OnlineSearchInfo = "QualificationConfirmSearchInfo", block::<OnlineSearchInfo>();
    }

    /// 照会用情報（オンライン診療等）: days of consent or of the examination; one of the two pairs is needed.
    pub struct OnlineSearchInfo {
        /// 同意日From: first day of consent.
        consent_date_from: Option<String> = "ConsentDateFrom", Kind::Date, "20261101";
        /// 同意日To: last day of consent.
        consent_date_to: Option<String> = "ConsentDateTo", Kind::Date, "20261122";
        /// 診療（予定）日From: first day of the examination.
        examination_date_from: Option<String> = "ExaminationDateFrom", Kind::Date;
        /// 診療（予定）日To: last day of the examination.
        examination_date_to: Option<String> = "ExaminationDateTo", Kind::Date;
        /// 診療区分: 3 here.
        medical_treatment_flag: String = "MedicalTreatmentFlag",
            Kind::Code(&MedicalTreatment::LIST), "3";
    }

    /// 医療扶助 委託先の資格情報一括取得要求: OQSmutic01req, all tickets of a month.
    pub struct TicketListRequest {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: for which month.
        body: TicketListRequestBody = "MessageBody", block::<TicketListRequestBody>();
    }

    /// メッセージボディー: of a request for tickets.
    pub struct TicketListRequestBody {
        /// 照会用情報: the month.
        search: TicketSearchInfo = "QualificationConfirmSearchInfo", block::<TicketSearchInfo>();
    }

    /// 照会用情報（医療扶助）: a month.
    pub struct TicketSearchInfo {
        /// 診療年月: the month of treatment.
        medical_treatment_month: String = "MedicalTreatmentMonth", Kind::Month, "202611";
    }
}
