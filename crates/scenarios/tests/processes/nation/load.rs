//! Receptions that check: what was acknowledged, what was said not to be done, what nobody knows, and how long it took.

use super::lab::{Lab, People, Person};
use onshi_bench::client::{Caller, Target};
use onshi_bench::setup::{Site, log_in};
use onshi_client::paths::SEARCH;
use onshi_core::Function;
use onshi_core::audit::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How many receptions ask at a time.
const CALLERS: usize = 16;
/// How long each rests between two checks: a steady load, of which nothing is hidden by those that wait.
const PACE: Duration = Duration::from_millis(100);
/// After so long a reception gives an answer up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(180);

/// What came of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Acknowledged,
    /// 503, and it says that nothing was done.
    NotDone,
    /// 503, and it says that this is not known.
    NotKnown,
    /// No answer came: the connection broke, or it took too long.
    Nothing,
    /// There was no connection to ask through.
    NotAsked,
}

#[derive(Clone, Copy)]
struct Sample {
    person: i64,
    /// When the answer came, since the receptions opened.
    at: Duration,
    took: Duration,
    said: Said,
    /// Whether a 503 says when to come again.
    again: bool,
}

/// What was counted of a fault.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// Checks that were answered with 200.
    pub acknowledged: usize,
    /// How many of them are in the audit log.
    pub found: usize,
    /// How many are not.
    pub lost: usize,
    /// How many entries there are more than were asked for.
    pub twice: usize,
    /// Checks that were told 503, that nothing was done.
    pub not_done: usize,
    /// How many of those there are entries of all the same.
    pub not_done_and_there: usize,
    /// Checks of which nobody could say.
    pub not_known: usize,
    /// Checks that got no answer.
    pub nothing: usize,
    /// The longest time without an acknowledged check, in seconds.
    pub gap_seconds: f64,
    /// The longest that anybody waited for a 503, in seconds.
    pub refusal_seconds: f64,
    /// 503 without `Retry-After`.
    pub without_retry_after: usize,
}

struct Shared {
    opened: Instant,
    target: Target,
    login: (String, String),
    persons: Vec<Person>,
    token: Mutex<String>,
    next: AtomicUsize,
    acknowledged: AtomicUsize,
    open: AtomicBool,
    samples: Mutex<Vec<Sample>>,
}

/// The receptions.
pub struct Receptions {
    runtime: Runtime,
    shared: Arc<Shared>,
    running: Mutex<Vec<tokio::task::JoinHandle<()>>>,
    /// How many samples were counted already, and how many entries each person had by then.
    before: Mutex<(usize, BTreeMap<i64, i64>)>,
}

impl Receptions {
    /// Opens them: a program logs in through the balancer.
    pub fn open(site: &Site, people: People) -> Receptions {
        let runtime = Runtime::new().unwrap();
        let (certificate, key) = (&site.issued.certificate_pem, &site.issued.key_pem);
        let balancer = ([10, 88, 0, 2], 8443).into();
        let target = Target::new(balancer, &site.authority_pem, certificate, key).unwrap();
        let (user_id, password) = &people.login;
        let token = runtime
            .block_on(log_in(&target, user_id, password))
            .unwrap();
        Receptions {
            runtime,
            shared: Arc::new(Shared {
                opened: Instant::now(),
                target,
                login: people.login,
                persons: people.persons,
                token: Mutex::new(token),
                next: AtomicUsize::new(0),
                acknowledged: AtomicUsize::new(0),
                open: AtomicBool::new(false),
                samples: Mutex::new(Vec::new()),
            }),
            running: Mutex::new(Vec::new()),
            before: Mutex::default(),
        }
    }

    /// Begins to ask.
    pub fn begin(&self) {
        self.shared.open.store(true, Ordering::SeqCst);
        let mut running = self.running.lock().unwrap();
        for _ in 0..CALLERS {
            running.push(self.runtime.spawn(reception(self.shared.clone())));
        }
    }

    /// Ends after the answers.
    pub fn end(&self) {
        self.shared.open.store(false, Ordering::SeqCst);
        for one in self.running.lock().unwrap().drain(..) {
            self.runtime.block_on(one).unwrap();
        }
    }

    /// The time since they opened.
    pub fn now(&self) -> Duration {
        self.shared.opened.elapsed()
    }

