//! The order of a request's steps, as docs/architecture.md shows it, held against requests that are traced.

use onshi_core::AccountKind;
use serde_json::{Value, json};

use super::logs;
use super::test_centre::{TestCentre, TestClock, log_in};
use crate::api::program::Program;
use onshi_wire::messages::EligibilityRequest;
use onshi_wire::print_json;

/// The steps that the page shows in the block that begins with this request.
fn shown(request: &str) -> Vec<String> {
    let page = include_str!("../../../../../docs/architecture.md");
    let block = page
        .split("```")
        .find(|block| block.trim_start().starts_with(request));
    let block = block.unwrap_or_else(|| panic!("the page shows no {request}"));
    let in_brackets = |part: &str| part.split_once(']').map(|(word, _)| word.to_owned());
    let is_a_step = |line: &&str| line.trim_start_matches(['│', ' ']).starts_with('[');
    let lines = block.lines().filter(is_a_step);
    lines
        .flat_map(|line| line.split('[').skip(1).filter_map(in_brackets))
        .collect()
}

/// The steps of the last request on this route that was answered with this status.
fn traced(logged: &str, (method, route, status): (&str, &str, u16)) -> Vec<String> {
    let lines: Vec<Value> = logged
        .lines()
        .filter(|line| line.contains("onshi"))
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let measured = lines
        .iter()
        .rev()
        .map(|line| &line["fields"])
        .find(|fields| {
            fields["route"] == route && fields["method"] == method && fields["status"] == status
        });
    let measured = measured.unwrap_or_else(|| panic!("no {method} {route} was measured"));
    let of_it = |line: &&Value| {
        line["target"] == "onshi::steps" && line["fields"]["request"] == measured["request"]
    };
    let steps = lines.iter().filter(of_it);
    steps
        .map(|line| line["fields"]["step"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_take_the_steps_that_the_page_shows() {
    static CLOCK: TestClock = TestClock::new();
    let logs = logs::all();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();

    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    admin.get("/web/accounts/new").await.unwrap();
    let fields = [
        ("kind", "general"),
        ("user_id", "Kitchen01"),
        ("name", "調剤　花子"),
    ];
    let sent = admin.post("/web/accounts", &fields).await.unwrap();
    let page = ("POST", "/web/accounts", sent.status);

    let mut program = Program::log_in(&centre, &ours).await;
    let search = "/oqs-api-pro/MSA01030/ILI01030SV01/search";
    let body = print_json(&EligibilityRequest::default());
    let token = program.token.clone();
    let kind = "application/json";
    let answer = program.client.message(search, Some(&token), kind, body);
    let message = ("POST", search, answer.await.unwrap().status);

    let number = "06139018";
    let insurer = centre.insurer("架空健康保険組合", &[number]);
    let path = format!("/onshi/v1/insurers/{number}/records");
    let mut reporter = centre.client(&insurer);
    let answer = reporter.json(&path, None, &json!({})).await.unwrap();
    let template = "/onshi/v1/insurers/{insurer_number}/records";
    let report = ("POST", template, answer.status);
    centre.running.stop().await;

    let logged = logs.text();
    for (shown_as, request) in [
        ("POST /web/accounts", page),
        ("POST /oqs-api-pro/", message),
        ("POST /onshi/v1/insurers/", report),
    ] {
        let shown = shown(shown_as);
        assert!(shown.len() >= 7, "{shown_as}: {shown:?}");
        assert_eq!(traced(&logged, request), shown, "{shown_as}");
    }
}

#[test]
fn a_step_that_is_out_of_order_is_seen() {
    let line = |fields: Value, target: &str| json!({"fields": fields, "target": target});
    let step = |request, step| line(json!({"request": request, "step": step}), "onshi::steps");
    let done = |request| {
        let measured = json!({"request": request, "route": "/a", "method": "GET", "status": 200});
        line(measured, "onshi_server::http::pipeline")
    };
    let lines = [
        step("1", "caller"),
        step("2", "origin"),
        step("1", "origin"),
        done("2"),
        done("1"),
        step("3", "caller"),
    ];
    let logged = lines.map(|line| format!("{line}\n")).concat();
    assert_eq!(traced(&logged, ("GET", "/a", 200)), ["caller", "origin"]);
    assert_eq!(shown("POST /web/accounts").first().unwrap(), "number");
}
