//! The screens: a folder a subject, with its handlers, the views that fill its templates, and the
//! templates.
//!
//! A handler asks the handle and fills a view. A view is plain data: it knows nothing of the rules, the
//! store or HTTP, so that a screen can be drawn, read and tested without a running centre. Every view
//! offers samples, and one test renders them all and checks what the content security policy and
//! people with a keyboard or a screen reader need.

pub mod account_review;
pub mod accounts;
pub mod activation;
pub mod api_docs;
pub mod application;
pub mod arrivals;
pub mod bulk;
pub mod certificates;
pub mod eligibility;
pub mod emergency;
pub mod entry;
pub mod environment;
pub mod errors;
pub mod factor_policy;
pub(crate) mod fault;
pub mod history;
pub mod home;
pub mod home_reception;
pub mod installers;
pub mod layout;
pub mod login;
pub mod logins;
pub mod manual;
pub mod medical;
pub(crate) mod menu;
pub(crate) mod not_found;
pub mod operators;
pub mod password;
pub mod portal;
pub mod readers;
pub(crate) mod reply;
pub(crate) mod return_address;
pub mod rollout;
pub mod second_factor;
pub mod staff_phones;
#[cfg(test)]
mod tests;
pub mod visit;

use crate::http::route::Call;
use crate::http::submission::Answered;
use crate::web::layout::form::Lock;
use crate::web::layout::frame::{Frame, Notice, Tone};
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::account::session::Session;
use onshi_core::authn::{LoggedIn, Terminal};
use onshi_core::{Error, Function, Moment, RefusalCode};

impl Call {
    /// A parameter of the path.
    pub fn parameter(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// The session. Routes for those who are logged in always have one.
    pub fn session(&self) -> Result<&Session, Error> {
        match &self.who {
            LoggedIn::Session(session) => Ok(session),
            _ => Err(RefusalCode::NotLoggedIn.into()),
        }
    }

    /// The terminal. Routes for terminals always have one.
    pub fn terminal(&self) -> Result<&Terminal, Error> {
        self.terminal.as_ref().map_err(|bad| bad.code.into())
    }

    /// The session and the terminal.
    pub fn both(&self) -> Result<(&Session, &Terminal), Error> {
        Ok((self.session()?, self.terminal()?))
    }

    /// The frame of a page for whoever is logged in.
    pub(crate) fn frame(&self) -> Result<Frame, Error> {
        self.frame_at(&self.uri_path)
    }

    /// The same, of a page that belongs to another entry of the menu than its address says.
    pub(crate) fn frame_at(&self, path: &str) -> Result<Frame, Error> {
        let (session, terminal) = self.both()?;
        let forms = self.forms.clone().ok_or(RefusalCode::NotLoggedIn)?;
        let now = self.request.now;
        let terms = (forms, now, self.open.as_slice());
        let mut frame = reply::frame((&self.centre, self.routes), session, terminal, path, terms);
        let notice = self.result.as_ref().and_then(Answered::notice);
        frame.notice = notice.map(|(done, text)| Notice {
            tone: if done { Tone::Success } else { Tone::Info },
            text,
        });
        Ok(frame)
    }

    /// Through which terminal the request came.
    pub(crate) fn through(&self) -> Result<Through, Error> {
        let terminal = self.terminal()?;
        Ok(Through {
            certificate_serial: terminal.serial.clone(),
            terminal_name: terminal.name.clone(),
        })
    }

    /// Does what takes long beside the sockets, in the institution's turn.
    pub(crate) async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.centre.messages.run(self.service.share(), work).await
    }

    /// Prints what is about one patient beside the sockets, in the institution's turn. More may wait for it than
    /// for large messages, since what waits is small.
    pub(crate) async fn print_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.centre.printing.run(self.service.share(), work).await
    }

    /// Takes one out of the account's bucket. Every form that makes us judge or hash a password
    /// begins with this.
    pub(crate) async fn take_password_form(&self) -> Result<(), Error> {
        let account = &self.session()?.account_id;
        let taken = self.centre.password_forms.take(account, self.request.now);
        match taken {
            Ok(()) => Ok(()),
            Err(_) => self.service.refuse(RefusalCode::TooManyRequests).await,
        }
    }

    /// The group of accounts that the route is about, and where its pages are.
    pub(crate) fn group(&self) -> (Managed, &'static str) {
        match self.function {
            Some(Function::ListAdministrators | Function::ManageAdministrators) => {
                (Managed::Administrators, "/web/administrators")
            }
            _ => (Managed::Others, "/web/accounts"),
        }
    }
}

