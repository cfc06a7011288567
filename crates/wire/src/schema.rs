//! Documentation out of the tables: JSON schemas for OpenAPI 3.1, tables of fields, examples.

use serde_json::{Map, Value, json};

use crate::codes::CodeList;
use crate::kind::MessageKind;
use crate::shape::{ANY, Block, Entries, Field, JsonList, Kind, NOT_PUBLIC, Need, Shape, Slot};

/// The JSON schema (2020-12) of a message as the Web API carries it, with an example.
pub fn schema(kind: MessageKind) -> Value {
    let message = example(kind);
    let bytes = crate::print_json(&*message);
    let example: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    json!({
        "type": "object",
        "title": kind.id(),
        "description": format!("{}（{}, {}）", kind.title_ja(), kind.id(), kind.interface()),
        "properties": { "XmlMsg": object(kind.shape(), Form::Json) },
        "required": ["XmlMsg"],
        "examples": [example],
    })
}

/// The same for the message as a file, with what OpenAPI says of XML. Elements may come in any
/// order.
pub fn xml_schema(kind: MessageKind) -> Value {
    let mut schema = object(kind.shape(), Form::Xml);
    schema["title"] = kind.id().into();
    schema["description"] =
        format!("{}（{}, {}）", kind.title_ja(), kind.id(), kind.interface()).into();
    schema["xml"] = json!({"name": "XmlMsg"});
    schema
}

/// Which of the two forms of a message is described: they differ in their lists.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Xml,
}

/// A message in which everything that has an example is set; each list has one entry.
pub fn example(kind: MessageKind) -> Box<dyn Block> {
    let mut message = kind.empty();
    fill(&mut *message);
    message
}

fn fill(block: &mut dyn Block) {
    for (index, field) in block.shape().fields.iter().enumerate() {
        if field.kind.is_text() && field.example.is_empty() {
            continue;
        }
        match block.open(index) {
            Slot::Block(inner) => fill(inner),
            text => text.put(field.example.to_owned()),
        }
    }
}

fn object(shape: &Shape, form: Form) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in shape.fields {
        let mut property = property(field, form);
        property["description"] = one_line(field.doc).into();
        properties.insert(field.name.to_owned(), property);
        let least = matches!(field.kind, Kind::Repeated(Entries { min, .. }) if min > 0);
        if field.need == Need::Required || least {
            required.push(field.name);
        }
    }
    let mut object = json!({
        "type": "object",
        "title": shape.name,
        "description": one_line(shape.doc),
        "properties": properties,
    });
    if !required.is_empty() {
        object["required"] = required.into();
    }
    object
}

fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn property(field: &Field, form: Form) -> Value {
    let required = field.need == Need::Required;
    let mut value = match field.kind {
        Kind::Text(_) if required => string(&format!("{LINE}*{VISIBLE}{LINE}*"), true),
        Kind::Text(_) => string(&format!("{LINE}*"), true),
        Kind::Lines(_) => string(&format!("{LINES}*"), true),
        Kind::Digits(exact) => string(&format!("[0-9]{{{exact}}}"), required),
        Kind::Number(NOT_PUBLIC) => string("[0-9]+", required),
        Kind::Number(max) => string(&format!("[0-9]{{1,{max}}}"), required),
        Kind::Date => string(DATE, required),
        Kind::Month => string("[1-9][0-9]{3}(0[1-9]|1[0-2])", required),
        Kind::Time => string(&format!("({DATE}){CLOCK}"), required),
        Kind::InsurerNumber => string("[0-9]{8}| {0,2}[0-9]{6}", required),
        Kind::PostNumber => string("[0-9]{3}-[0-9]{4}", required),
        Kind::Code(list) => codes(list, required),
        Kind::Block(shape) => return object(shape, form),
        Kind::Repeated(entries) => return array(object(entries.shape, form), &entries),
        Kind::List {
            item,
            entries,
            json,
        } => return array_of(item, object(entries.shape, form), &entries, (form, json)),
    };
    match field.kind.length() {
        Some(NOT_PUBLIC) => value["x-length"] = "not public".into(),
        Some(max) => value["maxLength"] = max.into(),
        None => {}
    }
    if !field.example.is_empty() {
        value["examples"] = json!([field.example]);
    }
    value
}

/// Any character but those that no value may have.
const LINE: &str = r"[^\u0000-\u001f\u007f-\u009f\ufffe\uffff]";
/// The same with line breaks and tabs.
const LINES: &str = r"[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]";
/// And not a blank.
const VISIBLE: &str =
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufffe\uffff]";
/// A day of the calendar, leap years included.
const DATE: &str = "[1-9][0-9]{3}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|\
    (0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|\
    (([2468][048]|[13579][26])00|[1-9][0-9](0[48]|[2468][048]|[13579][26]))0229";
