//! Bulk requests (一括照会): taken at once, worked in the background, fetched by reception number.
//!
//! A request is a row with its items. A job takes a few items at a time as one piece of work, so
//! that single checks come between; the answers and how far it is are committed together, so a kill
//! loses nothing and answers nobody twice. The same upload with the same key is the same request.

mod arrival;
mod job;
mod record;

pub use crate::terms::{BulkKind, RowsOf};
pub use arrival::{Arrival, Taken, digest, take_in, take_whole};
pub(crate) use job::RunBulk;
pub use record::{Item, KeptRow, Row, RowAnswer, RowQuestion};

use super::store;
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault, Refusal, RefusalCode};
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;

impl BulkKind {
    /// What the permission table is asked for.
    pub const fn function(self) -> Function {
        match self.rows() {
            RowsOf::Registrations => Function::RegisterReferenceNumber,
            RowsOf::Checks | RowsOf::Persons => Function::CheckEligibilityInBulk,
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
    pub file_spelling: Option<String>,
    pub day: Option<Day>,
    pub received_at: Moment,
    pub items: i64,
    pub next_item: i64,
    pub finished_at: Option<Moment>,
    /// The user id and the name of the account that asked, as lists show them.
    pub asked_by: Option<(String, String)>,
    /// The digest of what was asked, or the days of a list; none of a request of before it was kept.
    pub content: Option<String>,
}

/// What is uploaded.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Upload {
    pub kind: BulkKind,
    /// The same key is the same request, however often it is sent.
    pub key: String,
    pub file_identifier: Option<String>,
    /// How what is echoed of the header was spelt.
    pub file_spelling: Option<String>,
    pub day: Option<Day>,
    pub items: Vec<Item>,
    /// Their [`digest`]; of a request for a list of those who consented, the days ([`crate::consent::Days::kept`]).
    pub content: String,
}

impl Upload {
    /// Two kinds of request with one key are two requests.
    fn kept_key(&self) -> String {
        format!("{} {}", self.kind.code(), self.key)
    }
}

/// The request that was taken under this upload's key before, when it is the same.
fn taken_before(tx: &mut Tx<'_>, upload: &Upload) -> Result<Option<Request>, Error> {
    let facility = tx.facility()?;
    let Some(before) = store::find_request_by_key(tx, &facility, &upload.kept_key())? else {
        return Ok(None);
    };
    tx.set_subject(SubjectKind::Request, &before.reception_number);
    if !is_same(tx, &before, upload)? {
        return Err(RefusalCode::KeyReused.into());
    }
    tx.set_detail(Detail::BulkTakenBefore {});
    Ok(Some(before))
}

fn new_reception_number(tx: &mut Tx<'_>) -> String {
    let tail = tx.entropy().below(100_000);
    format!("{}{tail:05}", tx.now().jst_fourteen())
}

/// Makes the request of what came in under this number, all of which is there.
fn accept(tx: &mut Tx<'_>, upload: &Upload, reception_number: String) -> Result<Request, Error> {
    let (facility, now) = (tx.facility()?, tx.now());
    let actor = tx.actor().clone();
    let kind = AccountKind::ALL
        .into_iter()
        .find(|kind| kind.code() == actor.role().code())
        .ok_or_else(|| Fault::at("taking a bulk request", "it is no account's"))?;
    let request = Request {
        reception_number,
        facility,
        account_id: actor.account_id().unwrap_or_default().to_owned(),
        account_kind: kind.code().to_owned(),
        certificate_serial: actor.certificate.as_deref().unwrap_or_default().to_owned(),
        kind: upload.kind,
        file_identifier: upload.file_identifier.clone(),
        file_spelling: upload.file_spelling.clone(),
        day: upload.day,
        received_at: now,
        items: upload.items.len() as i64,
        next_item: 0,
        finished_at: None,
        asked_by: None,
        content: Some(upload.content.clone()),
    };
    tx.set_subject(SubjectKind::Request, &request.reception_number);
    tx.set_detail(Detail::BulkTaken {
        kind: upload.kind,
        items: request.items,
    });
    let keep = now.plus_seconds(tx.rules().bulk.retention_days * 86_400);
    let key = upload.kept_key();
    store::free_key(tx, &request.facility, &key)?;
    store::insert_request(tx, &request, &key, keep)?;
    Ok(request)
}

/// Whether an upload asks for what an earlier one asked for. The digests of the questions are
/// compared; where a build before this one kept none, or of other records, the questions themselves.
fn is_same(tx: &mut Tx<'_>, before: &Request, upload: &Upload) -> Result<bool, Error> {
    let same = before.day == upload.day
        && before.file_identifier == upload.file_identifier
        && before.items == upload.items.len() as i64;
    if !same {
        return Ok(false);
    }
    match &before.content {
        Some(content) if before.items == 0 || arrival::is_digest(content) => {
            return Ok(*content == upload.content);
        }
        None if before.items == 0 => return Ok(true),
        _ => {}
    }
    let kept = store::list_items(tx, &before.reception_number, 0, i64::MAX)?;
    for ((_, kept), sent) in kept.iter().zip(&upload.items) {
        if kept.question(before.kind)? != sent.question {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a reception number is so old that its results would be deleted by now, whoever it
/// belonged to. It begins with its moment, so that nothing has to be kept for this.
pub fn has_ended(reception_number: &str, now: Moment, retention_days: i64) -> bool {
    let oldest = now.plus_seconds(-retention_days * 86_400).jst_fourteen();
    reception_number.len() == 19
        && reception_number.bytes().all(|b| b.is_ascii_digit())
        && reception_number < oldest.as_str()
}

/// A bulk request with all of its rows, when it is done: of this kind, or of whichever. The rows are read
/// by whoever asked ([`KeptRow::row`]), beside the database.
pub fn fetch(
    tx: &mut Tx<'_>,
    kind: Option<BulkKind>,
    reception_number: &str,
) -> Result<Option<(Request, Vec<KeptRow>)>, Error> {
    let facility = tx.facility()?;
    tx.set_subject(SubjectKind::Request, reception_number);
    let found = store::find_request(tx, &facility, reception_number)?;
    let Some(request) = found.filter(|request| kind.is_none_or(|kind| request.kind == kind)) else {
        tx.set_detail(Detail::BulkUnknown {});
        tx.refuse_and_keep(Refusal::new(RefusalCode::NotFound));
        return Ok(None);
    };
    if request.finished_at.is_none() {
        tx.set_detail(Detail::BulkUnderWay {});
        return Ok(Some((request, Vec::new())));
    }
    let items = store::list_items(tx, reception_number, 0, i64::MAX)?;
    tx.set_detail(Detail::BulkAnswers {
        count: items.len() as i64,
    });
    let rows = items.into_iter().map(|(_, row)| row).collect();
    Ok(Some((request, rows)))
}

/// How the rows of a request that is done were spelt, where that is not how we spell them.
pub fn list_spellings(tx: &mut Tx<'_>, request: &Request) -> Result<Vec<(i64, String)>, Error> {
    if request.finished_at.is_none() {
        return Ok(Vec::new());
    }
    Ok(store::list_spellings(tx, &request.reception_number)?)
}

/// The newest bulk requests of the own institution.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Request>, Error> {
    let facility = tx.facility()?;
    Ok(store::list_requests(tx, &facility, limit)?)
}
