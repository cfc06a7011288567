//! Refusals: who is refused too often is told so, the audit log counts instead of growing, and it
//! says from where.

use http::Request;
use onshi_core::audit::{Detail, Outcome};
use onshi_core::{Function, certificate};
use onshi_scenarios::client::{Answer, Client};
use onshi_server::routes::{Access, programs, screens};

use super::test_centre::{TestCentre, TestClock};

const BURST: u32 = 10;

fn set(config: &mut onshi_server::Config) {
    config.rules.refusals.burst = BURST;
    config.rules.refusals.per_minute = 6;
    config.limits.stranger_burst = BURST;
    config.limits.stranger_per_minute = 6;
    // How fast they are answered is not tested here.
    config.limits.refused_per_second = 100_000;
}

const LOG_IN: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";

async fn post(client: &mut Client, path: &str) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body("{".into())
        .unwrap();
    client.send(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_without_an_account_fills_no_log() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    CLOCK.advance(0);
    let mut client = centre.client(&ours.terminal);
    let mut statuses = Vec::new();
    for _ in 0..80 {
        let answer = post(&mut client, LOG_IN).await;
        if answer.status == 429 {
            let seconds: i64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&seconds));
            assert_eq!(answer.json()["code"], "refusal.too_many");
        }
        statuses.push(answer.status);
    }
    // The log-in's own bucket is ample here; what can't be read is refused.
    assert_eq!(statuses[..10], [400; 10]);
    assert_eq!(statuses[10..], [429; 70]);
    let refused = |centre: &TestCentre| {
        let mut lines = centre.audit(&ours.code, 500);
        lines.retain(|line| line.outcome == Some(Outcome::Refused));
        lines
    };
    let lines = refused(&centre);
    assert_eq!(
        lines.len(),
        11,
        "ten, and one that says that others are counted"
    );
    assert_eq!(lines[0].detail, Some(Detail::RefusalsCountedFromHere {}));
    assert!(
        lines
            .iter()
            .all(|line| line.peer.as_deref() == Some("127.0.0.1"))
    );
    // Another connection is the same terminal, another institution is not.
    assert_eq!(post(&mut client.another(), LOG_IN).await.status, 429);
    let mut other = centre.client(&theirs.terminal);
    assert_eq!(post(&mut other, LOG_IN).await.status, 400);
    // The screens say it in Japanese, with what to do.
    let page = client.get("/web/menu").await.unwrap();
    assert_eq!(page.status, 429);
    assert!(page.text().contains("何度も拒否された"), "{}", page.text());

    CLOCK.advance(60);
    let running = &centre.running.centre;
    running
        .service
        .tell_counted_refusals(&running.request(), false);
    // Whoever is refused next is behind it in the writer's queue.
    assert_eq!(post(&mut other, LOG_IN).await.status, 400);
    let told = &refused(&centre)[0];
    assert_eq!(told.detail, Some(Detail::RefusalsCounted { count: 71 }));
    assert_eq!(
        told.certificate_serial.as_deref(),
        Some(ours.terminal.serial.as_str())
    );
}

/// Whatever the route: no token, no session or no right is refused for a certificate and for a
/// stranger so often and no oftener.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_every_route_whoever_is_refused_too_often_is_told_so() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let insurer = centre.insurer("架空健康保険組合", &["06139018"]);
    let mut terminal = centre.client(&ours.terminal);
    let mut stranger = centre.client_as(None);
    let mut reporter = centre.client(&insurer);
    // Else a bucket fills up again while the routes are gone through.
    CLOCK.advance(0);
    let api = programs().map(|route| (route.method, route.path, route.access));
    let web = screens().map(|route| (route.method, route.path, route.access));
    let (mut asked, mut terminals) = (0, 0);
    for (method, path, access) in api.chain(web) {
        if matches!(access, Access::Open(_)) {
            continue;
        }
        let path = path
            .replace("{insurer_number}", "06139018")
            .replace("{id}", "x")
            .replace("{action}", "stop")
            .replace("{number}", "1")
            .replace("{file}", "results.csv");
        for (who, client) in [
            ("a stranger", &mut stranger),
            ("a terminal", &mut terminal),
            ("an insurer", &mut reporter),
        ] {
            // Forms of visitors are answered, an insurer's own routes too.
            let own = match who {
                "a terminal" => matches!(access, Access::Terminal(_)) && method == "GET",
                "an insurer" => matches!(access, Access::Insurer(_)),
                _ => false,
            };
            if own || path == "/web/login/takeover" || path == "/web/login" {
                continue;
            }
            let mut last = 0;
            for _ in 0..=BURST {
                let answer = match method {
                    "POST" => post(client, &path).await,
                    _ => client.get(&path).await.unwrap(),
                };
                last = answer.status;
            }
            assert_eq!(last, 429, "{who} at {method} {path}");
            asked += 1;
            terminals += usize::from(who == "a terminal");
        }
    }
    assert!(asked > 100 && terminals > 30, "{asked} {terminals}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_certificate_that_knocks_is_in_its_institutions_log() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let lost = centre.certificate(&ours.code, "ONS09", -3600, 86_400);
    let serial = lost.serial.clone();
    centre.operate(&ours.code, Function::ManageCertificates, move |tx| {
        certificate::revoke(tx, &serial, "紛失")
    });
    let mut client = centre.client(&lost);
    assert_eq!(client.get("/web/login").await.unwrap().status, 403);
    assert_eq!(post(&mut client, LOG_IN).await.status, 403);
    let lines = centre.audit(&ours.code, 2);
    for line in &lines {
        assert_eq!(line.refusal.as_deref(), Some("certificate.revoked"));
        assert_eq!(
            line.certificate_serial.as_deref(),
            Some(lost.serial.as_str())
        );
        assert_eq!(line.peer.as_deref(), Some("127.0.0.1"));
    }
    assert_eq!(lines.len(), 2);
}
