//! The consents' SQL.

use super::{
    ConsentRecord, Days, EndedWhy, KindOfRecord, OwnConsent, Purpose, ValidConsent, Verification,
};
use crate::clock::Moment;
use crate::error::Fault;
use crate::permission::Scope;
use crate::service::Tx;
use crate::store::{Row, Value};
use crate::terms::FacilityCode;

/// The word for a kind of care, or for whichever.
fn word(purpose: Option<Purpose>) -> &'static str {
    purpose.map_or("", Purpose::code)
}

/// The id of the newest consent that is valid now.
pub(super) fn find_valid(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (person, scope): (i64, Scope),
    purpose: Option<Purpose>,
) -> Result<Option<String>, Fault> {
    let now = tx.now();
    tx.row(
        "select consent_id from consent where facility_code = $1 and person = $2 and scope = $3 \
         and given_at <= $4 and ended_at is null and (valid_until is null or valid_until > $4) \
         and ($5 = '' or purpose = $5) order by given_at desc, consent_id limit 1",
        &[
            facility.as_str().into(),
            person.into(),
            scope.code().into(),
            now.into(),
            word(purpose).into(),
        ],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// When the newest consent was given, be it over or not, and why it ended before its time.
pub(super) fn find_newest(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (person, scope): (i64, Scope),
    purpose: Option<Purpose>,
) -> Result<Option<(Moment, Option<EndedWhy>)>, Fault> {
    let row = tx.row(
        "select given_at, ended_at, ended_why from consent where facility_code = $1 and person = $2 \
         and scope = $3 and ($4 = '' or purpose = $4) order by given_at desc, consent_id limit 1",
        &[
            facility.as_str().into(),
            person.into(),
            scope.code().into(),
            word(purpose).into(),
        ],
    )?;
    row.map(|row| {
        let why = row.opt_moment(1)?.is_some().then(|| why(&row, 2));
        Ok((row.moment(0)?, why.transpose()?))
    })
    .transpose()
}

fn why(row: &Row, column: usize) -> Result<EndedWhy, Fault> {
    // Builds before this one knew only the patient's.
    let code = row.opt_text(column)?;
    let why = code.as_deref().and_then(EndedWhy::from_code);
    Ok(why.unwrap_or(EndedWhy::ByPatient))
}

/// The newest record of which any consent is valid now.
pub(super) fn find_in_force(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
    purpose: Option<Purpose>,
) -> Result<Option<String>, Fault> {
    let now = tx.now();
    let row = tx.row(
        "select record_id from consent where facility_code = $1 and person = $2 \
         and given_at <= $3 and ended_at is null and (valid_until is null or valid_until > $3) \
         and ($4 = '' or purpose = $4) and record_id is not null \
         order by given_at desc, consent_id limit 1",
        &[
            facility.as_str().into(),
            person.into(),
            now.into(),
            word(purpose).into(),
        ],
    )?;
    row.map(|row| row.text(0)).transpose()
}

/// Of each kind the newest consent that is valid now, the newest first. They are ordered here: each
/// check asks for them, mostly in vain, and a database would begin to sort before it finds nothing.
pub(super) fn list_valid(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
) -> Result<Vec<ValidConsent>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select scope, given_at, valid_until, consent_id from consent where facility_code = $1 \
         and person = $2 and given_at <= $3 and ended_at is null \
         and (valid_until is null or valid_until > $3)",
        &[facility.as_str().into(), person.into(), now.into()],
    )?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(scope) = Scope::from_code(&row.text(0)?) {
            let consent = ValidConsent {
                scope,
                given_at: row.moment(1)?,
                until: row.opt_moment(2)?,
            };
            found.push((row.text(3)?, consent));
        }
    }
    found.sort_by(|(a_id, a), (b_id, b)| b.given_at.cmp(&a.given_at).then(a_id.cmp(b_id)));
    let mut valid: Vec<ValidConsent> = Vec::new();
    for (_, consent) in found {
        if valid.iter().all(|known| known.scope != consent.scope) {
            valid.push(consent);
        }
    }
    Ok(valid)
}

