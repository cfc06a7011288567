//! What runs while the demo does: centre, start page, linked applications, card reader, the program with which cards sign.

use super::description::{describe, welcome};
use super::kept::{State, write};
use super::{cards, consents, kiosk, programs};
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

/// Runs all of it until it is asked to stop.
pub(super) async fn serve(
    config: Config,
    dir: &Path,
    state: &State,
    output: &Output,
) -> Result<(), Failure> {
    let environment = Some(config.centre.environment.clone());
    let authority = config.centre.secrets.join("authority.pem");
    let running = Running::start(config).await?;
    let gateway = gateway::bind(GatewayConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], state.gateway_port)),
        centre_url: format!("https://localhost:{}", state.centre_port),
        authority_pem: authority.clone(),
        certificates: dir.join("terminal/certificates"),
        environment: environment.clone(),
        now: || onshi_core::clock::now().ms(),
        timeouts: Timeouts::default(),
        renewal: Renewal::default(),
    })
    .await
    .map_err(Failure::usage)?;
    let centre_url = format!("https://localhost:{}", state.centre_port);
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
    let address = kiosk.as_ref().map(Reader::address);
    let description = describe(state, dir, &authority, (&statuses, &consents), address);
    write(&dir.join("demo.json"), &description)?;
    output.result(&description, || welcome(state, dir, address));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let page = tokio::spawn(gateway.run(async move {
        // The sender is dropped at the latest when we leave, which stops the page as well.
        let _ = stopped.await;
    }));
    let (stop_links, _) = tokio::sync::broadcast::channel::<()>(1);
    let mut stopped = stop_links.subscribe();
    let signer =
        signer.map(|signer| tokio::spawn(signer.run(async move { drop(stopped.recv().await) })));
    let links: Vec<_> = links
        .into_iter()
        .map(|link| {
            let mut stopped = stop_links.subscribe();
            tokio::spawn(link.run(async move { drop(stopped.recv().await) }))
        })
        .collect();
    let (stop_kiosk, kiosk_stopped) = tokio::sync::oneshot::channel::<()>();
    let kiosk = kiosk.map(|kiosk| {
        tokio::spawn(kiosk.run(async {
            let _ = kiosk_stopped.await;
        }))
    });
    asked_to_stop().await;
    drop(stop);
    drop(stop_links);
    drop(stop_kiosk);
    let broken = |e: tokio::task::JoinError| {
        let what = say!("a part of the demo broke", "デモの一部が異常終了しました");
        Failure::fault(what, e)
    };
    for link in links {
        link.await.map_err(broken)?;
    }
    if let Some(kiosk) = kiosk {
        kiosk.await.map_err(broken)?;
    }
    if let Some(signer) = signer {
        signer.await.map_err(broken)?;
    }
    running.stop().await;
    match page.await {
        Ok(ended) => ended.map_err(Failure::usage),
        Err(error) => Err(broken(error)),
    }
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
