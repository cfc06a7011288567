//! `onshi card sign-at` with a card in a reader of PC/SC: the words that a page of マイナ在宅受付Web asks for are signed once the PIN
//! is right, and the browser is led back with the signature.

use super::{PIN, Stack};
use crate::faults::place::program;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const PORTAL: &str = "https://portal.example.jp";
const BACK: &str = "/home/00112233445566778899aabbccddeeff/inquiry/card";

/// The program, which ends with the test's namespace, and where its page is.
fn signer() -> (Child, String) {
    let words = ["--json", "card", "sign-at", "--portal", PORTAL];
    let child = Command::new(program())
        .args(words)
        .args(["--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.unwrap();
    let mut said = String::new();
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let told = lines.map_while(Result::ok).find_map(|line| {
        said.push_str(&line);
        serde_json::from_str::<Value>(&said).ok()
    });
    let page = told.unwrap()["page"].as_str().unwrap().to_owned();
    (child, page.trim_start_matches("http://").to_owned())
}

/// Sends the form of its page: the answer's status and whole text.
fn sends(address: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let body = serde_urlencoded::to_string(fields).unwrap();
    let request = format!(
        "POST /sign HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[test]
#[ignore = "runs in namespaces of its own, started by the test beside it"]
fn inside() {
    let stack = Stack::start();
    stack.card(&["make", "--patient", "1", "--pin", PIN]);
    let mut inserted = stack.insert("patient-1", &["--latency-ms", "2"]);
    let (mut child, address) = signer();
    let challenge = "A".repeat(43);
    let words = format!("ONSHI-HOME-1\n{challenge}\n1310000001\ninquire\n");
    let statement = URL_SAFE_NO_PAD.encode(&words);
    let asked = |pin: &str| {
        let fields = [
            ("statement", statement.as_str()),
            ("back", BACK),
            ("pin", pin),
        ];
        sends(&address, &fields)
    };
    // What else a card might sign is not even tried.
    let other = URL_SAFE_NO_PAD.encode("ONSHI-CARD-1\nanything\n");
    let fields = [("statement", other.as_str()), ("back", BACK), ("pin", PIN)];
    assert_eq!(sends(&address, &fields).0, 400);
    let (status, page) = asked("0000");
    assert_eq!(status, 409, "{page}");
    assert!(page.contains("あと2回"), "{page}");
    let (status, answer) = asked(PIN);
    assert_eq!(status, 303, "{answer}");
    let location = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .unwrap();
    let query = location
        .strip_prefix(&format!("{PORTAL}{BACK}?"))
        .unwrap_or_else(|| panic!("{location}"));
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let value = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(value("challenge"), challenge);
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(value(name)).unwrap();
    // OpenSSL believes the signature, with the card's own certificate.
    let at = |name: &str| stack.folder().join(name).display().to_string();
    for (name, content) in [
        ("signed", words.as_bytes().to_vec()),
        ("certificate.der", bytes("certificate")),
        ("signature", bytes("signature")),
    ] {
        std::fs::write(at(name), content).unwrap();
    }
    let (certificate, key) = (at("certificate.der"), at("key.pem"));
    let public = [
        "x509",
        "-inform",
        "DER",
        "-in",
        &certificate,
        "-noout",
        "-pubkey",
        "-out",
        &key,
    ];
    assert!(
        Command::new("openssl")
            .args(public)
            .status()
            .unwrap()
            .success()
    );
    let (signature, signed) = (at("signature"), at("signed"));
    let verify = [
        "dgst",
        "-sha256",
        "-verify",
        &key,
        "-signature",
        &signature,
        &signed,
    ];
    let verified = Command::new("openssl").args(verify).output().unwrap();
    assert_eq!(verified.stdout, b"Verified OK\n");
    child.kill().unwrap();
    child.wait().unwrap();
    stack.card(&["remove", "patient-1"]);
    assert!(inserted.wait().unwrap().success());
}
