//! The kinds of message, by the name that their files begin with.

use crate::messages::*;
use crate::shape::{Block, Shape, Typed};

macro_rules! kinds {
    ($( $variant:ident = $id:literal, $interface:literal, $type:ty, $answer:ident, $title:literal;
    )*) => {
        /// A kind of message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum MessageKind {
            $( #[doc = concat!($id, " ", $title)] $variant, )*
        }

        impl MessageKind {
            /// All kinds in order.
            pub const ALL: &[Self] = &[ $( Self::$variant ),* ];

            /// What file names begin with: `OQSsiquc01req`.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )* }
            }

            /// The number of the interface: `OQS-IF-001`.
            pub const fn interface(self) -> &'static str {
                match self { $( Self::$variant => $interface, )* }
            }

            /// The Japanese name.
            pub const fn title_ja(self) -> &'static str {
                match self { $( Self::$variant => $title, )* }
            }

            /// The kind of the answer. An answer answers itself.
            pub const fn response(self) -> Self {
                match self { $( Self::$variant => Self::$answer, )* }
            }

            /// What it consists of.
            pub const fn shape(self) -> &'static Shape {
                match self { $( Self::$variant => <$type as Typed>::SHAPE, )* }
            }

            /// An empty message, to read into.
            pub fn empty(self) -> Box<dyn Block> {
                match self { $( Self::$variant => Box::new(<$type>::default()), )* }
            }
        }
    };
}

