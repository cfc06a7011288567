//! Text that goes into a spreadsheet, which takes some of it for a formula and does what it says.

/// A cell that no spreadsheet takes for a formula. Some look past what stands before the sign and is
/// not seen, and some fold widths: `＝` is `=` to them. An apostrophe before it makes it text.
pub(crate) fn harmless(cell: &str) -> String {
    let seen = cell.trim_start_matches(|c: char| {
        c.is_whitespace()
            || onshi_wire::characters::foreign_to_names(c.encode_utf8(&mut [0; 4])).is_some()
    });
    let begins_oddly = cell.starts_with(|c: char| c.is_control());
    if begins_oddly || seen.starts_with(begins_a_formula) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// `=`, `+`, `-`, `@` in every form that is folded to them, and the minus of mathematics.
fn begins_a_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '＝'
            | '﹦'
            | '⁼'
            | '₌'
            | '+'
            | '＋'
            | '﹢'
            | '⁺'
            | '₊'
            | '﬩'
            | '-'
            | '－'
            | '﹣'
            | '⁻'
            | '₋'
            | '\u{2212}'
            | '\u{2010}'..='\u{2015}' | '@' | '＠' | '﹫'
    )
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_is_never_a_formula() {
        for sign in [
            "=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "⁼", "₊",
            "\u{2212}", "\u{2010}",
        ] {
            for before in [
                "", " ", "　", "\t", "\r", "\n", "\u{a0}", "\u{feff}", "\u{200b}", "\u{202e}",
                " \t　",
            ] {
                let cell = format!("{before}{sign}cmd|' /C calc'!A0");
                assert_eq!(harmless(&cell), format!("'{cell}"), "{cell:?}");
            }
        }
        for cell in ["\tx", "\rx", "\nx", "\u{1}x"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
    }

    #[test]
    fn what_is_none_stays_as_it_is() {
        for cell in [
            "",
            "山田",
            "ア－イ",
            "2026-11-22 09:00",
            "a=b",
            "架空　太郎",
            "ーー",
            "1+1",
        ] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
