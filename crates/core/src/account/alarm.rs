//! What an institution is written when its master's password is reset, or somebody guesses at the secret number (秘密の番号):
//! whoever did not do it must hear of it. Of a reset every screen of the institution tells as well, until its master or one of
//! its 管理 accounts has confirmed to have seen it.

use crate::audit::{Detail, SubjectKind};
use crate::clock::Moment;
use crate::error::{Error, RefusalCode};
use crate::facility;
use crate::mail::{Letter, queue};
use crate::service::Tx;

/// What happened.
#[derive(Clone, Copy)]
pub(super) enum Alarm {
    /// The master's password was reset.
    Reset,
    /// Wrong secret numbers locked the reset until then.
    Locked(Moment),
}

/// Says that somebody at the own institution has seen the alarm: its screens tell of it no more, and the log says who it was.
pub fn confirm(tx: &mut Tx<'_>) -> Result<(), Error> {
    let code = tx.facility()?;
    tx.set_subject(SubjectKind::Facility, code.as_str());
    let raised = facility::find_alarm(tx, &code)?.ok_or(RefusalCode::WrongState)?;
    facility::change_alarm(tx, &code, None)?;
    tx.set_detail(Detail::AlarmConfirmed {
        raised: raised.jst_fourteen(),
    });
    Ok(())
}

/// Writes to the institution, where its address is registered. That too many letters wait keeps nobody from the reset.
pub(super) fn raise(tx: &mut Tx<'_>, alarm: Alarm) -> Result<(), Error> {
    if let Alarm::Reset = alarm {
        let (code, now) = (tx.facility()?, tx.now());
        facility::change_alarm(tx, &code, Some(now))?;
    }
    let Some(to) = facility::mail_of(tx)? else {
        return Ok(());
    };
    let code = tx.facility()?;
    let (subject, what) = match alarm {
        Alarm::Reset => (
            "マスタパスワードを初期化しました",
            "秘密の番号を使って、マスタアカウントのパスワードが初期化されました。マスタアカウントで開いていた画面は終了しています。".to_owned(),
        ),
        Alarm::Locked(until) => (
            "秘密の番号の入力誤りが続いています",
            format!(
                "マスタパスワード初期化の画面で、秘密の番号の入力誤りが続いたため、{}までロックしました。",
                until.jst_words()
            ),
        ),
    };
    let text = format!(
        "医療機関コード {code}\n日時 {}\n\n{what}\n\n\
         この操作に心当たりがあるときは、何もする必要はありません。\n\
         心当たりがないときは、すぐに実施機関へ連絡してください。連絡先は、これまでの通知や契約の書類で確認してください。\n\
         \n--\nこのメールは、オンライン資格確認等システムから自動で送信しています。返信はできません。\n",
        tx.now().jst_words(),
    );
    let letter = Letter {
        to,
        subject: format!("【オンライン資格確認等システム】{subject}"),
        text,
    };
    match queue(tx, Some(&code), &letter) {
        Err(Error::Refused(refusal)) if refusal.code == RefusalCode::Busy => Ok(()),
        other => other,
    }
}
