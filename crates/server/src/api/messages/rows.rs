//! The rows of a bulk message: what is wrong with the file, and what with single rows.

use onshi_core::Error;
use onshi_core::clock::Day;
use onshi_core::eligibility::bulk::{Item, Row, RowAnswer, RowQuestion, digest};
use onshi_wire::messages::{
    BulkConfirmUnit, BulkEligibilityResponse, BulkReferenceNumberResponse, BulkRegistrationUnit,
    DownloadResponseHeader,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Problem, ProblemCode, Spellings};
use std::collections::HashMap;

/// An answer that consists of rows.
pub(crate) trait Units: Typed {
    /// One row.
    type Unit: From<Row>;
    /// The answer of this header and these rows.
    fn of_rows(header: DownloadResponseHeader, units: Vec<Self::Unit>) -> Self;
}

macro_rules! units {
    ($answer:ident of $unit:ty) => {
        impl Units for $answer {
            type Unit = $unit;

            fn of_rows(header: DownloadResponseHeader, units: Vec<$unit>) -> $answer {
                let mut answer = $answer {
                    header,
                    ..$answer::default()
                };
                answer.body.units = units;
                answer
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

impl Rows {
    /// The rows that a message has, about a day; none where the file itself is wrong.
    pub(super) fn of<B: Into<RowQuestion>>(
        day: Option<Day>,
        blocks: Vec<B>,
        problems: &mut Vec<Problem>,
        spellings: &Spellings,
    ) -> Result<Rows, Error> {
        let by_row = sorted_out(problems);
        let mut rows = Rows {
            day,
            ..Rows::default()
        };
        if problems.is_empty() {
            rows.items = items(blocks, by_row, spellings);
            rows.content = digest(&rows.items)?;
        }
        Ok(rows)
    }
}

/// Takes the problems of single rows out: they do not refuse the file, and become those rows'
/// answers. After too much nothing was read, and all are the file's.
fn sorted_out(problems: &mut Vec<Problem>) -> HashMap<usize, Vec<Problem>> {
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
fn items<B: Into<RowQuestion>>(
    blocks: Vec<B>,
    mut by_row: HashMap<usize, Vec<Problem>>,
    spellings: &Spellings,
) -> Vec<Item> {
    let item = |(place, block): (usize, B)| {
        let wrong = by_row.remove(&place);
        let answer = wrong.map(|own| {
            let words: Vec<String> = own.iter().map(Problem::sentence_ja).collect();
            RowAnswer::failed(own[0].error_code(), Some(words.join("\n")))
        });
        Item {
            question: Some(block.into()),
            answer,
            spelling: spellings.kept(Some(place)),
        }
    };
    blocks.into_iter().enumerate().map(item).collect()
}
