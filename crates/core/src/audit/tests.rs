//! The audit log: what the door writes, and that nobody changes it unseen.

mod details;
mod door;
mod tamper;

use super::{Filter, Page};
use crate::history::list;
use crate::permission::Function;
use crate::testing::TestCentre;
use crate::{AccountKind, Actor};

/// The master reads what is about accounts; the list of functions in the SQL is the table's.
#[test]
fn the_masters_view_holds_every_function_about_accounts_and_no_other() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    for function in Function::ALL {
        let actor = Actor::operator_at(clinic.code.clone());
        drop(centre.change(actor, *function, |_| Ok(())));
    }
    let filter = Filter {
        about_accounts: true,
        ..Filter::default()
    };
    let page = Page {
        skip: 0,
        limit: 1000,
    };
    let lines = centre.read(clinic.master(), Function::ReadAccountHistory, |tx| {
        list(tx, &filter, page)
    });
    let mut found: Vec<Function> = lines
        .unwrap()
        .iter()
        .filter_map(|line| line.function)
        .collect();
    found.sort();
    found.dedup();
    assert_eq!(found, Function::ABOUT_ACCOUNTS);
}

#[test]
fn an_institution_reads_its_own_log_newest_first() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    centre.pass(1);
    centre
        .register(&other, AccountKind::Admin, "admin2")
        .unwrap();
    centre.pass(1);
    centre.log_in(&clinic, "admin1", "wrong", "c1");
    let page = Page { skip: 0, limit: 10 };
    let actor = clinic.admin("x");
    let lines = centre.read(actor, Function::ReadAuditLog, move |tx| {
        list(tx, &Filter::default(), page)
    });
    let told: Vec<(Option<Function>, Option<String>, Option<String>)> = lines
        .unwrap()
        .into_iter()
        .map(|line| (line.function, line.subject, line.refusal))
        .collect();
    let wrong = Some("login.wrong".to_owned());
    let admin = Some("admin1".to_owned());
    let expected = (Some(Function::LogIn), admin.clone(), wrong);
    assert_eq!(told[0], expected);
    assert_eq!(told[1], (Some(Function::ManageAdministrators), admin, None));
    assert!(
        told.iter()
            .all(|(_, subject, _)| subject.as_deref() != Some("admin2"))
    );
}
