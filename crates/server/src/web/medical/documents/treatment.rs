//! 診療情報・手術情報 as a document, by itself or behind the medicines (薬剤診療情報).

use crate::documents::{MadeFor, about, part};
use crate::web::medical::documents::medicines;
use crate::web::medical::treatment as words;
use crate::web::medical::treatment_view::TreatmentLine;
use crate::web::medical::{facts, medicines as medicine_words};
use onshi_core::facility::FacilityCode;
use onshi_core::medical::{MedicationMonth, Operation, Patient, Told, TreatmentMonth};
use onshi_documents::{Block, Cell, Column, Document, Row, Table};

/// The kinds that were told; what the patient does not consent to is none.
pub struct Treated<'r> {
    /// 診療情報.
    pub treatments: Option<&'r Told<TreatmentMonth>>,
    /// 手術情報.
    pub operations: Option<&'r Told<Operation>>,
}

/// 診療・手術情報.
pub fn document(
    patient: &Patient,
    treated: &Treated<'_>,
    (own, ages): (&FacilityCode, Vec<String>),
    made_for: &MadeFor,
) -> Document {
    let facts = facts(patient.birthdate, &patient.sex, made_for.now);
    let mut document = about("診療・手術情報", (patient, facts), made_for, ages);
    document.blocks.extend(parts(treated, own));
    document
}

/// 薬剤・診療情報: the medicines first.
pub fn with_medicines(
    patient: &Patient,
    (told, treated): (&Told<MedicationMonth>, &Treated<'_>),
    own: &FacilityCode,
    made_for: &MadeFor,
) -> Document {
    let facts = facts(patient.birthdate, &patient.sex, made_for.now);
    let ages = medicine_words::ages(&told.spans);
    let mut document = about("薬剤・診療情報", (patient, facts), made_for, ages);
    document
        .blocks
        .extend(medicines::parts(told, own, made_for));
    document.blocks.extend(parts(treated, own));
    document
}

fn parts(treated: &Treated<'_>, own: &FacilityCode) -> Vec<Block> {
    let mut blocks = vec![part("手術")];
    let operations = treated.operations.map(|told| {
        let lines = told.records.iter().map(|one| words::operation(one, own));
        lines.collect::<Vec<_>>()
    });
    blocks.push(lines(operations, "手術"));
    blocks.push(part("診療行為"));
    let treatments = treated.treatments.map(|told| words::treatments(told, own));
    blocks.push(lines(treatments, "診療行為"));
    blocks
}

fn lines(lines: Option<Vec<TreatmentLine>>, what: &str) -> Block {
    let Some(lines) = lines else {
        return Block::paragraph(format!(
            "患者は、この情報の閲覧に同意していません。{what}がないという意味ではありません。"
        ));
    };
    if lines.is_empty() {
        return Block::paragraph(format!("届いている情報の中に、{what}はありません。"));
    }
    let rows = lines.into_iter().map(|line| Row {
        cells: vec![
            Cell::plain(line.date),
            Cell::plain(line.name),
            Cell::plain(line.amount),
            Cell::plain(line.in_out),
            Cell::plain(format!(
                "{} {}",
                if line.own { "自院" } else { "他院" },
                line.institution
            )),
        ],
    });
    Block::Table(Table {
        summary: format!("{what}の一覧"),
        columns: vec![
            Column::new("日付", 18),
            Column::naming(what, 38),
            Column::new("数量・回数", 14),
            Column::new("入院・入院外", 15),
            Column::new("医療機関等", 24),
        ],
        rows: rows.collect(),
    })
}
