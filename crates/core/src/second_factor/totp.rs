//! One-time codes by time (TOTP, RFC 6238): HMAC-SHA1, six digits, a step of thirty seconds, as every authenticator
//! application reads them.

use crate::clock::Moment;
use crate::entropy::Entropy;
use data_encoding::BASE32_NOPAD;
use ring::hmac;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// How long a code is shown, in seconds.
pub const STEP_SECONDS: i64 = 30;
/// How many digits it has.
pub const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;

/// The secret that an authenticator and the centre share: 160 bits, as RFC 4226 recommends.
pub struct TotpSecret(Zeroizing<[u8; 20]>);

impl TotpSecret {
    /// Draws one.
    pub(crate) fn draw(entropy: &mut Entropy) -> TotpSecret {
        TotpSecret(Zeroizing::new(entropy.bytes()))
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Option<TotpSecret> {
        Some(TotpSecret(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The secret as it is typed into an authenticator: Base32 in groups of four.
    pub fn typed(&self) -> String {
        let text = BASE32_NOPAD.encode(self.0.as_slice());
        let groups: Vec<&str> = (0..text.len())
            .step_by(4)
            .map(|at| &text[at..(at + 4).min(text.len())])
            .collect();
        groups.join(" ")
    }

    /// The address that an authenticator reads from a QR code. `issuer` and `account` are what it shows.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let secret = BASE32_NOPAD.encode(self.0.as_slice());
        let (issuer, account) = (encoded(issuer), encoded(account));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
        )
    }

    /// The code of a step, as a number.
    fn number_at(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let at = usize::from(bytes[bytes.len() - 1] & 0x0f);
        let four = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        (u32::from_be_bytes(four) & 0x7fff_ffff) % MODULUS
    }

    /// The code of a step, as an authenticator shows it.
    pub fn code_at(&self, step: i64) -> String {
        format!("{:06}", self.number_at(step))
    }

    /// The newest step within the window whose code was typed. Every step of the window is looked at, so that time
    /// tells nothing of which it was.
    pub(super) fn matching_step(&self, typed: &str, now: Moment, window: i64) -> Option<i64> {
        let number: u32 = read(typed)?;
        let (mut found, mut fits) = (0_i64, Choice::from(0));
        let present = step_of(now);
        for step in present - window..=present + window {
            let same = self.number_at(step).ct_eq(&number);
            found.conditional_assign(&step, same);
            fits |= same;
        }
        bool::from(fits).then_some(found)
    }
}

/// The step of a moment.
pub fn step_of(now: Moment) -> i64 {
    now.ms().div_euclid(STEP_SECONDS * 1000)
}

/// Whether what somebody typed can be a code.
pub(super) fn can_be_code(typed: &str) -> bool {
    typed.len() == DIGITS && typed.bytes().all(|byte| byte.is_ascii_digit())
}

/// What somebody typed, where it can be a code.
fn read(typed: &str) -> Option<u32> {
    can_be_code(typed).then(|| typed.parse().ok()).flatten()
}

/// A text as a part of an address (RFC 3986).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_the_rfc() -> TotpSecret {
        TotpSecret::of_bytes(b"12345678901234567890").unwrap()
    }

    /// RFC 6238, appendix B, the last six digits of its eight.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_of(Moment::from_ms(seconds * 1000));
            assert_eq!(of_the_rfc().code_at(step), code, "{seconds}");
        }
    }

    #[test]
    fn the_window_is_one_step_to_both_sides() {
        let secret = of_the_rfc();
        let now = Moment::from_ms(59_000);
        for (step, found) in [
            (-1, None),
            (0, Some(0)),
            (1, Some(1)),
            (2, Some(2)),
            (3, None),
        ] {
            assert_eq!(secret.matching_step(&secret.code_at(step), now, 1), found);
        }
        for typed in [
            "",
            "28708",
            "2870820",
            "28708a",
            "２８７０８２",
            "-87082",
            "+87082",
        ] {
            assert_eq!(secret.matching_step(typed, now, 1), None, "{typed}");
        }
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        assert_eq!(
            of_the_rfc().uri("オンライン資格確認", "1311234567 Kanri01"),
            "otpauth://totp/%E3%82%AA%E3%83%B3%E3%83%A9%E3%82%A4%E3%83%B3%E8%B3%87%E6%A0%BC%E7%A2%BA%E8%AA%8D:1311234567%20Kanri01\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E3%82%AA%E3%83%B3%E3%83%A9%E3%82%A4%E3%83%B3%E8%B3%87%E6%A0%BC%E7%A2%BA%E8%AA%8D\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(
            of_the_rfc().typed(),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
    }
}
