//! What a program's log-in is described as.

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
