//! `onshi application`: applications of institutions (利用申請).

use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::Subcommand;
use onshi_core::application::{
    self, Application, ApplicationKind, ApplicationState, CertificateProgress, Known, Wanted,
};
use onshi_core::mail::MailAddress;
use onshi_core::operator::OperatorName;
use onshi_core::service::OperationContext;
use onshi_core::{Function, Moment, Request};
use onshi_language::{Language, say, spoken};
use onshi_server::Config;
use serde_json::{Value, json};

/// What is done to applications.
#[derive(Subcommand)]
pub enum ApplicationCommand {
    /// List applications, the newest first.
    ///
    /// 利用申請の一覧を、新しい順に表示します。
    List {
        /// Only in this state: unconfirmed, received, seconded, approved, rejected or withdrawn.
        ///
        /// この状態のものだけ表示します（unconfirmed、received、seconded、approved、rejected、withdrawn）。
        #[arg(long)]
        state: Option<String>,
        /// The most applications.
        ///
        /// 表示する件数の上限
        #[arg(long, default_value_t = 100)]
        limit: i64,
    },
    /// Show one with all that it says.
    ///
    /// 利用申請の内容を表示します。
    Show {
        /// The receipt number.
        ///
        /// 受付番号
        receipt: String,
    },
    /// Approve one; a recovery needs two operators.
    ///
    /// 利用申請を承認します。再発行の申請には、二人の担当者の承認が必要です。
    Approve {
        /// The receipt number.
        ///
        /// 受付番号
        receipt: String,
        /// Who approves it, by name; the second approval is another operator's.
        ///
        /// 承認する担当者の名前。二人目の承認は、別の担当者が行います。
        #[arg(long, value_name = "NAME")]
        operator: String,
    },
    /// Reject one, for a reason that the applicant is told.
    ///
    /// 利用申請を不承認にします。理由は申請者に伝えます。
    Reject {
        /// The receipt number.
        ///
        /// 受付番号
        receipt: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
        /// Who rejects it, by name.
        ///
        /// 不承認にする担当者の名前
        #[arg(long, value_name = "NAME")]
        operator: String,
    },
    /// Void the notice of one, so that the applicant may draw another.
    ///
    /// 利用開始のお知らせを無効にし、申請者がもう一度作成できるようにします。
    Reissue {
        /// The receipt number.
        ///
        /// 受付番号
        receipt: String,
        /// Why.
        ///
        /// 理由
        #[arg(long)]
        reason: String,
    },
}

/// `onshi application …`.
pub fn run(command: ApplicationCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    let tools = Tools::open(config)?;
    let request = Request::fresh();
    let now = request.now;
    let actor = tools.operator.actor();
    let context = OperationContext::new(actor, Function::ApproveApplications, request);
    match command {
        ApplicationCommand::List { state, limit } => {
            let state = state.as_deref().map(state_of).transpose()?;
            let wanted = state.map_or(Wanted::Confirmed, Wanted::In);
            let found = tools
                .service
                .read_and_wait(context, |tx| application::list(tx, wanted, limit))?;
            let all: Vec<Value> = found.iter().map(|one| shown(one, now)).collect();
            output.result(&all, || match found.is_empty() {
                true => say!("There is no application.", "利用申請はありません。"),
                false => {
                    let lines = found.iter().map(|one| line(one, now));
                    lines.collect::<Vec<_>>().join("\n")
                }
            });
        }
        ApplicationCommand::Show { receipt } => {
            let known = tools
                .service
                .read_and_wait(context, |tx| application::show(tx, &receipt))?;
            show(&known, now, output);
        }
        ApplicationCommand::Approve { receipt, operator } => {
            let (key, by) = (receipt.clone(), OperatorName::parse(&operator)?);
            let is_done = tools
                .service
                .change_and_wait(context, move |tx| application::approve(tx, &key, &by))?;
            let value = json!({"approved": receipt, "done": is_done, "by": operator.trim()});
            output.result(&value, || match is_done {
                true => say!("{receipt} is approved.", "{receipt} を承認しました。"),
                false => say!(
                    "{receipt} is approved by the first operator; a second one has to approve it.",
                    "{receipt} を承認しました（一人目）。ほかの担当者の承認が必要です。"
                ),
            });
        }
        ApplicationCommand::Reject {
            receipt,
            reason,
            operator,
        } => {
            let (key, by) = (receipt.clone(), OperatorName::parse(&operator)?);
            tools.service.change_and_wait(context, move |tx| {
                application::reject(tx, &key, &reason, &by)
            })?;
            output.result(&json!({"rejected": receipt, "by": operator.trim()}), || {
                say!("{receipt} is rejected.", "{receipt} を不承認にしました。")
            });
        }
        ApplicationCommand::Reissue { receipt, reason } => {
            let key = receipt.clone();
            tools
                .service
                .change_and_wait(context, move |tx| application::reissue(tx, &key, &reason))?;
            output.result(&json!({"voided": receipt}), || {
                say!(
                    "The notice of {receipt} is void; another one may be drawn.",
                    "{receipt} のお知らせを無効にしました。申請者は、もう一度作成できます。"
                )
            });
        }
    }
    Ok(())
}

