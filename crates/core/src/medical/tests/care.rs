//! 救急時医療情報閲覧: who may look, on what is read, how much of it, and until when.

use super::*;
use crate::RefusalCode as R;
use crate::access::{self, Access};
use crate::account::{Managed, manage};
use crate::eligibility::message::Encoding;
use crate::emergency::care::{self, InEmergencyCare};
use crate::emergency::{ViewingConsent, list_own, list_uses, review, review_own};
use crate::facility;
use crate::testing::{edit_of, new_account, user_id};
use onshi_wire::messages::{EligibilityResponse, EmergencyCheckRequest};

const CHECK: Function = Function::CheckInEmergencyCare;
const FETCH: Function = Function::FetchMedicalInformation;

fn program(at: &Clinic) -> Actor {
    Actor::account(AccountKind::WebApi, "p1", at.code.clone(), "c1")
}

fn set_hospital(centre: &TestCentre, at: &Clinic, hospital: bool) {
    let (operator, code) = (Actor::operator_at(at.code.clone()), at.code.clone());
    let set = centre.change(operator, Function::ManageFacilities, move |tx| {
        facility::set_emergency_hospital(tx, &code, hospital)
    });
    set.unwrap();
}

/// Registers an account, with 救急時閲覧権限 or without.
fn viewer(centre: &TestCentre, at: &Clinic, id: &str, may: bool) -> String {
    let mut new = new_account(AccountKind::Viewer, id);
    new.emergency_viewing = may;
    let made = centre.change(at.admin("a1"), Function::ManageAccounts, move |tx| {
        manage::register(tx, Managed::Others, &new)
    });
    made.unwrap()
}

/// A hospital with a doctor (Isha01) who may look, a colleague (Isha02) who may not, and one patient.
fn hospital() -> (TestCentre, Clinic, String) {
    let (centre, at) = centre();
    set_hospital(&centre, &at, true);
    let doctor = viewer(&centre, &at, "Isha01", true);
    viewer(&centre, &at, "Isha02", false);
    (centre, at, doctor)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn asked(at: &Clinic, pattern: &str) -> EmergencyCheckRequest {
    let mut asked = EmergencyCheckRequest::default();
    asked.header.qualification_confirmation_date = "20260401".to_owned();
    asked.header.medical_institution_code = at.code.as_str().to_owned();
    let search = &mut asked.body.search;
    search.insurer_number = INSURER.to_owned();
    search.insured_identification_number = "1001".to_owned();
    search.birthdate = "19900101".to_owned();
    search.limit_application_certificate_related_cons_flg = "0".to_owned();
    let access = &mut asked.body.access;
    access.user_id = "Isha01".to_owned();
    access.emergency_viewing_flag = "1".to_owned();
    access.information_request_pattern = pattern.to_owned();
    access.authentication_factor1 = some("1");
    access.authentication_method1 = some("01");
    access.authentication_factor2 = some("3");
    access.authentication_method2 = some("01");
    access.reason = some("意識がない");
    asked
}

fn check(
    centre: &TestCentre,
    at: &Clinic,
    asked: EmergencyCheckRequest,
) -> Result<EligibilityResponse, Error> {
    centre.change(program(at), CHECK, move |tx| {
        care::check(tx, &asked, Encoding::Utf8)
    })
}

fn read_in_care<T: Send + 'static>(
    centre: &TestCentre,
    at: &Clinic,
    work: impl Fn(&mut Tx<'_>, &InEmergencyCare) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    centre.read(program(at), FETCH, move |tx| {
        let care = care::begin_reading(tx, &Card::of(INSURER, "", "1001"), None)?;
        work(tx, &care)
    })
}

fn days_of(centre: &TestCentre, at: &Clinic) -> Result<Vec<(Source, i64)>, Error> {
    read_in_care(centre, at, |tx, care| {
        let period = Period::all(&tx.rules().medical, tx.now());
        let told = super::super::medicines(tx, care, (period, &Source::ALL))?;
        let day = |of: &MedicationMonth| (of.source, of.days[0].date.number());
        Ok(told.records.iter().map(day).collect())
    })
}