kinds! {
    EligibilityRequest = "OQSsiquc01req", "OQS-IF-001", EligibilityRequest, EligibilityResponse,
        "資格確認要求";
    EligibilityResponse = "OQSsiquc01res", "OQS-IF-002", EligibilityResponse, EligibilityResponse,
        "資格確認結果";
    ReferenceNumberRequest = "OQSsiimm01req", "OQS-IF-003", ReferenceNumberRequest,
        ReferenceNumberResponse, "照会番号登録要求";
    ReferenceNumberResponse = "OQSsiimm01res", "OQS-IF-004", ReferenceNumberResponse,
        ReferenceNumberResponse, "照会番号登録結果";
    BulkUploadRequest = "OQSmuquc01req", "OQS-IF-005", BulkEligibilityRequest, BulkUploadResponse,
        "資格確認一括照会要求";
    BulkUploadResponse = "OQSmuquc01res", "OQS-IF-006", UploadResponse, BulkUploadResponse,
        "資格確認一括照会アップロード結果";
    BulkDownloadRequest = "OQSmuquc02req", "OQS-IF-007", DownloadRequest, BulkDownloadResponse,
        "資格確認一括照会ダウンロード要求";
    BulkDownloadResponse = "OQSmuquc02res", "OQS-IF-008", BulkEligibilityResponse,
        BulkDownloadResponse, "資格確認一括照会結果";
    ReferenceUploadRequest = "OQSmuimm01req", "OQS-IF-009", BulkReferenceNumberRequest,
        ReferenceUploadResponse, "照会番号一括登録要求";
    ReferenceUploadResponse = "OQSmuimm01res", "OQS-IF-010", UploadResponse,
        ReferenceUploadResponse, "照会番号一括登録アップロード結果";
    ReferenceDownloadRequest = "OQSmuimm02req", "OQS-IF-011", DownloadRequest,
        ReferenceDownloadResponse, "照会番号一括登録ダウンロード要求";
    ReferenceDownloadResponse = "OQSmuimm02res", "OQS-IF-012", BulkReferenceNumberResponse,
        ReferenceDownloadResponse, "照会番号一括登録結果";
    TicketUploadRequest = "OQSmutic01req", "OQS-IF-013", TicketListRequest, TicketUploadResponse,
        "医療扶助 委託先の資格情報一括取得要求";
    TicketUploadResponse = "OQSmutic01res", "OQS-IF-014", UploadResponse, TicketUploadResponse,
        "医療扶助 委託先の資格情報一括取得アップロード結果";
    TicketDownloadRequest = "OQSmutic02req", "OQS-IF-015", DownloadRequest, TicketDownloadResponse,
        "医療扶助 委託先の資格情報一括取得ダウンロード要求";
    TicketDownloadResponse = "OQSmutic02res", "OQS-IF-016", BulkEligibilityResponse,
        TicketDownloadResponse, "医療扶助 委託先の資格情報一括取得結果";
    HomeVisitUploadRequest = "OQSmuhvq01req", "OQS-IF-017", HomeVisitListRequest,
        HomeVisitUploadResponse, "同意取得済みの資格情報一括取得要求（訪問診療等）";
    HomeVisitUploadResponse = "OQSmuhvq01res", "OQS-IF-018", UploadResponse,
        HomeVisitUploadResponse, "同意取得済みの資格情報一括取得アップロード結果（訪問診療等）";
    HomeVisitDownloadRequest = "OQSmuhvq02req", "OQS-IF-019", DownloadRequest,
        HomeVisitDownloadResponse, "同意取得済みの資格情報一括取得ダウンロード要求（訪問診療等）";
    HomeVisitDownloadResponse = "OQSmuhvq02res", "OQS-IF-020", BulkEligibilityResponse,
        HomeVisitDownloadResponse, "同意取得済みの資格情報一括取得結果（訪問診療等）";
    OnlineUploadRequest = "OQSmuonq01req", "OQS-IF-021", OnlineListRequest, OnlineUploadResponse,
        "同意取得済みの資格情報一括取得要求（オンライン診療等）";
    OnlineUploadResponse = "OQSmuonq01res", "OQS-IF-022", UploadResponse, OnlineUploadResponse,
        "同意取得済みの資格情報一括取得アップロード結果（オンライン診療等）";
    OnlineDownloadRequest = "OQSmuonq02req", "OQS-IF-023", DownloadRequest, OnlineDownloadResponse,
        "同意取得済みの資格情報一括取得ダウンロード要求（オンライン診療等）";
    OnlineDownloadResponse = "OQSmuonq02res", "OQS-IF-024", BulkEligibilityResponse,
        OnlineDownloadResponse, "同意取得済みの資格情報一括取得結果（オンライン診療等）";
    HomeVisitCheckRequest = "OQSsihvq01req", "OQS-IF-025", EligibilityRequest,
        HomeVisitCheckResponse, "資格確認要求（訪問診療等）";
    HomeVisitCheckResponse = "OQSsihvq01res", "OQS-IF-026", EligibilityResponse,
        HomeVisitCheckResponse, "資格確認結果（訪問診療等）";
    WithdrawalRequest = "OQSsihvd01req", "OQS-IF-037", WithdrawalRequest, WithdrawalResponse,
        "閲覧同意取り消し要求（訪問診療等）";
    WithdrawalResponse = "OQSsihvd01res", "OQS-IF-038", WithdrawalResponse, WithdrawalResponse,
        "閲覧同意取り消し結果（訪問診療等）";
    AccessUrlRequest = "OQSsiurl01req", "OQS-IF-039", AccessUrlRequest, AccessUrlResponse,
        "医療機関等アクセスURL取得要求";
    AccessUrlResponse = "OQSsiurl01res", "OQS-IF-040", AccessUrlResponse, AccessUrlResponse,
        "医療機関等アクセスURL取得結果";
    EnvironmentInquiry = "OQSsiinq01req", "OQS-IF-041", EnvironmentInquiry,
        EnvironmentInquiryResponse, "環境設定情報照会要求";
    EnvironmentInquiryResponse = "OQSsiinq01res", "OQS-IF-042", EnvironmentResponse,
        EnvironmentInquiryResponse, "環境設定情報照会結果";
    EnvironmentUpdate = "OQSsiupd01req", "OQS-IF-043", EnvironmentUpdate, EnvironmentUpdateResponse,
        "環境設定情報更新要求";
    EnvironmentUpdateResponse = "OQSsiupd01res", "OQS-IF-044", EnvironmentResponse,
        EnvironmentUpdateResponse, "環境設定情報更新結果";
    EmergencyCheckRequest = "OQSsiemv01req", "OQS-IF-047", EmergencyCheckRequest,
        EmergencyCheckResponse, "資格確認要求（救急時医療情報閲覧）";
    EmergencyCheckResponse = "OQSsiemv01res", "OQS-IF-048", EligibilityResponse,
        EmergencyCheckResponse, "資格確認結果（救急時医療情報閲覧）";
    MedicinesRequest = "YZKsiquc01req", "YZK-IF-001", MedicinesRequest, MedicinesResponse,
        "薬剤情報・診療情報閲覧要求";
    MedicinesResponse = "YZKsiquc01res", "YZK-IF-002", MedicinesResponse, MedicinesResponse,
        "薬剤情報・診療情報閲覧結果";
    CheckupRequest = "TKKsiquc01req", "TKK-IF-001", CheckupRequest, CheckupResponse,
        "特定健診情報閲覧要求";
    CheckupResponse = "TKKsiquc01res", "TKK-IF-002", CheckupResponse, CheckupResponse,
        "特定健診情報閲覧結果";
}

impl MessageKind {
    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }

    /// Whether an institution sends it.
    pub fn is_request(self) -> bool {
        self.response() != self
    }

    /// Whether it is worked in the background and fetched by reception number.
    pub fn is_bulk(self) -> bool {
        self.id().as_bytes()[3..5] == *b"mu"
    }
}
