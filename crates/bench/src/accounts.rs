//! Log-ins and registrations of accounts.

use super::client::Target;
use super::levels::{PlaceArguments, backend, program, runtime, with_one_certificate};
use super::machine::{Machine, flush_disk};
use super::setup::{Served, Site, register_directly, shared_password};
use super::timing::{Rate, rounded};
use onshi_core::{Error, Fault};
use onshi_server::Config;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How accounts are measured.
#[derive(clap::Args)]
pub struct AccountsArguments {
    /// How many callers there are at a time.
    ///
    /// 同時に操作する者の数
    #[arg(long, default_value_t = 64)]
    callers: usize,
    #[command(flatten)]
    place: PlaceArguments,
}

/// What was found.
#[derive(Serialize)]
pub struct AccountsReport {
    pub machine: Machine,
    pub backend: &'static str,
    pub callers: usize,
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
    pub hashing_threads: usize,
    pub login_alone: Rate,
    pub login: Rate,
    /// Milliseconds of the processors' time that the centre spent on each log-in of `login`.
    pub login_processor_ms: f64,
    /// Registrations over mutual TLS and HTTP, with their Argon2id.
    pub create: Rate,
    /// The same for each of these.
    pub create_processor_ms: f64,
    /// Registrations at the service's door, with a hash made beforehand, at several concurrencies.
    pub create_directly: Vec<Directly>,
    pub menu_quiet: Rate,
    pub menu_in_storm: Rate,
    /// The medians of the two before, one by the other.
    pub menu_storm_ratio: f64,
}

/// Registrations at the service's door, against what the disk did just before and just after.
#[derive(Serialize)]
pub struct Directly {
    #[serde(flatten)]
    pub rate: Rate,
    /// Flushes a second of a small append, before and after.
    pub disk_flushes_per_second: [f64; 2],
    /// Registrations for each flush of the disk.
    pub creations_per_flush: f64,
}

/// How often the menu is asked for, meanwhile.
const MENU_PAUSE: Duration = Duration::from_millis(10);

/// More log-ins a second than any machine hashes; that many accounts are made beforehand.
const LOGINS_PER_SECOND_MAX: u64 = 400;

/// Measures.
pub fn measure(arguments: &AccountsArguments) -> Result<AccountsReport, Error> {
    let machine = Machine::look();
    let (folder, config) = arguments.place.prepare()?;
    let time = arguments.place.time();
    let site = Site::set_up(storming(with_one_certificate(config), arguments.callers))?;
    let service = site.service()?;
    let (password, hash) = shared_password(&service);
    let accounts = (time.as_secs() * LOGINS_PER_SECOND_MAX) as usize;
    let ample = (256, accounts, Duration::from_secs(3600));
    register_directly(&service, &site.admin, &hash, "Login", ample)?;
    drop(service);

    let program = program()?;
    let served = site.serve(&program, &folder.0)?;
    let over_http = runtime()?.block_on(over_http(
        &site,
        &served,
        (password, accounts),
        (arguments.callers, time),
    ))?;
    served.stop()?;

    let service = site.service()?;
    let levels = [1, 8, arguments.callers, 512];
    let mut create_directly = Vec::new();
    let mut before = flush_disk(&folder.0, time / 4)?;
    for callers in levels {
        let prefix = format!("Direct{callers}x");
        let begun = Instant::now();
        let limits = (callers, usize::MAX, time / 2);
        let taken = register_directly(&service, &site.admin, &hash, &prefix, limits)?;
        let rate = Rate::of(callers, taken, begun.elapsed());
        let after = flush_disk(&folder.0, time / 4)?;
        create_directly.push(Directly {
            creations_per_flush: rounded(rate.per_second * 2.0 / (before + after)),
            disk_flushes_per_second: [before, after],
            rate,
        });
        before = after;
    }
    drop(service);
    let login = &site.config.login;
    Ok(AccountsReport {
        backend: backend(&site.config.location()),
        callers: arguments.callers,
        argon2_memory_kib: site.config.rules.password.argon2_memory_kib,
        argon2_passes: site.config.rules.password.argon2_passes,
        hashing_threads: onshi_server::capacity::pool::threads(login.hashing_threads),
        menu_storm_ratio: rounded(over_http.menu_in_storm.p50_ms / over_http.menu_quiet.p50_ms),
        login_alone: over_http.login_alone,
        login: over_http.login,
        login_processor_ms: over_http.login_processor_ms,
        create: over_http.create,
        create_processor_ms: over_http.create_processor_ms,
        menu_quiet: over_http.menu_quiet,
        menu_in_storm: over_http.menu_in_storm,
        create_directly,
        machine,
    })
}

/// Without what would keep one terminal from storming.
fn storming(mut config: Config, callers: usize) -> Config {
    config.login.terminal_burst = u32::MAX;
    config.login.terminal_per_minute = u32::MAX;
    config.login.hashing_queue = config.login.hashing_queue.max(callers * 2);
    config.login.hashing_queue_each = config.login.hashing_queue;
    config.login.password_burst = u32::MAX;
    config
}

struct OverHttp {
    login_alone: Rate,
    login: Rate,
    login_processor_ms: f64,
    create: Rate,
    create_processor_ms: f64,
    menu_quiet: Rate,
    menu_in_storm: Rate,
}

