//! Health and Prometheus metrics, on a listener of their own.

use crate::centre::Centre;
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use onshi_core::Fault;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Bounds of the latency histograms, in seconds.
const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How often measurements are put away.
const UPKEEP: Duration = Duration::from_secs(5);

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

/// Serves `/health` and `/metrics` until it is told to stop.
pub async fn serve(
    centre: Arc<Centre>,
    listen: SocketAddr,
    mut stop: watch::Receiver<bool>,
) -> Result<(SocketAddr, JoinHandle<()>), Fault> {
    let socket = crate::listener::bind(listen).await?;
    let address = socket.local_addr().map_err(|e| Fault::at("listening", e))?;
    let metrics = recorder();
    let router = Router::new()
        .route("/health", get(move || health(centre.clone())))
        .route(
            "/metrics",
            get(move || async move { metrics.map(PrometheusHandle::render).unwrap_or_default() }),
        );
    let task = tokio::spawn(async move {
        let upkeep = tokio::spawn(keep_up(metrics));
        let served = axum::serve(socket, router).with_graceful_shutdown(async move {
            // An error means that the centre is gone, which is as good a reason to stop.
            let _ = stop.changed().await;
        });
        if let Err(error) = served.await {
            tracing::error!(%error, "health and metrics ended");
        }
        upkeep.abort();
    });
    Ok((address, task))
}

/// Puts what was measured lately where it belongs. Nobody may ever ask for the metrics, and what
/// is not put away would pile up in memory.
async fn keep_up(metrics: Option<&'static PrometheusHandle>) {
    let mut often = tokio::time::interval(UPKEEP);
    while let Some(metrics) = metrics {
        often.tick().await;
        metrics.run_upkeep();
    }
}

/// Whether the database answers.
pub async fn is_healthy(centre: Arc<Centre>) -> bool {
    tokio::task::spawn_blocking(move || centre.office.gate().certificate("0").is_ok())
        .await
        .unwrap_or(false)
}

async fn health(centre: Arc<Centre>) -> (axum::http::StatusCode, &'static str) {
    if is_healthy(centre).await {
        (axum::http::StatusCode::OK, "{\"status\":\"ok\"}\n")
    } else {
        (
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            "{\"status\":\"the database does not answer\"}\n",
        )
    }
}
