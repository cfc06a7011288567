//! What a menu reminds of. It names no patient and changes nothing, and leaves no entry in the audit log: every menu asks for it.

use super::ServiceHandle;
use crate::state::blocking::beside;
use crate::state::context::Context;
use onshi_core::account::review::ReviewDue;
use onshi_core::certificate::Ending;
use onshi_core::{Error, Function};

/// What the own institution has to look after, as far as whoever asks may do something about it.
#[derive(Clone, Debug, Default)]
pub struct Reminders {
    /// When the next review of accounts (棚卸し) is due.
    pub review: Option<ReviewDue>,
    /// Certificates of terminals that end soon or have ended.
    pub certificates: Vec<Ending>,
}

impl ServiceHandle {
    /// What there is to be reminded of now.
    pub async fn reminders(&self, context: &Context) -> Result<Reminders, Error> {
        let operation = self.own_operation()?;
        let role = operation.actor.role();
        let (reviews, sees) = (
            Function::ReviewAccounts.is_for(role),
            Function::ListCertificates.is_for(role),
        );
        let facility = operation.actor.facility().cloned();
        let Some(facility) = facility.filter(|_| reviews || sees) else {
            return Ok(Reminders::default());
        };
        let (service, now) = (self.service.clone(), operation.request.now);
        let look = move || {
            let review = match reviews {
                true => Some(service.review_due(&facility, now)?),
                false => None,
            };
            let certificates = match sees {
                true => service.ending_certificates(&facility, now)?,
                false => Vec::new(),
            };
            Ok::<_, Error>(Reminders {
                review,
                certificates,
            })
        };
        beside(context, "looking what a menu reminds of", look).await
    }
}
