//! Reading messages and printing answers, in the format that the sender chose.

use super::replaced::Answer;
use super::{ApiCall, Format};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::eligibility::message::Encoding;
use onshi_core::error::Problem as Wrong;
use onshi_core::{Error, Refusal, RefusalCode};
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::shape::Typed;
use onshi_wire::{
    Limits, Parsed, Problem, ProblemCode, Style, parse_json, parse_xml, print_json, print_xml,
};

/// What is read and printed in well under a millisecond, in bytes. More is work for the pool.
const SMALL_BYTES: usize = 8 * 1024;

/// Reads a message, a large one beside the sockets. What can't be read at all is refused, with
/// every problem and its place.
pub async fn parse<M: Typed + Send + 'static>(
    call: &ApiCall,
    limits: &'static Limits,
) -> Result<Parsed<M>, Error> {
    if call.body.len() <= SMALL_BYTES {
        return read(call.format, &call.body, limits);
    }
    let (format, body) = (call.format, call.body.clone());
    call.beside(move || read(format, &body, limits)).await?
}

fn read<M: Typed>(format: Format, body: &[u8], limits: &Limits) -> Result<Parsed<M>, Error> {
    let parsed = match format {
        Format::Json => parse_json::<M>(body, limits),
        Format::Xml => parse_xml::<M>(body, limits),
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

/// Prints an answer.
pub fn print(call: &ApiCall, answer: impl Answer) -> Response {
    Form::of(call).print(answer).into_response()
}

/// How an answer is to be printed.
#[derive(Clone, Copy)]
pub struct Form {
    format: Format,
    encoding: Encoding,
}

impl Form {
    /// What the sender of this message reads.
    pub fn of(call: &ApiCall) -> Form {
        Form {
            format: call.format,
            encoding: call.encoding(),
        }
    }

    /// Prints an answer. Where the encoding does not have some of its characters, the answer
    /// itself says which; the list goes to nobody else, so that nobody can leave it out.
    pub fn print(self, mut answer: impl Answer) -> Printed {
        if self.format == Format::Json {
            return Printed("application/json", print_json(&answer));
        }
        let (encoding, kind) = match self.encoding {
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
        Printed(kind, printed.bytes)
    }
}

/// An answer that is printed: its type and its bytes.
pub struct Printed(&'static str, Vec<u8>);

impl Printed {
    /// As a response.
    pub fn into_response(self) -> Response {
        crate::reply::raw(StatusCode::OK, self.0, self.1)
    }
}

/// Problems of single rows do not refuse the file; they become those rows' answers.
pub(super) fn of_the_file(parsed: &[Problem], left_out: usize) -> Vec<Problem> {
    let whole = left_out > 0;
    parsed
        .iter()
        .filter(|problem| whole || problem.unit.is_none())
        .cloned()
        .collect()
}

/// What is wrong with a row, by the first of its problems.
pub(super) fn row_words(problems: &[Problem], row: usize) -> Option<(&'static ErrorCode, String)> {
    let own: Vec<&Problem> = problems
        .iter()
        .filter(|problem| problem.unit == Some(row))
        .collect();
    let first = own.first()?;
    let words: Vec<String> = own.iter().map(|problem| problem.sentence_ja()).collect();
    Some((first.error_code(), words.join("\n")))
}
