//! Messages at several numbers of callers, beside nginx, which serves a static answer of the same size
//! over HTTPS to the same client in the same run.

use super::client::Target;
use super::nginx::Nginx;
use super::press::{Load, Pages, Press, press};
use super::setup::{Scratch, Site, log_in};
use super::table::headings;
use super::timing::{Rate, rounded};
use bytes::Bytes;
use onshi_core::store::Location;
use onshi_core::{Error, Fault};
use onshi_language::{say, spoken};
use onshi_server::Config;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long something is measured, and where the centre keeps its data meanwhile.
#[derive(clap::Args)]
pub struct PlaceArguments {
    /// How long each of the measurements takes, in seconds.
    ///
    /// 各計測の長さ（秒）
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The path of a new SQLite file, or `postgres://…` of an empty database; a SQLite file in
    /// the folder unless it is given.
    ///
    /// 新しいSQLiteファイルのパス、または空のデータベースの `postgres://…`。省略すると、フォルダの中のSQLiteファイルです。
    #[arg(long)]
    store: Option<String>,
    /// The folder to work in, on the disk to be measured. A folder made in it goes at the end.
    ///
    /// 作業するフォルダ（測りたいディスクの上）。中に作ったフォルダは、終わりに消します。
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

impl PlaceArguments {
    /// How long each of the measurements takes.
    pub fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.max(1))
    }

    /// The folder to work in, and the settings of a centre that has its data there.
    pub fn prepare(&self) -> Result<(Scratch, Config), Fault> {
        let folder = Scratch::within(&self.dir)?;
        let mut config = folder.config();
        if let Some(store) = &self.store {
            config.store.location.clone_from(store);
        }
        Ok((folder, config))
    }
}

/// Lets all callers come with one terminal's certificate.
pub fn with_one_certificate(mut config: Config) -> Config {
    config.connections.per_certificate = 4096;
    config
}

/// Which database it is, in a word.
pub fn backend(location: &Location) -> &'static str {
    match location {
        Location::Sqlite(_) => "sqlite",
        Location::Postgres(_) => "postgres",
    }
}

/// The messages that are sent.
pub struct Messages {
    /// Where to.
    pub path: &'static str,
    /// Their content type.
    pub kind: &'static str,
    /// The messages, one after the other.
    pub questions: Vec<Bytes>,
    /// What an answer has that tells something; the measurement would be of nothing otherwise.
    pub told: &'static str,
}

/// The pages of a screen that are opened.
pub struct PagesOfScreen {
    /// Their addresses, one after the other.
    pub paths: Vec<String>,
    /// What a page has that tells something.
    pub told: &'static str,
}

/// What came of it, as it stands in a report.
#[derive(Serialize)]
pub struct Measured {
    /// What nginx answers a second, static, same client, same run, at the last level.
    pub ceiling_per_second: f64,
    /// The centre's answers a second by these.
    pub share: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub levels: Vec<Level>,
    pub ceiling: Vec<Rate>,
    /// Bytes of an answer.
    pub answer_bytes: usize,
}

/// One level of concurrency.
#[derive(Serialize)]
pub struct Level {
    #[serde(flatten)]
    pub rate: Rate,
    /// Microseconds of the processors' time that the service spent on each message. Unlike the rate
    /// it hardly depends on what else the machine does.
    pub processor_us: f64,
}

impl Measured {
    /// The centre's answers a second at the last level.
    pub fn per_second(&self) -> f64 {
        self.levels
            .last()
            .map_or(0.0, |level| level.rate.per_second)
    }

    /// The levels, one a line; what is done is called so.
    pub fn table(&self, done: &str) -> String {
        let [callers, most, share, processor] = spoken().choose(
            ["callers", "nginx static/s", "share", "processor us"],
            ["人数", "nginx毎秒", "割合", "プロセッサ µs"],
        );
        let columns = [
            (done, 12),
            ("p50 ms", 9),
            ("p99 ms", 9),
            (most, 14),
            (share, 7),
            (processor, 14),
        ];
        let mut text = headings((callers, 7), &columns);
        for (level, most) in self.levels.iter().zip(&self.ceiling) {
            let rate = &level.rate;
            text.push_str(&format!(
                "{:>7} {:>12.0} {:>9.2} {:>9.2} {:>14.0} {:>7.2} {:>14.0}\n",
                rate.callers,
                rate.per_second,
                rate.p50_ms,
                rate.p99_ms,
                most.per_second,
                rate.per_second / most.per_second.max(1.0),
                level.processor_us
            ));
            if rate.turned_away > 0 {
                text.push_str(&say!(
                    "        {} turned away as too many at a time\n",
                    "        混み合っているため断られたもの {}件\n",
                    rate.turned_away
                ));
            }
        }
        text
    }
}

/// Sends the messages to a centre of its own process, at each number of callers for so long.
pub fn measure(
    (site, folder): (&Site, &Scratch),
    (user_id, password): (&str, &str),
    messages: Messages,
    (callers, time): (&[usize], Duration),
) -> Result<Measured, Error> {
    at_levels((site, folder), (callers, time), async |centre| {
        let told = messages.told;
        let messages = Press {
            path: messages.path,
            kind: messages.kind,
            token: log_in(centre, user_id, password).await?,
            questions: Arc::new(messages.questions),
        };
        let answer = ask_once(centre, &messages, told).await?;
        Ok((Load::Messages(messages), answer))
    })
}

/// What a message costs when nothing that is kept is in memory.
#[derive(Serialize)]
pub struct Cold {
    #[serde(flatten)]
    pub rate: Rate,
    /// How often each waited for the disk.
    pub waits_each: f64,
    /// KiB that were read from the disk for each, with what the system reads ahead.
    pub disk_kib_each: f64,
}

