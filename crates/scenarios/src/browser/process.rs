//! Starting Chromium and ChromeDriver apart from everything else on the machine, and ending them.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{BrowserFault, DEADLINE, Options, POLL};

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// The first process of a process namespace of its own. It lasts as long as our end of its
/// standard input, and when it ends the kernel ends all others in the namespace: nothing is left
/// behind whether we drop it, panic or are killed. Chromium reads policies from one fixed folder
/// only, hence a mount namespace that has our folder in its place.
const FIRST_PROCESS: &str = r#"
[ $$ = 1 ] || exit 1
[ -z "$POLICIES" ] || mount --bind "$POLICIES" /etc/chromium || exit 1
chromedriver --port=0 --log-path="$FOLDER/chromedriver.log" &
read -r _
kill -KILL -1
rm -rf "$FOLDER"
"#;

/// How often it is started at the most.
const STARTS: usize = 5;

/// ChromeDriver and what it started, in a folder that goes when they have gone.
pub(super) struct Process {
    /// Where ChromeDriver listens.
    pub(super) url: String,
    child: Child,
    stdin: Option<ChildStdin>,
    home: TempDir,
}

impl Process {
    /// Starts one. The port that ChromeDriver gets from the system for IPv6 may be somebody's for
    /// IPv4, and then it ends: another one gets another port.
    pub(super) async fn start(options: &Options) -> Result<Process, BrowserFault> {
        for _ in 1..STARTS {
            match Process::start_once(options).await {
                Err(fault) if fault.0.contains("port not available") => {}
                started => return started,
            }
        }
        Process::start_once(options).await
    }

    async fn start_once(options: &Options) -> Result<Process, BrowserFault> {
        for program in [CHROMIUM, CHROMEDRIVER] {
            if !Path::new(program).exists() {
                return Err(BrowserFault(format!(
                    "no {program}: install chromium (make deps)"
                )));
            }
        }
        let home = tempfile::Builder::new()
            .prefix("onshi-browser-")
            .tempdir()?;
        fill_store(home.path(), options)?;
        let policies = write_policies(home.path(), options)?;
        let mut child = first_process(home.path(), policies)?.spawn()?;
        let stdin = child.stdin.take();
        let mut process = Process {
            url: String::new(),
            child,
            stdin,
            home,
        };
        process.url = process.wait_for_port().await?;
        Ok(process)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn folder(&self) -> &Path {
        self.home.path()
    }

    /// What ChromeDriver and Chromium have printed.
    pub(super) fn log(&self) -> String {
        let read = |name| fs::read(self.home.path().join(name)).unwrap_or_default();
        let log = [read("printed"), read("chromedriver.log")].concat();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// What a new WebDriver session asks for.
    pub(super) fn capabilities(&self, options: &Options) -> Value {
        let profile = self.home.path().join("profile");
        let mut arguments = vec![format!("--user-data-dir={}", profile.display())];
        arguments.extend(
            [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=ja",
                "--window-size=1280,900",
            ]
            .map(str::to_owned),
        );
        if let Some(film) = &options.camera {
            arguments.extend([
                "--use-fake-device-for-media-stream".to_owned(),
                "--use-fake-ui-for-media-stream".to_owned(),
                format!("--use-file-for-fake-video-capture={}", film.display()),
            ]);
        }
        json!({
            "browserName": "chrome",
            // Else the driver has every certificate accepted.
            "acceptInsecureCerts": false,
            "timeouts": { "pageLoad": 60_000, "script": 60_000 },
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": CHROMIUM,
                "args": arguments,
                "prefs": { "intl.accept_languages": "ja" },
            },
        })
    }

    async fn wait_for_port(&mut self) -> Result<String, BrowserFault> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let log = self.log();
            let port = log
                .split_once("started successfully on port ")
                .and_then(|(_, rest)| rest.split_once('.'))
                .and_then(|(port, _)| port.parse::<u16>().ok());
            if let Some(port) = port {
                return Ok(format!("http://127.0.0.1:{port}/"));
            }
            let ended = self.child.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                return Err(BrowserFault(format!("ChromeDriver did not start: {log}")));
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // Returns when the kernel has ended the whole namespace.
        let _ = self.child.wait();
    }
}

fn first_process(home: &Path, policies: OsString) -> Result<Command, BrowserFault> {
    let printed = fs::File::create(home.join("printed"))?;
    let mut command = Command::new("unshare");
    // Who is not root may do this only as the root of a user namespace of one's own.
    if fs::metadata("/proc/self").map(|me| me.uid()).unwrap_or(0) != 0 {
        command.arg("--map-root-user");
    }
    command
        .args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .args(["sh", "-c", FIRST_PROCESS])
        .current_dir(home)
        .env_clear()
        .env(
            "PATH",
            std::env::var_os("PATH").unwrap_or("/usr/sbin:/usr/bin:/sbin:/bin".into()),
        )
        .env("FOLDER", home)
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("LANG", "C.UTF-8")
        .env("LANGUAGE", "ja")
        .env("TZ", "Asia/Tokyo")
        .env("POLICIES", policies)
        // So that Ctrl-C ends the test alone, and the first process can still tidy up.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(printed.try_clone()?)
        .stderr(printed);
    Ok(command)
}

/// The folder to stand in for `/etc/chromium`; empty if none is needed.
fn write_policies(home: &Path, options: &Options) -> Result<OsString, BrowserFault> {
    if !options.auto_select {
        return Ok(OsString::new());
    }
    let folder = home.join("etc-chromium");
    let managed = folder.join("policies/managed");
    fs::create_dir_all(&managed)?;
    let rule = json!({ "pattern": "https://localhost", "filter": {} }).to_string();
    let policy = json!({ "AutoSelectCertificateForUrls": [rule] });
    fs::write(managed.join("onshi.json"), policy.to_string())?;
    Ok(folder.into())
}

/// Makes the certificate database where Chromium looks for it.
fn fill_store(home: &Path, options: &Options) -> Result<(), BrowserFault> {
    if options.authority_pem.is_none() && options.client_p12.is_none() {
        return Ok(());
    }
    let folder = home.join(".pki/nssdb");
    fs::create_dir_all(&folder)?;
    let database = format!("sql:{}", folder.display());
    nss(Command::new("certutil").args(["-N", "--empty-password", "-d", &database]))?;
    if let Some(file) = &options.authority_pem {
        let add = ["-A", "-n", "authority", "-t", "C,,", "-d", &database, "-i"];
        nss(Command::new("certutil").args(add).arg(file))?;
    }
    if let Some((file, password)) = &options.client_p12 {
        let import = ["-d", &database, "-W", password, "-i"];
        nss(Command::new("pk12util").args(import).arg(file))?;
    }
    Ok(())
}

fn nss(command: &mut Command) -> Result<(), BrowserFault> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|e| BrowserFault(format!("{program}: {e}: install libnss3-tools (make deps)")))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(BrowserFault(format!(
        "{program}: {}",
        String::from_utf8_lossy(&printed)
    )))
}
