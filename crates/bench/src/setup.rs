//! What a measurement needs beforehand: an institution, accounts, and the centre as a process of
//! its own.

use super::client::Target;
use onshi_client::{Tokens, paths, token};
use onshi_core::account::login::Through;
use onshi_core::account::password::{PasswordHash, generate};
use onshi_core::account::{
    AccountName, Managed, NewAccount, PasswordOrigin, Period, UserId, manage,
};
use onshi_core::authn::Operator;
use onshi_core::certificate::{Authority, Issued};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::facility::FacilityCode;
use onshi_core::service::OperationContext;
use onshi_core::{AccountKind, Actor, Error, Fault, Function, Request, Service};
use onshi_server::Config;
use onshi_server::operator::provision::{CERTIFICATE_DAYS, Login, Provision};
use onshi_server::start::open_service;
use onshi_server::start::secrets::{Secrets, replace};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TERMINAL: &str = "BENCH01";

/// An institution with a terminal and an admin.
pub struct Site {
    /// The settings that the centre runs with.
    pub config: Config,
    /// The terminal's certificate.
    pub issued: Issued,
    /// The authority to trust.
    pub authority_pem: String,
    /// The admin, as whoever asks the service directly.
    pub admin: Actor,
    /// The admin's log-in.
    pub login: Login,
    secrets: Secrets,
}

impl Site {
    /// Sets an institution up in the store of this configuration, which must not have it yet.
    pub fn set_up(config: Config) -> Result<Site, Error> {
        Site::open(config, "131999009", "計測クリニック")
    }

    /// Another institution in the same store.
    pub fn neighbour(&self, body: &str, name: &str) -> Result<Site, Error> {
        Site::open(self.config.clone(), body, name)
    }

    fn open(config: Config, body: &str, name: &str) -> Result<Site, Error> {
        let secrets = Secrets::open(&config.centre.secrets)?;
        let authority = secrets.authority(onshi_core::clock::now())?;
        let service = open_service(&config, &secrets, "bench")?;
        let operator = service.operator(&secrets.seal_key()?)?;
        let provision = Provision {
            service: &service,
            authority: &authority,
            operator: &operator,
        };
        let code = FacilityCode::from_body(body)
            .map_err(|problem| onshi_core::Refusal::invalid(vec![problem]))?;
        let welcome = provision.facility(&code, name, [None, None])?;
        let now = onshi_core::clock::now();
        let end = now.plus_seconds(CERTIFICATE_DAYS * 86_400);
        let issued = provision.certificate(&code, TERMINAL, now.plus_seconds(-3600), end)?;
        let through = Through {
            certificate_serial: issued.serial.clone(),
            terminal_name: TERMINAL.to_owned(),
        };
        let master = provision.actor(&code, &welcome.master.user_id, &issued.serial)?;
        let new = (AccountKind::Admin, "Kanri01", "計測 管理子");
        let (_, login) = provision.account(&master, Managed::Administrators, new, None)?;
        let admin = provision.actor(&code, "Kanri01", &issued.serial)?;
        let login = provision.own_password(&admin, &through, &login)?;
        Ok(Site {
            issued,
            authority_pem: authority.certificate_pem().to_owned(),
            admin,
            login,
            secrets,
            config,
        })
    }

    /// The institution's code.
    pub fn code(&self) -> Result<FacilityCode, Error> {
        let code = self.admin.facility().cloned();
        code.ok_or_else(|| Fault::at("measuring", "the admin has no institution").into())
    }

    /// The same as text.
    pub fn facility_code(&self) -> String {
        let code = self.admin.facility();
        code.map(|code| code.as_str().to_owned())
            .unwrap_or_default()
    }

    /// The authority.
    pub fn authority(&self) -> Result<Authority, Fault> {
        self.secrets.authority(onshi_core::clock::now())
    }

    /// The operator of this service of ours.
    pub fn operator(&self, service: &Service) -> Result<Operator, Fault> {
        service.operator(&self.secrets.seal_key()?)
    }

    /// The service itself, without TLS and HTTP before it.
    pub fn service(&self) -> Result<Arc<Service>, Fault> {
        open_service(&self.config, &self.secrets, "bench").map(Arc::new)
    }

