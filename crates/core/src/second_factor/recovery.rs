//! Recovery codes (回復コード): printed, kept by their holder, each good once.

use crate::entropy::{Entropy, hex};
use crate::keyed;
use onshi_wire::typed_code::in_groups;
use zeroize::Zeroizing;

/// Letters and digits that nobody confuses: 32 of them, five bits each.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How many a code has: 60 bits.
const LENGTH: usize = 12;
const GROUP: usize = 4;

/// A code that was made, to be shown once.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// Draws one.
    pub(crate) fn draw(entropy: &mut Entropy) -> RecoveryCode {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        for byte in entropy.bytes::<LENGTH>() {
            text.push(char::from(LETTERS[usize::from(byte % 32)]));
        }
        RecoveryCode(text)
    }

    /// The code as it is printed, in groups of four.
    pub fn printed(&self) -> String {
        in_groups(&self.0, GROUP)
    }

    pub(super) fn plain(&self) -> &str {
        &self.0
    }
}

/// What somebody typed, where it can be a code: without hyphens and blanks, in capitals.
pub(super) fn read(typed: &str) -> Option<String> {
    let kept = typed.chars().filter(|c| !matches!(c, '-' | ' '));
    let text: String = kept.map(|c| c.to_ascii_uppercase()).collect();
    let fits = text.len() == LENGTH && text.bytes().all(|byte| LETTERS.contains(&byte));
    fits.then_some(text)
}

/// The form in which a code is kept and looked up: whoever has the database without the centre's keys can't try codes.
pub(super) fn kept(key: &[u8; 32], account_id: &str, plain: &str) -> String {
    let parts = ["recovery code", account_id, plain].map(str::as_bytes);
    hex(&keyed::mac(key, &parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = RecoveryCode::draw(&mut Entropy::new([5; 32]));
        let printed = code.printed();
        assert_eq!(printed.len(), 14, "{printed}");
        for typed in [
            printed.clone(),
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('-', ""),
        ] {
            assert_eq!(read(&typed).as_deref(), Some(code.plain()));
        }
        for wrong in [
            "",
            "123456",
            "ABCD-EFGH-JKL",
            "ABCD-EFGH-JKL0",
            "あいうえおかきくけこさし",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_is_of_one_account_and_one_centre() {
        let kept = kept(&[1; 32], "a1", "ABCDEFGHJKLM");
        assert_ne!(kept, super::kept(&[2; 32], "a1", "ABCDEFGHJKLM"));
        assert_ne!(kept, super::kept(&[1; 32], "a2", "ABCDEFGHJKLM"));
    }
}
