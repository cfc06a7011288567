//! A place in a FHIR resource, as the mapping's table writes it: `Patient.name[IDE].text`.
//!
//! A step is a key of JSON, and behind it in brackets which entry of a list: a number, or a name of
//! [`SELECTORS`], which says what the entry has that is meant. Putting something makes what is missing.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What our own extensions' addresses begin with; the rest is the selector's name.
pub const EXTENSION: &str = "urn:onshi:fhir:extension:";

/// Which entry of a list is meant: it has at least this.
pub const SELECTORS: &[(&str, &str)] = &[
    (
        "IDE",
        r#"{"use":"official","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"IDE"}]}"#,
    ),
    (
        "SYL",
        r#"{"use":"official","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"SYL"}]}"#,
    ),
    (
        "other-IDE",
        r#"{"use":"usual","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"IDE"}]}"#,
    ),
    (
        "other-SYL",
        r#"{"use":"usual","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"SYL"}]}"#,
    ),
    ("home", r#"{"use":"home","country":"JP"}"#),
    (
        "symbol",
        r#"{"url":"http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonSymbol"}"#,
    ),
    (
        "number",
        r#"{"url":"http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonNumber"}"#,
    ),
    (
        "sub-number",
        r#"{"url":"http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonSubNumber"}"#,
    ),
    (
        "insured-person-category",
        r#"{"system":"http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuredPersonCategory"}"#,
    ),
    (
        "insurer",
        r#"{"identifier":{"system":"http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber"}}"#,
    ),
    (
        "copaypct",
        r#"{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/coverage-copay-type","code":"copaypct"}]},"valueQuantity":{"unit":"%","system":"http://unitsofmeasure.org","code":"%"}}"#,
    ),
    (
        "reference-number",
        r#"{"system":"urn:onshi:fhir:reference-number"}"#,
    ),
    (
        "file-identifier",
        r#"{"system":"urn:onshi:fhir:file-identifier"}"#,
    ),
    ("claims-drug", r#"{"system":"urn:onshi:fhir:claims-drug"}"#),
    (
        "claims-treatment",
        r#"{"system":"urn:onshi:fhir:claims-treatment"}"#,
    ),
    (
        "checkup-item",
        r#"{"system":"urn:oid:1.2.392.200119.6.1005"}"#,
    ),
];

/// Entries that differ in one code only: what an item of an answer is about, and of what a consent is.
const WITH_A_CODE: &[(&str, &str)] = &[
    (
        "item ",
        r#"{"category":{"coding":[{"system":"urn:onshi:fhir:benefit","code":"*"}]}}"#,
    ),
    (
        "consent ",
        r#"{"category":[{"coding":[{"system":"urn:onshi:fhir:consented-information","code":"*"}]}]}"#,
    ),
];

static NAMED: LazyLock<BTreeMap<&str, Value>> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).expect("a selector is an object of JSON");
    SELECTORS
        .iter()
        .map(|(name, text)| (*name, read(text)))
        .collect()
});

/// What an entry has that is meant by this selector behind this key.
fn selected(key: &str, selector: &str) -> Value {
    if let Some(known) = NAMED.get(selector) {
        return known.clone();
    }
    for (begin, text) in WITH_A_CODE {
        if let Some(code) = selector.strip_prefix(begin) {
            let text = text.replace('*', code);
            return serde_json::from_str(&text).expect("a selector is an object of JSON");
        }
    }
    assert_eq!(key, "extension", "{selector} is a selector of extensions");
    serde_json::json!({"url": format!("{EXTENSION}{selector}")})
}

/// Whether a value has all of that.
fn has(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| value.get(key).is_some_and(|value| has(value, wanted))),
        (Value::Array(value), Value::Array(wanted)) => wanted
            .iter()
            .all(|wanted| value.iter().any(|value| has(value, wanted))),
        _ => value == wanted,
    }
}

/// Key and selector of each step.
fn steps(path: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    path.split('.').map(|step| match step.split_once('[') {
        Some((key, selector)) => (key, Some(selector.trim_end_matches(']'))),
        None => (step, None),
    })
}

