#!/usr/bin/env python3
"""load.py - clients that post jobs while something fails, and wait for them.

    load.py post  URL FOLDER         until the file FOLDER/stop is there
    load.py check URL FOLDER PATIENCE_S

The spec of the jobs is FOLDER/spec, where there is one. "post" writes the id of every job that was acknowledged (202) to
FOLDER/acknowledged, and rows that it saw of them to FOLDER/rows. "check" waits
until each of those jobs has ended, looks for the rows, and prints how many
there were and how long the last one took. A job that has not completed, or a
row that is gone, is its failure.
"""
import http.client
import json
import os
import sys
import threading
import time
from urllib.parse import urlsplit

CLIENTS = 4
LEAST = 8  # acknowledged jobs of each, or it is no load
SPEC = {
    "objective": {"type": "function", "name": "rosenbrock", "dimension": 2},
    "start": [-1.2, 1],
    "optimizer": {"type": "adam", "learning_rate": 1e-3},
    "stop": {"max_iterations": 3000},
}


def ask(url, method, path, body=None):
    """One request on a connection of its own: (status, body), or None."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Client(threading.Thread):
    def __init__(self, url, folder):
        super().__init__()
        self.url, self.folder = url, folder
        self.spec = json.dumps(SPEC)
        if os.path.exists(os.path.join(folder, "spec")):
            with open(os.path.join(folder, "spec")) as file:
                self.spec = file.read()
        self.ids, self.rows = [], []
        self.is_well = False

    def look(self, job):
        """Remember the last rows that there are now."""
        answer = ask(self.url, "GET", f"/jobs/{job}/trace?fields=iteration,loss&limit=50000")
        if answer and answer[0] == 200:
            columns = json.loads(answer[1])["columns"]
            for at in (0, len(columns["loss"]) // 2, len(columns["loss"]) - 1):
                if 0 <= at < len(columns["loss"]):
                    self.rows.append((job, columns["iteration"][at],
                                      columns["loss"][at]))

    def run(self):
        stop = os.path.join(self.folder, "stop")
        while not os.path.exists(stop) or len(self.ids) < LEAST:
            answer = ask(self.url, "POST", "/jobs", self.spec)
            if answer and answer[0] == 202:
                self.ids.append(json.loads(answer[1])["id"])
                if len(self.ids) % 4 == 0:
                    self.look(self.ids[len(self.ids) // 2])
            elif not answer or answer[0] >= 500:
                time.sleep(0.01)
            else:
                raise ValueError(f"POST: {answer}")
        self.is_well = True


def post(url, folder):
    clients = [Client(url, folder) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if not all(client.is_well for client in clients):
        sys.exit("a client gave up")
    with open(os.path.join(folder, "acknowledged"), "w") as file:
        for client in clients:
            file.writelines(f"{job}\n" for job in client.ids)
    with open(os.path.join(folder, "rows"), "w") as file:
        for client in clients:
            file.writelines(json.dumps(row) + "\n" for row in client.rows)


def ended(url, job):
    answer = ask(url, "GET", f"/jobs/{job}")
    if not answer or answer[0] != 200:
        sys.exit(f"{job}: {answer}")
    state = json.loads(answer[1])
    if state["state"] in ("queued", "running"):
        return False
    if state["state"] != "completed":
        sys.exit(f"{job}: {answer[1].decode()}")
    return True


def check_rows(url, rows):
    traces = {}
    for job, iteration, loss in rows:
        if job not in traces:
            path = f"/jobs/{job}/trace?fields=iteration,loss&limit=50000"
            columns = json.loads(ask(url, "GET", path)[1])["columns"]
            traces[job] = dict(zip(columns["iteration"], columns["loss"]))
        if traces[job].get(iteration) != loss:
            sys.exit(f"{job}: row {iteration} was {loss}, is "
                     f"{traces[job].get(iteration)}")


def check(url, folder, patience_s):
    with open(os.path.join(folder, "acknowledged")) as file:
        ids = file.read().split()
    with open(os.path.join(folder, "rows")) as file:
        rows = [json.loads(line) for line in file]
    began = time.monotonic()
    for job in ids:
        while not ended(url, job):
            if time.monotonic() > began + patience_s:
                sys.exit(f"{job} does not end")
            time.sleep(0.02)
    waited = time.monotonic() - began
    check_rows(url, rows)
    print(f"{len(ids)} jobs ended {waited:.1f} s after, {len(rows)} rows stay")


if __name__ == "__main__":
    if sys.argv[1] == "post":
        post(sys.argv[2], sys.argv[3])
    else:
        check(sys.argv[2], sys.argv[3], float(sys.argv[4]))
