//! Applications: who is told what, what an approval gives, and what is drawn once.

mod certificate;

use super::*;
use crate::account::activation::{self, Activated};
use crate::account::manage;
use crate::account::password::{AcceptedPassword, generate};
use crate::audit::{Detail, Filter, Line, Page};
use crate::authn::Authn;
use crate::entropy::Entropy;
use crate::history;
use crate::keyed;
use crate::one_time_code::OneTimeCode;
use crate::operator::OperatorName;
use crate::service::Job;
use crate::testing::{TestCentre, code, hash, refusal, user_id};
use crate::{AccountKind, Actor, Error, Function, RefusalCode, Tx, facility};

const CODE: &str = "1310000013";

fn said(kind: &str) -> Particulars {
    let text = |text: &str| text.to_owned();
    Particulars {
        kind: text(kind),
        facility_code: FacilityCode::from_body(&CODE[..9])
            .unwrap()
            .as_str()
            .to_owned(),
        institution_kind: text("clinic"),
        name: text(" 架空みらい診療所 "),
        address: text("東京都千代田区架空0-0"),
        phone: text("０３-0000-0000"),
        mail: text("soumu@example.jp"),
        responsible: text("架空 太郎"),
        line_kind: text("ip_vpn_ntt"),
        customer_id: text("ｃaf0000000000"),
        starts_in: text("2026/6"),
        terminal_name: text("受付1号機"),
        ..Particulars::default()
    }
}

impl TestCentre {
    fn as_applicant<T: Send + 'static>(
        &self,
        function: Function,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.change(Actor::applicant(), function, work)
    }

    /// Applies, and gives the receipt number and the code that was mailed.
    fn applied(&self, said: Particulars) -> (String, OneTimeCode) {
        // So that the newest letter is the one about it.
        self.pass(1);
        let taken = self.as_applicant(Function::Apply, move |tx| {
            apply(tx, &said, "https://portal.example.jp")
        });
        let receipt = taken.unwrap().receipt;
        (receipt, self.mailed_code())
    }

    /// The code in the newest letter.
    fn mailed_code(&self) -> OneTimeCode {
        let text = self.newest_letter();
        let typed = text.split("確認コード ").nth(1).unwrap();
        let typed = typed.split_whitespace().next().unwrap();
        OneTimeCode::parse(crate::error::Fact::ApplicationCode, typed).unwrap()
    }

    fn newest_letter(&self) -> String {
        let sealed = self.change(Actor::operator(), Function::ManageFacilities, |tx| {
            let row = tx.row(
                "select mail_id, sealed_text from outgoing_mail order by written_at desc, mail_id desc limit 1",
                &[],
            )?;
            let row = row.ok_or(RefusalCode::NotFound)?;
            let (id, sealed) = (row.text(0)?, row.opt_bytes(1)?.unwrap_or_default());
            Ok(keyed::open(tx.mail_key(), id.as_bytes(), &sealed))
        });
        String::from_utf8(sealed.unwrap().unwrap()).unwrap()
    }

    fn confirmed(&self, said: Particulars) -> (String, OneTimeCode) {
        let (receipt, shown) = self.applied(said);
        let (key, right) = (receipt.clone(), shown.clone());
        let done = self.as_applicant(Function::InquireApplication, move |tx| {
            confirm(tx, &key, &right)
        });
        assert_eq!(done.unwrap().state, ApplicationState::Received);
        (receipt, shown)
    }

    fn decide<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.pass(1);
        self.change(Actor::operator(), Function::ApproveApplications, work)
    }

    fn approved_by(&self, receipt: &str, by: &str) -> Result<bool, Error> {
        let (key, by) = (receipt.to_owned(), operator(by));
        self.decide(move |tx| approve(tx, &key, &by))
    }

    /// Every entry of the log, the newest first.
    fn whole_log(&self) -> Vec<Line> {
        let page = Page {
            skip: 0,
            limit: 100,
        };
        let read = move |tx: &mut Tx<'_>| history::list(tx, &Filter::default(), page);
        self.read(Actor::operator(), Function::ReadAuditLog, read)
            .unwrap()
    }

    fn approved(&self, receipt: &str) {
        assert!(self.approved_by(receipt, "架空 太郎").unwrap());
    }

    fn drawn(&self, receipt: &str, shown: &OneTimeCode) -> Result<Notice, Error> {
        self.pass(1);
        let (key, right) = (receipt.to_owned(), shown.clone());
        self.as_applicant(Function::DrawNotice, move |tx| {
            draw(tx, (&key, &right), &hash("1111-2222-3333"))
        })
    }

    /// What comes of an activation at the institution.
    fn activated(&self, of: &activation::Activation, at: &FacilityCode) -> Result<(), RefusalCode> {
        let actor = Actor::visitor(at.clone(), "c1");
        let authn: Authn<'_> = self.service().authn();
        let key = (&of.user_id, &of.code);
        let change = authn.activation(at, key, self.now()).unwrap();
        let password: AcceptedPassword = generate(&mut Entropy::new([5; 32]));
        let new = change.map(|change| {
            let unused = change.compare(password).to_the_end().unwrap();
            unused.hash(&self.service().rules().password, [1; 16])
        });
        let (user, shown) = (of.user_id.clone(), of.code.clone());
        let done = self.change(actor, Function::ActivateAccount, move |tx| {
            activation::activate(tx, &user, &shown, new.as_ref())
        });
        match done.unwrap() {
            Activated::Good(_) => Ok(()),
            Activated::Refused(refusal) => Err(refusal.code),
        }
    }
}

