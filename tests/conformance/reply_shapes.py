"""What a reply must look like when its content is the server's own: each check takes the parsed reply, and fails by assertion."""

import re

from resp_wire import text


def pairs(reply):
    """A map's pairs; RESP2 has them as a flat array."""
    if reply.kind == "%":
        return reply.value
    assert reply.kind == "*" and len(reply.value) % 2 == 0, f"not pairs: {reply}"
    return list(zip(reply.value[::2], reply.value[1::2]))


def count(reply):
    assert reply.kind == ":" and reply.value > 0, reply


def id_(reply):
    assert reply.kind == ":" and reply.value > 0, reply


def pair(reply):
    found = pairs(reply)
    assert len(found) == 1 and found[0][0].kind == "$" and found[0][1].kind == "$", reply


def scan(reply):
    assert reply.kind == "*" and len(reply.value) == 2, reply
    cursor, keys = reply.value
    assert cursor.kind == "$" and re.fullmatch(rb"\d+", cursor.value), cursor
    assert keys.kind == "*" and all(key.kind == "$" for key in keys.value), keys


def hello(reply):
    fields = {key.value: value for key, value in pairs(reply)}
    assert set(fields) == {b"server", b"version", b"proto", b"id", b"mode", b"role", b"modules"}, fields
    assert fields[b"server"].value == b"redis" and re.match(rb"\d+\.\d+\.\d+$", fields[b"version"].value), fields
    assert fields[b"proto"] == (":", 3 if reply.kind == "%" else 2), fields
    assert fields[b"id"].kind == ":" and fields[b"mode"].value == b"standalone" and fields[b"role"].value == b"master", fields
    assert fields[b"modules"].kind == "*", fields


def clients(reply):
    assert reply.kind in "$=", reply
    lines = text(reply).splitlines()
    assert any(" name=conformance " in line for line in lines), f"the asking client is not listed: {lines}"
    for line in lines:
        fields = dict(word.split("=", 1) for word in line.split(" "))
        assert re.fullmatch(r"\d+", fields["id"]) and re.fullmatch(r"127\.0\.0\.1:\d+", fields["addr"]), line
        assert {"name", "age", "db", "cmd"} <= set(fields), line


def sections(reply):
    assert reply.kind in "$=", reply
    found, current = {}, None
    for line in text(reply).split("\r\n"):
        if line.startswith("# "):
            current = found.setdefault(line[2:], {})
        elif line:
            key, colon, value = line.partition(":")
            assert colon and current is not None and "\n" not in line, f"not a line of INFO: {line!r}"
            current[key] = value
    return found


def info(reply):
    found = sections(reply)
    assert {"Server", "Clients", "Memory", "Stats", "Replication", "Keyspace"} <= set(found), f"sections: {list(found)}"
    _server(found["Server"])
    _memory(found["Memory"])
    _keyspace(found["Keyspace"])
    assert int(found["Clients"]["connected_clients"]) >= 1, found["Clients"]
    assert found["Replication"]["role"] == "master", found["Replication"]
    for name in ("total_connections_received", "total_commands_processed", "keyspace_hits", "keyspace_misses",
                 "expired_keys", "evicted_keys"):
        assert re.fullmatch(r"\d+", found["Stats"][name]), f"{name}: {found['Stats'].get(name)}"


def info_server(reply):
    found = sections(reply)
    assert list(found) == ["Server"], list(found)
    _server(found["Server"])


def info_memory(reply):
    found = sections(reply)
    assert list(found) == ["Memory"], list(found)
    _memory(found["Memory"])


def info_keyspace(reply):
    found = sections(reply)
    assert list(found) == ["Keyspace"], list(found)
    _keyspace(found["Keyspace"])


def _server(fields):
    assert re.match(r"\d+\.\d+\.\d+", fields["redis_version"]), fields
    assert int(fields["tcp_port"]) > 0 and int(fields["uptime_in_seconds"]) >= 0, fields
    assert fields["redis_mode"] == "standalone", fields


def _memory(fields):
    assert int(fields["used_memory"]) > 0 and int(fields["maxmemory"]) >= 0, fields
    assert fields["maxmemory_policy"] in ("noeviction", "allkeys-lru"), fields


def _keyspace(fields):
    assert re.match(r"keys=2,expires=1,avg_ttl=\d+$", fields["db0"]), fields


SHAPES = {
    "count": count, "id": id_, "pair": pair, "scan": scan, "hello": hello, "clients": clients,
    "info": info, "info-server": info_server, "info-memory": info_memory, "info-keyspace": info_keyspace,
}
