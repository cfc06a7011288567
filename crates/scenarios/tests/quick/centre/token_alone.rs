//! The address for programs without a certificate: who is believed there, for how long, from
//! where, and that nothing but messages is to be had.

use onshi_core::account::Managed;
use onshi_core::account::manage;
use onshi_core::audit::{Line, Outcome};
use onshi_core::network::Network;
use onshi_core::{AccountKind, Function, certificate, facility};
use onshi_scenarios::client::Answer;
use onshi_server::config::Config;
use onshi_server::routes::{Access, MESSAGES, PORTAL, Route, programs, screens};
use serde_json::{Value, json};

use super::api_matrix::{message, tokens};
use super::test_centre::{Institution, TestCentre, TestClock, log_in};

const SEARCH: &str = "/oqs-api-pro/MSA01030/ILI01030SV01/search";

fn at_once(config: &mut Config) {
    config.login.identity_cache_ms = 0;
}

/// Tokens of a log-in over mutual TLS.
async fn logged_in(centre: &TestCentre, at: &Institution, kind: AccountKind) -> Value {
    let mut client = centre.client(&at.terminal);
    tokens(&mut client, at.login(kind)).await
}

async fn search(centre: &TestCentre, at: &Institution, token: &str) -> Answer {
    let mut client = centre.client_alone(None);
    let body = message(MESSAGES[0].message().unwrap(), &at.code, "");
    client.json(SEARCH, Some(token), &body).await.unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn newest(centre: &TestCentre, at: &Institution) -> Option<Line> {
    centre
        .audit(&at.code, 200)
        .into_iter()
        .max_by_key(|line| line.seq)
}

/// The newest entry of what a message is for. Those of a bulk request that came before are written when it is worked, which
/// may be at any time.
fn newest_of(centre: &TestCentre, at: &Institution, function: Function) -> Option<Line> {
    let lines = centre.audit(&at.code, 200).into_iter();
    lines
        .filter(|line| line.function == Some(function))
        .max_by_key(|line| line.seq)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_logs_in_with_a_certificate_and_searches_without_one() {
    let centre = TestCentre::open_with(onshi_core::clock::now, at_once).await;
    let patients = centre.populate();
    let ours = centre.ours();
    let token = logged_in(&centre, &ours, AccountKind::WebApi).await;
    let id = text(&token["idToken"]);
    let patient = patients
        .iter()
        .find(|patient| patient.expected_validity == "1")
        .unwrap();
    let mut body = message(MESSAGES[0].message().unwrap(), &ours.code, "");
    let asked = &mut body["XmlMsg"]["MessageBody"]["QualificationConfirmSearchInfo"];
    *asked = json!({
        "InsurerNumber": format!("{:>8}", patient.insurer_number),
        "InsuredCardSymbol": patient.symbol,
        "InsuredIdentificationNumber": patient.number,
        "InsuredBranchNumber": patient.branch,
        "Birthdate": patient.birthdate,
        "LimitApplicationCertificateRelatedConsFlg": "0",
    });
    if let Some(asked) = asked.as_object_mut() {
        asked.retain(|_, value| !value.is_null());
    }
    let day = onshi_core::clock::now().jst_day().number();
    body["XmlMsg"]["MessageHeader"]["QualificationConfirmationDate"] = json!(format!("{day:08}"));
    for sent in [id.to_owned(), format!("Bearer {id}")] {
        let mut client = centre.client_alone(None);
        let answer = client.json(SEARCH, Some(&sent), &body).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let found = &answer.json()["XmlMsg"]["MessageBody"];
        assert_eq!(found["QualificationValidity"], "1", "{}", answer.text());
    }
    let line = newest(&centre, &ours).unwrap();
    assert_eq!(line.outcome, Some(Outcome::Done));
    assert_eq!(line.function, Some(Function::CheckEligibility));
    // The other address is as it was: there the token is worth nothing without its certificate.
    let mut client = centre.client_as(None);
    let answer = client.json(SEARCH, Some(id), &body).await.unwrap();
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("certificate.missing"))
    );
    let other = centre.certificate(&ours.code, "ONS02", -3600, 86_400);
    let mut client = centre.client(&other);
    let answer = client.json(SEARCH, Some(id), &body).await.unwrap();
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (401, &json!("token.other_certificate"))
    );
}