async fn over_http(
    site: &Site,
    served: &Served,
    (password, accounts): (String, usize),
    (callers, time): (usize, Duration),
) -> Result<OverHttp, Fault> {
    let target = site.target(served)?;
    let mut admin = target.connect().await?;
    if !admin
        .log_in(&site.login.user_id, &site.login.password)
        .await?
    {
        return Err(Fault::at("logging in as the admin", "it was refused"));
    }
    let session = admin.session.clone();
    let menu_quiet = menu(&target, session.clone(), until(time)).await?;
    let fresh = Arc::new(Accounts {
        next: AtomicUsize::new(0),
        most: accounts,
        password,
    });
    let login_alone = crowd(&target, 1, time / 2, Deed::LogIn(fresh.clone())).await?;
    let storm = Arc::new(AtomicBool::new(true));
    let watching = tokio::spawn({
        let (target, session, storm) = (target.clone(), session.clone(), storm.clone());
        async move { menu(&target, session, move || storm.load(Ordering::Relaxed)).await }
    });
    let before = served.processor_time()?;
    let login = crowd(&target, callers, time, Deed::LogIn(fresh)).await;
    let between = served.processor_time()?;
    storm.store(false, Ordering::Relaxed);
    let menu_in_storm = watching
        .await
        .map_err(|e| Fault::at("asking for the menu", e))??;
    let create = Deed::Register(session, Arc::new(AtomicUsize::new(0)));
    let (login, begun) = (login?, served.processor_time()?);
    let create = crowd(&target, callers, time, create).await?;
    let each = |from: Duration, to: Duration, rate: &Rate| {
        rounded((to - from).as_secs_f64() * 1000.0 / rate.count as f64)
    };
    Ok(OverHttp {
        login_alone,
        login_processor_ms: each(before, between, &login),
        create_processor_ms: each(begun, served.processor_time()?, &create),
        login,
        create,
        menu_quiet,
        menu_in_storm,
    })
}

fn until(time: Duration) -> impl Fn() -> bool {
    let begun = Instant::now();
    move || begun.elapsed() < time
}

/// Asks for the menu now and then, as one person would.
async fn menu(
    target: &Target,
    session: Option<String>,
    goes_on: impl Fn() -> bool,
) -> Result<Rate, Fault> {
    let mut caller = target.connect().await?;
    caller.session = session;
    let (mut taken, begun) = (Vec::new(), Instant::now());
    while goes_on() {
        let asked = Instant::now();
        let answer = caller.get("/web/menu").await?;
        taken.push(asked.elapsed());
        expect(answer.status, 200, "the menu")?;
        tokio::time::sleep(MENU_PAUSE).await;
    }
    Ok(Rate::of(1, taken, begun.elapsed()))
}

/// Accounts that have not logged in yet.
struct Accounts {
    next: AtomicUsize,
    most: usize,
    password: String,
}

#[derive(Clone)]
enum Deed {
    LogIn(Arc<Accounts>),
    Register(Option<String>, Arc<AtomicUsize>),
}

/// Has so many callers do something on a connection of their own, again and again.
async fn crowd(target: &Target, callers: usize, time: Duration, deed: Deed) -> Result<Rate, Fault> {
    let mut ready = Vec::new();
    for _ in 0..callers {
        ready.push(target.connect().await?);
    }
    let begun = Instant::now();
    let running: Vec<_> = ready
        .into_iter()
        .map(|mut caller| {
            let deed = deed.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while begun.elapsed() < time {
                    taken.push(once(&mut caller, &deed).await?);
                }
                Ok::<_, Fault>(taken)
            })
        })
        .collect();
    let mut all = Vec::new();
    for caller in running {
        all.extend(caller.await.map_err(|e| Fault::at("calling", e))??);
    }
    Ok(Rate::of(callers, all, begun.elapsed()))
}

async fn once(caller: &mut super::client::Caller, deed: &Deed) -> Result<Duration, Fault> {
    match deed {
        Deed::LogIn(accounts) => {
            let number = accounts.next.fetch_add(1, Ordering::Relaxed);
            if number >= accounts.most {
                return Err(Fault::at("logging in", "there are no more accounts"));
            }
            let user_id = format!("Login{number}");
            let asked = Instant::now();
            let begun = caller.log_in(&user_id, &accounts.password).await?;
            let taken = asked.elapsed();
            if begun {
                Ok(taken)
            } else {
                Err(Fault::at("logging in", format!("{user_id} was refused")))
            }
        }
        Deed::Register(session, next) => {
            caller.session.clone_from(session);
            let user_id = format!("Made{}", next.fetch_add(1, Ordering::Relaxed));
            let form = [
                ("kind", "general"),
                ("user_id", user_id.as_str()),
                ("name", "計測 花子"),
                ("password_mode", "generate"),
            ];
            let asked = Instant::now();
            let answer = caller.post("/web/accounts", &form).await?;
            let taken = asked.elapsed();
            expect(answer.status, 303, "a registration").map(|()| taken)
        }
    }
}

fn expect(status: u16, wanted: u16, what: &str) -> Result<(), Fault> {
    if status == wanted {
        Ok(())
    } else {
        Err(Fault::at(what, format!("the answer was {status}")))
    }
}
