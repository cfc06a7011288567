//! The messages of the interface, and what each of them goes through.
//!
//! An [`Operation`] says what is its own: the kinds of its request and its answer, what it does, and
//! the answer that says why it did nothing. [`answer`] does for all of them what is the same:
//! reading, refusing what is wrong or another institution's, and printing as the sender reads.

mod access_url;
pub(super) mod by_person;
mod check;
mod codes;
mod download;
mod emergency_care;
mod environment;
mod header;
mod home_visit;
mod medical;
mod reference_number;
mod rows;
mod upload;
mod withdrawal;

pub(crate) use access_url::FetchAccessUrl;
pub(crate) use check::Check;
pub(crate) use download::Download;
pub(crate) use emergency_care::EmergencyCheck;
pub(crate) use environment::{InquireEnvironment, UpdateEnvironment};
pub(crate) use home_visit::CheckAtHome;
pub(crate) use medical::{Checkups, Medicines};
pub(crate) use reference_number::RegisterReferenceNumber;
pub(crate) use upload::Upload;
pub(crate) use withdrawal::WithdrawConsent;

use crate::api::reply;
use crate::api::reply::{Form, Printed};
use crate::http::body;
use crate::http::route::ApiCall;
use axum::response::Response;
use header::{Head, Why};
use onshi_core::{Error, RefusalCode};
use onshi_wire::error_codes;
use onshi_wire::shape::Typed;
use onshi_wire::shape::element::text;
use onshi_wire::{Limits, Parsed, Problem, Spellings};

/// What one message is and does.
pub(crate) trait Operation: 'static {
    /// The message that is sent.
    type Request: Typed + Send;
    /// What is made of it; for most the message itself.
    type Asked: Send + 'static;
    /// The message that answers.
    type Answer: Typed;

    /// Whether it has rows, which take long to read, and whose problems are theirs alone.
    const ROWS: bool = false;
    /// Whether the same again under the same `Idempotency-Key` is the same request.
    const KEYED: bool = false;

    /// Makes of what was read what is asked. What is wrong with single rows only may be taken out of
    /// the problems.
    fn asked(
        request: Self::Request,
        problems: &mut Vec<Problem>,
        spellings: &Spellings,
    ) -> Result<Self::Asked, Error>;

    /// The answer that says why nothing was done.
    fn refused(head: &Head, asked: Self::Asked, why: Why) -> Self::Answer;

    /// Does it, for the own institution, and prints the answer.
    fn run(
        call: &ApiCall,
        received: Received<Self::Asked>,
    ) -> impl Future<Output = Result<Printed, Error>> + Send;
}

/// A message that was read, and whose institution is the sender's.
pub(crate) struct Received<T> {
    head: Head,
    asked: T,
    spellings: Spellings,
}

impl<T> Received<T> {
    /// How its answer is printed.
    fn form(&mut self, call: &ApiCall) -> Form {
        Form::of(call, std::mem::take(&mut self.spellings))
    }
}

/// What reading gives: the institution and the identifier, what is asked, and what is wrong.
struct Read<T> {
    institution: String,
    file_identifier: Option<String>,
    asked: T,
    problems: Vec<Problem>,
    spellings: Spellings,
}

fn made<O: Operation>(parsed: Parsed<O::Request>) -> Result<Read<O::Asked>, Error> {
    let (mut problems, spellings) = (parsed.problems, parsed.spellings);
    // Every message says in its header whose it is, and what its sender calls it.
    let header = |name| text(&parsed.message, &["MessageHeader", name]).map(str::to_owned);
    Ok(Read {
        institution: header("MedicalInstitutionCode").unwrap_or_default(),
        file_identifier: header("ArbitraryFileIdentifier"),
        asked: O::asked(parsed.message, &mut problems, &spellings)?,
        problems,
        spellings,
    })
}

async fn read<O: Operation>(call: &ApiCall) -> Result<Read<O::Asked>, Error> {
    if O::ROWS {
        let limits = body::limits(&call.centre, call.message);
        return reply::parse_beside(call, limits, made::<O>).await;
    }
    made::<O>(reply::parse(call, &Limits::SINGLE).await?)
}

/// Answers a message.
pub(crate) async fn answer<O: Operation>(call: ApiCall) -> Result<Response, Error> {
    if O::KEYED {
        call.own_key().await?;
    }
    let read = match read::<O>(&call).await {
        Err(Error::Refused(refusal)) => {
            call.service.note_refusal(refusal.code).await?;
            return Err(refusal.into());
        }
        read => read?,
    };
    let facility = call.identity()?.facility.as_str();
    // Reading may have ended before the institution.
    let unread = read.institution.is_empty() && !read.problems.is_empty();
    let head = Head {
        now: call.request.now,
        institution: if unread { facility } else { &read.institution }.to_owned(),
        file_identifier: read.file_identifier,
        encoding: call.encoding(),
    };
    let wrong = if !read.problems.is_empty() {
        let (code, words) = reply::told(&read.problems);
        Some((RefusalCode::Invalid, Why { code, words }))
    } else if read.institution != facility {
        Some((RefusalCode::NotPermitted, Why::from(&error_codes::FACILITY)))
    } else {
        None
    };
    let printed = if let Some((refusal, why)) = wrong {
        call.service.note_refusal(refusal).await?;
        let answer = O::refused(&head, read.asked, why);
        Form::of(&call, read.spellings).print(answer)
    } else {
        let received = Received {
            head,
            asked: read.asked,
            spellings: read.spellings,
        };
        O::run(&call, received).await?
    };
    Ok(printed.into_response())
}
