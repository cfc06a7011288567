//! The vectors, run against our own centre by HTTP and by folders; and against implementations
//! that are wrong, which the runner must notice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use onshi_conformance::{
    self as vectors, Against, Form, HttpSettings, INSTITUTION, IdentityFiles, LOG_IN, LogIn,
    Outcome, Run, RunError, SEARCH, Source, VectorReport,
};
use onshi_core::insured::Line;
use onshi_core::insured::import::{self, Progress};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request};
use onshi_scenarios::client::Client;
use onshi_scenarios::demo::build_folder;
use onshi_terminal::link::{self, LinkConfig};
use onshi_wire::Encoding;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::people::reads;
use crate::centre::test_centre::{Institution, TestCentre, TestClock};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// The vectors' institution, and the people of the live ones.
fn furnished(centre: &TestCentre) -> Institution {
    let text = vectors::population(&Source::BuiltIn, INSTITUTION).unwrap();
    let lines: Vec<Line> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines {
        assert_eq!(import::check(line), Vec::<String>::new());
    }
    let actor = centre.operator.actor();
    let operation = OperationContext::new(actor, Function::ImportInsuredPersons, Request::fresh());
    let finished = Progress {
        finished: true,
        ..Progress::default()
    };
    let taken = move |tx: &mut onshi_core::Tx<'_>| import::take(tx, "vectors", &lines, &finished);
    tokio::task::block_in_place(|| centre.service.change_and_wait(operation, taken)).unwrap();
    let ours = centre.institution(&INSTITUTION[..9], "架空見本医院", "");
    assert_eq!(ours.code.as_str(), INSTITUTION);
    ours
}

