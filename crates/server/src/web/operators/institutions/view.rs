//! 医療機関等の検索・一覧, and one institution.

use crate::web::accounts::issue_view::characters;
use crate::web::accounts::list_view::AccountState;
use crate::web::layout::form::{Choice, Fact, fact};
use crate::web::layout::frame::{Frame, Tone};
use crate::web::operators::institutions::account_deed::AccountDeed;
use askama::Template;
use onshi_core::mail::MailAddress;
use onshi_core::network;
use onshi_core::operator::Institution;

/// What an operator does to an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstitutionDeed {
    /// 停止.
    Stop,
    /// 再開.
    Resume,
}

impl InstitutionDeed {
    /// What may be done to one that is stopped, or is not.
    pub(super) const fn of(is_stopped: bool) -> InstitutionDeed {
        match is_stopped {
            true => InstitutionDeed::Resume,
            false => InstitutionDeed::Stop,
        }
    }

    /// As it stands in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            InstitutionDeed::Stop => "stop",
            InstitutionDeed::Resume => "resume",
        }
    }

    /// Reads it back.
    pub fn of_word(word: &str) -> Option<InstitutionDeed> {
        let all = [InstitutionDeed::Stop, InstitutionDeed::Resume];
        all.into_iter().find(|known| known.word() == word)
    }

    /// The words of the button.
    pub const fn label(self) -> &'static str {
        match self {
            InstitutionDeed::Stop => "利用を停止する",
            InstitutionDeed::Resume => "利用を再開する",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            InstitutionDeed::Stop => "この医療機関等の利用を停止しますか",
            InstitutionDeed::Resume => "この医療機関等の利用を再開しますか",
        }
    }

    pub(super) const fn consequences(self) -> [&'static str; 2] {
        match self {
            InstitutionDeed::Stop => [
                "再開するまで、この医療機関等の端末・プログラム・カードリーダーは使えず、だれもログインできません。ログイン中の画面は、すぐに終了します。",
                "登録の内容、アカウント、電子証明書、操作履歴は、そのまま残ります。",
            ],
            InstitutionDeed::Resume => [
                "この医療機関等の端末・プログラム・カードリーダーが、再び使えるようになります。",
                "停止中に期限が切れた電子証明書は、新しく取得する必要があります。",
            ],
        }
    }

    pub(super) const fn done(self) -> &'static str {
        match self {
            InstitutionDeed::Stop => "医療機関等の利用を停止しました。",
            InstitutionDeed::Resume => "医療機関等の利用を再開しました。",
        }
    }

    pub(super) const fn tone(self) -> Tone {
        match self {
            InstitutionDeed::Stop => Tone::Error,
            InstitutionDeed::Resume => Tone::Info,
        }
    }
}

/// One institution of the list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct InstitutionRow {
    pub code: String,
    pub name: String,
    pub is_stopped: bool,
    /// The day of its registration, in words.
    pub registered: String,
}

/// 医療機関等の検索・一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/institutions/list.html")]
pub struct InstitutionListPage {
    /// The surroundings.
    pub frame: Frame,
    /// What was typed.
    pub q: String,
    /// Which may be listed.
    pub states: Vec<Choice>,
    /// Whether anything is looked for.
    pub is_filtered: bool,
    /// Whether there are more.
    pub is_cut: bool,
    /// In the order of their codes.
    pub rows: Vec<InstitutionRow>,
}

/// What is registered of an institution.
pub(super) fn facts(found: &Institution) -> Vec<Fact> {
    let of = &found.facility;
    let or_none = |text: Option<&str>| text.unwrap_or("登録なし").to_owned();
    let encoding = match of.shift_jis {
        true => "Shift_JIS",
        false => "UTF-8",
    };
    let networks = match of.message_networks.is_empty() {
        true => "センターが許すすべての接続元".to_owned(),
        false => network::join(&of.message_networks),
    };
    vec![
        fact("登録日", &of.created_at.jst_day().words()),
        fact("電話番号（届出）", &or_none(found.phone.as_deref())),
        fact(
            "メールアドレス",
            &or_none(found.mail.as_ref().map(MailAddress::as_str)),
        ),
        fact("連携システムの文字コード", encoding),
        fact("電子証明書なしの接続元", &networks),
    ]
}

/// One institution.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/institutions/institution.html")]
pub struct InstitutionPage {
    /// The surroundings.
    pub frame: Frame,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// When and why it was stopped, where it is.
    pub stopped: Option<(String, String)>,
    /// What is registered of it.
    pub facts: Vec<Fact>,
    /// What may be done to it.
    pub deed: InstitutionDeed,
}

/// One certificate of a terminal.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TerminalRow {
    pub terminal: String,
    pub serial: String,
    /// The word and the style class of its state.
    pub state: (&'static str, &'static str),
    /// Its last day, in words.
    pub until: String,
    /// How long it still has, of one that is good or has ended.
    pub left: Option<String>,
    /// When the terminal last came with it, in words.
    pub contact: Option<String>,
    /// The day and the reason of a revocation.
    pub revoked: Option<(String, String)>,
    pub may_be_revoked: bool,
}

/// 端末・電子証明書の一覧 of an institution.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/institutions/terminals.html")]
pub struct TerminalListPage {
    /// The surroundings.
    pub frame: Frame,
    /// The institution's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether there may be more.
    pub is_cut: bool,
    /// The certificates, those of one terminal together.
    pub rows: Vec<TerminalRow>,
}

/// One account of the list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AccountRow {
    pub id: String,
    pub user_id: String,
    pub name: String,
    pub kind: &'static str,
    pub state: AccountState,
    pub last_login: Option<String>,
}

/// アカウントの一覧 of an institution.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/institutions/accounts.html")]
pub struct AccountListPage {
    /// The surroundings.
    pub frame: Frame,
    /// The institution's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What was typed.
    pub q: String,
    /// How many fit in all.
    pub total: i64,
    /// The accounts.
    pub rows: Vec<AccountRow>,
}

impl AccountListPage {
    fn is_cut(&self) -> bool {
        self.total > self.rows.len() as i64
    }
}

/// One account of an institution.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/institutions/account.html")]
pub struct InstitutionAccountPage {
    /// The surroundings.
    pub frame: Frame,
    /// The institution's code.
    pub code: String,
    /// The account's id.
    pub id: String,
    /// Its user id.
    pub user_id: String,
    /// Its state.
    pub state: AccountState,
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// What may be done to it now.
    pub deeds: Vec<AccountDeed>,
    /// What is not done here, and who does it.
    pub elsewhere: Option<&'static str>,
}

/// 利用開始コード, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/institutions/activation.html")]
pub struct ActivationIssuedPage {
    /// The surroundings.
    pub frame: Frame,
    /// The institution's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The account's user id.
    pub user_id: String,
    /// Its kind in words.
    pub kind: &'static str,
    /// The one-time activation; none where it was shown before.
    pub secret: Option<String>,
    /// Until when it is good.
    pub until: String,
    /// Where another one is issued.
    pub again_href: String,
    /// The account's page.
    pub back_href: String,
}

impl ActivationIssuedPage {
    fn characters(&self, secret: &str) -> Vec<(char, &'static str, &'static str)> {
        characters(secret)
    }
}
