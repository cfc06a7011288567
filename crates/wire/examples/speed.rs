//! How long one message takes: `cargo run --release -p onshi-wire --example speed`.

use std::hint::black_box;
use std::time::Instant;

use onshi_wire::messages::{EligibilityRequest, EligibilityResponse};
use onshi_wire::{
    Encoding, Limits, MessageKind, Style, example, parse_json, parse_xml, print_json, print_xml,
};

fn time<T>(what: &str, mut work: impl FnMut() -> T) {
    for _ in 0..2_000 {
        black_box(work());
    }
    let rounds = 50_000;
    let start = Instant::now();
    for _ in 0..rounds {
        black_box(work());
    }
    let each = start.elapsed() / rounds;
    println!("{what:<32} {:>8.2} µs", each.as_nanos() as f64 / 1_000.0);
}

fn main() {
    let shift_jis = Style {
        encoding: Encoding::ShiftJis,
        ..Style::default()
    };
    let limits = Limits::SINGLE;
    let request = example(MessageKind::EligibilityRequest);
    let json = print_json(&*request);
    let xml = print_xml(&*request, Style::default()).bytes;
    time("read a request, JSON", || {
        parse_json::<EligibilityRequest>(&json, &limits)
    });
    time("read a request, XML", || {
        parse_xml::<EligibilityRequest>(&xml, &limits)
    });
    let response = example(MessageKind::EligibilityResponse);
    let json = print_json(&*response);
    let xml = print_xml(&*response, Style::default()).bytes;
    let xml_shift_jis = print_xml(&*response, shift_jis).bytes;
    println!(
        "an answer with everything: {} bytes of JSON, {} of XML",
        json.len(),
        xml.len()
    );
    time("print an answer, JSON", || print_json(&*response));
    time("print an answer, XML", || {
        print_xml(&*response, Style::default())
    });
    time("print an answer, XML Shift_JIS", || {
        print_xml(&*response, shift_jis)
    });
    time("read an answer, JSON", || {
        parse_json::<EligibilityResponse>(&json, &limits)
    });
    time("read an answer, XML", || {
        parse_xml::<EligibilityResponse>(&xml, &limits)
    });
    time("read an answer, XML Shift_JIS", || {
        parse_xml::<EligibilityResponse>(&xml_shift_jis, &limits)
    });
}
