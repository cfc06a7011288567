//! An institution whose programs work by folders: the centre, the linked application and the
//! folders, each a process or a folder of its own, as they are in a clinic.

use crate::faults::place::{Place, program};
use crate::faults::relay::Relay;
use onshi_bench::client::Target;
use onshi_bench::setup::{Served, Site};
use onshi_core::account::Managed;
use onshi_core::account::login::Through;
use onshi_core::authn::Operator;
use onshi_core::insured::Line;
use onshi_core::insured::import::{self, Progress};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request, Service};
use onshi_population::{Plan, Population};
use onshi_scenarios::database::{Cell, Database, Row};
use onshi_server::operator::provision::Provision;
use onshi_wire::messages::{
    BulkEligibilityRequest, BulkEligibilityResponse, DownloadRequest,
    QualificationConfirmSearchInfo, UploadResponse,
};
use onshi_wire::shape::Typed;
use onshi_wire::{Limits, Style, parse_xml, print_xml};
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(600);
const POLL: Duration = Duration::from_millis(2);
const PASSWORD_FILE: &str = "password";

/// The clinic. What runs is killed when it is dropped.
pub struct Clinic {
    pub place: Place,
    pub site: Site,
    pub relay: Relay,
    /// The whole request, as the receipt computer writes it.
    pub request: BulkEligibilityRequest,
    /// The password of 連携アプリ用アカウント `Renkei01`.
    pub password: String,
    /// Whether the linked application brings results of the card reader into `face`, too.
    pub face: bool,
    /// Looks on without asking at the door: the writer is the centre's alone.
    watch: Mutex<Database>,
    centre: Option<Served>,
    link: Option<Child>,
}

/// A bulk request as the store has it.
#[derive(Clone, Debug)]
pub struct Taken {
    pub number: String,
    pub reached: i64,
    pub finished: bool,
}

impl Clinic {
    /// A clinic with so many patients, each of whom has an appointment, and a centre that works
    /// so many of them in a piece.
    pub fn open(patients: usize, chunk: i64) -> Clinic {
        let mut place = Place::new(None);
        place.config.rules.bulk.chunk = chunk;
        let site = Site::set_up(place.config.clone()).unwrap();
        let service = site.service().unwrap();
        let request = appointments(
            (&service, &site.operator(&service).unwrap()),
            &site.facility_code(),
            patients,
        );
        let watch = Mutex::new(Database::open(&place.config.location()));
        for folder in ["req", "res", "work", "face"] {
            fs::create_dir(place.path().join(folder)).unwrap();
        }
        let password = account(&site, AccountKind::Link, "Renkei01");
        let pems = [
            ("terminal.pem", site.issued.certificate_pem.as_str()),
            ("terminal.key.pem", site.issued.key_pem.as_str()),
            ("authority.pem", &site.authority_pem),
            (PASSWORD_FILE, &password),
        ];
        for (name, text) in pems {
            fs::write(place.path().join(name), text).unwrap();
        }
        Clinic {
            place,
            site,
            relay: Relay::open(),
            request,
            password,
            face: false,
            watch,
            centre: None,
            link: None,
        }
    }

    pub fn start_centre(&mut self) {
        let served = Served::start(&mut self.place.onshi(&["serve", "--json"])).unwrap();
        self.relay.lead_to(Some(served.address().unwrap()));
        self.centre = Some(served);
    }

    /// The way to the centre, past the relay.
    pub fn target(&self) -> Target {
        let centre = self.centre.as_ref().expect("the centre runs");
        self.site.target(centre).unwrap()
    }

    /// Where the centre listens, past the relay.
    pub fn centre_address(&self) -> SocketAddr {
        let centre = self.centre.as_ref().expect("the centre runs");
        centre.address().unwrap()
    }

    /// The most memory that the centre had at any moment, in KiB.
    pub fn memory_peak_kib(&self) -> u64 {
        let centre = self.centre.as_ref().expect("the centre runs");
        centre.memory_peak_kib().unwrap()
    }

    /// The kill, by SIGKILL.
    pub fn kill_centre(&mut self) {
        self.relay.lead_to(None);
        drop(self.centre.take().expect("the centre runs"));
    }

