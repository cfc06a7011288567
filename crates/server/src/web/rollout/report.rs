//! The hand-over report (導入報告書) of an institution, as a PDF and as a workbook: what was made, what was there, what is handed on, and
//! what is still to do. No code and no password is in it: codes are on the slips and in the terminals' files alone.

use super::asked::{HandedOn, SheetMachine};
use super::plan::{FacilityPlan, Item, Verdict};
use crate::documents::{made, part};
use crate::web::accounts::bulk::cell::kind_word;
use onshi_core::{Fault, Moment};
use onshi_documents::{Block, Cell, Column, Document, Level, Paper, Row, Table, Tone};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// When and by what an institution was rolled out.
#[derive(Clone, Debug)]
pub struct Done {
    /// When.
    pub at: Moment,
    /// The roll-out's number.
    pub rollout_id: String,
    /// The file of the sheet, and its digest.
    pub sheet: (String, String),
    /// Until when the activations are good that were issued now.
    pub activations_until: Moment,
    /// The same of the codes of terminals.
    pub codes_until: Moment,
}

/// What stands in the report of a terminal or a reader.
fn machine_words(item: &Item, done: &Done) -> String {
    match item.verdict {
        Verdict::Made | Verdict::Again => {
            format!(
                "取得コードを発行（{}まで）",
                done.codes_until.jst_day().words()
            )
        }
        Verdict::There | Verdict::Lapsed => item.state.clone(),
    }
}

fn account_words(item: &Item, done: &Done) -> String {
    match item.verdict {
        Verdict::Made | Verdict::Again => {
            format!(
                "利用開始コードを発行（{}まで）",
                done.activations_until.jst_words()
            )
        }
        Verdict::There | Verdict::Lapsed => item.state.clone(),
    }
}

fn folders_words(machine: &SheetMachine) -> String {
    let Some(folders) = &machine.folders else {
        return "使わない".to_owned();
    };
    let face = folders.face.iter().map(|face| format!("顔認証 {face}"));
    let both = [
        format!("要求 {}", folders.req),
        format!("結果 {}", folders.res),
    ];
    both.into_iter().chain(face).collect::<Vec<_>>().join("\n")
}

/// The cells of each terminal, and of its reader.
fn machines(plan: &FacilityPlan, done: &Done) -> Vec<[String; 5]> {
    let mut rows = Vec::new();
    for (machine, (own, reader)) in plan.sheet.machines.iter().zip(&plan.machines) {
        rows.push([
            machine.name.clone(),
            machine.department.clone(),
            machine_words(own, done),
            folders_words(machine),
            machine.note.clone(),
        ]);
        if let (Some(item), Some(name)) = (reader, &machine.reader) {
            rows.push([
                name.clone(),
                format!("（端末 {}）", machine.name),
                machine_words(item, done),
                String::new(),
                "顔認証付きカードリーダー".to_owned(),
            ]);
        }
    }
    rows
}

const MACHINE_COLUMNS: [(&str, u16); 5] = [
    ("端末・カードリーダー", 22),
    ("設置場所・部署", 18),
    ("電子証明書", 28),
    ("連携のフォルダ", 30),
    ("備考", 20),
];

/// The cells of each account.
fn accounts(plan: &FacilityPlan, done: &Done) -> Vec<[String; 5]> {
    let both = plan.sheet.accounts.iter().zip(&plan.accounts);
    let row = |(account, item): (&super::asked::SheetAccount, &Item)| {
        let machine = account.machine.and_then(|at| plan.sheet.machines.get(at));
        let handed = match machine {
            Some(machine) => format!("端末「{}」の中に保管", machine.name),
            None => "本人へ紙で".to_owned(),
        };
        [
            account.user_id().as_str().to_owned(),
            account.name().to_owned(),
            kind_word(account.kind()).to_owned(),
            account_words(item, done),
            handed,
        ]
    };
    both.map(row).collect()
}

const ACCOUNT_COLUMNS: [(&str, u16); 5] = [
    ("ユーザID", 18),
    ("ユーザ名", 24),
    ("権限区分", 16),
    ("状態", 34),
    ("渡し方", 24),
];

