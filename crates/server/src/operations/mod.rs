//! Health and Prometheus metrics, on a listener of their own.

use crate::http::extract::name_of_host;
use crate::state::Centre;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, Version, header};
use axum::response::Response;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use onshi_connections::{ArrivingBody, Host, PacedStream, Places};
use onshi_core::Fault;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::util::ServiceExt;

/// Bounds of the latency histograms, in seconds.
const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How often measurements are put away.
const UPKEEP: Duration = Duration::from_secs(5);

/// The places of each listener, by its name.
pub type Listeners = Arc<[(&'static str, Arc<Places>)]>;

fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BOUNDS)
                .ok()?
                .install_recorder()
                .ok()
        })
        .as_ref()
}

/// What is answered without TLS.
#[derive(Clone)]
struct Plain {
    centre: Arc<Centre>,
    router: Router,
}

impl Host for Plain {
    type Stream = PacedStream;
    type Guest = ();
    type Body = Body;

    async fn greet(
        &self,
        stream: PacedStream<TcpStream>,
        _: SocketAddr,
    ) -> Option<(PacedStream, (), Option<String>)> {
        Some((stream, (), None))
    }

    async fn answer(&self, (): &(), request: Request<ArrivingBody>) -> Response {
        let config = &self.centre.config;
        let names = config.operations.names.iter().chain(&config.centre.names);
        if !is_for_us(&request, names) {
            let mut response = Response::new(Body::from("asked for by another name\n"));
            *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
            return response;
        }
        let Ok(response) = self.router.clone().oneshot(request.map(Body::new)).await;
        response
    }
}

/// Whether a request names this place: by an address, or by a name of ours. A page from elsewhere
/// can make its own name point here, and would read what is answered; it can't do so with an
/// address.
fn is_for_us<'a>(
    request: &Request<ArrivingBody>,
    mut names: impl Iterator<Item = &'a String>,
) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or(""),
        // Balancers that speak the older version name nobody. Browsers always do.
        (None, _) => return request.version() == Version::HTTP_10 && no_authority(request),
        _ => return false,
    };
    let same = |authority: &str| authority.eq_ignore_ascii_case(host);
    if !request.uri().authority().is_none_or(|at| same(at.as_str())) {
        return false;
    }
    let name = name_of_host(host);
    name.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.any(|ours| ours.eq_ignore_ascii_case(name))
}

fn no_authority<T>(request: &Request<T>) -> bool {
    request.uri().authority().is_none()
}

/// Serves `/health` and `/metrics` until it is told to stop.
pub async fn serve(
    centre: Arc<Centre>,
    listen: SocketAddr,
    listeners: Listeners,
    places: Arc<Places>,
    stop: watch::Receiver<bool>,
) -> Result<(SocketAddr, JoinHandle<()>), Fault> {
    let socket = crate::http::listener::bind(listen).await?;
    let address = socket.local_addr().map_err(|e| Fault::at("listening", e))?;
    let metrics = recorder();
    let (asked, shown) = (centre.clone(), listeners.clone());
    let router = Router::new()
        .route("/health", get(move || health(asked.clone())))
        .route(
            "/metrics",
            get(move || async move {
                measure(&shown);
                metrics.map(PrometheusHandle::render).unwrap_or_default()
            }),
        );
    let task = tokio::spawn(async move {
        let upkeep = tokio::spawn(keep_up(metrics, listeners));
        onshi_connections::serve(Plain { centre, router }, socket, places, stop).await;
        upkeep.abort();
    });
    Ok((address, task))
}

/// Counts the connections.
fn measure(listeners: &Listeners) {
    for (listener, places) in listeners.iter() {
        let counts = places.counts();
        for (kind, count) in [
            ("handshake", counts.handshakes),
            ("stranger", counts.strangers),
            ("known", counts.known),
        ] {
            metrics::gauge!("onshi_connections_open", "listener" => *listener, "kind" => kind)
                .set(count as f64);
        }
        for (why, count) in counts.ended {
            metrics::counter!("onshi_connections_ended_total", "listener" => *listener,
                "why" => why.label())
            .absolute(count);
        }
    }
}

/// Puts what was measured lately where it belongs. Nobody may ever ask for the metrics, and what
/// is not put away would pile up in memory.
async fn keep_up(metrics: Option<&'static PrometheusHandle>, listeners: Listeners) {
    let mut often = tokio::time::interval(UPKEEP);
    while let Some(metrics) = metrics {
        often.tick().await;
        measure(&listeners);
        metrics.run_upkeep();
    }
}

async fn health(centre: Arc<Centre>) -> (StatusCode, String) {
    match centre.health().await {
        Ok(()) => (StatusCode::OK, "{\"status\":\"ok\"}\n".to_owned()),
        Err(reason) => {
            let told = serde_json::json!({"status": "unavailable", "reason": reason});
            (StatusCode::SERVICE_UNAVAILABLE, format!("{told}\n"))
        }
    }
}
