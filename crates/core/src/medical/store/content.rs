//! How the lines of a record are kept: a version, then arrays of texts, deflated.
//!
//! A nation has thousands of millions of records, and the names of the fields in each would be
//! half of them. An array is a line in the order of its fields; "" is what is absent. The version
//! is the first byte, so that a later form can be told from this one.

use crate::clock::Day;
use crate::error::Fault;
use crate::medical::record::{
    Checkup, CheckupItem, Institution, MedicationDay, Medicine, Operation, Treatment, TreatmentDay,
};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

/// Arrays of texts, deflated.
const DEFLATED: u8 = 1;

/// The most bytes that a record has when it is unpacked. What is taken in is a fiftieth of it.
const UNPACKED_MAX: u64 = 256 * 1024 * 1024;

/// A medicine's texts.
type MedicineTexts = [String; 9];
/// A day (`yyyymmdd`), the prescription's (0: not told), and the medicines.
type KeptDay = (i64, i64, Vec<MedicineTexts>);
/// A day and the texts of its treatments.
type KeptTreatmentDay = (i64, Vec<[String; 6]>);
/// A day and the texts of the operation.
type KeptOperation = (i64, [String; 2]);
/// A day and the texts of its results.
type KeptCheckup = (i64, Vec<[String; 7]>);

/// What is kept of what one institution gave in a month.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptMedicines {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub prescriber_name: String,
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub class: String,
    #[serde(rename = "h", default, skip_serializing_if = "is_false")]
    pub in_house: bool,
    #[serde(rename = "d")]
    pub days: Vec<KeptDay>,
}

/// What is kept of what one institution did in a month.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptTreatments {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "d")]
    pub days: Vec<KeptTreatmentDay>,
}

/// What is kept of one institution's operations of a month.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptOperations {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "o")]
    pub operations: Vec<KeptOperation>,
}

/// What is kept of one institution's checkups of a month.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptCheckups {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "d")]
    pub days: Vec<KeptCheckup>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

pub(super) fn pack(kept: &impl Serialize) -> Result<Vec<u8>, Fault> {
    let fault = |e: &dyn std::fmt::Display| Fault::at("writing a medical record", e);
    let text = serde_json::to_vec(kept).map_err(|e| fault(&e))?;
    let mut packed = DeflateEncoder::new(vec![DEFLATED], Compression::fast());
    packed.write_all(&text).map_err(|e| fault(&e))?;
    packed.finish().map_err(|e| fault(&e))
}

pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let fault = |e: &dyn std::fmt::Display| Fault::at("reading a medical record", e);
    let Some((&DEFLATED, packed)) = bytes.split_first() else {
        return Err(fault(&"it is of a version that is not known"));
    };
    let mut text = Vec::with_capacity(packed.len() * 4);
    DeflateDecoder::new(packed)
        .take(UNPACKED_MAX)
        .read_to_end(&mut text)
        .map_err(|e| fault(&e))?;
    serde_json::from_slice(&text).map_err(|e| fault(&format!("{:?}", e.classify())))
}

