//! What an application says (申請の内容), and whether it can be taken.

use super::{ApplicationKind, InstitutionKind, LineKind};
use crate::clock::{Day, Month};
use crate::enrolment;
use crate::error::{Error, Fact, Problem, Refusal};
use crate::facility::{self, FacilityCode, Phone};
use crate::mail::MailAddress;
use crate::text::{FOREIGN_CHARACTER, wrong_in_a_line, wrong_in_lines};
use onshi_wire::numbers::narrowed;
use serde::{Deserialize, Serialize};

/// The longest address and the longest name of a person, in characters.
const ADDRESS_CHARS_MAX: usize = 120;
const PERSON_CHARS_MAX: usize = 60;
/// The longest name of a part of an institution, in characters.
const DEPARTMENT_CHARS_MAX: usize = 60;
/// The longest remark, in characters.
const REMARK_CHARS_MAX: usize = 500;
/// The longest お客さまID, in characters.
const CUSTOMER_ID_CHARS_MAX: usize = 20;

/// What an application says: as it was typed, or after [`Particulars::checked`] as it is kept.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// 申請の種類, by its word.
    pub kind: String,
    /// 医療機関コード.
    pub facility_code: String,
    /// 医療機関等の種別, by its word.
    pub institution_kind: String,
    /// 名称.
    pub name: String,
    /// 所在地.
    pub address: String,
    /// 電話番号.
    pub phone: String,
    /// メールアドレス.
    pub mail: String,
    /// 責任者; of an application for a certificate the 担当者.
    pub responsible: String,
    /// 電気通信回線種別, by its word.
    pub line_kind: String,
    /// お客さまID; may stay empty.
    pub customer_id: String,
    /// 利用開始予定年月, `2026-12`; empty while it is open.
    pub starts_in: String,
    /// 疎通確認テスト開始予定年月; empty while it is open.
    pub tests_in: String,
    /// 端末名称 of the first terminal, or of the one that is to have a certificate.
    pub terminal_name: String,
    /// 担当者の部署名 of an application for a certificate; may stay empty.
    pub department: String,
    /// What else is to be said.
    pub remark: String,
}

// It names people: none of it is for a log.
impl std::fmt::Debug for Particulars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Particulars(***)")
    }
}

/// An application that can be taken, in the form in which it is kept.
pub(super) struct Checked {
    pub(super) kind: ApplicationKind,
    pub(super) facility: FacilityCode,
    pub(super) mail: MailAddress,
    pub(super) particulars: Particulars,
}

/// What is wrong so far.
struct Problems(Vec<Problem>);

impl Problems {
    fn say(&mut self, about: Fact, text: impl Into<String>, english: &str) {
        self.0.push(Problem::new(about, text).in_english(english));
    }

    fn take<T>(&mut self, found: Result<T, Problem>) -> Option<T> {
        found.map_err(|problem| self.0.push(problem)).ok()
    }

    fn take_refused<T>(&mut self, found: Result<T, Refusal>) -> Option<T> {
        found
            .map_err(|refusal| self.0.extend(refusal.problems))
            .ok()
    }

    /// A text on one line that has to be there.
    fn line(&mut self, about: Fact, (what, most): (&str, usize), typed: &str) -> String {
        let text = typed.trim();
        let length = text.chars().count();
        if length == 0 || length > most {
            let words = format!("{what}を{most}文字以内で入力してください。");
            self.say(about, words, "It has to be there, and is bounded.");
        } else if let Some(words) = wrong_in_a_line(text) {
            self.say(about, words, FOREIGN_CHARACTER);
        }
        text.to_owned()
    }

    /// The name of an institution.
    fn name(&mut self, typed: &str) -> String {
        match facility::check_name(typed) {
            Ok(name) => return name,
            Err(Error::Refused(refusal)) => self.0.extend(refusal.problems),
            // It asks nothing but the text.
            Err(Error::Fault(_)) => {}
        }
        String::new()
    }

