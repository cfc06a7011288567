//! The access matrix of the Web API: every route, as everybody who may knock there.
//!
//! As in the matrix of the screens the rows come from the route table itself; what came of each is
//! compared with a committed table, and with the rules beside it.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect_file;
use onshi_core::AccountKind;
use onshi_core::audit::{Line, Outcome};
use onshi_core::certificate::Issued;
use onshi_core::facility::FacilityCode;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::operator::provision::Login;
use onshi_server::routes::{Access, Route, programs};
use onshi_wire::{MessageKind, example, print_json};
use serde_json::{Value, json};

use super::matrix::work_off;
use super::test_centre::{Institution, TestCentre, TestClock, log_in};

/// Who knocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// A good token, and no certificate.
    NoCertificate,
    /// A good certificate, and no token.
    NoToken,
    /// A person who is logged in on the web, with the session's cookie for a token.
    Person,
    Link,
    WebApi,
    /// Our token through the neighbour's certificate.
    Stranger,
    /// The neighbour's token and certificate, with our institution's code in the message.
    Impostor,
    /// The neighbour as such.
    Neighbour,
    /// An insurer with its own certificate, and a token of ours that it came by.
    Insurer,
    /// Another insurer likewise.
    OtherInsurer,
}

const EVERYBODY: [Who; 10] = [
    Who::NoCertificate,
    Who::NoToken,
    Who::Person,
    Who::Link,
    Who::WebApi,
    Who::Stranger,
    Who::Impostor,
    Who::Neighbour,
    Who::Insurer,
    Who::OtherInsurer,
];

/// The numbers of the two insurers.
const INSURERS: [&str; 2] = ["06139018", "06139026"];

struct Fixture<'a> {
    centre: &'a TestCentre,
    ours: Institution,
    theirs: Institution,
    /// The certificates of the two insurers.
    insurers: [Issued; 2],
    /// A person's browser, logged in.
    person: Client,
    /// Bulk requests that are done, ours and theirs, by the first letters of their files.
    done: BTreeMap<String, [String; 2]>,
}

struct Observed {
    answer: Answer,
    done: usize,
    refused: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_as_everybody() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        // Nobody waits here for results of a card reader.
        |config| config.rules.consent.wait_seconds = 0,
    )
    .await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let mut person = centre.client(&ours.terminal);
    log_in(&mut person, ours.login(AccountKind::General)).await;
    let mut fixture = Fixture {
        centre: &centre,
        insurers: [
            centre.insurer("架空健康保険組合", &INSURERS[..1]),
            centre.insurer("となり健康保険組合", &INSURERS[1..]),
        ],
        ours,
        theirs,
        person,
        done: BTreeMap::new(),
    };
    let mut table = format!("{:<53}{:<7}", "", "");
    for who in EVERYBODY {
        table.push_str(&format!("{:<29}", format!("{who:?}")));
    }
    let (mut rows, mut cells) = (BTreeSet::new(), 0);
    for route in programs() {
        rows.insert((route.method, route.path));
        let twofold = fetched(route).is_some() || matches!(route.access, Access::Insurer(_));
        let scopes: &[&str] = if twofold { &["own", "other"] } else { &["own"] };
        for (place, scope) in scopes.iter().enumerate() {
            let label = format!("{:<5}{}", route.method, route.path).replace("insurer_", "");
            table = table.trim_end().to_owned();
            table.push_str(&format!("\n{label:<53}{scope:<7}"));
            for who in EVERYBODY {
                let came = fixture.call(route, place, who).await;
                let told = format!("{} {scope} as {who:?}", route.path);
                came.must_fit(route, place, who, &told);
                table.push_str(&format!("{:<29}", came.shown()));
                cells += 1;
            }
        }
        fixture.upload_for_good(route).await;
    }
    assert_eq!(rows.len(), programs().count(), "no route is there twice");
    assert!(cells >= 270, "{cells}");
    expect_file!["../../../golden/api_access_matrix.txt"]
        .assert_eq(&(table.trim_end().to_owned() + "\n"));
    nothing_else_answers(&mut fixture).await;
}

/// Of which upload it fetches what came of it.
fn fetched(route: &Route) -> Option<String> {
    let id = route.message().filter(|kind| kind.is_bulk())?.id();
    id.strip_suffix("02req").map(str::to_owned)
}

