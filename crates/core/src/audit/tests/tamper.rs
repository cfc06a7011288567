//! Whoever changes the log past the door is found.

use crate::audit::store::COLUMNS;
use crate::audit::{Checked, SealKey, Verification, verify};
use crate::clock::Day;
use crate::store::Connection;
use crate::testing::{KEY, TestCentre};
use crate::{AccountKind, Actor, Function};
use proptest::prelude::*;

/// A centre with a log of several groups, every column of which is filled somewhere.
fn written() -> TestCentre {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    for id in ["desk1", "desk2", "desk3"] {
        centre.register(&clinic, AccountKind::General, id).unwrap();
        centre.log_in(&clinic, id, "wrong", "c1");
    }
    centre
}

fn check(centre: &TestCentre, known: &[String]) -> Verification {
    verify(&mut centre.raw_connection(), &SealKey::new(KEY), known).unwrap()
}

/// Does this past the door and says what the verification then finds.
fn found_after(centre: &TestCentre, known: &[String], deeds: &[&str]) -> Vec<String> {
    let mut raw_connection = centre.raw_connection();
    for deed in deeds {
        raw_connection.batch(deed).unwrap();
    }
    check(centre, known).problems
}

/// The columns of the log's table, in order.
fn columns(raw_connection: &mut Connection) -> Vec<(String, String)> {
    let sql = "select name, lower(type) from pragma_table_info('audit_entry') order by cid";
    let rows = raw_connection.rows(sql, &[]).unwrap();
    rows.iter()
        .map(|row| (row.text(0).unwrap(), row.text(1).unwrap()))
        .collect()
}

#[test]
fn a_log_that_nobody_touched_is_whole() {
    let centre = written();
    let report = check(&centre, &[]);
    assert_eq!(report.problems, Vec::<String>::new());
    assert_eq!(report.entries, centre.asked());
    assert!(report.seals > 0 && report.seals <= report.entries);
    assert_eq!(
        (report.heads[0].node.as_str(), report.heads.len()),
        ("test", 1)
    );
    assert_eq!(report.heads[0].last_seq, centre.asked());
    let known: Vec<String> = report.heads.into_iter().map(|head| head.seal).collect();
    centre.clinic(2);
    assert_eq!(
        check(&centre, &known).problems,
        Vec::<String>::new(),
        "it only grew"
    );
}

#[test]
fn another_key_fits_no_seal() {
    let centre = written();
    let report = verify(&mut centre.raw_connection(), &SealKey::new([8; 32]), &[]).unwrap();
    assert_eq!(report.problems.len() as i64, report.seals);
    assert_eq!(format!("{:?}", SealKey::new(KEY)), "SealKey(***)");
}

#[test]
fn a_change_of_any_column_of_any_entry_is_found() {
    let centre = written();
    let mut raw_connection = centre.raw_connection();
    let columns = columns(&mut raw_connection);
    assert_eq!(columns.len(), COLUMNS);
    for seq in 1..=centre.asked() {
        for (column, kind) in &columns {
            let change = match kind.as_str() {
                "bigint" => format!("coalesce({column}, 0) + 1000"),
                _ => format!("coalesce({column}, '') || 'x'"),
            };
            raw_connection.batch("begin").unwrap();
            let sql = format!("update audit_entry set {column} = {change} where seq = {seq}");
            raw_connection.batch(&sql).unwrap();
            let report = verify(&mut raw_connection, &SealKey::new(KEY), &[]).unwrap();
            assert_ne!(report.problems, Vec::<String>::new(), "{column} of {seq}");
            raw_connection.batch("rollback").unwrap();
        }
    }
    assert_eq!(check(&centre, &[]).problems, Vec::<String>::new());
}

/// The address came later than the log: rows without one are sealed as they always were, and who
/// takes one away, adds one or moves one is found all the same.
#[test]
fn an_address_is_sealed_where_there_is_one_and_old_rows_still_verify() {
    let centre = written();
    for address in ["192.0.2.7", "2001:db8::7"] {
        let (tell, told) = std::sync::mpsc::channel();
        let mut operation = centre.operation(Actor::operator(), Function::ManageFacilities);
        operation.request = operation.request.from_peer(&address.into());
        let work = |_: &mut crate::Tx<'_>| Ok(());
        centre.service().scan(operation, work, move |answer| {
            tell.send(answer.is_ok()).unwrap()
        });
        assert_eq!(told.recv(), Ok(true));
    }
    assert_eq!(check(&centre, &[]).problems, Vec::<String>::new());
    for deed in [
        "update audit_entry set peer_address = null where peer_address = '192.0.2.7'",
        "update audit_entry set peer_address = '192.0.2.7' where seq = 1",
        "update audit_entry set detail = peer_address, peer_address = null \
         where peer_address = '2001:db8::7'",
    ] {
        let mut raw_connection = centre.raw_connection();
        raw_connection.batch("begin").unwrap();
        raw_connection.batch(deed).unwrap();
        let report = verify(&mut raw_connection, &SealKey::new(KEY), &[]).unwrap();
        assert_ne!(report.problems, Vec::<String>::new(), "{deed}");
        raw_connection.batch("rollback").unwrap();
    }
    assert_eq!(check(&centre, &[]).problems, Vec::<String>::new());
}

