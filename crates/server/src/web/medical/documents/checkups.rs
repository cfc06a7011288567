//! 特定健診情報 as a document: the years side by side, on paper across.

use crate::documents::{MadeFor, about, part};
use crate::web::medical::checkups as words;
use crate::web::medical::checkups_view::ItemRow;
use crate::web::medical::facts;
use onshi_core::medical::{Checkup, Patient, Told};
use onshi_documents::{Block, Cell, Column, Document, Paper, Row, Table, Tone};

/// The document of what was told.
pub fn document(patient: &Patient, told: &Told<Checkup>, made_for: &MadeFor) -> Document {
    let facts = facts(patient.birthdate, &patient.sex, made_for.now);
    let ages = words::ages(&told.spans);
    let mut document = about("特定健診情報", (patient, facts), made_for, ages);
    document.paper = Paper::Landscape;
    let compared = words::compare(told, &patient.sex);
    let blocks = &mut document.blocks;
    let Some((newest, _)) = compared.checkups.first() else {
        blocks.push(Block::paragraph("届いている特定健診情報はありません。"));
        return document;
    };
    blocks.push(part("まず見るところ"));
    if compared.findings.is_empty() {
        let text = format!("{newest}の健診に、基準を外れた項目はありません。");
        blocks.push(Block::paragraph(text));
    } else {
        let text = format!("［基準外］{newest}の健診：{}", compared.findings.join("、"));
        blocks.push(Block::Paragraph(Tone::Alert, text));
    }
    if !compared.missing.is_empty() {
        blocks.push(Block::paragraph(format!(
            "健診のない年：{}",
            compared.missing
        )));
    }
    blocks.push(part("検査の結果"));
    blocks.push(table(&compared.checkups, &compared.items, "検査の結果"));
    if !compared.answers.is_empty() {
        blocks.push(part("問診・所見"));
        blocks.push(table(&compared.checkups, &compared.answers, "問診・所見"));
    }
    document
}

fn table(checkups: &[(String, String)], items: &[ItemRow], what: &str) -> Block {
    let mut columns = vec![Column::naming("項目", 30)];
    columns.extend(
        checkups
            .iter()
            .map(|(day, place)| Column::new(&format!("{day}\n{place}"), 20)),
    );
    columns.push(Column::new("基準", 16));
    let rows = items.iter().map(|item| {
        let name = if item.unit.is_empty() {
            item.name.clone()
        } else {
            format!("{}（{}）", item.name, item.unit)
        };
        let mut cells = vec![Cell::plain(name)];
        cells.extend(item.results.iter().map(|result| match result.judgement {
            "" => Cell::plain(result.value.clone()),
            judgement => Cell::alert(format!("{} {judgement}", result.value)),
        }));
        cells.push(Cell::plain(item.range.clone()));
        Row { cells }
    });
    Block::Table(Table {
        summary: format!("{what}を、新しい健診から順に並べた表"),
        columns,
        rows: rows.collect(),
    })
}
