//! The columns of a table of accounts, described once: what each is called, and under which headings it is known. Reading,
//! help, templates and the preview go by this.

use crate::sheet::{Cell, Row, Table};
use crate::web::accounts::form::AccountField;
use onshi_core::account::Managed;
use onshi_wire::numbers::narrowed;

/// A column that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum Column {
    /// 権限区分: the kind.
    Kind,
    /// ユーザID.
    UserId,
    /// ユーザ名: the person or the device.
    Name,
    /// 職種.
    Profession,
    /// 免許の登録番号.
    LicenseNumber,
    /// 選んだ理由, of a person whom the institution named.
    DesignationReason,
    /// 承認した人, likewise.
    DesignationApprover,
    /// 救急時閲覧権限.
    EmergencyViewing,
    /// 使い始める日.
    ValidFrom,
    /// 使い終わる日.
    ValidUntil,
    /// 備考.
    Note,
}

/// How many columns there are.
pub(super) const COLUMNS: usize = Column::ALL.len();

/// Rows above the heading that a table may have: a title, a word of explanation.
pub(super) const ABOVE_HEADING_MAX: usize = 10;

impl Column {
    /// Every column, in the order of the templates.
    pub(in crate::web) const ALL: [Column; 11] = [
        Column::Kind,
        Column::UserId,
        Column::Name,
        Column::Profession,
        Column::LicenseNumber,
        Column::DesignationReason,
        Column::DesignationApprover,
        Column::EmergencyViewing,
        Column::ValidFrom,
        Column::ValidUntil,
        Column::Note,
    ];

    /// Those that a group of accounts has: 管理 accounts look at nothing.
    pub(in crate::web) const fn of(managed: Managed) -> &'static [Column] {
        match managed {
            Managed::Administrators => &[
                Column::Kind,
                Column::UserId,
                Column::Name,
                Column::ValidFrom,
                Column::ValidUntil,
                Column::Note,
            ],
            Managed::Others | Managed::RolledOut | Managed::All | Managed::Officers => &Column::ALL,
        }
    }

    /// What it is called.
    pub(in crate::web) const fn label(self) -> &'static str {
        match self {
            Column::Kind => "権限区分",
            Column::UserId => "ユーザID",
            Column::Name => "ユーザ名",
            Column::Profession => "職種",
            Column::LicenseNumber => "免許の登録番号",
            Column::DesignationReason => "選んだ理由（被選定者）",
            Column::DesignationApprover => "承認した人（被選定者）",
            Column::EmergencyViewing => "救急時閲覧権限",
            Column::ValidFrom => "使い始める日",
            Column::ValidUntil => "使い終わる日",
            Column::Note => "備考",
        }
    }

    /// What stands in it, for whoever fills in a template.
    pub(in crate::web) const fn help(self) -> &'static str {
        match self {
            Column::Kind => "必須。一覧から選びます。",
            Column::UserId => {
                "必須。半角の英字と数字など、3文字以上32文字以内。1人に1つ。あとから変えられません。"
            }
            Column::Name => "必須。使う人の氏名、または機器の名前。50文字以内。",
            Column::Profession => {
                "医療情報閲覧のときに必須。医師・歯科医師・薬剤師・被選定者から選びます。"
            }
            Column::LicenseNumber => "医師・歯科医師・薬剤師のとき。わかる場合だけで構いません。",
            Column::DesignationReason | Column::DesignationApprover => "被選定者のときに必須。",
            Column::EmergencyViewing => {
                "医療情報閲覧で、救急時に同意を得られない患者の医療情報の閲覧を認めるときだけ「あり」。"
            }
            Column::ValidFrom => "空のときは、登録した日から使えます。例 2026-04-01、R8.4.1",
            Column::ValidUntil => "退職日や契約の終わりなど。決まっていなければ空のままにします。",
            Column::Note => "500文字以内。",
        }
    }

    /// The field of the single form that it is.
    pub(super) const fn of_field(field: AccountField) -> Column {
        match field {
            AccountField::Kind => Column::Kind,
            AccountField::Name => Column::Name,
            AccountField::Profession => Column::Profession,
            AccountField::LicenseNumber => Column::LicenseNumber,
            AccountField::DesignationReason => Column::DesignationReason,
            AccountField::DesignationApprover => Column::DesignationApprover,
            AccountField::EmergencyViewing => Column::EmergencyViewing,
            AccountField::ValidFrom => Column::ValidFrom,
            AccountField::ValidUntil => Column::ValidUntil,
            AccountField::Note => Column::Note,
            AccountField::UserId
            | AccountField::PasswordMode
            | AccountField::Password
            | AccountField::ConfirmPassword
            | AccountField::Version => Column::UserId,
        }
    }

    fn of_heading(plain: &str) -> Option<Column> {
        Some(match plain {
            "権限区分" | "アカウント種別" | "種別" | "区分" => Column::Kind,
            "ユーザID" | "ユーザーID" | "利用者ID" | "ログインID" | "USERID" | "ID" => {
                Column::UserId
            }
            "ユーザ名" | "ユーザー名" | "利用者名" | "名前" | "氏名" | "機器名" | "NAME" => {
                Column::Name
            }
            "職種" => Column::Profession,
            "免許の登録番号" | "免許登録番号" | "登録番号" | "免許番号" | "資格番号" => {
                Column::LicenseNumber
            }
            "選んだ理由" | "選定理由" | "選定の理由" => Column::DesignationReason,
            "承認した人" | "承認者" | "承認者名" => Column::DesignationApprover,
            "救急時閲覧権限" => Column::EmergencyViewing,
            "使い始める日" | "有効期間開始日" | "有効開始日" | "開始日" | "利用開始日" => {
                Column::ValidFrom
            }
            "使い終わる日"
            | "有効期間終了日"
            | "有効終了日"
            | "有効期限"
            | "終了日"
            | "利用終了日" => Column::ValidUntil,
            "備考" | "メモ" => Column::Note,
            _ => return None,
        })
    }
}

