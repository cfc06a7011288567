//! The reader with virtual cards, real APDUs and a centre over real TLS, used as its page uses it.

mod centre;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use onshi_card::authority::Municipality;
use onshi_card::{
    Authority as CardAuthority, Date, Handling, Holder, Order, Profile, Random, Secrets, make,
};
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::reader::machine::Settings;
use onshi_terminal::reader::secret::Secret;
use onshi_terminal::reader::{self, Place, Put, ReaderConfig, Tray, TrayCard};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;

use crate::gateway::SAKURA;
use crate::gateway::browser::april;
use crate::gateway::folder::{Authority, Folder};
use centre::Centre;

/// Far longer than anything takes on an idle machine.
const LONG: Duration = Duration::from_secs(60);
const PIN: &str = "4649";

/// A reader with two cards beside it, and a centre.
struct Desk {
    centre: Centre,
    tray: Tray,
    address: std::net::SocketAddr,
    folder: Folder,
    _stop: oneshot::Sender<()>,
}

fn draw() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("drawn-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn card(authority: &mut CardAuthority, profile: Profile, name: &str) -> TrayCard {
    let today = Date::parse("20261126").unwrap();
    let born = Date::parse("19800217").unwrap();
    let mut secrets = Secrets::draw(&mut Random::from_seed([2; 32]));
    secrets.pin = PIN.to_owned();
    let order = Order {
        profile,
        holder: Holder {
            name: "見本　花子".to_owned(),
            address: "東京都見本市１－１".to_owned(),
            born,
            sex: "2".to_owned(),
            municipality: Municipality::sample(),
        },
        secrets: secrets.clone(),
        today,
        faults: [].into(),
        photo: None,
    };
    let made = make(authority, None, &order, &[3; 32]).unwrap();
    let printed = secrets.code_b(born, made.card_ends);
    TrayCard {
        name: name.to_owned(),
        holder: "見本　花子".to_owned(),
        note: String::new(),
        profile,
        pin: Some(PIN.to_owned()),
        printed: Some(Secret::new(printed.into_bytes())),
        face: None,
        handling: Handling::default(),
        memory: made.memory,
    }
}

