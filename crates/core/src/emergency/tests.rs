//! What is closed, opened for a while, and closed again.

use super::{close, open};
use crate::testing::{Clinic, TestCentre, code};
use crate::{Actor, Error, Function, Moment, RefusalCode};

const FUNCTION: Function = Function::ViewInDisaster;

fn opened(centre: &TestCentre, at: &Clinic, until: Moment) -> Result<String, Error> {
    let (operator, code) = (Actor::operator_at(at.code.clone()), at.code.clone());
    centre.change(operator, Function::OpenEmergencyMode, move |tx| {
        open(tx, &code, FUNCTION, ("地震のため", until))
    })
}

fn used(centre: &TestCentre, at: &Clinic) -> Result<String, Error> {
    centre.read(at.admin("a1"), FUNCTION, |tx| {
        tx.opened().map(|opened| opened.reason().to_owned())
    })
}

#[test]
fn a_function_is_there_only_while_it_is_opened_for_the_institution() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    assert_eq!(code(used(&centre, &clinic)), RefusalCode::NotOpened);
    let id = opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
    assert_eq!(used(&centre, &clinic).unwrap(), "地震のため");
    let basis = centre.raw_connection().rows(
        "select basis from audit_entry order by seq desc limit 1",
        &[],
    );
    let expected = format!("opening {id}: 地震のため");
    assert_eq!(basis.unwrap()[0].text(0).unwrap(), expected);
    assert_eq!(code(used(&centre, &other)), RefusalCode::NotOpened);
    let another = centre.read(
        clinic.admin("a1"),
        Function::CheckEligibilityInFailure,
        |tx| tx.opened().map(drop),
    );
    assert_eq!(code(another), RefusalCode::NotOpened, "another function");

    centre.pass(3600);
    assert_eq!(
        code(used(&centre, &clinic)),
        RefusalCode::NotOpened,
        "it is over"
    );
    opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
    used(&centre, &clinic).unwrap();
    let closed = || {
        let (operator, code) = (Actor::operator_at(clinic.code.clone()), clinic.code.clone());
        centre.change(operator, Function::OpenEmergencyMode, move |tx| {
            close(tx, &code, FUNCTION)
        })
    };
    closed().unwrap();
    assert_eq!(code(used(&centre, &clinic)), RefusalCode::NotOpened);
    assert_eq!(code(closed()), RefusalCode::WrongState);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn only_what_is_closed_otherwise_can_be_opened_and_only_for_a_time_to_come() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let told = opened(&centre, &clinic, centre.now());
    assert_eq!(code(told), RefusalCode::WrongState);
    let (operator, at) = (Actor::operator_at(clinic.code.clone()), clinic.code.clone());
    let until = centre.now().plus_seconds(60);
    let told = centre.change(operator, Function::OpenEmergencyMode, move |tx| {
        open(tx, &at, Function::ManageAccounts, ("試験", until))
    });
    assert_eq!(code(told), RefusalCode::WrongState);
}

/// Whoever forgets to ask gets nothing.
#[test]
fn what_did_not_ask_for_the_opening_is_a_fault() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
    match centre.read(clinic.admin("a1"), FUNCTION, |_| Ok("told")) {
        Err(Error::Fault(fault)) => assert!(fault.cause.contains("without one"), "{fault}"),
        other => panic!("{other:?}"),
    }
}

mod screens;

mod areas {
    use super::*;
    use crate::emergency::uses::use_for;
    use crate::emergency::{
        FourItems, Opening, Place, ViewingConsent, close_notice, extend, list, list_uses, open_at,
        resume, review, search,
    };
    use crate::facility::{self, Municipality};
    use crate::insured::QualificationRecord;
    use crate::permission::Scope;
    use crate::testing::taro;
    use crate::{Day, Tx, medical::MayRead};

    const MODE: Function = Function::OpenEmergencyMode;

