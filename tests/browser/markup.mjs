// The HTML of pages of each kind is valid, and every link and fragment of the whole site leads somewhere.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { HtmlValidate } from "html-validate";
import { allPages, pages, site } from "./site.mjs";

const rules = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    // Ours: how the text is laid out, not whether it is valid.
    "no-trailing-whitespace": "off", "void-style": "off", "long-title": "off", "attr-quotes": "off", "no-inline-style": "error",
    // A strip of results is one link with marks inside; its words are in its title.
    "wcag/h30": "off", "text-content": "off",
    "prefer-native-element": "off", "valid-id": "off", "tel-non-breaking": "off", "no-implicit-button-type": "off",
  },
});

// Of each folder, whose pages one writer makes, the first, the last and some between.
function samples() {
  const folders = new Map();
  for (const path of allPages()) folders.set(dirname(path), [...folders.get(dirname(path)) ?? [], path]);
  return [...folders.values()].flatMap(paths => paths.filter((_, at) => at === paths.length - 1 || at % Math.ceil(paths.length / 4) === 0));
}

test("pages of each kind are valid HTML", async () => {
  for (const path of new Set([...samples(), ...Object.values(pages)])) {
    const report = await rules.validateString(readFileSync(join(site, path), "utf8"));
    const found = report.results.flatMap(result => result.messages).filter(message => message.severity === 2)
      .map(message => `${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
    assert.deepEqual(found.slice(0, 5), [], path);
  }
});

test("all links resolve", () => {
  const ids = new Map();
  const idsOf = path => {
    if (!ids.has(path)) ids.set(path, new Set([...readFileSync(join(site, path), "utf8").matchAll(/ id="([^"]+)"/g)].map(match => match[1])));
    return ids.get(path);
  };
  let checked = 0;
  for (const path of allPages())
    for (const [, target] of readFileSync(join(site, path), "utf8").matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (/^https?:/.test(target)) continue;
      const [file, fragment] = target.split("#");
      const resolved = file ? normalize(join(dirname(path), file)) : path;
      assert.ok(existsSync(join(site, resolved)), `${path} links to ${target}`);
      if (fragment) assert.ok(idsOf(resolved).has(fragment), `${path} links to ${target}`);
      ++checked;
    }
  assert.ok(checked > 5000);
});
