//! What stands in one cell of a table of accounts: what a spreadsheet did to it is mended where that can be proved, and named
//! where it can't.

use super::column::Column;
use crate::web::eligibility::birthdate;
use crate::web::eligibility::typed::one_width;
use onshi_core::AccountKind;
use onshi_core::account::{Managed, Profession};
use onshi_core::clock::Day;
use onshi_wire::numbers::narrowed;

/// A word in one spelling: half width, capitals, no blanks, nothing in brackets.
fn word(text: &str) -> String {
    let plain: String = narrowed(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '・' | '-' | '_'))
        .collect();
    let plain = plain.split('(').next().unwrap_or("");
    plain.to_ascii_uppercase()
}

/// The word by which people know a kind: `一般`.
pub(in crate::web) fn kind_word(kind: AccountKind) -> &'static str {
    let label = kind.label();
    label.strip_suffix("アカウント").unwrap_or(label)
}

fn kind_words(managed: Managed) -> String {
    let words = managed.kinds().iter().map(|kind| kind_word(*kind));
    words.collect::<Vec<_>>().join("・")
}

/// 権限区分.
pub(super) fn kind(text: &str, managed: Managed) -> Result<AccountKind, String> {
    let plain = word(text);
    if let ("", [only]) = (plain.as_str(), managed.kinds()) {
        return Ok(*only);
    }
    let plain = plain.strip_suffix("アカウント").unwrap_or(&plain);
    let plain = plain.strip_suffix('用').unwrap_or(plain);
    let found = match plain {
        "一般" | "一般利用者" => AccountKind::General,
        "医療情報閲覧" | "医療情報閲覧者" => AccountKind::Viewer,
        "連携アプリ" | "連携アプリケーション" => AccountKind::Link,
        "WEBAPI" => AccountKind::WebApi,
        "顔認証" | "顔認証付きカードリーダー" => AccountKind::Face,
        "管理" | "管理者" => AccountKind::Admin,
        "マスタ" => AccountKind::Master,
        _ => {
            return Err(format!(
                "{}のどれかを入力してください。",
                kind_words(managed)
            ));
        }
    };
    match managed.kinds().contains(&found) {
        true => Ok(found),
        false => Err(format!(
            "「{}」のアカウントは、ここでは登録できません。ここで登録できるのは、{}です。",
            kind_word(found),
            kind_words(managed)
        )),
    }
}

/// 職種, as the single form sends it.
pub(super) fn profession(text: &str) -> Result<&'static str, String> {
    let plain = word(text);
    if plain.is_empty() {
        return Ok("");
    }
    if plain == "被選定者" {
        return Ok("designated");
    }
    let mut known = Profession::ALL.into_iter();
    let found = known.find(|known| known.label() == plain);
    found.map(Profession::code).ok_or_else(|| {
        "医師・歯科医師・薬剤師・被選定者のどれかを入力してください。ほかの職種の方は「被選定者」とし、選んだ理由と承認した人を入力します。".to_owned()
    })
}

/// 救急時閲覧権限, as the single form sends it.
pub(super) fn emergency_viewing(text: &str) -> Result<&'static str, String> {
    match word(text).as_str() {
        "" | "なし" | "無" | "無し" | "×" | "0" | "いいえ" | "NO" => Ok(""),
        "あり" | "有" | "有り" | "○" | "〇" | "◯" | "1" | "はい" | "YES" => Ok("1"),
        _ => Err("「あり」か「なし」を入力してください（空は「なし」です）。".to_owned()),
    }
}

/// ユーザID in half width, and whether that is something else than what stood there.
pub(super) fn user_id(text: &str) -> (String, bool) {
    let narrow = one_width(text);
    let widened = narrow != text.trim();
    (narrow, widened)
}

/// A day as people and spreadsheets write it, and what was mended.
pub(super) fn day(text: &str) -> Result<(Option<Day>, Option<String>), String> {
    let plain = narrowed(text);
    let plain = plain.trim();
    if plain.is_empty() {
        return Ok((None, None));
    }
    if let Some(serial) = of_serial(plain) {
        return Err(format!(
            "「{plain}」は、表計算ソフトが日付を数で表した値です（{}のこと）。列の書式を「文字列」か「日付」にして、{} のように入力し直してください。",
            serial.words(),
            serial.dashed()
        ));
    }
    if let Some(day) = birthdate::read(plain) {
        return Ok((Some(day), None));
    }
    let timed = plain.split_once([' ', 'T']);
    if let Some((date, time)) = timed.filter(|(_, time)| is_time(time)) {
        let midnight = time.chars().all(|c| matches!(c, '0' | ':' | '.'));
        return match (birthdate::read(date), midnight) {
            (Some(day), true) => {
                let mended = format!(
                    "付いていた時刻（{time}）を除き、{}としました。",
                    day.words()
                );
                Ok((Some(day), Some(mended)))
            }
            (Some(_), false) => Err(format!(
                "日付に時刻（{time}）が付いています。日付だけを入力してください。"
            )),
            (None, _) => Err(WRONG.to_owned()),
        };
    }
    Err(wrong(plain))
}

