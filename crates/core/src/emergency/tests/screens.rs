//! What the institution's screens ask for: candidates, uses, own reviews, requests, and what is open.

use super::areas::people;
use super::{Clinic, TestCentre, code};
use crate::emergency::{
    FourItems, NewRequest, OpenFunction, Place, ViewingConsent, check, choose, extend, list_own,
    list_own_requests, list_requests, open_at, request, resume, review_own, search, search_by_card,
    settle,
};
use crate::insured::Card;
use crate::{Actor, Day, Error, Function, Moment, RefusalCode};

const DISASTER: Function = Function::ViewInDisaster;
const FAILURE: Function = Function::CheckEligibilityInFailure;

fn open_for(centre: &TestCentre, at: &Clinic, function: Function, hours: i64) -> String {
    let (place, from) = (Place::Facility(at.code.clone()), centre.now());
    let until = from.plus_seconds(hours * 3600);
    let opened = centre.change(Actor::operator(), Function::OpenEmergencyMode, move |tx| {
        let places = std::slice::from_ref(&place);
        open_at(tx, places, function, ("回線の障害", from, until))
    });
    opened.unwrap()
}

fn candidate(centre: &TestCentre, by: Actor, function: Function) -> Result<String, Error> {
    let asked = FourItems {
        name: "高橋一郎".to_owned(),
        birthdate: Day::parse("19750502").unwrap(),
        sex: "1".to_owned(),
        address: "東京都架空区".to_owned(),
    };
    centre.change(by, function, move |tx| {
        let opened = tx.opened()?;
        let found = search(tx, &opened, &asked)?;
        Ok(found.first().map(|one| one.id.clone()).unwrap_or_default())
    })
}

fn chosen(
    centre: &TestCentre,
    by: Actor,
    (function, id): (Function, &str),
    consent: ViewingConsent,
) -> Result<String, Error> {
    let id = id.to_owned();
    centre.change(by, function, move |tx| {
        choose(tx, &id, &consent).map(|used| used.id().to_owned())
    })
}

#[test]
fn only_whom_the_same_account_found_a_moment_ago_can_be_chosen() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    people(&centre);
    for at in [&clinic, &other] {
        open_for(&centre, at, DISASTER, 2);
        open_for(&centre, at, FAILURE, 2);
    }
    let found = candidate(&centre, clinic.admin("a1"), DISASTER).unwrap();
    let given = || ViewingConsent::Given;
    for (by, function, id) in [
        (clinic.admin("a2"), DISASTER, found.as_str()),
        (other.admin("a1"), DISASTER, &found),
        (clinic.admin("a1"), DISASTER, "1"),
        (clinic.admin("a1"), DISASTER, ""),
    ] {
        let told = chosen(&centre, by, (function, id), given());
        assert_eq!(code(told), RefusalCode::NotFound);
    }
    let day = centre.now().jst_day();
    let other_function = chosen(
        &centre,
        clinic.admin("a1"),
        (FAILURE, &found),
        ViewingConsent::NotAsked { day },
    );
    assert_eq!(code(other_function), RefusalCode::NotFound);
    let not_asked = ViewingConsent::NotAsked { day };
    let told = chosen(&centre, clinic.admin("a1"), (DISASTER, &found), not_asked);
    assert_eq!(code(told), RefusalCode::WrongState);
    chosen(&centre, clinic.admin("a1"), (DISASTER, &found), given()).unwrap();
    centre.pass(30 * 60 + 1);
    let stale = chosen(&centre, clinic.admin("a1"), (DISASTER, &found), given());
    assert_eq!(code(stale), RefusalCode::NotFound);
    // The next search forgets whom it found.
    candidate(&centre, other.admin("a1"), DISASTER).unwrap();
    let sql = "select count(*) from emergency_candidate";
    let left = centre.raw_connection().rows(sql, &[]).unwrap();
    assert_eq!(left[0].int(0).unwrap(), 1);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn a_card_finds_who_has_this_birthdate() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    people(&centre);
    open_for(&centre, &clinic, DISASTER, 1);
    let found = |number: &'static str, branch: Option<&'static str>, born: &'static str| {
        let found = centre.change(clinic.admin("a1"), DISASTER, move |tx| {
            let opened = tx.opened()?;
            let card = Card::of("06139018", "", number);
            let asked = (&card, branch, Day::parse(born).unwrap());
            search_by_card(tx, &opened, asked)
        });
        let found = found.unwrap();
        found.iter().map(|one| one.person).collect::<Vec<_>>()
    };
    assert_eq!(found("1", None, "19750502"), [1]);
    assert_eq!(found("1", Some("00"), "19750502"), [1]);
    assert_eq!(found("1", Some("01"), "19750502"), Vec::<i64>::new());
    assert_eq!(found("1", None, "19750503"), Vec::<i64>::new());
    assert_eq!(found("99", None, "19750502"), Vec::<i64>::new());
}

#[test]
fn after_recovery_a_past_day_is_checked_and_no_medical_record_is_told() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    people(&centre);
    let by = || clinic.admin("a1");
    assert_eq!(
        code(candidate(&centre, by(), FAILURE)),
        RefusalCode::NotOpened
    );
    open_for(&centre, &clinic, FAILURE, 24);
    let found = candidate(&centre, by(), FAILURE).unwrap();
    let day = centre.now().jst_day().plus_days(-1);
    let asked = ViewingConsent::NotAsked { day };
    let id = chosen(&centre, by(), (FAILURE, &found), asked).unwrap();
    let told = centre.read(by(), FAILURE, |tx| {
        let used = resume(tx, &id)?;
        assert!(!used.is_medical());
        check(tx, &used)
    });
    let told = told.unwrap();
    let header = &told.header;
    let for_day = header.qualification_confirmation_date.as_deref();
    assert_eq!(for_day, Some(day.eight().as_str()));
    assert_eq!(told.body.qualification_validity.as_deref(), Some("1"));
    assert_eq!(told.body.result_list[0].name, "髙橋　一郎");
    let basis = centre.raw_connection().rows(
        "select basis, detail from audit_entry order by seq desc limit 2",
        &[],
    );
    for row in basis.unwrap() {
        assert!(row.text(0).unwrap().starts_with("opening "), "{row:?}");
    }
}

