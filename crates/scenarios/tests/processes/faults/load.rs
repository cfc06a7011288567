//! Callers who register accounts, and what became of each: what was acknowledged, what was said not
//! to be done, what nobody knows. In the end the database says who was right.

use crate::faults::place::Place;
use onshi_bench::client::{Caller, Target};
use onshi_bench::setup::Site;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const CALLERS: usize = 8;

/// User ids that were sent, and what was said of them.
#[derive(Default)]
pub struct Book {
    next: AtomicUsize,
    /// How often anybody was told that it is not done or not known.
    turned_away: AtomicUsize,
    /// Callers are to end after their answer.
    over: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    acknowledged: BTreeSet<String>,
    not_done: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

/// What a page says of the operation.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Done,
    NotDone,
    Unknown,
}

/// Registers an account, and says what the page says of it.
pub async fn register(caller: &mut Caller, user_id: &str) -> Option<Said> {
    let form = [
        ("kind", "general"),
        ("user_id", user_id),
        ("name", "架空 花子"),
        ("password_mode", "generate"),
    ];
    let answer = caller.post("/web/accounts", &form).await.ok()?;
    let page = String::from_utf8_lossy(&answer.body);
    Some(match answer.status {
        303 => Said::Done,
        503 if page.contains("操作は行われていません") => Said::NotDone,
        // Too many waited already, behind a disk or a database that took its time.
        503 if page.contains("まだ受け付けていません") => Said::NotDone,
        503 if page.contains("操作の結果を確認できませんでした") => Said::Unknown,
        status => panic!("{user_id}: {status} {page}"),
    })
}

impl Book {
    /// How many were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.told.lock().unwrap().acknowledged.len()
    }

    /// How often anybody was told that it is not done, or not known.
    pub fn turned_away(&self) -> usize {
        self.turned_away.load(Ordering::SeqCst)
    }

    /// Of how many nobody could say whether they are done.
    pub fn unknown(&self) -> usize {
        self.told.lock().unwrap().unknown.len()
    }

    /// Ends the callers after their answers.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Lets the next callers go on.
    pub fn go_on(&self) {
        self.over.store(false, Ordering::SeqCst);
    }

    fn keep(&self, said: &Said, user_id: String) {
        let mut told = self.told.lock().unwrap();
        let set = match said {
            Said::Done => &mut told.acknowledged,
            Said::NotDone => &mut told.not_done,
            Said::Unknown => &mut told.unknown,
        };
        assert!(set.insert(user_id));
    }

    /// Registers one account after the other until the connection breaks or it is time to end. Who
    /// is turned away takes a short breath, as a person does.
    async fn go(self: Arc<Book>, mut caller: Caller) {
        while !self.over.load(Ordering::SeqCst) {
            let user_id = format!("Uke{}", self.next.fetch_add(1, Ordering::SeqCst));
            let Some(said) = register(&mut caller, &user_id).await else {
                return;
            };
            self.keep(&said, user_id);
            if said != Said::Done {
                self.turned_away.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// Starts the callers, with this session; where there is none it is begun.
    pub async fn callers(
        self: &Arc<Book>,
        site: &Site,
        target: &Target,
        session: &mut Option<String>,
    ) -> Vec<tokio::task::JoinHandle<()>> {
        let mut first = target.connect().await.unwrap();
        match session {
            None => {
                let (user_id, password) = (&site.login.user_id, &site.login.password);
                assert!(first.log_in(user_id, password).await.unwrap());
                session.clone_from(&first.session);
            }
            Some(_) => first.session.clone_from(session),
        }
        let menu = first.get("/web/menu").await.unwrap();
        assert_eq!(menu.status, 200, "the session outlives what happened");
        let mut callers = vec![first];
        while callers.len() < CALLERS {
            let mut caller = target.connect().await.unwrap();
            caller.session.clone_from(session);
            callers.push(caller);
        }
        let go = |caller| tokio::spawn(self.clone().go(caller));
        callers.into_iter().map(go).collect()
    }

    /// Compares what was said with what is there and what was audited.
    pub fn check(&self, place: &Place, site: &Site, what: &str) {
        let code = site.admin.facility().unwrap().as_str();
        let sent = self.next.load(Ordering::SeqCst);
        let told = self.told.lock().unwrap();
        let list = [
            "account",
            "list",
            "--json",
            "--kind",
            "general",
            "--facility",
            code,
        ];
        let listed: Vec<Value> = serde_json::from_str(&place.ask(&list)).unwrap();
        let found: BTreeSet<String> = listed.iter().map(|one| word(one, "user_id")).collect();
        let export = place.ask(&["audit", "export", "--facility", code]);
        let audited: Vec<String> = export
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| line["detail"] == "registered" && line["fields"]["kind"] == "general")
            .filter(|line| word(line, "outcome") == "done")
            .filter(|line| word(line, "function") == "manage_accounts")
            .map(|line| word(&line, "subject"))
            .collect();
        let once: BTreeSet<String> = audited.iter().cloned().collect();
        let there = told.acknowledged.intersection(&found).count();
        let written = told.acknowledged.intersection(&once).count();
        let not_done = told.not_done.intersection(&found).count();
        let verified: Value =
            serde_json::from_str(&place.ask(&["audit", "verify", "--json"])).unwrap();
        let known = told.acknowledged.len() + told.not_done.len() + told.unknown.len();
        println!(
            "{what} on {}: {} acknowledged, {there} of them found, {written} of them audited; {} \
             said not to be done, {not_done} of them found; {} said not to be known, {} of them \
             found; {} cut off; found and audited are the same: {}; {} audit entries under {} \
             seals verify",
            if place.config.store.location.starts_with("postgres") {
                "PostgreSQL"
            } else {
                "SQLite"
            },
            told.acknowledged.len(),
            told.not_done.len(),
            told.unknown.len(),
            told.unknown.intersection(&found).count(),
            sent - known,
            found == once,
            verified["entries"],
            verified["seals"],
        );
        let acknowledged = told.acknowledged.len();
        assert!(acknowledged > 0, "no account was ever acknowledged");
        assert_eq!(there, acknowledged, "an acknowledged account is gone");
        assert_eq!(not_done, 0, "what was said not to be done is there");
        assert_eq!(found, once, "accounts and audit entries differ");
        assert_eq!(
            audited.len(),
            once.len(),
            "a registration was audited twice"
        );
        let complaints = place.complaints();
        assert!(!complaints.contains("panicked"), "{complaints}");
    }
}

fn word(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
