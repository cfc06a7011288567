//! What exactly was done, as facts: a number and fields, which the log keeps and seals as they are.
//! What people read of them is told in one place ([`Detail::words`]).
//!
//! Kept is a JSON array of the number and the fields in their order, such as `[3,"退職のため"]`. Numbers and
//! the order of fields never change; a golden file beside the tests holds them. Builds before this
//! one kept English words, which are read here too, so that their entries tell what they told.

mod change;
mod earlier;
mod field;
mod words;

pub use change::{AccountField, Change, FactorPolicyChange};

use crate::actor::AccountKind;
use crate::permission::Scope;
use crate::terms::{
    ApplicationKind, BulkKind, CardState, CertificateKind, EndedWhy, Factor, Purpose,
    SettingChange, Trouble, Validity, Verification,
};
use field::Field;
use serde_json::Value;

macro_rules! details {
    ($( $(#[doc = $doc:literal])+ $name:ident = $number:literal, $code:literal { $( $field:ident: $kind:ty ),* } )+) => {
        /// What exactly was done.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the fields' names say it")]
        pub enum Detail {
            $( $(#[doc = $doc])+ $name { $( $field: $kind ),* }, )+
            /// What an earlier or a later build kept, and this one can't read: as it stands.
            Other { text: String },
        }

        impl Detail {
            /// Number, word and fields of each.
            pub const KINDS: &'static [(i64, &'static str, &'static [&'static str])] =
                &[ $( ($number, $code, &[ $( stringify!($field) ),* ]), )+ ];

            /// The word for machines.
            pub fn code(&self) -> &'static str {
                match self {
                    $( Detail::$name { .. } => $code, )+
                    Detail::Other { .. } => "other",
                }
            }

            /// The fields by their names.
            pub fn fields(&self) -> Vec<(&'static str, Value)> {
                match self {
                    $( Detail::$name { $( $field ),* } => vec![ $( (stringify!($field), $field.put()) ),* ], )+
                    Detail::Other { text } => vec![("text", text.put())],
                }
            }

            /// As the log keeps it.
            pub(crate) fn kept(&self) -> String {
                let number: i64 = match self {
                    $( Detail::$name { .. } => $number, )+
                    Detail::Other { text } => return text.clone(),
                };
                let mut text = format!("[{number}");
                for (_, value) in self.fields() {
                    text.push(',');
                    text.push_str(&value.to_string());
                }
                text.push(']');
                text
            }

            fn of_parts(number: i64, fields: &[Value]) -> Option<Detail> {
                let mut fields = fields.iter();
                // A field that a later build added at the end is passed over; one that an earlier build did not have
                // is null, which only an optional field takes.
                match number {
                    $( $number => Some(Detail::$name { $( $field: <$kind as Field>::read(fields.next().unwrap_or(&Value::Null))? ),* }), )+
                    _ => None,
                }
            }
        }
    };
}

