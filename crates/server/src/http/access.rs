//! Who may use a route, and what goes over it.

use onshi_core::Function;
use onshi_wire::MessageKind;

/// Who may use a route at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody is asked, for this reason.
    Open(&'static str),
    /// A terminal with a good certificate; the function is what a visitor does there.
    Terminal(Function),
    /// Somebody who is logged in and may do this.
    Session(Function),
    /// A program that shows a token and may do this.
    Token(Function),
    /// The same at the address for programs without a certificate, where the token is all that is
    /// shown.
    TokenAlone(Function),
    /// An insurer's program, by a certificate of its own kind, for the insurer of the path.
    Insurer(Function),
    /// Whoever opened an institution's address of マイナ在宅受付Web, for the institution of the path.
    Home(Function),
    /// Anybody at the portal, for an application of theirs (利用申請).
    Applicant(Function),
    /// Whoever shows a code for a certificate, and has none yet (取得コード).
    Enrolment(Function),
    /// A phone of staff that was activated; the function is what a visitor does there (マイナ資格確認アプリ).
    Phone(Function),
    /// Somebody who is logged in on such a phone and may do this.
    PhoneSession(Function),
    /// A browser that sends an アクティベーションコード, and is no phone of staff yet.
    PhoneActivation(Function),
}

impl Access {
    /// What the permission table is asked for.
    pub const fn function(self) -> Option<Function> {
        match self {
            Access::Open(_) => None,
            Access::Terminal(function)
            | Access::Session(function)
            | Access::Token(function)
            | Access::TokenAlone(function)
            | Access::Insurer(function)
            | Access::Home(function)
            | Access::Applicant(function)
            | Access::Enrolment(function)
            | Access::Phone(function)
            | Access::PhoneSession(function)
            | Access::PhoneActivation(function) => Some(function),
        }
    }
}

impl Access {
    /// Whether nobody is known there but the browser, by a cookie that opens nothing.
    pub(super) const fn is_of_a_browser(self) -> bool {
        matches!(self, Access::Home(_) | Access::Applicant(_))
    }
}

/// What goes over a route, and with it how it is read and how an error is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page (画面), or a form of at most so many bytes. Errors are pages.
    Page {
        /// The most bytes of its form from somebody who is logged in.
        form_bytes_max: usize,
    },
    /// A file that a page needs or that is saved (CSV, PDF, Excel). Errors are pages.
    File,
    /// A message of the interface (電文), as JSON or XML. Errors are the message's own, or problems.
    Message(MessageKind),
    /// JSON of ours. Errors are problems.
    Json,
    /// A report that comes in pieces and is never held as a whole. Errors are problems.
    Upload,
    /// What a program reads, and sends nothing for. Errors are problems.
    Document,
    /// Resources of FHIR R4. Errors are an `OperationOutcome`.
    Fhir(FhirSends),
}

/// What is sent for a resource of FHIR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FhirSends {
    /// Nothing: it is asked by `GET`.
    Nothing,
    /// The parameters of a search, as a form.
    Search,
    /// A resource.
    Resource,
}

impl Kind {
    /// Whether a person at a browser uses it, who reads pages; else a program, which reads problems.
    pub const fn is_for_people(self) -> bool {
        matches!(self, Kind::Page { .. } | Kind::File)
    }

    /// Whether it is of the Web API, which describes itself by OpenAPI; FHIR does by FHIR.
    pub const fn is_of_the_web_api(self) -> bool {
        !self.is_for_people() && !matches!(self, Kind::Fhir(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_files_are_for_people_and_all_else_is_for_programs() {
        let page = Kind::Page { form_bytes_max: 1 };
        assert!([page, Kind::File].into_iter().all(Kind::is_for_people));
        let message = Kind::Message(MessageKind::EligibilityRequest);
        let fhir = Kind::Fhir(FhirSends::Nothing);
        let programs = [message, Kind::Json, Kind::Upload, Kind::Document, fhir];
        assert!(!programs.into_iter().any(Kind::is_for_people));
    }
}
