//! `onshi rollout check`: what is wrong in sheets, and what would be done.

use super::{SheetArguments, Wrong, planned, read_all};
use crate::output::{Failure, Output};
use crate::serve::Tools;
use onshi_language::say;
use onshi_server::Config;
use onshi_server::web::rollout::plan::{FacilityPlan, Item, Plan, Verdict};
use onshi_server::web::rollout::read::PROBLEMS_MAX;
use serde_json::{Value, json};

/// Sheets that were looked at.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) plans: Vec<(String, Plan)>,
    pub(super) wrong: Vec<Wrong>,
}

impl Checked {
    fn count(&self) -> usize {
        self.wrong.iter().map(|one| one.problems.len()).sum()
    }

    /// Prints what is wrong, and refuses; nothing where nothing is.
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        match self.count() {
            0 => Ok(()),
            count => Err(Failure::refused(
                "rollout.check",
                say!(
                    "{count} problems in the sheets; nothing was made",
                    "シートに{count}件の誤りがあります。何も作っていません。誤りを直して、もう一度実行してください。"
                ),
            )),
        }
    }

    /// What is wrong, by files, as much as is told.
    pub(super) fn problems(&self) -> Vec<String> {
        let of = |one: &Wrong| {
            let lines = one.problems.iter().map(|text| format!("  {text}"));
            let shown: Vec<String> = lines.take(PROBLEMS_MAX).collect();
            let left = one.problems.len() - shown.len();
            let more = (left > 0).then(|| say!("  and {left} more", "  ほか{left}件"));
            let head = say!("problems in {}:", "「{}」の誤り：", one.name);
            [head].into_iter().chain(shown).chain(more)
        };
        self.wrong.iter().flat_map(of).collect()
    }
}

pub(super) fn run(
    arguments: &SheetArguments,
    config: &Config,
    output: &Output,
) -> Result<(), Failure> {
    let (read, wrong) = read_all(&arguments.sheets)?;
    let tools = Tools::open(config)?;
    let mut checked = Checked {
        wrong,
        ..Checked::default()
    };
    let whose = (arguments.installer.as_str(), arguments.reissue);
    for one in read {
        let (plan, _) = planned(&tools, one.sheet, whose, &[])?;
        if !plan.problems.is_empty() {
            checked.wrong.push(Wrong {
                name: one.name.clone(),
                problems: plan.problems.clone(),
            });
        }
        checked.plans.push((one.name, plan));
    }
    output.result(&shown(&checked), || {
        let plans = checked
            .plans
            .iter()
            .flat_map(|(name, plan)| words(name, plan));
        let lines: Vec<String> = plans.chain(checked.problems()).collect();
        lines.join("\n")
    });
    checked.refuse()
}

fn shown(checked: &Checked) -> Value {
    let sheets = checked.plans.iter().map(|(name, plan)| {
        json!({
            "sheet": name,
            "changes": plan.changes(),
            "notes": plan.notes,
            "facilities": plan.facilities.iter().map(facility).collect::<Vec<_>>(),
        })
    });
    let problems = checked
        .wrong
        .iter()
        .map(|one| json!({"sheet": one.name, "problems": one.problems}));
    json!({
        "sheets": sheets.collect::<Vec<_>>(),
        "problems": problems.collect::<Vec<_>>(),
    })
}

fn facility(plan: &FacilityPlan) -> Value {
    let item = |item: &Item| json!({"verdict": item.verdict.code(), "words": item.words()});
    json!({
        "code": plan.sheet.code.as_str(),
        "name": plan.name,
        "items": plan.items().map(item).collect::<Vec<_>>(),
        "settings": plan.settings(),
    })
}

/// What would be done of a sheet, line by line.
fn words(name: &str, plan: &Plan) -> Vec<String> {
    let mut lines = vec![say!("sheet {name}", "シート「{name}」")];
    for facility in &plan.facilities {
        lines.push(format!("■ {} {}", facility.sheet.code, facility.name));
        let item = |item: &Item| format!("  [{}] {}", verdict(item.verdict), item.words());
        lines.extend(facility.items().map(item));
        let settings = facility.settings();
        lines.extend(settings.iter().map(|text| {
            let set = say!("set", "設定");
            format!("  [{set}] {text}")
        }));
    }
    lines.extend(
        plan.notes
            .iter()
            .map(|note| say!("note: {note}", "注意：{note}")),
    );
    lines.push(summary(plan));
    lines
}

fn verdict(verdict: Verdict) -> &'static str {
    onshi_language::spoken().choose(verdict.code(), verdict.label())
}

/// How much of what.
pub(super) fn summary(plan: &Plan) -> String {
    let [made, again, there, lapsed] = [
        Verdict::Made,
        Verdict::Again,
        Verdict::There,
        Verdict::Lapsed,
    ]
    .map(|verdict| plan.count(verdict));
    let facilities = plan.facilities.len();
    match plan.changes() {
        false => say!(
            "{facilities} institutions: there is nothing to make ({there} are there, {lapsed} with a code that is over).",
            "医療機関等{facilities}件：作るものはありません（登録済み{there}件、コードの期限切れ{lapsed}件）。"
        ),
        true => say!(
            "{facilities} institutions: {made} to make, {again} codes to issue again, {there} are there, {lapsed} with a code that is over.",
            "医療機関等{facilities}件：作成{made}件、コードの再発行{again}件、登録済み{there}件、コードの期限切れ{lapsed}件。"
        ),
    }
}
