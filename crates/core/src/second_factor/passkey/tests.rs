//! Everything that may be wrong with what a device and a browser say.

use super::device::{Device, HAS_CREDENTIAL, Said};
use super::*;
use ring::signature::{Ed25519KeyPair, KeyPair};

const KEY: [u8; 32] = [7; 32];
/// What stands before a key of Ed25519 in its SubjectPublicKeyInfo.
const ED: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

fn names() -> Vec<String> {
    vec!["centre.example".to_owned(), "localhost".to_owned()]
}

fn now() -> Moment {
    Moment::from_ms(1_800_000_000_000)
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn to_add() -> String {
    let until = now().plus_seconds(60);
    challenge(&KEY, (Purpose::Add, "a1"), [3; NONCE], until)
}

fn made(text: &str) -> Result<NewPasskey, Flaw> {
    read_new(text, (&KEY, "a1", now()), &names())
}

fn new_said() -> Said {
    let mut said = Said::new("webauthn.create", &to_add());
    said.flags |= HAS_CREDENTIAL;
    said
}

fn kept(device: &Device) -> KeptKey {
    let new = made(&device.makes(&new_said(), &device.info(), -7)).unwrap();
    KeptKey {
        algorithm: new.algorithm,
        key: new.key,
        site: new.site,
        counter: 0,
    }
}

#[test]
fn a_passkey_that_is_made_is_taken_with_its_key() {
    let device = Device::new();
    let new = made(&device.makes(&new_said(), &device.info(), -7)).unwrap();
    assert_eq!(new.credential, encoded(b"credential 1"));
    assert_eq!(new.key, device.pair.public_key().as_ref());
    assert_eq!((new.site.as_str(), new.counter), ("centre.example", 1));
    let edwards = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let info = [&ED[..], edwards.public_key().as_ref()].concat();
    assert!(made(&device.makes(&new_said(), &info, -8)).is_ok());
}

#[test]
fn a_passkey_is_made_for_one_account_for_a_while_and_on_our_pages() {
    let device = Device::new();
    let info = device.info();
    let flaw = |said: &Said| made(&device.makes(said, &info, -7)).unwrap_err();
    let change = |change: fn(&mut Said)| {
        let mut said = new_said();
        change(&mut said);
        flaw(&said)
    };
    assert_eq!(change(|said| said.kind = "webauthn.get"), Flaw::Challenge);
    assert_eq!(
        change(|said| said.challenge = encoded([0; 40])),
        Flaw::Challenge
    );
    assert_eq!(
        change(|said| said.challenge = String::new()),
        Flaw::Challenge
    );
    assert_eq!(change(|said| said.cross_origin = true), Flaw::Origin);
    assert_eq!(
        change(|said| said.site = "evil.example".to_owned()),
        Flaw::Site
    );
    assert_eq!(
        change(|said| said.site = "localhost".to_owned()),
        Flaw::Site
    );
    assert_eq!(change(|said| said.flags &= !KNOWN), Flaw::NotKnown);
    assert_eq!(change(|said| said.flags &= !PRESENT), Flaw::NotKnown);
    assert_eq!(
        change(|said| said.flags &= !HAS_CREDENTIAL),
        Flaw::Unreadable
    );

    let text = device.makes(&new_said(), &info, -7);
    let of = |account: &str, now: Moment| read_new(&text, (&KEY, account, now), &names());
    assert_eq!(of("a2", now()).unwrap_err(), Flaw::Challenge);
    assert_eq!(
        of("a1", now().plus_seconds(61)).unwrap_err(),
        Flaw::Challenge
    );
    let other_key = read_new(&text, (&[8; 32], "a1", now()), &names());
    assert_eq!(other_key.unwrap_err(), Flaw::Challenge);

    let of_algorithm = |algorithm| made(&device.makes(&new_said(), &info, algorithm));
    assert_eq!(of_algorithm(-8).unwrap_err(), Flaw::Key);
    assert_eq!(of_algorithm(-257).unwrap_err(), Flaw::Key);
    assert_eq!(of_algorithm(-35).unwrap_err(), Flaw::Key);
    let no_key = made(&device.makes(&new_said(), b"no key", -7));
    assert_eq!(no_key.unwrap_err(), Flaw::Key);
    for text in ["", "{}", "[1]", &"x".repeat(SENT_BYTES_MAX + 1)] {
        assert_eq!(made(text).unwrap_err(), Flaw::Unreadable);
    }
}

#[test]
fn only_our_pages_and_the_gateway_have_a_site() {
    let names = names();
    for (origin, expected) in [
        ("https://centre.example:8443", Some("centre.example")),
        ("https://centre.example", Some("centre.example")),
        ("https://localhost:8443", Some("localhost")),
        ("http://localhost:8080", Some("localhost")),
        ("http://localhost", Some("localhost")),
        ("http://127.0.0.1:8080", None),
        ("http://centre.example:8443", None),
        ("http://localhost.evil.example", None),
        ("https://centre.example.evil.example", None),
        ("https://evil.example:8443", None),
        ("https://evil.example/https://centre.example", None),
        ("https://centre.example:8443:evil", None),
        ("null", None),
        ("", None),
    ] {
        assert_eq!(site(origin, &names), expected, "{origin}");
    }
}

#[test]
fn what_a_device_signs_is_taken_once_for_what_was_made_up() {
    let device = Device::new();
    let kept = kept(&device);
    let challenge = step_challenge("ticket");
    let tested = |said: &Said| {
        let signed = Signed::read(&device.signs(said)).unwrap();
        signed.test(&kept, &challenge, &names())
    };
    let said = Said::new("webauthn.get", &challenge);
    assert_eq!(tested(&said), Ok(1));
    let change = |change: fn(&mut Said)| {
        let mut said = said.clone();
        change(&mut said);
        tested(&said).unwrap_err()
    };
    assert_eq!(
        change(|said| said.kind = "webauthn.create"),
        Flaw::Challenge
    );
    assert_eq!(
        change(|said| said.challenge = step_challenge("other")),
        Flaw::Challenge
    );
    assert_eq!(
        change(|said| said.origin = "https://evil.example".to_owned()),
        Flaw::Origin
    );
    assert_eq!(change(|said| said.flags = PRESENT), Flaw::NotKnown);
    // A passkey of the gateway's address is none of the centre's.
    let gateway = change(|said| {
        said.origin = "http://localhost:8080".to_owned();
        said.site = "localhost".to_owned();
    });
    assert_eq!(gateway, Flaw::Site);
}

#[test]
fn a_changed_word_or_another_device_is_refused() {
    let device = Device::new();
    let kept = kept(&device);
    let challenge = step_challenge("ticket");
    let said = Said::new("webauthn.get", &challenge);
    let signed = Signed::read(&device.signs(&said)).unwrap();
    assert_eq!(signed.test(&kept, &challenge, &names()), Ok(1));
    let mut changed = signed;
    changed.signature[8] ^= 1;
    assert_eq!(
        changed.test(&kept, &challenge, &names()),
        Err(Flaw::Signature)
    );
    let other = Signed::read(&Device::new().signs(&said)).unwrap();
    assert_eq!(
        other.test(&kept, &challenge, &names()),
        Err(Flaw::Signature)
    );
}

#[test]
fn a_counter_goes_on_or_was_always_nothing() {
    let device = Device::new();
    let challenge = step_challenge("ticket");
    for (before, after, is_taken) in [
        (0, 0, true),
        (0, 1, true),
        (5, 6, true),
        (5, 5, false),
        (5, 4, false),
        (5, 0, false),
    ] {
        let kept = KeptKey {
            counter: before,
            ..kept(&device)
        };
        let mut said = Said::new("webauthn.get", &challenge);
        said.counter = after;
        let signed = Signed::read(&device.signs(&said)).unwrap();
        let tested = signed.test(&kept, &challenge, &names());
        let expected = match is_taken {
            true => Ok(i64::from(after)),
            false => Err(Flaw::Counter),
        };
        assert_eq!(tested, expected, "{before} then {after}");
    }
}

#[test]
fn a_challenge_to_enter_is_of_one_terminal_and_has_one_text() {
    let device = Device::new();
    let until = now().plus_seconds(60);
    let challenge = challenge(&KEY, (Purpose::Enter, "serial 1"), [4; NONCE], until);
    let signed = Signed::read(&device.signs(&Said::new("webauthn.get", &challenge))).unwrap();
    let of = |key, serial, now| signed.challenge_to_enter((key, serial, now));
    assert_eq!(
        of(&KEY, "serial 1", now()),
        Some((challenge.clone(), until))
    );
    assert_eq!(of(&KEY, "serial 2", now()), None);
    assert_eq!(of(&[8; 32], "serial 1", now()), None);
    assert_eq!(of(&KEY, "serial 1", until.plus_seconds(1)), None);
    let to_add = Signed::read(&device.signs(&Said::new("webauthn.get", &to_add()))).unwrap();
    assert_eq!(to_add.challenge_to_enter((&KEY, "a1", now())), None);
}
