//! Bulk requests (一括照会): taken at once, worked in the background, fetched by reception number.
//!
//! A request is a row with its items. A job takes a few items at a time as one piece of work, so
//! that single checks come between; the answers and how far it is are committed together, so a kill
//! loses nothing and answers nobody twice. The same upload with the same key is the same request.

use super::message::{found, notice_code, question};
use super::{confirm, reference, store};
use crate::actor::{AccountKind, Actor};
use crate::audit::SubjectKind;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::facility::FacilityCode;
use crate::insured::store::{list_by_person, list_ticket_holders};
use crate::office::{Errand, Office, Work};
use crate::permission::Function;
use onshi_wire::error_codes::ErrorCode;
use onshi_wire::messages::{
    BulkConfirmUnit, BulkRegistrationUnit, QualificationConfirmSearchInfo,
    ReferenceNumberRegistrationInfo,
};
use onshi_wire::{Limits, parse_json, print_json};

/// What a bulk request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkKind {
    /// OQSmuquc: eligibility of many.
    Eligibility,
    /// OQSmuimm: reference numbers of many.
    ReferenceNumbers,
    /// OQSmutic: who has a ticket of medical assistance here.
    Tickets,
    /// OQSmuhvq: who has consented at home. Nobody yet: consents come with the reader.
    HomeVisits,
    /// OQSmuonq: who has consented online. Nobody yet.
    Online,
}

impl BulkKind {
    const ALL: [BulkKind; 5] = [
        BulkKind::Eligibility,
        BulkKind::ReferenceNumbers,
        BulkKind::Tickets,
        BulkKind::HomeVisits,
        BulkKind::Online,
    ];

    /// The word kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            BulkKind::Eligibility => "muquc",
            BulkKind::ReferenceNumbers => "muimm",
            BulkKind::Tickets => "mutic",
            BulkKind::HomeVisits => "muhvq",
            BulkKind::Online => "muonq",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<BulkKind> {
        BulkKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What the permission table is asked for.
    pub const fn function(self) -> Function {
        match self {
            BulkKind::ReferenceNumbers => Function::RegisterReferenceNumber,
            _ => Function::CheckEligibilityInBulk,
        }
    }
}

/// A bulk request as it is kept.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Request {
    pub reception_number: String,
    pub facility: FacilityCode,
    pub account_id: String,
    pub account_kind: String,
    pub certificate_serial: String,
    pub kind: BulkKind,
    pub file_identifier: Option<String>,
    pub day: Option<Day>,
    pub received_at: Moment,
    pub items: i64,
    pub next_item: i64,
    pub finished_at: Option<Moment>,
}

/// One person of a bulk request: the question, and the answer when there is one. Both are JSON of
/// the message's own blocks.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Item {
    pub question: String,
    pub answer: Option<String>,
}

/// What is uploaded.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Upload {
    pub kind: BulkKind,
    /// The same key is the same request, however often it is sent.
    pub key: String,
    pub file_identifier: Option<String>,
    pub day: Option<Day>,
    pub items: Vec<Item>,
}

/// Takes a bulk request, and gives its reception number.
pub fn accept(work: &mut Work<'_>, upload: &Upload) -> Result<Request, Error> {
    let facility = work.facility()?;
    // Two kinds of request with one key are two requests.
    let key = format!("{} {}", upload.kind.code(), upload.key);
    if let Some(before) = store::find_request_by_key(work, &facility, &key)? {
        work.about(SubjectKind::Request, &before.reception_number);
        work.note("the same upload again");
        return Ok(before);
    }
    let now = work.now();
    let tail = work.entropy().below(100_000);
    let actor = work.actor().clone();
    let kind = AccountKind::ALL
        .into_iter()
        .find(|kind| kind.code() == actor.role().code())
        .ok_or_else(|| Fault::at("taking a bulk request", "it is no account's"))?;
    let request = Request {
        reception_number: format!("{}{tail:05}", now.jst_fourteen()),
        facility,
        account_id: actor.account_id().unwrap_or_default().to_owned(),
        account_kind: kind.code().to_owned(),
        certificate_serial: actor.certificate.as_deref().unwrap_or_default().to_owned(),
        kind: upload.kind,
        file_identifier: upload.file_identifier.clone(),
        day: upload.day,
        received_at: now,
        items: upload.items.len() as i64,
        next_item: 0,
        finished_at: None,
    };
    work.about(SubjectKind::Request, &request.reception_number);
    work.note(format!(
        "{} with {} items",
        upload.kind.code(),
        upload.items.len()
    ));
    let keep = now.plus_seconds(work.rules().bulk.retention_days * 86_400);
    store::insert_request(work, &request, &key, keep)?;
    for (number, item) in upload.items.iter().enumerate() {
        store::insert_item(work, &request.reception_number, number as i64, item)?;
    }
    Ok(request)
}

