//! The empty ヒアリングシート: every cell is a text so that no zero is lost, what is one of a few is chosen from a list, a chosen cell says
//! what stands in it, and an example stands on a sheet of its own, since a line of examples would be rolled out one day.

use super::tab::{ACCOUNTS, FACILITY_CODE, HANDED_ON, HELP, MACHINES, MachineColumn, TERMINAL};
use crate::web::accounts::bulk::cell::kind_word;
use crate::web::accounts::bulk::column::Column;
use onshi_core::Fault;
use onshi_core::account::{Managed, Profession};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Note, Workbook,
    Worksheet, XlsxError,
};

/// How many rows of a sheet are prepared.
const PREPARED_ROWS: u32 = 500;
/// As many characters as a chosen cell's message may have.
const MESSAGE_CHARS_MAX: usize = 255;

/// The workbook.
pub fn template() -> Result<Vec<u8>, Fault> {
    book().map_err(|e| Fault::at("writing a template", e))
}

struct Formats {
    text: Format,
    heading: Format,
    required: Format,
    wrapped: Format,
    title: Format,
}

fn formats() -> Formats {
    let text = Format::new()
        .set_num_format("@")
        .set_align(FormatAlign::Top);
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00E8_EEF7));
    Formats {
        required: heading
            .clone()
            .set_background_color(Color::RGB(0x00FB_E8C8)),
        heading,
        wrapped: Format::new()
            .set_num_format("@")
            .set_text_wrap()
            .set_align(FormatAlign::Top),
        title: Format::new().set_bold().set_font_size(14),
        text,
    }
}

fn book() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let formats = formats();
    machines(book.add_worksheet(), &formats)?;
    accounts(book.add_worksheet(), &formats)?;
    for (name, columns) in HANDED_ON {
        let sheet = book.add_worksheet().set_name(name)?;
        let all = [FACILITY_CODE].into_iter().chain(columns.iter().copied());
        for (place, label) in (0u16..).zip(all) {
            column(sheet, (place, label), place == 0, &formats)?;
        }
        code_of(sheet)?;
        finish(sheet)?;
    }
    help(book.add_worksheet(), &formats)?;
    book.save_to_buffer()
}

/// A column with its heading; what is needed has a mark and a colour.
fn column(
    sheet: &mut Worksheet,
    (place, label): (u16, &str),
    required: bool,
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_column_format(place, &formats.text)?;
    sheet.set_column_width(place, 20)?;
    let (text, format) = match required {
        true => (format!("{label}＊"), &formats.required),
        false => (label.to_owned(), &formats.heading),
    };
    sheet.write_string_with_format(0, place, &text, format)?;
    Ok(())
}

/// What a chosen cell says, and from what it is chosen.
fn told(
    sheet: &mut Worksheet,
    (place, label, help): (u16, &str, &str),
    choices: &[&str],
) -> Result<(), XlsxError> {
    let message: String = help.chars().take(MESSAGE_CHARS_MAX).collect();
    let validation = match choices {
        [] => DataValidation::new().allow_any_value(),
        choices => DataValidation::new()
            .allow_list_strings(choices)?
            .set_error_title("一覧から選んでください")?
            .set_error_message(format!("{}のどれかです。", choices.join("・")))?,
    };
    let validation = validation
        .set_input_title(label)?
        .set_input_message(message)?;
    sheet.add_data_validation(1, place, PREPARED_ROWS, place, &validation)?;
    let note = Note::new(help).set_author("onshi").add_author_prefix(false);
    sheet.insert_note(0, place, &note)?;
    Ok(())
}

/// The first column of a sheet: ten digits.
fn code_of(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let ten = DataValidation::new()
        .allow_text_length(DataValidationRule::EqualTo(10))
        .set_input_title(FACILITY_CODE)?
        .set_input_message(MachineColumn::FacilityCode.help())?
        .set_error_title("10桁ではありません")?
        .set_error_message("医療機関コードは数字10桁です。先頭の0も入力してください。")?;
    sheet.add_data_validation(1, 0, PREPARED_ROWS, 0, &ten)?;
    Ok(())
}

