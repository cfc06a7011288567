//! OpenSC, which knows the real card, reads ours.

use super::{PIN, Stack};
use std::path::Path;
use std::process::{Command, Output};

fn run(program: &str, words: &[&str]) -> Output {
    Command::new(program).args(words).output().unwrap()
}

/// What a program printed; it must succeed.
fn ask(program: &str, words: &[&str]) -> String {
    let output = run(program, words);
    let (said, complaint) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{program} {words:?}: {said}{complaint}"
    );
    said
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

/// A signature by a key of the card, believed by OpenSSL with the card's certificate.
fn signs_and_is_believed(stack: &Stack, (slot, id, pin): (&str, &str, &str), certificate: &str) {
    let file = |name: &str| path(&stack.folder().join(name));
    let (message, signature, key) = (file("message"), file("signature"), file("key.pem"));
    std::fs::write(&message, "ONSHI-CARD-1").unwrap();
    let words = [
        "--slot-index",
        slot,
        "--login",
        "--pin",
        pin,
        "--sign",
        "--mechanism",
        "SHA256-RSA-PKCS",
        "--id",
        id,
        "--input-file",
        &message,
        "--output-file",
        &signature,
    ];
    ask("pkcs11-tool", &words);
    let public = [
        "x509",
        "-in",
        certificate,
        "-noout",
        "-pubkey",
        "-out",
        &key,
    ];
    ask("openssl", &public);
    let verify = [
        "dgst",
        "-sha256",
        "-verify",
        &key,
        "-signature",
        &signature,
        &message,
    ];
    assert_eq!(ask("openssl", &verify).trim(), "Verified OK");
}

/// Tries left, as `pkcs15-tool` lists them: PIN and password.
fn tries() -> Vec<String> {
    let pins = ask("pkcs15-tool", &["--list-pins"]);
    let lines = pins.lines().filter(|line| line.contains("Tries left"));
    lines
        .filter_map(|line| Some(line.split_once(':')?.1.trim().to_owned()))
        .collect()
}

/// Logs in, by `pkcs11-tool`.
fn log_in(pin: &str) -> Output {
    let words = "--slot-index 0 --login --list-objects --pin";
    let words: Vec<&str> = words.split(' ').chain([pin]).collect();
    run("pkcs11-tool", &words)
}

/// They are told as such, and lock at the third. The right one comes too late then.
fn wrong_pins_are_counted_and_lock() {
    assert!(log_in(PIN).status.success());
    for left in ["2", "1", "0"] {
        let refused = log_in("0000");
        let complaint = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success());
        assert!(complaint.contains("CKR_PIN_INCORRECT"), "{complaint}");
        assert_eq!(tries(), [left, "5"]);
    }
    assert!(!log_in(PIN).status.success());
}

#[test]
#[ignore = "runs in namespaces of its own, started by the test beside it"]
fn inside() {
    let stack = Stack::start();
    stack.card(&["make", "--patient", "1", "--pin", PIN]);
    let shown = stack.card(&["show", "patient-1"]);
    let password = shown["password"].as_str().unwrap();
    let mut inserted = stack.insert("patient-1", &[]);

    assert_eq!(ask("opensc-tool", &["--name"]).trim(), "jpki");
    let certificates = ask("pkcs15-tool", &["--list-certificates"]);
    let labels = [
        "User Authentication Certificate",
        "Digital Signature Certificate",
        "User Authentication Certificate CA",
        "Digital Signature Certificate CA",
    ];
    for label in labels {
        assert!(
            certificates.contains(&format!("[{label}]")),
            "{certificates}"
        );
    }
    assert_eq!(tries(), ["3", "5"]);

    let certificate = path(&stack.folder().join("certificate.pem"));
    let read = ["--read-certificate", "1", "--output", &certificate];
    ask("pkcs15-tool", &read);
    let issuer = path(&stack.folder().join("issuer.pem"));
    ask(
        "pkcs15-tool",
        &["--read-certificate", "3", "--output", &issuer],
    );
    // Told and read are the same certificate, and the card's own issuer issued it.
    let serial = ask(
        "openssl",
        &["x509", "-in", &certificate, "-noout", "-serial"],
    );
    let told = shown["serial"].as_str().unwrap().to_uppercase();
    assert!(
        serial
            .trim()
            .trim_start_matches("serial=")
            .trim_start_matches('0')
            == told
    );
    let chain = ["verify", "-CAfile", &issuer, &certificate];
    assert!(ask("openssl", &chain).contains(": OK"));
    signs_and_is_believed(&stack, ("0", "01", PIN), &certificate);

    // The certificate of 署名 needs the password to be read; its key needs it to sign.
    let signing = path(&stack.folder().join("signing.pem"));
    let read = [
        "--verify-pin",
        "--auth-id",
        "02",
        "--pin",
        password,
        "--read-certificate",
        "2",
        "--output",
        &signing,
    ];
    ask("pkcs15-tool", &read);
    signs_and_is_believed(&stack, ("1", "02", password), &signing);

    wrong_pins_are_counted_and_lock();

    stack.card(&["remove", "patient-1"]);
    assert!(inserted.wait().unwrap().success());
    let listed = stack.card(&["list"]);
    assert_eq!(
        (&listed[0]["pinTries"], &listed[0]["inserted"]),
        (&0.into(), &false.into())
    );
    stack.wait("the empty reader", || {
        !ask("opensc-tool", &["--list-readers"]).contains("Yes")
    });
}
