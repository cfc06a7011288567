//! What the card reader's routes are described as.

mod card;

use crate::http::extract::{READER_CERTIFICATE as CERTIFICATE, READER_SIGNATURE as SIGNATURE};
use crate::http::route::Route;
use onshi_core::consent::{Purpose, Verification};
use onshi_core::permission::Scope;
use serde_json::{Map, Value, json};

fn is_signed(path: &str) -> bool {
    !path.contains("/reader/results")
}

/// Code and meaning of each value.
fn codes<T: Copy>(
    all: &[T],
    code: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
    what: &str,
) -> Value {
    let meanings: Vec<String> = all
        .iter()
        .map(|value| format!("{} {}", code(*value), label(*value)))
        .collect();
    json!({
        "type": "string",
        "enum": all.iter().map(|value| code(*value)).collect::<Vec<_>>(),
        "description": format!("{what}: {}", meanings.join(", ")),
    })
}

fn kinds() -> String {
    let all = Scope::ALL.iter();
    let all: Vec<String> = all
        .map(|scope| format!("{} {}", scope.code(), scope.includes()))
        .collect();
    all.join(", ")
}

/// What every request begins with.
fn begun() -> (Value, Vec<&'static str>) {
    let text = |what: &str| json!({"type": "string", "description": what});
    let properties = json!({
        "requestId": {"type": "string", "maxLength": 64,
            "description": "The same again under the same name is the same request."},
        "madeAt": text("yyyyMMddHHmmss in Japan, by the reader's clock."),
        "medicalInstitutionCode": text("10 digits, where the reader stands."),
    });
    let required = vec!["requestId", "madeAt", "medicalInstitutionCode"];
    (properties, required)
}

fn person() -> Value {
    let text = |what: &str| json!({"type": "string", "description": what});
    json!({
        "type": "object",
        "required": ["insurerNumber", "number", "birthdate"],
        "description": "By the face of the insurance card, where there is no visit.",
        "properties": {
            "insurerNumber": text("保険者番号"), "symbol": text("記号"), "number": text("番号"),
            "branch": text("枝番"), "birthdate": text("yyyyMMdd"),
        },
    })
}

/// What is sent.
pub(super) fn request(path: &str) -> Value {
    if path.ends_with("/results") {
        return json!({"type": "object", "description": "Empty."});
    }
    if path.ends_with("/delivered") {
        return json!({
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
        });
    }
    let (mut properties, mut required) = begun();
    let text = |what: &str| json!({"type": "string", "description": what});
    if let Some(more) = card::request(path) {
        for (name, schema, is_required) in more {
            properties[name] = schema;
            if is_required {
                required.push(name);
            }
        }
        return json!({"type": "object", "required": required, "properties": properties});
    }
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.code()).collect();
    properties["visit"] =
        text("Whose visit it is, by a My Number Card; in its place person and verified.");
    properties["person"] = person();
    properties["purpose"] = codes(Purpose::ALL, Purpose::code, Purpose::label, "診療区分");
    if let Some(properties) = properties.as_object_mut() {
        if path.ends_with("/withdrawals") {
            let what = format!(
                "The kinds that are taken back; all where none is named. {}",
                kinds()
            );
            let kinds = json!({"type": "array", "items": {"type": "string", "enum": scopes}, "description": what});
            properties.insert("kinds".to_owned(), kinds);
        } else {
            required.push("purpose");
            let way = codes(
                Verification::ALL,
                Verification::code,
                Verification::label,
                "本人確認の方法; oral is good for the ceiling alone",
            );
            properties.insert("verified".to_owned(), way);
            let what = format!("The kinds that were asked for, with yes or no. {}", kinds());
            let kinds = json!({"type": "object", "propertyNames": {"enum": scopes},
                "additionalProperties": {"type": "boolean"}, "description": what});
            properties.insert("kinds".to_owned(), kinds);
            let ceiling =
                json!({"type": "boolean", "description": "限度額: whether it may be told."});
            properties.insert("ceiling".to_owned(), ceiling);
            let booked = text("診療（予定）日, yyyyMMdd; of an online examination only.");
            properties.insert("bookedDay".to_owned(), booked);
        }
    }
    json!({"type": "object", "required": required, "properties": properties})
}

/// What is answered.
pub(super) fn answer(route: &Route) -> Value {
    let schema = if let Some(schema) = card::answer(route.path) {
        schema
    } else if route.path.ends_with("/consents") {
        json!({"$ref": "#/components/schemas/OQSsiquc01res"})
    } else if route.path.ends_with("/withdrawals") {
        json!({"type": "object", "properties": {"withdrawn": {"type": "integer"}}})
    } else if route.path.ends_with("/results") {
        json!({"type": "object", "properties": {"results": {"type": "array", "items": {
            "type": "object",
            "required": ["id", "name", "content"],
            "properties": {
                "id": {"type": "string"},
                "name": {"type": "string", "description": "OQSsiquc01res_face_….xml"},
                "content": {"type": "string", "contentEncoding": "base64",
                    "description": "The file, in the institution's encoding."},
            },
        }}}})
    } else {
        json!({"type": "object"})
    };
    json!({"application/json": {"schema": schema}})
}

/// The headers of what a reader signs.
pub(super) fn describe(route: &Route, operation: &mut Map<String, Value>) {
    if !route.path.contains("/reader/") || !is_signed(route.path) {
        return;
    }
    let header = |name: &str, what: &str| {
        json!({"in": "header", "name": name, "required": true,
            "schema": {"type": "string"}, "description": what})
    };
    operation.insert(
        "parameters".to_owned(),
        json!([
            header(CERTIFICATE, "Serial number of the reader's certificate, in hexadecimal digits."),
            header(
                SIGNATURE,
                "Base64 of the DER of an ECDSA signature over P-256 and SHA-256 of the body, byte for \
                 byte, by the key of that certificate. Simulated.",
            ),
        ]),
    );
}