impl Desk {
    async fn new() -> Desk {
        let authority = Authority::new("Centre");
        let centre = Centre::start(&authority).await;
        let folder = Folder::new();
        folder.put(
            "terminal",
            &authority.terminal(SAKURA, "1312345678", "sakura-01", 2040),
        );
        let at = |name: &str| folder.path().join(name);
        let today = Date::parse("20261126").unwrap();
        let mut cards = CardAuthority::found(&[1; 32], today, "http://ocsp.invalid").unwrap();
        let credential = cards.terminal(1, &[9; 32]).unwrap();
        let tray = Tray::new(
            vec![
                card(&mut cards, Profile::Card, "花子"),
                card(&mut cards, Profile::NextCard, "次期"),
            ],
            [7; 32],
        );
        let reader = reader::open(ReaderConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            centre_url: centre.url(),
            authority_pem: folder.write("authority.crt", &authority.pem),
            certificate: at("terminal.pem"),
            key: at("terminal.key.pem"),
            user_id: "kao01".to_owned(),
            password_file: folder.write("password", centre::PASSWORD),
            reader_serial: "0a0b".to_owned(),
            reader_key: folder.write("reader.key.pem", &centre.reader_key),
            reader_certificate: None,
            facility: "1312345678".to_owned(),
            settings: Settings::default(),
            place: Place::Tray(tray.clone()),
            credential: Some(Arc::new(credential)),
            draw,
            now: april,
            timeouts: Timeouts::default(),
        })
        .await
        .unwrap();
        let address = reader.address();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(reader.run(async { drop(stopped.await) }));
        Desk {
            centre,
            tray,
            address,
            folder,
            _stop: stop,
        }
    }

    async fn send(&self, head: &str, body: &str) -> (u16, String) {
        let port = self.address.port();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut stream = tokio::net::TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer[9..12].parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }

    /// Waits until the screen is of this kind.
    async fn screen(&self, kind: &str) -> Value {
        let seen = async {
            let mut after = "0".to_owned();
            loop {
                let head = format!("GET /kiosk/shown?after={after}");
                let (_, body) = self.send(&head, "").await;
                let from = body.find('{').unwrap();
                let to = body.rfind('}').unwrap();
                let shown: Value = serde_json::from_str(&body[from..=to]).unwrap();
                if shown["screen"]["kind"] == kind {
                    return shown;
                }
                let mark = |name: &str| u8::from(shown[name] == true);
                after = format!("{}-{}{}", shown["number"], mark("visual"), mark("alarm"));
            }
        };
        let seen = tokio::time::timeout(LONG, seen).await;
        seen.unwrap_or_else(|_| panic!("the screen {kind} does not come"))
    }

    async fn touch(&self, on: &Value, touch: &str, value: Option<&str>) {
        let body = json!({"number": on["number"], "touch": touch, "value": value}).to_string();
        let (status, _) = self.send("POST /kiosk/touch", &body).await;
        assert_eq!(status, 204);
    }

    async fn to_consent(&self, card: &str) -> Value {
        assert_eq!(self.tray.put(card), Put::Done);
        let shown = self.screen("choose").await;
        self.touch(&shown, "method", Some("pin")).await;
        let shown = self.screen("pin").await;
        self.touch(&shown, "pin", Some(PIN)).await;
        self.screen("consent").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_card_to_the_result_and_nothing_secret_is_sent() {
    let desk = Desk::new().await;
    let shown = desk.to_consent("花子").await;
    desk.touch(&shown, "agree_to_all", None).await;
    let shown = desk.screen("result").await;
    assert_eq!(shown["screen"]["agreed"], json!(["YZK", "TKK"]));
    assert_eq!(shown["screen"]["validity"], "1");
    desk.tray.take();
    desk.screen("put_card").await;
    let asked = desk.centre.asked();
    let paths: Vec<&str> = asked.iter().map(|(path, _)| path.as_str()).collect();
    // A patient who is quicker than the first challenge has a second one asked for.
    for once in ["cards", "consents"] {
        let count = paths.iter().filter(|path| path.ends_with(once)).count();
        assert_eq!(count, 1, "{once}: {paths:?}");
    }
    assert!(
        asked
            .iter()
            .all(|(_, body)| !body.to_string().contains(PIN))
    );
    // Nor is it on this disk.
    for entry in fs::read_dir(desk.folder.path()).unwrap() {
        let text = fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains(PIN));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_the_next_generation_signs_too() {
    let desk = Desk::new().await;
    let shown = desk.to_consent("次期").await;
    desk.touch(&shown, "agree_to_none", None).await;
    let shown = desk.screen("result").await;
    assert_eq!(shown["screen"]["agreed"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_centre_that_fails_at_the_end_gets_the_same_again_and_records_once() {
    let desk = Desk::new().await;
    let shown = desk.to_consent("花子").await;
    desk.centre.fail_next(4);
    desk.touch(&shown, "agree_to_all", None).await;
    desk.screen("result").await;
    let asked = desk.centre.asked();
    let records: Vec<&Value> = asked
        .iter()
        .filter(|(path, _)| path.ends_with("/consents"))
        .map(|(_, body)| body)
        .collect();
    assert!(records.len() > 1);
    assert!(
        records
            .iter()
            .all(|body| body["requestId"] == records[0]["requestId"])
    );
    assert!(
        records
            .iter()
            .all(|body| body["kinds"] == records[0]["kinds"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_vouch_by_a_passcode_and_the_card_signs_without_its_pin() {
    let desk = Desk::new().await;
    assert_eq!(desk.tray.put("花子"), Put::Done);
    let shown = desk.screen("choose").await;
    desk.touch(&shown, "method", Some("visual")).await;
    let shown = desk.screen("passcode").await;
    desk.touch(&shown, "passcode", Some("135790")).await;
    let shown = desk.screen("staff_looks").await;
    desk.touch(&shown, "is_the_person", None).await;
    desk.screen("consent").await;
    let asked = desk.centre.asked();
    let (_, card) = asked
        .iter()
        .find(|(path, _)| path.ends_with("/cards"))
        .unwrap();
    assert_eq!(card["verified"], "by_eye");
    assert_eq!(card["passcode"], "135790");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_from_elsewhere_reach_nothing() {
    let desk = Desk::new().await;
    let request = format!(
        "GET /kiosk/shown HTTP/1.1\r\nHost: evil.example:{}\r\nConnection: close\r\n\r\n",
        desk.address.port()
    );
    let mut stream = tokio::net::TcpStream::connect(desk.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let (status, _) = desk.send("POST /kiosk/frame", "too short").await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_settings_are_picked_up_while_it_runs_and_the_centre_is_told() {
    let desk = Desk::new().await;
    let said = async |version: &str| {
        let seen = async {
            loop {
                let asked = desk.centre.asked();
                let mut of_status = asked.iter().filter(|(path, _)| path.ends_with("/status"));
                let newest = of_status.next_back();
                if newest.is_some_and(|(_, body)| body["settings"] == version) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let seen = tokio::time::timeout(LONG, seen).await;
        seen.unwrap_or_else(|_| panic!("the reader does not say that it works by {version}"));
    };
    desk.centre.set("0", false);
    said("0").await;
    desk.centre.set("1", true);
    said("1").await;
    let shown = desk.to_consent("花子").await;
    desk.touch(&shown, "agree_to_none", None).await;
    let shown = desk.screen("prescription").await;
    desk.touch(&shown, "prescription", Some("2")).await;
    desk.screen("result").await;
    let asked = desk.centre.asked();
    let mut records = asked.iter().filter(|(path, _)| path.ends_with("/consents"));
    assert_eq!(records.next().unwrap().1["prescription"], "2");
}
