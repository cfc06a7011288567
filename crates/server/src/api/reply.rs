//! Reading messages and printing answers, in the format that the sender chose.

use super::replaced::Answer;
use super::{ApiCall, Format};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::eligibility::message::Encoding;
use onshi_core::error::Problem as Wrong;
use onshi_core::{Error, Refusal, RefusalCode};
use onshi_wire::shape::Typed;
use onshi_wire::{
    Limits, Parsed, Problem, ProblemCode, Style, parse_json, parse_xml, print_json, print_xml,
};

/// Reads a message. What can't be read at all is refused, with every problem and its place.
pub fn parse<M: Typed>(call: &ApiCall, limits: &Limits) -> Result<Parsed<M>, Error> {
    let parsed = match call.format {
        Format::Json => parse_json::<M>(&call.body, limits),
        Format::Xml => parse_xml::<M>(&call.body, limits),
    };
    // Without its root it is no message that could be answered by one.
    let rooted = parsed.problems.iter().all(|p| p.code != ProblemCode::Root);
    if parsed.readable && rooted {
        return Ok(parsed);
    }
    let mut refusal = Refusal::new(RefusalCode::Unreadable);
    refusal.problems = parsed
        .problems
        .iter()
        .map(|p| Wrong::new("", p.sentence_ja()))
        .collect();
    Err(refusal.into())
}

/// The message's own error for a file with problems: the first one's code, and all in words.
pub fn told(problems: &[Problem]) -> (&'static str, String) {
    let code = problems
        .first()
        .map_or("OQSB9002E", |problem| problem.error_code().code);
    let words: Vec<String> = problems.iter().take(20).map(Problem::sentence_ja).collect();
    (code, words.join("\n"))
}

/// Prints an answer. Where the encoding does not have some of its characters, the answer itself
/// says which; the list goes to nobody else, so that nobody can leave it out.
pub fn print(call: &ApiCall, mut answer: impl Answer) -> Response {
    if call.format == Format::Json {
        let bytes = print_json(&answer);
        return crate::reply::raw(StatusCode::OK, "application/json", bytes);
    }
    let (encoding, kind) = match call.encoding() {
        Encoding::Utf8 => (onshi_wire::Encoding::Utf8, "application/xml; charset=utf-8"),
        Encoding::ShiftJis => (
            onshi_wire::Encoding::ShiftJis,
            "application/xml; charset=Shift_JIS",
        ),
    };
    let style = Style {
        encoding,
        ..Style::default()
    };
    let mut printed = print_xml(&answer, style);
    if !printed.replaced.is_empty() {
        answer.name_replaced(&printed.replaced);
        printed = print_xml(&answer, style);
    }
    crate::reply::raw(StatusCode::OK, kind, printed.bytes)
}
