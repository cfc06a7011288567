//! Tables: columns, heads that are repeated, and page breaks between rows.
//!
//! A row that is higher than a page goes on over the next ones; nothing of it is cut off.

use crate::DocumentError;
use crate::description::{Table, Tone};
use crate::layout::{Item, Layouter, Role, SIDE, Style, baseline, visible};
use crate::lines::break_lines;

const SIZE: f32 = 8.5;
const LEADING: f32 = 11.6;
/// Left and right of a cell, and above and below.
const PAD: (f32, f32) = (4.0, 2.6);
/// The words of a head are ours, and short.
const HEAD_LINES_MAX: usize = 8;
/// Fewer lines of a row that goes on are not worth beginning.
const BEGIN_MIN: usize = 3;

/// Where the columns stand.
struct Grid {
    columns: Vec<(f32, f32)>,
}

/// A cell in lines.
struct Lines<'d> {
    lines: Vec<&'d str>,
    style: Style,
    element: Option<usize>,
}

/// The head of a table.
struct Head<'d> {
    cells: Vec<Vec<&'d str>>,
    height: f32,
}

impl Grid {
    fn new(shares: impl Iterator<Item = u16> + Clone, width: f32) -> Grid {
        let whole: f32 = shares.clone().map(f32::from).sum::<f32>().max(1.0);
        let mut x = SIDE;
        let columns = shares.map(|share| {
            let wide = width * f32::from(share) / whole;
            let column = (x, wide);
            x += wide;
            column
        });
        Grid {
            columns: columns.collect(),
        }
    }
}

fn style(tone: Tone, bold: bool) -> Style {
    Style {
        size: SIZE,
        bold: bold || tone == Tone::Alert,
        tone,
    }
}

/// Names and values: a table without a head, whose first column names the rows.
pub(crate) fn lay_out_facts<'d>(
    out: &mut Layouter<'d, '_, '_>,
    facts: &'d [(String, String)],
) -> Result<(), DocumentError> {
    if facts.is_empty() {
        return Ok(());
    }
    let grid = Grid::new([24, 76].into_iter(), out.width());
    let table = out.element(Role::Table("項目と内容"), None);
    let body = out.element(Role::Body, Some(table));
    rule(out);
    for (name, value) in facts {
        let row = out.element(Role::Row, Some(body));
        let name = cell(out, &grid, 0, name, style(Tone::Quiet, false));
        let value = cell(out, &grid, 1, value, style(Tone::Plain, false));
        let roles = [Role::RowName, Role::Cell];
        let mut cells = [name, value];
        for (cell, role) in cells.iter_mut().zip(roles) {
            cell.element = Some(out.element(role, Some(row)));
        }
        place(out, &grid, &cells, None)?;
    }
    out.y += 6.0;
    Ok(())
}

pub(crate) fn lay_out_table<'d>(
    out: &mut Layouter<'d, '_, '_>,
    table: &'d Table,
) -> Result<(), DocumentError> {
    if table.columns.is_empty() {
        return Ok(());
    }
    let grid = Grid::new(table.columns.iter().map(|column| column.share), out.width());
    let element = out.element(Role::Table(&table.summary), None);
    let head = head(out, &grid, table);
    if out.room() < head.height + 3.0 * LEADING {
        out.turn_page()?;
    }
    let group = out.element(Role::Head, Some(element));
    let row = out.element(Role::Row, Some(group));
    let names: Vec<usize> = table
        .columns
        .iter()
        .map(|_| out.element(Role::ColumnName, Some(row)))
        .collect();
    draw_head(out, &grid, &head, &names);
    let body = out.element(Role::Body, Some(element));
    for row in &table.rows {
        let group = out.element(Role::Row, Some(body));
        let mut cells = Vec::with_capacity(row.cells.len());
        for (at, (said, column)) in row.cells.iter().zip(&table.columns).enumerate() {
            let mut lines = cell(out, &grid, at, &said.text, style(said.tone, false));
            let role = if column.names_row {
                Role::RowName
            } else {
                Role::Cell
            };
            lines.element = Some(out.element(role, Some(group)));
            cells.push(lines);
        }
        place(out, &grid, &cells, Some(&head))?;
    }
    out.y += 8.0;
    Ok(())
}

