//! What refusing a message costs, beside reading its bytes:
//! `cargo run --release -p onshi-wire --example refused`.
//!
//! Reading is the least that a body costs whatever becomes of it: here the copy out of one buffer
//! into another and the check that it is UTF-8. Over the wire it is deciphered besides.

use std::hint::black_box;
use std::time::{Duration, Instant};

use onshi_wire::messages::BulkEligibilityRequest;
use onshi_wire::{Limits, parse_json, parse_xml};

fn time<T>(mut work: impl FnMut() -> T) -> Duration {
    let rounds = 20;
    black_box(work());
    let start = Instant::now();
    for _ in 0..rounds {
        black_box(work());
    }
    start.elapsed() / rounds
}

fn main() {
    let json =
        |inside: &str| format!("{{\"XmlMsg\":{{\"MessageBody\":{{{inside}}}}}}}").into_bytes();
    let list = |row: &str, count: usize| {
        let rows = vec![row; count].join(",");
        json(&format!("\"QualificationConfirmSearchInfo\":[{rows}]"))
    };
    let xml =
        |inside: &str| format!("<XmlMsg><MessageBody>{inside}</MessageBody></XmlMsg>").into_bytes();
    let good = "{\"InsurerNumber\":\"06139018\",\"InsuredIdentificationNumber\":\"1\",\
                \"Birthdate\":\"19700101\",\"LimitApplicationCertificateRelatedConsFlg\":\"0\"}";
    let attributes: String = (0..400_000).map(|n| format!(" a{n}=''")).collect();
    let bodies = [
        ("JSON, empty rows", list("{}", 1_500_000)),
        ("JSON, good rows", list(good, 40_000)),
        ("JSON, rows that are numbers", list("1", 2_200_000)),
        (
            "JSON, unknown keys",
            json(&vec!["\"a\":1"; 750_000].join(",")),
        ),
        (
            "JSON, an unknown list",
            json(&format!("\"a\":[{}]", vec!["0"; 2_200_000].join(","))),
        ),
        (
            "JSON, one value",
            json(&format!("\"a\":\"{}\"", "\\u3042".repeat(750_000))),
        ),
        (
            "XML, empty rows",
            xml(&"<QualificationConfirmSearchInfo/>".repeat(136_000)),
        ),
        ("XML, unknown elements", xml(&"<a/>".repeat(1_100_000))),
        ("XML, attributes", xml(&format!("<a{attributes}/>"))),
        ("XML, comments", xml(&"<!---->".repeat(640_000))),
        ("XML, references", xml(&"&amp;".repeat(900_000))),
    ];
    let limits = Limits::upload(16 << 20, 10_000);
    println!(
        "{:<30} {:>8} {:>9} {:>9} {:>6}",
        "4.5 MB of", "bytes", "read ms", "refuse ms", "ratio"
    );
    for (what, body) in bodies {
        let read = time(|| String::from_utf8(body.clone()).is_ok());
        let refuse = time(|| match body[0] {
            b'{' => parse_json::<BulkEligibilityRequest>(&body, &limits).readable,
            _ => parse_xml::<BulkEligibilityRequest>(&body, &limits).readable,
        });
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let ratio = refuse.as_secs_f64() / read.as_secs_f64();
        println!(
            "{what:<30} {:>8} {:>9.2} {:>9.2} {ratio:>6.1}",
            body.len(),
            ms(read),
            ms(refuse)
        );
    }
}
