//! Who may do what: one table, function × role.
//!
//! Nothing else in the program asks for a kind of account to decide whether something is allowed.
//! Menus are drawn from the table, `docs/permissions.md` is printed from it, and a route can't be
//! registered without a [`Function`].

mod grant;
#[cfg(test)]
mod tests;

pub use grant::{Grant, Scope};

use crate::actor::Role;

type Cell = Option<Grant>;

const ROLES: usize = Role::ALL.len();

const fn cells(text: &str) -> [Cell; ROLES] {
    let bytes = text.as_bytes();
    // Few rows are for the last column: one that ends before it says never.
    assert!(
        bytes.len() == ROLES * 2 - 1 || bytes.len() == ROLES * 2 - 3,
        "a row needs one cell for each role"
    );
    let mut row = [None; ROLES];
    let mut i = 0;
    while i * 2 < bytes.len() {
        row[i] = Grant::parse(bytes[i * 2]);
        i += 1;
    }
    row
}

macro_rules! functions {
    ($( $(#[doc = $doc:literal])+ $name:ident = $number:literal, $code:literal, $label:literal, $cells:literal; )+) => {
        /// Something that somebody may or may not do. The numbers are stable: the audit log keeps them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Function { $( $(#[doc = $doc])+ $name = $number, )+ }

        impl Function {
            /// Every function, in the table's order.
            pub const ALL: &'static [Function] = &[ $( Function::$name, )+ ];

            /// The word for machines.
            pub const fn code(self) -> &'static str {
                match self { $( Function::$name => $code, )+ }
            }

            /// What a person reads.
            pub const fn label(self) -> &'static str {
                match self { $( Function::$name => $label, )+ }
            }

            const fn cells(self) -> [Cell; ROLES] {
                match self { $( Function::$name => const { cells($cells) }, )+ }
            }
        }
    };
}

