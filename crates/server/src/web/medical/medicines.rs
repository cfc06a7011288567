//! 薬剤情報 of a patient.

use crate::http::route::Call;
use crate::web::layout::form::{Choice, FieldError, field_error};
use crate::web::medical::form::{MedicinesField, MedicinesForm};
use crate::web::medical::medicines_view::{
    Finding, MedicineLine, MedicinesPage, MonthMark, Timeline, TimelineRow,
};
use crate::web::medical::view::Section;
use crate::web::medical::{Seen, see};
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::{Day, Month};
use onshi_core::facility::FacilityCode;
use onshi_core::fold::folded;
use onshi_core::medical::findings::{self, Change, Given, Overlap};
use onshi_core::medical::{self, MedicationMonth, Period, Source, Spans, Told};
use onshi_core::permission::Scope;
use onshi_core::{Error, Moment};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of one page.
const LINES: usize = 50;
/// Medicines of the timeline, and findings above it: more than anybody reads at once.
const TIMELINE_ROWS: usize = 60;
const FINDINGS: usize = 8;

/// What somebody looks for.
struct Asked {
    words: String,
    period: Period,
    all: Period,
    skip: usize,
    errors: Vec<FieldError<MedicinesField>>,
}

fn asked(call: &Call) -> Asked {
    let all = all_months(call);
    let form: MedicinesForm = call.query.read();
    let month = |text: &str, otherwise| Month::parse(text).unwrap_or(otherwise);
    let (from, to) = (month(&form.from, all.from), month(&form.to, all.until));
    let mut errors = Vec::new();
    let period = Period::new(from, to).unwrap_or_else(|| {
        let words = "診療年月（自）は、診療年月（至）より前の月を選んでください。";
        errors.push(field_error(MedicinesField::From, words));
        all
    });
    Asked {
        words: form.q.trim().to_owned(),
        period,
        all,
        skip: form.skip.parse().unwrap_or(0),
        errors,
    }
}

/// The page.
pub async fn show(call: Call) -> Result<Response, Error> {
    let asked = asked(&call);
    let seen = read(&call, asked.all).await?;
    let frame = call.frame_at(seen.asked.menu())?;
    let head = seen.head(&call, Section::Medicines, ages(&seen.told.spans));
    let (own, now) = (seen.own.clone(), call.request.now);
    let here = seen.asked.address(Section::Medicines);
    let page = call.print_beside(move || {
        let all = findings::given(&seen.told.records);
        let overlaps = findings::overlaps(&all, recently(now));
        let mut findings = attention(&all, &overlaps, (&own, now, &seen.told.spans));
        let more_findings = findings.len().saturating_sub(FINDINGS);
        findings.truncate(FINDINGS);
        let marked = overlaps.iter().map(|overlap| overlap.later.ingredient);
        let marked: BTreeSet<usize> = marked.collect();
        let words = folded(&asked.words);
        let found = all.iter().filter(|given| fits(given, asked.period, &words));
        let found: Vec<Given<'_>> = found.copied().collect();
        let href = |skip: usize| {
            let six = |month: Month| month.six();
            let pairs = [
                ("q", asked.words.clone()),
                ("from", six(asked.period.from)),
                ("to", six(asked.period.until)),
                ("skip", skip.to_string()),
            ];
            let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
            format!("{here}?{query}")
        };
        let lines = found.iter().rev().skip(asked.skip).take(LINES);
        MedicinesPage {
            frame,
            head,
            findings,
            more_findings,
            timeline: timeline(&found, asked.period, (&own, &marked)),
            asked: asked.words.clone(),
            from: months(asked.all, asked.period.from),
            to: months(asked.all, asked.period.until),
            errors: asked.errors.clone(),
            lines: lines.map(|given| line(given, &own, &overlaps)).collect(),
            count: found.len(),
            older: (asked.skip + LINES < found.len()).then(|| href(asked.skip + LINES)),
            newer: (asked.skip > 0).then(|| href(asked.skip.saturating_sub(LINES))),
            here,
        }
    });
    Ok(reply::page(&page.await?))
}

/// As far back as claims are told.
pub(in crate::web::medical) fn all_months(call: &Call) -> Period {
    let until = Month::of(call.request.now.jst_day());
    let from = until.plus(-call.centre.config.rules.medical.claim_months);
    Period {
        from: from.min(until),
        until,
    }
}

