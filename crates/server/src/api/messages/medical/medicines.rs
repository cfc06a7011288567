//! From the records of medicines and treatment to YZKsiquc01res.
//!
//! Where the values of an attribute are not public (`DiOrg`, `InOut`, the classes) they are what was
//! reported, or simulated as `docs/divergences.md` says.

use super::{known, some};
use crate::api::messages::header::{Head, Header};
use crate::documents::MadeFor;
use crate::web::medical::documents;
use crate::web::medical::documents::treatment::Treated;
use onshi_core::facility::FacilityCode;
use onshi_core::medical::{
    Institution, MedicationDay, MedicationMonth, Medicine, Operation, Patient, Source, Treatment,
    TreatmentMonth,
};
use onshi_core::{Day, Month, medical};
use onshi_documents::Document;
use onshi_wire::error_codes;
use onshi_wire::messages::{
    CzDiDateInf, CzDiMonthInf, CzDrugInf, DiDateInf, DrugInf, MeTrInf, MeTrMonthInf,
    MedicinesResponse, MedicinesResponseBody, QuaInf, ShDrugInf, ShPrDateInf, ShPrMonthInf,
};

/// What was read of a person.
pub(in crate::api::messages) struct Told {
    /// The institution that asks.
    pub own: FacilityCode,
    pub patient: Patient,
    pub medicines: medical::Told<MedicationMonth>,
    /// 診療情報, where it was asked for.
    pub treatments: Option<medical::Told<TreatmentMonth>>,
    /// 手術情報, where it was asked for and the patient consents to it.
    pub operations: Option<medical::Told<Operation>>,
}

impl Told {
    /// Whether nothing is kept of what was asked for.
    pub(super) fn is_empty(&self) -> bool {
        let none = |of: Option<usize>| of.is_none_or(|count| count == 0);
        self.medicines.records.is_empty()
            && none(self.treatments.as_ref().map(|told| told.records.len()))
            && none(self.operations.as_ref().map(|told| told.records.len()))
    }

    /// Whether it takes long to print.
    pub(super) fn is_large(&self) -> bool {
        let medicines = self.medicines.records.iter().flat_map(|month| &month.days);
        let medicines: usize = medicines.map(|day| day.medicines.len()).sum();
        let treatments = self.treatments.iter().flat_map(|told| &told.records);
        let treatments = treatments.flat_map(|month| &month.days);
        let treatments: usize = treatments.map(|day| day.treatments.len()).sum();
        medicines + treatments > LINES_AT_ONCE
    }

    /// As a printed document.
    pub(super) fn document(&self, made_for: &MadeFor) -> Document {
        if self.treatments.is_none() {
            let told = &self.medicines;
            return documents::medicines::document(&self.patient, told, &self.own, made_for);
        }
        let treated = Treated {
            treatments: self.treatments.as_ref(),
            operations: self.operations.as_ref(),
        };
        let told = (&self.medicines, &treated);
        documents::treatment::with_medicines(&self.patient, told, &self.own, made_for)
    }
}

/// More lines than these are printed beside the sockets: so many take about a millisecond.
const LINES_AT_ONCE: usize = 500;

/// 診療識別 of an operation, by the claims' instructions (診療識別 50).
const SURGERY: &str = "50";

/// The answer.
pub(in crate::api::messages) fn answer(head: &Head, told: Told) -> MedicinesResponse {
    let own = &told.own;
    let mut answer = MedicinesResponse {
        header: Header::of_done(head),
        body: MedicinesResponseBody::default(),
    };
    let spans = told.medicines.spans;
    for month in told.medicines.records {
        match month.source {
            Source::Claim => answer.body.months.push(claim(month, own)),
            Source::Prescription => answer.body.prescriptions.push(prescription(month, own)),
            Source::Dispensing => answer.body.dispensings.push(dispensing(month, own)),
        }
    }
    for month in told.treatments.into_iter().flat_map(|told| told.records) {
        treatment(&mut answer.body.months, month, own);
    }
    for one in told.operations.into_iter().flat_map(|told| told.records) {
        operation(&mut answer.body.months, one, own);
    }
    // The newest month first, and the days of each in order.
    let months = &mut answer.body.months;
    months.sort_by(|one, other| other.me_tr_month.cmp(&one.me_tr_month));
    for month in months.iter_mut() {
        month
            .dates
            .sort_by(|one, other| one.di_date.cmp(&other.di_date));
    }
    let body = &answer.body;
    let nothing =
        body.months.is_empty() && body.prescriptions.is_empty() && body.dispensings.is_empty();
    answer.header.message_contents = Some(match nothing {
        true => known(&error_codes::NO_DATA),
        false => age(spans.claims.complete_until, spans.prescriptions.from),
    });
    answer.header.qua_inf = Some(whose(told.patient));
    answer
}