functions! {
    // Read a row as a sentence. The columns, in order:
    //   reset master admin general viewer link webapi face | operator | visitor (not logged in)
    //   | insurer | system (what the centre does on its own) | patient (at the institution's address, from home)
    //   | applicant (anybody at the portal, for the own application)
    //   | officer (an operator at the operators' screens; left out where it is never)
    /// Log in on the web.
    LogIn = 1, "log_in", "ログイン", "S S S S S S S S S S - - - - S";
    /// Choose the first password with a one-time activation (利用開始).
    ActivateAccount = 160, "activate_account", "利用開始（アクティベーション）", "- - - - - - - - - S - - - -";
    /// Make terminals and accounts of an institution from a sheet, with an installer's right there (導入).
    RollOut = 162, "roll_out", "端末・アカウントの導入", "- - - - - - - - R - - - - -";
    /// Give installers the right to make an institution's terminals and accounts, list it and end it (導入の権限).
    ManageInstallers = 163, "manage_installers", "導入の権限の管理", "- - - - - - - - A - - - - -";
    /// See which installers may do that at the own institution, and end their right.
    ManageOwnInstallers = 164, "manage_own_installers", "導入の権限（自院）", "- - F - - - - - - - - - - -";
    /// Send the mail that waits.
    SendMail = 161, "send_mail", "メールの送信", "- - - - - - - - - - - A - -";
    /// Write to institutions whose certificates end soon.
    WarnOfCertificates = 165, "warn_of_certificates", "電子証明書の期限のお知らせ", "- - - - - - - - - - - A - -";
    /// Delete letters that were given up, after their time.
    ExpireMail = 172, "expire_mail", "送信できなかったメールの記録の削除", "- - - - - - - - - - - A - -";
    /// Log out.
    LogOut = 2, "log_out", "ログアウト", "S S S S S S S S S - - - - - S";
    /// See the menu.
    OpenMenu = 3, "open_menu", "メニュー", "S S S S S - - - - - - - - - S";
    /// Change the own password (パスワード変更).
    ChangeOwnPassword = 4, "change_own_password", "パスワード変更", "- S S S S S S S S - - - - - S";
    /// Add and remove what the own account has beside the password (二要素認証), and make recovery codes.
    ManageOwnSecondFactor = 190, "manage_own_second_factor", "二要素認証", "- S S S S - - - - - - - - - S";
    /// Reset the master's password, with the secret number (秘密の番号).
    ResetMasterPassword = 5, "reset_master_password", "マスタパスワード初期化", "F - - - - - - - A - - - - -";
    /// Register, edit, stop, unlock, reset and retire 管理 accounts.
    ManageAdministrators = 6, "manage_administrators", "管理アカウントの管理", "- F - - - - - - - - - - - -";
    /// The same for 一般, 医療情報閲覧 and the system accounts.
    ManageAccounts = 7, "manage_accounts", "アカウント管理", "- - F - - - - - - - - - - -";
    /// List the 管理 accounts of the own institution.
    ListAdministrators = 8, "list_administrators", "管理アカウントの一覧", "- F - - - - - - A - - - - -";
    /// List the other accounts of the own institution.
    ListAccounts = 9, "list_accounts", "アカウントの一覧", "- - F - - - - - A - - - - -";
    /// Review the accounts of the own institution, end many at once, and sign the review (棚卸し).
    ReviewAccounts = 140, "review_accounts", "アカウントの棚卸し", "- - F - - - - - - - - - - -";
    /// Read the own institution's audit log (操作履歴).
    ReadAuditLog = 10, "read_audit_log", "操作履歴", "- - F - - - - - A - - - - - A";
    /// Read the part of it that is about accounts.
    ReadAccountHistory = 11, "read_account_history", "アカウント操作履歴", "- F - - - - - - A - - - - -";
    /// List the own institution's terminals and certificates (電子証明書).
    ListCertificates = 12, "list_certificates", "端末・電子証明書の一覧", "- - F - - - - - A - - - - -";
    /// Issue and revoke terminal certificates.
    ManageCertificates = 13, "manage_certificates", "電子証明書の発行・失効", "- - - - - - - - A - - - - - A";
    /// Fetch a certificate for a key of one's own, with a code that is good once (電子証明書の取得).
    Enrol = 180, "enrol", "電子証明書の取得", "- - - - - - - - - F I - - -";
    /// Issue, list and void the codes by which certificates are fetched (取得コード).
    IssueEnrolmentCodes = 181, "issue_enrolment_codes", "取得コードの発行", "- - - - - - - - A - - - - -";
    /// Renew the terminal's own certificate before its end (電子証明書の更新).
    RenewCertificate = 182, "renew_certificate", "電子証明書の更新", "- - - - - - - - - F - - - -";
    /// Revoke a certificate of the own institution's terminals: one that was lost, or is not used any more.
    RevokeOwnCertificates = 184, "revoke_own_certificates", "電子証明書の失効（自院）", "- - F - - - - - - - - - - -";
    /// Renew the card reader's own certificate before its end.
    RenewReaderCertificate = 183, "renew_reader_certificate", "カードリーダーの電子証明書の更新", "- - - - - - - F - - - - - -";
    /// Register, list and stop institutions.
    ManageFacilities = 14, "manage_facilities", "医療機関等の管理", "- - - - - - - - A - - - - - A";
    /// List, unlock and reset any account of an institution.
    OperateAccounts = 15, "operate_accounts", "アカウントの保守", "- - - - - - - - A - - - - - A";
    /// Verify and export the audit log.
    VerifyAuditLog = 16, "verify_audit_log", "操作履歴の検証", "- - - - - - - - A - - - - -";
    /// Copy the database, its keys and its settings as they stand in one moment (バックアップ).
    BackUp = 175, "back_up", "バックアップ", "- - - - - - - - A - - - - -";
    /// Put a backup in its place (復元).
    Restore = 176, "restore", "バックアップからの復元", "- - - - - - - - A - - - - -";
    /// Try on a copy whether a backup can be restored and answers a check (復元訓練).
    DrillBackup = 177, "drill_backup", "バックアップの復元訓練", "- - - - - - - - A - - - - -";
    /// Read when and where somebody logged in with the own account (ログイン履歴).
    ReadOwnLogins = 105, "read_own_logins", "ログイン履歴", "S S S S S - - - - - - - - - S";
    /// Log in by the Web API, the linked application or the driver of a card reader, for tokens.
    LogInToApi = 17, "log_in_to_api", "API・連携アプリのログイン", "- - - - - S S S - S - - - -";

    /// Check again whether a patient is insured who is visited at home and has consented (再照会).
    CheckEligibilityAtHome = 106, "check_eligibility_at_home", "資格確認（訪問診療等）", "- - - - - F F - - - - - - -";
    /// Take back the consent of a patient who is visited at home (閲覧同意取消).
    WithdrawConsentAtHome = 83, "withdraw_consent_at_home", "閲覧同意の取消（訪問診療等）", "- - - - - F F - - - - - - -";

    /// Update the institution's settings (環境設定情報更新).
    UpdateEnvironment = 30, "update_environment", "環境設定情報更新", "- - F - - - - - - - - - - -";
    /// Set for which kinds of account of the own institution a second factor is offered or required (二要素認証の設定).
    SetSecondFactorPolicy = 191, "set_second_factor_policy", "二要素認証の設定", "- - F - - - - - - - - - - -";
    /// Say what an institution may set of second factors.
    AllowSecondFactorPolicy = 192, "allow_second_factor_policy", "二要素認証の設定の範囲", "- - - - - - - - A - - - - -";
    /// Ask for the institution's settings by message (環境設定情報照会).
    InquireEnvironment = 120, "inquire_environment", "環境設定情報照会", "- - - - - F F - - - - - - -";
    /// Update the institution's settings by message (環境設定情報更新).
    UpdateEnvironmentByMessage = 121, "update_environment_by_message", "環境設定情報更新（連携）", "- - - - - F F - - - - - - -";
    /// Issue the institution's own address of マイナ在宅受付Web (専用URL・二次元コード), show it and void it.
    ManageHomeAddress = 130, "manage_home_address", "マイナ在宅受付Webの専用URL・二次元コード", "- - F - - - - - - - - - - -";
    /// Fetch that address by message, as a PDF or a picture (医療機関等アクセスURL取得).
    FetchHomeAddress = 153, "fetch_home_address", "医療機関等アクセスURL取得", "- - - - - F F - - - - - - -";
    /// Consent from home (マイナ在宅受付Web: 同意登録・更新), with the own card.
    RegisterOwnConsents = 131, "register_own_consents", "同意の登録（マイナ在宅受付Web）", "- - - - - - - - - - - - P -";
    /// See from home what the own person consents to at the institution (同意照会), with the own card.
    InquireOwnConsents = 132, "inquire_own_consents", "同意の照会（マイナ在宅受付Web）", "- - - - - - - - - - - - P -";
    /// Take back from home every consent of the own person at the institution, with the own card.
    WithdrawOwnConsents = 133, "withdraw_own_consents", "同意の取消（マイナ在宅受付Web）", "- - - - - - - - - - - - P -";
    /// Begin with マイナ資格確認アプリ on a phone, by its アクティベーションコード.
    ActivateStaffPhone = 150, "activate_staff_phone", "マイナ資格確認アプリの利用開始", "- - - - - - - - - F - - - -";
    /// Issue アクティベーションコード for the phones of the own staff, list the phones and void them (マイナ資格確認アプリ管理).
    ManageStaffPhones = 151, "manage_staff_phones", "マイナ資格確認アプリ管理", "- - F - - - - - - - - - - -";
    /// Check and register at a patient's home what the patient says, on a phone (居宅同意取得型).
    ConsentOnVisit = 152, "consent_on_visit", "訪問先での資格確認・同意登録", "- - - - F - - - - - - - - -";
    /// Switch the reader's mode (顔認証付きカードリーダー操作).
    SwitchReaderMode = 31, "switch_reader_mode", "顔認証付きカードリーダー操作", "- - F F F - - - - - - - - -";
    /// Check eligibility by what the card's face says (券面情報).
    CheckEligibility = 32, "check_eligibility", "資格確認（券面情報）", "- - F F F F F - - - - - - -";
    /// Check eligibility by My Number Card at the reader.
    CheckEligibilityByCard = 33, "check_eligibility_by_card", "資格確認（マイナンバーカード）", "- - - - - - - F - - - - - -";
    /// Bulk eligibility (一括照会).
    CheckEligibilityInBulk = 34, "check_eligibility_in_bulk", "資格確認 一括照会", "- - F F F F F - - - - - - -";
    /// Register reference numbers (照会番号登録).
    RegisterReferenceNumber = 35, "register_reference_number", "照会番号登録", "- - F F F F F - - - - - - -";
    /// Record the patient's consent at the reader.
    RecordConsent = 36, "record_consent", "同意の登録", "- - - - - - - F - - - - - -";
    /// List today's checks of the own institution.
    ListTodaysChecks = 37, "list_todays_checks", "本日の資格確認", "- - F F F - - - - - - - - -";
    /// Open one of today's checks again.
    OpenCheck = 48, "open_check", "資格確認の結果の表示", "- - F F F - - - - - - - - -";
    /// List patients who have consented (同意取得済み患者一覧).
    ListConsentedPatients = 38, "list_consented_patients", "同意取得済み患者一覧", "- - - - F F F - - - - - - -";
    /// View 薬剤・診療・特定健診 on screen.
    ViewMedicalInformation = 39, "view_medical_information", "医療情報閲覧", "- - - - C - - - - - - - - -";
    /// Fetch 薬剤・診療・特定健診 by file or Web API.
    FetchMedicalInformation = 40, "fetch_medical_information", "薬剤情報・特定健診情報の取得", "- - - - - C C - - - - - - -";
    /// Check eligibility in a failure (障害時).
    CheckEligibilityInFailure = 41, "check_eligibility_in_failure", "資格情報照会（システム障害時）", "- - E - E - - - - - - - - -";
    /// Check eligibility and view in a disaster (災害時).
    ViewInDisaster = 42, "view_in_disaster", "災害時医療情報閲覧", "- - E - E - - - - - - - - -";
    /// Apply for the use of the service, or for a change of what is registered (利用申請).
    Apply = 185, "apply", "利用申請", "- - - - - - - - - - - - - S";
    /// See what came of the own application, and withdraw it.
    InquireApplication = 186, "inquire_application", "利用申請の状況の確認", "- - - - - - - - - - - - - S";
    /// Draw the notice by which an institution begins (利用開始のお知らせ), once.
    DrawNotice = 187, "draw_notice", "利用開始のお知らせの作成", "- - - - - - - - - - - - - S";
    /// Delete applications whose time is over.
    ExpireApplications = 188, "expire_applications", "終了した利用申請の削除", "- - - - - - - - - - - A - -";
    /// Say that the alarm of a reset of the master's password was seen.
    ConfirmAlarm = 156, "confirm_alarm", "マスタパスワード初期化の警告の確認", "- F F - - - - - - - - - - -";
    /// Approve applications (利用申請).
    ApproveApplications = 43, "approve_applications", "利用申請の承認", "- - - - - - - - A - - - - - A";
    /// Give operators accounts at the operators' screens, stop them, and issue certificates for their terminals (担当者).
    ManageOfficers = 155, "manage_officers", "実施機関の担当者の管理", "- - - - - - - - A - - - - -";
    /// Open and close the emergency modes.
    OpenEmergencyMode = 44, "open_emergency_mode", "障害・災害時機能の開放", "- - - - - - - - A - - - - - A";
    /// Check eligibility in emergency care (救急時), and declare on what medical information is read there.
    CheckInEmergencyCare = 84, "check_in_emergency_care", "資格確認（救急時医療情報閲覧）", "- - - - - H H - - - - - - -";
    /// Fetch 薬剤・診療・特定健診 in emergency care, on what was declared.
    FetchInEmergencyCare = 85, "fetch_in_emergency_care", "救急時医療情報閲覧", "- - - - - H H - - - - - - -";
    /// Import insured persons.
    ImportInsuredPersons = 45, "import_insured_persons", "加入者情報の取込", "- - - - - - - - A - - - - -";
    /// Report the insured persons of an insurer.
    ReportInsuredPersons = 46, "report_insured_persons", "加入者情報の報告", "- - - - - - - - - - I - - -";
    /// See for which day an insurer's data is true, and what came of its last report.
    ReadReportStatus = 47, "read_report_status", "加入者情報の報告状況", "- - - - - - - - A - I - - -";
    /// Import medical records (診療・薬剤・特定健診情報).
    ImportMedicalRecords = 54, "import_medical_records", "診療・薬剤・健診情報の取込", "- - - - - - - - A - - - - -";
    /// Report the medical records of an insurer's persons.
    ReportMedicalRecords = 55, "report_medical_records", "診療・薬剤・健診情報の報告", "- - - - - - - - - - I - - -";

    /// Take the results of the card reader into the institution's folder.
    TakeReaderResults = 50, "take_reader_results", "カードリーダーの結果の受け取り", "- - - - - F - - - - - - - -";

    /// Add authorities of cards, and take what they say of revocations.
    ManageCardAuthorities = 90, "manage_card_authorities", "マイナンバーカードの認証局の管理", "- - - - - - - - A - - - - -";
    /// Import whose card is whose.
    ImportCardRegistrations = 91, "import_card_registrations", "カードの登録の取込", "- - - - - - - - A - - - - -";
    /// Show a one-use passcode for 目視確認 at the reader.
    IssueByEyePasscode = 92, "issue_by_eye_passcode", "目視確認用パスコードの発行", "- - F F F - - - - - - - - -";
    /// See who came to the readers today (来院一覧).
    ListArrivals = 93, "list_arrivals", "来院一覧", "- - F F F - - - - - - - - -";
    /// Say what runs at a reader and what went wrong there, and ask what holds.
    ReportReader = 94, "report_reader", "カードリーダーの状態の報告", "- - - - - - - F - - - - - -";
    /// Show a card at the reader.
    PresentCard = 95, "present_card", "マイナンバーカードの提示", "- - - - - - - F - - - - - -";
    /// Register a card as insurance card, as its holder asks for.
    RegisterCard = 96, "register_card", "保険証利用登録", "- - - - - - - F - - - - - -";

    /// Review what was used of an opening (利用の点検).
    ReviewEmergencyUse = 51, "review_emergency_use", "災害時等の利用の点検", "- - - - - - - - A - - - - -";

    /// Work off the own institution's list of what was used of an opening.
    ReviewOwnEmergencyUse = 80, "review_own_emergency_use", "障害・災害時の利用の点検", "- - F - - - - - - - - - - -";
    /// Have the report of use (利用報告書) filled in.
    ReportEmergencyUse = 81, "report_emergency_use", "利用報告書", "- - F - - - - - - - - - - -";
    /// Ask the operator to open something (開放の依頼), and see what came of it.
    RequestOpening = 82, "request_opening", "障害・災害時機能の開放の依頼", "- - F - - - - - - - - - - -";

    /// Report who looked at a person's information, on the person's request (アクセスの記録).
    ReadAccessReport = 56, "read_access_report", "本人へのアクセス記録の開示", "- - - - - - - - A - - - - -";

    /// Read which of a patient's information the own institution looked at, by FHIR (AuditEvent).
    ReadAccessEvents = 65, "read_access_events", "患者情報へのアクセスの記録（自院）", "- - - - - - F - - - - - - -";

    /// Take checks of eligibility into the index by which an access report finds them.
    IndexChecks = 66, "index_checks", "アクセスの記録の索引の作成", "- - - - - - - - - - - A - -";
    /// Delete what card readers sent, and their results, when their time is over.
    ExpireReaderResults = 53, "expire_reader_results", "カードリーダーの結果の削除", "- - - - - - - - - - - A - -";
    /// Delete the results of bulk requests whose time is over.
    ExpireResults = 70, "expire_results", "一括照会の結果の削除", "- - - - - - - - - - - A - -";
    /// Delete sessions of the web that have been over for long.
    ExpireSessions = 71, "expire_sessions", "終了したログインの記録の削除", "- - - - - - - - - - - A - -";
    /// Delete counts of failed log-ins that lock nothing any more.
    ExpireFailures = 72, "expire_failures", "ログイン失敗の記録の削除", "- - - - - - - - - - - A - -";
    /// Delete tokens of programs that have run out.
    ExpireTokens = 73, "expire_tokens", "期限の切れたトークンの削除", "- - - - - - - - - - - A - -";
    /// Delete earlier passwords that the rule no longer compares.
    ExpirePasswords = 74, "expire_passwords", "比較に使わない以前のパスワードの削除", "- - - - - - - - - - - A - -";
    /// Delete what was kept to take a form once and to show what came of it, when its time is over.
    ExpireForms = 76, "expire_forms", "受け付けた画面の控えの削除", "- - - - - - - - - - - A - -";
    /// Work bulk requests, each person in the name of the account that asked.
    RunBulk = 75, "run_bulk", "一括照会の処理", "- - - - - - - - - - - A - -";
}

