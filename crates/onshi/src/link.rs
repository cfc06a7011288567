//! `onshi link`: the folders of the institution's programs, and the check of a request file.

#[cfg(test)]
mod tests;

use crate::output::{Failure, Output};
use crate::serve::{asked_to_stop, runtime};
use crate::settings;
use clap::{Args, Subcommand};
use figment::value::{Dict, Value};
use onshi_language::{cause, say, spoken};
use onshi_server::Config;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::link::{self, LinkConfig, check};
use serde::{Deserialize, Serialize, Serializer};
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
    ///
    /// 同じ設定を書いたファイル（TOML：`centre`、`password_file`、`[encrypt]` など）
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

/// What else there is to do.
#[derive(Subcommand)]
enum LinkCommand {
    /// Say what is wrong with a request file, without sending it. Exit code 3 if anything is.
    ///
    /// 要求ファイルの誤りを、送信せずに調べます。誤りがあると、終了コード3で終わります。
    Check {
        /// The file; its name counts too.
        ///
        /// ファイル（名前も調べます）
        file: PathBuf,
    },
}

/// The settings as flags. A line of the file has the same name, with `_` for `-`.
#[derive(Args, Serialize, Default)]
struct Flags {
    #[command(flatten)]
    #[serde(flatten)]
    centre: settings::CentreFlags,
    /// The folder of requests.
    ///
    /// 要求のフォルダ
    #[arg(long)]
    req: Option<PathBuf>,
    /// The folder of answers.
    ///
    /// 結果のフォルダ
    #[arg(long)]
    res: Option<PathBuf>,
    /// The folder of the card reader's results, for cleaning.
    ///
    /// カードリーダーの結果のフォルダ（掃除のため）
    #[arg(long)]
    face: Option<PathBuf>,
    /// Our own folder, on a disk of this machine.
    ///
    /// 連携アプリケーションの作業フォルダ（この計算機のディスク上）
    #[arg(long)]
    work: Option<PathBuf>,
    /// Where the status page listens; loopback only.
    ///
    /// 状態のページが待ち受けるアドレス（この端末だけ）
    #[arg(long)]
    status_listen: Option<SocketAddr>,
    /// Milliseconds between two looks into the folder of requests [default: 1000].
    ///
    /// 要求のフォルダを見る間隔（ミリ秒）［既定：1000］
    #[arg(long)]
    poll_ms: Option<u64>,
    /// Milliseconds that a file must stay the same [default: 300].
    ///
    /// ファイルが変わらずにいるべき時間（ミリ秒）［既定：300］
    #[arg(long)]
    settle_ms: Option<u64>,
    /// Seconds that a file that is empty or has no end is waited for after its last change
    /// [default: 30].
    ///
    /// 空または終わりのないファイルを、最後に変わってから待つ時間（秒）［既定：30］
    #[arg(long)]
    incomplete_seconds: Option<u64>,
    /// Who may read an answer, as a mode in octal digits [default: 0640].
    ///
    /// 結果を読める者。8進数のモード［既定：0640］
    #[arg(long, value_name = "MODE")]
    answer_mode: Option<String>,
    /// Seconds that a request waits for the centre [default: 300].
    ///
    /// 要求がセンターを待つ時間（秒）［既定：300］
    #[arg(long)]
    offline_timeout_seconds: Option<u64>,
    /// Days after which answers are deleted; 0 keeps them [default: 7].
    ///
    /// 結果を削除するまでの日数。0は削除しません［既定：7］
    #[arg(long)]
    retention_days: Option<u32>,
    /// Requests under way at once [default: 4].
    ///
    /// 同時に送る要求の数［既定：4］
    #[arg(long)]
    concurrency: Option<usize>,
    /// Milliseconds after which an answer is touched again [default: not].
    ///
    /// 結果のファイルの時刻を更新し直すまでの時間（ミリ秒）［既定：しない］
    #[arg(long)]
    touch_after_ms: Option<u64>,
    /// The file with the password of zips.
    ///
    /// zipのパスワードを書いたファイル
    #[arg(long)]
    zip_password_file: Option<PathBuf>,
    /// Which answers are zipped with it: in the file `OQSmutic = true`, as a flag OQSmutic=true.
    ///
    /// どの結果をそのパスワードでzipにするか。ファイルでは `OQSmutic = true`、オプションでは OQSmutic=true
    #[arg(long, value_name = "PREFIX=BOOL", value_parser = prefix)]
    #[serde(serialize_with = "table")]
    encrypt: Vec<(String, bool)>,
}

/// The settings in force: flags above the file above what is usual.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    centre: String,
    authority: PathBuf,
    certificate: PathBuf,
    key: Option<PathBuf>,
    user_id: String,
    password_file: PathBuf,
    req: PathBuf,
    res: PathBuf,
    face: Option<PathBuf>,
    work: PathBuf,
    status_listen: Option<SocketAddr>,
    poll_ms: u64,
    settle_ms: u64,
    incomplete_seconds: u64,
    answer_mode: String,
    offline_timeout_seconds: u64,
    retention_days: u32,
    concurrency: usize,
    touch_after_ms: Option<u64>,
    zip_password_file: Option<PathBuf>,
    encrypt: BTreeMap<String, bool>,
}