/// What a person consents to now: of each kind of care, day and kind of information the newest, in this order.
pub(super) fn list_own(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    person: i64,
) -> Result<Vec<OwnConsent>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select c.purpose, c.scope, r.booked_day, c.given_at, c.valid_until from consent c \
         left join consent_record r on r.record_id = c.record_id \
         where c.facility_code = $1 and c.person = $2 and c.given_at <= $3 and c.ended_at is null \
         and (c.valid_until is null or c.valid_until > $3)",
        &[facility.as_str().into(), person.into(), now.into()],
    )?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let purpose = Purpose::from_code(&row.text(0)?);
        let scope = Scope::from_code(&row.text(1)?);
        if let (Some(purpose), Some(scope)) = (purpose, scope) {
            found.push(OwnConsent {
                purpose,
                scope,
                booked: row.opt_day(2)?,
                given_at: row.moment(3)?,
                until: row.opt_moment(4)?,
            });
        }
    }
    let place = |scope| Scope::ALL.iter().position(|known| *known == scope);
    let key = |one: &OwnConsent| (one.purpose.code(), one.booked, place(one.scope));
    found.sort_by(|a, b| key(a).cmp(&key(b)).then(b.given_at.cmp(&a.given_at)));
    found.dedup_by(|later, kept| key(later) == key(kept));
    Ok(found)
}

/// Every consent of an institution that is valid now, the newest first, as far as a list is told.
pub(super) fn list_all_valid(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    limit: usize,
) -> Result<Vec<(i64, ValidConsent)>, Fault> {
    let now = tx.now();
    let rows = tx.rows(
        "select person, scope, given_at, valid_until from consent where facility_code = $1 \
         and given_at <= $2 and ended_at is null and (valid_until is null or valid_until > $2) \
         order by given_at desc, consent_id limit $3",
        &[
            facility.as_str().into(),
            now.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    )?;
    let mut valid = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(scope) = Scope::from_code(&row.text(1)?) else {
            continue;
        };
        let consent = ValidConsent {
            scope,
            given_at: row.moment(2)?,
            until: row.opt_moment(3)?,
        };
        valid.push((row.int(0)?, consent));
    }
    Ok(valid)
}

fn bad(what: &'static str) -> Fault {
    Fault::at("reading a consent", what)
}

fn scopes(text: &str) -> impl Iterator<Item = Scope> {
    text.split(',').filter_map(Scope::from_code)
}

/// One record of an institution.
pub(super) fn find_record(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    id: &str,
) -> Result<Option<ConsentRecord>, Fault> {
    let Some(row) = tx.row(
        "select person, purpose, verified, agreed, declined, ceiling, booked_day, given_at, \
         valid_until from consent_record where facility_code = $1 and record_id = $2",
        &[facility.as_str().into(), id.into()],
    )?
    else {
        return Ok(None);
    };
    let ended = tx.rows(
        "select scope, ended_at, ended_why from consent where record_id = $1",
        &[id.into()],
    )?;
    let ended_of = |scope: Scope| {
        for row in &ended {
            if row.text(0)? == scope.code() {
                let at = row.opt_moment(1)?;
                return at.map(|at| Ok((at, why(row, 2)?))).transpose();
            }
        }
        Ok::<_, Fault>(None)
    };
    let mut kinds = Vec::new();
    for (column, agreed) in [(3, true), (4, false)] {
        for scope in scopes(&row.text(column)?) {
            kinds.push(KindOfRecord {
                scope,
                agreed,
                ended: ended_of(scope)?,
            });
        }
    }
    Ok(Some(ConsentRecord {
        id: id.to_owned(),
        person: row.int(0)?,
        purpose: Purpose::from_code(&row.text(1)?).ok_or_else(|| bad("an unknown purpose"))?,
        verified: Verification::from_code(&row.text(2)?).ok_or_else(|| bad("an unknown way"))?,
        kinds,
        ceiling: row.int(5)? == 1,
        booked: row.opt_day(6)?,
        given_at: row.moment(7)?,
        until: row.opt_moment(8)?,
    }))
}

