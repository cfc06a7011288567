//! The work on bulk requests: a few items at a time, as the account that asked.

mod lists;
#[cfg(test)]
mod tests;

use super::{BulkKind, Item, Request, RowAnswer, RowQuestion};
use crate::account::login::{Standing, standing};
use crate::actor::{AccountKind, Actor};
use crate::audit::{Detail, SubjectKind};
use crate::eligibility::message::found;
use crate::eligibility::reference::{self, Registration};
use crate::eligibility::{Question, confirm, store};
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Job, Service, Tx};
use onshi_wire::error_codes;
use onshi_wire::numbers::match_branch;
use std::sync::{MutexGuard, PoisonError};

/// How many items are answered in a piece when nobody is looked up for them.
const LEFT_AT_ONCE: i64 = 200;

/// Works bulk requests, a piece at a time. It is the centre's own job; each person is looked up in the
/// name of the account that asked.
pub(crate) struct RunBulk;

impl Job for RunBulk {
    fn function(&self) -> Function {
        Function::RunBulk
    }

    /// Somebody waits for it.
    fn every_seconds(&self, _rules: &Rules) -> i64 {
        0
    }

    fn run(&self, service: &Service, request: &crate::service::Request) -> Result<bool, Error> {
        service.work_on_bulk(request)
    }
}

/// Works a few items of a request, in the name of the account that asked for it. Says whether it is
/// done.
fn work_on(tx: &mut Tx<'_>, request: &Request, asker: &Actor) -> Result<bool, Error> {
    tx.set_facility(&request.facility);
    let facility = request.facility.clone();
    let number = &request.reception_number;
    let Some(now) = store::find_request(tx, &facility, number)? else {
        return Ok(true);
    };
    if now.finished_at.is_some() {
        // Another node was faster.
        tx.set_subject(SubjectKind::Request, number);
        tx.set_detail(Detail::BulkWorkedBefore {});
        return Ok(true);
    }
    let account = &now.account_id;
    if let Standing::Ended(code) = standing(tx, account, &now.certificate_serial)? {
        return leave(tx, &now, code);
    }
    if let Err(code) = tx.act_for(asker.clone(), now.kind.function()) {
        return leave(tx, &now, code);
    }
    if now.items == 0 {
        lists::answer(tx, &now)?;
        tx.act_for_nobody();
        store::change_progress(tx, number, 0, true)?;
        tx.set_subject(SubjectKind::Request, number);
        tx.set_detail(Detail::BulkDone {});
        return Ok(true);
    }
    let chunk = tx.rules().bulk.chunk;
    let items = store::list_items(tx, number, now.next_item, chunk)?;
    let reached = now.next_item + items.len() as i64;
    for (place, kept) in items {
        if !kept.is_answered() {
            let question = kept.question(now.kind)?.unwrap_or_default();
            let answer = worked(tx, &now, &question)?;
            put(tx, number, place, (Some(question), answer))?;
            tx.close_entry();
        }
    }
    tx.act_for_nobody();
    let done = reached >= now.items;
    store::change_progress(tx, number, reached, done)?;
    if done {
        tx.set_subject(SubjectKind::Request, number);
        tx.set_detail(Detail::BulkWorked { count: now.items });
    }
    Ok(done)
}

/// What a person reads of whom nobody was asked about any more.
fn left_words(code: RefusalCode) -> String {
    format!(
        "照会の途中で、照会したアカウントか端末が使えなくなったため、この行は処理していません。{}使えるアカウントと端末で、もう一度要求してください。",
        code.what()
    )
}

