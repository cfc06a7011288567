//! `onshi demo` as a person starts it: the real program, in a folder of its own.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(20);

/// What went wrong, to be read by whoever ran the test.
#[derive(thiserror::Error)]
#[error("{0}")]
pub struct DemoFault(String);

/// A running demo. When it is dropped it is asked to stop, and has to do so cleanly.
pub struct Demo {
    child: Child,
    folder: TempDir,
    description: Value,
}

impl Demo {
    /// Starts one on free ports and waits until it is ready.
    pub async fn start() -> Result<Demo, DemoFault> {
        Demo::start_with(&[]).await
    }

    /// The same with more on its command line.
    pub async fn start_with(more: &[&str]) -> Result<Demo, DemoFault> {
        let program = program()?;
        let folder = tempfile::Builder::new().prefix("onshi-demo-").tempdir()?;
        let log = fs::File::create(folder.path().join("log"))?;
        // It ends with this thread, even when the test is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        command.arg("demo").arg("--dir").arg(folder.path());
        for port in [
            "centre",
            "portal",
            "gateway",
            "operations",
            "messages",
            "kiosk",
            "card",
            "operators",
            "office",
        ] {
            command.args([format!("--{port}-port"), "0".to_owned()]);
        }
        command.args(more);
        without_settings(&mut command);
        let child = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut demo = Demo {
            child,
            folder,
            description: Value::Null,
        };
        demo.description = demo.wait_until_ready().await?;
        Ok(demo)
    }

    /// Asks it from another shell, as `onshi demo reset` and the like do: exit code, and what was printed.
    pub fn ask(&self, arguments: &[&str]) -> Result<(Option<i32>, String), DemoFault> {
        let mut command = Command::new(program()?);
        command.args(["--json", "demo"]).args(arguments);
        command.arg("--dir").arg(self.folder.path());
        without_settings(&mut command);
        let output = command.stdin(Stdio::null()).output()?;
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed).into_owned();
        Ok((output.status.code(), printed))
    }

    /// A value of `demo.json`, such as `/gateway/url`. An unknown one is empty.
    pub fn value(&self, pointer: &str) -> &str {
        let found = self.description.pointer(pointer);
        found.and_then(Value::as_str).unwrap_or_default()
    }

    /// The password that `demo.json` gives for an account of the first institution.
    pub fn password(&self, user_id: &str) -> &str {
        let accounts = self.description["facility"]["accounts"].as_array();
        let found = accounts
            .into_iter()
            .flatten()
            .find(|account| account["user_id"] == user_id);
        found
            .and_then(|account| account["password"].as_str())
            .unwrap_or_default()
    }

    /// All of `demo.json`.
    pub fn description(&self) -> &Value {
        &self.description
    }

    /// Where its data is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The patients of `demo.json`.
    pub fn patients(&self) -> &[Value] {
        let patients = self.description["patients"].as_array();
        patients.map_or(&[], Vec::as_slice)
    }

    /// All that it printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    async fn wait_until_ready(&mut self) -> Result<Value, DemoFault> {
        let path = self.folder.path().join("demo.json");
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Ok(text) = fs::read(&path) {
                return serde_json::from_slice(&text)
                    .map_err(|e| DemoFault(format!("{}: {e}", path.display())));
            }
            let ended = self.child.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let log = self.log();
                return Err(DemoFault(format!("the demo is not ready: {log}")));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn stop(&mut self) -> Result<(), DemoFault> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    let log = self.log();
                    return Err(DemoFault(format!("the demo ended with {status}: {log}")));
                }
                None if Instant::now() > deadline => {
                    self.child.kill()?;
                    self.child.wait()?;
                    return Err(DemoFault(format!("the demo went on: {}", self.log())));
                }
                None => std::thread::sleep(POLL),
            }
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let stopped = self.stop();
        // A test that fails has something more important to say.
        if let (Err(fault), false) = (stopped, std::thread::panicking()) {
            panic!("{fault}");
        }
    }
}

/// Nothing of the machine's own settings.
fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONSHI_") {
            command.env_remove(name);
        }
    }
}

/// Where the build puts what goes with the running test: `target/debug`, say.
pub fn build_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_default();
    let folder = test.parent().and_then(Path::parent);
    folder.unwrap_or(Path::new("")).to_owned()
}

fn program() -> Result<PathBuf, DemoFault> {
    let program = build_folder().join("onshi");
    if program.exists() {
        return Ok(program);
    }
    Err(DemoFault(format!(
        "no {}: cargo build --bin onshi first (make test does)",
        program.display()
    )))
}

/// Tests print a fault by `unwrap`, and should then read as sentences.
impl fmt::Debug for DemoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for DemoFault {
    fn from(error: std::io::Error) -> Self {
        DemoFault(format!("the demo's folder or process: {error}"))
    }
}