#[test]
fn each_thing_that_is_missing_is_refused_as_that() {
    let (centre, at, _) = hospital();
    let with = |change: fn(&mut onshi_wire::messages::EmergencyAccessInfo)| {
        let mut asked = asked(&at, "1");
        change(&mut asked.body.access);
        code(check(&centre, &at, asked))
    };
    let no_authority = [
        with(|access| access.user_id = "Isha02".to_owned()),
        with(|access| access.user_id = "Dare01".to_owned()),
        with(|access| access.user_id = "だれか".to_owned()),
        with(|access| access.emergency_viewing_flag = "0".to_owned()),
    ];
    assert_eq!(no_authority, [R::EmergencyNoAuthority; 4]);
    let no_factor = [
        with(|access| access.authentication_factor2 = None),
        with(|access| access.authentication_method2 = None),
        with(|access| access.authentication_factor2 = some("1")),
        with(|access| access.authentication_method2 = some("09")),
    ];
    assert_eq!(no_factor, [R::EmergencySecondFactor; 4]);
    let no_reason = [
        with(|access| access.reason = None),
        with(|access| access.reason = some("　")),
    ];
    assert_eq!(no_reason, [R::EmergencyReasonNeeded; 2]);
    set_hospital(&centre, &at, false);
    assert_eq!(
        code(check(&centre, &at, asked(&at, "1"))),
        R::EmergencyNotHospital
    );
    let uses = centre.read(Actor::operator(), Function::ReviewEmergencyUse, |tx| {
        list_uses(tx, true, 10)
    });
    assert_eq!(uses.unwrap(), [], "nobody looked");
    assert_eq!(code(days_of(&centre, &at)), R::EmergencyCareNotDeclared);
}

