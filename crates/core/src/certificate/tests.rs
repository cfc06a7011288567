//! What is issued, and which programs can read the file. What is believed is in `peer`.

mod peer;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, KeyUsagePurpose};

use super::{Authority, CertificateFault, Issued, PeerStatus, TerminalSubject, judge};

const DAY_MS: i64 = 86_400_000;
/// 2026-04-01T00:00:00Z
const START_MS: i64 = 1_775_001_600_000;
const END_MS: i64 = START_MS + 1186 * DAY_MS;
const SERIAL: [u8; 16] = [0x8a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| new_authority("資格確認 認証局"))
}

fn new_authority(name: &str) -> Authority {
    Authority::create(name, START_MS - DAY_MS, START_MS + 3650 * DAY_MS).unwrap()
}

fn subject() -> TerminalSubject {
    TerminalSubject {
        facility_code: "1310000001".into(),
        facility_name: "医療法人社団 さくら会　桜内科クリニック".into(),
        terminal_name: "受付 1号機".into(),
    }
}

fn terminal() -> Issued {
    authority()
        .issue_terminal(&subject(), SERIAL, START_MS, END_MS)
        .unwrap()
}

#[test]
fn an_authority_has_a_key_of_p256() {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let pem = params.self_signed(&key).unwrap().pem();
    let fault = Authority::from_pem(&pem, &key.serialize_pem()).unwrap_err();
    assert_eq!(fault.to_string(), "the authority's key is not of P-256");
}

#[test]
fn an_authority_comes_back_from_its_files() {
    let first = new_authority("認証局");
    let again = Authority::from_pem(first.certificate_pem(), &first.key_pem()).unwrap();
    assert_eq!(again.fingerprint(), first.fingerprint());
    let issued = again
        .issue_terminal(&subject(), SERIAL, START_MS, END_MS)
        .unwrap();
    let standing = judge(
        Some(&issued.certificate_der),
        first.certificate_der(),
        START_MS,
    );
    assert!(matches!(standing, PeerStatus::Valid(_)));

    let other = new_authority("認証局");
    assert_eq!(
        Authority::from_pem(first.certificate_pem(), &other.key_pem())
            .unwrap_err()
            .to_string(),
        "the key is not the certificate's"
    );
    assert_eq!(
        Authority::from_pem(&issued.certificate_pem, &issued.key_pem)
            .unwrap_err()
            .to_string(),
        "the certificate is not an authority's"
    );
}

#[test]
fn what_cannot_be_issued_says_why() {
    let changed = |change: fn(&mut TerminalSubject)| {
        let mut subject = subject();
        change(&mut subject);
        why(authority().issue_terminal(&subject, SERIAL, START_MS, END_MS))
    };
    let between = |serial, from, to| why(authority().issue_terminal(&subject(), serial, from, to));
    let named = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        why(authority().issue_server(&names, SERIAL, START_MS, END_MS))
    };
    let reasons = [
        changed(|s| s.facility_code.clear()),
        changed(|s| s.facility_name = "院".repeat(65)),
        changed(|s| s.terminal_name.push('　')),
        changed(|s| s.terminal_name = "受付\n1".into()),
        between([0; 16], START_MS, END_MS),
        between(SERIAL, END_MS, START_MS),
        between(SERIAL, START_MS, START_MS + 999),
        between(SERIAL, -1, END_MS),
        between(SERIAL, START_MS, i64::MAX),
        between(SERIAL, START_MS, START_MS + 3651 * DAY_MS),
        named(&[]),
        named(&["localhost", "https://localhost"]),
    ];
    let expected = [
        "a certificate's facility's code is missing",
        "a certificate's facility's name is longer than 64 characters",
        "a certificate's terminal's name begins or ends with a space",
        "a certificate's terminal's name contains a control character, a direction mark or a character that can't be seen",
        "a certificate's serial number must not be zero",
        "a certificate's period ends before it begins",
        "a certificate's period ends before it begins",
        "a certificate's period is outside the years 1970 to 9999",
        "a certificate's period is outside the years 1970 to 9999",
        "a certificate's period ends after the authority's own",
        "a certificate's server name is missing",
        "a certificate's server name is not a host name or an address",
    ];
    assert_eq!(reasons.each_ref().map(String::as_str), expected);
}

fn why(result: Result<Issued, CertificateFault>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn no_key_is_printed() {
    let issued = terminal();
    let printed = format!("{issued:?} {:?}", authority());
    assert!(!printed.contains("PRIVATE"), "{printed}");
    for line in issued.key_pem.lines().chain(authority().key_pem().lines()) {
        assert!(!printed.contains(line), "{printed}");
    }
}

/// Runs a program that `make deps` installs and gives all it printed.
fn run(directory: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .output();
    let output = output.unwrap_or_else(|e| panic!("{program}: {e}; install it (make deps)"));
    let printed = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {printed}"
    );
    printed
}

fn files() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let issued = terminal();
    let file = issued
        .pkcs12(authority().certificate_der(), "受付 1号機 𠮷", "secret 12")
        .unwrap();
    std::fs::write(directory.path().join("terminal.p12"), file).unwrap();
    std::fs::write(
        directory.path().join("terminal.pem"),
        &issued.certificate_pem,
    )
    .unwrap();
    std::fs::write(
        directory.path().join("ca.pem"),
        authority().certificate_pem(),
    )
    .unwrap();
    directory
}

#[test]
fn openssl_reads_certificate_and_file() {
    let directory = files();
    let at = directory.path();
    let second = (START_MS / 1000).to_string();
    let verify = [
        "verify",
        "-x509_strict",
        "-purpose",
        "sslclient",
        "-attime",
        &second,
    ];
    run(
        at,
        "openssl",
        &[verify.as_slice(), &["-CAfile", "ca.pem", "terminal.pem"]].concat(),
    );
    let text = run(
        at,
        "openssl",
        &["x509", "-in", "terminal.pem", "-noout", "-serial"],
    );
    assert_eq!(text, "serial=8A0102030405060708090A0B0C0D0E0F\n");
    let open = [
        "pkcs12",
        "-in",
        "terminal.p12",
        "-passin",
        "pass:secret 12",
        "-noenc",
    ];
    let text = run(at, "openssl", &open);
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2, "{text}");
    let (_, key) = text.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let (key, _) = key.split_once("-----END PRIVATE KEY-----").unwrap();
    let key = format!("-----BEGIN PRIVATE KEY-----{key}-----END PRIVATE KEY-----\n");
    let certificate = std::fs::read_to_string(at.join("terminal.pem")).unwrap();
    assert!(
        Issued::from_pem(&certificate, &key).is_ok(),
        "another key came out"
    );
}

#[test]
fn nss_reads_the_file() {
    let directory = files();
    let at = directory.path();
    run(at, "certutil", &["-N", "-d", "sql:.", "--empty-password"]);
    run(
        at,
        "certutil",
        &["-A", "-d", "sql:.", "-n", "ca", "-t", "C,,", "-i", "ca.pem"],
    );
    run(
        at,
        "pk12util",
        &["-i", "terminal.p12", "-d", "sql:.", "-W", "secret 12"],
    );
    let keys = run(at, "certutil", &["-K", "-d", "sql:."]);
    assert!(keys.contains("受付 1号機"), "{keys}");
}

#[test]
fn a_password_that_readers_disagree_on_is_refused() {
    let der = authority().certificate_der();
    for password in ["", "パスワード", "a\tb"] {
        let fault = terminal().pkcs12(der, "端末", password).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "a certificate's password must be printable ASCII"
        );
    }
}
