//! What an applicant is written.

use super::{Application, ApplicationKind};
use crate::error::{Error, RefusalCode};
use crate::mail::{Letter, MailAddress, queue};
use crate::one_time_code::OneTimeCode;
use crate::service::Tx;

const END: &str = "\n--\nこのメールは、オンライン資格確認等システムから自動で送信しています。返信はできません。\n";

/// Where on the portal an applicant sees what came of it.
const STATUS: &str = "/application/status";

/// What stands on top of each letter.
fn head(application: &Application) -> String {
    let terminal = match application.kind {
        ApplicationKind::Certificate => {
            format!("端末名称 {}\n", application.particulars.terminal_name)
        }
        _ => String::new(),
    };
    format!(
        "{} 御中\n\n受付番号 {}\n申請の種類 {}\n医療機関コード {}\n{terminal}\n",
        application.particulars.name,
        application.receipt,
        application.kind.label(),
        application.facility
    )
}

/// How somebody comes to the page of the state.
fn way(application: &Application) -> String {
    match application.portal_url.as_str() {
        "" => "ポータルの「利用申請」から、「申請の状況を確認する」を開いてください。\n".to_owned(),
        url => format!("次の画面を開き、受付番号と確認コードを入力してください。\n{url}{STATUS}\n"),
    }
}

fn write(tx: &mut Tx<'_>, to: &MailAddress, subject: &str, text: String) -> Result<(), Error> {
    let letter = Letter {
        to: to.clone(),
        subject: format!("【オンライン資格確認等システム】{subject}"),
        text: text + END,
    };
    queue(tx, None, &letter)
}

/// The same where what it tells of must not wait for room in the queue.
fn write_if_there_is_room(
    tx: &mut Tx<'_>,
    to: &MailAddress,
    subject: &str,
    text: String,
) -> Result<(), Error> {
    match write(tx, to, subject, text) {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Busy => Ok(()),
        other => other,
    }
}

/// The code that confirms the address.
pub(super) fn to_confirm(
    tx: &mut Tx<'_>,
    application: &Application,
    code: &OneTimeCode,
) -> Result<(), Error> {
    let (name, notice) = (application.kind.name(), application.kind.notice_name());
    let text = format!(
        "{}{name}の入力を受け付けました。申請は、まだ完了していません。\n\n\
         確認コード {}\n\n{}\
         確認の期限は{}です。期限を過ぎると、この申請は無効になります。\n\n\
         受付番号と確認コードは、申請の状況の確認と、承認後の「{notice}」の作成にも使います。\
         このメールを、大切に保管してください。ほかの人に転送しないでください。\n\n\
         この申請に心当たりがないときは、何もせずに、このメールを削除してください。\n",
        head(application),
        code.reveal(),
        way(application),
        application.confirm_until.jst_words(),
    );
    let subject = format!(
        "{name}のメールアドレスの確認（受付番号 {}）",
        application.receipt
    );
    write(tx, &application.mail, &subject, text)
}

/// That it was approved, and what to do now.
pub(super) fn approved(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    let what = match application.kind {
        ApplicationKind::Change => {
            "申請の内容で、登録を変更しました。ほかに必要な手続きはありません。\n".to_owned()
        }
        ApplicationKind::Start | ApplicationKind::Recovery => format!(
            "「利用開始のお知らせ」を作成できます。{}\
             お知らせには、ユーザID、利用開始コード、電子証明書の取得コードが書かれています。\
             安全のため、作成できるのは一度だけです。印刷できる端末で操作してください。\n",
            way(application)
        ),
        ApplicationKind::Certificate => format!(
            "「電子証明書取得のお知らせ」を作成できます。{}\
             お知らせには、端末が電子証明書を取得するためのコードが書かれています。\
             安全のため、作成できるのは一度だけです。端末の準備ができてから操作してください。\n",
            way(application)
        ),
    };
    let name = application.kind.name();
    let text = format!("{}{name}が承認されました。\n\n{what}", head(application));
    let subject = format!("{name}を承認しました（受付番号 {}）", application.receipt);
    write_if_there_is_room(tx, &application.mail, &subject, text)
}

/// That it was rejected, and why.
pub(super) fn rejected(
    tx: &mut Tx<'_>,
    application: &Application,
    reason: &str,
) -> Result<(), Error> {
    let name = application.kind.name();
    let text = format!(
        "{}次の理由により、{name}は承認されませんでした。\n\n理由 {reason}\n\n\
         内容を直して、もう一度申請できます。分からないことは、実施機関へお問い合わせください。\n",
        head(application)
    );
    let subject = format!(
        "{name}は承認されませんでした（受付番号 {}）",
        application.receipt
    );
    write_if_there_is_room(tx, &application.mail, &subject, text)
}

/// That the notice was drawn: whoever did not do it must hear of it.
pub(super) fn notice_drawn(tx: &mut Tx<'_>, application: &Application) -> Result<(), Error> {
    let name = application.kind.notice_name();
    let text = format!(
        "{}日時 {}\n\n{name}が作成されました。\n\n\
         作成した覚えがないときは、すぐに実施機関へ連絡してください。お知らせを無効にします。\n",
        head(application),
        tx.now().jst_words(),
    );
    let subject = format!("{name}を作成しました");
    write_if_there_is_room(tx, &application.mail, &subject, text)
}

/// To the address that was registered so far: what was registered is another, the first accounts are given anew, or somebody
/// with another address is given the certificate of a terminal.
pub(super) fn to_the_earlier_address(
    tx: &mut Tx<'_>,
    application: &Application,
    earlier: &MailAddress,
) -> Result<(), Error> {
    let what = match application.kind {
        ApplicationKind::Recovery => {
            "マスタアカウントとリセット用アカウントを再発行する申請が承認されました。".to_owned()
        }
        ApplicationKind::Certificate => format!(
            "資格確認端末「{}」の電子証明書を発行する申請が承認されました。",
            application.particulars.terminal_name
        ),
        ApplicationKind::Change | ApplicationKind::Start => {
            "登録されている内容（名称、電話番号、メールアドレス）を変更する申請が承認されました。"
                .to_owned()
        }
    };
    let text = format!(
        "医療機関コード {}\n日時 {}\n\n{what}\n\n\
         この申請に心当たりがないときは、すぐに実施機関へ連絡してください。連絡先は、これまでの通知や契約の書類で確認してください。\n",
        application.facility,
        tx.now().jst_words(),
    );
    write_if_there_is_room(tx, earlier, "登録に関する申請を承認しました", text)
}
