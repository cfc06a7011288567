//! Every route, one line each, in a file for its subject: method, path, who may use it, what goes over it, what answers.
//!
//! A route can't be registered without an [`Access`]. The few that ask nobody say why, and
//! the access matrix in the tests compares all of them with a committed table.

mod accounts;
mod entry;
mod fallback;
mod fhir;
mod institution;
mod line;
mod manual;
mod medical;
mod messages;
mod operators;
mod own_account;
mod portal;
mod programs;
mod reception;
pub mod sites;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use crate::http::access::{Access, FhirSends, Kind};
pub use crate::http::route::Route;

/// The subjects, in the order in which the menu shows their entries.
const SUBJECTS: &[&[Route]] = &[
    entry::ROUTES,
    reception::ROUTES,
    medical::ROUTES,
    accounts::ROUTES,
    own_account::ROUTES,
    institution::ROUTES,
    messages::ROUTES,
    programs::ROUTES,
    fhir::ROUTES,
    manual::ROUTES,
];

/// The subjects of the public portal.
const PORTAL_SUBJECTS: &[&[Route]] = &[portal::ROUTES, manual::ROUTES];

/// Every route of the centre: the screens, and the Web API.
pub const CENTRE: &[Route] = &joined::<{ count(SUBJECTS) }>(SUBJECTS);

/// Every route of the public portal.
pub const PORTAL: &[Route] = &joined::<{ count(PORTAL_SUBJECTS) }>(PORTAL_SUBJECTS);

/// The subjects of the operators' site.
const OPERATORS_SUBJECTS: &[&[Route]] = &[
    entry::ROUTES,
    operators::ROUTES,
    own_account::ROUTES,
    manual::ROUTES,
];

/// Every route of the operators' site (実施機関), where only their terminals come in.
pub const OPERATORS: &[Route] =
    &of_operators(joined::<{ count(OPERATORS_SUBJECTS) }>(OPERATORS_SUBJECTS));

const fn of_operators<const N: usize>(mut all: [Route; N]) -> [Route; N] {
    let mut route = 0;
    while route < N {
        all[route].is_of_operators = true;
        route += 1;
    }
    all
}

const fn count(subjects: &[&[Route]]) -> usize {
    let (mut routes, mut subject) = (0, 0);
    while subject < subjects.len() {
        routes += subjects[subject].len();
        subject += 1;
    }
    routes
}

/// The routes of all subjects in one list. `N` is how many they are.
const fn joined<const N: usize>(subjects: &[&[Route]]) -> [Route; N] {
    let mut all = [subjects[0][0]; N];
    let (mut next, mut subject) = (0, 0);
    while subject < subjects.len() {
        let mut route = 0;
        while route < subjects[subject].len() {
            all[next] = subjects[subject][route];
            next += 1;
            route += 1;
        }
        subject += 1;
    }
    all
}

/// Every route of the address for programs without a certificate: the messages, and nothing else.
pub static MESSAGES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let alone = |route: &Route| match (route.access, route.kind) {
        (Access::Token(function), Kind::Message(_)) => Some(Route {
            access: Access::TokenAlone(function),
            ..*route
        }),
        _ => None,
    };
    CENTRE.iter().filter_map(alone).collect()
});

/// The centre's routes for people: pages and files.
pub fn screens() -> impl Iterator<Item = &'static Route> {
    CENTRE.iter().filter(|route| route.kind.is_for_people())
}

/// The centre's routes for programs: the Web API.
pub fn programs() -> impl Iterator<Item = &'static Route> {
    CENTRE.iter().filter(|route| route.kind.is_of_the_web_api())
}

/// The same in FHIR. What is searched for by a card is sent in a body, never in an address.
pub fn fhir() -> impl Iterator<Item = &'static Route> {
    CENTRE
        .iter()
        .filter(|route| matches!(route.kind, Kind::Fhir(_)))
}
