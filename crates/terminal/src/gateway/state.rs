//! What a certificate is worth today, in the centre's eyes or, failing that, in our own.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;

use super::failure::Failure;
use super::folder::{Face, Flaw};

/// From when on a certificate's end is announced.
const SOON_DAYS: i64 = 90;

/// The centre's answer to `/terminal/standing`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Standing {
    standing: String,
    #[serde(default)]
    days_left: Option<i64>,
    #[serde(default)]
    renewable: bool,
    #[serde(default)]
    message: Option<String>,
}

impl Standing {
    /// Whether the centre would renew it now.
    pub(crate) fn is_renewable(&self) -> bool {
        self.renewable
    }
}

/// The state of a certificate, as the start page names it and in the order that it lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Valid,
    Soon,
    Replaced,
    Expired,
    NotYetValid,
    Revoked,
    Stopped,
    Foreign,
    Refused,
    Unreadable,
}

impl State {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Valid => "有効",
            Self::Soon => "期限が近い",
            Self::Replaced => "更新済み",
            Self::Expired => "期限切れ",
            Self::NotYetValid => "有効期間前",
            Self::Revoked => "失効",
            Self::Stopped => "停止",
            Self::Foreign => "対象外",
            Self::Refused => "利用不可",
            Self::Unreadable => "読み込めない",
        }
    }

    /// The tag's look; never the only thing that tells states apart.
    pub(crate) fn tone(self) -> &'static str {
        match self {
            Self::Valid => "good",
            Self::Soon | Self::Replaced => "soon",
            _ => "bad",
        }
    }

    pub(crate) fn usable(self) -> bool {
        matches!(self, Self::Valid | Self::Soon)
    }
}

/// A state with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateVerdict {
    pub(crate) state: State,
    pub(crate) days_left: i64,
    /// Why, in a sentence; empty if there is nothing to explain.
    pub(crate) reason: String,
    /// What to do about it; empty if nothing.
    pub(crate) remedy: String,
}

/// Judges a readable certificate. The centre's word counts before our own clock.
pub(crate) fn judge(
    face: &Face,
    view: &Result<Standing, Failure>,
    now_ms: i64,
) -> CertificateVerdict {
    let local = local(face, now_ms);
    let own_days = days_between(now_ms, face.not_after_ms);
    let Ok(standing) = view else {
        let refused = matches!(view, Err(Failure::CertificateRefused));
        return verdict(
            if refused && local.usable() {
                State::Refused
            } else {
                local
            },
            face,
            own_days,
        );
    };
    let days_left = standing.days_left.unwrap_or(own_days);
    let state = match standing.standing.as_str() {
        "valid" if days_left <= SOON_DAYS => State::Soon,
        "valid" => State::Valid,
        "expired" => State::Expired,
        "not_yet_valid" => State::NotYetValid,
        "revoked" => State::Revoked,
        "facility_stopped" => State::Stopped,
        "foreign" | "missing" => State::Foreign,
        _ => State::Refused,
    };
    let mut verdict = verdict(state, face, days_left);
    if let Some(message) = standing
        .message
        .as_ref()
        .filter(|_| state == State::Refused)
    {
        verdict.reason.clone_from(message);
    }
    if state.usable() && !local.usable() {
        verdict.reason = "センターでは有効ですが、この端末の日付では有効期間の外です。".to_owned();
        verdict.remedy = "この端末の日付と時刻を直してください。".to_owned();
    }
    verdict
}

fn local(face: &Face, now_ms: i64) -> State {
    if now_ms < face.not_before_ms {
        State::NotYetValid
    } else if now_ms > face.not_after_ms {
        State::Expired
    } else if days_between(now_ms, face.not_after_ms) <= SOON_DAYS {
        State::Soon
    } else {
        State::Valid
    }
}

