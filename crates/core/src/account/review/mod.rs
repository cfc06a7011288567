//! アカウントの棚卸し: the accounts of an institution are looked through for those that nobody needs any more, many are ended at once,
//! and what was reviewed is signed and kept as it was then (安全管理ガイドラインの事務連絡: list them, stop or delete the unused).

mod store;
#[cfg(test)]
mod tests;

pub use crate::terms::Finding;

use super::manage::{self, Managed};
use super::{Account, Holder, ListFilter};
use crate::actor::AccountKind;
use crate::audit::Detail;
use crate::clock::Moment;
use crate::error::{Error, Fact, Fault, Problem, Refusal, RefusalCode};
use crate::rules::AccountRules;
use crate::service::{Service, Tx};
use crate::terms::FacilityCode;
use crate::text;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The most accounts of a review; of more the first by their user ids.
pub const ACCOUNTS_MAX: i64 = 2000;
/// The most records that are listed, the newest of them.
const RECORDS_MAX: i64 = 20;
const GROUP: Managed = Managed::Others;
const DAY: i64 = 86_400;

/// A session that was taken over from one terminal to another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Takeover {
    pub from_terminal: String,
    pub to_terminal: String,
    pub times: i64,
    pub last_at: Moment,
}

/// An account as a review sees it.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The account.
    pub account: Account,
    /// What was found.
    pub findings: Vec<Finding>,
    /// When it was last used: by a log-in, or by a program with its tokens.
    pub last_used: Option<Moment>,
    /// Of a person: from where to where sessions were taken over.
    pub takeovers: Vec<Takeover>,
    /// Of a program: the terminals that hold good tokens.
    pub terminals: Vec<String>,
}

/// What a review looks at.
#[derive(Clone, Debug)]
pub struct AccountReview {
    /// Every account that is not retired.
    pub accounts: Vec<Reviewed>,
    /// How many there are; more than are here where there are too many.
    pub total: i64,
    /// The reviews that were signed, the newest first.
    pub signed: Vec<SignedReview>,
    /// When the next one is due at the latest, and whether that is over.
    pub due: ReviewDue,
}

/// When the next review is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewDue {
    /// When the last one was signed, if one was.
    pub last: Option<Moment>,
    /// When the next one is due.
    pub at: Moment,
    /// Whether that is over.
    pub is_over: bool,
}

/// A review that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReview {
    /// Its id.
    pub id: String,
    /// When it was signed.
    pub signed_at: Moment,
    /// What was signed.
    pub summary: Summary,
}

/// What a signature says, as it was then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// User id of who signed.
    pub user_id: String,
    /// Name of who signed.
    pub name: String,
    /// How many accounts were reviewed.
    pub accounts: i64,
    /// At how many of them something is still to be seen.
    pub found: i64,
    /// How many of each finding, by its word.
    pub findings: Vec<(String, i64)>,
    /// How many were stopped since the review before.
    pub stopped: i64,
    /// How many were retired since then.
    pub retired: i64,
    /// What whoever signed had to say.
    pub remark: String,
}

/// An account of a record, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SignedAccount {
    pub user_id: String,
    pub name: String,
    /// Its kind, by its word.
    pub kind: String,
    /// What was found, by their words.
    pub findings: Vec<String>,
    /// Milliseconds since 1970.
    pub last_used: Option<i64>,
    /// The last day, as a number.
    pub valid_until: Option<i64>,
}

/// What is done to many accounts at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// 停止.
    Stopped,
    /// 廃止.
    Retired,
}

impl AccountReview {
    /// The accounts at which something was found.
    pub fn found(&self) -> impl Iterator<Item = &Reviewed> {
        self.accounts.iter().filter(|one| !one.findings.is_empty())
    }

    /// How many have this finding.
    pub fn count(&self, finding: Finding) -> i64 {
        let of = |one: &&Reviewed| one.findings.contains(&finding);
        self.accounts.iter().filter(of).count() as i64
    }

    /// What is told of it in a few characters, by which a signature knows that it is of what was seen.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for one in &self.accounts {
            hash.update(one.account.account_id.as_bytes());
            for finding in &one.findings {
                hash.update(b" ");
                hash.update(finding.code().as_bytes());
            }
            hash.update(b"\n");
        }
        crate::entropy::hex(&hash.finalize()[..16])
    }
}

