//! Pages: what was found, so many at a time, and the way to the next.
//!
//! Where a page goes on is told as an opaque id of the last thing on the page before, bound to the token, the
//! institution and the search. Nothing is kept; another token, another search, or a record that is gone
//! means that the search begins anew.

use super::search::Search;
use super::{ApiCall, instant};
use onshi_core::{Error, Problem, Refusal, RefusalCode, Tx};
use onshi_wire::fhir::{Found, searchset};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Something that was found: by what it is told from others, and the resource with its id.
pub(super) struct Item {
    pub locator: i64,
    pub resource: Value,
}

/// What tells a resource from others: a number made of what it says, and of how many before it say the same.
pub(super) fn locator(resource: &Value, before: &mut HashSet<i64>) -> i64 {
    let mut same = 0_u32;
    loop {
        let mut hash = Sha256::new();
        hash.update(resource.to_string());
        hash.update(same.to_be_bytes());
        let digest = hash.finalize();
        let number = i64::from_be_bytes(std::array::from_fn(|i| digest[i]));
        if before.insert(number) {
            return number;
        }
        same += 1;
    }
}

/// Resources, each with what tells it from the others.
pub(super) fn numbered(resources: impl IntoIterator<Item = Value>) -> Vec<Item> {
    let mut before = HashSet::new();
    resources
        .into_iter()
        .map(|resource| {
            let locator = locator(&resource, &mut before);
            Item { locator, resource }
        })
        .collect()
}

/// To what a page is bound.
#[derive(Clone)]
pub(super) struct Binding {
    kind: String,
}

impl Binding {
    pub(super) fn of(call: &ApiCall, search: &Search) -> Result<Binding, Error> {
        let asked = call.asked()?;
        let mut hash = Sha256::new();
        for part in [&asked.kind, &asked.bound_to, &search.again] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let hash = onshi_core::entropy::hex(&hash.finalize());
        Ok(Binding {
            kind: format!("page {hash}"),
        })
    }
}

/// One page of everything that was found.
pub(super) struct Page {
    pub total: usize,
    pub items: Vec<Item>,
    /// What the next page is asked by, where there is one.
    pub next: Option<String>,
}

/// Cuts the page out that is asked for.
pub(super) fn cut(
    tx: &Tx<'_>,
    mut all: Vec<Item>,
    (search, binding): (&Search, &Binding),
) -> Result<Page, Error> {
    let total = all.len();
    let begin = match &search.page {
        None => 0,
        Some(page) => {
            let read = tx.open_opaque_id(&binding.kind, page);
            let [last, _] = read.map_err(|_| Error::from(RefusalCode::PageGone))?;
            let place = all.iter().position(|item| item.locator == last);
            place.ok_or(RefusalCode::PageGone)? + 1
        }
    };
    let end = total.min(begin + search.count);
    all.truncate(end);
    let items = all.split_off(begin.min(end));
    let next = match items.last() {
        Some(last) if end < total => Some(tx.opaque_id(&binding.kind, [last.locator, 0])?),
        _ => None,
    };
    Ok(Page { total, items, next })
}

/// The bundle of a page.
pub(super) fn bundle(
    call: &ApiCall,
    search: &Search,
    (page, remark): (Page, Option<Value>),
) -> Result<Value, Error> {
    let kind = &call.asked()?.kind;
    // What was sent in a body with a card is not put into addresses; it has one page at the most.
    let card = search.identifier.is_some();
    let query = |page: Option<&String>| {
        let mut parts = vec![search.again.clone()];
        parts.extend(page.map(|page| format!("page={page}")));
        parts.retain(|part| !part.is_empty());
        match parts.is_empty() {
            true => kind.clone(),
            false => format!("{kind}?{}", parts.join("&")),
        }
    };
    let mut links = Vec::new();
    if card {
        links.push(("self", call.address(&format!("{kind}/_search"))));
    } else {
        links.push(("self", call.address(&query(search.page.as_ref()))));
    }
    if let Some(next) = &page.next {
        links.push(("next", call.address(&query(Some(next)))));
    }
    let entries = page.items.into_iter().map(|item| {
        let id = item.resource["id"].as_str().unwrap_or("");
        (call.address(&format!("{kind}/{id}")), item.resource)
    });
    Ok(searchset(Found {
        total: page.total,
        entries: entries.collect(),
        links,
        remark,
        at: instant(call.request.now),
    }))
}

/// A search without the patient that it needs.
pub(super) fn patient_needed() -> Error {
    let words = "patientに、患者のid（Patientのid）を指定してください。";
    Refusal::invalid(vec![Problem::new("patient", words)]).into()
}
