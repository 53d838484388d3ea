#!/usr/bin/env python3
"""allocations.py - refuse the 1st, 2nd, 3rd ... allocation of a worker's run.

    allocations.py URL CONTROL SPEC STEP COUNT

Posts the job of the file SPEC again and again. At the n-th time the worker's
n-th allocation is refused (n = 1, 1 + STEP, ...): with COUNT 1 once, with more
so many from then on. Each job must complete, with the trace that it has when
nothing is refused. Ends when a run needs fewer allocations than n, and prints
how many it needs.
"""
import http.client
import json
import os
import sys
import time
from urllib.parse import urlsplit

PATIENCE_S = 60


class Shim:
    """The control file of tests/fault/shim.c."""

    def __init__(self, path):
        self.path, self.generation = path, int(time.time())

    def hits(self):
        with open(self.path + ".hits") as file:
            lines = file.read().split("\n")
        number = int(lines[0].split()[1])
        return number, sum(int(line.split()[1]) for line in lines[1:] if line)

    def rule(self, text):
        self.generation += 1
        with open(self.path + ".new", "w") as file:
            file.write(f"generation {self.generation}\n{text}\n")
        os.rename(self.path + ".new", self.path)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                if self.hits()[0] == self.generation:
                    return
            except FileNotFoundError:
                pass
            if time.monotonic() > deadline:
                sys.exit("the shim does not read its control file")
            time.sleep(0.001)


class Server:
    def __init__(self, url):
        self.at = http.client.HTTPConnection(urlsplit(url).netloc,
                                             timeout=PATIENCE_S)

    def ask(self, method, path, body=None, headers=None):
        self.at.request(method, path, body, headers or {})
        answer = self.at.getresponse()
        return answer.status, json.loads(answer.read())

    def post(self, spec):
        status, job = self.ask("POST", "/jobs", spec,
                               {"Content-Type": "application/json"})
        if status != 202:
            sys.exit(f"POST: {status} {job}")
        return job["id"]

    def digest(self, job):
        """Wait for its end: the trace's digest."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            state = self.ask("GET", f"/jobs/{job}")[1]
            if state["state"] in ("completed", "failed", "canceled"):
                break
            if time.monotonic() > deadline:
                sys.exit(f"{job} does not end: {state}")
            time.sleep(0.002)
        if state["state"] != "completed":
            sys.exit(f"{job}: {state}")
        return self.ask("GET", f"/jobs/{job}/result")[1]["trace_sha256"]


def main(url, control, spec_path, step, count):
    server, shim = Server(url), Shim(control)
    with open(spec_path) as file:
        spec = file.read()
    shim.rule("")
    digest = server.digest(server.post(spec))
    refused = 0
    for n in range(1, 1000000, step):
        shim.rule(f"memory ENOMEM thread=worker from={n} count={count}")
        if server.digest(server.post(spec)) != digest:
            sys.exit(f"without its allocation {n} the trace is another one")
        time.sleep(0.005)  # the shim counts every 2 ms
        if shim.hits()[1] == 0:
            break
        refused += 1
    shim.rule("")
    if refused < 2:
        sys.exit(f"{refused} allocations are no run")
    print(f"{refused} runs without one of their first {n} allocations")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]),
         int(sys.argv[5]))