    /// A month that may stay open.
    fn month(&mut self, about: Fact, typed: &str, today: Day) -> String {
        let text = narrowed(typed.trim()).replace(['/', '.'], "-");
        if text.is_empty() {
            return text;
        }
        let (year, month) = text.split_once('-').unwrap_or((&text, ""));
        let month = format!("{year}{month:0>2}");
        match Month::parse(&month) {
            None => self.say(
                about,
                "年月は「2026-12」のように入力してください。決まっていないときは空欄のままにします。",
                "A month is written as 2026-12.",
            ),
            Some(month) if month < Month::of(today) => self.say(
                about,
                "過ぎた年月です。これからの年月を入力するか、決まっていないときは空欄のままにしてください。",
                "The month is over.",
            ),
            Some(month) => {
                let six = month.six();
                return format!("{}-{}", &six[..4], &six[4..]);
            }
        }
        text
    }
}

impl Particulars {
    /// What is applied for.
    pub fn application_kind(&self) -> Option<ApplicationKind> {
        ApplicationKind::from_code(&self.kind)
    }

    /// 医療機関等の種別 in words.
    pub fn institution_words(&self) -> &'static str {
        InstitutionKind::from_code(&self.institution_kind).map_or("", InstitutionKind::label)
    }

    /// 電気通信回線種別 in words.
    pub fn line_words(&self) -> &'static str {
        LineKind::from_code(&self.line_kind).map_or("", LineKind::label)
    }

    /// Checks all of it, and gives it in the form in which it is kept. Widths that differ are harmless.
    pub fn check(&self, today: Day) -> Result<Particulars, Error> {
        Ok(self.checked(today)?.particulars)
    }

    pub(super) fn checked(&self, today: Day) -> Result<Checked, Refusal> {
        let mut problems = Problems(Vec::new());
        let kind = self.application_kind();
        if kind == Some(ApplicationKind::Certificate) {
            return self.checked_for_certificate(problems);
        }
        if kind.is_none() {
            let words = "申請の種類を選んでください。";
            problems.say(Fact::ApplicationKind, words, "Say what is applied for.");
        }
        let code = problems.take(FacilityCode::parse(
            narrowed(self.facility_code.trim()).as_ref(),
        ));
        self.check_institution(code.as_ref(), &mut problems);
        let name = problems.name(&self.name);
        let address = ("所在地", ADDRESS_CHARS_MAX);
        let address = problems.line(Fact::Address, address, &self.address);
        let phone = problems.take(Phone::parse(&self.phone));
        let mail = problems.take(MailAddress::parse(&self.mail));
        let responsible = ("責任者の氏名", PERSON_CHARS_MAX);
        let responsible = problems.line(Fact::Responsible, responsible, &self.responsible);
        let customer_id = self.check_line(&mut problems);
        let starts_in = problems.month(Fact::StartsIn, &self.starts_in, today);
        let tests_in = problems.month(Fact::TestsIn, &self.tests_in, today);
        let named = enrolment::check_name(&self.terminal_name, Fact::TerminalName);
        let terminal_name = match kind {
            Some(ApplicationKind::Change) => Some(String::new()),
            _ => problems.take_refused(named),
        };
        let remark = self.check_remark(&mut problems);
        let (Some(kind), Some(facility), Some(mail), Some(phone), Some(terminal_name), true) = (
            kind,
            code,
            mail,
            phone,
            terminal_name,
            problems.0.is_empty(),
        ) else {
            return Err(Refusal::invalid(problems.0));
        };
        Ok(Checked {
            kind,
            particulars: Particulars {
                kind: kind.code().to_owned(),
                facility_code: facility.as_str().to_owned(),
                institution_kind: self.institution_kind.clone(),
                name,
                address,
                phone: phone.as_str().to_owned(),
                mail: mail.as_str().to_owned(),
                responsible,
                line_kind: self.line_kind.clone(),
                customer_id,
                starts_in,
                tests_in,
                terminal_name,
                department: String::new(),
                remark,
            },
            facility,
            mail,
        })
    }

    /// The same of an application for a certificate, which says less.
    fn checked_for_certificate(&self, mut problems: Problems) -> Result<Checked, Refusal> {
        let code = narrowed(self.facility_code.trim());
        let code = problems.take(FacilityCode::parse(code.as_ref()));
        let name = problems.name(&self.name);
        let named = enrolment::check_name(&self.terminal_name, Fact::TerminalName);
        let terminal_name = problems.take_refused(named);
        let department = match self.department.trim() {
            "" => String::new(),
            typed => {
                let department = ("担当者の部署名", DEPARTMENT_CHARS_MAX);
                problems.line(Fact::Department, department, typed)
            }
        };
        let responsible = ("担当者名", PERSON_CHARS_MAX);
        let responsible = problems.line(Fact::Responsible, responsible, &self.responsible);
        let phone = problems.take(Phone::parse(&self.phone));
        let mail = problems.take(MailAddress::parse(&self.mail));
        let remark = self.check_remark(&mut problems);
        let (Some(facility), Some(mail), Some(phone), Some(terminal_name), true) =
            (code, mail, phone, terminal_name, problems.0.is_empty())
        else {
            return Err(Refusal::invalid(problems.0));
        };
        Ok(Checked {
            kind: ApplicationKind::Certificate,
            particulars: Particulars {
                kind: ApplicationKind::Certificate.code().to_owned(),
                facility_code: facility.as_str().to_owned(),
                name,
                phone: phone.as_str().to_owned(),
                mail: mail.as_str().to_owned(),
                responsible,
                terminal_name,
                department,
                remark,
                ..Particulars::default()
            },
            facility,
            mail,
        })
    }

    /// The kind of institution, and whether the code is one of such.
    fn check_institution(&self, code: Option<&FacilityCode>, problems: &mut Problems) {
        let Some(kind) = InstitutionKind::from_code(&self.institution_kind) else {
            let words = "医療機関等の種別を選んでください。";
            problems.say(Fact::InstitutionKind, words, "Say what kind it is.");
            return;
        };
        let digit = code.and_then(|code| code.as_str().as_bytes().get(2).copied());
        if let Some(digit) = digit.filter(|digit| !kind.fee_table().contains(digit)) {
            let words = format!(
                "医療機関コードの3桁目（点数表番号）が{}で、「{}」のコードではありません。種別かコードを確かめてください。",
                char::from(digit),
                kind.label()
            );
            let english = "The third digit of the code is that of another kind of institution.";
            problems.say(Fact::InstitutionKind, words, english);
        }
    }

    /// The line, and the customer's id where there is one. Its form differs between sources, so that it is not held against
    /// any of them.
    fn check_line(&self, problems: &mut Problems) -> String {
        let line = LineKind::from_code(&self.line_kind);
        if line.is_none() {
            let words = "電気通信回線種別を選んでください。";
            problems.say(Fact::LineKind, words, "Say which line there is.");
        }
        let id = narrowed(self.customer_id.trim()).to_ascii_uppercase();
        let known = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !known || id.len() > CUSTOMER_ID_CHARS_MAX {
            let words = format!(
                "お客さまIDは英数字{CUSTOMER_ID_CHARS_MAX}文字までです（例：CAF1234567890）。分からないときは空欄のままにします。"
            );
            problems.say(Fact::CustomerId, words, "It has letters and digits.");
        } else if !id.is_empty() && line.is_some_and(|line| line != LineKind::IpVpnNtt) {
            let words = "お客さまIDは、IP-VPN（NTT・光コラボレーション）のときだけ入力します。";
            problems.say(Fact::CustomerId, words, "It goes with lines of NTT only.");
        }
        id
    }

    fn check_remark(&self, problems: &mut Problems) -> String {
        let remark = self.remark.trim().replace("\r\n", "\n");
        if remark.chars().count() > REMARK_CHARS_MAX {
            let words = format!("連絡事項は{REMARK_CHARS_MAX}文字以内で入力してください。");
            problems.say(Fact::Note, words, "The remark is too long.");
        } else if let Some(words) = wrong_in_lines(&remark) {
            problems.say(Fact::Note, words, FOREIGN_CHARACTER);
        }
        remark
    }
}