fn table<S: Serializer>(pairs: &[(String, bool)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(pairs.iter().map(|(prefix, sealed)| (prefix, sealed)))
}

fn prefix(text: &str) -> Result<(String, bool), String> {
    let (prefix, sealed) = text.split_once('=').ok_or_else(|| {
        say!(
            "write it as OQSmutic=true",
            "OQSmutic=true のように書きます。"
        )
    })?;
    let sealed = sealed
        .parse()
        .map_err(|_| say!("it is true or false", "true または false です。"))?;
    Ok((prefix.to_owned(), sealed))
}

/// What is usual, where there is something usual.
fn usual() -> Dict {
    let usual = LinkConfig::usual(|| 0);
    let ms = |time: Duration| Value::from(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    let seconds = |time: Duration| Value::from(time.as_secs());
    Dict::from(
        [
            ("poll_ms", ms(usual.poll)),
            ("settle_ms", ms(usual.settle)),
            ("incomplete_seconds", seconds(usual.patience)),
            ("answer_mode", format!("{:04o}", usual.answer_mode).into()),
            ("offline_timeout_seconds", seconds(usual.offline_timeout)),
            ("retention_days", usual.retention_days.into()),
            ("concurrency", usual.concurrency.into()),
            ("encrypt", Dict::new().into()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )
}

/// Read by the owner at least, and executed by nobody.
fn mode(text: &str) -> Result<u32, Failure> {
    u32::from_str_radix(text, 8)
        .ok()
        .filter(|mode| mode & !0o666 == 0 && mode & 0o400 != 0)
        .ok_or_else(|| {
            Failure::usage(say!(
                "--answer-mode is like 0640 or 0644, not {text}",
                "--answer-mode は 0640 や 0644 のように書きます（{text} は使えません）。"
            ))
        })
}

/// The key's file; none is needed for a folder, which holds both.
pub fn key_of(certificate: &Path, key: Option<PathBuf>) -> Result<PathBuf, Failure> {
    match key {
        Some(key) => Ok(key),
        None if certificate.is_dir() => Ok(PathBuf::new()),
        None => Err(Failure::usage(say!(
            "--key is missing: {} is no folder of certificates",
            "--key がありません。{} は電子証明書のフォルダではありません。",
            certificate.display()
        ))),
    }
}

fn configuration(settings: Settings, environment: &str) -> Result<LinkConfig, Failure> {
    let usual = LinkConfig::usual(|| onshi_core::clock::now().ms());
    Ok(LinkConfig {
        centre_url: settings.centre,
        authority_pem: settings.authority,
        key: key_of(&settings.certificate, settings.key)?,
        certificate: settings.certificate,
        user_id: settings.user_id,
        password_file: settings.password_file,
        req: settings.req,
        res: settings.res,
        face: settings.face,
        work: settings.work,
        status_listen: settings.status_listen,
        poll: Duration::from_millis(settings.poll_ms),
        settle: Duration::from_millis(settings.settle_ms),
        patience: Duration::from_secs(settings.incomplete_seconds),
        answer_mode: mode(&settings.answer_mode)?,
        offline_timeout: Duration::from_secs(settings.offline_timeout_seconds),
        retention_days: settings.retention_days,
        concurrency: settings.concurrency,
        encrypt: settings.encrypt,
        zip_password_file: settings.zip_password_file,
        touch_after: settings.touch_after_ms.map(Duration::from_millis),
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
    let settings = settings::read(usual(), &arguments.flags, arguments.settings.as_deref())?;
    let settings = configuration(settings, &config.centre.environment)?;
    let link = link::open(settings).map_err(Failure::usage)?;
    let shown = serde_json::json!({
        "status": link.status_address().map(|address| format!("http://{address}/")),
    });
    output.result(&shown, || match link.status_address() {
        Some(address) => say!(
            "The state is shown at http://{address}/",
            "状態は http://{address}/ で見られます。"
        ),
        None => say!(
            "The linked application runs.",
            "連携アプリケーションが動いています。"
        ),
    });
    let runtime = runtime()?;
    runtime.block_on(link.run(asked_to_stop()));
    // A folder on a share that does not answer holds a thread; it must not hold us.
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(())
}

fn look_through(path: &Path, output: &Output) -> Result<(), Failure> {
    let report = check::check_file(path).map_err(|e| {
        let why = cause(&e);
        Failure::usage(format!("{}: {why}", path.display()))
    })?;
    output.result(&report, || words(&report));
    if report.is_clean() {
        Ok(())
    } else {
        let count = report.problems.len() + report.left_out;
        Err(Failure::refused(
            "link.check",
            say!(
                "{count} problems in {}",
                "{} に{count}件の問題があります。",
                report.file
            ),
        ))
    }
}

fn words(report: &check::FileCheck) -> String {
    let mut lines = Vec::new();
    if let (Some(message), Some(title)) = (report.message, report.title) {
        let encoding = report.encoding.unwrap_or("-");
        lines.push(say!(
            "{}: {message} ({encoding})",
            "{}: {message} {title}（{encoding}）",
            report.file
        ));
    }
    let listed = [
        (say!("problem", "問題"), &report.problems),
        (say!("notice", "注意"), &report.warnings),
    ];
    for (kind, findings) in listed {
        for finding in findings {
            let sentence = spoken().choose(finding.sentence_in_english(), finding.sentence());
            lines.push(format!("{kind} {} {sentence}", finding.code));
        }
    }
    if report.left_out > 0 {
        lines.push(say!("and {} more", "ほか{}件", report.left_out));
    }
    if report.is_clean() {
        lines.push(say!(
            "No problem was found.",
            "問題は見つかりませんでした。"
        ));
    }
    lines.join("\n")
}
