//! The report of a trial (復元訓練報告書), as text, as PDF and as JSON: in Japanese, since it is filed.

use super::{Tried, missing, seconds, stamp};
use crate::output::Failure;
use onshi_core::Moment;
use onshi_core::eligibility::Validity;
use onshi_documents::{Block, Cell, Column, Document, Level, Paper, Row, Table, Tone};
use onshi_language::say;
use onshi_server::Config;
use onshi_server::documents::{Printer, made};
use onshi_server::operator::backup::bytes_in_words;
use onshi_server::start::secrets::write_new;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A step, and what came of it.
#[derive(Debug, Serialize)]
struct Step {
    what: String,
    result: String,
    found: String,
    seconds: String,
}

/// What is reported.
#[derive(Debug, Serialize)]
pub struct Report {
    passed: bool,
    began: String,
    moment: String,
    database: String,
    bytes: u64,
    entries: i64,
    seals: i64,
    missing: i64,
    sha256: String,
    steps: Vec<Step>,
    /// Why it was not passed, where a step could not be done.
    why: Option<String>,
    /// What the notes of the second place say, in words.
    noted: String,
    #[serde(skip)]
    at: Moment,
}

fn step(what: &str, good: bool, found: String, seconds: String) -> Step {
    Step {
        what: what.to_owned(),
        result: if good { "合格" } else { "不合格" }.to_owned(),
        found,
        seconds,
    }
}

impl Report {
    /// Of what came of it, or of why a step could not be done.
    pub fn of(began: Moment, tried: Result<&Tried, &str>) -> Report {
        let mut report = Report {
            passed: false,
            began: began.jst_table(),
            moment: String::new(),
            database: String::new(),
            bytes: 0,
            entries: 0,
            seals: 0,
            missing: 0,
            sha256: String::new(),
            steps: Vec::new(),
            why: None,
            noted: String::new(),
            at: began,
        };
        match tried {
            Err(why) => report.why = Some(why.to_owned()),
            Ok(tried) => report.fill(tried),
        }
        report
    }

    fn fill(&mut self, tried: &Tried) {
        let (manifest, checked) = (&tried.made.manifest, &tried.checked);
        self.passed = checked.good();
        self.moment.clone_from(&manifest.moment);
        self.database.clone_from(&manifest.database);
        self.bytes = manifest.bytes();
        (self.entries, self.seals) = (tried.restored.entries, tried.restored.seals);
        self.missing = tried.restored.noted.missing;
        self.sha256.clone_from(&tried.made.sha256);
        self.noted = missing(tried);
        let took = tried.made.took;
        let held = took.held.as_secs_f64() * 1000.0;
        let about = match checked.somebody {
            true => "復元したデータベースの加入者",
            false => "存在しない加入者（データベースに加入者がいないため）",
        };
        let answer = checked.validity.map_or("なし", Validity::label);
        self.steps = vec![
            step(
                "バックアップの作成",
                true,
                format!("サービスを止めずに作成（書込みを止めた時間 {held:.1} ミリ秒）"),
                seconds(took.copy + took.seal),
            ),
            step(
                "バックアップの検証",
                manifest.problems.is_empty(),
                "全ページの整合性と、すべての封印を検証".to_owned(),
                seconds(took.verify),
            ),
            step(
                "空の場所への復元と検証",
                true,
                format!("記録{}件、封印{}件を検証", self.entries, self.seals),
                seconds(tried.times.restore),
            ),
            step(
                "復元したセンターの起動",
                true,
                "復元した鍵・データベースで起動".to_owned(),
                seconds(tried.times.start),
            ),
            step(
                "資格確認",
                checked.good(),
                format!(
                    "復元した認証局の証明書で接続し、{about}を照会（HTTP {}、資格有効性: {answer}）",
                    checked.status
                ),
                seconds(tried.times.check),
            ),
        ];
    }

