//! OQSmu….02: what came of a bulk request, fetched by its reception number.

use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::rows::Units;
use crate::api::messages::upload::BulkRequest;
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use crate::api::reply::Form;
use onshi_core::eligibility::bulk::{self, Request as Taken};
use onshi_core::{Error, Subject};
use onshi_wire::codes::SegmentOfResult;
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{DownloadRequest, DownloadResponseHeader};
use onshi_wire::{Problem, Spellings};
use std::marker::PhantomData;

/// OQSmuquc02, OQSmuimm02, OQSmutic02, OQSmuhvq02, OQSmuonq02: the answers to such a request.
pub(crate) struct Download<R>(PhantomData<R>);

impl<R: BulkRequest> Operation for Download<R> {
    type Request = DownloadRequest;
    /// The reception number.
    type Asked = String;
    type Answer = R::Answer;

    fn asked(
        request: DownloadRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<String, Error> {
        Ok(request.body.reception_number)
    }

    fn refused(head: &Head, number: String, why: Why) -> R::Answer {
        R::Answer::of_rows(begun(head, &number).not_done(why), Vec::new())
    }

    async fn run(call: &ApiCall, received: Received<String>) -> Result<Printed, Error> {
        let (head, number, mut spellings) = (received.head, received.asked, received.spellings);
        let asked = number.clone();
        let found = call
            .service
            .scan(Subject::NONE, move |tx| {
                let found = bulk::fetch(tx, Some(R::KIND), &asked)?;
                let Some((request, rows)) = found else {
                    return Ok(None);
                };
                let of_rows = bulk::list_spellings(tx, &request)?;
                Ok(Some((request, rows, of_rows)))
            })
            .await?;
        let Some((request, rows, of_rows)) = found else {
            let days = call.centre.config.rules.bulk.retention_days;
            let code = match bulk::has_ended(&number, call.request.now, days) {
                true => &error_codes::RECEPTION_ENDED,
                false => &error_codes::RECEPTION,
            };
            let answer = Self::refused(&head, number, code.into());
            return Ok(Form::of(call, spellings).print(answer));
        };
        // The identifier and whatever else is echoed are the upload's.
        if let Some(kept) = &request.file_spelling {
            spellings = Spellings::default();
            spellings.take_up(None, kept);
        } else if request.file_identifier.is_some() {
            spellings = Spellings::default();
        }
        for (row, kept) in &of_rows {
            spellings.take_up(usize::try_from(*row).ok(), kept);
        }
        let form = Form::of(call, spellings);
        let header = of_request(begun(&head, &number), &request);
        if request.finished_at.is_none() {
            let header = working(header, &error_codes::WORKING);
            return Ok(form.print(R::Answer::of_rows(header, Vec::new())));
        }
        // Many rows take long to print.
        let print = move || {
            let (mut units, mut failed) = (Vec::with_capacity(rows.len()), 0);
            for row in &rows {
                if let Some(row) = row.row(R::KIND)? {
                    failed += usize::from(!row.answer.done);
                    units.push(row.into());
                }
            }
            let header = counted(header.done(), units.len(), failed);
            Ok::<_, Error>(form.print(R::Answer::of_rows(header, units)))
        };
        call.beside(print).await?
    }
}

fn begun(head: &Head, number: &str) -> DownloadResponseHeader {
    DownloadResponseHeader {
        reception_number: Some(number.to_owned()).filter(|number| !number.is_empty()),
        ..DownloadResponseHeader::of(head)
    }
}

/// The day and the identifier of the request that is answered.
fn of_request(mut header: DownloadResponseHeader, request: &Taken) -> DownloadResponseHeader {
    header.qualification_confirmation_date = request.day.map(|day| day.eight());
    if request.file_identifier.is_some() {
        header
            .arbitrary_file_identifier
            .clone_from(&request.file_identifier);
    }
    header
}

fn working(header: DownloadResponseHeader, code: &ErrorCode) -> DownloadResponseHeader {
    DownloadResponseHeader {
        segment_of_result: SegmentOfResult::Working.into(),
        error_code: Some(code.code.to_owned()),
        error_message: Some(code.text_ja.to_owned()),
        ..header
    }
}

fn counted(header: DownloadResponseHeader, all: usize, failed: usize) -> DownloadResponseHeader {
    DownloadResponseHeader {
        number_of_processing_result: Some(all.to_string()),
        number_of_normal_processing: Some((all - failed).to_string()),
        number_of_error: Some(failed.to_string()),
        ..header
    }
}