/// Reads what is known of the patient's medicines.
pub(in crate::web::medical) async fn read(
    call: &Call,
    period: Period,
) -> Result<Seen<Told<MedicationMonth>>, Error> {
    see(call, Scope::Medicines, move |tx, consented| {
        medical::medicines(tx, consented, (period, &Source::ALL))
    })
    .await
}

/// Overlaps that are over for longer are history.
pub(crate) fn recently(now: Moment) -> Day {
    now.jst_day().plus_days(-60)
}

/// How old each source can be.
pub(crate) fn ages(spans: &Spans) -> Vec<String> {
    let (claims, prescriptions) = (spans.claims, spans.prescriptions);
    vec![
        format!(
            "レセプト：{}から{}診療分まで。診療の約1か月半後に届くため、それより新しいものは、処方・調剤にあるものだけが出ます。",
            Month::of(claims.from).words(),
            Month::of(claims.complete_until).words()
        ),
        format!(
            "処方・調剤（電子処方箋）：{}からきょうまで。紙の処方箋と院内処方は、レセプトが届くまで出ません。",
            prescriptions.from.words()
        ),
    ]
}

fn fits(given: &Given<'_>, period: Period, words: &str) -> bool {
    let (from, to) = (period.from.first_day(), period.until.last_day());
    let has = |text: &str| folded(text).contains(words);
    given.from <= to
        && given.until >= from
        && (words.is_empty()
            || has(&given.medicine.name)
            || given.medicine.ingredient.as_deref().is_some_and(has)
            || has(&given.by.name)
            || has(&given.at.name))
}

fn months(all: Period, chosen: Month) -> Vec<Choice> {
    columns(all)
        .into_iter()
        .map(|month| Choice {
            value: month.six(),
            label: month.words(),
            selected: month == chosen,
        })
        .collect()
}

/// The months of a period, the newest first: what is seen first is what is now. Ten years at the most.
fn columns(period: Period) -> Vec<Month> {
    let mut months = vec![period.until];
    while months.len() < 120 && months.last().is_some_and(|last| *last > period.from) {
        months.extend(months.last().map(|last| last.plus(-1)));
    }
    months
}

fn is_own(given: &Given<'_>, own: &FacilityCode) -> bool {
    given.by.is(own) || given.at.is(own)
}

fn whose(given: &Given<'_>, own: &FacilityCode) -> String {
    if given.by.is(own) {
        format!("{}（自院）", given.by.name)
    } else {
        given.by.name.clone()
    }
}

