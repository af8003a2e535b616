#!/usr/bin/env python3
"""Delivers mail to examples/Mail by swaks, in every concurrency model, and looks for it in the Maildir."""

import pathlib
import signal
import subprocess
import sys
import tempfile

import report
from servers import free_port, running, unwind

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = ROOT / "examples/Mail/bin/Release/net10.0/Mail.dll"
MODELS = ["event-loop", "hybrid", "thread-pool", "thread", "process"]


def swaks(port, *arguments):
    """The exit status of swaks, and what it printed."""
    done = subprocess.run(["swaks", "--server", "127.0.0.1", "--port", str(port), "--timeout", "30", *arguments],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def mails(maildir):
    return sorted(file.read_text() for file in pathlib.Path(maildir, "new").iterdir())


def check(model, port, maildir):
    with report.group(f"mail {model}: swaks delivers"):
        status, said = swaks(port, "--to", "jones@foo.com", "--from", "smith@bar.com", "--header", "Subject: one", "--body", "hello\n.\n..dot\n")
        assert status == 0, f"status {status}: {said[-200:]}"
        [text] = mails(maildir)
        assert "Delivered-To: jones@foo.com\n" in text and "Subject: one\n" in text, text
        assert "\n\nhello\n.\n..dot\n" in text, text
    with report.group(f"mail {model}: swaks, pipelined to two recipients"):
        status, said = swaks(port, "--to", "jones@foo.com,green@foo.com", "--from", "smith@bar.com", "--pipeline", "--header", "Subject: two")
        assert status == 0, f"status {status}: {said[-200:]}"
        [text] = [text for text in mails(maildir) if "Subject: two\n" in text]
        assert "Delivered-To: jones@foo.com\n" in text and "Delivered-To: green@foo.com\n" in text, text
    with report.group(f"mail {model}: swaks is told that mail for others is not relayed"):
        status, said = swaks(port, "--to", "somebody@elsewhere.org", "--from", "smith@bar.com")
        assert status == 24, f"status {status}: {said[-200:]}"  # swaks(1): RCPT TO was refused for all recipients
        assert len(mails(maildir)) == 2, mails(maildir)


def main():
    signal.signal(signal.SIGTERM, unwind)
    for model in MODELS:
        port = free_port()
        with tempfile.TemporaryDirectory() as maildir, report.group(f"mail {model}: serves"):
            command = ["dotnet", str(SERVER), "--port", str(port), "--maildir", maildir, "--domains", "foo.com", "--concurrency", model]
            with running(port, command):
                check(model, port, maildir)
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
