//! What a problem is about: the rules' own facts, which know no form and no message.

macro_rules! facts {
    ($( $(#[doc = $doc:literal])+ $name:ident = $word:literal; )+) => {
        /// A fact that was given to the rules and could not be taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fact {
            $( $(#[doc = $doc])+ $name, )+
            /// A part of a message, by the interface's name of it.
            Part(&'static str),
        }

        impl Fact {
            /// The word for machines, and for an operator who reads English.
            pub const fn word(self) -> &'static str {
                match self {
                    $( Fact::$name => $word, )+
                    Fact::Part(name) => name,
                }
            }
        }
    };
}

facts! {
    /// ユーザID.
    UserId = "user_id";
    /// The name of an account's holder or device.
    AccountName = "name";
    /// アカウント種別.
    AccountKind = "kind";
    /// パスワード.
    Password = "password";
    /// 利用開始コード: the one-time code by which somebody chooses the first password.
    ActivationCode = "activation_code";
    /// The password of now, where another is chosen (現在のパスワード).
    CurrentPassword = "current_password";
    /// 確認コード: of an authenticator, or a recovery code.
    SecondFactorCode = "code";
    /// パスキー: what a browser made or signed.
    Passkey = "passkey";
    /// What its holder calls a passkey.
    PasskeyName = "passkey_name";
    /// 秘密の番号.
    SecretNumber = "secret_number";
    /// The profession of whoever views medical information (職種).
    Profession = "profession";
    /// The number of the licence (免許の登録番号).
    LicenseNumber = "license_number";
    /// Why somebody was named to view (被選定者).
    DesignationReason = "designation_reason";
    /// Who approved that.
    DesignationApprover = "designation_approver";
    /// The first day of a period of validity.
    ValidFrom = "valid_from";
    /// Its last day.
    ValidUntil = "valid_until";
    /// 備考.
    Note = "note";
    /// Why something is done to an account, a certificate or an opening.
    Reason = "reason";
    /// 医療機関コード.
    FacilityCode = "facility_code";
    /// The name of an institution (医療機関等の名称).
    FacilityName = "facility_name";
    /// Where an institution is (市区町村).
    Municipality = "municipality";
    /// 救急時閲覧権限.
    EmergencyViewing = "emergency_viewing";
    /// The name of a terminal (端末名).
    TerminalName = "terminal_name";
    /// The name of a card reader.
    ReaderName = "reader_name";
    /// The certificate of an authority of cards (認証局の証明書).
    CardAuthority = "certificate";
    /// A list of revoked certificates (失効リスト).
    RevocationList = "list";
    /// 保険者番号.
    InsurerNumber = "insurer_number";
    /// 保険者名.
    InsurerName = "insurer_name";
    /// What is to be opened in an emergency.
    Function = "function";
    /// Who sets an institution's terminals up (導入業者).
    Installer = "installer";
    /// Whom to call back (担当者名).
    Contact = "contact";
    /// A telephone's number (電話番号).
    Phone = "phone";
    /// メールアドレス.
    Mail = "mail";
    /// 申請の種類: what is applied for.
    ApplicationKind = "application_kind";
    /// 受付番号 of an application.
    ReceiptNumber = "receipt";
    /// 確認コード of an application.
    ApplicationCode = "application_code";
    /// 医療機関等の種別.
    InstitutionKind = "institution_kind";
    /// Where an institution is (所在地).
    Address = "address";
    /// Who decides on an application (担当者).
    OperatorName = "operator_name";
    /// Who answers for an application (責任者).
    Responsible = "responsible";
    /// 担当者の部署名: the part of an institution that applies for a certificate.
    Department = "department";
    /// 電気通信回線種別.
    LineKind = "line_kind";
    /// お客さまID of the line.
    CustomerId = "customer_id";
    /// 利用開始予定年月.
    StartsIn = "starts_in";
    /// 疎通確認テスト開始予定年月.
    TestsIn = "tests_in";
    /// The day of a list.
    Day = "day";
    /// Where an opening is valid (地域).
    Area = "area";
}

impl From<&'static str> for Fact {
    fn from(part: &'static str) -> Fact {
        Fact::Part(part)
    }
}