fn verdict(state: State, face: &Face, days_left: i64) -> CertificateVerdict {
    let (reason, remedy) = match state {
        State::Valid => (String::new(), ""),
        State::Soon => (
            "有効期限が近づいています。".to_owned(),
            "期限が切れる前に、証明書を更新してください。更新できるようになると、この画面の下にボタンが出ます。",
        ),
        State::Replaced => (
            "新しい証明書に更新されています。".to_owned(),
            "この端末の新しい証明書を選んでください。",
        ),
        State::Expired => (
            format!("{}に有効期限が切れました。", date(face.not_after_ms)),
            "管理アカウントの方が証明書の再発行を申請し、新しい証明書をこの端末に入れてください。",
        ),
        State::NotYetValid => (
            format!("{}から使えます。", date(face.not_before_ms)),
            "その日まで待ってください。今日が過ぎているときは、この端末の日付と時刻を直してください。",
        ),
        State::Revoked => (
            "センターで失効の手続きがされています。".to_owned(),
            "新しい証明書を使ってください。失効に心当たりがないときは、すぐにセンターの窓口へ連絡してください。",
        ),
        State::Stopped => (
            "この医療機関等の利用が停止されています。".to_owned(),
            "センターの窓口へお問い合わせください。",
        ),
        State::Foreign => (
            "接続先のセンターが発行した証明書ではありません。".to_owned(),
            "下の「接続先」が正しいか確かめ、このセンターの証明書をこの端末に入れてください。",
        ),
        State::Refused | State::Unreadable => (
            "センターがこの証明書を受け付けませんでした。".to_owned(),
            "センターの窓口へお問い合わせください。",
        ),
    };
    CertificateVerdict {
        state,
        days_left,
        reason,
        remedy: remedy.to_owned(),
    }
}

/// What is said of a certificate in whose place there is a newer one.
pub(crate) fn replaced() -> (String, String) {
    let verdict = verdict(State::Replaced, &Face::unknown(""), 0);
    (verdict.reason, verdict.remedy)
}

/// The verdict on a pair of files that can't be used as it is.
pub(crate) fn flawed(flaw: Flaw, file: &str, face: &Face, now_ms: i64) -> CertificateVerdict {
    let (reason, remedy) = explain(flaw, file);
    let days_left = days_between(now_ms, face.not_after_ms);
    CertificateVerdict {
        state: State::Unreadable,
        days_left,
        reason,
        remedy,
    }
}

/// What is wrong with a pair of files, and what to do.
fn explain(flaw: Flaw, file: &str) -> (String, String) {
    let name = file.strip_suffix(".pem").unwrap_or(file);
    match flaw {
        Flaw::NotReadable => (
            format!("ファイル {file} を開けません。"),
            "ファイルの権限を確かめるか、証明書を入れ直してください。".to_owned(),
        ),
        Flaw::NotACertificate => (
            format!("ファイル {file} の中に証明書がありません。"),
            "PEM形式の証明書か確かめ、入れ直してください。".to_owned(),
        ),
        Flaw::KeyMissing => (
            format!("秘密鍵のファイル {name}.key.pem がありません。"),
            "証明書と一緒に受け取った秘密鍵を、同じフォルダーに入れてください。".to_owned(),
        ),
        Flaw::KeyNotReadable => (
            format!("秘密鍵のファイル {name}.key.pem を開けません。"),
            "ファイルの権限を確かめてください。".to_owned(),
        ),
        Flaw::NotAKey => (
            format!("ファイル {name}.key.pem の中に使える秘密鍵がありません。"),
            "PKCS#8形式（P-256）の秘密鍵を入れ直してください。".to_owned(),
        ),
        Flaw::KeyOfAnother => (
            format!("{name}.key.pem は、この証明書の秘密鍵ではありません。"),
            "同じときに発行された証明書と秘密鍵の組を入れ直してください。".to_owned(),
        ),
    }
}

/// 2029年3月31日, in Japan.
pub(crate) fn date(moment_ms: i64) -> String {
    zoned(moment_ms).map_or_else(
        || "不明".to_owned(),
        |there| format!("{}年{}月{}日", there.year(), there.month(), there.day()),
    )
}

/// 2029年3月31日 14:05, in Japan.
pub(crate) fn date_and_time(moment_ms: i64) -> String {
    zoned(moment_ms).map_or_else(
        || "不明".to_owned(),
        |there| {
            format!(
                "{} {:02}:{:02}",
                date(moment_ms),
                there.hour(),
                there.minute()
            )
        },
    )
}

