//! Patients to try: one for each validity and each special case, made by hand.
//!
//! Their keys begin above all that the generator gives, and their cards are marked as samples, so
//! that they can stand beside any population.

mod cases;

use super::calendar::Date;
use super::insurers::{self, Insurer, Scheme};
use super::random::Random;
use super::{cards, places};
use onshi_core::Day;
use onshi_core::insured::{ElderlyCertificate, LimitCertificate, Line, QualificationRecord};

/// The first person of the showcase.
pub const FIRST_PERSON: i64 = 9_000_000_000_000;

/// Tokyo, the place of the sample insurers.
const PREFECTURE: usize = 12;
const TOWN: usize = 1;

/// A patient to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Showcase {
    /// What the patient shows, in Japanese.
    pub note_ja: String,
    /// What the patient's medical records show, in Japanese, where they were made by hand.
    pub medical_ja: Option<&'static str>,
    /// What is to be imported: insurers and qualifications; empty if nothing is known.
    pub lines: Vec<Line>,
    /// 保険者番号 to ask with.
    pub insurer_number: String,
    /// 記号 to ask with.
    pub symbol: Option<String>,
    /// 番号 to ask with.
    pub number: String,
    /// 枝番 to ask with.
    pub branch: Option<String>,
    /// 生年月日 to ask with, `yyyymmdd`.
    pub birthdate: String,
    /// 資格有効性 (OQSCD006) when asked for today.
    pub expected_validity: String,
}

/// The patients, as of today.
pub fn showcase(today: Day) -> Vec<Showcase> {
    let mut stage = Stage {
        today: Date::of_day(today),
        people: 0,
        shown: Vec::new(),
    };
    cases::all(&mut stage);
    stage.shown
}

struct Stage {
    today: Date,
    people: u32,
    shown: Vec<Showcase>,
}

fn insurer(scheme: Scheme) -> &'static Insurer {
    insurers::draw(&mut Random::new(0, 0), scheme, PREFECTURE, TOWN)
}

impl Stage {
    /// A new person of this age, insured for years.
    fn person(&mut self, scheme: Scheme, age: i32) -> QualificationRecord {
        self.people += 1;
        let place = self.people;
        let born = self.today.plus_years(-age).plus(-40);
        let mut random = Random::new(0, u64::from(place));
        let (address, post_number) = places::address(&mut random, PREFECTURE, TOWN);
        let female = place.is_multiple_of(2);
        let row = QualificationRecord {
            person: FIRST_PERSON + i64::from(place),
            name: if female {
                "見本　花子"
            } else {
                "見本　太郎"
            }
            .to_owned(),
            name_kana: Some(
                if female {
                    "ﾐﾎﾝ ﾊﾅｺ"
                } else {
                    "ﾐﾎﾝ ﾀﾛｳ"
                }
                .to_owned(),
            ),
            sex1: if female { "2" } else { "1" }.to_owned(),
            birthdate: born.text(),
            address: Some(address),
            post_number: Some(post_number),
            qualification_date: self
                .today
                .last_august()
                .plus_years(-2)
                .plus(-120)
                .max(born)
                .text(),
            ..QualificationRecord::default()
        };
        self.card(row, scheme)
    }

    /// The same person under another card.
    fn card(&self, row: QualificationRecord, scheme: Scheme) -> QualificationRecord {
        let place = u32::try_from(row.person - FIRST_PERSON).unwrap_or(0);
        let own = matches!(scheme, Scheme::Elderly | Scheme::Assistance);
        let branch = match scheme {
            Scheme::Elderly | Scheme::Assistance | Scheme::SelfDefence => None,
            Scheme::National | Scheme::Trade => Some("01"),
            _ => Some("00"),
        };
        QualificationRecord {
            insurer_number: insurer(scheme).number.clone(),
            insured_card_symbol: (!own).then(|| "見本１".to_owned()),
            insured_identification_number: match scheme {
                Scheme::Elderly => cards::checked(format!("{}", 9_990_000 + place)),
                Scheme::Assistance => cards::checked(format!("{}", 999_000 + place)),
                _ => (1_000 + place).to_string(),
            },
            insured_branch_number: branch.map(str::to_owned),
            insured_card_classification: match scheme {
                Scheme::SelfDefence => "07",
                Scheme::SpecialRetired => "06",
                Scheme::Assistance => "A1",
                _ => "01",
            }
            .to_owned(),
            personal_family_classification: (scheme != Scheme::Assistance).then(|| "1".to_owned()),
            insured_name: (!own).then(|| row.name.clone()),
            insured_certificate_issuance_date: Some(row.qualification_date.clone()),
            ..row
        }
    }

    /// Shows the person; the question is by the first row's card.
    fn show(&mut self, note: &str, expected: &str, rows: Vec<QualificationRecord>) {
        let Some(asked) = rows.first() else { return };
        self.shown.push(Showcase {
            note_ja: note.to_owned(),
            medical_ja: crate::medical::note(asked.person),
            lines: Vec::new(),
            insurer_number: asked.insurer_number.clone(),
            symbol: asked.insured_card_symbol.clone(),
            number: asked.insured_identification_number.clone(),
            branch: asked.insured_branch_number.clone(),
            birthdate: asked.birthdate.clone(),
            expected_validity: expected.to_owned(),
        });
        let mut lines: Vec<Line> = Vec::new();
        for row in &rows {
            let known = insurers::all()
                .iter()
                .find(|insurer| insurer.number == row.insurer_number);
            let line = known.map(|insurer| Line::Insurer(insurer.record(self.today)));
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        lines.extend(rows.into_iter().map(|r| Line::Qualification(Box::new(r))));
        if let Some(last) = self.shown.last_mut() {
            last.lines = lines;
        }
    }

    /// The day so many days from now (before, if negative).
    fn day(&self, days: i32) -> String {
        self.today.plus(days).text()
    }

    /// The year from the last August: from, until.
    fn year(&self) -> (String, String) {
        let from = self.today.last_august();
        (from.text(), from.plus_years(1).plus(-1).text())
    }

    fn elderly(&self, row: &mut QualificationRecord, ratio: &str) {
        let (from, until) = self.year();
        row.elderly_recipient_certificates = vec![ElderlyCertificate {
            issued: from.clone(),
            from,
            until,
            ratio: ratio.to_owned(),
        }];
    }

    fn limit(&self, row: &mut QualificationRecord, classification: &str, band: &str) {
        let (from, until) = self.year();
        row.limit_application_certificates = vec![LimitCertificate {
            classification: classification.to_owned(),
            band: band.to_owned(),
            issued: from.clone(),
            from,
            until: Some(until),
            long_term: None,
        }];
    }
}

/// Ends the row on this day.
fn ended(mut row: QualificationRecord, day: String, reason: &str) -> QualificationRecord {
    row.disqualification_date = Some(day);
    row.reason_of_loss = Some(reason.to_owned());
    row
}

/// Begins the row on this day.
fn begun(mut row: QualificationRecord, day: String) -> QualificationRecord {
    row.insured_certificate_issuance_date = Some(day.clone());
    row.qualification_date = day;
    row
}
