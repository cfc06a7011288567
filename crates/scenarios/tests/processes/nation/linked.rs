//! A clinic whose programs ask by folders: its linked application keeps each request until it has an answer, whatever the
//! centres do meanwhile.

use super::lab::{Lab, People};
use crate::faults::clinic::account;
use crate::faults::place::without_ours;
use crate::faults::relay::Relay;
use onshi_bench::setup::Site;
use onshi_core::AccountKind;
use onshi_wire::{Style, print_xml};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How often the receipt computer puts a request into the folder.
const EVERY: Duration = Duration::from_millis(500);
/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);

/// The clinic. Its linked application ends when this is dropped.
pub struct Clinic {
    folder: PathBuf,
    link: Child,
    asked: Arc<AtomicUsize>,
    open: Arc<AtomicBool>,
    judged: AtomicUsize,
    _relay: Relay,
}

/// What came of its requests.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// How many requests were put into the folder.
    pub asked: usize,
    /// How many have the answer to what they asked.
    pub answered: usize,
}

impl Clinic {
    /// Opens it: the linked application runs, and so does the receipt computer.
    pub fn open(lab: &Lab, program: &Path, site: &Site, people: &People) -> Clinic {
        let folder = lab.path("clinic");
        for name in ["req", "res", "work"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let password = account(site, AccountKind::Link, "Renkei01");
        for (name, text) in [
            ("terminal.pem", site.issued.certificate_pem.as_str()),
            ("terminal.key.pem", site.issued.key_pem.as_str()),
            ("authority.pem", &site.authority_pem),
            ("password", &password),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        let relay = Relay::open();
        relay.lead_to(Some(([10, 88, 0, 2], 8443).into()));
        let mut command = Command::new(program);
        without_ours(&mut command);
        command.args(["link", "--centre", &relay.url(), "--user-id", "Renkei01"]);
        for (name, value) in [
            ("--authority", "authority.pem"),
            ("--certificate", "terminal.pem"),
            ("--key", "terminal.key.pem"),
            ("--password-file", "password"),
            ("--req", "req"),
            ("--res", "res"),
            ("--work", "work"),
        ] {
            command.arg(name).arg(folder.join(value));
        }
        let log = fs::File::create(folder.join("log")).unwrap();
        let link = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let clinic = Clinic {
            link: link.spawn().unwrap(),
            folder,
            asked: Arc::default(),
            open: Arc::new(AtomicBool::new(true)),
            judged: AtomicUsize::new(0),
            _relay: relay,
        };
        let (asked, open) = (clinic.asked.clone(), clinic.open.clone());
        let (folder, messages) = (clinic.folder.clone(), people.messages.clone());
        std::thread::spawn(move || {
            while open.load(Ordering::SeqCst) {
                let number = asked.load(Ordering::SeqCst);
                let mut message = messages[number % messages.len()].clone();
                message.header.arbitrary_file_identifier = Some(format!("N{number}"));
                let bytes = print_xml(&message, Style::default()).bytes;
                let new = folder.join("new");
                fs::write(&new, bytes).unwrap();
                let name = format!("OQSsiquc01req_N{number}.xml");
                fs::rename(new, folder.join("req").join(name)).unwrap();
                asked.store(number + 1, Ordering::SeqCst);
                std::thread::sleep(EVERY);
            }
        });
        clinic
    }

    /// Waits until all that was asked before this moment is answered, and counts.
    pub fn judge(&self) -> Held {
        let from = self.judged.load(Ordering::SeqCst);
        let until = self.asked.load(Ordering::SeqCst);
        let begun = Instant::now();
        let answered = loop {
            let answered = (from..until)
                .filter(|number| self.is_answered(*number))
                .count();
            if answered == until - from || begun.elapsed() > DEADLINE {
                break answered;
            }
            std::thread::sleep(Duration::from_millis(200));
        };
        self.judged.store(until, Ordering::SeqCst);
        Held {
            asked: until - from,
            answered,
        }
    }

    /// Whether a request has its own answer, with somebody in it.
    fn is_answered(&self, number: usize) -> bool {
        let name = format!("res/OQSsiquc01res_N{number}.xml");
        let text = fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        let own = format!("<ArbitraryFileIdentifier>N{number}<");
        text.contains(&own) && text.contains("<QualificationValidity>")
    }
}

impl Drop for Clinic {
    fn drop(&mut self) {
        self.open.store(false, Ordering::SeqCst);
        // Whoever has ended by itself was killed by nobody.
        let _ = self.link.kill();
        let _ = self.link.wait();
    }
}
