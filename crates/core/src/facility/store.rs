//! The institutions' SQL.

use super::{Facility, FacilityCode, Search};
use crate::clock::Moment;
use crate::error::Fault;
use crate::mail::MailAddress;
use crate::network::{self, Network};
use crate::password::PasswordHash;
use crate::service::Tx;
use crate::store::{Connection, Row};
use crate::terms::OPERATORS;

fn read(row: &Row) -> Result<Facility, Fault> {
    let stopped_at = row.opt_moment(3)?;
    Ok(Facility {
        code: FacilityCode::stored(row.text(0)?),
        name: row.text(1)?,
        created_at: row.moment(2)?,
        stopped: match stopped_at {
            Some(at) => Some((at, row.opt_text(4)?.unwrap_or_default())),
            None => None,
        },
        shift_jis: row.text(5)? == "1",
        message_networks: Network::parse_all(&row.text(6)?)
            .ok_or_else(|| Fault::at("reading an institution", "its networks can't be read"))?,
    })
}

pub(super) fn change_encoding(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    shift_jis: bool,
) -> Result<(), Fault> {
    let character_code = if shift_jis { "1" } else { "0" };
    tx.execute(
        "update facility set character_code = $2 where facility_code = $1",
        &[code.as_str().into(), character_code.into()],
    )
    .map(drop)
}

pub(super) fn change_networks(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    networks: &[Network],
) -> Result<(), Fault> {
    tx.execute(
        "update facility set message_networks = $2 where facility_code = $1",
        &[code.as_str().into(), network::join(networks).into()],
    )
    .map(drop)
}

pub(super) fn change_municipality(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    municipality: Option<&str>,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set municipality = $2 where facility_code = $1",
        &[code.as_str().into(), municipality.into()],
    )
    .map(drop)
}

pub(super) fn change_phone(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    phone: Option<&str>,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set phone = $2 where facility_code = $1",
        &[code.as_str().into(), phone.into()],
    )
    .map(drop)
}

pub(super) fn change_emergency_hospital(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    hospital: bool,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set emergency_hospital = $2 where facility_code = $1",
        &[code.as_str().into(), i64::from(hospital).into()],
    )
    .map(drop)
}

pub(super) fn is_emergency_hospital(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<bool, Fault> {
    let row = tx.row(
        "select emergency_hospital from facility where facility_code = $1",
        &[code.as_str().into()],
    )?;
    Ok(row.map(|row| row.int(0)).transpose()? == Some(1))
}

pub(crate) fn find(
    connection: &mut Connection,
    code: &FacilityCode,
) -> Result<Option<Facility>, Fault> {
    connection
        .row(
            "select facility_code, name, created_at, stopped_at, stopped_reason, character_code, message_networks from facility \
             where facility_code = $1",
            &[code.as_str().into()],
        )?
        .map(|row| read(&row))
        .transpose()
}

pub(super) fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Facility>, Fault> {
    tx.rows(
        "select facility_code, name, created_at, stopped_at, stopped_reason, character_code, message_networks from facility \
         where facility_code > $1 and facility_code <> $3 order by facility_code limit $2",
        &[after.into(), limit.into(), OPERATORS.into()],
    )?
    .iter()
    .map(read)
    .collect()
}

/// What was typed, as a part of a pattern in which nothing of it means anything else than itself.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    // PostgreSQL takes no NUL, and no name has one.
    for character in text.to_lowercase().chars().filter(|c| *c != '\0') {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern
}

pub(super) fn search(tx: &mut Tx<'_>, wanted: &Search, limit: i64) -> Result<Vec<Facility>, Fault> {
    let text = escaped(wanted.text.trim());
    tx.rows(
        "select facility_code, name, created_at, stopped_at, stopped_reason, character_code, message_networks from facility \
         where facility_code <> $1 and (facility_code like $2 escape '!' or lower(name) like $3 escape '!') \
         and ($4 = 0 or stopped_at is not null) order by facility_code limit $5",
        &[
            OPERATORS.into(),
            format!("{text}%").into(),
            format!("%{text}%").into(),
            i64::from(wanted.only_stopped).into(),
            limit.into(),
        ],
    )?
    .iter()
    .map(read)
    .collect()
}

/// Gives 0 when the code is registered already, be it by another node a moment ago.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    facility: &Facility,
    secret: &PasswordHash,
) -> Result<u64, Fault> {
    tx.execute(
        "insert into facility (facility_code, name, secret_number_hash, created_at) \
         values ($1, $2, $3, $4) on conflict (facility_code) do nothing",
        &[
            facility.code.as_str().into(),
            facility.name.as_str().into(),
            secret.as_str().into(),
            facility.created_at.into(),
        ],
    )
}

