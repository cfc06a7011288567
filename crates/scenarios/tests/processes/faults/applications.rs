//! Applications of institutions as operators decide them on the command line: a recovery is finished, by two names.

use crate::faults::place::Place;
use onshi_scenarios::database::Database;
use serde_json::{Value, json};

const RECEIPT: &str = "260401-123456";

/// An application for a recovery of the institution that waits for the operators.
fn recovery(place: &Place, code: &str) {
    let said = json!({
        "kind": "recovery", "facility_code": code, "institution_kind": "clinic", "name": "架空みらい診療所",
        "address": "東京都千代田区架空0-0", "phone": "03-0000-0000", "mail": "soumu@example.jp",
        "responsible": "架空 太郎", "line_kind": "ip_vpn_ntt", "customer_id": "", "starts_in": "2026/6",
        "tests_in": "", "terminal_name": "受付1号機", "remark": "",
    });
    Database::open(&place.config.location()).batch(&format!(
        "insert into application (receipt, kind, state, facility_code, mail, particulars, code_hash, portal_url, \
         made_at, confirm_until, confirmed_at) values ('{RECEIPT}', 'recovery', 'received', '{code}', \
         'soumu@example.jp', '{said}', '', '', 0, 0, 0)"
    ));
}

fn shown(place: &Place) -> Value {
    let text = place.ask(&["--json", "application", "show", RECEIPT]);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_recovery_is_finished_by_a_second_name_and_by_no_other_spelling_of_the_first() {
    let (place, site) = Place::with_site(None, |_| {});
    recovery(&place, &site.facility_code());
    let approve = |name: &str| {
        let words = ["application", "approve", RECEIPT, "--operator", name];
        place.onshi(&words).output().unwrap()
    };
    for nobody in ["", " ", "a\u{202E}b", &"n".repeat(51)] {
        assert!(!approve(nobody).status.success(), "{nobody:?}");
    }
    assert!(place.complaints().contains("1 to 50 characters"));
    let first = approve("Sato");
    let told = String::from_utf8(first.stdout).unwrap();
    assert!(
        first.status.success() && told.contains("a second one"),
        "{told}"
    );
    assert!(!approve(" ＳＡＴＯ ").status.success());
    let waiting = shown(&place);
    assert_eq!(
        (&waiting["state"], &waiting["first_by"]),
        (&json!("seconded"), &json!("Sato"))
    );
    let second = approve("Tanaka");
    assert!(second.status.success(), "{}", place.complaints());
    let done = shown(&place);
    assert_eq!(
        (&done["state"], &done["decided_by"]),
        (&json!("approved"), &json!("Tanaka"))
    );
    let log = place.ask(&["audit", "export"]);
    for name in ["Sato", "Tanaka"] {
        let names = |line: &str| line.contains("application_approved") && line.contains(name);
        assert!(log.lines().any(names), "{name}: {log}");
    }
}
