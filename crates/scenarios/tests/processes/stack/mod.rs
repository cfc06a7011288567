//! Our card on the real stack: `pcscd` with the virtual reader `vpcd`, read by OpenSC, by the crate
//! `myna-card`, and by our own reader. Everything runs in namespaces of the test's own, since `vpcd`
//! listens on all addresses; nothing is left when the test ends.

mod kiosk;
mod myna;
mod opensc;
mod reader;
mod sign_at;

use crate::faults::place::{program, without_ours};
use onshi_pcsc::Library;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);
const SOCKET: &str = "/run/pcscd/pcscd.comm";
pub const PIN: &str = "1234";

/// An own loopback, and an own place for the socket of `pcscd`.
const SET_UP: &str =
    r#"ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/pcscd && exec "$0" "$@""#;

/// What `make deps` installs for this.
const NEEDED: [(&str, &str); 5] = [
    ("/usr/sbin/pcscd", "pcscd"),
    (
        "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
        "vsmartcard-vpcd",
    ),
    ("/usr/bin/pkcs15-tool", "opensc"),
    ("/usr/bin/pkcs11-tool", "opensc"),
    ("/usr/bin/unshare", "util-linux"),
];

/// Runs a test of this program, which is passed over otherwise, in namespaces of its own.
fn in_namespaces(test: &str) {
    for (file, package) in NEEDED {
        assert!(
            Path::new(file).exists(),
            "there is no {file}: install {package} (make deps)"
        );
    }
    let mut command = Command::new("unshare");
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        command.arg("--map-root-user");
    }
    command
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child"])
        .args(["--mount-proc", "sh", "-c", SET_UP])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"]);
    let output = without_ours(&mut command).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "there is no test {test}: {said}");
}

#[test]
fn opensc_reads_our_card_signs_with_it_and_counts_its_tries() {
    in_namespaces("stack::opensc::inside");
}

#[test]
fn myna_card_reads_all_of_our_card_and_believes_its_signatures() {
    in_namespaces("stack::myna::inside");
}

#[test]
fn our_reader_works_with_our_card_over_pcsc() {
    in_namespaces("stack::reader::inside");
}

#[test]
fn a_patient_is_verified_at_a_reader_of_pcsc_and_the_result_lies_in_face() {
    in_namespaces("stack::kiosk::inside");
}

#[test]
fn a_patients_card_in_a_reader_of_pcsc_signs_what_a_page_asks_for_and_nothing_else() {
    in_namespaces("stack::sign_at::inside");
}

fn pcscd(folder: &Path) -> Child {
    let log = std::fs::File::create(folder.join("pcscd.log")).unwrap();
    let mut command = Command::new("/usr/sbin/pcscd");
    command.args(["--foreground", "--critical"]);
    let command = command.stdout(log.try_clone().unwrap()).stderr(log);
    command.spawn().unwrap()
}

/// `pcscd` at work, and a folder of cards.
struct Stack {
    cards: PathBuf,
    log: TempDir,
    pcscd: Child,
}

impl Stack {
    /// With a folder of its own for cards.
    fn start() -> Stack {
        let log = Stack::log();
        Stack::begin(log.path().to_owned(), log)
    }

    /// With cards that are there already.
    fn with(cards: PathBuf) -> Stack {
        Stack::begin(cards, Stack::log())
    }

    fn log() -> TempDir {
        let mut builder = tempfile::Builder::new();
        builder.prefix("onshi-cards-").tempdir().unwrap()
    }

    fn begin(cards: PathBuf, log: TempDir) -> Stack {
        let pcscd = pcscd(log.path());
        let stack = Stack { cards, log, pcscd };
        stack.wait_for_service();
        stack
    }

    /// Ends the service and starts another one.
    fn restart(&mut self) {
        self.pcscd.kill().unwrap();
        self.pcscd.wait().unwrap();
        let _ = std::fs::remove_file(SOCKET);
        self.pcscd = pcscd(self.log.path());
        self.wait_for_service();
    }

    fn wait_for_service(&self) {
        self.wait("pcscd", || Path::new(SOCKET).exists());
        // Port 35963 in hexadecimal, listening.
        let listens = || {
            let open = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
            open.contains(":8C7B 00000000:0000 0A")
        };
        self.wait("vpcd", listens);
    }

    fn folder(&self) -> &Path {
        &self.cards
    }

    fn wait(&self, what: &str, mut there: impl FnMut() -> bool) {
        let begin = Instant::now();
        while !there() {
            let log =
                std::fs::read_to_string(self.log.path().join("pcscd.log")).unwrap_or_default();
            assert!(begin.elapsed() < DEADLINE, "{what} does not come: {log}");
            std::thread::sleep(POLL);
        }
    }

    /// `onshi card`, to its end.
    fn card(&self, words: &[&str]) -> Value {
        let output = self.command(words).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {complaint}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(["--json", "card"]).args(words);
        command.arg("--folder").arg(self.folder());
        command
    }

    /// Whether `pcscd` sees a card in the first reader.
    fn is_card_there(&self) -> bool {
        let context = Library::load().unwrap().context().unwrap();
        let readers = context.readers().unwrap();
        let first = readers.first().expect("vpcd has readers");
        context.state(first).unwrap().present
    }

    /// Puts a card in, and waits until `pcscd` has seen it.
    fn insert(&self, name: &str, more: &[&str]) -> Child {
        let mut command = self.command(&[&["insert", name], more].concat());
        let child = command.stdout(Stdio::null()).spawn().unwrap();
        self.wait("the card", || self.is_card_there());
        child
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.pcscd.kill();
        let _ = self.pcscd.wait();
    }
}
