//! What is kept of a person, what replaces it, and on what basis and how far back it is told.

mod basis;
mod care;
mod openings;
mod reports;
mod tree;

use super::record::{CheckupMonth, OperationMonth};
use super::*;
use crate::clock::Month;
use crate::consent::Consented;
use crate::insured::QualificationRecord;
use crate::insured::import::Progress;
use crate::testing::{Clinic, INSURER, TestCentre, code, taro};
use crate::{AccountKind, Actor, Function};

fn day(number: i64) -> Day {
    Day::from_number(number).unwrap()
}

fn institution(code: &str, name: &str) -> Institution {
    Institution {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

fn clinic_name() -> Institution {
    institution("1319990014", "架空内科")
}

fn medicine(name: &str, times: &str) -> Medicine {
    Medicine {
        code: Some("620000001".to_owned()),
        name: name.to_owned(),
        times: Some(times.to_owned()),
        ..Medicine::default()
    }
}

fn medicines(source: Source, date: i64, all: Vec<Medicine>) -> Record {
    let days = vec![MedicationDay {
        date: day(date),
        prescribed: Some(day(date)),
        medicines: all,
    }];
    Record {
        person: 1,
        insurer: INSURER.to_owned(),
        holds: Holds::Medicines(MedicationMonth {
            source,
            month: Month::of(day(date)),
            institution: clinic_name(),
            prescriber: Some(institution("1319990022", "架空医院")),
            in_out: (source == Source::Claim).then(|| "2".to_owned()),
            prescription_class: (source != Source::Claim).then(|| "1".to_owned()),
            in_house: source == Source::Claim,
            days,
        }),
    }
}

fn treatment(date: i64) -> Record {
    let treatment = Treatment {
        code: Some("112007410".to_owned()),
        name: "再診料".to_owned(),
        quantity: Some("1".to_owned()),
        ..Treatment::default()
    };
    Record {
        person: 1,
        insurer: INSURER.to_owned(),
        holds: Holds::Treatments(TreatmentMonth {
            month: Month::of(day(date)),
            institution: clinic_name(),
            in_out: Some("2".to_owned()),
            days: vec![TreatmentDay {
                date: day(date),
                treatments: vec![treatment],
            }],
        }),
    }
}

fn operation(date: i64) -> Record {
    let operation = Operation {
        date: day(date),
        institution: clinic_name(),
        code: Some("150000001".to_owned()),
        name: "見本手術".to_owned(),
        in_out: Some("1".to_owned()),
    };
    Record {
        person: 1,
        insurer: INSURER.to_owned(),
        holds: Holds::Operations(OperationMonth {
            month: Month::of(day(date)),
            institution: clinic_name(),
            in_out: Some("1".to_owned()),
            operations: vec![operation],
        }),
    }
}

fn checkup(date: i64, value: &str) -> Record {
    let item = CheckupItem {
        code: "3D046000001906202".to_owned(),
        name: "HbA1c(NGSP値)".to_owned(),
        data_type: "PQ".to_owned(),
        value: value.to_owned(),
        unit: Some("%".to_owned()),
        ..CheckupItem::default()
    };
    Record {
        person: 1,
        insurer: INSURER.to_owned(),
        holds: Holds::Checkups(CheckupMonth {
            month: Month::of(day(date)),
            institution: clinic_name(),
            checkups: vec![Checkup {
                date: day(date),
                institution: Some(clinic_name()),
                items: vec![item],
            }],
        }),
    }
}

/// A centre with one insured person (1), and an institution whose reader has all consents.
fn centre() -> (TestCentre, Clinic) {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    centre.insure([QualificationRecord {
        insured_identification_number: "1001".to_owned(),
        ..taro(1)
    }]);
    (centre, clinic)
}

fn keep(centre: &TestCentre, records: Vec<Record>) -> Progress {
    centre
        .change(
            Actor::operator(),
            Function::ImportMedicalRecords,
            move |tx| import::take(tx, "medical", &records),
        )
        .unwrap()
}

fn consent(centre: &TestCentre, at: &Clinic, scope: Scope) {
    let face = Actor::account(AccountKind::Face, "p1", at.code.clone(), "c1");
    let given = centre.change(face, Function::RecordConsent, move |tx| {
        crate::consent::give(tx, 1, scope, None)
    });
    given.unwrap();
}

/// Reads on a consent to this.
fn read<T: Send + 'static>(
    centre: &TestCentre,
    at: &Clinic,
    scope: Scope,
    work: impl Fn(&mut Tx<'_>, &Consented) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let program = Actor::account(AccountKind::WebApi, "p1", at.code.clone(), "c1");
    centre.read(program, Function::FetchMedicalInformation, move |tx| {
        let consented = tx.consented(1, scope)?;
        work(tx, &consented)
    })
}

fn all_medicines(centre: &TestCentre, at: &Clinic) -> Vec<MedicationMonth> {
    let told = read(centre, at, Scope::Medicines, |tx, basis| {
        let period = Period::all(&tx.rules().medical, tx.now());
        super::medicines(tx, basis, (period, &Source::ALL))
    });
    told.unwrap().records
}

#[test]
fn what_was_reported_is_told_as_it_was_and_a_report_replaces_the_one_before() {
    let (centre, clinic) = centre();
    consent(&centre, &clinic, Scope::Medicines);
    let first = medicines(
        Source::Claim,
        20_260_105,
        vec![medicine("見本錠５ｍｇ", "28")],
    );
    let counts = keep(&centre, vec![first.clone()]);
    assert_eq!((counts.added, counts.changed), (1, 0));
    let Holds::Medicines(expected) = first.holds.clone() else {
        panic!("they are medicines");
    };
    assert_eq!(all_medicines(&centre, &clinic), [expected]);

    assert_eq!(keep(&centre, vec![first]).unchanged, 1);
    let two = vec![medicine("見本錠１０ｍｇ", "28"), medicine("架空散", "7")];
    let again = medicines(Source::Claim, 20_260_105, two);
    assert_eq!(keep(&centre, vec![again]).changed, 1);
    let told = all_medicines(&centre, &clinic);
    assert_eq!(told.len(), 1, "the one before is gone");
    assert_eq!(told[0].days[0].medicines.len(), 2);

    let mut nothing = medicines(Source::Claim, 20_260_105, Vec::new());
    let Holds::Medicines(of) = &mut nothing.holds else {
        panic!("they are medicines");
    };
    of.days.clear();
    assert_eq!(keep(&centre, vec![nothing.clone()]).changed, 1);
    assert_eq!(all_medicines(&centre, &clinic), []);
    assert_eq!(keep(&centre, vec![nothing]).unchanged, 1);
}

#[test]
fn each_source_is_told_as_far_back_as_it_goes() {
    let (centre, clinic) = centre();
    for scope in Scope::ALL {
        consent(&centre, &clinic, scope);
    }
    // Today is 2026-04-01: 100 days ago was 2025-12-22, 36 months ago April 2023, five years April 2021.
    let claims = [20_230_331, 20_230_401, 20_260_331];
    let prescribed = [20_251_221, 20_251_222];
    let mut records = Vec::new();
    for date in claims {
        records.push(medicines(
            Source::Claim,
            date,
            vec![medicine("見本錠", "1")],
        ));
        records.push(treatment(date));
    }
    for date in prescribed {
        for source in [Source::Prescription, Source::Dispensing] {
            records.push(medicines(source, date, vec![medicine("見本錠", "1")]));
        }
    }
    for date in [20_210_331, 20_210_401] {
        records.push(operation(date));
        records.push(checkup(date, "5.6"));
    }
    // The two days of prescriptions are in one month: the second report has replaced the first, so
    // both are told together.
    let last = records.iter().position(
        |record| matches!(&record.holds, Holds::Medicines(of) if of.source == Source::Prescription),
    );
    records.remove(last.unwrap());
    keep(&centre, records);
    let told: Vec<(Source, i64)> = all_medicines(&centre, &clinic)
        .iter()
        .map(|of| (of.source, of.days[0].date.number()))
        .collect();
    assert_eq!(
        told,
        [
            (Source::Claim, 20_260_331),
            (Source::Prescription, 20_251_222),
            (Source::Dispensing, 20_251_222),
            (Source::Claim, 20_230_401),
        ]
    );
    let period = |tx: &Tx<'_>| Period::all(&tx.rules().medical, tx.now());
    let treatments = read(&centre, &clinic, Scope::Treatment, move |tx, basis| {
        super::treatments(tx, basis, period(tx))
    });
    let months: Vec<i64> = treatments
        .unwrap()
        .records
        .iter()
        .map(|of| of.month.number())
        .collect();
    assert_eq!(months, [202_603, 202_304]);
    let operations = read(&centre, &clinic, Scope::Surgery, move |tx, basis| {
        super::operations(tx, basis, period(tx))
    });
    let operations = operations.unwrap();
    assert_eq!(operations.records.len(), 1);
    assert_eq!(operations.records[0].date.number(), 20_210_401);
    assert_eq!(operations.spans.claims.complete_until.number(), 20_260_131);
    let checkups = read(&centre, &clinic, Scope::Checkups, |tx, basis| {
        super::checkups(tx, basis)
    });
    assert_eq!(checkups.unwrap().records.len(), 1);
}

#[test]
fn a_month_of_twenty_thousand_lines_with_the_longest_names_is_kept_and_told() {
    let (centre, clinic) = centre();
    consent(&centre, &clinic, Scope::Medicines);
    let name = "漢".repeat(400);
    let all: Vec<Medicine> = (0..20_000)
        .map(|place| medicine(&name, &place.to_string()))
        .collect();
    keep(
        &centre,
        vec![medicines(Source::Claim, 20_260_105, all.clone())],
    );
    let told = all_medicines(&centre, &clinic);
    assert_eq!(told[0].days[0].medicines, all);
}
