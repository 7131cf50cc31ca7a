// Every kind of page, narrow and wide, light and dark: no error, nothing refused, nothing too wide, accessible, light.
// With TESTFARM_PICTURES set each is kept as a picture, to be looked at.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { allPages, atSite, pages, shots, site, visitEach } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe-core finds and calls serious or worse, of these rules or of all.
async function seriousIssues(page, ...rules) {
  const { violations } = await page.evaluate(only => axe.run(document, { resultTypes: ["violations"], ...only }),
                                             rules.length ? { runOnly: rules } : {});
  return violations.filter(issue => ["serious", "critical"].includes(issue.impact))
    .map(issue => `${issue.id}: ${issue.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`);
}

const picture = async (page, name) => {
  if (process.env.TESTFARM_PICTURES) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
};

// Calls `look(name, page)` for a page of each kind.
async function eachPage(options, look) {
  await atSite(options, async (context, open, address) => {
    // As a script of the page's own it would be refused.
    await context.addInitScript(axe);
    await visitEach(context, Object.values(pages).map(path => `${address}/${path}`), async (page, wrong, at) => {
      const name = Object.keys(pages)[at];
      // Pages that draw when they have their numbers.
      if (name === "client") await page.waitForSelector(".dy.drawn canvas");
      await look(name, page);
      assert.deepEqual(wrong, [], name);
    });
  });
}

test("every page, light, at each width", async () => {
  await eachPage({ colorScheme: "light" }, async (name, page) => {
    for (const width of [360, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${name} is ${overflow} px too wide at ${width}`);
      if (width !== 2560) assert.deepEqual(await seriousIssues(page), [], `${name} at ${width}`);
      await picture(page, `${name}-${width}-light`);
    }
  });
});

// Only its colours are others.
test("every page, dark", async () => {
  await eachPage({ colorScheme: "dark" }, async (name, page) => {
    assert.deepEqual(await seriousIssues(page, "color-contrast", "link-in-text-block"), [], name);
    for (const width of process.env.TESTFARM_PICTURES ? [360, 1280] : []) {
      await page.setViewportSize({ width, height: 900 });
      await picture(page, `${name}-${width}-dark`);
    }
  });
});

test("no page is heavier than 100 KiB", () => {
  for (const path of allPages()) assert.ok(statSync(join(site, path)).size < 100 * 1024, path);
});
