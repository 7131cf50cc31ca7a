// What readers do with the pages, with scripts and without.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { withBrowser } from "./browser.mjs";
import { atSite, pages, site, until, visit, visitEach } from "./site.mjs";

test("the summary says who fails since which commit, who runs, and who is late", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.summary);
    assert.match(await page.textContent("h1"), /clam: 1 new problem on main: call to deleted .* on 2 of 5 clients, since [0-9a-f]{10}, .* ago/);
    assert.match(await page.title(), /^1 new problem on main: 2 of 5 clients fail: clam$/);
    assert.match(await page.getAttribute("link[rel=icon]", "href"), /barn-fail/);
    assert.match(await page.textContent("th#old-laptop .do"), /Late by \d+ days/);
    assert.match(await page.textContent("tbody tr:first-child td"), /Failed in build/);
    assert.match(await page.textContent("tr:has(progress) .do"), /Running .+, \d of 4/);
  });
});

test("a failed execution: its output open and coloured, what passed folded, the commit named", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.failed);
    assert.match(await page.textContent("h1"), /failed in task 2, Compile: call to deleted function/);
    assert.ok(await page.isVisible("section.task .cmd .out .err"));
    const red = await page.evaluate(() => getComputedStyle(document.querySelector(".out .a1")).color);
    const ink = await page.evaluate(() => getComputedStyle(document.body).color);
    assert.notEqual(red, ink);
    assert.equal(await page.isVisible("details.task .cmd .out"), false);
    await page.click("details.task > summary");
    await page.click("details.task details.cmd > summary");
    assert.ok(await page.isVisible("details.task .cmd .out"));
    assert.match(await page.textContent(".log li:first-child"), /[0-9a-f]{10} .+/);
    await page.click(".lead a");
    assert.match(page.url(), /#t2c3l\d+$/);
    const raw = await page.goto(new URL(await page.getAttribute(".lead a[href$='.txt']", "href"), page.url()).href);
    assert.match(await raw.text(), /\$ cmake --build/);
    assert.doesNotMatch(await raw.text(), /\x1b/);
  });
});

test("a running execution shows its last lines, and the page anew when it changed", async () => {
  await atSite({}, async (context, open) => {
    const live = JSON.parse(readFileSync(join(site, pages.running.replace(".html", ".live.json")), "utf8"));
    const page = (await open(pages.running)).page;
    await page.waitForSelector("pre.live:not([hidden])");
    assert.ok((await page.textContent("pre.live")).length > 100);
    // The network says that a command has ended: another state, and a page that tells of it.
    const changed = readFileSync(join(site, pages.running), "utf8").replace(/data-page="[^"]+"/, 'data-page="next"')
      .replace(/<h1 class="verdict">.*?<\/h1>/, '<h1 class="verdict">It goes on.</h1>');
    await page.route("**/*.live.json", route => route.fulfill({ json: { ...live, page: "next", html: "<span>fresh line\n</span>" } }));
    await page.route("**/*.html", route => route.fulfill({ contentType: "text/html", body: changed }));
    await until(async () => await page.textContent("h1") === "It goes on.", "the changed page");
    await until(async () => (await page.textContent("pre.live")).includes("fresh line"), "the fresh line");
  });
});

test("the summary refreshes itself without a reload", async () => {
  await atSite({}, async (context, open) => {
    const state = JSON.parse(readFileSync(join(site, "clam/summary.json"), "utf8"));
    const { page } = await open(pages.summary);
    assert.equal(await page.getAttribute("main", "data-page"), state.page);
    await page.evaluate(() => { window.sameDocument = true; });
    const changed = readFileSync(join(site, pages.summary), "utf8").replaceAll(state.page, "next")
      .replace("<title>1 new problem", "<title>3 new problems");
    await page.route("**/summary.json", route => route.fulfill({ json: { ...state, page: "next" } }));
    await page.route("**/clam/**", (route, request) => request.url().endsWith("summary.json") ? route.fallback() : route.fulfill({ contentType: "text/html", body: changed }));
    await until(async () => (await page.title()).startsWith("3 new"), "the changed summary");
    assert.ok(await page.evaluate(() => window.sameDocument));
  });
});

