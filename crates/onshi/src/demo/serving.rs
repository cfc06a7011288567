//! What runs while the demo does: centre, start page, linked applications, card reader, the program with which cards sign.

use super::control::Waiting;
use super::description::{describe, welcome};
use super::kept::{State, cannot_use, write};
use super::sandbox::DemoSandbox;
use super::{cards, clock, consents, control, first, kiosk, office, programs};
use crate::output::{Failure, Output};
use crate::reader::cards::{CardsForTrying, credential};
use crate::serve::asked_to_stop;
use onshi_language::say;
use onshi_server::{Config, Running};
use onshi_terminal::gateway::{self, GatewayConfig, Renewal, Timeouts};
use onshi_terminal::link::Link;
use onshi_terminal::reader::{Place, Reader};
use onshi_terminal::signer::{self, Signer, SignerConfig};
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;

/// Runs all of it until it is asked to stop; when it is asked to begin again, from the first state.
pub(super) async fn serve(
    config: Config,
    dir: &Path,
    state: &State,
    output: &Output,
) -> Result<(), Failure> {
    let sandbox = Arc::new(DemoSandbox::default());
    let (ask, mut asked) = mpsc::channel(1);
    let resets = first::is_kept(&config, dir).then_some(ask);
    control::open(dir, sandbox.clone(), resets).await?;
    let mut stop = pin!(asked_to_stop());
    let mut waiting: Option<Waiting> = None;
    loop {
        let parts = begin(&config, (dir, state), &sandbox).await?;
        match waiting.take() {
            // Who has gone away meanwhile need not know.
            Some(waiting) => drop(waiting.send(())),
            None => output.result(&parts.description, || welcome(state, dir, parts.kiosk_at)),
        }
        let again = tokio::select! {
            () = &mut stop => None,
            // Where no first state is kept nobody asks, ever.
            again = next(&mut asked) => Some(again),
        };
        let description = dir.join("demo.json");
        if again.is_some() {
            // Whoever waits for the file waits for the first state.
            std::fs::remove_file(&description).map_err(|e| cannot_use(&description, &e))?;
        }
        parts.end().await?;
        let Some(again) = again else {
            // Nobody is heard any more.
            let _ = std::fs::remove_file(control::file(dir));
            return Ok(());
        };
        first::put_back(dir)?;
        clock::begin_again();
        sandbox.begin_again();
        waiting = Some(again);
    }
}

/// The next one who asks for the first state.
async fn next(asked: &mut mpsc::Receiver<Waiting>) -> Waiting {
    match asked.recv().await {
        Some(waiting) => waiting,
        None => std::future::pending().await,
    }
}

/// What runs.
struct Parts {
    description: serde_json::Value,
    kiosk_at: Option<SocketAddr>,
    running: Running,
    /// They stop when it is dropped.
    stop: broadcast::Sender<()>,
    pages: Vec<JoinHandle<Result<(), gateway::GatewayError>>>,
    others: Vec<JoinHandle<()>>,
}

async fn begin(
    config: &Config,
    (dir, state): (&Path, &State),
    sandbox: &Arc<DemoSandbox>,
) -> Result<Parts, Failure> {
    let environment = Some(config.centre.environment.clone());
    let authority = config.centre.secrets.join("authority.pem");
    let running = Running::start_sandbox(config.clone(), clock::now, sandbox.clone()).await?;
    let centre_url = format!("https://localhost:{}", state.centre_port);
    let start_pages = start_pages(state, dir, &authority, environment.as_ref()).await?;
    let mut links = Vec::new();
    for (place, institution) in state.facilities.iter().enumerate() {
        let folders = programs::folders(dir, &institution.code, place == 0);
        let environment = environment.clone();
        links.push(programs::open(
            folders,
            institution,
            &centre_url,
            &authority,
            environment,
        )?);
    }
    let statuses: Vec<_> = links.iter().map(Link::status_address).collect();
    // What is done with the cards ends with the demo: a PIN that was tried out is no obstacle at the next start. In a folder
    // of an earlier version there are none.
    let cards = CardsForTrying::of(&cards::folder(dir)).ok();
    let cards = cards.filter(|_| !state.cards.is_empty());
    let signer = signer(state, dir, cards.as_ref()).await?;
    let consents = consents::give(state, &authority).await;
    let kiosk = kiosk::open(state, dir, (&authority, cards.as_ref())).await?;
    let kiosk_at = kiosk.as_ref().map(Reader::address);
    let description = describe(state, dir, &authority, (&statuses, &consents), kiosk_at);
    write(&dir.join("demo.json"), &description)?;
    let (stop, _) = broadcast::channel::<()>(1);
    // They stop at the latest when we leave, since the sender is dropped then.
    let stopped = || {
        let mut stopped = stop.subscribe();
        async move { drop(stopped.recv().await) }
    };
    let pages = start_pages.into_iter();
    let pages = pages
        .map(|page| tokio::spawn(page.run(stopped())))
        .collect();
    let mut others = Vec::new();
    for link in links {
        others.push(tokio::spawn(link.run(stopped())));
    }
    if let Some(kiosk) = kiosk {
        others.push(tokio::spawn(kiosk.run(stopped())));
    }
    if let Some(signer) = signer {
        others.push(tokio::spawn(signer.run(stopped())));
    }
    Ok(Parts {
        description,
        kiosk_at,
        running,
        stop,
        pages,
        others,
    })
}

impl Parts {
    /// Lets all of it end.
    async fn end(self) -> Result<(), Failure> {
        drop(self.stop);
        let broken = |e: tokio::task::JoinError| {
            let what = say!("a part of the demo broke", "デモの一部が異常終了しました");
            Failure::fault(what, e)
        };
        for other in self.others {
            other.await.map_err(broken)?;
        }
        self.running.stop().await;
        for page in self.pages {
            page.await.map_err(broken)?.map_err(Failure::usage)?;
        }
        Ok(())
    }
}

/// The start pages, which show a terminal's certificate for browsers that hold none: that of the institutions, and that of the
/// operators, which a folder of an earlier version has not.
async fn start_pages(
    state: &State,
    dir: &Path,
    authority: &Path,
    environment: Option<&String>,
) -> Result<Vec<gateway::Gateway>, Failure> {
    let institutions = dir.join("terminal/certificates");
    let mut wanted = vec![(state.gateway_port, state.centre_port, institutions)];
    if state.office.is_some() {
        wanted.push((state.office_port, state.operators_port, office::folder(dir)));
    }
    let mut pages = Vec::new();
    for (port, centre_port, certificates) in wanted {
        let config = GatewayConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            centre_url: format!("https://localhost:{centre_port}"),
            authority_pem: authority.to_owned(),
            certificates,
            environment: environment.cloned(),
            now: clock::now_ms,
            timeouts: Timeouts::default(),
            renewal: Renewal::default(),
        };
        pages.push(gateway::bind(config).await.map_err(Failure::usage)?);
    }
    Ok(pages)
}

/// The program with which the demo's cards sign what is done from home; none in a folder that has no cards.
async fn signer(
    state: &State,
    dir: &Path,
    cards: Option<&CardsForTrying>,
) -> Result<Option<Signer>, Failure> {
    let Some(cards) = cards else {
        return Ok(None);
    };
    let config = SignerConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], state.card_port)),
        portal: format!("https://localhost:{}", state.portal_port),
        place: Place::Tray(cards.tray()),
        credential: credential(None, Some(&cards::folder(dir)))?,
    };
    let opened = signer::open(config).await;
    opened.map(Some).map_err(Failure::usage)
}
