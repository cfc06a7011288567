//! What the door writes down, and what a refusal, a fault, a panic and a full queue leave behind.

use crate::account::{Managed, manage};
use crate::audit::{SealKey, verify};
use crate::engine::WriterSettings;
use crate::error::Fault;
use crate::service::{OperationContext, Tx};
use crate::testing::{Clinic, KEY, TestCentre, code};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};
use std::sync::mpsc::{Receiver, channel};

/// Outcome and refusal of the entries after this many, in the order of the log.
fn entries_after(centre: &TestCentre, known: i64) -> Vec<(i64, Option<String>)> {
    let sql = "select outcome, refusal from audit_entry where seq > $1 order by seq";
    let rows = centre.raw_connection().rows(sql, &[known.into()]).unwrap();
    rows.iter()
        .map(|row| (row.int(0).unwrap(), row.opt_text(1).unwrap()))
        .collect()
}

fn entries(centre: &TestCentre) -> i64 {
    centre.number("select count(*) from audit_entry", &[])
}

fn accounts(centre: &TestCentre) -> i64 {
    centre.number("select count(*) from account", &[])
}

const DONE: i64 = 1;
const REFUSED: i64 = 2;
const FAILED: i64 = 3;

/// Registers an account and then goes on as `end` says.
fn register_and(
    id: &'static str,
    end: fn() -> Result<(), Error>,
) -> impl FnMut(&mut Tx<'_>) -> Result<(), Error> + Send + 'static {
    let new = crate::testing::new_account(AccountKind::General, id);
    move |tx| {
        manage::register(tx, Managed::Others, &new)?;
        end()
    }
}

#[test]
fn a_refused_function_leaves_one_refused_entry_and_nothing_else() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let (known, before) = (entries(&centre), accounts(&centre));
    let told = centre.change(
        clinic.master(),
        Function::ManageAccounts,
        |_| -> Result<(), Error> { panic!("the table says no: this must not run") },
    );
    assert_eq!(code(told), RefusalCode::NotPermitted);
    let told = centre.read(
        clinic.master(),
        Function::ViewInDisaster,
        |_| -> Result<(), Error> { panic!("the table says no: this must not run") },
    );
    assert_eq!(code(told), RefusalCode::NotPermitted);
    let told = centre.read(
        clinic.admin("x"),
        Function::ViewInDisaster,
        |tx| -> Result<(), Error> {
            tx.opened()?;
            panic!("it is not opened: this must not run")
        },
    );
    assert_eq!(code(told), RefusalCode::NotOpened);
    let denied = (REFUSED, Some("permission.denied".to_owned()));
    let closed = (REFUSED, Some("emergency.closed".to_owned()));
    assert_eq!(
        entries_after(&centre, known),
        [denied.clone(), denied, closed]
    );
    assert_eq!(accounts(&centre), before);
}

#[test]
fn coming_in_leaves_an_entry_only_when_it_is_refused() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let known = entries(&centre);
    let enter = |actor: Actor| {
        let (tell, told) = channel();
        let operation = centre.operation(actor, Function::ManageAccounts);
        centre
            .service()
            .enter(operation, move |answer| tell.send(answer).unwrap());
        told.recv().unwrap()
    };
    enter(clinic.admin("x")).unwrap();
    assert_eq!(entries_after(&centre, known), []);
    assert_eq!(code(enter(clinic.master())), RefusalCode::NotPermitted);
    let denied = (REFUSED, Some("permission.denied".to_owned()));
    assert_eq!(entries_after(&centre, known), [denied]);
}

#[test]
fn a_refusal_half_way_undoes_what_was_written_and_is_audited() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let (known, before) = (entries(&centre), accounts(&centre));
    let work = register_and("desk1", || Err(RefusalCode::WrongState.into()));
    let told = centre.change(clinic.admin("x"), Function::ManageAccounts, work);
    assert_eq!(code(told), RefusalCode::WrongState);
    let refused = (REFUSED, Some("wrong_state".to_owned()));
    assert_eq!(entries_after(&centre, known), [refused]);
    assert_eq!(accounts(&centre), before);
}

/// Queues a piece that keeps the writer until the sender is dropped, so that what comes after it
/// is in one group.
fn hold_the_writer(centre: &TestCentre, clinic: &Clinic) -> std::sync::mpsc::Sender<()> {
    let (release, held): (_, Receiver<()>) = channel();
    let (tell, told) = channel();
    let operation = centre.operation(clinic.admin("x"), Function::ManageAccounts);
    centre.service().change(
        operation,
        move |_| {
            tell.send(()).unwrap();
            held.recv()
                .expect_err("the sender is dropped and never sends");
            Ok(())
        },
        drop,
    );
    told.recv().unwrap();
    release
}

