//! The rows of a bulk message: what is wrong with the file, and what with single rows.

use crate::api::replaced::Answer;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::Item;
use onshi_core::{Error, Fault};
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::messages::{
    BulkConfirmUnit, BulkEligibilityResponse, BulkReferenceNumberResponse, BulkRegistrationUnit,
    DownloadResponseHeader,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Block, Problem, ProblemCode, Spellings, print_json};
use std::collections::HashMap;

/// An answer that consists of rows.
pub(crate) trait Units: Answer + Default {
    /// One row.
    type Unit: Typed;
    /// The answer of this header and these rows.
    fn of(header: DownloadResponseHeader, units: Vec<Self::Unit>) -> Self;
    /// ProcessingResultStatus of a row.
    fn status(unit: &Self::Unit) -> &str;
}

macro_rules! units {
    ($answer:ident of $unit:ty) => {
        impl Units for $answer {
            type Unit = $unit;

            fn of(header: DownloadResponseHeader, units: Vec<$unit>) -> $answer {
                let mut answer = $answer {
                    header,
                    ..$answer::default()
                };
                answer.body.units = units;
                answer
            }

            fn status(unit: &$unit) -> &str {
                &unit.processing_result_status
            }
        }
    };
}

units!(BulkEligibilityResponse of BulkConfirmUnit);
units!(BulkReferenceNumberResponse of BulkRegistrationUnit);

/// What a bulk request asks: for which day, and about whom.
#[derive(Default)]
pub(crate) struct Rows {
    pub(super) day: Option<Day>,
    pub(super) items: Vec<Item>,
    /// Their digest.
    pub(super) content: String,
}

fn stored(block: &dyn Block) -> Result<String, Error> {
    Ok(String::from_utf8(print_json(block)).map_err(|e| Fault::at("keeping a bulk item", e))?)
}

/// Takes the problems of single rows out: they do not refuse the file, and become those rows'
/// answers. After too much nothing was read, and all are the file's.
pub(super) fn sorted_out(problems: &mut Vec<Problem>) -> HashMap<usize, Vec<Problem>> {
    let mut by_row = HashMap::<usize, Vec<Problem>>::new();
    if problems.iter().any(|p| p.code == ProblemCode::Limit) {
        return by_row;
    }
    for problem in problems.extract_if(.., |problem| problem.unit.is_some()) {
        let row = problem.unit.unwrap_or_default();
        by_row.entry(row).or_default().push(problem);
    }
    by_row
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
