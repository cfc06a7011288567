//! Requests and answers of the vectors that failed, as files to look at.

use std::path::Path;
use std::{fs, io};

use super::Form;

/// What was sent once, and what came.
#[derive(Debug)]
pub(super) struct Exchange {
    /// The message, such as `OQSsiquc01`.
    pub(super) message: String,
    pub(super) request: Vec<u8>,
    /// To the byte, also where it is no message; nothing where nothing came.
    pub(super) answer: Vec<u8>,
}

/// Writes them into a folder, numbered in their order: `1-OQSsiquc01-request.xml`, `1-OQSsiquc01-answer.xml`.
pub(super) fn write(folder: &Path, form: Form, exchanges: &[Exchange]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, exchange) in exchanges.iter().enumerate() {
        let before = format!("{}-{}", number + 1, exchange.message);
        let end = form.name();
        fs::write(
            folder.join(format!("{before}-request.{end}")),
            &exchange.request,
        )?;
        let answer = folder.join(format!("{before}-answer.{}", extension(&exchange.answer)));
        fs::write(answer, &exchange.answer)?;
    }
    Ok(())
}

/// By what it looks like: a refusal may come in another form than the request.
fn extension(bytes: &[u8]) -> &'static str {
    match bytes.trim_ascii_start().first() {
        Some(b'<') => "xml",
        Some(b'{') => "json",
        _ => "txt",
    }
}
