//! The way by folders: a request into `req`, the answer out of `res`.

use onshi_language::{cause, say};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use onshi_wire::{FileName, MessageKind};
use tokio::time::{Instant, sleep};

use super::RunError;
use super::answer::Reply;

/// How often `res` is looked into.
const LOOK: Duration = Duration::from_millis(100);

/// How long an answer must stay the same to be complete.
const SETTLE: Duration = Duration::from_millis(200);

/// Both folders, and what our files are called.
#[derive(Debug)]
pub(super) struct Folders {
    req: PathBuf,
    res: PathBuf,
    run: String,
    count: AtomicU32,
    patience: Duration,
}

impl Folders {
    /// The folders `req` and `res` (also `Req`, `REQ` …) below one.
    pub(super) fn open(folder: &Path, patience: Duration) -> Result<Self, RunError> {
        let seed = getrandom::u32().unwrap_or_default();
        Ok(Self {
            req: below(folder, "req")?,
            res: below(folder, "res")?,
            run: format!("vectors{seed:08x}"),
            count: AtomicU32::new(0),
            patience,
        })
    }

    pub(super) async fn ask(&self, kind: MessageKind, bytes: &[u8]) -> Reply {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let file = FileName {
            kind,
            body: format!("{}{number:04}", self.run),
        };
        let answered = self.exchange(&file, number, bytes).await;
        // A run leaves nothing behind, whatever came of it.
        let left = [
            self.req.join(file.name()),
            self.res.join(file.name()),
            self.res.join(file.error_name()),
            self.res.join(file.response_name()),
            self.res.join(file.response_zip_name()),
            self.res.join(file.response_pdf_name()),
            self.res.join(file.response_png_name()),
        ];
        for path in left {
            let _ = tokio::fs::remove_file(path).await;
        }
        answered.unwrap_or_else(|error| {
            Reply::Broken(say!(
                "the folders can't be used: {}",
                "フォルダを使えません: {}",
                cause(&error)
            ))
        })
    }

    async fn exchange(&self, file: &FileName, number: u32, bytes: &[u8]) -> io::Result<Reply> {
        // Renamed when it is whole, so that nobody takes half of it.
        let temporary = self.req.join(format!(".{}{number:04}.tmp", self.run));
        tokio::fs::write(&temporary, bytes).await?;
        tokio::fs::rename(&temporary, self.req.join(file.name())).await?;
        let until = Instant::now() + self.patience;
        while Instant::now() < until {
            if let Some(bytes) = settled(&self.res.join(file.response_name())).await? {
                let charset = None;
                return Ok(Reply::Message { bytes, charset });
            }
            if let Some(note) = settled(&self.res.join(file.error_name())).await? {
                return Ok(of_note(&note));
            }
            let others = [
                file.response_zip_name(),
                file.response_pdf_name(),
                file.response_png_name(),
            ];
            for name in others {
                if settled(&self.res.join(&name)).await?.is_some() {
                    let words = say!(
                        "the answer is a zip, a PDF or a picture, which is not looked into: let it be given as XML",
                        "答えがzip・PDF・画像のため、中を調べられません。XMLで返るように設定してください。"
                    );
                    return Ok(Reply::Broken(words));
                }
            }
            sleep(LOOK).await;
        }
        Ok(Reply::Broken(say!(
            "no answer in the folder within {} s",
            "{}秒以内に、フォルダに答えがありませんでした。",
            self.patience.as_secs()
        )))
    }
}

fn of_note(note: &[u8]) -> Reply {
    let text = String::from_utf8_lossy(note);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.is_empty() {
        return Reply::Broken(say!(
            "the .err file does not say why",
            ".err のファイルに理由がありません。"
        ));
    }
    Reply::Refused {
        status: None,
        words: format!(
            ".err: {}",
            lines.iter().take(3).copied().collect::<Vec<_>>().join(" ")
        ),
    }
}

/// A file that is there and does not change any more.
async fn settled(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let Some(mut before) = there(path).await? else {
        return Ok(None);
    };
    loop {
        sleep(SETTLE).await;
        let Some(now) = there(path).await? else {
            return Ok(None);
        };
        if now == before {
            return Ok(Some(now));
        }
        before = now;
    }
}

async fn there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn below(folder: &Path, name: &str) -> Result<PathBuf, RunError> {
    let read = std::fs::read_dir(folder).map_err(|source| RunError::Read {
        path: folder.to_owned(),
        source,
    })?;
    read.flatten()
        .find(|entry| entry.file_name().eq_ignore_ascii_case(name) && entry.path().is_dir())
        .map(|entry| entry.path())
        .ok_or_else(|| {
            RunError::Way(say!(
                "{} has no folder {name}",
                "{} にフォルダ {name} がありません。",
                folder.display()
            ))
        })
}
