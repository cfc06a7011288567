//! Many: all consents of a large hospital are told, page by page, and each once.

use crate::api::program::Program;
use crate::centre::test_centre::{Institution, TestCentre};
use onshi_core::insured::Line;
use onshi_scenarios::database::Database;
use std::collections::BTreeSet;
use tokio::task::block_in_place;

/// More than one list of a screen shows.
const PATIENTS: i64 = 1_100;

/// Many people, each with two consents at an institution.
pub(super) fn crowd(centre: &TestCentre, ours: &Institution, count: i64) -> Vec<i64> {
    // The lines that are reported are changed into those of many people, a few of the showcase's at a time.
    let mut persons = Vec::new();
    let mut number = 0;
    while number < count {
        block_in_place(|| {
            centre.populate_as(|lines, _| {
                for line in lines {
                    if let Line::Qualification(record) = line {
                        number += 1;
                        record.person = 70_000_000 + number;
                        record.insured_identification_number = format!("{}", 70_000_000 + number);
                        persons.push(record.person);
                    }
                }
            })
        });
    }
    let facility = ours.code.as_str().to_owned();
    let now = onshi_core::clock::now().ms();
    let location = centre.running.centre.config.location();
    block_in_place(|| {
        let mut rows = String::from("begin;");
        for person in &persons {
            for scope in ["YZK", "TKK"] {
                rows.push_str(&format!(
                    "insert into consent (consent_id, facility_code, person, scope, given_at, valid_until) \
                     values ('{scope}{person}', '{facility}', {person}, '{scope}', {}, {});",
                    now - 1000,
                    now + 3_600_000
                ));
            }
        }
        rows.push_str("commit;");
        Database::open(&location).batch(&rows);
    });
    persons
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consents_of_more_patients_than_a_screen_lists_are_all_told() {
    let centre = TestCentre::open_with(onshi_core::clock::now, |config| {
        config.login.identity_cache_ms = 0;
    })
    .await;
    let ours = centre.institution("131999001", "架空中央クリニック", "");
    let persons = crowd(&centre, &ours, PATIENTS);
    let mut program = Program::log_in(&centre, &ours).await;
    let found = program.all("Consent?_count=200").await;
    assert_eq!(found.len(), persons.len() * 2);
    let ids: BTreeSet<String> = found.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!(ids.len(), found.len());
    let medicines = program.all("Consent?category=YZK&_count=200").await;
    assert_eq!(medicines.len(), persons.len());
    let id = found.last().unwrap()["id"].as_str().unwrap();
    assert_eq!(
        program.all(&format!("Consent?_id={id}")).await,
        found[found.len() - 1..]
    );
    assert_eq!(program.found("Consent?status=inactive").await["total"], 0);
    centre.closed().await;
}
