//! What rows of a table of accounts come to.

use super::*;

fn today() -> Day {
    Day::from_number(20_261_127).expect("it is a day")
}

fn table(rows: Vec<Vec<Cell>>) -> Table {
    let rows = rows.into_iter().zip(1..);
    let rows = rows.map(|(cells, number)| Row { number, cells });
    Table {
        rows: rows.collect(),
    }
}

fn heading_row() -> Vec<Cell> {
    let labels = Column::ALL.map(|column| Cell::Text(column.label().to_owned()));
    labels.to_vec()
}

/// A row of texts, cells being named by their columns.
fn cells(values: &[(Column, Cell)]) -> Vec<Cell> {
    let mut cells = vec![Cell::Empty; COLUMNS];
    for (column, cell) in values {
        cells[*column as usize] = cell.clone();
    }
    cells
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn read(values: &[(Column, Cell)]) -> ReadRow {
    let mut all = vec![
        (Column::Kind, text("一般")),
        (Column::UserId, text("tanaka01")),
        (Column::Name, text("田中 健太")),
    ];
    all.retain(|(column, _)| values.iter().all(|(other, _)| other != column));
    all.extend(values.iter().cloned());
    let table = table(vec![heading_row(), cells(&all)]);
    let (mut rows, _) = read_table(&table, Managed::Others, today()).expect("it is a table");
    rows.remove(0)
}

fn viewer(values: &[(Column, Cell)]) -> ReadRow {
    let mut all = vec![(Column::Kind, text("医療情報閲覧"))];
    all.extend(values.iter().cloned());
    read(&all)
}

#[test]
fn a_row_is_read_as_the_single_form_is() {
    let row = viewer(&[
        (Column::UserId, text("ｓｕｚｕｋｉ")),
        (Column::Name, text("鈴木 一郎")),
        (Column::Profession, text("医師")),
        (Column::LicenseNumber, Cell::Number(345_678.0)),
        (Column::EmergencyViewing, text("あり")),
        (Column::ValidFrom, Cell::Date(today())),
        (Column::ValidUntil, text("2027/3/31 0:00")),
        (Column::Note, text("内科")),
    ]);
    assert_eq!(row.problems, Vec::<String>::new());
    assert_eq!(row.notes.len(), 2, "{:?}", row.notes);
    let wanted = row.wanted.expect("it can be registered");
    assert_eq!(wanted.user_id.as_str(), "suzuki");
    assert_eq!(wanted.kind, AccountKind::Viewer);
    assert!(wanted.emergency_viewing);
    assert_eq!(wanted.period.from, Some(today()));
    assert_eq!(wanted.period.until, Day::from_number(20_270_331));
    assert!(matches!(
        wanted.holder,
        Some(Holder::Licensed(_, Some(number))) if number == "345678"
    ));
}

#[test]
fn what_can_be_no_account_is_named_by_its_cell() {
    let cases: Vec<(ReadRow, &str)> = vec![
        (
            read(&[(Column::Kind, text("看護師"))]),
            "A2 権限区分：一般・医療情報閲覧",
        ),
        (
            read(&[(Column::Kind, text("管理"))]),
            "ここでは登録できません",
        ),
        (
            read(&[(Column::UserId, text("田中"))]),
            "B2 ユーザID：ユーザIDに全角",
        ),
        (
            read(&[(Column::UserId, text("1E+05"))]),
            "B2 ユーザID：表計算ソフトが丸めた",
        ),
        (read(&[(Column::UserId, text("1-Apr"))]), "日付に変えた値"),
        (
            read(&[(Column::UserId, Cell::Date(today()))]),
            "日付に変えた値",
        ),
        (
            read(&[(Column::UserId, Cell::Number(12.0))]),
            "先頭の0が消えていないか",
        ),
        (read(&[(Column::UserId, Cell::Number(1.5))]), "丸めた値"),
        (read(&[(Column::UserId, Cell::Empty)]), "ユーザIDを入力"),
        (
            read(&[(Column::Name, Cell::Empty)]),
            "C2 ユーザ名：使う人の氏名",
        ),
        (read(&[(Column::Name, text("=cmd|' /C calc'!A0"))]), "数式"),
        (read(&[(Column::Name, text("＝1+1"))]), "数式"),
        (
            read(&[(Column::Name, Cell::Other("数式のエラー"))]),
            "数式のエラー",
        ),
        (
            read(&[(Column::Profession, text("医師"))]),
            "医療情報閲覧のときだけ",
        ),
        (
            read(&[(Column::EmergencyViewing, text("あり"))]),
            "医療情報閲覧のときだけ",
        ),
        (
            read(&[(Column::ValidUntil, Cell::Number(45_678.0))]),
            "日付を数で表した値です（2025年1月21日",
        ),
        (
            read(&[
                (Column::ValidFrom, text("R9.1.1")),
                (Column::ValidUntil, text("R8.12.31")),
            ]),
            "J2 使い終わる日：有効期間の終了日が",
        ),
        (
            read(&[(Column::Note, text(&"あ".repeat(501)))]),
            "備考は500文字以内",
        ),
        (viewer(&[]), "D2 職種：医療情報閲覧アカウントには"),
        (
            viewer(&[(Column::Profession, text("看護師"))]),
            "「被選定者」とし",
        ),
        (
            viewer(&[(Column::Profession, text("被選定者"))]),
            "F2 選んだ理由（被選定者）：被選定者には",
        ),
    ];
    for (row, words) in cases {
        assert!(row.wanted.is_none(), "{words}");
        let told = row.problems.join("\n");
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn what_should_be_looked_at_is_said_and_taken() {
    let row = read(&[(Column::UserId, Cell::Number(1001.0))]);
    assert!(row.wanted.is_some() && row.notes[0].contains("数値のセル"));
    let row = read(&[(Column::ValidUntil, text("2026-11-26"))]);
    assert!(row.wanted.is_some() && row.notes[0].contains("すでに過ぎた日"));
    let row = read(&[(Column::EmergencyViewing, text("なし"))]);
    assert!(row.wanted.is_some() && row.notes.is_empty());
}

#[test]
fn rows_are_compared_with_each_other() {
    let id = |id: &str| read(&[(Column::UserId, text(id))]);
    let mut rows = [id("Staff01"), id("staff01"), id("1234"), id("567")];
    rows[1].number = 3;
    compare(&mut rows);
    assert!(rows[0].wanted.is_some());
    assert!(rows[1].wanted.is_none() && rows[1].problems[0].contains("2行目と同じ"));
    assert!(rows[2].notes.is_empty());
    assert!(rows[3].wanted.is_some() && rows[3].notes[0].contains("桁が少ない"));
}

#[test]
fn what_a_form_carries_along_is_read_back() {
    let row = viewer(&[
        (Column::Profession, text("薬剤師")),
        (Column::ValidUntil, text("R9.3.31")),
        (Column::Note, text("一行目\n二行目")),
    ]);
    let carried = serde_json::to_string(&[row.carried()]).expect("it can be printed");
    let carried: Vec<Carried> = serde_json::from_str(&carried).expect("it can be read");
    let again = read_carried(&carried, Managed::Others, today());
    let wanted = again[0].wanted.as_ref().expect("it is as good as before");
    assert_eq!(wanted.note, "一行目\n二行目");
    assert_eq!(wanted.period.until, Day::from_number(20_270_331));
    assert_eq!(again[0].number, 2);
    // Whoever sends something else is held against the same rules.
    let forged: Vec<Carried> =
        serde_json::from_str("[[2,[\"管理\",\"kanri9\",\"私\"]],[3,[]]]").expect("it can be read");
    let forged = read_carried(&forged, Managed::Others, today());
    assert!(forged.iter().all(|row| row.wanted.is_none()));
}
