//! The Web API as a collection for Postman, Bruno and the like (format v2.1), out of the routes and the messages' examples.

use crate::http::access::Access;
use crate::http::route::Route;
use onshi_wire::{MessageKind, example, print_json};
use serde_json::{Value, json};

/// Keeps the tokens of a log-in for the requests after it.
const KEEP_TOKENS: [&str; 4] = [
    "const result = pm.response.json().result;",
    "if (result) {",
    "  pm.collectionVariables.set('idToken', result.idToken); pm.collectionVariables.set('refreshToken', result.refreshToken);",
    "}",
];

/// The collection. Certificates are no part of such a file: they are set in the program, for the host of `url`.
pub fn collection(routes: &'static [Route]) -> Value {
    let variable = |key: &str, value: &str| json!({"key": key, "value": value});
    let items: Vec<Value> = routes
        .iter()
        .filter(|route| route.kind.is_of_the_web_api())
        .filter_map(item)
        .collect();
    json!({
        "info": {
            "name": "Onshi Web API",
            "description": "資格確認などのメッセージ。url のホストに、端末の電子証明書（PEM または PKCS#12）とセンターの認証局を設定してから、auth を送ると、以後の要求にトークンが付きます。",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": [
            variable("url", "https://localhost:8443"),
            variable("userId", "WebApi01"),
            variable("password", ""),
            variable("institution", "1319990014"),
            variable("idToken", ""),
            variable("refreshToken", ""),
        ],
        "item": items,
    })
}

/// One request; none for what is not the institutions' programs'.
fn item(route: &Route) -> Option<Value> {
    let (name, body) = match (route.message(), route.access) {
        (Some(kind), Access::Token(_)) => (kind.title_ja(), message(kind)),
        (None, Access::Terminal(_)) if route.path.ends_with("/auth") => (
            "ログイン",
            r#"{"userId": "{{userId}}", "password": "{{password}}"}"#.to_owned(),
        ),
        (None, Access::Terminal(_)) if route.path.ends_with("/refresh") => (
            "トークンの更新",
            r#"{"refreshToken": "{{refreshToken}}"}"#.to_owned(),
        ),
        _ => return None,
    };
    let mut headers =
        vec![json!({"key": "Content-Type", "value": "application/json;charset=UTF-8"})];
    let mut item = json!({"name": format!("{name} {}", route.path)});
    if route.message().is_some() {
        headers.push(json!({"key": "Authorization", "value": "Bearer {{idToken}}"}));
    } else {
        let script = json!({"type": "text/javascript", "exec": KEEP_TOKENS});
        item["event"] = json!([{"listen": "test", "script": script}]);
    }
    item["request"] = json!({
        "method": route.method,
        "header": headers,
        "url": format!("{{{{url}}}}{}", route.path),
        "body": {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}},
    });
    Some(item)
}

/// The example of a message, asked by the institution that is set.
fn message(kind: MessageKind) -> String {
    let mut value: Value = serde_json::from_slice(&print_json(&*example(kind))).unwrap_or_default();
    let code = value.pointer_mut("/XmlMsg/MessageHeader/MedicalInstitutionCode");
    if let Some(code) = code {
        *code = json!("{{institution}}");
    }
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_collection_is_what_the_routes_say() {
        let name = "../../docs/samples/onshi.postman_collection.json";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let collection = collection(crate::routes::CENTRE);
        let printed = serde_json::to_string_pretty(&collection).unwrap() + "\n";
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &printed).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == printed, "UPDATE_EXPECT=1 prints {name} anew");
        let items = collection["item"].as_array().unwrap();
        let messages = crate::routes::programs().filter(|route| route.message().is_some());
        let messages = messages.count();
        assert_eq!(
            items.len(),
            messages + 2,
            "log-in, renewal and every message"
        );
        assert_eq!(printed.matches("{{institution}}").count(), messages);
    }
}
