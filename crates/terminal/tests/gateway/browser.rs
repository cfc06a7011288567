//! A terminal with its gateway running, and browsers that keep cookies.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use onshi_terminal::gateway::{GatewayConfig, Renewal, Timeouts, bind};

use super::folder::{Authority, Folder};

pub type Body = UnsyncBoxBody<Bytes, Infallible>;

/// 2026-04-01 09:00 in Japan.
pub fn april() -> i64 {
    1_775_001_600_000
}

pub struct Terminal {
    pub address: SocketAddr,
    pub folder: Folder,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn config(folder: &Folder, authority: &Authority, centre: &str) -> GatewayConfig {
    GatewayConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        centre_url: centre.to_owned(),
        authority_pem: folder.write("authority.crt", &authority.pem),
        certificates: folder.path().to_owned(),
        environment: Some("デモ環境".to_owned()),
        now: april,
        renewal: Renewal::default(),
        timeouts: Timeouts {
            answer: Duration::from_millis(700),
            ..Timeouts::default()
        },
    }
}

impl Terminal {
    pub async fn start(folder: Folder, authority: &Authority, centre: &str) -> Self {
        let gateway = bind(config(&folder, authority, centre)).await.unwrap();
        let address = gateway.address();
        let task = tokio::spawn(async move {
            gateway.run(std::future::pending()).await.unwrap();
        });
        Self {
            address,
            folder,
            task,
        }
    }

    pub fn browser(&self) -> Browser {
        Browser {
            host: format!("localhost:{}", self.address.port()),
            address: self.address,
            client: Client::builder(TokioExecutor::new()).build_http(),
            cookies: BTreeMap::new(),
        }
    }
}

/// A page as it came.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: hyper::HeaderMap,
    pub text: String,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the radio button beside a facility's name, if it can be chosen.
    pub fn choosable(&self, facility: &str) -> Option<String> {
        let cards = self.text.split("<li class=\"certificate");
        let card = cards
            .into_iter()
            .find(|card| card.contains(&format!(">{facility}</label>")));
        let card = card.unwrap_or_else(|| panic!("{facility} is not listed in {}", self.text));
        let input = card
            .split("<input")
            .nth(1)
            .unwrap()
            .split('>')
            .next()
            .unwrap();
        let value = input
            .split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        (!input.contains("disabled")).then(|| value.to_owned())
    }

    pub fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

/// A browser as far as the gateway can tell.
pub struct Browser {
    pub host: String,
    pub address: SocketAddr,
    client: Client<HttpConnector, Body>,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Page {
        self.ask("GET", path, &[], "").await
    }

    pub async fn post(&mut self, path: &str, form: &str) -> Page {
        let origin = format!("http://{}", self.host);
        self.ask("POST", path, &[("origin", &origin)], form).await
    }

    pub async fn choose(&mut self, facility: &str) -> Page {
        let fingerprint = self.get("/").await.choosable(facility).unwrap();
        self.post("/terminal/start", &format!("certificate={fingerprint}"))
            .await
    }

    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Page {
        let body = Full::from(body.to_owned()).boxed_unsync();
        let answer = self.send(method, path, headers, body).await;
        let (head, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Page {
            status: head.status,
            headers: head.headers,
            text,
        }
    }

    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Response<Incoming> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", &self.host);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let answer = self
            .client
            .request(request.body(body).unwrap())
            .await
            .unwrap();
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}
