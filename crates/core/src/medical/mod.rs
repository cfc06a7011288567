//! 診療・薬剤・特定健診情報: what is told of a patient only with consent or an opening.
//!
//! Whoever reads shows on what basis ([`MayRead`]), which says whose records and of which kinds. What is
//! told comes with how far back its source goes and until when it is complete ([`Spans`]): a list
//! without the last six weeks must not look like one that has them.

mod basis;
mod check;
pub mod findings;
pub mod import;
mod line;
mod period;
pub mod ranges;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use basis::MayRead;
pub use line::{
    CheckupItemLine, CheckupLine, MedicalLine, MedicineDayLine, MedicineLine, OperationLine,
    Reported, TreatmentDayLine, TreatmentLine,
};
pub use period::{Period, Span, Spans, last_claimed};
pub use record::{
    Checkup, CheckupItem, CheckupMonth, Holds, Institution, MedicationDay, MedicationMonth,
    Medicine, Operation, OperationMonth, Record, Source, Treatment, TreatmentDay, TreatmentMonth,
};

use crate::audit::Detail;
use crate::clock::Day;
use crate::error::{Error, Fault, RefusalCode};
use crate::insured::{self, Card};
use crate::permission::Scope;
use crate::service::Tx;
use crate::store::Location;

/// The person that the information is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: Option<String>,
    /// 生年月日.
    pub birthdate: Day,
    /// 性別.
    pub sex: String,
}

/// Records of one kind, and how old they can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// The records, the newest month first.
    pub records: Vec<T>,
    /// Since when each source is told, and until when it is complete.
    pub spans: Spans,
}

/// The one person under a card, for whom a consent can be asked. A card that nobody has, or that
/// does not say which of several it is, is told what a person without consent is told.
pub fn person_of(tx: &mut Tx<'_>, card: &Card, branch: Option<&str>) -> Result<i64, Error> {
    match insured::persons_under(tx, card, branch)?[..] {
        [person] => Ok(person),
        _ => Err(RefusalCode::ConsentMissing.into()),
    }
}

/// How the records lie in a file: what a fetch has to go through, whoever else's records there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Pages from the top to a record.
    pub levels: i64,
    /// Pages that lead to others.
    pub above: i64,
    /// Pages that have records.
    pub leaves: i64,
    /// Pages that have the rest of records that are too long for one.
    pub overflow: i64,
    /// Bytes of a page.
    pub page_bytes: i64,
}

/// Looks how the records of a database lie, where it is a file of SQLite's.
pub fn tree_at(location: &Location) -> Result<Option<Tree>, Fault> {
    let Location::Sqlite(_) = location else {
        return Ok(None);
    };
    let found = store::tree(&mut location.connect()?)?;
    let tree = |[levels, above, leaves, overflow, page_bytes]: [i64; 5]| Tree {
        levels,
        above,
        leaves,
        overflow,
        page_bytes,
    };
    Ok(found.map(tree))
}

/// Who the patient is, by the newest coverage.
pub fn patient(tx: &mut Tx<'_>, of: &(impl MayRead + ?Sized)) -> Result<Patient, Error> {
    let newest = insured::list_by_person(tx, of.person())?
        .into_iter()
        .next()
        .ok_or_else(|| Fault::at("reading a patient", "a consent of nobody"))?;
    Ok(Patient {
        name: newest.name,
        kana: newest.name_kana,
        birthdate: newest.birthdate,
        sex: newest.sex1,
    })
}

/// How old what is told can be: by the rules, and no older than what the basis says.
fn spans(tx: &Tx<'_>, basis: &(impl MayRead + ?Sized)) -> Spans {
    let mut spans = Spans::of(&tx.rules().medical, tx.now());
    let narrow = |span: &mut Span, since: Option<Day>| {
        span.from = span.from.max(since.unwrap_or(span.from));
    };
    let of = |scope| basis.since(scope, None);
    let prescribed = basis.since(Scope::Medicines, Some(Source::Prescription));
    narrow(&mut spans.claims, of(Scope::Medicines));
    narrow(&mut spans.prescriptions, prescribed);
    narrow(&mut spans.treatments, of(Scope::Treatment));
    narrow(&mut spans.operations, of(Scope::Surgery));
    spans
}

