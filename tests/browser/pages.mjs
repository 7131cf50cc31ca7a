// node pages.mjs SITE SCREENSHOTS: looks at every kind of page as people do.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { withBrowser } from "./browser.mjs";
import { serve } from "./server.mjs";

const [site, shots] = process.argv.slice(2);

// The first page of an execution whose text has `words`.
function execution(words) {
  for (const client of readdirSync(join(site, "clam"), { withFileTypes: true }).filter(entry => entry.isDirectory() && entry.name !== "history"))
    for (const file of readdirSync(join(site, "clam", client.name)).filter(name => name.endsWith(".html")))
      if (readFileSync(join(site, "clam", client.name, file), "utf8").includes(words)) return `clam/${client.name}/${file}`;
  throw new Error(`no execution says ${words}`);
}

const pages = {
  farm: "index.html",
  summary: "clam/index.html",
  history: "clam/history.html",
  failed: execution("Failed in build"),
  passed: execution("passed in"),
};

// A page with whatever went wrong on it: errors of scripts, refusals of the CSP, requests that lead away.
async function visit(context, address) {
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", error => wrong.push(String(error)));
  page.on("console", message => { if (message.type() === "error") wrong.push(message.text()); });
  page.on("request", request => { if (!request.url().startsWith(new URL(address).origin) && !/^(file|data):/.test(request.url())) wrong.push(request.url()); });
  await page.goto(address);
  return { page, wrong };
}

for (const scheme of ["light", "dark"])
  for (const width of [360, 1280, 2560])
    test(`every page at ${width}, ${scheme}`, async () => {
      const server = await serve(site);
      await withBrowser({ viewport: { width, height: 900 }, colorScheme: scheme }, async context => {
        for (const [name, path] of Object.entries(pages)) {
          const { page, wrong } = await visit(context, `${server.address}/${path}`);
          assert.deepEqual(wrong, [], name);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
          await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
          await page.close();
        }
      });
      server.close();
    });

test("the summary says who fails since which commit, and who is late", async () => {
  const server = await serve(site);
  await withBrowser({}, async context => {
    const { page } = await visit(context, `${server.address}/${pages.summary}`);
    assert.match(await page.textContent("h1"), /clam: 2 of 5 clients fail since [0-9a-f]{10}, .* ago/);
    assert.match(await page.title(), /^2 of 5 clients fail: clam$/);
    assert.match(await page.getAttribute("link[rel=icon]", "href"), /barn-fail/);
    assert.match(await page.textContent("tr:has(#old-laptop) .do, tr:has(th#old-laptop) .do"), /Late by \d+ days/);
    assert.match(await page.textContent("tbody tr:first-child td"), /Failed in build/);
  });
  server.close();
});

test("a failed execution: its output open and coloured, what passed folded, the commit named", async () => {
  const server = await serve(site);
  await withBrowser({}, async context => {
    const { page } = await visit(context, `${server.address}/${pages.failed}`);
    assert.match(await page.textContent("h1"), /stopped in task 2, Compile: call to deleted function/);
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
  server.close();
});

test("the history filters without scripts", async () => {
  const server = await serve(site);
  await withBrowser({ javaScriptEnabled: false }, async context => {
    const { page } = await visit(context, `${server.address}/${pages.history}`);
    const faded = () => page.locator(".b.p").first().evaluate(element => getComputedStyle(element).opacity);
    assert.equal(await faded(), "1");
    await page.check("#of");
    assert.notEqual(await faded(), "1");
    assert.ok(await page.locator("nav[aria-label=Months] a").count() > 0);
  });
  server.close();
});

test("everything is readable without scripts", async () => {
  const server = await serve(site);
  await withBrowser({ javaScriptEnabled: false }, async context => {
    const { page } = await visit(context, `${server.address}/${pages.summary}`);
    assert.match(await page.textContent("h1"), /since [0-9a-f]{10}, (Sun|Mon|Tue|Wed|Thu|Fri|Sat) \d+ \w+ \d\d:\d\d/);
    assert.match(await page.textContent("tr:has(#old-laptop) .do, tr:has(th#old-laptop) .do"), /Late since/);
  });
  server.close();
});

test("the site opens from files", async () => {
  await withBrowser({}, async context => {
    for (const path of Object.values(pages)) {
      const { page, wrong } = await visit(context, pathToFileURL(join(site, path)).href);
      assert.deepEqual(wrong, [], path);
      const font = await page.evaluate(() => getComputedStyle(document.querySelector("h1")).fontFamily);
      assert.match(font, /serif/);
      await page.close();
    }
    const { page } = await visit(context, pathToFileURL(join(site, "index.html")).href);
    await page.click("a.name");
    await page.click("td .st a");
    assert.match(await page.textContent(".top [aria-current]"), /^\d{8}-\d{6}-\w{6}$/);
  });
});
