//! How values were spelt in XML, so that an answer can echo them letter by letter.
//!
//! `a&gt;b`, `a&#62;b` and `<![CDATA[a>b]]>` are one value. The program that sent one of them looks
//! for its own text in the answer, so what is echoed is printed as it came. Nothing else can be
//! printed that way: a spelling is used only where, read strictly, it gives exactly the value that
//! is to be printed, and it can hold nothing but text, CDATA, and references to characters.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::check::is_printable;

/// The blocks in which an answer repeats what was sent.
pub(crate) const ECHOED: [&str; 3] = [
    "MessageHeader",
    "QualificationConfirmSearchInfo",
    "ReferenceNumberRegistrationInfo",
];

/// Spellings other than the one in which we print a value ourselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings(Vec<Spelling>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Spelling {
    /// The row of a bulk request, from 0.
    row: Option<usize>,
    element: Cow<'static, str>,
    text: Box<str>,
}

impl Spellings {
    /// Whether there are none, as nearly always.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes a spelling. Says how much memory it takes.
    pub(crate) fn note(&mut self, row: Option<usize>, element: &'static str, text: &str) -> usize {
        self.0.push(Spelling {
            row,
            element: Cow::Borrowed(element),
            text: text.into(),
        });
        size_of::<Spelling>() + text.len()
    }

    /// In the order in which they are looked for.
    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort_by_key(|spelling| spelling.row);
        self
    }

    fn of(&self, row: Option<usize>) -> &[Spelling] {
        let from = self.0.partition_point(|spelling| spelling.row < row);
        let to = self.0.partition_point(|spelling| spelling.row <= row);
        &self.0[from..to]
    }

    /// The spelling in which this value is echoed, if it came in one.
    pub(crate) fn find(&self, row: Option<usize>, element: &str, value: &str) -> Option<&str> {
        let found = self.of(row).iter().find(|own| own.element == element)?;
        (value_of(&found.text)? == value).then_some(&*found.text)
    }

    /// Those of a row (none: outside all rows) as a text to be kept; none when there are none.
    pub fn kept(&self, row: Option<usize>) -> Option<String> {
        let own = self.of(row);
        if own.is_empty() {
            return None;
        }
        let pairs: BTreeMap<&str, &str> =
            own.iter().map(|own| (&*own.element, &*own.text)).collect();
        serde_json::to_string(&pairs).ok()
    }

    /// Takes up what was kept of a row. Rows are taken up in order.
    pub fn take_up(&mut self, row: Option<usize>, kept: &str) {
        let pairs: BTreeMap<String, String> = serde_json::from_str(kept).unwrap_or_default();
        for (element, text) in pairs {
            self.0.push(Spelling {
                row,
                element: Cow::Owned(element),
                text: text.into(),
            });
        }
    }
}

/// The value of a spelling; none if it holds anything but text, CDATA and references.
pub(crate) fn value_of(spelling: &str) -> Option<String> {
    let mut value = String::with_capacity(spelling.len());
    let mut rest = spelling;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find(['&', '<']).unwrap_or(rest.len()));
        if text.contains("]]>") {
            return None;
        }
        push_lines(&mut value, text);
        rest = after;
        if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let (text, after) = inside.split_once("]]>")?;
            push_lines(&mut value, text);
            rest = after;
        } else if let Some(reference) = rest.strip_prefix('&') {
            let (name, after) = reference.split_once(';')?;
            value.push(character(name)?);
            rest = after;
        } else if !rest.is_empty() {
            return None;
        }
    }
    let plain = |c: char| is_printable(c) || matches!(c, '\t' | '\n' | '\r');
    value.chars().all(plain).then_some(value)
}

/// Line breaks as a reader of XML gives them on.
fn push_lines(value: &mut String, text: &str) {
    if text.contains('\r') {
        value.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
    } else {
        value.push_str(text);
    }
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix: u32| {
        let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        let number = plain.then(|| u32::from_str_radix(digits, radix).ok())?;
        char::from_u32(number?)
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_gives_its_value() {
        for (spelling, value) in [
            ("a&amp;b&lt;c&gt;d&quot;e&apos;f", "a&b<c>d\"e'f"),
            ("&#x3042;&#12354;", "ああ"),
            ("<![CDATA[a<b>&amp;]]>c", "a<b>&amp;c"),
            ("]]<![CDATA[]]>&gt;", "]]>"),
            ("a\r\nb\rc", "a\nb\nc"),
        ] {
            assert_eq!(value_of(spelling).as_deref(), Some(value), "{spelling}");
        }
    }

    #[test]
    fn nothing_else_is_a_spelling() {
        for text in [
            "<b/>",
            "a<!--x-->b",
            "<?x?>",
            "]]>",
            "&a;",
            "&",
            "&;",
            "a&amp",
            "&#0;",
            "&#x1B;",
            "&#xD800;",
            "&#+65;",
            "&#x;",
            "&#X41;",
            "<![CDATA[a",
            "<![CDATA[\u{1}]]>",
            "\u{85}",
            "</ArbitraryFileIdentifier><ErrorCode>x</ErrorCode><ArbitraryFileIdentifier>",
        ] {
            assert_eq!(value_of(text), None, "{text}");
        }
    }

    #[test]
    fn rows_have_their_own_and_survive_being_kept() {
        let mut spellings = Spellings::default();
        spellings.note(Some(1), "ArbitraryIdentifier", "a&gt;b");
        spellings.note(None, "ArbitraryFileIdentifier", "&#97;");
        let spellings = spellings.sorted();
        let mut again = Spellings::default();
        for row in [None, Some(0), Some(1)] {
            if let Some(kept) = spellings.kept(row) {
                again.take_up(row, &kept);
            }
        }
        assert_eq!(
            again.find(None, "ArbitraryFileIdentifier", "a"),
            Some("&#97;")
        );
        assert_eq!(
            again.find(Some(1), "ArbitraryIdentifier", "a>b"),
            Some("a&gt;b")
        );
        assert_eq!(again.find(Some(0), "ArbitraryIdentifier", "a>b"), None);
        assert_eq!(again.find(Some(1), "ArbitraryIdentifier", "another"), None);
        let mut foreign = Spellings::default();
        foreign.take_up(None, "{\"Name\":\"<b/>\"}");
        assert_eq!(foreign.find(None, "Name", "<b/>"), None);
    }
}
