//! The linked application (連携アプリケーション): requests in `req/`, answers in `res/`.
//!
//! The institution's programs know nothing of the centre. They put an XML file into a folder and
//! find one answer in another; everything between is here.
//!
//! - A file is taken when it is complete (`watcher`), and only if its name is a request's (`names`);
//!   nothing else is touched.
//! - Each request has a folder of its own in `work/`, and what lies there says how far it has come.
//!   So it is answered exactly once even if this program is killed at any moment (`job`).
//! - One log-in for all, by the 連携アプリ用アカウント and the terminal's certificate; a wrong
//!   password is told at once and not tried again (`account`).
//! - While the centre can't be reached, requests wait in order (`queue`); after `offline_timeout` each
//!   gets an `.err` that says what happened, why and what to do (`answer`).
//! - Results of the card reader come from the centre into `face/`, each once (`face`).
//! - A page on loopback shows network, certificate, account and centre (`status`, `status_page`).
//!
//! Section 5 of the specification says what of this is known of the real system.

mod account;
mod answer;
mod centre_client;
pub mod check;
mod clean;
mod config;
mod disk;
mod face;
mod guarded;
mod job;
mod left_alone;
mod names;
mod queue;
mod status;
mod status_page;
mod watcher;
mod worker;

use onshi_language::say;
use std::collections::HashSet;
use std::fs::{self, File};
use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::gateway::centre::Centre;
use answer::Sealing;
use disk::Disk;
use face::FaceFolders;
use job::Folders;
use queue::Dispatcher;
use status_page::StatusPage;
use watcher::{Pace, Watcher};
use worker::{Worker, blocking};

pub(crate) use account::Account;
pub(crate) use centre_client::CentreClient;
pub use config::{LinkConfig, LinkError};
pub(crate) use status::LinkStatus;

const CLEAN_EVERY: Duration = Duration::from_secs(3600);
/// Claimed requests on their way into the queue.
const HANDED_OVER: usize = 64;

/// A linked application that is ready to run.
#[derive(Debug)]
pub struct Link {
    config: LinkConfig,
    worker: Arc<Worker>,
    status_page: Option<StatusPage>,
    /// Held as long as we run.
    _lock: File,
}

/// Takes the work folder and the status page's address, without touching a request yet.
pub fn open(mut config: LinkConfig) -> Result<Link, LinkError> {
    for folder in [&mut config.req, &mut config.res, &mut config.work] {
        *folder = guarded::resolved(folder);
    }
    if let Some(face) = &mut config.face {
        *face = guarded::resolved(face);
    }
    if config.user_id.is_empty() {
        let words = say!(
            "the user id of the account is missing",
            "アカウントのユーザIDがありません。"
        );
        return Err(LinkError::Setting(words));
    }
    if config.encrypt.values().any(|sealed| *sealed) && config.zip_password_file.is_none() {
        let words = say!(
            "answers are to be encrypted, but there is no file with the zip's password",
            "結果を暗号化する設定ですが、zipのパスワードのファイルがありません。"
        );
        return Err(LinkError::Setting(words));
    }
    let centre = Centre::new(&config.centre_url, &config.authority_pem, config.timeouts)?;
    let lock = take(&config.work)?;
    let status = Arc::new(LinkStatus::default());
    let status_page = match config.status_listen {
        Some(address) => Some(StatusPage::bind(address, &config, &centre, status.clone())?),
        None => None,
    };
    let worker = Arc::new(Worker {
        folders: Folders {
            req: config.req.clone(),
            res: config.res.clone(),
            work: config.work.clone(),
            answer_mode: config.answer_mode,
        },
        disk: Disk::default(),
        centre_client: CentreClient {
            centre,
            certificate: config.certificate.clone(),
            key: config.key.clone(),
            status: status.clone(),
            now: config.now,
        },
        account: Account::new(
            config.user_id.clone(),
            config.password_file.clone(),
            status.clone(),
        ),
        status,
        sealing: Sealing {
            prefixes: config.encrypt.clone(),
            password_file: config.zip_password_file.clone(),
        },
        touch_after: config.touch_after,
        now: config.now,
        names: Mutex::new(HashSet::new()),
        ids: Mutex::new(HashSet::new()),
    });
    Ok(Link {
        config,
        worker,
        status_page,
        _lock: lock,
    })
}