fn facts(plan: &FacilityPlan, done: &Done) -> Vec<(String, String)> {
    let fact = |label: &str, value: String| (label.to_owned(), value);
    vec![
        fact(
            "医療機関等",
            format!("{}（{}）", plan.name, plan.sheet.code),
        ),
        fact("導入業者", plan.installer.clone()),
        fact("導入した日時", done.at.jst_words()),
        fact("導入の番号", done.rollout_id.clone()),
        fact(
            "ヒアリングシート",
            format!(
                "{}（照合値 {}）",
                done.sheet.0,
                done.sheet.1.chars().take(16).collect::<String>()
            ),
        ),
    ]
}

/// What is still to do, one after the other.
fn next(plan: &FacilityPlan, done: &Done) -> Vec<String> {
    let mut steps = Vec::new();
    let has = |item: &Option<Item>| item.as_ref().is_some_and(|item| item.verdict.is_done());
    let fetches = plan
        .machines
        .iter()
        .any(|(own, reader)| own.verdict.is_done() || has(reader));
    if fetches {
        steps.push(format!(
            "端末ごとの設定ファイルを、その端末に写し、onshi terminal set-up を実行します。電子証明書の鍵とプログラムのパスワードは、その端末の中で作られ、外に出ません。取得コードは{}まで使えます。",
            done.codes_until.jst_words()
        ));
    }
    let accounts = plan.sheet.accounts.iter().zip(&plan.accounts);
    let (programs, people): (Vec<_>, Vec<_>) = accounts
        .filter(|(_, item)| item.verdict.is_done())
        .partition(|(account, _)| account.kind().is_system());
    if !programs.is_empty() {
        steps.push(format!(
            "プログラムのアカウント{}件は、設定の実行のときに利用を始めます。{}までに実行してください。過ぎたときは、利用開始コードを発行し直します。",
            programs.len(),
            done.activations_until.jst_words()
        ));
    }
    if !people.is_empty() {
        steps.push(format!(
            "「利用開始のご案内」（{}枚）を、それぞれの方に手渡します。{}までに、資格確認端末のログイン画面の「利用開始」で、ご自身のパスワードを決めていただきます。",
            people.len(),
            done.activations_until.jst_words()
        ));
    }
    steps.push("管理アカウントの方は、ログインして「端末・電子証明書の一覧」と「アカウント管理」を開き、この報告書と見比べてください。導入の記録は「操作履歴」にあります。".to_owned());
    let numbered = (1..).zip(steps);
    numbered
        .map(|(number, step)| format!("{number}. {step}"))
        .collect()
}

/// The report as a document.
pub fn document(plan: &FacilityPlan, done: &Done) -> Document {
    let mut blocks = vec![Block::Facts(facts(plan, done))];
    blocks.push(part("端末・カードリーダー"));
    blocks.push(table(
        "端末・カードリーダー",
        &MACHINE_COLUMNS,
        &machines(plan, done),
    ));
    blocks.push(part("アカウント"));
    blocks.push(table("アカウント", &ACCOUNT_COLUMNS, &accounts(plan, done)));
    blocks.push(part("設定"));
    let settings = plan.settings();
    match settings.is_empty() {
        true => blocks.push(Block::paragraph("医療機関等の設定は変えていません。")),
        false => blocks.extend(settings.into_iter().map(|words| {
            // What was to be done is done.
            Block::paragraph(format!("{}ました。", words.trim_end_matches("ます")))
        })),
    }
    blocks.push(part("このあと行うこと"));
    blocks.extend(next(plan, done).into_iter().map(Block::paragraph));
    if !plan.sheet.handed_on.is_empty() {
        blocks.push(part("シートから引き継ぐこと"));
        for handed in &plan.sheet.handed_on {
            blocks.push(Block::Heading(Level::Section, handed.tab.clone()));
            blocks.extend(handed_on(handed));
        }
    }
    blocks.push(part("受け渡し"));
    blocks.push(Block::Facts(vec![
        (
            "渡した方（導入業者）".to_owned(),
            "　　　　　　　　　　　　　　年　　月　　日".to_owned(),
        ),
        (
            "受け取った方（医療機関等）".to_owned(),
            "　　　　　　　　　　　　　　年　　月　　日".to_owned(),
        ),
    ]));
    blocks.push(Block::Paragraph(
        Tone::Quiet,
        "この報告書には、パスワードもコードも書かれていません。".to_owned(),
    ));
    Document {
        title: "導入報告書".to_owned(),
        about: format!("{}（{}）", plan.name, plan.sheet.code),
        made_for: format!("{} {}", plan.installer, done.at.jst_words()),
        made: made(done.at),
        paper: Paper::Landscape,
        blocks,
    }
}

