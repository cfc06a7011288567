//! 特定健診情報 of a patient: results side by side, judged by the ranges of their day.

use crate::http::route::Call;
use crate::web::medical::chart::chart;
use crate::web::medical::checkups_view::{CheckupsPage, ItemRow, Result as Shown};
use crate::web::medical::view::Section;
use crate::web::medical::{Seen, see};
use crate::web::reply;
use axum::response::Response;
use onshi_core::Error;
use onshi_core::medical::ranges::{self, Judgement};
use onshi_core::medical::{self, Checkup, CheckupItem, Spans, Told};
use onshi_core::permission::Scope;
use std::collections::BTreeSet;

/// Checkups beside each other: those of five years, with a second one in each.
const COLUMNS: usize = 10;

/// The page.
pub async fn show(call: Call) -> Result<Response, Error> {
    let seen = read(&call).await?;
    let head = seen.head(&call, Section::Checkups, ages(&seen.told.spans));
    let compared = compare(&seen.told, &seen.patient.sex);
    Ok(reply::page(&CheckupsPage {
        frame: call.frame_at(seen.asked.menu())?,
        head,
        findings: compared.findings,
        newest: compared
            .checkups
            .first()
            .map_or_else(String::new, |(day, _)| day.clone()),
        checkups: compared.checkups,
        items: compared.items,
        answers: compared.answers,
        missing: compared.missing,
    }))
}

pub(in crate::web::medical) async fn read(call: &Call) -> Result<Seen<Told<Checkup>>, Error> {
    see(call, Scope::Checkups, |tx, consented| {
        medical::checkups(tx, consented)
    })
    .await
}

/// How old it can be.
pub(crate) fn ages(spans: &Spans) -> Vec<String> {
    vec![format!(
        "特定健診：{}からの5年分。{}までに受けたものは、届いているはずです。",
        spans.checkups.from.words(),
        spans.checkups.complete_until.words()
    )]
}

/// The checkups side by side.
pub(crate) struct Compared {
    pub(crate) checkups: Vec<(String, String)>,
    pub(crate) findings: Vec<String>,
    pub(crate) items: Vec<ItemRow>,
    pub(crate) answers: Vec<ItemRow>,
    pub(crate) missing: String,
}

/// Compares them for a person of this sex.
pub(crate) fn compare(told: &Told<Checkup>, sex: &str) -> Compared {
    let mut checkups: Vec<&Checkup> = told.records.iter().collect();
    checkups.sort_by_key(|checkup| std::cmp::Reverse(checkup.date));
    checkups.truncate(COLUMNS);
    let (mut items, mut answers, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    for checkup in &checkups {
        for item in &checkup.items {
            if !known.insert((item.code.clone(), item.name.clone())) {
                continue;
            }
            let row = row(item, &checkups, sex);
            if item.data_type == "PQ" || !row.range.is_empty() {
                items.push(row);
            } else {
                answers.push(row);
            }
        }
    }
    let place = |checkup: &Checkup| {
        let at = checkup.institution.as_ref();
        at.map_or_else(String::new, |at| at.name.clone())
    };
    Compared {
        findings: checkups
            .first()
            .map_or_else(Vec::new, |newest| findings(newest, sex)),
        missing: missing(&checkups),
        checkups: checkups
            .iter()
            .map(|checkup| (checkup.date.words(), place(checkup)))
            .collect(),
        items,
        answers,
    }
}

fn judged(item: &CheckupItem, sex: &str, checkup: &Checkup) -> &'static str {
    match ranges::judge(item, sex, checkup.date) {
        Some(Judgement::Within) | None => "",
        Some(out) => out.label(),
    }
}

fn value(item: &CheckupItem) -> String {
    item.value_name
        .clone()
        .unwrap_or_else(|| item.value.clone())
}

fn findings(newest: &Checkup, sex: &str) -> Vec<String> {
    let out = newest.items.iter().filter_map(|item| {
        let judgement = judged(item, sex, newest);
        let range = ranges::words(&item.code, sex, newest.date).unwrap_or("");
        let unit = item.unit.as_deref().unwrap_or("");
        (!judgement.is_empty()).then(|| {
            format!(
                "{} {}{unit}（{judgement}、基準{range}）",
                item.name,
                value(item)
            )
        })
    });
    out.collect()
}

fn row(of: &CheckupItem, checkups: &[&Checkup], sex: &str) -> ItemRow {
    let find = |checkup: &'_ Checkup| {
        let same = |item: &&CheckupItem| item.code == of.code && item.name == of.name;
        checkup.items.iter().find(same).cloned()
    };
    let found: Vec<Option<CheckupItem>> = checkups.iter().map(|checkup| find(checkup)).collect();
    let results = found.iter().zip(checkups).map(|(item, checkup)| {
        item.as_ref().map_or_else(Shown::default, |item| Shown {
            value: value(item),
            judgement: judged(item, sex, checkup),
        })
    });
    let day = checkups.first().map(|checkup| checkup.date);
    let range = day.and_then(|day| ranges::find(&of.code, sex, day));
    let numbers: Vec<Option<i64>> = found
        .iter()
        .rev()
        .map(|item| item.as_ref().and_then(CheckupItem::thousandths))
        .collect();
    let told: Vec<&str> = found
        .iter()
        .rev()
        .flatten()
        .map(|item| item.value.as_str())
        .collect();
    let words = format!("{}の推移（古い順）：{}", of.name, told.join("、"));
    let limits = range.map_or((None, None), |range| (range.low, range.high));
    ItemRow {
        name: of.name.clone(),
        unit: of.unit.clone().unwrap_or_default(),
        range: day
            .and_then(|day| ranges::words(&of.code, sex, day))
            .unwrap_or("")
            .to_owned(),
        results: results.collect(),
        chart: if of.data_type == "PQ" {
            chart(&numbers, limits, &words)
        } else {
            String::new()
        },
    }
}

/// Years without a checkup between the first and the last that are told.
fn missing(checkups: &[&Checkup]) -> String {
    let years: BTreeSet<i64> = checkups
        .iter()
        .map(|checkup| checkup.date.number() / 10_000)
        .collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return String::new();
    };
    let missing = (*first..*last).filter(|year| !years.contains(year));
    missing
        .map(|year| format!("{year}年"))
        .collect::<Vec<_>>()
        .join("、")
}
