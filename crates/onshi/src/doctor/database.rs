//! How the database is set: what is acknowledged must be on its disk, and texts order by their bytes.

use super::finding::Finding;
use crate::output::Failure;
use onshi_core::store::{Condition, Location, condition, newest_migration};
use onshi_core::{Error, Moment};
use onshi_language::say;
use onshi_server::Config;

const ABOUT: &str = "database";
/// How far the database's clock may be from ours, in milliseconds.
const CLOCK_MS_MAX: i64 = 2000;

pub(super) fn look(config: &Config, now: Moment) -> Vec<Finding> {
    let location = config.location();
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        let found = say!(
            "there is no database {}",
            "データベース {} がありません",
            path.display()
        );
        let next = say!(
            "begin one with `onshi migrate`, name the configuration with --config, or restore a backup",
            "`onshi migrate` で作るか、--config で設定を指定するか、バックアップから復元してください。"
        );
        return vec![Finding::bad(ABOUT, found, next)];
    }
    let said = match condition(&location, &config.store.settings()) {
        Ok(said) => said,
        Err(fault) => {
            let next = say!(
                "start the database, look at store.location and at its network, user and TLS",
                "データベースを起動し、設定 store.location・ネットワーク・利用者・TLSを確かめてください。"
            );
            let found = Failure::from(Error::from(fault)).text().to_owned();
            return vec![Finding::bad(ABOUT, found, next)];
        }
    };
    let mut found = vec![schema(&said)];
    match location {
        Location::Sqlite(_) => found.push(sqlite(&said)),
        Location::Postgres(_) => found.extend(postgres(config, &said, now)),
    }
    found
}

fn schema(said: &Condition) -> Finding {
    let newest = newest_migration();
    let there = said.migration.unwrap_or(0);
    let found = say!(
        "schema {there}, the program's is {newest}",
        "データベースの構造 {there}（このプログラムは {newest}）"
    );
    match there.cmp(&newest) {
        std::cmp::Ordering::Equal => Finding::good(ABOUT, found),
        std::cmp::Ordering::Less => Finding::warning(
            ABOUT,
            found,
            say!(
                "the next start of the service brings it up to date; make a backup before",
                "次にサービスを起動すると更新されます。その前にバックアップを取ってください。"
            ),
        ),
        std::cmp::Ordering::Greater if said.floor.is_none_or(|floor| floor <= newest) => {
            Finding::warning(
                ABOUT,
                found,
                say!(
                    "it was only added to, so that this program may serve beside the newer one; replace it soon",
                    "追加だけの変更なので、このプログラムも新しいプログラムと並んで使えます。早めに入れ替えてください。"
                ),
            )
        }
        std::cmp::Ordering::Greater => Finding::bad(
            ABOUT,
            found,
            say!(
                "install the newer program that has written it",
                "このデータベースを更新した、より新しいプログラムを入れてください。"
            ),
        ),
    }
}

fn value<'a>(said: &'a Condition, name: &str) -> &'a str {
    said.settings.get(name).map_or("", String::as_str)
}

/// What our own connections have; another value means that the file can't be set so.
fn sqlite(said: &Condition) -> Finding {
    let wal = ["main.journal_mode", "insured.journal_mode"].map(|name| value(said, name));
    let full = ["main.synchronous", "insured.synchronous"].map(|name| value(said, name));
    let found = say!(
        "SQLite {}: journal {}, synchronous {} (2 is FULL)",
        "SQLite {}: ジャーナル {}、synchronous {}（2はFULL）",
        value(said, "version"),
        wal.join("・"),
        full.join("・")
    );
    let good = wal.iter().all(|it| *it == "wal") && full.iter().all(|it| *it == "2");
    Finding::judged(good, ABOUT, found, || {
        say!(
            "the file system does not let SQLite keep its log: move the database to a disk of this machine",
            "ファイルシステムがSQLiteのログに対応していません。この計算機のディスクに移してください。"
        )
    })
}

fn postgres(config: &Config, said: &Condition, now: Moment) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, good) in [("fsync", "on"), ("full_page_writes", "on")] {
        let is = value(said, name);
        let told = format!("{name} = {is}");
        found.push(Finding::judged(is == good, ABOUT, told, || {
            say!(
                "set {name} = {good}: else what was acknowledged is lost after a power failure",
                "{name} = {good} にしてください。そうしないと、停電で受け付けた記録が失われます。"
            )
        }));
    }
    found.push(synchronous(said));
    found.push(collation(said));
    found.push(tls(said));
    found.push(connections(config, said));
    if let Some(clock) = said.clock {
        let off = clock.ms() - now.ms();
        let told = say!(
            "the database's clock is {off} ms ahead of ours",
            "データベースの時計は、こちらより {off} ミリ秒進んでいます"
        );
        found.push(Finding::judged(
            off.abs() <= CLOCK_MS_MAX,
            "clock",
            told,
            || {
                say!(
                    "keep both machines' clocks right (chrony)",
                    "両方の計算機の時計を合わせてください（chrony）。"
                )
            },
        ));
    }
    if value(said, "in_recovery") == "on" {
        let told = say!(
            "store.location leads to a replica, which takes no writes",
            "store.location が、書込みのできないレプリカを指しています"
        );
        let next = say!(
            "let it lead to the primary, by the balancer of the cluster",
            "クラスタの振分けを通して、プライマリを指すようにしてください。"
        );
        found.push(Finding::bad(ABOUT, told, next));
    }
    found
}