/// Who approved, where an entry is of that.
fn decider(line: &Line) -> Option<Option<String>> {
    match line.detail.as_ref()? {
        Detail::ApplicationApproved { by, .. } => Some(by.clone()),
        _ => None,
    }
}

fn operator(name: &str) -> OperatorName {
    OperatorName::parse(name).unwrap()
}

fn at() -> FacilityCode {
    FacilityCode::from_body(&CODE[..9]).unwrap()
}

#[test]
fn what_can_be_taken_is_kept_in_one_form_and_what_is_wrong_is_named() {
    let today = crate::testing::OPENING.jst_day();
    let good = said("start").check(today).unwrap();
    assert_eq!(good.name, "架空みらい診療所");
    assert_eq!(
        (&*good.phone, &*good.customer_id),
        ("03-0000-0000", "CAF0000000000")
    );
    assert_eq!((&*good.starts_in, &*good.tests_in), ("2026-06", ""));
    type Spoil = fn(&mut Particulars);
    let wrong: [(Spoil, &str); 13] = [
        (|said| said.kind.clear(), "申請の種類"),
        (
            |said| said.facility_code = "1310000010".to_owned(),
            "検証番号",
        ),
        (
            |said| said.institution_kind = "pharmacy".to_owned(),
            "点数表番号",
        ),
        (|said| said.institution_kind.clear(), "種別を選んで"),
        (|said| said.name.clear(), "名称"),
        (|said| said.address = "長".repeat(121), "所在地"),
        (|said| said.phone = "なし".to_owned(), "電話番号"),
        (|said| said.mail = "soumu".to_owned(), "@"),
        (
            |said| said.responsible = "偽\u{202E}名".to_owned(),
            "使えない文字",
        ),
        (|said| said.line_kind.clear(), "電気通信回線種別"),
        (|said| said.line_kind = "ipsec_ike".to_owned(), "お客さまID"),
        (|said| said.starts_in = "2026-03".to_owned(), "過ぎた年月"),
        (|said| said.terminal_name.clear(), "名称を"),
    ];
    for (spoil, word) in wrong {
        let mut spoiled = said("start");
        spoil(&mut spoiled);
        let told = refusal(spoiled.check(today));
        assert_eq!(told.code, RefusalCode::Invalid);
        let texts: Vec<&str> = told.problems.iter().map(|one| one.text.as_str()).collect();
        assert!(
            texts.len() == 1 && texts[0].contains(word),
            "{word}: {texts:?}"
        );
    }
    // What may stay open may; a change needs no terminal.
    let open = Particulars {
        starts_in: String::new(),
        customer_id: String::new(),
        terminal_name: String::new(),
        ..said("change")
    };
    assert!(open.check(today).is_ok());
    // A dental hospital has a code of dentistry.
    let dental = Particulars {
        facility_code: FacilityCode::from_body("133000001")
            .unwrap()
            .as_str()
            .to_owned(),
        institution_kind: "hospital".to_owned(),
        ..said("start")
    };
    assert!(dental.check(today).is_ok());
}