/// Where each column stands; `None` for one that is not there.
pub(super) type Places = [Option<usize>; COLUMNS];

/// Each in its order.
pub(super) fn in_order() -> Places {
    std::array::from_fn(Some)
}

/// The row that names the columns.
pub(super) struct Heading {
    /// In which row of the table it stands, from 0.
    pub(super) at: usize,
    /// Which stands where.
    pub(super) places: Places,
    /// Those that are not used.
    pub(super) unused: Vec<String>,
}

/// A heading in one spelling: without blanks and signs, and without what stands in brackets.
pub(in crate::web) fn plain(heading: &str) -> String {
    let plain: String = narrowed(heading)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '・' | '･' | '_' | '-' | '*' | '※'))
        .collect();
    let plain = plain.split(['(', '[', ':']).next().unwrap_or("");
    plain.to_ascii_uppercase()
}

fn is_password(plain: &str) -> bool {
    plain.contains("パスワード") || plain.contains("PASSWORD") || plain == "暗証番号"
}

/// Finds the heading, or says why the table can't be read.
pub(super) fn heading(table: &Table, managed: Managed) -> Result<Heading, String> {
    let rows = table.rows.iter().take(ABOVE_HEADING_MAX + 1);
    let known = |row: &Row| {
        let columns = row.cells.iter().filter_map(|cell| match cell {
            Cell::Text(text) => Column::of_heading(&plain(text)),
            _ => None,
        });
        columns.count()
    };
    let Some((at, row)) = rows.enumerate().find(|(_, row)| known(row) >= 2) else {
        return Err(format!(
            "見出しの行がありません。先頭の行に「{}」の見出しを付けてください。様式をダウンロードすると、見出しが付いています。",
            names(managed)
        ));
    };
    let mut heading = Heading {
        at,
        places: [None; COLUMNS],
        unused: Vec::new(),
    };
    for (place, cell) in row.cells.iter().enumerate() {
        let Cell::Text(text) = cell else {
            continue;
        };
        let spelling = plain(text);
        if is_password(&spelling) {
            return Err(PASSWORDS.to_owned());
        }
        let Some(column) = Column::of_heading(&spelling) else {
            heading.unused.push(text.chars().take(20).collect());
            continue;
        };
        if heading.places[column as usize].replace(place).is_some() {
            return Err(format!(
                "見出しに「{}」が2回あります。どちらの列を使うか分からないため、1つだけにしてください。",
                column.label()
            ));
        }
    }
    let needed = [Column::Kind, Column::UserId, Column::Name];
    let missing = needed.into_iter().filter(|column| {
        let by_itself = *column == Column::Kind && managed.kinds().len() == 1;
        heading.places[*column as usize].is_none() && !by_itself
    });
    let missing: Vec<&str> = missing.map(Column::label).collect();
    match missing.is_empty() {
        true => Ok(heading),
        false => Err(format!(
            "見出しに「{}」の列がありません。見出しは「{}」の名前にしてください。",
            missing.join("」「"),
            names(managed)
        )),
    }
}