/// Every sample of every page, as a name that can be a file's and the HTML.
///
/// A page that cannot be rendered gives an empty text, which the tests refuse.
pub fn all_samples() -> Vec<(String, String)> {
    let mut all = Vec::new();
    add::<entry::view::StartPage>("start", &mut all);
    add::<login::view::LoginPage>("login", &mut all);
    add::<login::view::SecondStepPage>("second-step", &mut all);
    add::<login::view::TakeoverPage>("takeover", &mut all);
    add::<activation::view::ActivationPage>("activation", &mut all);
    add::<activation::view::ChoosePasswordPage>("activation-password", &mut all);
    add::<second_factor::view::SecondFactorPage>("second-factor", &mut all);
    add::<second_factor::view::TotpPage>("second-factor-totp", &mut all);
    add::<second_factor::passkey_view::PasskeyPage>("second-factor-passkey", &mut all);
    add::<second_factor::view::RecoveryCodesPage>("second-factor-codes", &mut all);
    add::<second_factor::view::ConfirmFactorPage>("second-factor-confirm", &mut all);
    add::<factor_policy::view::FactorPolicyPage>("second-factor-policy", &mut all);
    add::<entry::view::MenuPage>("menu", &mut all);
    add::<password::view::PasswordPage>("password", &mut all);
    add::<password::view::PasswordChangedPage>("password-changed", &mut all);
    add::<accounts::list_view::AccountListPage>("account-list", &mut all);
    add::<accounts::form_view::AccountFormPage>("account-form", &mut all);
    add::<accounts::issue_view::AccountRegisteredPage>("account-registered", &mut all);
    add::<accounts::bulk::view::BulkRegistrationPage>("account-bulk", &mut all);
    add::<accounts::bulk::issue_view::BulkIssuedPage>("account-bulk-registered", &mut all);
    add::<account_review::view::AccountReviewPage>("account-review", &mut all);
    add::<account_review::view::ConfirmEndPage>("account-review-confirm", &mut all);
    add::<accounts::view::AccountPage>("account", &mut all);
    add::<accounts::view::ConfirmPage>("confirm", &mut all);
    add::<certificates::view::CertificatesPage>("certificates", &mut all);
    add::<installers::view::InstallersPage>("installers", &mut all);
    add::<history::view::AuditPage>("audit", &mut all);
    add::<logins::view::LoginsPage>("logins", &mut all);
    add::<layout::error_pages::RefusedPage>("refused", &mut all);
    add::<layout::error_pages::CertificateProblemPage>("certificate-problem", &mut all);
    add::<layout::error_pages::FaultPage>("fault", &mut all);
    add::<layout::error_pages::NotFoundPage>("not-found", &mut all);
    add::<layout::error_pages::BusyPage>("busy", &mut all);
    add::<login::view::MasterResetPage>("master-reset", &mut all);
    add::<entry::view::SignedOutPage>("signed-out", &mut all);
    add::<portal::view::PortalHomePage>("portal", &mut all);
    add::<application::view::GuidePage>("application", &mut all);
    add::<application::view::ApplicationFormPage>("application-form", &mut all);
    add::<application::view::CertificateFormPage>("application-certificate", &mut all);
    add::<application::view::ReviewPage>("application-review", &mut all);
    add::<application::view::TakenPage>("application-taken", &mut all);
    add::<application::view::StatusPage>("application-status", &mut all);
    add::<application::view::StatePage>("application-state", &mut all);
    add::<application::view::NoticePage>("application-notice", &mut all);
    add_of_operators(&mut all);
    add::<api_docs::ApiDocsPage>("api-docs", &mut all);
    add::<eligibility::view::EligibilityPage>("eligibility", &mut all);
    add::<eligibility::today_view::TodayPage>("eligibility-today", &mut all);
    add::<eligibility::today_view::OpenedCheckPage>("eligibility-opened", &mut all);
    add::<eligibility::reference_view::ReferenceNumberPage>("reference-number", &mut all);
    add::<arrivals::view::ArrivalsPage>("arrivals", &mut all);
    add::<readers::view::ReadersPage>("readers", &mut all);
    add::<environment::view::EnvironmentPage>("environment", &mut all);
    add::<environment::view::ConfirmEnvironmentPage>("environment-confirm", &mut all);
    add::<home_reception::view::HomeReceptionPage>("home-reception", &mut all);
    add::<home_reception::view::VoidHomeAddressPage>("home-reception-void", &mut all);
    add::<home::view::TopPage>("home", &mut all);
    add::<home::view::ConsentPage>("home-consent", &mut all);
    add::<home::view::SignPage>("home-sign", &mut all);
    add::<home::view::CardPage>("home-card", &mut all);
    add::<home::view::RegisteredPage>("home-registered", &mut all);
    add::<home::view::ConsentsPage>("home-consents", &mut all);
    add::<home::view::WithdrawnPage>("home-withdrawn", &mut all);
    add::<staff_phones::view::StaffPhonesPage>("staff-phones", &mut all);
    add::<staff_phones::view::VoidStaffPhonePage>("staff-phone-void", &mut all);
    add::<visit::view::ActivationPage>("visit-activation", &mut all);
    add::<visit::view::LoginPage>("visit-login", &mut all);
    add::<visit::view::SecondStepPage>("visit-second-step", &mut all);
    add::<visit::view::TakeoverPage>("visit-takeover", &mut all);
    add::<visit::view::MenuPage>("visit-menu", &mut all);
    add::<visit::view::ConsentPage>("visit-consent", &mut all);
    add::<visit::view::SignPage>("visit-sign", &mut all);
    add::<visit::view::CardPage>("visit-card", &mut all);
    add::<visit::view::ResultPage>("visit-result", &mut all);
    add::<bulk::view::BulkPage>("bulk", &mut all);
    add::<bulk::view::BulkResultPage>("bulk-result", &mut all);
    add::<medical::view::PatientsPage>("medical-patients", &mut all);
    add::<medical::medicines_view::MedicinesPage>("medical-medicines", &mut all);
    add::<medical::treatment_view::TreatmentPage>("medical-treatment", &mut all);
    add::<medical::checkups_view::CheckupsPage>("medical-checkups", &mut all);
    add::<emergency::search_view::SearchPage>("emergency-search", &mut all);
    add::<emergency::eligibility::CheckedPage>("emergency-eligibility", &mut all);
    add::<emergency::uses_view::UsesPage>("emergency-uses", &mut all);
    add::<emergency::report_view::ReportPage>("emergency-report", &mut all);
    add::<emergency::requests_view::RequestsPage>("emergency-requests", &mut all);
    add::<manual::view::ManualIndexPage>("manual", &mut all);
    add::<manual::view::ManualTaskPage>("manual-page", &mut all);
    add::<manual::view::ManualSearchPage>("manual-search", &mut all);
    all
}

