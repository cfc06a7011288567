//! The SQL of patients at the readers.

use crate::card::{CardState, Trouble};
use crate::clock::Moment;
use crate::consent::Verification;
use crate::error::Fault;
use crate::reader::arrivals::{Arrival, Outcome};
use crate::reader::asked::Asked;
use crate::reader::visit::Visit;
use crate::reader::{ReaderCertificate, Signed};
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::{FacilityCode, Validity};

/// How a visit ended: by a consent, and by taking consents back.
const DONE: &str = "done";
const TAKEN_BACK: &str = "taken_back";

fn unknown(what: &str) -> Fault {
    Fault::at("reading a visit", what)
}

pub(in crate::reader) fn insert(
    tx: &mut Tx<'_>,
    visit: &Visit,
    (signed, reader): (&Signed, &ReaderCertificate),
    (released_by, certificate_until): (&str, Moment),
) -> Result<(), Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let (key_id, serial) = visit.card.clone().unzip();
    tx.execute(
        "insert into reader_visit (visit_id, facility_code, reader_serial, reader_name, account_id, \
         key_id, serial, person, state, verified, released_by, registered, certificate_until, \
         begun_at, valid_until, changed_at, asked) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, $16)",
        &[
            visit.id.as_str().into(),
            reader.facility.as_str().into(),
            signed.reader.as_str().into(),
            reader.reader_name.as_str().into(),
            account.into(),
            key_id.into(),
            serial.into(),
            visit.person.into(),
            visit.state.code().into(),
            visit.verified.code().into(),
            released_by.into(),
            i64::from(visit.registered).into(),
            certificate_until.into(),
            now.into(),
            visit.until.into(),
            visit.asked.kept().as_str().into(),
        ],
    )
    .map(drop)
}

/// Something that went wrong before there was a card.
pub(in crate::reader) fn insert_trouble(
    tx: &mut Tx<'_>,
    (signed, reader): (&Signed, &ReaderCertificate),
    trouble: Trouble,
) -> Result<(), Fault> {
    let now = tx.now();
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let id = tx.entropy().id('v');
    tx.execute(
        "insert into reader_visit (visit_id, facility_code, reader_serial, reader_name, account_id, \
         released_by, registered, begun_at, valid_until, changed_at, ended_at, outcome) \
         values ($1, $2, $3, $4, $5, '', 0, $6, $6, $6, $6, $7)",
        &[
            id.into(),
            reader.facility.as_str().into(),
            signed.reader.as_str().into(),
            reader.reader_name.as_str().into(),
            account.into(),
            now.into(),
            trouble.code().into(),
        ],
    )
    .map(drop)
}

/// A visit of this institution, reader and account that was not ended.
pub(in crate::reader) fn find_open(
    tx: &mut Tx<'_>,
    (facility, reader, account): (&FacilityCode, &str, &str),
    id: &str,
) -> Result<Option<Visit>, Fault> {
    let row = tx.row(
        "select visit_id, key_id, serial, person, state, verified, registered, valid_until, asked \
         from reader_visit where visit_id = $1 and facility_code = $2 and reader_serial = $3 \
         and account_id = $4 and ended_at is null",
        &[
            id.into(),
            facility.as_str().into(),
            reader.into(),
            account.into(),
        ],
    )?;
    row.map(|row| {
        let (state, verified) = (row.text(4)?, row.text(5)?);
        Ok(Visit {
            id: row.text(0)?,
            card: row.opt_text(1)?.zip(row.opt_text(2)?),
            person: row.opt_int(3)?,
            state: CardState::from_code(&state).ok_or_else(|| unknown("an unknown state"))?,
            verified: Verification::from_code(&verified)
                .ok_or_else(|| unknown("an unknown way of verification"))?,
            registered: row.int(6)? != 0,
            until: row.moment(7)?,
            asked: Asked::of_kept(&row.text(8)?),
        })
    })
    .transpose()
}

pub(in crate::reader) fn change_registered(tx: &mut Tx<'_>, id: &str) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "update reader_visit set registered = 1, changed_at = $2 where visit_id = $1",
        &[id.into(), now.into()],
    )
    .map(drop)
}

