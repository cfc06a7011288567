//! The numbers that the rules go by. All are settings, since the real system's are not public.

mod account;
mod application;
mod card;
mod certificate;
mod mail;
mod second_factor;

pub use account::AccountRules;
pub use application::ApplicationRules;
pub use card::CardRules;
pub use certificate::CertificateRules;
pub use mail::MailRules;
pub use second_factor::SecondFactorRules;

use serde::{Deserialize, Serialize};

/// Every number of the rules, with the values that the design chose.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// What a password must be like.
    pub password: PasswordRules,
    /// When failed log-ins lock an account.
    pub lock: LockRules,
    /// Second factors.
    pub second_factor: SecondFactorRules,
    /// How long a web session lives.
    pub session: SessionRules,
    /// What the screens tell of accounts.
    pub account: AccountRules,
    /// For which days a check may ask.
    pub check: CheckRules,
    /// Bulk requests.
    pub bulk: BulkRules,
    /// Tokens of the Web API.
    pub token: TokenRules,
    /// Insurers' reports.
    pub report: ReportRules,
    /// Medical records.
    pub medical: MedicalRules,
    /// Refusals in the audit log.
    pub refusals: RefusalRules,
    /// How long what no rule needs is kept.
    pub retention: RetentionRules,
    /// Consents, and what a card reader sends.
    pub consent: ConsentRules,
    /// My Number Cards at the reader.
    pub card: CardRules,
    /// Certificates of terminals, readers and insurers.
    pub certificate: CertificateRules,
    /// What is opened in a failure or a disaster.
    pub emergency: EmergencyRules,
    /// Mail that the centre sends.
    pub mail: MailRules,
    /// Applications of institutions.
    pub application: ApplicationRules,
}

/// What is opened in a failure or a disaster (障害時・災害時).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmergencyRules {
    /// The most persons that a search without a card tells; where there are more, nobody is told.
    pub candidates_max: usize,
    /// How long one use for a person goes on, in minutes.
    pub use_minutes: i64,
    /// How long medical information is read in emergency care after it was declared, in minutes.
    pub care_minutes: i64,
    /// How far medicines and treatment go back in the summary for emergency care, in months.
    pub summary_months: i64,
    /// How far operations go back in it, in months.
    pub summary_operation_months: i64,
    /// How far prescriptions and dispensings go back beside it, in days.
    pub summary_prescription_days: i64,
}

impl Default for EmergencyRules {
    fn default() -> Self {
        EmergencyRules {
            candidates_max: 3,
            use_minutes: 30,
            care_minutes: 60,
            summary_months: 3,
            summary_operation_months: 36,
            summary_prescription_days: 45,
        }
    }
}

/// How long a consent holds (閲覧同意), and what is taken of a card reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentRules {
    /// How long one holds that was given at the desk (外来), in seconds.
    pub outpatient_seconds: i64,
    /// How long one holds after the booked day of an online examination, in hours.
    pub online_hours_after: i64,
    /// How many days ahead an online examination may be booked.
    pub online_days_ahead: i64,
    /// How far a reader's clock may be from the centre's, in seconds.
    pub reader_clock_seconds: i64,
    /// For how long a result is one linked application's to put into its folder, in seconds.
    pub claim_seconds: i64,
    /// How long a request that asks for results waits for one, in seconds.
    pub wait_seconds: i64,
    /// How long results and requests of readers are kept, in days.
    pub retention_days: i64,
    /// Whether a reader may name a person by the card's face, without a My Number Card, and record consents to
    /// medical information: for trying.
    pub without_card: bool,
}

impl Default for ConsentRules {
    fn default() -> Self {
        ConsentRules {
            outpatient_seconds: 86_400,
            online_hours_after: 0,
            online_days_ahead: 93,
            reader_clock_seconds: 300,
            claim_seconds: 30,
            wait_seconds: 20,
            retention_days: 7,
            without_card: false,
        }
    }
}

/// How long what no rule needs is kept, and how it is deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionRules {
    /// How often it is looked for what is to be deleted, in seconds.
    pub every_seconds: i64,
    /// The most rows that are deleted in one piece, so that single checks come between.
    pub piece_rows: i64,
    /// How many entries of the audit log are read in one piece for the index of access reports; so many and
    /// fewer wait.
    pub index_entries: i64,
    /// How long a session is kept after its absolute limit, in days.
    pub session_days: i64,
    /// How long failed log-ins are counted after the last one, in days.
    pub failure_days: i64,
    /// How long a token is kept after it ran out, in days.
    pub token_days: i64,
}

impl Default for RetentionRules {
    fn default() -> Self {
        RetentionRules {
            every_seconds: 600,
            piece_rows: 200,
            index_entries: 1000,
            session_days: 7,
            failure_days: 1,
            token_days: 1,
        }
    }
}

/// What a password must be like (安全管理ガイドライン 6.0 Q&A シQ-54, case a).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordRules {
    /// The fewest characters.
    pub length_min: usize,
    /// The most characters; a bound, so that nobody makes us hash a book.
    pub length_max: usize,
    /// How many of an account's last passwords may not come back.
    pub history: i64,
    /// The least zxcvbn score, 0 to 4.
    pub strength_min: u8,
    /// How many of its first characters are scored; what zxcvbn costs grows much faster than that.
    pub strength_prefix: usize,
    /// Memory of Argon2id, in KiB.
    pub argon2_memory_kib: u32,
    /// Passes of Argon2id.
    pub argon2_passes: u32,
}

