//! Mail (メール) that the centre sends: written down in the transaction of what it tells of, and sent afterwards by a job of the centre.
//!
//! A letter may hold a link that opens something, so its text is sealed until it is sent, and deleted then. What can't be sent is tried
//! again, later and later, and in the end kept for the operator to see, without its text.

mod list;
pub(crate) mod retention;
mod sending;
mod store;
#[cfg(test)]
mod tests;

pub use list::undelivered;
pub use sending::{Outgoing, Sent};
pub use store::Undelivered;

use crate::error::{Error, Fact, Fault, Problem, RefusalCode};
use crate::keyed;
use crate::rules::Rules;
use crate::service::Tx;
use crate::store::Connection;
use crate::terms::FacilityCode;
use onshi_wire::numbers::narrowed;

/// The longest address that mail takes (RFC 5321).
const ADDRESS_BYTES_MAX: usize = 254;

/// An address of mail (メールアドレス), as far as it can be told from how it is written.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl std::fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailAddress(***)")
    }
}

impl MailAddress {
    /// Reads an address. Full width and blanks around it are harmless; what no mail server takes is named.
    pub fn parse(typed: &str) -> Result<MailAddress, Problem> {
        let wrong =
            |text: &str, english: &str| Err(Problem::new(Fact::Mail, text).in_english(english));
        let text = narrowed(typed.trim()).trim().to_owned();
        if text.is_empty() {
            return wrong(
                "メールアドレスを入力してください。",
                "The mail address is missing.",
            );
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return wrong(
                "メールアドレスに @ がありません（例：soumu@example.jp）。",
                "The mail address has no @.",
            );
        };
        if text.len() > ADDRESS_BYTES_MAX || local.len() > 64 {
            return wrong(
                "メールアドレスが長すぎます。",
                "The mail address is too long.",
            );
        }
        let in_local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        if local.is_empty() || !local.bytes().all(in_local) {
            return wrong(
                "メールアドレスの @ より前に、使えない文字があるか、何も入力されていません。半角の英数字と記号で入力してください。",
                "The mail address has characters before the @ that can't be there, or none.",
            );
        }
        if !is_a_name(domain) {
            return wrong(
                "メールアドレスの @ より後ろが正しくありません（例：soumu@example.jp）。",
                "What stands behind the @ of the mail address is no name of a host.",
            );
        }
        Ok(MailAddress(format!(
            "{local}@{}",
            domain.to_ascii_lowercase()
        )))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether it is the name of a host with a point in it.
fn is_a_name(domain: &str) -> bool {
    let label = |label: &str| {
        let bytes = label.as_bytes();
        let known = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(known)
            && bytes[0] != b'-'
            && bytes[bytes.len() - 1] != b'-'
    };
    domain.contains('.') && domain.split('.').all(label)
}

/// A letter, in plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: MailAddress,
    /// Its subject, on one line.
    pub subject: String,
    /// Its text, with line feeds.
    pub text: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(***)")
    }
}

/// Whether more than half of the places for letters that wait are free: for what nobody waits for.
pub(crate) fn has_ample_room(connection: &mut Connection, rules: &Rules) -> Result<bool, Fault> {
    Ok(store::count_waiting(connection)? < rules.mail.queue_max / 2)
}

/// Writes a letter down, to be sent when what it tells of is on the disk; `about` is the institution that it is about, where it is about one.
/// Refused while too many wait, so that nobody fills the disk by it.
pub fn queue(tx: &mut Tx<'_>, about: Option<&FacilityCode>, letter: &Letter) -> Result<(), Error> {
    if store::count_waiting(tx.connection())? >= tx.rules().mail.queue_max {
        return Err(RefusalCode::Busy.into());
    }
    let id = tx.entropy().id('m');
    let nonce = tx.entropy().bytes();
    let sealed = keyed::seal(tx.mail_key(), id.as_bytes(), nonce, letter.text.as_bytes())?;
    store::insert(tx, (&id, about), letter, sealed)?;
    Ok(())
}
