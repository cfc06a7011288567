//! Tables as people paste them, and what is understood of each.

use super::*;
use crate::sheet::{Bounds, Cell, read_pasted};
use crate::web::bulk::column::IN_ORDER;

fn read(text: &str) -> Patients {
    understand(&read_pasted(text, Bounds::for_persons(500)).expect("it can be read"))
}

fn one(text: &str) -> Patient {
    let found = read(text);
    assert_eq!(found.problem, None, "{text:?}");
    assert_eq!(found.patients.len(), 1, "{text:?}");
    found.patients.into_iter().next().expect("one")
}

const CARD: &str = "P1,06139018,見本１,1001,02,19750502";

#[test]
fn what_a_spreadsheet_puts_around_a_value_does_not_matter() {
    for text in [
        CARD,
        "P1\t06139018\t見本１\t1001\t02\t19750502",
        "\"P1\",\"06139018\",\"見本１\",\"1001\",\"02\",\"1975/5/2\",,,",
        "P1,=\"06139018\",見本１,'1001,2,S50.5.2",
        "P1,6139018,見本１,1001,02,昭和50年5月2日",
        "P1，０６１３９０１８，見本１，１００１，０２，１９７５０５０２",
        "P1,架空　花子,06139018,見本１,1001,02,19750502",
        "P1,06139018,見本１,1001,02,19750502,架空　花子",
        "患者ID,氏名,保険者番号,被保険者証記号,被保険者証番号,枝番,生年月日（西暦）\nP1,架空　花子,06139018,見本１,1001,02,19750502",
        "生年月日\t番号\t記号\t枝番号\t保険者No.\tカルテ番号\n19750502\t1001\t見本１\t2\t6139018\tP1",
    ] {
        let patient = one(text);
        assert_eq!(patient.problems, Vec::<String>::new(), "{text:?}");
        let question = patient.question.expect("it can be asked");
        let values = values_of(&question);
        assert_eq!(
            values.each_ref().map(String::as_str),
            ["P1", "06139018", "見本１", "1001", "02", "19750502"],
            "{text:?}"
        );
        let again = one(&line(&values));
        assert_eq!(
            again.question.map(|q| values_of(&q)),
            Some(values),
            "{text:?}"
        );
    }
}

#[test]
fn a_lost_zero_is_put_back_only_where_the_check_digit_proves_it() {
    let mended = one("P1,6139018,見本１,1001,02,19750502");
    assert!(
        mended.notes[0].contains("B1 保険者番号"),
        "{:?}",
        mended.notes
    );
    assert!(mended.notes[0].contains("06139018"), "{:?}", mended.notes);
    let not = one("P1,6139019,見本１,1001,02,19750502");
    assert!(not.question.is_none());
    assert!(
        not.problems[0].starts_with("B1 保険者番号：7桁です"),
        "{:?}",
        not.problems
    );
}

#[test]
fn what_is_lost_is_named_by_its_cell() {
    for (text, cell, why) in [
        ("P1,6.14E+06,見本１,1001,02,19750502", "B1", "9.99E+07"),
        ("P1,06139018,見本１,9.99E+07,02,19750502", "D1", "9.99E+07"),
        ("P1,06139018,1月2日,1001,02,19750502", "C1", "日付に変えた"),
        ("P1,06139018,2-Jan,1001,02,19750502", "C1", "日付に変えた"),
        ("P1,06139018,見本１,,02,19750502", "D1", "番号"),
        ("P1,06139018,見本１,1001,0A,19750502", "E1", "枝番"),
        ("P1,06139018,見本１,1001,02,19750230", "F1", "生年月日"),
        (
            "P1,06139018,見\u{200B}本,1001,02,19750502",
            "C1",
            "見えない文字",
        ),
        ("x\n\nP1,139,見本１,1001,02,19750502", "B3", "保険者番号"),
    ] {
        let found = read(text);
        let patient = found.patients.last().expect("one at least");
        let told = patient.problems.join(" ");
        assert!(patient.question.is_none(), "{text:?}");
        assert!(
            told.starts_with(cell) && told.contains(why),
            "{text:?}: {told}"
        );
    }
    let numbers = Row {
        number: 7,
        cells: vec![
            Cell::Number(12.0),
            Cell::Number(6_139_018.0),
            Cell::Date(onshi_core::Day::from_number(20_260_102).expect("a day")),
            Cell::Number(1e16),
            Cell::Other("数式のエラー"),
            Cell::Date(onshi_core::Day::from_number(19_750_502).expect("a day")),
        ],
    };
    let told = patient(&numbers, &IN_ORDER).problems.join("\n");
    for cell in [
        "C7 記号：表計算ソフトが日付",
        "D7 番号：表計算ソフトが丸め",
        "E7 枝番：数式のエラー",
    ] {
        assert!(told.contains(cell), "{told}");
    }
    assert!(!told.contains("F7") && !told.contains("B7"), "{told}");
}

#[test]
fn a_table_whose_columns_are_not_clear_is_refused_with_the_way_out() {
    for (text, why) in [
        ("保険者番号,記号\n06139018,見本", "「番号」「生年月日」"),
        (
            "番号,番号,保険者番号,生年月日\n1,2,06139018,19750502",
            "2回",
        ),
        ("P1,06139018,見本１,1001,02,19750502,1,2", "8列"),
        ("P1,06139018,見本１,1001,02,19750502,7", "7列"),
    ] {
        let problem = read(text).problem.unwrap_or_default();
        assert!(problem.contains(why), "{text:?}: {problem}");
    }
    assert_eq!(read("").patients.len(), 0);
    let unused =
        read("患者番号,氏名,性別,保険者番号,番号,生年月日\nP1,架空,男,06139018,1001,19750502");
    assert_eq!(unused.unused, ["氏名", "性別"]);
}
