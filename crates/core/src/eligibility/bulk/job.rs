//! The work on bulk requests: a few items at a time, as the account that asked.

mod lists;
#[cfg(test)]
mod tests;

use super::{BulkKind, Item, Request, failed_unit, registered_unit};
use crate::account::login::{Standing, standing};
use crate::actor::{AccountKind, Actor};
use crate::audit::{Detail, SubjectKind};
use crate::eligibility::message::{found, question};
use crate::eligibility::{confirm, reference, store};
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::permission::Function;
use crate::rules::Rules;
use crate::service::{Job, Service, Tx};
use onshi_wire::error_codes;
use onshi_wire::messages::{
    BulkConfirmUnit, QualificationConfirmSearchInfo, ReferenceNumberRegistrationInfo,
};
use onshi_wire::{Limits, parse_json, print_json};
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
    for (place, item) in items {
        if item.answer.is_none() {
            let answer = worked(tx, &now, &item.question)?;
            store::put_answer(tx, number, place, answer)?;
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
    items.retain(|(_, item)| item.answer.is_none());
    tx.set_subject(SubjectKind::Request, number);
    tx.set_detail(Detail::BulkLeft {
        count: items.len() as i64,
    });
    tx.refuse_and_keep(Refusal::new(code));
    for (place, item) in items {
        let answer = left(request.kind, &item.question, &words)?;
        store::put_answer(tx, number, place, answer)?;
    }
    if request.items == 0 {
        let unit = failed_unit(None, &error_codes::NOT_PERMITTED, Some(&words));
        let item = Item {
            question: String::new(),
            answer: Some(text(print_json(&unit))?),
            ..Item::default()
        };
        store::insert_item(tx, number, 0, &item)?;
    }
    let done = reached >= request.items;
    store::change_progress(tx, number, reached, done)?;
    Ok(done)
}

/// The row of an item that was left.
fn left(kind: BulkKind, asked: &str, words: &str) -> Result<String, Error> {
    let code = &error_codes::NOT_PERMITTED;
    if kind == BulkKind::ReferenceNumbers {
        let mut unit = registered_unit(Some(json(asked)?), Some(code));
        unit.processing_result_message = Some(words.to_owned());
        return text(print_json(&unit));
    }
    text(print_json(&failed_unit(
        Some(json(asked)?),
        code,
        Some(words),
    )))
}

fn json<M: onshi_wire::shape::Typed>(text: &str) -> Result<M, Error> {
    let parsed = parse_json::<M>(text.as_bytes(), &Limits::SINGLE);
    if parsed.readable {
        Ok(parsed.message)
    } else {
        Err(Fault::at("reading a bulk item", "it is not what was kept").into())
    }
}

fn text(bytes: Vec<u8>) -> Result<String, Error> {
    Ok(String::from_utf8(bytes).map_err(|e| Fault::at("writing a bulk answer", e))?)
}

fn worked(tx: &mut Tx<'_>, request: &Request, asked: &str) -> Result<String, Error> {
    if request.kind == BulkKind::ReferenceNumbers {
        let registration: ReferenceNumberRegistrationInfo = json(asked)?;
        let done = reference::register(tx, &registration)?;
        let unit = registered_unit(Some(registration), done.err());
        return text(print_json(&unit));
    }
    let search: QualificationConfirmSearchInfo = json(asked)?;
    let day = request
        .day
        .map(|day| format!("{:08}", day.number()))
        .unwrap_or_default();
    let today = tx.now().jst_day();
    let Some(question) = question(&day, today, &search) else {
        return text(print_json(&failed_unit(
            Some(search),
            &error_codes::FORMAT,
            None,
        )));
    };
    let judged = confirm(tx, &question)?;
    let validity = judged.validity;
    let ceiling = search.limit_application_certificate_related_cons_flg == "1";
    let mut found = found(tx, judged, question.day, (ceiling, false))?;
    let unit = BulkConfirmUnit {
        search: Some(search),
        processing_result_status: "1".to_owned(),
        processing_result_code: found.code.map(|code| code.code.to_owned()),
        processing_result_message: found.notice,
        qualification_validity: Some(validity.code().to_owned()),
        result: found.results.pop(),
        reference_number: found.reference_number,
    };
    text(print_json(&unit))
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
