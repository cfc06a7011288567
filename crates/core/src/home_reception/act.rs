//! What a patient wants done from home, and what their card signs for it: the very words of it, so that a signature is
//! good for nothing else.

use crate::card::challenge;
use crate::clock::{Day, Moment};
use crate::error::{Error, RefusalCode};
use crate::permission::{Function, Scope};
use crate::service::{Service, Tx};
use crate::terms::{FacilityCode, Purpose};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// With what begins what cards sign here, and nowhere else.
const PREFIX: &str = "ONSHI-HOME-1";

/// What a patient agrees to, and to what not (同意登録).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// For which kind of care.
    pub purpose: Purpose,
    /// 診療（予定）日, of an online examination.
    pub booked: Option<Day>,
    /// Each kind that was asked for, with yes or no.
    pub kinds: Vec<(Scope, bool)>,
}

/// What a patient says at home to the staff who visit, on their phone (居宅同意取得型).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnVisit {
    /// Whether staff looked at patient and picture (目視確認), in the place of the PIN.
    pub by_eye: bool,
    /// Each kind that was asked for, with yes or no.
    pub kinds: Vec<(Scope, bool)>,
}

/// What a patient wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// 同意登録・更新.
    Register(Choice),
    /// 同意照会.
    Inquire,
    /// すべての同意の取消.
    Withdraw,
    /// 同意登録, on the phone of staff.
    Visit(OnVisit),
}

impl Act {
    /// As what it is asked of the permission table.
    pub const fn function(&self) -> Function {
        match self {
            Act::Register(_) => Function::RegisterOwnConsents,
            Act::Inquire => Function::InquireOwnConsents,
            Act::Withdraw => Function::WithdrawOwnConsents,
            Act::Visit(_) => Function::ConsentOnVisit,
        }
    }

    /// The words that are signed, such as `register 3 20261201 YZK=1 TKK=0`.
    pub fn text(&self) -> String {
        let (mut text, kinds) = match self {
            Act::Register(choice) => {
                let booked = choice.booked.map_or(0, Day::number);
                let text = format!("register {} {booked}", choice.purpose.code());
                (text, &choice.kinds)
            }
            Act::Inquire => return "inquire".to_owned(),
            Act::Withdraw => return "withdraw".to_owned(),
            Act::Visit(said) => {
                let way = if said.by_eye { "eye" } else { "pin" };
                (format!("visit {way}"), &said.kinds)
            }
        };
        for (kind, agreed) in kinds {
            text.push_str(&format!(" {}={}", kind.code(), u8::from(*agreed)));
        }
        text
    }
}

/// For whom and for what a challenge is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeFor {
    /// The institution whose address was opened.
    pub facility: FacilityCode,
    /// The browser, by a text that is its own.
    pub browser: String,
    /// What is to be done.
    pub act: Act,
}

/// What a card is to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// By which it is sent back; base64url.
    pub text: String,
    /// The bytes that the card signs, in ASCII.
    pub to_sign: String,
    /// Until when it is good.
    pub until: Moment,
}

impl ChallengeFor {
    /// The bytes that a card signs.
    pub fn to_sign(&self, text: &str) -> String {
        let (facility, act) = (self.facility.as_str(), self.act.text());
        format!("{PREFIX}\n{text}\n{facility}\n{act}\n")
    }
}

impl Service {
    /// Makes up what a patient's card is to sign. It is kept nowhere before it was signed.
    pub fn home_challenge(&self, whom: &ChallengeFor, now: Moment, seed: [u8; 32]) -> Challenge {
        let until = now.plus_seconds(self.rules().card.home_challenge_seconds);
        let act = whom.act.text();
        let bytes = challenge::make_up(self.challenges(), &parts(whom, &act), until, seed);
        let text = URL_SAFE_NO_PAD.encode(bytes);
        Challenge {
            to_sign: whom.to_sign(&text),
            text,
            until,
        }
    }
}

fn parts<'a>(whom: &'a ChallengeFor, act: &'a str) -> [&'a [u8]; 4] {
    [
        PREFIX.as_bytes(),
        whom.facility.as_str().as_bytes(),
        whom.browser.as_bytes(),
        act.as_bytes(),
    ]
}

/// Spends what was signed; refused where it is not good for this now, or was spent.
pub(super) fn spend(tx: &mut Tx<'_>, text: &str, whom: &ChallengeFor) -> Result<(), Error> {
    let bytes = URL_SAFE_NO_PAD.decode(text);
    let bytes = bytes.map_err(|_| RefusalCode::CardChallenge)?;
    challenge::spend(tx, &bytes, &parts(whom, &whom.act.text()))
}