impl Function {
    /// The small stable number kept in the audit log.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads [`Function::number`] back.
    pub fn from_number(number: i64) -> Option<Function> {
        Function::ALL
            .iter()
            .copied()
            .find(|function| function.number() == number)
    }

    /// Reads [`Function::code`] back.
    pub fn from_code(code: &str) -> Option<Function> {
        Function::ALL
            .iter()
            .copied()
            .find(|function| function.code() == code)
    }

    /// What the table says for this role; none is never.
    pub fn grant(self, role: Role) -> Option<Grant> {
        self.cells()[role.column()]
    }

    /// Whether the table says anything but never.
    pub fn is_for(self, role: Role) -> bool {
        self.grant(role).is_some()
    }

    /// The functions that are about accounts: what the master may read the log of.
    pub const ABOUT_ACCOUNTS: &'static [Function] = &[
        Function::LogIn,
        Function::LogOut,
        Function::ChangeOwnPassword,
        Function::ResetMasterPassword,
        Function::ManageAdministrators,
        Function::ManageAccounts,
        Function::ListAdministrators,
        Function::ListAccounts,
        Function::OperateAccounts,
        Function::LogInToApi,
        Function::ReviewAccounts,
        Function::RollOut,
        Function::ManageInstallers,
        Function::ManageOwnSecondFactor,
        Function::SetSecondFactorPolicy,
    ];
}

