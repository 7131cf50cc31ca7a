// Whether the page of a client's tests names exactly the tests that it should: SITE-OF-CLIENT EXPECTED EXIT-STATUS
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const [, , site, expectedFile, status] = process.argv;
const plain = (html) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

const matches = (directory, wanted, expression) =>
  (existsSync(directory) ? readdirSync(directory) : [])
    .filter((name) => wanted.test(name))
    .flatMap((name) => [...readFileSync(`${directory}/${name}`, 'utf8').matchAll(expression)]);

// The list of all tests, and what the execution's page says beside the failed command.
const listed = new Set(
  matches(`${site}/tests`, /^main.*html$/, /<tr><th scope="row">(.*?)<\/th><td>(.*?)<\/td>/g).map(
    ([, name, outcome]) => `${plain(outcome)}\t${plain(name)}`,
  ),
);
const named = new Set(
  matches(site, /^2.*html$/, /<div class="info( bad)?"[^>]*><b>(.*?)<\/b>(?:, [0-9.]+ s<|: flaky)/g).map(
    ([, bad, name]) => `${bad ? 'bad' : 'flaky'}\t${plain(name)}`,
  ),
);
const wantListed = new Set();
const wantNamed = new Set();
let red = false;
for (const line of readFileSync(expectedFile, 'utf8').split('\n')) {
  // The report was written elsewhere.
  const [outcome, name] = line.replace(/\/tmp\/writers\/[a-z0-9]+\//, '').split('\t');
  if (!['passed', 'failed', 'error', 'skipped', 'flaky'].includes(outcome)) continue;
  wantListed.add(`${outcome === 'flaky' ? 'passed' : outcome}\t${name}`);
  if (outcome === 'failed' || outcome === 'error') wantNamed.add(`bad\t${name}`);
  if (outcome === 'flaky') wantNamed.add(`flaky\t${name}`);
  red ||= outcome === 'failed' || outcome === 'error';
}
let same = true;
const tell = (what, line) => {
  console.error(`      ${what}: ${line}`);
  same = false;
};
for (const [what, found, expected] of [
  ['the list of tests', listed, wantListed],
  ['the execution', named, wantNamed],
]) {
  for (const line of expected) if (!found.has(line)) tell(`${what} has not`, line);
  for (const line of found) if (!expected.has(line)) tell(`${what} alone has`, line);
}
// The client's own: 1 where a test failed, whatever the tests' command ended with.
if (status !== (red ? '1' : '0')) tell('the client ended with', status);
process.exit(same ? 0 : 1);
