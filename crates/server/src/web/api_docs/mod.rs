//! The page of the Web API, for makers of receipt computers and EHRs.

use crate::web::layout::frame::PlainFrame;
use crate::web::layout::sample::{Sample, plain};
use askama::Template;

/// Web API の説明: every operation with its fields and examples.
#[derive(Clone, Debug, Template)]
#[template(path = "api_docs/api_docs.html")]
pub struct ApiDocsPage {
    /// The surroundings.
    pub frame: PlainFrame,
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
    /// The message's fields, as a text table.
    pub fields: String,
    /// A request.
    pub request_example: String,
    /// Its answer.
    pub response_example: String,
}

impl Sample for ApiDocsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let operation = ApiOperation {
            id: "onshi_v1_messages_OQSsiquc01".to_owned(),
            method: "POST".to_owned(),
            path: "/onshi/v1/messages/OQSsiquc01".to_owned(),
            summary: "Check eligibility by card face".to_owned(),
            title: "資格確認要求".to_owned(),
            fields: "| element | ja |\n|---|---|\n| InsurerNumber | 保険者番号 |".to_owned(),
            request_example: "<XmlMsg></XmlMsg>".to_owned(),
            response_example: "<XmlMsg></XmlMsg>".to_owned(),
        };
        vec![(
            "all",
            ApiDocsPage {
                frame: plain(),
                operations: vec![operation],
            },
        )]
    }
}