/// Sends the messages, each once at the most and one after the other, to a centre whose files are not in memory.
/// None where they are no files of ours.
pub fn measure_cold(
    (site, folder): (&Site, &Scratch),
    (user_id, password): (&str, &str),
    messages: Messages,
    time: Duration,
) -> Result<Option<Cold>, Error> {
    let Location::Sqlite(path) = site.config.location() else {
        return Ok(None);
    };
    forget(&path)?;
    let served = site.serve(&program()?, &folder.0)?;
    let (centre, runtime) = (site.target(&served)?, runtime()?);
    let (rate, before) = runtime.block_on(async {
        let token = log_in(&centre, user_id, password).await?;
        let load = Load::Messages(Press {
            path: messages.path,
            kind: messages.kind,
            token,
            questions: Arc::new(messages.questions),
        });
        let before = served.disk_reads()?;
        Ok::<_, Error>((press(&centre, load, 1, time).await?, before))
    })?;
    let after = served.disk_reads()?;
    served.stop()?;
    let each = |after: u64, before: u64| (after - before) as f64 / rate.count.max(1) as f64;
    Ok(Some(Cold {
        waits_each: rounded(each(after.0, before.0)),
        disk_kib_each: rounded(each(after.1, before.1) / 1024.0),
        rate,
    }))
}

/// Lets the system forget what it has of the database's files in memory.
pub fn forget(path: &Path) -> Result<(), Fault> {
    let fault = |e: std::io::Error| Fault::at("letting the system forget the files", e);
    let folder = path.parent().unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder).map_err(fault)?.flatten() {
        let is_of_database = entry.file_name().to_string_lossy().contains(".db");
        if is_of_database && let Ok(file) = std::fs::File::open(entry.path()) {
            file.sync_all().map_err(fault)?;
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)
                .map_err(|e| fault(e.into()))?;
        }
    }
    Ok(())
}

/// This program, which is started again as the measured service.
pub(super) fn program() -> Result<PathBuf, Fault> {
    std::env::current_exe().map_err(|e| Fault::at("finding this program", e))
}

/// Threads for the measuring callers.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::at("starting the runtime", e))
}

/// Opens the pages as somebody who is logged in, at each number of callers for so long.
pub fn measure_pages(
    (site, folder): (&Site, &Scratch),
    (user_id, password): (&str, &str),
    pages: PagesOfScreen,
    (callers, time): (&[usize], Duration),
) -> Result<Measured, Error> {
    at_levels((site, folder), (callers, time), async |centre| {
        let mut caller = centre.connect().await?;
        if !caller.log_in(user_id, password).await? {
            return Err(Fault::at("logging in", "no session was begun").into());
        }
        let session = caller.session.clone().unwrap_or_default();
        let first = pages.paths.first().cloned().unwrap_or_default();
        let answer = caller.get(&first).await?;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 || !text.contains(pages.told) {
            return Err(Fault::at("opening a page", text).into());
        }
        let paths = Arc::new(pages.paths);
        Ok((Load::Pages(Pages { session, paths }), answer.body))
    })
}

/// Serves the centre in a process of its own, and presses what is made ready beside nginx.
fn at_levels(
    (site, folder): (&Site, &Scratch),
    (callers, time): (&[usize], Duration),
    ready: impl AsyncFnOnce(&Target) -> Result<(Load, Bytes), Error>,
) -> Result<Measured, Error> {
    let served = site.serve(&program()?, &folder.0)?;
    let (centre, runtime) = (site.target(&served)?, runtime()?);
    let (load, answer) = runtime.block_on(ready(&centre))?;
    let nginx = Nginx::start(site, &folder.0, &answer)?;
    let (mut levels, mut ceiling) = (Vec::new(), Vec::new());
    for callers in callers {
        let load = load.clone();
        let before = served.processor_time()?;
        let rate = runtime.block_on(press(&centre, load, *callers, time))?;
        let spent = served.processor_time()? - before;
        levels.push(Level {
            processor_us: rounded(spent.as_secs_f64() * 1e6 / rate.count.max(1) as f64),
            rate,
        });
        ceiling.push(runtime.block_on(press(&nginx.target, Load::Static, *callers, time))?);
    }
    drop(nginx);
    served.stop()?;
    let last = levels.last().map(|level: &Level| &level.rate);
    let most = ceiling.last().map_or(0.0, |rate: &Rate| rate.per_second);
    Ok(Measured {
        ceiling_per_second: most,
        share: rounded(last.map_or(0.0, |rate| rate.per_second) / most.max(1.0)),
        p50_ms: last.map_or(0.0, |rate| rate.p50_ms),
        p99_ms: last.map_or(0.0, |rate| rate.p99_ms),
        levels,
        ceiling,
        answer_bytes: answer.len(),
    })
}

/// An answer that tells something. Some of the first questions may be answered without: somebody
/// without a branch number is told apart from nobody by none.
pub(super) async fn ask_once(
    centre: &Target,
    messages: &Press,
    told: &str,
) -> Result<Bytes, Error> {
    let mut caller = centre.connect().await?;
    let mut last = String::from("nobody is asked about");
    for question in messages.questions.iter().take(20) {
        let token = Some(messages.token.as_str());
        let answer = caller
            .message_as(messages.path, token, messages.kind, question.clone())
            .await?;
        last = String::from_utf8_lossy(&answer.body).into_owned();
        if answer.status == 200 && last.contains(told) {
            return Ok(answer.body);
        }
    }
    Err(Fault::at("asking once", last).into())
}
