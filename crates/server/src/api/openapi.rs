//! The description of the Web API (OpenAPI 3.1), out of the routes and the messages' own tables.

mod enrolment;
mod insurer;
mod log_in;
mod printed;
mod reader;
mod shared;
mod to_read;

pub use to_read::{page, page_in_english};

use crate::http::access::Access;
use crate::http::route::{ApiCall, Route};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::Error;
use onshi_wire::{MessageKind, example, print_xml, schema, xml_schema};
use serde_json::{Map, Value, json};

/// The routes for programs among all.
fn programs(routes: &'static [Route]) -> impl Iterator<Item = &'static Route> {
    routes.iter().filter(|route| route.kind.is_of_the_web_api())
}

/// `GET /onshi/v1/openapi.json`.
pub async fn document(call: ApiCall) -> Result<Response, Error> {
    // It is the same every time, and takes milliseconds.
    let text = call.centre.api_description.get_or_init(|| {
        let mut described = describe(call.routes);
        if let Some(url) = call.centre.messages_url() {
            tell_of_messages_alone(call.routes, &mut described, &url);
        }
        described.to_string().into()
    });
    let (status, kind) = (StatusCode::OK, "application/json");
    Ok(reply::raw(status, kind, text.clone()))
}

/// The example of a message as a file.
fn xml_example(kind: MessageKind) -> String {
    let style = onshi_wire::Style {
        indented: true,
        ..onshi_wire::Style::default()
    };
    String::from_utf8(print_xml(&*example(kind), style).bytes).unwrap_or_default()
}

/// The name of a message's schema as a file.
fn xml_name(kind: MessageKind) -> String {
    format!("{}.xml", kind.id())
}

/// A message in both forms.
fn either_form(kind: MessageKind) -> Value {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    json!({
        "application/json": {"schema": reference(kind.id())},
        "application/xml": {
            "schema": reference(&xml_name(kind)),
            "examples": {kind.id(): {"value": xml_example(kind)}},
        },
    })
}

/// The version of the API: what stands in the paths, and how often something was added since.
const API_VERSION: &str = "1.0.0";

/// A short name of an operation, good as the name of a function: of a message its own.
fn operation_id(route: &Route) -> String {
    let own = route.path.trim_start_matches('/');
    if let Some(path) = own.strip_prefix("oqs-api-pro/") {
        return path.rsplit('/').next().unwrap_or(path).to_owned();
    }
    let own = own.strip_prefix("onshi/v1/").unwrap_or(own);
    let own = own.strip_prefix("messages/").unwrap_or(own);
    own.replace(['/', '.', '-'], "_").replace(['{', '}'], "")
}

/// A message that is taken anew each time that it comes, unless it has a key.
fn takes_a_key(route: &Route) -> bool {
    let is_upload = |kind: MessageKind| kind.is_bulk() && kind.id().ends_with("01req");
    route.message().is_some_and(is_upload)
}

/// The whole document.
pub fn describe(routes: &'static [Route]) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Problem".to_owned(), problem_schema());
    for route in programs(routes) {
        if let Some(kind) = route.message() {
            schemas.entry(kind.id()).or_insert_with(|| schema(kind));
            schemas
                .entry(xml_name(kind))
                .or_insert_with(|| xml_schema(kind));
            let answer = kind.response();
            for (name, describe) in [
                (answer.id().to_owned(), schema as fn(MessageKind) -> Value),
                (xml_name(answer), xml_schema),
            ] {
                schemas.entry(name).or_insert_with(|| {
                    let mut answer = describe(answer);
                    echoing(&mut answer);
                    answer
                });
            }
        }
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(route.method.to_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Onshi Web API",
            "version": API_VERSION,
            "x-onshi": env!("CARGO_PKG_VERSION"),
            "description": "The messages of the eligibility interface as JSON (or XML), over \
                mutual TLS. Only the paths under /oqs-api-pro that end in auth and search are \
                publicly known of the real system; everything else is simulated.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": shared::share(schemas),
            "securitySchemes": {
                "idToken": {"type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "The id token of the log-in, as it is or after `Bearer `."},
                "terminalCertificate": {"type": "mutualTLS"},
                "enrolmentCode": {"type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "`Enrolment ` and the code that was handed over."},
                "insurerCertificate": {"type": "mutualTLS",
                    "description": "A certificate issued to an insurer, bound to its numbers."},
            },
        },
    })
}

/// Messages have a second address, where the token alone is shown.
fn tell_of_messages_alone(routes: &'static [Route], described: &mut Value, url: &str) {
    for route in programs(routes).filter(|route| route.message().is_some()) {
        let method = route.method.to_lowercase();
        let Some(operation) = described["paths"][route.path][&method].as_object_mut() else {
            continue;
        };
        let words = "For programs that show a token and no certificate; the log-in stays at the \
            other address. Only from networks that the centre and the institution allow, and only \
            for the first minutes after the log-in.";
        operation.insert(
            "servers".to_owned(),
            json!([{"url": "/"}, {"url": url, "description": words}]),
        );
        let alone = json!({"idToken": []});
        if let Some(ways) = operation.get_mut("security").and_then(Value::as_array_mut) {
            ways.push(alone);
        }
    }
}

/// What an answer repeats of the request.
const ECHOED: [&str; 5] = [
    "MedicalInstitutionCode",
    "ArbitraryFileIdentifier",
    "ReceptionNumber",
    "QualificationConfirmSearchInfo",
    "ReferenceNumberRegistrationInfo",
];

/// An answer repeats what was sent also where just that was wrong, or absent, which is why it was
/// refused: nothing more can be promised of it than that it is text.
fn echoing(schema: &mut Value) {
    if let Some(items) = schema.get_mut("items") {
        echoing(items);
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties {
            if ECHOED.contains(&name.as_str()) {
                as_sent(property);
            } else {
                echoing(property);
            }
        }
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !ECHOED.iter().any(|echoed| name == echoed));
    }
}

fn as_sent(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    for promise in ["pattern", "maxLength", "enum", "required"] {
        object.remove(promise);
    }
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(as_sent);
    }
    if let Some(Value::String(description)) = object.get_mut("description") {
        description.push_str(" As it was sent.");
    }
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457, with the stable code of the refusal.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"},
            "status": {"type": "integer"}, "detail": {"type": "string"},
            "instance": {"type": "string"}, "code": {"type": "string"},
            "msg": {"type": "string"}, "until": {"type": "string"},
            "problems": {"type": "array", "items": {"type": "object"}},
        },
    })
}

