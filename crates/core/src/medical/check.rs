//! What is wrong with a line of medical records, in words for whoever reported it: the item and what it should
//! be, never the value.

use super::record::{Institution, Source};
use crate::clock::{Day, Month};
use onshi_wire::characters::foreign_to_names;
use onshi_wire::numbers::{InsurerNumber, has_right_check_digit};

/// The longest name and the like, in characters. The real lengths are not public.
const TEXT_MAX: usize = 400;
/// Codes of attributes whose values are not public.
const CLASS_MAX: usize = 10;
/// JLAC10.
const ITEM_CODE: usize = 17;
/// How many problems of one line are gathered; a line can have thousands.
const PROBLEMS_MAX: usize = 50;

/// What was found.
#[derive(Default)]
pub(super) struct Found(pub Vec<String>);

impl Found {
    fn wrong(&mut self, item: &str, why: &str) {
        if self.0.len() < PROBLEMS_MAX {
            self.0.push(format!("{item}: {why}"));
        }
    }

    pub(super) fn person(&mut self, person: i64) {
        if person < 1 {
            self.wrong("Person", "1以上の番号が必要です。");
        }
    }

    pub(super) fn insurer(&mut self, text: &str) {
        match InsurerNumber::parse(text) {
            Err(_) => self.wrong("InsurerNumber", "8桁（国保は6桁）の番号が必要です。"),
            Ok(number) if !has_right_check_digit(number.digits()) => {
                self.wrong("InsurerNumber", "検証番号が違います。");
            }
            Ok(_) => {}
        }
    }

    pub(super) fn institution(
        &mut self,
        [code_item, name_item]: [&str; 2],
        [code, name]: [&str; 2],
    ) -> Option<Institution> {
        let digits = code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            self.wrong(code_item, "半角数字10桁の医療機関コードが必要です。");
        }
        self.required(name_item, name);
        digits.then(|| Institution {
            code: code.to_owned(),
            name: name.to_owned(),
        })
    }

    pub(super) fn month(&mut self, text: &str) -> Option<Month> {
        let month = Month::parse(text).filter(|month| month.first_day() >= Day::MEIJI);
        if month.is_none() {
            let why = "1868年以降の年月（yyyymm、例：202610）が必要です。";
            self.wrong("Month", why);
        }
        month
    }

    pub(super) fn day(&mut self, item: &str, text: &str) -> Option<Day> {
        let day = Day::parse(text).filter(|day| text.len() == 8 && *day >= Day::MEIJI);
        if day.is_none() {
            let why = "1868年以降の日付（yyyymmdd、例：20261005）が必要です。";
            self.wrong(item, why);
        }
        day
    }

    /// A day that lies in the line's month.
    pub(super) fn day_in(&mut self, item: &str, text: &str, month: Option<Month>) -> Option<Day> {
        let day = self.day(item, text)?;
        if month.is_some_and(|month| month != Month::of(day)) {
            self.wrong(item, "Month の月の日付が必要です。");
            return None;
        }
        Some(day)
    }

    pub(super) fn source(&mut self, text: Option<&str>) -> Option<Source> {
        let source = text.and_then(Source::from_code);
        if source.is_none() {
            let why =
                "Claim（レセプト）、Prescription（処方）、Dispensing（調剤）のいずれかが必要です。";
            self.wrong("Source", why);
        }
        source
    }

    /// A day has at least one line.
    pub(super) fn some<T>(&mut self, item: &str, lines: &[T]) {
        if lines.is_empty() {
            self.wrong(
                item,
                "1件以上が必要です（記録を取り下げるときは Days を空にします）。",
            );
        }
    }

    fn required(&mut self, item: &str, text: &str) {
        if text.trim().is_empty() {
            self.wrong(item, "必須です。");
        }
        self.text(item, Some(text));
    }

    pub(super) fn name(&mut self, text: &str) {
        self.required("Name", text);
    }

    pub(super) fn text(&mut self, item: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        if let Some(kind) = foreign_to_names(text) {
            self.wrong(
                item,
                &format!("使えない文字（{kind}）があります。取り除いてください。"),
            );
        }
        if text.chars().count() > TEXT_MAX {
            self.wrong(item, &format!("{TEXT_MAX}文字以内で設定してください。"));
        }
    }

    /// A text that may have line ends.
    pub(super) fn lines(&mut self, item: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        self.text(item, Some(&text.replace(['\r', '\n'], "")));
    }

    pub(super) fn class(&mut self, item: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        let right = (1..=CLASS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !right {
            self.wrong(
                item,
                &format!("半角英数字1～{CLASS_MAX}桁で設定してください。"),
            );
        }
    }

    pub(super) fn code(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        if text.len() != 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.wrong(
                "Code",
                "半角数字9桁（レセプト電算処理システム用コード）で設定してください。",
            );
        }
    }

    pub(super) fn item_code(&mut self, text: &str) {
        if text.len() != ITEM_CODE || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.wrong("Code", "半角英数字17桁（JLAC10）で設定してください。");
        }
    }

    pub(super) fn data_type(&mut self, text: &str) {
        if !["PQ", "CD", "CO", "ST"].contains(&text) {
            self.wrong("DataType", "PQ、CD、CO、ST のいずれかを設定してください。");
        }
    }
}
