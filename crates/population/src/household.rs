//! A household: who lives together, how old they are, what they are called.

use super::calendar::Date;
use super::insurers::Scheme;
use super::names::{self, Foreign, Spelling};
use super::places::{MUNICIPALITIES, PREFECTURES};
use super::random::{Random, WHOLE};
use super::shares;

/// More people than this never live together, so that keys and numbers can be counted by
/// household.
pub(super) const MOST: u32 = 8;

/// One person.
pub(super) struct Member {
    /// The place in the household: 0 is the head; of those who may be 75, all are below 4.
    pub index: u32,
    pub born: Date,
    pub female: bool,
    pub surname: Spelling,
    pub given: Spelling,
    pub foreign: Option<&'static Foreign>,
    pub maiden: Option<Spelling>,
    pub sex_not_shown: bool,
    /// Under whose card: the members of a group are insured together.
    pub group: usize,
}

impl Member {
    pub(super) fn name(&self) -> String {
        match self.foreign {
            Some(foreign) => foreign.name.kanji.to_owned(),
            None => names::kanji(self.surname, self.given),
        }
    }
}

/// People who live together. Everything about household `number` follows from it and the seed.
pub(super) struct Household {
    pub number: u64,
    pub prefecture: usize,
    pub municipality: usize,
    pub members: Vec<Member>,
    /// The scheme of each group.
    pub groups: Vec<Scheme>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Single,
    Couple,
    Family,
    LoneParent,
    ThreeGenerations,
    WithGrownChild,
}

type Table<T> = &'static [(T, u32)];

const AGES_EMPLOYED: Table<(i32, i32)> = &[
    ((20, 29), 190),
    ((30, 39), 235),
    ((40, 49), 265),
    ((50, 59), 235),
    ((60, 64), 60),
    ((65, 69), 12),
    ((70, 73), 3),
];
const AGES_KYOKAI: Table<(i32, i32)> = &[
    ((20, 29), 160),
    ((30, 39), 200),
    ((40, 49), 240),
    ((50, 59), 220),
    ((60, 64), 80),
    ((65, 69), 65),
    ((70, 73), 35),
];
const AGES_NATIONAL: Table<(i32, i32)> = &[
    ((20, 29), 80),
    ((30, 39), 105),
    ((40, 49), 130),
    ((50, 59), 150),
    ((60, 64), 120),
    ((65, 69), 190),
    ((70, 74), 225),
];
const AGES_ELDERLY: Table<(i32, i32)> = &[
    ((75, 79), 38),
    ((80, 84), 30),
    ((85, 89), 20),
    ((90, 99), 12),
];
const AGES_ASSISTED: Table<(i32, i32)> = &[
    ((25, 39), 12),
    ((40, 64), 38),
    ((65, 74), 25),
    ((75, 90), 25),
];

const SHAPES_EMPLOYED: Table<Shape> = &[
    (Shape::Single, 38),
    (Shape::Couple, 17),
    (Shape::Family, 33),
    (Shape::LoneParent, 6),
    (Shape::ThreeGenerations, 6),
];
const SHAPES_NATIONAL: Table<Shape> = &[
    (Shape::Single, 45),
    (Shape::Couple, 33),
    (Shape::Family, 12),
    (Shape::LoneParent, 5),
    (Shape::ThreeGenerations, 5),
];
const SHAPES_ELDERLY: Table<Shape> = &[
    (Shape::Single, 45),
    (Shape::Couple, 42),
    (Shape::WithGrownChild, 13),
];
const SHAPES_ASSISTED: Table<Shape> = &[
    (Shape::Single, 80),
    (Shape::Couple, 10),
    (Shape::LoneParent, 10),
];
const CHILDREN: Table<u32> = &[(1, 45), (2, 42), (3, 11), (4, 2)];
const GROWN_CHILD: Table<Scheme> = &[
    (Scheme::Kyokai, 45),
    (Scheme::National, 40),
    (Scheme::Union, 15),
];

/// Puts a household together.
pub(super) fn compose(random: &mut Random, number: u64, today: Date) -> Household {
    let (one_in, which) = shares::ASSISTED;
    let assisted = number % one_in == which;
    let scheme = match random.weighted(&shares::HEAD) {
        _ if assisted => Scheme::Assistance,
        Scheme::National if random.chance(shares::TRADE) => Scheme::Trade,
        scheme => scheme,
    };
    // Households of the same municipality are counted apart, in either way of counting.
    let count = if assisted { number / one_in } else { number };
    let household = Household {
        number,
        prefecture: PREFECTURES.draw(random),
        municipality: usize::try_from(count % MUNICIPALITIES).unwrap_or(0),
        members: Vec::with_capacity(MOST as usize),
        groups: vec![match scheme {
            // Who is below 75 in a household of the elderly is insured by the municipality.
            Scheme::Elderly => Scheme::National,
            scheme => scheme,
        }],
    };
    let (ages, shapes) = match scheme {
        Scheme::Kyokai => (AGES_KYOKAI, SHAPES_EMPLOYED),
        Scheme::National | Scheme::Trade => (AGES_NATIONAL, SHAPES_NATIONAL),
        Scheme::Elderly => (AGES_ELDERLY, SHAPES_ELDERLY),
        Scheme::Assistance => (AGES_ASSISTED, SHAPES_ASSISTED),
        Scheme::SpecialRetired => (&AGES_KYOKAI[5..], &SHAPES_EMPLOYED[..2]),
        _ => (AGES_EMPLOYED, SHAPES_EMPLOYED),
    };
    let (youngest, oldest) = random.weighted(ages);
    let age = random.between(youngest, oldest);
    let shape = match random.weighted(shapes) {
        Shape::Family | Shape::LoneParent if age < 24 => Shape::Single,
        Shape::Family | Shape::LoneParent if age > 62 => Shape::Couple,
        shape => shape,
    };
    let surname = names::surname(random);
    let mut build = Builder {
        random,
        today,
        surname,
        household,
    };
    build.fill(scheme, shape, age);
    build.household
}

