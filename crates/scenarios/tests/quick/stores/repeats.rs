//! PostgreSQL asks for a repeat when two nodes meet. The repeat happens, and nobody notices.

use crate::stores::test_node::{Place, TestNode, admin, hash, user_id, word};
use onshi_core::account::{Managed, manage};
use onshi_core::{AccountKind, Function};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};

/// Two nodes over one PostgreSQL, and two accounts.
fn nodes(place: &Place) -> ([TestNode; 2], [String; 2]) {
    let nodes = ["east", "west"].map(|name| place.node(name));
    nodes[0].open_clinic().unwrap();
    let ids = ["desk1", "desk2"].map(|id| {
        let centre = &nodes[0];
        centre.register(AccountKind::General, id, "受付").unwrap()
    });
    (nodes, ids)
}

#[test]
fn a_deadlock_of_two_nodes_is_repeated() {
    let place = Place::postgres();
    let ([east, west], [first, second]) = nodes(&place);
    let runs = Arc::new(AtomicUsize::new(0));
    let meet = Arc::new(Barrier::new(2));
    let reset_both = |centre: &TestNode, order: [String; 2]| {
        let (runs, meet, mut met) = (runs.clone(), meet.clone(), false);
        centre.change(admin(), Function::ManageAccounts, move |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            manage::reset_password(tx, Managed::Others, &order[0], &hash("next-Password-1"))?;
            if !met {
                met = true;
                meet.wait();
            }
            manage::reset_password(tx, Managed::Others, &order[1], &hash("next-Password-1"))?;
            Ok(())
        })
    };
    std::thread::scope(|scope| {
        let there = scope.spawn(|| reset_both(&east, [first.clone(), second.clone()]));
        let back = scope.spawn(|| reset_both(&west, [second.clone(), first.clone()]));
        assert_eq!(word(there.join().unwrap()), "done");
        assert_eq!(word(back.join().unwrap()), "done");
    });
    assert!(
        runs.load(Ordering::Relaxed) >= 3,
        "one of them was repeated"
    );
    for id in [&first, &second] {
        assert_eq!(east.show(id).version, 3, "both resets are there");
    }
    assert_eq!(place.number("select count(*) from password_history"), 4);
    place.log_is_whole(3 + 2 + 2);
}

#[test]
fn what_another_node_changed_after_we_read_it_is_read_again() {
    let place = Place::postgres();
    let ([east, west], [id, _]) = nodes(&place);
    let (tell, told) = channel();
    let (answer, answered) = channel::<()>();
    let (mut tell, runs) = (Some(tell), Arc::new(AtomicUsize::new(0)));
    let counted = runs.clone();
    let ours = id.clone();
    std::thread::scope(|scope| {
        let (west, id) = (&west, id.clone());
        scope.spawn(move || {
            told.recv().unwrap();
            let stop = west.change(admin(), Function::ManageAccounts, move |tx| {
                manage::stop(tx, Managed::Others, &id, "休職")
            });
            stop.unwrap();
            drop(answer);
        });
        let resume = east.change(admin(), Function::ManageAccounts, move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            manage::show(tx, Managed::Others, &ours)?;
            if let Some(tell) = tell.take() {
                tell.send(()).unwrap();
                answered.recv().unwrap_err();
            }
            manage::stop(tx, Managed::Others, &ours, "異動")
        });
        assert_eq!(word(resume), "wrong_state", "it had been stopped meanwhile");
    });
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(east.show(&id).stopped.unwrap().1, "休職");
}

#[test]
fn a_connection_that_was_cut_off_is_made_anew() {
    let place = Place::postgres();
    let ([east, _], _) = nodes(&place);
    place.number(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid()",
    );
    let told = east.register(AccountKind::General, "desk3", "受付");
    let id = told.expect("the writer has begun anew");
    // Who reads first finds out, and is told of a fault; the next one has a new connection.
    drop(east.service.authn().certificate("none"));
    assert_eq!(east.show(&id).user_id, user_id("desk3"));
    place.log_is_whole(5);
}
