//! What stands around every page: who is logged in, where, and with which certificate.

pub use crate::http::submission::FormTokens;
use onshi_core::operator::UNIT_NAME;
use onshi_core::terms::OPERATORS;

/// How serious a message is. It is shown as a word, a shape and a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// Something was done.
    Success,
    /// Something to look after soon.
    Warning,
    /// Something was not done.
    Error,
}

impl Tone {
    /// The suffix of the style class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The word that goes before the message, since colour alone tells not everybody.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "お知らせ",
            Self::Success => "完了",
            Self::Warning => "注意",
            Self::Error => "エラー",
        }
    }
}

/// One message at the top of a page (お知らせ).
#[derive(Debug, Clone)]
pub struct Notice {
    /// How serious it is.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// One entry of the menu.
#[derive(Debug, Clone)]
pub struct NavigationItem {
    /// Its name.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is the page being shown.
    pub current: bool,
    /// What one does there, in a sentence; may be empty.
    pub description: String,
}

/// A titled group of menu entries.
#[derive(Debug, Clone)]
pub struct NavigationGroup {
    /// Its heading.
    pub title: String,
    /// Its entries.
    pub items: Vec<NavigationItem>,
}

/// When a session ends, as the page counts it.
#[derive(Debug, Clone, Copy)]
pub struct SessionEnd {
    /// Seconds without a request.
    pub idle_seconds: i64,
    /// Seconds that are left in all.
    pub left_seconds: i64,
}

/// That something is open for the institution (開放中), and until when.
#[derive(Debug, Clone)]
pub struct OpenNotice {
    /// What is open.
    pub label: &'static str,
    /// Why.
    pub reason: String,
    /// Until when, in words.
    pub until: String,
    /// Seconds until then.
    pub left_seconds: i64,
}

/// That the master's password was reset by the secret number (秘密の番号), and nobody has said that it was seen.
#[derive(Debug, Clone)]
pub struct AlarmNotice {
    /// When it was reset, in words.
    pub at: String,
    /// Whether this account may say that it was seen.
    pub may_confirm: bool,
    /// Whom to call.
    pub contact: String,
}

/// What surrounds every page of a logged-in account.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Name of the institution.
    pub institution: String,
    /// Its 医療機関コード.
    pub facility_code: String,
    /// Name of the person or device.
    pub account_name: String,
    /// The account's user id.
    pub user_id: String,
    /// The account's kind in words, such as 管理.
    pub kind_label: String,
    /// When this account logged in before this session; none at the first time.
    pub last_login: Option<String>,
    /// Days until the terminal's certificate ends; negative when it has ended.
    pub certificate_days: i64,
    /// Name of the environment unless it is the real one.
    pub environment: Option<String>,
    /// The menu; empty while nothing but the present page may be used.
    pub navigation: Vec<NavigationGroup>,
    /// Whether this account has a menu; a program's has none.
    pub has_menu: bool,
    /// The page that has this page's form, where this page has another address: one that shows what
    /// is wrong with what was sent.
    pub form_page: Option<String>,
    /// How long the session lasts, for the warning before its end.
    pub session: SessionEnd,
    /// One message at the top of the page.
    pub notice: Option<Notice>,
    /// That the master's password was reset, until somebody has said that it was seen.
    pub alarm: Option<AlarmNotice>,
    /// What is open for the institution in a failure or a disaster.
    pub openings: Vec<OpenNotice>,
    /// The program's version.
    pub version: String,
    /// The page of the manual that tells of this page (？ 使い方).
    pub help: String,
    /// The tokens of its forms.
    pub forms: FormTokens,
}

impl Frame {
    /// Whether it is a page of the operators' screens, which are of no institution.
    pub fn is_of_operators(&self) -> bool {
        self.facility_code == OPERATORS
    }

    /// The look of the certificate's remaining days: calm, soon, or now.
    pub fn certificate_class(&self) -> &'static str {
        match self.certificate_days {
            ..=15 => "now",
            16..=90 => "soon",
            _ => "calm",
        }
    }

    /// The certificate's remaining days in words.
    pub fn certificate_words(&self) -> String {
        match self.certificate_days {
            ..0 => "期限切れ".to_owned(),
            0 => "今日まで".to_owned(),
            days => format!("残り{days}日"),
        }
    }
}

/// What surrounds a page that nobody is logged in on.
#[derive(Debug, Clone)]
pub struct PlainFrame {
    /// Name of the environment unless it is the real one.
    pub environment: Option<String>,
    /// The program's version.
    pub version: String,
    /// The page of the manual that tells of this page; none where it is no page for the institutions' staff.
    pub help: Option<String>,
    /// Name of the institution, once the certificate has told it.
    pub institution: Option<String>,
    /// Name of the terminal, once the certificate has told it.
    pub terminal_name: Option<String>,
}

impl PlainFrame {
    /// What stands before the name: the operators are no institution.
    pub fn institution_label(&self) -> &'static str {
        match self.institution.as_deref() {
            Some(UNIT_NAME) => "利用者",
            _ => "医療機関",
        }
    }
}

/// The surroundings of a page that is shown both before and after log-in, such as an error.
#[derive(Debug, Clone)]
pub enum Layout {
    /// Somebody is logged in.
    SignedIn(Box<Frame>),
    /// Nobody is.
    Plain(PlainFrame),
}

impl Layout {
    /// Name of the environment unless it is the real one.
    pub fn environment(&self) -> Option<&str> {
        match self {
            Self::SignedIn(frame) => frame.environment.as_deref(),
            Self::Plain(frame) => frame.environment.as_deref(),
        }
    }

    /// The program's version.
    pub fn version(&self) -> &str {
        match self {
            Self::SignedIn(frame) => &frame.version,
            Self::Plain(frame) => &frame.version,
        }
    }
}
