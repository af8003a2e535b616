"use strict";
// The npm package `memcache-client`. Usage: NODE_PATH=… node memcache-client.cjs PORT

const assert = require("node:assert/strict");
const { MemcacheClient } = require("memcache-client");
const { run, pause } = require("./groups.cjs");

const client = new MemcacheClient({ server: { server: `127.0.0.1:${process.argv[2]}`, maxConnections: 5 }, cmdTimeout: 10000 });
const flush = () => client.cmd("flush_all");
const value = async key => (await client.get(key))?.value;

run("npm memcache-client", {
  "version": async () => assert.match((await client.version()).join(" "), /^VERSION \d/),
  "set get": async () => {
    await flush();
    assert.deepEqual(await client.set("k", "value", { lifetime: 100 }), ["STORED"]);
    assert.equal(await value("k"), "value");
    assert.equal(await value("missing"), undefined);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    await client.set("buffer", bytes);
    assert.deepEqual(await value("buffer"), bytes);
    await client.set("object", { a: [1, "two"] });
    assert.deepEqual(await value("object"), { a: [1, "two"] });
    await client.set("number", 12345);
    assert.equal(await value("number"), 12345);
  },
  "get of several keys": async () => {
    await flush();
    await Promise.all([client.set("a", "1"), client.set("b", "2")]);
    const found = await client.get(["a", "b", "none"]);
    assert.deepEqual(Object.entries(found).map(([key, item]) => [key, item.value]), [["a", "1"], ["b", "2"]]);
  },
  "add replace append prepend": async () => {
    await flush();
    await assert.rejects(client.replace("k", "v"), /NOT_STORED/);
    assert.deepEqual(await client.add("k", "b"), ["STORED"]);
    await assert.rejects(client.add("k", "w"), /NOT_STORED/);
    assert.deepEqual(await client.append("k", "c"), ["STORED"]);
    assert.deepEqual(await client.prepend("k", "a"), ["STORED"]);
    assert.equal(await value("k"), "abc");
    await assert.rejects(client.append("none", "x"), /NOT_STORED/);
  },
  "gets cas": async () => {
    await client.set("k", "one");
    const { casUniq } = await client.gets("k");
    assert.deepEqual(await client.cas("k", "two", { casUniq }), ["STORED"]);
    await assert.rejects(client.cas("k", "three", { casUniq }), /EXISTS/);
    assert.equal(await value("k"), "two");
  },
  "incr decr": async () => {
    await client.set("n", "10");
    assert.equal(await client.incr("n", 5), "15");
    assert.equal(await client.decr("n", 16), "0");
    await client.set("text", "abc");
    await assert.rejects(client.incr("text", 1), /non-numeric/);
    await assert.rejects(client.incr("missing", 1), /NOT_FOUND/);
  },
  "delete touch and expiry": async () => {
    await client.set("k", "v");
    assert.deepEqual(await client.delete("k"), ["DELETED"]);
    await assert.rejects(client.delete("k"), /NOT_FOUND/);
    await client.set("short", "v", { lifetime: 1 });
    await client.set("touched", "v", { lifetime: 1 });
    assert.deepEqual(await client.touch("touched", 100), ["TOUCHED"]);
    await pause(2.2);
    assert.equal(await value("short"), undefined);
    assert.equal(await value("touched"), "v");
  },
  "noreply": async () => {
    await flush();
    // One connection, so that the get comes after what is not answered.
    const single = new MemcacheClient({ server: `127.0.0.1:${process.argv[2]}` });
    single.set("n", "10", { noreply: true });
    single.cmd("incr n 5", { noreply: true });
    assert.equal((await single.get("n")).value, "15");
    single.delete("n", { noreply: true });
    assert.equal(await single.get("n"), undefined);
    single.shutdown();
  },
  "stats": async () => {
    const stats = Object.fromEntries((await client.cmd("stats")).STAT);
    for (const name of ["pid", "uptime", "curr_items", "cmd_get", "get_hits", "bytes"]) {
      assert.match(stats[name], /^\d+$/, name);
    }
  },
  "2000 calls on 5 connections": async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, n) => client.set(`many${n}`, `value ${n}`)));
    const found = await Promise.all(Array.from({ length: 1000 }, (_, n) => value(`many${n}`)));
    found.forEach((item, n) => assert.equal(item, `value ${n}`));
    await flush();
  },
});
