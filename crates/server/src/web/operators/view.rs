//! 利用申請の審査, as an operator sees it.

use crate::web::application::facts;
use crate::web::layout::form::{Choice, Fact, choice, fact};
use crate::web::layout::frame::{Frame, Tone};
use askama::Template;
use onshi_core::Moment;
use onshi_core::application::{
    Application, ApplicationKind, ApplicationState, CertificateProgress, Known,
};
use onshi_core::mail::MailAddress;
use onshi_core::operator::OperatorName;

/// What an operator may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// 承認.
    Approve,
    /// 不承認.
    Reject,
    /// お知らせの再作成.
    Reissue,
}

impl Decision {
    const ALL: [Decision; 3] = [Decision::Approve, Decision::Reject, Decision::Reissue];

    /// As it stands in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Decision::Approve => "approve",
            Decision::Reject => "reject",
            Decision::Reissue => "reissue",
        }
    }

    /// Reads it back.
    pub fn of_word(word: &str) -> Option<Decision> {
        Decision::ALL.into_iter().find(|known| known.word() == word)
    }

    /// The words of the button.
    pub const fn label(self) -> &'static str {
        match self {
            Decision::Approve => "承認する",
            Decision::Reject => "不承認にする",
            Decision::Reissue => "お知らせを無効にする",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Decision::Approve => "この利用申請を承認しますか",
            Decision::Reject => "この利用申請を不承認にしますか",
            Decision::Reissue => "お知らせを無効にしますか",
        }
    }

    pub(super) const fn tone(self) -> Tone {
        match self {
            Decision::Approve => Tone::Info,
            Decision::Reject => Tone::Error,
            Decision::Reissue => Tone::Warning,
        }
    }

    /// What is asked for beside it, where something is.
    pub(super) const fn asks_why(self) -> Option<&'static str> {
        match self {
            Decision::Approve => None,
            Decision::Reject => Some(
                "申請者に、メールと申請の状況の画面で伝えます（200文字以内）。例：届出の電話番号と異なるため",
            ),
            Decision::Reissue => {
                Some("操作履歴に残ります（200文字以内）。例：申請者が紛失したため")
            }
        }
    }

    /// What is said when it is done; of an approval, whether it was the last one.
    pub(super) const fn done(self, is_last: bool) -> &'static str {
        match (self, is_last) {
            (Decision::Approve, true) => "利用申請を承認し、申請者にメールを送りました。",
            (Decision::Approve, false) => {
                "一人目の承認を記録しました。別の担当者が承認すると、手続きが完了します。"
            }
            (Decision::Reject, _) => "利用申請を不承認にし、申請者にメールを送りました。",
            (Decision::Reissue, _) => {
                "お知らせを無効にしました。申請者は、お知らせをもう一度作成できます。"
            }
        }
    }

    /// What will happen, a sentence each.
    pub(super) fn consequences(self, known: &Known, own: &OperatorName) -> Vec<String> {
        let application = &known.application;
        let text = |text: &str| text.to_owned();
        match self {
            Decision::Reject => vec![
                text("理由を、申請者にメールで伝えます。"),
                text("登録の内容は変わりません。申請者は、内容を直してもう一度申請できます。"),
            ],
            Decision::Reissue if application.kind == ApplicationKind::Certificate => vec![
                text("作成済みのお知らせに書かれた電子証明書の取得コードは、使えなくなります。"),
                text("申請者は、受付番号と確認コードで、取得コードをもう一度作成できます。"),
            ],
            Decision::Reissue => vec![
                text(
                    "作成済みのお知らせに書かれた利用開始コード、秘密の番号、電子証明書の取得コードは、すべて使えなくなります。",
                ),
                text("申請者は、受付番号と確認コードで、お知らせをもう一度作成できます。"),
            ],
            Decision::Approve => match application.kind {
                ApplicationKind::Start => vec![
                    text(
                        "医療機関等を登録し、マスタアカウントとリセット用アカウントを作ります。パスワードはまだありません。",
                    ),
                    text(
                        "申請者にメールを送ります。申請者は「利用開始のお知らせ」を一度だけ作成できます。",
                    ),
                ],
                ApplicationKind::Change => vec![
                    text("登録されている名称、電話番号、メールアドレスを、申請の内容に変えます。"),
                    text("これまでのメールアドレスにも、変更したことを知らせます。"),
                ],
                ApplicationKind::Recovery => recovery(application, own),
                ApplicationKind::Certificate => vec![
                    format!(
                        "端末「{}」が、この医療機関等の端末として接続できるようになります。ログインには、これまでどおりアカウントが必要です。",
                        application.particulars.terminal_name
                    ),
                    text(
                        "申請者にメールを送ります。申請者は、電子証明書の取得コードを一度だけ作成できます。",
                    ),
                    text(
                        "登録されているメールアドレスが申請のものと違うときは、そこにも知らせます。",
                    ),
                ],
            },
        }
    }
}

