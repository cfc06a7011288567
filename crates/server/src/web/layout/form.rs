//! Small pieces that forms and messages share.

/// Something that went wrong, told in the order a person needs it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What happened, in a few words.
    pub title: String,
    /// Why.
    pub what: String,
    /// What to do next.
    pub next: String,
}

/// A lock that ends by itself.
#[derive(Debug, Clone)]
pub struct Lock {
    /// When it ends, such as 10時15分.
    pub until: String,
    /// Seconds that are left, for the countdown.
    pub remaining_seconds: i64,
}

/// Why one field was not accepted.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// The field's `name`.
    pub field: String,
    /// What is wrong and how to put it right.
    pub text: String,
}

/// One option of a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The value that is sent.
    pub value: String,
    /// The words that are shown.
    pub label: String,
    /// Whether it is the chosen one.
    pub selected: bool,
}

/// A labelled fact.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// All that is wrong with one field, joined, if anything is.
pub(in crate::web) fn errors_of(errors: &[FieldError], field: &str) -> Option<String> {
    let texts: Vec<&str> = errors
        .iter()
        .filter(|e| e.field == field)
        .map(|e| e.text.as_str())
        .collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

pub(in crate::web) fn choice(value: &str, label: &str, selected: bool) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected,
    }
}

pub(in crate::web) fn fact(label: &str, value: &str) -> Fact {
    Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

pub(in crate::web) fn field_error(field: &str, text: &str) -> FieldError {
    FieldError {
        field: field.to_owned(),
        text: text.to_owned(),
    }
}
