//! The numbers of My Number Cards at the reader.

use serde::{Deserialize, Serialize};

/// What the certificate of a My Number Card is worth at the reader, and how a patient is taken through it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CardRules {
    /// How long a card may take to sign what the centre made up for it, in seconds.
    pub challenge_seconds: i64,
    /// The same of a patient who consents from home, by a card reader of their own.
    pub home_challenge_seconds: i64,
    /// How long a patient at the reader may take to consent, from the card on, in seconds.
    pub visit_seconds: i64,
    /// How many months before its end a certificate is said to end soon.
    pub notice_months: i64,
    /// How many months after the one in which it ended it answers eligibility, to that month's end.
    pub grace_months: i64,
    /// How long it may take until a renewed certificate is known, in hours.
    pub renewal_hours: i64,
    /// How long a list of revocations is good after the next one was due, in hours.
    pub revocation_hours: i64,
    /// How old what an authority says at once (OCSP) may be, in minutes.
    pub ocsp_minutes: i64,
    /// How many lines of an import or of a list are taken in one commit, so that single checks come between.
    pub batch_lines: usize,
    /// How long a passcode for 目視確認 is good, in seconds.
    pub passcode_seconds: i64,
    /// How many wrong passcodes end those that are open.
    pub passcode_tries: i64,
    /// How many passcodes of an institution may be open at once.
    pub passcodes_max: i64,
    /// How long a reader stays in 目視確認モード, in minutes.
    pub by_eye_minutes: i64,
    /// After how many seconds a reader tells that a card was left behind.
    pub forgotten_seconds: i64,
    /// How long an アクティベーションコード of マイナ資格確認アプリ is good, in hours.
    pub phone_code_hours: i64,
    /// How often an idle reader asks what holds, in seconds.
    pub status_seconds: i64,
}

impl Default for CardRules {
    fn default() -> Self {
        CardRules {
            challenge_seconds: 120,
            home_challenge_seconds: 600,
            visit_seconds: 300,
            notice_months: 3,
            grace_months: 3,
            renewal_hours: 24,
            revocation_hours: 72,
            ocsp_minutes: 15,
            batch_lines: 200,
            passcode_seconds: 300,
            passcode_tries: 5,
            passcodes_max: 10,
            by_eye_minutes: 10,
            forgotten_seconds: 10,
            phone_code_hours: 72,
            status_seconds: 30,
        }
    }
}
