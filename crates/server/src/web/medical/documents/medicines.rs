//! 薬剤情報 as a document: what must be seen first, then everything that is known, month by month.

use crate::documents::{MadeFor, about, part};
use crate::web::medical::{facts, medicines as words};
use onshi_core::clock::Month;
use onshi_core::facility::FacilityCode;
use onshi_core::medical::findings::{self, Given};
use onshi_core::medical::{MedicationMonth, Medicine, Patient, Source, Told};
use onshi_documents::{Block, Cell, Column, Document, Level, Row, Table, Tone};
use std::collections::HashSet;

/// The document of what an institution was told.
pub fn document(
    patient: &Patient,
    told: &Told<MedicationMonth>,
    own: &FacilityCode,
    made_for: &MadeFor,
) -> Document {
    let now = made_for.now;
    let facts = facts(patient.birthdate, &patient.sex, now);
    let mut document = about(
        "薬剤情報",
        (patient, facts),
        made_for,
        words::ages(&told.spans),
    );
    document.blocks.extend(parts(told, own, made_for));
    document
}

/// What it says, for a document that has more.
pub(super) fn parts(
    told: &Told<MedicationMonth>,
    own: &FacilityCode,
    made_for: &MadeFor,
) -> Vec<Block> {
    let now = made_for.now;
    let all = findings::given(&told.records);
    let overlaps = findings::overlaps(&all, words::recently(now));
    let found = words::attention(&all, &overlaps, (own, now, &told.spans));
    let mut blocks = vec![part("まず見るところ")];
    if found.is_empty() {
        blocks.push(Block::paragraph(
            "同じ成分の重複、新しい薬、変更、中止は、届いている情報の中では見つかりませんでした。",
        ));
    }
    for finding in &found {
        let tone = if finding.class == "bad" {
            Tone::Alert
        } else {
            Tone::Plain
        };
        let text = format!("［{}］{}　{}", finding.word, finding.name, finding.text);
        blocks.push(Block::Paragraph(tone, text));
    }
    blocks.push(Block::Paragraph(
        Tone::Quiet,
        "成分（一般名）と日数だけを機械的に比べています。相互作用や禁忌は調べていません。"
            .to_owned(),
    ));
    blocks.push(part("月ごとの薬剤"));
    if all.is_empty() {
        blocks.push(Block::paragraph("この期間の薬剤はありません。"));
    }
    // By where they lie: comparing thousands with thousands by what they say would take seconds.
    let marked: HashSet<*const Medicine> = overlaps
        .iter()
        .flat_map(|overlap| [overlap.earlier.medicine, overlap.later.medicine])
        .map(std::ptr::from_ref)
        .collect();
    let mut months: Vec<(Month, Vec<&Given<'_>>)> = Vec::new();
    for given in all.iter().rev() {
        let month = Month::of(given.from);
        match months.last_mut() {
            Some((known, of)) if *known == month => of.push(given),
            _ => months.push((month, vec![given])),
        }
    }
    for (month, of) in months {
        blocks.push(Block::Heading(Level::Section, month.words()));
        let is_marked = |given: &Given<'_>| marked.contains(&std::ptr::from_ref(given.medicine));
        let rows = of
            .into_iter()
            .map(|given| row(given, own, is_marked(given)));
        blocks.push(Block::Table(Table {
            summary: format!("{}の薬剤", month.words()),
            columns: vec![
                Column::new("日付", 18),
                Column::naming("薬剤・一般名", 35),
                Column::new("用法・数量", 22),
                Column::new("医療機関等", 26),
                Column::new("情報源", 11),
            ],
            rows: rows.collect(),
        }));
    }
    blocks
}

fn row(given: &Given<'_>, own: &FacilityCode, is_marked: bool) -> Row {
    let medicine = given.medicine;
    let lines = |parts: Vec<Option<String>>| {
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("\n")
    };
    let name = lines(vec![
        is_marked.then(|| "［重複］".to_owned()),
        Some(medicine.name.clone()),
        medicine.ingredient.clone(),
    ]);
    let usage = lines(vec![
        medicine.usage.clone(),
        medicine.instruction.clone(),
        Some(words::amount(given)),
    ]);
    let whose = if given.by.is(own) || given.at.is(own) {
        "自院"
    } else {
        "他院"
    };
    let at = (given.at.code != given.by.code).then(|| format!("調剤 {}", given.at.name));
    let known = Source::ALL.into_iter().zip(given.known_from);
    let mut sources: Vec<&str> = known
        .filter(|(_, is)| *is)
        .map(|(source, _)| source.label())
        .collect();
    if given.in_house {
        sources.push("院内処方");
    }
    Row {
        cells: vec![
            Cell::plain(given.from.words()),
            if is_marked {
                Cell::alert(name)
            } else {
                Cell::plain(name)
            },
            Cell::plain(usage),
            Cell::plain(lines(vec![Some(format!("{whose} {}", given.by.name)), at])),
            Cell::plain(sources.join("\n")),
        ],
    }
}
