//! From a household to the lines of an import.

use super::benefits::Benefits;
use super::calendar::Date;
use super::cards;
use super::history::{self, Spell, Story, Stretch};
use super::household::{Household, MOST, Member, compose};
use super::insurers::Scheme;
use super::random::Random;
use super::{names, places, shares};
use onshi_core::insured::{Line, QualificationRecord};

/// Room for the keys of a household's members.
const KEYS: u64 = 10;

/// Appends the rows of household `number`, of at most so many of its people, and says of how many.
pub(super) fn household(
    seed: u64,
    number: u64,
    today: Date,
    at_most: u64,
    lines: &mut Vec<Line>,
) -> u64 {
    let mut random = Random::new(seed, number);
    let household = compose(&mut random, number, today);
    debug_assert!(household.members.len() <= MOST as usize);
    let (prefecture, town) = (household.prefecture, household.municipality);
    let (address, post_number) = places::address(&mut random, prefecture, town);
    let family_band = random.weighted(&shares::BANDS_BELOW_70);
    let family_band = random.chance(shares::LIMIT_BELOW_70).then_some(family_band);
    let mut story = Story {
        random: &mut random,
        household: &household,
        today,
    };
    let mut groups: Vec<Vec<Spell>> = Vec::with_capacity(household.groups.len());
    for group in 0..household.groups.len() {
        let holder = holder(&household, group);
        groups.push(story.of_group(group, holder));
    }
    let mut told = 0;
    for member in &household.members {
        if told == at_most {
            break;
        }
        let group = &groups[member.group];
        let own = match story.turns_75(member, group) {
            true => story.of_elder(member),
            false => Vec::new(),
        };
        let died = story.death(member);
        let benefits = Benefits::draw(story.random, family_band);
        let stretches = history::stretches(member, group, &own, died, today);
        let writer = Writer {
            household: &household,
            member,
            address: &address,
            post_number: &post_number,
            today,
        };
        for stretch in &stretches {
            let mut row = writer.row(stretch);
            benefits.add(&mut row, member, stretch, today);
            lines.push(Line::Qualification(Box::new(row)));
        }
        // Born after the family's insurance was lost: nobody has told anything of the child.
        told += u64::from(!stretches.is_empty());
    }
    told
}

fn holder(household: &Household, group: usize) -> &Member {
    let found = household.members.iter().find(|m| m.group == group);
    found.unwrap_or(&household.members[0])
}

struct Writer<'a> {
    household: &'a Household,
    member: &'a Member,
    address: &'a str,
    post_number: &'a str,
    today: Date,
}

impl Writer<'_> {
    fn row(&self, stretch: &Stretch<'_>) -> QualificationRecord {
        let (member, card) = (self.member, stretch.card);
        let own = matches!(card.scheme, Scheme::Elderly | Scheme::Assistance);
        let mut row = QualificationRecord {
            person: self.key(),
            insurer_number: card.insurer.number.clone(),
            insured_card_symbol: card.symbol.clone(),
            insured_identification_number: match card.scheme {
                Scheme::Assistance => cards::beneficiary(self.household, member.index),
                _ => card.number.clone(),
            },
            insured_card_classification: card.classification.to_owned(),
            birthdate: member.born.text(),
            address: Some(self.address.to_owned()),
            post_number: Some(self.post_number.to_owned()),
            qualification_date: stretch.from.text(),
            disqualification_date: stretch.end.map(|(day, _)| day.text()),
            reason_of_loss: stretch.end.map(|(_, reason)| reason.to_owned()),
            ..QualificationRecord::default()
        };
        if !own {
            let place = self.place();
            let first = usize::from(!card.scheme.is_employees());
            row.insured_branch_number = card.branched.then(|| format!("{:02}", place + first));
            let family = if place == 0 { "1" } else { "2" };
            row.personal_family_classification = Some(family.to_owned());
            row.insured_name = Some(holder(self.household, member.group).name());
        } else if card.scheme == Scheme::Elderly {
            row.personal_family_classification = Some("1".to_owned());
        }
        self.identity(&mut row);
        self.validity(&mut row, stretch);
        row
    }

    /// Unique in the nation: the household's number and the place in it.
    fn key(&self) -> i64 {
        let key = self.household.number * KEYS + u64::from(self.member.index) + 1;
        i64::try_from(key).unwrap_or(i64::MAX)
    }

    /// The place among those who are insured under the same card.
    fn place(&self) -> usize {
        let members = &self.household.members[..self.member.index as usize];
        members
            .iter()
            .filter(|other| other.group == self.member.group)
            .count()
    }

    fn identity(&self, row: &mut QualificationRecord) {
        let member = self.member;
        row.name = member.name();
        row.name_kana = Some(match member.foreign {
            Some(foreign) => foreign.name.kana.to_owned(),
            None => names::kana(member.surname, member.given),
        });
        if let Some(foreign) = member.foreign {
            row.name_of_other = Some(foreign.common.kanji.to_owned());
            row.name_of_other_kana = Some(foreign.common.kana.to_owned());
        } else if let Some(maiden) = member.maiden {
            row.name_of_other = Some(names::kanji(maiden, member.given));
            row.name_of_other_kana = Some(names::kana(maiden, member.given));
        }
        let sex = if member.female { "2" } else { "1" };
        if member.sex_not_shown {
            row.sex1 = "3".to_owned();
            row.sex2 = Some(sex.to_owned());
        } else {
            row.sex1 = sex.to_owned();
        }
    }

    /// From when to when the card is good: a year from August, or half of it, or without end.
    fn validity(&self, row: &mut QualificationRecord, stretch: &Stretch<'_>) {
        let yearly = matches!(
            stretch.card.scheme,
            Scheme::National | Scheme::Trade | Scheme::Elderly
        );
        if !yearly {
            row.insured_certificate_issuance_date = Some(row.qualification_date.clone());
            return;
        }
        let last_day = stretch
            .end
            .map_or(self.today, |(day, _)| day.plus(-1).min(self.today));
        let august = last_day.last_august();
        let from = stretch.from.max(august);
        let mut until = august.plus_years(1).plus(-1);
        if stretch.card.classification == "03" {
            until = until.min(self.today.first_of_month(4).plus(-1));
        }
        let birthday = self.member.born.plus_years(75);
        if stretch.card.scheme != Scheme::Elderly && birthday > from {
            until = until.min(birthday.plus(-1));
        }
        row.insured_certificate_issuance_date = Some(from.min(self.today).text());
        row.insured_card_valid_date = Some(from.text());
        row.insured_card_expiration_date = Some(until.text());
    }
}
