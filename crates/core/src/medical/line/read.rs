//! Reading a line into a record, or finding all that is wrong with it.

use super::{
    CheckupItemLine, CheckupLine, MedicalLine, MedicineDayLine, MedicineLine, OperationLine,
    Reported, TreatmentDayLine,
};
use crate::clock::{Day, Month};
use crate::medical::check::Found;
use crate::medical::record::{
    Checkup, CheckupItem, CheckupMonth, Holds, Institution, MedicationDay, MedicationMonth,
    Medicine, Operation, OperationMonth, Record, Source, Treatment, TreatmentDay, TreatmentMonth,
};

/// The months and institutions of a line, where they can be read.
struct Head {
    month: Month,
    institution: Institution,
    prescriber: Option<Institution>,
}

impl MedicalLine {
    /// Reads a line into a record, or says what is wrong with it.
    pub fn read(self) -> Result<Record, Vec<String>> {
        let mut found = Found::default();
        let record = match self {
            MedicalLine::Medicines(line) => medicines(&mut found, line),
            MedicalLine::Treatments(line) => treatments(&mut found, line),
            MedicalLine::Operations(line) => operations(&mut found, line),
            MedicalLine::Checkups(line) => checkups(&mut found, line),
        };
        match record {
            Some(record) if found.0.is_empty() => Ok(record),
            _ => Err(found.0),
        }
    }
}

fn head<T>(found: &mut Found, line: &Reported<T>) -> Option<Head> {
    found.person(line.person);
    found.insurer(&line.insurer_number);
    found.class("InOut", line.in_out.as_deref());
    found.class("PrescriptionClass", line.prescription_class.as_deref());
    let institution = found.institution(
        ["InstitutionCode", "InstitutionName"],
        [&line.institution_code, &line.institution_name],
    );
    let prescriber = match (&line.prescriber_code, &line.prescriber_name) {
        (None, None) => None,
        (code, name) => {
            let texts = [code, name].map(|text| text.as_deref().unwrap_or_default());
            found.institution(["PrescriberCode", "PrescriberName"], texts)
        }
    };
    Some(Head {
        month: found.month(&line.month)?,
        institution: institution?,
        prescriber,
    })
}

fn record<T>(line: &Reported<T>, holds: Holds) -> Record {
    Record {
        person: line.person,
        insurer: onshi_wire::numbers::match_insurer(&line.insurer_number),
        holds,
    }
}

fn medicines(found: &mut Found, mut line: Reported<MedicineDayLine>) -> Option<Record> {
    let head = head(found, &line);
    let source = found.source(line.source.as_deref());
    let month = head.as_ref().map(|head| head.month);
    let mut days = Vec::with_capacity(line.days.len());
    for day in std::mem::take(&mut line.days) {
        let date = found.day_in("Date", &day.date, month);
        let prescribed = day
            .prescribed
            .as_deref()
            .map(|text| found.day("Prescribed", text));
        found.some("Medicines", &day.medicines);
        let all = day.medicines.into_iter().map(|one| medicine(found, one));
        let medicines = all.collect();
        days.extend(date.map(|date| MedicationDay {
            date,
            prescribed: prescribed.flatten(),
            medicines,
        }));
    }
    let (head, source) = (head?, source?);
    let of = MedicationMonth {
        source,
        month: head.month,
        institution: head.institution,
        prescriber: head.prescriber,
        in_out: line.in_out.clone().filter(|_| source == Source::Claim),
        prescription_class: line.prescription_class.clone(),
        in_house: line.in_house,
        days,
    };
    Some(record(&line, Holds::Medicines(of)))
}

fn medicine(found: &mut Found, one: MedicineLine) -> Medicine {
    found.name(&one.name);
    found.code(one.code.as_deref());
    for (item, text) in [
        ("Ingredient", &one.ingredient),
        ("Quantity", &one.quantity),
        ("Unit", &one.unit),
        ("Usage", &one.usage),
        ("Times", &one.times),
    ] {
        found.text(item, text.as_deref());
    }
    found.lines("Instruction", one.instruction.as_deref());
    found.class("Class", one.class.as_deref());
    Medicine {
        code: one.code,
        name: one.name,
        ingredient: one.ingredient,
        quantity: one.quantity,
        unit: one.unit,
        usage: one.usage,
        instruction: one.instruction,
        times: one.times,
        class: one.class,
    }
}

