// node extremes.mjs PROGRAMS DIRECTORY: a farm larger than is comfortable. No page scrolls sideways at any width, on paper
// neither, and every page can be reached by links from the first.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { after, test } from "node:test";
import { closeBrowser, visitEach, withBrowser } from "./browser.mjs";
import { Farm } from "./farm.mjs";
import { serve } from "./server.mjs";

after(closeBrowser);
const [programs, directory, shots] = process.argv.slice(2);
const farm = new Farm(programs, directory, "A farm larger than is comfortable");
farm.addProject("p", "--title", "A project of many branches, machines and tests");
const clients = ["debian-12-gcc-12-x86_64", "debian-13-clang-19-libcxx-asan", "fedora-41", "alpine-3-20-musl", "freebsd-14-1", "macos-15-arm64",
                 "windows-11-mingw-cross", "raspberry-pi-4-bullseye-armv7l", "s390x-big-endian", "riscv64-board-of-somebody", "ubuntu-24-04", "opensuse-tumbleweed"];
for (const client of clients) farm.addClient("p", client);

const longBranch = `feature/${"rewrite-the-network-layer-so-that-it-is-one-again".padEnd(66, "-x")}`;
const branches = ["main", "release-1.2", longBranch, "develop"];
const longTest = number => `Suite${number}/${"AVeryLongNameOfATestThatNobodyCanBreakAnywhere".repeat(3).slice(0, 108)}/${number}`;
const revision = number => number.toString(16).padStart(40, "0123456789abcdef".repeat(2));
let count = 0;
const id = () => `20261101-${String(++count).padStart(6, "0")}-aaaaaa`;

function execution({ branch, commit, client, failing = [], error }) {
  const failed = failing.length > 0 || error;
  const changes = Array.from({ length: 3 }, (_, at) => ({ revision: revision(commit - at), author: "Somebody With A Name Of Some Length", time: 1793500000 + 60 * (commit - at),
                                                           message: `Change ${commit - at}: ${"a subject as long as subjects are ".repeat(2)}` }));
  const tests = failing.map(name => ({ name, outcome: "failed", seconds: 1, message: `x.cpp:${count}: error: ${name} expected ${"1".repeat(120)}` }));
  const events = [{ type: "execution_started", branch, reason: "change", plan: [{ name: "Compile", kind: "build" }, { name: "Unit tests", kind: "test" }],
                    repositories: [{ name: "source", url: "https://github.com/example/x.git", revision: revision(commit), previous: revision(commit - 3), changes, changes_omitted: 0 }],
                    facts: { system: client, compiler: "gcc 12.2", architecture: "x86_64" } },
                  { type: "task_started", task: 1, name: "Compile", kind: "build", mandatory: true },
                  { type: "command_started", task: 1, command: 1, line: `cmake --build build --target ${"a_target_of_some_length_".repeat(6)}` },
                  { type: "output", task: 1, command: 1, text: error ? `/home/ci/src/${"deep/".repeat(30)}x.cpp:47:3: error: ${error}\n` : "fine\n" },
                  { type: "command_ended", task: 1, command: 1, ending: "exited", success: !error, status: error ? 1 : 0, duration: 5, stats: { [`binary size of ${"the_library_".repeat(8)}, KiB`]: 4000 + commit } },
                  { type: "task_ended", task: 1, outcome: error ? "failed" : "passed", duration: 5 }];
  if (!error) {
    events.push({ type: "task_started", task: 2, name: "Unit tests", kind: "test", mandatory: false }, { type: "command_started", task: 2, command: 1, line: "ctest" });
    const all = [{ name: longTest("passes"), outcome: "passed", seconds: 1 }, ...tests];
    for (let from = 0; from < all.length; from += 50) events.push({ type: "test_results", task: 2, command: 1, tests: all.slice(from, from + 50) });
    events.push({ type: "command_ended", task: 2, command: 1, ending: "exited", success: !failed, status: failed ? 1 : 0, duration: 5 },
                { type: "task_ended", task: 2, outcome: failed ? "failed" : "passed", duration: 5 });
  }
  events.push({ type: "execution_ended", outcome: failed ? "failed" : "passed", duration: 100, reason: "" });
  farm.post("p", client, id(), events);
}

for (let commit = 10; commit < 40; commit += 10)
  clients.forEach((client, at) => branches.forEach((branch, on) => {
    const failing = commit >= 20 + on && at % 3 === 0 ? [longTest(at), longTest("all")] : [];
    execution({ branch, commit: commit + at % 3, client, failing, error: commit === 30 && at === 4 ? "a_symbol_".repeat(40) : undefined });
  }));