fn submit(
    centre: &TestCentre,
    operation: OperationContext,
    work: impl FnMut(&mut Tx<'_>) -> Result<(), Error> + Send + 'static,
) -> Receiver<Result<(), Error>> {
    let (tell, told) = channel();
    centre
        .service()
        .change(operation, work, move |answer| tell.send(answer).unwrap());
    told
}

#[test]
fn a_fault_or_a_panic_undoes_its_own_piece_of_the_group_alone() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let (known, before) = (entries(&centre), accounts(&centre));
    let seals = centre.number("select count(*) from audit_seal", &[]);
    let held = hold_the_writer(&centre, &clinic);
    let ask = |id, end| {
        let operation = centre.operation(clinic.admin("x"), Function::ManageAccounts);
        submit(&centre, operation, register_and(id, end))
    };
    let first = ask("desk1", || Ok(()));
    let fault = ask("desk2", || Err(Fault::at("the test", "on purpose").into()));
    let panic = ask("desk3", || panic!("on purpose"));
    let broken = submit(
        &centre,
        centre.operation(clinic.admin("x"), Function::ManageAccounts),
        |tx| {
            Ok(tx
                .execute("insert into no_such_table values (1)", &[])
                .map(drop)?)
        },
    );
    let last = ask("desk4", || Ok(()));
    drop(held);
    first.recv().unwrap().unwrap();
    last.recv().unwrap().unwrap();
    for failed in [fault, panic, broken] {
        assert!(matches!(failed.recv().unwrap(), Err(Error::Fault(_))));
    }
    let outcomes: Vec<i64> = entries_after(&centre, known)
        .into_iter()
        .map(|(outcome, _)| outcome)
        .collect();
    assert_eq!(outcomes, [DONE, DONE, FAILED, FAILED, FAILED, DONE]);
    assert_eq!(accounts(&centre), before + 2);
    let groups = centre.number("select count(*) from audit_seal", &[]) - seals;
    assert_eq!(groups, 2, "the five were one group");
    let report = verify(&mut centre.raw_connection(), &SealKey::new(KEY), &[]).unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
}

#[test]
fn a_panic_while_reading_is_a_fault_and_is_audited() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let known = entries(&centre);
    let told = centre.read(
        clinic.admin("x"),
        Function::ListAccounts,
        |_| -> Result<(), Error> { panic!("on purpose") },
    );
    assert!(matches!(told, Err(Error::Fault(_))));
    assert_eq!(entries_after(&centre, known), [(FAILED, None)]);
}

#[test]
fn what_only_reads_can_not_write() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let stop = id.clone();
    let told = centre.read(clinic.admin("x"), Function::ListAccounts, move |tx| {
        manage::stop(tx, Managed::Others, &stop, "休職")
    });
    assert!(matches!(told, Err(Error::Fault(_))));
    assert!(centre.account(&clinic, &id).stopped.is_none());
}

#[test]
fn a_full_queue_answers_busy_and_forgets_nothing_that_it_took() {
    let centre = TestCentre::with(WriterSettings {
        node: "test".to_owned(),
        group_max: 8,
        queue_max: 3,
    });
    let clinic = centre.clinic(1);
    let known = entries(&centre);
    let held = hold_the_writer(&centre, &clinic);
    let asked: Vec<_> = ["desk1", "desk2", "desk3", "desk4", "desk5"]
        .into_iter()
        .map(|id| {
            let operation = centre.operation(clinic.admin("x"), Function::ManageAccounts);
            submit(&centre, operation, register_and(id, || Ok(())))
        })
        .collect();
    drop(held);
    let told: Vec<_> = asked.into_iter().map(|told| told.recv().unwrap()).collect();
    assert!(told[..3].iter().all(Result::is_ok));
    for busy in told.into_iter().skip(3) {
        assert_eq!(code(busy), RefusalCode::Busy);
    }
    assert_eq!(
        entries_after(&centre, known).len(),
        4,
        "what was held, and three"
    );
    assert_eq!(accounts(&centre), 2 + 3);
}

#[test]
fn closing_the_office_finishes_what_it_took() {
    let mut centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let held = hold_the_writer(&centre, &clinic);
    let operation = centre.operation(clinic.admin("x"), Function::ManageAccounts);
    let asked = submit(&centre, operation, register_and("desk1", || Ok(())));
    drop(held);
    drop(centre.service.take());
    asked.recv().unwrap().unwrap();
    assert_eq!(accounts(&centre), 3);
}
