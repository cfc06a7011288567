//! `onshi reader --pcsc` at a clinic: a card that is put into a reader of PC/SC, a PIN or a face by the page, and the result
//! in `face`.

use super::Stack;
use crate::camera;
use crate::reader::desk::Desk;

#[test]
#[ignore = "runs in namespaces of its own, started by the test beside it"]
fn inside() {
    let mut desk = Desk::open(&[1, 2]);
    let stack = Stack::with(desk.cards());
    desk.start_centre();
    desk.clinic.start_link();
    let credential = desk.cards().join("reader-credential.json");
    desk.start_reader(&["--pcsc", "--credential", credential.to_str().unwrap()]);
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
    by_face(&desk, &stack);
    assert!(!desk.clinic.place.complaints().contains("panicked"));
}

/// Another card, by the face. No camera looks at the card in a reader of PC/SC: what is printed on it is typed, and opens
/// the photo that the camera's picture is compared with.
fn by_face(desk: &Desk, stack: &Stack) {
    let name = "patient-2";
    let printed = stack.card(&["show", name])["codeB"].clone();
    let printed = printed.as_str().unwrap();
    let face = camera::face_of(&desk.cards(), name);
    let mut inserted = stack.insert(name, &["--latency-ms", "2"]);
    let shown = desk.screen("choose");
    desk.touch(&shown, "method", Some("face"));
    let shown = desk.screen("printed");
    let (front, last) = printed.split_at(13);
    let wrong = if last == "0" { "1" } else { "0" };
    desk.touch(&shown, "printed", Some(&format!("{front}{wrong}")));
    desk.wait_until("the wrong one is told", || {
        desk.screen("printed")["screen"]["wrong"] == true
    });
    desk.touch(&desk.screen("printed"), "printed", Some(printed));
    desk.screen("look");
    desk.is_seen(&camera::two(face, camera::STRANGER), |shown| {
        shown["screen"]["hint"] == "several"
    });
    desk.is_seen(&camera::alone(face), |shown| {
        shown["screen"]["kind"] != "look"
    });
    let shown = desk.screen("consent");
    desk.touch(&shown, "agree_to_none", None);
    desk.screen("result");
    desk.wait_until("a result in face", || desk.in_face().len() == 3);
    stack.card(&["remove", name]);
    assert!(inserted.wait().unwrap().success());
    desk.screen("put_card");
    let newest = "select verified from reader_visit order by begun_at desc limit 1";
    assert_eq!(desk.clinic.rows(newest)[0].text(0), "face");
    let said = desk.clinic.place.complaints();
    assert!(!said.contains(printed), "照合番号B is in the log");
}
