#!/usr/bin/env python3
"""minibatch.py - truth/minibatch/runs.json through a server.

    minibatch.py URL TRUTH-FOLDER

Each record is a run of PyTorch with a fixed order of rows. Its data are
uploaded, its job is posted with `order` and `start`; losses of the first
batches, losses over all rows after each epoch and the final tensors must be
those of the record. Relative errors, of max(1, |theirs|): ten times what the
record says NumPy is away, and 1e-12 at least. One line a record.
"""
import json
import math
import sys
import urllib.request

URL, TRUTH = sys.argv[1], sys.argv[2]


def call(method, path, body=None, headers=()):
    request = urllib.request.Request(
        URL + path, data=body, method=method, headers=dict(headers))
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def sixteenths(text):
    """All columns but the last by 16, which is exact."""
    header, *lines = text.split()
    rows = (line.split(",") for line in lines)
    return "\n".join([header] + [
        ",".join([repr(float(x) / 16) for x in row[:-1]] + row[-1:])
        for row in rows])


def upload(record):
    name = record["dataset"]
    with open(f"{TRUTH}/datasets/{name}.csv", encoding="utf-8") as file:
        text = file.read()
    if record["preprocessing"] == "x/16":
        text = sixteenths(text)
    return call("POST", f"/datasets?name=truth_{name}&missing=drop",
                text.encode(), {"Content-Type": "text/csv"})


def target_of(dataset):
    return dataset["columns"][-1]["name"]


def model_of(record):
    name = record["model"]
    if not name.startswith("mlp"):
        return {"type": name}
    return {"type": "mlp", "hidden": [record["hidden"]],
            "activation": record["activation"],
            "head": "regression" if name == "mlp_mse" else "softmax"}


def start_of(record, shapes):
    """By the names of the tensors; 0.3 sin(1 + k) for parameter k."""
    if "hidden" not in record:
        return None
    numbers = (0.3 * math.sin(1 + k) for k in range(10 ** 6))

    def fill(shape):
        if not shape:
            return next(numbers)
        return [fill(shape[1:]) for _ in range(shape[0])]

    return {name: fill(shape) for name, shape in shapes}


def shapes_of(record):
    def shape(tensor):
        return [len(tensor)] + (shape(tensor[0])
                                if isinstance(tensor[0], list) else [])

    return list(zip(("W1", "b1", "W2", "b2"), map(shape, record["final"])))


def spec_of(record, dataset):
    names = {"SGD": "sgd", "SGD-m": "sgd", "Adam": "adam",
             "RMSprop": "rmsprop"}
    parameters = {"learning_rate" if k == "lr" else k: v
                  for k, v in record["params"].items()}
    rows = list(range(dataset["rows"]))
    return {
        "objective": {
            "type": "model", "dataset": dataset["name"],
            "target": target_of(dataset), "model": model_of(record),
            "standardize": "standard" in record["preprocessing"],
            "standardize_target": record["target"] != "as is"},
        "optimizer": {"type": names[record["optimizer"]], **parameters},
        "batch_size": record["batch_size"],
        "order": record.get("row_order_per_epoch", [rows]),
        "start": start_of(record, shapes_of(record)),
        "stop": {"max_epochs": record["epochs"]},
    }


def flat(nested):
    if not isinstance(nested, list):
        return [nested]
    return [x for part in nested for x in flat(part)]


def far(ours, theirs):
    assert len(ours) >= len(theirs) > 0, (len(ours), len(theirs))
    return max(abs(a - b) / max(1, abs(b)) for a, b in zip(ours, theirs))


def check(record):
    spec = spec_of(record, upload(record))
    job = call("POST", "/jobs", json.dumps(spec).encode(),
               {"Content-Type": "application/json", "Prefer": "wait=60"})
    assert job["outcome"]["reason"] == "max_epochs", job
    result = call("GET", f"/jobs/{job['id']}/result")
    trace = call("GET", f"/jobs/{job['id']}/trace?limit=50000"
                 "&fields=loss,training_loss")["columns"]
    full = [x for x in trace["training_loss"] if x is not None]
    tensors = [t["values"] for t in result["tensors"].values()]
    assert result["model"]["at"] == "last"
    assert len(full) == len(record["loss_full"])
    distances = (far(trace["loss"], record["first_batch_losses"]),
                 far(full, record["loss_full"]),
                 far(flat(tensors), flat(record["final"])))
    allowed = max(1e-12, 10 * record["check"]["numpy_rel"])
    good = max(distances) <= allowed
    if "final_accuracy" in record:
        said = result["metrics"]["training"]["accuracy"]
        good &= abs(said - record["final_accuracy"]) < 1e-15
    print("%-36s batches %.0e full %.0e final %.0e%s"
          % (record["id"], *distances, "" if good else " WRONG"))
    return good


with open(f"{TRUTH}/minibatch/runs.json", encoding="utf-8") as file:
    RUNS = json.load(file)["runs"]
WRONG = [r["id"] for r in RUNS if not check(r)]
print(f"{len(RUNS)} records, {len(WRONG)} wrong")
sys.exit(bool(WRONG))
