//! `onshi demo reset`, `clock`, `faults` and `log`: what a demo that runs is asked to do, from another shell.

use super::clock::AHEAD_DAYS_MAX;
use super::control::{Order, Refused, Sent, Told, Whereabouts, file};
use super::faults::Faults;
use crate::output::{Failure, Output};
use clap::{Args, Subcommand};
use onshi_core::Moment;
use onshi_language::{cause, say};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a demo that runs is asked.
#[derive(Subcommand)]
pub enum DemoCommand {
    /// Put the demo that runs back into its first state: data, accounts, clock, faults and the record of requests.
    ///
    /// 動いているデモを最初の状態に戻します（データ、アカウント、時計、再現中の障害、要求と結果の記録）。
    Reset(Which),
    /// Say what the demo's clock says, or move it forward: past midnight, past the end of a consent or of a certificate.
    ///
    /// デモの時計を表示します。進めることもできます（日付の変わり目、同意や電子証明書の期限を試すため）。
    Clock(ClockArguments),
    /// Let the demo's Web API go wrong: late answers, 503, cut connections, bulk requests that never get done.
    ///
    /// デモのWeb APIで障害を再現します（応答の遅れ、503、接続の切断、一括照会の「処理中」のまま）。
    Faults(FaultArguments),
    /// Print what came to the demo's Web API and what was answered, without passwords and tokens.
    ///
    /// デモのWeb APIに届いた要求と結果を出力します（パスワードとトークンは除きます）。
    Log(LogArguments),
}

/// Which demo is meant.
#[derive(Args)]
pub struct Which {
    /// The folder of the demo that runs.
    ///
    /// 動いているデモのフォルダ
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
}

/// To when.
#[derive(Args)]
pub struct ClockArguments {
    #[command(flatten)]
    which: Which,
    /// Move it forward by so much: 90s, 30m, 25h or 2d.
    ///
    /// この時間だけ進めます（90s、30m、25h、2d のように）。
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "to")]
    forward: Option<i64>,
    /// Move it forward to this moment in Japan: 2026-12-01T23:59.
    ///
    /// 日本のこの日時まで進めます（2026-12-01T23:59 のように）。
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    to: Option<Moment>,
}

/// What goes wrong. Without any, what goes wrong now is printed.
#[derive(Args)]
pub struct FaultArguments {
    #[command(flatten)]
    which: Which,
    /// Answers are so late: 500ms, 5s, 2m.
    ///
    /// 応答をこの時間だけ遅らせます（500ms、5s、2m のように）。
    #[arg(long, value_name = "TIME", value_parser = delay)]
    slow: Option<u64>,
    /// Answers are 503 with Retry-After, and nothing is done.
    ///
    /// 503（Retry-After付き）を返し、何も行いません。
    #[arg(long)]
    unavailable: bool,
    /// What is asked is done, and the connection ends in the middle of the answer.
    ///
    /// 要求は行い、結果の途中で接続を切ります。
    #[arg(long)]
    cut: bool,
    /// Bulk requests stay under way (2).
    ///
    /// 一括照会を「処理中」（2）のままにします。
    #[arg(long)]
    bulk: bool,
    /// Only requests whose path has this part, such as OQSsiquc01.
    ///
    /// パスにこの文字を含む要求だけ（OQSsiquc01 など）
    #[arg(long, value_name = "PART")]
    only: Option<String>,
    /// Only so many requests; bulk requests stay until it is turned off.
    ///
    /// この回数だけ（一括照会の「処理中」は、やめるまで続きます）
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    times: Option<u64>,
    /// Nothing goes wrong any more.
    ///
    /// 障害の再現をやめます。
    #[arg(long, conflicts_with_all = ["slow", "unavailable", "cut", "bulk", "only", "times"])]
    off: bool,
}

/// Whose requests.
#[derive(Args)]
pub struct LogArguments {
    #[command(flatten)]
    which: Which,
    /// The institution [default: the demo's first one].
    ///
    /// 医療機関コード［既定：デモの最初の医療機関］
    #[arg(long, value_name = "CODE")]
    facility: Option<String>,
    /// Go on as more come, until Ctrl-C.
    ///
    /// 新しいものが届くたびに出力します（Ctrl-C で終了）。
    #[arg(long)]
    follow: bool,
}

