//! What a review finds, ends and signs.

use super::*;
use crate::account::manage::register;
use crate::account::{NewAccount, Period};
use crate::testing::{Clinic, FIRST, TestCentre, code, new_account, refusal};
use crate::{Actor, Function};

const REVIEW: Function = Function::ReviewAccounts;

fn clinic() -> (TestCentre, Clinic, Actor) {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let admin = centre
        .register(&clinic, AccountKind::Admin, "kanri1")
        .unwrap();
    let admin = clinic.admin(&admin);
    (centre, clinic, admin)
}

fn looked(centre: &TestCentre, admin: &Actor) -> AccountReview {
    centre.read(admin.clone(), REVIEW, look).unwrap()
}

fn found(review: &AccountReview, user_id: &str) -> Vec<Finding> {
    let one = review
        .accounts
        .iter()
        .find(|one| one.account.user_id.as_str() == user_id);
    one.unwrap().findings.clone()
}

fn add(centre: &TestCentre, admin: &Actor, new: NewAccount) -> String {
    centre
        .change(admin.clone(), Function::ManageAccounts, move |tx| {
            register(tx, Managed::Others, &new)
        })
        .unwrap()
}

#[test]
fn what_nobody_needs_any_more_is_found() {
    let (centre, clinic, admin) = clinic();
    let general = |id: &str| new_account(AccountKind::General, id);
    for id in ["never", "seldom", "desk", "stopped"] {
        add(&centre, &admin, general(id));
    }
    let today = centre.now().jst_day();
    let over = NewAccount {
        period: Period {
            from: None,
            until: Some(today.plus_days(30)),
        },
        ..general("over")
    };
    let later = NewAccount {
        period: Period {
            from: Some(today.plus_days(400)),
            until: None,
        },
        ..general("later")
    };
    let mut named = new_account(AccountKind::Viewer, "named");
    named.holder = Some(Holder::Designated {
        reason: "医師の指示で".to_owned(),
        approver: "院長".to_owned(),
    });
    for new in [
        over,
        later,
        named,
        new_account(AccountKind::Viewer, "doctor"),
    ] {
        add(&centre, &admin, new);
    }
    centre.log_in(&clinic, "seldom", FIRST, "c1");
    centre.pass(100 * DAY);
    let first = centre.log_in(&clinic, "desk", FIRST, "c1");
    let ticket = centre.log_in(&clinic, "desk", FIRST, "c2").ticket();
    centre.take_over(&clinic, &ticket, "c2");
    drop(first);
    let stopped = looked(&centre, &admin);
    let id = |user_id: &str| {
        let of = |one: &&Reviewed| one.account.user_id.as_str() == user_id;
        let one = stopped.accounts.iter().find(of).unwrap();
        one.account.account_id.clone()
    };
    let ids = vec![id("stopped")];
    let ended = centre.change(admin.clone(), REVIEW, move |tx| {
        end(tx, &ids, Ended::Stopped, "退職")
    });
    assert_eq!(ended.unwrap(), 1);

    let review = looked(&centre, &admin);
    use Finding::*;
    for (user_id, findings) in [
        ("never", vec![NeverUsed]),
        ("seldom", vec![Unused]),
        ("desk", vec![SeveralTerminals]),
        ("stopped", vec![Stopped]),
        ("over", vec![NeverUsed, Expired]),
        ("later", vec![]),
        ("named", vec![NeverUsed, Designated]),
        ("doctor", vec![NeverUsed, LicenseMissing]),
    ] {
        assert_eq!(found(&review, user_id), findings, "{user_id}");
    }
    let desk = review.accounts.iter().find(|one| !one.takeovers.is_empty());
    let takeover = &desk.unwrap().takeovers[0];
    let terminals = (&*takeover.from_terminal, &*takeover.to_terminal);
    assert_ne!(terminals.0, terminals.1);
    assert_eq!(takeover.times, 1);
    // 管理 accounts are the master's.
    assert!(
        !review
            .accounts
            .iter()
            .any(|one| one.account.kind == AccountKind::Admin)
    );
}

