#!/usr/bin/env python3
"""fashion_torch.py - the network of tests/bench/fashion in PyTorch, one thread:
784-128-10, Adam at 0.001, batches of 128 of shuffled rows, 10 epochs, measured
on all rows after each. Prints test accuracy and seconds."""
import gzip
import time

import numpy
import torch

FOLDER = "/usr/share/datasets/fashion-mnist"


def read(part):
    with gzip.open(f"{FOLDER}/{part}-images-idx3-ubyte.gz") as file:
        images = numpy.frombuffer(file.read(), numpy.uint8, offset=16)
    with gzip.open(f"{FOLDER}/{part}-labels-idx1-ubyte.gz") as file:
        labels = numpy.frombuffer(file.read(), numpy.uint8, offset=8)
    return (images.reshape(-1, 784).astype(numpy.float32),
            torch.from_numpy(labels.astype(numpy.int64)))


torch.set_num_threads(1)
torch.manual_seed(1)
(x, y), (x_test, y_test) = read("train"), read("t10k")
mean, scale = x.mean(0), x.std(0)
scale[scale == 0] = 1
x, x_test = (torch.from_numpy((part - mean) / scale) for part in (x, x_test))
network = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(),
                              torch.nn.Linear(128, 10))
rule = torch.optim.Adam(network.parameters(), lr=0.001)
loss = torch.nn.CrossEntropyLoss()
began = time.monotonic()
for epoch in range(10):
    for rows in torch.randperm(len(x)).split(128):
        rule.zero_grad()
        loss(network(x[rows]), y[rows]).backward()
        rule.step()
    with torch.no_grad():
        loss(network(x), y)
        right = (network(x_test).argmax(1) == y_test).sum().item()
print(f"torch mlp 784-128-10: test accuracy {right / len(y_test)}, "
      f"{time.monotonic() - began:.3f} s")
