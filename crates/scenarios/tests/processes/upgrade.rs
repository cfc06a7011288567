//! A version takes the place of the one before, centre by centre on one PostgreSQL, while receptions check: nobody is refused,
//! nobody waits for an answer that never comes, and the log is whole (ADR 0055).

use crate::faults::place::{program, without_ours};
use bytes::Bytes;
use onshi_bench::client::{Caller, Target};
use onshi_bench::setup::{Served, log_in};
use onshi_client::paths::SEARCH;
use onshi_core::Function;
use onshi_core::audit::Outcome;
use onshi_core::store::Location;
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Names the program of the last version (`make upgrade` builds it).
const LAST_PROGRAM: &str = "ONSHI_LAST_PROGRAM";
/// Names this version's program, where it is not the one beside the tests.
const NEXT_PROGRAM: &str = "ONSHI_NEXT_PROGRAM";
/// Says how many checks are made at the least.
const CHECKS: &str = "ONSHI_UPGRADE_CHECKS";

/// How many receptions ask at a time.
const CALLERS: usize = 16;
/// Only a test that fails waits this long for something to happen.
const DEADLINE: Duration = Duration::from_secs(180);
/// A program asks for another token before the one that it has is over.
const TOKEN_USED: Duration = Duration::from_secs(240);

/// What a version that is not written yet may do to the schema, and its note of it.
const EXPANSION: &str = "alter table account add column later text; \
    alter table audit_entry add column later bigint not null default 0; \
    alter table qualification add column later text; \
    alter table api_token add column later text; \
    create table later_thing (thing bigint not null primary key); \
    insert into schema_migration values (1000000, 'later', '', 0); \
    insert into insured_migration values (1000000)";

/// A change of versions.
struct Change {
    last: PathBuf,
    next: PathBuf,
    /// Whether the last one starts on a schema that was added to.
    starts_on_newer: bool,
    /// Whether the schema is added to by hand, as a version would that is not written yet.
    by_hand: bool,
    checks: usize,
}

/// The short form: this version is both, and what the next one may do to the schema is done by hand.
#[test]
fn centres_go_on_while_a_schema_is_added_to_and_start_beside_it() {
    roll(&Change {
        last: program(),
        next: program(),
        starts_on_newer: true,
        by_hand: true,
        checks: checks(1600),
    });
}

#[test]
#[ignore = "builds the last version and takes minutes: make upgrade"]
fn the_last_version_and_this_one_change_places_under_load() {
    let last =
        std::env::var_os(LAST_PROGRAM).expect("make upgrade names the last version's program");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let about = std::fs::read_to_string(root.unwrap().join("packaging/last-version")).unwrap();
    let about: toml::Value = toml::from_str(&about).unwrap();
    roll(&Change {
        last: last.into(),
        next: std::env::var_os(NEXT_PROGRAM).map_or_else(program, PathBuf::from),
        starts_on_newer: about["starts_on_newer"].as_bool().unwrap(),
        by_hand: false,
        checks: checks(120_000),
    });
}

fn checks(usual: usize) -> usize {
    std::env::var_os(CHECKS).map_or(usual, |text| text.to_str().unwrap().parse().unwrap())
}