#[test]
fn an_institution_begins_and_nobody_knows_a_code_before_the_notice() {
    let centre = TestCentre::new();
    let (receipt, shown) = centre.applied(said("start"));
    // Nobody decides what the mail address did not confirm.
    let key = receipt.clone();
    let early = centre.approved_by(&key, "架空 太郎");
    assert_eq!(code(early), RefusalCode::WrongState);
    let (key, right) = (receipt.clone(), shown.clone());
    let confirmed = centre.as_applicant(Function::InquireApplication, move |tx| {
        confirm(tx, &key, &right)
    });
    assert_eq!(confirmed.unwrap().state, ApplicationState::Received);
    assert_eq!(
        code(centre.drawn(&receipt, &shown)),
        RefusalCode::WrongState
    );
    centre.approved(&receipt);
    let letter = centre.newest_letter();
    assert!(
        letter.contains("https://portal.example.jp/application/status"),
        "{letter}"
    );
    assert!(!letter.contains("master"), "{letter}");

    let notice = centre.drawn(&receipt, &shown).unwrap();
    assert_eq!(notice.facility_name, "架空みらい診療所");
    assert_eq!(notice.terminal_name, "受付1号機");
    let [master, reset] = &notice.accounts;
    assert_eq!(
        [master.kind, reset.kind],
        [AccountKind::Master, AccountKind::Reset]
    );
    let enrolment = crate::enrolment::code_hash(notice.enrolment.0.reveal());
    let kept = "select count(*) from enrolment where code_hash = $1 and voided_at is null";
    assert_eq!(centre.number(kept, &[enrolment.as_str().into()]), 1);
    assert_eq!(centre.activated(master, &at()), Ok(()));
    assert_eq!(centre.activated(reset, &at()), Ok(()));
    // Once. Whoever did not draw it hears of it.
    assert!(centre.newest_letter().contains("お知らせが作成されました"));
    assert_eq!(
        code(centre.drawn(&receipt, &shown)),
        RefusalCode::NoticeDrawn
    );
    // The institution is reached as it said.
    let mail = centre.read(Actor::operator_at(at()), Function::ManageFacilities, |tx| {
        Ok(facility::mail_of(tx)?.map(|mail| mail.as_str().to_owned()))
    });
    assert_eq!(mail.unwrap().as_deref(), Some("soumu@example.jp"));
}

#[test]
fn a_notice_is_voided_for_another_until_somebody_has_begun() {
    let centre = TestCentre::new();
    let (receipt, shown) = centre.confirmed(said("start"));
    let again = |reason: &'static str| {
        let key = receipt.clone();
        centre.decide(move |tx| reissue(tx, &key, reason))
    };
    centre.approved(&receipt);
    assert_eq!(code(again("紛失")), RefusalCode::WrongState);
    let first = centre.drawn(&receipt, &shown).unwrap();
    assert_eq!(code(again("")), RefusalCode::Invalid);
    again("紛失").unwrap();
    let wrong = Err(RefusalCode::ActivationWrong);
    assert_eq!(centre.activated(&first.accounts[0], &at()), wrong);
    let open = "select count(*) from enrolment where voided_at is null";
    assert_eq!(centre.number(open, &[]), 0);
    let second = centre.drawn(&receipt, &shown).unwrap();
    assert_eq!(centre.activated(&second.accounts[0], &at()), Ok(()));
    assert_eq!(code(again("紛失")), RefusalCode::NoticeUsed);
}

