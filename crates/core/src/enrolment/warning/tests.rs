//! Of what an institution is written, when, and how often.

use super::*;
use crate::certificate::ending::{days_left, warned_at};
use crate::certificate::{TerminalCertificate, revoke};
use crate::mail::{MailAddress, Outgoing, Sent};
use crate::service::Job;
use crate::terms::FacilityCode;
use crate::testing::{Clinic, TestCentre, quick_rules};
use crate::{Actor, Rules};

const DAY: i64 = 86_400;

/// A centre with an institution that has an address.
fn centre() -> (TestCentre, Clinic) {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    address(&centre, &clinic.code, Some("soumu@example.jp"));
    (centre, clinic)
}

fn address(centre: &TestCentre, code: &FacilityCode, address: Option<&str>) {
    let (of, address) = (
        code.clone(),
        address.map(|text| MailAddress::parse(text).unwrap()),
    );
    let done = centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        facility::set_mail(tx, &of, address.as_ref())
    });
    done.unwrap();
}

/// A certificate that ends in so many days and a minute.
fn certificate(centre: &TestCentre, at: &FacilityCode, name: &str, days: i64) -> String {
    let serial = format!("{name}-{days}-{}", centre.asked());
    let new = TerminalCertificate {
        serial: serial.clone(),
        facility: at.clone(),
        terminal_name: name.to_owned(),
        fingerprint: serial.clone(),
        not_before: centre.now().plus_seconds(-DAY),
        not_after: centre.now().plus_seconds(days * DAY + 60),
        issued_at: centre.now(),
        revoked: None,
    };
    let done = centre.change(Actor::operator(), Function::ManageCertificates, move |tx| {
        crate::certificate::record(tx, &new)
    });
    done.unwrap();
    serial
}

/// Works until nothing is left, and gives the letters that were written.
fn letters(centre: &TestCentre) -> Vec<Outgoing> {
    let job: &dyn Job = &WarnOfCertificates;
    let mut pieces = 0;
    while job.run(centre.service(), &centre.request()).unwrap() {
        pieces += 1;
        assert!(pieces < 100, "it comes to an end");
    }
    let mut all = Vec::new();
    loop {
        let taken = centre.service().take_letters(&centre.request()).unwrap();
        if taken.is_empty() {
            return all;
        }
        for letter in taken {
            let settled = centre
                .service()
                .settle_letter(&centre.request(), &letter.id, Sent::Done);
            settled.unwrap();
            all.push(letter);
        }
    }
}

