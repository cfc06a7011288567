//! Any bytes as XML of any kind: no panic, no unbounded memory, a reason whenever it is refused.
//!
//! The first byte chooses the kind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_wire::{Limits, MessageKind, parse_xml_into};

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let kind = MessageKind::ALL[usize::from(*first) % MessageKind::ALL.len()];
    let parsed = parse_xml_into(&mut *kind.empty(), bytes, &Limits::SINGLE);
    assert!(parsed.readable || !parsed.problems.is_empty());
    assert!(parsed.problems.len().max(parsed.warnings.len()) <= Limits::SINGLE.problems + 2);
    for problem in parsed.problems.iter().chain(&parsed.warnings) {
        assert!(problem.line.is_some() || problem.text_en.contains("limit of bytes"));
        assert!(!problem.text_ja.contains(|c: char| c.is_control()));
        assert!(!problem.element.contains(|c: char| c.is_control()));
    }
});
