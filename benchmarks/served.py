"""Servers under measurement: started on a free port of 127.0.0.1, watched through /proc, ended by their pid."""
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time

TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_on_signals():
    """Makes a request to terminate run the `finally` blocks, in which the servers are ended."""
    def leave(number, _):
        sys.exit(128 + number)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


class Server:
    """One server process (and whatever processes it starts) from NAME=COMMAND; {port} in COMMAND becomes its port."""

    def __init__(self, spec):
        self.name, found, command = spec.partition("=")
        if not found or "{port}" not in command:
            sys.exit(f"not NAME=COMMAND with a {{port}} in COMMAND: {spec}")
        self.port = free_port()
        # A session of its own: Ctrl-C at the terminal reaches this script alone, which then ends its servers in order.
        try:
            self.process = subprocess.Popen(shlex.split(command.replace("{port}", str(self.port))), start_new_session=True,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError as error:
            sys.exit(f"{self.name}: {error}")

    def wait_until_listening(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"{self.name}: ended with status {self.process.returncode} before it listened")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{self.name}: did not listen on port {self.port} within {seconds} s")

    def pids(self):
        """The process and its living descendants."""
        found = [self.process.pid]
        for pid in found:
            try:
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{thread}/children") as children:
                        found += [int(child) for child in children.read().split()]
            except OSError:
                pass                                            # ended meanwhile
        return found

    def cpu_seconds(self):
        """User and system time of all threads so far, and of the children that ended and were waited for."""
        ticks = 0
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += sum(int(field) for field in fields[11:15])     # utime stime cutime cstime
        return ticks / TICK

    def memory(self, field):
        """A size from /proc/PID/status (VmRSS, RssAnon ...) in bytes."""
        total = 0
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/status") as status:
                    total += sum(int(line.split()[1]) * 1024 for line in status if line.startswith(field + ":"))
            except OSError:
                pass
        return total

    def open_descriptors(self):
        total = 0
        for pid in self.pids():
            try:
                total += len(os.listdir(f"/proc/{pid}/fd"))
            except OSError:
                pass
        return total

    def stop(self):
        for ask, patience in ((self.process.terminate, 5), (self.process.kill, 5)):
            if self.process.poll() is not None:
                return
            ask()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                pass


@contextlib.contextmanager
def serving(spec):
    """A server that listens, and a list for clients of it; both are gone at the end."""
    server, clients = Server(spec), []
    try:
        server.wait_until_listening()
        yield server, clients
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        for client in clients:
            client.close()
        server.stop()


def stop_all(servers):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)                   # a second Ctrl-C must not leave half of them running
    for server in servers:
        server.stop()
