//! The access matrix: every route, as everybody, on what is one's own and what is not.
//!
//! The rows come from the route tables themselves, so no route can be left out. What came of each cell is
//! held against the permission table by rule; what the rule leaves open, against a committed table.

mod cell;
mod fixtures;
mod once;
mod opened;

use std::collections::BTreeSet;

use expect_test::expect_file;
use onshi_core::{Function, Role};
use onshi_scenarios::client::Client;
use onshi_server::routes::{Access, OPERATORS, PORTAL, Route, fhir, programs, screens};

use super::test_centre::{TestCentre, TestClock, identity};
pub use fixtures::work_off;

use cell::{ACTIONS, Scope, beside_the_rule};
use fixtures::Fixture;

/// How many functions of institutions no route reaches: only ever fewer. The operator's are his commands'.
const NOT_YET_MAX: usize = 1;

/// What the committed table begins with.
const BESIDE_THE_RULE: &str = "\
# What is answered to whom the permission table lets in; who of them is answered otherwise, behind `but`. Every
# other cell is held against the rule: open routes answer 200, nobody and strangers are led to the log-in,
# whoever may not is refused (403), and what is another's is not there (404). `d` and `r` are lines of the
# log: done, refused.
";

/// The route's paths with every deed in its place; ids stay open.
fn paths(route: &Route) -> Vec<(String, &'static str)> {
    if !route.path.contains("{action}") {
        let file = match route.path {
            path if path.starts_with("/web/bulk/") => "results.csv",
            path if path.ends_with("s/bulk/{file}") => "template.csv",
            path if path.starts_with("/manual/books/") => "disaster.pdf",
            path if path.starts_with("/manual/pictures/") => "login--first.webp",
            path if path.starts_with("/downloads/") => "accounts.csv",
            _ => "onshi.css",
        };
        let path = route.path.replace("{file}", file);
        let path = path.replace("/manual/{page}", "/manual/log-in");
        return vec![(path, "")];
    }
    ACTIONS
        .iter()
        .map(|action| (route.path.replace("{action}", action), *action))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_as_everybody() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut fixture = Fixture::gather(&centre).await;
    let mut table = BESIDE_THE_RULE.to_owned();
    let (mut rows, mut cells) = (BTreeSet::new(), 0);
    for route in screens() {
        rows.insert((route.method, route.path));
        for (path, action) in paths(route) {
            for scope in Scope::of(route) {
                let mut row = Vec::new();
                for number in 0..fixture.callers.len() {
                    let (came, by_rule) = fixture.call(route, &path, action, *scope, number).await;
                    cells += 1;
                    if !by_rule {
                        row.push((fixture.callers[number].name, came));
                    }
                }
                if !row.is_empty() {
                    let label = format!("{:<5}{path}", route.method);
                    let told = beside_the_rule(&row);
                    table.push_str(&format!("{label:<49}{:<9}{told}\n", scope.word()));
                }
            }
        }
    }
    assert_eq!(rows.len(), screens().count(), "no route is there twice");
    assert!(cells > 1000, "{cells}");
    portal(&centre, &fixture).await;
    expect_file!["../../../golden/access_matrix.txt"].assert_eq(&table);

    nothing_of_the_neighbour_is_told(&mut fixture).await;
    let key = centre.secrets.seal_key().unwrap();
    let report = centre.operate(&fixture.ours.code, Function::VerifyAuditLog, move |tx| {
        let known = Vec::new();
        onshi_core::history::verify_all(tx, &key, &known)
    });
    assert_eq!(report.problems, Vec::<String>::new());
}

