"""Fits a second of SciPy's curve_fit on NIST's nonlinear reference datasets.

    /usr/bin/python3 tests/bench/scipy_fit.py TRUTH/nist/nonlinear.json ROUNDS

All 54 runs by method "lm" (MINPACK) at its default tolerances and derivatives,
the model in vectorized NumPy. How many parameters it gets right goes to stderr.
"""
import json
import sys
import time
import warnings

import numpy
from scipy.optimize import curve_fit

FUNCTIONS = {name: getattr(numpy, name) for name in ("exp", "sin", "cos", "pi")}
FUNCTIONS |= {"log": numpy.log, "atan": numpy.arctan}


def model_of(problem):
    """f(x, b1, b2, ...) from NIST's formula."""
    names = [f"b{j + 1}" for j in range(problem["parameters"])]
    x = numpy.array(problem["x"]).T
    columns = ["x"] if x.ndim == 1 else [f"x{k + 1}" for k in range(len(x))]
    body = problem["model"].replace("^", "**")
    unpack = columns[0] if x.ndim == 1 else f"({', '.join(columns)})"
    source = f"def f(x, {', '.join(names)}):\n    {unpack} = x\n    return {body}"
    scope = dict(FUNCTIONS)
    exec(source, scope)
    return scope["f"], x


def prepare(problem):
    f, x = model_of(problem)
    y = numpy.array(problem["y"])
    if problem["response"] == "log(y)":
        y = numpy.log(y)
    return f, x, y, problem["starts"], numpy.array(problem["certified"])


def solve(sets):
    """One pass; how many runs come to six digits."""
    good = 0
    for f, x, y, starts, certified in sets:
        for start in starts:
            try:
                found, _ = curve_fit(f, x, y, start, maxfev=100000)
            except RuntimeError:
                continue
            good += bool(numpy.all(abs(found / certified - 1) < 1e-6))
    return good


warnings.simplefilter("ignore")
numpy.seterr(all="ignore")
with open(sys.argv[1], encoding="utf-8") as file:
    sets = [prepare(problem) for problem in json.load(file)["problems"]]
rounds = int(sys.argv[2])
good = solve(sets)
begin = time.perf_counter()
for _ in range(rounds):
    solve(sets)
seconds = time.perf_counter() - begin
print(good, "of 54 to six digits", file=sys.stderr)
print(54 * rounds / seconds)
