//! TLS to PostgreSQL: the server must show a certificate of the authority that is named, in its own
//! name; and nothing goes in clear because the server would have it so.

use crate::stores::test_node::OPENING;
use onshi_core::certificate::Authority;
use onshi_core::engine::migrate;
use onshi_core::store::Location;
use onshi_scenarios::database::Database;
use onshi_scenarios::postgres::{self, Server, TlsFiles};
use std::path::Path;

const DAY: i64 = 86_400_000;

/// An authority, and a server's certificate of it in this name.
fn certificate(name: &str) -> (Authority, TlsFiles) {
    let (from, until) = (OPENING.ms() - DAY, OPENING.ms() + 30_000 * DAY);
    let authority = Authority::create("架空 認証局", from, until).unwrap();
    let names = [name.to_owned()];
    let now = onshi_core::clock::now().ms();
    let issued = authority
        .issue_server(&names, [7; 16], now - DAY, now + DAY)
        .unwrap();
    let files = TlsFiles {
        certificate: issued.certificate_pem.clone(),
        key: issued.key_pem.to_string(),
    };
    (authority, files)
}

/// The address with this name for the server and these authorities, verified.
fn address(server: &Server, name: &str, roots: &Path) -> Location {
    let rest = format!("sslmode=verify-full&sslrootcert={}", roots.display());
    let (port, database) = (server.port(), "postgres");
    Location::Postgres(format!(
        "postgres://onshi@{name}:{port}/{database}?hostaddr=127.0.0.1&{rest}"
    ))
}

#[test]
fn only_the_right_server_is_talked_to_and_never_in_clear() {
    let (authority, files) = certificate("db.example");
    let (stranger, _) = certificate("db.example");
    let folder = tempfile::tempdir().unwrap();
    let [right, wrong, none] =
        ["right.pem", "wrong.pem", "none.pem"].map(|name| folder.path().join(name));
    std::fs::write(&right, authority.certificate_pem()).unwrap();
    std::fs::write(&wrong, stranger.certificate_pem()).unwrap();
    std::fs::write(&none, "no certificate").unwrap();
    let server = Server::start(Some(&files));

    let good = address(&server, "db.example", &right);
    migrate(&good, OPENING.ms()).unwrap();
    let sql =
        "select case when ssl then 1 else 0 end from pg_stat_ssl where pid = pg_backend_pid()";
    let encrypted = Database::open(&good).number(sql);
    assert_eq!(encrypted, Some(1), "it went in clear");

    let told = |location: Location| match migrate(&location, OPENING.ms()) {
        Ok(_) => panic!("{} was let in", location.shown()),
        Err(fault) => fault.to_string(),
    };
    let strange = told(address(&server, "db.example", &wrong));
    assert!(strange.contains("invalid peer certificate"), "{strange}");
    let misnamed = told(address(&server, "other.example", &right));
    assert!(misnamed.contains("not valid for name"), "{misnamed}");
    let rootless = told(address(&server, "db.example", &none));
    assert!(rootless.contains("none.pem"), "{rootless}");
    let weak = address(&server, "db.example", &right);
    let Location::Postgres(weak) = weak else {
        unreachable!("it was made above");
    };
    for mode in ["prefer", "allow", "require", "verify-ca"] {
        let weak = weak.replace("verify-full", mode);
        let weak = told(Location::Postgres(weak));
        assert!(weak.contains("verify-full"), "{mode}: {weak}");
    }
    drop(server);

    // A server without TLS, or somebody between who says so for it.
    let plain = postgres::fresh_database();
    let (_, rest) = plain.split_once('@').unwrap();
    let (host, database) = rest.split_once('/').unwrap();
    let port = host.rsplit(':').next().unwrap();
    let clear = told(Location::Postgres(format!(
        "postgres://onshi@db.example:{port}/{database}?hostaddr=127.0.0.1&sslmode=verify-full&\
         sslrootcert={}",
        right.display()
    )));
    assert!(clear.contains("does not support TLS"), "{clear}");
}