#[test]
fn what_was_declared_is_told_with_flag_three_and_is_a_basis_for_its_time() {
    let (centre, at, doctor) = hospital();
    let elsewhere = centre.clinic(2);
    keep(
        &centre,
        vec![medicines(
            Source::Claim,
            20_260_105,
            vec![medicine("見本錠", "7")],
        )],
    );
    let told = check(&centre, &at, asked(&at, "1")).unwrap();
    let result = &told.body.result_list[0];
    assert_eq!(result.name, "架空太郎");
    assert_eq!(result.pharmacists_info_cons_flg.as_deref(), Some("3"));
    assert_eq!(
        result.pharmacists_info_available_time.as_deref(),
        Some("20260401093000")
    );
    assert_eq!(
        result.specific_health_checkups_info_cons_flg.as_deref(),
        Some("0")
    );
    let claim = [(Source::Claim, 20_260_105)];
    assert_eq!(days_of(&centre, &at).unwrap(), claim);
    assert_eq!(
        code(days_of(&centre, &elsewhere)),
        R::EmergencyCareNotDeclared
    );
    // Another kind than the pattern has.
    let checkups = read_in_care(&centre, &at, |tx, care| {
        super::super::checkups(tx, care).map(drop)
    });
    assert_eq!(code(checkups), R::EmergencyPatternOther);

    // It rests on who looks, and on the hospital, at each reading.
    let version = centre.account(&at, &doctor).version;
    let id = doctor.clone();
    let taken = centre.change(at.admin("a1"), Function::ManageAccounts, move |tx| {
        let holder = manage::show(tx, Managed::Others, &id)?.0.holder;
        let period = crate::account::Period::default();
        let edit = manage::Edit {
            holder,
            ..edit_of(period, version)
        };
        manage::edit(tx, Managed::Others, &id, &edit)
    });
    taken.unwrap();
    assert_eq!(code(days_of(&centre, &at)), R::EmergencyNoAuthority);
    viewer(&centre, &at, "Isha03", true);
    let mut again = asked(&at, "1");
    again.body.access.user_id = "Isha03".to_owned();
    centre.pass(1);
    check(&centre, &at, again).unwrap();
    assert_eq!(days_of(&centre, &at).unwrap(), claim);
    set_hospital(&centre, &at, false);
    assert_eq!(code(days_of(&centre, &at)), R::EmergencyNotHospital);
    set_hospital(&centre, &at, true);
    centre.pass(3600);
    assert_eq!(days_of(&centre, &at).unwrap(), claim, "to the end");
    centre.pass(1);
    assert_eq!(code(days_of(&centre, &at)), R::EmergencyCareNotDeclared);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn a_summary_is_of_months_and_a_pattern_has_its_sources() {
    let (centre, at, _) = hospital();
    // Today is 2026-04-01: three months ago began January, 45 days ago was 2026-02-15.
    let mut records = Vec::new();
    for date in [20_251_231, 20_260_101, 20_240_601] {
        records.push(medicines(
            Source::Claim,
            date,
            vec![medicine("見本錠", "1")],
        ));
        records.push(treatment(date));
    }
    for date in [20_260_114, 20_260_215] {
        records.push(medicines(
            Source::Dispensing,
            date,
            vec![medicine("見本錠", "1")],
        ));
    }
    records.extend([operation(20_230_401), operation(20_230_331)]);
    keep(&centre, records);
    let told = |pattern: &str| {
        check(&centre, &at, asked(&at, pattern)).unwrap();
        centre.pass(1);
        let days = days_of(&centre, &at);
        days.unwrap()
            .into_iter()
            .map(|(_, day)| day)
            .collect::<Vec<_>>()
    };
    assert_eq!(told("1"), [20_260_101]);
    let treatments = read_in_care(&centre, &at, |tx, care| {
        let period = Period::all(&tx.rules().medical, tx.now());
        let treatments = super::super::treatments(tx, care, period)?.records.len();
        let operations = super::super::operations(tx, care, period)?;
        Ok((
            treatments,
            operations.records.len(),
            operations.spans.operations.from.number(),
        ))
    });
    assert_eq!(treatments.unwrap(), (1, 1, 20_230_401));
    assert_eq!(told("2"), [20_260_101, 20_251_231, 20_240_601]);
    assert_eq!(told("3"), [20_260_215, 20_260_101, 20_251_231, 20_240_601]);
    let all = [20_260_215, 20_260_101, 20_260_114, 20_251_231, 20_240_601];
    assert_eq!(told("4"), all, "the newest month first");
    let treatments = read_in_care(&centre, &at, |tx, care| {
        let period = Period::all(&tx.rules().medical, tx.now());
        super::super::treatments(tx, care, period).map(drop)
    });
    assert_eq!(code(treatments), R::EmergencyPatternOther);
    check(&centre, &at, asked(&at, "6")).unwrap();
    assert_eq!(code(days_of(&centre, &at)), R::EmergencyPatternOther);
}

#[test]
fn each_look_is_on_the_lists_of_review_and_in_the_patients_report() {
    let (centre, at, doctor) = hospital();
    check(&centre, &at, asked(&at, "1")).unwrap();
    days_of(&centre, &at).unwrap();
    // Nobody is found: nothing is to be reviewed, and nothing is told.
    let mut nobody = asked(&at, "1");
    nobody.body.search.insured_identification_number = "9999".to_owned();
    let told = check(&centre, &at, nobody).unwrap();
    assert_eq!(told.body.qualification_validity.as_deref(), Some("4"));

    let uses = centre.read(Actor::operator(), Function::ReviewEmergencyUse, |tx| {
        list_uses(tx, true, 10)
    });
    let [used] = &uses.unwrap()[..] else {
        panic!("one use");
    };
    assert_eq!((used.person, &used.account_id), (1, &doctor));
    let reason = "意識がない".to_owned();
    assert_eq!(used.consent, ViewingConsent::InEmergencyCare { reason });
    assert_eq!(used.care.unwrap().factors.words(), "ID/PW・ICカード");
    let days = (day(20_260_401), day(20_260_401));
    let own = centre.read(at.admin("a1"), Function::ReviewOwnEmergencyUse, move |tx| {
        list_own(tx, days, 10)
    });
    let own = own.unwrap().remove(0);
    assert_eq!(
        (own.user_id.as_str(), own.opened_for.as_str()),
        ("Isha01", "")
    );
    assert_eq!(user_id(&own.user_id), user_id("Isha01"));
    let (id, again) = (used.id.clone(), used.id.clone());
    let reviewed = centre.change(at.admin("a1"), Function::ReviewOwnEmergencyUse, move |tx| {
        review_own(tx, &id, "診療録と照合した")
    });
    reviewed.unwrap();
    let reviewed = centre.change(Actor::operator(), Function::ReviewEmergencyUse, move |tx| {
        review(tx, &again, "確認した")
    });
    reviewed.unwrap();

    let told = centre.read(Actor::operator(), Function::ReadAccessReport, |tx| {
        let until = tx.now().plus_seconds(1);
        let from = crate::Moment::from_ms(0);
        access::report(
            tx,
            1,
            access::Period {
                from,
                until,
                with_checks: false,
            },
        )
    });
    let told: Vec<_> = told.unwrap().accesses.iter().map(words).collect();
    let expected = [
        (
            "救急時医療情報閲覧（薬剤情報（0件）を提供）",
            "救急時（病院による申告）",
        ),
        (
            "資格確認（救急時医療情報閲覧）（Isha01が救急用サマリーを要求（ID/PW・ICカードで二要素認証）（理由：意識がない））",
            "救急時（病院による申告）",
        ),
    ];
    let expected = expected.map(|(what, basis)| (what.to_owned(), basis));
    assert_eq!(told, expected);
}

fn words(access: &Access) -> (String, &'static str) {
    (access.purpose_words(), access.basis_words())
}

/// Only a viewer's account may look in emergency care, and the log says who got the right.
#[test]
fn only_a_viewer_gets_the_right() {
    let (centre, at) = centre();
    let mut new = new_account(AccountKind::General, "Uketsuke1");
    new.emergency_viewing = true;
    let made = centre.change(at.admin("a1"), Function::ManageAccounts, move |tx| {
        manage::register(tx, Managed::Others, &new)
    });
    assert_eq!(code(made), R::Invalid);
}
