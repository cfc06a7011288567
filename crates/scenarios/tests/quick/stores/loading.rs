//! Insured persons in numbers: what PostgreSQL takes by COPY is the same as what is put in row by row, there and on SQLite.

use crate::stores::test_node::{OPENING, Place, operator};
use onshi_core::Function;
use onshi_core::insured::Line;
use onshi_core::insured::import::{Progress, take_batch};
use onshi_core::insured::import_reader::Batch;
use onshi_population::{Plan, Population};

/// A nation in small, and what becomes of it later.
fn reports() -> [Vec<Line>; 3] {
    let plan = Plan {
        persons: 400,
        seed: 7,
        today: OPENING.jst_day(),
    };
    let first: Vec<Line> = Population::new(plan).collect();
    let mut second = first.clone();
    let mut newcomers = Vec::new();
    for (place, line) in second.iter_mut().enumerate() {
        let Line::Qualification(record) = line else {
            continue;
        };
        match place % 10 {
            0 => record.address = Some("東京都架空区一丁目1番1号".to_owned()),
            1 => {
                let mut newcomer = record.clone();
                newcomer.person += 1_000_000;
                newcomers.push(Line::Qualification(newcomer));
            }
            2 => record.name_kana = None,
            _ => {}
        }
    }
    second.extend(newcomers);
    // The same qualification three times, the last two otherwise than the first.
    let mut third = second.clone();
    let of_somebody = third
        .iter()
        .position(|line| matches!(line, Line::Qualification(_)));
    for name in ["架空 一郎", "架空 二郎"] {
        let mut again = third[of_somebody.unwrap()].clone();
        if let Line::Qualification(record) = &mut again {
            record.name = name.to_owned();
        }
        third.push(again);
    }
    [first, second, third]
}

/// What each report brought, and all that is kept in the end.
fn taken(place: &Place, together: usize) -> (Vec<Progress>, Vec<String>) {
    let node = place.node("east");
    let mut brought = Vec::new();
    for (number, lines) in reports().iter().enumerate() {
        let source = format!("report-{number}");
        let mut run = Progress::default();
        for some in lines.chunks(together) {
            let batch = Batch {
                lines: some.to_vec(),
                from: Some(run.position),
                position: run.position + some.len() as i64,
                line_count: run.lines + some.len() as i64,
                ..Batch::default()
            };
            let source = source.clone();
            let actor = operator().actor();
            let taken = node.change(actor, Function::ImportInsuredPersons, move |tx| {
                take_batch(tx, &source, &batch)
            });
            run = taken.unwrap().progress;
        }
        brought.push(run);
    }
    let tables = [
        "select * from qualification order by person, acquired, card",
        "select * from medical_ticket order by facility_code, treatment_month, person",
        "select * from insurer_count order by insurer_number",
    ];
    let rows = tables.iter().flat_map(|sql| place.connect().rows(sql));
    let kept = rows.map(|row| format!("{row:?}")).collect();
    (brought, kept)
}

#[test]
fn what_is_copied_is_what_is_put_in_row_by_row() {
    let (brought, kept) = taken(&Place::postgres(), 100_000);
    let numbers = |run: &Progress| [run.added, run.changed, run.unchanged];
    let lines = reports().map(|lines| lines.len() as i64);
    assert_eq!(numbers(&brought[0]), [lines[0], 0, 0]);
    let [added, changed, unchanged] = numbers(&brought[1]);
    assert!(
        added > 40 && changed > 80 && unchanged > 300,
        "{:?}",
        brought[1]
    );
    assert_eq!(added + changed + unchanged, lines[1]);
    assert_eq!(numbers(&brought[2]), [0, 2, lines[2] - 2]);
    assert!(kept.iter().any(|row| row.contains("架空 二郎")));
    for place in [Place::postgres(), Place::sqlite()] {
        let (brought_here, kept_here) = taken(&place, 100);
        assert_eq!(brought_here, brought);
        assert_eq!(kept_here.len(), kept.len());
        for (here, there) in kept_here.iter().zip(&kept) {
            assert_eq!(here, there);
        }
    }
}

/// Two batches in one transaction, and one that is undone: the table between is the connection's, and holds one batch at a time.
#[test]
fn batches_of_two_callers_do_not_mix() {
    let place = Place::postgres();
    let nodes = ["east", "west"].map(|name| place.node(name));
    let [first, ..] = reports();
    let halves = first.split_at(first.len() / 2);
    std::thread::scope(|scope| {
        for (node, lines) in nodes.iter().zip([halves.0, halves.1]) {
            scope.spawn(move || {
                for round in 0..4 {
                    let batch = Batch {
                        lines: lines.to_vec(),
                        ..Batch::default()
                    };
                    let actor = operator().actor();
                    let source = format!("{round}");
                    let taken = node.change(actor, Function::ImportInsuredPersons, move |tx| {
                        take_batch(tx, &source, &batch)
                    });
                    taken.unwrap();
                }
            });
        }
    });
    let qualifications = |line: &&Line| matches!(line, Line::Qualification(_));
    let expected = first.iter().filter(qualifications).count() as i64;
    assert_eq!(place.number("select count(*) from qualification"), expected);
    assert_eq!(
        place.number("select sum(qualifications)::bigint from insurer_count"),
        expected
    );
    let counted =
        "select count(*) from (select distinct person, insurer_number from qualification) p";
    let persons = place.number("select sum(persons)::bigint from insurer_count");
    assert_eq!(persons, place.number(counted));
}