fn whose(patient: Patient) -> QuaInf {
    QuaInf {
        name: Some(patient.name),
        kana_name: patient.kana,
        birth: Some(eight(patient.birthdate)),
        adm_gend_code: Some(patient.sex),
    }
}

/// Until when nothing is missing: a list that ends six weeks ago must not look like today's.
fn age(claimed: Day, prescribed: Day) -> String {
    format!(
        "{} レセプトによる情報は{}診療分までです。処方・調剤情報は{}以降の分です。",
        error_codes::DATA_AGE.code,
        Month::of(claimed).words(),
        prescribed.words()
    )
}

pub(super) fn eight(day: Day) -> String {
    day.eight()
}

/// 自院・他院: of whoever prescribed, else of whoever treated.
fn own_or_other(
    institution: &Institution,
    prescriber: Option<&Institution>,
    own: &FacilityCode,
) -> Option<String> {
    let by = prescriber.unwrap_or(institution);
    Some(if by.is(own) { "1" } else { "2" }.to_owned())
}

/// 機関の区分, simulated: the 点数表 of the code, 1 医科, 3 歯科, 4 調剤, 6 訪問看護.
fn kind(institution: &Institution) -> Option<String> {
    institution.code.get(2..3).map(str::to_owned)
}

fn parts(prescriber: Option<Institution>) -> (Option<String>, Option<String>) {
    match prescriber {
        Some(Institution { code, name }) => (some(code), some(name)),
        None => (None, None),
    }
}

fn claim(month: MedicationMonth, own: &FacilityCode) -> MeTrMonthInf {
    let pr_is_org = own_or_other(&month.institution, month.prescriber.as_ref(), own);
    let di_org = kind(&month.institution);
    let (prls_h_cd, prls_h_nm) = parts(month.prescriber);
    MeTrMonthInf {
        di_org,
        me_tr_di_h_cd: some(month.institution.code),
        prls_h_cd,
        me_tr_di_h_nm: some(month.institution.name),
        me_tr_month: Some(month.month.six()),
        prls_h_nm,
        pr_is_org,
        in_out: month.in_out,
        dates: month.days.into_iter().map(claim_day).collect(),
    }
}

fn claim_day(day: MedicationDay) -> DiDateInf {
    let drug = |one: Medicine| DrugInf {
        drug_c: one.code,
        drug_n: some(one.name),
        ingre_n: one.ingredient,
        qua1: one.quantity,
        unit: one.unit,
        usage_n: one.usage,
        sp_inst: one.instruction,
        times: one.times,
        me_tr_id_cl: one.class,
    };
    DiDateInf {
        di_date: Some(eight(day.date)),
        pr_date: day.prescribed.map(eight),
        drugs: day.medicines.into_iter().map(drug).collect(),
        treatments: Vec::new(),
    }
}

fn prescription(month: MedicationMonth, own: &FacilityCode) -> ShPrMonthInf {
    let pr_is_org = own_or_other(&month.institution, month.prescriber.as_ref(), own);
    let org = kind(&month.institution);
    let (pr_h_cd, pr_h_nm) = parts(month.prescriber);
    let drug = |one: Medicine| ShDrugInf {
        drug_c: one.code,
        drug_n: some(one.name),
        ingre_n: one.ingredient,
        qua1: one.quantity,
        unit: one.unit,
        usage_n: one.usage,
        sp_inst: one.instruction,
        times: one.times,
        usage_cl: one.class,
    };
    let day = |day: MedicationDay| ShPrDateInf {
        pr_date: Some(eight(day.date)),
        drugs: day.medicines.into_iter().map(drug).collect(),
    };
    ShPrMonthInf {
        org,
        me_tr_di_h_cd: some(month.institution.code),
        pr_h_cd,
        me_tr_di_h_nm: some(month.institution.name),
        month: Some(month.month.six()),
        pr_h_nm,
        pr_is_org,
        pr_cl: month.prescription_class,
        dates: month.days.into_iter().map(day).collect(),
    }
}

