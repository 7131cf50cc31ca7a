// A farm whose clients say whatever a test has them say, through the real endpoint.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export class Farm {
  constructor(programs, directory, title) {
    Object.assign(this, { programs, directory: join(directory, "farm"), site: join(directory, "site"), tokens: {} });
    this.admin("init", "--url", "https://ci.example.org", "--site", this.site, "--title", title);
    this.edit("farm.toml", text => text.replace(/command_output = \d+/, "command_output = 100000000")
                                       .replace(/executions_per_day = \d+/, "executions_per_day = 100000"));
  }
  // `testfarm-admin WORD [WORD] FARM …`.
  admin(...words) {
    const verbs = words.findIndex(word => word.startsWith("-"));
    return this.run("testfarm-admin", words.slice(0, verbs < 0 ? 1 : verbs), this.directory, verbs < 0 ? words.slice(1) : words.slice(verbs));
  }
  run(program, verbs, ...rest) {
    return execFileSync(join(this.programs, program), [...verbs, ...rest.flat()], { encoding: "utf8" });
  }
  edit(file, change) {
    const path = join(this.directory, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  }
  addProject(project, ...options) {
    this.run("testfarm-admin", ["project", "add"], this.directory, project, options);
    this.edit(`projects/${project}/project.toml`, text => text.replace("tokens = false", "tokens = true"));
  }
  addClient(project, client) {
    this.run("testfarm-admin", ["client", "invite"], this.directory, project, client);
    const said = this.run("testfarm-admin", ["client", "token"], this.directory, project, client);
    this.tokens[`${project}/${client}`] = said.match(/X-TestFarm-Token: (\w+)/)[1];
  }
  // One execution by as many POSTs as it takes.
  post(project, client, id, events) {
    const lines = events.map((event, i) => JSON.stringify({ n: i + 1, t: i, ...event }));
    for (let from = 0; from < lines.length;) {
      let body = "", next = from;
      while (next < lines.length && Buffer.byteLength(body) + Buffer.byteLength(lines[next]) < 95000) body += lines[next++] + "\n";
      const answer = spawnSync(join(this.programs, "testfarm.fcgi"), ["--farm", this.directory], {
        input: body,
        env: { GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: "POST", CONTENT_TYPE: "application/x-ndjson", CONTENT_LENGTH: String(Buffer.byteLength(body)),
               REQUEST_URI: `/api/1/projects/${project}/clients/${client}/executions/${id}/events?from=${from + 1}`, HTTP_HOST: "ci.example.org",
               HTTP_X_TESTFARM_TOKEN: this.tokens[`${project}/${client}`] },
      });
      assert.match(answer.stdout.toString(), /^Status: 200/, answer.stdout.toString().slice(0, 500));
      from = next;
    }
  }
  generate() {
    this.run("testfarm-generate", ["--quiet"], this.directory);
  }
}
