"""Values with gradients a second of Rosenbrock's valley, by torch's autograd.

    /usr/bin/python3 tests/bench/torch_gradient.py DIMENSION EVALUATIONS

float64, one thread; the loss is one vectorized expression.
"""
import sys
import time

import torch

torch.set_num_threads(1)
dimension, evaluations = int(sys.argv[1]), int(sys.argv[2])
x = torch.tensor([-1.2, 1.0] * (dimension // 2), dtype=torch.float64,
                 requires_grad=True)


def evaluate():
    x.grad = None
    loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    loss.backward()
    return loss.item()


for _ in range(100):
    evaluate()
begin = time.perf_counter()
for _ in range(evaluations):
    evaluate()
print(evaluations / (time.perf_counter() - begin))
