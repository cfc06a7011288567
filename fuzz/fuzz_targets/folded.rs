//! Any text as a name or an address that is looked for in an emergency: its compared form is the same for what
//! people mean alike, and stays as it is when it is made again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_core::fold::folded;

fuzz_target!(|text: &str| {
    let once = folded(text);
    assert_eq!(folded(&once), once, "{text:?}");
    let spaced: String = text.chars().flat_map(|c| ['　', c]).collect();
    assert_eq!(folded(&spaced), once, "{text:?}");
    let hiragana: String = text.chars().map(|c| match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        other => other,
    }).collect();
    assert_eq!(folded(&hiragana), once, "{text:?}");
});
