#!/usr/bin/env python3
"""Runs libmemcached's own tools against the subject: its judge of the ascii protocol, memccapable, and the small programs."""

import pathlib
import re
import subprocess
import sys
import tempfile

import report
from servers import arguments

# All that memccapable -a knows in libmemcached 1.1.4; memcached 1.6.18 passes every one.
CAPABILITIES = [
    "version", "quit", "verbosity", "set", "set noreply", "get", "gets", "mget", "flush", "flush noreply", "add", "add noreply",
    "replace", "replace noreply", "cas", "cas noreply", "delete", "delete noreply", "incr", "incr noreply", "decr", "decr noreply",
    "append", "append noreply", "prepend", "prepend noreply", "stat",
]


def run(*command, code=0, seconds=20, cwd=None):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, cwd=cwd, check=False)
    assert done.returncode == code, f"{' '.join(command)} ended with {done.returncode}, not {code}: {done.stdout.decode(errors='replace')}"
    return done.stdout


def capable(port):
    """One run of them all, in memccapable's own order: `quit` alone fails even against memcached itself."""
    done = subprocess.run(["memccapable", "-h", "127.0.0.1", "-p", str(port), "-a", "-t", "5"], timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    printed = done.stdout.decode(errors="replace")
    print(printed, file=sys.stderr)
    verdicts = dict(re.findall(r"^ascii (.+?)\s+\[(\w+)\]$", printed, re.M))
    for name in CAPABILITIES:
        complaint = [] if verdicts.get(name) == "pass" else [f"memccapable says {verdicts.get(name, 'nothing')}"]
        report.verdict(f"memccapable ascii {name}", complaint, 1)


def tools(port):
    server = f"--servers=127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        def tool(name, *rest, code=0):
            return run(name, server, *rest, code=code, cwd=folder)

        with report.group("libmemcached memcping memcstat"):
            tool("memcping")
            assert re.search(rb"\bpid: \d+", tool("memcstat")) and re.search(rb"\bcurr_items: \d+", tool("memcstat"))
        with report.group("libmemcached memcflush memccp memccat memcexist memctouch memcrm"):
            tool("memcflush")
            pathlib.Path(folder, "text").write_bytes(b"hello\r\nworld")
            pathlib.Path(folder, "large").write_bytes(b"0123456789abcdef" * 50000)
            tool("memccp", "text", "large")
            assert tool("memccat", "text").startswith(b"hello\r\nworld")
            tool("memccat", "--file=copy", "large")
            assert pathlib.Path(folder, "copy").read_bytes().rstrip(b"\n") == b"0123456789abcdef" * 50000
            tool("memcexist", "text")
            tool("memcexist", "nothing", code=1)
            tool("memctouch", "--expire=100", "text")
            tool("memccat", "text")
            tool("memcrm", "text")
            tool("memccat", "text", code=1)
            tool("memccp", "--add", "large", code=1)
            tool("memccp", "--replace", "large")
            tool("memcflush")
            tool("memcexist", "large", code=1)
        for test in ("set", "get", "mget"):
            with report.group(f"libmemcached memcslap {test}, 10 threads"):
                printed = tool("memcslap", "--concurrency=10", "--execute-number=300", f"--test={test}").decode()
                assert "Time total" in printed and "rror" not in printed and "ail" not in printed, printed
        tool("memcflush")


def main():
    options = arguments(__doc__)
    capable(options.port)
    tools(options.port)
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