/// The portal asks nobody: neither certificate nor cookie changes an answer.
async fn portal(centre: &TestCentre, fixture: &Fixture<'_>) {
    let trusted = centre.authority.certificate_pem();
    let address = centre.running.portal.unwrap();
    let terminal = identity(&fixture.ours.terminal);
    let mut visitors = Vec::new();
    for caller in &fixture.callers {
        let mut visitor = Client::new(address, trusted, Some(&terminal)).unwrap();
        for value in caller.client.cookies.values() {
            let name = format!("__Host-onshi-{}", address.port());
            visitor.cookies.insert(name, value.clone());
        }
        visitor.cookies.extend(caller.client.cookies.clone());
        visitors.push(visitor);
    }
    for route in PORTAL {
        let expected = match route.access {
            Access::Open(_) => [200, 200],
            // Nobody's address; `api/cards/home.rs` has what is at an institution's.
            Access::Home(_) => [404, 404],
            // Anybody may look; what is sent says nothing here, or has no token of a page of this browser.
            Access::Applicant(_) => match (route.method, route.path) {
                ("POST", _) => [422, 409],
                (_, "/application/notice.pdf") => [404, 404],
                (_, "/application/taken" | "/application/state" | "/application/notice") => {
                    [303, 303]
                }
                _ => [200, 200],
            },
            // No browser here is a phone of staff, and no code of one is known; `api/cards/visit.rs` has those.
            Access::Phone(_) | Access::PhoneSession(_) | Access::PhoneActivation(_) => [403, 403],
            _ => panic!("{}", route.path),
        };
        for (path, _) in paths(route) {
            for visitor in &mut visitors {
                let answer = match route.method {
                    "GET" => visitor.get(&path).await,
                    _ => visitor.post(&path, &[]).await,
                };
                let status = answer.unwrap().status;
                assert!(expected.contains(&status), "{path} {status}");
            }
        }
    }
    for path in [
        "/web/login",
        "/web/menu",
        "/web/accounts",
        "/terminal/standing",
    ] {
        for visitor in &mut visitors {
            assert_eq!(visitor.get(path).await.unwrap().status, 404, "{path}");
        }
    }
}

/// Asking for the neighbour's accounts leaves lines in the own log; they name nobody there.
async fn nothing_of_the_neighbour_is_told(fixture: &mut Fixture<'_>) {
    let admin = fixture
        .callers
        .iter_mut()
        .find(|caller| caller.name == "admin");
    let admin = &mut admin.unwrap().client;
    let csv = admin.get("/web/history.csv").await.unwrap().text();
    assert!(csv.contains("Kanri01"));
    assert!(!csv.contains("Tonari"), "{csv}");
}

#[test]
fn every_function_is_reached_by_a_route_or_known_not_to_be() {
    let functions = |access: Access| match access {
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
    };
    let screens = screens().chain(PORTAL).map(|route| route.access);
    let messages = programs().chain(fhir()).map(|route| route.access);
    let mut reached: BTreeSet<Function> = screens.chain(messages).filter_map(functions).collect();
    // A message says itself that it is for emergency care; `emergency_care.rs` sends it.
    reached.insert(Function::FetchInEmergencyCare);
    // The operator's have no routes but commands: `processes/faults/commands.rs` runs this table.
    let by_command = include_str!("../../../golden/functions_by_command.txt");
    let by_command = by_command.lines().filter_map(|line| line.split(' ').next());
    let by_command: BTreeSet<&str> = by_command.collect();
    for function in Function::ALL
        .iter()
        .filter(|f| by_command.contains(f.code()))
    {
        assert!(reached.insert(*function), "{} has a route", function.code());
    }
    // What an operator does by a command may be at the operators' screens too.
    reached.extend(OPERATORS.iter().filter_map(|route| functions(route.access)));
    let mut list = String::new();
    let mut missing = 0;
    // What the centre does on its own has no route, and must have none.
    let on_its_own = |f: &Function| f.is_for(Role::System);
    assert!(!reached.iter().any(on_its_own));
    let others = Function::ALL.iter().filter(|f| !on_its_own(f));
    for function in others.filter(|f| !reached.contains(f)) {
        let ours = Role::ALL
            .into_iter()
            .any(|role| role.is_of_a_facility() && function.is_for(role));
        let whose = if ours { "institutions" } else { "operator" };
        list.push_str(&format!("{:<32}{whose}\n", function.code()));
        missing += usize::from(ours);
    }
    assert!(
        missing <= NOT_YET_MAX,
        "this list may only shrink: {missing}"
    );
    expect_file!["../../../golden/functions_not_reached.txt"].assert_eq(&list);
}

#[test]
fn the_routes_that_ask_nobody_are_known() {
    let mut list = String::new();
    let named = |name, routes: Vec<&'static Route>| routes.into_iter().map(move |it| (name, it));
    let routes = named("centre", screens().collect())
        .chain(named("portal", PORTAL.iter().collect()))
        .chain(named("api   ", programs().collect()));
    for (name, route) in routes {
        if let Access::Open(why) = route.access {
            let line = format!("{name} {:<5}{:<20} {why}\n", route.method, route.path);
            list.push_str(&line);
        }
    }
    expect_file!["../../../golden/open_routes.txt"].assert_eq(&list);
}
