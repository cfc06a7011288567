//! The mapping is whole, reads back, and is what is published.

use super::table::{ALL, CHECKUPS, MEDICINES, REQUEST, RESPONSE, TREATMENTS, Table, To};
use super::*;
use crate::messages::{
    CheckupResponse, EligibilityRequest, EligibilityResponse, MedicinesResponse,
};
use crate::print_json_indented;
use crate::shape::{Block, Kind, Shape, Slot, Typed};
use std::collections::BTreeSet;

fn blocks(shape: &'static Shape, found: &mut Vec<&'static Shape>) {
    if found.iter().any(|known| known.name == shape.name) {
        return;
    }
    found.push(shape);
    for field in shape.fields {
        match field.kind {
            Kind::Block(inner) => blocks(inner, found),
            _ => {
                if let Some(entries) = field.kind.entries() {
                    blocks(entries.shape, found);
                }
            }
        }
    }
}

/// Every element has its row, and no row is for nothing.
#[test]
fn every_element_has_a_row_or_a_reason() {
    for (tables, shape) in [
        (&[&REQUEST][..], EligibilityRequest::SHAPE),
        (&[&RESPONSE], EligibilityResponse::SHAPE),
        (&[&MEDICINES, &TREATMENTS], MedicinesResponse::SHAPE),
        (&[&CHECKUPS], CheckupResponse::SHAPE),
    ] {
        let mut all = Vec::new();
        blocks(shape, &mut all);
        let mut expected = BTreeSet::new();
        for block in all {
            // The request is not repeated in the answer.
            if block.name == "QualificationConfirmSearchInfo" && shape.name != "EligibilityRequest"
            {
                continue;
            }
            for field in block.fields {
                expected.insert((block.name, field.name));
            }
        }
        let rows = tables
            .iter()
            .flat_map(|table| table.rows)
            .copied()
            .flatten();
        let found: BTreeSet<_> = rows.map(|row| (row.block, row.element)).collect();
        assert_eq!(found, expected);
    }
    for row in ALL.iter().flat_map(|table| table.rows).copied().flatten() {
        match row.to {
            To::NotTold(why) | To::As(why) | To::Each(why) => assert!(!why.is_empty(), "{row:?}"),
            To::At(path, _) | To::AtOrText(path, ..) | To::Within(path) => {
                assert!(!path.is_empty(), "{row:?}");
            }
            To::Here => {}
        }
    }
}

#[test]
fn the_published_page_is_the_table() {
    expect_test::expect_file!["../../../../docs/fhir-mapping.md"].assert_eq(&as_markdown());
}

/// Fills everything with values that may stand there, each text another one.
fn fill(block: &mut dyn Block, number: &mut u32, but: &dyn Fn(&str, &str) -> bool) {
    let shape = block.shape();
    for (index, field) in shape.fields.iter().enumerate() {
        if but(shape.name, field.name) {
            continue;
        }
        *number += 1;
        let text = match field.kind {
            Kind::Text(_) | Kind::Lines(_) => format!("見本{number}"),
            Kind::Digits(count) if field.name.ends_with("Ratio") => format!("{:0>count$}", 30),
            Kind::Digits(count) => format!("{number:0>count$}"),
            Kind::Number(_) if field.name.ends_with("IsOrg") => (*number % 2 + 1).to_string(),
            Kind::Number(_) => number.to_string(),
            Kind::Date => format!("2026{:02}{:02}", *number % 12 + 1, *number % 28 + 1),
            Kind::Month => format!("2026{:02}", *number % 12 + 1),
            Kind::Time => format!("20261122{:06}", *number % 60),
            Kind::InsurerNumber => "  138057".to_owned(),
            Kind::PostNumber => "100-0001".to_owned(),
            Kind::Code(list) => list.entries[*number as usize % list.entries.len().min(2)]
                .0
                .to_owned(),
            Kind::Block(_) => {
                if let Slot::Block(inner) = block.open(index) {
                    fill(inner, number, but);
                }
                continue;
            }
            Kind::Repeated(_) | Kind::List { .. } => {
                let count = if field.name == "ResultList" { 1 } else { 2 };
                for _ in 0..count {
                    if let Slot::Block(inner) = block.open(index) {
                        fill(inner, number, but);
                    }
                }
                continue;
            }
        };
        block.open(index).put(text);
    }
}

fn told(table: &'static Table) -> impl Fn(&str, &str) -> bool {
    move |block, element| {
        let row = table.find(block, element);
        row.is_none_or(|row| matches!(row.to, To::NotTold(_)))
    }
}

fn text(message: &impl Typed) -> String {
    String::from_utf8(print_json_indented(message)).unwrap()
}

#[test]
fn a_full_answer_to_a_check_reads_back() {
    let mut message = EligibilityResponse::default();
    fill(&mut message, &mut 0, &told(&RESPONSE));
    message.header.segment_of_result = "1".to_owned();
    message.body.processing_result_status = Some("1".to_owned());
    let named = Named {
        patient: Some("p1".to_owned()),
        coverage: Some("c1".to_owned()),
        request: "r1".to_owned(),
    };
    let resources = eligibility(&message, &named);
    assert_eq!(text(&eligibility_back(&resources.response)), text(&message));
    // What is read by itself says the same.
    let contained = resources.response["contained"].as_array().unwrap();
    assert_eq!(contained.len(), 2 + 11, "each consent is one of them");
    let patient = resources.patient.unwrap();
    assert_eq!(patient["id"], "p1");
    assert_eq!(patient["name"], contained[0]["name"]);
    assert_eq!(
        resources.coverage.unwrap()["beneficiary"]["reference"],
        "Patient/p1"
    );
}