fn roll(change: &Change) {
    let Change { last, next, .. } = change;
    let site = Site::furnish(last);
    let schema = site.newest_migration();
    let mut east = Some(site.serve(last, "east"));
    let mut west = Some(site.serve(last, "west"));
    let receptions = Receptions::open(&site);
    let before = site.checks_in_the_log();
    let set = |place: usize, centre: &Option<Served>| {
        receptions.set(place, centre.as_ref().map(|served| site.target(served)));
    };
    let replace = |place: usize, centre: &mut Option<Served>, by: &Path, name: &str| {
        set(place, &None);
        centre.take().unwrap().stop().unwrap();
        *centre = Some(site.serve(by, name));
        set(place, centre);
    };
    let steps = if change.starts_on_newer { 5 } else { 3 };
    let each = change.checks.div_ceil(steps);
    set(0, &east);
    set(1, &west);
    receptions.begin();
    receptions.wait(each);
    if change.by_hand {
        site.database().batch(EXPANSION);
    }
    replace(0, &mut east, next, "east");
    receptions.wait(each);
    if change.starts_on_newer {
        // One of the last version that dies now comes back.
        replace(1, &mut west, last, "west");
        receptions.wait(each);
    }
    replace(1, &mut west, next, "west");
    receptions.wait(each);
    if change.starts_on_newer {
        // And the way back is open as long as nothing was taken away.
        replace(0, &mut east, last, "east");
        receptions.wait(each);
    }
    let counted = receptions.end();
    set(0, &None);
    set(1, &None);
    for centre in [east, west].into_iter().flatten() {
        centre.stop().unwrap();
    }
    let in_the_log = site.checks_in_the_log() - before;
    println!(
        "{} checks in {:.0} s, {} refused, {} asked twice, {} never answered; {in_the_log} in the log; longest {:.0} ms; \
         migration {schema} became {}",
        counted.acknowledged,
        counted.took.as_secs_f64(),
        counted.refused.len(),
        counted.asked_again,
        counted.unanswered,
        counted.longest.as_secs_f64() * 1000.0,
        site.newest_migration(),
    );
    site.verify(next);
    assert_eq!(counted.refused, Vec::<String>::new());
    assert_eq!(counted.unanswered, 0);
    assert!(counted.acknowledged >= change.checks);
    let acknowledged = counted.acknowledged;
    assert!((acknowledged..=acknowledged + counted.asked_again).contains(&in_the_log));
    assert!(
        !site.complaints().contains("panicked"),
        "{}",
        site.complaints()
    );
}

/// A database with an institution and people in it, as the last version made it, and the secrets of its centres.
struct Site {
    folder: TempDir,
    location: String,
    told: Value,
    questions: Vec<Bytes>,
}

