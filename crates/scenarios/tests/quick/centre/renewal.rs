//! The server's certificate is made anew while the service runs.

use onshi_scenarios::client::Client;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::net::SocketAddr;
use std::time::Duration;

use super::test_centre::{TestCentre, TestClock};

const DAY: i64 = 86_400;
/// Only what went wrong takes this long; the right run never waits for it.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

async fn shown(client: &Client) -> Vec<u8> {
    let tls = client.tls().await.unwrap();
    let certificates = tls.get_ref().1.peer_certificates().unwrap();
    certificates[0].as_ref().to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_handshakes_show_the_new_certificate_and_old_connections_go_on() {
    static CLOCK: TestClock = TestClock::new();
    CLOCK.advance(-300 * DAY);
    let set = |config: &mut onshi_server::Config| config.centre.renewal_check_seconds = 1;
    let centre = TestCentre::open_with(|| CLOCK.read(), set).await;
    let trusted = centre.authority.certificate_pem().to_owned();
    let anybody = |address: SocketAddr| Client::new(address, &trusted, None).unwrap();
    let listeners = [centre.running.address, centre.running.portal.unwrap()];
    let mut clients = listeners.map(anybody);
    let mut before = Vec::new();
    for client in &mut clients {
        assert_eq!(client.get("/health").await.unwrap().status, 200);
        before.push(shown(client).await);
    }
    assert_eq!(before[0], before[1], "both listeners show one certificate");

    CLOCK.advance(300 * DAY);
    for (client, before) in clients.iter_mut().zip(&before) {
        let renewed = async {
            while shown(client).await == *before {
                tokio::task::yield_now().await;
                assert_eq!(client.get("/health").await.unwrap().status, 200);
            }
        };
        tokio::time::timeout(FAR_TOO_LONG, renewed).await.unwrap();
        assert_eq!(client.get("/health").await.unwrap().status, 200);
        assert_eq!(client.connections, 1, "the old connection went on");
    }
    // What is shown is what the next start will find.
    let names = &centre.running.centre.config.centre.names;
    let kept = centre
        .secrets
        .server(&centre.authority, names, CLOCK.read());
    let kept = CertificateDer::from_pem_slice(kept.unwrap().certificate_pem.as_bytes());
    assert_eq!(shown(&clients[0]).await, kept.unwrap().as_ref());
    centre.running.stop().await;
}
