//! Cards in a folder, and a card in a reader that the test plays.

use super::folder::{Folder, check_name};
use super::{CardCommand, run};
use crate::output::Output;
use clap::Parser;
use onshi_card::CardFile;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: CardCommand,
}

/// Runs a command as it is typed, in this folder.
fn card(folder: &Path, words: &str) -> Result<(), String> {
    let folder = folder.display().to_string();
    let words = words.split(' ').chain(["--folder", &folder]);
    let line = Line::try_parse_from(std::iter::once("card").chain(words));
    let line = line.map_err(|error| error.to_string())?;
    run(line.command, &Output::new(true)).map_err(|failure| format!("{failure:?}"))
}

/// A folder with some cards, made once: keys take their time.
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    card(folder.path(), "make --patient 1 --patient 2 --pin 1234").unwrap();
    card(
        folder.path(),
        "make --name broken --fault wrong-issuer --fault damaged-photo --unknown",
    )
    .unwrap();
    folder
});

fn read(folder: &Path, name: &str) -> CardFile {
    Folder::new(folder).card(name).unwrap()
}

#[test]
fn cards_are_files_that_only_their_owner_reads() {
    let folder = MADE.path();
    let names: Vec<_> = Folder::new(folder).cards().unwrap();
    let names: Vec<_> = names.iter().map(|card| card.name.as_str()).collect();
    assert_eq!(names, ["broken", "patient-1", "patient-2"]);
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{:?}", entry.path());
    }
    let first = read(folder, "patient-1");
    assert_eq!(first.order.secrets.pin, "1234");
    assert!(first.order.photo.is_none(), "it is in the memory alone");
    let surface = first.order.profile.surface().unwrap();
    let face = first.memory.content(surface, 2).unwrap();
    let jpeg2000 = b"\x00\x00\x00\x0CjP  ";
    assert!(face.windows(8).any(|bytes| bytes == jpeg2000));
}

#[test]
fn the_centre_is_told_of_those_that_are_known() {
    let folder = MADE.path();
    let centre = folder.join("centre");
    let lines = std::fs::read_to_string(centre.join("registrations.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "the unknown card is not told");
    let first = read(folder, "patient-1");
    let certificate = first.certificate.unwrap();
    assert_eq!(lines[0]["AuthorityKeyId"], certificate.issuer_key.as_str());
    assert_eq!(lines[0]["Serial"], certificate.serial.as_str());
    assert_eq!(lines[0]["Person"], first.registration.unwrap().person);
    assert!(centre.join("authority-3.cer").exists());
    assert!(centre.join("list-1.crl").exists());
    // The other authority has the same name and another key.
    let broken = read(folder, "broken").certificate.unwrap();
    assert_ne!(broken.issuer_key, certificate.issuer_key);
}

#[test]
fn what_can_not_be_made_is_refused_and_nothing_is_written() {
    let folder = MADE.path();
    let again = card(folder, "make --patient 1").unwrap_err();
    assert!(again.contains("card.exists"), "{again}");
    for (words, told) in [
        ("make --patient 200", "patients to try"),
        (
            "make --patient 1 --patient 2 --name one",
            "2 are to be made",
        ),
        ("make --name authority", "a card's name"),
        ("make --name ../x", "a card's name"),
        ("make --name x --fault stolen", "it is one of locked-pin"),
        ("make --name x --kind passport", "the kinds are"),
        ("make --name x --pin 12a4", "four digits"),
        ("show nobody", "there is no card"),
        ("remove patient-1", "is in no reader"),
    ] {
        let said = card(folder, words).unwrap_err();
        assert!(said.contains(told), "{words}: {said}");
    }
    assert!(!folder.join("x.json").exists());
    assert!(check_name("patient-1").is_ok() && check_name(".hidden").is_err());
}

#[test]
fn a_broken_file_is_named_and_its_content_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.json"), "{\"pin\": \"9876\"").unwrap();
    let said = card(folder.path(), "list").unwrap_err();
    assert!(said.contains("x.json") && said.contains("line 1"), "{said}");
    assert!(!said.contains("9876"), "{said}");
}

/// A virtual reader, as far as the card sees one.
struct Reader(TcpStream);

impl Reader {
    fn say(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        // Apart, as `vpcd` does.
        self.0.write_all(&length).unwrap();
        self.0.write_all(message).unwrap();
    }

    fn ask(&mut self, message: &[u8]) -> Vec<u8> {
        self.say(message);
        let mut length = [0; 2];
        self.0.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        self.0.read_exact(&mut answer).unwrap();
        answer
    }
}

const SELECT: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";

#[test]
fn a_try_is_on_the_disk_before_the_reader_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path();
    std::fs::copy(MADE.path().join("patient-1.json"), own.join("one.json")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let words = format!("insert one --reader {}", listener.local_addr().unwrap());
    let path = own.to_owned();
    let inserted = std::thread::spawn(move || card(&path, &words));
    let mut reader = Reader(listener.accept().unwrap().0);
    assert_eq!(reader.ask(&[4])[0], 0x3B);
    let again = card(own, "insert one").unwrap_err();
    assert!(again.contains("card.inserted"), "{again}");
    reader.say(&[1]);
    assert_eq!(reader.ask(SELECT), [0x90, 0x00]);
    assert_eq!(reader.ask(b"\x00\xA4\x02\x0C\x02\x00\x18"), [0x90, 0x00]);
    assert_eq!(reader.ask(b"\x00\x20\x00\x80\x040000"), [0x63, 0xC2]);
    let kept = read(own, "one");
    let application = kept.order.profile.authentication();
    assert_eq!(kept.memory.tries(application, 0x18), Some(2));
    drop(reader);
    let end = inserted.join().unwrap().unwrap_err();
    assert!(end.contains("ended the connection"), "{end}");
    assert!(!Folder::new(own).is_inserted("one").unwrap());
}

#[test]
fn a_card_is_taken_away_after_its_commands_and_a_missing_reader_is_told() {
    let folder = MADE.path();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let words = format!("insert patient-2 --taken-away-after 2 --reader {address}");
    let inserted = std::thread::spawn(move || card(MADE.path(), &words));
    let mut reader = Reader(listener.accept().unwrap().0);
    for _ in 0..2 {
        assert_eq!(reader.ask(SELECT), [0x90, 0x00]);
    }
    reader.say(&[4]);
    assert_eq!(reader.0.read(&mut [0; 2]).unwrap(), 0, "it is gone");
    inserted.join().unwrap().unwrap();
    drop((reader, listener));
    let said = card(folder, &format!("insert patient-2 --reader {address}")).unwrap_err();
    assert!(said.contains("vsmartcard-vpcd"), "{said}");
}