details! {
    /// It was looked at.
    Looked = 1, "looked" {}
    /// An account was registered.
    Registered = 2, "registered" { kind: AccountKind }
    /// It was stopped, for this reason.
    Stopped = 3, "stopped" { reason: String }
    /// It goes on.
    Resumed = 4, "resumed" {}
    /// An account was unlocked before its time.
    Unlocked = 5, "unlocked" {}
    /// A password was made anew.
    PasswordReset = 6, "password_reset" {}
    /// The password that was made was shown, once.
    PasswordShown = 7, "password_shown" {}
    /// So many open sessions were ended.
    SessionsEnded = 8, "sessions_ended" { count: i64 }
    /// An account was retired for ever, for this reason.
    Retired = 9, "retired" { reason: String }
    /// What was registered of an account was changed.
    Edited = 10, "edited" { changes: Vec<Change> }
    /// The account is open elsewhere; the person was asked.
    OpenElsewhere = 11, "open_elsewhere" {}
    /// The session elsewhere was taken over.
    TookOver = 12, "took_over" {}
    /// So many tokens of a log-in were ended, since one of them was used twice.
    TokensEnded = 13, "tokens_ended" { count: i64 }
    /// An account got a one-time activation, good until then; an earlier one and the password are void.
    ActivationIssued = 200, "activation_issued" { until: String }
    /// An account was registered with a one-time activation and without a password.
    RegisteredToActivate = 201, "registered_to_activate" { kind: AccountKind, until: String }
    /// The holder chose the first password with a one-time activation.
    Activated = 202, "activated" {}
    /// So many letters were taken to be sent.
    MailTaken = 203, "mail_taken" { count: i64 }
    /// A letter was sent.
    MailSent = 204, "mail_sent" {}
    /// A letter could not be sent so far, after so many tries.
    MailPostponed = 205, "mail_postponed" { tries: i64 }
    /// A letter was given up, after so many tries.
    MailGivenUp = 206, "mail_given_up" { tries: i64 }
    /// Where an institution is written to was set, or that it is not known.
    MailSet = 207, "mail_set" { known: bool }
    /// A person's eligibility was checked.
    Checked = 20, "checked" { validity: Validity }
    /// A patient's number was registered.
    ReferenceRegistered = 21, "reference_registered" {}
    /// It was not, for the reason of this code of the messages.
    ReferenceRefused = 22, "reference_refused" { code: String }
    /// Nobody has this patient's number.
    ReferenceUnknown = 23, "reference_unknown" {}
    /// The number was registered before cards were kept with it.
    ReferenceWithoutCard = 24, "reference_without_card" {}
    /// The number was another patient's before; whether to replace it was asked.
    ReferenceReplacementAsked = 25, "reference_replacement_asked" {}
    /// The number was another patient's before, and is this one's now.
    ReferenceReplaced = 26, "reference_replaced" {}
    /// A bulk request was taken.
    BulkTaken = 30, "bulk_taken" { kind: BulkKind, items: i64 }
    /// It had been taken before.
    BulkTakenBefore = 31, "bulk_taken_before" {}
    /// No request of the institution has this reception number.
    BulkUnknown = 32, "bulk_unknown" {}
    /// It is not done yet.
    BulkUnderWay = 33, "bulk_under_way" {}
    /// So many answers were given.
    BulkAnswers = 34, "bulk_answers" { count: i64 }
    /// Another node had done it.
    BulkWorkedBefore = 35, "bulk_worked_before" {}
    /// The list is done.
    BulkDone = 36, "bulk_done" {}
    /// So many persons were left, since who asked may not ask any more.
    BulkLeft = 37, "bulk_left" { count: i64 }
    /// Somebody was put on a list of tickets.
    BulkListed = 38, "bulk_listed" {}
    /// Results were deleted at the end of their time.
    BulkDeleted = 39, "bulk_deleted" { count: i64, last: bool }
    /// So many persons of a bulk request came in, and more are to come.
    BulkArriving = 40, "bulk_arriving" { count: i64 }
    /// What had come in of a bulk request whose rest never came was deleted.
    BulkArrivalDeleted = 41, "bulk_arrival_deleted" { count: i64, last: bool }
    /// What was opened was used to check a person's eligibility for a day.
    EmergencyUsedToCheck = 45, "emergency_used_to_check" { day: String }
    /// A bulk request was worked to its end.
    BulkWorked = 44, "bulk_worked" { count: i64 }
    /// A terminal's certificate was issued.
    CertificateIssued = 50, "certificate_issued" { facility: String }
    /// An insurer's certificate was issued, for these numbers.
    InsurerCertificateIssued = 51, "insurer_certificate_issued" { numbers: String }
    /// A certificate was revoked, for this reason.
    Revoked = 52, "revoked" { reason: String }
    /// An institution's character set was set.
    EncodingSet = 53, "encoding_set" { shift_jis: bool }
    /// From where an institution's programs may send messages without a certificate; empty leaves
    /// it at what the centre allows.
    MessageNetworksSet = 54, "message_networks_set" { networks: String }
    /// Lines of insured persons were taken.
    LinesTaken = 60, "lines_taken" { added: i64, changed: i64, unchanged: i64, rejected: i64 }
    /// A report's way so far was asked for.
    ReportProgressAsked = 61, "report_progress_asked" {}
    /// So much was deleted that no rule needs any more.
    Deleted = 70, "deleted" { count: i64 }
    /// Refusals of this certificate came too often: from this one on they are only counted.
    RefusalsCountedFromHere = 80, "refusals_counted_from_here" {}
    /// So many refusals of this certificate have no entry of their own.
    RefusalsCounted = 81, "refusals_counted" { count: i64 }
    /// It was told who looked at a person's information: so many accesses.
    AccessReported = 56, "access_reported" { count: i64 }
    /// So many checks were taken into the index of access reports.
    ChecksIndexed = 63, "checks_indexed" { count: i64 }
    /// In which municipality an institution is; empty where it is not known.
    MunicipalitySet = 55, "municipality_set" { municipality: String }
    /// A function was opened for places for a time.
    EmergencyOpenedAt = 82, "emergency_opened_at" { function: String, places: String, from: String, until: String, reason: String }
    /// What a notice opened was extended.
    EmergencyExtended = 83, "emergency_extended" { notice: String, until: String, reason: String }
    /// What a notice opened was closed before its time.
    EmergencyNoticeClosed = 84, "emergency_notice_closed" { notice: String }
    /// Somebody was looked for without a card, and so many were found.
    EmergencySearched = 85, "emergency_searched" { count: i64 }
    /// What was opened was used for a person, with the person's consent or without.
    EmergencyUsed = 86, "emergency_used" { consented: bool, reason: String }
    /// A use was reviewed.
    EmergencyReviewed = 87, "emergency_reviewed" { use_id: String, remark: String }
    /// An institution asked to have a function opened.
    EmergencyRequested = 88, "emergency_requested" { function: String, reason: String }
    /// The operator noted what came of a request.
    EmergencyRequestSettled = 89, "emergency_request_settled" { request: String, remark: String }
    /// Somebody was looked for by a card in an emergency, and so many were found.
    EmergencySearchedByCard = 57, "emergency_searched_by_card" { count: i64 }
    /// The number at which an institution is called back was set; empty where it is not known.
    PhoneSet = 58, "phone_set" { phone: String }
    /// The report of use was filled in, with so many uses.
    EmergencyUseReported = 59, "emergency_use_reported" { count: i64 }
    /// An account was registered that may look in emergency care.
    RegisteredForEmergencies = 120, "registered_for_emergencies" { kind: AccountKind }
    /// Whether an institution is a hospital that gives emergency care was set.
    EmergencyHospitalSet = 121, "emergency_hospital_set" { hospital: bool }
    /// An account said that it looks at somebody in emergency care, what it asks for, and by which two factors it is known.
    EmergencyCareDeclared = 122, "emergency_care_declared" { user_id: String, pattern: String, factors: String, reason: String }
    /// A patient consented to this.
    ConsentGiven = 90, "consent_given" { scope: Scope }
    /// A patient took it back.
    ConsentWithdrawn = 91, "consent_withdrawn" { scope: Scope }
    /// A function was opened for an institution, for this reason.
    EmergencyOpened = 92, "emergency_opened" { function: String, reason: String }
    /// It was closed again.
    EmergencyClosed = 93, "emergency_closed" { function: String }
    /// A patient said at the reader to what they consent, and for which kind of care.
    ConsentRecorded = 94, "consent_recorded" { purpose: Purpose, verified: Verification, agreed: Vec<Scope>, ceiling: bool }
    /// Consents to these kinds ended before their time, for this reason.
    ConsentTakenBack = 95, "consent_taken_back" { kinds: Vec<Scope>, why: EndedWhy }
    /// So many results of the reader went to the linked application.
    ReaderResultsGiven = 96, "reader_results_given" { count: i64 }
    /// A result of the reader lies in the institution's folder.
    ReaderResultDelivered = 97, "reader_result_delivered" {}
    /// Somebody was put on a list of those who consented.
    BulkListedByConsent = 42, "bulk_listed_by_consent" {}
    /// A card reader's certificate was issued.
    ReaderCertificateIssued = 98, "reader_certificate_issued" { facility: String, reader: String }
    /// An authority of cards was added.
    CardAuthorityAdded = 110, "card_authority_added" { fingerprint: String }
    /// Revoked certificates of cards were taken, and whether they were the last of a list.
    CardRevocationsTaken = 111, "card_revocations_taken" { count: i64, last: bool }
    /// Whose card is whose was imported.
    CardRegistrationsTaken = 112, "card_registrations_taken" { changed: i64, rejected: i64 }
    /// A card was shown at a reader: what it is worth, how its holder was verified, and which account allowed it by eye.
    CardPresented = 113, "card_presented" { state: CardState, verified: Verification, released_by: String }
    /// A card was registered as insurance card by its holder.
    CardRegistered = 114, "card_registered" {}
    /// A passcode for 目視確認 was shown.
    PasscodeIssued = 115, "passcode_issued" {}
    /// A reader was set to 目視確認モード, until then; empty is back to normal.
    ReaderModeSet = 116, "reader_mode_set" { reader: String, until: String }
    /// A reader said what runs there.
    ReaderReported = 117, "reader_reported" { reader: String, version: String }
    /// Something ended a patient's try at a reader.
    ReaderTrouble = 118, "reader_trouble" { reader: String, trouble: Trouble }
    /// Those who came to the readers were listed.
    ArrivalsListed = 119, "arrivals_listed" { count: i64 }
    /// A list of accounts was compared with those that there are, before it is registered.
    AccountListChecked = 180, "account_list_checked" { count: i64 }
    /// The accounts were looked through for a review; at so many something was found.
    AccountReviewLooked = 181, "account_review_looked" { found: i64 }
    /// A review of so many accounts was signed; at so many something is still to be seen.
    AccountReviewSigned = 182, "account_review_signed" { accounts: i64, found: i64 }
    /// The record of a review was told, by the moment of its signature.
    AccountReviewTold = 183, "account_review_told" { signed_at: String }
    /// The institution's settings were changed to a new version.
    EnvironmentChanged = 150, "environment_changed" { version: i64, changes: Vec<SettingChange> }
    /// The institution's settings were told, in this version.
    EnvironmentRead = 151, "environment_read" { version: i64 }
    /// An address of マイナ在宅受付Web was issued.
    HomeAddressIssued = 160, "home_address_issued" {}
    /// The address of マイナ在宅受付Web was voided.
    HomeAddressVoided = 161, "home_address_voided" {}
    /// A patient saw from home to how many kinds there is a consent of theirs at the institution.
    OwnConsentsRead = 162, "own_consents_read" { count: i64 }
    /// An アクティベーションコード was issued for a phone of staff, good until then.
    StaffPhoneCodeIssued = 190, "staff_phone_code_issued" { phone: String, until: String }
    /// It was shown, once.
    StaffPhoneCodeShown = 191, "staff_phone_code_shown" {}
    /// A phone of staff was activated with it.
    StaffPhoneActivated = 192, "staff_phone_activated" { phone: String }
    /// A phone of staff was voided.
    StaffPhoneVoided = 193, "staff_phone_voided" { phone: String }
    /// The address of マイナ在宅受付Web was fetched by a program.
    HomeAddressFetched = 194, "home_address_fetched" {}
    /// A code was issued by which a certificate is fetched, good until then.
    EnrolmentCodeIssued = 220, "enrolment_code_issued" { kind: CertificateKind, name: String, until: String }
    /// A code by which a certificate is fetched was voided.
    EnrolmentCodeVoided = 221, "enrolment_code_voided" { kind: CertificateKind, name: String }
    /// A certificate was fetched by a code.
    Enrolled = 222, "enrolled" { kind: CertificateKind, name: String }
    /// The certificate that was fetched by a code was given again, for the same key.
    EnrolledAgain = 223, "enrolled_again" { kind: CertificateKind, name: String }
    /// A certificate was issued in the place of one that ends soon.
    Renewed = 224, "renewed" { kind: CertificateKind, name: String, old: String }
    /// A certificate that replaces another one was used first; the other one is good until then.
    RenewalUsed = 225, "renewal_used" { old: String, until: String }
    /// The password was right; the second factor was asked for.
    SecondFactorAsked = 230, "second_factor_asked" {}
    /// Somebody was known by this beside the password.
    SecondFactorPassed = 231, "second_factor_passed" { factor: Factor }
    /// Something was added by which the own account is known beside the password.
    FactorAdded = 232, "factor_added" { factor: Factor, name: String }
    /// It was removed.
    FactorRemoved = 233, "factor_removed" { factor: Factor, name: String }
    /// New recovery codes were made.
    RecoveryCodesMade = 234, "recovery_codes_made" { count: i64 }
    /// They were shown, once.
    RecoveryCodesShown = 235, "recovery_codes_shown" {}
    /// Everything that an account has beside the password was removed by somebody else.
    SecondFactorReset = 236, "second_factor_reset" {}
    /// Somebody logged in by a passkey alone, without a password.
    EnteredByPasskey = 260, "entered_by_passkey" { name: String }
    /// What an institution wants of second factors was set to a new version.
    FactorPoliciesSet = 237, "factor_policies_set" { version: i64, changes: Vec<FactorPolicyChange> }
    /// What an institution may set for a kind of account was said; empty leaves it at what the rules say.
    FactorPoliciesAllowed = 238, "factor_policies_allowed" { kind: AccountKind, allowed: String }
    /// An institution's application was taken: what for, and for which institution's code.
    ApplicationTaken = 226, "application_taken" { kind: ApplicationKind, facility: String }
    /// The mail address of an application was confirmed.
    ApplicationConfirmed = 227, "application_confirmed" {}
    /// An application was approved; where it needs two operators, by the first or by the second of them.
    ApplicationApproved = 228, "application_approved" { kind: ApplicationKind, facility: String, is_last: bool, by: Option<String> }
    /// An application was rejected, for this reason.
    ApplicationRejected = 229, "application_rejected" { facility: String, reason: String, by: Option<String> }
    /// An applicant withdrew the application.
    ApplicationWithdrawn = 240, "application_withdrawn" {}
    /// The notice by which an institution begins was drawn; its codes are good until then.
    NoticeDrawn = 241, "notice_drawn" { receipt: String, until: String }
    /// A notice was voided, so that another may be drawn, for this reason.
    NoticeVoided = 242, "notice_voided" { reason: String }
    /// The notice with the code for a terminal's certificate was drawn; the code is good until then.
    CertificateNoticeDrawn = 281, "certificate_notice_drawn" { receipt: String, name: String, until: String }
    /// Such a notice was voided, so that another may be drawn, for this reason.
    CertificateNoticeVoided = 282, "certificate_notice_voided" { name: String, reason: String }
    /// A backup was begun, or with its digest, it is whole.
    BackedUp = 270, "backed_up" { digest: String }
    /// A backup of this moment was restored; so many entries that came after it are known to be missing.
    Restored = 271, "restored" { of: String, missing: i64 }
    /// The same, although its log is not whole or not the one that was noted: so many things are wrong with it.
    RestoredAlthoughNotWhole = 295, "restored_although_not_whole" { of: String, missing: i64, problems: i64 }
    /// A backup was restored on trial, with this result.
    BackupDrilled = 272, "backup_drilled" { passed: bool }
    /// An installer was given the right to make an institution's terminals and accounts, to the end of a day.
    InstallerRightGiven = 250, "installer_right_given" { installer: String, person: String, until: String }
    /// The right was ended before its day, for this reason.
    InstallerRightEnded = 251, "installer_right_ended" { installer: String, reason: String }
    /// What a sheet asks for was compared with what an institution has.
    RollOutLooked = 252, "roll_out_looked" { installer: String }
    /// A sheet was rolled out at an institution: so many terminals and readers, and accounts.
    RolledOut = 253, "rolled_out" { installer: String, machines: i64, accounts: i64, sheet: String }
    /// An institution was written to of so many certificates; the first of them ends in so many days, or has ended.
    CertificatesWarned = 254, "certificates_warned" { count: i64, days: i64 }
    /// Somebody has seen that the master's password was reset then.
    AlarmConfirmed = 280, "alarm_confirmed" { raised: String }
    /// Medical records of these kinds were read, so many of them.
    MedicalRead = 101, "medical_read" { kinds: Vec<Scope>, records: i64 }
}

impl Detail {
    /// Reads what the log keeps.
    pub(crate) fn of_kept(text: &str) -> Detail {
        let other = || Detail::Other {
            text: text.to_owned(),
        };
        if !text.starts_with('[') {
            return earlier::of(text).unwrap_or_else(other);
        }
        let parts: Option<Vec<Value>> = serde_json::from_str(text).ok();
        let found = parts.and_then(|parts| {
            let (number, fields) = parts.split_first()?;
            Detail::of_parts(number.as_i64()?, fields)
        });
        found.unwrap_or_else(other)
    }
}
