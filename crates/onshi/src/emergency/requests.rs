//! `onshi emergency requests` and `settle`: what institutions ask to have opened.

use super::operating;
use crate::output::{Failure, Output};
use crate::serve::Tools;
use onshi_core::emergency::{self, OpeningRequest};
use onshi_language::say;
use serde_json::{Value, json};

/// Lists the requests.
pub(super) fn list(
    tools: &Tools,
    (all, limit): (bool, i64),
    output: &Output,
) -> Result<(), Failure> {
    let found = tools.service.read_and_wait(operating(tools), |tx| {
        emergency::list_requests(tx, !all, limit)
    })?;
    let told: Vec<Value> = found.iter().map(shown_request).collect();
    output.result(&told, || {
        let lines = found.iter().map(line_of_request);
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn shown_request(asked: &OpeningRequest) -> Value {
    let settled = asked.settled.as_ref();
    json!({
        "number": asked.id,
        "facility": asked.facility.as_str(),
        "name": asked.facility_name,
        "function": asked.function.code(),
        "reason": asked.reason,
        "contact": asked.contact,
        "phone": asked.phone,
        "call_back": asked.call_back,
        "requested_at": asked.requested_at.jst_table(),
        "settled": settled.map(|(at, remark)| json!({"at": at.jst_table(), "remark": remark})),
    })
}

fn line_of_request(asked: &OpeningRequest) -> String {
    let (contact, phone) = (&asked.contact, &asked.phone);
    let call_back = match &asked.call_back {
        Some(number) => say!(
            "call back {number} and ask for {contact}",
            "折り返し先 {number}（担当 {contact}）"
        ),
        None => say!(
            "NO NUMBER REGISTERED: see `onshi facility phone`; asked by {contact}, {phone}",
            "折り返し先の登録なし（`onshi facility phone` で登録）。担当 {contact}、本人の申告 {phone}"
        ),
    };
    let settled = match &asked.settled {
        Some((at, remark)) => format!("  {} {remark}", at.jst_table()),
        None => String::new(),
    };
    format!(
        "{}  {}  {} {}  {}  {}  {call_back}{settled}",
        asked.id,
        asked.requested_at.jst_table(),
        asked.facility,
        asked.facility_name,
        asked.function.label(),
        asked.reason
    )
}

/// Notes what came of a request.
pub(super) fn settle(
    tools: &Tools,
    (number, remark): (String, String),
    output: &Output,
) -> Result<(), Failure> {
    let id = number.clone();
    tools.service.change_and_wait(operating(tools), move |tx| {
        emergency::settle(tx, &id, &remark)
    })?;
    output.result(&json!({"settled": number}), || {
        say!("{number} is settled.", "{number} を対応済みとしました。")
    });
    Ok(())
}
