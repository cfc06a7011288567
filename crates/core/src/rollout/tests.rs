//! What a roll-out makes, on whose right, and that it makes all or nothing.

use super::installer::{self, NewRight};
use super::*;
use crate::account::{NewAccount, UserId};
use crate::audit::{Filter, Page};
use crate::certificate::CertificateRequest;
use crate::enrolment::{self, EnrolmentCode};
use crate::entropy::Entropy;
use crate::error::Error;
use crate::history;
use crate::one_time_code::OneTimeCode;
use crate::terms::{CertificateKind, FacilityCode};
use crate::testing::{Clinic, TestCentre, code, new_account, user_id};
use crate::{AccountKind, Actor, Day, Function, Moment, RefusalCode};
use proptest::prelude::*;

const DAY: i64 = 86_400;

/// A right at these institutions for thirty days.
fn given(centre: &TestCentre, at: &[FacilityCode]) -> Result<String, Error> {
    let new = NewRight {
        name: "架空システム株式会社".to_owned(),
        person: "導入 太郎".to_owned(),
        ends_on: centre.now().jst_day().plus_days(30),
    };
    let at = at.to_vec();
    centre.change(Actor::operator(), Function::ManageInstallers, move |tx| {
        installer::give(tx, &new, &at)
    })
}

fn ended(centre: &TestCentre, id: &str, reason: &str) -> Result<usize, Error> {
    let (id, reason) = (id.to_owned(), reason.to_owned());
    centre.change(Actor::operator(), Function::ManageInstallers, move |tx| {
        installer::end(tx, &id, None, &reason)
    })
}

#[test]
fn a_right_that_was_ended_keeps_when_and_why_it_was_first() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = given(&centre, std::slice::from_ref(&clinic.code)).unwrap();
    // What another node read before it was ended.
    let held = centre
        .read(Actor::operator(), Function::ManageInstallers, |tx| {
            installer::list(tx, None)
        })
        .unwrap();
    assert_eq!(ended(&centre, &id, "導入が終わったため").unwrap(), 1);
    centre.pass(60);
    let again = centre.change(Actor::operator(), Function::ManageInstallers, move |tx| {
        Ok(super::store::change_ended(tx, &held[0], "あとから")?)
    });
    assert!(!again.unwrap());
    let kept = centre
        .read(Actor::operator(), Function::ManageInstallers, |tx| {
            installer::list(tx, None)
        })
        .unwrap();
    assert_eq!(kept[0].ended.as_ref().unwrap().1, "導入が終わったため");
}

fn looked(centre: &TestCentre, id: &str, wanted: &[Wanted]) -> Result<Looked, Error> {
    let begun = vec!["r1".to_owned()];
    centre.read(Actor::operator(), Function::RollOut, |tx| {
        look(tx, id, wanted, &begun)
    })
}

fn rolled_out(centre: &TestCentre, wanted: &RollOut) -> Result<(), Error> {
    let wanted = wanted.clone();
    centre.change(Actor::operator(), Function::RollOut, move |tx| {
        apply(tx, &wanted)
    })
}

/// What one institution is to have: one terminal, one reader, and accounts of these kinds and ids.
fn at(code: &FacilityCode, accounts: &[(AccountKind, &str)], seed: u8) -> AtFacility {
    let mut entropy = Entropy::new([seed; 32]);
    let mut machine = |kind, name: &str| Machine {
        kind,
        name: name.to_owned(),
        code: EnrolmentCode::draw(&mut entropy),
        again: false,
    };
    let machines = vec![
        machine(CertificateKind::Terminal, "受付1号機"),
        machine(CertificateKind::Reader, "受付リーダー"),
    ];
    let accounts = accounts.iter().map(|(kind, id)| {
        let new: NewAccount = new_account(*kind, id);
        let code = OneTimeCode::generate(&mut entropy);
        Account::New(Box::new(new), code)
    });
    AtFacility {
        facility: code.clone(),
        machines,
        accounts: accounts.collect(),
        message_networks: None,
        shift_jis: Some(true),
    }
}

