//! The sheets of a workbook row by row, until it is known what each institution asks for, or what is wrong.

use super::asked::{Sheet, SheetAccount, SheetFacility, SheetMachine};
use super::cells::{ABOVE_HEADING_MAX, Cells, as_text, heading};
use super::handed_on::rows_of;
use super::machine::{encoding, machine, networks};
use super::tab::{ACCOUNTS, FACILITY_CODE, MACHINES, MachineColumn, TERMINAL, TabKind};
use crate::sheet::{Cell, Row, Tab, Table, cell_name};
use crate::web::accounts::bulk::column::{Column, plain};
use crate::web::accounts::bulk::row::{ReadRow, Wanted, read_table};
use onshi_core::AccountKind;
use onshi_core::account::{AccountName, Managed, Period, UserId};
use onshi_core::clock::Day;
use onshi_core::facility::FacilityCode;
use onshi_wire::numbers::narrowed;
use std::collections::BTreeMap;

/// The most terminals, and the most accounts, of a workbook.
pub const ROWS_MAX: usize = 5000;

/// A workbook while it is read.
pub(super) struct Reading {
    today: Day,
    sheet: Sheet,
    /// The place of each institution.
    at: BTreeMap<String, usize>,
    problems: Vec<String>,
}

impl Reading {
    /// What the sheets ask for, or what is wrong with them.
    pub(super) fn of(tabs: &[Tab], today: Day) -> Result<Sheet, Vec<String>> {
        let mut reading = Reading {
            today,
            sheet: Sheet::default(),
            at: BTreeMap::new(),
            problems: Vec::new(),
        };
        reading.machines(tabs);
        reading.accounts(tabs);
        reading.usual_accounts();
        reading.handed_on(tabs);
        reading.compare();
        match reading.problems.is_empty() {
            true => Ok(reading.sheet),
            false => Err(reading.problems),
        }
    }

    /// The place of an institution; `cell` is where it is named.
    fn place(&mut self, code: &FacilityCode, cell: &str) -> usize {
        let next = self.sheet.facilities.len();
        let place = *self.at.entry(code.as_str().to_owned()).or_insert(next);
        if place == next {
            self.sheet.facilities.push(SheetFacility {
                code: code.clone(),
                cell: cell.to_owned(),
                name: None,
                machines: Vec::new(),
                accounts: Vec::new(),
                networks: Vec::new(),
                shift_jis: None,
                handed_on: Vec::new(),
            });
        }
        place
    }