#[test]
fn whoever_has_not_both_is_told_the_same_and_nothing_of_institutions() {
    let centre = TestCentre::new();
    let there = centre.clinic(1);
    let taken = said("start");
    let known = Particulars {
        facility_code: there.code.as_str().to_owned(),
        ..said("start")
    };
    // One that there is and one that there is not go the same way.
    let (receipt, shown) = centre.confirmed(known);
    let (other, _) = centre.confirmed(taken);
    assert_eq!(receipt.len(), other.len());
    let inquired = |receipt: &str, shown: &OneTimeCode| {
        let (key, shown) = (receipt.to_owned(), shown.clone());
        centre.as_applicant(Function::InquireApplication, move |tx| {
            inquire(tx, &key, &shown)
        })
    };
    let unknown = RefusalCode::ApplicationUnknown;
    assert_eq!(code(inquired(&other, &shown)), unknown);
    assert_eq!(code(inquired("260401-000000", &shown)), unknown);
    assert_eq!(code(inquired("", &shown)), unknown);
    // Typed as people type.
    let typed: String = receipt.replace('-', "").chars().collect();
    assert_eq!(inquired(&typed, &shown).unwrap().receipt, receipt);
    // The operator sees that it is there, and can't begin it twice.
    let key = receipt.clone();
    let seen = centre.decide(move |tx| show(tx, &key)).unwrap();
    assert_eq!(seen.registered_name.as_deref(), Some("桜内科クリニック"));
    let key = receipt.clone();
    let twice = centre.approved_by(&key, "架空 太郎");
    assert_eq!(code(twice), RefusalCode::FacilityTaken);
    let key = receipt.clone();
    centre
        .decide(move |tx| reject(tx, &key, "登録済みのため", &operator("架空 太郎")))
        .unwrap();
    let told = inquired(&receipt, &shown).unwrap();
    assert_eq!(told.state, ApplicationState::Rejected);
    assert_eq!(told.reason.as_deref(), Some("登録済みのため"));
    assert!(centre.newest_letter().contains("登録済みのため"));
}

#[test]
fn a_change_is_told_to_the_address_that_was_registered() {
    let centre = TestCentre::new();
    let there = centre.clinic(1);
    let code = there.code.clone();
    let earlier = MailAddress::parse("earlier@example.jp").unwrap();
    centre
        .change(Actor::operator(), Function::ManageFacilities, move |tx| {
            facility::set_mail(tx, &code, Some(&earlier))
        })
        .unwrap();
    let changed = Particulars {
        facility_code: there.code.as_str().to_owned(),
        ..said("change")
    };
    let (receipt, shown) = centre.confirmed(changed);
    let count = "select count(*) from outgoing_mail where to_address = 'earlier@example.jp'";
    assert_eq!(centre.number(count, &[]), 0);
    centre.approved(&receipt);
    assert_eq!(centre.number(count, &[]), 1);
    let code_of = there.code.clone();
    let now = centre.read(
        Actor::operator_at(code_of.clone()),
        Function::ManageFacilities,
        |tx| facility::show(tx, &code_of),
    );
    assert_eq!(now.unwrap().name, "架空みらい診療所");
    assert_eq!(
        crate::testing::code(centre.drawn(&receipt, &shown)),
        RefusalCode::WrongState
    );
}

#[test]
fn a_recovery_needs_two_operators_and_gives_the_accounts_anew() {
    let centre = TestCentre::new();
    let there = centre.clinic(1);
    let lost = Particulars {
        facility_code: there.code.as_str().to_owned(),
        ..said("recovery")
    };
    let (receipt, shown) = centre.confirmed(lost);
    let by = |who: &str| centre.approved_by(&receipt, who);
    assert!(!by("Sato").unwrap(), "the first of two");
    // In another spelling it is the same one.
    for again in ["Sato", "ｓａｔｏ", " SATO "] {
        assert_eq!(code(by(again)), RefusalCode::SecondOperatorNeeded);
    }
    assert_eq!(
        code(centre.drawn(&receipt, &shown)),
        RefusalCode::WrongState
    );
    assert!(by("Tanaka").unwrap());
    let key = receipt.clone();
    let kept = centre.decide(move |tx| show(tx, &key)).unwrap().application;
    assert_eq!(kept.first_by.as_deref(), Some("Sato"));
    assert_eq!(kept.decided.unwrap().1, "Tanaka");
    let by: Vec<Option<String>> = centre.whole_log().iter().filter_map(decider).collect();
    assert_eq!(by, [Some("Tanaka".to_owned()), Some("Sato".to_owned())]);
    let notice = centre.drawn(&receipt, &shown).unwrap();
    assert_eq!(notice.accounts[0].user_id, user_id("master1"));
    // What the accounts had is void, and what is handed out is good.
    let of = there.code.clone();
    let master = centre.read(Actor::operator_at(of), Function::OperateAccounts, |tx| {
        manage::find_by_user_id(tx, &user_id("master1"))
    });
    assert_eq!(master.unwrap().account_id, there.master);
    let kept = "select count(*) from account where account_id = $1 and password_hash = ''";
    assert_eq!(centre.number(kept, &[there.master.as_str().into()]), 1);
    assert_eq!(centre.activated(&notice.accounts[0], &there.code), Ok(()));
}

