//! Migrations: forward only, embedded, numbered, one set for both databases.

use super::faults::is_of_a_lock;
use super::{Connection, Location, floor, value::Value};
use crate::error::Fault;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// Number, name and text of every migration. `$bytes` stands for the type of bytes, `$insured.` for
/// where the insured persons are kept, `$clustered` for rows in the order of their key.
pub const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "accounts", include_str!("migrations/0001_accounts.sql")),
    (2, "insured", include_str!("migrations/0002_insured.sql")),
    (
        3,
        "insurer reports",
        include_str!("migrations/0003_insurer_reports.sql"),
    ),
    (
        4,
        "spellings",
        include_str!("migrations/0004_spellings.sql"),
    ),
    (
        5,
        "turns and addresses",
        include_str!("migrations/0005_turns_and_addresses.sql"),
    ),
    (
        7,
        "identity and retention",
        include_str!("migrations/0007_identity_and_retention.sql"),
    ),
    (
        8,
        "message networks",
        include_str!("migrations/0008_message_networks.sql"),
    ),
    (
        9,
        "credentials",
        include_str!("migrations/0009_credentials.sql"),
    ),
    (
        10,
        "form tokens",
        include_str!("migrations/0010_form_tokens.sql"),
    ),
    (
        11,
        "checks in columns",
        include_str!("migrations/0011_checks.sql"),
    ),
    (12, "consent", include_str!("migrations/0012_consent.sql")),
    (
        13,
        "emergency",
        include_str!("migrations/0013_emergency.sql"),
    ),
    (
        14,
        "bulk arrivals",
        include_str!("migrations/0014_bulk_arrivals.sql"),
    ),
    (15, "medical", include_str!("migrations/0015_medical.sql")),
    (
        16,
        "consent records",
        include_str!("migrations/0016_consent_records.sql"),
    ),
    (
        17,
        "emergency areas",
        include_str!("migrations/0017_emergency_areas.sql"),
    ),
    (
        18,
        "emergency screens",
        include_str!("migrations/0018_emergency_screens.sql"),
    ),
    (20, "cards", include_str!("migrations/0020_cards.sql")),
    (
        22,
        "check access",
        include_str!("migrations/0022_check_access.sql"),
    ),
    (
        23,
        "rows of bulk requests",
        include_str!("migrations/0023_bulk_rows.sql"),
    ),
    (
        24,
        "emergency care",
        include_str!("migrations/0024_emergency_care.sql"),
    ),
    (
        26,
        "home reception",
        include_str!("migrations/0026_home_reception.sql"),
    ),
    (
        28,
        "environment",
        include_str!("migrations/0028_environment.sql"),
    ),
    (
        29,
        "account reviews",
        include_str!("migrations/0029_account_reviews.sql"),
    ),
    (
        30,
        "phones of staff",
        include_str!("migrations/0030_staff_phones.sql"),
    ),
    (
        32,
        "activations",
        include_str!("migrations/0032_activations.sql"),
    ),
    (33, "mail", include_str!("migrations/0033_mail.sql")),
    (
        36,
        "enrolment",
        include_str!("migrations/0036_enrolment.sql"),
    ),
    (37, "renewal", include_str!("migrations/0037_renewal.sql")),
    (
        39,
        "second factor",
        include_str!("migrations/0039_second_factor.sql"),
    ),
    (
        40,
        "applications",
        include_str!("migrations/0040_applications.sql"),
    ),
    (
        41,
        "applications by institution",
        include_str!("migrations/0041_applications_by_facility.sql"),
    ),
    (42, "rollout", include_str!("migrations/0042_rollout.sql")),
    (43, "passkeys", include_str!("migrations/0043_passkeys.sql")),
    (
        44,
        "certificate warnings",
        include_str!("migrations/0044_certificate_warnings.sql"),
    ),
    (
        45,
        "token grace",
        include_str!("migrations/0045_token_grace.sql"),
    ),
    (
        46,
        "master reset alarm",
        include_str!("migrations/0046_master_reset_alarm.sql"),
    ),
    (
        50,
        "schema floor",
        include_str!("migrations/0050_schema_floor.sql"),
    ),
];

const BOOK: &str = "create table if not exists schema_migration (number bigint not null primary key, \
                    name text not null, checksum text not null, applied_at bigint not null)";

/// What the file of the insured persons knows of itself on SQLite: which database it belongs to, and
/// that it can be written. On PostgreSQL the tables are there too, and empty.
const BESIDE: &str = "create table if not exists $insured.insured_identity \
                      (identity text not null primary key); \
                      create table if not exists $insured.insured_probe \
                      (node text not null primary key, probed_at bigint not null); \
                      create table if not exists $insured.insured_migration \
                      (number bigint not null primary key)";

pub(crate) fn run(connection: &mut Connection, now_ms: i64) -> Result<usize, Fault> {
    if !connection.orders_by_bytes()? {
        return Err(Fault::at(
            "checking the database",
            "the database must be created with the locale C, so that texts order by their \
             bytes and only ASCII letters lose their case: createdb --template=template0 --encoding=UTF8 --locale=C NAME",
        ));
    }
    let beside = BESIDE.replace("$insured.", connection.insured_schema());
    alone(connection, |connection| {
        connection.batch(&beside)?;
        remember_earlier(connection)
    })?;
    alone(connection, |connection| apply_missing(connection, now_ms))
}

/// For how long it is tried to get the tables that others hold.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long they are left alone between two tries.
const REST: Duration = Duration::from_millis(800);