/// The example of a message, as an institution sends it.
pub fn message(kind: MessageKind, facility: &FacilityCode, number: &str) -> Value {
    let mut message: Value = serde_json::from_slice(&print_json(&*example(kind))).unwrap();
    let inside = &mut message["XmlMsg"];
    inside["MessageHeader"]["MedicalInstitutionCode"] = json!(facility.as_str());
    if inside["MessageBody"].get("ReceptionNumber").is_some() {
        inside["MessageBody"]["ReceptionNumber"] = json!(number);
    }
    message
}

fn newest(lines: &[Line]) -> i64 {
    lines.iter().map(|line| line.seq).max().unwrap_or(0)
}

/// The tokens of a fresh log-in.
pub async fn tokens(client: &mut Client, login: &Login) -> Value {
    let answer = client
        .log_in_for_tokens(&login.user_id, &login.password)
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["result"].clone()
}

impl Fixture<'_> {
    /// The institution in whose log it is written.
    fn whose(&self, who: Who) -> &Institution {
        match who {
            Who::Stranger | Who::Impostor | Who::Neighbour => &self.theirs,
            _ => &self.ours,
        }
    }

    fn log(&self, who: Who) -> Vec<Line> {
        match who {
            Who::Insurer | Who::OtherInsurer => self.centre.audit_of_insurers(20),
            _ => self.centre.audit(&self.whose(who).code, 20),
        }
    }

    fn login(&self, who: Who) -> &Login {
        match who {
            Who::Person => self.ours.login(AccountKind::General),
            Who::Link => self.ours.login(AccountKind::Link),
            Who::Impostor | Who::Neighbour => self.theirs.login(AccountKind::WebApi),
            _ => self.ours.login(AccountKind::WebApi),
        }
    }

    /// What is sent, and the token beside it.
    fn body(&self, route: &Route, place: usize, who: Who, tokens: &Value) -> Value {
        let Some(kind) = route.message() else {
            let login = self.login(who);
            return match who {
                _ if matches!(route.access, Access::Insurer(_)) => json!({"Insurer": {
                    "InsurerNumber": INSURERS[place], "InsurerName": "架空健康保険組合",
                    "DataDate": "20261101"}}),
                Who::NoToken => json!({}),
                _ if route.path.ends_with("/auth") => {
                    json!({"userId": login.user_id, "password": login.password})
                }
                _ => json!({"refreshToken": tokens["refreshToken"]}),
            };
        };
        let at = match who {
            Who::Neighbour => &self.theirs,
            _ => &self.ours,
        };
        let numbers = fetched(route).and_then(|upload| self.done.get(&upload));
        let number = numbers.map_or("", |numbers| &numbers[place]);
        message(kind, &at.code, number)
    }

    async fn call(&mut self, route: &Route, place: usize, who: Who) -> Observed {
        let mut client = self.centre.client(match who {
            Who::Insurer => &self.insurers[0],
            Who::OtherInsurer => &self.insurers[1],
            _ => &self.whose(who).terminal,
        });
        let tokens = match who {
            Who::Person => {
                client.cookies.clone_from(&self.person.cookies);
                let cookie = client.cookies.values().next().cloned().unwrap();
                json!({"idToken": cookie, "refreshToken": cookie})
            }
            Who::NoCertificate | Who::Stranger | Who::Insurer | Who::OtherInsurer => {
                let mut rightful = self.centre.client(&self.ours.terminal);
                tokens(&mut rightful, self.login(who)).await
            }
            _ => tokens(&mut client, self.login(who)).await,
        };
        if who == Who::NoCertificate {
            client = self.centre.client_as(None);
        }
        let token = match who {
            Who::NoToken => None,
            _ => tokens["idToken"].as_str(),
        };
        let body = self.body(route, place, who, &tokens);
        let before = newest(&self.log(who));
        let path = route.path.replace("{insurer_number}", INSURERS[place]);
        let answer = match route.method {
            "GET" => client.get(&path).await.unwrap(),
            _ => client.json(&path, token, &body).await.unwrap(),
        };
        let mut lines = self.log(who);
        if reception(&answer).is_some() && fetched(route).is_none() {
            work_off(self.centre);
            lines = self.log(who);
        }
        // What a bulk request leads to later is done in requests of the centre's own.
        let asked = lines.iter().filter(|line| line.seq > before);
        let asked = asked.min_by_key(|line| line.seq).map(|line| line.request);
        let count = |outcome| {
            let of_this = lines.iter().filter(|line| line.seq > before);
            let of_this = of_this.filter(|line| Some(line.request) == asked);
            of_this.filter(|line| line.outcome == Some(outcome)).count()
        };
        assert_eq!(count(Outcome::Failed), 0, "{}", route.path);
        Observed {
            done: count(Outcome::Done),
            refused: count(Outcome::Refused),
            answer,
        }
    }

    /// After the row of an upload, one of ours and one of theirs, for the row that fetches.
    async fn upload_for_good(&mut self, route: &Route) {
        let Some(kind) = route.message().filter(|kind| kind.is_bulk()) else {
            return;
        };
        let Some(upload) = kind.id().strip_suffix("01req") else {
            return;
        };
        let mut numbers = Vec::new();
        for at in [&self.ours, &self.theirs] {
            let mut client = self.centre.client(&at.terminal);
            let login = at.login(AccountKind::WebApi);
            let token = tokens(&mut client, login).await;
            let body = message(kind, &at.code, "");
            let token = token["idToken"].as_str();
            let answer = client.json(route.path, token, &body).await.unwrap();
            work_off(self.centre);
            numbers.push(reception(&answer).unwrap());
        }
        let numbers: [String; 2] = numbers.try_into().unwrap();
        self.done.insert(upload.to_owned(), numbers);
    }
}

