//! What is known of the four things that it takes, and of the queue; no patient's data, but for the names of files that
//! nobody will answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::centre_client::{Away, Refusal};
use super::left_alone::LeftAlone;
use crate::gateway::failure::{Failure, Suspect};
use crate::gateway::state::CertificateVerdict;

/// A look that takes longer hangs.
const LOOK_MAX: Duration = Duration::from_secs(30);
/// So does a request that is under way for longer: no wait for the centre takes so long.
const UNDER_WAY_MAX: Duration = Duration::from_secs(600);

/// Where everybody writes what they have seen.
#[derive(Debug, Default)]
pub(crate) struct LinkStatus(Mutex<Facts>);

#[derive(Debug, Default, Clone)]
pub(super) struct Facts {
    /// The last contact with the centre.
    contact: Option<Result<(), Failure>>,
    /// The centre answered that it can't.
    busy: Option<Away>,
    certificate: Option<CertificateVerdict>,
    account: Option<Result<(), Refusal>>,
    /// Folders that can't be used, with what to do.
    folders: BTreeMap<&'static str, String>,
    /// When the loop over `req` last began a look.
    looked: Option<Instant>,
    /// Since when the request that takes longest is under way.
    oldest: Option<Instant>,
    pub(super) queue: Queue,
    pub(super) left_alone: LeftAlone,
    pub(super) last_request: Option<Seen>,
    pub(super) last_answer: Option<Seen>,
}

/// How many requests are where.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Queue {
    /// Waiting for their turn, or for the centre.
    pub(super) waiting: usize,
    /// At the centre now.
    pub(super) under_way: usize,
    /// In `req` and not complete yet, or not readable.
    pub(super) incomplete: usize,
    /// In `req`, called like requests, and no files.
    pub(super) folders: usize,
}

/// A request or an answer that passed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Seen {
    pub(super) at_ms: i64,
    /// The message's id; never the rest of the name.
    pub(super) message: String,
    /// How it ended, of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
}

/// The look of a light; never the only thing that tells states apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tone {
    Good,
    Soon,
    Bad,
}

impl Tone {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Soon => "soon",
            Self::Bad => "bad",
        }
    }
}

pub(super) const LIGHTS: usize = 5;

/// One of the lights.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Light {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) word: String,
    pub(super) tone: Tone,
    pub(super) what: String,
    pub(super) remedy: String,
}

impl LinkStatus {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Facts {
        self.facts().clone()
    }

    /// The centre was spoken to, or why not.
    pub(super) fn heard(&self, failure: Option<Failure>) {
        self.facts().contact = Some(failure.map_or(Ok(()), Err));
    }

    /// The centre answered that it can't; where it did not answer at all, that is said already.
    pub(super) fn busy(&self, away: Option<Away>) {
        let mut facts = self.facts();
        facts.busy = away.filter(|_| facts.contact == Some(Ok(())));
    }

    /// With the centre there and nobody waiting, an old trouble is over.
    pub(super) fn rest(&self) {
        let mut facts = self.facts();
        if facts.contact == Some(Ok(())) && facts.queue.waiting + facts.queue.under_way == 0 {
            facts.busy = None;
        }
    }

    pub(super) fn certificate(&self, verdict: CertificateVerdict) {
        self.facts().certificate = Some(verdict);
    }

    pub(super) fn account(&self, outcome: Result<(), Refusal>) {
        self.facts().account = Some(outcome);
    }

    /// A folder can't be used, or can again.
    pub(super) fn folder(&self, name: &'static str, trouble: Option<String>) {
        let mut facts = self.facts();
        match trouble {
            Some(trouble) => facts.folders.insert(name, trouble),
            None => facts.folders.remove(name),
        };
    }

    /// The loop over `req` moves.
    pub(super) fn looked(&self) {
        self.facts().looked = Some(Instant::now());
    }

    /// Since when the request that takes longest is under way.
    pub(super) fn oldest(&self, since: Option<Instant>) {
        self.facts().oldest = since;
    }

    pub(super) fn queue(&self, change: impl FnOnce(&mut Queue)) {
        change(&mut self.facts().queue);
    }

