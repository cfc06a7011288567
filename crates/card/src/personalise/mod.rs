//! Making a card for a person: keys, certificates, files and secrets.

mod common;
mod jpki;
mod picture;
mod png;
mod surface;
mod text;

pub use jpki::files;
pub use surface::surface_files;

use crate::authority::{Authority, Certificate, CertificateError, Municipality, Purpose, Reason};
use crate::date::Date;
use crate::fault::Fault;
use crate::key::{KeyError, PrivateKey};
use crate::memory::{Access, Application, Bytes, File, Form, Memory, Secret, Signing};
use crate::photo::Face;
use crate::profile::Profile;
use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose card it is. Everything about the person is fictional.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// 氏名.
    pub name: String,
    /// 住所.
    pub address: String,
    /// 生年月日.
    pub born: Date,
    /// 性別: `1` or `2`.
    pub sex: String,
    /// Where the person lives.
    pub municipality: Municipality,
}

impl Holder {
    /// The holder's face on a day; `number` tells people apart who were born on the same day.
    pub fn face(&self, number: u64, today: Date) -> Face {
        let age = u32::try_from(today.age_of(self.born)).unwrap_or(0);
        Face::of(number, age, self.sex == "2")
    }
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder")
    }
}

/// What the holder knows, and what is printed on the card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secrets {
    /// 利用者証明用暗証番号: 4 digits. The PINs of the other applications are the same.
    pub pin: String,
    /// 署名用パスワード: 6 to 16 of A-Z and 0-9.
    pub password: String,
    /// 個人番号: 12 digits, of which the check digit is wrong, so that nobody has it. It is 照合番号A.
    pub individual_number: String,
    /// セキュリティコード, printed on the card: 4 digits.
    pub security_code: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Draws secrets for a card.
    pub fn draw(random: &mut Random) -> Secrets {
        const DIGITS: &[u8] = b"0123456789";
        const CAPITALS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let body = format!("00{}", random.text(9, DIGITS));
        Secrets {
            pin: random.text(4, DIGITS),
            password: random.text(8, CAPITALS),
            individual_number: format!("{body}{}", (check_digit(&body) + 1) % 10),
            security_code: random.text(4, DIGITS),
        }
    }

    /// 照合番号B: birth with the year of the era, the year in which the card ends, the code printed
    /// on it.
    pub fn code_b(&self, born: Date, card_ends: Date) -> String {
        let born = born.era_six().unwrap_or_default();
        format!("{born}{:04}{}", card_ends.year(), self.security_code)
    }
}

/// The check digit of eleven digits of a 個人番号.
fn check_digit(body: &str) -> u32 {
    let digits = body.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let weighted = (1u32..).zip(digits);
    let sum: u32 = weighted
        .map(|(n, digit)| digit * if n <= 6 { n + 1 } else { n - 5 })
        .sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

/// What card is to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Which kind.
    pub profile: Profile,
    /// For whom.
    pub holder: Holder,
    /// What the holder knows.
    pub secrets: Secrets,
    /// The day on which it is made; ends and ages are counted from it.
    pub today: Date,
    /// What is out of the ordinary.
    pub faults: BTreeSet<Fault>,
    /// The photo (JPEG 2000); without it the card has an empty one.
    pub photo: Option<Bytes>,
}

/// A card that was made, with what others must be told of it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The card.
    pub memory: Memory,
    /// The certificate of 利用者証明, where it has one.
    pub authentication: Option<Certificate>,
    /// The certificate of 署名, where it has one.
    pub signature: Option<Certificate>,
    /// The day on which the card itself ends.
    pub card_ends: Date,
}

/// How long the certificates and the card last.
pub(crate) struct Term {
    pub(crate) begins: Date,
    pub(crate) certificate_ends: Date,
    pub(crate) card_ends: Date,
}