fn day(number: i64) -> Result<Day, Fault> {
    Day::from_number(number).ok_or_else(|| Fault::at("reading a medical record", "a day is none"))
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn some(value: String) -> Option<String> {
    (!value.is_empty()).then_some(value)
}

pub(super) fn keep_days(days: &[MedicationDay]) -> Vec<KeptDay> {
    let keep = |one: &Medicine| {
        [
            text(one.code.as_ref()),
            one.name.clone(),
            text(one.ingredient.as_ref()),
            text(one.quantity.as_ref()),
            text(one.unit.as_ref()),
            text(one.usage.as_ref()),
            text(one.instruction.as_ref()),
            text(one.times.as_ref()),
            text(one.class.as_ref()),
        ]
    };
    days.iter()
        .map(|day| {
            let prescribed = day.prescribed.map_or(0, Day::number);
            let medicines = day.medicines.iter().map(keep).collect();
            (day.date.number(), prescribed, medicines)
        })
        .collect()
}

pub(super) fn days(kept: Vec<KeptDay>) -> Result<Vec<MedicationDay>, Fault> {
    let medicine = |kept: MedicineTexts| {
        let [
            code,
            name,
            ingredient,
            quantity,
            unit,
            usage,
            instruction,
            times,
            class,
        ] = kept;
        Medicine {
            code: some(code),
            name,
            ingredient: some(ingredient),
            quantity: some(quantity),
            unit: some(unit),
            usage: some(usage),
            instruction: some(instruction),
            times: some(times),
            class: some(class),
        }
    };
    kept.into_iter()
        .map(|(date, prescribed, medicines)| {
            Ok(MedicationDay {
                date: day(date)?,
                prescribed: (prescribed != 0).then(|| day(prescribed)).transpose()?,
                medicines: medicines.into_iter().map(medicine).collect(),
            })
        })
        .collect()
}

pub(super) fn keep_treatments(days: &[TreatmentDay]) -> Vec<KeptTreatmentDay> {
    let keep = |one: &Treatment| {
        [
            text(one.code.as_ref()),
            one.name.clone(),
            text(one.class.as_ref()),
            text(one.quantity.as_ref()),
            text(one.times.as_ref()),
            text(one.unit.as_ref()),
        ]
    };
    days.iter()
        .map(|day| (day.date.number(), day.treatments.iter().map(keep).collect()))
        .collect()
}

pub(super) fn treatments(kept: Vec<KeptTreatmentDay>) -> Result<Vec<TreatmentDay>, Fault> {
    let treatment = |[code, name, class, quantity, times, unit]: [String; 6]| Treatment {
        code: some(code),
        name,
        class: some(class),
        quantity: some(quantity),
        times: some(times),
        unit: some(unit),
    };
    kept.into_iter()
        .map(|(date, all)| {
            Ok(TreatmentDay {
                date: day(date)?,
                treatments: all.into_iter().map(treatment).collect(),
            })
        })
        .collect()
}

pub(super) fn keep_operations(operations: &[Operation]) -> Vec<KeptOperation> {
    let keep = |one: &Operation| {
        let words = [text(one.code.as_ref()), one.name.clone()];
        (one.date.number(), words)
    };
    operations.iter().map(keep).collect()
}

pub(super) fn operations(
    kept: Vec<KeptOperation>,
    (institution, in_out): (&Institution, Option<&String>),
) -> Result<Vec<Operation>, Fault> {
    kept.into_iter()
        .map(|(date, [code, name])| {
            Ok(Operation {
                date: day(date)?,
                institution: institution.clone(),
                code: some(code),
                name,
                in_out: in_out.cloned(),
            })
        })
        .collect()
}

pub(super) fn keep_checkups(checkups: &[Checkup]) -> Vec<KeptCheckup> {
    let keep = |one: &CheckupItem| {
        [
            one.code.clone(),
            one.name.clone(),
            one.data_type.clone(),
            one.value.clone(),
            text(one.unit.as_ref()),
            text(one.oid.as_ref()),
            text(one.value_name.as_ref()),
        ]
    };
    checkups
        .iter()
        .map(|day| (day.date.number(), day.items.iter().map(keep).collect()))
        .collect()
}

pub(super) fn checkups(
    kept: Vec<KeptCheckup>,
    institution: &Institution,
) -> Result<Vec<Checkup>, Fault> {
    let item = |[code, name, data_type, value, unit, oid, value_name]: [String; 7]| CheckupItem {
        code,
        name,
        data_type,
        value,
        unit: some(unit),
        oid: some(oid),
        value_name: some(value_name),
    };
    kept.into_iter()
        .map(|(date, items)| {
            Ok(Checkup {
                date: day(date)?,
                institution: (!institution.code.is_empty()).then(|| institution.clone()),
                items: items.into_iter().map(item).collect(),
            })
        })
        .collect()
}
