//! The first day of an institution, from its registration to the first account that is retired.

use crate::stores::test_node::{
    FIRST, OPENING, Place, TestNode, accepted, code, new_account, operator, rules, through,
    user_id, word,
};
use onshi_core::account::manage::{self, PasswordChanged};
use onshi_core::account::{Managed, State};
use onshi_core::{AccountKind, Actor, Error, Function, Tx};

crate::stores::on_both!(the_first_day_of_an_institution);

fn actor(centre: &TestNode, id: &str) -> Actor {
    let account = centre.show(id);
    operator().in_place_of((account.kind, id), code(), "c1")
}

fn first_day_change(centre: &TestNode, id: &str, new: &str) -> Result<String, Error> {
    let actor = actor(centre, id);
    let change = centre
        .service
        .authn()
        .password_change(&actor)
        .unwrap()
        .unwrap();
    let verdict = change.test_current(FIRST);
    let unused = change.compare(accepted(new)).to_the_end();
    let new = unused.unwrap().hash(&rules().password, [3; 16]);
    let done = centre.change(actor, Function::ChangeOwnPassword, move |tx| {
        manage::change_own_password(tx, &verdict, Some(&new), &through())
    });
    match done? {
        PasswordChanged::Done(token) => Ok(token.reveal().to_owned()),
        PasswordChanged::Refused(refusal) => Err(refusal.into()),
    }
}

/// Registers an account as this one does.
fn register(centre: &TestNode, by: &str, kind: AccountKind) -> Result<String, Error> {
    let actor = actor(centre, by);
    let (function, managed) = match kind {
        AccountKind::Admin => (Function::ManageAdministrators, Managed::Administrators),
        _ => (Function::ManageAccounts, Managed::Others),
    };
    let new = new_account(kind, &format!("{}-1", kind.code()), kind.label());
    centre.change(actor, function, move |tx| {
        manage::register(tx, managed, &new)
    })
}

fn the_first_day_of_an_institution(place: &Place) {
    let centre = place.node("east");
    let facility = centre.open_clinic().unwrap();
    assert_eq!((facility.created_at, facility.stopped), (OPENING, None));
    let master = centre.read(operator().at(code()), Function::OperateAccounts, |tx| {
        manage::find_by_user_id(tx, &user_id("MASTER1"))
    });
    let master = master.unwrap().account_id;
    assert!(centre.log_in("master1", FIRST).is_ok());
    first_day_change(&centre, &master, "masters-Own-2").unwrap();

    let admin = register(&centre, &master, AccountKind::Admin).unwrap();
    assert_eq!(
        word(register(&centre, &master, AccountKind::General)),
        "permission.denied"
    );
    assert_eq!(centre.show(&admin).created_by.as_deref(), Some("master1"));
    centre.log_in("admin-1", FIRST).unwrap();
    first_day_change(&centre, &admin, "admins-Own-3").unwrap();

    for kind in Managed::Others.kinds() {
        let id = register(&centre, &admin, *kind).unwrap();
        assert_eq!(
            word(register(&centre, &admin, *kind)),
            "account.user_id_taken"
        );
        one_account(&centre, &admin, &id);
    }
    assert_eq!(
        word(register(&centre, &admin, AccountKind::Admin)),
        "permission.denied"
    );
    place.log_is_whole(place.number("select max(seq) from audit_entry"));
}

/// From the first log-in of an account to its last.
fn one_account(centre: &TestNode, admin: &str, id: &str) {
    let before = centre.show(id);
    let user = before.user_id.as_str().to_owned();
    assert_eq!(before.state(centre.now(), 90), State::NeverUsed);
    assert_eq!(before.note, "備考 100%_!\n二行目");
    let first = centre.log_in(&user, FIRST).unwrap();
    assert!(
        centre
            .service
            .authn()
            .session(&first)
            .unwrap()
            .unwrap()
            .must_change_password
    );
    let second = first_day_change(centre, id, "Their-own-4").unwrap();
    let session = |token: &str| {
        let found = centre.service.authn().session(token).unwrap().unwrap();
        found.check(centre.now(), &centre.service.rules().session)
    };
    assert!(session(&first).is_err());
    assert_eq!(session(&second), Ok(()));
    assert!(!centre.show(id).must_change_password());
    assert_eq!(centre.show(id).state(centre.now(), 90), State::Active);

    let act = |what: fn(&mut Tx<'_>, &str) -> Result<(), Error>| {
        let id = id.to_owned();
        let admin = actor(centre, admin);
        word(centre.change(admin, Function::ManageAccounts, move |tx| what(tx, &id)))
    };
    assert_eq!(
        act(|w, id| manage::stop(w, Managed::Others, id, "休職")),
        "done"
    );
    assert!(session(&second).is_err());
    assert_eq!(
        centre.log_in(&user, "Their-own-4").unwrap_err().code(),
        "account.stopped"
    );
    assert_eq!(
        act(|w, id| manage::stop(w, Managed::Others, id, "休職")),
        "wrong_state"
    );
    assert_eq!(act(|w, id| manage::resume(w, Managed::Others, id)), "done");
    let third = centre.log_in(&user, "Their-own-4").unwrap();
    assert_eq!(
        centre.log_in(&user, "Their-own-4").unwrap(),
        "open elsewhere"
    );
    assert_eq!(
        act(|w, id| manage::end_sessions(w, Managed::Others, id).map(drop)),
        "done"
    );
    assert!(session(&third).is_err());
    assert_eq!(
        act(|w, id| manage::retire(w, Managed::Others, id, "退職")),
        "done"
    );
    assert_eq!(
        centre.log_in(&user, "Their-own-4").unwrap_err().code(),
        "account.retired"
    );
}
