//! Flags above the file above what is usual, and what is wrong with them.

use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    link: LinkArguments,
}

const FILE: &str = r#"
centre = "https://centre.example:8443"
authority = "/etc/onshi/authority.pem"
certificate = "/etc/onshi/terminal.pem"
key = "/etc/onshi/terminal.key.pem"
user_id = "Renkei01"
password_file = "/etc/onshi/link-password"
req = "/srv/req"
res = "/srv/res"
work = "/var/lib/onshi-link"
status_listen = "127.0.0.1:8099"
offline_timeout_seconds = 60
[encrypt]
OQSmutic = true
OQSsiquc = false
"#;

fn with(file: Option<&str>, flags: &[&str]) -> Result<LinkConfig, String> {
    let place = std::env::temp_dir().join(format!(
        "onshi-link-{}-{:?}.toml",
        std::process::id(),
        std::thread::current().id()
    ));
    if let Some(text) = file {
        std::fs::write(&place, text).unwrap();
    }
    let line = Line::try_parse_from([&["link"], flags].concat()).unwrap();
    let settings = settings::read(usual(), &line.link.flags, file.map(|_| place.as_path()));
    let _ = std::fs::remove_file(&place);
    let told = |failure: Failure| format!("{failure:?}");
    configuration(settings.map_err(told)?, "").map_err(told)
}

#[test]
fn a_flag_stands_above_its_line_and_what_neither_says_is_usual() {
    let usual = LinkConfig::usual(|| 0);
    let of_file = with(Some(FILE), &[]).unwrap();
    assert_eq!(of_file.offline_timeout, Duration::from_secs(60));
    assert_eq!(of_file.poll, usual.poll);
    assert_eq!(of_file.settle, usual.settle);
    assert_eq!(of_file.patience, usual.patience);
    assert_eq!(of_file.answer_mode, usual.answer_mode);
    assert_eq!(of_file.retention_days, usual.retention_days);
    assert_eq!(of_file.concurrency, usual.concurrency);
    assert_eq!((of_file.face, of_file.touch_after), (None, None));
    assert_eq!(of_file.status_listen.unwrap().port(), 8099);

    let flags = [
        "--offline-timeout-seconds",
        "0",
        "--res",
        "/other",
        "--answer-mode",
        "0600",
    ];
    let sealed = ["--encrypt", "OQSsiquc=true", "--encrypt", "OQS=false"];
    let both = with(Some(FILE), &[&flags[..], &sealed[..]].concat()).unwrap();
    assert_eq!(
        (both.offline_timeout, both.answer_mode),
        (Duration::ZERO, 0o600)
    );
    assert_eq!(both.res, Path::new("/other"));
    assert_eq!(both.req, Path::new("/srv/req"));
    let encrypt = [("OQS", false), ("OQSmutic", true), ("OQSsiquc", true)];
    assert_eq!(both.encrypt, encrypt.map(|(k, v)| (k.to_owned(), v)).into());
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let without = FILE.replace("user_id", "# user_id");
    for (file, flags, named) in [
        (None, &[][..], "--"),
        (Some(without.as_str()), &[], "--user-id is missing"),
        (
            Some(&format!("hold_secnods = 1\n{FILE}")),
            &[],
            "hold_secnods",
        ),
        (
            Some(&FILE.replace("= 60", "= -1")),
            &[],
            "offline_timeout_seconds",
        ),
        (
            Some(&FILE.replace("= 60", "= \"soon\"")),
            &[],
            "offline_timeout_seconds",
        ),
        (
            Some(&FILE.replace("127.0.0.1", "here")),
            &[],
            "status_listen",
        ),
        (Some(&FILE.replace("centre =", "centre ")), &[], "toml"),
        (Some(FILE), &["--answer-mode", "0777"], "--answer-mode"),
    ] {
        let told = with(file, flags).expect_err(named);
        assert!(told.to_lowercase().contains(named), "{named}: {told}");
    }
    assert!(with(Some(&without), &["--user-id", "Renkei01"]).is_ok());
}
