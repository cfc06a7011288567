//! `onshi link`: the folders of the institution's programs, and the check of a request file.

use crate::output::{Failure, Output};
use crate::service::{asked_to_stop, runtime};
use clap::{Args, Subcommand};
use onshi_server::Config;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::link::{self, LinkConfig, check};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What `onshi link` needs to know: flags above a file.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LinkArguments {
    #[command(subcommand)]
    command: Option<LinkCommand>,
    /// A file with the same settings (TOML: `centre`, `password_file`, `[encrypt]` …).
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    flags: Settings,
}

/// What else there is to do.
#[derive(Subcommand)]
enum LinkCommand {
    /// Say what is wrong with a request file, without sending it. Exit code 3 if anything is.
    Check {
        /// The file; its name counts too.
        file: PathBuf,
    },
}

/// The settings, each of which may be a flag or a line of the file.
#[derive(Args, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// The centre, such as https://localhost:8443.
    #[arg(long)]
    centre: Option<String>,
    /// The certificate of the centre's authority (PEM).
    #[arg(long)]
    authority: Option<PathBuf>,
    /// The terminal's certificate (PEM).
    #[arg(long)]
    certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long)]
    key: Option<PathBuf>,
    /// The user id of the account for linked applications.
    #[arg(long)]
    user_id: Option<String>,
    /// The file with its password.
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// The folder of requests.
    #[arg(long)]
    req: Option<PathBuf>,
    /// The folder of answers.
    #[arg(long)]
    res: Option<PathBuf>,
    /// The folder of the card reader's results, for cleaning.
    #[arg(long)]
    face: Option<PathBuf>,
    /// Our own folder, on a disk of this machine.
    #[arg(long)]
    work: Option<PathBuf>,
    /// Where the status page listens; loopback only.
    #[arg(long)]
    status_listen: Option<SocketAddr>,
    /// Milliseconds between two looks into the folder of requests [default: 1000].
    #[arg(long)]
    poll_ms: Option<u64>,
    /// Milliseconds that a file must stay the same [default: 300].
    #[arg(long)]
    settle_ms: Option<u64>,
    /// Seconds that a file that is empty or has no end is waited for after its last change
    /// [default: 30].
    #[arg(long)]
    incomplete_seconds: Option<u64>,
    /// Who may read an answer, as a mode in octal digits [default: 0640].
    #[arg(long, value_name = "MODE")]
    answer_mode: Option<String>,
    /// Seconds that a request waits for the centre [default: 300].
    #[arg(long)]
    hold_seconds: Option<u64>,
    /// Days after which answers are deleted; 0 keeps them [default: 7].
    #[arg(long)]
    retention_days: Option<u32>,
    /// Requests under way at once [default: 4].
    #[arg(long)]
    concurrency: Option<usize>,
    /// Milliseconds after which an answer is touched again [default: not].
    #[arg(long)]
    touch_after_ms: Option<u64>,
    /// The file with the password of zips.
    #[arg(long)]
    zip_password_file: Option<PathBuf>,
    /// Which answers are zipped with it: in the file `OQSmutic = true`, as a flag OQSmutic=true.
    #[arg(long = "encrypt", value_name = "PREFIX=BOOL", value_parser = prefix)]
    #[serde(skip)]
    encrypt_flags: Vec<(String, bool)>,
    #[arg(skip)]
    encrypt: BTreeMap<String, bool>,
}

fn prefix(text: &str) -> Result<(String, bool), String> {
    let (prefix, sealed) = text.split_once('=').ok_or("write it as OQSmutic=true")?;
    let sealed = sealed.parse().map_err(|_| "true or false")?;
    Ok((prefix.to_owned(), sealed))
}