#[test]
fn floods_are_bounded_and_what_nobody_confirms_ends() {
    let mut rules = crate::testing::quick_rules();
    rules.application.per_mail_max = 2;
    rules.application.unconfirmed_max = 3;
    let centre = TestCentre::with_rules(rules);
    let once = |mail: &str| {
        let said = Particulars {
            mail: mail.to_owned(),
            ..said("start")
        };
        centre.as_applicant(Function::Apply, move |tx| apply(tx, &said, ""))
    };
    let (first, shown) = centre.applied(said("start"));
    once("soumu@example.jp").unwrap();
    assert_eq!(
        code(once("soumu@example.jp")),
        RefusalCode::ApplicationsTooMany
    );
    once("b@example.jp").unwrap();
    assert_eq!(code(once("c@example.jp")), RefusalCode::Busy);
    centre.pass(24 * 3600 + 1);
    let late = centre.as_applicant(Function::InquireApplication, move |tx| {
        confirm(tx, &first, &shown)
    });
    assert_eq!(code(late), RefusalCode::ApplicationOver);
    let request = centre.request();
    let job: &dyn Job = &retention::ExpireApplications;
    job.run(centre.service(), &request).unwrap();
    assert_eq!(centre.number("select count(*) from application", &[]), 0);
    once("soumu@example.jp").unwrap();
}

#[test]
fn an_applicant_withdraws_until_it_is_decided() {
    let centre = TestCentre::new();
    let (receipt, shown) = centre.confirmed(said("start"));
    let gone = |receipt: &str, shown: &OneTimeCode| {
        let (key, shown) = (receipt.to_owned(), shown.clone());
        centre.as_applicant(Function::InquireApplication, move |tx| {
            withdraw(tx, &key, &shown)
        })
    };
    assert_eq!(
        gone(&receipt, &shown).unwrap().state,
        ApplicationState::Withdrawn
    );
    assert_eq!(code(gone(&receipt, &shown)), RefusalCode::WrongState);
    let key = receipt.clone();
    assert_eq!(
        code(centre.approved_by(&key, "架空 太郎")),
        RefusalCode::WrongState
    );
}

#[test]
fn what_waits_is_listed_however_much_was_decided_since() {
    let centre = TestCentre::new();
    let (waiting, _) = centre.confirmed(said("start"));
    let (decided, _) = centre.confirmed(said("change"));
    let key = decided.clone();
    centre
        .decide(move |tx| reject(tx, &key, "登録がないため", &operator("架空 太郎")))
        .unwrap();
    let listed = |wanted| {
        let found = centre.decide(move |tx| list(tx, wanted, 1)).unwrap();
        found.into_iter().next().map(|one| one.receipt)
    };
    assert_eq!(listed(Wanted::Waiting), Some(waiting.clone()));
    assert_eq!(listed(Wanted::Confirmed), Some(decided.clone()));
    assert_eq!(
        listed(Wanted::In(ApplicationState::Rejected)),
        Some(decided)
    );
    assert_eq!(
        listed(Wanted::In(ApplicationState::Received)),
        Some(waiting)
    );
}
