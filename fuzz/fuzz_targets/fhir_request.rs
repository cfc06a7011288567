//! Any bytes as what is sent to `CoverageEligibilityRequest/$submit`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_wire::fhir::{Unreadable, request};
use onshi_wire::{Limits, parse_json, print_json};
use onshi_wire::messages::EligibilityRequest;

fuzz_target!(|body: &[u8]| {
    match request(body) {
        Ok(asked) => {
            // It is a message like others: what is printed of it can be read.
            let printed = print_json(&asked.message);
            let parsed = parse_json::<EligibilityRequest>(&printed, &Limits::SINGLE);
            assert!(parsed.readable);
        }
        Err(Unreadable(problems)) => assert!(!problems.is_empty()),
    }
});
