"""Iterations a second of torch.optim with autograd: float64, one thread.

    /usr/bin/python3 tests/bench/torch_rate.py SPEC ITERATIONS

SPEC is what `descentd solve` gets. The loss goes to stderr, so that it can
be held against ours after as many iterations.
"""
import functools
import json
import sys
import time

import torch

WARM_UP = 100
RULES = {"gradient_descent": torch.optim.SGD, "adam": torch.optim.Adam}
tensor = functools.partial(torch.tensor, dtype=torch.float64)


def quadratic(objective):
    A, b = tensor(objective["A"]), tensor(objective["b"])
    return lambda x: 0.5 * (x @ A @ x) + b @ x


def rosenbrock(_):
    return lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2
                      + (1 - x[:-1]) ** 2).sum()


def problem(spec):
    """The loss, and where it is first asked for."""
    objective = spec["objective"]
    if objective["type"] == "quadratic":
        return quadratic(objective), spec["start"]
    return rosenbrock(objective), [-1.2, 1.0] * (objective["dimension"] // 2)


def minimize(spec, iterations):
    """Seconds taken and the last loss."""
    loss_of, start = problem(spec)
    x = tensor(start, requires_grad=True)
    rule = RULES[spec["optimizer"]["type"]]
    optimizer = rule([x], lr=spec["optimizer"]["learning_rate"])
    begin = time.perf_counter()
    for _ in range(iterations):
        optimizer.zero_grad(set_to_none=True)
        loss_of(x).backward()
        optimizer.step()
    return time.perf_counter() - begin, loss_of(x).item()


torch.set_num_threads(1)
with open(sys.argv[1], encoding="utf-8") as file:
    spec = json.load(file)
iterations = int(sys.argv[2])
minimize(spec, WARM_UP)
seconds, loss = minimize(spec, iterations)
print(loss, file=sys.stderr)
print(iterations / seconds)
