//! What happened to a household's insurance: changes of work, moves, births, 75th birthdays,
//! deaths, gaps.

use super::calendar::Date;
use super::cards::{self, Card};
use super::household::{Household, Member};
use super::insurers::Scheme;
use super::places::PREFECTURES;
use super::random::{Random, WHOLE};
use super::shares;

/// 資格喪失事由 (OQSCD008).
pub(super) mod reason {
    pub const DEATH: &str = "01";
    pub const ASSISTANCE: &str = "02";
    pub const OTHER_INSURANCE: &str = "03";
    pub const OTHER: &str = "99";
}

/// Nothing that ended longer ago than this is told.
const TOLD_DAYS: i32 = 1_100;
/// The scheme for the elderly began on this day.
const ELDERLY_BEGAN: (i32, i32, i32) = (2008, 4, 1);

/// A stretch of time under one card.
pub(super) struct Spell {
    pub card: Card,
    pub from: Date,
    pub end: Option<(Date, &'static str)>,
}

/// A stretch of time of one member; the card is one of the group's, or the member's own.
pub(super) struct Stretch<'a> {
    pub card: &'a Card,
    pub from: Date,
    pub end: Option<(Date, &'static str)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Nothing,
    Change,
    ChangeToday,
    ChangeAhead,
    ChangeWithGap,
    Overlap,
    Lost,
    LostToday,
    Move,
    Began,
    Ended,
}

const fn rest(used: u32) -> (Event, u32) {
    (Event::Nothing, WHOLE - used)
}

const EMPLOYED: [(Event, u32); 8] = [
    rest(9_810),
    (Event::Change, shares::JOB_CHANGE),
    (Event::ChangeToday, shares::CHANGE_TODAY),
    (Event::ChangeAhead, shares::CHANGE_AHEAD),
    (Event::ChangeWithGap, shares::CHANGE_WITH_GAP),
    (Event::Overlap, shares::OVERLAP),
    (Event::Lost, shares::LOST),
    (Event::LostToday, shares::LOST_TODAY),
];
const TOWN: [(Event, u32); 8] = [
    rest(9_510),
    (Event::Change, shares::MOVE),
    (Event::Move, shares::MOVE),
    (Event::ChangeToday, shares::CHANGE_TODAY),
    (Event::ChangeAhead, shares::CHANGE_AHEAD),
    (Event::Lost, shares::LOST),
    (Event::LostToday, shares::LOST_TODAY),
    (Event::Nothing, 0),
];
const ASSISTED: [(Event, u32); 3] = [
    rest(shares::ASSISTANCE_BEGAN + shares::ASSISTANCE_ENDED),
    (Event::Began, shares::ASSISTANCE_BEGAN),
    (Event::Ended, shares::ASSISTANCE_ENDED),
];

const _: () = assert!(total(&EMPLOYED) == WHOLE && total(&ASSISTED) == WHOLE);

const fn total(table: &[(Event, u32)]) -> u32 {
    let (mut sum, mut place) = (0, 0);
    while place < table.len() {
        sum += table[place].1;
        place += 1;
    }
    sum
}

/// Lives through the years.
pub(super) struct Story<'a> {
    pub random: &'a mut Random,
    pub household: &'a Household,
    pub today: Date,
}

