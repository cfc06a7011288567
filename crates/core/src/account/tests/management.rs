//! Who manages whom, and what is refused.

use crate::account::manage::{self, Edit};
use crate::account::{
    AccountName, Holder, ListFilter, Managed, Period, Profession, Sort, State, UserId,
};
use crate::error::Fact;
use crate::testing::{Clinic, FIRST, TestCentre, code, edit_of, hash, new_account, refusal};
use crate::{AccountKind, Actor, Day, Error, Function, RefusalCode, Tx};

type Doing = fn(&mut Tx<'_>, Managed, &str) -> Result<(), Error>;

/// Everything that can be done to an account, each by its name.
const DEEDS: [(&str, Doing); 8] = [
    ("show", |tx, managed, id| {
        manage::show(tx, managed, id).map(drop)
    }),
    ("edit", |tx, managed, id| {
        manage::edit(tx, managed, id, &edit_of(Period::default(), 1))
    }),
    ("stop", |tx, managed, id| {
        manage::stop(tx, managed, id, "休職")
    }),
    ("resume", manage::resume),
    ("unlock", manage::unlock),
    ("reset", |tx, managed, id| {
        manage::reset_password(tx, managed, id, &hash("next")).map(drop)
    }),
    ("end sessions", |tx, managed, id| {
        manage::end_sessions(tx, managed, id).map(drop)
    }),
    ("retire", |tx, managed, id| {
        manage::retire(tx, managed, id, "退職")
    }),
];

fn do_to(
    centre: &TestCentre,
    (actor, function, managed): (Actor, Function, Managed),
    deed: Doing,
    id: &str,
) -> Result<(), Error> {
    let id = id.to_owned();
    centre.change(actor, function, move |tx| deed(tx, managed, &id))
}

fn as_master(at: &Clinic) -> (Actor, Function, Managed) {
    let function = Function::ManageAdministrators;
    (at.master(), function, Managed::Administrators)
}

fn as_admin(at: &Clinic, id: &str) -> (Actor, Function, Managed) {
    (at.admin(id), Function::ManageAccounts, Managed::Others)
}

#[test]
fn what_one_does_not_manage_looks_as_if_it_were_not_there() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let admin = centre
        .register(&clinic, AccountKind::Admin, "admin1")
        .unwrap();
    let second = centre
        .register(&clinic, AccountKind::Admin, "admin2")
        .unwrap();
    let desk = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let far = centre
        .register(&other, AccountKind::General, "desk1")
        .unwrap();
    for (name, deed) in DEEDS {
        let unknown = refusal(do_to(&centre, as_admin(&clinic, &admin), deed, "a-none"));
        assert_eq!(unknown.code, RefusalCode::NotFound, "{name}");
        for hidden in [&second, &admin, &clinic.master, &far] {
            let told = refusal(do_to(&centre, as_admin(&clinic, &admin), deed, hidden));
            assert_eq!(told, unknown, "{name}");
        }
        for hidden in [&desk, &clinic.master, &far] {
            let told = refusal(do_to(&centre, as_master(&clinic), deed, hidden));
            assert_eq!(told, unknown, "{name}");
        }
    }
    assert_eq!(
        centre.account(&clinic, &desk).version,
        1,
        "nothing happened"
    );
}

#[test]
fn the_lists_hold_the_own_group_alone() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    for (kind, id) in [
        (AccountKind::Admin, "admin1"),
        (AccountKind::General, "desk1"),
        (AccountKind::Viewer, "doctor1"),
        (AccountKind::Face, "reader1"),
    ] {
        centre.register(&clinic, kind, id).unwrap();
    }
    let ids = |actor: Actor, function: Function, managed: Managed| -> Vec<String> {
        let filter = ListFilter {
            limit: 100,
            ..ListFilter::default()
        };
        let (found, count) = centre
            .read(actor, function, |tx| manage::list(tx, managed, &filter))
            .unwrap();
        assert_eq!(count as usize, found.len());
        found
            .iter()
            .map(|account| account.user_id.as_str().to_owned())
            .collect()
    };
    let master = ids(
        clinic.master(),
        Function::ListAdministrators,
        Managed::Administrators,
    );
    assert_eq!(master, ["admin1"]);
    let admin = ids(clinic.admin("x"), Function::ListAccounts, Managed::Others);
    assert_eq!(admin, ["desk1", "doctor1", "reader1"]);
    let operator = Actor::operator_at(clinic.code.clone());
    let all = ids(operator, Function::OperateAccounts, Managed::All);
    assert_eq!(
        all,
        ["admin1", "desk1", "doctor1", "master1", "reader1", "reset1"]
    );
}

