//! `onshi bench`: measurements over real mutual TLS, against the machine's own limits in the same
//! run.

mod accesses;
mod accounts;
mod attack;
pub mod client;
pub mod eligibility;
mod levels;
mod machine;
mod medical;
mod nginx;
mod press;
mod reader;
pub mod setup;
mod strangers;
mod table;
mod timing;

use accesses::AccessesArguments;
use accounts::{AccountsArguments, AccountsReport};
use attack::AttackArguments;
use eligibility::{EligibilityArguments, EligibilityReport};
use medical::{MedicalArguments, MedicalReport};
use onshi_core::{Error, Fault};
use onshi_language::{say, spoken};
use reader::ReaderArguments;
use std::io::{ErrorKind, Write};
use strangers::{StrangersArguments, StrangersReport};
use table::{headings, left};
use timing::Rate;

/// What is measured.
#[derive(clap::Subcommand)]
pub enum BenchCommand {
    /// Log-ins a second, and account creations a second acknowledged durable.
    ///
    /// 毎秒のログイン数と、確実に記録されたアカウント作成数
    Accounts(AccountsArguments),
    /// Audited eligibility checks a second, beside nginx's static answers.
    ///
    /// 毎秒の資格確認数（操作履歴付き）を、nginxの静的な応答と並べて測ります。
    Eligibility(EligibilityArguments),
    /// Fetches of three years of a chronic patient's medicines and treatment a second, in XML and as PDF, and pages
    /// of the doctor's screen, beside nginx's static answers; how long it takes to make and load everybody's records,
    /// and what a fetch reads from the disk.
    ///
    /// 慢性疾患の患者3年分の薬剤・診療情報を、毎秒何件取得できるか（XMLとPDF）、医師の画面を毎秒何回開けるか。nginxの静的な応答と並べて測ります。全員の記録を作って取り込む時間と、1件の取得でディスクから読む量も測ります。
    Medical(MedicalArguments),
    /// Reports of who looked at one person, in an audit log of so many entries and in one of a hundredth of them.
    ///
    /// 本人へのアクセス記録の開示にかかる時間。指定した件数の操作履歴と、その100分の1の操作履歴とで測ります。
    Accesses(AccessesArguments),
    /// How long terminals wait beside strangers who hold as many connections as they can.
    ///
    /// 接続をできるだけ多く抱える部外者の隣で、端末がどれだけ待つか
    Strangers(StrangersArguments),
    /// What one institution notices of another one's attacks, one after the other.
    ///
    /// ある医療機関等が、ほかの医療機関等からの攻撃の影響をどれだけ受けるか（順に測ります）
    Attack(AttackArguments),
    /// How long a patient waits at the card reader between card and result, and for what; and what another
    /// institution's checks notice of many readers at once.
    ///
    /// カードを置いてから結果まで、患者がカードリーダーの前で何をどれだけ待つか。多数のリーダーを同時に使うと、ほかの医療機関等の資格確認がどれだけ影響を受けるか
    Reader(ReaderArguments),
}

/// Runs a measurement and prints what it found.
pub fn run(command: BenchCommand, json: bool) -> Result<(), Error> {
    let in_json =
        |value: serde_json::Result<String>| value.map_err(|e| Fault::at("writing the report", e));
    let text = match command {
        BenchCommand::Accounts(arguments) => {
            let report = accounts::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                table(&report)
            }
        }
        BenchCommand::Eligibility(arguments) => {
            let report = eligibility::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                eligibility_table(&report)
            }
        }
        BenchCommand::Medical(arguments) => {
            let report = medical::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                medical_table(&report)
            }
        }
        BenchCommand::Accesses(arguments) => {
            let report = accesses::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                accesses::table(&report)
            }
        }
        BenchCommand::Attack(arguments) => {
            let report = attack::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                attack::table(&report)
            }
        }
        BenchCommand::Reader(arguments) => {
            let report = reader::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                reader::table(&report)
            }
        }
        BenchCommand::Strangers(arguments) => {
            let report = strangers::measure(&arguments)?;
            if json {
                in_json(serde_json::to_string_pretty(&report))?
            } else {
                strangers_table(&report)
            }
        }
    };
    match writeln!(std::io::stdout(), "{text}") {
        // A closed pipe is nothing to complain about.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Fault::at("writing the report", error).into())
        }
        _ => Ok(()),
    }
}

