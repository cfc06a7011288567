//! An answer as it came, and what makes it a good one or a refusal.

use onshi_language::{Language, say, spoken};
use onshi_wire::{Encoding, Limits, MessageKind, parse_json_into, parse_xml_into};
use onshi_wire::{Problem, print_json};
use serde_json::{Value, json};

use super::Form;
use super::expect::{Extent, compare};
use super::report::{Difference, Flaw};
use super::spelling;

/// What came of a request.
#[derive(Debug)]
pub(super) enum Reply {
    /// A message.
    Message {
        bytes: Vec<u8>,
        /// The character set that was said beside it.
        charset: Option<String>,
    },
    /// A no that is no message: an HTTP status of the four hundreds, or an `.err`.
    Refused {
        /// The status; nothing for an `.err`.
        status: Option<u16>,
        words: String,
    },
    /// Nothing that may come: silence, a fault, another kind of content.
    Broken(String),
}

/// What was read out of a message.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) value: Value,
    pub(super) encoding: Encoding,
    /// The identifier as it is spelt in the XML.
    pub(super) spelt: Option<String>,
}

impl Told {
    /// A text of the header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.value["XmlMsg"]["MessageHeader"][name].as_str()
    }

    fn body(&self, name: &str) -> Option<&str> {
        self.value["XmlMsg"]["MessageBody"][name].as_str()
    }

    /// A text of this name, wherever it stands first.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.header(name).or_else(|| self.body(name))
    }

    /// The answers to the rows of a bulk request.
    fn rows(&self) -> impl Iterator<Item = &Value> {
        let body = &self.value["XmlMsg"]["MessageBody"];
        ["BulkConfirmUnit", "BulkRegistrationUnit"]
            .into_iter()
            .filter_map(|name| body[name].as_array())
            .flatten()
    }

    /// Whether a row was refused, and says why.
    pub(super) fn refuses_a_row(&self) -> bool {
        self.rows().any(|row| {
            row["ProcessingResultStatus"] == "2"
                && (row["ProcessingResultCode"].is_string()
                    || row["ProcessingResultMessage"].is_string())
        })
    }

    /// The code and the words with which the message refuses as a whole.
    pub(super) fn refusal(&self) -> Option<String> {
        let refuses = self.header("SegmentOfResult") == Some("9");
        let said = ["ErrorCode", "ErrorMessage"].map(|name| self.find(name));
        let said: Vec<&str> = said.into_iter().flatten().collect();
        (refuses && !said.is_empty()).then(|| said.join(" "))
    }

    /// Whether the message refuses, and says why.
    pub(super) fn refuses(&self) -> bool {
        let said = |names: [&str; 2]| names.into_iter().any(|name| self.find(name).is_some());
        if let Some(code) = self.header("ResultCode") {
            return code != "1" && said(["MessageContents", "ErrorMessage"]);
        }
        let refused = self.header("SegmentOfResult") == Some("9")
            || self.body("ProcessingResultStatus") == Some("2");
        refused
            && (said(["ErrorCode", "ErrorMessage"])
                || said(["ProcessingResultCode", "ProcessingResultMessage"]))
    }
}

