//! OQSsiinq01 and OQSsiupd01: the settings of an institution (環境設定情報), asked for and updated.
//!
//! Only the prefixes of the files, the names of the interfaces and the code lists are public, and that each item of an update
//! says first whether it is to be changed; all elements are simulated.

use crate::codes::*;
use crate::messages::consented::ListRequestHeader;
use crate::messages::reference_number::ReferenceNumberResponseHeader;
use crate::shape::{Kind, NOT_PUBLIC, block, layout};

layout! {
    /// 環境設定情報照会要求: OQSsiinq01req. It asks for the own institution's settings, and has a header alone.
    pub struct EnvironmentInquiry {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
    }

    /// 環境設定情報照会結果: OQSsiinq01res; also the answer to an update (OQSsiupd01res), with what holds after it.
    pub struct EnvironmentResponse {
        /// メッセージヘッダー: how the file was processed.
        header: ReferenceNumberResponseHeader = "MessageHeader",
            block::<ReferenceNumberResponseHeader>();
        /// メッセージボディー: what holds.
        body: EnvironmentResponseBody = "MessageBody", block::<EnvironmentResponseBody>();
    }

    /// メッセージボディー: of the settings.
    pub struct EnvironmentResponseBody {
        /// 環境設定情報: what holds; absent if the whole file failed.
        environment: Option<EnvironmentInfo> = "EnvironmentInfo", block::<EnvironmentInfo>();
        /// 処理結果状況: how it went; absent if the whole file failed.
        processing_result_status: Option<String> = "ProcessingResultStatus",
            Kind::Code(&ProcessingResultStatus::LIST), "1";
        /// 処理結果コード: of an error.
        processing_result_code: Option<String> = "ProcessingResultCode", Kind::Text(NOT_PUBLIC);
        /// 処理結果メッセージ: the same in words.
        processing_result_message: Option<String> = "ProcessingResultMessage",
            Kind::Lines(NOT_PUBLIC);
    }

    /// 環境設定情報: every setting with its value.
    pub struct EnvironmentInfo {
        /// 版: counts the changes.
        version: String = "Version", Kind::Text(20), "3";
        /// 手術情報.
        surgery: String = "OperationInfoSetting", Kind::Code(&UseSetting::LIST), "1";
        /// 薬剤情報.
        medicines: String = "PharmacistsInfoSetting", Kind::Code(&UseSetting::LIST), "1";
        /// 診療情報.
        treatment: String = "DiagnosisInfoSetting", Kind::Code(&UseSetting::LIST), "0";
        /// 特定健診情報.
        checkups: String = "SpecificHealthCheckupsInfoSetting", Kind::Code(&UseSetting::LIST), "1";
        /// 医療扶助関連項目.
        medical_assistance: String = "MedicalAssistanceSetting", Kind::Code(&UseSetting::LIST), "1";
        /// 訪問診療等機能.
        home_visits: String = "HomeVisitSetting", Kind::Code(&UseSetting::LIST), "0";
        /// オンライン診療等・外来診療等（通常とは異なる動線）.
        online_care: String = "OnlineCareSetting", Kind::Code(&UseSetting::LIST), "0";
        /// 医療費助成情報.
        subsidies: String = "MedicalSubsidySetting", Kind::Code(&UseSetting::LIST), "0";
        /// 電子処方箋利用区分.
        electronic_prescriptions: String = "ElectronicPrescriptionSetting", Kind::Code(&PrescriptionUse::LIST), "0";
        /// 処方箋発行形態選択タイミング.
        prescription_timing: String = "PrescriptionIssueTimingSetting", Kind::Code(&PrescriptionIssueTiming::LIST), "1";
    }

    /// 環境設定情報更新要求: OQSsiupd01req.
    pub struct EnvironmentUpdate {
        /// メッセージヘッダー: who asks.
        header: ListRequestHeader = "MessageHeader", block::<ListRequestHeader>();
        /// メッセージボディー: what is to be changed.
        body: EnvironmentUpdateBody = "MessageBody", block::<EnvironmentUpdateBody>();
    }

    /// メッセージボディー: of an update.
    pub struct EnvironmentUpdateBody {
        /// 環境設定情報: the settings that are to be changed.
        environment: EnvironmentUpdateInfo = "EnvironmentUpdateInfo", block::<EnvironmentUpdateInfo>();
    }

    /// 環境設定情報（更新）: of each setting whether it is to be changed, and to what. What is not there stays as it is.
    pub struct EnvironmentUpdateInfo {
        /// 手術情報 変更する・しない.
        surgery_change: Option<String> = "OperationInfoChange", Kind::Code(&Change::LIST), "1";
        /// 手術情報: where it is to be changed.
        surgery: Option<String> = "OperationInfoSetting", Kind::Code(&UseSetting::LIST), "1";
        /// 薬剤情報 変更する・しない.
        medicines_change: Option<String> = "PharmacistsInfoChange", Kind::Code(&Change::LIST), "0";
        /// 薬剤情報: where it is to be changed.
        medicines: Option<String> = "PharmacistsInfoSetting", Kind::Code(&UseSetting::LIST);
        /// 診療情報 変更する・しない.
        treatment_change: Option<String> = "DiagnosisInfoChange", Kind::Code(&Change::LIST), "0";
        /// 診療情報: where it is to be changed.
        treatment: Option<String> = "DiagnosisInfoSetting", Kind::Code(&UseSetting::LIST);
        /// 特定健診情報 変更する・しない.
        checkups_change: Option<String> = "SpecificHealthCheckupsInfoChange", Kind::Code(&Change::LIST), "0";
        /// 特定健診情報: where it is to be changed.
        checkups: Option<String> = "SpecificHealthCheckupsInfoSetting", Kind::Code(&UseSetting::LIST);
        /// 医療扶助関連項目 変更する・しない.
        medical_assistance_change: Option<String> = "MedicalAssistanceChange", Kind::Code(&Change::LIST), "0";
        /// 医療扶助関連項目: where it is to be changed.
        medical_assistance: Option<String> = "MedicalAssistanceSetting", Kind::Code(&UseSetting::LIST);
        /// 訪問診療等機能 変更する・しない.
        home_visits_change: Option<String> = "HomeVisitChange", Kind::Code(&Change::LIST), "0";
        /// 訪問診療等機能: where it is to be changed.
        home_visits: Option<String> = "HomeVisitSetting", Kind::Code(&UseSetting::LIST);
        /// オンライン診療等・外来診療等（通常とは異なる動線） 変更する・しない.
        online_care_change: Option<String> = "OnlineCareChange", Kind::Code(&Change::LIST), "0";
        /// オンライン診療等・外来診療等（通常とは異なる動線）: where it is to be changed.
        online_care: Option<String> = "OnlineCareSetting", Kind::Code(&UseSetting::LIST);
        /// 医療費助成情報 変更する・しない.
        subsidies_change: Option<String> = "MedicalSubsidyChange", Kind::Code(&Change::LIST), "0";
        /// 医療費助成情報: where it is to be changed.
        subsidies: Option<String> = "MedicalSubsidySetting", Kind::Code(&UseSetting::LIST);
        /// 電子処方箋利用区分 変更する・しない.
        electronic_prescriptions_change: Option<String> = "ElectronicPrescriptionChange", Kind::Code(&Change::LIST), "0";
        /// 電子処方箋利用区分: where it is to be changed.
        electronic_prescriptions: Option<String> = "ElectronicPrescriptionSetting", Kind::Code(&PrescriptionUse::LIST);
        /// 処方箋発行形態選択タイミング 変更する・しない.
        prescription_timing_change: Option<String> = "PrescriptionIssueTimingChange", Kind::Code(&Change::LIST), "0";
        /// 処方箋発行形態選択タイミング: where it is to be changed.
        prescription_timing: Option<String> = "PrescriptionIssueTimingSetting", Kind::Code(&PrescriptionIssueTiming::LIST);
    }
}
