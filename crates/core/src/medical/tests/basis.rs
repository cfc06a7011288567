//! No record without a valid consent to its kind, whatever happened before.

use super::*;
use crate::{Moment, RefusalCode};
use proptest::prelude::*;

#[test]
fn a_consent_to_one_kind_is_none_to_another() {
    let (centre, clinic) = centre();
    keep(
        &centre,
        vec![
            medicines(Source::Claim, 20_260_105, vec![medicine("見本錠", "1")]),
            treatment(20_260_105),
            operation(20_260_105),
            checkup(20_260_105, "5.6"),
        ],
    );
    for scope in Scope::ALL {
        consent(&centre, &clinic, scope);
        let told = read(&centre, &clinic, scope, move |tx, basis| {
            let period = Period::all(&tx.rules().medical, tx.now());
            let seen = [
                super::super::medicines(tx, basis, (period, &Source::ALL))
                    .map(|of| of.records.len()),
                super::super::treatments(tx, basis, period).map(|of| of.records.len()),
                super::super::operations(tx, basis, period).map(|of| of.records.len()),
                super::super::checkups(tx, basis).map(|of| of.records.len()),
            ];
            Ok(seen.map(|one| one.map_err(|error| code(Err::<(), _>(error)))))
        });
        let kinds = [
            Scope::Medicines,
            Scope::Treatment,
            Scope::Surgery,
            Scope::Checkups,
        ];
        let expected = kinds.map(|kind| match kind == scope {
            true => Ok(1),
            false => Err(RefusalCode::ConsentMissing),
        });
        assert_eq!(told.unwrap(), expected, "{scope:?}");
    }
}

/// Something that happens at the reception.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Gives(bool, Option<i64>),
    Withdraws(bool),
    Passes(i64),
    Reads(bool),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        (any::<bool>(), prop::option::of(1_i64..200)).prop_map(|(m, s)| Happens::Gives(m, s)),
        any::<bool>().prop_map(Happens::Withdraws),
        (1_i64..150).prop_map(Happens::Passes),
        any::<bool>().prop_map(Happens::Reads),
        any::<bool>().prop_map(Happens::Reads),
    ]
}

const fn scope(medicines: bool) -> Scope {
    if medicines {
        Scope::Medicines
    } else {
        Scope::Checkups
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Consents, withdrawals, the clock and reads in any order: what is told is told exactly while
    /// a consent to it is valid, and each time its id is the basis in the log.
    #[test]
    fn nothing_is_told_outside_of_a_valid_consent(steps in prop::collection::vec(happens(), 1..24)) {
        let (centre, clinic) = centre();
        keep(&centre, vec![
            medicines(Source::Claim, 20_260_105, vec![medicine("見本錠", "1")]),
            checkup(20_260_105, "5.6"),
        ]);
        // Per kind: until when each consent that was not withdrawn is valid.
        let mut valid: [Vec<Option<Moment>>; 2] = [Vec::new(), Vec::new()];
        for step in steps {
            let face = Actor::account(AccountKind::Face, "p1", clinic.code.clone(), "c1");
            match step {
                Happens::Gives(which, seconds) => {
                    let until = seconds.map(|seconds| centre.now().plus_seconds(seconds));
                    centre.change(face, Function::RecordConsent, move |tx| {
                        crate::consent::give(tx, 1, scope(which), until)
                    }).unwrap();
                    valid[usize::from(which)].push(until);
                }
                Happens::Withdraws(which) => {
                    let _ = centre.change(face, Function::RecordConsent, move |tx| {
                        crate::consent::withdraw(tx, 1, scope(which))
                    });
                    valid[usize::from(which)].clear();
                }
                Happens::Passes(seconds) => centre.pass(seconds),
                Happens::Reads(which) => {
                    let now = centre.now();
                    let may = valid[usize::from(which)]
                        .iter()
                        .any(|until| until.is_none_or(|until| until > now));
                    let told = read(&centre, &clinic, scope(which), move |tx, basis| {
                        let period = Period::all(&tx.rules().medical, tx.now());
                        if which {
                            Ok(super::super::medicines(tx, basis, (period, &Source::ALL))?.records.len())
                        } else {
                            Ok(super::super::checkups(tx, basis)?.records.len())
                        }
                    });
                    prop_assert_eq!(told.ok(), may.then_some(1));
                    let entry = centre.raw_connection().rows(
                        "select basis, outcome from audit_entry order by seq desc limit 1", &[],
                    );
                    let entry = entry.unwrap();
                    let basis = entry[0].opt_text(0).unwrap();
                    prop_assert_eq!(basis.is_some_and(|basis| basis.contains("consent")), may);
                }
            }
        }
    }
}
