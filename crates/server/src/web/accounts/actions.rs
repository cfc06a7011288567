//! What is done to an account: each has a page that asks, and a page that does.

use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::accounts::form::ReasonForm;
use crate::web::accounts::issue;
use crate::web::accounts::issue::Issued;
use crate::web::accounts::issue_view::PasswordIssue;
use crate::web::accounts::register;
use crate::web::accounts::view::{Action, ActionTone, ConfirmPage, ReasonField};
use crate::web::layout::form::Fact;
use crate::web::layout::frame::Tone;
use crate::web::reply;
use axum::http::StatusCode;
use axum::response::Response;
use onshi_core::account::Account;
use onshi_core::account::activation::{self, Activation};
use onshi_core::account::manage;
use onshi_core::account::password::generate;
use onshi_core::account::session::OpenSession;
use onshi_core::audit::SubjectKind;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::second_factor::Factors;
use onshi_core::{Error, Moment, Refusal, Subject, Tx};

/// Something that is done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Stop,
    Resume,
    Unlock,
    Activate,
    Reset,
    ResetFactor,
    EndSessions,
    Retire,
}

struct Words {
    code: &'static str,
    label: &'static str,
    /// What the button says that does it.
    press: &'static str,
    question: &'static str,
    help: &'static str,
    consequences: &'static [&'static str],
    done: &'static str,
}

/// What is said of the reset of a second factor, which has the most to say.
const RESET_FACTOR: Words = Words {
    code: "reset-factor",
    label: "二要素認証の初期化",
    press: "二要素認証を初期化する",
    question: "このアカウントの二要素認証を初期化しますか",
    help: "認証アプリを失くしたときなどに、登録をすべて取り消します。",
    consequences: &[
        "登録されている認証アプリと回復コードは、すべて使えなくなります。",
        "ログイン中の画面は終了します。",
        "次からはパスワードだけでログインできます。必須の設定のときは、ログインのあと、登録し直すまでほかの操作はできません。",
        "本人からの依頼であることを、対面や電話で確かめてください。",
    ],
    done: "二要素認証を初期化しました。",
};

impl Deed {
    const ALL: [Deed; 8] = [
        Deed::Unlock,
        Deed::Activate,
        Deed::Reset,
        Deed::ResetFactor,
        Deed::EndSessions,
        Deed::Stop,
        Deed::Resume,
        Deed::Retire,
    ];

    const fn words(self) -> Words {
        match self {
            Deed::Stop => Words {
                code: "stop",
                label: "停止",
                press: "停止する",
                question: "このアカウントを停止しますか",
                help: "再開するまでログインできなくなります。",
                consequences: &[
                    "再開するまで、このアカウントではログインできません。",
                    "ログイン中の画面は、すぐに終了します。",
                ],
                done: "アカウントを停止しました。",
            },
            Deed::Resume => Words {
                code: "resume",
                label: "再開",
                press: "再開する",
                question: "このアカウントを再開しますか",
                help: "もう一度ログインできるようにします。",
                consequences: &["このアカウントで、再びログインできるようになります。"],
                done: "アカウントを再開しました。",
            },
            Deed::Unlock => Words {
                code: "unlock",
                label: "ロック解除",
                press: "ロックを解除する",
                question: "このアカウントのロックを解除しますか",
                help: "時刻を待たずに、すぐログインできるようにします。",
                consequences: &["パスワードはそのままで、すぐにログインできるようになります。"],
                done: "ロックを解除しました。",
            },
            Deed::Activate => Words {
                code: "activate",
                label: "利用開始コードの発行",
                press: "利用開始コードを発行する",
                question: "このアカウントの利用開始コードを発行しますか",
                help: "パスワードを忘れたときなど、本人が新しいパスワードを決められるようにします。",
                consequences: &[
                    "一度だけ使えるコードを作成し、次の画面に一度だけ表示します。",
                    "いまのパスワードと、前に発行したコードは使えなくなり、ログイン中の画面は終了します。",
                    "本人が、ログイン画面の「利用開始」で新しいパスワードを決めます。",
                ],
                done: "",
            },
            Deed::Reset => Words {
                code: "reset",
                label: "パスワード初期化",
                press: "パスワードを初期化する",
                question: "このアカウントのパスワードを初期化しますか",
                help: "新しいパスワードを作成し、一度だけ表示します。",
                consequences: &[
                    "新しいパスワードを作成し、次の画面に一度だけ表示します。",
                    "いまのパスワードは使えなくなり、ログイン中の画面は終了します。",
                    "次にログインしたとき、パスワードの変更が必要です。",
                ],
                done: "",
            },
            Deed::ResetFactor => RESET_FACTOR,
            Deed::EndSessions => Words {
                code: "end-sessions",
                label: "ログイン中の画面を終了",
                press: "終了する",
                question: "ログイン中の画面を終了しますか",
                help: "閉じ忘れた画面などを終了します。",
                consequences: &["入力中の内容は失われます。アカウントはそのまま使えます。"],
                done: "ログイン中の画面を終了しました。",
            },
            Deed::Retire => Words {
                code: "retire",
                label: "廃止",
                press: "廃止する",
                question: "このアカウントを廃止しますか",
                help: "退職などで使わなくなったアカウントを廃止します。元に戻せません。",
                consequences: &[
                    "廃止したアカウントは、元に戻せません。",
                    "同じユーザIDを再び登録することはできません。",
                    "これまでの操作履歴は残ります。",
                ],
                done: "アカウントを廃止しました。",
            },
        }
    }

