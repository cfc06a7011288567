//! Logging in (ログイン), and taking over a session that runs elsewhere.
//!
//! What a wrong log-in is told never depends on whether the user id exists: failures are counted
//! and locked for what was typed. Whatever only concerns a real account (stopped, retired, outside
//! its period) is told after the right password, and not before.

use super::session::{self, EndReason, SessionToken, token_hash};
use super::{Account, UserId, second_step, store};
use crate::actor::AccountKind;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, Fact, Problem, Refusal, RefusalCode};
use crate::facility;
pub use crate::password::PasswordVerdict;
use crate::second_factor::{self, Factors};
use crate::service::Tx;
use crate::terms::FacilityCode;
use hmac::{Hmac, Mac};
use sha2::Sha256;

impl PasswordVerdict {
    /// Whether the password that was tested is the one that the account has now. Another log-in
    /// may have put a stronger hash of it in the place of the one that was tested.
    pub(super) fn is_of(&self, account: &Account) -> bool {
        match self {
            PasswordVerdict::Fits { hash, .. } => {
                account.password == *hash || account.rehashed_from == Some(hash.digest())
            }
            PasswordVerdict::Wrong | PasswordVerdict::NotTested => false,
        }
    }
}

/// The key under which failures of a user id that nobody has are counted. People type passwords
/// there, so it is a keyed hash, whose key is not in the database. No user id begins like it.
pub(crate) fn hidden(key: &[u8; 32], facility: &FacilityCode, user_id: &UserId) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(facility.as_str().as_bytes());
    mac.update(&[0]);
    mac.update(user_id.key().as_bytes());
    let code = crate::entropy::hex(&mac.finalize().into_bytes());
    format!("#{}", &code[..32])
}

/// Through which terminal somebody logs in.
#[derive(Clone, Debug)]
pub struct Through {
    /// The certificate's serial number.
    pub certificate_serial: String,
    /// The terminal's name.
    pub terminal_name: String,
}

/// What came of a log-in.
pub enum LoggedIn {
    /// A session was begun.
    Session {
        /// The browser's proof.
        token: SessionToken,
        /// The account's kind.
        kind: AccountKind,
        /// True when the password must be changed first.
        must_change_password: bool,
        /// True when a second factor must be added first.
        must_add_factor: bool,
    },
    /// The password was right; the second factor is asked for.
    SecondStep {
        /// To be given to [`super::second_step::pass`].
        ticket: SessionToken,
        /// What the account has.
        factors: Box<Factors>,
    },
    /// Another session runs; the person decides.
    OpenElsewhere {
        /// At which terminal it runs.
        terminal_name: String,
        /// Since when.
        since: Moment,
        /// When it was last used.
        last_seen: Moment,
        /// To be given to [`take_over`].
        ticket: SessionToken,
    },
    /// No. What was written about the failure is kept.
    Refused(Refusal),
}

/// Logs in with a user id and what the test of the password said.
pub fn log_in(
    tx: &mut Tx<'_>,
    user_id: &UserId,
    verdict: &PasswordVerdict,
    through: &Through,
) -> Result<LoggedIn, Error> {
    let facility = tx.facility()?;
    let now = tx.now();
    refuse_stopped(tx, &facility)?;
    let account = match admit(tx, &facility, user_id, verdict)? {
        Ok(account) => account,
        Err(refusal) => return Ok(refused(tx, refusal)),
    };
    if let Some(code) = unusable(&account, now) {
        return Ok(refused(tx, Refusal::new(code)));
    }
    if let Some(asked) = second_step::ask(tx, &account, through)? {
        return Ok(asked);
    }
    enter(tx, &account, through)
}

/// Begins the session of somebody who was known, or asks what to do with the one that runs elsewhere.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    account: &Account,
    through: &Through,
) -> Result<LoggedIn, Error> {
    let now = tx.now();
    let open = session::open_of(tx, &account.account_id)?;
    if let Some(other) = open.into_iter().next() {
        let ticket = SessionToken::draw(tx);
        let expires = now.plus_seconds(tx.rules().session.takeover_seconds);
        let hash = token_hash(ticket.reveal());
        let serial = &through.certificate_serial;
        store::insert_ticket(tx, &hash, &account.account_id, serial, expires)?;
        if tx.noted().is_none() {
            tx.set_detail(Detail::OpenElsewhere {});
        }
        return Ok(LoggedIn::OpenElsewhere {
            terminal_name: other.terminal_name,
            since: other.started_at,
            last_seen: other.last_seen_at,
            ticket,
        });
    }
    begin(tx, account, through)
}

