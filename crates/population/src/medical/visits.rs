//! From visits to the records that are reported of them: claims by the month, electronic prescriptions
//! and dispensings at once.

use super::Who;
use super::drugs::{Dose, medicine};
use crate::calendar::Date;
use onshi_core::medical::{
    Holds, Institution, MedicationDay, MedicationMonth, Operation, OperationMonth, Record, Source,
    Treatment, TreatmentDay, TreatmentMonth,
};
use onshi_core::{Day, Month};
use std::collections::BTreeMap;

/// 入外等区分, simulated: 1 入院, 2 入院外.
const INPATIENT: &str = "1";
const OUTPATIENT: &str = "2";

/// A visit, or a day of a stay.
pub(super) struct Visit<'a> {
    pub date: Date,
    pub clinic: &'a Institution,
    /// None where the clinic gives the medicines out itself (院内処方).
    pub pharmacy: Option<&'a Institution>,
    pub doses: Vec<Dose>,
    pub days: i32,
    /// 電子処方箋?
    pub electronic: bool,
    pub stay: bool,
}

/// What makes a record the same one.
type Key = (Source, Month, String, String, String);

/// Gathers visits, and writes the records of them.
pub(super) struct Reports {
    who: Who,
    today: Day,
    claimed: Month,
    medicines: BTreeMap<Key, MedicationMonth>,
    treatments: BTreeMap<(Month, String, String), TreatmentMonth>,
    operations: Vec<OperationMonth>,
}

impl Reports {
    /// Claims up to this month have come.
    pub(super) fn of(who: Who, today: Date, claimed: Month) -> Reports {
        Reports {
            who,
            today: today.day(),
            claimed,
            medicines: BTreeMap::new(),
            treatments: BTreeMap::new(),
            operations: Vec::new(),
        }
    }

    pub(super) fn visit(&mut self, visit: &Visit<'_>) {
        let date = visit.date.day();
        if visit.date > self.who.until || date > self.today {
            return;
        }
        let in_out = if visit.stay { INPATIENT } else { OUTPATIENT };
        if Month::of(date) <= self.claimed {
            self.medicines(visit, Source::Claim, in_out);
            self.treatment(visit, in_out);
        }
        if visit.electronic && date >= self.today.plus_days(-130) {
            self.medicines(visit, Source::Prescription, "");
            self.medicines(visit, Source::Dispensing, "");
        }
    }

    fn medicines(&mut self, visit: &Visit<'_>, source: Source, in_out: &str) {
        if visit.doses.is_empty() {
            return;
        }
        let date = visit.date.day();
        let giver = match (source, visit.pharmacy) {
            (Source::Prescription, _) | (_, None) => visit.clinic,
            (_, Some(pharmacy)) => pharmacy,
        };
        let month = Month::of(date);
        let key = (
            source,
            month,
            giver.code.clone(),
            visit.clinic.code.clone(),
            in_out.to_owned(),
        );
        let all = self
            .medicines
            .entry(key)
            .or_insert_with(|| MedicationMonth {
                source,
                month,
                institution: giver.clone(),
                prescriber: Some(visit.clinic.clone()),
                in_out: (!in_out.is_empty()).then(|| in_out.to_owned()),
                prescription_class: (source != Source::Claim).then(|| "1".to_owned()),
                in_house: visit.pharmacy.is_none() && !visit.stay,
                days: Vec::new(),
            });
        all.days.push(MedicationDay {
            date,
            prescribed: Some(date),
            medicines: visit
                .doses
                .iter()
                .map(|dose| medicine(*dose, visit.days))
                .collect(),
        });
    }

    fn treatment(&mut self, visit: &Visit<'_>, in_out: &str) {
        let date = visit.date.day();
        let month = Month::of(date);
        let key = (month, visit.clinic.code.clone(), in_out.to_owned());
        let all = self
            .treatments
            .entry(key)
            .or_insert_with(|| TreatmentMonth {
                month,
                institution: visit.clinic.clone(),
                in_out: Some(in_out.to_owned()),
                days: Vec::new(),
            });
        let first = all.days.is_empty();
        let one = |code: &str, name: &str, class: &str| Treatment {
            code: Some(code.to_owned()),
            name: name.to_owned(),
            class: Some(class.to_owned()),
            quantity: Some("1".to_owned()),
            times: Some("1".to_owned()),
            unit: None,
        };
        let mut treatments = vec![match visit.stay {
            true => one("199999001", "入院基本料（見本）", "90"),
            false => one("199999002", "再診料（見本）", "12"),
        }];
        if visit.pharmacy.is_some() {
            treatments.push(one("199999003", "処方箋料（見本）", "80"));
        }
        // Blood is looked at every third month.
        if first && month.number() % 3 == 0 && visit.doses.len() > 1 {
            treatments.push(one("199999004", "末梢血液一般検査（見本）", "60"));
            treatments.push(one("199999005", "生化学検査（見本）", "60"));
        }
        all.days.push(TreatmentDay { date, treatments });
    }

    pub(super) fn operation(&mut self, date: Date, at: &Institution, (code, name): (&str, &str)) {
        let day = date.day();
        let month = Month::of(day);
        if date > self.who.until || month > self.claimed {
            return;
        }
        let in_out = Some(INPATIENT.to_owned());
        self.operations.push(OperationMonth {
            month,
            institution: at.clone(),
            in_out: in_out.clone(),
            operations: vec![Operation {
                date: day,
                institution: at.clone(),
                code: Some(code.to_owned()),
                name: name.to_owned(),
                in_out,
            }],
        });
    }

    /// The records, in the order of their keys.
    pub(super) fn finish(self, records: &mut Vec<Record>) {
        let Who {
            person, insurer, ..
        } = self.who;
        let record = |holds| Record {
            person,
            insurer: insurer.clone(),
            holds,
        };
        for (_, mut month) in self.medicines {
            month.days.sort_by_key(|day| day.date);
            records.push(record(Holds::Medicines(month)));
        }
        for (_, mut month) in self.treatments {
            month.days.sort_by_key(|day| day.date);
            records.push(record(Holds::Treatments(month)));
        }
        for month in self.operations {
            records.push(record(Holds::Operations(month)));
        }
    }
}
