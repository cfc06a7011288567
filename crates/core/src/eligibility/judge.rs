//! The rule of a check by card face.

use super::Question;
use super::day::{Lies, lies};
use crate::clock::Day;
use crate::insured::Qualification;
pub use crate::terms::Validity;
use onshi_wire::numbers::match_branch;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The answer.
    pub validity: Validity,
    /// What is told: the one that fits best, or each of several.
    pub results: Vec<Qualification>,
    /// Since when the new coverage holds, where one is known.
    pub new_since: Option<Day>,
    /// True when the card is known, though not with this birthdate or branch.
    pub card_known: bool,
    /// Name and data date of the insurer, when nothing was found.
    pub insurer: Option<(String, Day)>,
    day: Day,
    today: Day,
}

/// The classification of 医療扶助.
const MEDICAL_ASSISTANCE: &str = "A1";

/// Whether a coverage holds on a day. The day of loss (喪失日) is the first without it.
pub fn covers(qualification: &Qualification, day: Day) -> bool {
    qualification.acquired <= day && qualification.lost.is_none_or(|lost| day < lost)
}

/// Judges what stands under a card.
pub fn judge(question: &Question, found: Vec<Qualification>, facility: &str) -> Judged {
    let (day, today) = (question.day, question.today);
    let card_known = !found.is_empty();
    let mut fitting: Vec<Qualification> = found.into_iter().filter(|q| fits(question, q)).collect();
    let nothing = |validity, results| Judged {
        validity,
        results,
        new_since: None,
        card_known,
        insurer: None,
        day,
        today,
    };
    if fitting.is_empty() {
        return nothing(Validity::NotFound, Vec::new());
    }
    // Twins on one card without a branch: whatever is told could be the other one's.
    let first = fitting.first().map(|q| q.person);
    if fitting.iter().any(|q| Some(q.person) != first) {
        return nothing(Validity::Several, fitting);
    }
    if !fitting.iter().any(|q| covers(q, day)) {
        // The latest one is what the card meant: the one that was lost last, else the next.
        fitting.sort_by_key(|q| (q.lost.is_some(), q.lost, q.acquired));
        let latest = fitting.pop().into_iter().collect();
        return nothing(Validity::Invalid, latest);
    }
    let mut valid = fitting;
    valid.retain(|q| covers(q, day));
    match valid.as_slice() {
        [one] if one.classification == MEDICAL_ASSISTANCE && !has_ticket(one, day, facility) => {
            nothing(Validity::ValidUnregistered, valid)
        }
        [_] => nothing(Validity::Valid, valid),
        several => {
            let assistance = several
                .iter()
                .all(|q| q.classification == MEDICAL_ASSISTANCE);
            let ticket = several.iter().any(|q| has_ticket(q, day, facility));
            let validity = match (assistance, ticket) {
                (true, true) => Validity::Valid,
                (true, false) => Validity::ValidUnregistered,
                (false, _) => Validity::Several,
            };
            nothing(validity, valid)
        }
    }
}

/// Birthdate and branch as far as both sides know it.
fn fits(question: &Question, q: &Qualification) -> bool {
    let branch = match_branch(q.branch.as_deref());
    let same_branch = match (&question.branch, &branch) {
        (Some(asked), Some(known)) => asked == known,
        _ => true,
    };
    q.birthdate == question.birthdate && same_branch
}

/// Whether 医療券 of the day's month was issued for the institution that asks.
fn has_ticket(q: &Qualification, day: Day, facility: &str) -> bool {
    q.details.tickets.iter().any(|ticket| {
        ticket.institution_code == facility
            && Day::parse(&ticket.from).is_some_and(|from| from <= day)
            && Day::parse(&ticket.until).is_some_and(|until| day <= until)
    })
}

impl Judged {
    /// Takes the person's other coverages into account: a lost one with a new one is told apart.
    pub(super) fn look_for_new_coverage(&mut self, day: Day, others: &[Qualification]) {
        let new = others
            .iter()
            .filter(|q| covers(q, day))
            .map(|q| q.acquired)
            .max();
        if let Some(since) = new {
            self.validity = Validity::InvalidWithNew;
            self.new_since = Some(since);
        }
    }

