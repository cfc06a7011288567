#!/usr/bin/env python3
"""Draws docs/images/eligibility-performance.png from the reports in docs/measurements/.

Each report is what `onshi bench eligibility --json` printed. Needs matplotlib (pip install
matplotlib); run it from the project's root after a new measurement.
"""

import json
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plot  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
REPORTS = sorted((ROOT / "docs/measurements").glob("eligibility-*.json"))
COLOURS = ["#0b5cad", "#c2410c", "#15803d", "#7e22ce"]


def name(report):
    millions = report["records"] / 1_000_000
    backend = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[report["backend"]]
    return f"{backend}, {millions:g} million people"


def main():
    reports = [json.loads(path.read_text()) for path in REPORTS]
    figure, (rates, times) = plot.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    for report, colour in zip(reports, COLOURS):
        callers = [level["callers"] for level in report["levels"]]
        shown = [str(number) for number in callers]
        ceiling = {level["callers"]: level["per_second"] for level in report["ceiling"]}
        share = [level["per_second"] / ceiling[level["callers"]] for level in report["levels"]]
        rates.plot(shown, share, marker="o", color=colour, label=name(report))
        for percentile, style in (("p50_ms", "-"), ("p99_ms", "--")):
            times.plot(
                shown,
                [level[percentile] for level in report["levels"]],
                marker="o",
                linestyle=style,
                color=colour,
                label=f"{name(report)}, {percentile[1:3]}th percentile",
            )
    rates.axhline(0.25, color="#666666", linewidth=1)
    rates.axhline(0.5, color="#666666", linewidth=1, linestyle=":")
    rates.annotate("the least: 0.25", (0, 0.253), color="#444444", fontsize=8)
    rates.annotate("the aim: 0.5", (0, 0.503), color="#444444", fontsize=8)
    rates.set_ylim(0, 0.6)
    rates.set_xlabel("callers at a time")
    rates.set_ylabel("share of nginx's static answers")
    rates.set_title("Audited checks, as a share of nginx in the same run", fontsize=10)
    rates.legend(fontsize=8)
    times.set_yscale("log")
    times.set_xlabel("callers at a time")
    times.set_ylabel("milliseconds")
    times.set_title("Latency of a check", fontsize=10)
    times.legend(fontsize=7)
    for axis in (rates, times):
        axis.grid(alpha=0.3)
    target = ROOT / "docs/images/eligibility-performance.png"
    figure.savefig(target, dpi=110)
    print(target)


if __name__ == "__main__":
    main()
