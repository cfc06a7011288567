//! Codes for `ErrorCode` and `ProcessingResultCode`. SIMULATED.
//!
//! The real list (別紙6-1 処理結果コード) is given to registered vendors only; no code of it is public.
//! These have its presumed shape (`OQS` + letter + four digits + severity) with the block
//! 9000–9099, so that nobody takes them for real ones. Programs should look at `SegmentOfResult`
//! and `ProcessingResultStatus`, and show the text.

/// How bad it is: the last letter of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// E: not done.
    Error,
    /// W: done, with something to know.
    Warning,
    /// I: information.
    Information,
}

/// One code of the simulated list.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// `OQSB9001E`
    pub code: &'static str,
    /// What the person reads; a more exact sentence may follow it.
    pub text_ja: &'static str,
    /// E, W or I.
    pub severity: Severity,
    /// When it is given.
    pub when: &'static str,
}

macro_rules! error_codes {
    ($( $name:ident = $code:literal, $severity:ident, $text:literal, $when:literal; )*) => {
        $(
            #[doc = concat!($text, " ", $when)]
            pub const $name: ErrorCode = ErrorCode {
                code: $code,
                text_ja: $text,
                severity: Severity::$severity,
                when: $when,
            };
        )*

        /// All codes, in order.
        pub const ALL: &[ErrorCode] = &[ $( $name ),* ];
    };
}