/// What must be seen first, in words: what is dangerous together, what is new, what was changed.
pub(crate) fn attention(
    all: &[Given<'_>],
    overlaps: &[Overlap<'_>],
    (own, now, spans): (&FacilityCode, Moment, &Spans),
) -> Vec<Finding> {
    let mut found: Vec<Finding> = overlaps
        .iter()
        .map(|overlap| overlapping(overlap, own))
        .collect();
    let changes = findings::changes(all, now.jst_day(), spans.claims.complete_until);
    let order = |change: &Change<'_>| match change {
        Change::New(_) => 0,
        Change::Changed { .. } => 1,
        Change::Stopped(_) => 2,
    };
    let mut changes: Vec<&Change<'_>> = changes.iter().collect();
    changes.sort_by_key(|change| order(change));
    found.extend(changes.into_iter().map(|change| changed(change, own)));
    found
}

fn overlapping(overlap: &Overlap<'_>, own: &FacilityCode) -> Finding {
    let (earlier, later) = (&overlap.earlier, &overlap.later);
    let same = earlier.medicine.name == later.medicine.name;
    let name = if same {
        later.medicine.name.clone()
    } else {
        format!("{}と{}", earlier.medicine.name, later.medicine.name)
    };
    Finding {
        word: "重複",
        class: "bad",
        name,
        text: format!(
            "同じ成分が、{}と{}から出ています。重なる日：{}から{}まで。",
            whose(earlier, own),
            whose(later, own),
            overlap.days.0.words(),
            overlap.days.1.words()
        ),
    }
}

fn changed(change: &Change<'_>, own: &FacilityCode) -> Finding {
    match change {
        Change::New(now) => Finding {
            word: "新規",
            class: "new",
            name: now.medicine.name.clone(),
            text: format!("{}、{}。", now.from.words(), whose(now, own)),
        },
        Change::Changed { before, now } => Finding {
            word: "変更",
            class: "look",
            name: now.medicine.name.clone(),
            text: format!(
                "前は{}{}。{}、{}。",
                if before.medicine.name == now.medicine.name {
                    String::new()
                } else {
                    format!("{} ", before.medicine.name)
                },
                amount(before),
                now.from.words(),
                whose(now, own)
            ),
        },
        Change::Stopped(last) => Finding {
            word: "中止",
            class: "look",
            name: last.medicine.name.clone(),
            text: format!(
                "{}分を最後に、出ていません。{}。",
                last.until.words(),
                whose(last, own)
            ),
        },
    }
}

/// 数量 and 日数.
pub(crate) fn amount(given: &Given<'_>) -> String {
    let medicine = given.medicine;
    let mut parts = Vec::new();
    if let Some(quantity) = &medicine.quantity {
        parts.push(format!(
            "{quantity}{}",
            medicine.unit.as_deref().unwrap_or("")
        ));
    }
    match (medicine.days(), &medicine.times) {
        (Some(days), _) => parts.push(format!("{days}日分")),
        (None, Some(times)) => parts.push(times.clone()),
        (None, None) => {}
    }
    parts.join(" ")
}

fn line(given: &Given<'_>, own: &FacilityCode, overlaps: &[Overlap<'_>]) -> MedicineLine {
    let medicine = given.medicine;
    let mut details: Vec<(&'static str, String)> = Vec::new();
    let mut add = |name, text: Option<&String>| {
        details.extend(
            text.filter(|text| !text.is_empty())
                .map(|text| (name, text.clone())),
        );
    };
    add("一般名", medicine.ingredient.as_ref());
    add("用法", medicine.usage.as_ref());
    add("用法の指示", medicine.instruction.as_ref());
    add("薬剤コード", medicine.code.as_ref());
    if given.at.code != given.by.code {
        details.push(("処方", given.by.name.clone()));
        details.push(("調剤", given.at.name.clone()));
    }
    if given.until > given.from {
        details.push(("服用の終わり", given.until.words()));
    }
    let known = Source::ALL.into_iter().zip(given.known_from);
    MedicineLine {
        date: given.from.words(),
        name: medicine.name.clone(),
        amount: amount(given),
        details,
        institution: given.by.name.clone(),
        own: is_own(given, own),
        sources: known
            .filter(|(_, is)| *is)
            .map(|(source, _)| source.label())
            .collect(),
        in_house: given.in_house,
        overlaps: overlaps
            .iter()
            .any(|overlap| overlap.earlier == *given || overlap.later == *given),
    }
}

fn timeline(
    found: &[Given<'_>],
    period: Period,
    (own, marked): (&FacilityCode, &BTreeSet<usize>),
) -> Timeline {
    let months = columns(period);
    let mut rows: BTreeMap<&str, (Day, TimelineRow)> = BTreeMap::new();
    for given in found {
        let (last, row) = rows.entry(&given.medicine.name).or_insert_with(|| {
            let row = TimelineRow {
                name: given.medicine.name.clone(),
                ingredient: given.medicine.ingredient.clone().unwrap_or_default(),
                overlaps: marked.contains(&given.ingredient),
                months: vec![MonthMark::None; months.len()],
            };
            (given.until, row)
        });
        *last = (*last).max(given.until);
        let mark = if is_own(given, own) {
            MonthMark::Own
        } else {
            MonthMark::Other
        };
        let (first, until) = (Month::of(given.from), Month::of(given.until));
        for (cell, month) in row.months.iter_mut().zip(&months) {
            if (first..=until).contains(month) {
                *cell = match *cell {
                    MonthMark::None => mark,
                    known if known == mark => mark,
                    _ => MonthMark::Both,
                };
            }
        }
    }
    let mut rows: Vec<(Day, TimelineRow)> = rows.into_values().collect();
    rows.sort_by_key(|(last, row)| (std::cmp::Reverse(*last), row.name.clone()));
    let left_out = rows.len().saturating_sub(TIMELINE_ROWS);
    let mut years: Vec<(String, usize)> = Vec::new();
    for month in &months {
        let year = format!("{}年", month.number() / 100);
        match years.last_mut() {
            Some((known, count)) if *known == year => *count += 1,
            _ => years.push((year, 1)),
        }
    }
    Timeline {
        years,
        months: months
            .iter()
            .map(|month| ((month.number() % 100).to_string(), month.words()))
            .collect(),
        rows: rows
            .into_iter()
            .take(TIMELINE_ROWS)
            .map(|(_, row)| row)
            .collect(),
        left_out,
    }
}
