//! 資格情報照会（システム障害時）: what the check of somebody who was found says.

use crate::http::route::Call;
use crate::web::eligibility::view::{EligibilityAnswer, sample_answer};
use crate::web::eligibility::{asker, shown};
use crate::web::emergency::search_path;
use crate::web::emergency::search_view::open_frame;
use crate::web::layout::frame::Frame;
use crate::web::layout::sample::Sample;
use crate::web::reply;
use askama::Template;
use axum::response::Response;
use onshi_core::{Error, Subject, emergency};

/// The answer.
#[derive(Template)]
#[template(path = "emergency/eligibility.html")]
pub struct CheckedPage {
    /// The surroundings.
    pub frame: Frame,
    /// What is known.
    pub answer: EligibilityAnswer,
}

/// Checks the person of a use for its day.
pub async fn show(call: Call) -> Result<Response, Error> {
    let id = call.parameter("use").to_owned();
    let check = move |tx: &mut onshi_core::Tx<'_>| {
        let used = emergency::resume(tx, &id)?;
        emergency::check(tx, &used)
    };
    let answer = call.service.scan(Subject::NONE, check).await?;
    let now = call.request.now;
    let answer = shown(&answer, (now, now), asker(&call)?);
    let frame = call.frame_at(search_path(&call))?;
    Ok(reply::page(&CheckedPage { frame, answer }))
}

impl Sample for CheckedPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |answer| CheckedPage {
            frame: open_frame(),
            answer,
        };
        vec![("valid", page(sample_answer()))]
    }
}
