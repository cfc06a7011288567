//! A clinic whose card reader is the real program: the centre, the linked application, `onshi reader`, and
//! virtual cards of the patients to try. Touches go by HTTP, as the page sends them.

use crate::faults::clinic::{Clinic, account};
use crate::faults::place::program;
use crate::faults::relay::Relay;
use onshi_card::photo::Picture;
use onshi_core::insured::Line;
use onshi_core::insured::import::{self, Progress};
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Function, Request};
use onshi_population::showcase;
use onshi_server::operator::provision::Provision;
use onshi_wire::messages::EligibilityResponse;
use onshi_wire::{Limits, parse_xml};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(5);
pub const PIN: &str = "1234";

/// The clinic. What runs is killed when it is dropped.
pub struct Desk {
    pub clinic: Clinic,
    /// The reader's wire to the centre; the linked application has the clinic's.
    pub wire: Relay,
    reader: Option<(Child, SocketAddr)>,
}

impl Desk {
    /// A clinic with cards for these of the patients to try. Nothing runs yet.
    pub fn open(patients: &[u16]) -> Desk {
        let mut clinic = Clinic::open(1, 10);
        clinic.face = true;
        let password = account(&clinic.site, AccountKind::Face, "Kao01");
        let service = clinic.site.service().unwrap();
        let operator = clinic.site.operator(&service).unwrap();
        let provision = Provision {
            service: &service,
            authority: &clinic.site.authority().unwrap(),
            operator: &operator,
        };
        let now = onshi_core::clock::now();
        let (begin, end) = (now.plus_seconds(-60), now.plus_seconds(86_400));
        let code = clinic.site.code().unwrap();
        let issued = provision.reader_certificate(&code, "KAO01", begin, end);
        let issued = issued.unwrap();
        for (name, text) in [
            ("reader.pem", issued.certificate_pem.as_str()),
            ("reader.key.pem", &issued.key_pem),
            ("reader-password", &password),
        ] {
            std::fs::write(clinic.place.path().join(name), text).unwrap();
        }
        let people = showcase(now.jst_day());
        let lines: Vec<Line> = people.into_iter().flat_map(|one| one.lines).collect();
        let function = Function::ImportInsuredPersons;
        let operation = OperationContext::new(operator.actor(), function, Request::fresh());
        let work = move |tx: &mut onshi_core::Tx<'_>| {
            import::take(tx, "showcase", &lines, &Progress::default())
        };
        service.change_and_wait(operation, work).unwrap();
        let desk = Desk {
            clinic,
            wire: Relay::open(),
            reader: None,
        };
        desk.make_cards(patients);
        desk
    }

    /// Makes the cards, and tells the centre of them as its operator does.
    fn make_cards(&self, patients: &[u16]) {
        let (place, folder) = (&self.clinic.place, self.cards());
        let folder = folder.to_str().unwrap();
        let mut words = vec!["--json", "card", "make", "--folder", folder, "--pin", PIN];
        let numbers: Vec<String> = patients.iter().map(u16::to_string).collect();
        for number in &numbers {
            words.extend(["--patient", number]);
        }
        place.ask(&words);
        let told = std::fs::read_dir(self.cards().join("centre")).unwrap();
        let mut told: Vec<PathBuf> = told.map(|entry| entry.unwrap().path()).collect();
        // Authorities before their lists.
        told.sort();
        for file in told {
            let path = file.to_str().unwrap();
            match file.extension().unwrap().to_str().unwrap() {
                "cer" => place.ask(&["card-authority", "add", path]),
                "crl" => place.ask(&["card-authority", "crl", path]),
                _ => place.ask(&["card-registration", "import", path]),
            };
        }
    }

    /// The folder of the cards.
    pub fn cards(&self) -> PathBuf {
        self.clinic.place.path().join("cards")
    }

    pub fn start_centre(&mut self) {
        self.clinic.start_centre();
        self.wire.lead_to(Some(self.clinic.centre_address()));
    }

    /// The kill, by SIGKILL.
    pub fn kill_centre(&mut self) {
        self.wire.lead_to(None);
        self.clinic.kill_centre();
    }

    /// Starts the reader's program: with these words about where the card lies.
    pub fn start_reader(&mut self, card: &[&str]) {
        let place = &self.clinic.place;
        let path = |name: &str| place.path().join(name).display().to_string();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ONSHI_") {
                command.env_remove(name);
            }
        }
        command.args(["--json", "reader", "--listen", "127.0.0.1:0"]);
        for (name, value) in [
            ("--centre", self.wire.url()),
            ("--authority", path("authority.pem")),
            ("--certificate", path("terminal.pem")),
            ("--key", path("terminal.key.pem")),
            ("--user-id", "Kao01".to_owned()),
            ("--password-file", path("reader-password")),
            ("--reader-certificate", path("reader.pem")),
            ("--reader-key", path("reader.key.pem")),
            ("--facility", self.clinic.site.facility_code()),
        ] {
            command.args([name, &value]);
        }
        let child = command
            .args(card)
            .current_dir(place.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(place.log())
            .spawn();
        let mut child = child.unwrap();
        let mut said = String::new();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let told = lines.map_while(Result::ok).find_map(|line| {
            said.push_str(&line);
            serde_json::from_str::<Value>(&said).ok()
        });
        let Some(told) = told else {
            child.wait().unwrap();
            panic!("the reader ended: {said} {}", place.complaints());
        };
        let url = told["kiosk"].as_str().unwrap().trim_end_matches('/');
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        self.reader = Some((child, SocketAddr::from(([127, 0, 0, 1], port))));
    }

    /// The kill, by SIGKILL.
    pub fn kill_reader(&mut self) {
        let (mut child, _) = self.reader.take().expect("the reader runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn send(&self, head: &str, body: &[u8]) -> Option<(u16, String)> {
        let (_, address) = self.reader.as_ref().expect("the reader runs");
        let port = address.port();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(address).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.get(9..12)?.parse().ok()?;
        Some((status, body.to_owned()))
    }

    /// What is shown now.
    pub fn shown(&self) -> Value {
        let (_, body) = self.send("GET /kiosk/shown?after=0", b"").unwrap();
        let (from, to) = (body.find('{').unwrap(), body.rfind('}').unwrap());
        serde_json::from_str(&body[from..=to]).unwrap()
    }

    /// Waits until the screen is of this kind.
    pub fn screen(&self, kind: &str) -> Value {
        let begun = Instant::now();
        loop {
            let shown = self.shown();
            if shown["screen"]["kind"] == kind {
                return shown;
            }
            let said = self.clinic.place.complaints();
            assert!(
                begun.elapsed() < DEADLINE,
                "{kind} does not come: {shown}\n{said}"
            );
            std::thread::sleep(POLL);
        }
    }

    /// Touches a screen.
    pub fn touch(&self, on: &Value, touch: &str, value: Option<&str>) {
        let body = json!({"number": on["number"], "touch": touch, "value": value}).to_string();
        let told = self.send("POST /kiosk/touch", body.as_bytes());
        assert_eq!(told.map(|(status, _)| status), Some(204), "{touch}");
    }

    /// Puts a card of the tray on the reader, or takes it off.
    pub fn tray(&self, what: &str, card: &str) {
        let body = json!({"name": card}).to_string();
        let told = self.send(&format!("POST /tray/{what}"), body.as_bytes());
        assert_eq!(told.map(|(status, _)| status), Some(204), "{what} {card}");
    }

    /// The page's camera sees this, until it is shown that it was enough.
    pub fn is_seen(&self, seen: &Picture, enough: impl Fn(&Value) -> bool) {
        self.wait_until("the camera has seen enough", || {
            let told = self.send("POST /kiosk/frame", &seen.points);
            assert_eq!(told.map(|(status, _)| status), Some(204));
            enough(&self.shown())
        });
    }

    /// From the choice to the question for a consent, by the right PIN.
    pub fn verified_by_pin(&self) -> Value {
        let shown = self.screen("choose");
        self.touch(&shown, "method", Some("pin"));
        let shown = self.screen("pin");
        self.touch(&shown, "pin", Some(PIN));
        self.screen("consent")
    }

    /// The names of the results that the centre has, in order.
    pub fn results(&self) -> Vec<String> {
        let rows = self
            .clinic
            .rows("select name from reader_result order by name");
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// What lies in `face`, each of which has to be whole.
    pub fn in_face(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.clinic.place.path().join("face")).unwrap();
        let mut names = Vec::new();
        for entry in folder {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if !name.starts_with("OQSsiquc01res_face_") {
                continue;
            }
            let read = std::fs::read(&path).unwrap();
            let parsed = parse_xml::<EligibilityResponse>(&read, &Limits::SINGLE);
            assert!(parsed.readable && parsed.problems.is_empty(), "{name}");
            names.push(name);
        }
        names.sort();
        names
    }

    /// Waits until something holds.
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !holds() {
            let said = self.clinic.place.complaints();
            assert!(begun.elapsed() < DEADLINE, "never: {what}\n{said}");
            std::thread::sleep(POLL);
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if self.reader.is_some() {
            self.kill_reader();
        }
    }
}
