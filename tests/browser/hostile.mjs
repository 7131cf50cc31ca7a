// node hostile.mjs PROGRAMS DIRECTORY: strangers' texts through the real endpoint and generator onto pages in a real browser. No
// script of theirs runs, nothing leaves the site, and what is shown is what was sent, with the pages' policy and without.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { spawnSync } from "node:child_process";
import { closeBrowser, visitEach, withBrowser } from "./browser.mjs";
import { corpus, fragments, hasSequences, shownLine, shownName } from "./corpus.mjs";
import { Farm } from "./farm.mjs";
import { serve } from "./server.mjs";

after(closeBrowser);
const [programs, directory] = process.argv.slice(2);
const farm = new Farm(programs, directory, corpus[0] + corpus[3]);
const site = farm.site;
farm.addProject("p", "--title", `${corpus[5]} {{name}}`, "--description", corpus[1]);
farm.addClient("p", "c");
for (const text of corpus.slice(0, 30)) if (!text.includes("\u0000")) farm.run("testfarm-admin", ["client", "note"], farm.directory, "p", "c", `note ${text}`);
const post = (id, events) => farm.post("p", "c", id, events);

// The endpoint takes no control characters in names, and few in messages; in output it takes all.
const message = text => text.replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, "") || "-";
const name = text => message(text).replace(/[\n\t]/g, " ").slice(0, 60) || "-";
const idOf = number => `20261101-${String(number).padStart(6, "0")}-aaaaaa`;
const perExecution = 12;
const executions = [];
for (let at = 0; at < corpus.length; at += perExecution) {
  const texts = corpus.slice(at, at + perExecution), number = executions.length;
  const events = [{ type: "execution_started", branch: name(texts[0]), reason: "change",
                    repositories: [{ name: name(texts[1]), url: "https://example.org/x.git", revision: number % 2 ? name(texts[2]) : String(number).padStart(40, "a"), changes: texts.map(text => ({ revision: name(text), author: name(text), time: 1795219000, message: message(text) })), changes_omitted: 0 }],
                    facts: Object.fromEntries([["system", name(texts[3])], [name(texts[4]), name(texts[5])]]), plan: texts.map(text => ({ name: name(text), kind: "test" })) }];
  texts.forEach((text, i) => {
    const task = i + 1, command = 1;
    events.push({ type: "task_started", task, name: name(text), kind: "test", mandatory: false },
                { type: "command_started", task, command, line: message(text) },
                // Broken between two events, in the middle of whatever it is.
                { type: "output", task, command, text: text.slice(0, text.length >> 1).replace(/[\uD800-\uDBFF]$/, "") },
                { type: "output", task, command, text: text.slice(text.slice(0, text.length >> 1).replace(/[\uD800-\uDBFF]$/, "").length) + "\n" },
                { type: "test_results", task, command, tests: [{ name: name(text), outcome: "failed", seconds: 1, message: message(text) }, { name: name(text), outcome: "passed", seconds: 1 }] },
                { type: "command_ended", task, command, ending: "exited", success: false, status: 1, duration: 5, info: message(text), stats: { [name(text)]: i } },
                { type: "task_ended", task, outcome: "failed", duration: 5 });
  });
  events.push({ type: "execution_ended", outcome: "failed", duration: 100, reason: message(texts[6]) });
  post(idOf(executions.length), events);
  executions.push(texts);
}
// One line of a megabyte, and a million lines.
const flood = [{ type: "execution_started", branch: "flood", reason: "change", repositories: [], facts: {}, plan: [] }, { type: "task_started", task: 1, name: "flood", kind: "test", mandatory: false }];
const pieces = [Array.from({ length: 70 }, () => "<b>&".repeat(3800)), Array.from({ length: 130 }, () => "y\n".repeat(7700))];
pieces.forEach((texts, i) => {
  flood.push({ type: "command_started", task: 1, command: i + 1, line: "flood" }, ...texts.map(text => ({ type: "output", task: 1, command: i + 1, text })),
             { type: "command_ended", task: 1, command: i + 1, ending: "exited", success: false, status: 1, duration: 5 });
});
flood.push({ type: "task_ended", task: 1, outcome: "failed", duration: 5 }, { type: "execution_ended", outcome: "failed", duration: 9, reason: "" });
post(idOf(900000), flood);
farm.generate();

