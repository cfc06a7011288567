//! 同意の記録: one act of consenting, with all that was said then.

use crate::clock::{Day, Moment};
use crate::permission::Scope;
use crate::terms::{EndedWhy, Purpose, Verification};
use onshi_wire::codes::ViewingConsent;

impl Scope {
    /// What rides on a kind without being asked for by itself, for the one who is asked.
    pub const fn includes(self) -> &'static str {
        match self {
            Scope::Medicines => "薬剤情報（処方・調剤情報を含む）",
            Scope::Treatment => "診療情報（アレルギー・検査の情報を含む）",
            Scope::Surgery => "手術情報（傷病名・感染症の情報を含む）",
            Scope::Checkups => "特定健診情報",
            Scope::SpecificDiseases => "特定疾病療養受療証の情報",
        }
    }
}

/// What somebody says at the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConsent {
    /// Who.
    pub person: i64,
    /// For which kind of care.
    pub purpose: Purpose,
    /// How it was made sure who it is.
    pub verified: Verification,
    /// The kinds that were asked for, with yes or no.
    pub kinds: Vec<(Scope, bool)>,
    /// Whether the ceiling (限度額) may be shown.
    pub ceiling: bool,
    /// 診療（予定）日, of an online examination.
    pub booked: Option<Day>,
    /// The reader's certificate, by whose key it was signed.
    pub reader: Option<String>,
}

/// One kind of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindOfRecord {
    /// Of what.
    pub scope: Scope,
    /// Whether the person said yes.
    pub agreed: bool,
    /// When and why it ended before its time.
    pub ended: Option<(Moment, EndedWhy)>,
}

/// What was kept of a consent (同意の記録).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRecord {
    /// Its id.
    pub id: String,
    /// Whose consent it is.
    pub person: i64,
    /// For which kind of care.
    pub purpose: Purpose,
    /// How the holder was verified.
    pub verified: Verification,
    /// What was asked for.
    pub kinds: Vec<KindOfRecord>,
    /// Whether the ceiling may be shown.
    pub ceiling: bool,
    /// 診療（予定）日.
    pub booked: Option<Day>,
    /// 同意日時.
    pub given_at: Moment,
    /// Until when it holds where nobody takes it back; none is without an end.
    pub until: Option<Moment>,
}

impl ConsentRecord {
    /// Whether anything of it holds at a moment.
    pub fn is_in_force(&self, now: Moment) -> bool {
        self.kinds.iter().any(|kind| self.holds(kind, now))
    }

    /// Whether one of its kinds holds at a moment.
    pub fn holds(&self, kind: &KindOfRecord, now: Moment) -> bool {
        kind.agreed && kind.ended.is_none() && self.until.is_none_or(|until| now < until)
    }

    /// Whether a kind holds at a moment.
    pub fn covers(&self, scope: Scope, now: Moment) -> bool {
        self.kinds
            .iter()
            .any(|kind| kind.scope == scope && self.holds(kind, now))
    }

    /// 閲覧同意フラグ of a kind (OQSCD016): 0 no, 1 yes, 2 over.
    pub fn flag(&self, kind: &KindOfRecord, now: Moment) -> &'static str {
        match (kind.agreed, self.holds(kind, now)) {
            (false, _) => ViewingConsent::NotGiven.code(),
            (true, true) => ViewingConsent::Given.code(),
            (true, false) => ViewingConsent::Ended.code(),
        }
    }

    /// 同意有効期限切れ理由 (OQSCD031), where nothing of it holds any more: 0 by its time.
    pub fn over_by(&self, now: Moment) -> Option<&'static str> {
        if self.is_in_force(now) || !self.kinds.iter().any(|kind| kind.agreed) {
            return None;
        }
        let ended = self.kinds.iter().filter_map(|kind| kind.ended);
        let last = ended.max_by_key(|(at, _)| *at);
        Some(match last {
            Some((at, why)) if self.until.is_none_or(|until| at < until) => why.code(),
            _ => "0",
        })
    }

    /// 閲覧可能期限 as messages say it.
    pub fn available(&self) -> String {
        available(self.until)
    }
}

/// What has no end of its own ends at the end of the calendar, so that programs can compare it.
fn available(until: Option<Moment>) -> String {
    until.map_or_else(|| "99991231235959".to_owned(), Moment::jst_fourteen)
}

/// A consent that holds, as the person is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnConsent {
    /// For which kind of care.
    pub purpose: Purpose,
    /// To what.
    pub scope: Scope,
    /// 診療（予定）日.
    pub booked: Option<Day>,
    /// 同意日時.
    pub given_at: Moment,
    /// Until when; none is without an end.
    pub until: Option<Moment>,
}

/// A consent to one kind that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidConsent {
    /// To what.
    pub scope: Scope,
    /// 同意日時.
    pub given_at: Moment,
    /// Until when; none is without an end.
    pub until: Option<Moment>,
}

impl ValidConsent {
    /// 閲覧可能期限 as messages say it.
    pub fn available(&self) -> String {
        available(self.until)
    }
}
