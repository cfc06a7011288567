//! The card reader's page in a browser: the tray, the keyboard, one key alone, large text, and axe; and a reader without a
//! camera. The centre is away: what is behind the PIN has journeys with the demo's.

use onshi_card::authority::{Municipality, Purpose};
use onshi_card::memory::Bytes;
use onshi_card::{Authority, Date, Handling, Holder, Order, Profile, Random, Secrets, make, photo};
use onshi_scenarios::browser::{Browser, Options, Press};
use onshi_scenarios::demo::build_folder;
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::reader::machine::Settings;
use onshi_terminal::reader::secret::Secret;
use onshi_terminal::reader::{self, Place, Put, ReaderConfig, Tray, TrayCard};
use std::path::Path;

use crate::camera::{Camera, STRANGER, alone};

/// A tray with one card, and what is printed on it. A reader with eyes for that reads it.
fn tray(authority: &mut Authority, today: Date, has_eyes: bool) -> (Tray, String) {
    let born = Date::parse("19800217").unwrap();
    let mut secrets = Secrets::draw(&mut Random::from_seed([2; 32]));
    secrets.pin = "4649".to_owned();
    let order = Order {
        profile: Profile::Card,
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
        photo: Some(Bytes(photo::for_card(&STRANGER.face()))),
    };
    let made = make(authority, None, &order, &[3; 32]).unwrap();
    let printed = secrets.code_b(born, made.card_ends);
    let card = TrayCard {
        name: "見本 花子".to_owned(),
        holder: "見本　花子".to_owned(),
        note: "架空の患者".to_owned(),
        profile: Profile::Card,
        pin: Some("4649".to_owned()),
        printed: has_eyes.then(|| Secret::new(printed.clone().into_bytes())),
        face: Some(STRANGER),
        handling: Handling::default(),
        memory: made.memory,
    };
    (Tray::new(vec![card], [7; 32]), printed)
}

/// A reader whose centre can't be reached: its page, and its cards. They are put by the page or, without a tray there, by
/// hand.
async fn kiosk(folder: &Path, on_the_page: bool) -> (String, Tray) {
    let today = Date::parse("20261126").unwrap();
    let mut cards = Authority::found(&[1; 32], today, "http://ocsp.invalid").unwrap();
    let (tray, _) = tray(&mut cards, today, true);
    let url = reader_with(folder, &mut cards, (&tray, on_the_page)).await;
    (url, tray)
}

