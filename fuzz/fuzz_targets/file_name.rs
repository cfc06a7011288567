//! Any text as a file name: what is accepted names itself, and never leaves its folder.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_wire::numbers::{match_branch, match_insurer, match_kana, match_symbol, check_digit};
use onshi_wire::{FileName, is_unknown_request};

fuzz_target!(|name: &str| {
    let unknown = is_unknown_request(name);
    if let Some(file) = FileName::parse(name) {
        assert!(!unknown);
        assert!(file.name().eq_ignore_ascii_case(name));
        assert_eq!(FileName::parse(&file.name()).as_ref(), Some(&file));
        for made in [file.response_name(), file.error_name(), file.response_pdf_name()] {
            assert!(!made.contains(['/', '\\', ':', '\0']));
            assert!(!made.starts_with('.'));
        }
    }
    // Numbers are as short and as foreign; they share the target.
    for form in [match_insurer, match_symbol, match_kana] {
        let once = form(name);
        assert_eq!(form(&once), once);
    }
    let _ = (match_branch(Some(name)), check_digit(name));
});