/// The samples of the operators' screens.
fn add_of_operators(all: &mut Vec<(String, String)>) {
    add::<operators::view::ApplicationListPage>("operators-applications", all);
    add::<operators::view::ApplicationPage>("operators-application", all);
    add::<operators::institutions::view::InstitutionListPage>("operators-institutions", all);
    add::<operators::institutions::view::InstitutionPage>("operators-institution", all);
    add::<operators::institutions::view::TerminalListPage>("operators-terminals", all);
    add::<operators::institutions::view::AccountListPage>("operators-accounts", all);
    add::<operators::institutions::view::InstitutionAccountPage>("operators-account", all);
    add::<operators::institutions::view::ActivationIssuedPage>("operators-activation", all);
    add::<operators::openings::view::OpeningListPage>("operators-openings", all);
    add::<operators::openings::view::NewOpeningPage>("operators-opening-new", all);
    add::<operators::openings::view::ExtendPage>("operators-opening-extend", all);
    add::<operators::openings::view::OpeningRequestsPage>("operators-opening-requests", all);
    add::<operators::openings::view::OpeningRequestPage>("operators-opening-request", all);
    add::<operators::history::view::OperatorHistoryPage>("operators-history", all);
}

fn add<P: layout::sample::Sample>(page: &str, all: &mut Vec<(String, String)>) {
    for (variant, view) in P::samples() {
        all.push((
            format!("{page}--{variant}"),
            view.render().unwrap_or_default(),
        ));
    }
}

/// How long a lock lasts, as a page shows it.
fn lock(until: Moment, now: Moment) -> Lock {
    Lock {
        until: until.jst_time_words(),
        remaining_seconds: until.seconds_until_from(now).max(0),
    }
}

/// What keeps a copy of a system account's password.
fn program(kind: onshi_core::AccountKind) -> Option<String> {
    use onshi_core::AccountKind as Kind;
    let words = match kind {
        Kind::Link => "連携アプリケーション",
        Kind::WebApi => "レセプトコンピュータ・電子カルテ",
        Kind::Face => "顔認証付きカードリーダー",
        _ => return None,
    };
    Some(words.to_owned())
}