/// What a route answers, by status.
fn responses(route: &Route) -> Map<String, Value> {
    let problem = json!({
        "description": "RFC 9457",
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    let ok = match (route.message(), route.access) {
        (Some(kind), _) => printed::with_document(kind, either_form(kind.response())),
        (None, Access::Terminal(_) | Access::Enrolment(_)) => {
            let schema = match route.path.ends_with("/activation") {
                true => log_in::activated(),
                false => enrolment::answer(route.path).unwrap_or_else(log_in::tokens),
            };
            json!({"application/json": {"schema": schema}})
        }
        (None, Access::Insurer(_)) => {
            json!({"application/json": {"schema": insurer::answer(route)}})
        }
        (None, Access::Token(_)) => reader::answer(route),
        (None, _) if route.path.ends_with(".json") => {
            json!({"application/json": {"schema": {"type": "object"}}})
        }
        (None, _) => json!({"text/html": {"schema": {"type": "string"}}}),
    };
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({"description": "Done", "content": ok}),
    );
    let refused: &[&str] = match route.access {
        Access::Open(_) => &["403"],
        Access::Terminal(_) => &["400", "401", "403", "413", "422", "429", "500", "503"],
        Access::Insurer(_) => &["400", "403", "404", "409", "422", "500", "503"],
        Access::Enrolment(_) => &["400", "403", "409", "413", "429", "500", "503"],
        _ => &["400", "401", "403", "413", "422", "500", "503"],
    };
    let other_content: &[&str] = if route.method == "POST" {
        &["415"]
    } else {
        &[]
    };
    for status in refused.iter().chain(other_content) {
        responses.insert((*status).to_owned(), problem.clone());
    }
    responses
}

/// What is sent to a route, where something is.
fn body(route: &Route) -> Option<Value> {
    let json_only = |schema: Value| json!({"application/json": {"schema": schema}});
    match (route.message(), route.path) {
        (Some(kind), _) => Some(either_form(kind)),
        (None, path) if path.ends_with("/auth") => Some(json_only(log_in::credentials())),
        (None, path) if path.ends_with("/refresh") => Some(json_only(log_in::refresh())),
        (None, path) if path.ends_with("/activation") => Some(json_only(log_in::activation())),
        (None, path) if !matches!(route.access, Access::Token(_)) && enrolment::is_here(path) => {
            Some(json_only(enrolment::request(path)))
        }
        (None, path) if matches!(route.access, Access::Token(_)) => {
            Some(json_only(reader::request(path)))
        }
        _ => None,
    }
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "responses": responses(route),
    });
    if let (Some(going), Some(object)) = (route.deprecation, operation.as_object_mut()) {
        object.insert("deprecated".to_owned(), json!(true));
        let words = format!(
            "It will go: use {}. The headers Deprecation and Sunset say when.",
            going.instead
        );
        object.insert("description".to_owned(), json!(words));
    }
    if let (Some(content), Some(object)) = (body(route), operation.as_object_mut()) {
        object.insert(
            "requestBody".to_owned(),
            json!({"required": true, "content": content}),
        );
    }
    let security = match route.access {
        Access::Token(_) => json!([{"idToken": [], "terminalCertificate": []}]),
        Access::TokenAlone(_) => json!([{"idToken": []}]),
        Access::Terminal(_) => json!([{"terminalCertificate": []}]),
        Access::Insurer(_) => json!([{"insurerCertificate": []}]),
        Access::Enrolment(_) => json!([{"enrolmentCode": []}]),
        _ => json!([]),
    };
    if let Some(object) = operation.as_object_mut() {
        object.insert("security".to_owned(), security);
        if matches!(route.access, Access::Insurer(_)) {
            insurer::describe(route, object);
        }
        reader::describe(route, object);
        if takes_a_key(route) {
            let key = json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "What the sender calls this request. The same content under the same key is \
                    answered with the first reception number; another content is a 422.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
            });
            object.insert("parameters".to_owned(), json!([key]));
        }
    }
    operation
}

#[cfg(test)]
mod tests;
