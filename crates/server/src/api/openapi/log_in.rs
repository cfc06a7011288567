//! What a program's log-in is described as.

use onshi_core::AccountKind;
use serde_json::{Value, json};

pub(super) fn credentials() -> Value {
    json!({
        "type": "object",
        "required": ["userId", "password"],
        "properties": {"userId": {"type": "string"}, "password": {"type": "string"}},
        "examples": [{"userId": "WebApi01", "password": "…"}],
    })
}

pub(super) fn refresh() -> Value {
    json!({
        "type": "object",
        "required": ["refreshToken"],
        "properties": {"refreshToken": {"type": "string"}},
    })
}

/// What a terminal sends with which a program's account begins.
pub(super) fn activation() -> Value {
    json!({
        "type": "object",
        "required": ["userId", "code", "password"],
        "properties": {
            "userId": {"type": "string"},
            "code": {"type": "string", "description": "The one-time activation that was handed over; blanks and hyphens are free."},
            "password": {"type": "string", "description": "The account's password from now on."},
        },
    })
}

/// Whose account it was.
pub(super) fn activated() -> Value {
    let kinds: Vec<&str> = AccountKind::ALL.iter().map(|kind| kind.code()).collect();
    json!({
        "type": "object",
        "required": ["userId", "kind"],
        "properties": {
            "userId": {"type": "string"},
            "kind": {"type": "string", "enum": kinds},
        },
    })
}

pub(super) fn tokens() -> Value {
    json!({
        "type": "object",
        "required": ["status", "msg", "result"],
        "properties": {
            "status": {"type": "integer"},
            "msg": {"type": "string"},
            "result": {
                "type": "object",
                "required": ["accessToken", "refreshToken", "idToken", "linkSysCharCd"],
                "properties": {
                    "accessToken": {"type": "string"}, "refreshToken": {"type": "string"},
                    "idToken": {"type": "string"},
                    "linkSysCharCd": {"type": "string", "enum": ["0", "1"]},
                    "expiresIn": {"type": "integer"},
                },
            },
        },
    })
}
