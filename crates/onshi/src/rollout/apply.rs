//! `onshi rollout apply`: what sheets ask for is made, and what comes of it is written for those to whom it is handed over.

use super::bundle::{Centre, bundles};
use super::check::{Checked, summary};
use super::folder::{Begun, Out};
use super::{SheetArguments, Wrong, planned, read_all};
use crate::output::{Failure, Output};
use crate::serve::Tools;
use clap::Args;
use onshi_core::account::activation;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::rollout;
use onshi_core::service::OperationContext;
use onshi_core::{Function, Request};
use onshi_language::{cause, say};
use onshi_server::Config;
use onshi_server::documents::Printer;
use onshi_server::web::rollout::plan::{FacilityPlan, Plan, Verdict, file_name};
use onshi_server::web::rollout::report::{self, Done};
use onshi_server::web::rollout::slip;
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};

/// What is rolled out, and where what comes of it goes.
#[derive(Args)]
pub struct ApplyArguments {
    #[command(flatten)]
    sheets: SheetArguments,
    /// The centre as the terminals reach it, such as https://centre.example:8443.
    ///
    /// 端末から見たセンターのURL（例：https://centre.example:8443）
    #[arg(long, value_name = "URL")]
    centre: String,
    /// The folder of what is handed over; only its owner may look into it.
    ///
    /// 引き渡すものを書き出すフォルダ（所有者だけが見られます）
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// What came of one sheet.
struct Outcome {
    name: String,
    /// Where what is handed over lies; none where nothing was made.
    place: Option<PathBuf>,
    made: usize,
    again: usize,
    there: usize,
    lapsed: usize,
}

pub(super) fn run(
    arguments: &ApplyArguments,
    config: &Config,
    output: &Output,
) -> Result<(), Failure> {
    check_url(&arguments.centre)?;
    let (read, wrong) = read_all(&arguments.sheets.sheets)?;
    let tools = Tools::open(config)?;
    let out = Out::open(&arguments.out).map_err(|e| at(&arguments.out, &e))?;
    let begun = out.begun().map_err(|e| at(&arguments.out, &e))?;
    let numbers: Vec<String> = begun.iter().map(|one| one.rollout_id.clone()).collect();
    let mut checked = Checked {
        wrong,
        ..Checked::default()
    };
    let whose = (
        arguments.sheets.installer.as_str(),
        arguments.sheets.reissue,
    );
    let mut digests = Vec::new();
    let mut applied = Vec::new();
    for one in read {
        let (plan, known) = planned(&tools, one.sheet, whose, &numbers)?;
        applied = known;
        if !plan.problems.is_empty() {
            checked.wrong.push(Wrong {
                name: one.name.clone(),
                problems: plan.problems.clone(),
            });
        }
        digests.push(one.digest);
        checked.plans.push((one.name, plan));
    }
    let finished = finish_begun(begun, &applied).map_err(|e| at(&arguments.out, &e))?;
    if let Err(refused) = checked.refuse() {
        say_to_people(output, &checked.problems().join("\n"));
        return Err(refused);
    }
    let work = Work {
        arguments,
        tools: &tools,
        out: &out,
        printer: Printer::new(&config.documents.fonts),
        output,
    };
    for place in &finished {
        say_to_people(output, &finished_words(place));
    }
    let mut outcomes = Vec::new();
    for ((name, mut plan), digest) in checked.plans.into_iter().zip(digests) {
        outcomes.push(work.sheet(&name, &mut plan, &digest)?);
    }
    output.result(&shown(&outcomes, &finished), || {
        outcomes.iter().map(words).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{}: {}", path.display(), cause(error)))
}

/// Prints what is no result: scripts are told the result alone.
fn say_to_people(output: &Output, text: &str) {
    if !output.json {
        output.text(text);
    }
}

/// An address of the centre, and nothing behind it.
fn check_url(url: &str) -> Result<(), Failure> {
    let host = url.strip_prefix("https://");
    match host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '"', '\\'])) {
        true => Ok(()),
        false => Err(Failure::usage(say!(
            "--centre is like https://centre.example:8443",
            "--centre は https://centre.example:8443 のように指定してください。"
        ))),
    }
}

/// Finishes what was made before a kill, and throws away what was not.
fn finish_begun(begun: Vec<Begun>, applied: &[bool]) -> io::Result<Vec<PathBuf>> {
    let mut finished = Vec::new();
    for (one, applied) in begun.into_iter().zip(applied) {
        match applied {
            true => finished.push(one.finish()?),
            false => one.drop_it()?,
        }
    }
    Ok(finished)
}

fn finished_words(place: &Path) -> String {
    say!(
        "What an interrupted roll-out had made is complete: {}",
        "前回、途中で終わった導入の書類を仕上げました: {}",
        place.display()
    )
}

struct Work<'a> {
    arguments: &'a ApplyArguments,
    tools: &'a Tools,
    out: &'a Out,
    printer: Printer,
    output: &'a Output,
}

