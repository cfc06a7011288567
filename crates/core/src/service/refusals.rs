//! How many refusals one certificate leaves in the audit log.
//!
//! A terminal at which nobody is logged in can be refused thousands of times a second, and each
//! refusal is an entry. So each certificate has a bucket of refusals. Beyond it whoever asks is told
//! "too many", and the log counts: one entry says that from there on refusals are only counted, and
//! once a minute one says how many there were.

use super::OperationContext;
use crate::actor::{Actor, Role};
use crate::audit::{AuditEntry, Detail, Outcome};
use crate::buckets::{Buckets, Rate};
use crate::clock::Moment;
use crate::error::{Error, Refusal, RefusalCode};
use crate::permission::Function;
use crate::rules::RefusalRules;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) struct Refusals {
    buckets: Buckets,
    told_ms: i64,
    certificates_max: usize,
    counted: Mutex<HashMap<Arc<str>, Counted>>,
}

/// Refusals of a certificate that have no entries of their own yet.
struct Counted {
    count: i64,
    told_at: Moment,
    /// The last one, without the account: others may have been refused too.
    last: OperationContext,
}

/// What becomes of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It has an entry of its own.
    Entry,
    /// It has one that says that from here on refusals are only counted.
    First(Moment),
    /// It is counted.
    Counted(Moment),
}