for (let number = 0; number < 200; ++number) execution({ branch: `topic/${number}`, commit: 100 + number, client: clients[number % 12] });
execution({ branch: "main", commit: 60, client: clients[0], failing: Array.from({ length: 5000 }, (_, at) => longTest(at)) });
farm.generate();

const inSite = (place = "") => readdirSync(join(farm.site, place), { withFileTypes: true }).flatMap(entry => {
  const path = place ? `${place}/${entry.name}` : entry.name;
  return entry.isDirectory() ? inSite(path) : entry.name.endsWith(".html") ? [path] : [];
});
const everything = inSite();
const first = (pattern, words = "") => everything.find(path => pattern.test(path) && readFileSync(join(farm.site, path), "utf8").includes(words));
const pages = { farm: "index.html", summary: "p/index.html", failures: "p/failures.html", commits: "p/commits.html", branch: first(/^p\/commits\//, "rewrite-the-network"),
                readiness: "p/readiness.html", history: "p/history.html", day: first(/\/history\/\d{4}-\d\d-\d\d\.html$/), month: first(/\/history\/\d{4}-\d\d\.html$/),
                client: `p/${clients[0]}/index.html`, green: `p/${clients[1]}/index.html`, failure: first(/\/failure\/main\//), tests: first(/\/tests\/main\.html$/), test: first(/\/test\/main\//),
                flood: first(/\d-aaaaaa\.html$/, "and 4999 more"), failed: first(/\d-aaaaaa\.html$/, "a_symbol_"), commit: first(/\/commit\//) };

for (const [kind, path] of Object.entries(pages)) assert.ok(path, `the farm has no page of kind ${kind}`);

test("no page scrolls sideways", async () => {
  const server = await serve(farm.site);
  try {
    await withBrowser({}, async context => {
      await visitEach(context, Object.values(pages).map(path => `${server.address}/${path}`), async (page, wrong, at) => {
        const name = Object.keys(pages)[at];
        for (const width of [360, 794, 1280, 2560]) {
          await page.emulateMedia({ media: width === 794 ? "print" : "screen" });
          await page.setViewportSize({ width, height: 900 });
          const wide = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            const culprit = [...document.querySelectorAll("main *, header *")].find(one => one.getBoundingClientRect().right > clientWidth + 1 && !one.closest(".wide, .out, .vh, .strip"));
            return scrollWidth <= clientWidth ? "" : `${scrollWidth} of ${clientWidth} px: ${culprit?.outerHTML.slice(0, 200)}`;
          });
          assert.equal(wide && `${name} at ${width}: ${wide}`, "");
          if (process.env.TESTFARM_PICTURES) await page.screenshot({ path: join(shots, `extreme-${name}-${width}.png`), fullPage: width !== 2560 });
        }
      });
    });
  } finally {
    server.close();
  }
});

test("the heads of a long table of commits stay in sight", async () => {
  const server = await serve(farm.site);
  try {
    await withBrowser({ viewport: { width: 1280, height: 700 } }, async context => {
      await visitEach(context, [`${server.address}/${pages.commits}`], async page => {
        await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight / 2));
        const top = await page.evaluate(() => document.querySelector(".grid thead th:nth-child(3)").getBoundingClientRect().top);
        assert.ok(top >= 0 && top < 300, `the heads are at ${top} px`);
      });
    });
  } finally {
    server.close();
  }
});

test("every page can be reached by links from the first", () => {
  const seen = new Set(["index.html"]), open = ["index.html"];
  while (open.length > 0) {
    const path = open.pop(), text = readFileSync(join(farm.site, path), "utf8");
    for (const [, href] of text.matchAll(/<a[^>]* href="([^"#?:]+)(?:#[^"]*)?"/g)) {
      const to = normalize(join(dirname(path), href));
      if (!to.endsWith(".html") || seen.has(to)) continue;
      assert.ok(!to.startsWith(".."), `${path} leads to ${href}`);
      seen.add(to);
      if (everything.includes(to)) open.push(to);
    }
  }
  const unreached = everything.filter(path => !seen.has(path));
  assert.deepEqual(unreached.slice(0, 10), [], `${unreached.length} of ${everything.length} pages are linked from nowhere`);
  const missing = [...seen].filter(path => !everything.includes(path));
  assert.deepEqual(missing.slice(0, 10), [], "links lead nowhere");
});

test("no page is heavier than 100 KiB", () => {
  for (const path of everything) assert.ok(statSync(join(farm.site, path)).size < 100 * 1024, `${path}: ${statSync(join(farm.site, path)).size}`);
});
