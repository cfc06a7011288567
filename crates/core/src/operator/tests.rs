//! Names of operators: what one is, and which two are one.

use super::*;

#[test]
fn a_name_is_written_and_bounded() {
    assert_eq!(
        OperatorName::parse(" 架空　太郎 ").unwrap().as_str(),
        "架空　太郎"
    );
    assert!(OperatorName::parse(&"名".repeat(50)).is_ok());
    for bad in ["", "　 ", "a\u{0}", "a\nb", "偽\u{202E}名", "\u{3164}"] {
        assert!(OperatorName::parse(bad).is_err(), "{bad:?}");
    }
    assert!(OperatorName::parse(&"名".repeat(51)).is_err());
}

#[test]
fn another_spelling_is_no_other_operator() {
    let sato = OperatorName::parse("Sato").unwrap();
    for same in ["sato", "ＳＡＴＯ", " s ato"] {
        assert!(sato.is_same_as(same), "{same:?}");
    }
    assert!(!sato.is_same_as("saito"));
}
