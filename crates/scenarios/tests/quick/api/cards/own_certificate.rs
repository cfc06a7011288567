//! `onshi reader` renews the certificate by which it signs before its end, and goes on with the new one.

use onshi_card::{Authority, Date};
use onshi_core::{AccountKind, Function};
use onshi_terminal::gateway::Timeouts;
use onshi_terminal::reader::machine::Settings;
use onshi_terminal::reader::{self, OwnFiles, Place, ReaderConfig, Tray, serial_number};
use std::sync::Arc;
use std::time::Duration;

use crate::api::program::log;
use crate::centre::test_centre::{TestCentre, TestClock};

const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_renews_its_own_certificate_by_itself_and_signs_with_the_new_one() {
    static CLOCK: TestClock = TestClock::new();
    let centre = TestCentre::open(|| CLOCK.read()).await;
    let ours = centre.ours();
    let now = CLOCK.read();
    let issued = tokio::task::block_in_place(|| {
        let (from, to) = (now.plus_seconds(-60), now.plus_seconds(50 * DAY));
        centre
            .provision()
            .reader_certificate(&ours.code, "KAO01", from, to)
    });
    let issued = issued.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let own = OwnFiles {
        certificate: put("reader.pem", &issued.certificate_pem),
        key: put("reader.key.pem", &issued.key_pem),
    };
    let login = ours.login(AccountKind::Face);
    let day = onshi_core::clock::now().jst_day().number().to_string();
    let today = Date::parse(&day).unwrap();
    let cards = Authority::found(&[5; 32], today, "http://ocsp.invalid").unwrap();
    let reader = reader::open(ReaderConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        centre_url: centre.url(),
        authority_pem: centre.secrets.authority_file(),
        certificate: put("terminal.pem", &ours.terminal.certificate_pem),
        key: put("terminal.key.pem", &ours.terminal.key_pem),
        user_id: login.user_id.clone(),
        password_file: put("password", &login.password),
        reader_serial: issued.serial.clone(),
        reader_key: own.key.clone(),
        reader_certificate: Some(own.certificate.clone()),
        facility: ours.code.as_str().to_owned(),
        settings: Settings::default(),
        place: Place::Tray(Tray::new(Vec::new(), [7; 32])),
        credential: Some(Arc::new(cards.terminal(1, &[9; 32]).unwrap())),
        draw: || {
            let name: [u8; 16] =
                onshi_core::entropy::Entropy::new(onshi_core::entropy::fresh_seed()).bytes();
            onshi_core::entropy::hex(&name)
        },
        now: || CLOCK.read().ms(),
        timeouts: Timeouts::default(),
    });
    let running = tokio::spawn(reader.await.unwrap().run(std::future::pending()));
    let untold = folder.path().join("reader.pem.untold");
    let kept = || serial_number(&std::fs::read_to_string(&own.certificate).unwrap()).unwrap();
    let renewed = async {
        while kept() == issued.serial || untold.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), renewed)
        .await
        .unwrap();
    running.abort();

    // The new pair fits, nothing waits, and the centre knows of both certificates when the older one ends.
    assert!(!folder.path().join("reader.key.pem.next").exists());
    let key = std::fs::read_to_string(&own.key).unwrap();
    assert_ne!(key, *issued.key_pem);
    let known = centre.operate(&ours.code, Function::ManageCertificates, {
        let code = ours.code.clone();
        move |tx| onshi_core::reader::list_certificates(tx, &code)
    });
    let of = |serial: &str| known.iter().find(|one| one.serial == serial).unwrap();
    assert!(of(&issued.serial).revoked.is_some(), "it has an end");
    assert!(of(&kept()).revoked.is_none());
    let lines = log(&centre, &ours, Function::RenewReaderCertificate);
    assert!(!lines.is_empty());
}
