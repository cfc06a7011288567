//! Any text as the parameters of a search by FHIR, in the address and in the body. The first byte chooses the
//! kind; a line feed ends the address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_server::api::fhir::repeated_parameters;

const KINDS: [&str; 9] = [
    "Patient",
    "Coverage",
    "MedicationStatement",
    "Procedure",
    "Observation",
    "DiagnosticReport",
    "Consent",
    "AuditEvent",
    "Nothing",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let kind = KINDS[usize::from(*first) % KINDS.len()];
    let mut parts = rest.splitn(2, |byte| *byte == b'\n');
    let (address, body) = (parts.next().unwrap_or_default(), parts.next());
    match repeated_parameters(kind, address, body) {
        // The address of the next page asks for the same.
        Ok(again) if body.is_none() => {
            assert_eq!(repeated_parameters(kind, again.as_bytes(), None), Ok(again));
        }
        Ok(_) => {}
        Err(problems) => assert!(!problems.is_empty()),
    }
});