    /// Starts the centre as a process of its own.
    pub fn serve(&self, program: &Path, folder: &Path) -> Result<Served, Fault> {
        let mut command = command(program, &self.config, folder)?;
        command.args(["serve", "--json"]);
        Served::start(&mut command)
    }

    /// The way to the centre that was started.
    pub fn target(&self, served: &Served) -> Result<Target, Fault> {
        let (certificate, key) = (&self.issued.certificate_pem, &self.issued.key_pem);
        Target::new(served.address()?, &self.authority_pem, certificate, key)
    }
}

/// The program with these settings, which are kept in the folder, and with no others.
pub fn command(program: &Path, config: &Config, folder: &Path) -> Result<Command, Fault> {
    let file = folder.join("onshi.toml");
    let text = toml::to_string(config).map_err(|e| Fault::at("writing the settings", e))?;
    replace(&file, text.as_bytes())?;
    let mut command = Command::new(program);
    command.arg("--config").arg(&file);
    // Settings of whoever measures must not get into what is measured.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONSHI_") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// The centre as a process. It is killed when this is dropped.
pub struct Served {
    child: Child,
    /// What it says about itself: where each listener is.
    said: serde_json::Value,
}

impl Served {
    /// Starts `onshi serve --json`, and comes back when it is open.
    pub fn start(command: &mut Command) -> Result<Served, Fault> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| Fault::at("starting the centre", e))?;
        let output = child.stdout.take();
        let mut served = Served {
            child,
            said: serde_json::Value::Null,
        };
        let mut said = String::new();
        for line in output
            .map(BufReader::new)
            .into_iter()
            .flat_map(BufRead::lines)
        {
            let line = line.map_err(|e| Fault::at("reading what the centre says", e))?;
            said.push_str(&line);
            if let Ok(said) = serde_json::from_str(&said) {
                served.said = said;
                return Ok(served);
            }
        }
        Err(Fault::at("starting the centre", "it ended at once"))
    }

    /// Where it listens for terminals.
    pub fn address(&self) -> Result<SocketAddr, Fault> {
        self.listener("centre")
    }

    /// Where `centre`, `portal` or `operations` listens.
    pub fn listener(&self, name: &str) -> Result<SocketAddr, Fault> {
        let url = self.said[name].as_str().unwrap_or_default();
        let address = url.rsplit('/').next().unwrap_or_default();
        address
            .parse()
            .map_err(|e| Fault::at(format!("reading the address of {name}"), e))
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How much of the processors' time the centre has had so far.
    pub fn processor_time(&self) -> Result<Duration, Fault> {
        let path = format!("/proc/{}/stat", self.child.id());
        let text =
            std::fs::read_to_string(&path).map_err(|e| Fault::at(format!("reading {path}"), e))?;
        // User and system time are the 14th and 15th field, in hundredths of a second; the second
        // field is a name that may hold anything, in parentheses.
        let fields = text.rsplit(')').next().unwrap_or_default().split(' ');
        let ticks: u64 = fields.skip(12).take(2).flat_map(str::parse::<u64>).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// How often the centre has waited for the disk for something that was not in memory so far, and how many
    /// bytes were read from the disk for it.
    pub fn disk_reads(&self) -> Result<(u64, u64), Fault> {
        let read = |name: &str| {
            let path = format!("/proc/{}/{name}", self.child.id());
            std::fs::read_to_string(&path).map_err(|e| Fault::at(format!("reading {path}"), e))
        };
        let (stat, io) = (read("stat")?, read("io")?);
        // Major faults are the 12th field.
        let fields = stat.rsplit(')').next().unwrap_or_default().split(' ');
        let faults = fields.skip(10).take(1).flat_map(str::parse::<u64>).sum();
        let bytes = io
            .lines()
            .find_map(|line| line.strip_prefix("read_bytes: "));
        let bytes = bytes.and_then(|bytes| bytes.parse().ok());
        let bytes = bytes.ok_or_else(|| Fault::at("reading what was read", "it has no number"));
        Ok((faults, bytes?))
    }

    /// The most memory that the centre had at any moment, in KiB.
    pub fn memory_peak_kib(&self) -> Result<u64, Fault> {
        let path = format!("/proc/{}/status", self.child.id());
        let text =
            std::fs::read_to_string(&path).map_err(|e| Fault::at(format!("reading {path}"), e))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| Fault::at(format!("reading {path}"), "it has no VmHWM"))
    }

    /// Asks the centre to stop, and waits until it has, in good order.
    pub fn stop(mut self) -> Result<(), Fault> {
        let fault = |e| Fault::at("stopping the centre", e);
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .map_err(fault)?;
        let status = self.child.wait().map_err(fault)?;
        if status.success() {
            Ok(())
        } else {
            Err(Fault::at("stopping the centre", status))
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Whoever stopped it has waited for it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder that goes when the measurement is over.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// A new one in this folder.
    pub fn within(folder: &Path) -> Result<Scratch, Fault> {
        let place = folder.join(format!("onshi-bench-{}", std::process::id()));
        std::fs::create_dir_all(&place)
            .map_err(|e| Fault::at(format!("creating {}", place.display()), e))?;
        let place = place.canonicalize();
        Ok(Scratch(
            place.map_err(|e| Fault::at("finding the folder", e))?,
        ))
    }

    /// The settings of a centre that has all its data in it.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        config.centre.secrets = self.0.join("secrets");
        config.centre.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        config.store.location = self.0.join("onshi.db").display().to_string();
        config.log.level = "warn".to_owned();
        config
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can't be removed is left for the person to see.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One password with its hash at the parameters in force: what many accounts are given, so that
/// their log-ins cost all that a log-in costs, and their making only what the store costs.
pub fn shared_password(service: &Service) -> (String, PasswordHash) {
    let mut entropy = Entropy::new(fresh_seed());
    let password = generate(&mut entropy);
    let hash = password.hash(&service.rules().password, entropy.bytes());
    (password.reveal().to_owned(), hash)
}

/// Registers accounts through the service's door, `callers` at a time, each waiting until its own
/// is on the disk. Their user ids are `prefix` and a number; ends after `most` or when the time
/// is over. Returns how long each took.
pub fn register_directly(
    service: &Arc<Service>,
    admin: &Actor,
    hash: &PasswordHash,
    prefix: &str,
    (callers, most, time): (usize, usize, Duration),
) -> Result<Vec<Duration>, Error> {
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    let caller = || {
        let mut taken = Vec::new();
        while begun.elapsed() < time {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= most {
                break;
            }
            let new = new_account(&format!("{prefix}{number}"), hash)?;
            let function = Function::ManageAccounts;
            let operation = OperationContext::new(admin.clone(), function, Request::fresh());
            let asked = Instant::now();
            service.change_and_wait(operation, move |tx| {
                manage::register(tx, Managed::Others, &new)
            })?;
            taken.push(asked.elapsed());
        }
        Ok(taken)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|_| scope.spawn(caller)).collect();
        let mut all = Vec::new();
        for thread in threads {
            let taken: Result<Vec<Duration>, Error> = thread
                .join()
                .map_err(|_| Fault::at("registering accounts", "a caller panicked"))?;
            all.extend(taken?);
        }
        Ok(all)
    })
}

fn new_account(user_id: &str, hash: &PasswordHash) -> Result<NewAccount, Error> {
    let user_id =
        UserId::parse(user_id).map_err(|problem| onshi_core::Refusal::invalid(vec![problem]))?;
    Ok(NewAccount {
        user_id,
        kind: AccountKind::General,
        name: AccountName::parse("計測 太郎")?,
        holder: None,
        emergency_viewing: false,
        period: Period::default(),
        note: String::new(),
        password: hash.clone(),
        origin: PasswordOrigin::Own,
    })
}

/// Logs a program in, and gives its token.
pub async fn log_in(centre: &Target, user_id: &str, password: &str) -> Result<String, Error> {
    let body = token::log_in(user_id, password);
    let answer = centre
        .connect()
        .await?
        .message(paths::LOG_IN, None, body)
        .await?;
    match Tokens::read(&answer.body) {
        Some(tokens) => Ok(tokens.id),
        None => Err(Fault::at("logging in for a token", answer.problem().detail).into()),
    }
}
