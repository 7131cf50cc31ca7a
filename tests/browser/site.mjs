// What the browser's tests share: the pages of the made-up site, and how to look at one.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { closeBrowser, until, visit, visitEach, withBrowser } from "./browser.mjs";
export { until, visit, visitEach };
import { serve } from "./server.mjs";

after(closeBrowser);

export const [site, shots] = process.argv.slice(2);

const isExecution = name => /^\d{8}-\d{6}-\w{6}\.html$/.test(name);

// Every page of the site, by its path.
export function allPages(directory = site, place = "") {
  return readdirSync(join(directory, place), { withFileTypes: true }).flatMap(entry => {
    const path = place ? `${place}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return allPages(directory, path);
    return entry.name.endsWith(".html") ? [path] : [];
  });
}

// The first page of an execution whose text has `words`.
function execution(words) {
  const found = allPages().find(path => path.startsWith("clam/") && isExecution(path.split("/").at(-1)) &&
                                        readFileSync(join(site, path), "utf8").includes(words));
  assert.ok(found, `no execution says ${words}`);
  return found;
}

// The first page of a project at such an address whose text has one of `words`.
function page(project, pattern, ...words) {
  const found = words.flatMap(word => allPages().filter(path => path.startsWith(`${project}/`) && pattern.test(path) &&
                                                        readFileSync(join(site, path), "utf8").includes(word))).at(0);
  assert.ok(found, `no page of ${project} at ${pattern} says ${words}`);
  return found;
}

const history = pattern => allPages().filter(path => pattern.test(path)).at(-1);

// One of each kind.
export const pages = {
  farm: "index.html",
  summary: "clam/index.html",
  client: "clam/macos-15-1-2/index.html",
  history: "clam/history.html",
  day: history(/^clam\/history\/\d{4}-\d\d-\d\d\.html$/),
  month: history(/^clam\/history\/\d{4}-\d\d\.html$/),
  // The month that has most: the newest may have begun today.
  busy: allPages().filter(path => /^busy\/history\/\d{4}-\d\d\.html$/.test(path)).sort((a, b) => statSync(join(site, a)).size - statSync(join(site, b)).size).at(-1),
  failed: execution("Failed in build"),
  passed: execution("passed in"),
  running: execution("is at task"),
  failure: history(/^clam\/failure\/main\/[0-9a-f]+\.html$/),
  flaky: page("story", /\/failure\//, "is flaky"),
  commits: "clam/commits.html",
  commitsMonth: history(/^clam\/commits\/main\/\d{4}-\d\d\.html$/),
  tests: page("story", /\/tests\//, "Still failing", "New failures", "Fixed", "of 2 tests"),
  test: page("story", /\/test\//, "Failing periods"),
  commit: history(/^clam\/commit\/[0-9a-f]+\.html$/),
  matrix: "story/tests/main.html",
  readiness: "clam/readiness.html",
  failures: "clam/failures.html",
  noFailures: "story/failures.html",
  known: page("story", /\d{6}-\w{6}\.html$/, "has failed like this since"),
};

// Serves the site while a browser of these options looks at it.
export async function atSite(options, use) {
  const server = await serve(site);
  try {
    await withBrowser(options, context => use(context, path => visit(context, `${server.address}/${path}`), server.address));
  } finally {
    server.close();
  }
}
