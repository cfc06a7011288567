//! The centre is killed while accounts are registered: what it had acknowledged is there, and
//! what is there was audited.

use crate::faults::load::Book;
use crate::faults::place::{KILLS, Moments, Place, rounds};
use onshi_bench::setup::Served;
use onshi_scenarios::postgres;
use std::sync::Arc;
use std::time::Duration;

#[test]
fn what_was_acknowledged_outlives_every_kill_on_sqlite() {
    survive(None, rounds(KILLS, 8), 1);
}

#[test]
fn what_was_acknowledged_outlives_every_kill_on_postgresql() {
    survive(Some(postgres::fresh_database()), rounds(KILLS, 6), 2);
}

fn survive(location: Option<String>, kills: u32, seed: u8) {
    let (place, site) = Place::with_site(location, |_| {});
    let book = Arc::new(Book::default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut moments = Moments::new(seed);
    let mut session = None;
    for _ in 0..kills {
        let moment = moments.between(Duration::from_millis(20), Duration::from_millis(350));
        let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
        let target = site.target(&served).unwrap();
        runtime.block_on(async {
            let running = book.callers(&site, &target, &mut session).await;
            tokio::time::sleep(moment).await;
            // This is the kill.
            drop(served);
            for caller in running {
                caller.await.unwrap();
            }
        });
    }
    // Once more, and this time it is asked to stop.
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let target = site.target(&served).unwrap();
    runtime.block_on(async {
        let mut caller = target.connect().await.unwrap();
        caller.session = session;
        assert_eq!(caller.get("/web/menu").await.unwrap().status, 200);
    });
    let stopped = served.stop();
    assert!(stopped.is_ok(), "{stopped:?}\n{}", place.complaints());
    book.check(&place, &site, &format!("{kills} kills"));
}
