//! What came to the demo's Web API and what was answered (要求と結果の記録), for the institution's own vendor to read. It is kept in
//! memory, the newest of it, and has no password, token or code.

use axum::http::{HeaderMap, header};
use onshi_core::Moment;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

/// How many requests are kept.
const ENTRIES_MAX: usize = 1000;
/// How many bytes of them.
const BYTES_MAX: usize = 32 << 20;
/// How much of a message is shown.
pub(super) const SHOWN_BYTES_MAX: usize = 256 << 10;
/// How many tokens are remembered, by which programs without a certificate are known.
const TOKENS_MAX: usize = 10_000;

/// What stands in the place of a secret.
const LEFT_OUT: &str = "[left out]";
/// Members of JSON that are secrets wherever they stand.
const SECRETS: [&str; 7] = [
    "password",
    "currentPassword",
    "newPassword",
    "secretNumber",
    "idToken",
    "accessToken",
    "refreshToken",
];
/// Members that are secrets in what is sent to these paths.
const SECRETS_THERE: [(&str, &str); 1] = [("/activation", "code")];
/// The headers that are shown.
const HEADERS: [&str; 9] = [
    "content-type",
    "accept",
    "idempotency-key",
    "reader-certificate",
    "retry-after",
    "location",
    "www-authenticate",
    "deprecation",
    "sunset",
];

/// The newest requests with their answers.
#[derive(Default)]
pub(super) struct Record {
    entries: VecDeque<Entry>,
    bytes: usize,
    newest: u64,
    /// Whose token it is, by its digest.
    tokens: HashMap<[u8; 32], String>,
}

struct Entry {
    holder: Option<String>,
    value: Value,
    bytes: usize,
}

/// One side of an exchange.
pub(super) struct Side<'a> {
    pub(super) headers: &'a HeaderMap,
    /// As much of it as is shown.
    pub(super) body: &'a [u8],
    /// How long it is.
    pub(super) bytes: usize,
}

/// A request, as far as it has no secret.
pub(super) struct Exchange<'a> {
    pub(super) at: Moment,
    pub(super) holder: Option<String>,
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) sent: Side<'a>,
    pub(super) status: u16,
    pub(super) answered: Side<'a>,
    pub(super) milliseconds: u64,
    pub(super) faults: Vec<&'static str>,
}

impl Record {
    /// Whose request it is that shows a token and no certificate.
    pub(super) fn holder_of(&self, headers: &HeaderMap) -> Option<String> {
        let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let token = shown.strip_prefix("Bearer ").unwrap_or(shown);
        self.tokens.get(&digest(token)).cloned()
    }