impl Site {
    /// The last version's demo makes all that is asked about; then it goes.
    fn furnish(last: &Path) -> Site {
        let folder = tempfile::Builder::new()
            .prefix("onshi-upgrade-")
            .tempdir()
            .unwrap();
        let mut site = Site {
            folder,
            location: postgres::fresh_database(),
            told: Value::Null,
            questions: Vec::new(),
        };
        let mut command = site.command(last, "demo");
        let dir = site.path("demo");
        command.args(["demo", "--dir"]).arg(&dir);
        for port in [
            "centre",
            "portal",
            "gateway",
            "operations",
            "messages",
            "kiosk",
            "card",
        ] {
            command.args([format!("--{port}-port"), "0".to_owned()]);
        }
        let mut demo = Ended(command.stdout(site.log()).spawn().unwrap());
        let begun = Instant::now();
        while site.told.is_null() {
            let text = std::fs::read(dir.join("demo.json")).unwrap_or_default();
            site.told = serde_json::from_slice(&text).unwrap_or_default();
            let gone = demo.0.try_wait().unwrap();
            assert!(
                gone.is_none() && begun.elapsed() < DEADLINE,
                "{gone:?} {}",
                site.complaints()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        let id = demo.0.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(demo.0.wait().unwrap().success(), "{}", site.complaints());
        site.questions = site.told["patients"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| site.question(one))
            .collect();
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, pointer: &str) -> &str {
        let found = self.told.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("demo.json has no {pointer}"))
    }

    fn log(&self) -> File {
        let mut options = OpenOptions::new();
        options
            .create(true)
            .append(true)
            .open(self.path("log"))
            .unwrap()
    }

    fn complaints(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// A program with settings that every version knows, as this node.
    fn command(&self, program: &Path, node: &str) -> Command {
        let file = self.path(&format!("{node}.toml"));
        let secrets = self.path("demo/secrets");
        let settings = format!(
            "[centre]\nlisten = \"127.0.0.1:0\"\nsecrets = \"{}\"\n[store]\nlocation = \"{}\"\nnode = \"{node}\"\n\
             [connections]\nper_certificate = 4096\n[log]\nlevel = \"warn\"\n",
            secrets.display(),
            self.location
        );
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new(program);
        without_ours(&mut command);
        command
            .arg("--config")
            .arg(&file)
            .current_dir(self.folder.path());
        command.stdin(Stdio::null()).stderr(self.log());
        command
    }

    fn serve(&self, program: &Path, node: &str) -> Served {
        let started = Served::start(self.command(program, node).args(["serve", "--json"]));
        started.unwrap_or_else(|fault| panic!("{fault}: {}", self.complaints()))
    }

    fn verify(&self, program: &Path) {
        let verified = self
            .command(program, "operator")
            .args(["audit", "verify"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(verified.status.success(), "{said}{}", self.complaints());
    }

    fn read(&self, pointer: &str) -> String {
        std::fs::read_to_string(self.text(pointer)).unwrap()
    }

    fn target(&self, served: &Served) -> Target {
        let [authority, certificate, key] = [
            "/centre/ca",
            "/facility/terminal/certificate",
            "/facility/terminal/key",
        ]
        .map(|pointer| self.read(pointer));
        Target::new(served.address().unwrap(), &authority, &certificate, &key).unwrap()
    }

    /// User id and password of the program.
    fn login(&self) -> (String, String) {
        let accounts = self.told["facility"]["accounts"].as_array().unwrap();
        let program = accounts
            .iter()
            .find(|account| account["kind"] == "webapi")
            .unwrap();
        let [user_id, password] =
            ["user_id", "password"].map(|name| program[name].as_str().unwrap().to_owned());
        (user_id, password)
    }

    fn question(&self, patient: &Value) -> Bytes {
        let text = |name: &str| patient[name].as_str().unwrap_or_default();
        let body = json!({"XmlMsg": {
            "MessageHeader": {
                "QualificationConfirmationDate": onshi_core::clock::now().jst_day().eight(),
                "MedicalInstitutionCode": self.text("/facility/code"),
            },
            "MessageBody": {"QualificationConfirmSearchInfo": {
                "InsurerNumber": format!("{:>8}", text("insurer_number")),
                "InsuredCardSymbol": text("symbol"),
                "InsuredIdentificationNumber": text("number"),
                "InsuredBranchNumber": text("branch"),
                "Birthdate": text("birthdate"),
                "LimitApplicationCertificateRelatedConsFlg": "1",
            }},
        }});
        Bytes::from(body.to_string())
    }

    fn database(&self) -> Database {
        Database::open(&Location::Postgres(self.location.clone()))
    }

    fn newest_migration(&self) -> i64 {
        let sql = "select max(number) from schema_migration";
        self.database().number(sql).unwrap()
    }

    fn checks_in_the_log(&self) -> usize {
        let (function, outcome) = (Function::CheckEligibility.number(), Outcome::Done.number());
        let sql = format!(
            "select count(*) from audit_entry e join account a on a.account_id = e.account_id \
             where e.function = {function} and e.outcome = {outcome} and a.kind = 'webapi'"
        );
        usize::try_from(self.database().number(&sql).unwrap()).unwrap()
    }
}

/// A process that is gone when this is dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What was counted.
#[derive(Clone, Default)]
struct Counted {
    acknowledged: usize,
    /// What was answered otherwise, by status and code.
    refused: Vec<String>,
    /// A connection that had been used ended before the answer, and another one gave it.
    asked_again: usize,
    /// Neither gave one.
    unanswered: usize,
    longest: Duration,
    took: Duration,
}

struct Shared {
    /// The centres as a balancer knows them: none while one is down.
    centres: Mutex<[Option<Target>; 2]>,
    login: (String, String),
    token: Mutex<Option<(Instant, String)>>,
    questions: Vec<Bytes>,
    next: AtomicUsize,
    open: AtomicBool,
    acknowledged: AtomicUsize,
    counted: Mutex<Counted>,
}

struct Receptions {
    runtime: Runtime,
    shared: Arc<Shared>,
    running: Mutex<Vec<tokio::task::JoinHandle<()>>>,
    begun: Instant,
}

impl Receptions {
    fn open(site: &Site) -> Receptions {
        Receptions {
            runtime: Runtime::new().unwrap(),
            shared: Arc::new(Shared {
                centres: Mutex::default(),
                login: site.login(),
                token: Mutex::default(),
                questions: site.questions.clone(),
                next: AtomicUsize::new(0),
                open: AtomicBool::new(true),
                acknowledged: AtomicUsize::new(0),
                counted: Mutex::default(),
            }),
            running: Mutex::default(),
            begun: Instant::now(),
        }
    }

    fn set(&self, place: usize, centre: Option<Target>) {
        self.shared.centres.lock().unwrap()[place] = centre;
    }

    fn begin(&self) {
        let mut running = self.running.lock().unwrap();
        self.runtime.block_on(self.shared.renew());
        for number in 0..CALLERS {
            running.push(self.runtime.spawn(reception(self.shared.clone(), number)));
        }
    }

    /// Waits until so many more were acknowledged, with a fresh token as often as one is wanted.
    fn wait(&self, more: usize) {
        let reached = self.shared.acknowledged.load(SeqCst) + more;
        let mut last = (Instant::now(), 0);
        while self.shared.acknowledged.load(SeqCst) < reached {
            let there = self.shared.acknowledged.load(SeqCst);
            if there > last.1 {
                last = (Instant::now(), there);
            }
            assert!(last.0.elapsed() < DEADLINE, "checks never go on");
            self.runtime.block_on(async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                if self.shared.is_old() {
                    self.shared.renew().await;
                }
            });
        }
    }

    fn end(&self) -> Counted {
        self.shared.open.store(false, SeqCst);
        for one in self.running.lock().unwrap().drain(..) {
            self.runtime.block_on(one).unwrap();
        }
        let counted = self.shared.counted.lock().unwrap().clone();
        Counted {
            took: self.begun.elapsed(),
            ..counted
        }
    }
}

impl Shared {
    fn is_old(&self) -> bool {
        let token = self.token.lock().unwrap();
        token
            .as_ref()
            .is_none_or(|(since, _)| since.elapsed() > TOKEN_USED)
    }

    fn centre(&self, place: usize) -> Option<Target> {
        self.centres.lock().unwrap()[place % 2].clone()
    }

    async fn renew(&self) {
        let (user_id, password) = &self.login;
        let Some(centre) = self.centre(0).or_else(|| self.centre(1)) else {
            return;
        };
        if let Ok(token) = log_in(&centre, user_id, password).await {
            *self.token.lock().unwrap() = Some((Instant::now(), token));
        }
    }

    /// A connection to this centre, or to the other one.
    async fn connect(&self, number: usize) -> Option<Caller> {
        for place in [number, number + 1] {
            if let Some(centre) = self.centre(place)
                && let Ok(caller) = centre.connect().await
            {
                return Some(caller);
            }
        }
        None
    }
}

/// One reception, which asks one question after the other. Where a connection ends that it has asked through before, it asks again
/// on another one, as HTTP's clients do.
async fn reception(shared: Arc<Shared>, number: usize) {
    let mut caller: Option<(Caller, bool)> = None;
    let mut again = false;
    let mut begun = Instant::now();
    while shared.open.load(SeqCst) || again {
        let Some((mut open, used)) = caller.take() else {
            caller = shared.connect(number).await.map(|fresh| (fresh, false));
            if caller.is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            continue;
        };
        if !again {
            begun = Instant::now();
        }
        let place = shared.next.fetch_add(1, SeqCst) % shared.questions.len();
        let token = shared
            .token
            .lock()
            .unwrap()
            .as_ref()
            .map(|(_, token)| token.clone());
        let asked = open
            .message(SEARCH, token.as_deref(), shared.questions[place].clone())
            .await;
        let mut counted = shared.counted.lock().unwrap();
        match asked {
            Err(_) if used && !again => {
                counted.asked_again += 1;
                again = true;
            }
            Err(_) => {
                counted.unanswered += 1;
                again = false;
            }
            Ok(answer) => {
                again = false;
                counted.longest = counted.longest.max(begun.elapsed());
                if answer.status == 200 {
                    counted.acknowledged += 1;
                    shared.acknowledged.fetch_add(1, SeqCst);
                } else {
                    counted
                        .refused
                        .push(format!("{} {}", answer.status, answer.problem().code));
                }
                if !answer
                    .header(http::header::CONNECTION)
                    .eq_ignore_ascii_case("close")
                {
                    caller = Some((open, true));
                }
            }
        }
    }
}
