//! What people have and how it is treated: chronic diseases with their steps, and what comes and goes.

use super::drugs::{Dose, usage};
use super::institutions::Field;

/// A chronic disease.
pub(super) struct Course {
    /// Where it is treated.
    pub field: Field,
    /// From and to which age it is seen.
    pub ages: (i32, i32),
    /// 性別 where only one has it: female?
    pub only: Option<bool>,
    /// How many of 100,000 of that age have it.
    pub share: u32,
    /// What is prescribed, a step after the other: a dose that rises, another medicine, one more.
    pub steps: &'static [&'static [Dose]],
}

const fn course(
    field: Field,
    ages: (i32, i32),
    share: u32,
    steps: &'static [&'static [Dose]],
) -> Course {
    Course {
        field,
        ages,
        only: None,
        share,
        steps,
    }
}

const fn only(female: bool, course: Course) -> Course {
    Course {
        only: Some(female),
        ..course
    }
}

/// The index of high blood pressure, diabetes and lipids in [`COURSES`]: the checkups show them too.
pub(super) const PRESSURE: usize = 0;
pub(super) const LIPIDS: usize = 1;
pub(super) const DIABETES: usize = 2;
/// The index of pain of knee and back, with a medicine for the stomach of its own.
pub(super) const PAIN: usize = 5;
/// The index of heartburn.
pub(super) const REFLUX: usize = 3;
/// The index of atrial fibrillation.
pub(super) const FIBRILLATION: usize = 4;

pub(super) const COURSES: &[Course] = &[
    course(
        Field::Internal,
        (40, 110),
        36_000,
        &[
            &[(101, "1", usage::MORNING)],
            &[(102, "1", usage::MORNING)],
            &[(103, "1", usage::MORNING)],
            &[(102, "1", usage::MORNING), (111, "1", usage::MORNING)],
            &[(102, "1", usage::MORNING), (112, "1", usage::MORNING)],
        ],
    ),
    course(
        Field::Internal,
        (40, 95),
        24_000,
        &[
            &[(201, "1", usage::EVENING)],
            &[(202, "1", usage::EVENING)],
            &[(202, "1", usage::EVENING), (211, "1", usage::EVENING)],
        ],
    ),
    course(
        Field::Internal,
        (35, 95),
        10_000,
        &[
            &[(301, "2", usage::TWICE)],
            &[(302, "2", usage::TWICE)],
            &[(302, "2", usage::TWICE), (311, "1", usage::MORNING)],
            &[(302, "2", usage::TWICE), (321, "1", usage::MORNING)],
        ],
    ),
    course(
        Field::Internal,
        (30, 100),
        9_000,
        &[&[(502, "1", usage::MORNING)], &[(501, "1", usage::MORNING)]],
    ),
    course(
        Field::Internal,
        (65, 100),
        6_000,
        &[
            &[(401, "2", usage::EVENING), (131, "1", usage::MORNING)],
            &[(402, "2", usage::TWICE), (131, "1", usage::MORNING)],
        ],
    ),
    course(
        Field::Orthopaedics,
        (55, 110),
        16_000,
        &[
            &[(601, "3", usage::THRICE), (502, "1", usage::MORNING)],
            &[(602, "2", usage::TWICE), (603, "28", usage::OUTSIDE)],
        ],
    ),
    course(
        Field::Internal,
        (5, 80),
        5_000,
        &[
            &[(801, "2", usage::INHALED)],
            &[(801, "2", usage::INHALED), (811, "1", usage::BEDTIME)],
        ],
    ),
    course(
        Field::Mind,
        (25, 100),
        8_000,
        &[&[(821, "1", usage::BEDTIME)], &[(822, "1", usage::BEDTIME)]],
    ),
    course(
        Field::Mind,
        (20, 70),
        4_000,
        &[&[(823, "1", usage::EVENING)], &[(824, "1", usage::EVENING)]],
    ),
    only(
        true,
        course(
            Field::Orthopaedics,
            (65, 110),
            18_000,
            &[&[(851, "1", usage::WEEKLY), (852, "1", usage::MORNING)]],
        ),
    ),
    only(
        false,
        course(
            Field::Internal,
            (40, 80),
            8_000,
            &[&[(881, "1", usage::MORNING)], &[(882, "1", usage::MORNING)]],
        ),
    ),
    only(
        false,
        course(
            Field::Internal,
            (60, 100),
            12_000,
            &[&[(891, "1", usage::EVENING)]],
        ),
    ),
    only(
        true,
        course(
            Field::Internal,
            (30, 90),
            3_000,
            &[&[(871, "1", usage::MORNING)], &[(872, "1", usage::MORNING)]],
        ),
    ),
    course(
        Field::Internal,
        (80, 110),
        10_000,
        &[&[(831, "1", usage::MORNING)], &[(832, "1", usage::MORNING)]],
    ),
    course(
        Field::Eyes,
        (55, 110),
        7_000,
        &[&[(911, "2.5", usage::EYES)]],
    ),
    course(
        Field::Internal,
        (65, 110),
        12_000,
        &[&[(841, "3", usage::THRICE)]],
    ),
];

/// A cold: what for, and in how many of 100 cases an antibiotic too.
pub(super) const COLD: &[Dose] = &[
    (611, "3", usage::THRICE),
    (731, "3", usage::THRICE),
    (732, "3", usage::THRICE),
];
pub(super) const KAMPO: &[Dose] = &[(901, "7.5", usage::THRICE), (741, "3", usage::THRICE)];
pub(super) const ANTIBIOTICS: &[&[Dose]] = &[
    &[(701, "3", usage::THRICE), (842, "3", usage::THRICE)],
    &[(702, "2", usage::TWICE)],
    &[(703, "1", usage::MORNING)],
];
pub(super) const INFLUENZA: &[Dose] = &[(711, "2", usage::TWICE), (611, "3", usage::IF_NEEDED)];
/// Pollen, from February to April.
pub(super) const POLLEN: &[&[Dose]] = &[
    &[(722, "1", usage::BEDTIME), (723, "5", usage::EYES)],
    &[(721, "2", usage::TWICE), (724, "8.5", usage::NOSE)],
];
pub(super) const SKIN: &[Dose] = &[(921, "10", usage::OINTMENT)];
/// During an operation's stay.
pub(super) const SURGERY: &[Dose] = &[
    (701, "3", usage::THRICE),
    (601, "3", usage::THRICE),
    (521, "3", usage::THRICE),
];

/// Operations, with the sample code.
pub(super) const OPERATIONS: &[(&str, &str)] = &[
    ("159999001", "水晶体再建術（見本）"),
    ("159999002", "腹腔鏡下胆嚢摘出術（見本）"),
    ("159999003", "人工膝関節置換術（見本）"),
    ("159999004", "経皮的冠動脈ステント留置術（見本）"),
    ("159999005", "鼠径ヘルニア手術（見本）"),
];
