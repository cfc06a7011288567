//! Files that `age` 1.1.1 wrote are read, and what is written, changed or cut short is judged as the format says.

// It is always set here, and tells clippy that what tests call is for tests too.
#![cfg(test)]

use onshi_age::{AgeError, Identity, Key, Lock, Reader, Recipient, Writer};
use std::io::{Read, Write};
use zeroize::Zeroizing;

const IDENTITY: &str = include_str!("vectors/identity.txt");
const PASSPHRASE: &str = "kakuu-no-aikotoba";

fn identities() -> Key {
    Key::Identities(Identity::parse_all(IDENTITY).unwrap())
}

fn words(text: &str) -> Key {
    Key::Passphrase(Zeroizing::new(text.to_owned()))
}

fn read(file: &[u8], key: &Key) -> Result<Vec<u8>, AgeError> {
    let mut content = Vec::new();
    Reader::begin(file, key)?.read_to_end(&mut content)?;
    Ok(content)
}

/// Random bytes of the test.
fn draws() -> impl FnMut() -> [u8; 32] {
    let mut number = 0_u8;
    move || {
        number += 1;
        std::array::from_fn(|i| number.wrapping_mul(31).wrapping_add(i as u8))
    }
}

fn write(content: &[u8], lock: &Lock<'_>) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), lock, &mut draws()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn recipient() -> Recipient {
    Recipient::parse(include_str!("vectors/recipient.txt")).unwrap()
}

#[test]
fn what_age_wrote_is_read() {
    let empty = include_bytes!("vectors/empty.age");
    let short = include_bytes!("vectors/short.age");
    let one = include_bytes!("vectors/bytes-65536.age");
    let two = include_bytes!("vectors/bytes-70000.age");
    let with_words = include_bytes!("vectors/passphrase.age");
    assert_eq!(read(empty, &identities()).unwrap(), b"");
    assert_eq!(read(short, &identities()).unwrap(), b"Onshi\n");
    assert_eq!(read(one, &identities()).unwrap(), [b'o'; 65536]);
    assert_eq!(read(two, &identities()).unwrap(), [b'o'; 70000]);
    assert_eq!(read(with_words, &words(PASSPHRASE)).unwrap(), b"Onshi\n");
}

#[test]
fn what_is_written_is_read_by_each_recipient_and_by_nobody_else() {
    let other = Identity::new([9; 32]);
    let both = [other.recipient(), recipient()];
    for length in [0, 1, 65535, 65536, 65537, 131072, 200_000] {
        let content = vec![7; length];
        let file = write(&content, &Lock::Recipients(&both));
        assert_eq!(read(&file, &identities()).unwrap(), content, "{length}");
        let others = Key::Identities(vec![other.clone()]);
        assert_eq!(read(&file, &others).unwrap(), content, "{length}");
        let stranger = Key::Identities(vec![Identity::new([8; 32])]);
        assert!(matches!(read(&file, &stranger), Err(AgeError::WrongKey)));
        assert!(matches!(
            read(&file, &words("x")),
            Err(AgeError::OtherWay {
                by_passphrase: false
            })
        ));
    }
    let nobody = Writer::begin(Vec::new(), &Lock::Recipients(&[]), &mut draws());
    assert!(matches!(nobody.map(|_| ()), Err(AgeError::Nobody)));
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let file = write(b"content", &Lock::Passphrase("架空の合言葉"));
    assert_eq!(read(&file, &words("架空の合言葉")).unwrap(), b"content");
    assert!(matches!(
        read(&file, &words("another")),
        Err(AgeError::WrongKey)
    ));
    assert!(matches!(
        read(&file, &identities()),
        Err(AgeError::OtherWay {
            by_passphrase: true
        })
    ));
}

#[test]
fn no_byte_is_changed_and_no_end_is_cut_off_unnoticed() {
    let content = [b'o'; 70_000];
    let file = write(&content, &Lock::Recipients(&[recipient()]));
    let key = identities();
    let head = file.windows(4).position(|four| four == b"--- ").unwrap() + 48;
    // Each byte of the head, and some of every piece.
    for at in (0..head).chain((head..file.len()).step_by(997)) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(read(&changed, &key).is_err(), "byte {at} was changed");
    }
    for length in (0..head).step_by(7).chain((head..file.len()).step_by(1999)) {
        assert!(read(&file[..length], &key).is_err(), "cut at {length}");
    }
    // The first piece alone is no file, though it is whole.
    let first = head + 16 + 65536 + 16;
    assert!(matches!(read(&file[..first], &key), Err(AgeError::File(_))));
    let mut longer = file.clone();
    longer.push(0);
    assert!(read(&longer, &key).is_err());
}

#[test]
fn a_file_asks_for_no_more_work_than_is_allowed() {
    let text = String::from_utf8_lossy(include_bytes!("vectors/passphrase.age")).into_owned();
    let harder = text.replacen(" 18\n", " 30\n", 1);
    assert!(matches!(
        read(harder.as_bytes(), &words(PASSPHRASE)),
        Err(AgeError::TooHard)
    ));
    let odd = text.replacen(" 18\n", " 018\n", 1);
    assert!(matches!(
        read(odd.as_bytes(), &words(PASSPHRASE)),
        Err(AgeError::Head)
    ));
    assert!(matches!(
        read(b"SQLite format 3\0", &identities()),
        Err(AgeError::NotAge)
    ));
    let endless = [
        "age-encryption.org/v1\n".to_owned(),
        "-> x\n\n".repeat(100_000),
    ]
    .concat();
    assert!(matches!(
        read(endless.as_bytes(), &identities()),
        Err(AgeError::Head)
    ));
}

/// What a reader that goes on after failures is given, and how often it failed.
fn read_on(file: &[u8], key: &Key) -> (Vec<u8>, usize) {
    let mut reader = Reader::begin(file, key).unwrap();
    let (mut content, mut failures) = (Vec::new(), 0);
    let mut some = [0; 4096];
    while failures < 5 {
        match reader.read(&mut some) {
            Ok(0) => break,
            Ok(count) => content.extend_from_slice(&some[..count]),
            Err(_) => failures += 1,
        }
    }
    (content, failures)
}

#[test]
fn who_reads_on_after_a_failure_is_given_nothing_of_the_damaged_piece_or_behind_it() {
    let content: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
    let file = write(&content, &Lock::Recipients(&[recipient()]));
    let key = identities();
    let head = file.windows(4).position(|four| four == b"--- ").unwrap() + 48 + 16;
    let piece = 65536 + 16;
    for number in 0..4 {
        let mut changed = file.clone();
        changed[head + number * piece + 100] ^= 1;
        let (given, failures) = read_on(&changed, &key);
        assert_eq!(
            failures, 5,
            "piece {number}: it never ends as if it were whole"
        );
        assert!(given == content[..number * 65536], "piece {number}");
    }
    // The same where it is cut short, in a piece and between two.
    for length in [head + piece + 100, head + 2 * piece] {
        let (given, failures) = read_on(&file[..length], &key);
        assert_eq!(failures, 5, "cut at {length}");
        assert!(given == content[..65536], "cut at {length}");
    }
}