pub(crate) fn change_stopped(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    reason: Option<&str>,
) -> Result<(), Fault> {
    let at = reason.map(|_| tx.now());
    tx.execute(
        "update facility set stopped_at = $2, stopped_reason = $3 where facility_code = $1",
        &[code.as_str().into(), at.into(), reason.into()],
    )
    .map(drop)
}

/// Keeps the same secret number under a stronger hash, unless it was changed meanwhile.
pub(crate) fn change_secret_number(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    before: &PasswordHash,
    anew: &PasswordHash,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set secret_number_hash = $3 \
         where facility_code = $1 and secret_number_hash = $2",
        &[
            code.as_str().into(),
            before.as_str().into(),
            anew.as_str().into(),
        ],
    )
    .map(drop)
}

/// Puts another secret number in the place of whatever there is.
pub(crate) fn put_secret_number(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    new: &PasswordHash,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set secret_number_hash = $2 where facility_code = $1",
        &[code.as_str().into(), new.as_str().into()],
    )
    .map(drop)
}

pub(super) fn change_name(tx: &mut Tx<'_>, code: &FacilityCode, name: &str) -> Result<(), Fault> {
    tx.execute(
        "update facility set name = $2 where facility_code = $1",
        &[code.as_str().into(), name.into()],
    )
    .map(drop)
}

pub(crate) fn find_secret_number(
    connection: &mut Connection,
    code: &FacilityCode,
) -> Result<Option<PasswordHash>, Fault> {
    connection
        .row(
            "select secret_number_hash from facility where facility_code = $1",
            &[code.as_str().into()],
        )?
        .map(|row| row.text(0).map(PasswordHash::stored))
        .transpose()
}

pub(crate) fn find_phone(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<Option<String>, Fault> {
    let row = tx.row(
        "select phone from facility where facility_code = $1",
        &[code.as_str().into()],
    )?;
    row.map_or(Ok(None), |row| row.opt_text(0))
}

pub(super) fn change_mail(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    address: Option<&MailAddress>,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set mail = $2 where facility_code = $1",
        &[
            code.as_str().into(),
            address.map(MailAddress::as_str).into(),
        ],
    )
    .map(drop)
}

pub(crate) fn find_mail(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
) -> Result<Option<MailAddress>, Fault> {
    let row = tx.row(
        "select mail from facility where facility_code = $1",
        &[code.as_str().into()],
    )?;
    let kept = row.map(|row| row.opt_text(0)).transpose()?.flatten();
    Ok(kept.and_then(|kept| MailAddress::parse(&kept).ok()))
}

/// Keeps since when an institution is alarmed, or that the alarm was seen.
pub(crate) fn change_alarm(
    tx: &mut Tx<'_>,
    code: &FacilityCode,
    at: Option<Moment>,
) -> Result<(), Fault> {
    tx.execute(
        "update facility set alarm_at = $2 where facility_code = $1",
        &[code.as_str().into(), at.into()],
    )
    .map(drop)
}

pub(crate) fn find_alarm(tx: &mut Tx<'_>, code: &FacilityCode) -> Result<Option<Moment>, Fault> {
    let row = tx.row(
        "select alarm_at from facility where facility_code = $1",
        &[code.as_str().into()],
    )?;
    row.map_or(Ok(None), |row| row.opt_moment(0))
}
