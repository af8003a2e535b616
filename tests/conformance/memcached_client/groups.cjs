"use strict";
// The lines that `run` counts: one per check group, `ok NAME` or `FAILED NAME: why`.

const SECONDS = 20;

exports.run = async function run(client, groups) {
  let failures = 0;
  for (const [name, body] of Object.entries(groups)) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${SECONDS} s`)), SECONDS * 1000);
    });
    try {
      await Promise.race([body(), late]);
      console.log(`ok ${client} ${name}`);
    } catch (error) {
      failures++;
      console.error(error);
      console.log(`FAILED ${client} ${name}: ${String(error && error.message || error).replace(/\s+/g, " ").slice(0, 400)}`);
    } finally {
      clearTimeout(timer);
    }
  }
  // The clients keep sockets and timers of their own.
  process.exit(failures === 0 ? 0 : 1);
};

exports.pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));
