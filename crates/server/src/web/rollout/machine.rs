//! What a row of <PC設定> says of its terminal, and of what its institution's programs need.

use super::asked::{Folders, SheetMachine};
use super::cells::Cells;
use super::tab::MachineColumn;
use crate::web::accounts::bulk::column::plain;
use onshi_core::enrolment;
use onshi_core::error::Fact;
use onshi_core::network::Network;
use onshi_core::text;
use onshi_wire::numbers::narrowed;

/// The terminal of a row, where it has a name.
pub(super) fn machine(cells: &mut Cells<'_>) -> Option<SheetMachine> {
    let name = named(cells, MachineColumn::Terminal, Fact::TerminalName);
    let department = line(cells, MachineColumn::Department, 60);
    let typed = cells.text(MachineColumn::Reader);
    let reader = match typed.is_empty() {
        true => None,
        false => named(cells, MachineColumn::Reader, Fact::ReaderName),
    };
    let folders = folders(cells);
    let renew_by_itself = match narrowed(&cells.text(MachineColumn::Renewal)).trim() {
        "" | "する" | "はい" | "○" | "あり" => true,
        "しない" | "いいえ" | "×" | "なし" => false,
        _ => {
            cells.wrong(
                MachineColumn::Renewal,
                "「する」か「しない」を入力してください。",
            );
            true
        }
    };
    let port = port(cells);
    let note = line(cells, MachineColumn::Note, 500);
    Some(SheetMachine {
        cell: cells.name(MachineColumn::Terminal),
        name: name?,
        department,
        reader,
        folders,
        renew_by_itself,
        port,
        note,
    })
}

/// The name of a terminal or a reader.
fn named(cells: &mut Cells<'_>, column: MachineColumn, about: Fact) -> Option<String> {
    let typed = cells.text(column);
    match enrolment::check_name(&typed, about) {
        Ok(name) => Some(name),
        Err(refusal) => {
            for problem in refusal.problems {
                cells.wrong(column, &problem.text);
            }
            None
        }
    }
}

fn line(cells: &mut Cells<'_>, column: MachineColumn, longest: usize) -> String {
    let typed = cells.text(column);
    if typed.chars().count() > longest {
        cells.wrong(column, &format!("{longest}文字以内で入力してください。"));
    } else if let Some(words) = text::wrong_in_lines(&typed) {
        cells.wrong(column, &words);
    }
    typed
}

fn port(cells: &mut Cells<'_>) -> u16 {
    let typed = cells.text(MachineColumn::Port);
    let typed = narrowed(&typed);
    match typed.trim() {
        "" => 8080,
        digits => match digits.parse::<u16>() {
            Ok(port) if port >= 1024 => port,
            _ => {
                cells.wrong(
                    MachineColumn::Port,
                    "1024から65535までの数を入力してください。",
                );
                8080
            }
        },
    }
}

/// A place of a disk from its root on, as Windows and Unix write it.
fn is_whole_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes[2], b'\\' | b'/');
    drive || path.starts_with('/') || path.starts_with("\\\\")
}

fn folders(cells: &mut Cells<'_>) -> Option<Folders> {
    let all = [MachineColumn::Req, MachineColumn::Res, MachineColumn::Face];
    let [req, res, face] = all.map(|column| {
        let path = line(cells, column, 200);
        if !path.is_empty() && !is_whole_path(&path) {
            cells.wrong(
                column,
                "ドライブ名（C:\\ など）か / から始まる場所を入力してください。",
            );
        }
        path
    });
    if req.is_empty() && res.is_empty() && face.is_empty() {
        return None;
    }
    for (column, path) in [(MachineColumn::Req, &req), (MachineColumn::Res, &res)] {
        if path.is_empty() {
            cells.wrong(
                column,
                "連携アプリケーションを使う端末では、要求フォルダと結果フォルダの両方が必要です。",
            );
        }
    }
    if !req.is_empty() && req == res {
        cells.wrong(
            MachineColumn::Res,
            "要求フォルダと同じです。別のフォルダにしてください。",
        );
    }
    Some(Folders {
        req,
        res,
        face: Some(face).filter(|face| !face.is_empty()),
    })
}

/// From where programs come.
pub(super) fn networks(cells: &mut Cells<'_>) -> Vec<Network> {
    let typed = cells.text(MachineColumn::Networks);
    let mut found = Vec::new();
    let parts = typed
        .split([',', '、', '，', '\n', ' ', '　'])
        .map(narrowed);
    for part in parts.filter(|part| !part.trim().is_empty()) {
        match Network::parse(part.trim()) {
            Some(network) => found.push(network),
            None => {
                let why = format!(
                    "「{part}」はネットワークではありません（例 192.0.2.0/24、2001:db8::/32）。"
                );
                cells.wrong(MachineColumn::Networks, &why);
            }
        }
    }
    found
}

/// Which character set programs read: whether it is Shift_JIS.
pub(super) fn encoding(cells: &mut Cells<'_>) -> Option<bool> {
    let typed = cells.text(MachineColumn::Encoding);
    let plain = plain(&typed);
    match plain.as_str() {
        "" => None,
        "UTF8" => Some(false),
        "SHIFTJIS" | "SJIS" => Some(true),
        _ => {
            cells.wrong(
                MachineColumn::Encoding,
                "UTF-8かShift_JISを入力してください。",
            );
            None
        }
    }
}
