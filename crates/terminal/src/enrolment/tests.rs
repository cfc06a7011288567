//! Kills at every change, and what the folder is like after the command was run again.

use super::ask::Granted;
use super::files::Files;
use super::install::{Installed, Names, finish, finished, pending};
use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer};
use rcgen::{KeyPair, SerialNumber};
use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const CODE: &str = "ABCDEABCDEABCDEABCDE";

/// A centre that gives one certificate to one key.
struct Centre {
    issuer: Issuer<'static, KeyPair>,
    authority: String,
    given: RefCell<Option<(Vec<u8>, Granted)>>,
}

impl Centre {
    fn new() -> Centre {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&key).unwrap().pem();
        Centre {
            issuer: Issuer::new(params, key),
            authority,
            given: RefCell::default(),
        }
    }

    fn grant(&self, request: &str, kind: &str, name: &str) -> Option<Granted> {
        use rcgen::PublicKeyData as _;
        let read = CertificateSigningRequestParams::from_pem(request).unwrap();
        let key = read.public_key.subject_public_key_info();
        if let Some((known, granted)) = &*self.given.borrow() {
            return (*known == key).then(|| granted.clone());
        }
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from_slice(&[0x41; 16]));
        let certificate = params.signed_by(&read.public_key, &self.issuer).unwrap();
        let granted = Granted {
            kind: kind.to_owned(),
            name: Some(name.to_owned()),
            medical_institution_code: Some("1310000001".to_owned()),
            holder: "桜内科クリニック".to_owned(),
            serial: "41".repeat(16),
            certificate: certificate.pem(),
            authority: self.authority.clone(),
        };
        *self.given.borrow_mut() = Some((key, granted.clone()));
        Some(granted)
    }
}

/// One run of the command, which may end before a change.
fn run(
    folder: &Path,
    centre: &Centre,
    (kind, name): (&str, &str),
    (passphrase, stop_at): (Option<&str>, Option<usize>),
) -> Result<Installed, EnrolmentError> {
    let mut files = Files::open(folder)?;
    files.fate.stop_at = stop_at;
    let names = Names::of_code(CODE);
    if let Some(installed) = finished(&files, &names)? {
        return Ok(installed);
    }
    let pending = pending(&files, names)?;
    let granted = centre.grant(&pending.request()?, kind, name);
    let granted = granted.ok_or(EnrolmentError::NotOurs)?;
    finish(&files, &pending, &granted, (None, passphrase))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn killed_before_any_change_and_run_again_it_ends_the_same() {
    for stop in 0..100 {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("certificates");
        let centre = Centre::new();
        let who = ("terminal", "受付 1号機");
        let first = run(&folder, &centre, who, (None, Some(stop)));
        let ended = first.is_ok();
        let again = run(&folder, &centre, who, (None, None)).unwrap();
        // Where only what is left over had to be removed, it was all there too.
        assert!(again.was_there || !ended, "stopped at {stop}");
        assert_eq!(
            names(&folder),
            [
                "1310000001-受付_1号機-41414141.key.pem",
                "1310000001-受付_1号機-41414141.pem",
                "backup",
                &note_in(&folder),
                "enrolment.lock",
            ],
            "stopped at {stop}"
        );
        let (certificate, key) = (
            fs::read(&again.certificate).unwrap(),
            fs::read(&again.key).unwrap(),
        );
        assert!(onshi_client::Identity::from_pem(&certificate, &key).is_ok());
        let backup = fs::read(&again.backup).unwrap();
        assert!(onshi_client::Identity::from_pem(&backup, &backup).is_ok());
        for secret in [&again.key, &again.backup, &again.certificate] {
            let mode = fs::metadata(secret).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", secret.display());
        }
        let note = fs::read_to_string(folder.join(note_in(&folder))).unwrap();
        assert!(!note.contains(CODE) && !note.contains("PRIVATE"), "{note}");
        if ended {
            assert!(stop > 8, "the kills did not come: {stop}");
            return;
        }
    }
    panic!("it never ended");
}

/// The file that says that all is done.
fn note_in(folder: &Path) -> String {
    let mut names = names(folder).into_iter();
    let note = names.find(|name| name.starts_with("enrolment-") && name.ends_with(".json"));
    note.unwrap_or_default()
}

#[test]
fn a_backup_is_encrypted_with_the_passphrase() {
    let place = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let passphrase = "correct horse battery";
    let who = ("terminal", "1");
    let installed = run(place.path(), &centre, who, (Some(passphrase), None)).unwrap();
    let backup = fs::read(&installed.backup).unwrap();
    assert!(
        installed
            .backup
            .ends_with("backup/1310000001-1-41414141.p12")
    );
    assert!(onshi_client::Identity::from_pkcs12(&backup, passphrase).is_ok());
    assert!(onshi_client::Identity::from_pkcs12(&backup, "another one").is_err());
    for bad in ["short", "パスフレーズです", &"a".repeat(129)] {
        assert!(backup::check(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_opens_no_connection_lies_beside_and_no_name_leads_elsewhere() {
    let place = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let who = ("reader", "../../etc/passwd");
    let installed = run(place.path(), &centre, who, (None, None)).unwrap();
    let file = "reader/1310000001-______etc_passwd-41414141.pem";
    let folder = fs::canonicalize(place.path()).unwrap();
    assert_eq!(installed.certificate, folder.join(file));
    assert!(installed.certificate.exists());
}

#[test]
fn a_code_that_gave_its_certificate_to_another_key_is_refused() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let centre = Centre::new();
    let who = ("terminal", "1");
    assert!(run(ours.path(), &centre, who, (None, None)).is_ok());
    assert!(run(theirs.path(), &centre, who, (None, None)).is_err());
    let kept = names(theirs.path());
    assert!(
        kept.iter().all(|name| !name.ends_with("-41414141.pem")),
        "{kept:?}"
    );
}
