// Debian's Chromium under playwright-core: what the scripts here share.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

// One browser a script, with a profile of its own; a fresh context, with nothing kept, each time.
let browser;

// Runs `use(context)` and takes the context away again.
export async function withBrowser(options, use) {
  browser ??= await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext(options);
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

// A script ends when its browser has.
export const closeBrowser = () => browser?.close();

// Waits until `check` answers true, for at most 15 s. (Playwright's own waiting evaluates text, which our CSP refuses.)
export async function until(check, what) {
  for (let tries = 0; tries < 150; ++tries) {
    if (await check().catch(() => false)) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  assert.fail(`never came: ${what}`);
}

// A page with whatever goes wrong on it: errors of scripts, refusals of the CSP, requests that lead away.
export async function visit(context, address) {
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", error => wrong.push(String(error)));
  page.on("console", message => { if (message.type() === "error") wrong.push(message.text()); });
  page.on("request", request => {
    const url = request.url();
    if (!/^(file|data|blob):/.test(url) && !url.startsWith(new URL(address).origin)) wrong.push(url);
  });
  await page.goto(address);
  return { page, wrong };
}

// One after the other on one page, which saves a process each: calls `look(page, wrong, at)`,
// `wrong` of that address alone.
export async function visitEach(context, addresses, look) {
  const { page, wrong } = await visit(context, addresses[0]);
  for (const [at, address] of addresses.entries()) {
    if (at > 0) await page.goto(address);
    await look(page, wrong, at);
    wrong.length = 0;
  }
}