    fn result(&self) -> &'static str {
        if self.passed { "合格" } else { "不合格" }
    }

    fn facts(&self) -> Vec<(String, String)> {
        let mut facts = vec![
            ("結果", self.result().to_owned()),
            ("実施日時", self.began.clone()),
        ];
        if let Some(why) = &self.why {
            facts.push(("中断した理由", why.clone()));
        } else {
            facts.extend([
                ("バックアップの時点", self.moment.clone()),
                ("データベース", self.database.clone()),
                ("バックアップの大きさ", bytes_in_words(self.bytes)),
                ("ダイジェスト（SHA-256）", self.sha256.clone()),
                (
                    "欠ける記録",
                    format!("{}件（いま失われた場合。封印の控えによる）", self.missing),
                ),
            ]);
        }
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        facts.into_iter().map(owned).collect()
    }

    /// As text.
    fn text(&self) -> String {
        let mut lines = vec!["復元訓練報告書".to_owned(), String::new()];
        lines.extend(
            self.facts()
                .into_iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.push(String::new());
        lines.extend(self.steps.iter().map(|step| {
            format!(
                "[{}] {}（{} 秒）: {}",
                step.result, step.what, step.seconds, step.found
            )
        }));
        if !self.noted.is_empty() {
            lines.extend([String::new(), self.noted.trim().to_owned()]);
        }
        lines.join("\n") + "\n"
    }

    fn document(&self) -> Document {
        let cell = |text: &str, tone| Cell {
            text: text.to_owned(),
            tone,
        };
        let rows = self.steps.iter().map(|step| Row {
            cells: vec![
                cell(&step.what, Tone::Plain),
                cell(&step.result, Tone::Plain),
                cell(&step.seconds, Tone::Plain),
                cell(&step.found, Tone::Plain),
            ],
        });
        let table = Table {
            summary: "訓練の段階ごとの結果と所要時間".to_owned(),
            columns: vec![
                Column::naming("段階", 5),
                Column::new("結果", 2),
                Column::new("秒", 2),
                Column::new("内容", 9),
            ],
            rows: rows.collect(),
        };
        let mut blocks = vec![Block::Facts(self.facts())];
        if !self.steps.is_empty() {
            blocks.push(Block::Heading(Level::Part, "段階ごとの結果".to_owned()));
            blocks.push(Block::Table(table));
        }
        if !self.noted.is_empty() {
            blocks.push(Block::Heading(Level::Part, "封印の控えとの照合".to_owned()));
            let lines = self.noted.lines().map(str::trim);
            blocks.extend(lines.map(|line| Block::Paragraph(Tone::Plain, line.to_owned())));
        }
        blocks.push(Block::Heading(Level::Part, "確認".to_owned()));
        blocks.push(Block::Facts(vec![
            ("確認した人".to_owned(), String::new()),
            ("確認した日".to_owned(), String::new()),
        ]));
        Document {
            title: "復元訓練報告書".to_owned(),
            about: format!("復元訓練 {}", self.began),
            made_for: format!("システムの運用者 {}", self.began),
            made: made(self.at),
            paper: Paper::Portrait,
            blocks,
        }
    }

    /// Writes the files, and gives their names. Without fonts there is no PDF, and the rest stays.
    pub fn write(&self, folder: &Path, config: &Config) -> Result<Vec<PathBuf>, Failure> {
        let name = |ending: &str| folder.join(format!("onshi-drill-{}.{ending}", stamp(self.at)));
        let json = serde_json::to_string_pretty(self)
            .map_err(|e| Failure::fault("writing the report", e))?;
        let mut files = vec![
            (name("txt"), self.text().into_bytes()),
            (name("json"), json.into_bytes()),
        ];
        if let Ok(pdf) = Printer::new(&config.documents.fonts).print(&self.document()) {
            files.push((name("pdf"), pdf));
        }
        for (path, content) in &files {
            write_new(path, content)?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }

    /// What the command line says.
    pub fn told(&self, files: &[PathBuf]) -> String {
        let mut text = match self.passed {
            true => say!("drill passed", "復元訓練: 合格"),
            false => say!("DRILL NOT PASSED", "復元訓練: 不合格"),
        };
        if let Some(why) = &self.why {
            text.push_str(&format!("\n  {why}"));
        }
        for step in &self.steps {
            text.push_str(&format!(
                "\n  {:>6} s  {}  {}",
                step.seconds, step.result, step.what
            ));
        }
        if !files
            .iter()
            .any(|path| path.extension().is_some_and(|it| it == "pdf"))
        {
            text.push_str(&say!(
                "\n  no PDF: there are no fonts (documents.fonts)",
                "\n  フォントがないため、PDFはありません（設定 documents.fonts）。"
            ));
        }
        for path in files {
            text.push_str(&format!("\n  {}", path.display()));
        }
        text
    }
}
