//! What would be done of a ヒアリングシート: each thing of it, and what comes of it.

use super::asked::SheetFacility;
use onshi_core::enrolment::EnrolmentCode;
use onshi_core::network::{self, Network};
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::text;

/// What is to be done of one thing of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 作成: it is made.
    Made,
    /// 再発行: it is there, and gets another code.
    Again,
    /// 変更なし: it is there and stays as it is.
    There,
    /// 期限切れ: it is there, its code is over, and no other was asked for.
    Lapsed,
}

impl Verdict {
    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Verdict::Made => "作成",
            Verdict::Again => "再発行",
            Verdict::There => "変更なし",
            Verdict::Lapsed => "期限切れ",
        }
    }

    /// The word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Made => "made",
            Verdict::Again => "again",
            Verdict::There => "there",
            Verdict::Lapsed => "lapsed",
        }
    }

    /// Whether it gets a code.
    pub const fn is_done(self) -> bool {
        matches!(self, Verdict::Made | Verdict::Again)
    }
}

/// What is to be done of a sheet.
#[derive(Clone, Debug)]
pub struct Plan {
    /// At each institution.
    pub facilities: Vec<FacilityPlan>,
    /// What was mended, and what should be looked at once more.
    pub notes: Vec<String>,
    /// What is in the way. Where there is anything, nothing is done.
    pub problems: Vec<String>,
}

/// What is to be done at an institution.
#[derive(Clone, Debug)]
pub struct FacilityPlan {
    /// What the sheet says of it.
    pub sheet: SheetFacility,
    /// The institution's name.
    pub name: String,
    /// The installer's name (導入業者).
    pub installer: String,
    /// Of each terminal in turn: its own verdict, and its reader's.
    pub machines: Vec<(Item, Option<Item>)>,
    /// Of each account in turn.
    pub accounts: Vec<Item>,
    /// From where its programs may come from now on, where that changes.
    pub networks: Option<Vec<Network>>,
    /// Which character set its programs read from now on, where that changes.
    pub shift_jis: Option<bool>,
}

/// One thing of a sheet: what is to be done of it, and in words.
#[derive(Clone, Debug)]
pub struct Item {
    /// What.
    pub verdict: Verdict,
    /// What it is: its kind and its name, which may have any sign in it.
    pub what: String,
    /// How far it is, or what is done.
    pub state: String,
    /// The codes that it gets.
    pub code: Option<Code>,
}

/// A code that is drawn for something. `Debug` of both prints none of it.
#[derive(Clone, Debug)]
pub enum Code {
    /// By which a terminal or a reader fetches its certificate (取得コード).
    Enrolment(EnrolmentCode),
    /// By which a holder chooses the password (利用開始コード).
    Activation(OneTimeCode),
}

impl Code {
    /// As it is printed.
    pub fn reveal(&self) -> String {
        match self {
            Code::Enrolment(code) => code.grouped(),
            Code::Activation(code) => code.reveal(),
        }
    }
}

impl Item {
    /// What it is, and how far.
    pub fn words(&self) -> String {
        format!("{}：{}", self.what, self.state)
    }
}

impl FacilityPlan {
    /// Its settings that change, in words.
    pub fn settings(&self) -> Vec<String> {
        let networks = self.networks.as_ref().map(|networks| {
            let words = network::join(networks);
            format!("電子証明書なしで照会を送れるネットワークを {words} にします")
        });
        let encoding = self.shift_jis.map(|shift_jis| {
            let words = if shift_jis { "Shift_JIS" } else { "UTF-8" };
            format!("連携システム文字コードを {words} にします")
        });
        networks.into_iter().chain(encoding).collect()
    }

    /// Each thing of it in turn.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let machines = self.machines.iter();
        machines
            .flat_map(|(own, reader)| [own].into_iter().chain(reader))
            .chain(&self.accounts)
    }

    /// Whether there is anything to do.
    pub fn changes(&self) -> bool {
        let settings = self.networks.is_some() || self.shift_jis.is_some();
        settings || self.items().any(|item| item.verdict.is_done())
    }
}

impl Plan {
    /// Whether there is anything to do.
    pub fn changes(&self) -> bool {
        self.facilities.iter().any(FacilityPlan::changes)
    }

    /// How many things come to this.
    pub fn count(&self, verdict: Verdict) -> usize {
        let items = self.facilities.iter().flat_map(FacilityPlan::items);
        items.filter(|item| item.verdict == verdict).count()
    }
}

/// A name that is part of a file's: letters and digits of any language, `-` and `_`.
pub fn file_name(name: &str) -> String {
    let kept = |c: char| match c.is_alphanumeric() || matches!(c, '-' | '_') {
        true => c,
        false => '_',
    };
    let name = name
        .chars()
        .filter(|c| text::wrong_in_a_line(&c.to_string()).is_none());
    let name: String = name.map(kept).take(40).collect();
    match name.is_empty() {
        true => "_".to_owned(),
        false => name,
    }
}