/// Acknowledged is durable; where there are replicas, on one of them too.
fn synchronous(said: &Condition) -> Finding {
    let (commit, standbys) = (
        value(said, "synchronous_commit"),
        value(said, "synchronous_standby_names"),
    );
    let told = format!("synchronous_commit = {commit}, synchronous_standby_names = '{standbys}'");
    let next = say!(
        "set synchronous_commit = on, and with replicas name them: else a failover loses what was acknowledged",
        "synchronous_commit = on にし、レプリカがあれば synchronous_standby_names に指定してください。そうしないと、切替えで受け付けた記録が失われます。"
    );
    match commit {
        "on" | "remote_apply" if standbys.is_empty() => Finding::warning(
            ABOUT,
            told,
            say!(
                "a single server: its disk is all that there is. Archive its write-ahead log, or add a synchronous replica",
                "サーバーが1台だけのため、そのディスクがすべてです。WALのアーカイブか、同期レプリカを用意してください。"
            ),
        ),
        "on" | "remote_apply" => Finding::good(ABOUT, told),
        _ => Finding::bad(ABOUT, told, next),
    }
}

fn collation(said: &Condition) -> Finding {
    let told = say!(
        "collation {}, encoding {}",
        "照合順序 {}、文字コード {}",
        value(said, "collation"),
        value(said, "encoding")
    );
    let good = said.orders_by_bytes && value(said, "encoding") == "UTF8";
    Finding::judged(good, ABOUT, told, || {
        say!(
            "make the database with `createdb --template=template0 --locale=C --encoding=UTF8`",
            "`createdb --template=template0 --locale=C --encoding=UTF8` でデータベースを作ってください。"
        )
    })
}

fn tls(said: &Condition) -> Finding {
    let (tls, loopback) = (
        value(said, "tls") == "on",
        value(said, "over_loopback") == "on",
    );
    let told = say!(
        "PostgreSQL {}: TLS {}, on this machine {}",
        "PostgreSQL {}: TLS {}、同じ計算機 {}",
        value(said, "server_version"),
        value(said, "tls"),
        value(said, "over_loopback")
    );
    Finding::judged(tls || loopback, ABOUT, told, || {
        say!(
            "patients' data goes over the network in clear: set store.postgres.tls = \"verify-full\" and root_file",
            "患者の情報が平文でネットワークを流れます。store.postgres.tls = \"verify-full\" と root_file を設定してください。"
        )
    })
}

/// The writer, those who read, and a command of the operator beside them.
fn connections(config: &Config, said: &Condition) -> Finding {
    let most: usize = value(said, "max_connections").parse().unwrap_or(0);
    let wanted = config.store.readers + 8;
    let told = say!(
        "max_connections = {most}; a centre takes up to {wanted}",
        "max_connections = {most}（センター1台で最大 {wanted}）"
    );
    Finding::judged(most >= wanted, ABOUT, told, || {
        say!(
            "raise max_connections, or lower store.readers; each centre needs as many",
            "max_connections を増やすか、store.readers を減らしてください。センター1台ごとに必要です。"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    fn said(settings: &[(&str, &str)]) -> Condition {
        let all = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Condition {
            settings: all.collect(),
            orders_by_bytes: true,
            ..Condition::default()
        }
    }

    #[test]
    fn what_loses_acknowledged_entries_is_bad() {
        let of = |commit, names| {
            synchronous(&said(&[
                ("synchronous_commit", commit),
                ("synchronous_standby_names", names),
            ]))
        };
        assert_eq!(of("on", "ANY 1 (a, b)").state, State::Good);
        assert_eq!(of("on", "").state, State::Warning);
        assert_eq!(of("off", "ANY 1 (a)").state, State::Bad);
        assert_eq!(of("local", "ANY 1 (a)").state, State::Bad);
        let sqlite_of = |mode, full| {
            sqlite(&said(&[
                ("main.journal_mode", mode),
                ("insured.journal_mode", "wal"),
                ("main.synchronous", full),
                ("insured.synchronous", "2"),
            ]))
        };
        assert_eq!(sqlite_of("wal", "2").state, State::Good);
        assert_eq!(sqlite_of("delete", "2").state, State::Bad);
        assert_eq!(sqlite_of("wal", "1").state, State::Bad);
    }

    #[test]
    fn a_schema_that_is_newer_than_the_program_is_bad_when_something_was_taken_away() {
        let newest = newest_migration();
        let of = |number| {
            schema(&Condition {
                migration: Some(number),
                ..Condition::default()
            })
        };
        assert_eq!(of(newest).state, State::Good);
        assert_eq!(of(newest - 1).state, State::Warning);
        assert_eq!(of(newest + 1).state, State::Warning);
        let contracted = schema(&Condition {
            migration: Some(newest + 1),
            floor: Some(newest + 1),
            ..Condition::default()
        });
        assert_eq!(contracted.state, State::Bad);
    }
}
