//! 取得コード: what is handed over, and the form in which it is kept.

use crate::entropy::{Entropy, hex};
use onshi_wire::typed_code::{self, DRAWN};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// A code that was drawn, to be shown once. `Debug` prints none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(Zeroizing<String>);

impl EnrolmentCode {
    /// Draws one.
    pub fn draw(entropy: &mut Entropy) -> EnrolmentCode {
        let drawn: Zeroizing<[u8; DRAWN]> = Zeroizing::new(entropy.bytes());
        EnrolmentCode(Zeroizing::new(typed_code::complete(&drawn)))
    }

    /// The code without its groups.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// As it is printed.
    pub fn grouped(&self) -> String {
        typed_code::grouped(&self.0)
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(***)")
    }
}

/// The form in which a code is kept and looked up. It was drawn, so that nobody finds it by trying.
pub fn code_hash(code: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"onshi enrolment code\0");
    hash.update(code.as_bytes());
    hex(&hash.finalize())
}