fn reception(answer: &Answer) -> Option<String> {
    let answer = answer.json();
    let number = answer.pointer("/XmlMsg/MessageBody/ReceptionNumber")?;
    number.as_str().map(str::to_owned)
}

impl Observed {
    /// Result and code of the message, or the code of the problem.
    fn told(&self) -> (String, String) {
        let answer = self.answer.json();
        let header = &answer["XmlMsg"]["MessageHeader"];
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let first = |text: String| text.split(' ').next().unwrap_or("").to_owned();
        if !header["ResultCode"].is_null() {
            let code = first(text(&header["MessageContents"]));
            return (text(&header["ResultCode"]), code);
        }
        let code = match header["ErrorCode"].as_str() {
            Some(code) => code.to_owned(),
            None => text(&answer["code"]),
        };
        (text(&header["SegmentOfResult"]), code)
    }

    fn shown(&self) -> String {
        let (segment, code) = self.told();
        let trace = "d".repeat(self.done) + &"r".repeat(self.refused);
        let shown = format!("{} {segment} {code} {trace}", self.answer.status);
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn must_fit(&self, route: &Route, place: usize, who: Who, told: &str) {
        let status = self.answer.status;
        let traces = (self.done, self.refused);
        assert!(status < 500, "{told}: {}", self.answer.text());
        for name in ["x-content-type-options", "cache-control"] {
            assert_ne!(self.answer.header(name), "", "{told}: no {name}");
        }
        if status >= 400 {
            let kind = self.answer.header("content-type");
            assert_eq!(kind, "application/problem+json", "{told}");
            assert_eq!(self.done, 0, "{told}");
        }
        let program = matches!(
            who,
            Who::Link | Who::WebApi | Who::Impostor | Who::Neighbour
        );
        let insurer = match who {
            Who::Insurer => Some(0),
            Who::OtherInsurer => Some(1),
            _ => None,
        };
        let (_, code) = self.told();
        match route.access {
            Access::Open(_) => assert_eq!((status, traces), (200, (0, 0)), "{told}"),
            Access::Insurer(_) if insurer == Some(place) => {
                assert_eq!((status, self.refused), (200, 0), "{told}");
                assert!(self.done >= 1, "{told}");
                assert_eq!(
                    self.answer.json()["insurerNumber"],
                    INSURERS[place],
                    "{told}"
                );
            }
            Access::Insurer(_) => {
                let expected = match who {
                    Who::NoCertificate => ("certificate.missing", 0),
                    Who::Insurer | Who::OtherInsurer => ("insurer.not_own", 1),
                    _ => ("certificate.other_kind", 1),
                };
                assert_eq!((code.as_str(), self.refused), expected, "{told}");
                assert!(!self.answer.text().contains("dataDate"), "{told}");
            }
            // Nobody here has a code; `enrolment.rs` has who has one.
            Access::Enrolment(_) => {
                assert_eq!((&*code, traces), ("enrolment.unknown", (0, 0)), "{told}");
            }
            _ if insurer.is_some() => {
                assert_eq!((status, traces), (403, (0, 1)), "{told}");
                assert_eq!(code, "certificate.other_kind", "{told}");
            }
            Access::Token(function) if route.message().is_none() && program => {
                let kind = match who {
                    Who::Link => AccountKind::Link,
                    _ => AccountKind::WebApi,
                };
                match function.is_for(kind.role()) {
                    true => assert!(matches!(status, 200 | 400), "{told}: {code}"),
                    false => assert_eq!((code.as_str(), traces), ("permission.denied", (0, 1))),
                }
            }
            Access::Session(_)
            | Access::Home(_)
            | Access::Applicant(_)
            | Access::Phone(_)
            | Access::PhoneSession(_)
            | Access::PhoneActivation(_) => panic!("{told}: a message that is a screen"),
            Access::TokenAlone(_) => panic!("{told}: a token alone at the wrong address"),
            // `renewal_of_terminals.rs` has what is renewed, and how; `installers.rs` has who activates by a code.
            Access::Terminal(_)
                if program
                    && (route.path.contains("/renewal") || route.path.ends_with("/activation")) =>
            {
                assert_eq!((&*code, traces), ("message.unreadable", (0, 1)), "{told}");
            }
            Access::Terminal(_) if program => assert_eq!((status, traces), (200, (1, 0)), "{told}"),
            Access::Terminal(_) | Access::Token(_) if !program => {
                assert!((400..=403).contains(&status), "{told}: {status}");
            }
            Access::Terminal(_) | Access::Token(_) => {
                assert_eq!((status, self.done + self.refused), (200, 1), "{told}");
                self.must_fit_a_message(route, place, who, told);
            }
        }
    }

    /// What a message answers a terminal of its own institution, and one of another.
    fn must_fit_a_message(&self, route: &Route, place: usize, who: Who, told: &str) {
        let foreign = match who {
            Who::Impostor => true,
            Who::Neighbour => fetched(route).is_some() && place == 0,
            _ => place == 1,
        };
        let (segment, code) = self.told();
        if foreign {
            assert_eq!((segment.as_str(), self.refused), ("9", 1), "{told}");
            assert!(!self.answer.text().contains("Unit"), "{told}");
            let expected = match who {
                Who::Impostor => "OQSB9003E",
                _ => "OQSB9004E",
            };
            assert_eq!(code, expected, "{told}");
        } else if segment == "9" && route.path.ends_with("/OQSsiemv01") {
            assert_eq!(code, "OQSB9041E", "{told}: it is no hospital");
        } else if matches!(segment.as_str(), "9") {
            assert_eq!(code, "OQSB9012E", "{told}: nobody has consented yet");
        }
    }
}

/// The description names every route and no other, and nothing else answers.
async fn nothing_else_answers(fixture: &mut Fixture<'_>) {
    let mut client = fixture.centre.client(&fixture.ours.terminal);
    let document = client.get("/onshi/v1/openapi.json").await.unwrap().json();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routes = programs().map(|route| (route.method.to_owned(), route.path.to_owned()));
    assert_eq!(described, routes.collect());

    let login = fixture.ours.login(AccountKind::WebApi);
    let token = tokens(&mut client, login).await;
    let token = token["idToken"].as_str();
    for path in [
        "/onshi/v1/messages",
        "/onshi/v1/messages/OQSsiquc02",
        "/onshi/v1/messages/OQSsiquc01/",
        "/onshi/v1/messages/oqssiquc01",
        "/onshi/v1",
        "/onshi/v1/insurers/06139018",
        "/onshi/v1/insurers/06139018/records/1",
        "/oqs-api-pro/MSA01030/ILI01030SV02/search",
    ] {
        let answer = client.json(path, token, &json!({})).await.unwrap();
        assert_eq!(answer.status, 404, "{path}");
    }
    for route in programs().filter(|route| route.method == "POST") {
        let path = route.path.replace("{insurer_number}", INSURERS[0]);
        assert_eq!(client.get(&path).await.unwrap().status, 405);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_programs_log_in_for_tokens() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut client = centre.client(&ours.terminal);
    for kind in AccountKind::ALL {
        let login = ours.login(kind);
        let answer = client
            .log_in_for_tokens(&login.user_id, &login.password)
            .await
            .unwrap();
        let newest = centre.audit(&ours.code, 1).remove(0);
        let programs = [AccountKind::Link, AccountKind::WebApi, AccountKind::Face];
        if programs.contains(&kind) {
            assert_eq!(answer.status, 200, "{}: {}", kind.code(), answer.text());
            assert_eq!(newest.outcome, Some(Outcome::Done));
        } else {
            assert_eq!(answer.status, 403, "{}: {}", kind.code(), answer.text());
            assert_eq!(answer.json()["code"], "permission.denied");
            assert_eq!(newest.outcome, Some(Outcome::Refused), "{}", kind.code());
            assert!(!answer.text().contains("idToken"));
        }
        assert_eq!(newest.user_id.as_deref(), Some(login.user_id.as_str()));
    }
}
