"use strict";
// The npm package `memcached`, in its default configuration. Usage: NODE_PATH=… node memcached.cjs PORT

const assert = require("node:assert/strict");
const { promisify } = require("node:util");
const Memcached = require("memcached");
const { run, pause } = require("./groups.cjs");

const server = `127.0.0.1:${process.argv[2]}`;
const client = new Memcached(server, { retries: 0, timeout: 5000 });

const call = {};
for (const name of ["get", "gets", "getMulti", "set", "add", "replace", "append", "prepend", "cas", "incr", "decr", "del", "touch",
                    "flush", "stats", "version"]) {
  call[name] = promisify(client[name]).bind(client);
}

// It tells NOT_STORED as an error.
const notStored = promise => assert.rejects(promise, /not stored/i);

run("npm memcached", {
  "version": async () => {
    const [answer] = await call.version();
    assert.match(answer.version, /^\d/);
    assert.equal(answer.server, server);
  },
  "flush": async () => {
    await call.set("k", "v", 0);
    assert.deepEqual(await call.flush(), [true]);
    assert.equal(await call.get("k"), undefined);
  },
  "set get": async () => {
    assert.equal(await call.set("k", "value", 100), true);
    assert.equal(await call.get("k"), "value");
    assert.equal(await call.get("missing"), undefined);
    await call.set("k", "", 0);
    assert.equal(await call.get("k"), "");
    await call.set("k", "lines\r\nEND\r\nVALUE k 0 1\r\n", 0);
    assert.equal(await call.get("k"), "lines\r\nEND\r\nVALUE k 0 1\r\n");
    await call.set("k", "żółć ☃", 0);
    assert.equal(await call.get("k"), "żółć ☃");
  },
  "set get of numbers, objects and buffers, told apart by flags": async () => {
    await call.set("number", 12.5, 0);
    assert.equal(await call.get("number"), 12.5);
    await call.set("object", { a: [1, "two"] }, 0);
    assert.deepEqual(await call.get("object"), { a: [1, "two"] });
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    await call.set("buffer", bytes, 0);
    assert.deepEqual(await call.get("buffer"), bytes);
  },
  "a value of 900 KB": async () => {
    const value = "0123456789".repeat(90000);
    await call.set("large", value, 0);
    assert.equal(await call.get("large"), value);
  },
  "getMulti": async () => {
    await call.flush();
    await call.set("a", "1", 0);
    await call.set("b", "2", 0);
    assert.deepEqual({ ...await call.getMulti(["a", "b", "none"]) }, { a: "1", b: "2" });
  },
  "add replace": async () => {
    await call.flush();
    await notStored(call.replace("k", "v", 0));
    assert.equal(await call.add("k", "v", 0), true);
    await notStored(call.add("k", "w", 0));
    assert.equal(await call.replace("k", "w", 0), true);
    assert.equal(await call.get("k"), "w");
  },
  "append prepend": async () => {
    await call.flush();
    await notStored(call.append("k", "x"));
    await call.set("k", "b", 0);
    assert.equal(await call.append("k", "c"), true);
    assert.equal(await call.prepend("k", "a"), true);
    assert.equal(await call.get("k"), "abc");
  },
  "gets cas": async () => {
    await call.set("k", "one", 0);
    const { k, cas } = await call.gets("k");
    assert.equal(k, "one");
    assert.match(cas, /^\d+$/);
    assert.equal(await call.cas("k", "two", cas, 0), true);
    assert.equal(await call.cas("k", "three", cas, 0), false);
    assert.equal(await call.get("k"), "two");
    assert.notEqual((await call.gets("k")).cas, cas);
  },
  "incr decr": async () => {
    await call.set("n", "10", 0);
    assert.equal(await call.incr("n", 5), 15);
    assert.equal(await call.decr("n", 3), 12);
    assert.equal(await call.decr("n", 100), 0);
    assert.equal(await call.incr("missing", 1), false);
    await call.set("text", "abc", 0);
    await assert.rejects(call.incr("text", 1), /non-numeric/);
  },
  "del": async () => {
    await call.set("k", "v", 0);
    assert.equal(await call.del("k"), true);
    assert.equal(await call.del("k"), false);
    assert.equal(await call.get("k"), undefined);
  },
  "touch and expiry": async () => {
    await call.set("short", "v", 1);
    await call.set("touched", "v", 1);
    assert.equal(await call.touch("touched", 100), true);
    assert.equal(await call.touch("missing", 100), false);
    await pause(2.2);
    assert.equal(await call.get("short"), undefined);
    assert.equal(await call.get("touched"), "v");
  },
  "stats": async () => {
    const [stats] = await call.stats();
    assert.equal(stats.server, server);
    for (const name of ["pid", "uptime", "curr_items", "cmd_get", "cmd_set", "get_hits", "get_misses", "bytes", "limit_maxbytes"]) {
      assert.equal(typeof stats[name], "number", name);
    }
  },
  "2000 calls at once": async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, n) => call.set(`many${n}`, `value ${n}`, 0)));
    const found = await Promise.all(Array.from({ length: 1000 }, (_, n) => call.get(`many${n}`)));
    found.forEach((value, n) => assert.equal(value, `value ${n}`));
    await call.flush();
  },
});
