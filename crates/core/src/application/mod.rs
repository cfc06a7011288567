//! 利用申請: how an institution comes to the service, changes what is registered of it, and begins anew where its first
//! accounts are lost.
//!
//! Anybody at the portal may apply ([`take`]). The mail address is confirmed by a code that is mailed; with the receipt number
//! the same code shows the applicant what came of it ([`inquire`]). An operator approves or rejects ([`approve`], [`reject`]),
//! a recovery only with a second operator. What an approval gives is drawn by the applicant as a notice, once ([`draw`]).
//!
//! An institution that is there asks in the same way for the certificate of a terminal (電子証明書発行申請). Its notice is the code
//! alone by which the terminal fetches it ([`draw_certificate`]), and its state goes on with the certificate's ([`progress`]).
//!
//! What always holds:
//! - Nothing that an applicant is told depends on whether there is such an institution: an application for one that there
//!   is, or is not, goes the same way to the operator, who sees it.
//! - Wrong receipt numbers and wrong codes are refused alike.
//! - The codes of a notice exist from the moment when it is drawn, as hashes, and nowhere else.

mod decide;
mod letters;
mod notice;
mod particulars;
mod progress;
pub(crate) mod retention;
mod store;
mod take;
#[cfg(test)]
mod tests;

pub use crate::terms::{
    ApplicationKind, ApplicationState, CertificateProgress, InstitutionKind, LineKind,
};
pub use decide::{Known, Wanted, approve, list, reissue, reject, show};
pub use notice::{CertificateNotice, Notice, draw, draw_certificate};
pub use particulars::Particulars;
pub use take::{Taken, apply, confirm, inquire, withdraw};

use crate::clock::Moment;
use crate::mail::MailAddress;
use crate::terms::FacilityCode;

/// An application.
#[derive(Clone)]
pub struct Application {
    /// 受付番号: by which it is known.
    pub receipt: String,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// How far it is.
    pub state: ApplicationState,
    /// For which institution's code.
    pub facility: FacilityCode,
    /// Where the applicant is written to.
    pub mail: MailAddress,
    /// What the form said.
    pub particulars: Particulars,
    /// Where the portal was, for the letters about it; empty where that is not known.
    pub portal_url: String,
    /// When it was made.
    pub made_at: Moment,
    /// Until when its mail address may be confirmed.
    pub confirm_until: Moment,
    /// When that was done.
    pub confirmed_at: Option<Moment>,
    /// Who approved it first, where two have to.
    pub first_by: Option<String>,
    /// When it was decided, and by whom.
    pub decided: Option<(Moment, String)>,
    /// Why it was rejected, or what else the operator noted.
    pub reason: Option<String>,
    /// When its notice was drawn.
    pub notice_at: Option<Moment>,
    /// The terminal's enrolment that came with the notice.
    pub(crate) notice_enrolment: Option<String>,
    /// How far it is, where it is for a certificate.
    pub progress: Option<CertificateProgress>,
}

impl Application {
    /// Whether its mail address can't be confirmed any more.
    pub fn is_over(&self, now: Moment) -> bool {
        self.state == ApplicationState::Unconfirmed && now > self.confirm_until
    }

    /// Whether its notice may be drawn.
    pub fn has_notice_waiting(&self) -> bool {
        self.state == ApplicationState::Approved
            && self.kind.has_notice()
            && self.notice_at.is_none()
    }

    /// How far it is, as a person reads it.
    pub fn state_label(&self, now: Moment) -> &'static str {
        match self.progress {
            Some(progress) => progress.label(),
            None if self.is_over(now) => "期限切れ",
            None => self.state.label(),
        }
    }

    /// Whether its applicant may withdraw it: until it is decided, and a certificate until a terminal has fetched it.
    pub fn may_be_withdrawn(&self) -> bool {
        let waits = self.state.is_open() || self.state == ApplicationState::Unconfirmed;
        waits
            || self
                .progress
                .is_some_and(CertificateProgress::is_to_be_fetched)
    }

    /// Whether what its notice says may be voided for another notice, as far as is known of the application alone.
    pub fn may_be_reissued(&self) -> bool {
        self.state == ApplicationState::Approved
            && self.notice_at.is_some()
            && self
                .progress
                .is_none_or(CertificateProgress::is_to_be_fetched)
    }
}
