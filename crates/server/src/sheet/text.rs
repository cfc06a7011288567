//! Tables as text: pasted cells, CSV in UTF-8, UTF-16 or Shift_JIS.

use crate::sheet::{Bounds, Cell, Row, Table, Unreadable};
use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};

/// The text of a file, in the character sets in which spreadsheets write it.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    let wide = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some((UTF_16LE, rest)),
        [0xFE, 0xFF, rest @ ..] => Some((UTF_16BE, rest)),
        _ => None,
    };
    if let Some((encoding, rest)) = wide {
        let (text, _, broken) = encoding.decode(rest);
        return match broken {
            true => Err(unknown_characters()),
            false => Ok(text.into_owned()),
        };
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(Unreadable::because(
            "表のファイルではないようです。Excelブック（.xlsx）かCSVのファイルを選んでください。",
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => match SHIFT_JIS.decode_without_bom_handling(bytes) {
            (text, false) => Ok(text.into_owned()),
            _ => Err(unknown_characters()),
        },
    }
}

fn unknown_characters() -> Unreadable {
    Unreadable::because(
        "文字コードがUTF-8でもShift_JISでもないか、途中で壊れています。「CSV UTF-8」で保存し直してください。",
    )
}

/// The sign between cells: tabs where there is one, else commas or what stands for them.
fn separator(text: &str) -> char {
    ['\t', ',', '，', ';']
        .into_iter()
        .find(|sign| text.contains(*sign))
        .unwrap_or(',')
}

/// Reads a text as a table. Cells may be quoted, and quoted ones may go over several lines.
pub(super) fn read(text: &str, bounds: Bounds) -> Result<Table, Unreadable> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n") + "\n";
    let (text, sign) = match separator(&text) {
        '\t' => (text, b'\t'),
        ',' => (text, b','),
        other => (text.replace(other, ","), b','),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(sign)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    while table.rows.len() < bounds.rows {
        let more = reader.read_record(&mut record).map_err(|_| {
            Unreadable::because("表として読み取れません。「CSV UTF-8」で保存し直してください。")
        })?;
        if !more {
            break;
        }
        // Where the row ended, less the lines that it went over: blank lines before it count as its
        // beginning otherwise.
        let inside: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        let number = (reader.position().line() as usize).saturating_sub(1 + inside);
        let cells: Vec<Cell> = record.iter().map(Cell::of_text).collect();
        push(&mut table, number, cells);
        check_last(&table, bounds)?;
    }
    Ok(table)
}

/// The row that was read last has no more columns and no longer values than a list has.
fn check_last(table: &Table, bounds: Bounds) -> Result<(), Unreadable> {
    let Some(row) = table.rows.last() else {
        return Ok(());
    };
    if row.cells.len() > bounds.columns {
        return Err(Unreadable(format!(
            "{}行目の列が多すぎます（{}列まで）。使う列だけにしてください。",
            row.number, bounds.columns
        )));
    }
    let is_long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.chars().nth(bounds.characters).is_some());
    if row.cells.iter().any(is_long) {
        return Err(Unreadable(format!(
            "{}行目に{}文字を超える値があります。1行に1人ずつになっているか、「\"」が閉じているか確認してください。",
            row.number, bounds.characters
        )));
    }
    Ok(())
}

/// Takes a row without its empty end; a row without content is none.
pub(super) fn push(table: &mut Table, number: usize, mut cells: Vec<Cell>) {
    while cells.last().is_some_and(Cell::is_empty) {
        cells.pop();
    }
    if !cells.is_empty() {
        table.rows.push(Row { number, cells });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds::for_persons(3);

    fn words(text: &str) -> Vec<(usize, Vec<String>)> {
        let table = read(text, BOUNDS).expect("it can be read");
        let cell = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            other => format!("{other:?}"),
        };
        let row = |row: &Row| (row.number, row.cells.iter().map(cell).collect());
        table.rows.iter().map(row).collect()
    }

    #[test]
    fn commas_tabs_quotes_and_every_line_end_are_read() {
        let row =
            |number, cells: &[&str]| (number, cells.iter().map(|c| (*c).to_owned()).collect());
        for text in [
            "a,b\nc,d",
            "a,b\r\nc,d\r\n",
            "a,b\rc,d\r",
            "a\tb\nc\td",
            "a，b\nc，d",
            "\u{FEFF}a,b,,\nc,d,,,",
        ] {
            assert_eq!(
                words(text),
                [row(1, &["a", "b"]), row(2, &["c", "d"])],
                "{text:?}"
            );
        }
        assert_eq!(words("\n \n,,\na,b"), [row(4, &["a", "b"])]);
        assert_eq!(words("\"a,\"\"x\"\"\",b"), [row(1, &["a,\"x\"", "b"])]);
        assert_eq!(
            words("\"a\nb\",c\nd,e"),
            [row(1, &["a\nb", "c"]), row(3, &["d", "e"])]
        );
        assert_eq!(words("=\"0123\",'0456"), [row(1, &["0123", "0456"])]);
        assert_eq!(words("5\" x,b"), [row(1, &["5\" x", "b"])]);
    }

    #[test]
    fn what_is_too_much_is_not_read_on() {
        assert_eq!(words("a\nb\nc\nd\ne\nf\ng").len(), 5);
        let wide = "a,".repeat(70);
        assert!(read(&wide, BOUNDS).is_err());
        let long = "x".repeat(201);
        assert!(read(&long, BOUNDS).is_err());
    }

    #[test]
    fn every_character_set_of_a_spreadsheet_is_read() {
        let text = "患者番号,記号\r\nP1,見本１";
        let wide = |big: bool| -> Vec<u8> {
            let units = format!("\u{FEFF}{text}");
            let units = units.encode_utf16();
            units
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let shift_jis = SHIFT_JIS.encode(text).0.into_owned();
        for bytes in [
            text.as_bytes().to_vec(),
            marked,
            shift_jis,
            wide(true),
            wide(false),
        ] {
            assert_eq!(decode(&bytes), Ok(text.to_owned()));
        }
        for bytes in [&b"\x00\x01\x02"[..], b"a\xFFb\xFE"] {
            assert!(decode(bytes).is_err());
        }
    }
}