/// Answers the next items without looking at anybody: whoever asked may not ask any more. A request
/// for a list gets one row that says so, since an empty list would be a lie.
fn leave(tx: &mut Tx<'_>, request: &Request, code: RefusalCode) -> Result<bool, Error> {
    let number = &request.reception_number;
    let words = left_words(code);
    let mut items = store::list_items(tx, number, request.next_item, LEFT_AT_ONCE)?;
    let reached = request.next_item + items.len() as i64;
    items.retain(|(_, kept)| !kept.is_answered());
    tx.set_subject(SubjectKind::Request, number);
    tx.set_detail(Detail::BulkLeft {
        count: items.len() as i64,
    });
    tx.refuse_and_keep(Refusal::new(code));
    let left = || RowAnswer::failed(&error_codes::NOT_PERMITTED, Some(words.clone()));
    for (place, kept) in items {
        let question = kept.question(request.kind)?;
        put(tx, number, place, (question, left()))?;
    }
    if request.items == 0 {
        let item = Item {
            answer: Some(left()),
            ..Item::default()
        };
        store::insert_item(tx, number, 0, &item.kept()?)?;
    }
    let done = reached >= request.items;
    store::change_progress(tx, number, reached, done)?;
    Ok(done)
}

/// Keeps the answer of a row; the question with it, in the version of the answer.
fn put(
    tx: &mut Tx<'_>,
    number: &str,
    place: i64,
    (question, answer): (Option<RowQuestion>, RowAnswer),
) -> Result<(), Error> {
    let item = Item {
        question,
        answer: Some(answer),
        ..Item::default()
    };
    Ok(store::put_answer(tx, number, place, &item.kept()?)?)
}

fn worked(tx: &mut Tx<'_>, request: &Request, asked: &RowQuestion) -> Result<RowAnswer, Error> {
    if request.kind == BulkKind::ReferenceNumbers {
        let registration = Registration {
            reference_number: asked.identifier.clone().unwrap_or_default(),
            card: asked.card(),
            branch: asked.branch.clone(),
        };
        let done = reference::register(tx, &registration)?;
        return Ok(match done {
            Ok(()) => RowAnswer::done(),
            Err(code) => RowAnswer::failed(code, None),
        });
    }
    let (Some(day), Some(birthdate)) = (request.day, asked.born()) else {
        return Ok(RowAnswer::failed(&error_codes::FORMAT, None));
    };
    let question = Question {
        day,
        today: tx.now().jst_day(),
        card: asked.card(),
        branch: match_branch(asked.branch.as_deref()),
        birthdate,
    };
    let judged = confirm(tx, &question)?;
    let validity = judged.validity;
    let mut found = found(tx, judged, day, (asked.consents_to_ceiling(), false))?;
    Ok(RowAnswer {
        code: found.code.map(|code| code.code.to_owned()),
        words: found.notice,
        validity: Some(validity.code().to_owned()),
        told: found.results.pop(),
        reference_number: found.reference_number,
        ..RowAnswer::done()
    })
}

impl Service {
    /// Works a piece of the oldest open bulk request of the institution whose turn it is, as the
    /// account that asked for it. Says whether there was anything to do. One that can't be worked
    /// does not hold up those behind it. The caller gives the randomness and the moment.
    pub fn work_on_bulk(&self, request: &crate::service::Request) -> Result<bool, Error> {
        let last = self.turn().clone();
        let (mut at, mut around, mut failed) = (last.clone(), false, None);
        loop {
            let next = self.read_for_authn(|c| store::next_with_open_requests(c, &at))?;
            let facility = match next {
                Some(facility) if around && facility > last => break,
                Some(facility) => facility,
                None if around => break,
                None => {
                    (at, around) = (String::new(), true);
                    continue;
                }
            };
            for open in self.read_for_authn(|c| store::list_open_requests(c, &facility, 20))? {
                match self.work_on_one(request, open) {
                    Ok(()) => {
                        *self.turn() = facility;
                        return Ok(true);
                    }
                    Err(error) => failed = Some(error),
                }
            }
            at = facility;
        }
        failed.map_or(Ok(false), Err)
    }

    fn turn(&self) -> MutexGuard<'_, String> {
        self.bulk_turn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn work_on_one(&self, request: &crate::service::Request, next: Request) -> Result<(), Error> {
        let kind = AccountKind::from_code(&next.account_kind)
            .ok_or_else(|| Fault::at("working a bulk request", "its account has no kind"))?;
        let facility = next.facility.clone();
        let actor = Actor::account(kind, &next.account_id, facility, &next.certificate_serial);
        self.change_as_the_centre(Function::RunBulk, request, move |tx| {
            work_on(tx, &next, &actor)
        })
        .map(drop)
    }
}