    fn operate<T: Send + 'static>(
        centre: &TestCentre,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        centre.change(Actor::operator(), MODE, work)
    }

    fn opened_for(centre: &TestCentre, area: &str, hours: i64) -> String {
        let place = Place::area(area).unwrap();
        let (from, until) = (centre.now(), centre.now().plus_seconds(hours * 3600));
        operate(centre, move |tx| {
            open_at(
                tx,
                std::slice::from_ref(&place),
                FUNCTION,
                ("地震のため", from, until),
            )
        })
        .unwrap()
    }

    fn lies_in(centre: &TestCentre, at: &Clinic, municipality: &str) {
        let (code, of) = (at.code.clone(), Municipality::parse(municipality).unwrap());
        let set = centre.change(
            Actor::operator_at(at.code.clone()),
            Function::ManageFacilities,
            move |tx| facility::set_municipality(tx, &code, Some(&of)),
        );
        set.unwrap();
    }

    fn is_open(centre: &TestCentre, at: &Clinic) -> bool {
        used(centre, at).is_ok()
    }

    #[test]
    fn what_is_opened_for_a_municipality_is_open_there_and_nowhere_else() {
        let centre = TestCentre::new();
        let (hit, beside, unknown) = (centre.clinic(1), centre.clinic(2), centre.clinic(3));
        lies_in(&centre, &hit, "13101");
        lies_in(&centre, &beside, "13102");
        let notice = opened_for(&centre, "13101", 24);
        let open = || [&hit, &beside, &unknown].map(|at| is_open(&centre, at));
        assert_eq!(open(), [true, false, false]);
        centre.pass(24 * 3600);
        assert_eq!(open(), [false, false, false], "it closes by itself");
        let told = operate(&centre, move |tx| {
            extend(tx, &notice, ("余震のため", Moment::from_ms(i64::MAX)))
        });
        assert_eq!(
            code(told),
            RefusalCode::WrongState,
            "what is over is not extended"
        );
        // A whole prefecture, by the code of the institution.
        opened_for(&centre, &hit.code.as_str()[..2], 1);
        assert_eq!(open(), [true, true, true]);
        opened_for(&centre, "47", 1);
        assert_eq!(centre.verified(), Vec::<String>::new());
    }

    #[test]
    fn an_extension_is_a_record_and_leaves_no_gap() {
        let centre = TestCentre::new();
        let clinic = centre.clinic(1);
        lies_in(&centre, &clinic, "13101");
        let first = opened_for(&centre, "131016", 1);
        let until = centre.now().plus_seconds(2 * 3600);
        let notice = first.clone();
        let second = operate(&centre, move |tx| {
            extend(tx, &notice, ("余震のため", until))
        });
        let second = second.unwrap();
        let notice = first.clone();
        let shorter = operate(&centre, move |tx| {
            let until = tx.now().plus_seconds(60);
            extend(tx, &notice, ("短縮", until))
        });
        assert_eq!(code(shorter), RefusalCode::WrongState);
        for _ in 0..119 {
            assert!(is_open(&centre, &clinic));
            centre.pass(60);
        }
        centre.pass(59);
        assert!(is_open(&centre, &clinic));
        centre.pass(1);
        assert!(!is_open(&centre, &clinic));
        let all = centre
            .read(Actor::operator(), MODE, |tx| list(tx, 10))
            .unwrap();
        let extends = |opening: &Opening| opening.extends.clone();
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|one| extends(one) == Some(first.clone())));
        assert!(all.iter().any(|one| one.notice == second));
    }

    #[test]
    fn closing_a_notice_closes_what_extends_it() {
        let centre = TestCentre::new();
        let clinic = centre.clinic(1);
        lies_in(&centre, &clinic, "13101");
        let notice = opened_for(&centre, "13101", 1);
        let until = centre.now().plus_seconds(2 * 3600);
        let first = notice.clone();
        operate(&centre, move |tx| extend(tx, &first, ("余震", until))).unwrap();
        let first = notice.clone();
        assert_eq!(
            operate(&centre, move |tx| close_notice(tx, &first)).unwrap(),
            2
        );
        assert!(!is_open(&centre, &clinic));
        centre.pass(3600);
        assert!(!is_open(&centre, &clinic));
        let told = operate(&centre, move |tx| close_notice(tx, &notice));
        assert_eq!(code(told), RefusalCode::WrongState);
    }

    pub(super) fn people(centre: &TestCentre) {
        let person = |person: i64, name: &str, kana: &str, address: &str| QualificationRecord {
            insured_branch_number: Some("00".to_owned()),
            name: name.to_owned(),
            name_kana: Some(kana.to_owned()),
            birthdate: "19750502".to_owned(),
            address: Some(address.to_owned()),
            ..taro(person)
        };
        let mut people = vec![
            person(
                1,
                "髙橋　一郎",
                "ﾀｶﾊｼ ｲﾁﾛｳ",
                "東京都架空区見本１丁目１番１号",
            ),
            person(2, "渡邉　二郎", "ﾜﾀﾅﾍﾞ ｼﾞﾛｳ", "京都府架空市見本町２"),
        ];
        people.extend(
            (10..14).map(|n| person(n, "見本　太郎", "ﾐﾎﾝ ﾀﾛｳ", &format!("大阪府架空市{n}番地"))),
        );
        centre.insure(people);
    }

    fn found(
        centre: &TestCentre,
        at: &Clinic,
        [name, birthdate, sex, address]: [&str; 4],
    ) -> Result<Vec<i64>, Error> {
        let asked = FourItems {
            name: name.to_owned(),
            birthdate: Day::parse(birthdate).unwrap(),
            sex: sex.to_owned(),
            address: address.to_owned(),
        };
        centre.change(at.admin("a1"), FUNCTION, move |tx| {
            let opened = tx.opened()?;
            let found = search(tx, &opened, &asked)?;
            Ok(found.into_iter().map(|one| one.person).collect())
        })
    }

    #[test]
    fn somebody_is_found_by_all_four_in_any_spelling_and_nobody_by_fewer() {
        let centre = TestCentre::new();
        let clinic = centre.clinic(1);
        people(&centre);
        let day = "19750502";
        let closed = found(&centre, &clinic, ["高橋一郎", day, "1", "東京都"]);
        assert_eq!(code(closed), RefusalCode::NotOpened);
        opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
        for (asked, expected) in [
            (["高橋一郎", day, "1", "東京都"], vec![1]),
            (["髙橋 一郎", day, "1", "東京都架空区"], vec![1]),
            (
                ["たかはしいちろう", day, "1", "東京都架空区見本1丁目"],
                vec![1],
            ),
            (["ﾜﾀﾅﾍﾞｼﾞﾛｳ", day, "1", "京都府"], vec![2]),
            (["渡辺二郎", day, "1", "京都府架空市"], vec![2]),
            (["渡辺二郎", day, "1", "東京都架空区"], vec![]),
            (["渡辺二郎", day, "2", "京都府"], vec![]),
            (["渡辺二郎", "19750503", "1", "京都府"], vec![]),
            (["渡辺", day, "1", "京都府"], vec![]),
            (["見本太郎", day, "1", "大阪府架空市11番"], vec![11]),
        ] {
            assert_eq!(
                found(&centre, &clinic, asked).unwrap(),
                expected,
                "{asked:?}"
            );
        }
        let many = found(&centre, &clinic, ["見本太郎", day, "1", "大阪府"]);
        assert_eq!(code(many), RefusalCode::EmergencyTooMany);
        for asked in [
            ["", day, "1", "京都府"],
            ["渡辺二郎", day, "", "京都府"],
            ["渡辺二郎", day, "1", ""],
            ["渡辺二郎", day, "1", "架空市"],
        ] {
            let told = found(&centre, &clinic, asked);
            assert_eq!(code(told), RefusalCode::EmergencyFourItems, "{asked:?}");
        }
    }

    #[test]
    fn each_use_says_why_and_is_reviewed() {
        let centre = TestCentre::new();
        let clinic = centre.clinic(1);
        people(&centre);
        opened(&centre, &clinic, centre.now().plus_seconds(3600)).unwrap();
        let viewer = || clinic.admin("a1");
        let uses = |consented: bool, reason: &'static str| {
            centre.change(viewer(), FUNCTION, move |tx| {
                let reason = reason.to_owned();
                let consent = match consented {
                    true => ViewingConsent::Given,
                    false => ViewingConsent::CannotBeExpressed { reason },
                };
                let basis = use_for(tx, 1, &consent)?;
                Ok((basis.id().to_owned(), basis.may_read(Scope::Medicines)))
            })
        };
        assert_eq!(code(uses(false, " ")), RefusalCode::EmergencyReasonNeeded);
        let (id, medical) = uses(false, "意識がない").unwrap();
        assert!(medical);
        let goes_on = |id: &str| {
            centre.read(viewer(), FUNCTION, |tx| {
                resume(tx, id).map(|basis| basis.person())
            })
        };
        assert_eq!(goes_on(&id).unwrap(), 1);
        assert_eq!(code(goes_on("u0")), RefusalCode::NotFound);
        let review_of = |by: Actor, id: &str| {
            let id = id.to_owned();
            centre.change(by, Function::ReviewEmergencyUse, move |tx| {
                review(tx, &id, "確認した")
            })
        };
        assert_eq!(code(review_of(viewer(), &id)), RefusalCode::NotPermitted);
        let left = |by: Actor| {
            let of = Function::ReviewEmergencyUse;
            centre.read(by, of, |tx| list_uses(tx, true, 10)).unwrap()
        };
        let at = Actor::operator_at(clinic.code.clone());
        assert_eq!((left(Actor::operator()).len(), left(at).len()), (1, 1));
        let elsewhere = Actor::operator_at(centre.clinic(2).code);
        assert_eq!(left(elsewhere).len(), 0);
        review_of(Actor::operator(), &id).unwrap();
        assert_eq!(
            code(review_of(Actor::operator(), &id)),
            RefusalCode::WrongState
        );
        assert_eq!(left(Actor::operator()).len(), 0);
        // What was opened is over, and so is the use.
        centre.pass(3600);
        assert_eq!(code(goes_on(&id)), RefusalCode::NotOpened);
        assert_eq!(code(uses(true, "")), RefusalCode::NotOpened);
        assert_eq!(centre.verified(), Vec::<String>::new());
    }
}