#[test]
fn what_a_check_found_is_sealed_too() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let actor = Actor::account(AccountKind::General, "a1", clinic.code, "c1");
    let checked = Checked {
        asked_for: Day::from_number(20_261_125).unwrap(),
        validity: 1,
        told: 2,
        coverage: Some((77, Day::from_number(20_200_401).unwrap())),
    };
    centre
        .change(actor, Function::CheckEligibility, move |tx| {
            tx.set_checked(checked);
            Ok(())
        })
        .unwrap();
    assert_eq!(check(&centre, &[]).problems, Vec::<String>::new());
    for column in ["asked_for", "validity", "told", "card", "acquired"] {
        let was = format!("{column} is not null");
        for deed in [
            format!("update audit_entry set {column} = {column} + 1 where {was}"),
            format!("update audit_entry set {column} = null where {was}"),
        ] {
            let mut raw_connection = centre.raw_connection();
            raw_connection.batch("begin").unwrap();
            raw_connection.batch(&deed).unwrap();
            let report = verify(&mut raw_connection, &SealKey::new(KEY), &[]).unwrap();
            assert_ne!(report.problems, Vec::<String>::new(), "{deed}");
            raw_connection.batch("rollback").unwrap();
        }
    }
    let all = "update audit_entry set asked_for = null, validity = null, told = null, \
               card = null, acquired = null";
    assert_ne!(found_after(&centre, &[], &[all]), Vec::<String>::new());
}

#[test]
fn an_empty_text_in_the_place_of_none_is_found() {
    let centre = written();
    let deed = "update audit_entry set basis = '' where seq = 2";
    assert_eq!(found_after(&centre, &[], &[deed]).len(), 1);
}

#[test]
fn a_text_that_moved_to_the_next_column_is_found() {
    let centre = written();
    let deed = "update audit_entry set basis = detail, detail = null where detail is not null";
    assert_ne!(found_after(&centre, &[], &[deed]), Vec::<String>::new());
}

#[test]
fn a_deleted_entry_is_found() {
    for seq in 1..=8 {
        let centre = written();
        assert_eq!(centre.asked(), 8);
        let deed = format!("delete from audit_entry where seq = {seq}");
        assert_eq!(found_after(&centre, &[], &[&deed]).len(), 1, "{seq}");
    }
}

#[test]
fn an_inserted_entry_is_found_wherever_it_is_put() {
    let copy = |chain: i64, seq: i64| {
        format!(
            "insert into audit_entry select {chain}, {seq}, at, request, function, outcome, \
             refusal, role, account_id, facility_code, certificate_serial, subject_kind, \
             subject, basis, detail, peer_address, asked_for, validity, told, card, acquired \
             from audit_entry where seq = 3"
        )
    };
    for (chain, seq) in [(1, 0), (1, -5), (1, 9), (1, 999), (2, 1), (0, 3)] {
        let centre = written();
        let found = found_after(&centre, &[], &[&copy(chain, seq)]);
        assert_ne!(found, Vec::<String>::new(), "{chain} {seq}");
    }
    let centre = written();
    let widen = "update audit_chain set last_seq = last_seq + 1";
    assert_ne!(
        found_after(&centre, &[], &[&copy(1, 9), widen]),
        Vec::<String>::new()
    );
    // Writing on does not cover it up.
    centre.clinic(2);
    assert_ne!(check(&centre, &[]).problems, Vec::<String>::new());
}

#[test]
fn an_entry_in_the_place_of_a_deleted_one_is_found() {
    let centre = written();
    let deeds = [
        "delete from audit_entry where seq = 4",
        "update audit_entry set seq = 4 where seq = 5",
        "insert into audit_entry (chain, seq, at, request, function, outcome, refusal, role, \
         account_id, facility_code, certificate_serial, subject_kind, subject, basis, detail) \
         select chain, 5, at, request, function, outcome, refusal, role, \
         account_id, facility_code, certificate_serial, subject_kind, subject, basis, detail \
         from audit_entry where seq = 6",
    ];
    assert_ne!(found_after(&centre, &[], &deeds), Vec::<String>::new());
}

