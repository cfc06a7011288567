//! A rule of the centre: what another site's page makes a browser send is refused on every route there
//! is, and the API takes no kind of content that such a page could send unasked.
//!
//! The rows come from the route tables themselves, so no route can be left out.

use bytes::Bytes;
use http::Request;
use onshi_core::audit::{Line, Outcome};
use onshi_core::{AccountKind, Function};
use onshi_scenarios::client::{Answer, Client};
use onshi_server::routes::{Access, PORTAL, Route, programs, screens};
use onshi_wire::example;
use onshi_wire::print_json;
use serde_json::json;

use super::test_centre::{Institution, TestCentre, TestClock, identity, log_in};

const INSURER: &str = "06139018";
const VISIT: &[(&str, &str)] = &[
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];

/// What a browser says of a page that is not ours; `@` is our own host.
const FORGERIES: &[&[(&str, &str)]] = &[
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "http://@")],
    &[("origin", "https://localhost:1")],
    &[("origin", "https://@"), ("origin", "https://evil.example")],
    &[
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "same-origin"),
    ],
    &[("origin", "null"), ("sec-fetch-site", "cross-site")],
    &[("origin", "https://@"), ("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "image"),
    ],
    &[
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "iframe"),
    ],
    &[("sec-fetch-site", "")],
    &[("sec-fetch-site", "same-origin"), ("host", "evil.example")],
];

/// Kinds of content that a page may send without the browser's asking first.
const SIMPLE: &[Option<&str>] = &[
    None,
    Some(""),
    Some("text/plain"),
    Some("text/plain;charset=UTF-8"),
    Some("text/plain; application/json"),
    Some("text/plain; x=xml"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=application/json"),
];

async fn send(
    client: &mut Client,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    (kind, body): (Option<&str>, &Bytes),
) -> Answer {
    let host = client.host();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, value.replace('@', &host));
    }
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    let body = if method == "GET" {
        Bytes::new()
    } else {
        body.clone()
    };
    client.send(request.body(body).unwrap()).await.unwrap()
}

/// The newest lines that were not there before.
struct Log<'a> {
    centre: &'a TestCentre,
    at: Option<&'a Institution>,
    seen: i64,
}

impl Log<'_> {
    fn read(&self) -> Vec<Line> {
        match self.at {
            Some(at) => self.centre.audit(&at.code, 20),
            None => self.centre.audit_of_insurers(20),
        }
    }

    fn since(&mut self) -> Vec<Line> {
        let mut lines = self.read();
        lines.retain(|line| line.seq > self.seen);
        self.seen = lines.iter().map(|line| line.seq).max().unwrap_or(self.seen);
        lines
    }

    /// Exactly one refusal, with this code, or nothing at all.
    #[track_caller]
    fn must_say(&mut self, code: Option<&str>, told: &str) {
        let new = self.since();
        let refused: Vec<_> = new.iter().map(|line| line.refusal.as_deref()).collect();
        let expected: Vec<_> = code.iter().map(|code| Some(*code)).collect();
        assert_eq!(refused, expected, "{told}");
        for line in new {
            assert_eq!(line.outcome, Some(Outcome::Refused), "{told}");
        }
    }
}

/// What comes of what a program sends: what a card reader did not sign is refused for that.
fn goes_on(route: &Route) -> (u16, &'static str) {
    let asks_for_more = ["/onshi/v1/certificates/renewal", "/onshi/v1/activation"];
    if asks_for_more
        .iter()
        .any(|path| route.path.starts_with(path))
    {
        return (400, "message.unreadable");
    }
    match route.path.strip_prefix("/onshi/v1/reader/") {
        None | Some("results") => (200, ""),
        Some("results/delivered") => (400, "message.unreadable"),
        Some(_) => (403, "reader.signature"),
    }
}

