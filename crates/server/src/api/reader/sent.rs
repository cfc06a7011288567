//! What a reader sends, as JSON. The names are ours.

use onshi_core::Problem;
use onshi_core::clock::{Day, Moment};
use onshi_core::consent::{Purpose, Verification};
use onshi_core::insured::Card;
use onshi_core::permission::Scope;
use onshi_core::reader::{Holder, Said, Sent};
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
    person: Person,
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
    purpose: String,
    verified: String,
    #[serde(default)]
    kinds: BTreeMap<String, bool>,
    #[serde(default)]
    ceiling: bool,
    #[serde(default)]
    booked_day: Option<String>,
}

/// The body of a withdrawal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WithdrawalRequest {
    #[serde(flatten)]
    head: Head,
    #[serde(default)]
    purpose: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
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
    fn read(self) -> Result<(Sent, Holder), Problem> {
        let id = self.request_id.chars().count();
        if id == 0 || id > ID_CHARS_MAX || self.request_id.chars().any(char::is_control) {
            let text = "requestId は1〜64文字の、要求ごとに異なる名前です。";
            return Err(Problem::new("requestId", text));
        }
        let made_at = Moment::parse_fourteen(&self.made_at).ok_or_else(|| {
            let text = "madeAt は14桁の日時（日本時間、例：20261126091500）です。";
            Problem::new("madeAt", text)
        })?;
        let person = self.person;
        let holder = Holder {
            card: Card::of(&person.insurer_number, &person.symbol, &person.number),
            branch: person.branch.filter(|branch| !branch.is_empty()),
            birthdate: day("person/birthdate", &person.birthdate)?,
        };
        let sent = Sent {
            request_id: self.request_id,
            made_at,
            institution: self.medical_institution_code,
        };
        Ok((sent, holder))
    }
}

fn scope(code: &str) -> Result<Scope, Problem> {
    one_of("kinds", &Scope::ALL, Scope::code, code)
}

fn purpose(code: &str) -> Result<Purpose, Problem> {
    one_of("purpose", Purpose::ALL, Purpose::code, code)
}

impl ConsentRequest {
    pub(super) fn read(self) -> Result<(Sent, Holder, Said), Problem> {
        let (sent, holder) = self.head.read()?;
        let kinds = self
            .kinds
            .iter()
            .map(|(code, yes)| Ok((scope(code)?, *yes)));
        let said = Said {
            purpose: purpose(&self.purpose)?,
            verified: one_of(
                "verified",
                Verification::ALL,
                Verification::code,
                &self.verified,
            )?,
            kinds: kinds.collect::<Result<_, Problem>>()?,
            ceiling: self.ceiling,
            booked: self
                .booked_day
                .map(|text| day("bookedDay", &text))
                .transpose()?,
        };
        Ok((sent, holder, said))
    }
}

impl WithdrawalRequest {
    pub(super) fn read(self) -> Result<(Sent, Holder, Vec<Scope>, Option<Purpose>), Problem> {
        let (sent, holder) = self.head.read()?;
        let purpose = self.purpose.as_deref().map(purpose).transpose()?;
        let mut scopes = Vec::new();
        for code in &self.kinds {
            scopes.push(scope(code)?);
        }
        if scopes.is_empty() {
            scopes = Scope::ALL.to_vec();
        }
        Ok((sent, holder, scopes, purpose))
    }
}
