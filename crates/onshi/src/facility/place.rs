//! Where an institution is, where it is called back, and whether it is a hospital that gives emergency care.

use super::change;
use crate::output::{Failure, Output};
use crate::serve::{Tools, facility_code};
use onshi_core::facility::{self, Municipality, Phone};
use onshi_language::say;
use serde_json::json;

/// Says in which municipality an institution is.
pub(super) fn set_municipality(
    tools: &Tools,
    code: &str,
    municipality: Option<&str>,
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let set = municipality.map(Municipality::parse).transpose()?;
    change(tools, &code, move |tx, code| {
        facility::set_municipality(tx, code, set.as_ref())
    })?;
    let told = json!({"facility": code.as_str(), "municipality": municipality});
    output.result(&told, || match municipality {
        Some(of) => say!(
            "{code} is in {of}.",
            "{code} の市区町村を {of} にしました。"
        ),
        None => say!(
            "The municipality of {code} is not known any more.",
            "{code} の市区町村の登録を解除しました。"
        ),
    });
    Ok(())
}

/// Says at which number an institution is called back.
pub(super) fn set_phone(
    tools: &Tools,
    code: &str,
    number: Option<&str>,
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    let set = number.map(Phone::parse).transpose()?;
    let told = json!({"facility": code.as_str(), "phone": set.as_ref().map(Phone::as_str)});
    let kept = set.clone();
    change(tools, &code, move |tx, code| {
        facility::set_phone(tx, code, kept.as_ref())
    })?;
    output.result(&told, || match &set {
        Some(number) => {
            let number = number.as_str();
            say!(
                "{code} is called back at {number}.",
                "{code} の折り返しの電話番号を {number} にしました。"
            )
        }
        None => say!(
            "The number of {code} is not known any more.",
            "{code} の折り返しの電話番号の登録を解除しました。"
        ),
    });
    Ok(())
}

/// Says whether the institution is a hospital that may read in emergency care.
pub(super) fn set_emergency_hospital(
    tools: &Tools,
    code: &str,
    hospital: bool,
    output: &Output,
) -> Result<(), Failure> {
    let code = facility_code(code)?;
    change(tools, &code, move |tx, code| {
        facility::set_emergency_hospital(tx, code, hospital)
    })?;
    let told = json!({"facility": code.as_str(), "emergency_hospital": hospital});
    output.result(&told, || match hospital {
        true => say!(
            "{code} may read medical information in emergency care.",
            "{code} を救急時医療情報閲覧を利用できる病院として登録しました。"
        ),
        false => say!(
            "{code} may not read medical information in emergency care any more.",
            "{code} の救急時医療情報閲覧の登録を解除しました。"
        ),
    });
    Ok(())
}
