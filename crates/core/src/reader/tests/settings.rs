//! Patients are asked only for what the institution's settings say, and the institution sees which readers follow.

use super::visits::{Desk, desk, service, who};
use super::{code, said};
use crate::consent::Verification;
use crate::environment::{self, Setting};
use crate::permission::Scope;
use crate::reader::Said;
use crate::reader::rollout::{self, Applied, ReaderSettings};
use crate::reader::standing::{self, Report};
use crate::{AccountKind, Function, RefusalCode};
use onshi_wire::codes::PrescriptionIssueSelect;
use serde_json::{Value, json};

impl Desk {
    fn set(&self, wanted: &[(Setting, &str)]) -> i64 {
        let pairs = wanted.iter();
        let wanted: Vec<_> = pairs
            .map(|(setting, code)| (*setting, setting.value(code).unwrap()))
            .collect();
        let admin = self.staff(AccountKind::Admin);
        self.reader
            .centre
            .change(admin, Function::UpdateEnvironment, move |tx| {
                environment::change(tx, &wanted, None)
            })
            .unwrap()
            .0
            .version
    }

    fn put(&self) -> Value {
        let presented = self.presented(&self.card, Verification::Pin);
        let answer = self.begin(self.request(), presented).unwrap().unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn choose(&self, visit: &Value, said: Said) -> Result<Value, crate::Error> {
        let (signed, sent) = self.request();
        let answer = self.reader.send_as(signed, sent, who(visit), said)?;
        Ok(serde_json::from_str(&answer).unwrap())
    }

    /// The reader asks what holds, and says by which settings it works.
    fn report(&self, settings: &str) {
        let report = Report {
            version: "onshi reader 0.1.0".to_owned(),
            settings: settings.to_owned(),
        };
        self.reader
            .centre
            .change(self.reader.face(), Function::ReportReader, move |tx| {
                standing::report(tx, "KAO01", &report)
            })
            .unwrap();
    }

    fn rollout(&self) -> Vec<ReaderSettings> {
        let admin = self.staff(AccountKind::Admin);
        self.reader
            .centre
            .read(admin, Function::UpdateEnvironment, rollout::list)
            .unwrap()
    }
}

#[test]
fn a_reader_asks_what_the_settings_say_from_the_next_patient_on() {
    let desk = desk(&[], true);
    let before = desk.put();
    assert_eq!(before["ask"], json!({"kinds": ["YZK", "TKK"]}));
    desk.set(&[
        (Setting::Surgery, "1"),
        (Setting::Checkups, "0"),
        (Setting::ElectronicPrescriptions, "2"),
        (Setting::PrescriptionTiming, "2"),
    ]);
    let after = desk.put();
    let expected = json!({"kinds": ["YZK", "SHJ"], "prescription": true});
    assert_eq!(after["ask"], expected);
    let (signed, sent) = desk.request();
    let whose = (&desk.reader.clinic.code, desk.reader.centre.now());
    let standing = service(&desk.reader).reader_standing(&signed, &sent, whose);
    let standing = standing.unwrap();
    assert_eq!(standing.settings, "1");
    assert_eq!(standing.asked.kinds, [Scope::Medicines, Scope::Surgery]);
    assert!(standing.asked.prescription);
}

#[test]
fn only_what_this_patient_was_asked_for_is_agreed_to() {
    let desk = desk(&[], true);
    let visit = desk.put();
    // Who was asked before the change is heard after it.
    desk.set(&[(Setting::Checkups, "0"), (Setting::Surgery, "1")]);
    let surgery = said(&[(Scope::Surgery, true)]);
    let refused = desk.choose(&visit, surgery).map(drop);
    assert_eq!(code(refused), RefusalCode::ReaderNotAsked);
    let chosen = Said {
        prescription: Some(PrescriptionIssueSelect::Paper),
        ..said(&[])
    };
    let refused = desk.choose(&visit, chosen).map(drop);
    assert_eq!(code(refused), RefusalCode::ReaderNotAsked);
    let asked = said(&[(Scope::Checkups, true), (Scope::Surgery, false)]);
    desk.choose(&visit, asked).unwrap();
}

#[test]
fn the_form_of_the_prescription_goes_to_the_institution_with_the_result() {
    let desk = desk(&[], true);
    desk.set(&[
        (Setting::ElectronicPrescriptions, "2"),
        (Setting::PrescriptionTiming, "2"),
    ]);
    let visit = desk.put();
    let chosen = Said {
        prescription: Some(PrescriptionIssueSelect::Electronic),
        ..said(&[(Scope::Medicines, false), (Scope::Checkups, false)])
    };
    let answer = desk.choose(&visit, chosen).unwrap();
    let body = &answer["XmlMsg"]["MessageBody"];
    assert_eq!(body["PrescriptionIssueSelect"], json!("1"));
    // A reader that knows nothing of it goes on.
    let visit = desk.put();
    let answer = desk.choose(&visit, said(&[])).unwrap();
    let body = &answer["XmlMsg"]["MessageBody"];
    assert_eq!(body.get("PrescriptionIssueSelect"), None);
}

#[test]
fn the_institution_sees_which_readers_are_behind_and_since_when() {
    let desk = desk(&[], true);
    let applied = || desk.rollout()[0].applied;
    assert_eq!(desk.rollout()[0].reader, "KAO01");
    assert_eq!(applied(), Applied::Silent);
    desk.report("");
    assert_eq!(applied(), Applied::Silent);
    desk.report("0");
    assert_eq!(applied(), Applied::Newest(desk.reader.centre.now()));
    desk.reader.centre.pass(60);
    let since = desk.reader.centre.now();
    assert_eq!(desk.set(&[(Setting::Surgery, "1")]), 1);
    desk.reader.centre.pass(60);
    desk.set(&[(Setting::Treatment, "1")]);
    let behind = |version| Applied::Behind {
        version,
        since: Some(since),
    };
    assert_eq!(applied(), behind(Some(0)));
    // What a build before this one said.
    desk.report("YZK-TKK");
    assert_eq!(applied(), behind(None));
    desk.report("2");
    assert_eq!(applied(), Applied::Newest(desk.reader.centre.now()));
}
