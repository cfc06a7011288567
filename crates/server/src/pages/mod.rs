//! The screens as pages: plain data in, HTML out.
//!
//! A view struct is one screen. It knows nothing of the rules, the store or HTTP, so that a screen
//! can be drawn, read and tested without a running centre. The handlers fill the structs; askama
//! renders them with `templates/`. Every struct offers [`Sample`]s, and one test renders them all
//! and checks what the content security policy and people with a keyboard or a screen reader need.

mod account;
mod account_form;
mod account_list;
mod api_docs;
mod asset;
mod audit;
mod bulk;
mod certificates;
mod eligibility;
mod entry;
mod form;
mod frame;
mod issue;
mod log_in;
mod password;
mod portal;
mod reference;
mod sample;
#[cfg(test)]
mod tests;
mod today;
mod trouble;

pub use account::{AccountPage, Action, ActionTone, ConfirmPage, ReasonField, SessionRow};
pub use account_form::{AccountFormPage, AccountValues, KindChoice};
pub use account_list::{
    AccountListPage, AccountRow, AccountState, Paging, Sort, SortColumn, account_columns,
};
pub use api_docs::{ApiDocsPage, ApiOperation};
pub use askama::Template;
pub use asset::asset;
pub use audit::{AuditFilter, AuditOutcome, AuditPage, AuditRow};
pub use bulk::{
    BulkAccepted, BulkBadRow, BulkGoodRow, BulkPage, BulkPreview, BulkResultPage, BulkResultRow,
    BulkRow,
};
pub use certificates::{CertificateRow, CertificatesPage};
pub use eligibility::{EligibilityAnswer, EligibilityPage, EligibilityValues, Verdict};
pub use entry::{MenuPage, SignedOutPage, StartPage};
pub use form::{Choice, Fact, FieldError, Lock, Problem};
pub use frame::{
    FormTokens, Frame, NavigationGroup, NavigationItem, Notice, PlainFrame, SessionEnd, Surround,
    Tone,
};
pub use issue::{AccountRegisteredPage, IssuedPassword, PasswordIssue};
pub use log_in::{LoginPage, MasterResetPage, TakeoverPage};
pub use password::{PasswordChangedPage, PasswordPage, PasswordReason, PasswordRules};
pub use portal::{PortalHomePage, ServiceStatus};
pub use reference::{ReferenceNumberPage, Replaces};
pub use sample::{Sample, all_samples};
pub use today::{OpenedCheckPage, TodayPage, TodayRow};
pub use trouble::{
    BusyPage, CertificateProblem, CertificateProblemPage, FaultPage, NotFoundPage, RefusedPage,
};
