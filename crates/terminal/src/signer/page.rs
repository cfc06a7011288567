//! The pages of the program, and what they send.

use askama::Template;

use super::card::Trouble;
use super::statement::{Act, Statement};
use crate::reader::OnTray;

/// What a page of the portal asks for.
pub(super) struct Asked {
    /// What is to be signed.
    pub(super) statement: Statement,
    /// The same as it came.
    field: String,
    /// The page of the portal to come back to, without its host.
    pub(super) back: String,
    /// The card that was chosen on the page, where it offers several.
    pub(super) card: String,
}

impl Asked {
    /// Reads it from a query or a form; none where it is nothing that may be signed, or leads anywhere else.
    pub(super) fn read(encoded: &[u8]) -> Option<Asked> {
        let text = field(encoded, "statement")?;
        let back = field(encoded, "back")?;
        let of_a_path = |c: char| c.is_ascii_alphanumeric() || "/?&=-_.%+".contains(c);
        let statement = Statement::of_field(&text)?;
        let pages = match statement.act() {
            Act::Visit { .. } => "/visit/",
            Act::Register { .. } | Act::Inquire | Act::Withdraw => "/home/",
        };
        let is_ours = back.starts_with(pages) && back.chars().all(of_a_path);
        Some(Asked {
            statement: Some(statement).filter(|_| is_ours)?,
            field: text,
            back,
            card: field(encoded, "card").unwrap_or_default(),
        })
    }
}

/// The first field of this name.
pub(super) fn field(encoded: &[u8], name: &str) -> Option<String> {
    let encoded = std::str::from_utf8(encoded).ok()?;
    let mut pairs = encoded.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    decoded(value)
}

/// `%41` and `+` as what they stand for.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (rest.next()?, rest.next()?);
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(high)? * 16 + digit(low)?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The page on which the PIN is typed.
#[derive(Template)]
#[template(path = "signer/sign.html")]
pub(super) struct SignPage<'a> {
    portal: &'a str,
    /// The portal's page where nothing is signed.
    away: String,
    statement: &'a Statement,
    field: &'a str,
    back: &'a str,
    chosen: &'a str,
    cards: &'a [OnTray],
    trouble: Option<[String; 2]>,
    /// Whether another try is of use.
    again: bool,
}

pub(super) fn sign<'a>(
    portal: &'a str,
    asked: &'a Asked,
    (cards, trouble): (&'a [OnTray], Option<Trouble>),
) -> SignPage<'a> {
    SignPage {
        portal,
        away: format!("{portal}{}", asked.back),
        statement: &asked.statement,
        field: &asked.field,
        back: &asked.back,
        chosen: &asked.card,
        cards,
        again: !matches!(
            trouble,
            Some(Trouble::FewTries | Trouble::PinLocked | Trouble::NoCredential)
        ),
        trouble: trouble.map(Trouble::words),
    }
}

/// What else is told.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// Nothing is asked for.
    Waiting,
    /// What is asked for is nothing that is signed here.
    Unreadable,
    /// Another page asks in a way that is not allowed.
    Foreign,
    /// There is no such page.
    Nothing,
}

impl Told {
    fn title(self) -> &'static str {
        match self {
            Told::Waiting => "カード署名プログラムは動いています",
            Told::Unreadable => "このプログラムでは署名できない内容です",
            Told::Foreign => "別のページからの操作を止めました",
            Told::Nothing => "ページが見つかりません",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Told::Waiting => {
                "マイナ在宅受付Webやマイナ資格確認アプリの画面で「カードで署名する」を押すと、この画面で本人確認ができます。"
            }
            Told::Unreadable => {
                "署名するのは、マイナ在宅受付Webとマイナ資格確認アプリの手続きだけです。何も署名していません。受付の画面に戻り、もう一度はじめから操作してください。"
            }
            Told::Foreign => {
                "安全のため、受け付けませんでした。何も署名していません。受付の画面のボタンから操作してください。"
            }
            Told::Nothing => "受付の画面のボタンから操作してください。",
        }
    }
}

/// A page with nothing to do.
#[derive(Template)]
#[template(path = "signer/told.html")]
pub(super) struct ToldPage<'a> {
    portal: &'a str,
    told: Told,
}

pub(super) fn told(portal: &str, told: Told) -> ToldPage<'_> {
    ToldPage { portal, told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let sent = b"pin=12%3334&back=%2Fhome%2Fa%3Fx%3D1&bad=%zz&card=a+b";
        assert_eq!(field(sent, "pin").as_deref(), Some("12334"));
        assert_eq!(field(sent, "back").as_deref(), Some("/home/a?x=1"));
        assert_eq!(field(sent, "card").as_deref(), Some("a b"));
        assert_eq!(field(sent, "bad"), None);
        assert_eq!(field(sent, "none"), None);
    }

    #[test]
    fn nobody_is_led_anywhere_but_to_the_portals_pages() {
        use base64::Engine as _;
        let challenge = "A".repeat(43);
        let text = format!("ONSHI-HOME-1\n{challenge}\n1310000001\ninquire\n");
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let read = |back: &str| Asked::read(format!("statement={text}&back={back}").as_bytes());
        let visit = format!("ONSHI-HOME-1\n{challenge}\n1310000001\nvisit pin YZK=1\n");
        let visit = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(visit);
        let visit = |back: &str| Asked::read(format!("statement={visit}&back={back}").as_bytes());
        assert!(visit("%2Fvisit%2Fconsent%2Fcard").is_some());
        assert!(visit("%2Fhome%2F00ff%2Finquiry%2Fcard").is_none());
        assert!(read("%2Fhome%2F00ff%2Finquiry%2Fcard").is_some());
        for wrong in [
            "",
            "%2F",
            "%2Fweb%2Fmenu",
            "%2Fvisit%2Fconsent%2Fcard",
            "https%3A%2F%2Fevil.example%2Fhome%2F",
            "%40evil.example%2Fhome%2F",
            "%2Fhome%2F%0D%0AX%3A1",
            "%2Fhome%2F%23x",
            "%2Fhome%2F%5C%5Cevil",
        ] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