/// Notes a takeover, before it ends the session at the other terminal.
pub(super) fn note_takeover(
    tx: &mut Tx<'_>,
    account: &Account,
    terminal_name: &str,
) -> Result<(), Fault> {
    let open = super::session::open_of(tx, &account.account_id)?;
    let elsewhere = open
        .into_iter()
        .filter(|session| session.terminal_name != terminal_name);
    for session in elsewhere {
        let terminals = (session.terminal_name.as_str(), terminal_name);
        store::keep_takeover(tx, &account.account_id, terminals)?;
    }
    Ok(())
}

/// Looks the accounts through.
pub fn look(tx: &mut Tx<'_>) -> Result<AccountReview, Error> {
    let review = gather(tx)?;
    tx.set_detail(Detail::AccountReviewLooked {
        found: review.found().count() as i64,
    });
    Ok(review)
}

fn gather(tx: &mut Tx<'_>) -> Result<AccountReview, Error> {
    let facility = tx.facility()?;
    let (now, rules) = (tx.now(), tx.rules().account.clone());
    let filter = ListFilter {
        limit: ACCOUNTS_MAX,
        ..ListFilter::default()
    };
    let (accounts, total) = manage::list(tx, GROUP, &filter)?;
    let since = now.plus_seconds(-rules.review_days * DAY);
    let mut takeovers = store::list_takeovers(tx, &facility, since)?;
    let mut programs = store::list_program_use(tx, &facility)?;
    let accounts = accounts.into_iter().map(|account| {
        let takeovers = takeovers.remove(&account.account_id).unwrap_or_default();
        let program = programs.remove(&account.account_id).unwrap_or_default();
        let mut reviewed = Reviewed {
            last_used: account.last_login.as_ref().map(|(at, _)| *at),
            account,
            findings: Vec::new(),
            takeovers,
            terminals: program.terminals,
        };
        reviewed.last_used = reviewed.last_used.max(program.last_used);
        reviewed.findings = findings(&reviewed, now, &rules);
        reviewed
    });
    let accounts = accounts.collect();
    let signed = store::list_signed(tx.connection(), &facility, RECORDS_MAX)?;
    let due = store::find_due(tx.connection(), &facility)?.at(now, &rules);
    Ok(AccountReview {
        accounts,
        total,
        signed,
        due,
    })
}

/// What is found at an account. One that is stopped is found for that alone: nobody can use it.
fn findings(of: &Reviewed, now: Moment, rules: &AccountRules) -> Vec<Finding> {
    let account = &of.account;
    if account.stopped.is_some() {
        return vec![Finding::Stopped];
    }
    let today = now.jst_day();
    let mut found = Vec::new();
    let unused_since = now.plus_seconds(-rules.unused_days * DAY);
    let has_begun = account.period.from.is_none_or(|from| from <= today);
    match of.last_used {
        None if has_begun => found.push(Finding::NeverUsed),
        Some(at) if at < unused_since => found.push(Finding::Unused),
        _ => {}
    }
    if account.period.until.is_some_and(|until| until < today) {
        found.push(Finding::Expired);
    }
    if !of.takeovers.is_empty() || of.terminals.len() > 1 {
        found.push(Finding::SeveralTerminals);
    }
    match (&account.holder, account.kind) {
        (Some(Holder::Designated { .. }), AccountKind::Viewer) => found.push(Finding::Designated),
        (Some(Holder::Licensed(_, None)), AccountKind::Viewer) => {
            found.push(Finding::LicenseMissing);
        }
        _ => {}
    }
    found
}

/// Ends many accounts for one reason: all of them or none. Those that are so already are passed over. Says how many were ended.
pub fn end(tx: &mut Tx<'_>, ids: &[String], how: Ended, reason: &str) -> Result<i64, Error> {
    let reason = text::reason(reason)?;
    let facility = tx.facility()?;
    if ids.is_empty() || ids.len() as i64 > ACCOUNTS_MAX {
        let words = "アカウントを1件以上選んでください。";
        return Err(Refusal::invalid(vec![Problem::new(Fact::UserId, words)]).into());
    }
    let mut ended = 0;
    for id in ids {
        let found = super::store::find(tx, &facility, id)?;
        let account = found
            .filter(|account| GROUP.kinds().contains(&account.kind))
            .ok_or(RefusalCode::NotFound)?;
        let already = match how {
            Ended::Stopped => account.stopped.is_some() || account.retired.is_some(),
            Ended::Retired => account.retired.is_some(),
        };
        if already {
            continue;
        }
        match how {
            Ended::Stopped => manage::stop(tx, GROUP, id, &reason)?,
            Ended::Retired => manage::retire(tx, GROUP, id, &reason)?,
        }
        tx.close_entry();
        ended += 1;
    }
    Ok(ended)
}