    pub(super) fn left_alone(&self, files: LeftAlone) {
        self.facts().left_alone = files;
    }

    pub(super) fn request(&self, seen: Seen) {
        self.facts().last_request = Some(seen);
    }

    pub(super) fn answer(&self, seen: Seen) {
        self.facts().last_answer = Some(seen);
    }
}

fn light(id: &'static str, title: &'static str, word: &str, tone: Tone) -> Light {
    Light {
        id,
        title,
        word: word.to_owned(),
        tone,
        what: String::new(),
        remedy: String::new(),
    }
}

impl Light {
    fn told(mut self, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        self.what = what.into();
        self.remedy = remedy.into();
        self
    }
}

impl Facts {
    /// Network, certificate, account, centre, and whether we work ourselves.
    pub(super) fn lights(&self) -> [Light; LIGHTS] {
        [
            self.network(),
            self.certificate_light(),
            self.account_light(),
            self.centre(),
            self.watch(Instant::now()),
        ]
    }

    /// How long ago the loop over `req` last began a look.
    pub(super) fn look_age(&self, now: Instant) -> Option<Duration> {
        Some(now.duration_since(self.looked?))
    }

    /// Whether something of ours has not moved for too long. All other lights are what was seen
    /// last; only this one changes when nothing does.
    fn watch(&self, now: Instant) -> Light {
        let (id, title) = ("watch", "フォルダーの見張り（この端末）");
        let Some(age) = self.look_age(now) else {
            return light(id, title, "確認中", Tone::Soon);
        };
        let remedy = "共有フォルダーのあるサーバーとディスクを確かめてください。\
                      直ると自動で続きます。続くときは連携アプリケーションを再起動してください。";
        if age > LOOK_MAX {
            let what = format!(
                "要求のフォルダー（req）を見に行ったまま、{}秒戻っていません。要求は受け付けられていません。",
                age.as_secs()
            );
            return light(id, title, "止まっています", Tone::Bad).told(what, remedy);
        }
        let longest = self.oldest.map(|since| now.duration_since(since));
        if let Some(longest) = longest.filter(|longest| *longest > UNDER_WAY_MAX) {
            let what = format!(
                "{}分前からの要求が終わっていません。",
                longest.as_secs() / 60
            );
            return light(id, title, "止まっています", Tone::Bad).told(what, remedy);
        }
        light(id, title, "動いています", Tone::Good)
    }

    pub(super) fn folder_troubles(&self) -> Vec<String> {
        self.folders.values().cloned().collect()
    }

    fn suspect(&self) -> Option<(Suspect, Failure)> {
        match self.contact {
            Some(Err(failure)) => Some((failure.words().suspect, failure)),
            _ => None,
        }
    }

    fn network(&self) -> Light {
        let (id, title) = ("network", "接続（この端末のネットワーク）");
        match (self.contact, self.suspect()) {
            (None, _) => light(id, title, "確認中", Tone::Soon),
            (_, Some((Suspect::Network, failure))) => {
                let words = failure.words();
                light(id, title, "つながりません", Tone::Bad).told(words.what, words.steps.concat())
            }
            _ => light(id, title, "つながっています", Tone::Good),
        }
    }

    fn certificate_light(&self) -> Light {
        let (id, title) = ("certificate", "電子証明書");
        let refused = match &self.account {
            Some(Err(refusal)) if of_certificate(&refusal.code) => Some(refusal),
            _ => None,
        };
        match (&self.certificate, refused) {
            (Some(verdict), None) => {
                let tone = match verdict.state.tone() {
                    "good" => Tone::Good,
                    "soon" => Tone::Soon,
                    _ => Tone::Bad,
                };
                let word = if verdict.state.usable() {
                    format!("{}（残り{}日）", verdict.state.label(), verdict.days_left)
                } else {
                    verdict.state.label().to_owned()
                };
                light(id, title, &word, tone).told(verdict.reason.clone(), verdict.remedy.clone())
            }
            (Some(verdict), Some(refusal)) => {
                let word = if verdict.state.usable() {
                    "利用不可"
                } else {
                    verdict.state.label()
                };
                light(id, title, word, Tone::Bad).told(refusal.what.clone(), refusal.remedy.clone())
            }
            (None, Some(refusal)) => light(id, title, "利用不可", Tone::Bad)
                .told(refusal.what.clone(), refusal.remedy.clone()),
            (None, None) => light(id, title, "確認中", Tone::Soon),
        }
    }

