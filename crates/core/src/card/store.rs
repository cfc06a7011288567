//! The cards' SQL: authorities, what they revoked, and whose card is whose.

use super::{CardAuthority, Medium, Registration, RevocationList, RevokedCard};
use crate::clock::Moment;
use crate::error::Fault;
use crate::service::Tx;
use crate::store::{Connection, Row};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// More authorities than any nation has generations of.
const AUTHORITIES_MAX: i64 = 100;

fn authority(row: &Row) -> Result<CardAuthority, Fault> {
    let der = STANDARD.decode(row.text(2)?);
    Ok(CardAuthority {
        key_id: row.text(0)?,
        name: row.text(1)?,
        der: der.map_err(|e| Fault::at("reading an authority of cards", e))?,
        not_before: row.moment(3)?,
        not_after: row.moment(4)?,
    })
}

pub(super) fn list_authorities(connection: &mut Connection) -> Result<Vec<CardAuthority>, Fault> {
    let rows = connection.rows(
        "select key_id, name, certificate, not_before, not_after \
         from card_authority order by not_before, key_id limit $1",
        &[AUTHORITIES_MAX.into()],
    )?;
    rows.iter().map(authority).collect()
}

pub(super) fn find_authority(
    tx: &mut Tx<'_>,
    key_id: &str,
) -> Result<Option<CardAuthority>, Fault> {
    let row = tx.row(
        "select key_id, name, certificate, not_before, not_after \
         from card_authority where key_id = $1",
        &[key_id.into()],
    )?;
    row.as_ref().map(authority).transpose()
}

pub(super) fn insert_authority(tx: &mut Tx<'_>, new: &CardAuthority) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into card_authority (key_id, name, certificate, not_before, not_after, added_at) \
         values ($1, $2, $3, $4, $5, $6)",
        &[
            new.key_id.as_str().into(),
            new.name.as_str().into(),
            STANDARD.encode(&new.der).as_str().into(),
            new.not_before.into(),
            new.not_after.into(),
            now.into(),
        ],
    )
    .map(drop)
}

fn revocation_list(row: &Row) -> Result<RevocationList, Fault> {
    Ok(RevocationList {
        point: row.text(0)?,
        made_at: row.moment(1)?,
        next_at: row.moment(2)?,
    })
}

/// The newest list of a distribution point.
pub(super) fn find_list(
    tx: &mut Tx<'_>,
    key_id: &str,
    point: &str,
) -> Result<Option<RevocationList>, Fault> {
    let row = tx.row(
        "select point, made_at, next_at from card_revocation_list where key_id = $1 and point = $2",
        &[key_id.into(), point.into()],
    )?;
    row.as_ref().map(revocation_list).transpose()
}

/// More distribution points than there are municipalities.
const LISTS_MAX: i64 = 5000;

pub(super) fn list_lists(tx: &mut Tx<'_>, key_id: &str) -> Result<Vec<RevocationList>, Fault> {
    let rows = tx.rows(
        "select point, made_at, next_at from card_revocation_list where key_id = $1 \
         order by next_at, point limit $2",
        &[key_id.into(), LISTS_MAX.into()],
    )?;
    rows.iter().map(revocation_list).collect()
}

/// Says that a list was taken to its end.
pub(super) fn upsert_list(
    tx: &mut Tx<'_>,
    key_id: &str,
    list: &RevocationList,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into card_revocation_list (key_id, point, made_at, next_at, taken_at) \
         values ($1, $2, $3, $4, $5) on conflict (key_id, point) do update set \
         made_at = excluded.made_at, next_at = excluded.next_at, taken_at = excluded.taken_at",
        &[
            key_id.into(),
            list.point.as_str().into(),
            list.made_at.into(),
            list.next_at.into(),
            now.into(),
        ],
    )
    .map(drop)
}

pub(super) fn is_revoked(tx: &mut Tx<'_>, key_id: &str, serial: &str) -> Result<bool, Fault> {
    let row = tx.row(
        "select 1 from card_revocation where key_id = $1 and serial = $2",
        &[key_id.into(), serial.into()],
    )?;
    Ok(row.is_some())
}

pub(super) fn upsert_revocation(
    tx: &mut Tx<'_>,
    key_id: &str,
    card: &RevokedCard,
    list: &RevocationList,
) -> Result<(), Fault> {
    tx.execute(
        "insert into card_revocation (key_id, serial, revoked_at, held, point, list_made_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (key_id, serial) do update set \
         revoked_at = excluded.revoked_at, held = excluded.held, point = excluded.point, \
         list_made_at = excluded.list_made_at",
        &[
            key_id.into(),
            card.serial.as_str().into(),
            card.at.into(),
            i64::from(card.held).into(),
            list.point.as_str().into(),
            list.made_at.into(),
        ],
    )
    .map(drop)
}

/// Lets go what earlier lists held and this one does not name.
pub(super) fn delete_held(
    tx: &mut Tx<'_>,
    key_id: &str,
    list: &RevocationList,
) -> Result<(), Fault> {
    tx.execute(
        "delete from card_revocation where key_id = $1 and point = $2 and held = 1 \
         and list_made_at < $3",
        &[
            key_id.into(),
            list.point.as_str().into(),
            list.made_at.into(),
        ],
    )
    .map(drop)
}

pub(super) fn find_registration(
    tx: &mut Tx<'_>,
    key_id: &str,
    serial: &str,
) -> Result<Option<Registration>, Fault> {
    let row = tx.row(
        "select person, medium, registered_at from card_registration \
         where key_id = $1 and serial = $2",
        &[key_id.into(), serial.into()],
    )?;
    row.map(|row| {
        let medium = row.text(1)?;
        Ok(Registration {
            person: row.int(0)?,
            medium: Medium::from_code(&medium)
                .ok_or_else(|| Fault::at("reading a card", "an unknown medium"))?,
            registered_at: row.opt_moment(2)?,
        })
    })
    .transpose()
}

pub(super) fn upsert_registration(
    tx: &mut Tx<'_>,
    (key_id, serial): (&str, &str),
    new: &Registration,
) -> Result<(), Fault> {
    let now = tx.now();
    tx.execute(
        "insert into card_registration (key_id, serial, person, medium, registered_at, taken_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (key_id, serial) do update set \
         person = excluded.person, medium = excluded.medium, \
         registered_at = excluded.registered_at, taken_at = excluded.taken_at",
        &[
            key_id.into(),
            serial.into(),
            new.person.into(),
            new.medium.code().into(),
            new.registered_at.into(),
            now.into(),
        ],
    )
    .map(drop)
}

pub(super) fn change_registered(
    tx: &mut Tx<'_>,
    (key_id, serial): (&str, &str),
    at: Moment,
) -> Result<(), Fault> {
    tx.execute(
        "update card_registration set registered_at = coalesce(registered_at, $3) \
         where key_id = $1 and serial = $2",
        &[key_id.into(), serial.into(), at.into()],
    )
    .map(drop)
}

/// Keeps that a challenge was spent. Says whether it was not before.
pub(super) fn insert_challenge(
    tx: &mut Tx<'_>,
    digest: &str,
    until: Moment,
) -> Result<bool, Fault> {
    let new = tx.execute(
        "insert into card_challenge (digest, valid_until) values ($1, $2) \
         on conflict (digest) do nothing",
        &[digest.into(), until.into()],
    )?;
    Ok(new > 0)
}
