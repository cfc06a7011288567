//! How an authority is asked about a certificate (OCSP over HTTP, RFC 6960 appendix A): plain HTTP, since the answer is signed.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// No head of an answer is longer.
const HEAD_BYTES_MAX: usize = 8 * 1024;

/// Sends a request to `http://HOST:PORT/PATH`, and gives the answer, where there is one in time. It blocks.
pub(super) fn ask(
    address: &str,
    request: &[u8],
    (patience, bytes_max): (Duration, usize),
) -> Result<Vec<u8>, String> {
    let until = Instant::now() + patience;
    let left = || {
        let left = until.saturating_duration_since(Instant::now());
        match left.is_zero() {
            true => Err("no answer in time".to_owned()),
            false => Ok(left),
        }
    };
    let told = |error: std::io::Error| error.to_string();
    let rest = address.strip_prefix("http://").unwrap_or(address);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let named = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let found = named.to_socket_addrs().map_err(told)?.next();
    let found = found.ok_or("no such host")?;
    let mut stream = TcpStream::connect_timeout(&found, left()?).map_err(told)?;
    stream.set_write_timeout(Some(left()?)).map_err(told)?;
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/ocsp-request\r\n\
         Accept: application/ocsp-response\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        request.len()
    );
    stream.write_all(head.as_bytes()).map_err(told)?;
    stream.write_all(request).map_err(told)?;
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        stream.set_read_timeout(Some(left()?)).map_err(told)?;
        match stream.read(&mut part).map_err(told)? {
            0 => break,
            length => answer.extend_from_slice(&part[..length]),
        }
        if answer.len() > HEAD_BYTES_MAX + bytes_max {
            return Err("the answer is too long".to_owned());
        }
    }
    body(&answer).ok_or_else(|| "it is no answer by HTTP".to_owned())
}

/// What stands behind the head, where the status is 200; only as much as it says, where it says so.
fn body(answer: &[u8]) -> Option<Vec<u8>> {
    let ends = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..ends]).ok()?;
    let mut lines = head.split("\r\n");
    let is_good = lines.next()?.split(' ').nth(1) == Some("200");
    let body = &answer[ends + 4..];
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())
    });
    let body = match length {
        Some(length) => body.get(..length?)?,
        None => body,
    };
    is_good.then(|| body.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    const TERMS: (Duration, usize) = (Duration::from_secs(5), 100);

    /// Answers one request so, and gives it.
    fn answering(answer: &'static [u8]) -> (String, std::thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/ask", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut sent, mut part) = (Vec::new(), [0; 256]);
            while !sent.ends_with(b"question") {
                let length = stream.read(&mut part).unwrap();
                sent.extend_from_slice(&part[..length]);
            }
            stream.write_all(answer).unwrap();
            sent
        });
        (address, thread)
    }

    #[test]
    fn a_question_is_sent_and_its_answer_taken() {
        let (address, thread) =
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer and more");
        assert_eq!(ask(&address, b"question", TERMS).unwrap(), b"answer");
        let sent = String::from_utf8(thread.join().unwrap()).unwrap();
        assert!(sent.starts_with("POST /ask HTTP/1.1\r\n"), "{sent}");
        assert!(sent.contains("Content-Length: 8\r\n"), "{sent}");
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for answer in [
            &b"HTTP/1.1 500 No\r\nContent-Length: 6\r\n\r\nanswer"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nanswer",
            b"nothing",
            b"",
        ] {
            let (address, _) = answering(answer);
            assert!(ask(&address, b"question", TERMS).is_err(), "{answer:?}");
        }
        assert!(ask("http://127.0.0.1:1", b"question", TERMS).is_err());
        assert!(ask("http://no.such.host.invalid", b"question", TERMS).is_err());
    }
}
