//! Results of the card reader come into `face` each once, while the linked application, and in another run the
//! centre, is killed at each step of the way; and they are brought when they are there, not when somebody looks.

use crate::faults::clinic::{Clinic, account};
use crate::faults::place::{KILLS, Moments, rounds};
use crate::faults::relay::Hold;
use http::{Request, header};
use onshi_client::reader::{CERTIFICATE, CONSENTS, SIGNATURE, sign};
use onshi_core::AccountKind;
use onshi_core::certificate::Issued;
use onshi_scenarios::client::{Client, Identity};
use onshi_server::operator::provision::Provision;
use onshi_wire::messages::{ConsentSubject, EligibilityResponse};
use onshi_wire::{Limits, parse_xml};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);
/// Nobody looks for results by the clock within a test: they come because they are there.
const NEVER_BY_ITSELF_SECONDS: i64 = 3_600;
/// Whoever says nothing for so long waits for an answer.
const QUIET: Duration = Duration::from_millis(500);
/// So many patients at the reader.
const PATIENTS: usize = 40;

/// The institution's program: takes away whatever comes into `face`, at once.
struct Reception {
    taken: Arc<Mutex<BTreeMap<String, u32>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Reception {
    fn open(face: PathBuf) -> Reception {
        let (taken, ends) = (
            Arc::<Mutex<BTreeMap<String, u32>>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (own, end) = (Arc::clone(&taken), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::SeqCst) {
                for entry in std::fs::read_dir(&face).unwrap() {
                    let path = entry.unwrap().path();
                    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                    if name.starts_with("OQSsiquc01res_face_") {
                        // It is whole from its first moment on, or this fails the test.
                        let read = std::fs::read(&path).unwrap();
                        let parsed = parse_xml::<EligibilityResponse>(&read, &Limits::SINGLE);
                        assert!(parsed.readable && parsed.problems.is_empty(), "{name}");
                        let told = &parsed.message.body.result_list[0];
                        let consent = told.consent(ConsentSubject::PharmacistsInfo);
                        assert_eq!(consent.flag.as_deref(), Some("1"), "{name}");
                        std::fs::remove_file(&path).unwrap();
                        *own.lock().unwrap().entry(name).or_insert(0) += 1;
                    }
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Reception {
            taken,
            ends,
            thread: Some(thread),
        }
    }

    fn taken(&self) -> BTreeMap<String, u32> {
        self.taken.lock().unwrap().clone()
    }

    /// What was taken until now, once the program has ended well.
    fn close(&mut self) -> BTreeMap<String, u32> {
        self.ends.store(true, Ordering::SeqCst);
        self.thread.take().unwrap().join().unwrap();
        self.taken()
    }
}

/// A clinic with a card reader, at which one patient after the other says yes.
struct Reader {
    clinic: Clinic,
    issued: Issued,
    password: String,
    next: usize,
    runtime: tokio::runtime::Runtime,
}

impl Reader {
    fn open() -> Reader {
        let mut clinic = Clinic::open(PATIENTS, 10);
        clinic.face = true;
        let config = &mut clinic.place.config;
        config.rules.consent.without_card = true;
        config.rules.consent.wait_seconds = NEVER_BY_ITSELF_SECONDS;
        config.limits.reader_recheck_ms = 1_000 * NEVER_BY_ITSELF_SECONDS.unsigned_abs();
        let password = account(&clinic.site, AccountKind::Face, "Kao01");
        let service = clinic.site.service().unwrap();
        let provision = Provision {
            service: &service,
            authority: &clinic.site.authority().unwrap(),
            operator: &clinic.site.operator(&service).unwrap(),
        };
        let now = onshi_core::clock::now();
        let period = (now.plus_seconds(-60), now.plus_seconds(86_400));
        let code = clinic.site.code().unwrap();
        let issued = provision.reader_certificate(&code, "KAO01", period.0, period.1);
        Reader {
            clinic,
            issued: issued.unwrap(),
            password,
            next: 0,
            runtime: tokio::runtime::Runtime::new().unwrap(),
        }
    }

    /// The next patient says yes, past the relay.
    fn says_yes(&mut self) {
        let address = self.clinic.centre_address();
        let site = &self.clinic.site;
        let identity = Identity {
            certificate_pem: site.issued.certificate_pem.clone(),
            key_pem: site.issued.key_pem.to_string(),
        };
        let mut client = Client::new(address, &site.authority_pem, Some(&identity)).unwrap();
        let login = client.log_in_for_tokens("Kao01", &self.password);
        let answer = self.runtime.block_on(login).unwrap().json();
        let token = answer["result"]["idToken"].as_str().unwrap().to_owned();
        loop {
            let card = &self.clinic.request.body.searches[self.next];
            self.next += 1;
            let body = json!({
                "requestId": format!("r{}", self.next),
                "madeAt": onshi_core::clock::now().jst_fourteen(),
                "medicalInstitutionCode": self.clinic.site.facility_code(),
                "person": {
                    "insurerNumber": card.insurer_number.trim(),
                    "symbol": card.insured_card_symbol.clone().unwrap_or_default(),
                    "number": card.insured_identification_number,
                    "branch": card.insured_branch_number,
                    "birthdate": card.birthdate,
                },
                "purpose": "1", "verified": "face", "ceiling": false,
                "kinds": {"YZK": true, "TKK": false},
            });
            let body = body.to_string();
            let request = Request::post(CONSENTS)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::AUTHORIZATION, &token)
                .header(CERTIFICATE, &self.issued.serial)
                .header(
                    SIGNATURE,
                    sign(&self.issued.key_pem, body.as_bytes()).unwrap(),
                )
                .body(body.into())
                .unwrap();
            let before = self.results().len();
            let answer = self.runtime.block_on(client.send(request)).unwrap();
            // Of some of the fictional people there is no coverage any more, and so no result.
            if answer.status == 200 && self.results().len() > before {
                return;
            }
        }
    }

    /// Names of the results, and whether the centre knows that they lie there.
    fn results(&self) -> Vec<(String, bool)> {
        let rows = self.clinic.rows(
            "select name, case when delivered_at is null then 0 else 1 end from reader_result",
        );
        let shown = rows.iter().map(|row| (row.text(0), row.int(1) == 1));
        shown.collect()
    }

    fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !holds() {
            let said = self.clinic.place.complaints();
            assert!(begun.elapsed() < DEADLINE, "never: {what}\n{said}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until the centre knows of every result that it lies there.
    fn all_delivered(&self) {
        self.wait_until("all delivered", || {
            self.results().iter().all(|(_, delivered)| *delivered)
        });
    }

    /// Each result came once, and nothing else.
    fn each_came_once(mut self, mut reception: Reception) {
        self.all_delivered();
        // What would come twice would come now: the linked application begins anew.
        self.clinic.kill_link();
        self.clinic.start_link();
        self.says_yes();
        self.all_delivered();
        // The centre knows it first; only when its answer has come is the mark of the way taken away.
        let marks = self.clinic.place.path().join("work/face");
        self.wait_until("nothing is left of the way", || {
            std::fs::read_dir(&marks).unwrap().count() == 0
        });
        self.clinic.stop_link();
        let taken = reception.close();
        let expected = self.results().into_iter().map(|(name, _)| (name, 1));
        assert_eq!(taken, expected.collect());
        self.clinic.kill_centre();
        self.clinic.place.ask(&["audit", "verify"]);
    }
}

/// The steps of the way at which the wire is held, whether the result lies there by then, and whether the centre
/// knows it.
const STEPS: [(&str, Hold, bool, bool); 3] = [
    ("when a result is sent", Hold::Answer(0), false, false),
    ("before the centre is told", Hold::Question(0), true, false),
    ("when the centre was told", Hold::AnswerTo(1), true, true),
];

#[test]
fn results_come_once_while_the_linked_application_is_killed() {
    each_comes_once(|reader| {
        reader.clinic.kill_link();
        reader.clinic.relay.release();
        reader.clinic.start_link();
    });
}

#[test]
fn results_come_once_while_the_centre_is_killed() {
    each_comes_once(|reader| {
        reader.clinic.kill_centre();
        reader.clinic.relay.release();
        reader.clinic.start_centre();
    });
}

fn each_comes_once(mut kill: impl FnMut(&mut Reader)) {
    let mut reader = Reader::open();
    let reception = Reception::open(reader.clinic.place.path().join("face"));
    reader.clinic.start_centre();
    reader.clinic.start_link();
    // Nobody is killed: what is there is brought, though nobody looks for an hour.
    let begun = Instant::now();
    reader.says_yes();
    reader.all_delivered();
    println!("log-in and delivery took {:.0?}", begun.elapsed());
    for (step, hold, there, known) in STEPS {
        let before = reader.results().len();
        reader.wait_until("taken away", || reception.taken().len() == before);
        reader.clinic.relay.wait_until_quiet(QUIET);
        reader.clinic.relay.hold(hold);
        reader.says_yes();
        reader.clinic.relay.wait_until_held();
        if there {
            reader.wait_until("taken away", || reception.taken().len() > before);
        }
        if known {
            reader.all_delivered();
        }
        assert_eq!(reception.taken().len() > before, there, "{step}");
        let delivered = reader.results().iter().all(|(_, delivered)| *delivered);
        assert_eq!(delivered, known, "{step}");
        kill(&mut reader);
        reader.all_delivered();
        reader.wait_until("taken away", || reception.taken().len() > before);
        println!("killed {step}");
    }
    let mut moments = Moments::new(23);
    let kills = rounds(KILLS, 6).min(u32::try_from(PATIENTS).unwrap() / 4);
    for _ in 0..kills {
        reader.says_yes();
        std::thread::sleep(moments.between(Duration::ZERO, Duration::from_millis(60)));
        kill(&mut reader);
    }
    println!("{kills} kills more, at any moment");
    reader.each_came_once(reception);
}