/// Does something in a transaction of its own, while no other process does the like. Centres serve meanwhile: whoever wants a
/// table that we wait for waits behind us, so we wait for moments only, and try again.
pub(crate) fn alone<T>(
    connection: &mut Connection,
    work: impl Fn(&mut Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let begun = Instant::now();
    let mut told = false;
    loop {
        let done = connection.begin_alone().and_then(|()| work(connection));
        let fault = match done {
            Ok(done) => return connection.batch("commit").map(|()| done),
            Err(fault) => fault,
        };
        // The rollback's own failure would hide why we roll back.
        let _ = connection.batch("rollback");
        let in_the_way = fault.again || is_of_a_lock(&fault);
        if !in_the_way || connection.is_lost() {
            return Err(fault);
        }
        if !told {
            told = true;
            tracing::warn!(%fault, "somebody holds a table that is to be migrated; it is tried again");
        }
        if begun.elapsed() > PATIENCE {
            return Err(fault.within(
                "waiting for a table that somebody has read or written for ten minutes (select * from pg_stat_activity)",
            ));
        }
        std::thread::sleep(REST);
    }
}

/// The numbers of the migrations that the insured persons' tables have.
fn known_beside(connection: &mut Connection) -> Result<Vec<i64>, Fault> {
    let rows = connection.rows("select number from insured_migration order by number", &[])?;
    rows.iter().map(|row| row.int(0)).collect()
}

/// A database of a version that kept no book beside the insured persons: where their tables are,
/// they have what the other tables have.
fn remember_earlier(connection: &mut Connection) -> Result<(), Fault> {
    let is_there = |name: &str, connection: &mut Connection| -> Result<bool, Fault> {
        let columns = connection.columns()?;
        Ok(columns
            .iter()
            .any(|row| row.text(0).is_ok_and(|table| table == name)))
    };
    let earlier = is_there("schema_migration", connection)? && is_there("insurer", connection)?;
    if !earlier || !known_beside(connection)?.is_empty() {
        return Ok(());
    }
    connection
        .execute(
            "insert into insured_migration (number) select number from schema_migration",
            &[],
        )
        .map(drop)
}

/// The statements of a migration, those for the insured persons' tables or the others.
fn statements(text: &str, of_the_insured: bool) -> String {
    let without_comments: String = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n");
    without_comments
        .split(';')
        .filter(|statement| !statement.trim().is_empty())
        .filter(|statement| statement.contains("$insured.") == of_the_insured)
        .map(|statement| format!("{statement};"))
        .collect()
}

/// SQLite commits its two files one after the other, and a kill may come between. So each of them
/// has a book of its own, and gets what it has not.
fn apply_missing(connection: &mut Connection, now_ms: i64) -> Result<usize, Fault> {
    connection.batch(BOOK)?;
    let known = connection.rows(
        "select number, checksum from schema_migration order by number",
        &[],
    )?;
    let beside = known_beside(connection)?;
    let (mut newer, mut missing) = (Vec::new(), Vec::new());
    for row in &known {
        let number = row.int(0)?;
        if MIGRATIONS.iter().all(|(ours, ..)| *ours != number) {
            newer.push(number);
        }
    }
    let mut applied = 0;
    for (number, name, text) in MIGRATIONS {
        let checksum = crate::entropy::hex(&Sha256::digest(text.as_bytes()));
        let before = known
            .iter()
            .find(|row| row.int(0).is_ok_and(|n| n == *number));
        if let Some(row) = before
            && row.text(1)? != checksum
        {
            let cause = format!("migration {number} ({name}) is not the one that was applied");
            let japanese = format!(
                "データベースに適用された移行 {number}（{name}）が、このプログラムのものと違います。このデータベースを作ったプログラムを使ってください。"
            );
            return Err(Fault::at("migrating", cause).in_japanese(japanese));
        }
        if !beside.contains(number) {
            apply(connection, text, true)?;
            let with = [Value::Int(*number)];
            connection.execute("insert into insured_migration (number) values ($1)", &with)?;
        }
        if before.is_some() {
            continue;
        }
        missing.push(*number);
        if !newer.is_empty() {
            continue;
        }
        apply(connection, text, false)?;
        connection.execute(
            "insert into schema_migration (number, name, checksum, applied_at) \
             values ($1, $2, $3, $4)",
            &[
                (*number).into(),
                (*name).into(),
                checksum.into(),
                Value::Int(now_ms),
            ],
        )?;
        applied += 1;
    }
    if !newer.is_empty() {
        floor::beside_newer(connection, &newer, &missing)?;
    }
    Ok(applied)
}

fn apply(connection: &mut Connection, text: &str, of_the_insured: bool) -> Result<(), Fault> {
    let text = statements(text, of_the_insured)
        .replace("$bytes", connection.bytes_type())
        .replace("$clustered", connection.clustered())
        .replace("$insured.", connection.insured_schema());
    connection.batch(&text)
}

/// The schema as a text, a line a column and a line an index, the same for both databases.
pub fn describe_schema(location: &Location) -> Result<String, Fault> {
    let connection = &mut location.connect()?;
    let mut text = String::new();
    for row in connection.columns()? {
        let (table, column, kind, null) = (row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
        text.push_str(&format!("{table}.{column} {kind} {null}\n"));
    }
    for row in connection.indexes()? {
        let (table, columns, kind) = (row.text(0)?, row.text(1)?, row.text(2)?);
        text.push_str(&format!("{table} ({columns}) {kind}\n"));
    }
    Ok(text)
}
