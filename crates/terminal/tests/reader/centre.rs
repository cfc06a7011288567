//! A centre that verifies what reader and card signed, by the contract of docs/reader.md.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::*;

use crate::gateway::centre::tls;
use crate::gateway::folder::Authority;

pub const PASSWORD: &str = "Correct-1";
const TO_SIGN: &[u8] = b"ONSHI-CARD-1\nY2hhbGxlbmdl\n0a0b\n1312345678\n";

#[derive(Default)]
struct Script {
    asked: Vec<(String, Value)>,
    fail: u32,
    /// The version of the institution's settings, and whether they ask for the form of the prescription.
    settings: (String, bool),
}

pub struct Centre {
    address: SocketAddr,
    pub reader_key: String,
    script: Arc<Mutex<Script>>,
}

impl Centre {
    pub async fn start(authority: &Authority) -> Centre {
        let key = rcgen::KeyPair::generate().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls(authority, &authority.server())));
        let script = Arc::new(Mutex::new(Script::default()));
        let centre = Centre {
            address,
            reader_key: key.serialize_pem(),
            script: script.clone(),
        };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, script) = (acceptor.clone(), script.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let service = service_fn(move |request| {
                        let script = script.clone();
                        async move { Ok::<_, Infallible>(answer(request, &script).await) }
                    });
                    let served = hyper::server::conn::http1::Builder::new();
                    drop(served.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        centre
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub fn asked(&self) -> Vec<(String, Value)> {
        self.script.lock().unwrap().asked.clone()
    }

    /// The institution's settings are changed.
    pub fn set(&self, version: &str, prescription: bool) {
        self.script.lock().unwrap().settings = (version.to_owned(), prescription);
    }

    /// So many records are answered as by a centre that can't now.
    pub fn fail_next(&self, times: u32) {
        self.script.lock().unwrap().fail = times;
    }
}

async fn answer(request: Request<Incoming>, script: &Mutex<Script>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let sent: Value = serde_json::from_slice(&body).unwrap();
    let path = head.uri.path().to_owned();
    let (status, told) = if path.starts_with("/oqs-api-pro/") {
        assert_eq!(
            (&sent["userId"], &sent["password"]),
            (&json!("kao01"), &json!(PASSWORD))
        );
        let tokens = json!({"idToken": "token", "refreshToken": "r", "expiresIn": 3600});
        (200, json!({"result": tokens}))
    } else {
        assert_eq!(head.headers["authorization"], "token");
        assert_eq!(head.headers["reader-certificate"], "0a0b");
        assert!(head.headers.contains_key("reader-signature"));
        assert_eq!(sent["medicalInstitutionCode"], "1312345678");
        assert_eq!(sent["madeAt"].as_str().unwrap().len(), 14);
        let mut script = script.lock().unwrap();
        script.asked.push((path.clone(), sent.clone()));
        if path.ends_with("/consents") && script.fail > 0 {
            script.fail -= 1;
            (503, json!({}))
        } else {
            let (version, prescription) = script.settings.clone();
            let mut told = told(&path, &sent);
            match path.rsplit('/').next().unwrap() {
                "status" => told["settings"]["version"] = json!(version),
                "cards" if prescription => told["ask"]["prescription"] = json!(true),
                _ => {}
            }
            (200, told)
        }
    };
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(told.to_string())))
        .unwrap()
}

fn told(path: &str, sent: &Value) -> Value {
    match path.rsplit('/').next().unwrap() {
        "status" => json!({"mode": "normal", "settings": {"forgottenCardSeconds": 30},
                           "askAgainSeconds": 1}),
        "challenges" => json!({"challenge": "Y2hhbGxlbmdl", "toSign": STANDARD.encode(TO_SIGN)}),
        "cards" => {
            verify(sent);
            json!({"visit": "v1", "state": "good", "accepted": true, "registered": true,
                   "medical": true, "ask": {"kinds": ["YZK", "TKK"]}})
        }
        "consents" => {
            assert_eq!(sent["visit"], "v1");
            json!({"XmlMsg": {"MessageBody": {"QualificationValidity": "1"}}})
        }
        _ => json!({}),
    }
}

/// The card has signed the challenge with the key of its certificate.
fn verify(sent: &Value) {
    let bytes = |name: &str| STANDARD.decode(sent[name].as_str().unwrap()).unwrap();
    let certificate = bytes("certificate");
    let (_, certificate) = X509Certificate::from_der(&certificate).unwrap();
    let key = certificate.public_key().subject_public_key.data.to_vec();
    let rsa = certificate.public_key().parsed().unwrap();
    let algorithm: &dyn ring::signature::VerificationAlgorithm = match rsa {
        x509_parser::public_key::PublicKey::RSA(_) => &ring::signature::RSA_PKCS1_2048_8192_SHA256,
        _ => &ring::signature::ECDSA_P384_SHA384_ASN1,
    };
    let key = ring::signature::UnparsedPublicKey::new(algorithm, key);
    key.verify(TO_SIGN, &bytes("signature")).unwrap();
}