#[test]
fn nobody_registers_a_kind_outside_the_own_group() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let try_it = |(actor, function, managed): (Actor, Function, Managed), kind| {
        let new = new_account(kind, "someone");
        centre.change(actor, function, move |tx| {
            manage::register(tx, managed, &new)
        })
    };
    for kind in AccountKind::ALL {
        if kind != AccountKind::Admin {
            let told = code(try_it(as_master(&clinic), kind));
            assert_eq!(told, RefusalCode::NotPermitted);
        }
        if !Managed::Others.kinds().contains(&kind) {
            let told = code(try_it(as_admin(&clinic, "x"), kind));
            assert_eq!(told, RefusalCode::NotPermitted);
        }
    }
}

#[test]
fn a_user_id_is_given_out_once_in_any_case_and_again_elsewhere() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let again = centre.register(&clinic, AccountKind::Link, "Desk1");
    assert_eq!(code(again), RefusalCode::UserIdTaken);
    centre
        .operate(&clinic, &id, |tx, id| {
            manage::retire(tx, Managed::All, id, "退職")
        })
        .unwrap();
    let again = refusal(centre.register(&clinic, AccountKind::General, "DESK1"));
    assert_eq!(again.code, RefusalCode::UserIdTaken);
    assert_eq!(again.problems[0].about, Fact::UserId);
    centre
        .register(&other, AccountKind::General, "desk1")
        .unwrap();
}

#[test]
fn an_edit_of_an_old_screen_is_refused() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let change = |name: &'static str, version| {
        centre.operate(&clinic, &id, move |tx, id| {
            let edit = Edit {
                name: AccountName::parse(name)?,
                ..edit_of(Period::default(), version)
            };
            manage::edit(tx, Managed::All, id, &edit)
        })
    };
    let seen = centre.account(&clinic, &id).version;
    change("佐藤 一郎", seen).unwrap();
    assert_eq!(
        code(change("鈴木 次郎", seen)),
        RefusalCode::ChangedMeanwhile
    );
    let now = centre.account(&clinic, &id);
    assert_eq!((now.name.as_str(), now.version), ("佐藤 一郎", seen + 1));
}

#[test]
fn each_state_allows_its_own_changes_and_no_other() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = centre
        .register(&clinic, AccountKind::General, "desk1")
        .unwrap();
    let deed = |name: &str| {
        let (_, deed) = *DEEDS.iter().find(|(known, _)| *known == name).unwrap();
        do_to(&centre, as_admin(&clinic, "x"), deed, &id)
    };
    assert_eq!(code(deed("resume")), RefusalCode::WrongState);
    deed("stop").unwrap();
    assert_eq!(code(deed("stop")), RefusalCode::WrongState);
    let told = centre.log_in(&clinic, "desk1", FIRST, "c1");
    assert_eq!(told.code(), Some(RefusalCode::AccountStopped));
    let told = centre.log_in(&clinic, "desk1", "wrong", "c1");
    assert_eq!(
        told.code(),
        Some(RefusalCode::WrongPassword),
        "only after the right one"
    );
    deed("resume").unwrap();
    centre.log_in(&clinic, "desk1", FIRST, "c1").token();
    deed("retire").unwrap();
    for name in ["edit", "stop", "resume", "unlock", "reset", "retire"] {
        assert_eq!(code(deed(name)), RefusalCode::WrongState, "{name}");
    }
    let told = centre.log_in(&clinic, "desk1", FIRST, "c1");
    assert_eq!(told.code(), Some(RefusalCode::AccountRetired));
}

#[test]
fn outside_its_period_an_account_does_not_log_in() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let today = centre.now().jst_day();
    let cases: [(Option<Day>, Option<Day>, bool); 5] = [
        (Some(today), Some(today), true),
        (Some(today.plus_days(1)), None, false),
        (None, Some(today.plus_days(-1)), false),
        (Some(today.plus_days(-1)), None, true),
        (None, Some(today.plus_days(1)), true),
    ];
    for (number, (from, until, may)) in cases.into_iter().enumerate() {
        let user = format!("desk{number}");
        let mut new = new_account(AccountKind::General, &user);
        new.period = Period { from, until };
        centre
            .change(clinic.admin("x"), Function::ManageAccounts, move |tx| {
                manage::register(tx, Managed::Others, &new)
            })
            .unwrap();
        let told = centre.log_in(&clinic, &user, FIRST, "c1").code();
        let expected = (!may).then_some(RefusalCode::AccountOutsidePeriod);
        assert_eq!(told, expected, "{user}");
    }
}

