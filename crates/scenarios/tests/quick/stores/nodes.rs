//! Many callers and more than one node at once: nothing that was acknowledged is lost.

use crate::stores::test_node::{
    OPENING, Place, TestNode, admin, code, operator, rules, user_id, word,
};
use onshi_core::account::manage::{self, Edit};
use onshi_core::account::{AccountName, Managed, Period};
use onshi_core::audit::{SealKey, verify_at};
use onshi_core::engine::migrate;
use onshi_core::error::Effect;
use onshi_core::rules::{LockRules, Rules};
use onshi_core::store::Location;
use onshi_core::{AccountKind, Error, Function, RefusalCode};
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres::Server;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

crate::stores::on_both!(
    what_thirty_two_callers_were_told_is_there_and_audited,
    two_nodes_lose_no_count_of_failures,
    two_nodes_lose_no_edit,
    of_many_who_want_a_user_id_at_once_one_gets_it,
    of_many_who_register_an_institution_at_once_one_does,
    two_nodes_open_one_session,
    two_services_of_the_same_name_write_one_chain,
    nodes_that_open_at_the_same_moment_have_a_chain_each,
    the_log_is_whole_for_whoever_walks_it_while_it_is_written,
);

/// Does something on this many threads at once.
fn together(count: usize, what: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for number in 0..count {
            let what = &what;
            scope.spawn(move || what(number));
        }
    });
}

/// Two nodes over one place, with the institution registered.
fn two_nodes(place: &Place, rules: &Rules) -> [TestNode; 2] {
    let nodes = ["east", "west"].map(|name| place.node_with(name, rules.clone()));
    nodes[0].open_clinic().unwrap();
    nodes
}

fn what_thirty_two_callers_were_told_is_there_and_audited(place: &Place) {
    let centre = place.node("east");
    centre.open_clinic().unwrap();
    let acknowledged = AtomicI64::new(0);
    together(32, |caller| {
        for number in 0..4 {
            let name = format!("受付 {caller}-{number}");
            let id = format!("desk-{caller}-{number}");
            centre.register(AccountKind::General, &id, &name).unwrap();
            acknowledged.fetch_add(1, Ordering::Relaxed);
            // The acknowledged one is there for everybody at once.
            let found = centre.read(operator().at(code()), Function::OperateAccounts, |tx| {
                manage::find_by_user_id(tx, &user_id(&id))
            });
            assert_eq!(found.unwrap().name, name);
        }
    });
    let acknowledged = acknowledged.into_inner();
    assert_eq!(acknowledged, 128);
    let there = place.number("select count(*) from account where kind = 'general'");
    assert_eq!(there, acknowledged);
    let audited = place.number(
        "select count(distinct e.subject) from audit_entry e join account a \
         on a.account_id = e.subject where e.function = 7 and e.outcome = 1",
    );
    assert_eq!(audited, acknowledged);
    place.log_is_whole(1 + 2 * acknowledged);
}

fn two_nodes_lose_no_count_of_failures(place: &Place) {
    let patient = Rules {
        lock: LockRules {
            failures: 1000,
            seconds: 900,
        },
        ..rules()
    };
    let nodes = two_nodes(place, &patient);
    together(8, |caller| {
        for _ in 0..8 {
            let told = nodes[caller % 2].log_in("nobody", "wrong");
            assert_eq!(told, Err(RefusalCode::WrongPassword));
        }
    });
    assert_eq!(place.number("select failures from login_failure"), 64);
    place.log_is_whole(1 + 64);
}

