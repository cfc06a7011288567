//! The status page (連携アプリケーションの状態), on loopback, for whoever stands before the terminal.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use askama::Template;
use hyper::{Request, StatusCode};
use onshi_connections::ArrivingBody;
use serde_json::json;
use tokio::time::Instant;

use super::config::{LinkConfig, LinkError};
use super::left_alone::LeftAlone;
use super::status::{Facts, LIGHTS, Light, LinkStatus, Queue, Seen, Tone};
use crate::gateway::centre::Centre;
use crate::gateway::pages::{self, Reply};
use crate::gateway::{guard, state};
use crate::loopback;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const METRICS: &str = "text/plain; version=0.0.4";
/// One person looks, with a browser that opens a few.
const CONNECTIONS_MAX: usize = 32;

#[derive(Debug)]
pub(super) struct StatusPage {
    listener: TcpListener,
    address: SocketAddr,
    view: Arc<View>,
}

#[derive(Debug)]
struct View {
    port: u16,
    environment: Option<String>,
    centre: String,
    user_id: String,
    status: Arc<LinkStatus>,
    now: fn() -> i64,
}

struct Frame {
    environment: Option<String>,
    centre: String,
    moment: String,
}

#[derive(Template)]
#[template(path = "link/status.html")]
struct Page {
    frame: Frame,
    /// The first light that is bad: which of them is the trouble.
    trouble: Option<Light>,
    /// All are good, or at least not bad and known.
    settled: bool,
    folders: Vec<String>,
    lights: [Light; LIGHTS],
    queue: Queue,
    left_alone: LeftAlone,
    last_request: String,
    last_answer: String,
    user_id: String,
}

impl StatusPage {
    pub(super) fn bind(
        address: SocketAddr,
        config: &LinkConfig,
        centre: &Centre,
        status: Arc<LinkStatus>,
    ) -> Result<Self, LinkError> {
        if !loopback::is_own(address) {
            return Err(LinkError::NotLoopback(address));
        }
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        let (listener, address) = bound.map_err(|source| LinkError::Listen { address, source })?;
        Ok(Self {
            listener,
            address,
            view: Arc::new(View {
                port: address.port(),
                environment: config.environment.clone(),
                centre: centre.origin().to_owned(),
                user_id: config.user_id.clone(),
                status,
                now: config.now,
            }),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) async fn run(self) {
        if let Err(error) = self.serve().await {
            tracing::error!(%error, "the status page ended; requests are answered as before");
        }
    }

    async fn serve(self) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        tracing::info!(address = %self.address, "the status page is open");
        let most = (CONNECTIONS_MAX, loopback::PATIENCE);
        // It ends with the program.
        loopback::serve(self.view, listener, most, std::future::pending()).await;
        Ok(())
    }
}

impl loopback::Pages for View {
    async fn answer(&self, request: Request<ArrivingBody>) -> Reply {
        // A page from elsewhere must not read this one by a name that it made point here.
        if let Err(refusal) = guard::check(&request, self.port) {
            tracing::warn!(?refusal, "refused");
            let text = "このアドレスでは表示できません。";
            return pages::own(StatusCode::MISDIRECTED_REQUEST, TEXT, text);
        }
        let path = request.uri().path();
        if !pages::reads(request.method()) {
            let text = "この操作はできません。";
            return pages::own(StatusCode::METHOD_NOT_ALLOWED, TEXT, text);
        }
        match path {
            "/" => self.page(),
            "/status.json" => self.json(),
            "/health" => self.health(),
            "/metrics" => self.metrics(),
            _ => path
                .strip_prefix("/terminal/assets/")
                .and_then(pages::asset)
                .unwrap_or_else(|| {
                    pages::own(StatusCode::NOT_FOUND, TEXT, "ページが見つかりません。")
                }),
        }
    }
}

impl View {
    fn page(&self) -> Reply {
        let facts = self.status.now();
        let lights = facts.lights();
        let page = Page {
            frame: Frame {
                environment: self.environment.clone(),
                centre: self.centre.clone(),
                moment: state::date_and_time((self.now)()),
            },
            trouble: trouble(&lights).cloned(),
            settled: lights.iter().all(|light| light.what.is_empty()),
            folders: facts.folder_troubles(),
            lights,
            queue: facts.queue,
            left_alone: facts.left_alone,
            last_request: seen(facts.last_request.as_ref()),
            last_answer: seen(facts.last_answer.as_ref()),
            user_id: self.user_id.clone(),
        };
        pages::page(StatusCode::OK, &page)
    }

    fn json(&self) -> Reply {
        let facts: Facts = self.status.now();
        let lights = facts.lights();
        let body = json!({
            "at_ms": (self.now)(),
            "trouble": trouble(&lights).map(|light| light.id),
            "lights": lights,
            "folders": facts.folder_troubles(),
            "queue": facts.queue,
            "left_alone": facts.left_alone,
            "last_request": facts.last_request,
            "last_answer": facts.last_answer,
        });
        pages::own(StatusCode::OK, JSON, body.to_string())
    }
}

impl View {
    /// For a monitor: 200 while requests can be answered, else 503 and what the trouble is.
    fn health(&self) -> Reply {
        let facts = self.status.now();
        let lights = facts.lights();
        let folders = facts.folder_troubles();
        let trouble = trouble(&lights).map(|light| light.id);
        let trouble = trouble.or_else(|| (!folders.is_empty()).then_some("folders"));
        let status = match trouble {
            None => StatusCode::OK,
            Some(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        let word = if trouble.is_none() { "ok" } else { "trouble" };
        let body = json!({"status": word, "trouble": trouble}).to_string();
        pages::own(status, JSON, body)
    }

    /// The same as figures (Prometheus).
    fn metrics(&self) -> Reply {
        let facts = self.status.now();
        let mut text = String::new();
        let mut gauge = |name: &str, labels: &str, value: String| {
            if !text.contains(&format!("# TYPE {name} ")) {
                text.push_str(&format!("# TYPE {name} gauge\n"));
            }
            text.push_str(&format!("{name}{labels} {value}\n"));
        };
        for light in facts.lights() {
            let labels = format!("{{light=\"{}\"}}", light.id);
            let bad = u8::from(light.tone == Tone::Bad);
            gauge("onshi_link_light_bad", &labels, bad.to_string());
        }
        if let Some(age) = facts.look_age(Instant::now()) {
            let seconds = format!("{:.3}", age.as_secs_f64());
            gauge("onshi_link_look_age_seconds", "", seconds);
        }
        let queue = facts.queue;
        for (name, count) in [
            ("onshi_link_waiting", queue.waiting),
            ("onshi_link_under_way", queue.under_way),
            ("onshi_link_incomplete", queue.incomplete),
            ("onshi_link_left_alone", facts.left_alone.count),
            ("onshi_link_folder_troubles", facts.folder_troubles().len()),
        ] {
            gauge(name, "", count.to_string());
        }
        pages::own(StatusCode::OK, METRICS, text)
    }
}

fn trouble(lights: &[Light; LIGHTS]) -> Option<&Light> {
    lights.iter().find(|light| light.tone == Tone::Bad)
}

fn seen(seen: Option<&Seen>) -> String {
    let Some(seen) = seen else {
        return "まだありません".to_owned();
    };
    let moment = state::date_and_time(seen.at_ms);
    match seen.outcome {
        Some(code) if code.starts_with("OQS") => format!("{moment}　{}（{code}）", seen.message),
        _ => format!("{moment}　{}", seen.message),
    }
}
