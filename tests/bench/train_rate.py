"""Epochs a second of scikit-learn's or torch's stochastic gradients, one thread.

    /usr/bin/python3 tests/bench/train_rate.py PEER CASE EPOCHS

PEER is sklearn or torch, CASE one of train.c's, whose shapes it has. What is
counted is the processor's time of an epoch, the median of EPOCHS; rows are
there before. Neither measures a loss after an epoch, as ours does.
"""
import statistics
import sys
import time

import numpy as np

CASES = {  # rows, features, batch
    "dense_1": (1000000, 32, 1),
    "dense_64": (1000000, 32, 64),
    "blocks_64": (1000000, 32, 64),
    "wide_64": (100000, 1000, 64),
    "mlp_128": (20000, 784, 128),
}
HIDDEN, CLASSES, RATE, L2 = 128, 10, 0.01, 1e-4


def made_up(rows, features):
    """About normal, a class by a random plane: as in train.c."""
    random = np.random.default_rng(1)
    X = random.standard_normal((rows, features))
    return X, X @ random.standard_normal(features)


def sklearn_epoch(case):
    """Always by single rows, which it shuffles: it has no batches."""
    from sklearn.linear_model import SGDClassifier

    X, f = made_up(*CASES[case][:2])
    y = (f > 0).astype(int)

    def epoch():
        SGDClassifier(loss="log_loss", alpha=L2, learning_rate="constant",
                      eta0=RATE, max_iter=1, tol=None).fit(X, y)

    return epoch


def torch_epoch(case):
    """Batches by indexing with a permutation drawn anew; no DataLoader."""
    import torch

    torch.set_num_threads(1)
    rows, features, batch = CASES[case]
    X, f = made_up(rows, features)
    if case == "mlp_128":
        X = torch.from_numpy(X).float()
        y = torch.from_numpy(np.abs(f).astype(int) % CLASSES)
        model = torch.nn.Sequential(
            torch.nn.Linear(features, HIDDEN), torch.nn.ReLU(),
            torch.nn.Linear(HIDDEN, CLASSES))
        loss_of = torch.nn.functional.cross_entropy
    else:
        X = torch.from_numpy(X)
        y = torch.from_numpy(f > 0).double().reshape(-1, 1)
        model = torch.nn.Linear(features, 1, dtype=torch.float64)
        loss_of = torch.nn.functional.binary_cross_entropy_with_logits
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, weight_decay=L2)

    def epoch():
        order = torch.randperm(rows)
        for first in range(0, rows, batch):
            chosen = order[first:first + batch]
            optimizer.zero_grad(set_to_none=True)
            loss_of(model(X[chosen]), y[chosen]).backward()
            optimizer.step()

    return epoch


def seconds_of(epoch):
    begin = time.process_time()
    epoch()
    return time.process_time() - begin


peer, case, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
epoch = {"sklearn": sklearn_epoch, "torch": torch_epoch}[peer](case)
print(1 / statistics.median(seconds_of(epoch) for _ in range(epochs)))
