#!/usr/bin/env python3
"""Delivers mail to examples/Mail by swaks, in every concurrency model, and looks for it in the Maildir."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import report

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = ROOT / "examples/Mail/bin/Release/net10.0/Mail.dll"
MODELS = ["event-loop", "hybrid", "thread-pool", "thread", "process"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mail:
    """A server with a Maildir of its own; ended by its id."""

    def __init__(self, model):
        self.directory = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.process = subprocess.Popen(
            ["dotnet", SERVER, "--port", str(self.port), "--maildir", self.directory.name, "--domains", "foo.com", "--concurrency", model],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "the server ended before it listened"
                time.sleep(0.1)
        raise AssertionError("the server does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.directory.cleanup()

    def mails(self):
        new = pathlib.Path(self.directory.name, "new")
        return sorted(file.read_text() for file in new.iterdir())

    def swaks(self, *arguments):
        """The exit status of swaks, and what it printed."""
        done = subprocess.run(["swaks", "--server", "127.0.0.1", "--port", str(self.port), "--timeout", "30", *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout


def check(model):
    with Mail(model) as mail:
        with report.group(f"mail {model}: swaks delivers"):
            status, said = mail.swaks("--to", "jones@foo.com", "--from", "smith@bar.com", "--header", "Subject: one", "--body", "hello\n.\n..dot\n")
            assert status == 0, f"status {status}: {said[-200:]}"
            [text] = mail.mails()
            assert "Delivered-To: jones@foo.com\n" in text and "Subject: one\n" in text, text
            assert "\n\nhello\n.\n..dot\n" in text, text
        with report.group(f"mail {model}: swaks, pipelined to two recipients"):
            status, said = mail.swaks("--to", "jones@foo.com,green@foo.com", "--from", "smith@bar.com", "--pipeline", "--header", "Subject: two")
            assert status == 0, f"status {status}: {said[-200:]}"
            [text] = [text for text in mail.mails() if "Subject: two\n" in text]
            assert "Delivered-To: jones@foo.com\n" in text and "Delivered-To: green@foo.com\n" in text, text
        with report.group(f"mail {model}: swaks is told that mail for others is not relayed"):
            status, said = mail.swaks("--to", "somebody@elsewhere.org", "--from", "smith@bar.com")
            assert status == 24, f"status {status}: {said[-200:]}"  # swaks(1): RCPT TO was refused for all recipients
            assert len(mail.mails()) == 2, mail.mails()


def main():
    for model in MODELS:
        if model == "process" and not sys.platform.startswith("linux"):
            continue
        try:
            check(model)
        except Exception as error:  # a server that does not start: the other models must still be tried
            report.failed(f"mail {model}", error)
    return report.exit_code()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
