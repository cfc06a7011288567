//! The second step of a log-in (二要素認証): whoever typed the right password shows what they have beside it.
//!
//! Before this step there is no session, only a ticket that is good for the step alone, at the same terminal and for a
//! few minutes. A wrong code counts as a wrong password does and locks the same; what was counted is forgotten only when
//! both were right.

use super::login::{
    LoggedIn, Through, count_failure, counted, enter, refuse_stopped, refused, unusable,
};
use super::session::{SessionToken, token_hash};
use super::{Account, store};
use crate::audit::Detail;
use crate::error::{Error, Fact, Refusal, RefusalCode};
use crate::second_factor::passkey::{Signed, step_challenge};
use crate::second_factor::{self, Factor, Factors};
use crate::service::Tx;

/// Asks for the second factor, where the account has one.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    account: &Account,
    through: &Through,
) -> Result<Option<LoggedIn>, Error> {
    let factors = second_factor::of(tx, &account.account_id)?;
    if !factors.is_enrolled() {
        return Ok(None);
    }
    let ticket = SessionToken::draw(tx);
    let expires = tx.now().plus_seconds(tx.rules().second_factor.step_seconds);
    let (hash, serial) = (token_hash(ticket.reveal()), &through.certificate_serial);
    store::insert_step(tx, &hash, &account.account_id, serial, expires)?;
    tx.set_detail(Detail::SecondFactorAsked {});
    let factors = Box::new(factors);
    Ok(Some(LoggedIn::SecondStep { ticket, factors }))
}

/// What came of the second step.
pub enum Passed {
    /// Both were right, or the log-in ends for a reason of its own.
    LoggedIn(Box<LoggedIn>),
    /// The code was wrong, and another may be typed. What was written about the failure is kept.
    Wrong {
        /// What is told.
        refusal: Refusal,
        /// Whose log-in it is.
        user_id: String,
        /// What the account has.
        factors: Factors,
    },
}

fn ended(tx: &mut Tx<'_>, refusal: Refusal) -> Passed {
    Passed::LoggedIn(Box::new(refused(tx, refusal)))
}

fn wrong(tx: &mut Tx<'_>, account: &Account, refusal: Refusal) -> Result<Passed, Error> {
    tx.refuse_and_keep(refusal.clone());
    Ok(Passed::Wrong {
        refusal,
        user_id: account.user_id.as_str().to_owned(),
        factors: second_factor::of(tx, &account.account_id)?,
    })
}

/// What somebody shows at the second step.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A code that was typed.
    Code(String),
    /// What a browser sent of a passkey, and the centre's names.
    Passkey(String, Vec<String>),
}

impl Shown {
    /// Whether it can be anything at all; what can't is a slip, and not counted.
    fn can_be(&self) -> bool {
        match self {
            Shown::Code(typed) => second_factor::can_be_code(typed),
            Shown::Passkey(sent, _) => Signed::read(sent).is_ok(),
        }
    }

    /// By what somebody is known; none where it fits nothing.
    fn test(
        &self,
        tx: &mut Tx<'_>,
        account_id: &str,
        ticket: &str,
    ) -> Result<Option<Factor>, Error> {
        let (sent, names) = match self {
            Shown::Code(typed) => return second_factor::test_code(tx, account_id, typed),
            Shown::Passkey(sent, names) => (sent, names),
        };
        let Ok(signed) = Signed::read(sent) else {
            return Ok(None);
        };
        let challenge = step_challenge(ticket);
        let signed = (&signed, challenge.as_str());
        let tested = second_factor::test_passkey(tx, account_id, signed, names)?;
        Ok(tested.ok().map(|()| Factor::Passkey))
    }
}

/// Goes on with a log-in by what was shown at the second step.
pub fn pass(
    tx: &mut Tx<'_>,
    ticket: &str,
    shown: &Shown,
    through: &Through,
) -> Result<Passed, Error> {
    let (facility, now) = (tx.facility()?, tx.now());
    refuse_stopped(tx, &facility)?;
    let (hash, serial) = (token_hash(ticket), &through.certificate_serial);
    let account_id = store::find_step(tx, &hash, serial)?;
    let account_id = account_id.ok_or(RefusalCode::SecondStepExpired)?;
    let account = store::find(tx, &facility, &account_id)?;
    let account = account.ok_or(RefusalCode::SecondStepExpired)?;
    let counted = match counted(tx, &facility, &account.user_id)? {
        Ok(counted) => counted,
        Err(refusal) => return Ok(ended(tx, refusal)),
    };
    if let Some(code) = unusable(&account, now) {
        return Ok(ended(tx, Refusal::new(code)));
    }
    if !shown.can_be() {
        let refusal = Refusal::new(RefusalCode::SecondFactorSlip);
        return wrong(tx, &account, refusal);
    }
    let Some(factor) = shown.test(tx, &account_id, ticket)? else {
        let about = (RefusalCode::SecondFactorWrong, Fact::SecondFactorCode);
        let refusal = count_failure(tx, &facility, &counted, about)?;
        return match refusal.code {
            RefusalCode::Locked => Ok(ended(tx, refusal)),
            _ => wrong(tx, &account, refusal),
        };
    };
    store::forget_failures(tx, &facility, &account.user_id)?;
    store::delete_steps(tx, &account_id)?;
    tx.identify(account.kind, &account.account_id);
    tx.set_detail(Detail::SecondFactorPassed { factor });
    Ok(Passed::LoggedIn(Box::new(enter(tx, &account, through)?)))
}