/// Person and id of the records of an institution for a kind of care, the newest first.
pub(super) fn list_by_days(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    purpose: Purpose,
    days: Days,
) -> Result<Vec<(i64, String)>, Fault> {
    let (sql, from, to): (_, Value, Value) = match days {
        Days::Given(from, to) => (
            "select person, record_id from consent_record where facility_code = $1 and purpose = $2 \
             and given_at >= $3 and given_at < $4 order by given_at desc, record_id desc",
            from.start().into(),
            to.plus_days(1).start().into(),
        ),
        Days::Booked(from, to) => (
            "select person, record_id from consent_record where facility_code = $1 and purpose = $2 \
             and booked_day >= $3 and booked_day <= $4 order by given_at desc, record_id desc",
            from.into(),
            to.into(),
        ),
    };
    let of = [facility.as_str().into(), purpose.code().into(), from, to];
    let rows = tx.rows(sql, &of)?;
    rows.iter()
        .map(|row| Ok((row.int(0)?, row.text(1)?)))
        .collect()
}

pub(super) fn insert_record(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    record: &ConsentRecord,
    reader: Option<&str>,
) -> Result<(), Fault> {
    let by = tx.actor().account_id().map(str::to_owned);
    let certificate = tx.actor().certificate().map(str::to_owned);
    let kinds = |agreed: bool| {
        let of = record.kinds.iter().filter(|kind| kind.agreed == agreed);
        of.map(|kind| kind.scope.code())
            .collect::<Vec<_>>()
            .join(",")
    };
    tx.execute(
        "insert into consent_record (record_id, facility_code, person, purpose, verified, agreed, \
         declined, ceiling, booked_day, given_at, valid_until, given_by, certificate_serial, \
         reader_serial) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            record.id.as_str().into(),
            facility.as_str().into(),
            record.person.into(),
            record.purpose.code().into(),
            record.verified.code().into(),
            kinds(true).as_str().into(),
            kinds(false).as_str().into(),
            i64::from(record.ceiling).into(),
            record.booked.into(),
            record.given_at.into(),
            record.until.into(),
            by.as_deref().into(),
            certificate.as_deref().into(),
            reader.into(),
        ],
    )
    .map(drop)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    facility: &FacilityCode,
    record: &ConsentRecord,
    scope: Scope,
) -> Result<(), Fault> {
    let by = tx.actor().account_id().map(str::to_owned);
    let certificate = tx.actor().certificate().map(str::to_owned);
    tx.execute(
        "insert into consent (consent_id, facility_code, person, scope, given_at, valid_until, \
         given_by, certificate_serial, record_id, purpose) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id.into(),
            facility.as_str().into(),
            record.person.into(),
            scope.code().into(),
            record.given_at.into(),
            record.until.into(),
            by.as_deref().into(),
            certificate.as_deref().into(),
            record.id.as_str().into(),
            record.purpose.code().into(),
        ],
    )
    .map(drop)
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    (person, scope): (i64, Scope),
    purpose: Option<Purpose>,
    why: EndedWhy,
) -> Result<u64, Fault> {
    let (now, by) = (tx.now(), tx.actor().account_id().map(str::to_owned));
    tx.execute(
        "update consent set ended_at = $4, ended_by = $5, ended_why = $7 \
         where facility_code = $1 and person = $2 and scope = $3 and ended_at is null \
         and (valid_until is null or valid_until > $4) and ($6 = '' or purpose = $6)",
        &[
            facility.as_str().into(),
            person.into(),
            scope.code().into(),
            now.into(),
            by.as_deref().into(),
            word(purpose).into(),
            why.code().into(),
        ],
    )
}