    /// Why, and what to do next, in words for the person at the reception. None for a plain yes.
    pub fn explanation(&self) -> Option<String> {
        match self.validity {
            Validity::Valid => self.results.first().and_then(|q| self.valid_words(q)),
            Validity::Invalid | Validity::InvalidWithNew => {
                self.results.first().map(|q| self.lost_words(q))
            }
            Validity::NotFound => Some(self.not_found_words()),
            Validity::Several => Some(
                "同じ内容に複数の資格が該当します。枝番を入力して、もう一度確認してください。枝番が分からない場合は、保険者へお問い合わせください。".to_owned(),
            ),
            Validity::ValidUnregistered => Some(self.unregistered_words()),
        }
    }

    /// Whether all that is to be said of a yes is that its day is still to come.
    pub(super) fn is_mere_prospect(&self) -> bool {
        let notice = self.results.first().and_then(|q| self.notice(q));
        self.is_future() && self.validity == Validity::Valid && notice.is_none()
    }

    fn is_future(&self) -> bool {
        lies(self.day, self.today) == Lies::Future
    }

    /// What is to be looked at although the coverage holds. Of a day to come, that it is a prospect.
    fn valid_words(&self, q: &Qualification) -> Option<String> {
        let notice = self.notice(q);
        if !self.is_future() {
            return notice;
        }
        let mut words = self.prospect_words(q);
        words.push_str(notice.as_deref().unwrap_or_default());
        Some(words)
    }

    fn prospect_words(&self, q: &Qualification) -> String {
        let mut words = format!("先の日（{}）の見込みで、確定していません", self.day.words());
        if let Some(date) = q.data_date {
            words.push_str(&format!("（保険者のデータは{}時点）", date.words()));
        }
        words.push_str("。受診の日に、もう一度確認してください。");
        words
    }

    fn unregistered_words(&self) -> String {
        let first = self.results.first().filter(|_| self.is_future());
        let mut words = first.map_or_else(String::new, |q| self.prospect_words(q));
        words.push_str("医療扶助の資格は有効ですが、この医療機関等を指定した医療券・調剤券が登録されていません。福祉事務所へ、医療券・調剤券の発行状況をご確認ください。");
        words
    }

    fn notice(&self, q: &Qualification) -> Option<String> {
        if q.card_expires.is_some_and(|until| until < self.day) {
            return Some(
                "資格は有効ですが、券面の有効期限が過ぎています。新しい資格確認書等を確認してください。".to_owned(),
            );
        }
        (q.classification == "05").then(|| {
            "特別療養費の支給対象です。窓口では医療費の全額をお支払いいただく取扱いを確認してください。".to_owned()
        })
    }

    fn lost_words(&self, q: &Qualification) -> String {
        let mut words = match q.lost {
            Some(lost) if lost <= self.day => {
                let code = q.reason_of_loss.as_deref().unwrap_or("99");
                let reason = onshi_wire::codes::label("OQSCD008", code).unwrap_or("その他");
                if lost > self.today {
                    format!("{}に資格を喪失する見込みです（{reason}）。", lost.words())
                } else {
                    format!("{}に資格を喪失しています（{reason}）。", lost.words())
                }
            }
            _ => format!(
                "資格の取得日は{}で、資格確認日にはまだ有効になっていません。",
                q.acquired.words()
            ),
        };
        match self.new_since {
            Some(since) => words.push_str(&format!(
                "{}からの新しい資格が登録されています。新しい資格確認書等、またはマイナンバーカードで確認してください。",
                since.words()
            )),
            // Nobody asks the patient about a new insurance after the insurer was told of a death.
            None if q.reason_of_loss.as_deref() == Some("01") => {
                words.push_str("入力した内容を確認し、合っていれば保険者へお問い合わせください。");
            }
            None if q.lost.is_some_and(|lost| lost <= self.day) => words.push_str(
                "新しい資格はまだ登録されていません。加入手続き中でないか、患者の方にお尋ねください。",
            ),
            None => {}
        }
        if let Some(date) = q.data_date {
            words.push_str(&format!("（保険者のデータは{}時点）", date.words()));
        }
        words
    }

    fn not_found_words(&self) -> String {
        let mut words = match (&self.insurer, self.card_known) {
            (_, true) => "この記号・番号の資格はありますが、生年月日または枝番が一致しません。入力した内容を券面と照らし合わせてください。".to_owned(),
            (Some((name, _)), false) => format!(
                "{name}に、この記号・番号の資格は登録されていません。入力した内容を確認してください。加入したばかりの場合は、反映待ちのことがあります。"
            ),
            (None, false) => "この保険者番号は登録されていません。保険者番号を確認してください。".to_owned(),
        };
        if let Some((_, date)) = &self.insurer {
            words.push_str(&format!("（保険者のデータは{}時点）", date.words()));
        }
        words
    }
}
