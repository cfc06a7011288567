//! The steps of a request, by their names.

use onshi_core::Request;

/// A step of a request. The order of the variants is the order of the steps, which
/// `docs/architecture.md` shows for a page and for a message; a test compares it with requests that
/// are traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its number, moment and randomness.
    Number,
    /// Where it comes from: a program, a page of ours, or another site's.
    Origin,
    /// Who is asking.
    Caller,
    /// The form is read, before anything is refused: who is cut off while sending never sees why.
    Form,
    /// As whom and for what it goes on.
    Authorisation,
    /// The door: the permission table.
    Door,
    /// The form was not sent before.
    Once,
    /// The kind of content is one that the route takes, and the body is read.
    Body,
    /// The function that answers.
    Handler,
    /// The answer, of whatever it is.
    Reply,
}

impl Step {
    /// Its name, in the page and in the trace.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Number => "number",
            Step::Origin => "origin",
            Step::Caller => "caller",
            Step::Form => "form",
            Step::Authorisation => "authorisation",
            Step::Door => "door",
            Step::Once => "once",
            Step::Body => "body",
            Step::Handler => "handler",
            Step::Reply => "reply",
        }
    }

    /// Leaves a trace, for those who look at that level.
    pub(super) fn begin(self, request: &Request) {
        tracing::trace!(target: "onshi::steps", request = %request.id, step = self.name());
    }
}
