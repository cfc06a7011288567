//! Refusals: who was refused is in the operator's log with the address, and whoever is refused too
//! often is told so, slower and slower.
//!
//! What the door refuses it counts itself (`onshi_core::service`). Here is what comes before the
//! door: certificates and tokens that are worth nothing, and strangers without a certificate.

use crate::http::presented::Presented;
use crate::http::service::{self, ServiceHandle};
use crate::state::Centre;
use onshi_core::authn::refused_as;
use onshi_core::certificate::Peer;
use onshi_core::service::OperationContext;
use onshi_core::{Error, Function, Refusal, RefusalCode, Request};
use std::sync::Arc;
use std::time::Duration;

/// The longest time that an answer to somebody who is refused too often is held back.
const HELD_MS_MAX: i64 = 2000;

/// A refusal before the door. A certificate that we issued and that is worth nothing now is
/// refused in the log of its institution, by its serial number; other refusals of a certificate are
/// counted, and those of strangers too. Gives what is answered.
pub async fn before_the_door(
    centre: &Arc<Centre>,
    presented: &Presented,
    function: Function,
    request: &Request,
    code: RefusalCode,
) -> Error {
    let stranger = matches!(
        code,
        RefusalCode::CertificateMissing
            | RefusalCode::CertificateForeign
            | RefusalCode::HomeUnknown
            | RefusalCode::EnrolmentUnknown
            | RefusalCode::PhoneUnknown
            | RefusalCode::PhoneCode
    );
    let known = if stranger {
        None
    } else {
        refused_as(&presented.certificate)
    };
    let Some(actor) = known else {
        return match centre.strangers.take(&presented.peer, request.now) {
            Ok(()) => {
                tracing::info!(request = %request.id, peer = &*presented.peer, code = code.code(), "refused");
                code.into()
            }
            Err(until) => Refusal::until(RefusalCode::TooManyRefusals, until).into(),
        };
    };
    let operation = OperationContext::new(actor, function, request.clone());
    let worthless = matches!(
        code,
        RefusalCode::CertificateRevoked
            | RefusalCode::CertificateExpired
            | RefusalCode::CertificateNotYetValid
            | RefusalCode::FacilityStopped
    );
    if worthless {
        let refused = ServiceHandle::new(centre.service.clone(), operation)
            .refuse::<()>(code)
            .await;
        return refused.err().unwrap_or_else(|| code.into());
    }
    match centre.service.count_refusal(operation.clone()) {
        Ok(()) => {
            service::log(&operation, code);
            code.into()
        }
        Err(refusal) => refusal.into(),
    }
}

/// [`before_the_door`] for whoever was not admitted.
pub async fn counted<T>(
    centre: &Arc<Centre>,
    presented: &Presented,
    (function, request): (Function, &Request),
    admitted: Result<T, Error>,
) -> Result<T, Error> {
    match admitted {
        Err(Error::Refused(refusal)) if is_before_the_door(refusal.code) => {
            let code = refusal.code;
            match before_the_door(centre, presented, function, request, code).await {
                // It keeps what it says beside its code.
                Error::Refused(same) if same.code == code => Err(refusal.into()),
                other => Err(other),
            }
        }
        admitted => admitted,
    }
}

/// What nobody has counted or audited yet. Another kind of certificate is refused at the door.
const fn is_before_the_door(code: RefusalCode) -> bool {
    matches!(
        code,
        RefusalCode::CertificateMissing
            | RefusalCode::CertificateForeign
            | RefusalCode::CertificateRevoked
            | RefusalCode::CertificateExpired
            | RefusalCode::CertificateNotYetValid
            | RefusalCode::FacilityStopped
            | RefusalCode::TokenMissing
            | RefusalCode::TokenUnknown
            | RefusalCode::TokenOtherCertificate
            | RefusalCode::TokenOtherUse
            | RefusalCode::TokenExpired
            | RefusalCode::TokenReplaced
            | RefusalCode::TokenInvalid
            | RefusalCode::NotLoggedIn
            | RefusalCode::SessionEnded
            | RefusalCode::HomeUnknown
            | RefusalCode::EnrolmentUnknown
            | RefusalCode::PhoneUnknown
            | RefusalCode::PhoneCode
    )
}

/// Whether this says that there were too many refusals.
pub fn is_too_many(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if refusal.code == RefusalCode::TooManyRefusals)
}

/// Holds the answer to somebody who is refused too often back, so that a loop of refusals costs
/// little: all that ask with the certificate, or from the address, are answered at a rate. True
/// when it was held back.
pub async fn hold_back(
    centre: &Centre,
    presented: &Presented,
    request: &Request,
    error: &Error,
) -> bool {
    if !is_too_many(error) {
        return false;
    }
    metrics::counter!("onshi_refusals_counted_total").increment(1);
    let key = presented
        .certificate
        .peer()
        .map_or(&*presented.peer, Peer::serial);
    let ms = centre.refused_answers.pace(key, request.now, HELD_MS_MAX);
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
    true
}
