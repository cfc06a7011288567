//! The pages of a patient as PDF, made in memory and sent.

use crate::documents::MadeFor;
use crate::http::route::Call;
use crate::web::medical::documents;
use crate::web::medical::view::Section;
use crate::web::medical::{checkups, medicines, treatment};
use crate::web::reply;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use onshi_core::{Error, Function};
use onshi_documents::Document;

impl Call {
    /// Who has a document made, where and when.
    pub(crate) fn made_for(&self) -> Result<MadeFor, Error> {
        let session = self.session()?;
        let basis = match self.function {
            Some(Function::ViewInDisaster) => " 災害時の開放による",
            _ => "",
        };
        Ok(MadeFor {
            words: format!(
                "{}（{}） {}（{}）{basis}",
                session.facility_name,
                session.facility.as_str(),
                session.account_name,
                session.user_id
            ),
            now: self.request.now,
        })
    }

    /// Makes a document beside the sockets and sends it under this name.
    pub(crate) async fn send_document(
        &self,
        name: &str,
        make: impl FnOnce() -> Document + Send + 'static,
    ) -> Result<Response, Error> {
        let centre = self.centre.clone();
        let bytes = self
            .print_beside(move || centre.documents.print(&make()))
            .await??;
        let mut response = reply::raw(StatusCode::OK, "application/pdf", bytes);
        let disposition = format!("attachment; filename=\"{name}\"");
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            response
                .headers_mut()
                .insert(header::CONTENT_DISPOSITION, value);
        }
        Ok(response)
    }
}

/// No name and no number of a patient is in the name of a file that stays in a folder of downloads.
fn name(call: &Call, section: Section) -> String {
    format!(
        "onshi-{}-{}.pdf",
        section.path(),
        call.request.now.jst_fourteen()
    )
}

/// 薬剤情報.
pub async fn medicines(call: Call) -> Result<Response, Error> {
    let seen = medicines::read(&call, medicines::all_months(&call)).await?;
    let made_for = call.made_for()?;
    let make =
        move || documents::medicines::document(&seen.patient, &seen.told, &seen.own, &made_for);
    call.send_document(&name(&call, Section::Medicines), make)
        .await
}

/// 診療・手術情報.
pub async fn treatment(call: Call) -> Result<Response, Error> {
    let seen = treatment::read(&call).await?;
    let made_for = call.made_for()?;
    let make = move || {
        let treated = documents::treatment::Treated {
            treatments: seen.told.treatments.as_ref(),
            operations: seen.told.operations.as_ref(),
        };
        let ages = seen.told.ages();
        documents::treatment::document(&seen.patient, &treated, (&seen.own, ages), &made_for)
    };
    call.send_document(&name(&call, Section::Treatment), make)
        .await
}

/// 特定健診情報.
pub async fn checkups(call: Call) -> Result<Response, Error> {
    let seen = checkups::read(&call).await?;
    let made_for = call.made_for()?;
    let make = move || documents::checkups::document(&seen.patient, &seen.told, &made_for);
    call.send_document(&name(&call, Section::Checkups), make)
        .await
}