    pub fn start_link(&mut self) {
        let path = |name: &str| self.place.path().join(name).display().to_string();
        // It ends with this thread, even when the test is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ONSHI_") {
                command.env_remove(name);
            }
        }
        let settings = [
            ("--centre", self.relay.url()),
            ("--authority", path("authority.pem")),
            ("--certificate", path("terminal.pem")),
            ("--key", path("terminal.key.pem")),
            ("--user-id", "Renkei01".to_owned()),
            ("--password-file", path(PASSWORD_FILE)),
            ("--req", path("req")),
            ("--res", path("res")),
            ("--work", path("work")),
            ("--poll-ms", "50".to_owned()),
            ("--settle-ms", "20".to_owned()),
            ("--incomplete-seconds", "1".to_owned()),
        ];
        command.arg("link");
        if self.face {
            command.args(["--face", &path("face")]);
        }
        for (name, value) in settings {
            command.args([name, &value]);
        }
        let child = command
            .current_dir(self.place.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(self.place.log())
            .spawn();
        self.link = Some(child.unwrap());
    }

    /// The kill, by SIGKILL.
    pub fn kill_link(&mut self) {
        let mut link = self.link.take().expect("the linked application runs");
        link.kill().unwrap();
        link.wait().unwrap();
    }

    /// The most memory that the linked application has had, in KiB.
    pub fn link_peak(&self) -> u64 {
        let link = self.link.as_ref().expect("the linked application runs");
        let status = fs::read_to_string(format!("/proc/{}/status", link.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let words = line.unwrap().split_whitespace().nth(1);
        words.unwrap().parse().unwrap()
    }

    /// Asks the linked application to stop, and waits until it has.
    pub fn stop_link(&mut self) {
        let mut link = self.link.take().expect("the linked application runs");
        let id = rustix::process::Pid::from_child(&link);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = link.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > DEADLINE {
                link.kill().unwrap();
                panic!("it does not stop when it is asked to");
            }
            std::thread::sleep(POLL);
        };
        assert!(status.success(), "{status}");
    }

    /// Writes a request as programs do: complete, then under its name.
    pub fn drop_request(&self, name: &str, bytes: &[u8]) {
        let part = self.place.path().join(name);
        fs::write(&part, bytes).unwrap();
        fs::rename(part, self.place.path().join("req").join(name)).unwrap();
    }

    /// Drops the bulk request, and says how long it is.
    pub fn ask(&self) -> u64 {
        let bytes = print_xml(&self.request, Style::default()).bytes;
        self.drop_request("OQSmuquc01req_1.xml", &bytes);
        bytes.len() as u64
    }

    /// The reception number in the one answer to the upload, which is taken away.
    pub fn reception_number(&self) -> String {
        let taken: UploadResponse = self.take("OQSmuquc01res_1.xml");
        let body = taken.body.reception_number.clone();
        body.unwrap_or_else(|| panic!("{taken:?}"))
    }

    /// Drops a request for the results.
    pub fn fetch(&self, number: &str, time: usize) {
        let mut asked = DownloadRequest::default();
        asked.header.medical_institution_code = self.site.facility_code();
        asked.body.reception_number = number.to_owned();
        let bytes = print_xml(&asked, Style::default()).bytes;
        self.drop_request(&format!("OQSmuquc02req_{time}.xml"), &bytes);
    }

    /// The answer to that, which is taken away.
    pub fn fetched(&self, time: usize) -> BulkEligibilityResponse {
        self.take(&format!("OQSmuquc02res_{time}.xml"))
    }

    /// Waits for an answer, which is taken away.
    pub fn take<M: Typed>(&self, name: &str) -> M {
        let path = self.place.path().join("res").join(name);
        let begun = Instant::now();
        while !path.exists() {
            let (there, said) = (self.results(), self.place.complaints());
            assert!(begun.elapsed() < DEADLINE, "no {name}; {there:?}\n{said}");
            std::thread::sleep(POLL);
        }
        let parsed = parse_xml::<M>(&fs::read(&path).unwrap(), &Limits::BULK);
        assert!(parsed.readable && parsed.problems.is_empty(), "{name}");
        fs::remove_file(path).unwrap();
        parsed.message
    }

    /// What lies in `res`.
    pub fn results(&self) -> Vec<String> {
        let folder = fs::read_dir(self.place.path().join("res")).unwrap();
        let names = folder.map(|entry| entry.unwrap().file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }

    /// What is left in `req` and `work`.
    pub fn unfinished(&self) -> Vec<PathBuf> {
        let folders = ["req", "work"].map(|name| self.place.path().join(name));
        let entries = folders.iter().flat_map(|path| fs::read_dir(path).unwrap());
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.is_dir() || path.extension().is_some_and(|e| e == "xml"))
            .collect()
    }

    /// What a query says, asked past the door.
    pub fn rows(&self, sql: &str) -> Vec<Row> {
        self.watch.lock().unwrap().rows(sql)
    }

    /// The bulk requests of the clinic.
    pub fn taken(&self) -> Vec<Taken> {
        let sql = "select reception_number, next_item, finished_at from bulk_request";
        let rows = self.rows(sql);
        let shown = |row: &Row| Taken {
            number: row.text(0),
            reached: row.int(1),
            finished: row.0[2] != Cell::Null,
        };
        rows.iter().map(shown).collect()
    }

    /// Waits until the store says so of the one request.
    pub fn wait_until(&self, what: &str, reached: impl Fn(&Taken) -> bool) -> Taken {
        let begun = Instant::now();
        loop {
            let all = self.taken();
            assert!(all.len() < 2, "one upload became {all:?}");
            if let Some(found) = all.into_iter().find(|taken| reached(taken)) {
                return found;
            }
            let said = self.place.complaints();
            assert!(begun.elapsed() < DEADLINE, "it never was {what}\n{said}");
            std::thread::sleep(POLL);
        }
    }

    /// How many persons the audit log says were looked at.
    pub fn looked_at(&self) -> usize {
        let code = self.site.facility_code();
        let export = self.place.ask(&["audit", "export", "--facility", &code]);
        let lines = export
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let persons = lines
            .filter(|line| line["function"] == "check_eligibility_in_bulk")
            .filter(|line| line["outcome"] == "done")
            .filter(|line| line["detail"] == "checked");
        persons.count()
    }
}