fn strangers_table(report: &StrangersReport) -> String {
    let mut text = say!(
        "{} attackers, built as {}; p99 in ms, and against the quiet round\n\n",
        "攻撃者{}、ビルド {}；p99（ミリ秒）と、静かなときに対する比\n\n",
        report.attackers,
        report.machine.build
    );
    let [made, kept, anew, failed] = spoken().choose(
        ["made", "kept", "anew", "failed"],
        ["接続数", "接続済み", "新しい接続", "失敗"],
    );
    text.push_str(&headings(
        ("", 32),
        &[
            (made, 8),
            (kept, 10),
            ("", 7),
            (anew, 10),
            ("", 7),
            (failed, 7),
        ],
    ));
    for round in &report.rounds {
        text.push_str(&format!(
            "{} {:>8} {:>10.2} {:>7.2} {:>10.2} {:>7.2} {:>7}\n",
            left(strangers::in_words(round.attack), 32),
            round.made,
            round.kept.p99_ms,
            round.kept_ratio,
            round.anew.p99_ms,
            round.anew_ratio,
            round.failed
        ));
    }
    text
}

fn table(report: &AccountsReport) -> String {
    let machine = &report.machine;
    let mut text = say!(
        "{} cores ({}), {} GiB, Linux {}, load {} before the run, built as {}\n\
         store {}, Argon2id {} KiB x {} on {} of the cores\n\n",
        "{}コア（{}）、{} GiB、Linux {}、測定前の負荷 {}、ビルド {}\n\
         データベース {}、Argon2id {} KiB × {}（{}コアで）\n\n",
        machine.cores,
        machine.processor,
        machine.memory_gib,
        machine.kernel,
        machine.load,
        machine.build,
        report.backend,
        report.argon2_memory_kib,
        report.argon2_passes,
        report.hashing_threads,
    );
    let [callers, second] = spoken().choose(["callers", "a second"], ["人数", "毎秒"]);
    text.push_str(&headings(
        ("", 44),
        &[(callers, 7), (second, 9), ("p50 ms", 10), ("p99 ms", 10)],
    ));
    let mut line = |english: &str, japanese: &str, rate: &Rate| {
        text.push_str(&format!(
            "{} {:>7} {:>9.1} {:>10.2} {:>10.2}\n",
            left(spoken().choose(english, japanese), 44),
            rate.callers,
            rate.per_second,
            rate.p50_ms,
            rate.p99_ms
        ));
    };
    line(
        "log-ins over mutual TLS",
        "相互TLSでのログイン",
        &report.login_alone,
    );
    line(
        "log-ins over mutual TLS",
        "相互TLSでのログイン",
        &report.login,
    );
    line(
        "accounts created over mutual TLS",
        "相互TLSでのアカウント作成",
        &report.create,
    );
    for level in &report.create_directly {
        line(
            "accounts created at the service's door",
            "TLSなしでのアカウント作成",
            &level.rate,
        );
    }
    line(
        "menu page, quiet",
        "メニュー画面（静かなとき）",
        &report.menu_quiet,
    );
    line(
        "menu page, in the storm of log-ins",
        "メニュー画面（ログインの嵐の中）",
        &report.menu_in_storm,
    );
    text.push_str(&say!(
        "\nEach log-in takes {:.1} ms of the centre's processors, each account {:.1} ms.\n\
         The menu's median in the storm is {:.2} times the quiet one.\n",
        "\nログイン1件にセンターのプロセッサ時間{:.1}ミリ秒、アカウント1件に{:.1}ミリ秒。\n\
         嵐の中のメニュー画面の中央値は、静かなときの{:.2}倍。\n",
        report.login_processor_ms,
        report.create_processor_ms,
        report.menu_storm_ratio
    ));
    for level in &report.create_directly {
        let [before, after] = level.disk_flushes_per_second;
        text.push_str(&say!(
            "With {:>3} callers at the door, {:.1} accounts for each flush of the disk, which did \
             {before:.0} a second before and {after:.0} after.\n",
            "{:>3}人のとき、ディスクの書き込み確定1回にアカウント{:.1}件（確定は前に毎秒{before:.0}回、後に毎秒{after:.0}回）。\n",
            level.rate.callers, level.creations_per_flush
        ));
    }
    text
}