/// When failed log-ins lock an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LockRules {
    /// The failure that locks.
    pub failures: i64,
    /// How long the lock lasts, in seconds.
    pub seconds: i64,
}

/// How long a web session lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionRules {
    /// Without a request, in seconds. The real system logs out after about 30 minutes.
    pub idle_seconds: i64,
    /// In all, in seconds.
    pub absolute_seconds: i64,
    /// How long a person may think about taking over another session, in seconds.
    pub takeover_seconds: i64,
    /// How long what came of a form is shown again, on a reload or on going back, in seconds.
    pub shown_again_seconds: i64,
    /// How long a password that was made waits for the one page that shows it, in seconds.
    pub password_shown_seconds: i64,
}

/// For which days a check may ask (資格確認日), single and bulk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckRules {
    /// How many days after today.
    pub days_ahead: i64,
    /// How many days before today.
    pub days_back: i64,
}

/// Bulk requests (一括照会).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BulkRules {
    /// The most persons in one request.
    pub items_max: usize,
    /// The most persons of a bulk request that is made on the screen.
    pub screen_items_max: usize,
    /// How many persons are worked in one piece, so that single checks come between.
    pub chunk: i64,
    /// How many persons of a request are taken in in one piece, for the same reason.
    pub arriving_items: usize,
    /// How long what came in of a request waits for the rest, in seconds.
    pub arriving_seconds: i64,
    /// How long results are kept, in days.
    pub retention_days: i64,
}

/// Tokens of the Web API.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenRules {
    /// How long id and access tokens live, in seconds.
    pub seconds: i64,
    /// How long a refresh token lives, in seconds.
    pub refresh_seconds: i64,
    /// How long id and access tokens are good after a renewal replaced them, in seconds.
    pub grace_seconds: i64,
}

/// Insurers' reports of their insured persons (加入者情報の報告).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportRules {
    /// How many lines are taken in one commit, so that single checks come between.
    pub batch_lines: usize,
    /// How many lines that could not be taken are kept and told of one report.
    pub rejections_max: i64,
}

/// How far back medical records are told, and how large one may be (診療・薬剤・特定健診情報).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MedicalRules {
    /// How many months before this one medicines of claims are told.
    pub claim_months: i64,
    /// How many days after a month its claims have come; what is newer is said to be incomplete.
    pub claim_delay_days: i64,
    /// How many days back prescriptions and dispensings are told.
    pub prescription_days: i64,
    /// How many months before this one treatment is told.
    pub treatment_months: i64,
    /// How many months before this one operations are told.
    pub operation_months: i64,
    /// How many months before this one checkups are told.
    pub checkup_months: i64,
    /// How many months after a checkup its results have come.
    pub checkup_delay_months: i64,
    /// How many lines (medicines, treatments, results) one record may have.
    pub record_lines_max: usize,
}

impl Default for MedicalRules {
    fn default() -> Self {
        MedicalRules {
            claim_months: 36,
            claim_delay_days: 45,
            prescription_days: 100,
            treatment_months: 36,
            operation_months: 60,
            checkup_months: 60,
            checkup_delay_months: 4,
            record_lines_max: 20_000,
        }
    }
}

/// How many refusals one certificate leaves in the audit log; those beyond are counted there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RefusalRules {
    /// In a row.
    pub burst: u32,
    /// A minute, on and on.
    pub per_minute: u32,
    /// How often the count of those beyond is told, in seconds.
    pub told_seconds: i64,
    /// How many certificates are remembered for this.
    pub certificates_max: usize,
}

impl Default for RefusalRules {
    fn default() -> Self {
        RefusalRules {
            burst: 60,
            per_minute: 30,
            told_seconds: 60,
            certificates_max: 100_000,
        }
    }
}

impl Default for ReportRules {
    fn default() -> Self {
        ReportRules {
            batch_lines: 500,
            rejections_max: 1000,
        }
    }
}

impl Default for CheckRules {
    fn default() -> Self {
        CheckRules {
            // Bookings are made for about three months; claims can be made for five years.
            days_ahead: 93,
            days_back: 1827,
        }
    }
}

impl Default for BulkRules {
    fn default() -> Self {
        BulkRules {
            items_max: 10_000,
            screen_items_max: 500,
            chunk: 10,
            arriving_items: 100,
            arriving_seconds: 600,
            retention_days: 7,
        }
    }
}

impl Default for TokenRules {
    fn default() -> Self {
        TokenRules {
            seconds: 60 * 60,
            refresh_seconds: 30 * 86_400,
            grace_seconds: 60,
        }
    }
}

impl Default for PasswordRules {
    fn default() -> Self {
        PasswordRules {
            length_min: 13,
            length_max: 64,
            history: 5,
            strength_min: 3,
            strength_prefix: 20,
            argon2_memory_kib: 19_456,
            argon2_passes: 2,
        }
    }
}

impl Default for LockRules {
    fn default() -> Self {
        LockRules {
            failures: 5,
            seconds: 15 * 60,
        }
    }
}

impl Default for SessionRules {
    fn default() -> Self {
        SessionRules {
            idle_seconds: 30 * 60,
            absolute_seconds: 12 * 60 * 60,
            takeover_seconds: 2 * 60,
            shown_again_seconds: 30 * 60,
            password_shown_seconds: 60,
        }
    }
}