/// What the approval of a recovery does, the first and the second one.
fn recovery(application: &Application, own: &OperatorName) -> Vec<String> {
    match &application.first_by {
        None => vec![
            format!(
                "あなた（{}）の承認を、一人目の承認として記録します。まだ何も変わりません。",
                own.as_str()
            ),
            "別の担当者が承認すると、手続きが完了します。同じ担当者は、二人目になれません。".to_owned(),
        ],
        Some(first) => vec![
            format!(
                "一人目は {first} が承認しています。あなた（{}）の承認で、手続きが完了します。",
                own.as_str()
            ),
            "申請者は「利用開始のお知らせ」を作成できます。作成すると、マスタアカウントとリセット用アカウントのこれまでのパスワードと秘密の番号は使えなくなります。".to_owned(),
            "これまでのメールアドレスにも知らせます。".to_owned(),
        ],
    }
}

/// How an application is named on the page that asks.
pub(super) fn subject(known: &Known) -> Vec<Fact> {
    let application = &known.application;
    let mut facts = vec![
        fact("受付番号", &application.receipt),
        fact("申請の種類", application.kind.label()),
        fact("医療機関コード", application.facility.as_str()),
        fact("名称", &application.particulars.name),
    ];
    if application.kind == ApplicationKind::Certificate {
        facts.push(fact("端末名称", &application.particulars.terminal_name));
    }
    facts
}

/// The choices of the list.
pub(super) fn states(chosen: &str) -> Vec<Choice> {
    let waits = choice("", "審査待ち", chosen.is_empty());
    let all = choice("all", "すべて", chosen == "all");
    let each = ApplicationState::ALL.iter();
    let each = each.map(|state| choice(state.code(), state.label(), chosen == state.code()));
    [waits, all].into_iter().chain(each).collect()
}

/// The style class of a state.
fn class(one: &Application) -> &'static str {
    if let Some(CertificateProgress::Expired | CertificateProgress::Revoked) = one.progress {
        return "expired";
    }
    match one.state {
        ApplicationState::Approved => "active",
        ApplicationState::Rejected | ApplicationState::Withdrawn => "expired",
        ApplicationState::Received | ApplicationState::Seconded => "unused",
        ApplicationState::Unconfirmed => "retired",
    }
}

/// One application of the list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ApplicationRow {
    pub receipt: String,
    pub state_label: String,
    pub state_class: &'static str,
    pub kind: &'static str,
    pub facility_code: String,
    pub name: String,
    /// When it was made, in words.
    pub made: String,
    /// Who approved it first, where a second one has to.
    pub first_by: Option<String>,
}

pub(super) fn row(one: &Application, now: Moment) -> ApplicationRow {
    ApplicationRow {
        receipt: one.receipt.clone(),
        state_label: one.state_label(now).to_owned(),
        state_class: class(one),
        kind: one.kind.label(),
        facility_code: one.facility.as_str().to_owned(),
        name: one.particulars.name.clone(),
        made: one.made_at.jst_words(),
        first_by: one
            .first_by
            .clone()
            .filter(|_| one.state == ApplicationState::Seconded),
    }
}

/// 利用申請の一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/list.html")]
pub struct ApplicationListPage {
    /// The surroundings.
    pub frame: Frame,
    /// Which may be listed.
    pub states: Vec<Choice>,
    /// Whether it is what waits for a decision.
    pub waits: bool,
    /// Whether there may be more.
    pub is_cut: bool,
    /// The applications, the newest first.
    pub rows: Vec<ApplicationRow>,
}

/// How a second operator stands to an application that needs two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FourEyes {
    /// One is enough, or nothing is to be decided.
    None,
    /// Nobody has approved it yet.
    First,
    /// This one has approved it, and is who looks at it.
    Own(String),
    /// This other one has approved it.
    Second(String),
}

