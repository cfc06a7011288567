//! Shares: who asks for much waits for it alone, and nobody else is told "busy" for it.

use onshi_core::AccountKind;
use onshi_scenarios::client::{Answer, Client};
use onshi_server::capacity::pool::Pool;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

use super::test_centre::{TestCentre, TestClock, log_in, try_log_in};

/// Holds the only hashing thread until it is told to let it go.
async fn hold(centre: &TestCentre) -> impl FnOnce() + use<> {
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let centre = centre.running.centre.clone();
    tokio::spawn(async move {
        let pool: &Pool = &centre.hashing;
        let job = move || {
            begun.send(()).unwrap();
            released.recv().unwrap();
        };
        pool.run("nobody's", job).await.unwrap();
    });
    has_begun.await.unwrap();
    move || release.send(()).unwrap()
}

async fn change(client: &mut Client, current: &str, new: &str) -> Answer {
    let fields = [
        ("current_password", current),
        ("new_password", new),
        ("confirm_password", new),
    ];
    client.post("/web/password", &fields).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_accounts_password_changes_make_no_other_institution_busy() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.login.hashing_threads = 1;
        config.login.hashing_queue = 16;
        config.login.hashing_queue_each = 4;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let (ours, theirs) = (centre.ours(), centre.theirs());
    let staff = ours.login(AccountKind::General).clone();
    let mut first = centre.client(&ours.terminal);
    log_in(&mut first, &staff).await;
    let release = hold(&centre).await;

    // The strength of a password is judged on the pool too: nothing is answered while it is held.
    let mut storm = JoinSet::new();
    for _ in 0..40 {
        let (mut client, staff) = (first.another(), staff.clone());
        client.cookies.clone_from(&first.cookies);
        storm.spawn(async move {
            let adversarial = "4@8({[<369&#!|1703$5+%2".repeat(3);
            let new = &adversarial[..64];
            change(&mut client, &staff.password, new).await.status
        });
    }
    for _ in 0..36 {
        assert_eq!(storm.join_next().await.unwrap().unwrap(), 503);
    }
    let other = theirs.login(AccountKind::General).clone();
    let mut another = centre.client(&theirs.terminal);
    let mut health = first.another();
    let logging_in = tokio::spawn(async move {
        try_log_in(&mut another, &other.user_id, &other.password)
            .await
            .status
    });
    for _ in 0..20 {
        assert_eq!(health.get("/health").await.unwrap().status, 200);
    }
    assert!(storm.try_join_next().is_none(), "they wait for the pool");
    release();
    assert_eq!(logging_in.await.unwrap(), 303, "it waited for its turn");
    // All four typed something without a letter, which nobody is told before the pool was asked.
    while let Some(status) = storm.join_next().await {
        assert_eq!(status.unwrap(), 422);
    }
}

/// Every form that makes the centre judge or hash a password takes from the account's bucket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_with_a_password_takes_from_a_bucket() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.login.password_burst = 2;
        config.login.password_per_minute = 6;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let forms: [(AccountKind, &str); 7] = [
        (AccountKind::General, "/web/password"),
        (AccountKind::Admin, "/web/accounts"),
        (AccountKind::Admin, "/web/accounts/nobody/reset"),
        (AccountKind::Master, "/web/administrators"),
        (AccountKind::Master, "/web/administrators/nobody/reset"),
        (AccountKind::Reset, "/web/master-reset"),
        (AccountKind::Viewer, "/web/password"),
    ];
    for (kind, path) in forms {
        // What the account sent before is forgotten again meanwhile.
        CLOCK.advance(60);
        let mut client = centre.client(&ours.terminal);
        log_in(&mut client, ours.login(kind)).await;
        for _ in 0..2 {
            let answer = client.post(path, &[]).await.unwrap();
            assert!(
                matches!(answer.status, 404 | 422),
                "{path}: {}",
                answer.status
            );
        }
        let answer = client.post(path, &[]).await.unwrap();
        assert_eq!(answer.status, 429, "{path}");
        assert!(answer.text().contains("受け付けを控えています"), "{path}");
        assert_eq!(answer.header("retry-after"), "60", "{path}");
        let refusals = centre.audit(&ours.code, 1);
        assert_eq!(refusals[0].refusal.as_deref(), Some("request.too_many"));
        CLOCK.advance(10);
        let answer = client.post(path, &[]).await.unwrap();
        assert_ne!(answer.status, 429, "{path}: one is there again");
        client.post("/web/logout", &[]).await.unwrap();
    }
}

fn head(number: &str, key: &str) -> String {
    format!(
        "POST /onshi/v1/insurers/{number}/records HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/x-ndjson\r\nIdempotency-Key: {key}\r\n\
         Content-Length: 1000000\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dripping_reports_of_one_insurer_leave_places_and_end() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.centre.request_seconds = 2;
        // Whoever is told "busy" is told before the others are ended.
        config.connections.refused_body_seconds = 1;
        config.limits.reports = 4;
        config.limits.reports_each = 2;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    centre.ours();
    // However many numbers and certificates an insurer has, its share is one.
    let (greedy, numbers) = ("食いしん坊健康保険組合", ["06139018", "06139026"]);
    let certificates = [
        centre.insurer(greedy, &numbers),
        centre.insurer(greedy, &numbers),
    ];
    let mut drips = JoinSet::new();
    let (told, mut answers) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..8 {
        let client = centre.client(&certificates[number % 2]);
        let told = told.clone();
        let head = head(numbers[number % 2], &format!("k{number}"));
        drips.spawn(async move {
            let mut tls = client.tls().await.unwrap();
            tls.write_all(head.as_bytes()).await.unwrap();
            let mut answer = vec![0; 4096];
            loop {
                tokio::select! {
                    read = tls.read(&mut answer) => {
                        let text = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]);
                        let status = text.split(' ').nth(1).map(str::to_owned);
                        told.send(status).unwrap();
                        return;
                    }
                    () = tokio::time::sleep(std::time::Duration::from_millis(50)) => {
                        // Whoever is refused may be cut off while dripping.
                        let _ = tls.write_all(b" ").await;
                    }
                }
            }
        });
    }
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(answers.recv().await.unwrap());
    }
    let busy = statuses.iter().flatten().filter(|status| *status == "503");
    assert_eq!(busy.count(), 6, "{statuses:?}");
    let other = Arc::new(centre.insurer("架空健康保険組合", &["06139034"]));
    let mut client = centre.client(&other);
    let line =
        r#"{"InsurerNumber":"06139034","InsurerName":"架空健康保険組合","DataDate":"20261101"}"#;
    let request = http::Request::post("/onshi/v1/insurers/06139034/records")
        .header("content-type", "application/x-ndjson")
        .header("idempotency-key", "k1")
        .body(format!("{line}\n").into())
        .unwrap();
    let answer = client.send(request).await.unwrap();
    assert_ne!(answer.status, 503, "{}", answer.text());
    // And those that drip are not waited for for ever.
    for _ in 0..2 {
        assert_eq!(answers.recv().await.unwrap().as_deref(), Some("408"));
    }
    while let Some(ended) = drips.join_next().await {
        ended.unwrap();
    }
}