/// A bulk request with all of its answers, when it is done.
pub fn fetch(
    work: &mut Work<'_>,
    kind: BulkKind,
    reception_number: &str,
) -> Result<Option<(Request, Vec<String>)>, Error> {
    let facility = work.facility()?;
    work.about(SubjectKind::Request, reception_number);
    let found = store::find_request(work, &facility, reception_number)?;
    let Some(request) = found.filter(|request| request.kind == kind) else {
        work.note("unknown reception number");
        work.refuse_and_keep(Refusal::new(RefusalCode::NotFound));
        return Ok(None);
    };
    if request.finished_at.is_none() {
        work.note("still working");
        return Ok(Some((request, Vec::new())));
    }
    let items = store::list_items(work, reception_number, 0, i64::MAX)?;
    work.note(format!("{} answers", items.len()));
    let answers = items
        .into_iter()
        .filter_map(|(_, item)| item.answer)
        .collect();
    Ok(Some((request, answers)))
}

/// The newest bulk requests of the own institution.
pub fn list(work: &mut Work<'_>, limit: i64) -> Result<Vec<Request>, Error> {
    let facility = work.facility()?;
    Ok(store::list_requests(work, &facility, limit)?)
}

/// Works a few items of a request. Says whether it is done.
fn work_on(work: &mut Work<'_>, request: &Request) -> Result<bool, Error> {
    let facility = work.facility()?;
    let number = &request.reception_number;
    let Some(now) = store::find_request(work, &facility, number)? else {
        return Ok(true);
    };
    if now.finished_at.is_some() {
        // Another node was faster.
        work.about(SubjectKind::Request, number);
        work.note("already worked");
        return Ok(true);
    }
    if now.items == 0 {
        list_answers(work, &now)?;
        store::change_progress(work, number, 0, true)?;
        work.about(SubjectKind::Request, number);
        work.note("done");
        return Ok(true);
    }
    let chunk = work.rules().bulk.chunk;
    let items = store::list_items(work, number, now.next_item, chunk)?;
    let reached = now.next_item + items.len() as i64;
    for (place, item) in items {
        if item.answer.is_none() {
            let answer = answer(work, &now, &item.question)?;
            store::put_answer(work, number, place, answer)?;
            work.close_entry();
        }
    }
    let done = reached >= now.items;
    store::change_progress(work, number, reached, done)?;
    Ok(done)
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

fn answer(work: &mut Work<'_>, request: &Request, asked: &str) -> Result<String, Error> {
    if request.kind == BulkKind::ReferenceNumbers {
        let registration: ReferenceNumberRegistrationInfo = json(asked)?;
        let done = reference::register(work, &registration)?;
        let unit = registered_unit(Some(registration), done.err());
        return text(print_json(&unit));
    }
    let search: QualificationConfirmSearchInfo = json(asked)?;
    let day = request
        .day
        .map(|day| format!("{:08}", day.number()))
        .unwrap_or_default();
    let Some(question) = question(&day, &search) else {
        return text(print_json(&failed_unit(
            Some(search),
            &onshi_wire::error_codes::FORMAT,
            None,
        )));
    };
    let judged = confirm(work, &question)?;
    let validity = judged.validity;
    let mut found = found(work, judged, question.day, &search)?;
    let unit = BulkConfirmUnit {
        search: Some(search),
        processing_result_status: "1".to_owned(),
        processing_result_code: found.notice.as_ref().map(|_| notice_code()),
        processing_result_message: found.notice,
        qualification_validity: Some(validity.code().to_owned()),
        result: found.results.pop(),
        reference_number: found.reference_number,
    };
    text(print_json(&unit))
}

/// The row of a bulk answer for a person whose question could not be worked.
pub fn failed_unit(
    search: Option<QualificationConfirmSearchInfo>,
    code: &ErrorCode,
    exactly: Option<&str>,
) -> BulkConfirmUnit {
    BulkConfirmUnit {
        search,
        processing_result_status: "2".to_owned(),
        processing_result_code: Some(code.code.to_owned()),
        processing_result_message: Some(exactly.unwrap_or(code.text_ja).to_owned()),
        ..BulkConfirmUnit::default()
    }
}

/// The row of a bulk registration, done or with the reason why not.
pub fn registered_unit(
    registration: Option<ReferenceNumberRegistrationInfo>,
    failed: Option<&ErrorCode>,
) -> BulkRegistrationUnit {
    BulkRegistrationUnit {
        registration,
        processing_result_status: if failed.is_some() { "2" } else { "1" }.to_owned(),
        processing_result_code: failed.map(|code| code.code.to_owned()),
        processing_result_message: failed.map(|code| code.text_ja.to_owned()),
    }
}

/// A request that asks for a list: its answers are its items.
fn list_answers(work: &mut Work<'_>, request: &Request) -> Result<(), Error> {
    let (BulkKind::Tickets, Some(day)) = (request.kind, request.day) else {
        return Ok(());
    };
    let month = day.number() / 100;
    let holders = list_ticket_holders(work, request.facility.as_str(), month)?;
    let mut number = 0;
    for person in holders {
        for q in list_by_person(work, person)? {
            let tickets: Vec<_> = q
                .details
                .tickets
                .iter()
                .filter(|t| t.institution_code == request.facility.as_str())
                .filter(|t| t.treatment_month == month.to_string())
                .map(super::answer::ticket)
                .collect();
            if tickets.is_empty() {
                continue;
            }
            let reference_number = q.reference_number.clone();
            let mut result = super::answer::person(q, day);
            result.public_expense_result_list = tickets;
            let unit = BulkConfirmUnit {
                processing_result_status: "1".to_owned(),
                qualification_validity: Some("1".to_owned()),
                result: Some(result),
                reference_number,
                ..BulkConfirmUnit::default()
            };
            let item = Item {
                question: String::new(),
                answer: Some(text(print_json(&unit))?),
            };
            store::insert_item(work, &request.reception_number, number, &item)?;
            number += 1;
            work.about(SubjectKind::Person, &person.to_string());
            work.note("listed by ticket");
            work.close_entry();
        }
    }
    Ok(())
}

impl Office {
    /// Works a piece of the oldest open bulk request, as the account that asked for it. Says
    /// whether there was anything to do. One that can't be worked does not hold up those behind
    /// it. The caller gives the randomness and the moment.
    pub fn work_on_bulk(&self, request: &crate::office::Request) -> Result<bool, Error> {
        let open = self.at_the_gate(|connection| store::list_open_requests(connection, 20))?;
        let mut failed = None;
        for next in open {
            match self.work_on_one(request, next) {
                Ok(()) => return Ok(true),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(false), Err)
    }

    fn work_on_one(&self, request: &crate::office::Request, next: Request) -> Result<(), Error> {
        let kind = AccountKind::from_code(&next.account_kind)
            .ok_or_else(|| Fault::at("working a bulk request", "its account has no kind"))?;
        let facility = next.facility.clone();
        let actor = Actor::account(kind, &next.account_id, facility, &next.certificate_serial);
        let errand = Errand::new(actor, next.kind.function(), request.clone());
        self.change_and_wait(errand, move |work| work_on(work, &next))
            .map(drop)
    }

    /// Deletes the results of bulk requests whose time is over.
    pub fn delete_old_bulk(&self, now: Moment) {
        self.keep_gate_book(now, move |connection| store::delete_old(connection, now));
    }
}