/// One application, as the page has it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ApplicationShown {
    pub receipt: String,
    pub state_label: String,
    pub state_class: &'static str,
    pub kind: &'static str,
    pub made: String,
    pub confirmed: Option<String>,
    pub first_by: Option<String>,
    /// When it was decided, by whom, and why.
    pub decided: Option<(String, String)>,
    pub reason: Option<String>,
    pub notice: Option<String>,
    pub four_eyes: FourEyes,
    /// What the application says.
    pub facts: Vec<Fact>,
    /// What is registered of the institution; empty where it is not.
    pub registered: Vec<Fact>,
    /// What fits badly together, a sentence each.
    pub doubts: Vec<&'static str>,
    /// What may be decided now.
    pub decisions: Vec<Decision>,
}

pub(super) fn shown(known: &Known, own: &OperatorName, now: Moment) -> ApplicationShown {
    let one = &known.application;
    let four_eyes = four_eyes(one, own);
    ApplicationShown {
        receipt: one.receipt.clone(),
        state_label: one.state_label(now).to_owned(),
        state_class: class(one),
        kind: one.kind.label(),
        made: one.made_at.jst_words(),
        confirmed: one.confirmed_at.map(Moment::jst_words),
        first_by: one.first_by.clone(),
        decided: one
            .decided
            .as_ref()
            .map(|(at, by)| (at.jst_words(), by.clone())),
        reason: one.reason.clone(),
        notice: one.notice_at.map(Moment::jst_words),
        decisions: decisions(one, &four_eyes),
        four_eyes,
        facts: facts(&one.particulars),
        registered: registered(known),
        doubts: doubts(known),
    }
}

fn four_eyes(one: &Application, own: &OperatorName) -> FourEyes {
    match &one.first_by {
        _ if !one.kind.needs_two() || !one.state.is_open() => FourEyes::None,
        None => FourEyes::First,
        Some(first) if own.is_same_as(first) => FourEyes::Own(first.clone()),
        Some(first) => FourEyes::Second(first.clone()),
    }
}

fn decisions(one: &Application, four_eyes: &FourEyes) -> Vec<Decision> {
    if one.state.is_open() {
        return match four_eyes {
            FourEyes::Own(_) => vec![Decision::Reject],
            _ => vec![Decision::Approve, Decision::Reject],
        };
    }
    match one.may_be_reissued() {
        true => vec![Decision::Reissue],
        false => Vec::new(),
    }
}

fn registered(known: &Known) -> Vec<Fact> {
    let Some(name) = &known.registered_name else {
        return Vec::new();
    };
    let or_none = |text: Option<&str>| text.unwrap_or("登録なし").to_owned();
    let mail = known.registered_mail.as_ref().map(MailAddress::as_str);
    vec![
        fact("名称", name),
        fact("電話番号", &or_none(known.registered_phone.as_deref())),
        fact("メールアドレス", &or_none(mail)),
    ]
}

/// What an operator has to look at more closely.
fn doubts(known: &Known) -> Vec<&'static str> {
    let one = &known.application;
    if !one.state.is_open() {
        return Vec::new();
    }
    let mut doubts = Vec::new();
    match (one.kind, &known.registered_name) {
        (ApplicationKind::Start, Some(_)) => doubts.push(
            "この医療機関コードは登録済みです。利用開始の申請は承認できません。変更または再発行の申請を案内し、不承認にしてください。",
        ),
        (ApplicationKind::Certificate, Some(_)) if known.has_such_a_terminal => doubts.push(
            "同じ端末名称の有効な電子証明書があります。入れ替えか、名称の重複かを確かめてください。古い電子証明書は、自動では失効しません。",
        ),
        (
            ApplicationKind::Change | ApplicationKind::Recovery | ApplicationKind::Certificate,
            None,
        ) => doubts.push(
            "この医療機関コードは登録されていません。承認できません。コードを確かめ、不承認にしてください。",
        ),
        _ => {}
    }
    let mail = known.registered_mail.as_ref();
    if mail.is_some_and(|mail| *mail != one.mail) {
        doubts.push("メールアドレスが、登録されているものと違います。届出の電話番号に電話して、申請したかを確かめてください。");
    }
    doubts
}

/// 利用申請の内容.
#[derive(Clone, Debug, Template)]
#[template(path = "operators/application.html")]
pub struct ApplicationPage {
    /// The surroundings.
    pub frame: Frame,
    /// What it says, and what may be done.
    pub shown: ApplicationShown,
}
