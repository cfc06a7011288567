//! Requests that ask for a list: who has a ticket here, and who has consented at home or online.

use crate::audit::{Detail, SubjectKind};
use crate::consent::{self, ConsentRecord, Days, EndedWhy, Purpose};
use crate::eligibility::bulk::{BulkKind, Item, Request, RowAnswer};
use crate::eligibility::{answer, consents, store};
use crate::error::{Error, Fault};
use crate::insured::{Qualification, list_by_person, list_ticket_holders, newest_of};
use crate::service::Tx;
use onshi_wire::codes::QualificationValidity;
use onshi_wire::error_codes;

/// Makes the list. Its rows are the answers.
pub(super) fn answer(tx: &mut Tx<'_>, request: &Request) -> Result<(), Error> {
    match request.kind {
        BulkKind::Tickets => list_tickets(tx, request),
        BulkKind::HomeVisits => list_consents(tx, request, Purpose::HomeVisit),
        BulkKind::Online => list_consents(tx, request, Purpose::Online),
        BulkKind::Eligibility | BulkKind::ReferenceNumbers => Ok(()),
    }
}

/// Keeps a row about a person, with an entry of its own.
fn put(
    tx: &mut Tx<'_>,
    request: &Request,
    (number, person): (i64, i64),
    answer: RowAnswer,
) -> Result<(), Error> {
    let item = Item {
        answer: Some(answer),
        ..Item::default()
    };
    store::insert_item(tx, &request.reception_number, number, &item.kept()?)?;
    tx.set_subject(SubjectKind::Person, &person.to_string());
    tx.set_detail(match request.kind {
        BulkKind::Tickets => Detail::BulkListed {},
        _ => Detail::BulkListedByConsent {},
    });
    tx.close_entry();
    Ok(())
}

/// Those who consented for a kind of care, each with the newest that they said.
fn list_consents(tx: &mut Tx<'_>, request: &Request, purpose: Purpose) -> Result<(), Error> {
    // Builds before this one kept no days, and answered with an empty list.
    let days = request.content.as_deref().and_then(Days::of_kept);
    let Some(days) = days else {
        return Ok(());
    };
    let records = consent::list(tx, purpose, days)?;
    let newest = newest_of(tx, records.iter().map(|record| record.person))?;
    for (number, record) in (0..).zip(records) {
        // Who consented in two ways is on the list twice.
        let newest = newest.get(&record.person).cloned();
        let newest = newest.ok_or_else(|| Fault::at("listing consents", "one of nobody"))?;
        let answer = told(tx, &record, newest);
        put(tx, request, (number, record.person), answer)?;
    }
    Ok(())
}

fn told(tx: &Tx<'_>, record: &ConsentRecord, newest: Qualification) -> RowAnswer {
    let (now, today) = (tx.now(), tx.now().jst_day());
    let lost = newest.lost.is_some_and(|lost| lost <= today);
    let reference_number = newest.reference_number.clone();
    let mut result = answer::person(newest, today);
    consents::tell_record(&mut result, record, now);
    let over = record.over_by(now);
    RowAnswer {
        code: over.map(|_| error_codes::NOTICE.code.to_owned()),
        words: over.map(over_words),
        validity: Some(match lost {
            true => QualificationValidity::Invalid.into(),
            false => QualificationValidity::Valid.into(),
        }),
        told: Some(result),
        reference_number,
        ..RowAnswer::done()
    }
}

/// Why nothing of a consent holds any more, with the code of the list OQSCD031: the element that carries it
/// is not public.
fn over_words(code: &str) -> String {
    let why = EndedWhy::from_code(code).map_or("有効期限切れ", EndedWhy::label);
    format!("同意は終わっています（同意有効期限切れ理由 {code}：{why}）。")
}

fn list_tickets(tx: &mut Tx<'_>, request: &Request) -> Result<(), Error> {
    let Some(day) = request.day else {
        return Ok(());
    };
    let month = day.number() / 100;
    let holders = list_ticket_holders(tx, request.facility.as_str(), month)?;
    let mut number = 0;
    for person in holders {
        for q in list_by_person(tx, person)? {
            let tickets: Vec<_> = q
                .details
                .tickets
                .iter()
                .filter(|t| t.institution_code == request.facility.as_str())
                .filter(|t| t.treatment_month == month.to_string())
                .map(answer::ticket)
                .collect();
            if tickets.is_empty() {
                continue;
            }
            let reference_number = q.reference_number.clone();
            let mut result = answer::person(q, day);
            result.public_expense_result_list = tickets;
            let answer = RowAnswer {
                validity: Some(QualificationValidity::Valid.into()),
                told: Some(result),
                reference_number,
                ..RowAnswer::done()
            };
            put(tx, request, (number, person), answer)?;
            number += 1;
        }
    }
    Ok(())
}
