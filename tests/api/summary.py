#!/usr/bin/env python3
"""summary.py CSV SUMMARY - does a summary say what the trace's CSV says?

Prints what differs; the CSV is read as other people's programs read it.
"""
import csv
import json
import math
import sys


def column_faults(name, cells, iterations, said, rises, odd):
    """What is wrong in the summary of one column."""
    there = [(float(c), k) for c, k in zip(cells, iterations) if c != ""]
    finite = [(v, k) for v, k in there if math.isfinite(v)]
    at = dict((k, c) for c, k in zip(cells, iterations))

    def shown(cell):
        if cell == "" or not math.isfinite(float(cell)):
            return None
        return float(cell)

    expected = {
        "count": len(there),
        "nonfinite": len(there) - len(finite),
        "first": shown(cells[0]),
        "last": shown(cells[-1]),
        "min": min(v for v, _ in finite) if finite else None,
        "max": max(v for v, _ in finite) if finite else None,
    }
    for key, value in expected.items():
        if said[key] != value:
            yield f"{name}.{key} is {said[key]}, not {value}"
    for key in ("min", "max"):
        where = said[key + "_iteration"]
        if (where is None) != (not finite):
            yield f"{name}.{key}_iteration is {where}"
        elif where is not None and float(at[where]) != expected[key]:
            yield f"{name}.{key} is not at {where}"
    bad = [k for v, k in there if not math.isfinite(v)]
    if not name.startswith("x.") and not rises:
        if said["nonfinite_iteration"] != (bad[0] if bad else None):
            yield f"{name}.nonfinite_iteration"
    if len(finite) == len(there) and there:
        mean = math.fsum(v / len(there) for v, _ in there)
        scale = max(abs(v) for v, _ in there)
        if abs(said["mean"] - mean) > 1e-12 * scale:
            yield f"{name}.mean is {said['mean']}, not {mean}"
    elif said["mean"] is not None:
        yield f"{name}.mean is {said['mean']}"
    for k in (iterations[0], iterations[-1]):
        cell = at[k]
        if cell != "" and not math.isfinite(float(cell)):
            if not any(o["field"] == name and o["iteration"] == k
                       and float(o["value"]) in (float(cell),)
                       or o["value"] == "nan" and cell == "NaN"
                       for o in odd):
                yield f"{name} at {k}: {cell} is not told"


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        summary = json.load(file)
    names, rows = rows[0], rows[1:]
    columns = dict(zip(names, zip(*rows)))
    iterations = [int(cell) for cell in columns["iteration"]]
    faults = []
    if list(summary["columns"]) != names:
        faults.append(f"columns: {list(summary['columns'])}, not {names}")
    if summary["available"] != {"count": len(rows), "last": iterations[-1]}:
        faults.append(f"available: {summary['available']}")
    for name in names:
        faults += column_faults(
            name, columns[name], iterations, summary["columns"][name],
            name in ("iteration", "time_s", "evaluations"),
            summary["nonfinite"])
    print("\n".join(faults) or "the same")


main()