fn dispensing(month: MedicationMonth, own: &FacilityCode) -> CzDiMonthInf {
    let pr_is_org = own_or_other(&month.institution, month.prescriber.as_ref(), own);
    let org = kind(&month.institution);
    let (prls_h_cd, prls_h_nm) = parts(month.prescriber);
    let drug = |one: Medicine| CzDrugInf {
        drug_c: one.code,
        drug_n: some(one.name),
        ingre_n: one.ingredient,
        qua1: one.quantity,
        unit: one.unit,
        usage_n: one.usage,
        sp_inst: one.instruction,
        times: one.times,
        usage_cl: one.class,
    };
    let day = |day: MedicationDay| CzDiDateInf {
        di_date: Some(eight(day.date)),
        pr_date: day.prescribed.map(eight),
        drugs: day.medicines.into_iter().map(drug).collect(),
    };
    CzDiMonthInf {
        org,
        me_tr_di_h_cd: some(month.institution.code),
        prls_h_cd,
        me_tr_di_h_nm: some(month.institution.name),
        month: Some(month.month.six()),
        prls_h_nm,
        pr_is_org,
        pr_cl: month.prescription_class,
        dates: month.days.into_iter().map(day).collect(),
    }
}

/// The month of an institution's own claim, made where there is none: what a clinic did stands beside what it
/// gave out itself, never beside what a pharmacy dispensed.
fn own_claim<'a>(
    months: &'a mut Vec<MeTrMonthInf>,
    (month, institution, in_out): (Month, &Institution, Option<&String>),
    own: &FacilityCode,
) -> &'a mut MeTrMonthInf {
    let text = month.six();
    let is_its = |known: &MeTrMonthInf| {
        known.me_tr_month.as_ref() == Some(&text)
            && known.me_tr_di_h_cd.as_ref() == Some(&institution.code)
            && known.in_out.as_ref() == in_out
    };
    let place = match months.iter().position(is_its) {
        Some(place) => place,
        None => {
            months.push(MeTrMonthInf {
                di_org: kind(institution),
                me_tr_di_h_cd: some(institution.code.clone()),
                me_tr_di_h_nm: some(institution.name.clone()),
                me_tr_month: Some(text),
                pr_is_org: own_or_other(institution, None, own),
                in_out: in_out.cloned(),
                ..MeTrMonthInf::default()
            });
            months.len() - 1
        }
    };
    &mut months[place]
}

/// The day of a month, made where there is none.
fn on(month: &mut MeTrMonthInf, date: Day) -> &mut DiDateInf {
    let text = eight(date);
    let known = month
        .dates
        .iter()
        .position(|day| day.di_date.as_ref() == Some(&text));
    let place = match known {
        Some(place) => place,
        None => {
            month.dates.push(DiDateInf {
                di_date: Some(text),
                ..DiDateInf::default()
            });
            month.dates.len() - 1
        }
    };
    &mut month.dates[place]
}

fn treatment(months: &mut Vec<MeTrMonthInf>, of: TreatmentMonth, own: &FacilityCode) {
    let one = |one: Treatment| MeTrInf {
        sin_inf_n: some(one.name),
        sin_inf_cd: one.code,
        me_tr_id_cl: one.class,
        qua1: one.quantity,
        times: one.times,
        unit: one.unit,
    };
    let claim = own_claim(months, (of.month, &of.institution, of.in_out.as_ref()), own);
    for day in of.days {
        let there = on(claim, day.date);
        there.treatments.extend(day.treatments.into_iter().map(one));
    }
}

fn operation(months: &mut Vec<MeTrMonthInf>, of: Operation, own: &FacilityCode) {
    let month = Month::of(of.date);
    let claim = own_claim(months, (month, &of.institution, of.in_out.as_ref()), own);
    on(claim, of.date).treatments.push(MeTrInf {
        sin_inf_n: some(of.name),
        sin_inf_cd: of.code,
        me_tr_id_cl: Some(SURGERY.to_owned()),
        ..MeTrInf::default()
    });
}