/// What a program rightfully sends to a route, with the token of a log-in.
async fn rightful(client: &mut Client, at: &Institution, route: &Route) -> (Option<String>, Bytes) {
    let login = at.login(match route.access {
        Access::Token(
            Function::RecordConsent
            | Function::ReportReader
            | Function::PresentCard
            | Function::RegisterCard
            | Function::RenewReaderCertificate,
        ) => AccountKind::Face,
        Access::Token(Function::TakeReaderResults) => AccountKind::Link,
        _ => AccountKind::WebApi,
    });
    let credentials = json!({"userId": login.user_id, "password": login.password});
    let tokens = client
        .log_in_for_tokens(&login.user_id, &login.password)
        .await
        .unwrap()
        .json()["result"]
        .clone();
    let token = tokens["idToken"].as_str().unwrap().to_owned();
    match (route.access, route.message()) {
        (Access::Token(_), Some(kind)) => (Some(token), print_json(&*example(kind)).into()),
        (Access::Token(_), None) => (Some(token), json!({}).to_string().into()),
        (Access::Insurer(_), _) => {
            let line = json!({"Insurer": {"InsurerNumber": INSURER,
                "InsurerName": "架空健康保険組合", "DataDate": "20261101"}});
            (None, line.to_string().into())
        }
        _ if route.path.ends_with("/refresh") => {
            let body = json!({"refreshToken": tokens["refreshToken"]});
            (None, body.to_string().into())
        }
        _ => (None, credentials.to_string().into()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_of_the_api_refuses_what_a_foreign_page_sends() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(
        || CLOCK.read(),
        // Nobody waits here for results of a card reader.
        |config| config.rules.consent.wait_seconds = 0,
    )
    .await;
    let ours = centre.ours();
    let issued = centre.insurer("架空健康保険組合", &[INSURER]);
    let mut terminal = centre.client(&ours.terminal);
    let mut insurer = centre.client(&issued);
    let mut cells = 0;
    for route in programs() {
        let of_an_insurer = matches!(route.access, Access::Insurer(_));
        // Whoever has no code for a certificate is of no institution.
        let audited = !matches!(route.access, Access::Open(_) | Access::Enrolment(_));
        let path = route.path.replace("{insurer_number}", INSURER);
        let (token, body) = rightful(&mut terminal, &ours, route).await;
        let client = match of_an_insurer {
            true => &mut insurer,
            false => &mut terminal,
        };
        let mut log = Log {
            centre: &centre,
            at: (!of_an_insurer).then_some(&ours),
            seen: 0,
        };
        log.since();
        let good = Some(if of_an_insurer {
            "application/x-ndjson"
        } else {
            "application/json"
        });
        let bearer = token.as_deref().unwrap_or("");
        let rights: &[(&str, &str)] = &[("authorization", bearer)];
        let rights = if token.is_some() { rights } else { &[] };
        let mut forgeries = FORGERIES.to_vec();
        if audited {
            forgeries.push(VISIT);
        }
        for forgery in forgeries {
            // With a good content type and with a bad one; with the token and without.
            for (kind, rights) in [(good, rights), (Some("text/plain"), &[][..])] {
                let headers = [rights, forgery].concat();
                let told = format!("{} {path} {headers:?} {kind:?}", route.method);
                let answer = send(client, (route.method, &path), &headers, (kind, &body)).await;
                assert_eq!(answer.status, 403, "{told}: {}", answer.text());
                assert_eq!(answer.json()["code"], "request.foreign_origin", "{told}");
                assert_eq!(answer.header("access-control-allow-origin"), "", "{told}");
                let held = answer.header("cross-origin-resource-policy");
                assert_eq!(held, "same-origin", "{told}");
                log.must_say(audited.then_some("request.foreign_origin"), &told);
                cells += 1;
            }
        }
        if matches!(route.access, Access::Enrolment(_)) {
            // The code for a certificate comes before all else, and there is none here.
            continue;
        }
        if route.method == "POST" {
            for kind in SIMPLE.iter().copied().chain([Some("application/pdf")]) {
                let told = format!("{path} {kind:?}");
                let answer = send(client, ("POST", &path), rights, (kind, &body)).await;
                assert_eq!(answer.status, 415, "{told}: {}", answer.text());
                let problem = answer.json();
                assert_eq!(problem["code"], "message.media_type", "{told}");
                let words = problem["problems"][0]["detail"].as_str().unwrap();
                assert!(
                    words.contains("Content-Type: application/"),
                    "{told}: {words}"
                );
                log.must_say(Some("message.media_type"), &told);
                cells += 1;
            }
        }
        // The preflight of a page that asks first is given nothing.
        let asks = [
            ("origin", "https://evil.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ];
        let answer = send(client, ("OPTIONS", &path), &asks, (None, &body)).await;
        assert!(answer.status >= 400, "{path}");
        for name in [
            "access-control-allow-origin",
            "access-control-allow-headers",
        ] {
            assert_eq!(answer.header(name), "", "{path}");
        }
        // What is left is what a program sends, with nothing of a page about it, and it goes on.
        let answer = send(client, (route.method, &path), rights, (good, &body)).await;
        let own = answer.json()["code"].as_str().unwrap_or("").to_owned();
        assert_eq!((answer.status, own.as_str()), goes_on(route), "{path}");
        log.since();
    }
    assert!(cells > 600, "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_refuses_what_a_foreign_page_sends() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;
    let mut log = Log {
        centre: &centre,
        at: Some(&ours),
        seen: 0,
    };
    log.since();
    let body = Bytes::from_static(b"user_id=Kanri01&password=wrong&kind=general&name=x");
    let form = Some("application/x-www-form-urlencoded");
    for route in screens() {
        let path = route
            .path
            .replace("{id}", "a0")
            .replace("{action}", "stop")
            .replace("{number}", "2026112609000000000")
            .replace("{file}", "onshi.css");
        let audited = !matches!(route.access, Access::Open(_));
        for forgery in FORGERIES {
            let told = format!("{} {path} {forgery:?}", route.method);
            let answer = send(&mut admin, (route.method, &path), forgery, (form, &body)).await;
            assert_eq!(answer.status, 403, "{told}");
            assert!(answer.text().contains("request.foreign_origin"), "{told}");
            log.must_say(audited.then_some("request.foreign_origin"), &told);
        }
        // A link may open what holds nothing, and nothing else.
        let landing = ["/web/menu", "/web/password"].contains(&route.path);
        let holds = matches!(route.access, Access::Session(_)) && !landing;
        let held = holds || route.method == "POST";
        let answer = send(&mut admin, (route.method, &path), VISIT, (form, &body)).await;
        assert_eq!(answer.status == 403, held, "{} {path}", route.method);
        log.must_say(held.then_some("request.foreign_origin"), &path);
    }
    let answer = admin.get("/web/menu").await.unwrap();
    assert_eq!(answer.status, 200, "the session is what it was");

    let trusted = centre.authority.certificate_pem();
    let portal = centre.running.portal.unwrap();
    let mut visitor = Client::new(portal, trusted, Some(&identity(&ours.terminal))).unwrap();
    for route in PORTAL {
        let file = match route.path {
            "/manual/books/{file}" => "disaster.pdf",
            "/manual/pictures/{file}" => "login--first.webp",
            "/downloads/{file}" => "accounts.csv",
            _ => "onshi.css",
        };
        let path = route.path.replace("{file}", file);
        let path = path.replace("/manual/{page}", "/manual/log-in");
        for forgery in FORGERIES {
            let answer = send(&mut visitor, (route.method, &path), forgery, (form, &body)).await;
            assert_eq!(answer.status, 403, "portal {path} {forgery:?}");
        }
        let answer = send(&mut visitor, (route.method, &path), VISIT, (form, &body)).await;
        let expected: &[u16] = match (route.access, route.method) {
            (Access::Open(_), _) => &[200],
            // Anybody may come; pages after a form have nothing to show, or lead back to it.
            (Access::Applicant(_), "GET") => &[200, 303, 404],
            // A link leads there, and the address is nobody's.
            (Access::Home(_), "GET") => &[404],
            _ => &[403],
        };
        let status = answer.status;
        assert!(expected.contains(&status), "portal {path} {status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_page_does_not_keep_a_session_open() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(0);
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let mut staff = centre.client(&ours.terminal);
    log_in(&mut staff, ours.login(AccountKind::General)).await;
    let idle = centre.running.centre.config.rules.session.idle_seconds;
    let picture = [("sec-fetch-site", "same-site"), ("sec-fetch-dest", "image")];
    for _ in 0..3 {
        CLOCK.advance(idle / 2 - 1);
        let page = ("GET", "/web/menu");
        let answer = send(&mut staff, page, &picture, (None, &Bytes::new())).await;
        assert!(matches!(answer.status, 303 | 403), "{}", answer.status);
    }
    let answer = staff.get("/web/menu").await.unwrap();
    assert_eq!((answer.status, answer.location()), (303, "/web/login"));
}