error_codes! {
    MISSING = "OQSB9001E", Error, "必須項目が設定されていません。", "A required element is absent.";
    FORMAT = "OQSB9002E", Error, "項目の桁数又は形式が正しくありません。", "Length, digits or date.";
    FACILITY = "OQSB9003E", Error, "医療機関コードがアカウントの医療機関と一致しません。",
        "MedicalInstitutionCode is not that of the account.";
    RECEPTION = "OQSB9004E", Error, "該当する受付番号がありません。",
        "The reception number is unknown, or another institution's.";
    NOT_WELL_FORMED = "OQSB9005E", Error, "ファイルの形式が正しくありません。",
        "Not well-formed, a DTD, or text where elements belong.";
    NOTICE = "OQSB9006W", Warning, "処理しましたが、お知らせがあります。",
        "Done; for example the electronic certificate ends within 3 months.";
    CODE_VALUE = "OQSB9007E", Error, "コード値が正しくありません。", "Not in the code list.";
    DUPLICATE = "OQSB9008E", Error, "要素の出現回数が正しくありません。",
        "An element is there twice, or a list has too few or too many entries.";
    TOO_MUCH = "OQSB9009E", Error, "ファイルの大きさ又は件数が上限を超えています。",
        "Beyond a limit that the operator set.";
    ENCODING = "OQSB9010E", Error, "文字コードが正しくありません。",
        "Bytes that are not in the declared encoding, or another encoding.";
    NOT_PERMITTED = "OQSB9011E", Error, "この操作を行う権限がありません。",
        "The account's kind may not do this.";
    NO_CONSENT = "OQSB9012E", Error, "患者の同意がありません。",
        "YZK and TKK without a consent of the patient at this institution.";
    RECEPTION_ENDED = "OQSB9013E", Error, "受付番号の保存期間を過ぎています。",
        "The results of a bulk request were deleted.";
    NO_PERSON = "OQSB9014E", Error, "該当する資格がありません。",
        "Registration of a patient number for somebody who is not found.";
    SEVERAL_PERSONS = "OQSB9015E", Error, "該当する資格が複数あります。枝番を指定してください。",
        "Registration of a patient number that does not name one person.";
    REPLACED = "OQSB9016W", Warning, "この文字コードで表せない文字を「●」に置き換えました。",
        "The text goes on with the elements and characters, and has the sign that is set.";
    WORKING = "OQSB9017I", Information, "処理中です。しばらくしてから再度要求してください。",
        "SegmentOfResult 2.";
    REFERENCE_TAKEN = "OQSB9018E", Error, "照会番号は別の患者に登録されています。",
        "A patient number belongs to one person of the institution.";
    PERIOD = "OQSB9019E", Error, "期間の指定が正しくありません。", "The end is before the start.";
    OFFLINE = "OQSB9020E", Error, "センターに接続できません。", "The linked application is offline.";
    LOGIN = "OQSB9021E", Error, "連携アプリ用アカウントでログインできません。",
        "The linked application's password or certificate is refused.";
    UNKNOWN_MESSAGE = "OQSB9022E", Error, "この種類の要求は扱っていません。",
        "A request file whose kind we do not know.";
    NO_DATA = "OQSB9023I", Information, "該当する情報がありません。", "YZK and TKK with nothing to show.";
    DAY = "OQSB9024E", Error, "資格確認日が、確認できる期間の外です。",
        "A day beyond the bounds that the operator set; the text says which days may be asked for.";
    PROSPECT = "OQSB9025W", Warning, "先の日の資格の見込みです。受診の日に、もう一度確認してください。",
        "QualificationValidity 1 for a day to come, with nothing else to look at.";
    PRIVATE_USE = "OQSB9026W", Warning, "外字（作成した機器でしか表示できない文字）が含まれています。",
        "Characters of the private-use area; the text goes on with the elements and characters.";
    NO_PDF = "OQSB9027E", Error, "PDFを作成できません。XMLのファイル種別を指定してください。",
        "YZK and TKK as PDF where the centre has no fonts, or of more pages than are printed.";
    DATA_AGE = "OQSB9028I", Information, "情報の時点をお知らせします。",
        "YZK with something to tell: until which month claims have come, since when prescriptions are told.";
    CONSENT_ENDED = "OQSB9030E", Error, "患者の同意の有効期限が切れています。",
        "YZK and TKK after the time of the consent.";
    CONSENT_WITHDRAWN = "OQSB9031E", Error, "患者の同意は取り消されています。",
        "YZK and TKK after the consent was taken back.";
    CONSENT_OTHER_KIND = "OQSB9032E", Error, "患者はこの種類の情報には同意していません。",
        "YZK and TKK with a consent to other kinds only.";
    EMERGENCY_NOT_HOSPITAL = "OQSB9041E", Error, "救急時医療情報閲覧を利用できる病院として登録されていません。",
        "Emergency care by an institution that the operator did not register for it.";
    EMERGENCY_NO_AUTHORITY = "OQSB9042E", Error, "救急時閲覧権限のある、有効な医療情報閲覧アカウントではありません。",
        "UserId names no such account, or EmergencyViewingFlag is 0.";
    EMERGENCY_SECOND_FACTOR = "OQSB9043E", Error, "二要素認証の要素区分・方式区分が正しくありません。異なる要素が2つ必要です。",
        "One factor is missing, both are of a kind, or the method is none of its kind.";
    EMERGENCY_REASON = "OQSB9044E", Error, "救急時に閲覧する理由が設定されていません。",
        "Emergency care without a reason.";
    EMERGENCY_NOT_DECLARED = "OQSB9045E", Error, "この患者について、有効な救急時の資格確認がありません。",
        "YZK and TKK with 診療区分 4 before the check in emergency care, or when its time is over.";
    EMERGENCY_OTHER_PATTERN = "OQSB9046E", Error, "救急時の資格確認で指定した情報要求パターンに、この情報は含まれていません。",
        "YZK and TKK with 診療区分 4 for what the pattern does not have.";
    HOME_NOT_USED = "OQSB9047E", Error, "この診療区分の機能を利用する設定になっていません。",
        "OQSsiurl for a kind of care that the settings do not use.";
    HOME_NOT_ISSUED = "OQSB9048E", Error, "専用URLが発行されていません。管理アカウントで発行してください。",
        "OQSsiurl where no address was issued.";
    FAULT = "OQSB9099E", Error, "システムで障害が発生しました。", "We failed; the operator knows more.";
}

/// The entry of a code.
pub fn find(code: &str) -> Option<&'static ErrorCode> {
    ALL.iter().find(|entry| entry.code == code)
}
