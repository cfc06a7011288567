//! The guide's page, in both languages: the guide, every operation with its elements and examples, every code.

use super::{operation_id, programs, xml_example};
use crate::api::guide::{self, Reader};
use crate::http::route::{ApiCall, Route};
use crate::web::api_docs::{ApiDocsPage, ApiExample, ApiOperation};
use crate::web::reply;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use onshi_core::Error;
use onshi_wire::{MessageKind, example, print_json_indented};
use std::sync::OnceLock;

/// `GET /onshi/v1/docs`.
pub async fn page(call: ApiCall) -> Result<Response, Error> {
    Ok(docs(&call, Reader::Japanese, &call.centre.api_docs))
}

/// `GET /onshi/v1/docs/en`.
pub async fn page_in_english(call: ApiCall) -> Result<Response, Error> {
    Ok(docs(
        &call,
        Reader::English,
        &call.centre.api_docs_in_english,
    ))
}

/// The guide with every operation; made once.
fn docs(call: &ApiCall, reader: Reader, kept: &OnceLock<Bytes>) -> Response {
    let html = kept.get_or_init(|| {
        let page = ApiDocsPage {
            frame: reply::plain_frame(&call.centre, None),
            english: reader == Reader::English,
            guide: guide::guide(reader),
            samples: guide::SAMPLES.to_vec(),
            message_codes: guide::to_html(reader, &guide::message_codes(reader)),
            problem_codes: guide::to_html(reader, &guide::problem_codes(reader)),
            code_lists: guide::to_html(reader, &guide::code_lists(reader)),
            operations: programs(call.routes)
                .map(|route| operation_to_read(reader, route))
                .collect(),
        };
        page.render().unwrap_or_default().into()
    });
    let (status, kind) = (StatusCode::OK, "text/html; charset=utf-8");
    reply::raw(status, kind, html.clone())
}

fn operation_to_read(reader: Reader, route: &Route) -> ApiOperation {
    let (mut fields, mut examples) = (String::new(), Vec::new());
    if let Some(kind) = route.message() {
        let [sent, answered] = match reader {
            Reader::Japanese => [
                ["要求（JSON）", "要求（XML）"],
                ["結果（JSON）", "結果（XML）"],
            ],
            Reader::English => [
                ["request, JSON", "request, XML"],
                ["answer, JSON", "answer, XML"],
            ],
        };
        for (kind, [json, xml]) in [(kind, sent), (kind.response(), answered)] {
            fields.push_str(&guide::to_html(reader, &guide::fields(reader, kind)));
            let printed = print_json_indented(&*example(kind));
            examples.extend([
                ApiExample {
                    title: json,
                    text: String::from_utf8_lossy(&printed).into_owned(),
                },
                ApiExample {
                    title: xml,
                    text: xml_example(kind),
                },
            ]);
        }
    }
    ApiOperation {
        id: operation_id(route),
        method: route.method.to_owned(),
        path: route.path.to_owned(),
        summary: route.summary.to_owned(),
        title: route.message().map_or("", MessageKind::title_ja).to_owned(),
        fields,
        examples,
    }
}
