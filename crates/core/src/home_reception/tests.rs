//! Who issues and voids an address, and when there is one.

mod cards;

use super::{HomeAddress, current, fetch, issue, void};
use crate::environment::{self, Setting};
use crate::terms::Purpose;
use crate::testing::{TestCentre, code};
use crate::{AccountKind, Actor, Error, Function, RefusalCode};

/// An institution's administrator.
fn admin(centre: &TestCentre, number: u32) -> Actor {
    let clinic = centre.clinic(number);
    let id = centre.register(&clinic, AccountKind::Admin, &format!("Kanri{number:02}"));
    clinic.admin(&id.unwrap())
}

fn use_it(centre: &TestCentre, admin: &Actor, setting: Setting) {
    let wanted = [(setting, setting.value("1").unwrap())];
    let changed = centre.change(admin.clone(), Function::UpdateEnvironment, move |tx| {
        environment::change(tx, &wanted, None)
    });
    changed.unwrap();
}

fn issued(centre: &TestCentre, admin: &Actor) -> Result<HomeAddress, Error> {
    centre.change(admin.clone(), Function::ManageHomeAddress, |tx| {
        issue(tx)?;
        Ok(current(tx)?.unwrap())
    })
}

fn in_force(centre: &TestCentre, admin: &Actor) -> Option<HomeAddress> {
    let found = centre.read(admin.clone(), Function::ManageHomeAddress, current);
    found.unwrap()
}

#[test]
fn an_address_is_issued_only_where_something_is_consented_to_from_home() {
    let centre = TestCentre::new();
    for (number, setting) in [(1, Setting::HomeVisits), (2, Setting::OnlineCare)] {
        let admin = admin(&centre, number);
        assert_eq!(code(issued(&centre, &admin)), RefusalCode::HomeNotUsed);
        assert_eq!(in_force(&centre, &admin), None);
        use_it(&centre, &admin, setting);
        let address = issued(&centre, &admin).unwrap();
        assert_eq!(address.token.len(), 32);
        assert_eq!(address.issued_by.0, format!("Kanri{number:02}"));
        assert_eq!(in_force(&centre, &admin), Some(address));
    }
}

#[test]
fn an_institution_has_one_address_of_its_own_until_it_is_voided() {
    let centre = TestCentre::new();
    let (ours, theirs) = (admin(&centre, 1), admin(&centre, 2));
    for one in [&ours, &theirs] {
        use_it(&centre, one, Setting::HomeVisits);
    }
    let first = issued(&centre, &ours).unwrap();
    assert_eq!(issued(&centre, &ours).unwrap(), first, "pressed twice");
    let others = issued(&centre, &theirs).unwrap();
    assert_ne!(others.token, first.token);
    let voided = |admin: &Actor, seen: &str| {
        let seen = seen.to_owned();
        centre.change(admin.clone(), Function::ManageHomeAddress, move |tx| {
            void(tx, &seen)
        })
    };
    let changed = RefusalCode::ChangedMeanwhile;
    assert_eq!(code(voided(&theirs, &first.token)), changed);
    voided(&ours, &first.token).unwrap();
    assert_eq!(in_force(&centre, &ours), None);
    assert_eq!(code(voided(&ours, &first.token)), changed);
    let second = issued(&centre, &ours).unwrap();
    assert_ne!(second.token, first.token);
    assert_eq!(code(voided(&ours, &first.token)), changed, "an older page");
    assert_eq!(in_force(&centre, &ours), Some(second));
    assert_eq!(in_force(&centre, &theirs), Some(others));
}

#[test]
fn a_program_fetches_what_was_issued_for_a_kind_of_care_that_is_used() {
    let centre = TestCentre::new();
    let ours = admin(&centre, 1);
    let program = Actor::account(
        AccountKind::WebApi,
        "w1",
        ours.facility().unwrap().clone(),
        "c1",
    );
    let fetched = |purpose: Purpose| {
        let function = Function::FetchHomeAddress;
        centre.read(program.clone(), function, move |tx| fetch(tx, purpose))
    };
    let not_used = RefusalCode::HomeNotUsed;
    assert_eq!(code(fetched(Purpose::HomeVisit)), not_used);
    use_it(&centre, &ours, Setting::HomeVisits);
    let not_issued = RefusalCode::HomeNotIssued;
    assert_eq!(code(fetched(Purpose::HomeVisit)), not_issued);
    assert_eq!(code(fetched(Purpose::Online)), not_used);
    let address = issued(&centre, &ours).unwrap();
    let (token, name) = fetched(Purpose::HomeVisit).unwrap();
    assert_eq!((token, name.as_str()), (address.token, "桜内科クリニック"));
    assert_eq!(code(fetched(Purpose::Outpatient)), not_used);
}
