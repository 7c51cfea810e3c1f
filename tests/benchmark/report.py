"""Medians, ratios, and the table that compare prints."""

import statistics

FIGURES = ("per_second", "p50_ms", "p99_ms", "cpu_us")
# What is compared with what, each in a table of its own.
PAIRS = (("timebank", "postgres"), ("secured", "timebank"))


def medians(rounds):
    """One figure each, from the same step of every round."""
    return {figure: statistics.median(measured[figure] for measured in rounds) for figure in FIGURES}


def ratio(above, below):
    return above / below if below else None


def ratios_of(systems, above, below):
    """How many times as fast, and as sparing with CPU, the first is."""
    ours, theirs = systems[above], systems[below]
    return {"per_second": ratio(ours["per_second"], theirs["per_second"]), "cpu": ratio(theirs["cpu_us"], ours["cpu_us"])}


def rows_of(measured):
    """`measured`: (case, step) → system → the rounds. One row for each case and step."""
    rows = []
    for (case, step), rounds in measured.items():
        systems = {name: medians(each) for name, each in rounds.items()}
        ratios = {f"{above}/{below}": ratios_of(systems, above, below) for above, below in PAIRS if {above, below} <= set(systems)}
        rows.append({"case": case, "step": step, "systems": systems, "ratios": ratios})
    return rows


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def aligned(lines):
    """Lines of cells as text: the first two columns to the left, the others to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                               for column, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)


def table(rows, names):
    """The measured cases of one system or of a pair. Rates and CPU are per record, times are per call."""
    pair = "/".join(names) if len(names) == 2 else None
    head = ["case", "step", *(f"{name} records/s" for name in names), *(["times"] if pair else []),
            *(f"{name} {figure}" for figure in ("p50 ms", "p99 ms", "CPU us") for name in names), *(["CPU times"] if pair else [])]
    lines = [head]
    for row in rows:
        systems = [row["systems"][name] for name in names]
        ratios = row["ratios"].get(pair)
        lines.append([row["case"], row["step"], *(number(system["per_second"]) for system in systems),
                      *([number(ratios["per_second"])] if ratios else []),
                      *(number(system[figure]) for figure in FIGURES[1:] for system in systems),
                      *([number(ratios["cpu"])] if ratios else [])])
    return aligned(lines)


def tables(rows, names):
    """Every pair of the measured systems, and whoever is in none."""
    shown = [pair for pair in PAIRS if set(pair) <= set(names)] or [(name,) for name in names]
    return "\n\n".join(table(rows, each) for each in shown)


def csv_lines(rows):
    yield ["case", "step", "system", *FIGURES]
    for row in rows:
        for name, figures in row["systems"].items():
            yield [row["case"], row["step"], name, *(f"{figures[figure]:.4f}" for figure in FIGURES)]
