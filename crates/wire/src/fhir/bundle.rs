//! Bundles: what a search found, page by page.

use serde_json::{Value, json};

/// One page of what a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How many there are on all pages.
    pub total: usize,
    /// The resources of this page, with their addresses.
    pub entries: Vec<(String, Value)>,
    /// The addresses of this page and of others, by their relation.
    pub links: Vec<(&'static str, String)>,
    /// What there is to be said of it, as an `OperationOutcome`.
    pub remark: Option<Value>,
    /// When it was looked for (`instant`).
    pub at: String,
}

/// A page of a search.
pub fn searchset(found: Found) -> Value {
    let mut entries: Vec<Value> = found
        .entries
        .into_iter()
        .map(|(url, resource)| {
            json!({"fullUrl": url, "resource": resource, "search": {"mode": "match"}})
        })
        .collect();
    if let Some(remark) = found.remark {
        entries.push(json!({"resource": remark, "search": {"mode": "outcome"}}));
    }
    let links: Vec<Value> = found
        .links
        .iter()
        .map(|(relation, url)| json!({"relation": relation, "url": url}))
        .collect();
    let mut bundle = json!({
        "resourceType": "Bundle",
        "meta": {"lastUpdated": found.at},
        "type": "searchset",
        "total": found.total,
        "link": links,
    });
    if !entries.is_empty() {
        bundle["entry"] = json!(entries);
    }
    bundle
}

/// Resources that were put together by nobody's search.
pub fn collection(at: &str, resources: Vec<Value>) -> Value {
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| json!({"resource": resource}))
        .collect();
    let mut bundle = json!({"resourceType": "Bundle", "type": "collection", "timestamp": at});
    if !entries.is_empty() {
        bundle["entry"] = json!(entries);
    }
    bundle
}
