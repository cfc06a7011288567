//! 災害時などの利用: each look at somebody by an opening, what was said for it, and its review.

use super::store;
use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::permission::Function;
use crate::service::Tx;
use crate::terms::FacilityCode;

/// An opening that was there, for one person, of whom the use was written down.
#[derive(Debug)]
pub struct OpenedFor {
    person: i64,
    function: Function,
    id: String,
}

impl OpenedFor {
    /// Whose information.
    pub fn person(&self) -> i64 {
        self.person
    }

    /// The use that was written down.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether medical information may be read on it, and not eligibility alone.
    pub fn is_medical(&self) -> bool {
        self.function == Function::ViewInDisaster
    }
}

/// What was written down of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Use {
    pub id: String,
    pub facility: FacilityCode,
    pub function: Function,
    pub person: i64,
    pub consented: bool,
    pub reason: String,
    pub account_id: String,
    pub used_at: Moment,
    pub reviewed_by_operator: Option<(Moment, String)>,
}

/// Uses an opening for one person, who consents (閲覧同意 あり) or can't express a will; then the reason is
/// needed. It is on the list of what is to be reviewed from here on.
pub fn use_for(
    tx: &mut Tx<'_>,
    person: i64,
    (consented, reason): (bool, &str),
) -> Result<OpenedFor, Error> {
    tx.set_subject(SubjectKind::Person, &person.to_string());
    let reason = reason.trim();
    if !consented && reason.is_empty() {
        return Err(RefusalCode::EmergencyReasonNeeded.into());
    }
    let reason = match reason.is_empty() {
        true => String::new(),
        false => crate::text::reason(reason)?,
    };
    tx.begin_person(person);
    let opened = tx.opened()?;
    if !crate::insured::is_known(tx, person)? {
        return Err(RefusalCode::NotFound.into());
    }
    tx.set_detail(Detail::EmergencyUsed {
        consented,
        reason: reason.clone(),
    });
    let (id, function) = (tx.entropy().id('u'), tx.function());
    let facility = tx.facility()?;
    store::insert_use(
        tx,
        &id,
        (&opened.id, &facility),
        (person, consented, &reason),
    )?;
    Ok(OpenedFor {
        person,
        function,
        id,
    })
}

/// Goes on with a use of the same account, while it is fresh and what was opened is open.
pub fn resume(tx: &mut Tx<'_>, id: &str) -> Result<OpenedFor, Error> {
    let (facility, function) = (tx.facility()?, tx.function());
    let account = tx.actor().account_id().unwrap_or_default().to_owned();
    let since = tx
        .now()
        .plus_seconds(-tx.rules().emergency.use_minutes * 60);
    let found = store::find_use(tx, &facility, id)?;
    let found = found.filter(|found| {
        found.account_id == account && found.function == function && found.used_at >= since
    });
    let Some(found) = found else {
        return Err(RefusalCode::NotFound.into());
    };
    tx.begin_person(found.person);
    tx.opened()?;
    Ok(OpenedFor {
        person: found.person,
        function,
        id: found.id,
    })
}

/// The newest uses: of the own institution, or for the operator of all; only those that are not
/// reviewed yet, where that is asked.
pub fn list(tx: &mut Tx<'_>, only_open: bool, limit: i64) -> Result<Vec<Use>, Error> {
    let of = tx.actor().facility().cloned();
    Ok(store::list_uses(tx, of.as_ref(), only_open, limit)?)
}

/// Takes note that the operator reviewed a use, with a remark, once.
pub fn review(tx: &mut Tx<'_>, id: &str, remark: &str) -> Result<(), Error> {
    let remark = crate::text::reason(remark)?;
    tx.set_detail(Detail::EmergencyReviewed {
        use_id: id.to_owned(),
        remark: remark.clone(),
    });
    let changed = store::review_by_operator(tx, id, &remark)?;
    match changed {
        0 => Err(RefusalCode::WrongState.into()),
        _ => Ok(()),
    }
}