#[test]
fn it_is_written_at_ninety_sixty_thirty_fifteen_and_seven_days_then_daily_and_once_at_the_end() {
    let (centre, clinic) = centre();
    certificate(&centre, &clinic.code, "受付1号機", 100);
    let mut told = Vec::new();
    for day in (-40..=100).rev() {
        for _ in 0..2 {
            let written = letters(&centre);
            assert!(written.len() <= 1);
            told.extend(written.iter().map(|_| day));
            // The same day once more, some hours later.
            centre.pass(10);
        }
        centre.pass(DAY - 20);
    }
    assert_eq!(told, [90, 60, 30, 15, 7, 6, 5, 4, 3, 2, 1, 0, -1]);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn a_letter_says_which_terminal_when_and_what_to_do() {
    let (centre, clinic) = centre();
    certificate(&centre, &clinic.code, "受付1号機", 12);
    certificate(&centre, &clinic.code, "診察室", 80);
    certificate(&centre, &clinic.code, "倉庫", -3);
    certificate(&centre, &clinic.code, "新しい端末", 900);
    let [letter] = letters(&centre).try_into().unwrap();
    assert_eq!(letter.to.as_str(), "soumu@example.jp");
    assert_eq!(
        letter.subject,
        "【オンライン資格確認等システム】電子証明書の有効期限が切れました（端末「倉庫」 ほか2台、期限切れ）"
    );
    let end = centre.now().plus_seconds(12 * DAY + 60).jst_words();
    for words in [
        "桜内科クリニック 御中",
        clinic.code.as_str(),
        "端末「受付1号機」",
        &format!("有効期限 {end}（あと12日）"),
        "（あと80日）",
        "（期限切れ）",
        "「証明書を更新する」を押します",
        "取得コード",
    ] {
        assert!(letter.text.contains(words), "{words}: {}", letter.text);
    }
    assert!(!letter.text.contains("新しい端末"));
    assert!(letters(&centre).is_empty(), "the same is not written again");
    // The institution sees it in its own log.
    let own = "select count(*) from audit_entry where facility_code = $1 and function = 165";
    assert_eq!(centre.number(own, &[clinic.code.as_str().into()]), 1);
}

#[test]
fn what_is_replaced_revoked_or_nobodys_is_not_told_of() {
    let (centre, clinic) = centre();
    certificate(&centre, &clinic.code, "受付1号機", 20);
    certificate(&centre, &clinic.code, "受付1号機", 1000);
    let lost = certificate(&centre, &clinic.code, "紛失", 20);
    let gone = centre.change(Actor::operator(), Function::ManageCertificates, move |tx| {
        revoke(tx, &lost, "紛失")
    });
    gone.unwrap();
    certificate(&centre, &clinic.code, "昔の端末", -31);
    let silent = centre.clinic(2);
    certificate(&centre, &silent.code, "受付1号機", 20);
    assert!(letters(&centre).is_empty());
    // Where the address is known later, what holds then is told, and nothing of what was missed.
    centre.pass(14 * DAY);
    assert!(letters(&centre).is_empty());
    address(&centre, &silent.code, Some("jimu@example.jp"));
    let [letter] = letters(&centre).try_into().unwrap();
    assert!(letter.text.contains("（あと6日）"), "{}", letter.text);
}

#[test]
fn of_two_nodes_one_writes_and_a_full_queue_is_left_alone() {
    let rules = Rules {
        mail: crate::rules::MailRules {
            queue_max: 4,
            ..crate::rules::MailRules::default()
        },
        ..quick_rules()
    };
    let centre = TestCentre::with_rules(rules);
    for body in 1..=5 {
        let clinic = centre.clinic(body);
        address(&centre, &clinic.code, Some("soumu@example.jp"));
        certificate(&centre, &clinic.code, "受付1号機", 20);
    }
    let job: &dyn Job = &WarnOfCertificates;
    while job.run(centre.service(), &centre.request()).unwrap() {}
    // Half of the queue stays free for what somebody waits for.
    let waiting = "select count(*) from outgoing_mail";
    assert_eq!(centre.number(waiting, &[]), 2);
    assert_eq!(letters(&centre).len(), 2);
    assert_eq!(letters(&centre).len(), 2);
    assert_eq!(letters(&centre).len(), 1);
    // What another node wrote a moment ago is not written again: the row of the certificate says so.
    let (of, now) = (FacilityCode::from_body("131000001").unwrap(), centre.now());
    let due = Due {
        serial: "受付1号機".to_owned(),
        kind: CertificateKind::Terminal,
        name: "受付1号機".to_owned(),
        not_after: now,
        days_before: 7,
    };
    let both = centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        let first = store::insert(tx, &of, &due)?;
        Ok((first, store::insert(tx, &of, &due)?))
    });
    assert_eq!(both.unwrap(), (true, false));
}

#[test]
fn the_days_of_the_statement_are_those_of_the_screens() {
    let (centre, clinic) = centre();
    for days in [95, 91, 90, 61, 60, 31, 30, 16, 15, 8, 7, 3, 0, -1, -29] {
        certificate(&centre, &clinic.code, &format!("端末{days}"), days);
    }
    let code = clinic.code.clone();
    let listed = centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        Ok(store::list_due(tx, &code)?)
    });
    let listed = listed.unwrap();
    assert_eq!(listed.len(), 13);
    for due in listed {
        let left = days_left(due.not_after, centre.now());
        let expected = match (left, warned_at(left)) {
            (..0, _) => -1,
            (0..=7, _) => left,
            (_, at) => at.unwrap(),
        };
        assert_eq!(due.days_before, expected, "{}", due.name);
    }
}
