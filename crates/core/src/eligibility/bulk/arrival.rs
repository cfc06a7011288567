//! A bulk request on its way in: a large one is taken in several pieces, each of which leaves the
//! writer free for single checks again.
//!
//! Until the last piece nobody sees anything of it, and it may go at any moment; with the last one
//! it is a request. So a kill between two pieces leaves nothing but what a job deletes, and whoever
//! got no answer sends the same again.

use super::{
    BulkKind, Item, Request, RowQuestion, Upload, accept, new_reception_number, taken_before,
};
use crate::audit::{Detail, SubjectKind};
use crate::eligibility::day::within_reach;
use crate::eligibility::store;
use crate::entropy::hex;
use crate::error::{Error, Fact, Fault, Problem, Refusal, RefusalCode};
use crate::service::Tx;
use sha2::{Digest, Sha256};

/// How much of a request has come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    reception_number: String,
    items: usize,
}

/// What a piece came to.
#[derive(Clone, Debug)]
pub enum Taken {
    /// There is more to take.
    Part(Arrival),
    /// It is a request now, or was one before.
    Whole(Box<Request>),
}

/// With what digests of this version's records begin.
const DIGEST: &str = "2:";

/// What tells one list of questions from another.
pub fn digest(items: &[Item]) -> Result<String, Fault> {
    let mut hash = Sha256::new();
    for item in items {
        let question = item.question.as_ref().map(RowQuestion::written);
        let question = question.transpose()?.unwrap_or_default();
        hash.update((question.len() as u64).to_be_bytes());
        hash.update(&question);
    }
    Ok(format!("{DIGEST}{}", hex(&hash.finalize())))
}

/// Whether what was kept of a request's questions can be compared with a [`digest`].
pub(super) fn is_digest(content: &str) -> bool {
    content.starts_with(DIGEST)
}

/// Takes the next piece of a bulk request; the first one where nothing has come in yet.
pub fn take_in(tx: &mut Tx<'_>, upload: &Upload, so_far: Option<&Arrival>) -> Result<Taken, Error> {
    let most = tx.rules().bulk.arriving_items.max(1);
    take_piece(tx, upload, so_far, most)
}

/// Takes a bulk request in one piece, as small as those of a screen are.
pub fn take_whole(tx: &mut Tx<'_>, upload: &Upload) -> Result<Request, Error> {
    match take_piece(tx, upload, None, usize::MAX)? {
        Taken::Whole(request) => Ok(*request),
        Taken::Part(_) => Err(Fault::at("taking a bulk request", "a part is left").into()),
    }
}

fn take_piece(
    tx: &mut Tx<'_>,
    upload: &Upload,
    so_far: Option<&Arrival>,
    most: usize,
) -> Result<Taken, Error> {
    let facility = tx.facility()?;
    if let Some(before) = taken_before(tx, upload)? {
        return Ok(Taken::Whole(Box::new(before)));
    }
    let (number, from) = match so_far {
        Some(arrival) => (arrival.reception_number.clone(), arrival.items),
        None => {
            day_in_reach(tx, upload)?;
            (new_reception_number(tx), 0)
        }
    };
    let to = upload.items.len().min(from.saturating_add(most));
    let is_last = to == upload.items.len();
    if from > 0 && !store::is_arriving(tx, &facility, &number)? {
        // It took so long that what was there is gone.
        return Err(RefusalCode::TooSlow.into());
    }
    if from == 0 && !is_last {
        store::insert_arrival(tx, &facility, &number)?;
    }
    let piece = upload.items.get(from..to).unwrap_or_default();
    store::insert_items(tx, &number, from as i64, piece)?;
    if !is_last {
        tx.set_subject(SubjectKind::Request, &number);
        tx.set_detail(Detail::BulkArriving {
            count: piece.len() as i64,
        });
        return Ok(Taken::Part(Arrival {
            reception_number: number,
            items: to,
        }));
    }
    if from > 0 {
        store::delete_arrival(tx, &number)?;
    }
    accept(tx, upload, number).map(|request| Taken::Whole(Box::new(request)))
}

fn day_in_reach(tx: &Tx<'_>, upload: &Upload) -> Result<(), Error> {
    if let (BulkKind::Eligibility, Some(day)) = (upload.kind, upload.day) {
        within_reach(&tx.rules().check, day, tx.now().jst_day())
            .map_err(|words| Refusal::invalid(vec![Problem::new(Fact::Day, words)]))?;
    }
    Ok(())
}
