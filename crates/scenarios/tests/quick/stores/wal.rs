//! SQLite's write-ahead log has a limit, also when somebody reads for long.

use crate::stores::test_node::{OPENING, Place, admin, new_account, rules};
use onshi_core::account::{Managed, manage};
use onshi_core::audit::SealKey;
use onshi_core::engine::WriterSettings;
use onshi_core::error::Effect;
use onshi_core::service::{OperationContext, ServiceSettings};
use onshi_core::store::{Location, StoreSettings};
use onshi_core::{AccountKind, Error, Function, Request, Service};
use std::time::{Duration, Instant};

const MIB: u64 = 1 << 20;

fn open(place: &Place) -> Service {
    Service::open(ServiceSettings {
        location: place.location.clone(),
        store: StoreSettings {
            wal_limit: MIB,
            wal_max: 3 * MIB,
            ..StoreSettings::default()
        },
        seal_key: SealKey::new([7; 32]),
        writer: WriterSettings {
            node: "east".to_owned(),
            group_max: 64,
            queue_max: 1000,
        },
        readers: 2,
        rules: rules(),
    })
    .unwrap()
}

#[test]
fn the_write_ahead_log_is_cut_and_a_long_reader_does_not_let_it_grow_for_ever() {
    let place = Place::sqlite();
    place.node("first").open_clinic().unwrap();
    let service = open(&place);
    let Location::Sqlite(path) = &place.location else {
        unreachable!("it was asked for above");
    };
    let wal = path.with_file_name("onshi.db-wal");
    let size = || std::fs::metadata(&wal).unwrap().len();
    let mut number = 0_u64;
    let mut register = || {
        number += 1;
        let mut seed = [3; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let request = Request::new(OPENING, seed);
        let operation = OperationContext::new(admin(), Function::ManageAccounts, request);
        let id = format!("desk{number}");
        let mut new = new_account(AccountKind::General, &id, "受付");
        new.note = "備考".repeat(100);
        service.change_and_wait(operation, move |tx| {
            manage::register(tx, Managed::Others, &new)
        })
    };
    // Somebody looks at the database with a shell, and goes to lunch.
    let mut shell = place.connect();
    shell.batch("begin");
    let count = "select count(*) from account";
    let seen = shell.number(count);
    let refused = loop {
        assert!(size() < 4 * MIB, "it grows for ever: {}", size());
        if let Err(Error::Fault(fault)) = register() {
            break fault;
        }
    };
    assert_eq!(refused.effect, Effect::NotDone);
    assert!(
        refused.to_string().contains("store.wal_max_mib"),
        "{refused}"
    );
    assert!(size() > 3 * MIB && service.health(Duration::from_secs(60)).is_err());
    // Back from lunch.
    assert_eq!(shell.number(count), seen);
    shell.batch("commit");
    let begun = Instant::now();
    while let Err(error) = register() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{error}");
    }
    assert!(size() <= MIB, "it was cut: {}", size());
    // Without anybody in its way it stays below.
    for _ in 0..300 {
        register().unwrap();
        assert!(size() <= 2 * MIB, "{}", size());
    }
    drop(service);
    let there = place.number("select count(*) from account where kind = 'general'");
    assert!(there > 300);
}
