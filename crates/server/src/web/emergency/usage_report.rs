//! 利用報告書 as a document: who used what was open in a failure or a disaster, for whom and why.

use crate::documents::{MadeFor, made, part};
use crate::web::emergency::uses_view::UseRow;
use crate::web::layout::form::Fact;
use onshi_documents::{Block, Cell, Column, Document, Paper, Row, Table, Tone};

/// The report of these uses.
pub fn document(head: &[Fact], rows: &[UseRow], made_for: &MadeFor) -> Document {
    let facts = head.iter();
    let facts = facts.map(|fact| (fact.label.clone(), fact.value.clone()));
    let mut blocks = vec![Block::Facts(facts.collect()), part("利用の一覧")];
    if rows.is_empty() {
        blocks.push(Block::paragraph("この期間の利用はありません。"));
    } else {
        blocks.push(table(rows));
    }
    blocks.push(Block::Paragraph(
        Tone::Quiet,
        "この報告書は、操作の記録から作成したものです。".to_owned(),
    ));
    let about = head.first().map(|fact| fact.value.clone());
    Document {
        title: "利用報告書".to_owned(),
        about: about.unwrap_or_default(),
        made_for: format!("{} {}", made_for.words, made_for.now.jst_words()),
        made: made(made_for.now),
        paper: Paper::Landscape,
        blocks,
    }
}

fn table(rows: &[UseRow]) -> Block {
    let cells = |row: &UseRow| Row {
        cells: vec![
            Cell::plain(row.at.clone()),
            Cell::plain(row.patient.clone()),
            Cell::plain(row.by.clone()),
            Cell::plain(row.function),
            match row.without {
                true => Cell::alert(row.consent.clone()),
                false => Cell::plain(row.consent.clone()),
            },
            Cell::plain(row.care.clone().unwrap_or_else(|| row.opened_for.clone())),
            Cell::plain(
                row.reviewed
                    .clone()
                    .unwrap_or_else(|| "点検していません".to_owned()),
            ),
        ],
    };
    Block::Table(Table {
        summary: "利用の一覧".to_owned(),
        columns: vec![
            Column::new("日時", 14),
            Column::naming("患者", 22),
            Column::new("使った人", 16),
            Column::new("機能", 18),
            Column::new("閲覧同意", 22),
            Column::new("開放の理由・救急時の要求", 20),
            Column::new("点検", 24),
        ],
        rows: rows.iter().map(cells).collect(),
    })
}
