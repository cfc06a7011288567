//! OQSmu….01: bulk requests, taken at once and worked in the background.

use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::rows::{Rows, Units};
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use crate::http::service::ServiceHandle;
use onshi_core::clock::Day;
use onshi_core::consent::Days;
use onshi_core::eligibility::bulk::{self, Arrival, BulkKind, Request as Taken};
use onshi_core::entropy::{fresh_seed, hex};
use onshi_core::{Error, Subject, Tx};
use onshi_wire::codes::ProcessingResultStatus;
use onshi_wire::error_codes;
use onshi_wire::messages::{
    BulkEligibilityRequest, BulkEligibilityResponse, BulkReferenceNumberRequest,
    BulkReferenceNumberResponse, HomeVisitListRequest, OnlineListRequest, TicketListRequest,
    UploadResponse, UploadResponseBody,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Problem, ProblemCode, Spellings};
use std::marker::PhantomData;
use std::sync::Arc;

/// OQSmuquc01, OQSmuimm01, OQSmutic01, OQSmuhvq01, OQSmuonq01: the upload of such a request.
pub(crate) struct Upload<R>(PhantomData<R>);

/// A request that is worked in the background.
pub(crate) trait BulkRequest: Typed + Send {
    /// What it asks for.
    const KIND: BulkKind;
    /// Whether it has rows.
    const ROWS: bool = false;
    /// The answer that is fetched.
    type Answer: Units;

    /// The day and the rows that are asked about.
    fn rows(self, problems: &mut Vec<Problem>, spellings: &Spellings) -> Result<Rows, Error>;
}

impl BulkRequest for BulkEligibilityRequest {
    const KIND: BulkKind = BulkKind::Eligibility;
    const ROWS: bool = true;
    type Answer = BulkEligibilityResponse;

    fn rows(self, problems: &mut Vec<Problem>, spellings: &Spellings) -> Result<Rows, Error> {
        let day = Day::parse(&self.header.qualification_confirmation_date);
        Rows::of(day, self.body.searches, problems, spellings)
    }
}

impl BulkRequest for BulkReferenceNumberRequest {
    const KIND: BulkKind = BulkKind::ReferenceNumbers;
    const ROWS: bool = true;
    type Answer = BulkReferenceNumberResponse;

    fn rows(self, problems: &mut Vec<Problem>, spellings: &Spellings) -> Result<Rows, Error> {
        Rows::of(None, self.body.registrations, problems, spellings)
    }
}

impl BulkRequest for TicketListRequest {
    const KIND: BulkKind = BulkKind::Tickets;
    type Answer = BulkEligibilityResponse;

    fn rows(self, _: &mut Vec<Problem>, _: &Spellings) -> Result<Rows, Error> {
        let month = &self.body.search.medical_treatment_month;
        Ok(Rows {
            day: Day::parse(&format!("{month}01")),
            ..Rows::default()
        })
    }
}

impl BulkRequest for HomeVisitListRequest {
    const KIND: BulkKind = BulkKind::HomeVisits;
    type Answer = BulkEligibilityResponse;

    fn rows(self, problems: &mut Vec<Problem>, _: &Spellings) -> Result<Rows, Error> {
        let search = &self.body.search;
        let given = (&search.consent_date_from, &search.consent_date_to);
        Ok(listed(problems, Days::Given, Some(given)))
    }
}

impl BulkRequest for OnlineListRequest {
    const KIND: BulkKind = BulkKind::Online;
    type Answer = BulkEligibilityResponse;

    fn rows(self, problems: &mut Vec<Problem>, _: &Spellings) -> Result<Rows, Error> {
        let search = &self.body.search;
        let given = search
            .consent_date_from
            .as_ref()
            .zip(search.consent_date_to.as_ref());
        let booked = search
            .examination_date_from
            .as_ref()
            .zip(search.examination_date_to.as_ref());
        Ok(match given {
            Some(_) => listed(problems, Days::Given, given),
            None => listed(problems, Days::Booked, booked),
        })
    }
}

