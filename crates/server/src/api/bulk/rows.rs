//! Reading a bulk message: what is wrong with the file, and what with single rows.

use crate::api::{ApiCall, person, reply};
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::Item;
use onshi_core::{Error, Fault};
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::shape::Typed;
use onshi_wire::{Block, Limits, Parsed, Problem, ProblemCode, Spellings, print_json};
use std::collections::HashMap;

/// What of an upload decides whether it is taken.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) institution: String,
    pub(super) file_identifier: Option<String>,
    pub(super) day: Option<Day>,
    pub(super) items: Vec<Item>,
    /// Their digest.
    pub(super) content: String,
    /// What is wrong with the file as a whole.
    pub(super) problems: Vec<Problem>,
    pub(super) spellings: Spellings,
}

fn stored(block: &dyn Block) -> Result<String, Error> {
    Ok(String::from_utf8(print_json(block)).map_err(|e| Fault::at("keeping a bulk item", e))?)
}

/// Notes in the audit log that a message could not be read.
async fn noted<T>(call: &ApiCall, read: Result<T, Error>) -> Result<T, Error> {
    if let Err(Error::Refused(refusal)) = &read {
        person::note_refusal(call, refusal.code).await?;
    }
    read
}

pub(super) async fn read<M: Typed + Send + 'static>(call: &ApiCall) -> Result<Parsed<M>, Error> {
    noted(call, reply::parse::<M>(call, &Limits::SINGLE).await).await
}

/// Reads a message that has rows, and makes an item of each.
pub(super) async fn read_rows<M: Typed + Send>(
    call: &ApiCall,
    make: fn(Parsed<M>) -> Result<Sent, Error>,
) -> Result<Sent, Error> {
    let limits = crate::api::body::limits(&call.centre, call.message);
    noted(call, reply::parse_beside(call, limits, make).await).await
}

/// The problems of the file, and those of each row: they do not refuse the file, and become those
/// rows' answers.
pub(super) fn sorted_out(problems: Vec<Problem>) -> (Vec<Problem>, HashMap<usize, Vec<Problem>>) {
    let (mut of_the_file, mut by_row) = (Vec::new(), HashMap::<usize, Vec<Problem>>::new());
    let too_much = problems.iter().any(|p| p.code == ProblemCode::Limit);
    for problem in problems {
        match problem.unit {
            Some(row) if !too_much => by_row.entry(row).or_default().push(problem),
            _ => of_the_file.push(problem),
        }
    }
    (of_the_file, by_row)
}

/// The items of rows: the questions, and the answers to those that are wrong.
pub(super) fn items<R: Block>(
    rows: &[R],
    mut by_row: HashMap<usize, Vec<Problem>>,
    spellings: &Spellings,
    refused: impl Fn(&R, &'static ErrorCode, String) -> Box<dyn Block>,
) -> Result<Vec<Item>, Error> {
    let item = |(place, row): (usize, &R)| {
        let answer = match by_row.remove(&place) {
            None => None,
            Some(own) => {
                let words: Vec<String> = own.iter().map(Problem::sentence_ja).collect();
                Some(stored(&*refused(
                    row,
                    own[0].error_code(),
                    words.join("\n"),
                ))?)
            }
        };
        Ok(Item {
            question: stored(row)?,
            answer,
            spelling: spellings.kept(Some(place)),
        })
    };
    rows.iter().enumerate().map(item).collect()
}
