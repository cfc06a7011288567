//! The machines, by the script `lab.sh`, and what is asked of them.

use onshi_bench::eligibility::{fill, program_account, question};
use onshi_bench::setup::Site;
use onshi_core::clock::Day;
use onshi_core::insured::{Line, QualificationRecord};
use onshi_population::{Plan, Population};
use onshi_scenarios::database::Database;
use onshi_server::Config;
use onshi_wire::messages::{EligibilityRequest, QualificationConfirmSearchInfo};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(180);
const MACHINES: [&str; 9] = [
    "etcd1", "etcd2", "etcd3", "pg1", "pg2", "pg3", "centre1", "centre2", "balancer",
];
/// The machines of PostgreSQL.
pub const DATABASES: [&str; 3] = ["pg1", "pg2", "pg3"];
const ADDRESSES: [&str; 3] = ["10.88.0.11", "10.88.0.12", "10.88.0.13"];
/// How many people are insured in this nation.
const PERSONS: u64 = 20_000;
/// How many of them the linked application asks about, again and again.
const MESSAGES: usize = 500;

/// The machines.
pub struct Lab {
    folder: PathBuf,
    root: PathBuf,
    program: PathBuf,
}

/// Somebody who is asked about: the key in the audit log, and the question.
pub type Person = (i64, bytes::Bytes);

/// What the program of the receptions logs in with.
pub struct People {
    pub login: (String, String),
    pub persons: Vec<Person>,
    /// The same questions for the linked application, about the first of them.
    pub messages: Vec<EligibilityRequest>,
}