#[test]
fn two_entries_that_changed_places_are_found() {
    let centre = written();
    let deeds = [
        "update audit_entry set seq = -1 where seq = 3",
        "update audit_entry set seq = 3 where seq = 5",
        "update audit_entry set seq = 5 where seq = -1",
    ];
    assert_ne!(found_after(&centre, &[], &deeds), Vec::<String>::new());
}

#[test]
fn a_deleted_or_changed_seal_is_found() {
    let last = "select max(last_seq) from audit_seal)";
    for deed in [
        "delete from audit_seal where last_seq = 1",
        "delete from audit_seal where last_seq = 4",
        &format!("delete from audit_seal where last_seq = ({last}"),
        "delete from audit_seal",
        "update audit_seal set hash = zeroblob(32) where last_seq = 4",
        "update audit_seal set sealed_at = sealed_at + 1 where last_seq = 4",
        "update audit_seal set first_seq = first_seq - 1 where last_seq = 4",
        "update audit_seal set last_seq = 100 where last_seq = 4",
        "update audit_seal set chain = 2 where last_seq = 4",
        "insert into audit_seal select chain, 9, 9, sealed_at, hash from audit_seal \
         where last_seq = 4",
    ] {
        let centre = written();
        assert_ne!(
            found_after(&centre, &[], &[deed]),
            Vec::<String>::new(),
            "{deed}"
        );
    }
}

#[test]
fn a_changed_head_is_found_and_writing_on_does_not_cover_it_up() {
    for deed in [
        "update audit_chain set last_hash = zeroblob(32)",
        "update audit_chain set last_seq = last_seq + 1",
        "update audit_chain set last_seq = last_seq - 1",
        "update audit_chain set chain = 2",
        "delete from audit_chain",
    ] {
        let centre = written();
        assert_ne!(
            found_after(&centre, &[], &[deed]),
            Vec::<String>::new(),
            "{deed}"
        );
        if deed.contains("last_hash") || deed.contains("+ 1") {
            centre.clinic(2);
            assert_ne!(check(&centre, &[]).problems, Vec::<String>::new(), "{deed}");
        }
    }
}

/// Takes the log back to what it was after this entry, as if the rest had never been.
fn cut_off(after: i64) -> [String; 3] {
    [
        format!("delete from audit_entry where seq > {after}"),
        format!("delete from audit_seal where last_seq > {after}"),
        format!(
            "update audit_chain set last_seq = {after}, last_hash = \
             coalesce((select hash from audit_seal where last_seq = {after}), zeroblob(0))"
        ),
    ]
}

#[test]
fn a_cut_off_tail_is_found_by_a_head_that_was_noted_before() {
    for after in 0..8 {
        let centre = written();
        let known = [check(&centre, &[]).heads[0].seal.clone()];
        let cut = cut_off(after);
        let cut = cut.each_ref().map(String::as_str);
        assert_eq!(
            found_after(&centre, &[], &cut),
            Vec::<String>::new(),
            "alone it looks whole"
        );
        assert_eq!(found_after(&centre, &known, &[]).len(), 1, "{after}");
        // A log that was cut off and written on has other seals.
        drop(centre.read(Actor::operator(), Function::ManageFacilities, |_| Ok(())));
        assert_eq!(found_after(&centre, &known, &[]).len(), 1, "{after}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// However requests fall into groups, the log is whole and holds each once, in the order asked.
    #[test]
    fn groups_of_any_size_are_sealed(group_max in 1..100_usize, count in 1..200_usize) {
        let centre = TestCentre::with(crate::engine::WriterSettings {
            node: "test".to_owned(),
            group_max,
            queue_max: 1000,
        });
        let (tell, told) = std::sync::mpsc::channel();
        for _ in 0..count {
            let tell = tell.clone();
            let operation = centre.operation(Actor::operator(), Function::ManageFacilities);
            centre.service().scan(operation, |_| Ok(()), move |answer| tell.send(answer).unwrap());
        }
        for _ in 0..count {
            prop_assert!(told.recv().unwrap().is_ok());
        }
        let report = check(&centre, &[]);
        prop_assert_eq!(report.problems, Vec::<String>::new());
        prop_assert_eq!(report.entries, count as i64);
        prop_assert!(report.seals >= (count.div_ceil(group_max)) as i64);
    }
}
