//! Opens the listeners: terminals, programs without a certificate, portal, the operators' site, operations.

use crate::config::{Config, ListenerSizes};
use crate::http::listener::Guarded;
use crate::http::tls;
use crate::http::tls::ServerCertificate;
use crate::operations;
use crate::routes::sites;
use crate::state::Centre;
use onshi_connections::{Places, serve};
use onshi_core::Fault;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What was opened.
pub(crate) struct Opened {
    /// Where the portal is, if it is on.
    pub portal: Option<SocketAddr>,
    /// Where the operators' site is, if it is on.
    pub operators: Option<SocketAddr>,
    /// Where health and metrics are, if they are on.
    pub operations: Option<SocketAddr>,
    /// They end when they are told to stop.
    pub tasks: Vec<JoinHandle<()>>,
}

/// The sockets that were bound before.
pub(crate) struct Sockets {
    /// The terminals'.
    pub terminals: TcpListener,
    /// That of programs without a certificate.
    pub alone: Option<TcpListener>,
    /// The portal's.
    pub portal: Option<TcpListener>,
    /// The operators'.
    pub operators: Option<TcpListener>,
}

/// Opens them all.
pub(crate) async fn open(
    centre: &Arc<Centre>,
    sockets: Sockets,
    certificate: &Arc<ServerCertificate>,
    authority_der: &[u8],
    stop: &watch::Receiver<bool>,
) -> Result<Opened, Fault> {
    let places = ListenerPlaces::of(&centre.config);
    let tls = tls::for_terminals(certificate, authority_der)?;
    let terminals = Guarded::new(centre.clone(), tls, sites::centre(centre));
    let socket = sockets.terminals;
    let serving = serve(terminals, socket, places.centre.clone(), stop.clone());
    let mut opened = Opened {
        portal: None,
        operators: None,
        operations: None,
        tasks: vec![tokio::spawn(serving)],
    };
    if let Some(socket) = sockets.alone {
        let tls = tls::for_anybody(certificate)?;
        let programs = Guarded::new(centre.clone(), tls, sites::messages_alone(centre));
        let serving = serve(programs, socket, places.messages.clone(), stop.clone());
        opened.tasks.push(tokio::spawn(serving));
    }
    if let Some(socket) = sockets.operators {
        opened.operators = socket.local_addr().ok();
        let tls = tls::for_terminals(certificate, authority_der)?;
        let operators = Guarded::new(centre.clone(), tls, sites::operators(centre));
        let serving = serve(operators, socket, places.operators.clone(), stop.clone());
        opened.tasks.push(tokio::spawn(serving));
    }
    if let Some(socket) = sockets.portal {
        opened.portal = socket.local_addr().ok();
        let tls = tls::for_anybody(certificate)?;
        let anybody = Guarded::new(centre.clone(), tls, sites::portal(centre));
        let serving = serve(anybody, socket, places.portal.clone(), stop.clone());
        opened.tasks.push(tokio::spawn(serving));
    }
    if let Some(listen) = centre.config.operations.listen {
        let (named, own) = (places.named(), places.operations.clone());
        let (address, task) =
            operations::serve(centre.clone(), listen, named, own, stop.clone()).await?;
        opened.operations = Some(address);
        opened.tasks.push(task);
    }
    Ok(opened)
}

/// The places of the listeners, as many as the process may open files.
struct ListenerPlaces {
    centre: Arc<Places>,
    messages: Arc<Places>,
    portal: Arc<Places>,
    operators: Arc<Places>,
    operations: Arc<Places>,
}

impl ListenerPlaces {
    fn of(config: &Config) -> ListenerPlaces {
        let wanted = ListenerSizes {
            centre: config.centre.connections_max,
            strangers: config.connections.strangers_max,
            messages: config
                .centre
                .messages
                .map_or(0, |_| config.centre.messages_connections_max),
            portal: config
                .portal
                .listen
                .map_or(0, |_| config.portal.connections_max),
            operators: config
                .operators
                .listen
                .map_or(0, |_| config.operators.connections_max),
            operations: config
                .operations
                .listen
                .map_or(0, |_| config.operations.connections_max),
        };
        let sizes = wanted.within(crate::start::process::file_descriptors());
        if sizes != wanted {
            tracing::warn!(
                ?wanted,
                ?sizes,
                "there are too few file descriptors for so many connections; raise LimitNOFILE"
            );
        }
        let places =
            |all, strangers| Places::new(config.connections.limits(&config.centre, all, strangers));
        ListenerPlaces {
            centre: places(sizes.centre, sizes.strangers),
            messages: places(sizes.messages, sizes.messages),
            portal: places(sizes.portal, sizes.portal),
            // Half of them are kept for those who have shown a certificate.
            operators: places(sizes.operators, sizes.operators.div_ceil(2)),
            operations: places(sizes.operations, sizes.operations),
        }
    }

    fn named(&self) -> operations::Listeners {
        Arc::new([
            ("centre", self.centre.clone()),
            ("messages", self.messages.clone()),
            ("portal", self.portal.clone()),
            ("operators", self.operators.clone()),
            ("operations", self.operations.clone()),
        ])
    }
}
