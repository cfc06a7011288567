//! What a reader sends, as JSON. The names are ours.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onshi_core::Problem;
use onshi_core::card::Trouble;
use onshi_core::clock::{Day, Moment};
use onshi_core::consent::{Purpose, Verification};
use onshi_core::insured::Card;
use onshi_core::permission::Scope;
use onshi_core::reader::standing::Report;
use onshi_core::reader::{Holder, Said, Sent, Who};
use onshi_wire::codes::PrescriptionIssueSelect;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longer names are no ids.
const ID_CHARS_MAX: usize = 64;

/// What every request begins with.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    request_id: String,
    made_at: String,
    medical_institution_code: String,
}

/// Who is meant: by what stands on the insurance card, or the visit of a My Number Card.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whom {
    #[serde(default)]
    person: Option<Person>,
    #[serde(default)]
    visit: Option<String>,
    #[serde(default)]
    verified: Option<String>,
}

/// The holder of the card, by what stands on the insurance card.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Person {
    insurer_number: String,
    #[serde(default)]
    symbol: String,
    number: String,
    #[serde(default)]
    branch: Option<String>,
    birthdate: String,
}

/// The body of a consent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConsentRequest {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    whom: Whom,
    purpose: String,
    #[serde(default)]
    kinds: BTreeMap<String, bool>,
    #[serde(default)]
    ceiling: bool,
    #[serde(default)]
    booked_day: Option<String>,
    #[serde(default)]
    prescription: Option<String>,
}

/// The body of a withdrawal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WithdrawalRequest {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    whom: Whom,
    #[serde(default)]
    purpose: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
}

/// The body of a status and of a challenge.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusRequest {
    #[serde(flatten)]
    head: Head,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    settings: String,
}

/// The body of a card.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardRequest {
    #[serde(flatten)]
    head: Head,
    challenge: String,
    certificate: String,
    signature: String,
    verified: String,
    #[serde(default)]
    passcode: Option<String>,
}

/// A card as it was sent.
pub(super) struct SentCard {
    pub(super) challenge: String,
    pub(super) certificate: Vec<u8>,
    pub(super) signature: Vec<u8>,
    pub(super) verified: Verification,
    pub(super) passcode: Option<String>,
}

/// The body of a registration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegistrationRequest {
    #[serde(flatten)]
    head: Head,
    visit: String,
}

/// The body of what went wrong.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TroubleRequest {
    #[serde(flatten)]
    head: Head,
    kind: String,
    #[serde(default)]
    visit: Option<String>,
}

/// The body of a renewal of the reader's certificate.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RenewalRequest {
    #[serde(flatten)]
    head: Head,
    certificate_request: String,
}

/// The body that says that the renewed certificate is in use.
#[derive(Deserialize)]
pub(super) struct UsedRequest {
    #[serde(flatten)]
    head: Head,
}

/// The body of a delivery.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveredRequest {
    pub(super) id: String,
}

fn one_of<T: Copy>(
    field: &'static str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
    sent: &str,
) -> Result<T, Problem> {
    let found = all.iter().copied().find(|known| code(*known) == sent);
    found.ok_or_else(|| {
        let codes: Vec<&str> = all.iter().map(|known| code(*known)).collect();
        let text = format!("{field} は {} のいずれかです。", codes.join("・"));
        Problem::new(field, text)
    })
}

fn day(field: &'static str, text: &str) -> Result<Day, Problem> {
    Day::parse(text).ok_or_else(|| {
        let what = "8桁の日付（例：20261126）で送信してください。";
        Problem::new(field, what)
    })
}

impl Head {
    fn read(self) -> Result<Sent, Problem> {
        let id = self.request_id.chars().count();
        if id == 0 || id > ID_CHARS_MAX || self.request_id.chars().any(char::is_control) {
            let text = "requestId は1〜64文字の、要求ごとに異なる名前です。";
            return Err(Problem::new("requestId", text));
        }
        let made_at = Moment::parse_fourteen(&self.made_at).ok_or_else(|| {
            let text = "madeAt は14桁の日時（日本時間、例：20261126091500）です。";
            Problem::new("madeAt", text)
        })?;
        Ok(Sent {
            request_id: self.request_id,
            made_at,
            institution: self.medical_institution_code,
        })
    }
}

