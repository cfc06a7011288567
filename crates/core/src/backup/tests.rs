//! What the log says of backups, and that a moment is one.

use crate::audit::Filter;
use crate::backup;
use crate::store::{Copying, Location};
use crate::testing::{OPENING, TestCentre};
use crate::{Actor, Function};

#[test]
fn what_is_done_with_backups_is_in_the_log_and_only_the_operator_does_it() {
    let centre = TestCentre::new();
    let operator = Actor::operator;
    for (function, note) in [
        (Function::BackUp, backup::begin as fn(&mut crate::Tx<'_>)),
        (Function::BackUp, |tx| backup::done(tx, "0123")),
        (Function::Restore, |tx| {
            backup::restored(tx, OPENING, (12, 0))
        }),
        (Function::DrillBackup, |tx| backup::drilled(tx, false)),
    ] {
        let done = centre.change(operator(), function, move |tx| {
            note(tx);
            Ok(())
        });
        assert!(done.is_ok(), "{function:?}");
    }
    let page = crate::audit::Page { skip: 0, limit: 4 };
    let lines = centre
        .read(operator(), Function::ReadAuditLog, move |tx| {
            crate::history::list(tx, &Filter::default(), page)
        })
        .unwrap();
    let told: Vec<String> = lines
        .iter()
        .filter_map(|line| line.detail.as_ref().map(crate::audit::Detail::words))
        .collect();
    assert!(told.contains(&"バックアップを開始".to_owned()), "{told:?}");
    let restored = told.iter().find(|words| words.contains("復元（"));
    assert!(
        restored.is_some_and(|words| words.contains("12件")),
        "{told:?}"
    );
}

#[test]
fn a_moment_has_the_heads_that_its_copy_has() {
    let centre = TestCentre::new();
    let Location::Sqlite(path) = centre.location.clone() else {
        panic!("the tests run on SQLite");
    };
    let begun = || {
        centre.change(Actor::operator(), Function::BackUp, |tx| {
            backup::begin(tx);
            Ok(())
        })
    };
    begun().unwrap();
    let (snapshot, heads, more) = backup::take_moment(&path, || Ok(7)).unwrap();
    assert_eq!(more, 7);
    // What is written from now on is not in it.
    begun().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("copy.db");
    let how = Copying {
        bytes_per_second: None,
        log_most: u64::MAX,
    };
    snapshot.copy(&to, how).unwrap();
    let seals: Vec<String> = heads.iter().map(|head| head.seal.clone()).collect();
    let key = crate::audit::SealKey::new(crate::testing::KEY);
    let found = crate::audit::verify_at(&Location::Sqlite(to), &key, &seals).unwrap();
    assert_eq!(found.problems, Vec::<String>::new());
    let compared = |heads: &[crate::audit::ChainHead]| -> Vec<(i64, String)> {
        let all = heads.iter().map(|head| (head.last_seq, head.seal.clone()));
        all.collect()
    };
    assert_eq!(compared(&found.heads), compared(&heads));
    assert!(heads.iter().any(|head| head.sealed_at >= OPENING));
    let now = centre.service().audit_heads().unwrap();
    assert!(compared(&now) != compared(&heads));
}
