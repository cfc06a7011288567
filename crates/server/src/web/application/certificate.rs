//! 電子証明書発行申請 at the portal: an institution asks for the certificate of one of its terminals.

use crate::http::route::Call;
use crate::web::application::form::{self, CertificateField, CertificateForm};
use crate::web::application::view::{CertificateFormPage, ReviewPage};
use crate::web::application::{facts, forms, frame, problem, submit, take_turn};
use crate::web::layout::form::{FieldError, NotTaken};
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::application::Particulars;
use onshi_core::{Error, RefusalCode};

const PAGE: &str = "/application/certificate";

/// The form.
pub async fn form(call: Call) -> Result<Response, Error> {
    let page = form_page(&call, Particulars::default(), Vec::new())?;
    Ok(reply::page(&page))
}

fn form_page(
    call: &Call,
    said: Particulars,
    errors: Vec<FieldError<CertificateField>>,
) -> Result<CertificateFormPage, Error> {
    Ok(CertificateFormPage {
        frame: frame(call),
        forms: forms(call)?,
        said,
        errors,
        problem: None,
    })
}

/// Shows all of it once more, and takes it.
pub async fn apply(call: Call) -> Result<Response, Error> {
    take_turn(&call).await?;
    let form: CertificateForm = call.form.read();
    let said = form.particulars();
    match step(&call, &form.action, &said).await {
        Ok(response) => Ok(response),
        Err(NotTaken::Fields(_, errors)) => {
            let page = form_page(&call, said, errors)?;
            Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(NotTaken::Else(Error::Refused(refusal)))
            if refusal.code == RefusalCode::ApplicationsTooMany =>
        {
            let page = CertificateFormPage {
                problem: Some(problem("申請を受け付けられませんでした", &refusal)),
                ..form_page(&call, said, Vec::new())?
            };
            Ok(reply::page_with(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(NotTaken::Else(error)) => Err(error),
    }
}

async fn step(
    call: &Call,
    action: &str,
    said: &Particulars,
) -> Result<Response, NotTaken<CertificateField>> {
    if action == "change" {
        return Ok(reply::page(&form_page(call, said.clone(), Vec::new())?));
    }
    let checked = match said.check(call.request.now.jst_day()) {
        Ok(checked) => checked,
        Err(error) => {
            call.service.note_refusal(RefusalCode::Invalid).await?;
            return Err(error.into());
        }
    };
    if action != "apply" {
        return Ok(reply::page(&ReviewPage {
            frame: frame(call),
            forms: forms(call)?,
            facts: facts(&checked),
            fields: form::certificate_fields(&checked),
            post_href: PAGE,
        }));
    }
    Ok(submit(call, checked).await?)
}