/// The days of a list of those who consented. Which of them is no day the message has told already.
fn listed(
    problems: &mut Vec<Problem>,
    by: fn(Day, Day) -> Days,
    days: Option<(&String, &String)>,
) -> Rows {
    let read = days.and_then(|(from, to)| Some((Day::parse(from)?, Day::parse(to)?)));
    match (read, days) {
        (Some((from, to)), _) if from <= to => {
            return Rows {
                content: by(from, to).kept(),
                ..Rows::default()
            };
        }
        (Some(_), _) => problems.push(period(
            ProblemCode::Date,
            "期間の終わり（To）が、始まり（From）より前です。",
            "the end is before the start",
        )),
        (None, None) if problems.is_empty() => problems.push(period(
            ProblemCode::Missing,
            "同意日のFromとTo、又は診療（予定）日のFromとToが必要です。",
            "the days of consent or of the examination are needed",
        )),
        _ => {}
    }
    Rows::default()
}

fn period(code: ProblemCode, ja: &str, en: &str) -> Problem {
    Problem {
        code,
        line: None,
        column: None,
        element: "XmlMsg/MessageBody/QualificationConfirmSearchInfo".to_owned(),
        unit: None,
        text_ja: ja.to_owned(),
        text_en: en.to_owned(),
    }
}

impl<R: BulkRequest> Operation for Upload<R> {
    type Request = R;
    type Asked = Rows;
    type Answer = UploadResponse;

    const ROWS: bool = R::ROWS;
    const KEYED: bool = true;

    fn asked(
        request: R,
        problems: &mut Vec<Problem>,
        spellings: &Spellings,
    ) -> Result<Rows, Error> {
        request.rows(problems, spellings)
    }

    fn refused(head: &Head, _: Rows, why: Why) -> UploadResponse {
        UploadResponse {
            header: Header::of_not_done(head, why),
            body: UploadResponseBody {
                processing_result_status: Some(ProcessingResultStatus::Error.into()),
                ..UploadResponseBody::default()
            },
        }
    }

    async fn run(call: &ApiCall, mut received: Received<Rows>) -> Result<Printed, Error> {
        let own_key = call.own_key().await?.map(str::to_owned);
        let head = received.head.clone();
        let upload = bulk::Upload {
            kind: R::KIND,
            key: own_key.unwrap_or_else(|| hex(&fresh_seed())),
            file_identifier: head.file_identifier.clone(),
            file_spelling: received.spellings.kept(None),
            day: received.asked.day,
            items: std::mem::take(&mut received.asked.items),
            content: std::mem::take(&mut received.asked.content),
        };
        let form = received.form(call);
        let taken = take_in(&call.service, Arc::new(upload)).await;
        let taken = match taken {
            Err(Error::Refused(refusal)) if !refusal.problems.is_empty() => {
                // Only the day can be wrong with what was read and counted before.
                let words = refusal.problems.into_iter().map(|problem| problem.text);
                let why = Why {
                    code: error_codes::DAY.code,
                    words: words.collect::<Vec<_>>().join("\n"),
                };
                return Ok(form.print(Self::refused(&head, Rows::default(), why)));
            }
            taken => taken?,
        };
        call.centre.bulk_wake.notify_one();
        Ok(form.print(UploadResponse {
            header: Header::of_done(&head),
            body: UploadResponseBody {
                reception_number: Some(taken.reception_number),
                reception_date_time: Some(taken.received_at.jst_fourteen()),
                ..UploadResponseBody::default()
            },
        }))
    }
}

/// Takes a request in, piece by piece, so that single checks come between.
async fn take_in(service: &ServiceHandle, upload: Arc<bulk::Upload>) -> Result<Taken, Error> {
    let mut so_far: Option<Arrival> = None;
    loop {
        let (upload, arrival) = (upload.clone(), so_far.take());
        let piece = move |tx: &mut Tx<'_>| bulk::take_in(tx, &upload, arrival.as_ref());
        match service.change(Subject::NONE, piece).await? {
            bulk::Taken::Part(arrival) => so_far = Some(arrival),
            bulk::Taken::Whole(request) => return Ok(*request),
        }
    }
}
