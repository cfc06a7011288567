//! A folder to run the real program in.

use onshi_bench::setup::{Site, command};
use onshi_core::entropy::Entropy;
use onshi_server::Config;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use tempfile::TempDir;

/// The folder, and the settings that the program runs with in it.
pub struct Place {
    folder: TempDir,
    pub config: Config,
}

impl Place {
    /// An empty folder. Passwords cost next to nothing here, so that the store gets all the load.
    pub fn new(location: Option<String>) -> Place {
        let folder = tempfile::Builder::new()
            .prefix("onshi-faults-")
            .tempdir()
            .unwrap();
        let path = folder.path();
        let mut config = Config::default();
        config.centre.listen = ([127, 0, 0, 1], 0).into();
        config.centre.secrets = path.join("secrets");
        config.store.location =
            location.unwrap_or_else(|| path.join("data/onshi.db").display().to_string());
        config.rules.password.argon2_memory_kib = 8;
        config.rules.password.argon2_passes = 1;
        config.login.password_burst = 1_000_000;
        config.log.level = "warn".to_owned();
        Place { folder, config }
    }

    /// A folder with an institution in its database.
    pub fn with_site(location: Option<String>, set: impl FnOnce(&mut Config)) -> (Place, Site) {
        let mut place = Place::new(location);
        set(&mut place.config);
        let site = Site::set_up(place.config.clone()).unwrap();
        (place, site)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with the settings of this place, in English; what it complains of goes to a file.
    pub fn onshi(&self, arguments: &[&str]) -> Command {
        let mut command = command(&program(), &self.config, self.path()).unwrap();
        for name in LOCALE {
            command.env_remove(name);
        }
        command.args(arguments).stderr(self.log());
        command
    }

    /// Where the program's complaints are collected.
    pub fn log(&self) -> File {
        let path = self.path().join("log");
        let mut options = OpenOptions::new();
        options.create(true).append(true).open(path).unwrap()
    }

    /// All that the program complained of so far.
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    /// Runs the program to its end and gives what it printed; it must succeed.
    pub fn ask(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, .. } = self.onshi(arguments).output().unwrap();
        let complaints = self.complaints();
        assert!(status.success(), "{arguments:?}: {status}\n{complaints}");
        String::from_utf8(stdout).unwrap()
    }
}

/// The real program, beside this test.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("onshi");
    assert!(
        program.exists(),
        "there is no {}: cargo build --bin onshi first (make test does)",
        program.display()
    );
    program
}

/// The variables that the language of the program is read from: a test gives its own, or none.
pub const LOCALE: [&str; 4] = ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"];

/// Says how often to kill.
pub const KILLS: &str = "ONSHI_KILLS";
/// Says how often to fill the disk.
pub const FULL_DISKS: &str = "ONSHI_FULL_DISKS";
/// Says how often to make PostgreSQL hang.
pub const HANGS: &str = "ONSHI_HANGS";
/// Says how many persons a bulk request has.
pub const PATIENTS: &str = "ONSHI_PATIENTS";

/// Takes away from a program what is only for these tests: it refuses settings that it does not
/// know.
pub fn without_ours(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONSHI_") {
            command.env_remove(name);
        }
    }
    command
}

/// How often: what the environment says, or as often as every test run has time for.
pub fn rounds(name: &str, usual: u32) -> u32 {
    std::env::var_os(name).map_or(usual, |text| text.to_str().unwrap().parse().unwrap())
}

/// How many persons a bulk request has: what the environment says, or so many.
pub fn patients(usual: usize) -> usize {
    std::env::var_os(PATIENTS).map_or(usual, |text| text.to_str().unwrap().parse().unwrap())
}

/// Moments to kill at, the same in every run.
pub struct Moments(Entropy);

impl Moments {
    pub fn new(seed: u8) -> Moments {
        Moments(Entropy::new([seed; 32]))
    }

    /// A moment between these two.
    pub fn between(&mut self, from: Duration, to: Duration) -> Duration {
        let width = to.saturating_sub(from).as_micros().max(1);
        from + Duration::from_micros(self.0.below(u32::try_from(width).unwrap()).into())
    }
}
