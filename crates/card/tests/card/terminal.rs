//! Terminals that let a card sign without a PIN (特定機関認証, simulated).

use crate::sample::{Reader, made, plain, with_authority};
use onshi_card::profile::JPKI;
use onshi_card::{Authority, Fault, Profile, TerminalCredential, files};

fn credential() -> TerminalCredential {
    with_authority(|authority| authority.terminal(1, &[5; 32]).unwrap())
}

fn show(reader: &mut Reader, credential: &TerminalCredential) -> u16 {
    let [present, ask] = credential.begin();
    let status = reader.status(&present);
    if status != 0x9000 {
        return status;
    }
    let challenge = reader.ok(&ask);
    reader.status(&credential.finish(&challenge).unwrap())
}

#[test]
fn it_signs_without_a_pin_even_where_the_pin_is_locked() {
    for faults in [&[][..], &[Fault::FaceCard]] {
        let mut reader = Reader::of(made(Profile::Card, faults));
        reader.application(&JPKI);
        assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
        let before = reader.tries(files::PIN);
        assert_eq!(show(&mut reader, &credential()), 0x9000);
        assert_eq!(reader.sign(3, 0x97, b"message").1, 0x9000);
        // The key of 署名 stays closed, and no try was spent.
        assert_eq!(reader.sign(3, 0x9A, b"message").1, 0x6982);
        assert_eq!(reader.tries(files::PIN), before);
        reader.application(&JPKI);
        assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
    }
}

#[test]
fn a_terminal_of_another_authority_is_refused() {
    let other = Authority::found(&[98; 32], crate::sample::today(), "http://x.invalid").unwrap();
    let mut reader = Reader::of(plain());
    reader.application(&JPKI);
    assert_eq!(
        show(&mut reader, &other.terminal(1, &[5; 32]).unwrap()),
        0x6982
    );
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
}

#[test]
fn a_challenge_serves_once_and_must_be_the_cards_own() {
    let own = credential();
    let mut reader = Reader::of(plain());
    reader.application(&JPKI);
    let [present, ask] = own.begin();
    // Proving before presenting, and without a challenge.
    assert_eq!(reader.status(&own.finish(&[0; 32]).unwrap()), 0x6985);
    reader.ok(&present);
    assert_eq!(reader.status(&own.finish(&[0; 32]).unwrap()), 0x6985);
    let challenge = reader.ok(&ask);
    assert_eq!(reader.status(&own.finish(&[0; 32]).unwrap()), 0x6982);
    assert_eq!(reader.status(&own.finish(&challenge).unwrap()), 0x6985);
    // A short challenge can be guessed, and doesn't count.
    let short = reader.ok(&[0, 0x84, 0, 0, 1]);
    assert_eq!(reader.status(&own.finish(&short).unwrap()), 0x6985);
    assert_eq!(reader.sign(3, 0x97, b"message").1, 0x6982);
}

#[test]
fn a_changed_certificate_is_refused() {
    let own = credential();
    let [present, _] = own.begin();
    let mut reader = Reader::of(plain());
    reader.application(&JPKI);
    for at in 5..present.len() {
        let mut changed = present.clone();
        changed[at] ^= 1;
        let status = reader.status(&changed);
        assert!(matches!(status, 0x6982 | 0x6A80), "{at}: {status:04X}");
    }
}