impl Reply {
    /// What came, as far as it is kept here.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Reply::Message { bytes, .. } => bytes,
            Reply::Refused { words, .. } | Reply::Broken(words) => words.as_bytes(),
        }
    }

    /// Reads a message of this kind, which must be right in itself.
    pub(super) fn read(&self, kind: MessageKind, form: Form) -> Result<Told, Flaw> {
        self.read_as(kind, form, true)
    }

    /// Reads a message of this kind, whatever its values are.
    pub(super) fn read_leniently(&self, kind: MessageKind, form: Form) -> Result<Told, Flaw> {
        self.read_as(kind, form, false)
    }

    fn read_as(&self, kind: MessageKind, form: Form, right: bool) -> Result<Told, Flaw> {
        let (bytes, charset) = match self {
            Reply::Message { bytes, charset } => (bytes, charset),
            Reply::Refused { words, .. } => {
                return Err(Flaw::words(say!(
                    "it was refused: {words}",
                    "拒否されました: {words}"
                )));
            }
            Reply::Broken(words) => return Err(Flaw::words(words.clone())),
        };
        let mut message = kind.empty();
        let parsed = match form {
            Form::Xml => parse_xml_into(&mut *message, bytes, &Limits::BULK),
            Form::Json => parse_json_into(&mut *message, bytes, &Limits::BULK),
        };
        // What was wrong in a row of a request comes back with it.
        let own = |problem: &&Problem| {
            let echoed = ["SearchInfo/", "RegistrationInfo/"];
            right && !echoed.iter().any(|block| problem.element.contains(block))
        };
        let unreadable = parsed.problems.first().filter(|_| !parsed.readable);
        if let Some(problem) = unreadable.or_else(|| parsed.problems.iter().find(own)) {
            let id = kind.id();
            let cause = say!(
                "the answer is no right {id}",
                "{id} として正しい答えではありません"
            );
            return Err(Flaw::detailed(cause, &in_words(problem)));
        }
        if let Some(charset) = charset
            && Encoding::from_name(charset) != Some(parsed.encoding)
        {
            let name = parsed.encoding.name();
            return Err(Flaw::words(say!(
                "the answer is {name}, but its content type says {charset}",
                "答えは {name} ですが、Content-Type は {charset} です。"
            )));
        }
        let value = serde_json::from_slice(&print_json(&*message)).map_err(|_| {
            Flaw::words(say!(
                "the answer could not be compared",
                "答えを比べられません。"
            ))
        })?;
        let xml = (form == Form::Xml).then_some(bytes);
        Ok(Told {
            value,
            encoding: parsed.encoding,
            spelt: xml.and_then(|bytes| spelling::of(bytes, parsed.encoding)),
        })
    }

    /// Whether a request that is wrong in itself was refused for it.
    pub(super) fn refuses_the_message(&self) -> Result<bool, Flaw> {
        match self {
            Reply::Refused { status, .. } if is_about_the_message(*status) => Ok(true),
            Reply::Refused { words, .. } => Err(Flaw::words(say!(
                "it was refused, though not for what is wrong with it: {words}",
                "拒否されましたが、理由がその誤りではありません: {words}"
            ))),
            Reply::Broken(words) => Err(Flaw::words(words.clone())),
            Reply::Message { .. } => Ok(false),
        }
    }
}

/// The statuses that say that a message is wrong, not its sender.
fn is_about_the_message(status: Option<u16>) -> bool {
    status.is_none_or(|status| matches!(status, 400 | 413 | 415 | 422))
}

/// Holds an answer against what is expected, and against how the identifier was spelt. Where a
/// message refuses, any other no will do.
pub(super) fn judge(
    (kind, form): (MessageKind, Form),
    answer: &Reply,
    (expected, extent): (&Value, Extent),
    spelt: Option<&str>,
) -> Result<Option<Told>, Flaw> {
    let header = &expected["XmlMsg"]["MessageHeader"];
    let refusal = header["SegmentOfResult"] == "9" || header["ResultCode"] == "{not 1}";
    if refusal && matches!(answer, Reply::Refused { .. }) {
        return Ok(None);
    }
    let told = answer.read(kind.response(), form)?;
    let mut differences: Vec<Difference> = compare(expected, &told.value, told.encoding, extent);
    if differences.is_empty() {
        differences.extend(spelling::difference(
            spelt,
            told.spelt.as_deref(),
            told.encoding,
        ));
    }
    if differences.is_empty() {
        Ok(Some(told))
    } else {
        let refusal = told.refusal().filter(|_| !refusal);
        Err(Flaw::differences(differences, refusal.as_deref()))
    }
}

