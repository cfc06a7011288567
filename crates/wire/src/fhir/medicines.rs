//! Medicines and treatment (YZKsiquc01res) as `MedicationStatement` and `Procedure`.
//!
//! `MedicationStatement` and not `MedicationDispense`: two of three sources are no dispensing (claims say what
//! was billed, prescriptions what was prescribed), and none has the numbers that JP Core's profile of a
//! dispensing wants. The amount of the messages is not said to be one of a dose or of a day, so it stands in
//! an extension and in no `dosage`.

use super::complete_institution;
use super::map::{back, forward};
use super::table::{MEDICINES, TREATMENTS, Table, To};
use crate::messages::{
    CzDiDateInf, CzDiMonthInf, CzDrugInf, DiDateInf, DrugInf, MeTrInf, MeTrMonthInf,
    MedicinesResponse, ShDrugInf, ShPrDateInf, ShPrMonthInf,
};
use crate::shape::{Block, Blocks, View};
use serde_json::{Value, json};

/// The code system of where a medicine is known from.
pub const MEDICATION_SOURCE: &str = "urn:onshi:fhir:medication-source";

/// The code system of what a procedure is: treatment or operation.
pub const PROCEDURE_KIND: &str = "urn:onshi:fhir:procedure-kind";

/// A resource for each entry of each day of each month, with what its day and its month say.
fn spread(table: &Table, months: &dyn Blocks, finish: &dyn Fn(Value) -> Value) -> Vec<Value> {
    let mut made = Vec::new();
    for month in (0..months.count()).map(|index| months.at(index)) {
        for day in lists(table, month) {
            for entry in lists(table, day) {
                let mut resource = json!({});
                for block in [month, day, entry] {
                    forward(table, block, &mut resource);
                }
                made.push(finish(resource));
            }
        }
    }
    made
}

/// The entries of a block's lists that become resources.
fn lists<'a>(table: &Table, block: &'a dyn Block) -> Vec<&'a dyn Block> {
    let shape = block.shape();
    let mut found = Vec::new();
    for (index, field) in shape.fields.iter().enumerate() {
        let row = table.find(shape.name, field.name);
        let spreads = row.is_some_and(|row| matches!(row.to, To::Each(_)));
        if let (true, View::Blocks(blocks)) = (spreads, block.view(index)) {
            found.extend((0..blocks.count()).map(|number| blocks.at(number)));
        }
    }
    found
}

fn complete_prescriber(resource: &mut Value) {
    let extensions = resource.get_mut("extension").and_then(Value::as_array_mut);
    for extension in extensions.into_iter().flatten() {
        if let Some(reference) = extension.get_mut("valueReference") {
            complete_institution(reference);
        }
    }
}

/// The medicines of an answer, in its order, without ids.
pub fn medication_statements(message: &MedicinesResponse, subject: &Value) -> Vec<Value> {
    let statement = |code: &'static str, display: &'static str| {
        move |mut resource: Value| {
            resource["resourceType"] = json!("MedicationStatement");
            // Nobody says that it was taken.
            resource["status"] = json!("unknown");
            resource["category"] = json!({"coding": [{
                "system": MEDICATION_SOURCE, "code": code, "display": display}]});
            resource["subject"] = subject.clone();
            if resource.get("medicationCodeableConcept").is_none() {
                resource["medicationCodeableConcept"] = json!({"text": "不明"});
            }
            complete_institution(&mut resource["informationSource"]);
            complete_prescriber(&mut resource);
            resource
        }
    };
    let body = &message.body;
    let mut all = spread(&MEDICINES, &body.months, &statement("Claim", "レセプト"));
    let prescribed = statement("Prescription", "処方");
    all.extend(spread(&MEDICINES, &body.prescriptions, &prescribed));
    let dispensed = statement("Dispensing", "調剤");
    all.extend(spread(&MEDICINES, &body.dispensings, &dispensed));
    all
}

