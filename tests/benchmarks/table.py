"""The figures as text for a person; what each column means is in the README."""

from typing import Any

WIDTH = 46


def http(figures: dict[str, Any]) -> str:
    """What clients saw, what it cost, and the database alone."""
    runs = figures["runs"]
    raw = [_raw(title, limit) for title, limit in figures["raw_database"].items()]
    return "\n\n".join((_seen(runs), _cost(runs), *raw))


def _seen(runs: dict[str, Any]) -> str:
    head = (
        f"{'over HTTP, durable':{WIDTH}}{'orders/s':>10}{'of raw':>8}{'trades':>8}"
        f"{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}{'refused':>9}{'failed':>8}{'unsent':>8}"
    )
    lines = [head]
    for title, run in runs.items():
        latency = run["latency_ms"]
        lines.append(
            f"{title:{WIDTH}}{run['orders_per_second']:10,.0f}{run['ratio_to_raw_database']:8.2f}"
            f"{run['trades_per_order']:8.2f}{latency['p50']:9.2f}{latency['p99']:9.2f}{latency['max']:9.2f}"
            f"{run['refused']:9,}{run['failed']:8,}{run['unsent']:8,}"
        )
    problems = [run["first_problem"] for run in runs.values() if run["first_problem"]]
    return "\n".join([*lines, *(f"  e.g. {problem}" for problem in problems[:1])])


def _cost(runs: dict[str, Any]) -> str:
    head = (
        f"{'processor, us an order':{WIDTH}}{'server':>10}{'database':>10}{'generator':>10}"
        f"{'others':>10}{'commit ms':>11}{'commands':>10}{'of time':>9}"
    )
    lines = [head]
    for title, run in runs.items():
        cpu, commits = run["cpu_us_per_order"], run["commits"]
        others = run["cpu_seconds"]["others"] / run["seconds"]
        lines.append(
            f"{title:{WIDTH}}{cpu['server']:10,.1f}{cpu['sessions'] + cpu['background']:10,.1f}"
            f"{cpu['generator']:10,.1f}{others:8.2f} c{commits['mean_ms']:11.2f}"
            f"{commits['mean_commands']:10.1f}{commits['share_of_time']:9.0%}"
        )
    return "\n".join(lines)


def _raw(title: str, raw: dict[str, Any]) -> str:
    head = (
        f"database alone, the rows of: {title}\n"
        f"{'orders a transaction':{WIDTH}}{'orders/s':>10}{'median ms':>11}"
        f"{'session us':>12}{'client us':>11}{'WAL bytes':>11}"
    )
    lines = [head]
    lines.extend(
        f"{figures['size']:<{WIDTH}}{figures['orders_per_second']:10,.0f}"
        f"{figures['median_ms']:11.2f}{figures['session_us']:12.1f}{figures['client_us']:11.1f}"
        f"{figures['wal_bytes']:11,.0f}"
        for figures in raw["sizes"]
    )
    rate = raw["writer_orders_per_second"]
    lines.append(f"{'through the journal, which makes the parameters':{WIDTH}}{rate:10,.0f}")
    return "\n".join(lines)


def where_time_goes(figures: dict[str, Any]) -> str:
    """Shares of the server's processor time by stage, one pair of columns for each load."""
    loads = list(figures["loads"].items())
    stages = sorted(
        {stage for _, load in loads for stage in load["stages"]},
        key=lambda stage: -max(load["stages"].get(stage, 0) for _, load in loads),
    )
    head = f"{'where the server spends its processor time':{WIDTH}}"
    lines = [head + "".join(f"{title:>24}" for title, _ in loads)]
    for stage in stages:
        cells = (
            f"{load['stages'].get(stage, 0):13.1%}"
            f"{load['stages'].get(stage, 0) * load['server_us_per_order']:8.1f} us"
            for _, load in loads
        )
        lines.append(f"{stage:{WIDTH}}{''.join(cells)}")
    total = "".join(
        f"{load['busy']:9.0%} busy{load['server_us_per_order']:7.1f} us" for _, load in loads
    )
    lines.append(f"{'all':{WIDTH}}{total}")
    for title, load in loads:
        lines.append(f"\nwhere most samples were, {title}:")
        lines.extend(f"  {share:6.1%}  {place}" for place, share in load["places"].items())
    return "\n".join(lines)


def plain(title: str, figures: dict[str, Any]) -> str:
    """Any other section: names and numbers, nested ones indented."""
    return "\n".join([title, *_plain_lines(figures, 1)])


def _plain_lines(figures: dict[str, Any], depth: int) -> list[str]:
    lines = []
    for name, value in figures.items():
        label = f"{'  ' * depth}{name}"
        if isinstance(value, dict):
            lines.extend([label, *_plain_lines(value, depth + 1)])
        elif isinstance(value, int | float):
            lines.append(f"{label:{WIDTH + 8}}{value:16,.2f}")
        else:
            lines.append(f"{label:{WIDTH + 8}}{value!s:>16}")
    return lines