/// What was typed as a user id: whose it is, and how often something was typed wrongly for it.
pub(super) struct Counted {
    /// The account that has this id.
    pub(super) account: Option<Account>,
    /// Under what failures are counted.
    key: String,
    before: Failures,
}

/// Looks at what was typed as a user id, whether anybody has it or not; refused while it is locked.
pub(super) fn counted(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    user_id: &UserId,
) -> Result<Result<Counted, Refusal>, Error> {
    let account = store::find_by_user_id(tx, facility, user_id)?;
    if let Some(account) = &account {
        tx.set_subject(SubjectKind::Account, &account.account_id);
    }
    let hidden = hidden(tx.typed_ids(), facility, user_id);
    let key = match account {
        Some(_) => user_id.key(),
        None => hidden,
    };
    let before = store::find_failure(tx, facility, &key)?;
    let now = tx.now();
    if let Some(until) = before.locked_until.filter(|until| *until > now) {
        return Ok(Err(Refusal::until(RefusalCode::Locked, until)));
    }
    Ok(Ok(Counted {
        account,
        key,
        before,
    }))
}

/// The account that the typed id and the tested password open, or why none; a failure is counted.
pub(super) fn admit(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    user_id: &UserId,
    verdict: &PasswordVerdict,
) -> Result<Result<Account, Refusal>, Error> {
    let counted = match counted(tx, facility, user_id)? {
        Ok(counted) => counted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let fits = |account: &&Account| verdict.is_of(account);
    let Some(account) = counted.account.as_ref().filter(fits).cloned() else {
        let (wrong, about) = (RefusalCode::WrongPassword, Fact::Password);
        return count_failure(tx, facility, &counted, (wrong, about)).map(Err);
    };
    // Whoever has guessed the password only goes on to guess the second factor: it is all one count.
    if !second_factor::has_factor(tx.connection(), &account.account_id)? {
        store::forget_failures(tx, facility, user_id)?;
    }
    if let PasswordVerdict::Fits {
        hash,
        anew: Some(anew),
    } = verdict
        && account.password == *hash
    {
        store::change_hash(tx, &account, anew)?;
    }
    tx.identify(account.kind, &account.account_id);
    Ok(Ok(account))
}

/// Takes over the session that runs elsewhere, after the person said so.
pub fn take_over(tx: &mut Tx<'_>, ticket: &str, through: &Through) -> Result<LoggedIn, Error> {
    let now = tx.now();
    let facility = tx.facility()?;
    refuse_stopped(tx, &facility)?;
    let account_id = store::use_ticket(tx, &token_hash(ticket), &through.certificate_serial, now)?
        .ok_or(RefusalCode::TakeoverExpired)?;
    let account = store::find(tx, &facility, &account_id)?.ok_or(RefusalCode::TakeoverExpired)?;
    tx.set_subject(SubjectKind::Account, &account.account_id);
    tx.identify(account.kind, &account.account_id);
    if let Some(code) = unusable(&account, now) {
        return Err(code.into());
    }
    super::review::note_takeover(tx, &account, &through.terminal_name)?;
    let terminal = Some(through.terminal_name.as_str());
    session::end_all(tx, &account.account_id, EndReason::TakenOver, terminal)?;
    tx.set_detail(Detail::TookOver {});
    begin(tx, &account, through)
}

fn begin(tx: &mut Tx<'_>, account: &Account, through: &Through) -> Result<LoggedIn, Error> {
    // What ran out by time is still open in the book; it must not stay so beside the new one.
    session::end_all(tx, &account.account_id, EndReason::TimedOut, None)?;
    let (token, must_add_factor) = session::begin(
        tx,
        account,
        &through.certificate_serial,
        &through.terminal_name,
    )?;
    store::change_last_login(tx, &account.account_id, &through.terminal_name)?;
    Ok(LoggedIn::Session {
        token,
        kind: account.kind,
        must_change_password: account.must_change_password(),
        must_add_factor,
    })
}

pub(super) fn refused(tx: &mut Tx<'_>, refusal: Refusal) -> LoggedIn {
    tx.refuse_and_keep(refusal.clone());
    LoggedIn::Refused(refusal)
}

/// Nobody logs in at an institution that was stopped. Authentication says so before, by the certificate;
/// this is for what is stopped between authentication and here.
pub(super) fn refuse_stopped(tx: &mut Tx<'_>, facility: &FacilityCode) -> Result<(), Error> {
    let found = facility::find(tx.connection(), facility)?;
    if found.is_some_and(|facility| facility.stopped.is_some()) {
        return Err(RefusalCode::FacilityStopped.into());
    }
    Ok(())
}

/// Why the right password does not help.
pub(super) fn unusable(account: &Account, now: Moment) -> Option<RefusalCode> {
    if account.retired.is_some() {
        Some(RefusalCode::AccountRetired)
    } else if account.stopped.is_some() {
        Some(RefusalCode::AccountStopped)
    } else if !account.period.covers(now.jst_day()) {
        Some(RefusalCode::AccountOutsidePeriod)
    } else {
        None
    }
}

/// Whether what an account asked for earlier may still be done in its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// As if it asked now.
    Good,
    /// It could not ask now, for this reason.
    Ended(RefusalCode),
}