test("I am …: my commits among the suspects, kept in this browser", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.commits);
    const author = await page.locator("tr.sus[data-author]").first().getAttribute("data-author");
    await page.fill(".me input", author);
    assert.match(await page.textContent(".me output"), /^\d+ of your commits (is|are) suspect(, \d+ (is|are) clear)?\.$/);
    const suspects = await page.locator(`tr.sus[data-author="${author}"]`).count();
    assert.equal(Number.parseInt(await page.textContent(".me output")), suspects);
    const summary = (await open(pages.summary)).page;
    assert.equal(await summary.inputValue(".me input"), author);
    await summary.fill(".me input", "Nobody At All");
    assert.equal(await summary.textContent(".me output"), "No commit of yours is on this page.");
  });
});

test("every page says when the farm looked last, and when its cron seems to stand still", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open("clam/index.html");
    await until(async () => /Renewed \d+ (s|min) ago/.test(await page.textContent(".foot")), "when it was renewed");
    const old = new Date(Date.now() - 5 * 3600000).toISOString();
    await page.route("**/made.json", route => route.fulfill({ json: { version: 1, made_at: old, every_ms: 300000 } }));
    await page.reload();
    await until(async () => /Not renewed for 5 h: the farm's cron seems to stand still/.test(await page.textContent(".foot")), "the warning");
    await page.unroute("**/made.json");
    await page.route("**/made.json", route => route.fulfill({ json: { version: 1, made_at: old, every_ms: 7200000 } }));
    await page.reload();
    await until(async () => /Renewed 5 h ago/.test(await page.textContent(".foot")), "a farm with a rare cron");
  });
});

test("a page that lost its server says so, until it is back", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.running);
    await page.route("**/*.live.json", route => route.abort());
    await until(async () => /Not reached since \d\d:\d\d UTC/.test(await page.textContent(".foot")), "the note");
    await page.unroute("**/*.live.json");
    await until(async () => !/Not reached/.test(await page.textContent(".foot")), "the note to go");
  });
});

test("the history filters by result without scripts", async () => {
  await atSite({ javaScriptEnabled: false }, async (context, open) => {
    const { page } = await open(pages.history);
    const faded = () => page.locator(".hist .b.p").first().evaluate(element => getComputedStyle(element).opacity);
    assert.equal(await faded(), "1");
    await page.check("#of");
    assert.notEqual(await faded(), "1");
    assert.ok(await page.locator("nav[aria-label='Other times'] a").count() > 0);
  });
});

test("filters by client and result are kept in the address", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.history);
    await page.selectOption("select[name=client]", "macos-15-1-2");
    await page.check("#of");
    assert.match(page.url(), /\?(result=f&client=macos-15-1-2|client=macos-15-1-2&result=f)$/);
    const shown = () => page.$$eval(".hist a.b:not(.off)", all => all.map(bubble => `${bubble.closest("td").dataset.h} ${bubble.className}`));
    const before = await shown();
    assert.ok(before.length > 0 && before.every(one => one.startsWith("macos-15-1-2 b f")), before.join());
    await page.reload();
    assert.deepEqual(await shown(), before);
  });
});

test("a busy month shows how many, and leads to its days", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.busy);
    assert.ok(await page.locator(".b.many").count() > 5);
    // A day that has just begun has few.
    await page.locator(".b.many", { hasText: /^\d\d/ }).first().click();
    assert.match(page.url(), /\d{4}-\d\d-\d\d\.html$/);
    assert.ok(await page.locator(".hist a.b").count() > 3);
  });
});