    fn from_code(code: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.words().code == code)
    }

    const fn needs_reason(self) -> bool {
        matches!(self, Deed::Stop | Deed::Retire)
    }

    const fn tone(self) -> Tone {
        match self {
            Deed::Retire => Tone::Error,
            Deed::Stop | Deed::Reset | Deed::ResetFactor | Deed::Activate => Tone::Warning,
            Deed::Resume | Deed::Unlock | Deed::EndSessions => Tone::Info,
        }
    }

    fn fits(
        self,
        (account, factors): (&Account, &Factors),
        sessions: &[OpenSession],
        now: Moment,
    ) -> bool {
        let retired = account.retired.is_some();
        match self {
            Deed::Stop => !retired && account.stopped.is_none(),
            Deed::Resume => !retired && account.stopped.is_some(),
            Deed::Unlock => !retired && account.locked_until.is_some_and(|until| until > now),
            Deed::Activate | Deed::Reset | Deed::Retire => !retired,
            Deed::ResetFactor => !retired && factors.is_enrolled(),
            Deed::EndSessions => !sessions.is_empty(),
        }
    }
}

/// What may be done to this account now.
pub(in crate::web) fn possible(
    (account, factors): (&Account, &Factors),
    sessions: &[OpenSession],
    base: &str,
    now: Moment,
) -> Vec<Action> {
    Deed::ALL
        .into_iter()
        .filter(|deed| deed.fits((account, factors), sessions, now))
        .map(|deed| {
            let words = deed.words();
            Action {
                label: words.label.to_owned(),
                href: format!("{base}/{}/{}", account.account_id, words.code),
                tone: if deed == Deed::Retire {
                    ActionTone::Destructive
                } else {
                    ActionTone::Normal
                },
                help: words.help.to_owned(),
            }
        })
        .collect()
}

/// The page that asks.
pub async fn confirm(call: Call) -> Result<Response, Error> {
    if let Some(page) = issue::page(&call).await? {
        return Ok(page);
    }
    page(&call, None).await
}