/// A file beside the centre's own.
fn kept(centre: &TestCentre, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = centre.folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn by_http(centre: &TestCentre, at: &Institution) -> HttpSettings {
    let authority = centre.authority.certificate_pem();
    let login = at.login(AccountKind::WebApi);
    let password = "vectors";
    let der = centre.authority.certificate_der();
    let sealed = at.terminal.pkcs12(der, "ONS01", password).unwrap();
    HttpSettings {
        url: format!("https://localhost:{}", centre.running.address.port()),
        messages: None,
        authority: Some(kept(centre, "authority.crt", authority)),
        identity: Some(IdentityFiles {
            certificate: kept(centre, "terminal.p12", sealed),
            key: None,
            password: password.to_owned(),
        }),
        log_in: LogIn::Account {
            user_id: login.user_id.clone(),
            password: login.password.clone(),
        },
        log_in_path: LOG_IN.to_owned(),
        paths: BTreeMap::new(),
        forms: vec![Form::Xml, Form::Json],
    }
}

fn all(against: Against) -> Run {
    Run {
        vectors: Source::BuiltIn,
        only: None,
        keep: None,
        institution: INSTITUTION.to_owned(),
        population: true,
        patience: Duration::from_secs(60),
        against,
    }
}

/// Everything held, and what was skipped is an answer only.
fn holds(report: &VectorReport, at_least: usize) {
    assert!(report.holds(), "{}", report.words());
    assert!(report.passed >= at_least, "{}", report.words());
    for verdict in &report.vectors {
        if verdict.outcome == Outcome::Skipped {
            let files = folder().join(&verdict.vector);
            assert!(!files.join("request.xml").exists(), "{}", verdict.words());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_centre_holds_by_http_in_both_character_sets() {
    static CLOCK: TestClock = TestClock::new();
    let centre =
        TestCentre::open_with(|| CLOCK.read(), |config| config.login.identity_cache_ms = 0).await;
    let ours = furnished(&centre);
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        reads(&centre, &ours, encoding);
        let run = all(Against::Http(Box::new(by_http(&centre, &ours))));
        holds(&vectors::run(&run).await.unwrap(), 120);
    }
    // The key in PEM beside it, the real path, and a part of the vectors.
    let mut settings = by_http(&centre, &ours);
    settings.identity = Some(IdentityFiles {
        certificate: kept(&centre, "terminal.pem", &ours.terminal.certificate_pem),
        key: Some(kept(
            &centre,
            "terminal.key.pem",
            ours.terminal.key_pem.as_bytes(),
        )),
        password: String::new(),
    });
    settings
        .paths
        .insert("OQSsiquc01".to_owned(), SEARCH.to_owned());
    let mut run = all(Against::Http(Box::new(settings)));
    run.only = Some("live/OQSsiquc01-limit*".to_owned());
    let report = vectors::run(&run).await.unwrap();
    assert_eq!((report.passed, report.failed), (6, 0), "{}", report.words());
    // The log-in with the certificate, the messages at the address for those without one.
    let messages = centre.running.centre.messages_url();
    assert!(messages.is_some());
    let settings = HttpSettings {
        messages,
        ..by_http(&centre, &ours)
    };
    let mut run = all(Against::Http(Box::new(settings)));
    run.only = Some("live/*".to_owned());
    let report = vectors::run(&run).await.unwrap();
    assert!(report.holds() && report.passed > 20, "{}", report.words());
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_linked_application_holds_by_folders() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = furnished(&centre);
    reads(&centre, &ours, Encoding::ShiftJis);
    let login = ours.login(AccountKind::Link);
    let at = |name: &str| centre.folder.path().join(name);
    for name in ["Req", "Res"] {
        fs::create_dir(at(name)).unwrap();
    }
    let config = LinkConfig {
        centre_url: format!("https://localhost:{}", centre.running.address.port()),
        authority_pem: kept(&centre, "authority.crt", centre.authority.certificate_pem()),
        certificate: kept(&centre, "terminal.pem", &ours.terminal.certificate_pem),
        key: kept(
            &centre,
            "terminal.key.pem",
            ours.terminal.key_pem.as_bytes(),
        ),
        user_id: login.user_id.clone(),
        password_file: kept(&centre, "password", &login.password),
        req: at("Req"),
        res: at("Res"),
        work: at("work"),
        poll: Duration::from_millis(50),
        settle: Duration::from_millis(50),
        patience: Duration::from_millis(500),
        ..LinkConfig::usual(|| onshi_core::clock::now().ms())
    };
    let link = link::open(config).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(link.run(async { drop(stopped.await) }));
    let run = all(Against::Folders(centre.folder.path().to_owned()));
    holds(&vectors::run(&run).await.unwrap(), 60);
    for name in ["Req", "Res"] {
        let left = fs::read_dir(at(name)).unwrap().count();
        assert_eq!(left, 0, "a run leaves nothing in {name}");
    }
    drop(stop);
    running.await.unwrap();
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_institution_than_the_accounts_is_named_and_not_every_vector() {
    let centre = TestCentre::open(onshi_core::clock::now).await;
    let ours = centre.ours();
    let run = all(Against::Http(Box::new(by_http(&centre, &ours))));
    let told = vectors::run(&run).await.unwrap_err();
    let RunError::Institution { code, said } = &told else {
        panic!("{told}");
    };
    assert_eq!(code, INSTITUTION);
    assert!(said.starts_with("OQSB9003E"), "{said}");
    assert!(told.to_string().contains("--institution"), "{told}");
    // With its own they are tried.
    let mut run = all(Against::Http(Box::new(by_http(&centre, &ours))));
    run.institution = ours.code.as_str().to_owned();
    run.only = Some("OQSsiquc01-*".to_owned());
    let report = vectors::run(&run).await.unwrap();
    assert!(report.holds(), "{}", report.words());
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_summed_up_by_cause_with_request_and_answer_kept() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = furnished(&centre);
    let change: Wrong = |status, body| {
        let xml = body.replace("<QualificationValidity>1<", "<QualificationValidity>2<");
        let json = r#""QualificationValidity":"1""#;
        (status, xml.replace(json, r#""QualificationValidity":"2""#))
    };
    let mut run = all(Against::Http(Box::new(wrong(&centre, &ours, change).await)));
    run.only = Some("live/OQSsiquc01-limit*".to_owned());
    let folder = centre.folder.path().join("kept");
    run.keep = Some(folder.clone());
    let report = vectors::run(&run).await.unwrap();
    let [cause] = report.causes.as_slice() else {
        panic!("{}", report.words());
    };
    assert_eq!(
        cause.cause,
        "XmlMsg/MessageBody/QualificationValidity has another value"
    );
    assert_eq!(cause.vectors.len(), report.failed);
    assert!(report.failed >= 4, "{}", report.words());
    assert!(!cause.why.is_empty());
    let words = report.words();
    for said in ["by cause:", &cause.why, "request and answer: "] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let place = folder.join("live/OQSsiquc01-limit/xml");
    let request = fs::read_to_string(place.join("1-OQSsiquc01-request.xml")).unwrap();
    let answer = fs::read_to_string(place.join("1-OQSsiquc01-answer.xml")).unwrap();
    assert!(request.contains("<QualificationConfirmSearchInfo>"));
    assert!(answer.contains("<QualificationValidity>2<"), "{answer}");
    centre.closed().await;
}

/// What a wrong implementation does with an answer of the right one: status and body.
type Wrong = fn(u16, String) -> (u16, String);

/// An implementation that is wrong: our centre, seen through something that changes its answers.
/// Requests come without TLS, as they do where something in front has taken it off.
async fn wrong(centre: &TestCentre, at: &Institution, change: Wrong) -> HttpSettings {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let behind = centre.client(&at.terminal);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let behind = behind.another();
            tokio::spawn(passing(stream, behind, change));
        }
    });
    HttpSettings {
        url,
        authority: None,
        identity: None,
        ..by_http(centre, at)
    }
}

async fn passing(stream: TcpStream, behind: Client, change: Wrong) {
    let behind = Arc::new(Mutex::new(behind));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let behind = behind.clone();
        async move {
            let (head, body) = request.into_parts();
            let text = |name| {
                head.headers
                    .get(name)
                    .and_then(|v: &HeaderValue| v.to_str().ok())
            };
            let (kind, token) = (text("content-type").unwrap_or(""), text("authorization"));
            let body = body.collect().await.unwrap().to_bytes();
            let path = head.uri.path();
            let answer = behind.lock().await.message(path, token, kind, body).await;
            let answer = answer.unwrap();
            let (status, body) = if token.is_some() {
                change(answer.status, answer.text())
            } else {
                (answer.status, answer.text())
            };
            let response = hyper::Response::builder()
                .status(status)
                .header("content-type", answer.header("content-type"))
                .body(Full::new(Bytes::from(body)))
                .unwrap();
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A run that is over closes its connections as it likes.
    drop(connection.await);
}

/// Runs some vectors against a wrong implementation, and gives what does not hold.
async fn found(centre: &TestCentre, at: &Institution, only: &str, change: Wrong) -> Vec<String> {
    let mut run = all(Against::Http(Box::new(wrong(centre, at, change).await)));
    run.only = Some(only.to_owned());
    run.patience = Duration::from_secs(20);
    let report = vectors::run(&run).await.unwrap();
    assert_eq!(report.holds(), report.failed == 0 && report.passed > 0);
    let failed = report
        .vectors
        .iter()
        .filter(|v| v.outcome == Outcome::Failed);
    failed.map(vectors::VectorResult::words).collect()
}

/// Each of them, a part of the vectors that shows it, and what must be said of it. The first
/// changes nothing, so that it is the changes that are found.
const WRONGS: &[(&str, &str, Wrong, &str)] = &[
    ("nothing", "OQSsiquc01-*", |status, body| (status, body), ""),
    (
        "another validity",
        "live/OQSsiquc01-valid",
        |status, body| {
            let xml = body.replace("<QualificationValidity>1<", "<QualificationValidity>2<");
            let json = xml.replace(
                r#""QualificationValidity":"1""#,
                r#""QualificationValidity":"2""#,
            );
            (status, json)
        },
        "XmlMsg/MessageBody/QualificationValidity: expected “1”, found “2”",
    ),
    (
        "an element is missing",
        "live/OQSmuquc01-every-validity",
        |status, body| (status, body.replace("ﾊﾅｺ", "ﾊﾅ")),
        "2-OQSmuquc02: XmlMsg/MessageBody/BulkConfirmUnit[5]/ResultOfQualificationConfirmation/\
         NameKana: expected “ｼｹﾝ ﾊﾅｺ”, found “ｼｹﾝ ﾊﾅ”",
    ),
    (
        "a ceiling without consent",
        "live/OQSsiquc01-limit-not-consented",
        |status, body| {
            let name = "LimitApplicationCertificateRelatedConsTime";
            let xml = format!("</InsurerName><{name}>20261122000000</{name}>");
            let json = format!(r#""InsuredName":"試験　花子","{name}":"20261122000000""#);
            let body = body.replace("</InsurerName>", &xml);
            (status, body.replace(r#""InsuredName":"試験　花子""#, &json))
        },
        "LimitApplicationCertificateRelatedConsTime: expected nothing, found “20261122000000”",
    ),
    (
        "the identifier does not come back to the letter",
        "OQSsiquc01-echo",
        |status, body| (status, body.replace("a>b", "a b")),
        "ArbitraryFileIdentifier: expected “ a>b",
    ),
    (
        "the identifier comes back spelt otherwise",
        "OQSsiquc01-echo-escapes",
        |status, body| (status, body.replace("c&gt;d", "c>d")),
        "ArbitraryFileIdentifier (as it is spelt): expected “a&amp;b&lt;c&gt;d&quot;e&apos;f”",
    ),
    (
        "another character set than is said",
        "OQSsiquc01-plain",
        |status, body| {
            let name = "CharacterCodeIdentifier";
            let xml = body.replace(&format!("<{name}>0<"), &format!("<{name}>1<"));
            (
                status,
                xml.replace(&format!(r#""{name}":"0""#), &format!(r#""{name}":"1""#)),
            )
        },
        "CharacterCodeIdentifier: expected “{encoding}”, found “1”",
    ),
    (
        "what is wrong is taken",
        "OQSsiquc01-wrong-values",
        |status, body| {
            let body = body.replace("<SegmentOfResult>9<", "<SegmentOfResult>1<");
            let status_ok = "<ProcessingResultStatus>1<";
            (
                status,
                body.replace("<ProcessingResultStatus>2<", status_ok),
            )
        },
        "it was taken, though this is wrong with it: TooLong 6:5",
    ),
    (
        "a bad row is passed over",
        "OQSmuquc01-one-bad-row",
        |status, body| (status, body.replace("Status>2<", "Status>1<")),
        "it was taken, though this is wrong with it: Date 23:7",
    ),
    (
        "faults instead of refusals",
        "OQSsiquc01-not-well-formed",
        |status, body| (if status == 400 { 500 } else { status }, body),
        "it was answered 500",
    ),
    (
        "refused, but for another reason",
        "OQSsiquc01-dtd",
        |status, body| (if status == 400 { 403 } else { status }, body),
        "not for what is wrong with it",
    ),
    (
        "what is right is refused",
        "OQSsiquc01-plain",
        |_, body| (400, body),
        "it was refused: 400",
    ),
    (
        "half an answer",
        "OQSsiquc01-plain",
        |status, mut body| {
            body.truncate(100);
            (status, body)
        },
        "the answer is no right OQSsiquc01res",
    ),
    (
        "a refusal that does not say why",
        "live/YZKsiquc01-no-consent",
        |status, body| (status, body.replace("MessageContents", "MessageContent")),
        "MessageContents: expected “{any}”, found nothing",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_an_implementation_is_found_and_named() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = furnished(&centre);
    for (what, only, change, said) in WRONGS {
        let failed = found(&centre, &ours, only, *change).await;
        if said.is_empty() {
            assert_eq!(failed, Vec::<String>::new(), "{what}");
        } else {
            assert!(!failed.is_empty(), "{what} was not found");
            assert!(
                failed.iter().all(|words| words.contains(said)),
                "{what}: {failed:#?}"
            );
        }
    }
    // One that says nothing at all, and one that is not there.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = by_http(&centre, &ours);
    settings.url = format!("http://{}", silent.local_addr().unwrap());
    settings.log_in = LogIn::Token("x".to_owned());
    let mut run = all(Against::Http(Box::new(settings)));
    run.only = Some("OQSsiquc01-dtd".to_owned());
    run.patience = Duration::from_millis(200);
    let report = vectors::run(&run).await.unwrap();
    let words = report.words();
    assert!(
        words.contains("no answer within") && report.failed == 1,
        "{words}"
    );
    let mut settings = by_http(&centre, &ours);
    settings.url = "https://localhost:1".to_owned();
    let run = all(Against::Http(Box::new(settings)));
    assert!(vectors::run(&run).await.is_err(), "nobody to log in at");
    centre.closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_that_nobody_serves_do_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = all(Against::Folders(folder.path().to_owned()));
    assert!(vectors::run(&run).await.is_err(), "there is no req");
    for name in ["req", "res"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    run.patience = Duration::from_millis(300);
    run.only = Some("OQSsiquc01-dtd".to_owned());
    let report = vectors::run(&run).await.unwrap();
    assert_eq!((report.passed, report.failed), (0, 1), "{}", report.words());
    assert!(!report.holds());
    let left = fs::read_dir(folder.path().join("req")).unwrap().count();
    assert_eq!(left, 0, "what nobody took is taken back");
    run.only = Some("OQSsiquc01-face".to_owned());
    let report = vectors::run(&run).await.unwrap();
    assert_eq!(
        (report.skipped, report.holds()),
        (1, false),
        "nothing was tried"
    );
    run.only = Some("nothing".to_owned());
    assert!(vectors::run(&run).await.is_err());
}

#[test]
fn the_command_says_by_its_exit_code_whether_all_held() {
    let below = tempfile::tempdir().unwrap();
    for name in ["req", "res"] {
        fs::create_dir(below.path().join(name)).unwrap();
    }
    let all = self::folder();
    let onshi = |arguments: &[&str]| {
        let mut command = std::process::Command::new(build_folder().join("onshi"));
        command.args(["--json", "vectors"]).args(arguments);
        command.arg("--vectors").arg(&all);
        let output = command.output().expect("cargo build --bin onshi first");
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    let below = below.path().to_str().unwrap();
    let run = [
        "run",
        "--folders",
        below,
        "--timeout",
        "1",
        "--only",
        "*dtd",
    ];
    let (code, text) = onshi(&run);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &report["failed"]), (Some(3), &1.into()), "{text}");
    assert_eq!(report["vectors"][0]["outcome"], "failed");
    let (code, _) = onshi(&["run", "--folders", below, "--only", "nothing"]);
    assert_eq!(code, Some(2));
    let (code, people) = onshi(&["population", "--institution", "1319990014"]);
    assert_eq!(code, Some(0));
    let there = vectors::population(&Source::BuiltIn, INSTITUTION);
    assert_eq!(
        people.trim_end(),
        there.unwrap().replace(INSTITUTION, "1319990014").trim_end()
    );
}
