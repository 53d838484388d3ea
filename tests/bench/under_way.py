"""under_way.py - what large answers and bodies under way cost the server.

    under_way.py DESCENTD [CLIENTS [KIND...]]

For each kind of large answer: so many clients ask for it over loopback, with
small receive buffers, and read nothing. For each kind of large body: so many
clients send all of it but the last byte, and then that together. Printed are
the bytes of one, the server's anonymous memory above idle at its largest, the
milliseconds of /livez meanwhile (median, 99th percentile, worst), and what the
clients were answered. Each kind has its own server on a copy of one database,
so that no kind begins with another's memory. UNDER_WAY_FOLDER keeps it.
"""
import collections
import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

QUIET_S = 1.5         # memory is at rest when it did not grow for so long
PATIENCE_S = 60
RECEIVE_BYTES = 4096  # of a client's socket

Kind = collections.namedtuple('Kind', 'path headers')
ACCEPT = {'json': 'application/json', 'ndjson': 'application/x-ndjson',
          'csv': 'text/csv', 'octets': 'application/octet-stream'}


class Server:
    def __init__(self, program, store, *options):
        self.log = tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen(
            [program, 'serve', '--listen', '127.0.0.1:0', '--store', store,
             '--log-level', 'warning', *options],
            stderr=self.log)
        self.port = self.find_port()

    def find_port(self):
        while self.process.poll() is None:
            self.log.seek(0)
            for line in self.log:
                if 'event=started' in line:
                    return int(line.split('url=')[1].split()[0].split(':')[-1])
            time.sleep(0.02)
        self.log.seek(0)
        sys.exit(f'no start: {self.log.read()}')

    def memory_kib(self):
        with open(f'/proc/{self.process.pid}/status') as status:
            for line in status:
                if line.startswith('RssAnon:'):
                    return int(line.split()[1])
        sys.exit('the server has ended')

    def ask(self, method, path, body=None, headers=()):
        link = http.client.HTTPConnection('127.0.0.1', self.port,
                                          timeout=PATIENCE_S)
        link.request(method, path, body, dict(headers))
        answer = link.getresponse()
        text = answer.read()
        link.close()
        return answer, text

    def finish(self, spec):
        """Post a job and wait for its end; its id."""
        answer, text = self.ask('POST', '/jobs', json.dumps(spec), {
            'Content-Type': 'application/json', 'Prefer': 'wait=60'})
        job = json.loads(text)
        if answer.status not in (201, 202):
            sys.exit(f'{answer.status}: {text}')
        while job['state'] in ('queued', 'running'):
            time.sleep(0.1)
            job = json.loads(self.ask('GET', '/jobs/' + job['id'])[1])
        if job['state'] != 'completed':
            sys.exit(f'a job ended as {job}')
        return job['id']

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)