/// What is sent for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    WebApi,
    Link,
    Access,
    Refresh,
    Nothing,
    Invented,
    /// A person's cookie.
    Cookie,
    /// Another institution's token, with ours in the message.
    Impostor,
}

const EVERYBODY: [Shows; 8] = [
    Shows::WebApi,
    Shows::Link,
    Shows::Access,
    Shows::Refresh,
    Shows::Nothing,
    Shows::Invented,
    Shows::Cookie,
    Shows::Impostor,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_with_every_token_alone() {
    let centre = TestCentre::open_with(onshi_core::clock::now, at_once).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let mut person = centre.client(&ours.terminal);
    log_in(&mut person, ours.login(AccountKind::General)).await;
    let cookie = person.cookies.values().next().cloned().unwrap();
    let messages = programs().filter(|route| route.message().is_some());
    assert_eq!(
        MESSAGES.len(),
        messages.count(),
        "every message, and no other route"
    );
    let mut cells = 0;
    for route in MESSAGES.iter() {
        let Access::TokenAlone(function) = route.access else {
            panic!("{}", route.path);
        };
        let newest = |at: &Institution| newest_of(&centre, at, function);
        let program = logged_in(&centre, &ours, AccountKind::WebApi).await;
        let link = logged_in(&centre, &ours, AccountKind::Link).await;
        let foreign = logged_in(&centre, &theirs, AccountKind::WebApi).await;
        for shows in EVERYBODY {
            let token = match shows {
                Shows::WebApi => Some(text(&program["idToken"])),
                Shows::Link => Some(text(&link["idToken"])),
                Shows::Access => Some(text(&program["accessToken"])),
                Shows::Refresh => Some(text(&program["refreshToken"])),
                Shows::Nothing => None,
                Shows::Invented => Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                Shows::Cookie => Some(cookie.as_str()),
                Shows::Impostor => Some(text(&foreign["idToken"])),
            };
            // A certificate that is shown here is not asked for, and makes nobody better.
            for issued in [None, Some(&ours.terminal)] {
                let mut client = centre.client_alone(issued);
                let kind = route.message().unwrap();
                let body = message(kind, &ours.code, "00000000000000000000");
                let before = [&ours, &theirs].map(|at| newest(at).map(|line| line.seq));
                let answer = client.json(route.path, token, &body).await.unwrap();
                let told = format!("{} {shows:?}: {}", route.path, answer.text());
                let at = if shows == Shows::Impostor {
                    &theirs
                } else {
                    &ours
                };
                let after = [&ours, &theirs].map(|at| newest(at).map(|line| line.seq));
                match shows {
                    Shows::WebApi | Shows::Link | Shows::Access => {
                        assert_eq!(answer.status, 200, "{told}");
                        assert_ne!(before, after, "{told}: not audited");
                    }
                    Shows::Impostor => {
                        assert_eq!(answer.status, 200, "{told}");
                        assert!(answer.text().contains("OQSB9003E"), "{told}");
                        // What a bulk request leads to is audited later, when it is worked.
                        assert!(kind.is_bulk() || before[0] == after[0], "{told}");
                        let line = newest(at).unwrap();
                        assert_eq!(line.outcome, Some(Outcome::Refused), "{told}");
                    }
                    _ => {
                        assert_eq!(answer.status, 401, "{told}");
                        let code = match shows {
                            Shows::Nothing => "token.missing",
                            Shows::Refresh => "token.other_use",
                            _ => "token.unknown",
                        };
                        assert_eq!(answer.json()["code"], code, "{told}");
                        assert!(kind.is_bulk() || before == after, "{told}");
                    }
                }
                for name in ["x-content-type-options", "cache-control"] {
                    assert_ne!(answer.header(name), "", "{told}: no {name}");
                }
                cells += 1;
            }
        }
    }
    assert!(cells >= 16 * MESSAGES.len(), "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_messages_is_there() {
    let centre = TestCentre::open_with(onshi_core::clock::now, at_once).await;
    let ours = centre.ours();
    let program = logged_in(&centre, &ours, AccountKind::WebApi).await;
    let id = text(&program["idToken"]);
    let is_message = |method: &str, path: &str| {
        let same = |route: &&Route| (route.method, route.path) == (method, path);
        MESSAGES.iter().find(same).is_some()
    };
    let api = programs().map(|route| (route.method, route.path));
    let pages = screens()
        .chain(PORTAL)
        .map(|route| (route.method, route.path));
    let elsewhere = [
        "/onshi/v1/messages",
        "/onshi/v1/messages/OQSsiquc02",
        "//",
        "/metrics",
    ];
    let elsewhere = elsewhere.map(|path| ("GET", path));
    let mut tried = 0;
    for (method, path) in api.chain(pages).chain(elsewhere) {
        if is_message(method, path) {
            continue;
        }
        let path = path
            .replace("{insurer_number}", "06139018")
            .replace(['{', '}'], "");
        let mut client = centre.client_alone(Some(&ours.terminal));
        let answer = match method {
            "GET" => client.get(&path).await.unwrap(),
            _ => client.json(&path, Some(id), &json!({})).await.unwrap(),
        };
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
    for route in MESSAGES.iter() {
        let mut client = centre.client_alone(None);
        let answer = client.get(route.path).await.unwrap();
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, "POST"),
            "{}",
            route.path
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_a_token_ends_it_here_too() {
    let centre = TestCentre::open_with(onshi_core::clock::now, at_once).await;
    // Each in an institution of its own, by an account of its own.
    type End = fn(&TestCentre, &Institution, String);
    let ends: [(&str, &str, End); 5] = [
        ("131111111", "a revoked certificate", |centre, at, _| {
            let serial = at.terminal.serial.clone();
            centre.operate(&at.code, Function::ManageCertificates, move |tx| {
                certificate::revoke(tx, &serial, "lost")
            });
        }),
        ("131222222", "a stopped institution", |centre, at, _| {
            let code = at.code.clone();
            centre.operate(&at.code, Function::ManageFacilities, move |tx| {
                onshi_core::registration::stop(tx, &code, "ended")
            });
        }),
        ("131333333", "a stopped account", |centre, at, id| {
            centre.operate(&at.code, Function::OperateAccounts, move |tx| {
                manage::stop(tx, Managed::All, &id, "ended")
            });
        }),
        ("131444444", "a retired account", |centre, at, id| {
            centre.operate(&at.code, Function::OperateAccounts, move |tx| {
                manage::retire(tx, Managed::All, &id, "ended")
            });
        }),
        ("131555555", "nothing", |_, _, _| {}),
    ];
    for (body, what, end) in ends {
        let at = centre.institution(body, "架空医院", "");
        let (account, first) = centre.account(&at, AccountKind::WebApi, "WebApi02");
        let login = centre.used(&at, &first);
        let program = tokens(&mut centre.client(&at.terminal), &login).await;
        let id = text(&program["idToken"]).to_owned();
        assert_eq!(search(&centre, &at, &id).await.status, 200, "{what}");
        end(&centre, &at, account);
        let answer = search(&centre, &at, &id).await;
        let expected = if what == "nothing" { 200 } else { 401 };
        assert_eq!(answer.status, expected, "{what}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_good_here_for_its_first_minutes_only() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let short = centre.certificate(&ours.code, "ONS02", -3600, 3 * 3600);
    let program = logged_in(&centre, &ours, AccountKind::WebApi).await;
    let id = text(&program["idToken"]);
    let seconds = centre.running.centre.config.centre.messages_seconds;
    CLOCK.advance(seconds - 1);
    assert_eq!(search(&centre, &ours, id).await.status, 200);
    CLOCK.advance(1);
    assert_eq!(search(&centre, &ours, id).await.status, 401);
    // With its certificate it is good as before, and a renewed one is good here again.
    let mut client = centre.client(&ours.terminal);
    let body = message(MESSAGES[0].message().unwrap(), &ours.code, "");
    let answer = client.json(SEARCH, Some(id), &body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let refresh = json!({"refreshToken": program["refreshToken"]});
    let path = "/oqs-api-pro/MSA12020/ILI12020SV01/refresh";
    let renewed = client.json(path, None, &refresh).await.unwrap().json();
    let id = text(&renewed["result"]["idToken"]).to_owned();
    assert_eq!(search(&centre, &ours, &id).await.status, 200);
    // The certificate of the log-in runs out.
    let mut client = centre.client(&short);
    CLOCK.advance(3 * 3600 - seconds - 60);
    let late = tokens(&mut client, ours.login(AccountKind::WebApi)).await;
    let id = text(&late["idToken"]);
    assert_eq!(search(&centre, &ours, id).await.status, 200);
    CLOCK.advance(61);
    assert_eq!(search(&centre, &ours, id).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_good_from_the_networks_that_are_named_only() {
    let elsewhere = Network::parse("192.0.2.0/24").unwrap();
    let centre = TestCentre::open_with(onshi_core::clock::now, |config| {
        at_once(config);
        config.centre.messages_networks = vec![elsewhere];
    })
    .await;
    let ours = centre.ours();
    let program = logged_in(&centre, &ours, AccountKind::WebApi).await;
    let answer = search(&centre, &ours, text(&program["idToken"])).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("network.not_allowed"))
    );
    // Nothing was believed, so nobody's log says anything.
    assert_ne!(
        newest(&centre, &ours).unwrap().function,
        Some(Function::CheckEligibility)
    );

    // An institution may allow less than the centre does, and is told of the rest.
    let centre = TestCentre::open_with(onshi_core::clock::now, at_once).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let set = |networks: Vec<Network>| {
        let code = ours.code.clone();
        centre.operate(&ours.code, Function::ManageFacilities, move |tx| {
            facility::set_message_networks(tx, &code, &networks)
        });
    };
    let program = logged_in(&centre, &ours, AccountKind::WebApi).await;
    let id = text(&program["idToken"]);
    set(vec![elsewhere]);
    let answer = search(&centre, &ours, id).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (403, &json!("network.not_allowed"))
    );
    let line = newest(&centre, &ours).unwrap();
    assert_eq!(line.outcome, Some(Outcome::Refused));
    let other = logged_in(&centre, &theirs, AccountKind::WebApi).await;
    assert_eq!(
        search(&centre, &theirs, text(&other["idToken"]))
            .await
            .status,
        200
    );
    set(vec![elsewhere, Network::parse("127.0.0.0/8").unwrap()]);
    assert_eq!(search(&centre, &ours, id).await.status, 200);
    set(Vec::new());
    assert_eq!(search(&centre, &ours, id).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_off_unless_it_is_set_and_described_where_it_is() {
    let described = |answer: Answer| {
        let answer = answer.json();
        answer["paths"][SEARCH]["post"].clone()
    };
    let centre = TestCentre::open(onshi_core::clock::now).await;
    let path = "/onshi/v1/openapi.json";
    let told = described(centre.client_as(None).get(path).await.unwrap());
    let port = centre.running.centre.messages_address.unwrap().port();
    assert_eq!(
        told["servers"][1]["url"],
        format!("https://localhost:{port}"),
        "{told}"
    );
    assert_eq!(told["security"].as_array().unwrap().len(), 2, "{told}");
    let off = TestCentre::open_with(onshi_core::clock::now, |config| {
        config.centre.messages = None
    });
    let off = off.await;
    assert_eq!(off.running.centre.messages_address, None);
    let told = described(off.client_as(None).get(path).await.unwrap());
    assert_eq!(told.get("servers"), None, "{told}");
    assert_eq!(Config::default().centre.messages, None);
}