#[test]
fn full_medicines_and_treatment_read_back() {
    let mut message = MedicinesResponse::default();
    let but = |block: &str, element: &str| {
        let with = told(&MEDICINES)(block, element) && told(&TREATMENTS)(block, element);
        // A day has both, and each is a resource of its own.
        with && !matches!(element, "DrugInfs" | "MeTrInfs")
    };
    fill(&mut message, &mut 0, &but);
    // As claims have it: what was prescribed on another day stands on another day.
    message.body.months[0].dates[0].drugs[0].qua1 = Some("1.50".to_owned());
    let subject = json!({"reference": "Patient/p1"});
    let mut resources = medication_statements(&message, &subject);
    assert_eq!(resources.len(), 3 * 8);
    resources.extend(procedures(&message, &subject));
    assert_eq!(resources.len(), 4 * 8);
    let again = medicines_back(&patient(&message), &resources);
    assert_eq!(text(&again), text(&message));
    assert_eq!(
        get(&resources[0], "extension[quantity-text].valueString"),
        Some(&json!("1.50"))
    );
}

#[test]
fn full_checkups_read_back_whatever_their_values_are() {
    let mut message = CheckupResponse::default();
    fill(&mut message, &mut 0, &told(&CHECKUPS));
    let mut values = [
        ("PQ", "5.6"),
        ("PQ", "86.0"),
        ("PQ", "測定不能"),
        ("CD", "1"),
        ("ST", "所見なし"),
        ("", "5.60"),
    ]
    .into_iter();
    let one = message.body.checkups[0].items[0].clone();
    message.body.checkups[0].items = values
        .by_ref()
        .map(|(kind, value)| {
            let mut item = one.clone();
            item.data_type = Some(kind.to_owned()).filter(|kind| !kind.is_empty());
            item.data_value = Some(value.to_owned());
            item
        })
        .collect();
    let all = checkups(&message, &json!({"reference": "Patient/p1"}));
    assert_eq!(
        all[0].observations[1]["valueQuantity"]["value"].to_string(),
        "86.0"
    );
    let patient = json!({"name": [], "gender": "female"});
    let mut again = checkups_back(&patient, &all);
    again.header = message.header.clone();
    assert_eq!(text(&again), text(&message));
}

fn submitted(request: &Value) -> Result<Asked, Unreadable> {
    super::request(request.to_string().as_bytes())
}

fn by_card() -> Value {
    json!({
        "resourceType": "CoverageEligibilityRequest",
        "status": "active", "purpose": ["validation"],
        "servicedDate": "2026-11-22",
        "patient": {"reference": "#patient"},
        "insurance": [{"coverage": {"reference": "#coverage"}}],
        "extension": [{"url": "urn:onshi:fhir:extension:limit-certificate-consent", "valueBoolean": true}],
        "contained": [
            {"resourceType": "Patient", "id": "patient", "birthDate": "1975-05-02"},
            {"resourceType": "Coverage", "id": "coverage",
             "payor": [{"identifier": {"system": "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber", "value": "138057"}}],
             "extension": [
                {"url": "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonNumber", "valueString": "1001"}]}
        ]
    })
}

#[test]
fn a_request_is_read_by_the_face_of_the_card_or_by_an_id() {
    let asked = submitted(&by_card()).unwrap();
    let search = &asked.message.body.search;
    assert_eq!(search.insurer_number, "  138057");
    assert_eq!(search.birthdate, "19750502");
    assert_eq!(search.limit_application_certificate_related_cons_flg, "1");
    assert_eq!(
        asked.message.header.qualification_confirmation_date,
        "20261122"
    );
    let wrapped = json!({"resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": by_card()}]});
    assert!(submitted(&wrapped).is_ok());

    let mut known = by_card();
    known["patient"]["reference"] = json!("https://localhost:8443/fhir/r4/Patient/abc");
    known.as_object_mut().unwrap().remove("insurance");
    known.as_object_mut().unwrap().remove("contained");
    let asked = submitted(&known).unwrap();
    assert_eq!(asked.known, Some(("Patient", "abc".to_owned())));
}

#[test]
fn what_is_wrong_with_a_request_is_told_with_its_place() {
    let mut missing = by_card();
    missing["contained"][0]
        .as_object_mut()
        .unwrap()
        .remove("birthDate");
    missing["contained"][1]["payor"][0]["identifier"]["value"] = json!("abc");
    let Unreadable(problems) = submitted(&missing).unwrap_err();
    let places: Vec<_> = problems.iter().map(|(place, _)| *place).collect();
    assert_eq!(
        places,
        [
            "Coverage.payor[insurer].identifier.value",
            "Patient.birthDate"
        ]
    );
    for wrong in [
        json!({"resourceType": "Patient"}),
        json!([]),
        json!({"resourceType": "Parameters"}),
        json!({"resourceType": "CoverageEligibilityRequest"}),
        json!({"resourceType": "CoverageEligibilityRequest", "servicedDate": "2026-11",
            "patient": {"reference": "Patient/abc"}}),
        json!({"resourceType": "CoverageEligibilityRequest",
            "patient": {"reference": "Patient/a?b"}}),
    ] {
        assert!(submitted(&wrong).is_err(), "{wrong}");
    }
    assert!(super::request(b"{").is_err());
}
