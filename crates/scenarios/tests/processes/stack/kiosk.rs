//! `onshi reader --pcsc` at a clinic: a card that is put into a reader of PC/SC, a PIN by the page, and the result in
//! `face`.

use super::Stack;
use crate::reader::desk::Desk;

#[test]
#[ignore = "runs in namespaces of its own, started by the test beside it"]
fn inside() {
    let mut desk = Desk::open(&[1, 2]);
    let stack = Stack::with(desk.cards());
    desk.clinic.start_centre();
    desk.clinic.start_link();
    desk.start_reader(&["--pcsc"]);
    desk.screen("put_card");
    for (place, name) in (1..).zip(["patient-1", "patient-2"]) {
        let mut inserted = stack.insert(name, &["--latency-ms", "5"]);
        let shown = desk.verified_by_pin();
        desk.touch(&shown, "agree_to_all", None);
        let shown = desk.screen("result");
        assert_eq!(shown["screen"]["card"], true);
        desk.wait_until("a result in face", || desk.in_face().len() == place);
        stack.card(&["remove", name]);
        assert!(inserted.wait().unwrap().success());
        desk.screen("put_card");
    }
    assert_eq!(desk.in_face(), desk.results());
    // A card that is pulled out before the consent: the patient is told to put it back.
    let mut pulled = stack.insert("patient-1", &[]);
    desk.verified_by_pin();
    stack.card(&["remove", "patient-1"]);
    assert!(pulled.wait().unwrap().success());
    desk.screen("put_back");
    assert_eq!(desk.results().len(), 2);
    assert!(!desk.clinic.place.complaints().contains("panicked"));
}
