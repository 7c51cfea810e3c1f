"""Medians, ratios, and the table that compare prints."""

import statistics

FIGURES = ("per_second", "p50_ms", "p99_ms", "cpu_us")


def medians(rounds):
    """One figure each, from the same step of every round."""
    return {figure: statistics.median(measured[figure] for measured in rounds) for figure in FIGURES}


def ratio(above, below):
    return above / below if below else None


def rows_of(measured):
    """`measured`: (case, step) → system → the rounds. One row for each case and step."""
    rows = []
    for (case, step), systems in measured.items():
        row = {"case": case, "step": step, "systems": {name: medians(rounds) for name, rounds in systems.items()}}
        if {"timebank", "postgres"} <= set(systems):
            ours, theirs = row["systems"]["timebank"], row["systems"]["postgres"]
            row["ratio_per_second"] = ratio(ours["per_second"], theirs["per_second"])
            row["ratio_cpu"] = ratio(theirs["cpu_us"], ours["cpu_us"])
        rows.append(row)
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
    """The measured cases. Rates and CPU are per record, times are per call."""
    head = ["case", "step", *(f"{name} records/s" for name in names)]
    if len(names) == 2:
        head.append("times")
    head += [f"{name} {figure}" for figure in ("p50 ms", "p99 ms", "CPU us") for name in names]
    if len(names) == 2:
        head.append("CPU times")
    lines = [head]
    for row in rows:
        systems = [row["systems"].get(name) for name in names]
        cells = [row["case"], row["step"], *(number(system and system["per_second"]) for system in systems)]
        if len(names) == 2:
            cells.append(number(row.get("ratio_per_second")))
        cells += [number(system and system[figure]) for figure in FIGURES[1:] for system in systems]
        if len(names) == 2:
            cells.append(number(row.get("ratio_cpu")))
        lines.append(cells)
    return aligned(lines)


def csv_lines(rows):
    yield ["case", "step", "system", *FIGURES]
    for row in rows:
        for name, figures in row["systems"].items():
            yield [row["case"], row["step"], name, *(f"{figures[figure]:.4f}" for figure in FIGURES)]