/// `docs/permissions.md`, printed from the table.
pub fn as_markdown() -> String {
    let mut page = String::from(
        "# Who may do what\n\n\
         Printed from `crates/core/src/permission.rs` by a test; do not edit by hand \
         (`UPDATE_EXPECT=1 cargo test -p onshi-core` prints it anew).\n\n\
         `-` never · `S` own account, of an applicant the own application · `F` own institution · `C` own institution, with the \
         patient's valid consent · `E` own institution, only while opened for it by the operator \
         · `H` own institution, a hospital that gives emergency care, on what was declared for one patient \
         · `I` the insurer numbers of the own certificate · `P` the own person, by the own card, at the institution whose address was \
         opened · `R` at an institution where an installer's right holds now · `A` everywhere\n\n| function | 機能 |",
    );
    for role in Role::ALL {
        page.push_str(&format!(" {} |", role.code()));
    }
    page.push_str("\n|---|---|");
    page.push_str(&"---|".repeat(ROLES));
    page.push('\n');
    for function in Function::ALL {
        page.push_str(&format!("| `{}` | {} |", function.code(), function.label()));
        for role in Role::ALL {
            let letter = function.grant(role).map_or('-', Grant::letter);
            page.push_str(&format!(" {letter} |"));
        }
        page.push('\n');
    }
    page
}
