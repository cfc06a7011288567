//! The use of what is open for one of those who were found.

use crate::http::route::Call;
use crate::http::submission::{After, RESULT};
use crate::web::eligibility::read_day;
use crate::web::emergency::form::{PatientField, PatientForm};
use crate::web::emergency::search_path;
use crate::web::reply;
use axum::response::Response;
use onshi_core::emergency::{self, ViewingConsent};
use onshi_core::{Error, Subject};

/// What the notice at the top of the page after it says.
const NOTED: &str = "利用を記録しました。管理アカウントの方の点検の一覧に載っています。";

/// The longest reason, as everywhere.
const REASON_CHARS_MAX: usize = 200;

/// Uses 災害時医療情報閲覧, with the person's consent or with the reason why there is none.
pub async fn view(call: Call) -> Result<Response, Error> {
    let form: PatientForm = call.form.read();
    let reason = form.reason.trim().to_owned();
    let consent = match form.consent.as_str() {
        "1" => ViewingConsent::Given,
        "0" if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX => {
            return Ok(back(&call, PatientField::Reason));
        }
        "0" => ViewingConsent::CannotBeExpressed { reason },
        _ => return Ok(back(&call, PatientField::Consent)),
    };
    use_for(call, consent, "/medicines").await
}

/// Uses 資格情報照会（システム障害時）.
pub async fn check(call: Call) -> Result<Response, Error> {
    let form: PatientForm = call.form.read();
    let Ok(day) = read_day(&call, &form.day) else {
        return Ok(reply::redirect(search_path(&call)));
    };
    use_for(call, ViewingConsent::NotAsked { day }, "").await
}

async fn use_for(
    call: Call,
    consent: ViewingConsent,
    page: &'static str,
) -> Result<Response, Error> {
    let candidate = call.form.read::<PatientForm>().candidate;
    if candidate.is_empty() {
        return Ok(back(&call, PatientField::Candidate));
    }
    let path = search_path(&call);
    let choose = move |tx: &mut onshi_core::Tx<'_>| {
        let used = emergency::choose(tx, &candidate, &consent)?;
        Ok(used.id().to_owned())
    };
    let after = move |id: &String| After::at(format!("{path}/{id}{page}")).notice(NOTED);
    let (_, response) = call.service.submit(Subject::NONE, choose, after).await?;
    Ok(response)
}

/// Back to those who were found, with what is missing.
fn back(call: &Call, missing: PatientField) -> Response {
    let path = search_path(call);
    let of = call.form.read::<PatientForm>().of;
    let missing = missing.name();
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let of: String = of.chars().filter(|c| known(*c)).collect();
    reply::redirect(&format!("{path}?{RESULT}={of}&missing={missing}"))
}
