"""Solutions a second of SciPy's L-BFGS-B on Rosenbrock's valley.

    /usr/bin/python3 tests/bench/scipy_rate.py SPEC SOLUTIONS

SPEC is what `descentd solve` gets. gtol bounds the largest component of the
gradient, not its norm: SciPy may end a little earlier. It keeps 10 pairs.
"""
import json
import sys
import time

import numpy
from scipy.optimize import minimize


def rosenbrock(x):
    """The loss and its gradient."""
    bend = x[1:] - x[:-1] ** 2
    rest = 1 - x[:-1]
    g = numpy.zeros_like(x)
    g[:-1] = -400 * bend * x[:-1] - 2 * rest
    g[1:] += 200 * bend
    return 100 * bend @ bend + rest @ rest, g


def solve(spec):
    start = numpy.tile([-1.2, 1.0], spec["objective"]["dimension"] // 2)
    tolerance = spec["stop"]["gradient_tolerance"]
    result = minimize(rosenbrock, start, jac=True, method="L-BFGS-B", options={
        "gtol": tolerance, "ftol": 0, "maxiter": 10**6, "maxfun": 10**6})
    if not numpy.abs(result.jac).max() <= tolerance:
        sys.exit(f"scipy_rate: {result.message}")
    return result


with open(sys.argv[1], encoding="utf-8") as file:
    spec = json.load(file)
solutions = int(sys.argv[2])
solve(spec)
begin = time.perf_counter()
for _ in range(solutions):
    result = solve(spec)
seconds = time.perf_counter() - begin
print(result.fun, result.nit, result.nfev, file=sys.stderr)
print(solutions / seconds)
