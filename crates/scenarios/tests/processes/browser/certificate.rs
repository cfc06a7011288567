//! Chromium, holding a terminal's certificate, at a server that wants one.

use std::path::Path;
use std::sync::Arc;

use onshi_core::certificate::{Authority, Issued, PeerStatus, TerminalSubject, judge};
use onshi_scenarios::browser::{Browser, Options};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::server::WebPkiClientVerifier;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::page;

/// 2020-01-01 and 2070-01-01: any day on which this runs.
const START_MS: i64 = 1_577_836_800_000;
const END_MS: i64 = 3_155_760_000_000;

/// Whether a connection without a certificate comes about at all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Always,
    IfThereIs,
}

struct Place {
    authority: Authority,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let authority = Authority::create("試験用 認証局", START_MS, END_MS).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.certificate_pem()).unwrap();
        let subject = TerminalSubject {
            facility_code: "1310000001".into(),
            facility_name: "さくら診療所".into(),
            terminal_name: "受付1号機".into(),
        };
        let issued = authority
            .issue_terminal(&subject, [7; 16], START_MS, END_MS)
            .unwrap();
        let file = issued
            .pkcs12(authority.certificate_der(), "受付1号機", "open me")
            .unwrap();
        std::fs::write(folder.path().join("terminal.p12"), file).unwrap();
        Place { authority, folder }
    }

    fn options(&self) -> Options {
        let at = |name: &str| Path::join(self.folder.path(), name);
        Options {
            authority_pem: Some(at("ca.pem")),
            client_p12: Some((at("terminal.p12"), "open me".into())),
            auto_select: true,
            ..Options::default()
        }
    }

    /// A server whose page says whom it sees.
    async fn serve(&self, need: Need) -> String {
        let names = ["localhost".to_owned()];
        let server = self
            .authority
            .issue_server(&names, [9; 16], START_MS, END_MS)
            .unwrap();
        let own = self.authority.certificate_der().to_vec();
        let acceptor = TlsAcceptor::from(Arc::new(tls(&server, &own, need)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "https://localhost:{}/",
            listener.local_addr().unwrap().port()
        );
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, own) = (acceptor.clone(), own.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let shown = stream.get_ref().1.peer_certificates();
                    let shown = shown
                        .and_then(|chain| chain.first())
                        .map(|first| first.to_vec());
                    let html = match judge(shown.as_deref(), &own, START_MS) {
                        PeerStatus::Valid(peer) => {
                            format!("<p>{} {}", peer.facility_name(), peer.terminal_name())
                        }
                        other => format!("<p>{other:?}"),
                    };
                    page::answer(stream, |path| (path == "/").then(|| html.clone())).await;
                });
            }
        });
        url
    }
}

fn tls(server: &Issued, authority: &[u8], need: Need) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(authority.to_vec())).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
    let verifier = match need {
        Need::Always => verifier,
        Need::IfThereIs => verifier.allow_unauthenticated(),
    };
    let key = PrivateKeyDer::from_pem_slice(server.key_pem.as_bytes()).unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![server.certificate_der.clone().into()], key)
        .unwrap()
}

#[tokio::test]
async fn the_browser_shows_the_certificate_in_its_store() {
    let place = Place::new();
    let url = place.serve(Need::Always).await;
    let browser = Browser::start(place.options()).await.unwrap();
    browser.goto(&url).await.unwrap();
    assert_eq!(
        browser.text().await.unwrap().trim(),
        "さくら診療所 受付1号機"
    );
}

#[tokio::test]
async fn a_browser_without_a_certificate_is_told_so_or_refused() {
    let place = Place::new();
    let options = Options {
        client_p12: None,
        ..place.options()
    };
    let browser = Browser::start(options).await.unwrap();
    browser
        .goto(&place.serve(Need::IfThereIs).await)
        .await
        .unwrap();
    assert_eq!(browser.text().await.unwrap().trim(), "Missing");

    let refused = browser
        .goto(&place.serve(Need::Always).await)
        .await
        .unwrap_err()
        .to_string();
    // Which one depends on whether the alert or the end of the connection is seen first, and is
    // why a server that wants to explain itself has to let such a connection come about.
    let either = [
        "ERR_BAD_SSL_CLIENT_AUTH_CERT",
        "ERR_SOCKET_NOT_CONNECTED",
        "ERR_CONNECTION_",
    ];
    assert!(
        either.iter().any(|code| refused.contains(code)),
        "{refused}"
    );
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_refused() {
    let place = Place::new();
    let url = place.serve(Need::IfThereIs).await;
    let browser = Browser::start(Options::default()).await.unwrap();
    let refused = browser.goto(&url).await.unwrap_err().to_string();
    assert!(refused.contains("ERR_CERT_AUTHORITY_INVALID"), "{refused}");
}