fn duration(text: &str) -> Result<i64, String> {
    let seconds = delay(text)? / 1000;
    i64::try_from(seconds).map_err(|e| e.to_string())
}

/// A time in milliseconds.
fn delay(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    match digits.parse::<u64>() {
        Ok(number) if unit > 0 && number <= 10_000_000 => Ok(number * unit),
        _ => Err(say!(
            "write it as 500ms, 90s, 30m, 25h or 2d",
            "500ms、90s、30m、25h、2d のように書きます。"
        )),
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::from_local_field(text).ok_or_else(|| {
        say!(
            "write it as 2026-12-01T23:59 or 2026-12-01T23:59:30",
            "2026-12-01T23:59 または 2026-12-01T23:59:30 のように書きます。"
        )
    })
}

/// Asks a demo that runs.
pub(super) fn run(command: &DemoCommand, output: &Output) -> Result<(), Failure> {
    match command {
        DemoCommand::Reset(which) => {
            let told = ask(&which.dir, Order::Reset)?;
            output.result(&told, || {
                say!(
                    "The demo is in its first state again.",
                    "デモを最初の状態に戻しました。"
                )
            });
            Ok(())
        }
        DemoCommand::Clock(asked) => {
            let order = Order::Clock {
                to_ms: asked.to.map(Moment::ms),
                forward: asked.forward,
            };
            let told = ask(&asked.which.dir, order)?;
            output.result(&told, || clock_in_words(&told));
            Ok(())
        }
        DemoCommand::Faults(asked) => faults(asked, output),
        DemoCommand::Log(asked) => log(asked, output),
    }
}

fn clock_in_words(told: &Value) -> String {
    let at = told["at"].as_str().unwrap_or_default();
    let ahead = told["aheadSeconds"].as_i64().unwrap_or_default();
    let (days, hours, minutes) = (ahead / 86_400, ahead / 3600 % 24, ahead / 60 % 60);
    say!(
        "The demo's clock says {at} (Japan), {days} d {hours} h {minutes} min ahead of the machine's.",
        "デモの時計は {at}（日本時間）です。この計算機の時計より{days}日{hours}時間{minutes}分進んでいます。"
    )
}

fn faults(asked: &FaultArguments, output: &Output) -> Result<(), Failure> {
    let wanted = Faults {
        slow_ms: asked.slow,
        unavailable: asked.unavailable,
        cut: asked.cut,
        bulk: asked.bulk,
        only: asked.only.clone(),
        times: asked.times,
    };
    let is_one = asked.slow.is_some() || asked.unavailable || asked.cut || asked.bulk;
    if !is_one && (asked.only.is_some() || asked.times.is_some()) {
        return Err(Failure::usage(say!(
            "say what goes wrong: --slow, --unavailable, --cut or --bulk",
            "何を再現するかを指定してください（--slow、--unavailable、--cut、--bulk）。"
        )));
    }
    let wanted = (is_one || asked.off).then_some(wanted);
    let told = ask(&asked.which.dir, Order::Faults(wanted))?;
    let set: Faults = serde_json::from_value(told.clone()).unwrap_or_default();
    output.result(&told, || faults_in_words(&set));
    Ok(())
}

fn faults_in_words(set: &Faults) -> String {
    let mut all = Vec::new();
    if let Some(slow) = set.slow_ms {
        all.push(say!(
            "answers are {slow} ms late",
            "応答を{slow}ミリ秒遅らせる"
        ));
    }
    if set.unavailable {
        all.push(say!("answers are 503", "503を返す"));
    }
    if set.cut {
        all.push(say!("connections are cut", "接続を切る"));
    }
    if set.bulk {
        all.push(say!(
            "bulk requests stay at 処理中",
            "一括照会を「処理中」のままにする"
        ));
    }
    if all.is_empty() {
        return say!("Nothing goes wrong.", "障害は再現していません。");
    }
    let what = all.join(&say!("; ", "、"));
    let mut bounds = Vec::new();
    if let Some(part) = &set.only {
        bounds.push(say!("paths with {part}", "パスに {part} を含む要求"));
    }
    if let Some(times) = set.times {
        bounds.push(say!("{times} more requests", "あと{times}回"));
    }
    match bounds.is_empty() {
        true => what,
        false => format!("{what} ({})", bounds.join(", ")),
    }
}

fn log(asked: &LogArguments, output: &Output) -> Result<(), Failure> {
    let dir = &asked.which.dir;
    let institution = match &asked.facility {
        Some(code) => code.clone(),
        None => first_institution(dir)?,
    };
    let mut after = 0;
    loop {
        let institution = institution.clone();
        let told = ask(dir, Order::Log { institution, after })?;
        let entries = told.as_array().cloned().unwrap_or_default();
        for entry in &entries {
            // A line each, as logs are read.
            output.text(&entry.to_string());
            after = entry["number"].as_u64().unwrap_or(after);
        }
        if !asked.follow || output.is_broken() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn first_institution(dir: &Path) -> Result<String, Failure> {
    let told = std::fs::read(dir.join("demo.json")).map_err(|_| no_demo(dir))?;
    let told: Value = serde_json::from_slice(&told).unwrap_or_default();
    let code = told["facility"]["code"].as_str();
    code.map(str::to_owned).ok_or_else(|| no_demo(dir))
}

fn no_demo(dir: &Path) -> Failure {
    let dir = dir.display();
    Failure::usage(say!(
        "no demo runs in {dir}: start one with onshi demo --dir {dir}, or name its folder with --dir",
        "{dir} でデモは動いていません。onshi demo --dir {dir} で始めるか、--dir でフォルダを指定してください。"
    ))
}

/// Gives the demo an order and waits for what comes of it.
fn ask(dir: &Path, order: Order) -> Result<Value, Failure> {
    let place = file(dir);
    let text = std::fs::read(&place).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => no_demo(dir),
        _ => Failure::usage(format!("{}: {}", place.display(), cause(&error))),
    })?;
    let place: Whereabouts = serde_json::from_slice(&text).map_err(|_| no_demo(dir))?;
    let mut stream = TcpStream::connect(place.address).map_err(|_| no_demo(dir))?;
    let sent = Sent {
        key: place.key,
        order,
    };
    let line = serde_json::to_string(&sent).unwrap_or_default() + "\n";
    let mut answer = String::new();
    let ended = |error: &std::io::Error| {
        let what = say!(
            "the demo did not answer; its own output says why",
            "デモから答えがありません。デモの出力を確かめてください"
        );
        Failure::io(what, error)
    };
    stream
        .write_all(line.as_bytes())
        .and_then(|()| BufReader::new(stream).read_line(&mut answer))
        .map_err(|e| ended(&e))?;
    match serde_json::from_str(&answer) {
        Ok(Told::Done(told)) => Ok(told),
        Ok(Told::Refused(why)) => Err(refused(why, dir)),
        Err(_) => Err(ended(&std::io::ErrorKind::UnexpectedEof.into())),
    }
}

fn refused(why: Refused, dir: &Path) -> Failure {
    match why {
        Refused::Unreadable => no_demo(dir),
        Refused::NoFirstState => Failure::refused(
            "no_first_state",
            say!(
                "this demo can't be put back: its folder is of an earlier version, or its database is elsewhere. Stop it, \
                 remove the folder and start anew",
                "このデモは最初の状態に戻せません（以前の版のフォルダか、データベースが別の場所にあります）。デモを終了し、フォルダを削除して始め直してください。"
            ),
        ),
        Refused::Backwards => Failure::refused(
            "clock_backwards",
            say!(
                "the demo's clock goes forward only, since what happened would be in the future; onshi demo reset sets it back \
                 with all the rest",
                "デモの時計は進めることだけができます（記録が未来のものになるため）。onshi demo reset は、時計もデータも最初の状態に戻します。"
            ),
        ),
        Refused::TooFar => Failure::refused(
            "clock_too_far",
            say!(
                "the demo's clock goes {AHEAD_DAYS_MAX} days ahead of the machine's at the most",
                "デモの時計は、この計算機の時計より{AHEAD_DAYS_MAX}日先までです。"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(delay("500ms"), Ok(500));
        assert_eq!(duration("25h"), Ok(25 * 3600));
        assert_eq!(duration("2d"), Ok(2 * 86_400));
        for wrong in ["", "5", "h", "-1h", "1w", "99999999999d", "5 s"] {
            assert!(delay(wrong).is_err(), "{wrong}");
        }
    }
}