#[test]
fn the_institution_works_off_its_own_uses() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    people(&centre);
    open_for(&centre, &clinic, DISASTER, 1);
    let found = candidate(&centre, clinic.admin("a1"), DISASTER).unwrap();
    let why = ViewingConsent::CannotBeExpressed {
        reason: "意識がない".to_owned(),
    };
    let id = chosen(&centre, clinic.admin("a1"), (DISASTER, &found), why).unwrap();
    let today = centre.now().jst_day();
    let own = |at: &Clinic| {
        let of = Function::ReviewOwnEmergencyUse;
        let read = centre.read(at.admin("a1"), of, |tx| list_own(tx, (today, today), 100));
        read.unwrap()
    };
    assert_eq!(own(&other), Vec::new());
    let listed = own(&clinic).remove(0);
    assert_eq!(listed.used.id, id);
    assert_eq!(listed.used.consent.reason(), "意識がない");
    assert_eq!(listed.opened_for, "回線の障害");
    assert_eq!(listed.patient.unwrap().name, "髙橋　一郎");
    assert_eq!(listed.used.reviewed_by_institution, None);
    let reviewed = |at: &Clinic, remark: &'static str| {
        let (id, of) = (id.clone(), Function::ReviewOwnEmergencyUse);
        centre.change(at.admin("a1"), of, move |tx| review_own(tx, &id, remark))
    };
    assert_eq!(code(reviewed(&other, "確認")), RefusalCode::NotFound);
    assert_eq!(code(reviewed(&clinic, " ")), RefusalCode::Invalid);
    reviewed(&clinic, "カルテと照合した").unwrap();
    assert_eq!(code(reviewed(&clinic, "確認")), RefusalCode::WrongState);
    let (_, remark) = own(&clinic).remove(0).used.reviewed_by_institution.unwrap();
    assert_eq!(remark, "カルテと照合した");
}

#[test]
fn an_institution_asks_once_and_is_told_what_came_of_it() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let typed = |function: &str, phone: &str| {
        NewRequest::parse(function, "回線の障害", ("山田 太郎", phone))
    };
    let fields = |refusal: crate::Refusal| {
        let problems = refusal.problems.iter();
        problems
            .map(|problem| problem.about.word())
            .collect::<Vec<_>>()
    };
    let wrong = NewRequest::parse("manage_accounts", "", ("", "電話"));
    assert_eq!(
        fields(wrong.unwrap_err()),
        ["function", "reason", "contact", "phone"]
    );
    let new = typed(FAILURE.code(), "０３－００００－００００").unwrap();
    assert_eq!(new.phone, "03-0000-0000");
    let asked = |at: &Clinic, new: NewRequest| {
        centre.change(at.admin("a1"), Function::RequestOpening, move |tx| {
            request(tx, &new)
        })
    };
    let id = asked(&clinic, new.clone()).unwrap();
    assert_eq!(
        code(asked(&clinic, new.clone())),
        RefusalCode::EmergencyRequestWaits
    );
    asked(&other, new.clone()).unwrap();
    let listed = |only_open: bool| {
        let of = Function::OpenEmergencyMode;
        let read = centre.read(Actor::operator(), of, |tx| list_requests(tx, only_open, 10));
        read.unwrap().len()
    };
    assert_eq!(listed(true), 2);
    let done = || {
        let id = id.clone();
        centre.change(Actor::operator(), Function::OpenEmergencyMode, move |tx| {
            settle(tx, &id, "開放した")
        })
    };
    done().unwrap();
    assert_eq!(code(done()), RefusalCode::WrongState);
    assert_eq!((listed(true), listed(false)), (1, 2));
    let own = centre.read(clinic.admin("a1"), Function::RequestOpening, |tx| {
        list_own_requests(tx, 10)
    });
    let own = own.unwrap().remove(0);
    assert_eq!(own.settled.unwrap().1, "開放した");
    assert_eq!(own.call_back, None);
    asked(&clinic, new).unwrap();
}

#[test]
fn every_page_knows_what_is_open_and_until_when_without_a_gap() {
    let centre = TestCentre::new();
    let (clinic, other) = (centre.clinic(1), centre.clinic(2));
    let open =
        |at: &Clinic, now: Moment| centre.service().list_open_functions(&at.code, now).unwrap();
    let now = centre.now();
    assert_eq!(open(&clinic, now), Vec::new());
    let notice = open_for(&centre, &clinic, DISASTER, 1);
    let until = now.plus_seconds(3 * 3600);
    let extended = centre.change(Actor::operator(), Function::OpenEmergencyMode, move |tx| {
        extend(tx, &notice, ("長引いている", until))
    });
    extended.unwrap();
    let expected = OpenFunction {
        function: DISASTER,
        reason: "回線の障害".to_owned(),
        until,
    };
    assert_eq!(open(&clinic, now), [expected]);
    assert_eq!(open(&other, now), Vec::new());
    assert_eq!(open(&clinic, until.plus_seconds(-1)).len(), 1);
    assert_eq!(open(&clinic, until), Vec::new());
}