/// 20290331140500, in Japan.
pub(crate) fn fourteen(moment_ms: i64) -> String {
    zoned(moment_ms).map_or_else(String::new, |there| {
        let (day, time) = (there.date(), there.time());
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            day.year(),
            day.month(),
            day.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    })
}

/// Days on a Japanese calendar: what ends today has 0 left.
fn days_between(from_ms: i64, to_ms: i64) -> i64 {
    const DAY_MS: i64 = 86_400_000;
    const JAPAN_MS: i64 = 9 * 3_600_000;
    let day = |moment: i64| moment.saturating_add(JAPAN_MS).div_euclid(DAY_MS);
    day(to_ms) - day(from_ms)
}

fn zoned(moment_ms: i64) -> Option<jiff::Zoned> {
    let japan = TimeZone::fixed(Offset::constant(9));
    Timestamp::from_millisecond(moment_ms)
        .ok()
        .map(|moment| moment.to_zoned(japan))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;
    /// 2026-04-01 00:00 in Japan.
    const APRIL_MS: i64 = 1_774_969_200_000;

    fn face(not_before_ms: i64, not_after_ms: i64) -> Face {
        Face {
            not_before_ms,
            not_after_ms,
            ..Face::unknown("a.pem")
        }
    }

    fn said(standing: &str, days_left: Option<i64>) -> Result<Standing, Failure> {
        Ok(Standing {
            standing: standing.to_owned(),
            days_left,
            renewable: false,
            message: None,
        })
    }

    #[test]
    fn without_the_centre_our_own_clock_counts() {
        let unreachable = Err(Failure::Unreachable);
        let end = APRIL_MS + 91 * DAY_MS;
        let table = [
            (APRIL_MS, State::Valid, 91),
            (APRIL_MS + DAY_MS - 1, State::Valid, 91),
            (APRIL_MS + DAY_MS, State::Soon, 90),
            (end, State::Soon, 0),
            (end + 1, State::Expired, 0),
            (end + DAY_MS, State::Expired, -1),
            (APRIL_MS - 1, State::NotYetValid, 92),
        ];
        for (now, state, days_left) in table {
            let verdict = judge(&face(APRIL_MS, end), &unreachable, now);
            assert_eq!(
                (verdict.state, verdict.days_left),
                (state, days_left),
                "{now}"
            );
        }
    }

    #[test]
    fn the_centres_word_counts_before_our_clock() {
        let old = face(0, APRIL_MS);
        let late = APRIL_MS + DAY_MS;
        let verdict = judge(&old, &said("valid", Some(400)), late);
        assert_eq!(verdict.state, State::Valid);
        assert!(
            verdict.remedy.contains("日付と時刻"),
            "a wrong clock is worth a word"
        );
        let fresh = face(0, APRIL_MS + 400 * DAY_MS);
        for (word, state) in [
            ("valid", State::Valid),
            ("revoked", State::Revoked),
            ("facility_stopped", State::Stopped),
            ("missing", State::Foreign),
            ("foreign", State::Foreign),
            ("expired", State::Expired),
            ("not_yet_valid", State::NotYetValid),
            ("a word of tomorrow", State::Refused),
        ] {
            assert_eq!(
                judge(&fresh, &said(word, None), late).state,
                state,
                "{word}"
            );
        }
        assert_eq!(
            judge(&fresh, &said("valid", Some(90)), late).state,
            State::Soon
        );
    }

    #[test]
    fn a_refused_handshake_is_the_certificates_fault() {
        let refused = Err(Failure::CertificateRefused);
        let fresh = face(0, APRIL_MS + 400 * DAY_MS);
        assert_eq!(judge(&fresh, &refused, APRIL_MS).state, State::Refused);
        // What we can explain better ourselves stays so.
        assert_eq!(judge(&face(0, 1), &refused, APRIL_MS).state, State::Expired);
    }

    #[test]
    fn dates_are_those_of_japan() {
        assert_eq!(date(APRIL_MS - 1), "2026年3月31日");
        assert_eq!(date(APRIL_MS), "2026年4月1日");
        assert_eq!(date_and_time(APRIL_MS + 5 * 60_000), "2026年4月1日 00:05");
        assert_eq!(date(i64::MAX), "不明");
    }
}