test("a client's plots come from its stats, and a click leads to the execution", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.client);
    await page.waitForSelector(".dy.drawn canvas");
    const place = await page.locator(".dy.drawn").first();
    await place.scrollIntoViewIfNeeded();
    const box = await place.boundingBox();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
    await until(async () => /at [0-9a-f]{10} on main, (passed|failed)/.test(await page.textContent(".plot figcaption")), "the point's words");
  });
});

test("plots show moves as flags that lead to their suspects, and another client beside", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.client);
    await page.waitForSelector(".dy.drawn canvas");
    const flag = page.locator(".flag").first();
    const move = await flag.getAttribute("href");
    assert.match(await page.textContent(move), /went from/);
    assert.match(await flag.getAttribute("title"), /from [\d,.]+ to [\d,.]+; its suspects/);
    await page.waitForSelector(".bar select");
    const asked = page.waitForResponse(answer => answer.url().endsWith("/freebsd-14-1-3/stats.json"));
    await page.selectOption(".bar select", "freebsd-14-1-3");
    assert.ok((await asked).ok());
    await until(async () => await page.locator(".dy.drawn canvas").count() > 0, "the plots drawn anew");
  });
});

test("keys go through rows, along strips and from execution to execution, and tell of themselves", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.failures);
    await page.keyboard.press("j");
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("href")), /^failure\/main\//);
    await page.keyboard.press("?");
    assert.match(await page.textContent("dialog[open]"), /next, previous row/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog[open]").count(), 0);
    const execution = (await open(pages.failed)).page;
    const before = execution.url();
    await execution.keyboard.press("p");
    await until(async () => execution.url() !== before, "the previous execution");
    await execution.waitForLoadState();
    await execution.keyboard.press("n");
    await until(async () => execution.url() === before, "the way back");
    const client = (await open(pages.client)).page;
    const strip = client.locator(".strip:has(a ~ a)").first();
    assert.equal(await strip.locator("a[tabindex='0']").count(), 1);
    await strip.locator("a[tabindex='0']").focus();
    await client.keyboard.press("ArrowLeft");
    assert.equal(await client.evaluate(() => document.activeElement.closest(".strip") !== null && document.activeElement.tabIndex), -1);
  });
});

test("search finds a commit, a test, a client and a branch, and says what it does not find", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.summary);
    const find = async words => {
      await page.keyboard.press("/");
      await page.fill(".find input", words);
      await until(async () => (await page.textContent(".find ul")).length > 0, `what ${words} finds`);
      const found = await page.textContent(".find ul");
      await page.keyboard.press("Escape");
      await until(async () => (await page.textContent(".find ul")).length === 0, "the list gone");
      return found;
    };
    assert.match(await find("macos"), /macos-15-1-2 client/);
    assert.match(await find("main"), /main branch, newest on/);
    const hash = pages.commit.match(/([0-9a-f]+)\.html$/)[1];
    assert.match(await find(hash.slice(0, 6)), new RegExp(`^${hash.slice(0, 10)} commit`));
    assert.match(await find("no such thing"), /^No client, branch, commit or failed test of the last 90 days has no such thing\.$/);
    await page.fill(".find input", hash);
    await page.waitForSelector(".find ul a");
    await page.keyboard.press("Enter");
    await until(async () => page.url().includes(hash), "the commit's page");
    const story = (await open(pages.noFailures)).page;
    await story.fill(".find input", "frob");
    await story.waitForSelector(".find ul a");
    assert.match(await story.textContent(".find ul"), /Frob\/works test, main on box-/);
  });
});

test("a commit's page says who has it by now, a running execution how long it has run", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.commit);
    await page.waitForSelector("[data-made]:not([hidden])");
    assert.match(await page.textContent("[data-made]"), /^\d of \d clients have tested it or a newer commit of main/);
    const running = (await open(pages.running)).page;
    assert.match(await running.textContent(".run"), /^\s*\d+ (s|min|h) so far(, about .* left|, .* longer than last time)?/);
  });
});

