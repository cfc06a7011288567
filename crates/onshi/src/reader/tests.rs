//! Flags above the file, and one place for the card.

use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    reader: ReaderArguments,
}

const FILE: &str = r#"
centre = "https://centre.example:8443"
authority = "/etc/onshi/authority.pem"
certificate = "/etc/onshi/terminal.pem"
key = "/etc/onshi/terminal.key.pem"
user_id = "Kao01"
password_file = "/etc/onshi/reader-password"
reader_certificate = "/etc/onshi/reader.pem"
reader_key = "/etc/onshi/reader.key.pem"
facility = "1319990014"
cards = "/srv/cards"
"#;

fn with(file: &str, flags: &[&str]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reader.toml");
    std::fs::write(&path, file).unwrap();
    let line = Line::try_parse_from([&["reader"], flags].concat()).map_err(|e| e.to_string())?;
    read(&line.reader.flags, Some(&path)).map_err(|failure| format!("{failure:?}"))
}

#[test]
fn a_flag_stands_above_its_line_and_names_the_one_place_of_the_card() {
    let of_file = with(FILE, &[]).unwrap();
    assert_eq!(of_file.listen.to_string(), LISTEN);
    assert_eq!(of_file.cards, Some(PathBuf::from("/srv/cards")));
    let both = with(FILE, &["--pcsc", "--listen", "127.0.0.1:9"]).unwrap();
    assert_eq!((both.cards, both.pcsc), (None, Some(String::new())));
    assert_eq!(both.listen.port(), 9);
    let named = with(FILE, &["--pcsc", "ACS ACR39U"]).unwrap();
    assert_eq!(named.pcsc.as_deref(), Some("ACS ACR39U"));
    let pcsc = FILE.replace("cards = \"/srv/cards\"", "pcsc = \"\"");
    let cards = with(&pcsc, &["--cards", "here"]).unwrap();
    assert_eq!((cards.cards, cards.pcsc), (Some("here".into()), None));
}

#[test]
fn what_is_missing_or_too_much_is_told() {
    let none = FILE.replace("cards = \"/srv/cards\"", "");
    let told = place(&with(&none, &[]).unwrap()).map(drop).unwrap_err();
    assert!(format!("{told:?}").contains("--pcsc"), "{told:?}");
    let two = format!("{FILE}pcsc = \"\"\n");
    assert!(place(&with(&two, &[]).unwrap()).is_err());
    let unknown = with(&format!("{FILE}colour = 1\n"), &[]).map(drop);
    assert!(unknown.unwrap_err().contains("colour"));
    let missing = with(&FILE.replace("facility", "# "), &[]).map(drop);
    assert!(missing.unwrap_err().contains("--facility"));
    assert!(with(FILE, &["--cards", "a", "--pcsc", "b"]).is_err());
}