class Probe(threading.Thread):
    """Asks /livez again and again; the times in ms."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.ms, self.ends = port, [], threading.Event()

    def run(self):
        link = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        while not self.ends.is_set():
            begin = time.monotonic()
            link.request('GET', '/livez')
            link.getresponse().read()
            self.ms.append(1000 * (time.monotonic() - begin))
            time.sleep(0.002)
        link.close()

    def end(self):
        self.ends.set()
        self.join()
        ms = sorted(self.ms)
        return ms[len(ms) // 2], ms[min(len(ms) - 1, len(ms) * 99 // 100)], ms[-1]


def begin_slow(port, path, headers):
    """A client that asks and does not read."""
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    link.connect(('127.0.0.1', port))
    lines = ''.join(f'{name}: {value}\r\n' for name, value in headers.items())
    link.sendall(f'GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n'
                 .encode())
    return link


def largest_memory(server, links):
    """Once it is at rest, and every client has had a beginning."""
    peak, grown = 0, time.monotonic()
    until = grown + PATIENCE_S
    while time.monotonic() < until:
        now = server.memory_kib()
        if now > peak + 64:
            peak, grown = now, time.monotonic()
        if time.monotonic() - grown > QUIET_S and all(map(has_begun, links)):
            break
        time.sleep(0.02)
    return peak


def has_begun(link):
    link.setblocking(False)
    try:
        return len(link.recv(12, socket.MSG_PEEK)) == 12
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def statuses(links):
    counts = collections.Counter()
    for link in links:
        link.settimeout(10)
        try:
            counts[link.recv(12, socket.MSG_PEEK)[9:12].decode()] += 1
        except OSError:
            counts['cut'] += 1
    return counts


def measure(server, kind, readers):
    server.ask('GET', '/livez')
    idle = server.memory_kib()
    probe = Probe(server.port)
    probe.start()
    links = [begin_slow(server.port, kind.path, kind.headers)
             for _ in range(readers)]
    grown = largest_memory(server, links) - idle
    counts = statuses(links)
    times = probe.end()
    for link in links:
        link.close()
    return grown, counts, times


def numbers(count, text='0'):
    return '[' + ','.join([text] * count) + ']'


def bodies():
    """Specs of nearly 1 MiB, and a short one of a million variables."""
    def spec(objective, start):
        return ('{"objective":' + objective + ',"start":' + start + ','
                '"optimizer":{"type":"sgd","learning_rate":1e-9},'
                '"stop":{"max_iterations":1},"trace":{"x":false}}')

    def sphere(count):
        return json.dumps({'type': 'function', 'name': 'sphere',
                           'dimension': count})
    return {'500 000 numbers': spec(sphere(500000), numbers(500000)),
            'faults': spec(sphere(2), numbers(250000, '"a"')),
            'random start': spec(sphere(1000000),
                                 '{"random":{"low":-1,"high":1}}')}


def begin_post(port, body):
    link = socket.create_connection(('127.0.0.1', port))
    link.sendall(('POST /jobs HTTP/1.1\r\nHost: localhost\r\n'
                  'Content-Type: application/json\r\n'
                  f'Content-Length: {len(body)}\r\n\r\n'
                  + body[:-1]).encode())
    return link


def measure_posts(server, body, clients):
    server.ask('GET', '/livez')
    idle = server.memory_kib()
    probe = Probe(server.port)
    probe.start()
    links, refused = [], 0
    for _ in range(clients):
        try:
            links.append(begin_post(server.port, body))
        except ConnectionError: # it has its answer, and does not read it
            refused += 1
    for link in links:
        try:
            link.sendall(body[-1:].encode())
        except ConnectionError:
            pass
    grown = largest_memory(server, links) - idle
    counts = statuses(links)
    counts['refused'] += refused
    times = probe.end()
    for link in links:
        link.close()
    return grown, +counts, times


def prepare(server):
    """Jobs whose answers are large, and the kinds of those answers."""
    valley = {'objective': {'type': 'function', 'name': 'rosenbrock',
                            'dimension': 2},
              'optimizer': {'type': 'adam', 'learning_rate': 1e-4},
              'stop': {'max_iterations': 100000}}
    wide = {'objective': {'type': 'function', 'name': 'rosenbrock',
                          'dimension': 60},
            'optimizer': {'type': 'adam', 'learning_rate': 1e-4},
            'stop': {'max_iterations': 60000}}
    huge = {'objective': {'type': 'function', 'name': 'rosenbrock',
                          'dimension': 1000000},
            'start': {'random': {'low': -1, 'high': 1}},
            'optimizer': {'type': 'adam'}, 'stop': {'max_iterations': 3}}
    narrow, wide, huge = map(server.finish, (valley, wide, huge))
    for i in range(500):
        server.finish({'name': f'{i:0200}', 'objective': {
            'type': 'polynomial', 'coefficients': [3, -12, 6]},
            'start': [-0.9], 'optimizer': {'type': 'sgd',
                                           'learning_rate': 0.03},
            'stop': {'max_iterations': 3}})
    kinds = {}
    for name, accept in ACCEPT.items():
        for query in ('limit=50000', '') if name in ('csv', 'octets') \
                else ('limit=50000',):
            kinds[f'trace {name} {query}'.strip()] = Kind(
                f'/jobs/{wide}/trace?{query}', {'Accept': accept})
    kinds['trace json narrow'] = Kind(
        f'/jobs/{narrow}/trace?limit=50000', {})
    for name in ('json', 'csv'):
        kinds[f'trace {name} gzip'] = Kind(
            f'/jobs/{wide}/trace?limit=50000',
            {'Accept': ACCEPT[name], 'Accept-Encoding': 'gzip'})
    kinds['trace points'] = Kind(f'/jobs/{wide}/trace?points=15000', {})
    kinds['traces'] = Kind(f'/traces?jobs={wide},{narrow}&limit=50000', {})
    kinds['result'] = Kind(f'/jobs/{huge}/result', {})
    kinds['result octets'] = Kind(f'/jobs/{huge}/result.safetensors', {})
    kinds['job'] = Kind(f'/jobs/{huge}', {})
    kinds['list'] = Kind('/jobs?limit=500', {})
    kinds['landscape'] = Kind(f'/jobs/{narrow}/landscape?nx=500&ny=500', {})
    kinds['plot'] = Kind(f'/jobs/{narrow}/plot.svg', {})
    kinds['optimizers'] = Kind('/optimizers?full=true', {})
    return kinds


def is_wanted(name, wanted):
    return not wanted or any(name.startswith(word) for word in wanted)


@contextlib.contextmanager
def copied(program, made, scratch):
    """A server on a copy of what was prepared."""
    copy = os.path.join(scratch, 'copy')
    shutil.copytree(made, copy)
    server = Server(program, os.path.join(copy, 'jobs.db'), '--workers', '1')
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(copy)


def report(name, answer_bytes, grown, counts, times):
    said = ' '.join(f'{count} x {status}'
                    for status, count in sorted(counts.items()))
    print(f'{name:24} {answer_bytes / 1e6:9.2f} {grown / 1024:10.1f} '
          f'{times[0]:17.2f} {times[1]:6.1f} {times[2]:6.1f}  {said}',
          flush=True)


def main():
    program = sys.argv[1]
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    wanted = sys.argv[3:]
    folder = os.environ.get('UNDER_WAY_FOLDER')
    with tempfile.TemporaryDirectory() as scratch:
        made = folder or os.path.join(scratch, 'made')
        os.makedirs(made, exist_ok=True)
        table = os.path.join(made, 'kinds.json')
        if not os.path.exists(table):
            server = Server(program, os.path.join(made, 'jobs.db'))
            kinds = prepare(server)
            server.stop()
            with open(table, 'w') as out:
                json.dump(kinds, out)
        with open(table) as text:
            kinds = {name: Kind(*kind) for name, kind in
                     json.load(text).items()}
        print(f'{clients} clients\n{"":24}        MB  memory MB  '
              '/livez ms: median    p99  worst  statuses')
        for name, kind in kinds.items():
            if not is_wanted(name, wanted):
                continue
            with copied(program, made, scratch) as server:
                grown, counts, times = measure(server, kind, clients)
                text = server.ask('GET', kind.path, None, kind.headers)[1]
            report(name, len(text), grown, counts, times)
        for name, body in bodies().items():
            if not is_wanted('post ' + name, wanted):
                continue
            with copied(program, made, scratch) as server:
                grown, counts, times = measure_posts(server, body, clients)
            report('post ' + name, len(body), grown, counts, times)


main()
