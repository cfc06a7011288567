//! What a refused message costs in memory: counted, in a process of its own.

use onshi_wire::messages::BulkEligibilityRequest;
use onshi_wire::{Limits, parse_json, parse_xml};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ROWS: usize = 10_000;

/// Bodies of a few megabytes, and whether they come to hold rows.
fn bodies() -> Vec<(&'static str, bool, Vec<u8>)> {
    let json =
        |inside: &str| format!("{{\"XmlMsg\":{{\"MessageBody\":{{{inside}}}}}}}").into_bytes();
    let list = |row: &str, count: usize| {
        let rows = vec![row; count].join(",");
        json(&format!("\"QualificationConfirmSearchInfo\":[{rows}]"))
    };
    let xml =
        |inside: &str| format!("<XmlMsg><MessageBody>{inside}</MessageBody></XmlMsg>").into_bytes();
    let row = "<QualificationConfirmSearchInfo>";
    let good = "{\"InsurerNumber\":\"06139018\",\"InsuredIdentificationNumber\":\"1\",\
                \"Birthdate\":\"19700101\",\"LimitApplicationCertificateRelatedConsFlg\":\"0\"}";
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=''")).collect();
    let value = "x".repeat(4_000_000);
    vec![
        ("empty rows", false, list("{}", 1_500_000)),
        ("good rows", true, list(good, 40_000)),
        (
            "unknown keys",
            false,
            json(&vec!["\"a\":1"; 700_000].join(",")),
        ),
        ("numbers for rows", false, list("1", 2_000_000)),
        (
            "one value",
            false,
            list(&format!("{{\"Birthdate\":\"{value}\"}}"), 1),
        ),
        (
            "empty elements",
            false,
            xml(&"<QualificationConfirmSearchInfo/>".repeat(130_000)),
        ),
        ("unknown elements", false, xml(&"<a/>".repeat(1_000_000))),
        ("attributes", false, xml(&format!("<a{attributes}/>"))),
        (
            "references",
            false,
            xml(&format!("{row}<Birthdate>{}", "&amp;".repeat(800_000))),
        ),
        ("text", false, xml(&"x<a/>".repeat(800_000))),
        ("comments", false, xml(&"<!---->".repeat(600_000))),
        ("a name", false, xml(&format!("<{value}/>"))),
        ("another end", false, xml(&format!("<{value}></x>"))),
    ]
}

#[test]
fn what_is_refused_allocates_no_more_than_its_bound() {
    let limits = Limits::upload(16 << 20, ROWS);
    for (what, holds_rows, body) in bodies() {
        let is_json = body[0] == b'{';
        let region = Region::new(ALLOCATOR);
        let refused = if is_json {
            !parse_json::<BulkEligibilityRequest>(&body, &limits)
                .problems
                .is_empty()
        } else {
            !parse_xml::<BulkEligibilityRequest>(&body, &limits)
                .problems
                .is_empty()
        };
        let spent = region.change();
        println!(
            "{what}: {} allocations, {} bytes, of {} bytes",
            spent.allocations,
            spent.bytes_allocated,
            body.len()
        );
        assert!(refused, "{what}");
        let (most, bytes) = match holds_rows {
            // Four texts a row; the list grows a few times.
            true => (6 * ROWS, 3 * limits.memory),
            // A thousand problems, with path and two texts each.
            false => (20_000, 2 << 20),
        };
        // A parser's own error may repeat what it stumbled over, once or twice.
        let bytes = if what == "another end" {
            5 * body.len()
        } else {
            bytes
        };
        assert!(
            spent.allocations < most,
            "{what}: {} allocations",
            spent.allocations
        );
        assert!(
            spent.bytes_allocated < bytes,
            "{what}: {} bytes",
            spent.bytes_allocated
        );
    }
}
