//! Reading messages and printing answers, in the format that the sender chose.

use super::{ApiCall, Format};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::eligibility::message::Encoding;
use onshi_core::error::Problem as Wrong;
use onshi_core::{Error, Refusal, RefusalCode};
use onshi_wire::shape::Typed;
use onshi_wire::{
    Block, Limits, Parsed, Problem, ProblemCode, Replaced, Style, parse_json, parse_xml,
    print_json, print_xml,
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

/// Prints an answer, and says which characters the encoding does not have.
pub fn print(call: &ApiCall, message: &dyn Block) -> (Response, Vec<Replaced>) {
    match call.format {
        Format::Json => {
            let bytes = print_json(message);
            (
                crate::reply::raw(StatusCode::OK, "application/json", bytes),
                Vec::new(),
            )
        }
        Format::Xml => {
            let encoding = match call.encoding() {
                Encoding::Utf8 => onshi_wire::Encoding::Utf8,
                Encoding::ShiftJis => onshi_wire::Encoding::ShiftJis,
            };
            let printed = print_xml(
                message,
                Style {
                    encoding,
                    ..Style::default()
                },
            );
            let kind = match call.encoding() {
                Encoding::Utf8 => "application/xml; charset=utf-8",
                Encoding::ShiftJis => "application/xml; charset=Shift_JIS",
            };
            (
                crate::reply::raw(StatusCode::OK, kind, printed.bytes),
                printed.replaced,
            )
        }
    }
}

/// Which characters were replaced, in words: never a bare mark without its reason.
pub fn replaced_words(replaced: &[Replaced]) -> String {
    let mut words = onshi_wire::error_codes::REPLACED.text_ja.to_owned();
    for one in replaced.iter().take(20) {
        let element = one.element.rsplit('/').next().unwrap_or(&one.element);
        words.push_str(&format!("（{element}: U+{:04X}）", one.code_point));
    }
    words
}
