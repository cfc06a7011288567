//! How the identifier was spelt in a message's own bytes.
//!
//! Programs look for their own text in the answer, letter by letter: `&gt;` that comes back as `>`
//! is one value, and is not found. So what was sent and what came are compared as they were
//! written, which a parser no longer knows.

use onshi_wire::Encoding;

use super::expect::is_same;
use super::report::Difference;

/// The element that comes back as it came.
const ELEMENT: &str = "ArbitraryFileIdentifier";

/// Its path in a message.
const PATH: &str = "XmlMsg/MessageHeader/ArbitraryFileIdentifier";

/// What begins a part of the text in which a tag is none, and what ends it.
const ASIDE: [(&str, &str); 2] = [("<![CDATA[", "]]>"), ("<!--", "-->")];

/// The identifier as it is written in this XML; nothing where it has none, or an empty one.
pub(super) fn of(bytes: &[u8], encoding: Encoding) -> Option<String> {
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::ShiftJis => encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes).0,
    };
    let mut rest = after_tag(&text)?;
    let whole = rest;
    loop {
        let (before, _) = rest.split_once('<')?;
        rest = &rest[before.len()..];
        let aside = ASIDE.iter().find(|(begin, _)| rest.starts_with(begin));
        let Some((_, end)) = aside else { break };
        rest = rest.split_once(end)?.1;
    }
    let written = &whole[..whole.len() - rest.len()];
    let closed = rest.strip_prefix("</")?.trim_start().starts_with(ELEMENT);
    (closed && !written.is_empty()).then(|| written.to_owned())
}

/// What follows the element's tag, which is not one that a comment only speaks of.
fn after_tag(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let (_, tag) = rest.split_once('<')?;
        rest = &rest[rest.len() - tag.len() - 1..];
        if let Some((_, end)) = ASIDE.iter().find(|(begin, _)| rest.starts_with(begin)) {
            rest = rest.split_once(end)?.1;
            continue;
        }
        let (name, after) = tag.split_once('>')?;
        if name.trim_end() == ELEMENT {
            return Some(after);
        }
        rest = after;
    }
}

/// Where an answer spells the identifier otherwise than it was sent.
pub(super) fn difference(
    sent: Option<&str>,
    came: Option<&str>,
    encoding: Encoding,
) -> Option<Difference> {
    let (sent, came) = (sent?, came?);
    (!is_same(sent, came, encoding)).then(|| Difference {
        path: format!("{PATH} (as it is spelt)"),
        expected: Some(sent.to_owned()),
        found: Some(came.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(inner: &str) -> Option<String> {
        let text = format!(
            "<?xml version=\"1.0\"?><!-- <{ELEMENT}>no</{ELEMENT}> --><XmlMsg><MessageHeader>\
             <MedicalInstitutionCode>1</MedicalInstitutionCode>{inner}</MessageHeader></XmlMsg>"
        );
        of(text.as_bytes(), Encoding::Utf8)
    }

    #[test]
    fn the_identifier_is_read_as_it_is_written() {
        for written in [
            "a&gt;b",
            "a>b",
            "&#x3042;&#12354;",
            "<![CDATA[a<b>&c]]>d",
            "a<![CDATA[</ArbitraryFileIdentifier>]]>",
            "<![CDATA[]]]]><![CDATA[>]]>",
            " a ",
            "a\r\nb",
            "a<!-- </ArbitraryFileIdentifier> -->b",
        ] {
            for (open, close) in [(ELEMENT, ELEMENT), ("ArbitraryFileIdentifier ", ELEMENT)] {
                let inner = format!("<{open}>{written}</{close}\n>");
                assert_eq!(spelt(&inner).as_deref(), Some(written), "{inner}");
            }
        }
        for none in [
            "",
            "<ArbitraryFileIdentifier/>",
            "<ArbitraryFileIdentifier></ArbitraryFileIdentifier>",
            "<ArbitraryFileIdentifier>a",
            "<ArbitraryFileIdentifier>a<b/></ArbitraryFileIdentifier>",
        ] {
            assert_eq!(spelt(none), None, "{none}");
        }
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode("<ArbitraryFileIdentifier>ソ&gt;表</");
        let bytes = [&*bytes, ELEMENT.as_bytes(), b">"].concat();
        assert_eq!(of(&bytes, Encoding::ShiftJis).as_deref(), Some("ソ&gt;表"));
    }

    #[test]
    fn another_spelling_of_the_same_value_is_a_difference() {
        let told = |sent, came, encoding| difference(Some(sent), Some(came), encoding);
        for (sent, came) in [
            ("a&gt;b", "a>b"),
            ("a>b", "a&gt;b"),
            ("a&#62;b", "a&gt;b"),
            ("&quot;", "\""),
            ("<![CDATA[a]]>", "a"),
            ("&#x3042;", "あ"),
        ] {
            for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
                assert!(told(sent, came, encoding).is_some(), "{sent} {came}");
                assert!(told(sent, sent, encoding).is_none(), "{sent}");
            }
        }
        assert!(told("𠮷&gt;", "●&gt;", Encoding::ShiftJis).is_none());
        assert!(told("𠮷&gt;", "●>", Encoding::ShiftJis).is_some());
        assert!(told("𠮷&gt;", "●&gt;", Encoding::Utf8).is_some());
        // Whether it must be there at all, the values say.
        assert!(difference(Some("a"), None, Encoding::Utf8).is_none());
        assert!(difference(None, Some("a"), Encoding::Utf8).is_none());
    }
}
