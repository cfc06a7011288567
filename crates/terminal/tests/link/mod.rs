//! The linked application against a centre with real TLS.

mod centre;
mod delivering;
mod guarding;
mod outcomes;
mod restarting;
mod status;
mod taking;
mod trouble;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use onshi_terminal::gateway::Timeouts;
use onshi_terminal::link::{self, LinkConfig};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::gateway::SAKURA;
use crate::gateway::browser::april;
use crate::gateway::folder::{Authority, Folder};
use centre::{Centre, PASSWORD};

/// Far longer than anything takes on an idle machine.
const LONG: Duration = Duration::from_secs(30);

const REQUEST: &str = "OQSsiquc01req_1.xml";
const ANSWER: &str = "OQSsiquc01res_1.xml";

/// An institution with its folders, and a centre.
pub struct Clinic {
    pub authority: Authority,
    pub centre: Centre,
    pub config: LinkConfig,
    folder: Folder,
    running: Option<(oneshot::Sender<()>, tokio::task::JoinHandle<()>)>,
    pub status: Option<std::net::SocketAddr>,
}

impl Clinic {
    /// Ready, but not running.
    pub async fn new() -> Self {
        let authority = Authority::new("Centre");
        let centre = Centre::start(&authority).await;
        let folder = Folder::new();
        folder.put(
            "terminal",
            &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
        );
        let at = |name: &str| folder.path().join(name);
        for name in ["req", "res", "face", "work"] {
            fs::create_dir(at(name)).unwrap();
        }
        let config = LinkConfig {
            centre_url: centre.url(),
            authority_pem: folder.write("authority.crt", &authority.pem),
            certificate: at("terminal.pem"),
            key: at("terminal.key.pem"),
            user_id: "link01".to_owned(),
            password_file: folder.write("password", &format!("{PASSWORD}\n")),
            req: at("req"),
            res: at("res"),
            face: Some(at("face")),
            work: at("work"),
            status_listen: Some("127.0.0.1:0".parse().unwrap()),
            poll: Duration::from_millis(20),
            settle: Duration::from_millis(40),
            patience: Duration::from_millis(200),
            pulse: Duration::from_millis(100),
            timeouts: Timeouts::default(),
            ..LinkConfig::usual(april)
        };
        Self {
            authority,
            centre,
            config,
            folder,
            running: None,
            status: None,
        }
    }

    pub async fn open() -> Self {
        let mut clinic = Self::new().await;
        clinic.start();
        clinic
    }

    pub fn start(&mut self) {
        let link = link::open(self.config.clone()).unwrap();
        self.status = link.status_address();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(link.run(async { drop(stopped.await) }));
        self.running = Some((stop, task));
    }

    pub async fn stop(&mut self) {
        if let Some((stop, task)) = self.running.take() {
            drop(stop);
            task.await.unwrap();
        }
    }

    /// As a program that writes straight into the folder.
    pub fn put(&self, name: &str, body: impl AsRef<[u8]>) -> PathBuf {
        let path = self.config.req.join(name);
        fs::write(&path, body).unwrap();
        path
    }

    /// Waits for a file in `res` and takes it away.
    pub async fn take(&self, name: &str) -> Vec<u8> {
        let path = self.config.res.join(name);
        until(name, || path.exists()).await;
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        bytes
    }

    pub async fn take_text(&self, name: &str) -> String {
        String::from_utf8(self.take(name).await).unwrap()
    }

    /// Without the folder from which answers come there from another file system.
    pub fn results(&self) -> Vec<String> {
        let mut names = listed(&self.config.res);
        names.retain(|name| name != ".onshi");
        names
    }

    pub fn password(&self, text: &str) {
        self.folder.write("password", text);
    }

    /// Until nothing is under way any more.
    pub async fn quiet(&self) {
        let work = self.config.work.clone();
        until("quiet", move || listed(&work) == ["lock"]).await;
    }
}

/// A request that is complete.
pub fn message(text: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><XmlMsg>{text}</XmlMsg>\r\n")
}

pub fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
