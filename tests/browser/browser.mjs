// Debian's Chromium under playwright-core: what the scripts here share.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Runs `use(context)` with a fresh profile and takes everything away again.
export async function withBrowser(options, use) {
  const profile = mkdtempSync(join(tmpdir(), "testfarm-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...options,
  });
  try {
    return await use(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

// Waits until `check` answers true, for at most 15 s. (Playwright's own waiting evaluates text, which our CSP refuses.)
export async function until(check, what) {
  for (let tries = 0; tries < 150; ++tries) {
    if (await check().catch(() => false)) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  assert.fail(`never came: ${what}`);
}

// A page with whatever went wrong on it: errors of scripts, refusals of the CSP, requests that lead away.
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
