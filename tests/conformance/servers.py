"""The servers that a conformance script talks to: a port that is the subject, and a real server as the oracle."""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, required=True, help="the subject's port on 127.0.0.1; its data is flushed")
    parser.add_argument("--real", action="store_true",
                        help="the subject is itself the real server: skip what is asked of the Cache example only")
    signal.signal(signal.SIGTERM, unwind)
    return parser.parse_args()


def unwind(*_):
    """A TERM must leave through the with-block below, or the oracle would outlive the script; a second one must not cut that short."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def real_redis():
    port = free_port()
    return running(port, ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"])


def real_memcached():
    port = free_port()
    user = ["-u", "root"] if os.geteuid() == 0 else []
    return running(port, ["memcached", *user, "-l", "127.0.0.1", "-p", str(port), "-U", "0"])


@contextlib.contextmanager
def running(port, command):
    """Starts the command in a folder of its own, yields the port once it answers there, and ends the process by its id."""
    folder = tempfile.mkdtemp(prefix="conformance-")
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr)
    try:
        wait_until_listening(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_listening(port, process, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode} before it listened")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not listen on {port} after {seconds} s")