impl Work<'_> {
    fn sheet(&self, name: &str, plan: &mut Plan, digest: &str) -> Result<Outcome, Failure> {
        let count = |plan: &Plan, verdict| plan.count(verdict);
        let mut outcome = Outcome {
            name: name.to_owned(),
            place: None,
            made: count(plan, Verdict::Made),
            again: count(plan, Verdict::Again),
            there: count(plan, Verdict::There),
            lapsed: count(plan, Verdict::Lapsed),
        };
        for note in &plan.notes {
            say_to_people(self.output, &say!("note: {note}", "注意：{note}"));
        }
        say_to_people(self.output, &format!("{name}: {}", summary(plan)));
        if !plan.changes() {
            return Ok(outcome);
        }
        let request = Request::fresh();
        let mut entropy = Entropy::new(fresh_seed());
        let installer = self.arguments.sheets.installer.as_str();
        let roll_out = plan.draw((installer, digest), &mut entropy);
        let rules = self.tools.service.rules();
        let done = Done {
            at: request.now,
            rollout_id: roll_out.rollout_id.clone(),
            sheet: (name.to_owned(), digest.to_owned()),
            activations_until: activation::usual_end(rules, request.now),
            codes_until: request
                .now
                .plus_seconds(rules.certificate.enrolment_days.saturating_mul(86_400)),
        };
        let stem = Path::new(name).file_stem().unwrap_or_default();
        let folder = format!(
            "{}-{}",
            request.now.jst_fourteen(),
            file_name(&stem.to_string_lossy())
        );
        let io = |e: io::Error| at(&self.arguments.out, &e);
        let begun = self.out.begin(&roll_out.rollout_id, &folder).map_err(io)?;
        let made = self.write_all(&begun, plan, &done).and_then(|()| {
            begun.settle().map_err(io)?;
            let operation =
                OperationContext::new(self.tools.operator.actor(), Function::RollOut, request);
            let apply = self
                .tools
                .service
                .change_and_wait(operation, move |tx| rollout::apply(tx, &roll_out));
            Ok(apply?)
        });
        // Where it failed, the folder stays: whether a commit was lost or only its answer, the next command knows by the number.
        made?;
        outcome.place = Some(begun.finish().map_err(io)?);
        Ok(outcome)
    }

    /// Writes what is handed over of each institution that gets something.
    fn write_all(&self, begun: &Begun, plan: &Plan, done: &Done) -> Result<(), Failure> {
        let changed: Vec<&FacilityPlan> =
            plan.facilities.iter().filter(|one| one.changes()).collect();
        let authority = self.tools.authority.certificate_pem();
        let centre = Centre {
            url: &self.arguments.centre,
            authority_pem: authority,
        };
        for (number, facility) in (1..).zip(&changed) {
            self.write(begun, facility, (&centre, done))?;
            if number % 10 == 0 || number == changed.len() {
                let all = changed.len();
                say_to_people(
                    self.output,
                    &say!(
                        "  written for {number} of {all} institutions",
                        "  {all}件中{number}件の医療機関等の書類を作りました"
                    ),
                );
            }
        }
        Ok(())
    }

    fn write(
        &self,
        begun: &Begun,
        plan: &FacilityPlan,
        (centre, done): (&Centre<'_>, &Done),
    ) -> Result<(), Failure> {
        let code = plan.sheet.code.as_str();
        let put = |name: &str, bytes: &[u8]| {
            let written = begun.write((code, name), bytes);
            written.map_err(|e| at(&self.arguments.out, &e))
        };
        put(
            "handover.pdf",
            &self.printer.print(&report::document(plan, done))?,
        )?;
        put("handover.xlsx", &report::workbook(plan, done)?)?;
        if let Some(slips) = slip::document(plan, done)? {
            put("activations.pdf", &self.printer.print(&slips)?)?;
        }
        for (name, bundle) in bundles(plan, centre, done) {
            put(&name, bundle.to_text().as_bytes())?;
        }
        Ok(())
    }
}

fn shown(outcomes: &[Outcome], finished: &[PathBuf]) -> Value {
    let sheet = |one: &Outcome| {
        json!({
            "sheet": one.name,
            "made": one.made,
            "again": one.again,
            "there": one.there,
            "lapsed": one.lapsed,
            "folder": one.place.as_ref().map(|place| place.display().to_string()),
        })
    };
    json!({
        "sheets": outcomes.iter().map(sheet).collect::<Vec<_>>(),
        "finished": finished.iter().map(|place| place.display().to_string()).collect::<Vec<_>>(),
    })
}

fn words(one: &Outcome) -> String {
    match &one.place {
        None => say!(
            "{}: nothing had to be made; nothing was changed.",
            "{}: 作るものはありませんでした。何も変わっていません。",
            one.name
        ),
        Some(place) => say!(
            "{}: done. What is to be handed over lies in {}. The set-up files and the slips hold codes that are good once: hand them to \
             nobody else, and remove them afterwards.",
            "{}: 導入しました。引き渡すものは {} にあります。端末の設定ファイル（terminal-*.toml）と利用開始のご案内（activations.pdf）には、1回限りのコードがあります。本人・その端末だけに渡し、済んだら消してください。",
            one.name,
            place.display()
        ),
    }
}