test("the words are explained on every page without scripts", async () => {
  await atSite({ javaScriptEnabled: false }, async (context, open) => {
    const { page } = await open(pages.summary);
    await page.click("details.words > summary");
    assert.match(await page.innerText("details.words"), /Flaky\s+fails and passes while the code stays the same/);
  });
});

test("what is new since the last visit is marked", async () => {
  await atSite({}, async (context, open) => {
    const { page } = await open(pages.summary);
    assert.equal(await page.locator(".unseen").count(), 0);
    await page.evaluate(() => {
      const long = Date.now() - 365 * 864e5;
      for (const key of Object.keys(localStorage)) localStorage.setItem(key, JSON.stringify({ now: long, before: long, since: long }));
    });
    await page.reload();
    assert.ok(await page.locator("td .unseen").count() > 0);
  });
});

test("everything is readable without scripts", async () => {
  await atSite({ javaScriptEnabled: false }, async (context, open) => {
    const { page } = await open(pages.summary);
    assert.match(await page.textContent("h1"), /since [0-9a-f]{10}, (Sun|Mon|Tue|Wed|Thu|Fri|Sat) \d+ \w+ \d\d:\d\d/);
    assert.match(await page.textContent("th#old-laptop .do"), /next check by/);
    const client = (await open(pages.client)).page;
    assert.ok(await client.locator(".plot svg polyline").count() > 0);
    const running = (await open(pages.running)).page;
    await running.click("a[href$='.live.txt']");
    assert.match(await running.textContent("body"), /^\$ .+\n/);
  });
});

test("who broke it is told without scripts", async () => {
  await atSite({ javaScriptEnabled: false }, async (context, open) => {
    const words = async (path, place = "main") => (await (await open(path)).page.textContent(place)).replaceAll(/\s+/g, " ").trim();
    assert.match(await words(pages.failure), /since [0-9a-f]{10}, .*Error output.*Clients.*Executions/);
    assert.match(await words(pages.flaky), /is flaky; first seen/);
    assert.match(await words(pages.known), /No: it failed before this execution.*has failed like this since/s);
    assert.match(await words(pages.commits, "table.grid"), /Commits on main, newest first.*[0-9a-f]{10}/);
    assert.match(await words(pages.tests, "thead"), /Test.*Outcome.*Since.*Passed.*Failed/);
    assert.match(await words(pages.test, "table"), /From/);
    assert.match(await words(pages.readiness), /The newest commit of main, [0-9a-f]{10}: \d+ of \d+ platforms passed.*Platform/);
  });
});

test("whoever pushed it finds the suspect at once and the guilty line in two clicks", async () => {
  await atSite({ javaScriptEnabled: false }, async (context, open) => {
    const { page } = await open(pages.summary);
    assert.match(await page.textContent("main"), /suspects?:/);
    await page.click("td .st.f a");
    assert.match(await page.textContent("main"), /suspects?:/);
    const says = await page.textContent(".judged code");
    await page.click(".lead a[href*='#t']");
    const line = page.locator(":target");
    assert.ok(await line.isVisible());
    assert.ok((await line.evaluate(element => element.closest(".out").textContent)).includes(says));
  });
});

test("the site opens from files", async () => {
  await withBrowser({}, async context => {
    const paths = Object.values(pages);
    await visitEach(context, paths.map(path => pathToFileURL(join(site, path)).href), async (page, wrong, at) => {
      assert.deepEqual(wrong, [], paths[at]);
      const font = await page.evaluate(() => getComputedStyle(document.querySelector("h1")).fontFamily);
      assert.match(font, /serif/);
    });
    const { page } = await visit(context, pathToFileURL(join(site, "index.html")).href);
    await page.click("a.name");
    await page.click("td .st a");
    assert.match(await page.textContent(".top [aria-current]"), /^\w{3} \d+ \w{3} \d{4}, \d\d:\d\d UTC$/);
  });
});