    fn account_light(&self) -> Light {
        let (id, title) = ("account", "連携アプリ用アカウント");
        match &self.account {
            None => light(id, title, "未ログイン", Tone::Soon),
            Some(Ok(())) => light(id, title, "ログイン中", Tone::Good),
            Some(Err(refusal)) if of_certificate(&refusal.code) => {
                light(id, title, "確認できません", Tone::Soon)
                    .told("電子証明書が使えないため、ログインできません。", "")
            }
            Some(Err(refusal)) => {
                let word = match refusal.code.as_str() {
                    "login.wrong" => "パスワードが違います",
                    "login.locked" => "ロックされています",
                    "password.change_needed" => "パスワードの変更が必要です",
                    "password.file" => "パスワードを読めません",
                    "account.stopped" => "停止されています",
                    "account.retired" => "廃止されています",
                    "account.outside_period" => "有効期間の外です",
                    _ => "ログインできません",
                };
                light(id, title, word, Tone::Bad)
                    .told(refusal.what.clone(), account_remedy(refusal))
            }
        }
    }

    fn centre(&self) -> Light {
        let (id, title) = ("centre", "センター");
        match (self.contact, self.suspect()) {
            (None, _) => light(id, title, "確認中", Tone::Soon),
            (_, Some((Suspect::Centre, failure))) => {
                let words = failure.words();
                light(id, title, "応答がありません", Tone::Bad).told(
                    format!("{}。{}", words.title, words.what),
                    words.steps.concat(),
                )
            }
            (_, Some((Suspect::Network, _))) => light(id, title, "確認できません", Tone::Soon),
            _ => match &self.busy {
                Some(away) if away.for_all => light(id, title, "混み合っています", Tone::Soon)
                    .told(away.what.clone(), away.remedy.clone()),
                Some(away) => {
                    light(id, title, "障害", Tone::Bad).told(away.what.clone(), away.remedy.clone())
                }
                None => light(id, title, "応答しています", Tone::Good),
            },
        }
    }
}

/// Whether a refusal is about the certificate or its institution, not about the account.
pub(super) fn of_certificate(code: &str) -> bool {
    code.starts_with("certificate.") || code.starts_with("facility.")
}

/// The centre speaks to a person at a screen; here the password is in a file.
pub(super) fn account_remedy(refusal: &Refusal) -> String {
    match refusal.code.as_str() {
        "login.wrong" => "連携アプリ用アカウントのパスワードが変更されていないか確かめ、\
            この端末のパスワードのファイルを正しい内容に直してください。直すとすぐにログインし直します。\
            同じパスワードでは、ロックを避けるため1時間は試しません。"
            .to_owned(),
        "password.change_needed" => "管理アカウントの方が、連携アプリ用アカウントのパスワードを変更し、\
            この端末のパスワードのファイルを新しい内容に直してください。"
            .to_owned(),
        _ => refusal.remedy.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_stands_still_is_seen_though_nothing_else_changes() {
        let status = LinkStatus::default();
        let tone = |facts: &Facts, now| facts.watch(now).tone;
        assert_eq!(tone(&status.now(), Instant::now()), Tone::Soon);
        status.looked();
        let (facts, now) = (status.now(), Instant::now());
        assert_eq!(tone(&facts, now), Tone::Good);
        let later = now + LOOK_MAX + Duration::from_secs(2);
        assert_eq!(tone(&facts, later), Tone::Bad);
        assert!(facts.watch(later).what.contains("req"));
    }

    #[test]
    fn a_request_that_never_ends_is_seen() {
        let status = LinkStatus::default();
        let begun = Instant::now();
        status.oldest(Some(begun));
        let mut facts = status.now();
        let later = begun + UNDER_WAY_MAX + Duration::from_secs(1);
        facts.looked = Some(later);
        assert_eq!(facts.watch(later).tone, Tone::Bad);
        facts.oldest = None;
        assert_eq!(facts.watch(later).tone, Tone::Good);
    }
}
