//! What a ヒアリングシート asks for beside what there is: what is to be made, what stays, and what is in the way.

use super::asked::{Sheet, SheetAccount, SheetFacility, SheetMachine};
use super::plan::{FacilityPlan, Item, Plan, Verdict};
use crate::web::accounts::bulk::cell::kind_word;
use onshi_core::rollout::{AccountState, Found, Looked, MachineState, Wanted};
use onshi_core::terms::CertificateKind;
use onshi_core::{AccountKind, Moment};

/// What has to be looked up for a sheet.
pub fn wanted(sheet: &Sheet) -> Vec<Wanted> {
    let of = |facility: &SheetFacility| Wanted {
        facility: facility.code.clone(),
        machines: machines(facility).collect(),
        accounts: facility
            .accounts
            .iter()
            .map(|account| account.user_id().clone())
            .collect(),
    };
    sheet.facilities.iter().map(of).collect()
}

/// The terminals, each with its reader behind it.
fn machines(facility: &SheetFacility) -> impl Iterator<Item = (CertificateKind, String)> + '_ {
    facility.machines.iter().flat_map(|machine| {
        let reader = machine.reader.clone();
        let reader = reader.map(|name| (CertificateKind::Reader, name));
        [(CertificateKind::Terminal, machine.name.clone())]
            .into_iter()
            .chain(reader)
    })
}

/// What is to be done of a sheet where there is what was looked up. `again` asks for other codes for what has none that could be
/// used, and for what waits with one.
pub fn plan(sheet: Sheet, looked: Looked, again: bool) -> Plan {
    let mut plan = Plan {
        facilities: Vec::with_capacity(sheet.facilities.len()),
        notes: sheet.notes,
        problems: Vec::new(),
    };
    for (facility, found) in sheet.facilities.into_iter().zip(looked.found) {
        match found {
            None => plan.problems.push(format!(
                "{}：{} この医療機関等への導入の権限がありません（登録されていないか、権限が付与されていないか、期限が過ぎています）。コードを確かめ、実施機関に権限の付与を依頼してください。",
                facility.cell, facility.code
            )),
            Some(found) => {
                let one = Planning {
                    again,
                    notes: &mut plan.notes,
                    problems: &mut plan.problems,
                };
                let planned = one.facility(facility, found);
                plan.facilities.push(planned);
            }
        }
    }
    plan
}

struct Planning<'a> {
    again: bool,
    notes: &'a mut Vec<String>,
    problems: &'a mut Vec<String>,
}