/// Ends a visit with a check, or with consents that were taken back.
/// Says whether it was not over: two nodes may have found it open.
pub(in crate::reader) fn finish(
    tx: &mut Tx<'_>,
    id: &str,
    checked: Option<Validity>,
) -> Result<bool, Fault> {
    let now = tx.now();
    let outcome = checked.map_or(TAKEN_BACK, |_| DONE);
    let changed = tx.execute(
        "update reader_visit set ended_at = $2, changed_at = $2, outcome = $3, validity = $4 \
         where visit_id = $1 and ended_at is null",
        &[
            id.into(),
            now.into(),
            outcome.into(),
            checked.map(Validity::code).into(),
        ],
    )?;
    Ok(changed > 0)
}

/// Ends a visit that was not over, and says whether there was one.
pub(in crate::reader) fn end(
    tx: &mut Tx<'_>,
    id: &str,
    signed: &Signed,
    outcome: &str,
) -> Result<bool, Fault> {
    let now = tx.now();
    let facility = tx.actor().facility().cloned();
    let changed = tx.execute(
        "update reader_visit set ended_at = $4, changed_at = $4, outcome = $5 \
         where visit_id = $1 and facility_code = $2 and reader_serial = $3 and ended_at is null",
        &[
            id.into(),
            facility.as_ref().map(FacilityCode::as_str).into(),
            signed.reader.as_str().into(),
            now.into(),
            outcome.into(),
        ],
    )?;
    Ok(changed > 0)
}

/// When anything of an institution changed last, since then.
pub(in crate::reader) fn last_change(
    connection: &mut Connection,
    facility: &FacilityCode,
    since: Moment,
) -> Result<Option<Moment>, Fault> {
    let row = connection.row(
        "select changed_at from reader_visit where facility_code = $1 and changed_at >= $2 \
         order by changed_at desc limit 1",
        &[facility.as_str().into(), since.into()],
    )?;
    row.map(|row| row.moment(0)).transpose()
}

/// The visits that began or changed since then, the newest first.
pub(in crate::reader) fn list(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    since: Moment,
    limit: i64,
) -> Result<Vec<Arrival>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select visit_id, reader_name, begun_at, changed_at, state, verified, released_by, \
         registered, outcome, validity, person, valid_until from reader_visit \
         where facility_code = $1 and changed_at >= $2 \
         order by changed_at desc, visit_id limit $3",
        &[facility.as_str().into(), since.into(), limit.into()],
    )?;
    rows.iter().map(|row| arrival(row, now)).collect()
}

fn arrival(row: &Row, now: Moment) -> Result<Arrival, Fault> {
    let state = row.opt_text(4)?;
    let state = state.and_then(|code| CardState::from_code(&code));
    let verified = row.opt_text(5)?;
    Ok(Arrival {
        id: row.text(0)?,
        reader: row.text(1)?,
        begun_at: row.moment(2)?,
        changed_at: row.moment(3)?,
        state,
        verified: verified.and_then(|code| Verification::from_code(&code)),
        released_by: row.opt_text(6)?.unwrap_or_default(),
        registered: row.int(7)? != 0,
        outcome: outcome(row, state, now)?,
        person: row.opt_int(10)?,
        who: None,
    })
}

fn outcome(row: &Row, state: Option<CardState>, now: Moment) -> Result<Outcome, Fault> {
    let Some(ended) = row.opt_text(8)? else {
        return Ok(match state {
            Some(state) if !state.is_accepted() => Outcome::NotAccepted,
            _ if row.moment(11)? <= now => Outcome::RunOut,
            _ => Outcome::UnderWay,
        });
    };
    let validity = row.opt_text(9)?;
    let validity = validity.and_then(|code| Validity::from_code(&code));
    match (ended.as_str(), validity) {
        (DONE, Some(validity)) => Ok(Outcome::Checked(validity)),
        (TAKEN_BACK, _) => Ok(Outcome::TakenBack),
        (code, _) => Trouble::from_code(code)
            .map(Outcome::Trouble)
            .ok_or_else(|| unknown("an unknown outcome")),
    }
}
