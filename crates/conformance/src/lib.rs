//! The vectors of `vectors/`, run against an implementation: any, not only ours.
//!
//! What is wrong must be refused, in one of the ways that the interface has for it. What is right
//! must be answered by a right message that gives back what it has to. And where an implementation
//! knows the people of `live/population.jsonl`, its answers are compared element by element.
//!
//! It knows the other side only by its messages: by HTTP (`http.rs`) or by the folders of a linked
//! application (`folders.rs`).

mod answer;
mod case;
mod expect;
mod folders;
mod http;
mod kept;
mod report;
mod runner;
mod source;
mod spelling;

use onshi_language::{cause, say};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use folders::Folders;
use http::Http;
use runner::{Runner, Way};

pub use case::{INSTITUTION, population};
pub use http::{HttpSettings, IdentityFiles, LOG_IN, LogIn, SEARCH};
pub use report::{Cause, Difference, Outcome, VectorReport, VectorResult};
pub use source::Source;

/// Requests in the folders at once; by HTTP there is one at a time.
const AT_ONCE: usize = 8;

/// What is to be run, and against what.
pub struct Run {
    /// Where the vectors are.
    pub vectors: Source,
    /// Only those whose names are meant by this: a part of the name, or the whole with `*`.
    pub only: Option<String>,
    /// The institution that asks, where it is not that of the vectors.
    pub institution: String,
    /// Whether the implementation knows the people of `live/population.jsonl`.
    pub population: bool,
    /// How long an answer may take.
    pub patience: Duration,
    /// The folder into which requests and answers of what fails are put.
    pub keep: Option<PathBuf>,
    /// Against what.
    pub against: Against,
}

/// How the implementation is reached.
pub enum Against {
    /// By the Web API.
    Http(Box<HttpSettings>),
    /// By the folders `req` and `res` below this one.
    Folders(PathBuf),
}

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a file.
    Xml,
    /// As the Web API carries it.
    Json,
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Form::Xml => "xml",
            Form::Json => "json",
        }
    }
}

/// Why nothing could be tried.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{}: {}", path.display(), cause(source))]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {}", path.display(), cause(source))]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}", say!(
        "the other side does not take {code} as the institution that asks: {said}\n\
         Give the one of the account with --institution CODE (of a demo, --demo DIR does it).",
        "相手は、医療機関コード{code}からの要求を受け付けません: {said}\n\
         ログインしたアカウントの医療機関コードを --institution CODE で指定してください（デモには --demo DIR を使えます）。"
    ))]
    Institution { code: String, said: String },
    #[error("{}", say!("the vector {}: {reason}", "ベクトル {}: {reason}", path.display()))]
    Vector { path: PathBuf, reason: String },
    #[error("{}", say!("no vector is meant by {}", "{} に当てはまるベクトルはありません。", .0))]
    Nothing(String),
    #[error("{0}")]
    Way(String),
}

/// Runs the vectors, and says what came of each.
pub async fn run(run: &Run) -> Result<VectorReport, RunError> {
    let mut cases = case::all(&run.vectors, &run.institution)?;
    let plain = cases.iter().find(|case| case.name == runner::PLAIN);
    let plain = plain.and_then(|case| case.steps.first().cloned());
    if let Some(pattern) = &run.only {
        cases.retain(|case| case::is_meant(pattern, &case.name));
    }
    if cases.is_empty() {
        let pattern = run.only.as_deref().unwrap_or("*");
        return Err(RunError::Nothing(pattern.to_owned()));
    }
    let (way, at_once) = match &run.against {
        Against::Http(settings) => {
            let http = Http::open(settings, run.patience).await?;
            (Way::Http(Box::new(http), settings.forms.clone()), 1)
        }
        Against::Folders(folder) => (Way::Folders(Folders::open(folder, run.patience)?), AT_ONCE),
    };
    let runner = Runner {
        way,
        patience: run.patience,
        population: run.population,
        keep: run.keep.clone(),
    };
    if let Some(plain) = plain
        && let Some(said) = runner.refuses_the_institution(&plain).await
    {
        return Err(RunError::Institution {
            code: run.institution.clone(),
            said,
        });
    }
    let runner = Arc::new(runner);
    let places = Arc::new(Semaphore::new(at_once));
    let mut tasks = JoinSet::new();
    for (number, case) in cases.into_iter().enumerate() {
        let (runner, places) = (runner.clone(), places.clone());
        tasks.spawn(async move {
            // It is never closed, so there is always a place in the end.
            let _place = places.acquire().await;
            (number, runner.case(&case).await)
        });
    }
    let mut verdicts = Vec::new();
    while let Some(done) = tasks.join_next().await {
        verdicts.push(done.map_err(|error| RunError::Way(format!("vector: {error}")))?);
    }
    verdicts.sort_by_key(|(number, _)| *number);
    Ok(VectorReport::of(
        verdicts.into_iter().flat_map(|(_, v)| v).collect(),
    ))
}