/// What stands at a place.
pub fn get<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    let mut here = root;
    for (key, selector) in steps(path) {
        here = here.get(key)?;
        let Some(selector) = selector else { continue };
        let entries = here.as_array()?;
        here = match selector.parse::<usize>() {
            Ok(index) => entries.get(index)?,
            Err(_) => {
                let wanted = selected(key, selector);
                entries.iter().find(|entry| has(entry, &wanted))?
            }
        };
    }
    Some(here)
}

/// The place itself, made where it is missing.
pub fn open<'a>(root: &'a mut Value, path: &str) -> &'a mut Value {
    let mut here = root;
    for (key, selector) in steps(path) {
        here = object(here).entry(key).or_insert(Value::Null);
        let Some(selector) = selector else { continue };
        let wanted = match selector.parse::<usize>() {
            Ok(_) => Value::Object(Map::new()),
            Err(_) => selected(key, selector),
        };
        let entries = list(here);
        let index = match selector.parse::<usize>() {
            Ok(index) => index.min(entries.len()),
            Err(_) => entries
                .iter()
                .position(|entry| has(entry, &wanted))
                .unwrap_or(entries.len()),
        };
        if index == entries.len() {
            entries.push(wanted);
        }
        here = &mut entries[index];
    }
    here
}

/// One more entry at a place that ends with a selector.
pub(super) fn push<'a>(root: &'a mut Value, path: &str) -> &'a mut Value {
    let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
    let (key, selector) = last.split_once('[').unwrap_or((last, "0]"));
    let holder = match before {
        "" => root,
        before => open(root, before),
    };
    let entry = selected(key, selector.trim_end_matches(']'));
    let entries = list(object(holder).entry(key).or_insert(Value::Null));
    entries.push(entry);
    let last = entries.len() - 1;
    &mut entries[last]
}

/// Every entry at a place that ends with a selector.
pub(super) fn all<'a>(root: &'a Value, path: &str) -> Vec<&'a Value> {
    let (before, last) = path.rsplit_once('.').unwrap_or(("", path));
    let (key, selector) = last.split_once('[').unwrap_or((last, "0]"));
    let wanted = selected(key, selector.trim_end_matches(']'));
    let holder = match before {
        "" => Some(root),
        before => get(root, before),
    };
    let entries = holder.and_then(|holder| holder.get(key)?.as_array());
    entries
        .into_iter()
        .flatten()
        .filter(|entry| has(entry, &wanted))
        .collect()
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map,
        _ => unreachable!("it was just made one"),
    }
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    match value {
        Value::Array(entries) => entries,
        _ => unreachable!("it was just made one"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_put_is_found_again() {
        let mut root = json!({});
        *open(&mut root, "Patient.name[IDE].text") = json!("架空　花子");
        *open(&mut root, "Patient.name[SYL].text") = json!("ｶｸｳ ﾊﾅｺ");
        *open(&mut root, "Patient.name[IDE].family") = json!("架空");
        *open(&mut root, "Patient.extension[sex2].valueCode") = json!("1");
        assert_eq!(root["Patient"]["name"].as_array().unwrap().len(), 2);
        assert_eq!(
            get(&root, "Patient.name[SYL].text"),
            Some(&json!("ｶｸｳ ﾊﾅｺ"))
        );
        assert_eq!(get(&root, "Patient.name[other-IDE].text"), None);
        assert_eq!(
            root["Patient"]["extension"][0]["url"],
            "urn:onshi:fhir:extension:sex2"
        );
    }

    #[test]
    fn entries_are_pushed_and_told_apart() {
        let mut root = json!({});
        for number in [1, 2] {
            push(&mut root, "A.item[item ticket]")["number"] = json!(number);
        }
        push(&mut root, "A.item[item limit]");
        assert_eq!(all(&root, "A.item[item ticket]").len(), 2);
        assert_eq!(all(&root, "A.item[item limit]").len(), 1);
        assert_eq!(all(&root, "B.item[item limit]").len(), 0);
        let expected = Some(&json!(1));
        assert_eq!(get(&root, "A.item[item ticket].number"), expected);
    }
}
