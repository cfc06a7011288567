//! A storm of log-ins waits for itself and for nobody else.

use onshi_core::AccountKind;
use tokio::task::JoinSet;

use super::test_centre::{TestCentre, TestClock, log_in, try_log_in};

const QUEUE: usize = 4;
const STORM: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_log_ins_wait_for_the_hashing_everything_else_answers() {
    static CLOCK: TestClock = TestClock::new();
    let set = |config: &mut onshi_server::Config| {
        config.login.hashing_threads = 1;
        config.login.hashing_queue = QUEUE;
    };
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let ours = centre.ours();
    let mut admin = centre.client(&ours.terminal);
    log_in(&mut admin, ours.login(AccountKind::Admin)).await;

    // The only hashing thread is held, so whatever is hashed waits until we let it go.
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let centre = centre.running.centre.clone();
    let holding = tokio::spawn(async move {
        let job = move || {
            begun.send(()).unwrap();
            released.recv().unwrap();
        };
        centre.hashing.run("another", job).await.unwrap();
    });
    has_begun.await.unwrap();

    let staff = ours.login(AccountKind::General).clone();
    let mut storm = JoinSet::new();
    for _ in 0..STORM {
        let (mut client, staff) = (admin.another(), staff.clone());
        storm.spawn(async move { try_log_in(&mut client, &staff.user_id, &staff.password).await });
    }
    for _ in 0..STORM - QUEUE {
        let answer = storm.join_next().await.unwrap().unwrap();
        assert_eq!(answer.status, 503);
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.text().contains("混み合っています"));
    }
    for _ in 0..20 {
        for path in ["/health", "/web/menu", "/web/accounts"] {
            assert_eq!(admin.get(path).await.unwrap().status, 200, "{path}");
        }
    }
    assert!(
        storm.try_join_next().is_none(),
        "the log-ins are still waiting"
    );

    release.send(()).unwrap();
    holding.await.unwrap();
    let mut statuses = Vec::new();
    while let Some(answer) = storm.join_next().await {
        statuses.push(answer.unwrap().status);
    }
    statuses.sort_unstable();
    assert_eq!(
        statuses,
        [200, 200, 200, 303],
        "one is in, the others are asked"
    );
    let mut after = admin.another();
    log_in(&mut after, &staff).await;
}
