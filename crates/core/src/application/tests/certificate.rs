//! Applications for a terminal's certificate: from 受付 to 取得済, 取消 and 失効.

use super::*;
use crate::certificate;
use crate::enrolment::{self, Enrolled, EnrolmentCode};
use crate::service::OperationContext;
use crate::testing::{Clinic, OPENING, authority, certificate_request};

const DAY: i64 = 86_400;

fn asked_by(clinic: &Clinic) -> Particulars {
    asked_for(clinic.code.as_str())
}

fn asked_for(code: &str) -> Particulars {
    Particulars {
        kind: "certificate".to_owned(),
        facility_code: code.to_owned(),
        name: "桜内科クリニック".to_owned(),
        terminal_name: " 受付2号機 ".to_owned(),
        department: "外来受付".to_owned(),
        responsible: "架空 太郎".to_owned(),
        phone: "03-0000-0000".to_owned(),
        mail: "soumu@example.jp".to_owned(),
        ..Particulars::default()
    }
}

impl TestCentre {
    fn progress(&self, receipt: &str, shown: &OneTimeCode) -> CertificateProgress {
        let (key, shown) = (receipt.to_owned(), shown.clone());
        let found = self.as_applicant(Function::InquireApplication, move |tx| {
            inquire(tx, &key, &shown)
        });
        found.unwrap().progress.unwrap()
    }

    fn code_drawn(&self, receipt: &str, shown: &OneTimeCode) -> Result<CertificateNotice, Error> {
        self.pass(1);
        let (key, right) = (receipt.to_owned(), shown.clone());
        self.as_applicant(Function::DrawNotice, move |tx| {
            draw_certificate(tx, (&key, &right))
        })
    }

    /// A terminal fetches its certificate by a code.
    fn fetched(&self, code: &EnrolmentCode) -> Result<Enrolled, Error> {
        let who = self.service().authn().enrolling(code.reveal())?;
        let who = who.ok_or(RefusalCode::EnrolmentUnknown)?;
        let operation = OperationContext {
            subject: who.subject(),
            ..self.operation(who.actor(), Function::Enrol)
        };
        self.service().change_and_wait(operation, move |tx| {
            enrolment::enrol(tx, &authority(), &who.id, &certificate_request())
        })
    }

    fn withdrawn(&self, receipt: &str, shown: &OneTimeCode) -> Result<Application, Error> {
        let (key, shown) = (receipt.to_owned(), shown.clone());
        self.as_applicant(Function::InquireApplication, move |tx| {
            withdraw(tx, &key, &shown)
        })
    }

    fn reissued(&self, receipt: &str) -> Result<(), Error> {
        let key = receipt.to_owned();
        self.decide(move |tx| reissue(tx, &key, "紛失"))
    }
}

#[test]
fn it_says_less_and_each_wrong_field_is_named() {
    let today = OPENING.jst_day();
    let good = asked_for(at().as_str()).check(today).unwrap();
    assert_eq!(
        (&*good.terminal_name, &*good.department),
        ("受付2号機", "外来受付")
    );
    assert_eq!((&*good.address, &*good.line_kind), ("", ""));
    let open = Particulars {
        department: " ".to_owned(),
        ..asked_for(at().as_str())
    };
    assert_eq!(open.check(today).unwrap().department, "");
    type Spoil = fn(&mut Particulars);
    let wrong: [(Spoil, &str); 7] = [
        (
            |said| said.facility_code = "1310000010".to_owned(),
            "検証番号",
        ),
        (|said| said.name.clear(), "名称"),
        (|said| said.terminal_name = "長".repeat(51), "50文字以内"),
        (|said| said.department = "長".repeat(61), "部署名"),
        (|said| said.responsible.clear(), "担当者名"),
        (|said| said.phone.clear(), "電話番号"),
        (|said| said.mail = "soumu".to_owned(), "@"),
    ];
    for (spoil, word) in wrong {
        let mut spoiled = asked_for(at().as_str());
        spoil(&mut spoiled);
        let told = refusal(spoiled.check(today));
        let texts: Vec<&str> = told.problems.iter().map(|one| one.text.as_str()).collect();
        assert!(
            texts.len() == 1 && texts[0].contains(word),
            "{word}: {texts:?}"
        );
    }
}

