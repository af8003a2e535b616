"""The lines that `run` counts: one per check group, `ok NAME` or `FAILED NAME: why`; details go to standard error."""

import contextlib
import sys
import traceback

_failed = 0


def ok(name):
    print(f"ok {name}", flush=True)


def failed(name, why):
    global _failed
    _failed += 1
    print(f"FAILED {name}: {one_line(why)}", flush=True)


def verdict(name, complaints, checks):
    """One group's line, from what was wrong in it."""
    for complaint in complaints:
        print(f"{name}: {complaint}", file=sys.stderr)
    if complaints:
        failed(name, f"{len(complaints)} of {checks} wrong, first: {complaints[0]}")
    else:
        ok(name)


@contextlib.contextmanager
def group(name):
    """A group of plain assertions; anything raised in it is why it failed."""
    try:
        yield
    except Exception as error:  # a broken connection is a finding too, and the next group must still run
        traceback.print_exc()
        failed(name, f"{type(error).__name__}: {error}")
    else:
        ok(name)


def exit_code():
    return 1 if _failed else 0


def one_line(text, limit=600):
    text = str(text).replace("\r", "\\r").replace("\n", "\\n")
    return text if len(text) <= limit else text[:limit] + "…"


def show(data, limit=200):
    return repr(data) if len(data) <= limit else f"{data[:limit]!r}… ({len(data)} bytes)"
