//! What a qualification carries beside itself: ratios, ceilings, diseases, tickets.

use super::calendar::Date;
use super::history::Stretch;
use super::household::Member;
use super::insurers::Scheme;
use super::random::Random;
use super::shares;
use onshi_core::insured::{
    ElderlyCertificate, LimitCertificate, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};

/// The institutions on the 医療券; the first is the demo's clinic.
pub(super) const INSTITUTIONS: [(&str, &str); 4] = [
    ("1319990014", "架空中央クリニック"),
    ("1319990030", "架空南医院"),
    ("1319990048", "架空総合病院"),
    ("2719990018", "架空西クリニック"),
];

/// What one person is entitled to, whatever the card.
pub(super) struct Benefits {
    /// 3割 from 70 to 74 years.
    as_working: bool,
    /// The share from 75 years.
    late_ratio: &'static str,
    /// The band before 70, from 70 to 74, and from 75 years, if a certificate is known.
    bands: [Option<&'static str>; 3],
    long_stay: bool,
    meals_only: bool,
    disease: Option<&'static str>,
    ticket: Option<(&'static str, &'static str)>,
    last_year: bool,
}

impl Benefits {
    /// Draws them. The band below 70 years is the family's.
    pub(super) fn draw(random: &mut Random, family: Option<&'static str>) -> Benefits {
        let as_working = random.chance(shares::ELDERLY_AS_WORKING);
        let late_ratio = random.weighted(&[
            ("030", shares::LATE_THIRTY),
            ("020", shares::LATE_TWENTY),
            ("010", 100_000 - shares::LATE_THIRTY - shares::LATE_TWENTY),
        ]);
        let from_70 = match as_working {
            true => random.weighted(&shares::BANDS_AS_WORKING),
            false => random.weighted(&shares::BANDS_FROM_70),
        };
        let from_75 = match late_ratio {
            "030" => random.weighted(&shares::BANDS_AS_WORKING),
            "020" => shares::BAND_LATE_TWENTY,
            _ => random.weighted(&shares::BANDS_FROM_75),
        };
        let known_70 = random.chance(shares::LIMIT_FROM_70);
        let known_75 = random.chance(shares::LIMIT_FROM_75);
        let mut disease = None;
        for (category, share) in shares::SPECIFIC_DISEASE {
            if random.chance(share) {
                disease = Some(category);
            }
        }
        let ticket = random.chance(shares::TICKET);
        let institution = INSTITUTIONS[random.below(4) as usize];
        Benefits {
            as_working,
            late_ratio,
            bands: [
                family,
                known_70.then_some(from_70),
                known_75.then_some(from_75),
            ],
            long_stay: random.chance(shares::LONG_STAY),
            meals_only: random.chance(5_000),
            disease,
            ticket: ticket.then_some(institution),
            last_year: random.chance(20_000),
        }
    }

    /// Adds them to the row of this stretch of time.
    pub(super) fn add(
        &self,
        row: &mut QualificationRecord,
        member: &Member,
        stretch: &Stretch<'_>,
        today: Date,
    ) {
        let scheme = stretch.card.scheme;
        let current = stretch.end.is_none_or(|(day, _)| day > today);
        if scheme == Scheme::Assistance {
            if let (Some(place), true) = (self.ticket, current && stretch.from <= today) {
                row.medical_tickets.push(ticket(place, row, today));
            }
            return;
        }
        if scheme == Scheme::Elderly {
            row.insured_partial_contribution_ratio = Some(self.late_ratio.to_owned());
        } else {
            self.elderly(row, member, stretch, today);
        }
        if current && row.insured_card_classification != "05" {
            self.limit(row, member, stretch, today);
            self.disease(row, stretch, today);
        }
    }

