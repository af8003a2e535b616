"""RESP2 and RESP3 as they are on the wire: a connection that returns each reply as the bytes that came, and a reader of those bytes."""

import io
import re
import socket
import threading
import time
from collections import namedtuple

# kind: the reply's first byte as text. value: bytes, int, None, a list of replies, or a list of (key, value) for a map.
Reply = namedtuple("Reply", "kind value")


class Closed(Exception):
    """The server closed the connection; `.data` is what came before."""

    def __init__(self, data):
        super().__init__(f"connection closed after {data[:80]!r}")
        self.data = data


class Connection:
    def __init__(self, port, timeout=5):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_aside(self, data):
        """Sends from another thread, so that a server which answers before it has read all is not deadlocked."""
        def run():
            try:
                self.socket.sendall(data)
            except OSError:
                pass  # the reader sees the same broken connection, and tells
        sender = threading.Thread(target=run, daemon=True)
        sender.start()
        return sender

    def reply(self):
        """The bytes of the next whole reply."""
        taken = bytearray()
        self._take(taken)
        return bytes(taken)

    def ask(self, *args):
        self.send(multibulk(args))
        return self.reply()

    def until_closed(self, seconds=5):
        """All that comes before the server closes, and whether it did within the time."""
        data = bytearray()
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return bytes(data), False
            self.socket.settimeout(left)
            try:
                part = self.socket.recv(65536)
            except TimeoutError:
                return bytes(data), False
            except ConnectionResetError:
                return bytes(data), True
            if not part:
                return bytes(data), True
            data += part

    def _line(self, taken):
        line = self.stream.readline()
        taken += line
        if not line.endswith(b"\n"):
            raise Closed(bytes(taken))
        if not line.endswith(b"\r\n"):
            raise ValueError(f"a line of a reply ends without CR LF: {line[:80]!r}")
        return line[:-2]

    def _take(self, taken):
        line = self._line(taken)
        kind = line[:1]
        if kind in b"+-:_#,(" and line:
            return
        if kind in b"$=!" and line:
            size = int(line[1:])
            if size >= 0:
                body = self.stream.read(size + 2)
                taken += body
                if len(body) < size + 2:
                    raise Closed(bytes(taken))
            return
        if kind in b"*~>%" and line:
            count = int(line[1:])
            for _ in range(max(count, 0) * (2 if kind == b"%" else 1)):
                self._take(taken)
            return
        raise ValueError(f"not the start of a reply: {line[:80]!r}")


def multibulk(args):
    out = [b"*%d\r\n" % len(args)]
    for arg in args:
        if isinstance(arg, str):
            arg = arg.encode()
        out.append(b"$%d\r\n%s\r\n" % (len(arg), arg))
    return b"".join(out)


def parse(raw):
    return _parse(io.BytesIO(raw))


def _parse(stream):
    line = stream.readline()[:-2]
    kind, rest = line[:1].decode(), line[1:]
    if kind == ":":
        return Reply(kind, int(rest))
    if kind in "$=!":
        size = int(rest)
        if size < 0:
            return Reply(kind, None)
        body = stream.read(size)
        stream.read(2)
        return Reply(kind, body)
    if kind in "*~>":
        count = int(rest)
        return Reply(kind, None if count < 0 else [_parse(stream) for _ in range(count)])
    if kind == "%":
        return Reply(kind, [(_parse(stream), _parse(stream)) for _ in range(int(rest))])
    if kind == "_":
        return Reply(kind, None)
    return Reply(kind, rest)


def text(reply):
    """The text of a bulk or a verbatim string."""
    if reply.kind == "=":
        return reply.value[4:].decode(errors="replace")
    return reply.value.decode(errors="replace")


def split_args(line):
    """Splits a line into arguments by the rules of redis's sdssplitargs, which redis-cli and the inline protocol share."""
    args, at, size = [], 0, len(line)
    while True:
        while at < size and line[at:at + 1].isspace():
            at += 1
        if at == size:
            return args
        arg = bytearray()
        while at < size and not line[at:at + 1].isspace():
            quote = line[at:at + 1]
            if quote in (b'"', b"'"):
                at += 1
                while line[at:at + 1] != quote:
                    if at >= size:
                        raise ValueError(f"unbalanced quotes: {line!r}")
                    escape = re.match(rb"\\x([0-9a-fA-F]{2})|\\(.)", line[at:at + 4], re.S)
                    if quote == b'"' and escape:
                        if escape[1]:
                            arg.append(int(escape[1], 16))
                        else:
                            arg += {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"a": b"\a"}.get(escape[2], escape[2])
                        at += len(escape[0])
                    elif quote == b"'" and line[at:at + 2] == b"\\'":
                        arg += b"'"
                        at += 2
                    else:
                        arg += line[at:at + 1]
                        at += 1
                at += 1
            else:
                arg += quote
                at += 1
        args.append(bytes(arg))
