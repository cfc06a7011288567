//! What the way to a certificate is described as.

use onshi_core::terms::CertificateKind;
use serde_json::{Value, json};

/// What is sent.
pub(super) fn request() -> Value {
    json!({
        "type": "object",
        "required": ["certificateRequest"],
        "properties": {
            "certificateRequest": {"type": "string",
                "description": "A PKCS#10 request in PEM, with a key of P-256. Of its content only the key counts."},
        },
    })
}

/// What is answered.
pub(super) fn answer() -> Value {
    let text = |what: &str| json!({"type": "string", "description": what});
    let or_none = |what: &str| json!({"type": ["string", "null"], "description": what});
    let kinds: Vec<&str> = CertificateKind::ALL
        .iter()
        .map(|kind| kind.code())
        .collect();
    json!({
        "type": "object",
        "required": ["kind", "holder", "serial", "certificate", "authority"],
        "properties": {
            "kind": {"type": "string", "enum": kinds},
            "name": or_none("The terminal or the reader; null for an insurer."),
            "medicalInstitutionCode": or_none("10 digits; null for an insurer."),
            "insurerNumbers": {"type": "array", "items": {"type": "string"}},
            "holder": text("The name of the institution or the insurer."),
            "serial": text("The certificate's number, in hexadecimal digits."),
            "certificate": text("The certificate in PEM."),
            "authority": text("The certificate of the authority in PEM."),
        },
    })
}
