"""Send bodies that are too large, and count what comes back.

    bodies.py http.client|urllib URL COUNT BYTES

Neither looks for an answer before all of the body is sent. Prints one line,
"30 x 413", or what else there was.
"""
import collections
import http.client
import sys
import urllib.error
import urllib.parse
import urllib.request

HEADERS = {"Content-Type": "application/json"}
PATIENCE_S = 60


def by_http_client(url, body):
    place = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE_S)
    connection.request("POST", place.path, body, HEADERS)
    return connection.getresponse()


def by_urllib(url, body):
    request = urllib.request.Request(url, body, HEADERS)
    try:
        return urllib.request.urlopen(request, timeout=PATIENCE_S)
    except urllib.error.HTTPError as error:
        return error


def send(client, url, body):
    try:
        answer = client(url, body)
        whole = b"/problems/too-large" in answer.read()
        return str(answer.status) if whole else "no problem document"
    except OSError as error:
        return type(error).__name__


def main(name, url, count, size):
    client = {"http.client": by_http_client, "urllib": by_urllib}[name]
    body = b" " * int(size)
    seen = collections.Counter(send(client, url, body)
                               for _ in range(int(count)))
    print(", ".join(f"{n} x {what}" for what, n in seen.most_common()))


main(*sys.argv[1:])