/// A name in one spelling: width and blanks make no other institution of it.
fn spelling(name: &str) -> String {
    let narrow = onshi_wire::numbers::narrowed(name);
    narrow.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Planning<'_> {
    fn facility(mut self, sheet: SheetFacility, found: Found) -> FacilityPlan {
        let facility = &found.facility;
        if facility.stopped.is_some() {
            self.problems.push(format!(
                "{}：{}（{}）の利用は停止されています。実施機関に連絡してください。",
                sheet.cell, facility.name, facility.code
            ));
        }
        if let Some((name, cell)) = &sheet.name
            && spelling(name) != spelling(&facility.name)
        {
            self.problems.push(format!(
                "{cell}：医療機関コード {} の登録の名称は「{}」で、シートの「{name}」と違います。コードか名称を直してください。",
                facility.code, facility.name
            ));
        }
        let mut states = found.machines.iter();
        let mut machines = Vec::with_capacity(sheet.machines.len());
        for machine in &sheet.machines {
            let own = states.next().copied().unwrap_or(MachineState::New);
            let own = self.machine(machine, "端末", &machine.name, own);
            let reader = machine.reader.as_ref().map(|name| {
                let state = states.next().copied().unwrap_or(MachineState::New);
                self.machine(machine, "カードリーダー", name, state)
            });
            machines.push((own, reader));
        }
        let accounts = sheet.accounts.iter().zip(&found.accounts);
        let accounts = accounts.map(|(account, state)| self.account(account, state));
        let accounts = accounts.collect();
        let mut networks = facility.message_networks.clone();
        for network in &sheet.networks {
            if !networks.contains(network) {
                networks.push(*network);
            }
        }
        FacilityPlan {
            name: facility.name.clone(),
            installer: found.installer,
            machines,
            accounts,
            networks: (networks != facility.message_networks).then_some(networks),
            shift_jis: sheet
                .shift_jis
                .filter(|wanted| *wanted != facility.shift_jis),
            sheet,
        }
    }

    fn machine(
        &mut self,
        machine: &SheetMachine,
        what: &str,
        name: &str,
        state: MachineState,
    ) -> Item {
        let what = format!("{what}「{name}」");
        let (verdict, state) = match state {
            MachineState::New => (Verdict::Made, "取得コードを発行します".to_owned()),
            MachineState::Enrolled => (Verdict::There, "電子証明書は取得済みです".to_owned()),
            MachineState::Waiting(_) | MachineState::Lapsed if self.again => (
                Verdict::Again,
                "取得コードを発行し直します（前のコードは使えなくなります）".to_owned(),
            ),
            MachineState::Waiting(until) => (
                Verdict::There,
                format!("取得コードは発行済みです（{}まで）", until.jst_words()),
            ),
            MachineState::Lapsed => {
                self.notes.push(format!(
                    "{}：{what}の取得コードは使えなくなっていて、有効な電子証明書もありません。発行し直すときは --reissue を付けてください。",
                    machine.cell
                ));
                (
                    Verdict::Lapsed,
                    "取得コードが使えなくなっています".to_owned(),
                )
            }
        };
        Item {
            verdict,
            what,
            state,
            code: None,
        }
    }

    fn account(&mut self, account: &SheetAccount, state: &AccountState) -> Item {
        let what = format!(
            "{}のアカウント {}（{}）",
            kind_word(account.kind()),
            account.user_id().as_str(),
            account.name()
        );
        let (verdict, state) = match state {
            AccountState::New => (
                Verdict::Made,
                "登録し、利用開始コードを発行します".to_owned(),
            ),
            AccountState::There {
                kind,
                name,
                retired,
                awaits,
            } => {
                self.taken(account, (*kind, name), *retired);
                self.awaiting(account, *awaits)
            }
        };
        Item {
            verdict,
            what,
            state,
            code: None,
        }
    }

    /// Says whether the account that has the user id can be the one of the sheet.
    fn taken(&mut self, account: &SheetAccount, (kind, name): (AccountKind, &str), retired: bool) {
        if retired {
            self.problems.push(format!(
                "{}：このユーザIDは、廃止したアカウントが使っていたため、もう使えません。別のIDにしてください。",
                account.cell
            ));
        } else if kind != account.kind() {
            self.problems.push(format!(
                "{}：このユーザIDは、「{}」のアカウントが使っています。別のIDにするか、権限区分を直してください。",
                account.cell,
                kind_word(kind)
            ));
        } else if name != account.name() {
            self.notes.push(format!(
                "{}：登録の名前は「{name}」です。シートの「{}」には変えません。",
                account.cell,
                account.name()
            ));
        }
    }

    fn awaiting(
        &mut self,
        account: &SheetAccount,
        awaits: Option<Option<Moment>>,
    ) -> (Verdict, String) {
        match awaits {
            None => (
                Verdict::There,
                "登録済みです（利用を始めています）".to_owned(),
            ),
            Some(_) if self.again => (
                Verdict::Again,
                "利用開始コードを発行し直します（前のコードは使えなくなります）".to_owned(),
            ),
            Some(Some(until)) => (
                Verdict::There,
                format!("登録済みです（利用開始コードは{}まで）", until.jst_words()),
            ),
            Some(None) => {
                self.notes.push(format!(
                    "{}：利用開始コードの期限が過ぎ、まだ利用を始めていません。発行し直すときは --reissue を付けてください。",
                    account.cell
                ));
                (
                    Verdict::Lapsed,
                    "利用開始コードの期限が過ぎています".to_owned(),
                )
            }
        }
    }
}