fn eligibility_table(report: &EligibilityReport) -> String {
    let mut text = say!(
        "{} people in {} (filled in {} s), answers of {} bytes, built as {}\n\n",
        "{}人（{}、{}秒で取込）、答え{}バイト、ビルド {}\n\n",
        report.records,
        report.backend,
        report.load_seconds,
        report.measured.answer_bytes,
        report.machine.build,
    );
    text.push_str(
        &report
            .measured
            .table(spoken().choose("checks/s", "毎秒の確認")),
    );
    text
}

fn medical_table(report: &MedicalReport) -> String {
    let disk = report.bytes_on_disk.unwrap_or(0) as f64 / 1024.0 / 1024.0;
    let each = report.bytes_on_disk.unwrap_or(0) / report.persons.max(1);
    let mut text = say!(
        "{} people in {} with {} medical records (made in {} s, loaded in {} s, {disk:.0} MiB on disk, {each} \
         bytes a person);\n{} chronic patients, answers of {} bytes, built as {}\n\n",
        "{}人（{}）、診療・薬剤・健診の記録{}件（作成に{}秒、取込に{}秒、ディスク上{disk:.0} MiB、1人あたり{each}バイト）、\n\
         慢性疾患の患者{}人、答え{}バイト、ビルド {}\n\n",
        report.persons,
        report.backend,
        report.rows,
        report.make_seconds,
        report.load_seconds,
        report.patients,
        report.measured.answer_bytes,
        report.machine.build,
    );
    text.push_str(
        &report
            .measured
            .table(spoken().choose("fetches/s", "毎秒の取得")),
    );
    for (measured, done) in [
        (&report.pdf, spoken().choose("PDF/s", "毎秒のPDF")),
        (&report.page, spoken().choose("pages/s", "毎秒の画面")),
    ] {
        text.push_str(&say!(
            "\n{} bytes each\n",
            "\n1件{}バイト\n",
            measured.answer_bytes
        ));
        text.push_str(&measured.table(done));
    }
    if let Some(cold) = &report.cold {
        let rate = &cold.rate;
        text.push_str(&say!(
            "\nNothing in memory, one caller: {:.0} fetches/s, p50 {} ms, p99 {} ms; each waits for the disk {} times, {} KiB\n",
            "\nメモリーに何もないとき（1人）：毎秒{:.0}件、p50 {} ms、p99 {} ms、1件にディスクを待つこと{}回、{} KiB\n",
            rate.per_second,
            rate.p50_ms,
            rate.p99_ms,
            cold.waits_each,
            cold.disk_kib_each,
        ));
    }
    if let Some(tree) = &report.tree {
        text.push_str(&say!(
            "Tree of the records: {} levels, {} leaves and {} pages for the rest of long records, of {} bytes; each page above leads to {}; {} levels with ten times as many people, {} with a hundred times\n",
            "記録の木：{}段、葉{}ページと長い記録の続き{}ページ（{}バイト）、上のページ1枚から{}枚。10倍の人数で{}段、100倍で{}段\n",
            tree.levels,
            tree.leaves,
            tree.overflow,
            tree.page_bytes,
            tree.fan_out,
            tree.levels_at_ten_times,
            tree.levels_at_a_hundred_times,
        ));
    }
    text
}
