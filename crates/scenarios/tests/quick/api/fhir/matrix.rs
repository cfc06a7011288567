//! The access matrix of FHIR: every route, as everybody who may knock there.

use super::{centre, consents};
use crate::api::medical::person;
use crate::api::program::Program;
use crate::centre::test_centre::{Institution, TestCentre, TestClock, log_in};
use expect_test::expect_file;
use http::{Request as HttpRequest, header};
use onshi_core::AccountKind;
use onshi_core::permission::Scope;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::routes::{Access, fhir};

async fn knock(client: &mut Client, route: (&str, &str), id: &str, token: Option<&str>) -> Answer {
    let (method, path) = route;
    let path = path.replace("{id}", id);
    let mut request = HttpRequest::builder().method(method);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, token);
    }
    let (kind, body) = match path.ends_with("/_search") {
        true => ("application/x-www-form-urlencoded", format!("patient={id}")),
        false => (
            "application/fhir+json",
            format!(
                "{{\"resourceType\":\"CoverageEligibilityRequest\",\"patient\":{{\"reference\":\"Patient/{id}\"}}}}"
            ),
        ),
    };
    let searches = method == "GET" && path.matches('/').count() == 3 && !path.ends_with("metadata");
    let path = match searches {
        true => format!("{path}?patient={id}").replace("Patient?patient", "Patient?_id"),
        false => path,
    };
    if method == "POST" {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    let body = if method == "POST" {
        body
    } else {
        String::new()
    };
    let body = match path.contains("/Patient/_search") {
        true => body.replace("patient=", "_id="),
        false => body,
    };
    client
        .send(request.uri(path).body(body.into_bytes().into()).unwrap())
        .await
        .unwrap()
}

/// Status and code, as the table has them.
fn told(who: &str, answer: &Answer) -> String {
    let outcome = answer.json();
    if answer.status >= 400 {
        assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome}");
    }
    let code = &outcome["issue"][0]["details"]["coding"][0]["code"];
    let code = code.as_str().unwrap_or("");
    let told = format!("{who}: {} {code}", answer.status);
    told.trim_end().to_owned()
}

/// Somebody who knocks: who it is, the connection, and the token that is shown.
type Caller = (&'static str, Client, Option<String>);

async fn callers(
    centre: &TestCentre,
    (ours, theirs): (&Institution, &Institution),
    webapi: Program,
) -> Vec<Caller> {
    let link = Program::log_in_as(centre, ours, AccountKind::Link).await;
    let face = Program::log_in_as(centre, ours, AccountKind::Face).await;
    let neighbour = Program::log_in(centre, theirs).await;
    let mut person = centre.client(&ours.terminal);
    log_in(&mut person, ours.login(AccountKind::General)).await;
    let cookie = person.cookies.values().next().cloned();
    let insurer = centre.insurer("架空健康保険組合", &["06139018"]);
    let token = Some(webapi.token.clone());
    vec![
        ("nobody", centre.client_as(None), token.clone()),
        ("no token", centre.client(&ours.terminal), None),
        ("a person", person, cookie),
        ("an insurer", centre.client(&insurer), token.clone()),
        ("a stranger", centre.client(&theirs.terminal), token.clone()),
        ("face", face.client, Some(face.token)),
        ("link", link.client, Some(link.token)),
        ("webapi", webapi.client, token),
        ("neighbour", neighbour.client, Some(neighbour.token)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_as_everybody() {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre(|| CLOCK.read()).await;
    let theirs = centre.theirs();
    let of = (person(&patients[0]), &Scope::ALL[..]);
    consents(&centre, &ours, of, (CLOCK.read(), 3600));
    let mut webapi = Program::log_in(&centre, &ours).await;
    // An id of another kind opens nothing; what is read by its own is in other tests.
    let id = webapi.patient(&patients[0]).await;
    let token = webapi.token.clone();
    let mut callers = callers(&centre, (&ours, &theirs), webapi).await;
    let mut table = String::new();
    for route in fhir() {
        let of = (route.method, route.path);
        let mut row = Vec::new();
        for (who, client, token) in &mut callers {
            let answer = knock(client, of, &id, token.as_deref()).await;
            let open = matches!(route.access, Access::Open(_));
            assert!(
                answer.status < 500,
                "{} {who}: {}",
                route.path,
                answer.text()
            );
            if !matches!(*who, "webapi" | "link" | "face") && !open {
                assert!(answer.status >= 400, "{} {who}", route.path);
            }
            row.push(told(who, &answer));
        }
        table.push_str(&format!(
            "{} {}\n    {}\n",
            route.method,
            route.path,
            row.join("; ")
        ));
    }
    expect_file!["../../../../golden/fhir_access_matrix.txt"].assert_eq(&table);
    // At the address for programs without a certificate there is none of it.
    let mut alone = centre.client_alone(None);
    let read = ("GET", "/fhir/r4/Patient/{id}");
    let answer = knock(&mut alone, read, &id, Some(&token)).await;
    assert_eq!(answer.status, 404);
    centre.closed().await;
}