impl Drop for Clinic {
    fn drop(&mut self) {
        if self.link.is_some() {
            self.kill_link();
        }
    }
}

/// Imports people, and writes a bulk request about as many.
fn appointments(
    (service, operator): (&Service, &Operator),
    facility: &str,
    patients: usize,
) -> BulkEligibilityRequest {
    let today = onshi_core::clock::now().jst_day();
    let plan = Plan {
        persons: patients as u64 * 2,
        seed: 7,
        today,
    };
    let lines: Vec<Line> = Population::new(plan).collect();
    let mut request = BulkEligibilityRequest::default();
    request.header.qualification_confirmation_date = today.eight();
    request.header.medical_institution_code = facility.to_owned();
    for line in &lines {
        let Line::Qualification(record) = line else {
            continue;
        };
        let place = request.body.searches.len();
        if place == patients {
            break;
        }
        request.body.searches.push(QualificationConfirmSearchInfo {
            insurer_number: format!("{:>8}", record.insurer_number),
            insured_card_symbol: record.insured_card_symbol.clone(),
            insured_identification_number: record.insured_identification_number.clone(),
            insured_branch_number: record.insured_branch_number.clone(),
            birthdate: record.birthdate.clone(),
            limit_application_certificate_related_cons_flg: "1".to_owned(),
            arbitrary_identifier: Some(format!("P{place:05}")),
        });
    }
    assert_eq!(request.body.searches.len(), patients);
    for batch in lines.chunks(5_000).map(<[Line]>::to_vec) {
        let function = Function::ImportInsuredPersons;
        let operation = OperationContext::new(operator.actor(), function, Request::fresh());
        let work = move |tx: &mut onshi_core::Tx<'_>| {
            import::take(tx, "patients", &batch, &Progress::default())
        };
        service.change_and_wait(operation, work).unwrap();
    }
    request
}

/// Registers an account and uses it for the first time; gives its password.
pub fn account(site: &Site, kind: AccountKind, user_id: &str) -> String {
    let (service, authority) = (site.service().unwrap(), site.authority().unwrap());
    let operator = site.operator(&service).unwrap();
    let provision = Provision {
        service: &service,
        authority: &authority,
        operator: &operator,
    };
    let new = (kind, user_id, "架空 連携");
    let made = provision.account(&site.admin, Managed::Others, new, None);
    let (code, serial) = (site.code().unwrap(), &site.issued.serial);
    let actor = provision.actor(&code, user_id, serial).unwrap();
    let through = Through {
        certificate_serial: serial.clone(),
        terminal_name: "BENCH01".to_owned(),
    };
    let own = provision.own_password(&actor, &through, &made.unwrap().1);
    own.unwrap().password
}
