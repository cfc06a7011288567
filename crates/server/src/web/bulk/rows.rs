//! What the rows of a table say about patients: whom each asks about, or what is wrong with it.

use crate::sheet::{Row, Table};
use crate::web::bulk::cell::Reading;
use crate::web::bulk::column::{Column, Heading, Places, headings, places_without_heading};
use crate::web::bulk::patient::{Patient, Patients};
use crate::web::eligibility::birthdate;
use crate::web::eligibility::form::CardField;
use crate::web::eligibility::read_card;
use crate::web::eligibility::view::EligibilityValues;
use onshi_core::eligibility::bulk::RowQuestion;
use onshi_wire::codes::CertificateConsent;

/// Reads a table.
pub(in crate::web) fn understand(table: &Table) -> Patients {
    let mut found = Patients::default();
    let Some(first) = table.rows.first() else {
        return found;
    };
    let heading = headings(first);
    let rows = match &heading {
        Some(_) => &table.rows[1..],
        None => &table.rows[..],
    };
    let places = match heading {
        None => match places_without_heading(rows) {
            Ok(places) => places,
            Err(problem) => {
                found.problem = Some(problem);
                return found;
            }
        },
        Some(Heading {
            places,
            unused,
            twice,
        }) => {
            found.unused = unused;
            let missing: Vec<&str> = (0..)
                .zip(Column::ALL)
                .filter(|(index, column): &(usize, Column)| {
                    column.is_needed() && places[*index].is_none()
                })
                .map(|(_, column)| column.label())
                .collect();
            if let Some(label) = twice {
                found.problem = Some(format!(
                    "見出しに「{label}」が2回あります。どちらの列を使うか分からないため、1つだけにしてください。"
                ));
                return found;
            }
            if !missing.is_empty() {
                found.problem = Some(format!(
                    "見出しに「{}」の列がありません。見出しは「{}」の名前にしてください。",
                    missing.join("」「"),
                    Column::names()
                ));
                return found;
            }
            places
        }
    };
    found.patients = rows.iter().map(|row| patient(row, &places)).collect();
    found
}

fn patient(row: &Row, places: &Places) -> Patient {
    let mut reading = Reading {
        row,
        places,
        patient: Patient {
            row: row.number,
            ..Patient::default()
        },
    };
    let mark = reading.text(Column::Mark);
    let insurer = reading.text(Column::Insurer);
    let values = EligibilityValues {
        insurer_number: reading.insurer(insurer),
        symbol: reading.text(Column::Symbol),
        number: reading.text(Column::Number),
        branch: reading.text(Column::Branch),
        ..EligibilityValues::default()
    };
    let born = reading.text(Column::Birthdate);
    let day = birthdate::read(&born);
    // A cell that was named already is not named twice.
    let mut search = None;
    if reading.patient.problems.is_empty() {
        let mut errors = Vec::new();
        search = Some(read_card(&values, &mut errors));
        for error in errors {
            let column = match error.field {
                CardField::Symbol => Column::Symbol,
                CardField::Number => Column::Number,
                CardField::Branch => Column::Branch,
                _ => Column::Insurer,
            };
            reading.wrong(column, &error.text);
        }
        if day.is_none() {
            reading.wrong(Column::Birthdate, birthdate::WRONG);
        }
        if mark.chars().count() > MARK_CHARACTERS_MAX {
            let why = format!("{MARK_CHARACTERS_MAX}文字以内で入力してください。");
            reading.wrong(Column::Mark, &why);
        }
    }
    let mut patient = reading.patient;
    if let (Some(mut search), Some(day), true) = (search, day, patient.problems.is_empty()) {
        search.birthdate = day.eight();
        search.limit_application_certificate_related_cons_flg = CertificateConsent::NotGiven.into();
        search.arbitrary_identifier = Some(mark).filter(|mark| !mark.is_empty());
        patient.question = Some(search.into());
    }
    patient
}

/// The longest patient's number.
const MARK_CHARACTERS_MAX: usize = 50;

/// The values as a line that [`understand`] reads back, for a form to carry them.
pub(in crate::web) fn line(values: &[String; 6]) -> String {
    let clean = |value: &String| -> String {
        let text: String = value
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        // A cell that begins with a quote would be read as a quoted one.
        if text.contains('"') {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    let cells: Vec<String> = values.iter().map(clean).collect();
    cells.join("\t")
}

/// The values of a question that can be asked, for [`line`].
pub(in crate::web) fn values_of(question: &RowQuestion) -> [String; 6] {
    Column::ALL.map(|column| column.value(question))
}

#[cfg(test)]
mod tests;