fn cell<'d>(
    out: &Layouter<'d, '_, '_>,
    grid: &Grid,
    at: usize,
    text: &'d str,
    style: Style,
) -> Lines<'d> {
    let width = grid
        .columns
        .get(at)
        .map_or(0.0, |(_, wide)| wide - 2.0 * PAD.0);
    Lines {
        lines: break_lines(text, (width.max(1.0), style.size), out.typesetter),
        style,
        element: None,
    }
}

fn head<'d>(out: &Layouter<'d, '_, '_>, grid: &Grid, table: &'d Table) -> Head<'d> {
    let cells: Vec<Vec<&str>> = (table.columns.iter().enumerate())
        .map(|(at, column)| {
            let mut lines = cell(out, grid, at, &column.title, style(Tone::Plain, true)).lines;
            lines.truncate(HEAD_LINES_MAX);
            lines
        })
        .collect();
    let most = cells.iter().map(Vec::len).max().unwrap_or(1);
    Head {
        cells,
        height: height(most),
    }
}

fn height(lines: usize) -> f32 {
    // A table has far fewer lines a page than a float counts exactly.
    LEADING * lines as f32 + 2.0 * PAD.1
}

/// How many lines fit.
fn fit(room: f32) -> usize {
    ((room - 2.0 * PAD.1) / LEADING).floor().max(0.0) as usize
}

/// Draws the head; without elements, as it is repeated, it is no part of what is read.
fn draw_head<'d>(out: &mut Layouter<'d, '_, '_>, grid: &Grid, head: &Head<'d>, names: &[usize]) {
    out.put(Item::Ground {
        at: (SIDE, out.y),
        size: (out.width(), head.height),
    });
    for (at, lines) in head.cells.iter().enumerate() {
        let element = names.get(at).copied();
        draw_lines(out, grid, at, lines, (style(Tone::Plain, true), element));
    }
    out.y += head.height;
    rule(out);
}

fn draw_lines<'d>(
    out: &mut Layouter<'d, '_, '_>,
    grid: &Grid,
    at: usize,
    lines: &[&'d str],
    (style, element): (Style, Option<usize>),
) {
    let Some((x, _)) = grid.columns.get(at).copied() else {
        return;
    };
    let mut y = out.y + PAD.1;
    for line in lines {
        out.put(Item::Text {
            at: (x + PAD.0, y + baseline(style.size, LEADING)),
            text: visible(line),
            style,
            element,
        });
        y += LEADING;
    }
}

/// Puts a row where it fits, on as many pages as it needs.
fn place<'d>(
    out: &mut Layouter<'d, '_, '_>,
    grid: &Grid,
    cells: &[Lines<'d>],
    head: Option<&Head<'d>>,
) -> Result<(), DocumentError> {
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
    let whole = fit(out.whole() - head.map_or(0.0, |head| head.height));
    let mut done = 0;
    while done < most {
        let (left, fits) = (most - done, fit(out.room()));
        if left > fits && (left <= whole || fits < BEGIN_MIN) {
            out.turn_page()?;
            if let Some(head) = head {
                draw_head(out, grid, head, &[]);
            }
            continue;
        }
        let take = left.min(fits);
        for (at, cell) in cells.iter().enumerate() {
            let from = done.min(cell.lines.len());
            let to = (done + take).min(cell.lines.len());
            draw_lines(
                out,
                grid,
                at,
                &cell.lines[from..to],
                (cell.style, cell.element),
            );
        }
        out.y += height(take);
        rule(out);
        done += take;
    }
    Ok(())
}

fn rule(out: &mut Layouter<'_, '_, '_>) {
    let (at, width) = ((SIDE, out.y), out.width());
    out.put(Item::Rule { at, width });
}