const CLOCK: &str = "([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]";

/// An optional element may be empty, which is the same as absent.
fn string(pattern: &str, required: bool) -> Value {
    let mark = if required { "" } else { "?" };
    json!({ "type": "string", "pattern": format!("^({pattern}){mark}$") })
}

fn codes(list: &CodeList, required: bool) -> Value {
    let mut values: Vec<&str> = list.entries.iter().map(|(value, _)| *value).collect();
    if !required {
        values.push("");
    }
    let labels = list
        .entries
        .iter()
        .map(|(value, label)| format!("{value} {label}"));
    json!({
        "type": "string",
        "enum": values,
        "x-code-list": list.id,
        "x-labels": labels.collect::<Vec<_>>().join(" / "),
    })
}

/// A list inside an element of its own.
fn array_of(
    item: &str,
    mut inside: Value,
    entries: &Entries,
    (form, json): (Form, JsonList),
) -> Value {
    match (form, json) {
        (Form::Xml, _) => {
            inside["xml"] = json!({"name": item});
            let mut list = array(inside, entries);
            list["xml"] = json!({"wrapped": true});
            list
        }
        (Form::Json, JsonList::Wrapped) => {
            let wrapped = json!({
                "type": "object",
                "properties": { item: inside },
                "required": [item],
            });
            array(wrapped, entries)
        }
        (Form::Json, JsonList::Bare) => array(inside, entries),
    }
}

fn array(items: Value, entries: &Entries) -> Value {
    let mut value = json!({ "type": "array", "items": items });
    if entries.min > 0 {
        value["minItems"] = entries.min.into();
    }
    if entries.max != ANY {
        value["maxItems"] = entries.max.into();
    }
    value
}

/// The elements of a message as a Markdown table.
pub fn field_table(kind: MessageKind) -> String {
    let mut table = format!("### {} {}\n\n", kind.id(), kind.title_ja());
    table.push_str("| element | 項目 | | content | |\n|---|---|---|---|---|\n");
    rows(kind.shape(), 0, &mut table);
    table
}

fn rows(shape: &Shape, depth: usize, table: &mut String) {
    for field in shape.fields {
        let (mark, content) = (mark(field), content(&field.kind));
        let indent = "　".repeat(depth);
        let english = field
            .doc
            .split_once(": ")
            .map_or("", |(_, english)| english);
        let line = format!(
            "| {indent}`{}` | {} | {mark} | {content} | {} |\n",
            field.name,
            field.ja(),
            one_line(english)
        );
        table.push_str(&line);
        match &field.kind {
            Kind::Block(inner) => rows(inner, depth + 1, table),
            Kind::Repeated(entries) | Kind::List { entries, .. } => {
                rows(entries.shape, depth + 1, table);
            }
            _ => {}
        }
    }
}

fn mark(field: &Field) -> String {
    let many = |max: usize| {
        if max == ANY {
            "n".to_owned()
        } else {
            max.to_string()
        }
    };
    match field.kind.entries() {
        Some(entries) if field.need == Need::Optional => {
            format!(
                "{}–{}",
                if entries.min == 0 { "0" } else { "1" },
                many(entries.max)
            )
        }
        _ if field.need == Need::Required => "必須".to_owned(),
        _ => "任意".to_owned(),
    }
}

fn content(kind: &Kind) -> String {
    let length = |max: usize| match max {
        NOT_PUBLIC => "桁数非公開".to_owned(),
        max => format!("≤{max}"),
    };
    match kind {
        Kind::Text(max) => format!("text {}", length(*max)),
        Kind::Lines(max) => format!("lines {}", length(*max)),
        Kind::Digits(exact) => format!("{exact} digits"),
        Kind::Number(max) => format!("digits {}", length(*max)),
        Kind::Date => "yyyyMMdd".to_owned(),
        Kind::Month => "yyyyMM".to_owned(),
        Kind::Time => "yyyyMMddHHmmss".to_owned(),
        Kind::InsurerNumber => "8, left-padded".to_owned(),
        Kind::PostNumber => "nnn-nnnn".to_owned(),
        Kind::Code(list) => list.id.to_owned(),
        Kind::Block(_) => String::new(),
        Kind::Repeated(_) => "repeated".to_owned(),
        Kind::List { item, .. } => format!("of `{item}`"),
    }
}
