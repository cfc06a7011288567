//! What was read without a problem is printed and read again the same, in XML, Shift_JIS and JSON.
//!
//! The first byte chooses the kind; what begins with `{` is JSON, all else XML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_wire::{
    Encoding, Limits, MessageKind, Style, parse_json_into, parse_xml_into, print_json, print_xml,
    print_xml_as_spelt,
};

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let kind = MessageKind::ALL[usize::from(*first) % MessageKind::ALL.len()];
    let limits = Limits { bytes: 1 << 20, ..Limits::SINGLE };
    let mut message = kind.empty();
    let parsed = match bytes.first() {
        Some(b'{') => parse_json_into(&mut *message, bytes, &limits),
        _ => parse_xml_into(&mut *message, bytes, &limits),
    };
    let json = print_json(&*message);
    if !parsed.problems.is_empty() {
        // What is wrong can still be printed and told apart, for an answer that echoes it.
        let _ = print_xml(&*message, Style { encoding: Encoding::ShiftJis, indented: true, ..Style::default() });
        return;
    }
    // Spelt as it came it is the same message, whatever was made of the spelling.
    let spelt = print_xml_as_spelt(&*message, Style::default(), &parsed.spellings);
    let mut back = kind.empty();
    assert!(parse_xml_into(&mut *back, &spelt.bytes, &limits).problems.is_empty());
    assert_eq!(print_json(&*back), json);
    let mut back = kind.empty();
    assert!(parse_json_into(&mut *back, &json, &limits).problems.is_empty());
    assert_eq!(print_json(&*back), json);
    for encoding in [Encoding::Utf8, Encoding::ShiftJis] {
        let style = Style { encoding, indented: first & 0x80 != 0, ..Style::default() };
        let printed = print_xml(&*message, style);
        let mut back = kind.empty();
        let again = parse_xml_into(&mut *back, &printed.bytes, &limits);
        assert!(again.readable);
        if encoding == Encoding::Utf8 {
            assert!(printed.replaced.is_empty() && again.problems.is_empty());
            assert_eq!(print_json(&*back), json);
        } else if printed.replaced.is_empty() {
            // Once it has gone through Shift_JIS it stays.
            assert_eq!(print_xml(&*back, style).bytes, printed.bytes);
        }
    }
});
