//! Many accounts are registered at once.

use crate::account::bulk::{Taken, find_taken, register_all};
use crate::account::{Managed, NewAccount, UserId};
use crate::testing::{TestCentre, code, new_account};
use crate::{AccountKind, Actor, Function, RefusalCode, Tx};

#[test]
fn a_list_of_accounts_is_registered_as_a_whole_or_not_at_all() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let admin = centre
        .register(&clinic, AccountKind::Admin, "kanri1")
        .unwrap();
    let admin = clinic.admin(&admin);
    centre
        .register(&clinic, AccountKind::General, "a01")
        .unwrap();
    let all = |ids: &[&str]| -> Vec<NewAccount> {
        let one = |id: &&str| new_account(AccountKind::General, id);
        ids.iter().map(one).collect()
    };
    let register_as = |who: &Actor, function, managed, all: Vec<NewAccount>| {
        centre.change(who.clone(), function, move |tx| {
            register_all(tx, managed, &all).map(|ids| ids.len())
        })
    };
    let others = (Function::ManageAccounts, Managed::Others);
    let taken = register_as(&admin, others.0, others.1, all(&["b01", "A01", "c01"]));
    assert_eq!(code(taken), RefusalCode::UserIdTaken);
    let ids: Vec<UserId> = all(&["b01", "a01", "kanri1"])
        .into_iter()
        .map(|new| new.user_id)
        .collect();
    let look = move |tx: &mut Tx<'_>| find_taken(tx, Managed::Others, &ids);
    let told = centre
        .read(admin.clone(), Function::ManageAccounts, look)
        .unwrap();
    assert!(told[0].is_none() && matches!(told[1], Some(Taken::By(_))));
    assert_eq!(
        told[2],
        Some(Taken::Else),
        "nothing is told of an administrator"
    );
    assert_eq!(
        register_as(&admin, others.0, others.1, all(&["b01", "c01"])).unwrap(),
        2
    );
    // The table says who registers whom.
    let wrong = register_as(
        &admin,
        others.0,
        others.1,
        vec![new_account(AccountKind::Admin, "kanri9")],
    );
    assert_eq!(code(wrong), RefusalCode::NotPermitted);
    let by_general = Actor::account(AccountKind::General, "a", clinic.code.clone(), "c1");
    let wrong = register_as(&by_general, others.0, others.1, all(&["d01"]));
    assert_eq!(code(wrong), RefusalCode::NotPermitted);
    let many: Vec<String> = (0..201).map(|n| format!("many{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = register_as(&admin, others.0, others.1, all(&many));
    assert_eq!(code(refused), RefusalCode::TooLarge);
}
