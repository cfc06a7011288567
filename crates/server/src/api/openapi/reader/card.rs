//! What the routes of My Number Cards at the reader are described as.

use super::codes;
use crate::api::openapi::enrolment;
use onshi_core::card::{CardState, Trouble};
use onshi_core::consent::Verification;
use onshi_core::permission::Scope;
use serde_json::{Value, json};

fn text(what: &str) -> Value {
    json!({"type": "string", "description": what})
}

fn bytes(what: &str) -> Value {
    json!({"type": "string", "contentEncoding": "base64", "description": what})
}

/// What is sent beside what every request begins with: name, schema, and whether it has to be there.
pub(super) fn request(path: &str) -> Option<Vec<(&'static str, Value, bool)>> {
    let (_, last) = path.rsplit_once('/')?;
    Some(match last {
        "status" | "challenges" => vec![
            (
                "version",
                text("The program that runs there, and its version."),
                false,
            ),
            (
                "settings",
                text("The version of the settings by which it works."),
                false,
            ),
        ],
        "cards" => vec![
            ("challenge", text("As it was given."), true),
            (
                "certificate",
                bytes("The card's certificate for authentication, as DER."),
                true,
            ),
            (
                "signature",
                bytes(
                    "The card's signature over toSign: RSA PKCS #1 v1.5 with SHA-256, or ECDSA P-384 with SHA-384.",
                ),
                true,
            ),
            (
                "verified",
                codes(
                    Verification::ALL,
                    Verification::code,
                    Verification::label,
                    "本人確認の方法; oral is refused",
                ),
                true,
            ),
            (
                "passcode",
                text("目視確認用パスコード, with by_eye."),
                false,
            ),
        ],
        "certificate" => vec![("certificateRequest", enrolment::certificate_request(), true)],
        "used" => vec![],
        "registrations" => vec![("visit", text("Whose card is registered."), true)],
        "troubles" => vec![
            (
                "kind",
                codes(Trouble::ALL, Trouble::code, Trouble::label, "What it was"),
                true,
            ),
            (
                "visit",
                text("Whose visit it ended, where one was begun."),
                false,
            ),
        ],
        _ => return None,
    })
}

fn standing() -> Value {
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.code()).collect();
    json!({
        "reader": text("The reader's name."),
        "institution": text("10 digits."),
        "now": text("yyyyMMddHHmmss in Japan."),
        "mode": {"type": "string", "enum": ["normal", "by_eye"]},
        "modeUntil": text("Until when it is by_eye."),
        "modeSeconds": {"type": "integer", "description": "For how many seconds still."},
        "settings": {"type": "object", "properties": {
            "version": text("Changes when they do."),
            "kinds": {"type": "array", "items": {"type": "string", "enum": scopes}},
            "visitSeconds": {"type": "integer"},
            "forgottenCardSeconds": {"type": "integer"},
        }},
        "askAgainSeconds": {"type": "integer"},
    })
}

/// What is answered.
pub(super) fn answer(path: &str) -> Option<Value> {
    let (_, last) = path.rsplit_once('/')?;
    Some(match last {
        "status" => json!({"type": "object", "properties": standing()}),
        "challenges" => {
            let mut properties = standing();
            properties["challenge"] = bytes("Sent back with the card.");
            properties["toSign"] = bytes("What the card signs.");
            properties["expiresAt"] = text("yyyyMMddHHmmss in Japan.");
            properties["expiresInSeconds"] = json!({"type": "integer"});
            json!({"type": "object", "properties": properties})
        }
        "cards" => json!({"type": "object", "properties": {
            "visit": text("By which consents, withdrawals and registrations name it."),
            "state": codes(CardState::ALL, CardState::code, CardState::label, "What the card is worth"),
            "accepted": {"type": "boolean"},
            "registered": {"type": "boolean", "description": "保険証利用登録"},
            "medical": {"type": "boolean", "description": "Whether medical information may be consented to."},
            "words": {"type": "object", "properties": {"what": text("What happened."), "next": text("What to do.")}},
            "notAfter": text("The last day of the certificate, yyyyMMdd."),
            "ask": {"type": "object", "properties": {"kinds": {"type": "array", "items": {"type": "string"}}}},
            "expiresAt": text("yyyyMMddHHmmss in Japan."),
        }}),
        "registrations" => {
            json!({"type": "object", "properties": {"registered": {"type": "boolean"}}})
        }
        "troubles" => json!({"type": "object"}),
        "certificate" => enrolment::certificate(),
        "used" => enrolment::in_use(),
        _ => return None,
    })
}