impl Story<'_> {
    fn days_ago(&mut self, least: i32, most: i32) -> Date {
        self.today.plus(-self.random.between(least, most))
    }

    fn card(&mut self, scheme: Scheme, slot: usize) -> Card {
        let prefecture = self.household.prefecture;
        cards::card(self.random, self.household, scheme, prefecture, slot as u64)
    }

    fn elsewhere(&mut self) -> usize {
        let count = PREFECTURES.count();
        let step = u32::try_from(count - 1).unwrap_or(1);
        (self.household.prefecture + 1 + self.random.below(step) as usize) % count
    }

    /// What the group was and is insured by, in order of time.
    pub(super) fn of_group(&mut self, group: usize, holder: &Member) -> Vec<Spell> {
        let scheme = self.household.groups[group];
        let grown = holder.born.plus_years(18);
        let event = match scheme {
            Scheme::Assistance if self.is_between(holder) => Event::Nothing,
            Scheme::Assistance => self.random.weighted(&ASSISTED),
            Scheme::National | Scheme::Trade => self.random.weighted(&TOWN),
            _ => self.random.weighted(&EMPLOYED),
        };
        let turn = match event {
            Event::ChangeToday | Event::LostToday => self.today,
            Event::ChangeAhead => self.today.plus(self.random.between(1, 30)),
            Event::Lost => self.days_ago(1, 150),
            _ => self.days_ago(1, 700),
        };
        let mut spells = Vec::with_capacity(2);
        if let Some(before) = self.before(event, scheme, group, holder) {
            let gap = match event {
                Event::ChangeWithGap => self.random.between(10, 60),
                _ => 0,
            };
            let end = (turn.plus(-gap), reason_of(event));
            let from = end.0.plus(-self.random.between(200, 4_000)).max(grown);
            if from < end.0 {
                spells.push(Spell {
                    card: before,
                    from,
                    end: (event != Event::Overlap).then_some(end),
                });
            }
            if event == Event::Ended {
                let next = self.card(self.without_assistance(holder), group);
                spells.push(Spell {
                    card: next,
                    from: turn,
                    end: None,
                });
                return spells;
            }
        }
        let lost = matches!(event, Event::Lost | Event::LostToday);
        let from = match event {
            Event::Nothing => self.days_ago(30, 7_500).max(grown),
            _ if lost => turn.plus(-self.random.between(200, 4_000)).max(grown),
            _ => turn,
        };
        let card = self.card(scheme, group);
        spells.push(Spell {
            card,
            from,
            end: lost.then_some((turn, reason::OTHER)),
        });
        spells
    }

    /// The card that came before, if the event changed one for another.
    fn before(
        &mut self,
        event: Event,
        scheme: Scheme,
        group: usize,
        holder: &Member,
    ) -> Option<Card> {
        let slot = 8 + group;
        let before = match event {
            Event::Nothing | Event::Lost | Event::LostToday => return None,
            Event::Move => {
                let prefecture = self.elsewhere();
                let (random, household) = (&mut *self.random, self.household);
                return Some(cards::card(
                    random,
                    household,
                    Scheme::National,
                    prefecture,
                    slot as u64,
                ));
            }
            Event::Overlap => Scheme::National,
            Event::Began => self.without_assistance(holder),
            Event::Ended => Scheme::Assistance,
            _ if scheme.is_employees() && self.random.chance(12_000) => Scheme::National,
            _ => self.random.weighted(&shares::EMPLOYEE),
        };
        Some(self.card(before, slot))
    }

    /// Whether the insurance before or after 医療扶助 would not be one for all of the household and
    /// all of the time, because somebody turned 75.
    fn is_between(&self, holder: &Member) -> bool {
        let birthday = holder.born.plus_years(75);
        let couple = self.household.members.len() > 1;
        let soon = self.today.plus(if couple { 3_000 } else { 30 });
        birthday <= soon && (couple || birthday > self.today.plus(-700))
    }

    fn without_assistance(&self, holder: &Member) -> Scheme {
        if holder.born.plus_years(75) <= self.today.plus(-700) {
            Scheme::Elderly
        } else {
            Scheme::National
        }
    }

    /// The member's own card from the 75th birthday on, and the one before a move.
    pub(super) fn of_elder(&mut self, member: &Member) -> Vec<Spell> {
        let (year, month, day) = ELDERLY_BEGAN;
        let from = member.born.plus_years(75).max(Date::of(year, month, day));
        let slot = member.index as usize;
        let mut spells = Vec::with_capacity(2);
        let moved = self.days_ago(1, 700);
        let moves = self.random.chance(shares::ELDERLY_MOVE);
        let mut own_from = from;
        if moves && moved > from {
            let prefecture = self.elsewhere();
            spells.push(Spell {
                card: cards::card(
                    self.random,
                    self.household,
                    Scheme::Elderly,
                    prefecture,
                    slot as u64,
                ),
                from,
                end: Some((moved, reason::OTHER)),
            });
            own_from = moved;
        }
        let card = self.card(Scheme::Elderly, slot);
        spells.push(Spell {
            card,
            from: own_from,
            end: None,
        });
        spells
    }

    /// Whether and when the member died: the first day after.
    pub(super) fn death(&mut self, member: &Member) -> Option<Date> {
        let old = member.born.age_on(self.today) >= 75;
        let heads_family = member.index == 0 && self.household.members.len() > 1 && !old;
        let share = if old {
            shares::ELDERLY_DEATH
        } else {
            shares::DEATH
        };
        let after = self.days_ago(0, 180);
        (self.random.chance(share) && !heads_family).then_some(after)
    }

    /// Whether the group leaves its insurance for that of the elderly: those who live on 医療扶助
    /// do not.
    pub(super) fn turns_75(&self, member: &Member, group: &[Spell]) -> bool {
        let assisted = group
            .iter()
            .any(|s| matches!(s.card.scheme, Scheme::Assistance | Scheme::Elderly));
        !assisted && member.born.plus_years(75) <= self.today.plus(30)
    }
}

fn reason_of(event: Event) -> &'static str {
    match event {
        Event::Began => reason::ASSISTANCE,
        Event::Move | Event::Ended => reason::OTHER,
        _ => reason::OTHER_INSURANCE,
    }
}

/// The member's part of the group's history, and of the own: from the birth, to the 75th birthday,
/// to the death.
pub(super) fn stretches<'a>(
    member: &Member,
    group: &'a [Spell],
    own: &'a [Spell],
    died: Option<Date>,
    today: Date,
) -> Vec<Stretch<'a>> {
    let birthday = (!own.is_empty()).then(|| member.born.plus_years(75));
    let mut out: Vec<Stretch<'a>> = Vec::with_capacity(3);
    for spell in group {
        let from = spell.from.max(member.born);
        let mut end = spell.end;
        if let Some(birthday) = birthday.filter(|b| end.is_none_or(|(day, _)| *b < day)) {
            end = Some((birthday, reason::OTHER_INSURANCE));
        }
        if end.is_none_or(|(day, _)| day > from && today.since(day) < TOLD_DAYS) {
            out.push(Stretch {
                card: &spell.card,
                from,
                end,
            });
        }
    }
    out.extend(own.iter().map(|spell| Stretch {
        card: &spell.card,
        from: spell.from,
        end: spell.end,
    }));
    let alive = |died: &Date| out.first().is_some_and(|stretch| stretch.from < *died);
    if let Some(died) = died.filter(alive) {
        out.retain(|stretch| stretch.from < died);
        for stretch in &mut out {
            if stretch.end.is_none_or(|(day, _)| day > died) {
                stretch.end = Some((died, reason::DEATH));
            }
        }
    }
    out
}
