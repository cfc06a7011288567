//! How far back each source goes, and until when it is complete (情報の鮮度).

use super::Source;
use crate::clock::{Day, Moment, Month};
use crate::rules::MedicalRules;

/// The months that are asked for, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first month.
    pub from: Month,
    /// The last month.
    pub until: Month,
}

impl Period {
    /// From this month to that one; none when the end is before the start.
    pub fn new(from: Month, until: Month) -> Option<Period> {
        (from <= until).then_some(Period { from, until })
    }

    /// Everything that is told on this day: no source goes further back.
    pub fn all(rules: &MedicalRules, now: Moment) -> Period {
        let until = Month::of(now.jst_day());
        let months = rules.claim_months.max(rules.treatment_months);
        let months = months.max(rules.operation_months).max(rules.checkup_months);
        Period {
            from: until.plus(-months),
            until,
        }
    }

    /// What of it lies within the last so many months.
    pub(super) fn within(self, now: Moment, months: i64) -> Period {
        let first = Month::of(now.jst_day()).plus(-months);
        Period {
            from: self.from.max(first),
            until: self.until,
        }
    }
}

/// Since when a source is told, and until when nothing is missing in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day that is told.
    pub from: Day,
    /// The last day of which everything has come, as far as it comes on time.
    pub complete_until: Day,
}

/// What is told of each source on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spans {
    /// レセプト由来の薬剤情報.
    pub claims: Span,
    /// 処方・調剤情報.
    pub prescriptions: Span,
    /// 診療情報.
    pub treatments: Span,
    /// 手術情報.
    pub operations: Span,
    /// 特定健診情報.
    pub checkups: Span,
}

impl Spans {
    /// By the rules.
    pub fn of(rules: &MedicalRules, now: Moment) -> Spans {
        let today = now.jst_day();
        let this_month = Month::of(today);
        let claimed = last_claimed(rules, today);
        let by_month = |months: i64| Span {
            from: this_month.plus(-months).first_day(),
            complete_until: claimed,
        };
        Spans {
            claims: by_month(rules.claim_months),
            prescriptions: Span {
                from: today.plus_days(-rules.prescription_days),
                complete_until: today,
            },
            treatments: by_month(rules.treatment_months),
            operations: by_month(rules.operation_months),
            checkups: Span {
                from: this_month.plus(-rules.checkup_months).first_day(),
                complete_until: this_month.plus(-rules.checkup_delay_months).last_day(),
            },
        }
    }

    /// Of one source of medicines.
    pub fn of_source(&self, source: Source) -> Span {
        match source {
            Source::Claim => self.claims,
            Source::Prescription | Source::Dispensing => self.prescriptions,
        }
    }
}

/// The last day of the newest month whose claims have all come: a month's claims are sent in the
/// next one and then examined, so that they come about a month and a half after it.
pub fn last_claimed(rules: &MedicalRules, today: Day) -> Day {
    let mut month = Month::of(today).plus(-1);
    let come = |month: Month| month.last_day().plus_days(rules.claim_delay_days) <= today;
    // A delay of years would be a mistake in the settings; it ends here all the same.
    for _ in 0..120 {
        if come(month) {
            break;
        }
        month = month.plus(-1);
    }
    month.last_day()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> Day {
        Day::from_number(number).unwrap()
    }

    #[test]
    fn claims_are_complete_a_month_and_a_half_after_the_month() {
        let rules = MedicalRules::default();
        let told = |today| last_claimed(&rules, day(today)).number();
        assert_eq!(told(20_261_126), 20_260_930);
        assert_eq!(told(20_261_114), 20_260_930);
        assert_eq!(told(20_261_113), 20_260_831);
    }

    #[test]
    fn each_source_goes_back_as_far_as_the_rules_say() {
        let spans = Spans::of(&MedicalRules::default(), day(20_261_126).start());
        assert_eq!(spans.claims.from.number(), 20_231_101);
        assert_eq!(spans.prescriptions.from.number(), 20_260_818);
        assert_eq!(spans.prescriptions.complete_until.number(), 20_261_126);
        assert_eq!(spans.checkups.from.number(), 20_211_101);
        let month = |number| Month::from_number(number).unwrap();
        let asked = Period::new(month(201_001), month(202_611)).unwrap();
        let within = asked.within(day(20_261_126).start(), 36);
        assert_eq!(within.from.number(), 202_311);
        assert_eq!(Period::new(month(202_611), month(202_610)), None);
    }
}
