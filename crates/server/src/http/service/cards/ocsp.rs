//! How an authority is asked about a certificate (OCSP over HTTP, RFC 6960 appendix A): plain HTTP, since the answer is signed.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::error::Error as StdError;
use std::time::Duration;

/// Sends a request to `http://HOST:PORT/PATH`, and gives the answer, where there is one in time.
pub(super) async fn ask(
    address: &str,
    request: Vec<u8>,
    (patience, bytes_max): (Duration, usize),
) -> Result<Bytes, String> {
    let answer = tokio::time::timeout(patience, exchange(address, request, bytes_max));
    answer
        .await
        .unwrap_or_else(|_| Err("no answer in time".to_owned()))
}

async fn exchange(address: &str, request: Vec<u8>, bytes_max: usize) -> Result<Bytes, String> {
    let request = Request::post(address)
        .header(CONTENT_TYPE, "application/ocsp-request")
        .header(ACCEPT, "application/ocsp-response")
        .body(Full::new(Bytes::from(request)))
        .map_err(|error| error.to_string())?;
    // One question a connection: the next one may be minutes away.
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request).await.map_err(told)?;
    if answer.status() != StatusCode::OK {
        return Err(format!("it answered with status {}", answer.status()));
    }
    let body = Limited::new(answer.into_body(), bytes_max).collect().await;
    body.map(|body| body.to_bytes())
        .map_err(|error| error.to_string())
}

/// The cause of an error, which is what tells an operator something.
fn told(error: impl StdError) -> String {
    let mut cause: &dyn StdError = &error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    const TERMS: (Duration, usize) = (Duration::from_secs(5), 100);

    /// Answers one request so, and gives it.
    fn answering(answer: Vec<u8>) -> (String, std::thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/ask", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut sent, mut part) = (Vec::new(), [0; 256]);
            while !sent.ends_with(b"question") {
                let length = stream.read(&mut part).unwrap();
                sent.extend_from_slice(&part[..length]);
            }
            stream.write_all(&answer).unwrap();
            sent
        });
        (address, thread)
    }

    #[tokio::test]
    async fn a_question_is_sent_and_its_answer_taken() {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer and more",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nans\r\n3\r\nwer\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nanswer",
        ] {
            let (address, thread) = answering(answer.into());
            let told = ask(&address, b"question".to_vec(), TERMS).await;
            assert_eq!(told.unwrap(), "answer");
            let sent = String::from_utf8(thread.join().unwrap()).unwrap();
            assert!(sent.starts_with("POST /ask HTTP/1.1\r\n"), "{sent}");
            assert!(
                sent.to_lowercase().contains("content-length: 8\r\n"),
                "{sent}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_no_answer_is_none() {
        let long = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n{}",
            "x".repeat(101)
        );
        for answer in [
            "HTTP/1.1 500 No\r\nContent-Length: 6\r\n\r\nanswer",
            "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nanswer",
            &long,
            "nothing",
            "",
        ] {
            let (address, _) = answering(answer.into());
            let told = ask(&address, b"question".to_vec(), TERMS).await;
            assert!(told.is_err(), "{answer:?}");
        }
        for address in [
            "http://127.0.0.1:1",
            "http://no.such.host.invalid",
            "no address",
        ] {
            let told = ask(address, b"question".to_vec(), TERMS).await;
            assert!(told.is_err(), "{address}");
        }
    }

    #[tokio::test]
    async fn who_never_answers_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let terms = (Duration::from_millis(50), 100);
        let told = ask(&address, b"question".to_vec(), terms).await;
        assert_eq!(told.unwrap_err(), "no answer in time");
    }
}