    fn only<'a>(&mut self, tabs: &'a [Tab], kind: TabKind, name: &str) -> Option<&'a Tab> {
        let mut found = tabs.iter().filter(|tab| TabKind::of(&tab.name) == kind);
        let first = found.next();
        if found.next().is_some() {
            self.problems.push(format!(
                "「{name}」のシートが2枚以上あります。1枚にまとめてください。"
            ));
        }
        first
    }

    /// Refuses a sheet with more rows below its heading than are taken.
    fn must_be_taken(&mut self, rows: usize, name: &str) {
        if rows > ROWS_MAX {
            self.problems.push(format!(
                "「{name}」のシートの行が多すぎます（見出しより下に{ROWS_MAX}行まで。いまは{rows}行）。ファイルを分けてください。"
            ));
        }
    }

    fn machines(&mut self, tabs: &[Tab]) {
        let Some(tab) = self.only(tabs, TabKind::Machines, MACHINES) else {
            self.problems.push(format!(
                "「{MACHINES}」のシートがありません。様式（onshi rollout template）に記入してください。"
            ));
            return;
        };
        let (at, places) = match heading(&tab.table) {
            Ok(found) => found,
            Err(why) => return self.problems.push(why),
        };
        let rows = tab.table.rows.iter().skip(at + 1);
        let mut count = 0;
        for row in rows {
            count += 1;
            let mut cells = Cells {
                row,
                places: &places,
                problems: Vec::new(),
            };
            self.machine(&mut cells);
            self.problems.append(&mut cells.problems);
        }
        self.must_be_taken(count, MACHINES);
        if count == 0 {
            self.problems.push(format!(
                "「{MACHINES}」のシートに、端末が1台も書かれていません。1行に1台ずつ記入してください。"
            ));
        }
    }

    fn machine(&mut self, cells: &mut Cells<'_>) {
        let typed = cells.text(MachineColumn::FacilityCode);
        let code = FacilityCode::parse(&narrowed(&typed));
        let code = code.map_err(|problem| cells.wrong(MachineColumn::FacilityCode, &problem.text));
        let name = cells.text(MachineColumn::FacilityName);
        let machine = machine(cells);
        let networks = networks(cells);
        let encoding = encoding(cells);
        let (Ok(code), Some(machine)) = (code, machine) else {
            return;
        };
        let place = self.place(&code, &cells.name(MachineColumn::FacilityCode));
        let facility = &mut self.sheet.facilities[place];
        if !name.is_empty() && facility.name.is_none() {
            facility.name = Some((name, cells.name(MachineColumn::FacilityName)));
        }
        for network in networks {
            if !facility.networks.contains(&network) {
                facility.networks.push(network);
            }
        }
        match (facility.shift_jis, encoding) {
            (Some(one), Some(other)) if one != other => cells.wrong(
                MachineColumn::Encoding,
                "同じ医療機関等のほかの行と違います。医療機関等ごとに1つにしてください。",
            ),
            (None, Some(_)) => facility.shift_jis = encoding,
            _ => {}
        }
        facility.machines.push(machine);
    }

    fn accounts(&mut self, tabs: &[Tab]) {
        let Some(tab) = self.only(tabs, TabKind::Accounts, ACCOUNTS) else {
            return;
        };
        if tab.table.rows.is_empty() {
            return;
        }
        let read = read_table(&tab.table, Managed::RolledOut, self.today);
        let (rows, _) = match read {
            Ok(read) => read,
            Err(why) => {
                return self.problems.push(format!("「{ACCOUNTS}」のシート：{why}"));
            }
        };
        self.must_be_taken(rows.len(), ACCOUNTS);
        let Some(first) = rows.first().map(|row| row.number) else {
            return;
        };
        let places = [FACILITY_CODE, TERMINAL].map(|label| place_of(&tab.table, first, label));
        for row in rows {
            let beside = tab.table.rows.iter().find(|one| one.number == row.number);
            if let Some(beside) = beside {
                self.account(row, beside, places);
            }
        }
    }

    fn account(&mut self, row: ReadRow, cells: &Row, [code, terminal]: [Option<usize>; 2]) {
        let text = |place: Option<usize>| {
            let cell = place.and_then(|place| cells.cells.get(place));
            cell.map(as_text).unwrap_or_default().trim().to_owned()
        };
        let name = |place, label| format!("「{ACCOUNTS}」{}", cell_name(place, row.number, label));
        for note in &row.notes {
            self.sheet.notes.push(format!("「{ACCOUNTS}」{note}"));
        }
        for problem in &row.problems {
            self.problems.push(format!("「{ACCOUNTS}」{problem}"));
        }
        let place = match self.facility_of(&text(code), &name(code, FACILITY_CODE)) {
            Ok(place) => place,
            Err(why) => {
                let cell = name(code, FACILITY_CODE);
                return self.problems.push(format!("{cell}：{why}"));
            }
        };
        let Some(wanted) = row.wanted else {
            return;
        };
        let (typed, label) = (text(terminal), name(terminal, TERMINAL));
        let machine = match self.machine_of(place, wanted.kind, &typed) {
            Ok(machine) => machine,
            Err(why) => return self.problems.push(format!("{label}：{why}")),
        };
        let user_id = cells.cells.iter().position(|cell| {
            narrowed(&as_text(cell))
                .trim()
                .eq_ignore_ascii_case(wanted.user_id.as_str())
        });
        self.sheet.facilities[place].accounts.push(SheetAccount {
            cell: format!(
                "「{ACCOUNTS}」{}",
                cell_name(user_id, row.number, Column::UserId.label())
            ),
            wanted,
            machine,
        });
    }

    /// The place of the institution that a row of accounts names; it may be left out where there is one alone.
    fn facility_of(&mut self, typed: &str, cell: &str) -> Result<usize, String> {
        if typed.is_empty() {
            return match self.sheet.facilities.len() {
                1 => Ok(0),
                _ => Err("医療機関コードを入力してください。".to_owned()),
            };
        }
        let typed = narrowed(typed);
        let typed = match typed.len() {
            // A spreadsheet took the zero before it.
            9 => format!("0{typed}"),
            _ => typed,
        };
        let code = FacilityCode::parse(&typed).map_err(|problem| problem.text)?;
        Ok(self.place(&code, cell))
    }

    /// Which terminal keeps the password of a program's account.
    fn machine_of(
        &self,
        place: usize,
        kind: AccountKind,
        typed: &str,
    ) -> Result<Option<usize>, String> {
        let machines = &self.sheet.facilities[place].machines;
        if !kind.is_system() {
            return match typed.is_empty() {
                true => Ok(None),
                false => Err("端末名称は、連携アプリ用・Web API用・顔認証用のアカウントのときだけ入力します。空にしてください。".to_owned()),
            };
        }
        if !typed.is_empty() {
            let found = machines.iter().position(|machine| machine.name == typed);
            return found.map(Some).ok_or_else(|| {
                format!(
                    "「{typed}」という端末が、「{MACHINES}」のシートのこの医療機関等にありません。"
                )
            });
        }
        match usual_machine(machines, kind) {
            Some(place) => Ok(Some(place)),
            None => Err(format!(
                "プログラムのアカウントのパスワードは端末の中に保管します。「{MACHINES}」のシートに、この医療機関等の端末を書いてください。"
            )),
        }
    }

    /// The accounts of an institution of which the sheet names none: 管理, 連携アプリ用, 顔認証用.
    fn usual_accounts(&mut self) {
        for facility in &mut self.sheet.facilities {
            if !facility.accounts.is_empty() {
                continue;
            }
            for (kind, id, name) in USUAL {
                let (Ok(user_id), Ok(name)) = (UserId::parse(id), AccountName::parse(name)) else {
                    continue;
                };
                facility.accounts.push(SheetAccount {
                    cell: format!("{}（既定のアカウント）", facility.cell),
                    machine: usual_machine(&facility.machines, kind).filter(|_| kind.is_system()),
                    wanted: Wanted {
                        user_id,
                        kind,
                        name,
                        holder: None,
                        emergency_viewing: false,
                        period: Period::default(),
                        note: String::new(),
                    },
                });
            }
            self.sheet.notes.push(format!(
                "{}：「{ACCOUNTS}」のシートにこの医療機関等の行がないため、既定の3件（管理・連携アプリ用・顔認証用）を登録します。",
                facility.cell
            ));
        }
    }

    fn handed_on(&mut self, tabs: &[Tab]) {
        let alone = self.sheet.facilities.len() == 1;
        for tab in tabs {
            if TabKind::of(&tab.name) != TabKind::HandedOn || tab.table.rows.is_empty() {
                continue;
            }
            let (by_code, handed) = rows_of(tab);
            for (code, rows) in handed {
                let place = match (by_code, self.at.get(&code)) {
                    (true, Some(place)) => *place,
                    (false, _) if alone => 0,
                    _ => continue,
                };
                self.sheet.facilities[place].handed_on.push(rows);
            }
            if !by_code && !alone {
                self.sheet.notes.push(format!(
                    "「{}」のシートには「{FACILITY_CODE}」の列がなく、どの医療機関等のことか分からないため、報告書に載せません。",
                    tab.name
                ));
            }
        }
    }

    /// What stands there twice.
    fn compare(&mut self) {
        for facility in &self.sheet.facilities {
            let mut names = BTreeMap::new();
            let mut readers = BTreeMap::new();
            for machine in &facility.machines {
                if let Some(first) = names.insert(machine.name.clone(), machine.cell.clone()) {
                    self.problems.push(format!(
                        "{}：{first}と同じ名前です。端末ごとに違う名前にしてください。",
                        machine.cell
                    ));
                }
                let Some(reader) = &machine.reader else {
                    continue;
                };
                if readers.insert(reader.clone(), ()).is_some() {
                    self.problems.push(format!(
                        "{}：カードリーダー「{reader}」が2回あります。1台ごとに違う名前にしてください。",
                        machine.cell
                    ));
                }
            }
            let mut ids = BTreeMap::new();
            for account in &facility.accounts {
                let cell = account.cell.clone();
                if let Some(first) = ids.insert(account.user_id().key(), cell) {
                    self.problems.push(format!(
                        "{}：{first}と同じユーザIDです。1人に1つのIDにしてください（大文字と小文字は区別しません）。",
                        account.cell
                    ));
                }
            }
        }
    }
}

/// The accounts of an institution of which a sheet names none.
const USUAL: [(AccountKind, &str, &str); 3] = [
    (AccountKind::Admin, "admin01", "管理者"),
    (AccountKind::Link, "link01", "連携アプリケーション"),
    (AccountKind::Face, "face01", "顔認証付きカードリーダー"),
];

/// The first terminal that a program of this kind runs at.
fn usual_machine(machines: &[SheetMachine], kind: AccountKind) -> Option<usize> {
    let runs = |machine: &SheetMachine| match kind {
        AccountKind::Face => machine.reader.is_some(),
        _ => machine.folders.is_some(),
    };
    let first = machines.iter().position(runs);
    first.or((!machines.is_empty()).then_some(0))
}

/// In which column of the heading above a row this label stands.
fn place_of(table: &Table, first: usize, label: &str) -> Option<usize> {
    let above = table.rows.iter().filter(|row| row.number < first);
    let is_it = |cell: &Cell| match cell {
        Cell::Text(text) => {
            let found = MachineColumn::of_heading(&plain(text));
            found.is_some_and(|column| column.label() == label)
        }
        _ => false,
    };
    above
        .take(ABOVE_HEADING_MAX + 1)
        .find_map(|row| row.cells.iter().position(is_it))
}