#[test]
fn many_are_ended_for_one_reason_and_all_or_none() {
    let (centre, clinic, admin) = clinic();
    let ids: Vec<String> = ["a01", "b01", "c01"]
        .map(|id| add(&centre, &admin, new_account(AccountKind::General, id)))
        .to_vec();
    let end_as = |who: &Actor, ids: Vec<String>, how, reason: &'static str| {
        centre.change(who.clone(), REVIEW, move |tx| end(tx, &ids, how, reason))
    };
    let missing = end_as(&admin, ids.clone(), Ended::Stopped, " ");
    assert_eq!(refusal(missing).problems[0].about, Fact::Reason);
    assert_eq!(
        code(end_as(&admin, vec![], Ended::Stopped, "退職")),
        RefusalCode::Invalid
    );
    // Neither an administrator's nor another institution's: and then none at all.
    let other = centre.clinic(2);
    let neighbour = centre
        .register(&other, AccountKind::General, "tonari")
        .unwrap();
    let own = centre
        .register(&clinic, AccountKind::Admin, "kanri2")
        .unwrap();
    for foreign in [neighbour, own] {
        let with = [ids.clone(), vec![foreign]].concat();
        let refused = end_as(&admin, with, Ended::Retired, "退職");
        assert_eq!(code(refused), RefusalCode::NotFound);
        assert!(
            ids.iter()
                .all(|id| centre.account(&clinic, id).retired.is_none())
        );
    }
    assert_eq!(
        end_as(&admin, ids[..2].to_vec(), Ended::Stopped, "休職").unwrap(),
        2
    );
    assert_eq!(
        end_as(&admin, ids.clone(), Ended::Stopped, "休職").unwrap(),
        1
    );
    assert_eq!(
        end_as(&admin, ids.clone(), Ended::Retired, "退職").unwrap(),
        3
    );
    assert_eq!(
        end_as(&admin, ids.clone(), Ended::Retired, "退職").unwrap(),
        0
    );
    let reasons = centre.number(
        "select count(*) from audit_entry where function = 140 and detail = '[9,\"退職\"]'",
        &[],
    );
    assert_eq!(reasons, 3, "each has an entry of its own");
}

#[test]
fn a_signature_is_of_what_was_seen_and_stays_as_it_was() {
    let (centre, clinic, admin) = clinic();
    let id = add(&centre, &admin, new_account(AccountKind::General, "a01"));
    let due = || {
        let service = centre.service();
        service.review_due(&clinic.code, centre.now()).unwrap()
    };
    assert!(!due().is_over && due().last.is_none());
    centre.pass(93 * DAY);
    assert!(due().is_over, "a quarter after the institution began");
    let seen = looked(&centre, &admin).digest();
    let sign_as = |seen: String, remark: &'static str| {
        centre.change(admin.clone(), REVIEW, move |tx| sign(tx, &seen, remark))
    };
    add(&centre, &admin, new_account(AccountKind::General, "b01"));
    let changed = sign_as(seen, "");
    assert_eq!(code(changed), RefusalCode::ChangedMeanwhile);
    let seen = looked(&centre, &admin).digest();
    let signed = sign_as(seen, "異常なし").unwrap();
    assert_eq!((signed.summary.accounts, signed.summary.found), (2, 2));
    assert_eq!(signed.summary.findings, [("never_used".to_owned(), 2)]);
    assert!(!due().is_over && due().last == Some(signed.signed_at));

    // What happens later is in the next one.
    centre.pass(60);
    let ids = vec![id];
    centre
        .change(admin.clone(), REVIEW, move |tx| {
            end(tx, &ids, Ended::Retired, "退職")
        })
        .unwrap();
    let seen = looked(&centre, &admin).digest();
    let second = sign_as(seen, "").unwrap();
    assert_eq!((second.summary.accounts, second.summary.retired), (1, 1));
    let first = signed.id.clone();
    let (kept, accounts) = centre
        .read(admin.clone(), REVIEW, move |tx| show(tx, &first))
        .unwrap();
    assert_eq!(kept, signed);
    assert_eq!(accounts.len(), 2);
    // Nobody else's record is there.
    let other = centre.clinic(2);
    let theirs = centre
        .register(&other, AccountKind::Admin, "kanri1")
        .unwrap();
    let theirs = other.admin(&theirs);
    let refused = centre.read(theirs, REVIEW, move |tx| show(tx, &signed.id).map(drop));
    assert_eq!(code(refused), RefusalCode::NotFound);
}