/// The treatments and operations of an answer, in its order, without ids.
pub fn procedures(message: &MedicinesResponse, subject: &Value) -> Vec<Value> {
    let procedure = |mut resource: Value| {
        let class = super::get(&resource, "extension[treatment-class].valueString");
        let operation = class.and_then(Value::as_str) == Some("50");
        let (code, display) = match operation {
            true => ("operation", "手術"),
            false => ("treatment", "診療行為"),
        };
        resource["resourceType"] = json!("Procedure");
        resource["status"] = json!("completed");
        resource["category"] = json!({"coding": [{
            "system": PROCEDURE_KIND, "code": code, "display": display}]});
        resource["subject"] = subject.clone();
        if let Some(actor) = resource
            .get_mut("performer")
            .and_then(|all| all.get_mut(0)?.get_mut("actor"))
        {
            complete_institution(actor);
        }
        complete_prescriber(&mut resource);
        resource
    };
    spread(&TREATMENTS, &message.body.months, &procedure)
}

/// The person that an answer names.
pub fn patient(message: &MedicinesResponse) -> Value {
    let mut root = json!({});
    forward(&MEDICINES, message, &mut root);
    let mut patient = root["Patient"].take();
    patient["resourceType"] = json!("Patient");
    patient
}

/// Puts what a resource says into the block of its month and of its day, made where they are missing.
macro_rules! gather {
    ($table:expr, $resource:expr, $months:expr, $month:ty { $dates:ident: $date:ty { $entries:ident: $entry:ty } }) => {{
        let (mut month, mut day, mut entry) =
            (<$month>::default(), <$date>::default(), <$entry>::default());
        back($table, &mut month, $resource);
        back($table, &mut day, $resource);
        back($table, &mut entry, $resource);
        let bare = |known: &$month| {
            let mut known = known.clone();
            known.$dates.clear();
            known
        };
        let place = match $months.iter().position(|known| bare(known) == month) {
            Some(place) => place,
            None => {
                $months.push(month);
                $months.len() - 1
            }
        };
        let days = &mut $months[place].$dates;
        let of_day = |known: &$date| known.same_day(&day);
        let place = match days.iter().position(of_day) {
            Some(place) => place,
            None => {
                days.push(day);
                days.len() - 1
            }
        };
        days[place].$entries.push(entry);
    }};
}

impl DiDateInf {
    fn same_day(&self, other: &DiDateInf) -> bool {
        (&self.di_date, &self.pr_date) == (&other.di_date, &other.pr_date)
    }
}

impl ShPrDateInf {
    fn same_day(&self, other: &ShPrDateInf) -> bool {
        self.pr_date == other.pr_date
    }
}

impl CzDiDateInf {
    fn same_day(&self, other: &CzDiDateInf) -> bool {
        (&self.di_date, &self.pr_date) == (&other.di_date, &other.pr_date)
    }
}

/// Reads a message back from its person, its medicines and its treatment.
pub fn medicines_back(patient: &Value, resources: &[Value]) -> MedicinesResponse {
    let mut message = MedicinesResponse::default();
    back(&MEDICINES, &mut message, &json!({"Patient": patient}));
    let body = &mut message.body;
    for resource in resources {
        let category = super::get(resource, "category.coding[0].code");
        match category.and_then(Value::as_str) {
            Some("Claim") => gather!(
                &MEDICINES,
                resource,
                body.months,
                MeTrMonthInf {
                    dates: DiDateInf { drugs: DrugInf }
                }
            ),
            Some("Prescription") => gather!(
                &MEDICINES,
                resource,
                body.prescriptions,
                ShPrMonthInf {
                    dates: ShPrDateInf { drugs: ShDrugInf }
                }
            ),
            Some("Dispensing") => gather!(
                &MEDICINES,
                resource,
                body.dispensings,
                CzDiMonthInf {
                    dates: CzDiDateInf { drugs: CzDrugInf }
                }
            ),
            _ => gather!(
                &TREATMENTS,
                resource,
                body.months,
                MeTrMonthInf {
                    dates: DiDateInf {
                        treatments: MeTrInf
                    }
                }
            ),
        }
    }
    message
}