/// The longest remark at a signature.
const REMARK_CHARS_MAX: usize = 500;

/// Signs what was seen, and keeps it as it is now. Where something is different meanwhile, it has to be looked at again.
pub fn sign(tx: &mut Tx<'_>, seen: &str, remark: &str) -> Result<SignedReview, Error> {
    let facility = tx.facility()?;
    let review = gather(tx)?;
    if review.digest() != seen {
        return Err(RefusalCode::ChangedMeanwhile.into());
    }
    let remark = remark.trim();
    let long = remark.chars().count() > REMARK_CHARS_MAX;
    let words = match long {
        true => Some(format!("{REMARK_CHARS_MAX}文字以内で入力してください。")),
        false => text::wrong_in_lines(remark),
    };
    if let Some(words) = words {
        return Err(Refusal::invalid(vec![Problem::new(Fact::Note, words)]).into());
    }
    let signer = tx.actor().account_id().ok_or(RefusalCode::NotLoggedIn)?;
    let signer = signer.to_owned();
    let account = super::store::find(tx, &facility, &signer)?.ok_or(RefusalCode::NotFound)?;
    let since = review.due.last.unwrap_or(Moment::from_ms(0));
    let (stopped, retired) = store::count_ended(tx, &facility, GROUP.kinds(), since)?;
    let findings = Finding::ALL.iter();
    let findings = findings.map(|finding| (finding.code().to_owned(), review.count(*finding)));
    let summary = Summary {
        user_id: account.user_id.as_str().to_owned(),
        name: account.name,
        accounts: review.accounts.len() as i64,
        found: review.found().count() as i64,
        findings: findings.filter(|(_, count)| *count > 0).collect(),
        stopped,
        retired,
        remark: remark.to_owned(),
    };
    let accounts: Vec<SignedAccount> = review.accounts.iter().map(signed_account).collect();
    let signed = SignedReview {
        id: tx.entropy().id('v'),
        signed_at: tx.now(),
        summary,
    };
    store::insert(tx, &facility, &signer, &signed, &accounts)?;
    tx.set_detail(Detail::AccountReviewSigned {
        accounts: signed.summary.accounts,
        found: signed.summary.found,
    });
    Ok(signed)
}

fn signed_account(one: &Reviewed) -> SignedAccount {
    let findings = one.findings.iter();
    SignedAccount {
        user_id: one.account.user_id.as_str().to_owned(),
        name: one.account.name.clone(),
        kind: one.account.kind.code().to_owned(),
        findings: findings.map(|finding| finding.code().to_owned()).collect(),
        last_used: one.last_used.map(Moment::ms),
        valid_until: one.account.period.until.map(|day| day.number()),
    }
}

/// The record of a review, with its accounts.
pub fn show(tx: &mut Tx<'_>, id: &str) -> Result<(SignedReview, Vec<SignedAccount>), Error> {
    let facility = tx.facility()?;
    let found = store::find(tx, &facility, id)?.ok_or(RefusalCode::NotFound)?;
    tx.set_detail(Detail::AccountReviewTold {
        signed_at: found.0.signed_at.jst_fourteen(),
    });
    Ok(found)
}

/// From when on a review is due.
struct DueFrom {
    last: Option<Moment>,
    /// Before the first review it is due as long after the institution began.
    begun: Moment,
}

impl DueFrom {
    fn at(&self, now: Moment, rules: &AccountRules) -> ReviewDue {
        let from = self.last.unwrap_or(self.begun);
        let at = from.plus_seconds(rules.review_days * DAY);
        ReviewDue {
            last: self.last,
            at,
            is_over: at < now,
        }
    }
}

impl Service {
    /// When the next review of an institution's accounts is due. It leaves no entry: every menu asks for it.
    pub fn review_due(&self, facility: &FacilityCode, now: Moment) -> Result<ReviewDue, Fault> {
        let from = self.read_for_authn(|connection| store::find_due(connection, facility))?;
        Ok(from.at(now, &self.rules().account))
    }
}
