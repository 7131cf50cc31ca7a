// node screenshot.mjs ADDRESS FILE [WIDTH] [HEIGHT|full] [light|dark]
import { closeBrowser, withBrowser } from "./browser.mjs";

const [address, file, width = "1280", height = "full", scheme = "light"] = process.argv.slice(2);
if (!address || !file) {
  console.error("usage: node screenshot.mjs ADDRESS FILE [WIDTH] [HEIGHT|full] [light|dark]");
  process.exit(2);
}
const full = height === "full";
const viewport = { width: Number(width), height: full ? 900 : Number(height) };
await withBrowser({ viewport, colorScheme: scheme }, async context => {
  const page = await context.newPage();
  await page.goto(address);
  await page.screenshot({ path: file, fullPage: full });
});
await closeBrowser();
