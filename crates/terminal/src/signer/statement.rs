//! What may be signed: statements of マイナ在宅受付Web and of マイナ資格確認アプリ, and nothing else. They are lines of ASCII, the first of which no
//! other protocol's begins with.

/// The first line.
const PREFIX: &str = "ONSHI-HOME-1";
/// No statement is longer.
const BYTES_MAX: usize = 512;

/// What is to be done with a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// 同意登録・更新.
    Register {
        /// 診療の種類.
        purpose: &'static str,
        /// 診療予定日, in words.
        booked: Option<String>,
        /// Each kind with what is agreed to of it.
        kinds: Vec<(&'static str, bool)>,
    },
    /// 同意照会.
    Inquire,
    /// すべての同意の取消.
    Withdraw,
    /// 同意登録, on the phone of staff who visit.
    Visit {
        /// Whether staff looked at patient and picture (目視確認), in the place of the PIN.
        by_eye: bool,
        /// Each kind with what is agreed to of it.
        kinds: Vec<(&'static str, bool)>,
    },
}

/// A statement that a card may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    text: String,
    challenge: String,
    facility: String,
    act: Act,
}

impl Statement {
    /// Reads a statement; none where it is not one, to its last byte.
    pub fn read(bytes: &[u8]) -> Option<Statement> {
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|text| text.is_ascii())?;
        if text.len() > BYTES_MAX {
            return None;
        }
        let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
        let [PREFIX, challenge, facility, act] = lines[..] else {
            return None;
        };
        let of_base64url = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let fits = challenge.len() == 43
            && challenge.chars().all(of_base64url)
            && facility.len() == 10
            && facility.bytes().all(|byte| byte.is_ascii_digit());
        Some(Statement {
            act: self::act(act).filter(|_| fits)?,
            challenge: challenge.to_owned(),
            facility: facility.to_owned(),
            text: text.to_owned(),
        })
    }

    /// What is signed.
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// By which the portal knows it again.
    pub fn challenge(&self) -> &str {
        &self.challenge
    }

    /// 医療機関コード.
    pub fn facility(&self) -> &str {
        &self.facility
    }

    /// What is to be done.
    pub fn act(&self) -> &Act {
        &self.act
    }

    /// Whether the card signs it without its PIN, since staff looked at patient and picture.
    pub fn is_by_eye(&self) -> bool {
        matches!(self.act, Act::Visit { by_eye: true, .. })
    }
}

fn act(text: &str) -> Option<Act> {
    let mut words = text.split(' ');
    match words.next()? {
        "inquire" if words.next().is_none() => Some(Act::Inquire),
        "withdraw" if words.next().is_none() => Some(Act::Withdraw),
        "visit" => {
            let by_eye = match words.next()? {
                "pin" => false,
                "eye" => true,
                _ => return None,
            };
            let kinds: Option<Vec<_>> = words.map(kind).collect();
            Some(Act::Visit {
                by_eye,
                kinds: kinds?,
            })
        }
        "register" => {
            let purpose = match words.next()? {
                "2" => "訪問診療等",
                "3" => "オンライン診療等",
                _ => return None,
            };
            let booked = match words.next()? {
                "0" => None,
                day => Some(self::day(day)?),
            };
            let kinds: Option<Vec<_>> = words.map(kind).collect();
            Some(Act::Register {
                purpose,
                booked,
                kinds: kinds?,
            })
        }
        _ => None,
    }
}

fn kind(word: &str) -> Option<(&'static str, bool)> {
    let (kind, agreed) = word.split_once('=')?;
    let label = match kind {
        "YZK" => "薬剤情報",
        "SRJ" => "診療情報",
        "SHJ" => "手術情報",
        "TKK" => "特定健診情報",
        _ => return None,
    };
    match agreed {
        "1" => Some((label, true)),
        "0" => Some((label, false)),
        _ => None,
    }
}

fn day(text: &str) -> Option<String> {
    let is_day = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |part: &str| part.parse::<u32>().ok();
    if !is_day {
        return None;
    }
    let (year, rest) = text.split_at(4);
    let (month, day) = rest.split_at(2);
    Some(format!(
        "{}年{}月{}日",
        number(year)?,
        number(month)?,
        number(day)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0";

    fn text(act: &str) -> String {
        format!("{PREFIX}\n{CHALLENGE}\n1310000001\n{act}\n")
    }

    #[test]
    fn a_statement_is_told_in_words() {
        let read = Statement::read(text("register 3 20261201 YZK=1 TKK=0").as_bytes()).unwrap();
        assert_eq!(
            (read.facility(), read.challenge()),
            ("1310000001", CHALLENGE)
        );
        let expected = Act::Register {
            purpose: "オンライン診療等",
            booked: Some("2026年12月1日".to_owned()),
            kinds: vec![("薬剤情報", true), ("特定健診情報", false)],
        };
        assert_eq!(read.act(), &expected);
        let visit = |by_eye| Act::Visit {
            by_eye,
            kinds: vec![("診療情報", true)],
        };
        for (word, expected) in [
            ("inquire", Act::Inquire),
            ("withdraw", Act::Withdraw),
            ("visit pin SRJ=1", visit(false)),
            ("visit eye SRJ=1", visit(true)),
        ] {
            let read = Statement::read(text(word).as_bytes()).unwrap();
            assert_eq!(read.act(), &expected);
            assert_eq!(read.is_by_eye(), word.contains("eye"));
        }
    }

    #[test]
    fn nothing_else_is_signed() {
        let good = text("inquire");
        for wrong in [
            "",
            "hello\n",
            &good[..good.len() - 1],
            &good.replace("HOME", "CARD"),
            &good.replace('\n', "\r\n"),
            &good.replace("1310000001", "131000000"),
            &good.replace("AAA0", "AA+0"),
            &format!("{good}inquire\n"),
            &text("inquire now"),
            &text("register 1 0 YZK=1"),
            &text("register 2"),
            &text("register 2 tomorrow YZK=1"),
            &text("register 2 0 YZK=2"),
            &text("register 2 0 XXX=1"),
            &text("register 2 0  YZK=1"),
            &text("visit"),
            &text("visit face SRJ=1"),
            &text("visit eye SRJ"),
            &text("pay"),
            &text(&format!("register 2 0{}", " YZK=1".repeat(100))),
        ] {
            assert_eq!(Statement::read(wrong.as_bytes()), None, "{wrong:?}");
        }
        assert_eq!(Statement::read(&[0x30, 0x31, 0xFF]), None);
    }
}