fn read(path: &Path) -> Result<Settings, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::usage(format!("{}: {e}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| failed(&e))?;
    toml::from_str(&text).map_err(|e| failed(&e))
}

fn needed<T>(flag: Option<T>, file: Option<T>, name: &str) -> Result<T, Failure> {
    let missing = || {
        Failure::usage(format!(
            "--{name} is missing, and so is the line of the file"
        ))
    };
    flag.or(file).ok_or_else(missing)
}

/// Read by the owner at least, and executed by nobody.
fn mode(text: &str) -> Result<u32, Failure> {
    u32::from_str_radix(text, 8)
        .ok()
        .filter(|mode| mode & !0o666 == 0 && mode & 0o400 != 0)
        .ok_or_else(|| Failure::usage(format!("--answer-mode is like 0640 or 0644, not {text}")))
}

fn configuration(
    flags: Settings,
    file: Settings,
    environment: &str,
) -> Result<LinkConfig, Failure> {
    let usual = LinkConfig::usual(|| onshi_core::clock::now().ms());
    let ms = |flag: Option<u64>, file: Option<u64>, usual: Duration| {
        flag.or(file).map_or(usual, Duration::from_millis)
    };
    let hold = flags.hold_seconds.or(file.hold_seconds);
    let touch = flags.touch_after_ms.or(file.touch_after_ms);
    let mut encrypt = file.encrypt;
    encrypt.extend(flags.encrypt_flags);
    Ok(LinkConfig {
        centre_url: needed(flags.centre, file.centre, "centre")?,
        authority_pem: needed(flags.authority, file.authority, "authority")?,
        certificate: needed(flags.certificate, file.certificate, "certificate")?,
        key: needed(flags.key, file.key, "key")?,
        user_id: needed(flags.user_id, file.user_id, "user-id")?,
        password_file: needed(flags.password_file, file.password_file, "password-file")?,
        req: needed(flags.req, file.req, "req")?,
        res: needed(flags.res, file.res, "res")?,
        face: flags.face.or(file.face),
        work: needed(flags.work, file.work, "work")?,
        status_listen: flags.status_listen.or(file.status_listen),
        poll: ms(flags.poll_ms, file.poll_ms, usual.poll),
        settle: ms(flags.settle_ms, file.settle_ms, usual.settle),
        patience: flags
            .incomplete_seconds
            .or(file.incomplete_seconds)
            .map_or(usual.patience, Duration::from_secs),
        answer_mode: match flags.answer_mode.or(file.answer_mode) {
            Some(text) => mode(&text)?,
            None => usual.answer_mode,
        },
        hold: hold.map_or(usual.hold, Duration::from_secs),
        retention_days: flags
            .retention_days
            .or(file.retention_days)
            .unwrap_or(usual.retention_days),
        concurrency: flags
            .concurrency
            .or(file.concurrency)
            .unwrap_or(usual.concurrency),
        encrypt,
        zip_password_file: flags.zip_password_file.or(file.zip_password_file),
        touch_after: touch.map(Duration::from_millis),
        environment: Some(environment.to_owned()).filter(|text| !text.is_empty()),
        timeouts: Timeouts::default(),
        ..usual
    })
}

/// `onshi link`.
pub fn run(arguments: LinkArguments, config: &Config, output: &Output) -> Result<(), Failure> {
    if let Some(LinkCommand::Check { file }) = &arguments.command {
        return look_through(file, output);
    }
    let file = match &arguments.settings {
        Some(path) => read(path)?,
        None => Settings::default(),
    };
    let settings = configuration(arguments.flags, file, &config.centre.environment)?;
    let link = link::open(settings).map_err(Failure::usage)?;
    let shown = serde_json::json!({
        "status": link.status_address().map(|address| format!("http://{address}/")),
    });
    output.result(&shown, || match link.status_address() {
        Some(address) => format!("The state is shown at http://{address}/"),
        None => "The linked application runs.".to_owned(),
    });
    let runtime = runtime()?;
    runtime.block_on(link.run(asked_to_stop()));
    // A folder on a share that does not answer holds a thread; it must not hold us.
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(())
}

fn look_through(path: &Path, output: &Output) -> Result<(), Failure> {
    let report =
        check::check_file(path).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))?;
    output.result(&report, || words(&report));
    if report.is_clean() {
        Ok(())
    } else {
        let count = report.problems.len() + report.left_out;
        Err(Failure::refused(
            "link.check",
            format!("{count} problems in {}", report.file),
        ))
    }
}

fn words(report: &check::Report) -> String {
    let mut lines = Vec::new();
    if let (Some(message), Some(title)) = (report.message, report.title) {
        let encoding = report.encoding.unwrap_or("-");
        lines.push(format!("{}: {message} {title}（{encoding}）", report.file));
    }
    let listed = [("問題", &report.problems), ("注意", &report.warnings)];
    for (kind, findings) in listed {
        for finding in findings {
            lines.push(format!("{kind} {} {}", finding.code, finding.sentence()));
        }
    }
    if report.left_out > 0 {
        lines.push(format!("ほか{}件", report.left_out));
    }
    if report.is_clean() {
        lines.push("問題は見つかりませんでした。".to_owned());
    }
    lines.join("\n")
}