    /// Waits until so many more were acknowledged.
    pub fn wait_acknowledged(&self, more: usize) {
        let reached = self.shared.acknowledged.load(Ordering::SeqCst) + more;
        let begun = Instant::now();
        while self.shared.acknowledged.load(Ordering::SeqCst) < reached {
            assert!(begun.elapsed() < DEADLINE, "checks never go on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lets so much time pass, and says what one in a hundred of the acknowledged waited longer than, in milliseconds.
    pub fn quiet(&self, time: Duration) -> f64 {
        let from = self.now();
        std::thread::sleep(time);
        let samples = self.shared.samples.lock().unwrap();
        let of_it = samples.iter().rev().take_while(|sample| sample.at >= from);
        let mut taken: Vec<Duration> = of_it
            .filter(|sample| sample.said == Said::Acknowledged)
            .map(|sample| sample.took)
            .collect();
        taken.sort_unstable();
        let place = (taken.len() * 99).div_ceil(100).saturating_sub(1);
        taken
            .get(place)
            .map_or(f64::NAN, |time| rounded(time.as_secs_f64() * 1000.0))
    }

    /// Compares what was said since the last time with the audit log.
    pub fn count(&self, lab: &Lab, begun: Duration, over: Duration) -> Counted {
        let mut before = self.before.lock().unwrap();
        let there = entries(lab);
        let samples = self.shared.samples.lock().unwrap();
        let of_it = &samples[before.0..];
        // Of each person: acknowledged, not known (or not answered), not done.
        let mut told: BTreeMap<i64, [i64; 3]> = BTreeMap::new();
        for sample in of_it {
            let of_person = told.entry(sample.person).or_default();
            match sample.said {
                Said::Acknowledged => of_person[0] += 1,
                Said::NotKnown | Said::Nothing => of_person[1] += 1,
                Said::NotDone => of_person[2] += 1,
                Said::NotAsked => {}
            }
        }
        let (mut lost, mut twice, mut not_done_and_there) = (0, 0, 0);
        for (person, [acknowledged, not_known, not_done]) in &told {
            let now = there.get(person).copied().unwrap_or(0);
            let found = now - before.1.get(person).copied().unwrap_or(0);
            lost += usize::try_from(acknowledged - found).unwrap_or(0);
            let more = usize::try_from(found - acknowledged - not_known).unwrap_or(0);
            if *not_done > 0 {
                not_done_and_there += more;
            } else {
                twice += more;
            }
        }
        let count = |said: Said| of_it.iter().filter(|sample| sample.said == said).count();
        let refused = |sample: &&Sample| matches!(sample.said, Said::NotDone | Said::NotKnown);
        let longest = of_it.iter().filter(refused).map(|sample| sample.took).max();
        let acknowledged = count(Said::Acknowledged);
        let counted = Counted {
            acknowledged,
            found: acknowledged - lost,
            lost,
            twice,
            not_done: count(Said::NotDone),
            not_done_and_there,
            not_known: count(Said::NotKnown),
            nothing: count(Said::Nothing),
            gap_seconds: rounded(gap(of_it, begun, over).as_secs_f64()),
            refusal_seconds: rounded(longest.unwrap_or_default().as_secs_f64()),
            without_retry_after: of_it.iter().filter(refused).filter(|s| !s.again).count(),
        };
        *before = (samples.len(), there);
        counted
    }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// The longest time without an acknowledged check between these moments.
fn gap(samples: &[Sample], begun: Duration, over: Duration) -> Duration {
    let good = |sample: &&Sample| sample.said == Said::Acknowledged;
    let mut at: Vec<Duration> = samples
        .iter()
        .filter(good)
        .map(|sample| sample.at)
        .collect();
    at.retain(|at| (begun..over).contains(at));
    at.extend([begun, over]);
    at.sort_unstable();
    at.windows(2)
        .map(|two| two[1] - two[0])
        .max()
        .unwrap_or_default()
}

/// How many checks of each person are in the audit log.
fn entries(lab: &Lab) -> BTreeMap<i64, i64> {
    let mut database = lab.database();
    let (function, outcome) = (Function::CheckEligibility.number(), Outcome::Done.number());
    let sql = format!(
        "select e.subject::bigint, count(*) from audit_entry e \
         join account a on a.account_id = e.account_id \
         where e.function = {function} and e.outcome = {outcome} and a.kind = 'webapi' \
         and e.subject ~ '^[0-9]+$' group by e.subject"
    );
    let asked = std::thread::spawn(move || database.rows(&sql));
    let rows = asked.join().unwrap();
    rows.iter().map(|row| (row.int(0), row.int(1))).collect()
}

/// One reception: a check, a rest, the next one; another connection where one broke.
async fn reception(shared: Arc<Shared>) {
    let mut caller: Option<Caller> = None;
    while shared.open.load(Ordering::SeqCst) {
        let begun = Instant::now();
        let place = shared.next.fetch_add(1, Ordering::SeqCst) % shared.persons.len();
        let (person, question) = &shared.persons[place];
        let (said, again) = ask(&shared, &mut caller, question).await;
        let sample = Sample {
            person: *person,
            at: shared.opened.elapsed(),
            took: begun.elapsed(),
            said,
            again,
        };
        shared.samples.lock().unwrap().push(sample);
        if said == Said::Acknowledged {
            shared.acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        tokio::time::sleep(PACE.saturating_sub(begun.elapsed())).await;
    }
}

async fn ask(
    shared: &Shared,
    caller: &mut Option<Caller>,
    question: &bytes::Bytes,
) -> (Said, bool) {
    if caller.is_none() {
        let connecting = tokio::time::timeout(Duration::from_secs(3), shared.target.connect());
        *caller = connecting.await.ok().and_then(Result::ok);
    }
    let Some(open) = caller.as_mut() else {
        return (Said::NotAsked, true);
    };
    let token = shared.token.lock().unwrap().clone();
    let asked = open.message(SEARCH, Some(&token), question.clone());
    let Ok(Ok(answer)) = tokio::time::timeout(PATIENCE, asked).await else {
        *caller = None;
        return (Said::Nothing, true);
    };
    let again = answer.again_after().is_some();
    match (answer.status, answer.problem().code.as_str()) {
        (200, _) => (Said::Acknowledged, true),
        (503, "outcome_unknown") => (Said::NotKnown, again),
        (503, _) => (Said::NotDone, again),
        (401, _) => {
            let (user_id, password) = &shared.login;
            if let Ok(fresh) = log_in(&shared.target, user_id, password).await {
                *shared.token.lock().unwrap() = fresh;
            }
            (Said::NotAsked, true)
        }
        (status, code) => panic!("{status} {code}: {}", answer.text()),
    }
}
