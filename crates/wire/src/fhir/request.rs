//! `CoverageEligibilityRequest/$submit`: what is asked, as OQSsiquc01req.
//!
//! The person is named by the face of the card, in a contained `Patient` and `Coverage`, or by the ids of
//! resources that the institution was told before.

use super::map::back;
use super::place::get;
use super::table::{REQUEST, To};
use crate::check::value_problem;
use crate::messages::{EligibilityRequest, QualificationConfirmSearchInfo};
use crate::shape::{Block, Need, Typed, View};
use serde_json::{Value, json};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The message; without the institution, and without a card where an id names the person.
    pub message: EligibilityRequest,
    /// The institution that the request names, if it names one.
    pub institution: Option<String>,
    /// The id of a patient or a coverage that was told before: kind and id.
    pub known: Option<(&'static str, String)>,
}

/// What is wrong with it: where, and what is wanted, in Japanese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub Vec<(&'static str, String)>);

fn wrong(place: &'static str, words: &str) -> Unreadable {
    Unreadable(vec![(place, words.to_owned())])
}

/// Reads a body of JSON: a `CoverageEligibilityRequest`, or `Parameters` with one as `resource`.
pub fn request(body: &[u8]) -> Result<Asked, Unreadable> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| wrong("", "JSONとして読み取れません。"))?;
    request_of(&request_body(body)?)
}

/// The resource itself.
pub fn request_body(body: Value) -> Result<Value, Unreadable> {
    let resource = match body["resourceType"].as_str() {
        Some("Parameters") => {
            let parameters = body["parameter"].as_array();
            let found = parameters
                .into_iter()
                .flatten()
                .find(|parameter| parameter["name"] == json!("resource"));
            found.map(|parameter| parameter["resource"].clone())
        }
        _ => Some(body),
    };
    resource
        .filter(|resource| resource["resourceType"] == json!("CoverageEligibilityRequest"))
        .ok_or_else(|| {
            wrong(
                "resourceType",
                "CoverageEligibilityRequest（またはそれをresourceとするParameters）を送信してください。",
            )
        })
}

/// The contained resource that a reference names.
fn contained<'a>(request: &'a Value, kind: &str, reference: Option<&str>) -> Option<&'a Value> {
    let id = reference?.strip_prefix('#')?;
    let all = request["contained"].as_array()?;
    all.iter()
        .find(|resource| resource["resourceType"] == json!(kind) && resource["id"] == json!(id))
}

/// The id of a resource of ours that a reference names, with or without the base of the address.
fn known(kind: &'static str, reference: Option<&str>) -> Option<(&'static str, String)> {
    let (before, id) = reference?.rsplit_once('/')?;
    let of_kind = before == kind || before.ends_with(&format!("/{kind}"));
    let plain = id
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    (of_kind && plain && !id.is_empty()).then(|| (kind, id.to_owned()))
}

fn request_of(request: &Value) -> Result<Asked, Unreadable> {
    let text = |path: &str| get(request, path).and_then(Value::as_str);
    let coverage = text("insurance[0].coverage.reference");
    let patient = text("patient.reference");
    let institution = text("provider.identifier.value").map(str::to_owned);
    if request["insurance"]
        .as_array()
        .is_some_and(|all| all.len() > 1)
    {
        return Err(wrong("insurance", "資格は1件ずつ確認してください。"));
    }
    let mut root = json!({"CoverageEligibilityRequest": request});
    let card = contained(request, "Coverage", coverage);
    if let Some(card) = card {
        root["Coverage"] = card.clone();
    }
    if let Some(patient) = contained(request, "Patient", patient) {
        root["Patient"] = patient.clone();
    }
    let mut message = EligibilityRequest::default();
    back(&REQUEST, &mut message, &root);
    let search = &mut message.body.search;
    if search
        .limit_application_certificate_related_cons_flg
        .is_empty()
    {
        "0".clone_into(&mut search.limit_application_certificate_related_cons_flg);
    }
    // What is written and can't be read is wrong; the day alone may be left out.
    let day = &message.header.qualification_confirmation_date;
    if request.get("servicedDate").is_some() && day.is_empty() {
        let words = "資格確認日はYYYY-MM-DDの形で設定してください。";
        return Err(wrong("servicedDate", words));
    }
    if request.get("servicedPeriod").is_some() {
        let words = "資格確認日はservicedDateで、1日ずつ設定してください。";
        return Err(wrong("servicedPeriod", words));
    }
    let of_known = known("Coverage", coverage).or_else(|| known("Patient", patient));
    if card.is_none() {
        let Some(of_known) = of_known else {
            return Err(wrong(
                "insurance[0].coverage",
                "containedに券面の情報（CoverageとPatient）を入れて「#」で参照するか、Coverage/{id}またはPatient/{id}を指定してください。",
            ));
        };
        return Ok(Asked {
            message,
            institution,
            known: Some(of_known),
        });
    }
    let problems = problems(&message.body.search);
    match problems.is_empty() {
        true => Ok(Asked {
            message,
            institution,
            known: None,
        }),
        false => Err(Unreadable(problems)),
    }
}

/// What is wrong with what is said of the card, by the place in the request.
fn problems(search: &QualificationConfirmSearchInfo) -> Vec<(&'static str, String)> {
    let shape = QualificationConfirmSearchInfo::SHAPE;
    let mut found = Vec::new();
    for (index, field) in shape.fields.iter().enumerate() {
        let Some(To::At(path, _)) = REQUEST.find(shape.name, field.name).map(|row| row.to) else {
            continue;
        };
        let words = match search.view(index) {
            View::Text(None) if field.need == Need::Required => {
                Some(format!("{}を設定してください。", field.ja()))
            }
            View::Text(Some(text)) => value_problem(field, text),
            _ => None,
        };
        if let Some(words) = words {
            found.push((path, words));
        }
    }
    found
}