fn treatments(found: &mut Found, mut line: Reported<TreatmentDayLine>) -> Option<Record> {
    let head = head(found, &line);
    let month = head.as_ref().map(|head| head.month);
    let mut days = Vec::with_capacity(line.days.len());
    for day in std::mem::take(&mut line.days) {
        let date = found.day_in("Date", &day.date, month);
        found.some("Treatments", &day.treatments);
        let mut treatments = Vec::with_capacity(day.treatments.len());
        for one in day.treatments {
            found.name(&one.name);
            found.code(one.code.as_deref());
            found.class("Class", one.class.as_deref());
            for (item, text) in [
                ("Quantity", &one.quantity),
                ("Times", &one.times),
                ("Unit", &one.unit),
            ] {
                found.text(item, text.as_deref());
            }
            treatments.push(Treatment {
                code: one.code,
                name: one.name,
                class: one.class,
                quantity: one.quantity,
                times: one.times,
                unit: one.unit,
            });
        }
        days.extend(date.map(|date| TreatmentDay { date, treatments }));
    }
    let head = head?;
    let of = TreatmentMonth {
        month: head.month,
        institution: head.institution,
        in_out: line.in_out.clone(),
        days,
    };
    Some(record(&line, Holds::Treatments(of)))
}

fn operations(found: &mut Found, mut line: Reported<OperationLine>) -> Option<Record> {
    let head = head(found, &line);
    let month = head.as_ref().map(|head| head.month);
    let mut read: Vec<(Day, Option<String>, String)> = Vec::new();
    for one in std::mem::take(&mut line.days) {
        let date = found.day_in("Date", &one.date, month);
        found.name(&one.name);
        found.code(one.code.as_deref());
        read.extend(date.map(|date| (date, one.code, one.name)));
    }
    let head = head?;
    let operation = |(date, code, name)| Operation {
        date,
        institution: head.institution.clone(),
        code,
        name,
        in_out: line.in_out.clone(),
    };
    let of = OperationMonth {
        month: head.month,
        institution: head.institution.clone(),
        in_out: line.in_out.clone(),
        operations: read.into_iter().map(operation).collect(),
    };
    Some(record(&line, Holds::Operations(of)))
}

fn checkups(found: &mut Found, mut line: Reported<CheckupLine>) -> Option<Record> {
    let head = head(found, &line);
    let month = head.as_ref().map(|head| head.month);
    let mut checkups = Vec::with_capacity(line.days.len());
    for day in std::mem::take(&mut line.days) {
        let date = found.day_in("Date", &day.date, month);
        found.some("Items", &day.items);
        let all = day.items.into_iter().map(|one| item(found, one));
        let items: Vec<CheckupItem> = all.collect();
        let institution = head.as_ref().map(|head| head.institution.clone());
        checkups.extend(date.map(|date| Checkup {
            date,
            institution,
            items,
        }));
    }
    let head = head?;
    let of = CheckupMonth {
        month: head.month,
        institution: head.institution,
        checkups,
    };
    Some(record(&line, Holds::Checkups(of)))
}

fn item(found: &mut Found, one: CheckupItemLine) -> CheckupItem {
    found.item_code(&one.code);
    found.name(&one.name);
    found.data_type(&one.data_type);
    found.text("Value", Some(&one.value));
    for (item, text) in [
        ("Unit", &one.unit),
        ("Oid", &one.oid),
        ("ValueName", &one.value_name),
    ] {
        found.text(item, text.as_deref());
    }
    CheckupItem {
        code: one.code,
        name: one.name,
        data_type: one.data_type,
        value: one.value,
        unit: one.unit,
        oid: one.oid,
        value_name: one.value_name,
    }
}
