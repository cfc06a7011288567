//! One cell of the matrix: on whose account, with which form, and what must come of it.

use onshi_core::{Function, Role};
use onshi_scenarios::client::Answer;
use onshi_server::routes::{Access, Route};

/// What can be done to an account, in an order in which nothing spoils what comes after it.
pub const ACTIONS: &[&str] = &[
    "unlock",
    "activate",
    "reset",
    "reset-factor",
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
        } else if ["{number}", "{check}", "{use}", "{review}", "{passkey}"]
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

const DENIED: &str = "403 r";

/// What must come of a cell by the permission table and the design alone; none where somebody is let in, since
/// what is told then is the route's own.
pub fn by_rule(route: &Route, scope: Scope, role: Option<Role>) -> Option<&'static str> {
    let function = match route.access {
        Access::Open(_) => return Some("200"),
        Access::Terminal(_) => return None,
        Access::Session(function) => function,
        Access::Token(_)
        | Access::TokenAlone(_)
        | Access::Insurer(_)
        | Access::Home(_)
        | Access::Applicant(_)
        | Access::Enrolment(_)
        | Access::Phone(_)
        | Access::PhoneSession(_)
        | Access::PhoneActivation(_) => {
            panic!("{}: a screen for programs, or of the portal", route.path)
        }
    };
    let (Some(role), true) = (role, scope != Scope::Stranger) else {
        return Some("303>login");
    };
    // A program does its business by messages: on the web it only changes its password.
    let own = matches!(function, Function::ChangeOwnPassword | Function::LogOut);
    let program = matches!(role, Role::Link | Role::WebApi | Role::Face) && !own;
    if program || !function.is_for(role) {
        Some(DENIED)
    } else if matches!(scope, Scope::Group | Scope::Other) {
        Some("404 r")
    } else {
        None
    }
}

/// What a row says beside the rule: what those get who are let in, and who of them gets something else.
pub fn beside_the_rule(row: &[(&str, String)]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for (_, came) in row {
        match counted.iter_mut().find(|(known, _)| known == came) {
            Some((_, times)) => *times += 1,
            None => counted.push((came, 1)),
        }
    }
    // Of as many of two the first one.
    let most = counted.iter().map(|(_, times)| *times).max();
    let usual = counted.iter().find(|(_, times)| Some(*times) == most);
    let Some((usual, _)) = usual else {
        return String::new();
    };
    let others = row.iter().filter(|(_, came)| came != usual);
    let others: Vec<String> = others
        .map(|(name, came)| format!("{name} {came}"))
        .collect();
    match others.is_empty() {
        true => (*usual).to_owned(),
        false => format!("{usual:<16} but {}", others.join(", ")),
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
        if let Some(rule) = by_rule(route, scope, role) {
            assert_eq!(self.shown(), rule, "{told}");
            if rule == DENIED {
                assert!(self.answer.text().contains("permission.denied"), "{told}");
            }
        } else if let Access::Session(function) = route.access {
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
                || route.path.contains("s/bulk")
                || route.path.ends_with("/changed")
                || route.path.ends_with("/totp/remove")
                || route.path.ends_with("/codes")
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