fn roll_out(number: &str, installer_id: &str, facilities: Vec<AtFacility>) -> RollOut {
    RollOut {
        rollout_id: number.to_owned(),
        installer_id: installer_id.to_owned(),
        sheet_digest: "6691204d6691204d6691204d".to_owned(),
        facilities,
    }
}

fn wanted_of(of: &AtFacility) -> Wanted {
    let id = |account: &Account| -> UserId {
        match account {
            Account::New(new, _) => new.user_id.clone(),
            Account::Again(id, _) => id.clone(),
        }
    };
    Wanted {
        facility: of.facility.clone(),
        machines: of
            .machines
            .iter()
            .map(|machine| (machine.kind, machine.name.clone()))
            .collect(),
        accounts: of.accounts.iter().map(id).collect(),
    }
}

const KINDS: [(AccountKind, &str); 3] = [
    (AccountKind::Admin, "kanri"),
    (AccountKind::Link, "renkei"),
    (AccountKind::Face, "kao"),
];

/// How many rows of these kinds there are: accounts, codes of terminals, activations.
fn made(centre: &TestCentre) -> [i64; 3] {
    [
        "select count(*) from account",
        "select count(*) from enrolment",
        "select count(*) from account_activation",
    ]
    .map(|sql| centre.number(sql, &[]))
}

fn words(centre: &TestCentre, at: &Clinic) -> Vec<String> {
    let page = Page {
        skip: 0,
        limit: 100,
    };
    let admin = at.admin("an-admin");
    let lines = centre.read(admin, Function::ReadAuditLog, |tx| {
        history::list(tx, &Filter::default(), page)
    });
    let words = lines.unwrap().into_iter().map(|line| {
        let detail = line.detail.map(|detail| detail.words()).unwrap_or_default();
        let basis = line.basis.unwrap_or_default();
        let outcome = line.outcome.map(|outcome| outcome.code()).unwrap_or("");
        format!("{outcome} {basis} {detail}")
    });
    words.collect()
}