fn two_nodes_lose_no_edit(place: &Place) {
    let nodes = two_nodes(place, &rules());
    let id = nodes[0]
        .register(AccountKind::General, "desk1", "山田")
        .unwrap();
    let done = AtomicI64::new(0);
    together(6, |caller| {
        let centre = &nodes[caller % 2];
        for _ in 0..4 {
            // As a person does: look, change, and look again when somebody was quicker.
            loop {
                let (edit, id) = (edit(centre.show(&id).version), id.clone());
                let told = centre.change(admin(), Function::ManageAccounts, move |tx| {
                    manage::edit(tx, Managed::Others, &id, &edit)
                });
                match word(told) {
                    "done" => break,
                    "changed_meanwhile" => {}
                    other => panic!("{other}"),
                }
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert_eq!(nodes[0].show(&id).version, 1 + done.into_inner());
}

fn edit(version: i64) -> Edit {
    Edit {
        name: AccountName::parse("山田 花子").unwrap(),
        holder: None,
        emergency_viewing: false,
        period: Period::default(),
        note: String::new(),
        version,
    }
}

/// How many were told each word.
fn told(count: usize, what: impl Fn(usize) -> Result<(), Error> + Sync) -> [usize; 2] {
    let (done, taken) = (AtomicI64::new(0), AtomicI64::new(0));
    together(count, |number| match word(what(number)) {
        "done" => drop(done.fetch_add(1, Ordering::Relaxed)),
        "account.user_id_taken" | "facility.taken" => drop(taken.fetch_add(1, Ordering::Relaxed)),
        other => panic!("{other}"),
    });
    [done, taken].map(|count| count.into_inner() as usize)
}

fn of_many_who_want_a_user_id_at_once_one_gets_it(place: &Place) {
    let nodes = two_nodes(place, &rules());
    for round in 0..4 {
        let counts = told(8, |caller| {
            let id = format!("{}{round}", if caller % 3 == 0 { "DESK" } else { "desk" });
            let centre = &nodes[caller % 2];
            centre.register(AccountKind::General, &id, "受付").map(drop)
        });
        assert_eq!(counts, [1, 7]);
    }
    place.log_is_whole(1 + 32);
}

fn of_many_who_register_an_institution_at_once_one_does(place: &Place) {
    let nodes = ["east", "west"].map(|name| place.node(name));
    let counts = told(8, |caller| nodes[caller % 2].open_clinic().map(drop));
    assert_eq!(counts, [1, 7]);
    assert_eq!(place.number("select count(*) from account"), 2);
    place.log_is_whole(8);
}

fn two_nodes_open_one_session(place: &Place) {
    let nodes = two_nodes(place, &rules());
    nodes[0]
        .register(AccountKind::General, "desk1", "受付")
        .unwrap();
    let opened = AtomicI64::new(0);
    together(8, |caller| {
        let token = nodes[caller % 2].log_in("desk1", crate::stores::test_node::FIRST);
        if token.unwrap() != "open elsewhere" {
            opened.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert_eq!(opened.into_inner(), 1);
    let open = place.number("select count(*) from web_session where ended_at is null");
    assert_eq!(open, 1);
}

fn two_services_of_the_same_name_write_one_chain(place: &Place) {
    let nodes = ["east", "east"].map(|name| place.node(name));
    nodes[0].open_clinic().unwrap();
    together(8, |caller| {
        for number in 0..8 {
            let id = format!("desk-{caller}-{number}");
            let centre = &nodes[caller % 2];
            centre.register(AccountKind::Link, &id, "連携").unwrap();
        }
    });
    assert_eq!(place.number("select count(*) from audit_chain"), 1);
    assert_eq!(
        place.number("select count(*) from account where kind = 'link'"),
        64
    );
    place.log_is_whole(1 + 64);
}

fn nodes_that_open_at_the_same_moment_have_a_chain_each(place: &Place) {
    together(8, |number| {
        let centre = place.node(&format!("node-{}", number / 2));
        drop(centre.read(operator().actor(), Function::ManageFacilities, |_| Ok(())));
    });
    assert_eq!(place.number("select count(*) from audit_chain"), 4);
    place.log_is_whole(8);
}

fn the_log_is_whole_for_whoever_walks_it_while_it_is_written(place: &Place) {
    let centre = place.node("east");
    centre.open_clinic().unwrap();
    let over = AtomicBool::new(false);
    let problems: Vec<String> = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                let id = format!("desk-{number}");
                centre.register(AccountKind::General, &id, "受付").unwrap();
                number += 1;
            }
        });
        let walk = |_| {
            verify_at(&place.location, &SealKey::new([7; 32]), &[])
                .unwrap()
                .problems
        };
        let found = (0..20).flat_map(walk).collect();
        over.store(true, Ordering::Relaxed);
        found
    });
    assert_eq!(problems, Vec::<String>::new());
}

/// A replica, or a server that takes no writes for any other reason, would be read from as if it were the newest state.
#[test]
fn a_server_that_takes_no_writes_is_passed_over() {
    let [replica, primary] = [(); 2].map(|()| Server::start(None));
    let address = |ports: &[u16]| {
        let hosts: Vec<String> = ports
            .iter()
            .map(|port| format!("127.0.0.1:{port}"))
            .collect();
        format!("postgres://onshi@{}/postgres", hosts.join(","))
    };
    let [there, here] = [replica.port(), primary.port()];
    Database::open(&Location::Postgres(address(&[there])))
        .batch("alter role onshi set default_transaction_read_only = on");
    let found = Database::open(&Location::Postgres(address(&[there, here])))
        .number("select setting::bigint from pg_settings where name = 'port'");
    assert_eq!(found, Some(here.into()));
    let alone = Location::Postgres(address(&[there]));
    let fault = migrate(&alone, OPENING.ms()).unwrap_err();
    assert_eq!(fault.effect, Effect::NotDone, "{fault}");
    let said = fault.to_string();
    assert!(said.contains("does not allow writes"), "{said}");
}
