//! From records to answers, held against the vectors: what is told of a month, in which element.

use super::{checkups, medicines};
use crate::api::messages::header::Head;
use onshi_core::facility::FacilityCode;
use onshi_core::medical::{
    self, Holds, MedicalLine, MedicationMonth, Operation, Patient, Record, Spans, TreatmentMonth,
};
use onshi_core::rules::MedicalRules;
use onshi_core::{Day, Moment};
use onshi_wire::print_json_indented;
use serde_json::json;

fn now() -> Moment {
    Moment::from_local_field("2026-11-26T09:15").unwrap()
}

fn head() -> Head {
    Head {
        now: now(),
        institution: "1319990014".to_owned(),
        file_identifier: Some("P0001".to_owned()),
        encoding: onshi_core::eligibility::message::Encoding::Utf8,
    }
}

fn patient() -> Patient {
    Patient {
        name: "架空　花子".to_owned(),
        kana: Some("ｶｸｳ ﾊﾅｺ".to_owned()),
        birthdate: Day::from_number(19_750_502).unwrap(),
        sex: "2".to_owned(),
    }
}

fn records() -> Vec<Record> {
    let one = |kind: &str, rest: serde_json::Value| {
        let mut line = json!({
            "Person": 1, "InsurerNumber": "06139018", "Month": "202609",
            "InstitutionCode": "1319990014", "InstitutionName": "架空中央クリニック", "InOut": "2",
        });
        let fields = line.as_object_mut().unwrap();
        fields.extend(rest.as_object().unwrap().clone());
        let line: MedicalLine = serde_json::from_value(json!({ kind: line })).unwrap();
        line.read().unwrap()
    };
    let tablet = json!({
        "Code": "629999102", "Name": "ミホンジピン錠５ｍｇ「見本」", "Ingredient": "ミホンジピンベシル酸塩",
        "Quantity": "1", "Unit": "錠", "Usage": "１日１回朝食後", "Times": "28", "Class": "21",
    });
    let weekly = json!({
        "Code": "629999851", "Name": "ミホドロン錠１７．５ｍｇ「見本」", "Quantity": "1", "Unit": "錠",
        "Usage": "週１回起床時", "Instruction": "毎週同じ曜日に服用", "Times": "4", "Class": "21",
    });
    let pharmacy = json!({
        "InstitutionCode": "1349990016", "InstitutionName": "架空薬局",
        "PrescriberCode": "1319990014", "PrescriberName": "架空中央クリニック",
    });
    let with = |one: &serde_json::Value, more: serde_json::Value| {
        let mut all = one.clone();
        let fields = all.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        all
    };
    vec![
        one(
            "Medicines",
            with(
                &pharmacy,
                json!({"Source": "Claim", "Days": [
            {"Date": "20260907", "Prescribed": "20260907", "Medicines": [tablet, weekly]}]}),
            ),
        ),
        // Given out by another institution itself (院内処方).
        one(
            "Medicines",
            json!({"Source": "Claim", "InHouse": true,
            "InstitutionCode": "1319990030", "InstitutionName": "架空南医院", "Days": [
            {"Date": "20260910", "Prescribed": "20260910", "Medicines": [tablet]}]}),
        ),
        one(
            "Treatments",
            json!({"InstitutionCode": "1319990030", "InstitutionName": "架空南医院",
            "Days": [{"Date": "20260910", "Treatments": [{"Code": "199999002", "Name": "再診料（見本）",
            "Class": "12", "Quantity": "1", "Times": "1"}]}]}),
        ),
        one(
            "Treatments",
            json!({"Days": [{"Date": "20260907", "Treatments": [
            {"Code": "199999003", "Name": "処方箋料（見本）", "Class": "80", "Times": "1"}]}]}),
        ),
        one(
            "Operations",
            json!({"InOut": "1", "Days": [
            {"Date": "20260915", "Code": "159999001", "Name": "水晶体再建術（見本）"}]}),
        ),
        one(
            "Medicines",
            json!({"Source": "Prescription", "Month": "202611", "PrescriptionClass": "1",
            "PrescriberCode": "1319990014", "PrescriberName": "架空中央クリニック", "Days": [
            {"Date": "20261121", "Medicines": [tablet]}]}),
        ),
        one(
            "Medicines",
            with(
                &pharmacy,
                json!({"Source": "Dispensing", "Month": "202611",
            "PrescriptionClass": "1", "Days": [
            {"Date": "20261121", "Prescribed": "20261121", "Medicines": [tablet]}]}),
            ),
        ),
        one(
            "Checkups",
            json!({"Month": "202606", "Days": [{"Date": "20260610", "Items": [
            {"Code": "3D046000001906202", "Name": "HbA1c(NGSP値)", "DataType": "PQ", "Value": "5.6",
             "Unit": "%"},
            {"Code": "1A010000000191111", "Name": "尿蛋白", "DataType": "CD", "Value": "1",
             "Oid": "1.2.392.200119.6.2101", "ValueName": "－"}]}]}),
        ),
    ]
}

fn sorted() -> (
    Vec<MedicationMonth>,
    Vec<TreatmentMonth>,
    Vec<Operation>,
    Vec<medical::Checkup>,
) {
    let mut all = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in records() {
        match record.holds {
            Holds::Medicines(of) => all.0.push(of),
            Holds::Treatments(of) => all.1.push(of),
            Holds::Operations(of) => all.2.extend(of.operations),
            Holds::Checkups(of) => all.3.extend(of.checkups),
        }
    }
    all
}

#[test]
fn medicines_treatment_and_operations_are_told_as_the_vector_says() {
    let (records, treatments, operations, _) = sorted();
    let spans = Spans::of(&MedicalRules::default(), now());
    let told = medicines::Told {
        own: FacilityCode::parse("1319990014").unwrap(),
        patient: patient(),
        medicines: medical::Told { records, spans },
        treatments: Some(medical::Told {
            records: treatments,
            spans,
        }),
        operations: Some(medical::Told {
            records: operations,
            spans,
        }),
    };
    let answer = print_json_indented(&medicines::answer(&head(), told));
    let text = String::from_utf8(answer).unwrap();
    expect_test::expect_file!["../../../../../../vectors/YZKsiquc01-treatment/response.json"]
        .assert_eq(&text);
}

#[test]
fn checkups_are_told_as_the_vector_says() {
    let (.., records) = sorted();
    let answer = print_json_indented(&checkups::answer(&head(), patient(), records));
    let text = String::from_utf8(answer).unwrap();
    expect_test::expect_file!["../../../../../../vectors/TKKsiquc01-codes/response.json"]
        .assert_eq(&text);
}