fn state_of(word: &str) -> Result<ApplicationState, Failure> {
    ApplicationState::from_code(word).ok_or_else(|| {
        Failure::usage(say!(
            "{word} is no state of an application",
            "{word} という申請の状態はありません。"
        ))
    })
}

fn shown(one: &Application, now: Moment) -> Value {
    json!({
        "receipt": one.receipt,
        "kind": one.kind.code(),
        "state": one.state.code(),
        "over": one.is_over(now),
        "certificate": one.progress.map(CertificateProgress::code),
        "terminal_name": one.progress.map(|_| &one.particulars.terminal_name),
        "facility": one.facility.as_str(),
        "name": one.particulars.name,
        "made_at": one.made_at.jst_table(),
        "confirmed_at": one.confirmed_at.map(Moment::jst_table),
        "first_by": one.first_by,
        "decided_at": one.decided.as_ref().map(|(at, _)| at.jst_table()),
        "decided_by": one.decided.as_ref().map(|(_, by)| by),
        "reason": one.reason,
        "notice_at": one.notice_at.map(Moment::jst_table),
    })
}

fn kind_word(kind: ApplicationKind) -> &'static str {
    match spoken() {
        Language::English => kind.code(),
        Language::Japanese => kind.label(),
    }
}

fn line(one: &Application, now: Moment) -> String {
    let state = match spoken() {
        Language::English if one.progress.is_some() => {
            one.progress.map_or("", CertificateProgress::code)
        }
        Language::English if one.is_over(now) => "over",
        Language::English => one.state.code(),
        Language::Japanese => one.state_label(now),
    };
    let (made, kind) = (one.made_at.jst_table(), kind_word(one.kind));
    let (receipt, code, name) = (&one.receipt, &one.facility, &one.particulars.name);
    format!("{receipt}  {state}  {made}  {kind}  {code}  {name}")
}

fn show(known: &Known, now: Moment, output: &Output) {
    let one = &known.application;
    let mut value = shown(one, now);
    value["registered_name"] = json!(known.registered_name);
    value["registered_phone"] = json!(known.registered_phone);
    value["registered_mail"] = json!(known.registered_mail.as_ref().map(MailAddress::as_str));
    value["particulars"] = json!(one.particulars);
    output.result(&value, || {
        let said = &one.particulars;
        let registered = match &known.registered_name {
            Some(name) => say!("registered as {name}", "登録済み（{name}）"),
            None => say!("not registered", "未登録"),
        };
        let (phone, mail, responsible) = (&said.phone, &said.mail, &said.responsible);
        let (address, remark) = (&said.address, &said.remark);
        let (terminal, department) = (&said.terminal_name, &said.department);
        let rest = match one.kind {
            ApplicationKind::Certificate => say!(
                "institution: {registered}\nterminal: {terminal}\ndepartment: {department}\ntelephone: {phone}\n\
                 mail: {mail}\ncontact: {responsible}\nremark: {remark}",
                "医療機関コード：{registered}\n端末名称：{terminal}\n部署名：{department}\n電話番号：{phone}\n\
                 メールアドレス：{mail}\n担当者名：{responsible}\n連絡事項：{remark}"
            ),
            _ => say!(
                "institution: {registered}\naddress: {address}\ntelephone: {phone}\nmail: {mail}\n\
             responsible: {responsible}\nremark: {remark}",
                "医療機関コード：{registered}\n所在地：{address}\n電話番号：{phone}\n\
             メールアドレス：{mail}\n責任者：{responsible}\n連絡事項：{remark}"
            ),
        };
        let decided = [first(one), last(one)].concat();
        format!("{}\n{rest}{decided}", line(one, now))
    });
}

/// Who approved it first, where two have to.
fn first(one: &Application) -> String {
    one.first_by.as_ref().map_or_else(String::new, |by| {
        say!("\napproved first by: {by}", "\n一人目の承認：{by}")
    })
}

/// Who decided it, when and why.
fn last(one: &Application) -> String {
    let Some((at, by)) = &one.decided else {
        return String::new();
    };
    let (at, reason) = (at.jst_table(), one.reason.as_deref().unwrap_or("-"));
    say!(
        "\ndecided: {at} by {by}, reason: {reason}",
        "\n決定：{at} {by} 理由：{reason}"
    )
}
