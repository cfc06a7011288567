//! The page of the Web API, for makers of receipt computers and EHRs.

use crate::web::layout::frame::PlainFrame;
use crate::web::layout::sample::{Sample, plain};
use askama::Template;

/// Web API の説明: the guide, every operation with its elements and examples, every code.
#[derive(Clone, Debug, Template)]
#[template(path = "api_docs/api_docs.html")]
pub struct ApiDocsPage {
    /// The surroundings.
    pub frame: PlainFrame,
    /// Whether it is read in English.
    pub english: bool,
    /// The guide as HTML.
    pub guide: String,
    /// The samples: name and text.
    pub samples: Vec<(&'static str, &'static str)>,
    /// The codes of messages, as HTML.
    pub message_codes: String,
    /// The codes of refusals by HTTP, as HTML.
    pub problem_codes: String,
    /// The code lists, as HTML.
    pub code_lists: String,
    /// Every operation, in the order of the routes.
    pub operations: Vec<ApiOperation>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct ApiOperation {
    /// The anchor.
    pub id: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The path.
    pub path: String,
    /// What it is for.
    pub summary: String,
    /// The message's Japanese name.
    pub title: String,
    /// The elements of the request and of its answer, as HTML.
    pub fields: String,
    /// A request as JSON and as XML, and its answer likewise.
    pub examples: Vec<ApiExample>,
}

/// A message as an example.
#[derive(Clone, Debug)]
pub struct ApiExample {
    /// What it is.
    pub title: &'static str,
    /// Its text.
    pub text: String,
}

impl Sample for ApiDocsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let operation = ApiOperation {
            id: "OQSsiquc01".to_owned(),
            method: "POST".to_owned(),
            path: "/onshi/v1/messages/OQSsiquc01".to_owned(),
            summary: "Check eligibility by card face".to_owned(),
            title: "資格確認要求".to_owned(),
            fields: "<table><thead><tr><th>要素</th><th>項目</th></tr></thead>\
                     <tbody><tr><td>InsurerNumber</td><td>保険者番号</td></tr></tbody></table>"
                .to_owned(),
            examples: vec![ApiExample {
                title: "要求（XML）",
                text: "<XmlMsg></XmlMsg>".to_owned(),
            }],
        };
        let codes = "<table><thead><tr><th>コード</th><th>意味</th></tr></thead>\
                     <tbody><tr><td>OQSB9001E</td><td>必須項目</td></tr></tbody></table>";
        vec![(
            "all",
            ApiDocsPage {
                frame: plain(),
                english: false,
                guide: "<h2>全体の流れ</h2><p>ログインして、送信します。</p>".to_owned(),
                samples: vec![("check.sh", "curl …")],
                message_codes: codes.to_owned(),
                problem_codes: codes.to_owned(),
                code_lists: format!("<h3>OQSCD001</h3>{codes}"),
                operations: vec![operation],
            },
        )]
    }
}