    /// Writes one down.
    pub(super) fn write(&mut self, exchange: &Exchange<'_>) {
        if let Some(holder) = &exchange.holder {
            self.remember_tokens(holder, exchange);
        }
        self.newest += 1;
        let path = exchange.target.split('?').next().unwrap_or_default();
        let value = json!({
            "number": self.newest,
            "at": exchange.at.jst_table(),
            "institution": exchange.holder,
            "method": exchange.method,
            "path": exchange.target,
            "request": shown(path, &exchange.sent),
            "status": exchange.status,
            "answer": shown("", &exchange.answered),
            "milliseconds": exchange.milliseconds,
            "faults": exchange.faults,
        });
        let bytes = exchange.sent.body.len() + exchange.answered.body.len() + 512;
        self.bytes += bytes;
        self.entries.push_back(Entry {
            holder: exchange.holder.clone(),
            value,
            bytes,
        });
        while self.entries.len() > ENTRIES_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes;
        }
    }

    /// Those of an institution behind this number, the oldest first.
    pub(super) fn read(&self, holder: &str, after: u64) -> Vec<Value> {
        let is_asked_for = |entry: &&Entry| {
            let number = entry.value["number"].as_u64().unwrap_or_default();
            entry.holder.as_deref() == Some(holder) && number > after
        };
        let found = self.entries.iter().filter(is_asked_for);
        found.map(|entry| entry.value.clone()).collect()
    }

    fn remember_tokens(&mut self, holder: &str, exchange: &Exchange<'_>) {
        let is_log_in = ["/auth", "/refresh"].iter();
        if !is_log_in.clone().any(|end| exchange.target.ends_with(end)) {
            return;
        }
        let told: Value = serde_json::from_slice(exchange.answered.body).unwrap_or_default();
        for name in ["idToken", "accessToken"] {
            let Some(token) = told["result"][name].as_str() else {
                continue;
            };
            if self.tokens.len() >= TOKENS_MAX {
                self.tokens.clear();
            }
            self.tokens.insert(digest(token), holder.to_owned());
        }
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Headers and content of one side, without secrets.
fn shown(path: &str, side: &Side<'_>) -> Value {
    let mut headers = Map::new();
    for name in HEADERS {
        if let Some(value) = side.headers.get(name) {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.insert(name.to_owned(), json!(value));
        }
    }
    if side.headers.contains_key(header::AUTHORIZATION) {
        headers.insert("authorization".to_owned(), json!(LEFT_OUT));
    }
    json!({"headers": headers, "bytes": side.bytes, "body": content(path, side)})
}

fn content(path: &str, side: &Side<'_>) -> Value {
    let kind = side.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if side.body.is_empty() {
        return Value::Null;
    }
    if side.bytes > side.body.len() {
        return json!(format!("[{} bytes, too many to show]", side.bytes));
    }
    if kind.contains("json") && !kind.contains("ndjson") {
        return match serde_json::from_slice::<Value>(side.body) {
            Ok(mut value) => {
                leave_out(path, &mut value);
                value
            }
            // What can't be read may have anything in it.
            Err(error) => json!(format!("[{} bytes, no JSON: {error}]", side.bytes)),
        };
    }
    if kind.contains("xml") {
        let text = String::from_utf8(side.body.to_vec());
        let text = text.unwrap_or_else(|_| encoding_rs::SHIFT_JIS.decode(side.body).0.into_owned());
        return json!(text);
    }
    json!(format!("[{} bytes of {kind}]", side.bytes))
}

fn leave_out(path: &str, value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let there = SECRETS_THERE.iter();
                let mut there = there.filter(|(end, _)| path.ends_with(end));
                if SECRETS.contains(&name.as_str()) || there.any(|(_, secret)| secret == name) {
                    *value = json!(LEFT_OUT);
                } else {
                    leave_out(path, value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| leave_out(path, item)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(names: &[(&'static str, &'static str)]) -> HeaderMap {
        let each = names.iter();
        each.map(|&(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        })
        .collect()
    }

    fn write(record: &mut Record, target: &str, holder: Option<&str>, bodies: [&str; 2]) {
        let [sent, answered] = bodies;
        let json = headers(&[
            ("content-type", "application/json"),
            ("authorization", "Bearer secret-token"),
        ]);
        record.write(&Exchange {
            at: Moment::from_ms(0),
            holder: holder.map(str::to_owned),
            method: "POST",
            target,
            sent: Side {
                headers: &json,
                body: sent.as_bytes(),
                bytes: sent.len(),
            },
            status: 200,
            answered: Side {
                headers: &json,
                body: answered.as_bytes(),
                bytes: answered.len(),
            },
            milliseconds: 1,
            faults: Vec::new(),
        });
    }

    #[test]
    fn no_password_token_or_code_is_written_down() {
        let mut record = Record::default();
        let sent = r#"{"userId": "WebApi01", "password": "secret-word"}"#;
        let told = r#"{"result": {"idToken": "secret-token", "refreshToken": "secret-two", "expiresIn": 3600}}"#;
        write(&mut record, "/x/auth", Some("1319990014"), [sent, told]);
        let sent = r#"{"userId": "WebApi01", "code": "secret-code", "password": "secret-word"}"#;
        let told = r#"{"code": "login.locked"}"#;
        write(
            &mut record,
            "/onshi/v1/activation",
            Some("1319990014"),
            [sent, told],
        );
        write(
            &mut record,
            "/x/auth",
            Some("1319990014"),
            ["{\"password\": \"secret", "{}"],
        );
        let read = json!(record.read("1319990014", 0)).to_string();
        assert!(!read.contains("secret"), "{read}");
        assert!(
            read.contains("login.locked") && read.contains("3600"),
            "{read}"
        );
        assert_eq!(record.read("1319990014", 2).len(), 1);
    }

    #[test]
    fn an_institution_reads_its_own_also_where_it_shows_a_token_alone() {
        let mut record = Record::default();
        let told = r#"{"result": {"idToken": "secret-token"}}"#;
        write(&mut record, "/x/auth", Some("1319990014"), ["{}", told]);
        let headers = headers(&[("authorization", "Bearer secret-token")]);
        let holder = record.holder_of(&headers);
        assert_eq!(holder.as_deref(), Some("1319990014"));
        write(&mut record, "/m", holder.as_deref(), ["{}", "{}"]);
        write(&mut record, "/m", Some("2749990028"), ["{}", "{}"]);
        write(&mut record, "/m", None, ["{}", "{}"]);
        assert_eq!(record.read("1319990014", 0).len(), 2);
        assert_eq!(record.read("2749990028", 0).len(), 1);
    }
}