impl Term {
    fn of(order: &Order) -> Term {
        let born = order.holder.born;
        let moved = order.faults.iter().find_map(|fault| fault.end(order.today));
        if let Some(end) = moved {
            return Term {
                begins: end.birthday(-5),
                certificate_ends: end,
                card_ends: end.birthday(5),
            };
        }
        // A month ago, or at birth; until the fifth birthday after, the card until the tenth, but
        // children's until the fifth.
        let begins = order.today.plus_months(-1).max(born);
        let age = begins.age_of(born);
        let certificate_ends = born.birthday(age + 5);
        Term {
            begins,
            certificate_ends,
            card_ends: if age < 18 {
                certificate_ends
            } else {
                born.birthday(age + 10)
            },
        }
    }
}

/// Makes a card. Its keys follow from the seed; the authority writes down what it issued, and
/// `elsewhere` is another authority of the same name, for cards of a wrong issuer.
pub fn make(
    authority: &mut Authority,
    elsewhere: Option<&mut Authority>,
    order: &Order,
    seed: &[u8; 32],
) -> Result<Made, CertificateError> {
    let term = Term::of(order);
    let wrong = order.faults.contains(&Fault::WrongIssuer);
    let issued = {
        let issuer = match elsewhere {
            Some(other) if wrong => other,
            _ if wrong => return Err(CertificateError::NoIssuer),
            _ => &mut *authority,
        };
        jpki::issue(issuer, order, &term, seed)?
    };
    if order.faults.contains(&Fault::Revoked)
        && let Some(certificate) = &issued.authentication
    {
        let at = certificate.not_before + 3600;
        authority.revoke(
            &certificate.issuer_key,
            certificate.serial,
            at,
            Reason::KeyCompromise,
        );
    }
    let mut random = Random::named(seed, "card contents");
    let serial = format!("9{}", random.text(14, b"0123456789"));
    let mut memory = Memory {
        profile: order.profile,
        objects: common::objects(order, &term, authority.records(), &serial)?,
        applications: vec![jpki::application(authority, order, &issued)],
    };
    let printed = printed(authority, order, &term, &serial, seed, &mut random)?;
    memory.applications.extend(printed);
    for fault in &order.faults {
        jpki::spoil(&mut memory, *fault);
    }
    Ok(Made {
        memory,
        authentication: issued.authentication,
        signature: issued.signature,
        card_ends: term.card_ends,
    })
}

/// The applications beside that of 公的個人認証: a phone has none.
fn printed(
    authority: &Authority,
    order: &Order,
    term: &Term,
    serial: &str,
    seed: &[u8; 32],
    random: &mut Random,
) -> Result<Vec<Application>, KeyError> {
    let Some(name) = order.profile.surface() else {
        return Ok(Vec::new());
    };
    let keys = authority.records();
    // One key stands for all that the real card has beside its certificates' keys: nothing is
    // proven by their being several, and a key takes a tenth of a second to make.
    let own = PrivateKey::make(
        order.profile.keys(),
        &mut Random::named(seed, "card itself"),
    )?;
    let mut all = vec![surface::application(order, name, term, keys, &own, random)?];
    if order.profile == Profile::Card {
        all.push(text::application(order, term, keys, &own, random)?);
        all.push(common::application(order, term, serial, &own));
        all.push(common::resident(order));
    }
    Ok(all)
}

fn binary(content: Vec<u8>, read: Access) -> File {
    File::Binary {
        content: Bytes(content),
        read,
    }
}

/// A key that signs without anything presented.
fn signing(key: &PrivateKey, by: Signing) -> File {
    File::Key {
        key: key.clone(),
        sign: Access::Free,
        by,
    }
}

fn fixed(value: &str, tries: u8) -> File {
    File::Secret(Secret::new(value, tries, Form::Fixed))
}

/// The number of a municipality's key.
fn place(municipality: &Municipality) -> u32 {
    municipality.code.parse().unwrap_or(0)
}

fn key(order: &Order, seed: &[u8; 32], purpose: Purpose) -> Result<PrivateKey, KeyError> {
    let name = format!("card {purpose:?}");
    PrivateKey::make(order.profile.keys(), &mut Random::named(seed, &name))
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    #[test]
    fn check_digits_of_known_numbers() {
        assert_eq!(check_digit("12345678901"), 8);
        assert_eq!(check_digit("53768667718"), 8);
    }
}