/// What every answer to a right request of this kind has, whoever is insured where.
pub(super) fn frame(kind: MessageKind, request: &Value) -> Value {
    let (header, body) = (
        &request["XmlMsg"]["MessageHeader"],
        &request["XmlMsg"]["MessageBody"],
    );
    let echo = |value: &Value| match value.as_str() {
        Some(text) => json!(text),
        None => json!("{absent}"),
    };
    let perhaps = |value: &Value| match value.as_str() {
        Some(text) => json!(format!("{{{text}?}}")),
        None => json!("{absent}"),
    };
    let code = &header["MedicalInstitutionCode"];
    let identifier = &header["ArbitraryFileIdentifier"];
    // A message needs no line here: which of these elements its answer has is read off its table.
    let shape = kind.response().shape();
    let has = |path: [&str; 2]| shape.kind(&path).is_some();
    if has(["MessageHeader", "ResultCode"]) {
        return json!({"XmlMsg": {"MessageHeader": {
            "MedicalInstitutionCode": perhaps(code),
            "ArbitraryFileIdentifier": perhaps(identifier),
            "ResultCode": "{any}",
        }}});
    }
    if body["ReceptionNumber"].is_string() {
        // The number is an example, and so nobody's.
        return json!({"XmlMsg": {"MessageHeader": {
            "ProcessExecutionTime": "{time}",
            "MedicalInstitutionCode": echo(code),
            "ReceptionNumber": perhaps(&body["ReceptionNumber"]),
            "SegmentOfResult": "9",
            "CharacterCodeIdentifier": "{encoding}",
        }}});
    }
    let mut told = json!({
        "ProcessExecutionTime": "{time}",
        "MedicalInstitutionCode": echo(code),
        "ArbitraryFileIdentifier": echo(identifier),
        "SegmentOfResult": "1",
        "CharacterCodeIdentifier": "{encoding}",
    });
    if kind.is_bulk() {
        told["SegmentOfResult"] = json!("{1?}");
        return json!({"XmlMsg": {
            "MessageHeader": told,
            "MessageBody": {"ReceptionNumber": "{any}"},
        }});
    }
    if kind == MessageKind::EmergencyCheckRequest {
        // Whether who asks is a hospital, and who looks may, is not the vector's to know.
        told["SegmentOfResult"] = json!("{any}");
    }
    if has(["MessageHeader", "QualificationConfirmationDate"]) {
        told["QualificationConfirmationDate"] = echo(&header["QualificationConfirmationDate"]);
    }
    if has(["MessageHeader", "ReferenceClassification"]) {
        told["ReferenceClassification"] = json!("2");
    }
    // Of whom is visited at home nothing is told without a consent.
    let is_check = kind == MessageKind::EligibilityRequest;
    let mut answered = json!({ "ProcessingResultStatus": if is_check { "1" } else { "{any}" } });
    if is_check {
        answered["QualificationValidity"] = json!("{any}");
    }
    // What is asked comes back with the answer.
    for (name, asked) in body.as_object().into_iter().flatten() {
        if has(["MessageBody", name]) {
            answered[name] = asked.clone();
        }
    }
    json!({"XmlMsg": {"MessageHeader": told, "MessageBody": answered}})
}

fn in_words(problem: &Problem) -> String {
    match spoken() {
        Language::English => problem.to_string(),
        Language::Japanese => problem.sentence_ja(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(header: Value, body: Value) -> Told {
        Told {
            value: json!({"XmlMsg": {"MessageHeader": header, "MessageBody": body}}),
            encoding: Encoding::Utf8,
            spelt: None,
        }
    }

    #[test]
    fn a_refusal_says_no_and_why() {
        let code = json!({"SegmentOfResult": "9", "ErrorCode": "X"});
        assert!(message(code, json!({})).refuses());
        let silent = json!({"SegmentOfResult": "9"});
        assert!(!message(silent, json!({})).refuses());
        let done = json!({"SegmentOfResult": "1", "ErrorCode": "X"});
        assert!(!message(done, json!({})).refuses());
        let body = json!({"ProcessingResultStatus": "2", "ProcessingResultMessage": "誤り"});
        assert!(message(json!({"SegmentOfResult": "1"}), body).refuses());
        let medicines = json!({"ResultCode": "9", "MessageContents": "同意なし"});
        assert!(message(medicines, json!({})).refuses());
        let medicines = json!({"ResultCode": "1", "MessageContents": "同意なし"});
        assert!(!message(medicines, json!({})).refuses());
    }

    #[test]
    fn only_a_no_to_the_message_is_one() {
        let refused = |status| Reply::Refused {
            status,
            words: String::new(),
        };
        for status in [None, Some(400), Some(422)] {
            assert!(matches!(refused(status).refuses_the_message(), Ok(true)));
        }
        for status in [Some(403), Some(404)] {
            assert!(refused(status).refuses_the_message().is_err());
        }
        let broken = Reply::Broken("500".to_owned());
        assert!(broken.refuses_the_message().is_err());
    }
}