impl Lab {
    /// Makes the machines, and starts all but the centres.
    pub fn make(program: &Path) -> Lab {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let root = root.unwrap().to_owned();
        let folder = root.join("target/nation/lab");
        // What an earlier run left; it has no machines any more.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let lab = Lab {
            folder,
            root,
            program: program.to_owned(),
        };
        lab.say(&["make"]);
        for machine in MACHINES {
            lab.say(&["on", machine]);
        }
        lab.wait_whole();
        lab
    }

    /// A file among those of the machines.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn script(&self, arguments: &[&str]) -> Command {
        let script = "crates/scenarios/tests/processes/nation/lab.sh";
        let mut command = Command::new("bash");
        command
            .arg(self.root.join(script))
            .arg(&self.folder)
            .args(arguments)
            // What is set for the tests is not for the machines.
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("LAB_DEPLOY", self.root.join("deploy"))
            .env("LAB_PROGRAM", &self.program)
            .env("LAB_PATRONI", self.root.join("target/nation/patroni"))
            .stdin(Stdio::null());
        command
    }

    fn log(&self) -> File {
        let mut options = OpenOptions::new();
        let path = self.path("said");
        options.create(true).append(true).open(path).unwrap()
    }

    /// Does something with the machines; it must succeed.
    pub fn say(&self, arguments: &[&str]) {
        let mut command = self.script(arguments);
        command.stdout(self.log()).stderr(self.log());
        let status = command.status().unwrap();
        let said = std::fs::read_to_string(self.path("said")).unwrap_or_default();
        assert!(status.success(), "lab.sh {arguments:?}: {status}\n{said}");
    }

    /// What a command on a machine prints, or nothing when it fails.
    pub fn ask(&self, machine: &str, command: &[&str]) -> Option<String> {
        let arguments = [&["run", machine], command].concat();
        let output = self.script(&arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(said)
    }

    /// What Patroni says of the cluster, asked of whoever answers.
    fn cluster(&self) -> Option<Value> {
        let authority = self.path("tls/authority.pem");
        ADDRESSES.iter().find_map(|address| {
            let output = Command::new("curl")
                .args(["--silent", "--fail", "--max-time", "2", "--cacert"])
                .arg(&authority)
                .arg(format!("https://{address}:8008/cluster"))
                .output()
                .unwrap();
            serde_json::from_slice(&output.stdout).ok()
        })
    }

    /// The primary, as Patroni says.
    pub fn primary(&self) -> Option<String> {
        let cluster = self.cluster()?;
        let members = cluster["members"].as_array()?;
        let leader = members.iter().find(|member| member["role"] == "leader")?;
        leader["name"].as_str().map(str::to_owned)
    }

    /// Waits until another machine than this one is the primary.
    pub fn wait_other_primary(&self, than: &str) -> String {
        let begun = Instant::now();
        loop {
            if let Some(primary) = self.primary()
                && primary != than
                && self.is_writable(&primary)
            {
                return primary;
            }
            assert!(begun.elapsed() < DEADLINE, "{than} was never replaced");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn is_writable(&self, machine: &str) -> bool {
        let place = DATABASES.iter().position(|name| *name == machine).unwrap();
        let output = Command::new("curl")
            .args(["--silent", "--fail", "--max-time", "2", "--cacert"])
            .arg(self.path("tls/authority.pem"))
            .arg(format!("https://{}:8008/primary", ADDRESSES[place]))
            .output();
        output.unwrap().status.success()
    }

    /// Waits until one is the primary, the other two follow it, and both are good for its commits.
    pub fn wait_whole(&self) {
        let begun = Instant::now();
        loop {
            let cluster = self.cluster().unwrap_or_default();
            let members = cluster["members"].as_array().cloned().unwrap_or_default();
            let count = |key: &str, word: &str| {
                let is = |member: &&Value| member[key] == word;
                members.iter().filter(is).count()
            };
            let follow = count("role", "quorum_standby") + count("role", "sync_standby");
            if count("role", "leader") == 1 && follow == 2 && count("state", "streaming") == 2 {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "never whole: {cluster}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Changes the primary as planned, to this machine or to any.
    pub fn switch(&self, to: Option<&str>) -> String {
        let primary = self.primary().unwrap();
        let mut order = vec!["bash", "-c", SWITCH, "switch", &primary];
        order.extend(to);
        let said = self.ask(&primary, &order);
        assert!(said.is_some(), "the switch was refused");
        self.wait_other_primary(&primary)
    }

    /// The settings of a centre, for what is set up from here.
    fn config(&self) -> Config {
        let mut config = Config::default();
        config.centre.secrets = self.path("secrets");
        config.store.location = self.location();
        config.store.postgres.root_file = Some(self.path("tls/authority.pem"));
        config.log.level = "warn".to_owned();
        config
    }

    /// The database, from here: whichever of the three takes writes.
    fn location(&self) -> String {
        let hosts = ADDRESSES.map(|address| format!("{address}:5432")).join(",");
        format!("postgres://onshi:lab-onshi@{hosts}/onshi?target_session_attrs=read-write")
    }

    /// Takes a base backup of a replica.
    pub fn back_up(&self) {
        let primary = self.primary().unwrap();
        let replica = DATABASES.iter().find(|name| **name != primary);
        self.say(&["backup", replica.unwrap()]);
    }

    /// Restores the backup to this moment (seconds since 1970), and gives the number that the SQL says there.
    pub fn restored(&self, moment: f64, sql: &str) -> i64 {
        let primary = self.primary().unwrap();
        // What is not archived yet is with the next piece of the log.
        let next = "select pg_switch_wal()";
        assert!(
            self.ask(&primary, &["bash", "-c", AS_POSTGRES, "psql", next])
                .is_some()
        );
        let archived = || {
            let waiting =
                "ls /var/lib/postgresql/onshi/data/pg_wal/archive_status | grep -c ready$ || true";
            let said = self.ask(&primary, &["bash", "-c", waiting]);
            said.is_some_and(|said| said.trim() == "0")
        };
        let begun = Instant::now();
        while !archived() {
            assert!(begun.elapsed() < DEADLINE, "the log is not archived");
            std::thread::sleep(Duration::from_millis(200));
        }
        let target = format!("{moment:.3}");
        let output = Command::new("date")
            .args(["--utc", "--date", &format!("@{target}"), "+%F %T.%3N+00"])
            .output()
            .unwrap();
        let target = String::from_utf8(output.stdout).unwrap();
        let output = self
            .script(&["restore", target.trim(), sql])
            .output()
            .unwrap();
        let [said, more] = [output.stdout, output.stderr].map(|b| String::from_utf8(b).unwrap());
        let number = said.trim().parse();
        number.unwrap_or_else(|_| panic!("restoring: {said}{more}"))
    }

    /// A connection to the primary.
    pub fn database(&self) -> Database {
        let root = self.path("tls/authority.pem");
        let more = format!("&sslmode=verify-full&sslrootcert={}", root.display());
        let location = onshi_core::store::Location::Postgres(self.location() + &more);
        // The driver blocks, which a thread of the runtime may not.
        std::thread::spawn(move || Database::open(&location))
            .join()
            .unwrap()
    }

    /// Sets up an institution, people, and the centres' secrets.
    pub fn furnish_centres(&self) -> (Site, People) {
        let site = Site::set_up(self.config()).unwrap();
        let login = program_account(&site).unwrap();
        let today = onshi_core::clock::now().jst_day();
        let plan = Plan {
            persons: PERSONS,
            seed: 1,
            today,
        };
        fill(&site, &site.service().unwrap(), plan).unwrap();
        let code = site.facility_code();
        let (mut persons, mut messages) = (Vec::new(), Vec::new());
        for line in Population::new(plan) {
            if let Line::Qualification(record) = line
                && record.disqualification_date.is_none()
            {
                let question = question(&record, &code, plan);
                if messages.len() < MESSAGES {
                    messages.push(message(&record, &code, plan.today));
                }
                persons.push((record.person, question));
            }
        }
        let people = People {
            login,
            persons,
            messages,
        };
        (site, people)
    }

    /// Gives both centres the same secrets, and starts them.
    pub fn start_centres(&self) {
        for centre in ["centre1", "centre2"] {
            self.say(&["secrets", centre]);
            self.say(&["serve", centre]);
        }
        let begun = Instant::now();
        for address in ["10.88.0.31", "10.88.0.32"] {
            let health = format!("http://{address}:9090/health");
            let asked = ["--silent", "--fail", "--max-time", "2", health.as_str()];
            while !Command::new("curl")
                .args(asked)
                .output()
                .unwrap()
                .status
                .success()
            {
                assert!(begun.elapsed() < DEADLINE, "{address} is never well");
                std::thread::sleep(Duration::from_millis(200));
            }
        }
    }

    /// Whether every chain of the audit log is whole, as `onshi audit verify` says at a centre. It may be in the way of
    /// something else and be turned away, which says nothing of the log.
    pub fn verify(&self) -> bool {
        const NOT_WHOLE: i32 = 4;
        for _ in 0..5 {
            let command = ["bash", "-c", OPERATOR, "operator", "audit", "verify"];
            let arguments = [&["run", "centre1"], &command[..]].concat();
            let output = self.script(&arguments).output().unwrap();
            match output.status.code() {
                Some(0) => return true,
                code => {
                    let [said, more] = [&output.stdout, &output.stderr]
                        .map(|bytes| String::from_utf8_lossy(bytes));
                    println!("audit verify ended with {code:?}: {said}{more}");
                    if code == Some(NOT_WHOLE) {
                        return false;
                    }
                }
            }
        }
        false
    }
}

/// The same question for the folder.
fn message(record: &QualificationRecord, facility: &str, today: Day) -> EligibilityRequest {
    let mut message = EligibilityRequest::default();
    message.header.qualification_confirmation_date = today.eight();
    message.header.medical_institution_code = facility.to_owned();
    message.body.search = QualificationConfirmSearchInfo {
        insurer_number: format!("{:>8}", record.insurer_number),
        insured_card_symbol: record.insured_card_symbol.clone(),
        insured_identification_number: record.insured_identification_number.clone(),
        insured_branch_number: record.insured_branch_number.clone(),
        birthdate: record.birthdate.clone(),
        limit_application_certificate_related_cons_flg: "1".to_owned(),
        arbitrary_identifier: None,
    };
    message
}

/// Runs SQL on a machine, as its superuser.
pub const AS_POSTGRES: &str = r#"
exec setpriv --reuid=postgres --regid=postgres --clear-groups \
    psql --no-psqlrc -qAtX -h /var/run/postgresql -d postgres -c "$1"
"#;

/// Runs one of the operator's commands as the unit's user with the unit's settings.
const OPERATOR: &str = r#"
set -a; . /etc/onshi/centre.env; set +a
export ONSHI_CONFIG=/etc/onshi/onshi.toml LANG=C.UTF-8
cd /var/lib/onshi
exec setpriv --reuid=onshi --regid=onshi --clear-groups /usr/local/bin/onshi "$@"
"#;

/// Asks Patroni for a planned switch, as the runbook says.
const SWITCH: &str = r#"
set -a; . /etc/onshi-cluster/patroni.env; set +a
exec /opt/onshi-patroni/bin/patronictl -c /etc/onshi-cluster/patroni.yml \
    switchover onshi --leader "$1" ${2:+--candidate "$2"} --force
"#;