#[test]
fn what_was_typed_wrongly_is_named_field_by_field() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let fields = |change: fn(&mut crate::account::NewAccount)| -> Vec<Fact> {
        let mut new = new_account(AccountKind::Viewer, "doctor1");
        change(&mut new);
        let told = centre.change(clinic.admin("x"), Function::ManageAccounts, move |tx| {
            manage::register(tx, Managed::Others, &new)
        });
        let told = refusal(told);
        assert_eq!(told.code, RefusalCode::Invalid);
        told.problems.iter().map(|problem| problem.about).collect()
    };
    assert_eq!(fields(|new| new.holder = None), [Fact::Profession]);
    assert_eq!(
        fields(|new| new.kind = AccountKind::General),
        [Fact::Profession]
    );
    assert_eq!(fields(|new| new.note = "あ".repeat(501)), [Fact::Note]);
    assert_eq!(fields(|new| new.note = "a\0b".to_owned()), [Fact::Note]);
    let nobody = |new: &mut crate::account::NewAccount| {
        new.holder = Some(Holder::Designated {
            reason: " ".to_owned(),
            approver: "a\0".to_owned(),
        });
    };
    assert_eq!(
        fields(nobody),
        [Fact::DesignationReason, Fact::DesignationApprover]
    );
    let license = |new: &mut crate::account::NewAccount| {
        new.holder = Some(Holder::Licensed(Profession::Doctor, Some("1\0".to_owned())));
    };
    assert_eq!(fields(license), [Fact::LicenseNumber]);
    let backwards = |new: &mut crate::account::NewAccount| {
        new.period = Period {
            from: Day::from_number(20_260_402),
            until: Day::from_number(20_260_401),
        };
    };
    assert_eq!(fields(backwards), [Fact::ValidUntil]);
}

#[test]
fn names_and_user_ids_are_read_or_refused_in_words() {
    for good in ["abc", "a-1", "A.b_c", "0a0", &"x".repeat(32)] {
        assert_eq!(UserId::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        "ab",
        "-ab",
        " abc",
        "a b",
        "ａｂｃ",
        "a'b",
        &"x".repeat(33),
        "ab\0",
    ] {
        assert_eq!(UserId::parse(bad).unwrap_err().about, Fact::UserId, "{bad}");
    }
    assert_eq!(
        AccountName::parse(" 山田　花子 ").unwrap().as_str(),
        "山田　花子"
    );
    for bad in ["", "　", "a\nb", &"あ".repeat(51)] {
        assert!(AccountName::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_search_finds_letters_of_every_width_case_and_form() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    for (id, name) in [
        ("desk1", "ＷＥＢ受付"),
        ("desk2", "100%_!"),
        ("desk3", "Web desk"),
        ("desk4", "髙﨑　渡邊"),
    ] {
        let mut new = new_account(AccountKind::General, id);
        new.name = AccountName::parse(name).unwrap();
        centre
            .change(clinic.admin("x"), Function::ManageAccounts, move |tx| {
                manage::register(tx, Managed::Others, &new)
            })
            .unwrap();
    }
    let find = |text: &str| -> Vec<String> {
        let filter = ListFilter {
            text: text.to_owned(),
            sort: Sort::UserId,
            limit: 10,
            ..ListFilter::default()
        };
        let list = centre.read(clinic.admin("x"), Function::ListAccounts, |tx| {
            manage::list(tx, Managed::Others, &filter)
        });
        let (found, _) = list.unwrap();
        found
            .iter()
            .map(|account| account.user_id.as_str().to_owned())
            .collect()
    };
    for web in ["ＷＥＢ", "WEB", " web "] {
        assert_eq!(find(web), ["desk1", "desk3"], "{web}");
    }
    assert_eq!(find("DESK"), ["desk1", "desk2", "desk3", "desk4"]);
    for person in ["高崎", "渡辺", "崎 渡", "髙﨑", "高﨑渡邉"] {
        assert_eq!(find(person), ["desk4"], "{person}");
    }
    for special in ["%", "_", "!", "%_!", "0%"] {
        assert_eq!(find(special), ["desk2"], "{special}");
    }
    assert_eq!(find("%%"), Vec::<String>::new());
    assert_eq!(State::from_code("locked"), Some(State::Locked));
}
