//! The figures of reports of accesses as people read them.

use super::{AccessesReport, Measured};
use onshi_language::say;

/// The report.
pub(crate) fn table(report: &AccessesReport) -> String {
    let mut text = say!(
        "Reports of accesses of 365 days in {}, built as {}\n",
        "365日分のアクセス記録の開示（{}、ビルド {}）\n",
        report.backend,
        report.machine.build,
    );
    for log in report.hundredth.iter().chain([&report.log]) {
        text.push_str(&of_log(log));
    }
    if let (Some(p50), Some(processor)) = (report.p50_ratio, report.processor_ratio) {
        text.push_str(&say!(
            "\nA hundred times the entries: {p50} times the median, {processor} times the processor's time\n",
            "\n100倍の件数で、中央値は{p50}倍、プロセッサ時間は{processor}倍\n",
        ));
    }
    text
}

fn of_log(log: &Measured) -> String {
    let disk = log.bytes_on_disk.unwrap_or(0) as f64 / 1024.0 / 1024.0;
    let mut text = say!(
        "\n{} entries about {} people, {disk:.0} MiB (written in {} s; checks indexed in {} s, in {} pieces, p50 {} ms, p99 {} ms)\n\
         reports: {}, p50 {} ms, p99 {} ms, {} us of the processor each; {} accesses each, {} at the most\n",
        "\n操作履歴{}件（{}人、{disk:.0} MiB、書き込み{}秒、資格確認の索引{}秒・{}回、p50 {} ms、p99 {} ms）\n\
         開示{}件：p50 {} ms、p99 {} ms、1件にプロセッサ {} µs。1件に平均{}件のアクセス、最多{}件\n",
        log.entries,
        log.people,
        log.fill_seconds,
        log.index_seconds,
        log.pieces.count,
        log.pieces.p50_ms,
        log.pieces.p99_ms,
        log.reports.count,
        log.reports.p50_ms,
        log.reports.p99_ms,
        log.processor_us,
        log.told_each,
        log.told_most,
    );
    if let Some(cold) = &log.cold {
        text.push_str(&say!(
            "nothing in memory: {}, p50 {} ms, p99 {} ms, {} KiB from the disk each\n",
            "メモリーに何もないとき{}件：p50 {} ms、p99 {} ms、1件にディスクから{} KiB\n",
            cold.reports.count,
            cold.reports.p50_ms,
            cold.reports.p99_ms,
            cold.disk_kib_each,
        ));
    }
    text
}
