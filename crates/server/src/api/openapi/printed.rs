//! Answers that may be a printed document instead of a message.

use onshi_wire::MessageKind;
use serde_json::{Value, json};

/// The forms of the answer to a message: medicines and checkups also come as PDF.
pub(super) fn with_document(kind: MessageKind, mut forms: Value) -> Value {
    let printed = matches!(
        kind,
        MessageKind::MedicinesRequest | MessageKind::CheckupRequest
    );
    if let Some(forms) = forms.as_object_mut().filter(|_| printed) {
        let file = json!({"type": "string", "contentMediaType": "application/pdf",
            "description": "FileCategory 1 (and 3 of YZKsiquc01), where there is something to tell."});
        forms.insert("application/pdf".to_owned(), json!({"schema": file}));
    }
    forms
}