fn finish(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_row_height(0, 32)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn machines(sheet: &mut Worksheet, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(MACHINES)?;
    for (place, of) in (0u16..).zip(MachineColumn::ALL) {
        let required = matches!(of, MachineColumn::FacilityCode | MachineColumn::Terminal);
        column(sheet, (place, of.label()), required, formats)?;
        if of != MachineColumn::FacilityCode {
            told(sheet, (place, of.label(), of.help()), of.choices())?;
        }
    }
    code_of(sheet)?;
    finish(sheet)
}

/// What stands in the column that names the terminal of a program's account.
const KEEPS: &str = "連携アプリ用・Web API用・顔認証用のとき、そのパスワードを中に保管する端末の名称。空のときは、フォルダ（顔認証用はカードリーダー）のある最初の端末。人のアカウントでは空にします。";

fn accounts(sheet: &mut Worksheet, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(ACCOUNTS)?;
    column(sheet, (0, FACILITY_CODE), true, formats)?;
    code_of(sheet)?;
    column(sheet, (1, TERMINAL), false, formats)?;
    told(sheet, (1, TERMINAL, KEEPS), &[])?;
    for (place, of) in (2u16..).zip(Column::of(Managed::RolledOut)) {
        let required = matches!(of, Column::Kind | Column::UserId | Column::Name);
        column(sheet, (place, of.label()), required, formats)?;
        let words: Vec<&str> = match of {
            Column::Kind => kinds(),
            Column::Profession => {
                let known = Profession::ALL.into_iter().map(Profession::label);
                known.chain(["被選定者"]).collect()
            }
            Column::EmergencyViewing => vec!["あり", "なし"],
            _ => Vec::new(),
        };
        told(sheet, (place, of.label(), of.help()), &words)?;
    }
    finish(sheet)
}

fn kinds() -> Vec<&'static str> {
    let kinds = Managed::RolledOut.kinds().iter();
    kinds.map(|kind| kind_word(*kind)).collect()
}

/// How high a row is in which so many letters stand on a line: not every program makes it as high as its text.
fn height(words: &str, letters: usize) -> u32 {
    let lines = words.chars().count().div_ceil(letters).max(1);
    u32::try_from(lines * 17 + 3).unwrap_or(20)
}

/// What is said before the columns.
const ABOUT: [&str; 6] = [
    "このブックは、資格確認端末とアカウントの導入に使います。1つのブックに、いくつの医療機関等を書いても構いません。",
    "「<PC設定>」に端末を1行に1台、「アカウント」にアカウントを1行に1件記入します。「アカウント」に行のない医療機関等には、管理・連携アプリ用・顔認証用を1件ずつ登録します。",
    "記入したら onshi rollout check で確かめ、onshi rollout apply で導入します。どこかに誤りがあれば、何も作りません。もう一度行っても、すでにあるものは変わりません。",
    "パスワード・暗証番号は、どこにも書かないでください（書いてあるブックは受け付けません）。使う方は、紙で渡す利用開始コードで自分のパスワードを決めます（72時間以内・1回限り）。プログラムのパスワードは端末が作り、端末の中だけに保管します。",
    "ほかのシート（申請状況・回線工事・レセコン・カードリーダー・ほかのシステム）と、加えたシートの内容は、医療機関コードごとに報告書に載せて引き継ぎます。数式の入ったセルは、「<PC設定>」と「アカウント」では受け付けません。",
    "＊の付いた列は必ず記入します。列の順を変えたり、使わない列を消したりしても構いません。",
];

/// An example, by the labels of its columns. The institution is fictional.
const EXAMPLE_MACHINES: [&[(MachineColumn, &str)]; 2] = [
    &[
        (MachineColumn::FacilityCode, "1310000011"),
        (MachineColumn::FacilityName, "架空内科クリニック"),
        (MachineColumn::Terminal, "受付1号機"),
        (MachineColumn::Department, "1階 受付"),
        (MachineColumn::Reader, "受付リーダー1"),
        (MachineColumn::Req, "C:\\OQS\\req"),
        (MachineColumn::Res, "C:\\OQS\\res"),
        (MachineColumn::Face, "C:\\OQS\\face"),
        (MachineColumn::Networks, "192.0.2.0/24"),
        (MachineColumn::Encoding, "Shift_JIS"),
        (MachineColumn::Renewal, "する"),
        (MachineColumn::Port, "8080"),
    ],
    &[
        (MachineColumn::FacilityCode, "1310000011"),
        (MachineColumn::Terminal, "診察室1号機"),
        (MachineColumn::Department, "2階 診察室"),
    ],
];

