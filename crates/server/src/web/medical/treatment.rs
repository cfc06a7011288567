//! 診療情報・手術情報 of a patient: two kinds of consent on one page, each told or named as not agreed.

use crate::http::route::Call;
use crate::web::layout::form::SearchForm;
use crate::web::medical::treatment_view::{TreatmentLine, TreatmentPage};
use crate::web::medical::view::Section;
use crate::web::medical::{Asked, Seen, medicines};
use crate::web::reply;
use axum::response::Response;
use onshi_core::clock::Month;
use onshi_core::consent;
use onshi_core::emergency;
use onshi_core::facility::FacilityCode;
use onshi_core::medical::{self, Institution, Operation, Period, Spans, Told, TreatmentMonth};
use onshi_core::permission::Scope;
use onshi_core::{Error, RefusalCode, Subject, Tx};

const LINES: usize = 50;

/// What is known, of each kind that the patient consents to.
pub(in crate::web::medical) struct Treated {
    /// 診療情報.
    pub(in crate::web::medical) treatments: Option<Told<TreatmentMonth>>,
    /// 手術情報.
    pub(in crate::web::medical) operations: Option<Told<Operation>>,
}

/// The page.
pub async fn show(call: Call) -> Result<Response, Error> {
    let seen = read(&call).await?;
    let head = seen.head(&call, Section::Treatment, seen.told.ages());
    let skip: usize = call.query.read::<SearchForm>().skip.parse().unwrap_or(0);
    let own = &seen.own;
    let operations = seen.told.operations.as_ref();
    let all = seen
        .told
        .treatments
        .as_ref()
        .map(|told| treatments(told, own));
    let count = all.as_ref().map_or(0, Vec::len);
    let here = seen.asked.address(Section::Treatment);
    let href = |skip: usize| format!("{here}?skip={skip}");
    Ok(reply::page(&TreatmentPage {
        frame: call.frame_at(seen.asked.menu())?,
        head,
        operations: operations.map(|told| {
            let lines = told.records.iter().map(|one| operation(one, own));
            lines.take(LINES).collect()
        }),
        treatments: all.map(|all| all.into_iter().skip(skip).take(LINES).collect()),
        count,
        older: (skip + LINES < count).then(|| href(skip + LINES)),
        newer: (skip > 0).then(|| href(skip.saturating_sub(LINES))),
    }))
}

/// Reads what is known; refused where the patient consents to neither.
pub(in crate::web::medical) async fn read(call: &Call) -> Result<Seen<Treated>, Error> {
    let (asked, period) = (Asked::of(call)?, medicines::all_months(call));
    let read = call.service.scan(Subject::NONE, move |tx| match &asked {
        Asked::Consent(person) => on_consent(tx, *person, period),
        Asked::Use(id) => {
            let opened = emergency::resume(tx, id)?;
            let treated = Treated {
                treatments: Some(medical::treatments(tx, &opened, period)?),
                operations: Some(medical::operations(tx, &opened, period)?),
            };
            Ok(Seen {
                patient: medical::patient(tx, &opened)?,
                until: Some(opened.until()),
                kinds: Vec::new(),
                own: tx.facility()?,
                told: treated,
                asked,
            })
        }
    });
    read.await
}

fn on_consent(tx: &mut Tx<'_>, person: i64, period: Period) -> Result<Seen<Treated>, Error> {
    let kinds = consent::list_valid(tx, person)?;
    let agreed = |scope: Scope| kinds.iter().any(|kind| kind.scope == scope);
    let mut treated = Treated {
        treatments: None,
        operations: None,
    };
    let mut patient = None;
    if agreed(Scope::Surgery) {
        let consented = tx.consented(person, Scope::Surgery)?;
        treated.operations = Some(medical::operations(tx, &consented, period)?);
        patient = Some((medical::patient(tx, &consented)?, Scope::Surgery));
    }
    // Without either this says why.
    if agreed(Scope::Treatment) || patient.is_none() {
        let consented = tx.consented(person, Scope::Treatment)?;
        treated.treatments = Some(medical::treatments(tx, &consented, period)?);
        patient = Some((medical::patient(tx, &consented)?, Scope::Treatment));
    }
    let (patient, scope) = patient.ok_or(RefusalCode::ConsentMissing)?;
    let of = kinds.iter().find(|kind| kind.scope == scope);
    Ok(Seen {
        until: of.and_then(|kind| kind.until),
        asked: Asked::Consent(person),
        own: tx.facility()?,
        told: treated,
        patient,
        kinds,
    })
}

impl Treated {
    /// How old it can be.
    pub(in crate::web::medical) fn ages(&self) -> Vec<String> {
        let spans: Option<&Spans> = (self.treatments.as_ref().map(|told| &told.spans))
            .or(self.operations.as_ref().map(|told| &told.spans));
        let span = |spans: &Spans| {
            format!(
                "レセプト：{}から{}診療分まで。診療の約1か月半後に届きます。",
                Month::of(spans.treatments.from).words(),
                Month::of(spans.treatments.complete_until).words()
            )
        };
        spans.map(span).into_iter().collect()
    }
}

/// The treatments as lines, the newest first.
pub(crate) fn treatments(told: &Told<TreatmentMonth>, own: &FacilityCode) -> Vec<TreatmentLine> {
    let mut lines = Vec::new();
    for month in &told.records {
        for day in &month.days {
            for treatment in &day.treatments {
                let mut amount = Vec::new();
                // A quantity without a unit is the claim's own count and tells a reader nothing.
                if let (Some(quantity), Some(unit)) = (&treatment.quantity, &treatment.unit) {
                    amount.push(format!("{quantity}{unit}"));
                }
                amount.extend(treatment.times.as_ref().map(|times| format!("{times}回")));
                let line = TreatmentLine {
                    amount: amount.join(" "),
                    ..line(
                        (day.date.words(), &treatment.name),
                        (&month.institution, own),
                        month.in_out.as_deref(),
                    )
                };
                lines.push((day.date, line));
            }
        }
    }
    lines.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    lines.into_iter().map(|(_, line)| line).collect()
}

/// An operation as a line.
pub(crate) fn operation(operation: &Operation, own: &FacilityCode) -> TreatmentLine {
    let named = (operation.date.words(), operation.name.as_str());
    line(
        named,
        (&operation.institution, own),
        operation.in_out.as_deref(),
    )
}

fn line(
    (date, name): (String, &str),
    (at, own): (&Institution, &FacilityCode),
    in_out: Option<&str>,
) -> TreatmentLine {
    TreatmentLine {
        date,
        name: name.to_owned(),
        amount: String::new(),
        in_out: match in_out {
            Some("1") => "入院",
            Some("2") => "入院外",
            _ => "",
        },
        institution: at.name.clone(),
        own: at.is(own),
    }
}
