//! A private PostgreSQL for the tests of one program, and a fresh database for each test.
//!
//! The first call of [`fresh_database`] makes a cluster in a temporary folder and starts it on a
//! free port of the loopback. A shell watches over it: it holds the reading end of a pipe whose
//! writing end lives as long as this program, so that the cluster is stopped and its folder
//! removed however the program ends — by returning, by a panic, by SIGKILL.
//!
//! `fsync` is off here and nowhere else: what the tests write is thrown away.

use crate::database::Database;
use onshi_core::store::Location;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a machine without PostgreSQL is told.
const MISSING: &str = "install postgresql (make deps)";

/// Makes the cluster, says `ready`, and waits for the pipe's end. `$as` is empty or the command
/// that changes to the user who may run PostgreSQL, which root may not.
const WATCH: &str = r#"
bin=$1 folder=$2 port=$3 as=$4 more=$5
# Whoever asked may be gone before the answer; that must not end the watch.
trap '' INT HUP TERM PIPE
tidy() {
    $as "$bin/pg_ctl" -D "$folder/data" -m immediate stop
    rm -rf "$folder"
}
{
    $as "$bin/initdb" -D "$folder/data" -U onshi --auth=trust --locale=C --encoding=UTF8 \
        --no-sync --no-instructions &&
    $as "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 120 start -o "-p $port \
        -k $folder -c listen_addresses=127.0.0.1 -c max_connections=400 -c shared_buffers=64MB \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c deadlock_timeout=100ms $more"
} </dev/null >"$folder/start.log" 2>&1 || {
    cat "$folder/start.log" "$folder/server.log" >&2
    tidy >/dev/null 2>&1
    exit 1
}
echo ready
cat >/dev/null
tidy >/dev/null 2>&1
"#;

/// The cluster. Its watcher's standard input is the pipe, held until the program ends.
struct Cluster {
    port: u16,
    _watcher: Child,
}

/// A server's certificate and its key, in PEM.
pub struct TlsFiles {
    pub certificate: String,
    pub key: String,
}

/// A server of a test's own, which is stopped when this is dropped.
pub struct Server(Cluster);

impl Server {
    /// Starts it, with TLS where it has a certificate.
    pub fn start(tls: Option<&TlsFiles>) -> Server {
        Server(Cluster::start(tls))
    }

    /// Where it listens on the loopback.
    pub fn port(&self) -> u16 {
        self.0.port
    }
}

/// Makes an empty database of its own for a test and gives its address, as
/// [`Location::Postgres`] takes it.
///
/// # Panics
/// When PostgreSQL is not installed or does not start: a test that needs it fails and is never
/// passed over.
pub fn fresh_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let cluster = CLUSTER.get_or_init(|| Cluster::start(None));
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Database::open(&Location::Postgres(cluster.address("postgres")))
        .batch(&format!("create database {name} template template0"));
    cluster.address(&name)
}

impl Cluster {
    fn start(tls: Option<&TlsFiles>) -> Cluster {
        let programs = find_programs().expect(MISSING);
        // Somebody else may take the port between our look and the server's start.
        let mut tries = 0..5;
        loop {
            match Cluster::start_on(free_port(), &programs, tls) {
                Some(cluster) => return cluster,
                None => tries
                    .next()
                    .map(drop)
                    .expect("PostgreSQL starts; why it did not is printed above"),
            }
        }
    }

    fn start_on(port: u16, programs: &Path, tls: Option<&TlsFiles>) -> Option<Cluster> {
        let user = other_user();
        let folder = tempfile::Builder::new()
            .prefix("onshi-postgres-")
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        let more = tls.map_or(String::new(), |files| write_tls(&folder, files));
        if let Some((name, group)) = &user {
            let whose = format!("{name}:{group}");
            run("chown", &["-R", &whose, &shown(&folder)]);
        }
        let change = user.map_or(String::new(), |(name, group)| {
            format!("setpriv --reuid={name} --regid={group} --clear-groups")
        });
        let mut watcher = Command::new("sh")
            .args(["-c", WATCH, "onshi-postgres"])
            .args([shown(programs), shown(&folder), port.to_string(), change])
            .arg(more)
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell can be started");
        let mut said = String::new();
        let told = watcher.stdout.take().map(BufReader::new);
        told.expect("its output was asked for above")
            .read_line(&mut said)
            .expect("the watcher can be read from");
        (said == "ready\n").then_some(Cluster {
            port,
            _watcher: watcher,
        })
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://onshi@127.0.0.1:{}/{database}", self.port)
    }
}

/// Puts the certificate and its key where the server finds them, and gives its options for them.
fn write_tls(folder: &Path, files: &TlsFiles) -> String {
    let [certificate, key] = ["server.pem", "server.key"].map(|name| folder.join(name));
    for (path, text) in [(&certificate, &files.certificate), (&key, &files.key)] {
        std::fs::write(path, text).expect("the folder is ours");
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path, mode).expect("the file is ours");
    }
    let (certificate, key) = (shown(&certificate), shown(&key));
    format!("-c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The newest of Debian's folders that has the server in it.
fn find_programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            let programs = version.path().join("bin");
            let whole = ["initdb", "pg_ctl", "postgres"]
                .iter()
                .all(|name| programs.join(name).is_file());
            whole.then_some((number, programs))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs)
}

/// As whom to run it, when we are root: `postgres`, else `nobody`, each with its group.
fn other_user() -> Option<(String, String)> {
    if run("id", &["-u"])? != "0" {
        return None;
    }
    let found = ["postgres", "nobody"]
        .iter()
        .find_map(|name| Some(((*name).to_owned(), run("id", &["-gn", name])?)));
    Some(found.expect("every Debian has the user nobody"))
}

/// What a program of the system says, or nothing when it fails.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(said)
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("the loopback has a free port")
        .port()
}