/// Leaves in the log which kinds were read, and how many records, over all that is read of a person.
fn note(tx: &mut Tx<'_>, scope: Scope, count: usize) {
    let (mut kinds, mut records) = match tx.noted() {
        Some(Detail::MedicalRead { kinds, records }) => (kinds.clone(), *records),
        _ => (Vec::new(), 0),
    };
    if !kinds.contains(&scope) {
        kinds.push(scope);
    }
    records += i64::try_from(count).unwrap_or(i64::MAX);
    tx.set_detail(Detail::MedicalRead { kinds, records });
}

/// The medicines of a period from these sources, as far back as each goes.
pub fn medicines(
    tx: &mut Tx<'_>,
    basis: &(impl MayRead + ?Sized),
    (period, sources): (Period, &[Source]),
) -> Result<Told<MedicationMonth>, Error> {
    let person = basis::person(basis, Scope::Medicines)?;
    let (now, rules, spans) = (tx.now(), tx.rules().medical.clone(), spans(tx, basis));
    let mut records = Vec::new();
    for source in sources
        .iter()
        .filter(|source| basis.may_read_from(**source))
    {
        let within = match source {
            Source::Claim => period.within(now, rules.claim_months),
            Source::Prescription | Source::Dispensing => period,
        };
        let first = spans.of_source(*source).from;
        for mut month in store::list_medicines(tx, person, *source, within)? {
            month.days.retain(|day| day.date >= first);
            if !month.days.is_empty() {
                records.push(month);
            }
        }
    }
    records.sort_by_key(|record| (std::cmp::Reverse(record.month), record.source));
    note(tx, Scope::Medicines, records.len());
    Ok(Told { records, spans })
}

/// The treatments of a period, by the claims.
pub fn treatments(
    tx: &mut Tx<'_>,
    basis: &(impl MayRead + ?Sized),
    period: Period,
) -> Result<Told<TreatmentMonth>, Error> {
    let person = basis::person(basis, Scope::Treatment)?;
    let within = period.within(tx.now(), tx.rules().medical.treatment_months);
    let mut records = store::list_treatments(tx, person, within)?;
    let spans = spans(tx, basis);
    for month in &mut records {
        month.days.retain(|day| day.date >= spans.treatments.from);
    }
    records.retain(|month| !month.days.is_empty());
    note(tx, Scope::Treatment, records.len());
    Ok(Told { records, spans })
}

/// The operations of a period, by the claims.
pub fn operations(
    tx: &mut Tx<'_>,
    basis: &(impl MayRead + ?Sized),
    period: Period,
) -> Result<Told<Operation>, Error> {
    let person = basis::person(basis, Scope::Surgery)?;
    let within = period.within(tx.now(), tx.rules().medical.operation_months);
    let mut records = store::list_operations(tx, person, within)?;
    let spans = spans(tx, basis);
    records.retain(|operation| operation.date >= spans.operations.from);
    note(tx, Scope::Surgery, records.len());
    Ok(Told { records, spans })
}

/// The checkups of as many years as are told, the newest first.
pub fn checkups(tx: &mut Tx<'_>, basis: &(impl MayRead + ?Sized)) -> Result<Told<Checkup>, Error> {
    let person = basis::person(basis, Scope::Checkups)?;
    let (now, months) = (tx.now(), tx.rules().medical.checkup_months);
    let within = Period::all(&tx.rules().medical, now).within(now, months);
    let records = store::list_checkups(tx, person, within)?;
    note(tx, Scope::Checkups, records.len());
    Ok(Told {
        records,
        spans: spans(tx, basis),
    })
}