/// What is said of a table with passwords in it.
pub(super) const PASSWORDS: &str = "パスワードの列があります。パスワードは、ファイルに書かないでください。最初のパスワードは登録のときにセンターが1件ずつ作り、一度だけ表示します。列を消し、書いたファイルも処分してください。";

/// The columns in their order, for people.
pub(in crate::web) fn names(managed: Managed) -> String {
    let labels = Column::of(managed).iter().map(|column| column.label());
    labels.collect::<Vec<_>>().join("」「")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let cell = |text: &&str| Cell::Text((*text).to_owned());
        let row = |(number, cells): (usize, &&[&str])| Row {
            number: number + 1,
            cells: cells.iter().map(cell).collect(),
        };
        Table {
            rows: rows.iter().enumerate().map(row).collect(),
        }
    }

    #[test]
    fn every_column_is_known_by_its_own_label() {
        for column in Column::ALL {
            assert_eq!(Column::of_heading(&plain(column.label())), Some(column));
        }
    }

    #[test]
    fn a_heading_is_found_below_a_title_and_in_any_order() {
        let found = heading(
            &table(&[
                &["職員の一覧"],
                &["氏名（漢字）", "所属", "ユーザーＩＤ", "種別"],
            ]),
            Managed::Others,
        )
        .map(|found| (found.at, found.places, found.unused));
        let mut places = [None; COLUMNS];
        places[Column::Name as usize] = Some(0);
        places[Column::UserId as usize] = Some(2);
        places[Column::Kind as usize] = Some(3);
        assert_eq!(found, Ok((1, places, vec!["所属".to_owned()])));
    }

    #[test]
    fn what_can_be_no_table_of_accounts_is_named() {
        let told = |rows: &[&[&str]], managed| match heading(&table(rows), managed) {
            Ok(_) => String::new(),
            Err(words) => words,
        };
        let others = Managed::Others;
        assert!(told(&[&["a", "b"]], others).contains("見出しの行がありません"));
        assert!(
            told(&[&["ユーザID", "ユーザ名"]], others).contains("「権限区分」の列がありません")
        );
        assert_eq!(
            told(&[&["ユーザID", "ユーザ名"]], Managed::Administrators),
            ""
        );
        let twice: &[&[&str]] = &[&["ユーザID", "ログインID", "ユーザ名"]];
        assert!(told(twice, others).contains("2回"));
        for column in ["初期パスワード", "Password", "ﾊﾟｽﾜｰﾄﾞ"] {
            let with: &[&[&str]] = &[&["種別", "ユーザID", "ユーザ名", column]];
            assert_eq!(told(with, others), PASSWORDS, "{column}");
        }
    }
}
