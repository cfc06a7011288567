//! One cell of the matrix: on whose account, with which form, and what must come of it.

use onshi_core::{Function, Role};
use onshi_scenarios::client::Answer;
use onshi_server::routes::{Access, Route};

/// What can be done to an account, in an order in which nothing spoils what comes after it.
pub const ACTIONS: &[&str] = &[
    "unlock",
    "reset",
    "end-sessions",
    "stop",
    "resume",
    "retire",
];

/// On what, and through whose certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The own institution.
    Own,
    /// The own institution, an account of the group that somebody else manages.
    Group,
    /// Another institution's account.
    Other,
    /// The own session's cookie through another institution's certificate.
    Stranger,
}

impl Scope {
    pub fn of(route: &Route) -> &'static [Scope] {
        if route.path.contains("{id}") {
            &[Scope::Own, Scope::Group, Scope::Other, Scope::Stranger]
        } else if ["{number}", "{check}", "{use}"]
            .iter()
            .any(|one| route.path.contains(one))
        {
            &[Scope::Own, Scope::Other, Scope::Stranger]
        } else {
            &[Scope::Own, Scope::Stranger]
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Scope::Own => "own",
            Scope::Group => "group",
            Scope::Other => "other",
            Scope::Stranger => "stranger",
        }
    }
}

/// What came of a cell.
pub struct Observed {
    pub answer: Answer,
    /// Audit entries of what was done, and of what was refused.
    pub done: usize,
    pub refused: usize,
}

impl Observed {
    /// Status, where it leads, and a letter for each audit entry.
    pub fn shown(&self) -> String {
        let status = self.answer.status;
        let to = match self.answer.location() {
            "" => String::new(),
            to if to.contains("?result=") => ">result".to_owned(),
            to if to.starts_with("/web/bulk/") => ">bulk/…".to_owned(),
            to if to.starts_with("/web/login?next=") => ">login".to_owned(),
            to => format!(">{}", to.trim_start_matches("/web/")),
        };
        let trace = "d".repeat(self.done) + &"r".repeat(self.refused);
        format!("{status}{to} {trace}").trim_end().to_owned()
    }

    /// What the permission table and the design say must be true, whatever the golden table says.
    pub fn must_fit(&self, route: &Route, scope: Scope, role: Option<Role>, told: &str) {
        let status = self.answer.status;
        assert!(status < 500, "{told}");
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "cache-control",
        ] {
            assert_ne!(self.answer.header(name), "", "{told}: no {name}");
        }
        let function = match route.access {
            Access::Open(_) => {
                assert_eq!((status, self.done, self.refused), (200, 0, 0), "{told}");
                return;
            }
            Access::Terminal(_) => return,
            Access::Session(function) => function,
            Access::Token(_) | Access::TokenAlone(_) => {
                panic!("{told}: a screen that asks for a token")
            }
            Access::Insurer(_) => panic!("{told}: a screen for insurers"),
        };
        let (Some(role), true) = (role, scope != Scope::Stranger) else {
            let to = self.answer.location();
            let seen = (status, to.split('?').next().unwrap_or(to));
            assert_eq!(seen, (303, "/web/login"), "{told}");
            assert_eq!((self.done, self.refused), (0, 0), "{told}");
            return;
        };
        // A program does its business by messages: on the web it only changes its password.
        let own = matches!(function, Function::ChangeOwnPassword | Function::LogOut);
        let program = matches!(role, Role::Link | Role::WebApi | Role::Face) && !own;
        if program || !function.is_for(role) {
            assert_eq!((status, self.done, self.refused), (403, 0, 1), "{told}");
            assert!(self.answer.text().contains("permission.denied"), "{told}");
        } else if matches!(scope, Scope::Group | Scope::Other) {
            assert_eq!((status, self.done, self.refused), (404, 0, 1), "{told}");
        } else {
            self.must_be_done(route, function, told);
        }
    }

    fn must_be_done(&self, route: &Route, function: Function, told: &str) {
        let (status, to) = (self.answer.status, self.answer.location());
        assert!(status == 200 || status == 303, "{told}: {status}");
        assert!(
            !to.starts_with("/web/login") && to != "/web/password" || to.contains("?result="),
            "{told}: {to}"
        );
        assert_eq!(self.refused, 0, "{told}");
        let form_alone = route.method == "GET"
            && (route.path.ends_with("/new")
                || matches!(
                    function,
                    Function::OpenMenu
                        | Function::ChangeOwnPassword
                        | Function::ResetMasterPassword
                        | Function::CheckEligibility
                        | Function::RegisterReferenceNumber
                ));
        assert_eq!(self.done, usize::from(!form_alone), "{told}");
    }
}
