//! The log as CSV: read, printed and sent piece by piece, so that a long log is never in memory as
//! a whole, and a place is held only while there is something to do.

use crate::http::route::Call;
use crate::sheet::formula::harmless;
use crate::web::history::{Asked, asked, row};
use crate::web::reply;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Frame;
use onshi_core::audit::{Filter, Line, Outcome, Page};
use onshi_core::{Error, Fault, Moment, RefusalCode, Subject};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The most lines of one CSV; who needs more narrows the time.
const LINES: usize = 100_000;
/// How many of them are in memory at a time.
const LINES_AT_ONCE: usize = 5_000;

/// The list as CSV, in UTF-8 with a byte order mark, since that is what Excel opens.
pub async fn csv(call: Call) -> Result<Response, Error> {
    let Asked { filter, errors, .. } = asked(&call);
    if !errors.is_empty() {
        // Without the time that was meant it would be the whole log.
        return Err(RefusalCode::Invalid.into());
    }
    let begun = call.request.now.plus_seconds(1);
    let until = filter.until.map_or(begun, |until| until.min(begun));
    let mut download = Download {
        filter: Filter {
            until: Some(until),
            ..filter
        },
        last: None,
        told_at_last: 0,
        told: 0,
        call,
    };
    // Who is refused, or finds too many before, is told so and gets no file.
    let first = match download.next().await {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Busy => {
            return download.call.service.refuse(RefusalCode::Busy).await;
        }
        first => first?,
    };
    let (sender, pieces) = mpsc::channel(1);
    let heading = print(&[], true)?;
    tokio::spawn(async move {
        // Whoever is gone needs no more.
        let _ = download.send(sender, heading, first).await;
    });
    let mut response = reply::raw(
        StatusCode::OK,
        "text/csv; charset=utf-8",
        Body::new(Pieces(pieces)),
    );
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"onshi-history.csv\""),
    );
    Ok(response)
}

/// How far a download is.
struct Download {
    call: Call,
    filter: Filter,
    /// The last line that was told.
    last: Option<Line>,
    /// How many lines of its moment were told: the next piece begins at that moment, behind them.
    told_at_last: usize,
    told: usize,
}

type Sender = mpsc::Sender<Result<Bytes, Fault>>;

impl Download {
    /// Sends the pieces one after the other; the next one is read when the one before it is taken.
    async fn send(
        mut self,
        sender: Sender,
        heading: Vec<u8>,
        first: Option<Vec<u8>>,
    ) -> Result<(), mpsc::error::SendError<Result<Bytes, Fault>>> {
        sender.send(Ok(heading.into())).await?;
        let mut piece = first;
        while let Some(text) = piece {
            // Whoever reads nothing for long is cut off by the connection.
            sender.send(Ok(text.into())).await?;
            piece = match self.next().await {
                Ok(piece) => piece,
                // Half a file must not look like a whole one: the connection ends.
                Err(error) => {
                    let fault = Fault::at("reading the rest of a CSV", error);
                    return sender.send(Err(fault)).await;
                }
            };
        }
        Ok(())
    }

    /// Reads and prints the next piece; none when all of it was told.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let limit = LINES_AT_ONCE.min(LINES - self.told);
        if limit == 0 {
            return Ok(None);
        }
        let call = &self.call;
        let _place = call.centre.downloads.place(call.service.share()).await?;
        let service = call.service.later((call.centre.clock)());
        let (filter, page) = (
            self.filter.clone(),
            Page {
                skip: i64::try_from(self.told_at_last).unwrap_or(i64::MAX),
                limit: i64::try_from(limit).unwrap_or(i64::MAX),
            },
        );
        let mut lines = service
            .scan(Subject::NONE, move |tx| {
                onshi_core::history::list(tx, &filter, page)
            })
            .await?;
        let is_last = lines.len() < limit;
        // What was written at the same moment moves the lines on: those that were told come again.
        let place = |line: &Line| (line.chain, line.seq);
        let before = self.last.as_ref();
        let told = |line: &Line| before.is_some_and(|last| place(last) == place(line));
        if let Some(told) = lines.iter().position(told) {
            lines.drain(..=told);
        }
        let Some(last) = lines.last().cloned() else {
            return Ok(None);
        };
        let at_last = lines.iter().rev().take_while(|line| line.at == last.at);
        let all_at_last = before.is_some_and(|before| before.at == last.at);
        self.told_at_last = at_last.count() + if all_at_last { self.told_at_last } else { 0 };
        self.told = if is_last {
            LINES
        } else {
            self.told + lines.len()
        };
        // Lines that were told are not passed over one by one each time.
        self.filter.until = Some(Moment::from_ms(last.at.ms() + 1));
        self.last = Some(last);
        call.beside(move || print(&lines, false)).await?.map(Some)
    }
}

fn print(lines: &[Line], heading: bool) -> Result<Vec<u8>, Error> {
    let begin = if heading { "\u{feff}" } else { "" };
    let mut writer = ::csv::Writer::from_writer(begin.as_bytes().to_vec());
    let fault = |e| Fault::at("writing CSV", e);
    if heading {
        writer
            .write_record([
                "日時",
                "ユーザID",
                "名前",
                "種別",
                "端末",
                "接続元",
                "機能",
                "対象",
                "結果",
                "理由・内容",
                "要求番号",
            ])
            .map_err(fault)?;
    }
    for line in lines {
        let row = row(line);
        let outcome = line.outcome.map_or("", Outcome::label);
        let cells = [
            &row.at,
            &row.user_id,
            &row.account_name,
            &row.kind_label,
            &row.terminal,
            &row.peer,
            &row.function,
            &row.subject,
            outcome,
            &row.reason,
            &row.request_number,
        ];
        writer.write_record(cells.map(harmless)).map_err(fault)?;
    }
    let text = writer
        .into_inner()
        .map_err(|e| Fault::at("writing CSV", e.error().to_string()))?;
    Ok(text)
}

/// The pieces as a body.
struct Pieces(mpsc::Receiver<Result<Bytes, Fault>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let polled = self.0.poll_recv(context);
        polled.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
