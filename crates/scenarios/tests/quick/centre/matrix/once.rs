//! Every form of the screens: taken once, and only from a page of the own session.

use onshi_core::{Function, Role};
use onshi_server::routes::{Access, Route, screens};

use super::super::test_centre::{TestCentre, TestClock};
use super::cell::ACTIONS;
use super::fixtures::{Fixture, work_off};

/// A form of another session, of none, and of nobody's.
const NOT_OURS: [&str; 4] = [
    "",
    "AAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "../../web/menu",
];

fn may(function: Function) -> impl Fn(Option<Role>) -> bool {
    let own = matches!(function, Function::ChangeOwnPassword | Function::LogOut);
    move |role| {
        role.is_some_and(|role| {
            let program = matches!(role, Role::Link | Role::WebApi | Role::Face);
            function.is_for(role) && (own || !program)
        })
    }
}

fn actions(route: &Route) -> Vec<&'static str> {
    match route.path.contains("{action}") {
        true => ACTIONS.to_vec(),
        false => vec![""],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_of_the_screens_is_taken_once() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let mut fixture = Fixture::gather(&centre).await;
    let mut sent = 0;
    for route in screens().filter(|route| route.method == "POST") {
        let Access::Session(function) = route.access else {
            let before_a_log_in = ["/web/login", "/web/activation"];
            let known = before_a_log_in.iter().any(|it| route.path.starts_with(it));
            assert!(known, "{}", route.path);
            continue;
        };
        for action in actions(route) {
            let (client, path, mut fields) = fixture.sender(route, action, may(function)).await;
            let told = format!("{path} of {}", route.path);
            let token = client.form_token(&path).unwrap();
            let other = client.another();
            for foreign in NOT_OURS {
                fields.push(("form_token", foreign.to_owned()));
                let answer = client.post(&path, &pairs(&fields)).await.unwrap();
                assert_eq!(answer.status, 409, "{told} with {foreign}");
                assert!(answer.text().contains("form.unknown"), "{told}");
                fields.pop();
            }
            fields.push(("form_token", token));
            let cookies = client.cookies.clone();
            let first = client.post(&path, &pairs(&fields)).await.unwrap();
            assert!(
                [200, 303].contains(&first.status),
                "{told}: {}",
                first.text()
            );
            work_off(&centre);
            let before = fixture.entries();
            // The same form again, as a second press sends it: with the cookie of its page.
            let mut again = other;
            again.cookies = cookies;
            let second = again.post(&path, &pairs(&fields)).await.unwrap();
            work_off(&centre);
            assert_eq!(second.status, 303, "{told}: {}", second.text());
            assert_eq!(
                fixture.entries(),
                before,
                "{told} left something a second time"
            );
            let ended = ["/web/password", "/web/logout"].contains(&route.path);
            if !ended && first.status == 303 {
                assert_eq!(second.location(), first.location(), "{told}");
            }
            sent += 1;
        }
    }
    assert!(sent > 20, "{sent}");
}

fn pairs<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(k, v)| (*k, v.as_str())).collect()
}
