//! Whose turn it is, and in whose name what is done.

use super::*;
use crate::actor::Role;
use crate::eligibility::bulk::{Upload, digest, take_whole};
use crate::testing::{Clinic, TestCentre};

fn upload(centre: &TestCentre, at: &Clinic, key: &str, items: usize) -> String {
    let kind = AccountKind::Admin;
    let actor = Actor::account(kind, &at.master, at.code.clone(), "c1");
    let item = Item {
        question: Some(RowQuestion::default()),
        ..Item::default()
    };
    let items = vec![item; items];
    let upload = Upload {
        kind: BulkKind::Eligibility,
        key: key.to_owned(),
        file_identifier: None,
        file_spelling: None,
        day: None,
        content: digest(&items).unwrap(),
        items,
    };
    let function = upload.kind.function();
    let taken = centre.change(actor, function, move |tx| take_whole(tx, &upload));
    taken.unwrap().reception_number
}

/// How many pieces it takes until this request is done.
fn pieces_until_done(centre: &TestCentre, number: &str) -> usize {
    for pieces in 1..1000 {
        assert!(centre.service().work_on_bulk(&centre.request()).unwrap());
        let done = centre.number(
            "select count(*) from bulk_request where reception_number = $1 \
             and finished_at is not null",
            &[number.into()],
        );
        if done == 1 {
            return pieces;
        }
    }
    panic!("it is never done");
}

#[test]
fn a_row_of_one_institution_waits_for_one_piece_of_each_other_and_not_for_all() {
    let centre = TestCentre::new();
    let clinics: Vec<Clinic> = (1..5).map(|body| centre.clinic(body)).collect();
    for at in &clinics[..3] {
        for key in ["a", "b"] {
            upload(&centre, at, key, 200);
        }
    }
    // Whoever comes while another's turn is on is next to be served within one round.
    for _ in 0..3 {
        assert!(centre.service().work_on_bulk(&centre.request()).unwrap());
        let one = upload(&centre, &clinics[3], &centre.asked().to_string(), 1);
        assert!(pieces_until_done(&centre, &one) <= 4);
    }
    // Of one institution the older request is done before the younger is begun.
    let begun = centre.number(
        "select count(*) from bulk_request where next_item > 0 and items = 200",
        &[],
    );
    assert_eq!(begun, 3);
    while centre.service().work_on_bulk(&centre.request()).unwrap() {}
    let open = "select count(*) from bulk_request where finished_at is null";
    assert_eq!(centre.number(open, &[]), 0);
}

/// Role, function, outcome, account and subject of an entry.
type Left = (i64, i64, i64, Option<String>, Option<String>);

/// The entries that a piece left, oldest first.
fn left_by_a_piece(centre: &TestCentre) -> Vec<Left> {
    let before = centre.number("select count(*) from audit_entry", &[]);
    assert!(RunBulk.run(centre.service(), &centre.request()).unwrap());
    let rows = centre.raw_connection().rows(
        "select role, function, outcome, account_id, subject, facility_code from audit_entry \
         order by seq",
        &[],
    );
    let rows = rows.unwrap().into_iter().skip(before as usize);
    rows.map(|row| {
        assert!(row.opt_text(5).unwrap().is_some(), "it is in no log");
        let number = |at| row.int(at).unwrap();
        let (account, subject) = (row.opt_text(3).unwrap(), row.opt_text(4).unwrap());
        (number(0), number(1), number(2), account, subject)
    })
    .collect()
}

#[test]
fn the_centre_works_in_its_own_name_and_looks_people_up_in_the_accounts() {
    let centre = TestCentre::new();
    let at = centre.clinic(1);
    let number = upload(&centre, &at, "a", 2);
    let asker = (
        Role::Admin.number(),
        Function::CheckEligibilityInBulk.number(),
    );
    let in_its_own_name = (Role::System.number(), Function::RunBulk.number());
    let left = left_by_a_piece(&centre);
    let [first, second, end] = left.as_slice() else {
        panic!("{left:?}");
    };
    for entry in [first, second] {
        assert_eq!((entry.0, entry.1), asker);
        assert_eq!(entry.3.as_deref(), Some(at.master.as_str()));
    }
    assert_eq!(
        (end.0, end.1, end.2, &end.3),
        (in_its_own_name.0, in_its_own_name.1, 1, &None)
    );
    assert_eq!(end.4.as_deref(), Some(number.as_str()));
    // Whoever may not ask any more asks nothing: the centre says so in its own name.
    let number = upload(&centre, &at, "b", 2);
    let code = at.code.clone();
    let stopped = centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        crate::registration::stop(tx, &code, "閉院のため")
    });
    stopped.unwrap();
    let refused = crate::audit::Outcome::Refused.number();
    let left = left_by_a_piece(&centre);
    let only = (
        in_its_own_name.0,
        in_its_own_name.1,
        refused,
        None,
        Some(number),
    );
    assert_eq!(left, [only]);
    assert_eq!(centre.verified(), Vec::<String>::new());
}