#[test]
fn what_a_sheet_asks_for_is_made_without_any_password_and_the_institution_sees_it() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = given(&centre, std::slice::from_ref(&clinic.code)).unwrap();
    let first = at(&clinic.code, &KINDS, 1);
    let wanted = [wanted_of(&first)];
    let before = looked(&centre, &id, &wanted).unwrap();
    let found = before.found[0].as_ref().unwrap();
    assert_eq!(before.applied, [false]);
    assert_eq!(found.machines, [MachineState::New, MachineState::New]);
    assert!(found.accounts.iter().all(|one| *one == AccountState::New));
    let empty = made(&centre);

    rolled_out(&centre, &roll_out("r1", &id, vec![first.clone()])).unwrap();
    let after = looked(&centre, &id, &wanted).unwrap();
    assert_eq!(after.applied, [true]);
    let found = after.found[0].as_ref().unwrap();
    assert!(found.facility.shift_jis);
    let end = centre
        .now()
        .plus_seconds(centre.service().rules().certificate.enrolment_days * DAY);
    assert_eq!(found.machines, [MachineState::Waiting(end); 2]);
    let until = centre.now().plus_seconds(72 * 3600);
    for (state, (kind, _)) in found.accounts.iter().zip(KINDS) {
        let there = AccountState::There {
            kind,
            name: "山田 花子".to_owned(),
            retired: false,
            awaits: Some(Some(until)),
        };
        assert_eq!(*state, there);
    }
    let grown: Vec<i64> = made(&centre)
        .iter()
        .zip(empty)
        .map(|(now, then)| now - then)
        .collect();
    assert_eq!(grown, [3, 2, 3]);
    let with_password =
        "select count(*) from account where created_by is null and password_hash <> ''";
    assert_eq!(
        centre.number(with_password, &[]),
        2,
        "the master's and the other's"
    );

    // The institution's own people read who did it, and on what.
    let told = words(&centre, &clinic);
    let basis = format!("installer {id}");
    for part in [
        "導入の権限を架空システム株式会社（導入 太郎）に付与（2026年5月1日まで）".to_owned(),
        format!("done {basis} 端末・カードリーダーの取得コード"),
        format!(
            "done {basis} ヒアリングシートから導入（架空システム株式会社：端末・カードリーダー2台、アカウント3件）"
        ),
        format!("done {basis} ヒアリングシートを登録の内容と照合（架空システム株式会社）"),
        format!("done {basis} 管理アカウントを登録し、利用開始コードを発行"),
    ] {
        let part = part.replace("端末・カードリーダーの取得コード", "");
        assert!(
            told.iter().any(|line| line.contains(part.trim_end())),
            "{part}: {told:#?}"
        );
    }
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn the_code_that_was_drawn_before_is_the_one_that_is_good() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = given(&centre, std::slice::from_ref(&clinic.code)).unwrap();
    let first = at(&clinic.code, &KINDS, 1);
    rolled_out(&centre, &roll_out("r1", &id, vec![first.clone()])).unwrap();
    let days = centre.service().rules().certificate.enrolment_days;
    let end = centre.now().plus_seconds(days * DAY);
    let authority = std::sync::Arc::new(
        crate::certificate::Authority::create(
            "認証局",
            centre.now().plus_seconds(-DAY).ms(),
            end.plus_seconds(2000 * DAY).ms(),
        )
        .unwrap(),
    );
    let who = centre
        .service()
        .authn()
        .enrolling(first.machines[0].code.reveal())
        .unwrap()
        .unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let request = rcgen::CertificateParams::default()
        .serialize_request(&key)
        .unwrap();
    let request = CertificateRequest::from_pem(&request.pem().unwrap()).unwrap();
    let operation = crate::service::OperationContext {
        subject: who.subject(),
        ..centre.operation(who.actor(), Function::Enrol)
    };
    let fetched = centre.service().change_and_wait(operation, move |tx| {
        enrolment::enrol(tx, &authority, &who.id, &request)
    });
    assert_eq!(fetched.unwrap().of.name(), "受付1号機");
    let now = looked(&centre, &id, &[wanted_of(&first)]).unwrap();
    let machines = &now.found[0].as_ref().unwrap().machines;
    assert_eq!(
        *machines,
        [MachineState::Enrolled, MachineState::Waiting(end)]
    );
}

