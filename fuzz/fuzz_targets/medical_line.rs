//! Any bytes as a line of a report of medical records: what is taken is within its bounds, what is not says why.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_core::insured::import_reader::IntakeLine;
use onshi_core::medical::Record;

fuzz_target!(|line: &[u8]| {
    match Record::read_json(line) {
        Ok(record) => {
            assert!(record.person > 0);
            assert!(!record.insurer.is_empty());
            // What was read is not read otherwise a second time.
            assert_eq!(Record::read_json(line).as_ref(), Ok(&record));
        }
        Err(why) => {
            assert!(!why.is_empty());
            for words in why {
                assert!(!words.is_empty() && words.len() < 10_000);
            }
        }
    }
});
