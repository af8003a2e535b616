#!/usr/bin/env python3
"""dig and kdig against examples/Dns, and the same questions to Knot DNS with the same zone: what they print must be the same.

  dns.py [--dns DLL]      starts the server and knotd on free ports of 127.0.0.1 and ends both by their ids

No expected reply is written down here. What may differ is left out before comparing: ids, times, cookies, the order of records in a set,
and the padding and messages of a transfer. Prints "ok NAME" or "FAILED NAME: why".
"""
import argparse, contextlib, os, pathlib, random, re, shutil, signal, socket, subprocess, sys, tempfile, time

from servers import unwind

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ZONE = ROOT / "examples/Dns/example.zone"

QUESTIONS = [
    "example.test SOA", "example.test NS", "example.test MX", "example.test A", "example.test AAAA", "example.test TXT", "example.test CAA",
    "www.example.test A", "www.example.test CNAME", "WwW.ExAmPlE.tEsT AAAA", "mail.example.test A", "ns1.example.test AAAA",
    "none.example.test A", "mail.example.test SRV", "a.b.c.none.example.test A", "anything.users.example.test A", "x.y.users.example.test A",
    "host.lab.example.test A", "lab.example.test NS", "elsewhere.test A", ". NS", "example.test TYPE65400",
]
TRANSPORTS = {"udp": [], "udp without EDNS": ["+noedns"], "tcp": ["+tcp"], "udp, 512 bytes": ["+bufsize=512"], "udp, DO": ["+dnssec"]}


def free_port():
    """
    A port that the system chooses for no client (net.ipv4.ip_local_port_range begins at 32768): a dig once got its own question back in
    place of Knot's reply, which is what happens when a client is given the port of a server that shares it (SO_REUSEPORT).
    """
    for port in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(OSError), socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def start(command, log):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def wait(port, process):
    for _ in range(300):
        if process.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def ask(tool, port, question, options):
    command = [tool, "@127.0.0.1", "-p", str(port), *question.split(), "+norecurse", "+timeout=5", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return done.stdout


def essence(printed):
    """The header's flags and code, and the records of each section as a set."""
    kept = set()
    section = ""
    for line in printed.splitlines():
        if match := re.match(r";; (\w+) (PSEUDO)?SECTION:", line):
            section = match.group(1)
        elif re.match(r";; ->>HEADER", line):
            kept.add(re.sub(r"id: \d+", "", line).lower())
        elif re.match(r";; [Ff]lags:", line):
            kept.add(line.lower())
        elif line and not line.startswith(";"):
            kept.add(f"{section} {' '.join(line.split())}")
    return kept


def compare(name, ours, theirs):
    ours, theirs = essence(ours), essence(theirs)
    if ours == theirs and ours:
        print(f"ok {name}")
        return True
    print(f"FAILED {name}: only here {sorted(ours - theirs)[:3]}, only from knot {sorted(theirs - ours)[:3]}")
    return False


def main():
    signal.signal(signal.SIGTERM, unwind)
    parser = argparse.ArgumentParser()
    parser.add_argument("--dns", default=str(ROOT / "examples/Dns/bin/Release/net10.0/Dns.dll"))
    options = parser.parse_args()
    for program in ("dig", "kdig", "knotd"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed")

    work = pathlib.Path(tempfile.mkdtemp())
    started = []
    good = True
    try:
        ours, theirs = free_port(), free_port()
        # Knot looks up zone files beside its configuration, and changes them when it signs; it gets a copy.
        shutil.copy(ZONE, work / "example.zone")
        (work / "knot.conf").write_text(f"""
server:
    listen: 127.0.0.1@{theirs}
    rundir: {work}
database:
    storage: {work}
log:
  - target: stderr
    any: error
acl:
  - id: transfer
    address: 127.0.0.1
    action: transfer
zone:
  - domain: example.test
    storage: {work}
    file: example.zone
    zonefile-sync: -1
    journal-content: none
    acl: transfer
""")
        with open(work / "log", "w") as log:
            dns = start(["dotnet", options.dns, "--port", str(ours), "--zone", str(ZONE), "--allow-transfer", "127.0.0.1"], log)
            knot = start(["knotd", "-c", str(work / "knot.conf")], log)
        started += [dns, knot]
        if not wait(ours, dns) or not wait(theirs, knot):
            sys.exit((work / "log").read_text()[-2000:] or "a server does not listen")

        for tool in ("dig", "kdig"):
            for name, flags in TRANSPORTS.items():
                # dig's +dnssec asks knot for signatures that neither has; EDNS cookies are knot's alone.
                extra = flags + (["+nocookie"] if tool == "dig" else [])
                for question in QUESTIONS:
                    good &= compare(f"{tool} {question}, {name}", ask(tool, ours, question, extra), ask(tool, theirs, question, extra))
        good &= compare("dig AXFR", ask("dig", ours, "example.test AXFR", []), ask("dig", theirs, "example.test AXFR", []))

        # Asked to end, it drains and says so.
        dns.send_signal(signal.SIGTERM)
        status = dns.wait(30)
        print("ok SIGTERM drains" if status == 0 else f"FAILED SIGTERM drains: exit status {status}")
        good &= status == 0
    finally:
        for process in started:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(0 if good else 1)


main()