#[test]
fn a_terminal_comes_to_its_certificate_and_the_applicant_sees_how_far_it_is() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let (receipt, shown) = centre.applied(asked_by(&clinic));
    let letter = centre.newest_letter();
    assert!(letter.contains("端末名称 受付2号機"), "{letter}");
    // Looking at it leaves it as it is: the address is confirmed by the step that confirms.
    let seen = centre.progress(&receipt, &shown);
    assert_eq!(seen, CertificateProgress::Unconfirmed);
    let (key, right) = (receipt.clone(), shown.clone());
    let confirmed = centre.as_applicant(Function::InquireApplication, move |tx| {
        confirm(tx, &key, &right)
    });
    let seen = confirmed.unwrap().progress;
    assert_eq!(seen, Some(CertificateProgress::Received));
    let early = centre.code_drawn(&receipt, &shown);
    assert_eq!(code(early), RefusalCode::WrongState);
    centre.approved(&receipt);
    let letter = centre.newest_letter();
    assert!(
        letter.contains("電子証明書発行申請が承認されました"),
        "{letter}"
    );
    let issued = CertificateProgress::Issued;
    assert_eq!(centre.progress(&receipt, &shown), issued);
    // The notice of a beginning is another one.
    let other = centre.drawn(&receipt, &shown);
    assert_eq!(code(other), RefusalCode::WrongState);
    let notice = centre.code_drawn(&receipt, &shown).unwrap();
    assert_eq!(notice.terminal_name, "受付2号機");
    assert_eq!(notice.facility_name, "桜内科クリニック");
    let again = centre.code_drawn(&receipt, &shown);
    assert_eq!(code(again), RefusalCode::NoticeDrawn);
    assert_eq!(centre.progress(&receipt, &shown), issued);
    let got = centre.fetched(&notice.enrolment.0).unwrap();
    assert_eq!(got.of.name(), "受付2号機");
    let fetched = CertificateProgress::Fetched;
    assert_eq!(centre.progress(&receipt, &shown), fetched);
    // What is in use is neither voided nor withdrawn.
    let late = centre.reissued(&receipt);
    assert_eq!(code(late), RefusalCode::WrongState);
    let late = centre.withdrawn(&receipt, &shown);
    assert_eq!(code(late), RefusalCode::WrongState);
    // The operator sees that there is such a terminal by now.
    let key = receipt.clone();
    let known = centre.decide(move |tx| show(tx, &key)).unwrap();
    assert!(known.has_such_a_terminal);
    assert_eq!(known.application.progress, Some(fetched));
    let serial = got.serial;
    let operator = Actor::operator_at(clinic.code.clone());
    centre
        .change(operator, Function::ManageCertificates, move |tx| {
            certificate::revoke(tx, &serial, "盗難のため")
        })
        .unwrap();
    let seen = centre.progress(&receipt, &shown);
    assert_eq!((seen, seen.label()), (CertificateProgress::Revoked, "失効"));
}

#[test]
fn a_renewal_goes_on_with_the_same_application_and_an_end_is_named() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let (receipt, shown) = centre.confirmed(asked_by(&clinic));
    centre.approved(&receipt);
    let notice = centre.code_drawn(&receipt, &shown).unwrap();
    let old = centre.fetched(&notice.enrolment.0).unwrap().serial;
    centre.pass(1100 * DAY);
    let visitor = Actor::visitor(clinic.code.clone(), old.as_str());
    let renewed = centre.change(visitor, Function::RenewCertificate, move |tx| {
        enrolment::renew(tx, &authority(), &certificate_request())
    });
    let visitor = Actor::visitor(clinic.code.clone(), renewed.unwrap().serial.as_str());
    centre
        .change(visitor, Function::RenewCertificate, enrolment::used)
        .unwrap();
    // The old one is revoked by now, and the terminal goes on.
    centre.pass(DAY);
    let seen = centre.progress(&receipt, &shown);
    assert_eq!(seen, CertificateProgress::Fetched);
    centre.pass(1200 * DAY);
    let seen = centre.progress(&receipt, &shown);
    assert_eq!(seen, CertificateProgress::Expired);
}

#[test]
fn a_code_that_was_lost_is_voided_and_one_that_was_withdrawn_opens_nothing() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let (receipt, shown) = centre.confirmed(asked_by(&clinic));
    centre.approved(&receipt);
    let first = centre.code_drawn(&receipt, &shown).unwrap();
    centre.reissued(&receipt).unwrap();
    let over = centre.fetched(&first.enrolment.0);
    assert_eq!(code(over), RefusalCode::EnrolmentOver);
    let second = centre.code_drawn(&receipt, &shown).unwrap();
    let withdrawn = centre.withdrawn(&receipt, &shown).unwrap();
    assert_eq!(withdrawn.state_label(centre.now()), "取消");
    let over = centre.fetched(&second.enrolment.0);
    assert_eq!(code(over), RefusalCode::EnrolmentOver);
    let none = centre.code_drawn(&receipt, &shown);
    assert_eq!(code(none), RefusalCode::WrongState);
    // A code that nobody used in time.
    let (receipt, shown) = centre.confirmed(asked_by(&clinic));
    centre.approved(&receipt);
    centre.code_drawn(&receipt, &shown).unwrap();
    let days = centre.service().rules().certificate.enrolment_days;
    centre.pass(days * DAY + 1);
    let seen = centre.progress(&receipt, &shown);
    assert_eq!(seen, CertificateProgress::CodeOver);
    centre.reissued(&receipt).unwrap();
    assert!(centre.code_drawn(&receipt, &shown).is_ok());
}

#[test]
fn nobody_is_told_whether_there_is_such_an_institution_and_the_registered_address_hears_of_it() {
    let centre = TestCentre::new();
    let clinic = centre.clinic(1);
    let registered = MailAddress::parse("registered@example.jp").unwrap();
    let of = clinic.code.clone();
    centre
        .change(Actor::operator(), Function::ManageFacilities, move |tx| {
            facility::set_mail(tx, &of, Some(&registered))
        })
        .unwrap();
    let (known, shown) = centre.confirmed(asked_by(&clinic));
    let nowhere = FacilityCode::from_body("131000009").unwrap();
    let (unknown, other) = centre.confirmed(asked_for(nowhere.as_str()));
    assert_eq!(
        centre.progress(&known, &shown),
        centre.progress(&unknown, &other)
    );
    // The operator can't approve what is not there, and rejects it.
    let refused = centre.approved_by(&unknown, "架空 太郎");
    assert_eq!(code(refused), RefusalCode::NotFound);
    let key = unknown.clone();
    centre
        .decide(move |tx| reject(tx, &key, "登録がないため", &operator("架空 太郎")))
        .unwrap();
    let seen = centre.progress(&unknown, &other);
    assert_eq!(seen, CertificateProgress::Rejected);
    let count = "select count(*) from outgoing_mail where to_address = 'registered@example.jp'";
    assert_eq!(centre.number(count, &[]), 0);
    centre.approved(&known);
    assert_eq!(centre.number(count, &[]), 1);
}