async fn page(call: &Call, problem: Option<String>) -> Result<Response, Error> {
    let deed = Deed::from_code(call.parameter("action")).ok_or_else(register::not_found)?;
    let (managed, base) = call.group();
    let id = call.parameter("id").to_owned();
    let about = Subject::of(SubjectKind::Account, id.clone());
    let wanted = id.clone();
    let (account, _) = call
        .service
        .scan(about, move |tx| manage::show(tx, managed, &wanted))
        .await?;
    let words = deed.words();
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    let page = ConfirmPage {
        frame: call.frame()?,
        title: words.question.to_owned(),
        consequences: words
            .consequences
            .iter()
            .map(|text| (*text).to_owned())
            .collect(),
        subject: vec![
            fact("ユーザID", account.user_id.as_str()),
            fact("名前", &account.name),
            fact("アカウント種別", account.kind.label()),
        ],
        reason: deed.needs_reason().then(|| ReasonField {
            label: "理由".to_owned(),
            help: format!(
                "操作履歴とともに残ります（200文字以内）。例：{}",
                if deed == Deed::Stop {
                    "長期休暇のため"
                } else {
                    "退職のため"
                }
            ),
            value: call.form.read::<ReasonForm>().reason,
            required: true,
            error: problem,
        }),
        confirm_label: words.press.to_owned(),
        post_href: format!("{base}/{id}/{}", words.code),
        cancel_href: format!("{base}/{id}"),
        tone: deed.tone(),
    };
    Ok(reply::page_with(status, &page))
}

/// The page that does.
pub async fn perform(call: Call) -> Result<Response, Error> {
    let deed = Deed::from_code(call.parameter("action")).ok_or_else(register::not_found)?;
    match deed {
        Deed::Reset => return reset(call).await,
        Deed::Activate => return activate(call).await,
        _ => {}
    }
    let (managed, base) = call.group();
    let id = call.parameter("id").to_owned();
    let reason = call.form.read::<ReasonForm>().reason;
    let (about, key) = (Subject::of(SubjectKind::Account, id.clone()), id.clone());
    let done = move |tx: &mut Tx<'_>| match deed {
        Deed::Stop => manage::stop(tx, managed, &key, &reason),
        Deed::Resume => manage::resume(tx, managed, &key),
        Deed::Unlock => manage::unlock(tx, managed, &key),
        Deed::ResetFactor => manage::reset_second_factor(tx, managed, &key),
        Deed::EndSessions => manage::end_sessions(tx, managed, &key).map(drop),
        Deed::Retire => manage::retire(tx, managed, &key, &reason),
        Deed::Reset | Deed::Activate => Err(register::not_found()),
    };
    let page_of_it = format!("{base}/{id}");
    let after = move |(): &()| After::at(page_of_it.as_str()).notice(deed.words().done);
    match call.service.submit(about, done, after).await {
        Ok(((), response)) => Ok(response),
        Err(Error::Refused(Refusal { problems, .. })) if !problems.is_empty() => {
            let text = problems.into_iter().map(|problem| problem.text).collect();
            page(&call, Some(text)).await
        }
        Err(error) => Err(error),
    }
}

/// Issues a one-time activation and shows it once.
async fn activate(call: Call) -> Result<Response, Error> {
    let (managed, base) = call.group();
    let id = call.parameter("id").to_owned();
    let page_of_it = format!("{base}/{id}/{}", Deed::Activate.words().code);
    let after = move |issued: &Activation| {
        After::at(page_of_it.as_str())
            .page(&Issued::activation(PasswordIssue::Activation, issued))
            .secret(Some(issued.code.reveal()))
    };
    let about = Subject::of(SubjectKind::Account, id.clone());
    let issue = move |tx: &mut Tx<'_>| activation::issue(tx, managed, &id);
    let (_, response) = call.service.submit(about, issue, after).await?;
    Ok(response)
}

/// Resets the password and shows the new one once.
async fn reset(call: Call) -> Result<Response, Error> {
    call.take_password_form().await?;
    let (managed, base) = call.group();
    let id = call.parameter("id").to_owned();
    let password = generate(&mut Entropy::new(fresh_seed()));
    let shown = password.reveal().to_owned();
    let facility = &call.session()?.facility;
    let hash = call.centre.hash_password(facility, password).await?;
    let (about, key) = (Subject::of(SubjectKind::Account, id.clone()), id.clone());
    let reset = move |tx: &mut Tx<'_>| manage::reset_password(tx, managed, &key, &hash);
    let page_of_it = format!("{base}/{id}/{}", Deed::Reset.words().code);
    let after = move |account: &Account| {
        After::at(page_of_it.as_str())
            .page(&Issued::new(PasswordIssue::Reset, account, true))
            .secret(Some(shown.clone()))
    };
    let (_, response) = call.service.submit(about, reset, after).await?;
    Ok(response)
}
