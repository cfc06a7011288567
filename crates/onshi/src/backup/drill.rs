//! `onshi backup drill`: backs up, restores into a fresh place, starts a centre there, and asks it for a check.
//!
//! The centre of the trial is shut off from everything: it listens on loopback alone, sends no mail, and notes no
//! seals. What is tried is taken away at the end; the report stays.

mod check;
mod report;

use super::{How, Locked, back_up, identities};
use crate::output::{Failure, Output};
use crate::restore::what_is_missing;
use crate::serve::Tools;
use clap::Args;
use onshi_age::Key;
use onshi_core::service::OperationContext;
use onshi_core::store::Location;
use onshi_core::{Function, Moment, Request, backup};
use onshi_language::{cause, say};
use onshi_server::Config;
use onshi_server::operator::backup::make::Made;
use onshi_server::operator::backup::restore::{Restored, Wanted, restore};
use report::Report;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// What is tried, and where the report goes.
#[derive(Args)]
pub struct DrillArguments {
    /// The folder of the report (text, PDF, JSON).
    ///
    /// 報告書（テキスト・PDF・JSON）を置くフォルダ
    #[arg(long, value_name = "FOLDER")]
    report: PathBuf,
    /// Where it is tried; beside the database unless it is named. It needs twice the room of the database.
    ///
    /// 訓練を行うフォルダ。省略すると、データベースと同じ場所です。データベースの2倍の空きが必要です。
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
    /// The secret key of --recipients, so that it is tried, too.
    ///
    /// --recipients の秘密鍵。復号も訓練に含めます。
    #[arg(long, value_name = "FILE", requires = "recipients")]
    identity: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// What is tried, in a folder that goes at the end.
struct Ground(PathBuf);

impl Drop for Ground {
    fn drop(&mut self) {
        // The result says more than that the folder could not be taken away; the next run does it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How long each step took.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    backup: Duration,
    restore: Duration,
    start: Duration,
    check: Duration,
}

/// What came of a trial.
struct Tried {
    made: Made,
    restored: Restored,
    checked: check::Checked,
    times: Times,
}

/// `onshi backup drill`.
pub fn run(
    arguments: &DrillArguments,
    config: &Config,
    file: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let Location::Sqlite(database) = config.location() else {
        return Err(Failure::usage(say!(
            "the drill restores SQLite; on PostgreSQL restore its base backup into another cluster, and `onshi restore` into a configuration that leads there",
            "訓練はSQLite用です。PostgreSQLでは、ベースバックアップを別のクラスタに復元し、それを指す設定で `onshi restore` を実行してください。"
        )));
    };
    if !arguments.report.is_dir() {
        return Err(Failure::usage(say!(
            "there is no folder {} for the report",
            "報告書のフォルダ {} がありません。",
            arguments.report.display()
        )));
    }
    let locked = arguments.how.locked()?;
    let key = key_of(arguments, &locked)?;
    let beside = database.parent().unwrap_or(Path::new("."));
    let work = arguments.work.as_deref().unwrap_or(beside);
    let ground = ground(work)?;
    let began = onshi_core::clock::now();
    let tried = attempt(arguments, config, file, (&ground.0, &locked, key));
    drop(ground);
    let passed = tried.as_ref().is_ok_and(|tried| tried.checked.good());
    note(config, passed)?;
    let report = Report::of(began, tried.as_ref().map_err(String::as_str));
    let files = report.write(&arguments.report, config)?;
    output.result(&report, || report.told(&files));
    match passed {
        true => Ok(()),
        false => Err(Failure::refused(
            "drill.failed",
            say!(
                "the drill was not passed; the report says at which step",
                "復元訓練は不合格です。どの段階かは報告書にあります。"
            ),
        )),
    }
}

/// What opens the backup again.
fn key_of(arguments: &DrillArguments, locked: &Locked) -> Result<Option<Key>, Failure> {
    match (locked, &arguments.identity) {
        (Locked::Nobody, _) => Ok(None),
        (Locked::Passphrase(words), _) => Ok(Some(Key::Passphrase(Zeroizing::new(
            words.as_str().to_owned(),
        )))),
        (Locked::Recipients(_), Some(path)) => Ok(Some(Key::Identities(identities(path)?))),
        (Locked::Recipients(_), None) => Err(Failure::usage(say!(
            "a drill with --recipients needs their secret key: name it with --identity, or try without encryption",
            "--recipients の訓練には秘密鍵が必要です。--identity で指定するか、暗号化なしで行ってください。"
        ))),
    }
}

fn ground(work: &Path) -> Result<Ground, Failure> {
    let path = work.join(".onshi-drill");
    let failed = |error: std::io::Error| {
        let what = say!("making {}", "{} の作成", path.display());
        Failure::io(what, &error)
    };
    match std::fs::remove_dir_all(&path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    use std::os::unix::fs::DirBuilderExt;
    let mut private = std::fs::DirBuilder::new();
    private.mode(0o700).create(&path).map_err(failed)?;
    Ok(Ground(path))
}

/// The settings of the centre of the trial: it reaches nobody, and only we reach it.
fn shut_off(config: &Config, ground: &Path) -> Config {
    let mut trial = config.clone();
    trial.store.location = ground.join("place/onshi.db").display().to_string();
    trial.centre.secrets = ground.join("place/secrets");
    trial.centre.listen = ([127, 0, 0, 1], 0).into();
    trial.centre.messages = None;
    trial.portal.listen = None;
    trial.operators.listen = None;
    trial.operations.listen = None;
    trial.mail.smtp = String::new();
    trial.mail.folder = ground.join("mail");
    trial.seals.folder = None;
    trial
}

fn attempt(
    arguments: &DrillArguments,
    config: &Config,
    file: Option<PathBuf>,
    (ground, locked, key): (&Path, &Locked, Option<Key>),
) -> Result<Tried, String> {
    let within = |step: &'static str| move |failure: Failure| format!("{step}: {}", failure.text());
    let to = ground.join("backup");
    std::fs::create_dir(&to).map_err(|e| format!("{}: {}", to.display(), cause(&e)))?;
    let mut times = Times::default();
    let begun = Instant::now();
    let wanted = arguments.how.wanted(to, locked, file);
    let made = back_up(config, &wanted).map_err(within("バックアップの作成"))?;
    times.backup = begun.elapsed();
    let trial = shut_off(config, ground);
    let begun = Instant::now();
    let wanted = Wanted {
        from: made.path.clone(),
        key,
        seals: config.seals.folder.clone(),
        although_not_whole: false,
        goes_on: false,
    };
    let restored = restore(&trial, &wanted)
        .map_err(Failure::from)
        .map_err(within("空の場所への復元と検証"))?;
    times.restore = begun.elapsed();
    let (checked, start, check) =
        check::ask(&trial).map_err(within("復元したセンターの起動と資格確認"))?;
    (times.start, times.check) = (start, check);
    Ok(Tried {
        made,
        restored,
        checked,
        times,
    })
}

/// Notes in the log of the service what came of it.
fn note(config: &Config, passed: bool) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    let actor = tools.operator.actor();
    let operation = OperationContext::new(actor, Function::DrillBackup, Request::fresh());
    let noted = tools.service.change_and_wait(operation, move |tx| {
        backup::drilled(tx, passed);
        Ok(())
    });
    Ok(noted?)
}

/// Seconds of a step, for people.
fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}

/// The moment of a trial, for the names of its files.
fn stamp(moment: Moment) -> String {
    let fourteen = moment.jst_fourteen();
    let (day, time) = fourteen.split_at(8);
    format!("{day}-{time}")
}

/// What the notes of the second place say of the backup.
fn missing(tried: &Tried) -> String {
    what_is_missing(&tried.restored.noted)
}
