//! The other applications: who may read what, and whose signatures it bears.

use crate::sample::{Reader, plain};
use onshi_card::profile::{COMMON, RESIDENT, SURFACE, TEXT};

#[test]
fn each_secret_of_the_text_application_opens_its_own() {
    let open = |secret: u16, value: &str| {
        let mut reader = Reader::of(plain());
        reader.application(&TEXT);
        if secret != 0 {
            assert_eq!(reader.verify(secret, value), 0x9000);
        }
        let mut may = Vec::new();
        for file in 1..=8 {
            reader.file(file);
            if reader.status(&[0, 0xB0, 0, 0, 0]) == 0x9000 {
                may.push(file);
            }
        }
        may
    };
    assert_eq!(open(0, ""), [4, 5, 8]);
    assert_eq!(open(0x11, "1234"), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(open(0x14, "001234567890"), [1, 3, 4, 5, 6, 7, 8]);
    assert_eq!(open(0x15, "55021720362285"), [2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn each_secret_of_the_surface_application_opens_its_own() {
    let open = |secret: u16, value: &str| {
        let mut reader = Reader::of(plain());
        reader.application(&SURFACE);
        if secret != 0 {
            assert_eq!(reader.verify(secret, value), 0x9000);
        }
        let files = 1..=6u16;
        let mut may = |file: &u16| {
            reader.file(*file);
            reader.status(&[0, 0xB0, 0, 0, 0]) == 0x9000
        };
        files.filter(|file| may(file)).collect::<Vec<u16>>()
    };
    assert_eq!(open(0, ""), [3, 4]);
    assert_eq!(open(0x11, "550217"), [1, 3, 4]);
    assert_eq!(open(0x12, "55021720362285"), [2, 3, 4, 6]);
    assert_eq!(open(0x13, "001234567890"), [2, 3, 4, 5, 6]);
}

#[test]
fn counters_of_codes_begin_at_ten_and_the_locked_key_is_locked() {
    let mut reader = Reader::of(plain());
    reader.application(&TEXT);
    assert_eq!(
        (reader.tries(0x14), reader.tries(0x15), reader.tries(0x12)),
        (10, 10, 0)
    );
    assert_eq!(reader.verify(0x12, "1234"), 0x6984);
    assert_eq!(reader.verify(0x15, "55021720352285"), 0x63C9);
    // Nobody changes a code that is printed on the card.
    reader.verify(0x15, "55021720362285");
    assert_eq!(
        reader.status(&[0, 0x24, 1, 0x80, 4, b'1', b'1', b'1', b'1']),
        0x6982
    );
}

#[test]
fn records_of_the_common_application() {
    let mut reader = Reader::of(plain());
    reader.application(&COMMON);
    reader.file(1);
    let record = reader.ok(&[0, 0xB2, 1, 4, 0]);
    assert_eq!((&record[..2], record.len()), (&[1, 0x1C][..], 30));
    assert_eq!(&record[17..], b"1399020360217");
    assert_eq!(reader.status(&[0, 0xB2, 2, 4, 0]), 0x6A83);
    assert_eq!(reader.status(&[0, 0xB0, 0, 0, 0]), 0x6981);
    let signed = reader.ok(&[0, 0x88, 0, 0x99, 3, 1, 2, 3, 0]);
    assert_eq!(signed.len(), 256);
    // A PIN of this application is changed by CHANGE KEY only.
    assert_eq!(reader.verify(0x1C, "1234"), 0x9000);
    assert_eq!(
        reader.status(&[0, 0x24, 1, 0x80, 4, b'8', b'8', b'8', b'8']),
        0x6982
    );
    assert_eq!(
        reader.status(&[0x80, 0x32, 0, 0x80, 4, b'8', b'8', b'8', b'8']),
        0x9000
    );
    reader.application(&RESIDENT);
    assert_eq!(reader.verify(0x1C, "8888"), 0x63C2);
}

#[test]
fn the_card_signs_challenges_with_its_own_key_without_a_secret() {
    let mut reader = Reader::of(plain());
    reader.application(&SURFACE);
    let challenge = reader.ok(&[0, 0x84, 0, 0, 16]);
    assert_eq!(challenge.len(), 16);
    assert_ne!(challenge, reader.ok(&[0, 0x84, 0, 0, 16]));
    assert_eq!(reader.sign(3, 0, &challenge).0.len(), 256);
    // Session keys: refused in the way of each application.
    assert_eq!(reader.status(&[0x80, 0xAE, 0, 0, 1, 1]), 0x66F1);
    reader.application(&TEXT);
    assert_eq!(reader.status(&[0x80, 0xAE, 0, 0, 1, 1]), 0x6982);
}
