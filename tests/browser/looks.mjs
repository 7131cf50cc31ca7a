// Every kind of page, narrow and wide, light and dark: no error, nothing too wide, accessible, light. The pictures stay.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { allPages, atSite, pages, shots, site } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe-core finds and calls serious or worse.
async function seriousIssues(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter(issue => ["serious", "critical"].includes(issue.impact))
    .map(issue => `${issue.id}: ${issue.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`);
}

for (const scheme of ["light", "dark"])
  for (const width of [360, 1280, 2560])
    test(`every page at ${width}, ${scheme}`, async () => {
      await atSite({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true }, async (context, open) => {
        for (const [name, path] of Object.entries(pages)) {
          const { page, wrong } = await open(path);
          // Pages that draw when they have their numbers.
          if (name === "client") await page.waitForSelector(".dy.drawn canvas");
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
          await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
          assert.deepEqual(await seriousIssues(page), [], name);
          assert.deepEqual(wrong, [], name);
          await page.close();
        }
      });
    });

test("no page is heavier than 100 KiB", () => {
  for (const path of allPages()) assert.ok(statSync(join(site, path)).size < 100 * 1024, path);
});

test("no script, style or request is refused by the pages' own policy", async () => {
  await atSite({}, async (context, open) => {
    for (const [name, path] of Object.entries(pages)) {
      const { page, wrong } = await open(path);
      if (name === "client") await page.waitForSelector(".dy.drawn canvas");
      await page.waitForTimeout(200);
      assert.deepEqual(wrong, [], name);
      await page.close();
    }
  });
});