impl Whom {
    /// Reads it; `must_be_verified` where it has to be said how whoever has no visit was verified.
    fn read(self, must_be_verified: bool) -> Result<Who, Problem> {
        let person = match (self.visit, self.person, &self.verified) {
            (Some(visit), None, None) => return Ok(Who::Visit(visit)),
            (None, Some(person), _) => person,
            _ => {
                let text = "visit だけか、person と verified を送信してください。";
                return Err(Problem::new("visit", text));
            }
        };
        let verified = match self.verified {
            None if !must_be_verified => Verification::Face,
            sent => verification(&sent.unwrap_or_default())?,
        };
        let holder = Holder {
            card: Card::of(&person.insurer_number, &person.symbol, &person.number),
            branch: person.branch.filter(|branch| !branch.is_empty()),
            birthdate: day("person/birthdate", &person.birthdate)?,
        };
        Ok(Who::Holder(holder, verified))
    }
}

fn verification(code: &str) -> Result<Verification, Problem> {
    one_of("verified", Verification::ALL, Verification::code, code)
}

fn scope(code: &str) -> Result<Scope, Problem> {
    one_of("kinds", &Scope::ALL, Scope::code, code)
}

fn purpose(code: &str) -> Result<Purpose, Problem> {
    one_of("purpose", Purpose::ALL, Purpose::code, code)
}

fn prescription(code: &str) -> Result<PrescriptionIssueSelect, Problem> {
    let all = PrescriptionIssueSelect::ALL;
    one_of("prescription", all, PrescriptionIssueSelect::code, code)
}

impl ConsentRequest {
    pub(super) fn read(self) -> Result<(Sent, Who, Said), Problem> {
        let sent = self.head.read()?;
        let who = self.whom.read(true)?;
        let kinds = self
            .kinds
            .iter()
            .map(|(code, yes)| Ok((scope(code)?, *yes)));
        let said = Said {
            purpose: purpose(&self.purpose)?,
            kinds: kinds.collect::<Result<_, Problem>>()?,
            ceiling: self.ceiling,
            booked: self
                .booked_day
                .map(|text| day("bookedDay", &text))
                .transpose()?,
            prescription: self
                .prescription
                .map(|text| prescription(&text))
                .transpose()?,
        };
        Ok((sent, who, said))
    }
}

impl WithdrawalRequest {
    pub(super) fn read(self) -> Result<(Sent, Who, Vec<Scope>, Option<Purpose>), Problem> {
        let sent = self.head.read()?;
        let who = self.whom.read(false)?;
        let purpose = self.purpose.as_deref().map(purpose).transpose()?;
        let mut scopes = Vec::new();
        for code in &self.kinds {
            scopes.push(scope(code)?);
        }
        if scopes.is_empty() {
            scopes = Scope::ALL.to_vec();
        }
        Ok((sent, who, scopes, purpose))
    }
}

/// The longest version that a reader says of itself.
const VERSION_CHARS_MAX: usize = 100;

impl StatusRequest {
    /// Who asks, and what runs there where that is said.
    pub(super) fn read(self) -> Result<(Sent, Option<Report>), Problem> {
        let sent = self.head.read()?;
        for (field, text) in [
            ("version", self.version.as_deref()),
            ("settings", Some(&*self.settings)),
        ] {
            let text = text.unwrap_or_default();
            if text.chars().count() > VERSION_CHARS_MAX || text.chars().any(char::is_control) {
                return Err(Problem::new(
                    field,
                    format!("{field} は100文字までの1行です。"),
                ));
            }
        }
        let settings = self.settings;
        let report = self.version.map(|version| Report { version, settings });
        Ok((sent, report))
    }
}

impl CardRequest {
    pub(super) fn read(self) -> Result<(Sent, SentCard), Problem> {
        let sent = self.head.read()?;
        let bytes = |field: &'static str, text: &str| {
            STANDARD
                .decode(text)
                .map_err(|_| Problem::new(field, format!("{field} はBase64で送信してください。")))
        };
        let card = SentCard {
            certificate: bytes("certificate", &self.certificate)?,
            signature: bytes("signature", &self.signature)?,
            challenge: self.challenge,
            verified: verification(&self.verified)?,
            passcode: self.passcode,
        };
        Ok((sent, card))
    }
}

impl RegistrationRequest {
    pub(super) fn read(self) -> Result<(Sent, String), Problem> {
        Ok((self.head.read()?, self.visit))
    }
}

impl RenewalRequest {
    pub(super) fn read(self) -> Result<(Sent, String), Problem> {
        Ok((self.head.read()?, self.certificate_request))
    }
}

impl UsedRequest {
    pub(super) fn read(self) -> Result<Sent, Problem> {
        self.head.read()
    }
}

impl TroubleRequest {
    pub(super) fn read(self) -> Result<(Sent, Trouble, Option<String>), Problem> {
        let sent = self.head.read()?;
        let trouble = one_of("kind", Trouble::ALL, Trouble::code, &self.kind)?;
        Ok((sent, trouble, self.visit))
    }
}
