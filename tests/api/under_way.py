"""Clients that ask for much and take little, on raw sockets.

    under_way.py hold URL PID COUNT PATH [HEADER]
        so many clients ask and do not read. Prints the MiB of anonymous memory
        by which the server's process grew at most, and what they were
        answered: "12 200 x 50"
    under_way.py second URL PATH
        one client asks and does not read; then another one; then the first
        leaves, and a third one asks. Prints the statuses of the last two
    under_way.py drip URL PATH BYTES
        reads so many bytes ten times a second. Prints "cut" or "all"
    under_way.py extension URL
        a chunk whose extension does not end. Prints the answer's status
    under_way.py polls URL PATH COUNT
        so many long polls for the job's next revision, whose clients leave
    under_way.py bodies URL BYTES
        a client sends so much of a body, and not its end; then another one.
        Prints the second one's status and slug
"""
import collections
import re
import socket
import sys
import time
import urllib.parse

PATIENCE_S = 60
REST_S = 1


def connect(url, receive_bytes=None):
    place = urllib.parse.urlsplit(url)
    link = socket.socket()
    if receive_bytes:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    link.settimeout(PATIENCE_S)
    link.connect((place.hostname, place.port))
    return link


def ask(url, path, *headers, receive_bytes=4096):
    link = connect(url, receive_bytes)
    lines = ''.join(header + '\r\n' for header in headers)
    link.sendall(f'GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n'
                 .encode())
    return link


def status_of(link):
    """Of the answer, which stays unread."""
    begin = link.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL)
    return begin[9:12].decode() if len(begin) == 12 else 'cut'


def read_all(link):
    text = b''
    while piece := link.recv(65536):
        text += piece
    return text.decode()


def memory_kib(pid):
    with open(f'/proc/{pid}/status') as status:
        return int(re.search(r'RssAnon:\s+(\d+)', status.read())[1])


def hold(url, pid, count, path, *headers):
    idle = memory_kib(pid)
    links = [ask(url, path, *headers) for _ in range(int(count))]
    statuses = collections.Counter(map(status_of, links))
    peak, rest = 0, time.monotonic()
    while time.monotonic() - rest < REST_S:
        now = memory_kib(pid)
        if now > peak:
            peak, rest = now, time.monotonic()
        time.sleep(0.02)
    said = ' '.join(f'{status} x {n}' for status, n in statuses.items())
    print(max(0, peak - idle) // 1024, said)


def second(url, path):
    first = ask(url, path)
    status_of(first)
    other = ask(url, path)
    print(status_of(other))
    other.close()
    first.close()
    until = time.monotonic() + PATIENCE_S
    status = ''
    while status != '200' and time.monotonic() < until:
        third = ask(url, path)
        status = status_of(third)
        third.close()
        time.sleep(0.1)
    print(status)


def drip(url, path, count):
    link = ask(url, path, 'Connection: close')
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            if not link.recv(int(count)):
                break
        except ConnectionError:
            print('cut')
            return
        time.sleep(0.1)
    print('all' if time.monotonic() < until else 'patience is over')


def extension(url):
    link = connect(url)
    link.sendall(b'POST /jobs HTTP/1.1\r\nHost: localhost\r\n'
                 b'Content-Type: application/json\r\n'
                 b'Transfer-Encoding: chunked\r\n\r\n5;' + b'x' * 20000)
    print(read_all(link)[9:12] or 'cut')


def polls(url, path, count):
    links = []
    for _ in range(int(count)):
        links.append(ask(url, path, 'If-None-Match: "1"', 'Prefer: wait=60'))
    time.sleep(REST_S)
    for link in links:
        link.close()


def send_body(url, count):
    link = connect(url)
    head = ('POST /jobs HTTP/1.1\r\nHost: localhost\r\n'
            'Content-Type: application/json\r\n'
            f'Content-Length: {int(count) + 1}\r\n\r\n')
    link.sendall(head.encode() + b' ' * int(count))
    return link


def bodies(url, count):
    first = send_body(url, count)
    time.sleep(REST_S)
    answer = read_all(send_body(url, count))
    first.close()
    print(answer[9:12], re.search(r'/problems/([a-z-]+)', answer)[1])


globals()[sys.argv[1]](*sys.argv[2:])