struct Builder<'a> {
    random: &'a mut Random,
    today: Date,
    surname: Spelling,
    household: Household,
}

impl Builder<'_> {
    fn fill(&mut self, scheme: Scheme, shape: Shape, age: i32) {
        let lone = shape == Shape::LoneParent;
        let female = self.random.chance(match scheme {
            Scheme::Elderly if shape == Shape::Single => 72_000,
            _ if lone => 85_000,
            Scheme::Elderly => 15_000,
            _ if shape == Shape::Single => 42_000,
            _ => 18_000,
        });
        self.person(age, female, 0);
        if matches!(
            shape,
            Shape::Couple | Shape::Family | Shape::ThreeGenerations
        ) {
            self.spouse(scheme, age, !female);
        }
        if shape == Shape::ThreeGenerations && age >= 35 {
            let older = (age + self.random.between(23, 34)).min(99);
            let female = self.random.chance(70_000);
            self.person(older, female, 0);
        }
        if lone || matches!(shape, Shape::Family | Shape::ThreeGenerations) {
            self.children(age);
        }
        if shape == Shape::WithGrownChild {
            let younger = (age - self.random.between(25, 34)).clamp(42, 73);
            let female = self.random.chance(40_000);
            let scheme = self.random.weighted(GROWN_CHILD);
            let group = self.group(scheme);
            self.person(younger, female, group);
        }
    }

    /// Somebody insured under an own card.
    fn group(&mut self, scheme: Scheme) -> usize {
        self.household.groups.push(scheme);
        self.household.groups.len() - 1
    }

    fn spouse(&mut self, scheme: Scheme, age: i32, female: bool) {
        let youngest = if scheme == Scheme::Elderly { 70 } else { 20 };
        let age = (age + self.random.between(-6, 3)).clamp(youngest, 99);
        let works = match scheme {
            Scheme::Elderly | Scheme::Assistance | Scheme::SpecialRetired => 0,
            _ if age >= 65 => 0,
            Scheme::National | Scheme::Trade => 25_000,
            _ => 60_000,
        };
        let group = if self.random.chance(works) {
            let own = self.random.weighted(&shares::EMPLOYEE);
            self.group(own)
        } else if scheme == Scheme::SelfDefence {
            // The card of the self-defence forces is the soldier's alone.
            self.group(Scheme::MutualAid)
        } else {
            0
        };
        self.person(age, female, group);
    }

    fn children(&mut self, age: i32) {
        let group = match self.household.groups[0] {
            Scheme::SelfDefence => self.household.members.last().map_or(0, |m| m.group),
            _ => 0,
        };
        let oldest = age - self.random.between(24, 34);
        let mut twin: Option<Date> = None;
        for child in 0..self.random.weighted(CHILDREN) {
            let apart = i32::try_from(child).unwrap_or(0) * 2 + self.random.between(0, 1);
            if oldest - apart > 22 {
                continue;
            }
            let female = self.random.chance(WHOLE / 2 - 1_250);
            self.person((oldest - apart).max(0), female, group);
            let same_day = self.random.chance(shares::TWINS);
            if let Some(member) = self.household.members.last_mut() {
                if let (Some(born), true) = (twin, same_day) {
                    member.born = born;
                }
                twin = Some(member.born);
            }
        }
    }

    fn person(&mut self, age: i32, female: bool, group: usize) {
        let born = self
            .today
            .plus_years(-age)
            .plus(-self.random.between(0, 364));
        let grown = age >= 20;
        let foreign =
            (grown && self.random.chance(shares::COMMON_NAME)).then(|| names::foreign(self.random));
        let maiden = (grown && female && self.random.chance(shares::MAIDEN_NAME))
            .then(|| names::surname(self.random));
        let index = u32::try_from(self.household.members.len()).unwrap_or(0);
        self.household.members.push(Member {
            index,
            born,
            female,
            surname: self.surname,
            given: names::given(self.random, female, born.parts().0),
            foreign,
            maiden,
            sex_not_shown: self.random.chance(shares::SEX_NOT_SHOWN),
            group,
        });
    }
}