// Of the pages that tell stories, names of tests and branches among them, as many as there is time for.
const inSite = place => readdirSync(join(site, place), { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? inSite(`${place}/${entry.name}`) : entry.name.endsWith(".html") ? [`${place}/${entry.name}`] : []);
const some = (paths, count) => paths.filter((_, at) => at % Math.max(1, Math.ceil(paths.length / count)) === 0);
const told = [...some(inSite("p/failure"), 25), ...some(inSite("p/commits"), 15), ...some(inSite("p/c/tests"), 10), ...some(inSite("p/c/test"), 15), "p/commits.html", "p/readiness.html"];

const pages = [...executions.keys()].map(number => `p/c/${idOf(number)}.html`);
const overviews = [["farm", "index.html"], ["summary", "p/index.html"], ["client", "p/c/index.html"], ["history", "p/history.html"], ["flood", `p/c/${idOf(900000)}.html`]];

// With the policy whatever is refused is told, so all are looked at so; without it those of each fragment alone.
for (const bypassCSP of [false, true])
  test(`${bypassCSP ? fragments.length : corpus.length} texts, ${bypassCSP ? "without" : "with"} the pages' policy`, async () => {
    const looked = [...[...pages.entries()].slice(0, bypassCSP ? Math.ceil(fragments.length / perExecution) : undefined), ...overviews,
                   ...(bypassCSP ? some(told, 20) : told).map(path => [path, path])];
    const server = await serve(site);
    try {
      await withBrowser({ bypassCSP }, async context => {
        await context.addInitScript(() => { window.alert = () => { window.hit = 1; }; });
        await visitEach(context, looked.map(([, path]) => `${server.address}/${path}`), async (page, wrong, at) => {
          const [number, path] = looked[at];
          await page.evaluate(() => document.querySelectorAll("details").forEach(element => { element.open = true; }));
          assert.equal(await page.evaluate(() => window.hit), undefined, `${path} ran a script`);
          assert.deepEqual(wrong.filter(text => !/favicon/.test(text)), [], path);
          assert.equal(new URL(page.url()).host, new URL(server.address).host);
          if (typeof number === "number") {
            const shown = await page.evaluate(() => [...document.querySelectorAll(".task")].map(task => ({
              heading: task.firstElementChild.querySelector(".st").textContent, line: task.querySelector("code").textContent,
              output: [...task.querySelectorAll("pre.out > span")].map(line => line.textContent.slice(line.firstElementChild.textContent.length).replace(/\n$/, "")),
              test: task.querySelector(".bad b").textContent, message: task.querySelector(".bad .pre").textContent })));
            executions[number].forEach((text, i) => {
              assert.equal(shown[i].heading, `${i + 1} ${shownName(name(text))}, failed`, path);
              assert.equal(shown[i].line, `$ ${shownName(message(text))}`, path);
              assert.equal(shown[i].test, shownName(name(text)), path);
              if (!hasSequences(text)) assert.deepEqual(shown[i].output, [shownLine(text)], path);
              else assert.ok(shown[i].output.every(line => !/[\u001B\u009B]/.test(line)), path);
            });
          }
        });
      });
    } finally {
      server.close();
    }
  });

test("a megabyte in one line and a million lines make a page of reasonable size", () => {
  assert.ok(readFileSync(join(site, `p/c/${idOf(900000)}.html`)).length < 100 * 1024);
  assert.ok(readFileSync(join(site, `p/c/${idOf(900000)}.txt`)).length > 3_000_000);
});

test("feeds are XML to a reader of XML", async () => {
  const server = await serve(site);
  try {
    await withBrowser({ bypassCSP: true }, async context => {
      await visitEach(context, [`${server.address}/index.html`], async page => {
        for (const file of ["feed.atom", "cctray.xml", "p/feed.atom", "p/cctray.xml"]) {
          const text = readFileSync(join(site, file), "utf8");
          const wrong = await page.evaluate(xml => new DOMParser().parseFromString(xml, "application/xml").querySelector("parsererror")?.textContent, text);
          assert.equal(wrong, undefined, file);
        }
      });
    });
  } finally {
    server.close();
  }
});

// What a script of theirs runs is git, and its commands by eval; here eval only tells what it was given.
test("scripts to reproduce run what they say and nothing else", () => {
  const stubs = join(directory, "stubs");
  mkdirSync(stubs);
  writeFileSync(join(stubs, "git"), '#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done >> "$SEEN/git"; echo . >> "$SEEN/calls"\n', { mode: 0o755 });
  let scripts = 0;
  for (const [number, texts] of executions.entries()) {
    const script = join(site, `p/c/${idOf(number)}.sh`);
    if (!existsSync(script)) continue;
    ++scripts;
    const text = readFileSync(script, "utf8");
    assert.match(text, /^#!\/bin\/sh\n# Commands of the client c of p .*its owner's/);
    assert.equal(spawnSync("sh", ["-n", script]).status, 0, script);
    const place = join(directory, `run-${number}`);
    mkdirSync(place);
    writeFileSync(join(place, "script.sh"), text.replace(/^( *)eval "(\$1|\$line\$rest)"/m, '$1printf "%s\\0" "$$2" >> "$SEEN/ran"').replace('run() { eval "$1"; }', 'run() { printf "%s\\0" "$1" >> "$SEEN/ran"; }'));
    const ran = spawnSync("sh", ["script.sh"], { cwd: place, env: { PATH: `${stubs}:/usr/bin:/bin`, SEEN: place }, encoding: "utf8" });
    assert.equal(ran.stderr, "", script);
    assert.deepEqual(readdirSync(place).filter(name => !["git", "calls", "ran", "script.sh"].includes(name)), [], script);
    assert.equal(readFileSync(join(place, "calls"), "utf8"), ".\n".repeat(3), script);
    assert.deepEqual(readFileSync(join(place, "ran"), "utf8").split("\0").slice(0, -1), [message(texts[0])], script);
  }
  assert.ok(scripts > 20, `only ${scripts} scripts`);
});