    fn elderly(
        &self,
        row: &mut QualificationRecord,
        member: &Member,
        stretch: &Stretch<'_>,
        today: Date,
    ) {
        let last_day = stretch
            .end
            .map_or(today, |(day, _)| day.plus(-1).min(today));
        let begin = from_70(member.born).max(stretch.from);
        let birthday = member.born.plus_years(75);
        let this_year = last_day.last_august();
        let years = if self.last_year {
            &[this_year.plus_years(-1), this_year][..]
        } else {
            &[this_year][..]
        };
        for august in years {
            let from = begin.max(*august);
            let until = august.plus_years(1).plus(-1).min(birthday.plus(-1));
            if from <= until && from <= today.plus(31) {
                // Last year's share was the other one.
                let thirty = self.as_working == (*august == this_year);
                row.elderly_recipient_certificates.push(ElderlyCertificate {
                    issued: from.min(today).text(),
                    from: from.text(),
                    until: until.text(),
                    ratio: if thirty { "030" } else { "020" }.to_owned(),
                });
            }
        }
    }

    fn limit(
        &self,
        row: &mut QualificationRecord,
        member: &Member,
        stretch: &Stretch<'_>,
        today: Date,
    ) {
        let august = today.last_august();
        let seventy = from_70(member.born);
        let mut until = august.plus_years(1).plus(-1);
        let mut from = stretch.from.max(august);
        let band = if stretch.card.scheme == Scheme::Elderly {
            self.bands[2]
        } else if seventy <= today {
            from = from.max(seventy);
            until = until.min(member.born.plus_years(75).plus(-1));
            self.bands[1]
        } else {
            until = until.min(seventy.plus(-1));
            self.bands[0]
        };
        let Some(band) = band.filter(|_| from <= until && from <= today.plus(30)) else {
            return;
        };
        let low = matches!(band, "A05" | "A06" | "B05" | "B06" | "B07" | "B08");
        let classification = match low {
            true if self.meals_only => "03",
            true => "02",
            false => "01",
        };
        let long = self.long_stay && matches!(band, "A05" | "B05") && from <= today;
        row.limit_application_certificates.push(LimitCertificate {
            classification: classification.to_owned(),
            band: band.to_owned(),
            issued: from.min(today).text(),
            from: from.text(),
            until: Some(until.text()),
            long_term: long.then(|| from.first_of_month(1).min(today).max(from).text()),
        });
    }

    fn disease(&self, row: &mut QualificationRecord, stretch: &Stretch<'_>, today: Date) {
        let Some(category) = self.disease.filter(|_| stretch.from <= today) else {
            return;
        };
        // Who has much pays twice as much for dialysis below 70 years.
        let rich = matches!(self.bands[0], Some("A01" | "A02"));
        row.specific_diseases_certificates
            .push(SpecificDiseasesCertificate {
                category: category.to_owned(),
                issued: stretch.from.text(),
                from: stretch.from.text(),
                until: None,
                self_pay: if category == "1" && rich {
                    "20000"
                } else {
                    "10000"
                }
                .to_owned(),
            });
    }
}

/// The day from which the rules for those from 70 years hold: the first of the month after the
/// birthday; on it, if the birthday is the first of a month.
pub(super) fn from_70(born: Date) -> Date {
    born.plus_years(70).plus(-1).first_of_month(1)
}

/// A ticket for this month at an institution.
pub(super) fn ticket(
    (code, name): (&str, &str),
    row: &QualificationRecord,
    today: Date,
) -> MedicalTicket {
    let month = today.month_text();
    MedicalTicket {
        ticket_type: "01".to_owned(),
        from: today.first_of_month(0).text(),
        until: today.first_of_month(1).plus(-1).text(),
        issue_number: format!("{month}{}", row.insured_identification_number),
        treatment_month: month,
        institution_code: code.to_owned(),
        institution_name: name.to_owned(),
        treatment_type: "02".to_owned(),
        self_pay: "0".to_owned(),
        injury_name: Some("高血圧症（架空）".to_owned()),
        single_or_combined: "01".to_owned(),
        social_insurance: "02".to_owned(),
    }
}