/// A reader for this tray, and where its page is.
async fn reader_with(
    folder: &Path,
    cards: &mut Authority,
    (tray, on_the_page): (&Tray, bool),
) -> String {
    let place = match on_the_page {
        true => Place::Tray(tray.clone()),
        false => Place::Port(Box::new(tray.clone())),
    };
    let credential = cards.terminal(1, &[9; 32]).unwrap();
    let der = &cards.certificates(Purpose::Authentication)[0];
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let authority_pem = folder.join("authority.pem");
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    std::fs::write(&authority_pem, pem).unwrap();
    let missing = |name: &str| folder.join(name);
    let reader = reader::open(ReaderConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        centre_url: "https://localhost:1".to_owned(),
        authority_pem,
        certificate: missing("terminal.pem"),
        key: missing("terminal.key.pem"),
        user_id: "Kao01".to_owned(),
        password_file: missing("password"),
        reader_serial: "0a".to_owned(),
        reader_key: missing("reader.key.pem"),
        reader_certificate: None,
        facility: "1319990014".to_owned(),
        settings: Settings::default(),
        place,
        credential: Some(std::sync::Arc::new(credential)),
        draw: || "drawn".to_owned(),
        now: || 1_795_000_000_000,
        timeouts: Timeouts::default(),
    });
    let reader = reader.await.unwrap();
    let url = format!("http://localhost:{}/", reader.address().port());
    tokio::spawn(reader.run(std::future::pending()));
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_without_a_camera_says_so_and_offers_the_other_ways() {
    let folder = tempfile::tempdir().unwrap();
    let (url, tray) = kiosk(folder.path(), false).await;
    let browser = Browser::start(Options::default()).await.unwrap();
    browser.goto(&url).await.unwrap();
    browser.wait_for("main[data-kind=put_card]").await.unwrap();
    let shows = "return document.getElementById('tray').hidden;";
    assert_eq!(browser.execute(shows).await.unwrap(), true);
    assert_eq!(tray.put("見本 花子"), Put::Done);
    let face = "button[data-touch=method-face]";
    browser.wait_for(face).await.unwrap();
    browser.tab_to(face, 20).await.unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser
        .wait_for("main[data-kind=choose] .bad")
        .await
        .unwrap();
    let text = browser.text().await.unwrap();
    assert!(text.contains("カメラを使えません"), "{text}");
    let left = "return [...document.querySelectorAll('main [data-touch]')].map((one) => one.dataset.touch);";
    let left = browser.execute(left).await.unwrap();
    assert_eq!(
        left,
        serde_json::json!(["method-pin", "method-visual", "end"])
    );
    browser.axe_finds_nothing().await.unwrap();
    let picture = build_folder().join("../screenshots/175-kiosk-no-camera.png");
    browser.screenshot(picture).await.unwrap();
    assert_eq!(browser.errors().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_readers_page_works_by_keyboard_in_large_text_and_axe_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (url, _) = kiosk(folder.path(), true).await;
    let browser = Browser::start(Options::default()).await.unwrap();
    browser.goto(&url).await.unwrap();
    browser.wait_for("main[data-kind=put_card]").await.unwrap();
    browser.axe_finds_nothing().await.unwrap();
    browser
        .tab_to("#tray button[data-act=put]", 10)
        .await
        .unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser.wait_for("main[data-kind=choose]").await.unwrap();
    browser.axe_finds_nothing().await.unwrap();
    browser
        .tab_to("button[data-touch=method-pin]", 20)
        .await
        .unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser.wait_for("main[data-kind=pin]").await.unwrap();
    assert!(browser.text().await.unwrap().contains("残り回数は3回"));
    browser.type_text("0000").await.unwrap();
    browser.axe_finds_nothing().await.unwrap();
    browser
        .tab_to("main .keys button:last-child", 20)
        .await
        .unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser.wait_for("main[data-kind=pin] .bad").await.unwrap();
    let text = browser.text().await.unwrap();
    assert!(text.contains("残り回数は2回"), "{text}");
    // Larger, in high contrast and in another language, with nothing cut off at the side.
    let change = "document.querySelector('#tools select').value = '1';
        document.querySelector('#tools select').dispatchEvent(new Event('change'));
        for (const id of ['tool-size', 'tool-size', 'tool-contrast']) document.getElementById(id).click();
        return document.documentElement.scrollWidth <= window.innerWidth;";
    assert_eq!(browser.execute(change).await.unwrap(), true);
    browser.axe_finds_nothing().await.unwrap();
    assert!(browser.text().await.unwrap().contains("2 tries left"));
    // One key alone: what is lit is taken.
    let scan = "document.getElementById('tool-scan').click();
        document.activeElement.blur();
        return document.querySelectorAll('.scanned').length;";
    assert_eq!(browser.execute(scan).await.unwrap(), 1);
    browser
        .wait_for("button.scanned[data-touch=end]")
        .await
        .unwrap();
    browser.keys(&[Press::Space]).await.unwrap();
    browser.wait_for("main[data-kind=problem]").await.unwrap();
    browser
        .tab_to("#tray button[data-act=take]", 20)
        .await
        .unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser.wait_for("main[data-kind=put_card]").await.unwrap();
    assert_eq!(browser.errors().await.unwrap(), Vec::<String>::new());
}

/// Fourteen digits, and the key that confirms them.
async fn types(browser: &Browser, digits: &str) {
    browser.type_text(digits).await.unwrap();
    let done = "main .keys button:last-child";
    browser.tab_to(done, 40).await.unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_on_the_card_is_typed_where_nothing_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let today = Date::parse("20261126").unwrap();
    let mut cards = Authority::found(&[1; 32], today, "http://ocsp.invalid").unwrap();
    let (tray, printed) = tray(&mut cards, today, false);
    let url = reader_with(folder.path(), &mut cards, (&tray, false)).await;
    let camera = Camera::on(&alone(STRANGER));
    let browser = Browser::start(Options {
        camera: Some(camera.film()),
        ..Options::default()
    });
    let browser = browser.await.unwrap();
    browser.goto(&url).await.unwrap();
    browser.wait_for("main[data-kind=put_card]").await.unwrap();
    assert_eq!(tray.put("見本 花子"), Put::Done);
    let face = "button[data-touch=method-face]";
    browser.wait_for(face).await.unwrap();
    browser.tab_to(face, 20).await.unwrap();
    browser.keys(&[Press::Enter]).await.unwrap();
    browser.wait_for("main[data-kind=printed]").await.unwrap();
    browser.axe_finds_nothing().await.unwrap();
    let picture = |name: &str| build_folder().join(format!("../screenshots/{name}.png"));
    browser
        .screenshot(picture("178-kiosk-printed"))
        .await
        .unwrap();
    let wrong = if printed.starts_with('0') { "1" } else { "0" }.repeat(printed.len());
    types(&browser, &wrong).await;
    browser
        .wait_for("main[data-kind=printed] .bad")
        .await
        .unwrap();
    browser.axe_finds_nothing().await.unwrap();
    browser
        .screenshot(picture("179-kiosk-printed-wrong"))
        .await
        .unwrap();
    // The right one opens the photo, the face fits, and only the centre is not there to be asked.
    types(&browser, &printed).await;
    browser.wait_for("main[data-kind=problem]").await.unwrap();
    let text = browser.text().await.unwrap();
    assert!(!text.contains(&printed), "{text}");
    browser
        .screenshot(picture("180-kiosk-printed-away"))
        .await
        .unwrap();
    assert_eq!(browser.errors().await.unwrap(), Vec::<String>::new());
}