const WRONG: &str = "日付を、2026-04-01（西暦）か R8.4.1（和暦）のように入力してください。";

/// The day that a spreadsheet means by a number: days since the end of 1899.
fn of_serial(text: &str) -> Option<Day> {
    let days = (text.len() == 5)
        .then(|| text.parse::<i64>().ok())
        .flatten()?;
    // From 1954 to 2119: what is no such number is no day of ours either.
    let begin = Day::from_number(18_991_230)?;
    (20_000..80_000)
        .contains(&days)
        .then(|| begin.plus_days(days))
}

/// `0:00`, `9:30:15`.
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let number =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.');
    (2..=3).contains(&parts.len()) && parts.iter().all(number)
}

/// Why something is no day, as closely as that can be told.
fn wrong(text: &str) -> String {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if let [first, _, last] = parts.as_slice()
        && parts.iter().all(digits)
    {
        if first.len() == 4 && last.len() <= 2 {
            return format!("「{text}」という日はありません。月と日を確かめてください。");
        }
        if last.len() == 4 {
            return format!("日付の順が、年・月・日になっていません。{WRONG}");
        }
        return format!("年が2桁では、西暦か和暦か分かりません。{WRONG}");
    }
    WRONG.to_owned()
}

/// Whether a text stands for something that is calculated.
pub(super) fn is_formula(text: &str) -> bool {
    narrowed(text).trim_start().starts_with('=')
}

/// Whether numbers stand in a column as names do: `1001`.
pub(super) const fn is_a_name(column: Column) -> bool {
    matches!(
        column,
        Column::UserId | Column::Name | Column::LicenseNumber
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<Option<i64>, String> {
        day(text).map(|(day, _)| day.map(Day::number))
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2026-04-01",
            "2026/4/1",
            "２０２６／４／１",
            "20260401",
            "R8.4.1",
            "令和8年4月1日",
            "2026/4/1 0:00",
            "2026/4/1 00:00:00",
            "2026-04-01T00:00:00",
        ] {
            assert_eq!(number(text), Ok(Some(20_260_401)), "{text}");
        }
        assert_eq!(number("  "), Ok(None));
    }

    #[test]
    fn what_a_spreadsheet_did_to_a_day_is_named() {
        for (text, words) in [
            ("45678", "2025年1月21日"),
            ("2026/4/1 9:30", "時刻（9:30）"),
            ("26/4/1", "年が2桁"),
            ("4/1/2026", "年・月・日になっていません"),
            ("2026/2/30", "という日はありません"),
            ("1-Apr-26", "2026-04-01（西暦）"),
            ("4.6E+04", "2026-04-01（西暦）"),
            ("来年", "2026-04-01（西暦）"),
        ] {
            let told = number(text).expect_err(text);
            assert!(told.contains(words), "{text}: {told}");
        }
        let (_, mended) = day("2026/4/1 0:00").expect("it is a day");
        assert!(mended.is_some_and(|words| words.contains("0:00")));
    }

    #[test]
    fn a_kind_is_known_in_every_width_and_named_where_it_is_anothers() {
        let others = |text| kind(text, Managed::Others);
        for (text, right) in [
            ("一般", AccountKind::General),
            ("一般アカウント", AccountKind::General),
            ("医療情報閲覧", AccountKind::Viewer),
            ("連携アプリ用", AccountKind::Link),
            ("Ｗｅｂ ＡＰＩ用", AccountKind::WebApi),
            ("Web API用アカウント", AccountKind::WebApi),
            ("顔認証用", AccountKind::Face),
        ] {
            assert_eq!(others(text), Ok(right), "{text}");
        }
        assert!(others("管理").is_err_and(|words| words.contains("ここでは登録できません")));
        assert!(others("").is_err());
        assert_eq!(kind("", Managed::Administrators), Ok(AccountKind::Admin));
        assert!(kind("一般", Managed::Administrators).is_err());
    }
}
