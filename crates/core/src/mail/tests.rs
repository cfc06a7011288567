//! Letters: kept with what they tell of, sent once, tried again, and given up.

use crate::error::RefusalCode;
use crate::mail::{Letter, MailAddress, Outgoing, Sent, queue, undelivered};
use crate::rules::MailRules;
use crate::testing::{TestCentre, code, quick_rules};
use crate::{Actor, Error, Function, Rules};

fn letter(text: &str) -> Letter {
    Letter {
        to: MailAddress::parse("soumu@example.jp").unwrap(),
        subject: "利用申請の受付".to_owned(),
        text: text.to_owned(),
    }
}

fn write(centre: &TestCentre, text: &str) -> Result<(), Error> {
    let letter = letter(text);
    centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        queue(tx, None, &letter)
    })
}

fn take(centre: &TestCentre) -> Vec<Outgoing> {
    centre.service().take_letters(&centre.request()).unwrap()
}

fn settle(centre: &TestCentre, letter: &Outgoing, sent: Sent) {
    let service = centre.service();
    service
        .settle_letter(&centre.request(), &letter.id, sent)
        .unwrap();
}

#[test]
fn an_address_is_read_or_its_mistake_is_named() {
    for (typed, kept) in [
        ("soumu@example.jp", "soumu@example.jp"),
        (" Soumu@Example.JP\u{3000}", "Soumu@example.jp"),
        ("ｓｏｕｍｕ＠ｅｘａｍｐｌｅ．ｊｐ", "soumu@example.jp"),
        ("a..b.@docomo.example.jp", "a..b.@docomo.example.jp"),
        (
            "o'neil+1@xn--eckwd4c7c.example",
            "o'neil+1@xn--eckwd4c7c.example",
        ),
    ] {
        let read = MailAddress::parse(typed);
        assert_eq!(
            read.map(|it| it.as_str().to_owned()).ok().as_deref(),
            Some(kept),
            "{typed}"
        );
    }
    let long = format!("{}@example.jp", "a".repeat(65));
    for (typed, word) in [
        ("", "入力してください"),
        ("soumu", "@ がありません"),
        ("@example.jp", "@ より前"),
        ("総務@example.jp", "@ より前"),
        ("a b@example.jp", "@ より前"),
        ("a@b@example.jp", "@ より前"),
        ("soumu@example", "@ より後ろ"),
        ("soumu@-example.jp", "@ より後ろ"),
        ("soumu@example..jp", "@ より後ろ"),
        ("soumu@example.jp\r\nBcc: a@example.jp", "@ より前"),
        (&long, "長すぎます"),
    ] {
        let told = MailAddress::parse(typed).unwrap_err();
        assert!(told.text.contains(word), "{typed}: {}", told.text);
    }
}

#[test]
fn a_letter_is_kept_sealed_until_it_is_sent_and_then_gone() {
    let centre = TestCentre::new();
    write(&centre, "リンク https://localhost/apply/0123").unwrap();
    let sql = "select count(*) from outgoing_mail where cast(sealed_text as text) like '%apply%'";
    assert_eq!(centre.number(sql, &[]), 0);
    let [taken] = take(&centre).try_into().unwrap();
    assert_eq!(taken.text, "リンク https://localhost/apply/0123");
    // Whoever took it has it for a while.
    assert!(take(&centre).is_empty());
    settle(&centre, &taken, Sent::Done);
    assert_eq!(centre.number("select count(*) from outgoing_mail", &[]), 0);
    assert_eq!(centre.verified(), Vec::<String>::new());
}

#[test]
fn what_is_undone_sends_no_letter() {
    let centre = TestCentre::new();
    let letter = letter("なかったこと");
    let undone = centre.change(Actor::operator(), Function::ManageFacilities, move |tx| {
        queue(tx, None, &letter)?;
        Err::<(), _>(RefusalCode::WrongState.into())
    });
    assert_eq!(code(undone), RefusalCode::WrongState);
    assert!(take(&centre).is_empty());
}

#[test]
fn a_letter_that_was_taken_and_not_settled_comes_again() {
    let centre = TestCentre::new();
    write(&centre, "一通").unwrap();
    assert_eq!(take(&centre).len(), 1);
    centre.pass(299);
    assert!(take(&centre).is_empty());
    centre.pass(1);
    assert_eq!(take(&centre).len(), 1);
}

#[test]
fn a_letter_is_tried_later_and_later_and_given_up_in_the_end() {
    let rules = Rules {
        mail: MailRules {
            tries_max: 3,
            ..MailRules::default()
        },
        ..quick_rules()
    };
    let centre = TestCentre::with_rules(rules);
    write(&centre, "届かない").unwrap();
    let busy = || Sent::Later("450 busy".to_owned());
    for wait in [60, 120] {
        let [taken] = take(&centre).try_into().unwrap();
        settle(&centre, &taken, busy());
        centre.pass(wait - 1);
        assert!(take(&centre).is_empty(), "{wait}");
        centre.pass(1);
    }
    let [taken] = take(&centre).try_into().unwrap();
    settle(&centre, &taken, busy());
    centre.pass(86_400);
    assert!(take(&centre).is_empty());
    let [told] = centre
        .read(Actor::operator(), Function::ManageFacilities, undelivered)
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(
        (told.tries, told.why.as_str(), told.given_up),
        (3, "450 busy", true)
    );
    let sql = "select count(*) from outgoing_mail where sealed_text is not null";
    assert_eq!(centre.number(sql, &[]), 0, "its text is gone");
    // What will never be taken is not tried again.
    write(&centre, "宛先なし").unwrap();
    let [taken] = take(&centre).try_into().unwrap();
    settle(&centre, &taken, Sent::Never("550 no such user".to_owned()));
    centre.pass(86_400);
    assert!(take(&centre).is_empty());
}

#[test]
fn only_so_many_letters_wait() {
    let rules = Rules {
        mail: MailRules {
            queue_max: 2,
            ..MailRules::default()
        },
        ..quick_rules()
    };
    let centre = TestCentre::with_rules(rules);
    write(&centre, "一").unwrap();
    write(&centre, "二").unwrap();
    assert_eq!(code(write(&centre, "三")), RefusalCode::Busy);
}