#[test]
fn without_a_right_nothing_is_told_and_nothing_made() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let id = given(&centre, std::slice::from_ref(&clinic.code)).unwrap();
    let both = vec![at(&clinic.code, &KINDS, 1), at(&other.code, &KINDS, 2)];
    let wanted: Vec<Wanted> = both.iter().map(wanted_of).collect();
    let told = looked(&centre, &id, &wanted).unwrap();
    assert!(told.found[0].is_some() && told.found[1].is_none());
    let refused = words(&centre, &other);
    assert!(
        refused.iter().any(|line| line.starts_with("refused")),
        "{refused:?}"
    );

    // Of an institution that is not there nobody has a log but the operator.
    let nobody = FacilityCode::from_body("131999999").unwrap();
    let unknown = wanted_of(&at(&nobody, &KINDS, 3));
    let told = looked(&centre, &id, &[unknown]).unwrap();
    assert!(told.found[0].is_none());

    // One institution without it, and there is nothing at either.
    let before = made(&centre);
    let missing = RefusalCode::InstallerRightMissing;
    assert_eq!(
        code(rolled_out(&centre, &roll_out("r1", &id, both.clone()))),
        missing
    );
    assert_eq!(made(&centre), before);

    let alone = roll_out("r2", &id, vec![both[0].clone()]);
    centre.pass(30 * DAY);
    rolled_out(&centre, &alone).unwrap();
    centre.pass(DAY);
    let late = RollOut {
        rollout_id: "r3".to_owned(),
        ..roll_out("r3", &id, vec![at(&clinic.code, &[], 3)])
    };
    assert_eq!(
        code(rolled_out(&centre, &late)),
        missing,
        "its last day is over"
    );

    let again = given(&centre, std::slice::from_ref(&clinic.code)).unwrap();
    assert_eq!(code(ended(&centre, &again, " ")), RefusalCode::Invalid);
    assert_eq!(ended(&centre, &again, "導入が終わったため").unwrap(), 1);
    assert_eq!(
        code(ended(&centre, &again, "もう一度")),
        RefusalCode::NotFound
    );
    let none = roll_out("r4", &again, vec![at(&clinic.code, &[], 4)]);
    assert_eq!(code(rolled_out(&centre, &none)), missing);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn an_institution_sees_its_own_rights_and_ends_them() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let id = given(&centre, &[clinic.code.clone(), other.code.clone()]).unwrap();
    let list = |at: &Clinic| {
        let admin = at.admin("an-admin");
        let own = centre.read(admin, Function::ManageOwnInstallers, installer::list_own);
        own.unwrap()
    };
    let end = |at: &Clinic, id: &str| {
        let id = id.to_owned();
        let admin = at.admin("an-admin");
        centre.change(admin, Function::ManageOwnInstallers, move |tx| {
            installer::end_own(tx, &id, "心当たりがないため")
        })
    };
    assert_eq!((list(&clinic).len(), list(&other).len()), (1, 1));
    end(&clinic, &id).unwrap();
    assert!(list(&clinic)[0].ended.is_some() && list(&other)[0].ended.is_none());
    assert_eq!(code(end(&clinic, &id)), RefusalCode::WrongState);
    assert_eq!(code(end(&clinic, "i0")), RefusalCode::NotFound);
    let alone = given(&centre, std::slice::from_ref(&other.code)).unwrap();
    assert_eq!(
        code(end(&clinic, &alone)),
        RefusalCode::NotFound,
        "another's is not there"
    );
    let gone = roll_out("r1", &id, vec![at(&clinic.code, &KINDS, 1)]);
    assert_eq!(
        code(rolled_out(&centre, &gone)),
        RefusalCode::InstallerRightMissing
    );
    rolled_out(
        &centre,
        &roll_out("r2", &id, vec![at(&other.code, &KINDS, 1)]),
    )
    .unwrap();
    let log = words(&centre, &clinic);
    assert!(log.iter().any(|line| {
        line.contains("架空システム株式会社の導入の権限を終了（理由：心当たりがないため）")
    }));
}

#[test]
fn a_right_ends_on_a_day_that_is_near() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let give = |name: &str, ends_on: Day| {
        let new = NewRight {
            name: name.to_owned(),
            person: "導入 太郎".to_owned(),
            ends_on,
        };
        let at = vec![clinic.code.clone()];
        centre.change(Actor::operator(), Function::ManageInstallers, move |tx| {
            installer::give(tx, &new, &at)
        })
    };
    let today = centre.now().jst_day();
    for (name, day) in [
        ("架空システム", today.plus_days(-1)),
        ("架空システム", today.plus_days(185)),
        ("", today),
        ("架空\u{202e}", today),
    ] {
        assert_eq!(
            code(give(name, day)),
            RefusalCode::Invalid,
            "{name} {day:?}"
        );
    }
    give("架空システム", today.plus_days(184)).unwrap();
    let nobody = FacilityCode::from_body("131999999").unwrap();
    assert_eq!(
        code(given(&centre, &[clinic.code.clone(), nobody])),
        RefusalCode::NotFound
    );
    assert_eq!(
        centre.number("select count(*) from installer_right", &[]),
        1
    );
}

