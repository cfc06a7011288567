//! What the way to a certificate, and its renewal, are described as.

use onshi_core::terms::CertificateKind;
use serde_json::{Value, json};

/// Whether it is one of these paths.
pub(super) fn is_here(path: &str) -> bool {
    path.ends_with("/enrolment") || path.contains("/certificates/renewal")
}

/// What is sent.
pub(super) fn request(path: &str) -> Value {
    if path.ends_with("/used") {
        return json!({
            "type": "object",
            "required": ["serial"],
            "properties": {"serial": {"type": "string",
                "description": "The number of the certificate that is shown, in lower hexadecimal digits."}},
        });
    }
    json!({
        "type": "object",
        "required": ["certificateRequest"],
        "properties": {"certificateRequest": certificate_request()},
    })
}

/// The request for a certificate.
pub(super) fn certificate_request() -> Value {
    json!({"type": "string",
        "description": "A PKCS#10 request in PEM, with a key of P-256. Of its content only the key counts."})
}

/// What is answered, where it is one of these paths.
pub(super) fn answer(path: &str) -> Option<Value> {
    if path.ends_with("/renewal/used") {
        return Some(in_use());
    }
    is_here(path).then(certificate)
}

/// Until when an older certificate is good beside the one in use.
pub(super) fn in_use() -> Value {
    json!({
        "type": "object",
        "required": ["olderUntil"],
        "properties": {"olderUntil": {"type": ["string", "null"],
            "description": "yyyyMMddHHmmss in Japan; null where none is replaced, or it was said before."}},
    })
}

/// A certificate, and for whom it is.
pub(super) fn certificate() -> Value {
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