/// Looks at an account of the own institution, and at the certificate that it asked through. A lock
/// does not count: it keeps log-ins away and says nothing of those who are in.
pub(crate) fn standing(
    tx: &mut Tx<'_>,
    account_id: &str,
    certificate_serial: &str,
) -> Result<Standing, Error> {
    let (facility, now) = (tx.facility()?, tx.now());
    let institution = facility::find(tx.connection(), &facility)?;
    let certificate = crate::certificate::find(tx.connection(), certificate_serial)?;
    let account = store::find(tx, &facility, account_id)?;
    let code = if institution.is_none_or(|found| found.stopped.is_some()) {
        Some(RefusalCode::FacilityStopped)
    } else if certificate
        .as_ref()
        .is_some_and(|found| found.is_revoked(now))
    {
        Some(RefusalCode::CertificateRevoked)
    } else if certificate.is_some_and(|found| found.not_after < now) {
        Some(RefusalCode::CertificateExpired)
    } else {
        account.map_or(Some(RefusalCode::AccountRetired), |account| {
            unusable(&account, now)
        })
    };
    Ok(code.map_or(Standing::Good, Standing::Ended))
}

/// Failed log-ins as they are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many in a row.
    pub count: i64,
    /// Until when they lock.
    pub locked_until: Option<Moment>,
}

impl Failures {
    /// What is told before the failure that locks: it says nothing of whether there is such an
    /// account, since what was typed is counted either way.
    pub(super) fn warning(self, about: Fact, rules: &crate::rules::LockRules) -> Vec<Problem> {
        let left = rules.failures - self.count;
        if !(1..=2).contains(&left) {
            return Vec::new();
        }
        let minutes = (rules.seconds + 59) / 60;
        let text = format!("あと{left}回まちがえると、{minutes}分間ロックします。");
        vec![Problem::new(about, text)]
    }

    /// One more failure. A lock that is over starts the count anew.
    #[must_use]
    pub fn one_more(self, now: Moment, rules: &crate::rules::LockRules) -> Failures {
        let over = self.locked_until.is_some_and(|until| until <= now);
        let count = if over { 1 } else { self.count + 1 };
        let locked_until = (count >= rules.failures).then(|| now.plus_seconds(rules.seconds));
        Failures {
            count,
            locked_until,
        }
    }
}

/// Counts a failure for what was typed, and says so in the same words whether it exists or not.
pub(super) fn count_failure(
    tx: &mut Tx<'_>,
    facility: &FacilityCode,
    counted: &Counted,
    (wrong, about): (RefusalCode, Fact),
) -> Result<Refusal, Error> {
    let after = counted.before.one_more(tx.now(), &tx.rules().lock);
    store::keep_failures(tx, facility, &counted.key, after)?;
    Ok(match after.locked_until {
        Some(until) => Refusal::until(RefusalCode::Locked, until),
        None => Refusal {
            problems: after.warning(about, &tx.rules().lock),
            ..Refusal::new(wrong)
        },
    })
}