#[test]
fn a_code_that_lapsed_is_issued_again_only_when_that_is_asked_for() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let id = given(&centre, std::slice::from_ref(&clinic.code)).unwrap();
    let first = at(&clinic.code, &KINDS[..1], 1);
    rolled_out(&centre, &roll_out("r1", &id, vec![first.clone()])).unwrap();
    centre.pass(4 * DAY);
    let found = looked(&centre, &id, &[wanted_of(&first)]).unwrap().found;
    let over = AccountState::There {
        kind: AccountKind::Admin,
        name: "山田 花子".to_owned(),
        retired: false,
        awaits: Some(None),
    };
    assert_eq!(found[0].as_ref().unwrap().accounts, [over]);
    let machine = first.machines[0].clone();
    let with = |again: bool, seed: u8| AtFacility {
        machines: vec![Machine {
            again,
            code: EnrolmentCode::draw(&mut Entropy::new([seed; 32])),
            ..machine.clone()
        }],
        accounts: vec![Account::Again(
            user_id("kanri"),
            OneTimeCode::generate(&mut Entropy::new([9; 32])),
        )],
        shift_jis: None,
        ..first.clone()
    };
    // Who says that there is nothing yet is told that there is.
    let meanwhile = rolled_out(&centre, &roll_out("r2", &id, vec![with(false, 2)]));
    assert_eq!(code(meanwhile), RefusalCode::ChangedMeanwhile);
    rolled_out(&centre, &roll_out("r3", &id, vec![with(true, 3)])).unwrap();
    let found = looked(&centre, &id, &[wanted_of(&first)]).unwrap().found;
    let found = found[0].as_ref().unwrap();
    let until = Some(Some(centre.now().plus_seconds(72 * 3600)));
    assert!(matches!(&found.accounts[0], AccountState::There { awaits, .. } if *awaits == until));
    let new = with(true, 3).machines[0].code.clone();
    let older = centre
        .service()
        .authn()
        .enrolling(first.machines[0].code.reveal())
        .unwrap();
    assert!(older.is_some(), "a voided code is known for what it is");
    assert!(
        centre
            .service()
            .authn()
            .enrolling(new.reveal())
            .unwrap()
            .is_some()
    );
    // The master's password is nothing that a sheet makes anew.
    let master = AtFacility {
        machines: Vec::new(),
        accounts: vec![Account::Again(
            user_id("master1"),
            OneTimeCode::generate(&mut Entropy::new([8; 32])),
        )],
        ..with(true, 4)
    };
    let tried = rolled_out(&centre, &roll_out("r4", &id, vec![master]));
    assert_eq!(code(tried), RefusalCode::ChangedMeanwhile);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is in the way somewhere, nothing is made anywhere; and what was made once is not made twice.
    #[test]
    fn all_of_it_is_made_once_or_nothing(
        facilities in 1usize..4,
        in_the_way in proptest::option::of((0usize..4, 0usize..3)),
    ) {
        let centre = TestCentre::new();
        let clinics: Vec<Clinic> = (1..=facilities as u32).map(|body| centre.clinic(body)).collect();
        let codes: Vec<FacilityCode> = clinics.iter().map(|clinic| clinic.code.clone()).collect();
        let id = given(&centre, &codes).unwrap();
        if let Some((place, which)) = in_the_way {
            let at = &clinics[place % facilities];
            let new = new_account(AccountKind::General, KINDS[which].1);
            let done = centre.change(at.admin("an-admin"), Function::ManageAccounts, move |tx| {
                crate::account::manage::register(tx, crate::account::Managed::Others, &new)
            });
            prop_assert!(done.is_ok());
        }
        let all: Vec<AtFacility> = codes.iter().zip(1u8..).map(|(code, seed)| at(code, &KINDS, seed)).collect();
        let before = made(&centre);
        let first = rolled_out(&centre, &roll_out("r1", &id, all.clone()));
        prop_assert_eq!(first.is_ok(), in_the_way.is_none());
        let once = made(&centre);
        if in_the_way.is_some() {
            prop_assert_eq!(once, before);
        }
        let again: Vec<AtFacility> = codes.iter().zip(101u8..).map(|(code, seed)| at(code, &KINDS, seed)).collect();
        prop_assert!(rolled_out(&centre, &roll_out("r2", &id, again)).is_err());
        prop_assert_eq!(made(&centre), once);
        prop_assert_eq!(centre.verified(), Vec::<String>::new());
    }
}

/// The end of a code, as the rules say it.
#[test]
fn the_end_of_an_activation_is_known_before_it_is_issued() {
    let centre = TestCentre::new();
    let rules = centre.service().rules();
    let end: Moment = crate::account::activation::usual_end(rules, centre.now());
    assert_eq!(end, centre.now().plus_seconds(72 * 3600));
}
