//! Reading messages and printing answers, in the format that the sender chose.

use crate::api::replaced::name_replaced;
use crate::api::{ApiCall, Format};
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::eligibility::message::Encoding;
use onshi_core::error::Problem as Wrong;
use onshi_core::{Error, Refusal, RefusalCode};
use onshi_wire::shape::Typed;
use onshi_wire::{
    Limits, Parsed, Problem, ProblemCode, Spellings, Style, parse_json, parse_xml, print_json,
    print_xml_as_spelt, private_use,
};

/// What is read and printed in well under a millisecond, in bytes. More is work for the pool.
const SMALL_BYTES: usize = 8 * 1024;

/// Reads a message, a large one beside the sockets. What can't be read at all is refused, with
/// every problem and its place; what is only too much is a problem of the message, which can say so
/// itself.
pub async fn parse<M: Typed + Send + 'static>(
    call: &ApiCall,
    limits: &'static Limits,
) -> Result<Parsed<M>, Error> {
    if call.body.len() <= SMALL_BYTES {
        return readable(parsed(call.format, &call.body, limits));
    }
    parse_beside(call, *limits, Ok).await
}

/// Reads a large message beside the sockets, in the institution's turn. What is made of it is made
/// there too.
pub async fn parse_beside<M: Typed + Send, T: Send + 'static>(
    call: &ApiCall,
    limits: Limits,
    make: impl FnOnce(Parsed<M>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (format, body) = (call.format, call.body.clone());
    let work = move || readable(parsed::<M>(format, &body, &limits)).and_then(make);
    call.beside(work).await?
}

fn parsed<M: Typed>(format: Format, body: &[u8], limits: &Limits) -> Parsed<M> {
    match format {
        Format::Json => parse_json::<M>(body, limits),
        Format::Xml => parse_xml::<M>(body, limits),
    }
}

fn readable<M>(parsed: Parsed<M>) -> Result<Parsed<M>, Error> {
    // Without its root it is no message that could be answered by one.
    let rooted = parsed.problems.iter().all(|p| p.code != ProblemCode::Root);
    if (parsed.readable || parsed.is_too_much()) && rooted {
        return Ok(parsed);
    }
    let mut refusal = Refusal::new(RefusalCode::Unreadable);
    refusal.problems = parsed
        .problems
        .iter()
        .take(TOLD_MAX)
        .map(|p| Wrong::new("", p.sentence_ja()))
        .collect();
    Err(refusal.into())
}

/// More problems than these are mended by nobody at once.
const TOLD_MAX: usize = 20;

/// The message's own error for a file with problems: the first one's code, and all in words.
pub fn told(problems: &[Problem]) -> (&'static str, String) {
    // What was too much is why nothing after it was read, so it goes before all else.
    let too_much = problems.iter().find(|p| p.code == ProblemCode::Limit);
    let code = too_much
        .or(problems.first())
        .map_or("OQSB9002E", |problem| problem.error_code().code);
    let others = problems.iter().filter(|p| p.code != ProblemCode::Limit);
    let told = too_much.into_iter().chain(others).take(TOLD_MAX);
    let words: Vec<String> = told.map(Problem::sentence_ja).collect();
    (code, words.join("\n"))
}

/// How an answer is to be printed.
pub struct Form {
    format: Format,
    encoding: Encoding,
    replacement: char,
    spellings: Spellings,
}

impl Form {
    /// What the sender of this message reads.
    pub fn of(call: &ApiCall, spellings: Spellings) -> Form {
        Form {
            format: call.format,
            encoding: call.encoding(),
            replacement: call.centre.config.centre.replacement_character,
            spellings,
        }
    }

    /// The same for a file in the institution's folder.
    pub fn of_file(call: &ApiCall, spellings: Spellings) -> Form {
        Form {
            format: Format::Xml,
            encoding: call
                .identity
                .as_ref()
                .map_or(Encoding::Utf8, |by| by.encoding),
            ..Form::of(call, spellings)
        }
    }

    /// Prints an answer. Where its reader does not have some of its characters, the answer itself
    /// says which; the list goes to nobody else, so that nobody can leave it out.
    pub fn print(self, mut answer: impl Typed) -> Printed {
        if self.format == Format::Json {
            let bytes = print_json(&answer);
            return Printed(
                "application/json",
                self.named(bytes, &mut answer, |answer| print_json(answer)),
            );
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
            replacement: self.replacement,
            ..Style::default()
        };
        let printed = print_xml_as_spelt(&answer, style, &self.spellings);
        if !printed.replaced.is_empty() {
            name_replaced(&mut answer, &printed.replaced, self.replacement);
            let again = print_xml_as_spelt(&answer, style, &self.spellings);
            return Printed(kind, again.bytes);
        }
        if encoding == onshi_wire::Encoding::ShiftJis {
            return Printed(kind, printed.bytes);
        }
        let bytes = self.named(printed.bytes, &mut answer, |answer| {
            print_xml_as_spelt(answer, style, &self.spellings).bytes
        });
        Printed(kind, bytes)
    }

    /// What was printed in UTF-8; once more, with their names, if it has private-use characters.
    fn named<A: Typed>(
        &self,
        bytes: Vec<u8>,
        answer: &mut A,
        again: impl FnOnce(&A) -> Vec<u8>,
    ) -> Vec<u8> {
        let found = private_use(answer, &bytes);
        if found.is_empty() {
            return bytes;
        }
        name_replaced(answer, &found, self.replacement);
        again(answer)
    }
}

/// An answer that is printed: its type and its bytes.
pub struct Printed(&'static str, Vec<u8>);

impl Printed {
    /// A printed document.
    pub fn pdf(bytes: Vec<u8>) -> Printed {
        Printed("application/pdf", bytes)
    }

    /// A picture.
    pub fn png(bytes: Vec<u8>) -> Printed {
        Printed("image/png", bytes)
    }

    /// What was printed.
    pub fn bytes(&self) -> &[u8] {
        &self.1
    }

    /// As a response.
    pub fn into_response(self) -> Response {
        crate::http::reply::raw(StatusCode::OK, self.0, self.1)
    }
}