/// The rows of a sheet that is handed on: names and values, where there are names.
fn handed_on(handed: &HandedOn) -> Vec<Block> {
    let row = |cells: &Vec<String>| {
        if handed.columns.is_empty() {
            return Block::paragraph(cells.join("　"));
        }
        let named = cells
            .iter()
            .enumerate()
            .filter(|(_, value)| !value.is_empty());
        let facts = named.map(|(at, value)| {
            let name = handed.columns.get(at).filter(|name| !name.is_empty());
            (
                name.cloned().unwrap_or_else(|| "（見出しなし）".to_owned()),
                value.clone(),
            )
        });
        Block::Facts(facts.collect())
    };
    handed.rows.iter().map(row).collect()
}

fn table<const N: usize>(summary: &str, columns: &[(&str, u16); N], rows: &[[String; N]]) -> Block {
    let column = |(at, (title, share)): (usize, &(&str, u16))| match at {
        0 => Column::naming(title, *share),
        _ => Column::new(title, *share),
    };
    let row = |cells: &[String; N]| Row {
        cells: cells.iter().map(Cell::plain).collect(),
    };
    Block::Table(Table {
        summary: summary.to_owned(),
        columns: columns.iter().enumerate().map(column).collect(),
        rows: rows.iter().map(row).collect(),
    })
}

/// The report as a workbook: every cell is a text.
pub fn workbook(plan: &FacilityPlan, done: &Done) -> Result<Vec<u8>, Fault> {
    book(plan, done).map_err(|e| Fault::at("writing a report", e))
}

fn book(plan: &FacilityPlan, done: &Done) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let text = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let sheet = book.add_worksheet().set_name("導入報告書")?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 90)?;
    let mut lines = facts(plan, done);
    lines.extend(
        plan.settings()
            .into_iter()
            .map(|words| ("設定".to_owned(), words)),
    );
    lines.extend(
        next(plan, done)
            .into_iter()
            .map(|step| ("このあと行うこと".to_owned(), step)),
    );
    for (row, (label, value)) in (0u32..).zip(&lines) {
        sheet.write_string_with_format(row, 0, label, &bold)?;
        sheet.write_string_with_format(row, 1, value, &text)?;
    }
    let formats = (&bold, &text);
    let sheet = book.add_worksheet().set_name("端末")?;
    fill(
        sheet,
        &MACHINE_COLUMNS.map(|(title, _)| title),
        &machines(plan, done),
        formats,
    )?;
    let sheet = book.add_worksheet().set_name("アカウント")?;
    fill(
        sheet,
        &ACCOUNT_COLUMNS.map(|(title, _)| title),
        &accounts(plan, done),
        formats,
    )?;
    for (number, handed) in (1..).zip(&plan.sheet.handed_on) {
        // A name of a sheet has 31 characters, and no two are the same.
        let name: String = handed.tab.chars().take(25).collect();
        let sheet = book.add_worksheet().set_name(format!("{number} {name}"))?;
        let columns: Vec<&str> = handed.columns.iter().map(String::as_str).collect();
        fill(sheet, &columns, &handed.rows, formats)?;
    }
    book.save_to_buffer()
}

fn fill<C: AsRef<[String]>>(
    sheet: &mut Worksheet,
    columns: &[&str],
    rows: &[C],
    (bold, text): (&Format, &Format),
) -> Result<(), XlsxError> {
    for (place, title) in (0u16..).zip(columns) {
        sheet.write_string_with_format(0, place, *title, bold)?;
        sheet.set_column_width(place, 26)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1u32..).zip(rows) {
        for (place, cell) in (0u16..).zip(cells.as_ref()) {
            sheet.write_string_with_format(row, place, cell, text)?;
        }
    }
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}