impl Refusals {
    pub(super) fn new(rules: &RefusalRules) -> Refusals {
        let rate = Rate {
            burst: rules.burst,
            per_minute: rules.per_minute,
        };
        Refusals {
            buckets: Buckets::new(rate, rules.certificates_max),
            told_ms: rules.told_seconds.saturating_mul(1000),
            certificates_max: rules.certificates_max,
            counted: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Counted>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one out of the bucket of the certificate, of the account where a token does alone, or of the address where a
    /// patient comes from.
    /// The operator has neither, and is not counted.
    pub(super) fn judge(&self, operation: &OperationContext) -> Left {
        let Some(certificate) = who(operation) else {
            return Left::Entry;
        };
        let now = operation.request.now;
        let Err(until) = self.buckets.take(certificate, now) else {
            return Left::Entry;
        };
        let mut counted = self.lock();
        if let Some(known) = counted.get_mut(certificate) {
            known.count += 1;
            known.last = without_account(operation);
            return Left::Counted(until);
        }
        if counted.len() >= self.certificates_max {
            // Nothing is left out without a word.
            return Left::Entry;
        }
        let first = Counted {
            count: 0,
            told_at: now,
            last: without_account(operation),
        };
        counted.insert(certificate.clone(), first);
        Left::First(until)
    }

    /// What a refusal comes to: its answer and its entries. What is no refusal stays as it is.
    pub(super) fn settle<T>(
        &self,
        operation: &OperationContext,
        left: &mut Option<Left>,
        (answer, entries): (Result<T, Error>, Vec<AuditEntry>),
    ) -> (Result<T, Error>, Vec<AuditEntry>) {
        let refused = matches!(entries.as_slice(), [one] if one.outcome == Outcome::Refused);
        // A failed try with a password is counted against the account, and takes from buckets of
        // its own: a flood of something else must not hide it.
        if !refused || (answer.is_ok() && tries_a_password(operation.function)) {
            return (answer, entries);
        }
        match *left.get_or_insert_with(|| self.judge(operation)) {
            Left::Entry => (answer, entries),
            Left::First(until) => {
                let first = entries.into_iter().map(first_counted).collect();
                (Err(too_many(until).into()), first)
            }
            Left::Counted(until) => (Err(too_many(until).into()), Vec::new()),
        }
    }

    /// Counts that are to be told: those that are old enough, or all. They begin anew with this.
    pub(super) fn due(&self, now: Moment, all: bool) -> Vec<(Arc<str>, OperationContext, i64)> {
        let mut due = Vec::new();
        self.lock().retain(|who, counted| {
            if !all && now.ms() - counted.told_at.ms() < self.told_ms {
                return true;
            }
            if counted.count == 0 {
                // It is over; if it begins again, an entry says so.
                return false;
            }
            due.push((who.clone(), counted.last.clone(), counted.count));
            (counted.count, counted.told_at) = (0, now);
            true
        });
        due
    }

    /// Counts on from a count that could not be told.
    pub(super) fn put_back(&self, who: &Arc<str>, operation: &OperationContext, count: i64) {
        let mut counted = self.lock();
        let known = counted.entry(who.clone()).or_insert(Counted {
            count: 0,
            told_at: operation.request.now,
            last: operation.clone(),
        });
        known.count += count;
    }
}

fn who(operation: &OperationContext) -> Option<&Arc<str>> {
    let actor = &operation.actor;
    match actor.role {
        // Nothing but the address tells one patient from another before the card is known, or one applicant from another.
        Role::Patient | Role::Applicant => operation.request.peer.as_ref(),
        _ => actor.certificate.as_ref().or(actor.account_id.as_ref()),
    }
}

pub(super) fn too_many(until: Moment) -> Refusal {
    Refusal::until(RefusalCode::TooManyRefusals, until)
}

/// The entry of the first refusal that is only counted.
pub(super) fn first_counted(entry: AuditEntry) -> AuditEntry {
    AuditEntry {
        refusal: Some(RefusalCode::TooManyRefusals),
        detail: Some(Detail::RefusalsCountedFromHere {}),
        ..entry
    }
}

/// The entry of so many refusals that were only counted.
pub(super) fn counted(operation: &OperationContext, count: i64) -> AuditEntry {
    AuditEntry {
        detail: Some(Detail::RefusalsCounted { count }),
        ..operation.entry_of_refusal(RefusalCode::TooManyRefusals)
    }
}

const fn tries_a_password(function: Function) -> bool {
    matches!(
        function,
        Function::LogIn
            | Function::LogInToApi
            | Function::ChangeOwnPassword
            | Function::ResetMasterPassword
    )
}

fn without_account(operation: &OperationContext) -> OperationContext {
    let actor = &operation.actor;
    let role = match (actor.role, &actor.facility) {
        (Role::Patient, _) | (_, None) => actor.role,
        (_, Some(_)) => Role::Visitor,
    };
    OperationContext {
        actor: Actor {
            role,
            account_id: None,
            ..actor.clone()
        },
        subject: super::Subject::NONE,
        ..operation.clone()
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::Detail;
    use crate::error::Error;
    use crate::testing::{TestCentre, quick_rules};
    use crate::{Actor, Function, RefusalCode};

    fn centre(burst: u32) -> TestCentre {
        let mut rules = quick_rules();
        rules.refusals.burst = burst;
        rules.refusals.per_minute = 6;
        TestCentre::with_rules(rules)
    }

    fn refused(centre: &TestCentre, actor: &Actor, function: Function) -> RefusalCode {
        let (tell, told) = std::sync::mpsc::channel();
        let operation = centre.operation(actor.clone(), function);
        let service = centre.service();
        service.refuse::<()>(operation, RefusalCode::Unreadable, move |answer| {
            tell.send(answer).expect("somebody waits");
        });
        match told.recv().expect("it is answered") {
            Err(Error::Refused(refusal)) => refusal.code,
            other => panic!("{other:?}"),
        }
    }

    fn entries(centre: &TestCentre) -> i64 {
        centre.number("select count(*) from audit_entry where outcome = 2", &[])
    }

    /// The details and the certificates of what was only counted, oldest first.
    fn told(centre: &TestCentre) -> Vec<(String, Detail)> {
        let rows = centre.raw_connection().rows(
            "select certificate_serial, detail from audit_entry \
             where refusal = 'refusal.too_many' order by seq",
            &[],
        );
        let read = |row: &crate::store::Row| {
            let detail = Detail::of_kept(&row.text(1).unwrap());
            (row.text(0).unwrap(), detail)
        };
        rows.unwrap().iter().map(read).collect()
    }

    #[test]
    fn beyond_its_bucket_a_certificates_refusals_are_counted_and_the_count_is_told() {
        let centre = centre(5);
        let at = centre.clinic(1).code;
        let (one, two) = (Actor::visitor(at.clone(), "c1"), Actor::visitor(at, "c2"));
        let codes: Vec<RefusalCode> = (0..1000)
            .map(|_| refused(&centre, &one, Function::LogIn))
            .collect();
        assert!(
            codes[..5]
                .iter()
                .all(|code| *code == RefusalCode::Unreadable)
        );
        assert!(
            codes[5..]
                .iter()
                .all(|code| *code == RefusalCode::TooManyRefusals)
        );
        assert_eq!(
            entries(&centre),
            5 + 1,
            "five, and one that the others are counted"
        );
        let another = refused(&centre, &two, Function::LogIn);
        assert_eq!(
            another,
            RefusalCode::Unreadable,
            "another certificate, another bucket"
        );

        centre
            .service()
            .tell_counted_refusals(&centre.request(), false);
        centre.settle();
        assert_eq!(told(&centre).len(), 1, "a minute is not over");
        centre.pass(60);
        centre
            .service()
            .tell_counted_refusals(&centre.request(), false);
        centre.settle();
        let from_here = ("c1".to_owned(), Detail::RefusalsCountedFromHere {});
        let counted = ("c1".to_owned(), Detail::RefusalsCounted { count: 994 });
        assert_eq!(told(&centre), [from_here.clone(), counted.clone()]);
        // It goes on: six are there again, then it counts anew, and nothing is lost at a stop.
        for _ in 0..20 {
            refused(&centre, &one, Function::LogIn);
        }
        centre
            .service()
            .tell_counted_refusals(&centre.request(), true);
        centre.settle();
        let later = ("c1".to_owned(), Detail::RefusalsCounted { count: 15 });
        assert_eq!(told(&centre), [from_here, counted, later]);
        assert_eq!(centre.verified(), Vec::<String>::new(), "the log is whole");
    }

    #[test]
    fn refusals_by_the_rules_are_counted_too_but_for_tries_with_a_password() {
        let centre = centre(3);
        let at = centre.clinic(1).code;
        let admin = Actor::account(crate::AccountKind::Admin, "a1", at.clone(), "c1");
        let (tell, told) = std::sync::mpsc::channel();
        for _ in 0..10 {
            let (operation, tell) = (
                centre.operation(admin.clone(), Function::ListAccounts),
                tell.clone(),
            );
            centre.service().scan(
                operation,
                |_| Err::<(), _>(RefusalCode::NotFound.into()),
                move |answer| {
                    tell.send(crate::testing::code(answer))
                        .expect("somebody waits")
                },
            );
        }
        let codes: Vec<RefusalCode> = (0..10).map(|_| told.recv().expect("an answer")).collect();
        let own = codes.iter().filter(|code| **code == RefusalCode::NotFound);
        assert_eq!(own.count(), 3);
        assert_eq!(entries(&centre), 4);
        // Whoever types wrong passwords at the same terminal still leaves each in the log.
        let before = entries(&centre);
        let (tell, told) = std::sync::mpsc::channel();
        let operation = centre.operation(Actor::visitor(at, "c1"), Function::LogIn);
        let work = |tx: &mut crate::Tx<'_>| {
            tx.refuse_and_keep(crate::Refusal::new(RefusalCode::WrongPassword));
            Ok(())
        };
        centre.service().change(operation, work, move |answer| {
            tell.send(answer.is_ok()).expect("somebody waits");
        });
        assert_eq!(told.recv(), Ok(true));
        assert_eq!(entries(&centre), before + 1);
    }
}
