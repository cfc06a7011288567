//! The access matrix of FHIR: every route, as everybody who may knock there.

use super::{centre, consents};
use crate::api::medical::person;
use crate::api::program::Program;
use crate::centre::test_centre::{TestClock, log_in};
use expect_test::expect_file;
use http::{Request as HttpRequest, header};
use onshi_core::AccountKind;
use onshi_core::permission::Scope;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::api::fhir::ROUTES;
use onshi_server::routes::Access;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_as_everybody() {
    static CLOCK: TestClock = TestClock::new();
    let (centre, ours, patients) = centre(|| CLOCK.read()).await;
    let theirs = centre.theirs();
    consents(
        &centre,
        &ours,
        (person(&patients[0]), &Scope::ALL),
        (CLOCK.read(), 3600),
    );
    let mut webapi = Program::log_in(&centre, &ours).await;
    let mut link = Program::log_in_as(&centre, &ours, AccountKind::Link).await;
    let mut face = Program::log_in_as(&centre, &ours, AccountKind::Face).await;
    let mut neighbour = Program::log_in(&centre, &theirs).await;
    let mut person = centre.client(&ours.terminal);
    log_in(&mut person, ours.login(AccountKind::General)).await;
    let cookie = person.cookies.values().next().cloned().unwrap();
    let insurer = centre.insurer("架空健康保険組合", &["06139018"]);
    let id = webapi.patient(&patients[0]).await;
    let token = format!("Bearer {}", webapi.token);
    let mut table = String::new();
    for route in ROUTES {
        let of = (route.method, route.path);
        let at = (route.path, &*id);
        // An id of another kind opens nothing; what is read by its own is in other tests.
        let mut row = Vec::new();
        for (who, answer) in [
            (
                "nobody",
                knock(&mut centre.client_as(None), of, at.1, Some(&token)).await,
            ),
            (
                "no token",
                knock(&mut centre.client(&ours.terminal), of, at.1, None).await,
            ),
            (
                "a person",
                knock(&mut person, of, at.1, Some(&cookie)).await,
            ),
            (
                "an insurer",
                knock(&mut centre.client(&insurer), of, at.1, Some(&token)).await,
            ),
            (
                "a stranger",
                knock(&mut centre.client(&theirs.terminal), of, at.1, Some(&token)).await,
            ),
            (
                "face",
                knock(&mut face.client, of, at.1, Some(&face.token)).await,
            ),
            (
                "link",
                knock(&mut link.client, of, at.1, Some(&link.token)).await,
            ),
            (
                "webapi",
                knock(&mut webapi.client, of, at.1, Some(&token)).await,
            ),
            (
                "neighbour",
                knock(&mut neighbour.client, of, at.1, Some(&neighbour.token)).await,
            ),
        ] {
            assert!(
                answer.status < 500,
                "{} {who}: {}",
                route.path,
                answer.text()
            );
            let open = matches!(route.access, Access::Open(_));
            if !matches!(who, "webapi" | "link" | "face") && !open {
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
    let answer = knock(
        &mut alone,
        ("GET", "/fhir/r4/Patient/{id}"),
        &id,
        Some(&token),
    )
    .await;
    assert_eq!(answer.status, 404);
    centre.closed().await;
}