const EXAMPLE_ACCOUNTS: [[&str; 6]; 4] = [
    ["1310000011", "", "管理", "kanri01", "山田 花子", ""],
    [
        "1310000011",
        "受付1号機",
        "連携アプリ用",
        "link01",
        "連携アプリケーション",
        "",
    ],
    [
        "1310000011",
        "受付1号機",
        "顔認証用",
        "face01",
        "受付リーダー1",
        "",
    ],
    [
        "1310000011",
        "",
        "医療情報閲覧",
        "suzuki.i",
        "鈴木 一郎",
        "医師",
    ],
];

fn help(sheet: &mut Worksheet, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(HELP)?;
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 84)?;
    sheet.write_string_with_format(0, 0, "ヒアリングシートの記入のしかた", &formats.title)?;
    let mut row = 1;
    for words in ABOUT {
        sheet.merge_range(row, 0, row, 1, words, &formats.wrapped)?;
        sheet.set_row_height(row, height(words, 54))?;
        row += 1;
    }
    let machines = MachineColumn::ALL.map(|column| (column.label(), column.help()));
    let keeps = [
        (FACILITY_CODE, MachineColumn::FacilityCode.help()),
        (TERMINAL, KEEPS),
    ];
    let accounts = Column::of(Managed::RolledOut)
        .iter()
        .map(|column| (column.label(), column.help()));
    let accounts: Vec<_> = keeps.into_iter().chain(accounts).collect();
    for (name, columns) in [(MACHINES, machines.as_slice()), (ACCOUNTS, &accounts)] {
        row += 1;
        sheet.write_string_with_format(row, 0, format!("「{name}」の列"), &formats.title)?;
        for (label, words) in columns {
            row += 1;
            sheet.write_string_with_format(row, 0, *label, &formats.heading)?;
            sheet.write_string_with_format(row, 1, *words, &formats.wrapped)?;
            sheet.set_row_height(row, height(words, 40))?;
        }
        row += 1;
    }
    example(sheet, row + 1, formats)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The example, each row of it as a list of its columns: beside each other they would not be read on a screen.
fn example(sheet: &mut Worksheet, from: u32, formats: &Formats) -> Result<(), XlsxError> {
    let mut row = from;
    sheet.write_string_with_format(row, 0, "記入例（架空の医療機関等）", &formats.title)?;
    for (number, line) in (1..).zip(EXAMPLE_MACHINES) {
        row += 1;
        let words: Vec<String> = line
            .iter()
            .map(|(column, value)| format!("{}：{value}", column.label()))
            .collect();
        let name = format!("「{MACHINES}」の{number}行目");
        sheet.write_string_with_format(row, 0, name, &formats.heading)?;
        sheet.write_string_with_format(row, 1, words.join("\n"), &formats.wrapped)?;
        let lines = u32::try_from(words.len()).unwrap_or(1);
        sheet.set_row_height(row, lines * 15 + 4)?;
    }
    let labels = [
        FACILITY_CODE,
        TERMINAL,
        Column::Kind.label(),
        Column::UserId.label(),
        Column::Name.label(),
        Column::Profession.label(),
    ];
    for (number, line) in (1..).zip(EXAMPLE_ACCOUNTS) {
        row += 1;
        let said = labels
            .iter()
            .zip(line)
            .filter(|(_, value)| !value.is_empty());
        let words: Vec<String> = said
            .map(|(label, value)| format!("{label}：{value}"))
            .collect();
        let name = format!("「{ACCOUNTS}」の{number}行目");
        sheet.write_string_with_format(row, 0, name, &formats.heading)?;
        sheet.write_string_with_format(row, 1, words.join("　"), &formats.wrapped)?;
        sheet.set_row_height(row, 34)?;
    }
    Ok(())
}