/// Two programs with one work folder would answer everything twice.
fn take(work: &Path) -> Result<File, LinkError> {
    let failed = |source| LinkError::Work {
        path: work.to_owned(),
        source,
    };
    create_private(work).map_err(failed)?;
    // Whoever could write here could have us send and give back what they please.
    guarded::is_private(work).map_err(failed)?;
    guarded::close_to_others(work).map_err(failed)?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(work.join("lock"))
        .map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(LinkError::Taken(work.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Requests and answers lie there for a while, so nobody else may read it.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl Link {
    /// Where the status page is.
    pub fn status_address(&self) -> Option<SocketAddr> {
        self.status_page.as_ref().map(StatusPage::address)
    }

    /// Answers requests until `shutdown`; what is under way then may still finish.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let (ending, stop) = watch::channel(());
        let (sender, receiver) = mpsc::channel(HANDED_OVER);
        let config = &self.config;
        tracing::info!(
            centre = self.worker.centre_client.centre.origin(),
            "the linked application is up"
        );
        let pace = Pace {
            poll: config.poll,
            settle: config.settle,
            patience: config.patience,
        };
        let watcher = Watcher::new(self.worker.clone(), pace, sender);
        let queue = Dispatcher::new(
            self.worker.clone(),
            config.offline_timeout,
            config.concurrency,
        );
        let queue = queue.run(receiver, stop.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(watcher.run(stop.clone()));
        tasks.spawn(tend(self.worker.clone(), config.pulse));
        tasks.spawn(clean(config.clone()));
        if let Some(face) = config.face.clone() {
            let folders = FaceFolders {
                face,
                work: config.work.clone(),
                answer_mode: config.answer_mode,
            };
            tasks.spawn(face::bring(self.worker.clone(), folders, stop.clone()));
        }
        if let Some(status_page) = self.status_page {
            tasks.spawn(status_page.run());
        }
        tokio::pin!(queue, shutdown);
        tokio::select! {
            () = &mut shutdown => {
                drop(ending);
                // A folder that hangs must not keep us: the next start goes on.
                if tokio::time::timeout(queue::END, queue).await.is_err() {
                    tracing::warn!("stopping although a folder does not answer");
                }
            }
            () = &mut queue => {}
        }
        tasks.shutdown().await;
    }
}

/// Looks after certificate, account and centre, so that the page is right without any request.
async fn tend(worker: Arc<Worker>, pulse: Duration) {
    loop {
        worker.centre_client.look_at_certificate().await;
        if let Err(centre_client::Trouble::Away(away)) =
            worker.account.token(&worker.centre_client).await
        {
            tracing::info!(what = away.what, "no log-in now");
        }
        worker.status.rest();
        tokio::time::sleep(pulse).await;
    }
}

async fn clean(config: LinkConfig) {
    if config.retention_days == 0 {
        return;
    }
    loop {
        let config = config.clone();
        let cleaned = blocking(move || {
            let on_its_way = config.res.join(names::WAITING_ROOM);
            let folders = [Some(&config.res), config.face.as_ref(), Some(&on_its_way)];
            let count = |folder: &PathBuf| {
                clean::clean(folder, &config.work, config.retention_days, (config.now)())
            };
            Ok(folders.into_iter().flatten().map(count).sum::<usize>())
        });
        if let Ok(deleted @ 1..) = cleaned.await {
            tracing::info!(deleted, "old answers were deleted");
        }
        tokio::time::sleep(CLEAN_EVERY).await;
    }
}
