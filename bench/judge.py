#!/usr/bin/env python3
"""Reads a site's HTML, as a person would, against what was planted into its farm: bench/judge.py FARM SITE [--tell] [--only PROJECT] [--no-executions]

Every sentence that it understands is judged: headlines of projects, clients, failures, tests, executions and
readiness, rows of failures and of cells; their counts, commits and dates. Prints how many it read of each kind of
page, then members of bench/insight's JSON. A sentence that it does not understand is untrue, too: a page that says
something new must be taught here.
"""
import html.parser
import json
import os
import re
import sys
from datetime import datetime, timezone

WEEK = 7 * 24 * 3600 * 1000
MONTH = 30 * 24 * 3600 * 1000
VOID = {"meta", "link", "img", "br", "input", "hr", "path", "rect", "circle", "polyline", "line"}


class Node:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.children = tag, dict(attributes), []

    def all(self, tag=None, name=None):
        for child in self.children:
            if isinstance(child, Node):
                if (tag is None or child.tag == tag) and (
                        name is None or name in child.attributes.get("class", "").split()):
                    yield child
                yield from child.all(tag, name)

    def first(self, tag=None, name=None):
        return next(self.all(tag, name), None)

    def text(self):
        return re.sub(r"\s+", " ", "".join(
            child.text_raw() if isinstance(child, Node) else child for child in self.children)).strip()

    def text_raw(self):
        return "".join(child.text_raw() if isinstance(child, Node) else child for child in self.children)

    def links(self):
        return [node.attributes.get("href", "") for node in self.all("a")]


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("root", [])
        self.open = [self.root]

    def handle_starttag(self, tag, attributes):
        node = Node(tag, attributes)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].children.append(Node(tag, attributes))

    def handle_endtag(self, tag):
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data):
        self.open[-1].children.append(data)


def page_of(path):
    reader = Reader()
    with open(path, encoding="utf-8") as file:
        reader.feed(file.read())
    return reader.root


class Truth:
    """What happened, by branch and client; and what a page may say of it."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.commits = {revision: number for number, revision in enumerate(data["commits"])}
        self.facts = data["clients"]
        self.problems = {problem["symbol"]: problem for problem in data["problems"]}
        self.shifts = data.get("shifts", [])
        self.runs = {}       # (branch, client) -> runs, oldest first
        self.by_id = {}      # (client, execution) -> run
        for run in sorted(data["executions"], key=lambda run: run["started"]):
            run.setdefault("branch", "main")
            self.runs.setdefault((run["branch"], run["client"]), []).append(run)
            self.by_id[run["client"], run["execution"]] = run
            run["revision"] = data["commits"][run["commit"]]

    def branches(self):
        return {branch for branch, client in self.runs}

    def clients(self, branch="main"):
        return sorted(client for of, client in self.runs if of == branch)

    def flaky(self, symbol):
        return symbol in self.problems and self.problems[symbol]["kind"] == "flaky"

    def lacks(self, run, symbol):
        """Surely does not have it: passed, or its task ran through and did not show it."""
        if not run["judged"] or symbol in run["shows"]:
            return False
        if not run["shows"]:
            return True
        in_test = self.in_test(symbol)
        # A failing test says that the build passed; a broken build says nothing of tests.
        return run["tests"] if in_test else run["tests"]

    def in_test(self, symbol):
        return any(symbol in run["shows"] and run["tests"] for runs in self.runs.values() for run in runs)

    def row(self, branch, client, symbol):
        """The last row of runs that have it: its first and last, and what ended it."""
        runs = self.runs.get((branch, client), [])
        having = [at for at, run in enumerate(runs) if symbol in run["shows"]]
        if not having:
            return None
        last = having[-1]
        first = last
        good = None
        for at in range(last - 1, -1, -1):
            if symbol in runs[at]["shows"]:
                first = at
            elif self.lacks(runs[at], symbol):
                good = runs[at]
                break
        fixed = next((run for run in runs[last + 1:] if self.lacks(run, symbol)), None)
        return {"first": runs[first], "last": runs[last], "good": good, "fixed": fixed}

    def last(self, branch, client):
        runs = self.runs.get((branch, client), [])
        return runs[-1] if runs else None

    def last_passed(self, branch, client):
        return next((run for run in reversed(self.runs.get((branch, client), []))
                     if run["judged"] and not run["shows"]), None)

    def newest(self, branch):
        return max(runs[-1]["started"] for (of, client), runs in self.runs.items() if of == branch)

    def open_problems(self, branch):
        """Symbol -> clients that have it still, for what last runs failed with."""
        found = {}
        for client in self.clients(branch):
            for symbol in self.last(branch, client)["shows"]:
                found.setdefault(symbol, [])
        for symbol in found:
            for client in self.clients(branch):
                row = self.row(branch, client, symbol)
                if row and not row["fixed"]:
                    found[symbol].append(client)
        return found

    def since(self, branch, symbol, clients):
        return min((self.row(branch, client, symbol)["first"] for client in clients), key=lambda run: run["started"])

    def same_cause(self, branch, symbol, clients):
        """Who was mended, and had it at the commit at which it began on one of the clients that have it still."""
        began = [self.row(branch, client, symbol)["first"]["commit"] for client in clients]
        rows = {client: self.row(branch, client, symbol) for client in self.clients(branch) if client not in clients}
        return [client for client, row in rows.items()
                if row and any(row["first"]["commit"] <= at <= row["last"]["commit"] for at in began)]

    def standings(self, branch, symbol, clients):
        """What it may be called."""
        allowed = set()
        if self.flaky(symbol):
            allowed.add("flaky")
        since = self.since(branch, symbol, clients)
        if all(self.row(branch, client, symbol)["good"] is None for client in clients):
            allowed.add("never passed")
        elif since["started"] + WEEK >= self.newest(branch):
            began = min([since["started"]] + [self.row(branch, client, symbol)["first"]["started"]
                                              for client in self.same_cause(branch, symbol, clients)])
            earlier = any(symbol in run["shows"] and run["started"] < began
                          for (of, client), runs in self.runs.items() if of == branch for run in runs)
            allowed.add("back" if earlier else "new")
        else:
            allowed.add("old")
        return allowed


EXECUTION = re.compile(r"([^/]+)/(\d{8}-\d{6}-\w{6})\.html$")
COMMIT = re.compile(r"commit/([0-9a-f]{40})\.html$")
STATE = {"new": "new", "old": "old", "never passed": "never passed", "that never passed": "never passed",
         "noted": "noted", "flaky": "flaky"}


class Judge:
    def __init__(self, truth, site, project, tell):
        self.truth, self.site, self.project, self.tell = truth, site, project, tell
        self.read, self.untrue = {}, {}
        self.labels = {}     # (branch, symbol) -> what failures.html calls it
        self.page = ""

    def say(self, kind, right, what):
        self.read[kind] = self.read.get(kind, 0) + 1
        if not right:
            self.untrue[kind] = self.untrue.get(kind, 0) + 1
            if self.tell:
                print(f"{self.project}/{self.page}: {what}", file=sys.stderr)

    def open(self, path):
        self.page = path
        return page_of(os.path.join(self.site, self.project, path))

    def symbol(self, text):
        known = list(self.truth.problems) + ["FeatureFrob"]
        return next((symbol for symbol in known if symbol in text), None)

    def run_at(self, href, client=None):
        """The execution that a link leads to."""
        found = EXECUTION.search(href)
        if found:
            return self.truth.by_id.get((found.group(1), found.group(2)))
        found = re.match(r"(?:\.\./)*(\d{8}-\d{6}-\w{6})\.html$", href)
        return self.truth.by_id.get((client, found.group(1))) if found and client else None

    def moment(self, kind, node_links, expected, what, client=None):
        """A revision that leads to its commit and a time that leads to its execution: both of `expected`."""
        commits = [COMMIT.search(href).group(1) for href in node_links if COMMIT.search(href)]
        runs = [run for run in (self.run_at(href, client) for href in node_links) if run]
        self.say(kind, bool(commits) and commits[0] == expected["revision"],
                 f"{what}: commit {commits[:1]} and not {expected['revision'][:10]}")
        if runs:
            self.say(kind, runs[0] is expected,
                     f"{what}: {runs[0]['client']} {runs[0]['execution']} and not {expected['client']} {expected['execution']}")

    # failures.html

    def judge_failures(self):
        page = self.open("failures.html")
        kind = "failures"
        seen = {}
        table = next((table for table in page.all("table") if "Verdict" in table.first("thead").text()), None)
        for row in (table.first("tbody").all("tr") if table else []):
            cells = [child for child in row.children if isinstance(child, Node)]
            symbol, label, branch = self.symbol(cells[0].text()), cells[1].text(), cells[2].text()
            open_now = self.truth.open_problems(branch)
            if symbol not in open_now:
                self.say(kind, False, f"{symbol} is not open on {branch}")
                continue
            seen[branch, symbol] = label
            clients = sorted(node.text() for node in cells[3].all("a"))
            self.say(kind, clients == sorted(open_now[symbol]), f"{symbol} is on {open_now[symbol]} and not {clients}")
            self.say(kind, label in self.truth.standings(branch, symbol, open_now[symbol]),
                     f"{symbol} is {self.truth.standings(branch, symbol, open_now[symbol])} and not {label}")
            self.moment(kind, cells[4].links(), self.truth.since(branch, symbol, open_now[symbol]), f"{symbol} since")
        everything = {(branch, symbol) for branch in self.truth.branches()
                      for symbol in self.truth.open_problems(branch)}
        self.labels = seen
        self.say(kind, set(seen) == everything, f"rows {set(seen) ^ everything} are missing or too many")
        count = len(everything)
        self.say(kind, re.search(r"^(No failure is|1 failure is|\d+ failures are) open\.$", page.first("h1").text())
                 and (page.first("h1").text().startswith("No") if count == 0
                      else page.first("h1").text().startswith(f"{count} ")), f"{page.first('h1').text()}: {count}")

        gone = next((table for table in page.all("table") if "Gone since" in table.first("thead").text()), None)
        for row in (gone.first("tbody").all("tr") if gone else []):
            self.judge_gone([child for child in row.children if isinstance(child, Node)])

    def judge_gone(self, cells):
        symbol, branch = self.symbol(cells[0].text()), cells[1].text()
        rows = [row for row in (self.truth.row(branch, client, symbol) for client in self.truth.clients(branch)) if row]
        self.say("failures", bool(rows) and all(row["fixed"] for row in rows), f"{symbol} is not gone from {branch}")
        if not rows or not all(row["fixed"] for row in rows):
            return
        self.moment("failures", cells[2].links(), max((row["last"] for row in rows), key=lambda run: run["started"]), f"{symbol} last seen")
        if cells[3].links():
            self.moment("failures", cells[3].links(), max((row["fixed"] for row in rows), key=lambda run: run["started"]), f"{symbol} gone since")
        else:
            self.say("failures", self.truth.flaky(symbol), f"{symbol} is not flaky")

    # Tests by client.

    def judge_matrix(self):
        page = self.open("tests/main.html")
        table = page.first("table")
        heads = [cell.text() for cell in table.first("thead").all("th")][1:] if table else []
        runs = {}
        for client in self.truth.clients():
            tested = [run for run in self.truth.runs["main", client] if run["judged"] and run["tests"]]
            runs[client] = [run for run in tested if run["started"] >= tested[-1]["started"] - MONTH][-20:] if tested else []
        failing = set()
        seen = {}
        for row in (table.first("tbody").all("tr") if table else []):
            cells = [child for child in row.children if isinstance(child, Node)]
            symbol = self.symbol(cells[0].text())
            for client, cell in zip(heads, cells[1:]):
                failed = sum(symbol in run["shows"] for run in runs[client])
                seen[symbol, client] = failed
                link = cell.first("a")
                if link is None:
                    self.say("matrix", failed == 0, f"{symbol} failed {failed} times on {client}")
                    continue
                newest = symbol in runs[client][-1]["shows"]
                words = f"failed in {failed} of {len(runs[client])}, {'and in the newest' if newest else 'not in the newest'}"
                self.say("matrix", link.attributes["title"] == words and link.text().endswith(str(failed)), f"{symbol} on {client}: {link.attributes['title']} and not {words}")
        for client, tested in runs.items():
            for symbol in {symbol for run in tested for symbol in run["shows"]}:
                self.say("matrix", seen.get((symbol, client), 0) > 0, f"{symbol} on {client} is missing")
            failing |= set(tested[-1]["shows"]) if tested else set()
        said = page.first("h1").text()
        words = "No test fails" if not failing else "1 test fails" if len(failing) == 1 else f"{len(failing)} tests fail"
        self.say("matrix", said == f"{words} on main.", f"{said} and not {words}")

    # What was first seen at a commit, by what was known when the last execution of it had ended.

    def judge_commit(self, name):
        page = self.open(f"commit/{name}")
        revision = name.removesuffix(".html")
        everything = [run for runs in self.truth.runs.values() for run in runs]
        of_it = [run for run in everything if run["revision"] == revision]
        known = max(run["ended"] for run in of_it)
        began = set()
        for branch in {run["branch"] for run in of_it}:
            for symbol in {symbol for run in of_it if run["branch"] == branch for symbol in run["shows"]}:
                first = min((run for run in everything if run["branch"] == branch and symbol in run["shows"] and run["ended"] <= known),
                            key=lambda run: run["started"])
                if first["revision"] == revision:
                    began.add(symbol)
        section = next((one for one in page.all("section") if one.first("h2").text() == "First seen at this commit"), None)
        said = {self.symbol(row.text()) for row in section.all("li")} if section else set()
        self.say("commit", said == began, f"first seen: {said} and not {began}")

    # The sentence about a project: of its page and of the farm's.

    def judge_project_sentence(self, kind, node, title):
        text = node.text().removeprefix(f"{title}: ")
        text, _, elsewhere = text.partition(" client fails on other branches only") if \
            " client fails on other branches only" in text else text.partition(" clients fail on other branches only")
        truth = self.truth
        clients = truth.clients()
        failing = [client for client in clients if truth.last("main", client)["judged"] and truth.last("main", client)["shows"]]
        trouble = [client for client in clients if not truth.last("main", client)["judged"]
                   and truth.last("main", client).get("outcome") != "interrupted"]
        others = [client for client in clients if client not in failing and any(
            of == client and branch != "main" and runs[-1]["shows"] for (branch, of), runs in truth.runs.items())]
        if " fail" in node.text() and "on other branches only" in node.text():
            count = int(text.rsplit(" ", 1)[-1])
            text = text.rsplit(" ", 1)[0]
            self.say(kind, count == len(others), f"{count} fail elsewhere and not {len(others)}")
        else:
            self.say(kind, not others, f"{others} fail elsewhere, unsaid")
        text = text.strip()
        if not failing:
            self.say(kind, re.fullmatch(r"(all \d+ clients pass|the one client passes|no failure; \d+ of \d+ clients? in trouble)\.", text),
                     f"nobody fails: {text}")
            all_pass = re.match(r"all (\d+) clients", text)
            if all_pass:
                self.say(kind, int(all_pass.group(1)) == len(clients), f"{text}: {len(clients)}")
            return
        counts = re.match(r"(.*?) on main(.*)$", text)
        self.say(kind, bool(counts), f"{failing} fail: {text}")
        if not counts:
            return
        said = {}
        head = re.fullmatch(r"(\d+) (?:(new|old|noted|flaky) )?problems?( that never passed)?", counts.group(1))
        self.say(kind, bool(head), f"unknown words: {counts.group(1)}")
        if head:
            said[head.group(2) or "never passed"] = int(head.group(1))
        rest = counts.group(2)
        for number, state in re.findall(r", (\d+) (new|old|never passed|noted|flaky)\b", rest):
            said[state] = int(number)
        told = {}
        for (branch, symbol), label in self.labels.items():
            if branch == "main":
                told["new" if label == "back" else label] = told.get("new" if label == "back" else label, 0) + 1
        self.say(kind, said == told, f"counts {said} and not {told}")
        of = re.search(r"; (\d+) of (\d+) clients? fails?\.", rest)
        if of:
            self.say(kind, (int(of.group(1)), int(of.group(2))) == (len(failing), len(clients)),
                     f"{of.group(0)}: {len(failing)} of {len(clients)}")
        elif ": " in rest:
            symbol = self.symbol(rest)
            open_now = truth.open_problems("main")
            on = re.search(r"on (\d+) of (\d+) clients?, since", rest)
            self.say(kind, symbol in open_now and len(open_now) == 1, f"{symbol} is not the only problem")
            if symbol in open_now and on:
                self.say(kind, (int(on.group(1)), int(on.group(2))) == (len(open_now[symbol]), len(clients)),
                         f"{on.group(0)}: {len(open_now[symbol])} of {len(clients)}")
                self.moment(kind, node.links(), truth.since("main", symbol, open_now[symbol]), "the headline's since")
        else:
            self.say(kind, False, f"unknown end: {rest}")

    def judge_icon(self, kind, page):
        icon = page.first("link").attributes["href"]
        truth = self.truth
        last = [truth.last("main", client) for client in truth.clients()]
        failing = any(run["judged"] and run["shows"] for run in last)
        self.say(kind, ("barn-fail" in icon) == failing, f"{icon}, failing: {failing}")

    def judge_stop(self, kind, text, run, what):
        """'Failed in build', 'Passed' …: what an execution came to."""
        if not run["judged"]:
            right = text.startswith(("Trouble", "Interrupted"))
        elif not run["shows"]:
            right = text.startswith("Passed")
        else:
            right = text.startswith("Failed in " + ("test" if run["tests"] else "build"))
        self.say(kind, right, f"{what}: {text}, but {run['execution']} shows {run['shows']}, judged {run['judged']}")

    def judge_line(self, kind, node, branch, client):
        """How a client stands on a branch, with since and last passed, as its page and its cell say it."""
        truth = self.truth
        last = truth.last(branch, client)
        text = node.text()
        if last["judged"] and last["shows"]:
            began = re.search(r"since ", text)
            symbols = list(last["shows"])
            if began:
                links = node.links()
                at = next((number for number, href in enumerate(links) if COMMIT.search(href)), 0)
                revisions = {truth.row(branch, client, symbol)["first"]["revision"]: truth.row(branch, client, symbol)["first"]
                             for symbol in symbols}
                commit = COMMIT.search(links[at]).group(1) if links and COMMIT.search(links[at]) else None
                self.say(kind, commit in revisions, f"{client} since {commit}: {list(revisions)}")
            passed = truth.last_passed(branch, client)
            if passed is None:
                self.say(kind, "has never passed here" in text, f"{client} never passed: {text}")
            else:
                after = node.links()
                self.say(kind, "last passed at" in text, f"{client} passed once: {text}")
                commits = [COMMIT.search(href).group(1) for href in after if COMMIT.search(href)]
                self.say(kind, bool(commits) and commits[-1] == passed["revision"],
                         f"{client} last passed at {commits[-1:]} and not {passed['revision']}")
        else:
            self.say(kind, "since" not in text and "last passed" not in text, f"{client} does not fail: {text}")

    def judge_summary(self):
        page = self.open("index.html")
        self.judge_project_sentence("summary", page.first("h1"), self.project)
        self.judge_icon("summary", page)
        for story in page.all("div", "judged"):
            links = story.first("p").links()
            symbol = self.symbol(story.first("p").text())
            open_now = self.truth.open_problems("main")
            self.say("summary", symbol in open_now, f"{symbol} is not open")
            if symbol not in open_now:
                continue
            tag = story.first("span", "tag").text()
            self.say("summary", tag == self.labels.get(("main", symbol)), f"{symbol} is called {tag}")
            self.moment("summary", links, self.truth.since("main", symbol, open_now[symbol]), f"{symbol} since")
            self.judge_contrast("summary", story, symbol)
        table = page.first("table", "sum")
        branches = [head.text() for head in table.first("thead").all("th")][1:]
        for row in table.first("tbody").all("tr"):
            client = row.first("th").attributes["id"]
            for branch, cell in zip(branches, [child for child in row.children if isinstance(child, Node) and child.tag == "td"]):
                last = self.truth.last(branch, client)
                if last is None:
                    self.say("summary", "not tested by this client" in cell.text(), f"{client} did not test {branch}")
                    continue
                self.judge_stop("summary", cell.first("span", "st").text(), last, f"{client} on {branch}")
                for sentence in cell.all("p", "s"):
                    if "passed" in sentence.text():
                        self.judge_line("summary", sentence, branch, client)
                        break
                label = cell.first("span", "tag")
                if label is not None and last["shows"]:
                    symbols = [self.labels.get((branch, symbol)) for symbol in last["shows"]]
                    self.say("summary", label.text() in symbols, f"{client} on {branch} is called {label.text()}: {symbols}")

    def judge_contrast(self, kind, node, symbol):
        """'Both clients that fail like this have compiler libc++; none of the 7 others that tested it has.'"""
        for sentence in node.all("p", "why"):
            self.judge_others(kind, sentence.text(), symbol)
            found = re.match(r"(Both|All \d+) clients that fail(?:ed)? like this have (.+); none of the (\d+) others that tested it has\.", sentence.text())
            if found and symbol in self.truth.problems:
                failing = 2 if found.group(1) == "Both" else int(found.group(1)[4:])
                # Which feature it is bench/insight scores.
                self.say(kind, self.truth.problems[symbol]["kind"] == "platform" and failing <= len(self.truth.facts)
                         and failing >= 2 and int(found.group(3)) >= 3, f"{symbol}: {sentence.text()}")
                having = [client for (branch, client), runs in self.truth.runs.items()
                          if any(symbol in run["shows"] for run in runs)]
                self.say(kind, failing <= len(having), f"{symbol} was only ever on {having}: {sentence.text()}")

    def judge_others(self, kind, text, symbol):
        """'Only box-9 still fails like this; 7 clients that did recovered.', 'Only box-9 fails like this; 7 others …'"""
        found = re.match(r"Only (\S+) (still )?fail(s|ed) like this; (\d+) (?:clients? that did recovered|others that tested it never did)\.", text)
        if not found or symbol not in self.truth.problems:
            return
        having = {branch: [client for client in self.truth.clients(branch) if self.truth.row(branch, client, symbol)]
                  for branch in self.truth.branches()}
        right = any(client == found.group(1) and bool(self.truth.row(branch, client, symbol)["fixed"]) == (found.group(3) == "ed")
                    and (len(clients) - 1 == int(found.group(4)) and all(self.truth.row(branch, other, symbol)["fixed"] for other in clients if other != client)
                         if found.group(2) else len(self.truth.clients(branch)) - len(clients) >= int(found.group(4)) and len(clients) == 1)
                    for branch, clients in having.items() for client in clients)
        self.say(kind, right, f"{symbol}: {text}; {having}")

    def judge_client(self, client):
        page = self.open(f"{client}/index.html")
        truth = self.truth
        last = truth.last("main", client)
        head = page.first("h1")
        text = head.text().removeprefix(f"{client}: ")
        self.judge_stop("client", text, last, client)
        self.judge_line("client", head, "main", client)
        icon = page.first("link").attributes["href"]
        self.say("client", ("barn-fail" in icon) == bool(last["judged"] and last["shows"]), icon)
        lists = [node for node in page.first("main").children if isinstance(node, Node) and node.tag == "ul"]
        for line in (lists[0].all("li") if lists else []):
            branch = line.first("span", "st")
            if branch is None or truth.last(branch.text(), client) is None:
                continue
            words = line.text().split(": ", 1)[1]
            self.judge_stop("client", words, truth.last(branch.text(), client), branch.text())
            self.judge_line("client", line, branch.text(), client)
        rate = re.search(r"(\d+) % passed: (\d+) of (\d+) runs", page.first("main").text())
        if rate:
            every = sorted((run for (branch, of), runs in truth.runs.items() if of == client for run in runs),
                           key=lambda run: run["started"])[-200:]
            judged = [run for run in every if run["judged"]]
            passed = [run for run in judged if not run["shows"]]
            self.say("client", (int(rate.group(2)), int(rate.group(3))) == (len(passed), len(judged)),
                     f"{rate.group(0)}: {len(passed)} of {len(judged)}")

    # Stats: between which commits they moved.

    def judge_stats(self, client, score):
        page = self.open(f"{client}/index.html")
        runs = [run for run in self.truth.runs.get(("main", client), [])]
        for line in page.all("li"):
            found = re.match(r"(moved|better|worse): size, KiB went from ([\d,.]+) to ([\d,.]+)", line.text())
            if not found:
                continue
            commits = [COMMIT.search(href).group(1) for href in line.links() if COMMIT.search(href)]
            good, bad = self.truth.commits[commits[0]], self.truth.commits[commits[1]]
            culprits = [shift["culprit"] for shift in self.truth.shifts if good < shift["culprit"] <= bad]
            self.say("stats", bool(culprits), f"{found.group(0)} between {good} and {bad}: {self.truth.shifts}")
            suspects = re.search(r": (at least )?(\d+) suspects?", line.text())
            if not culprits or not suspects:
                continue
            listed = [node.first(None, "hash").text() for node in line.all("small") if node.first(None, "hash")]
            count = int(suspects.group(2))
            score["ranges"] += 1
            # Five are listed; a longer list is held by its length.
            revision = next(revision for revision, number in self.truth.commits.items() if number == culprits[0])
            there = revision[:10] in listed
            score["contain"] += there or count > len(listed)
            if not (there or count > len(listed)) and self.tell:
                print(f"{self.project}/{self.page}: suspects {listed} without {revision}", file=sys.stderr)
            score["moves"].append((self, culprits[0], client, count))

    def ideal_shift(self, culprit, clients):
        """The commits that lie between old and new values for each of these clients."""
        low, high = -1, len(self.truth.commits)
        for client in clients:
            measured = [run["commit"] for run in self.truth.runs["main", client]
                        if run["judged"] and (not run["shows"] or run["tests"])]
            low = max(low, max(commit for commit in measured if commit < culprit))
            high = min(high, min(commit for commit in measured if commit >= culprit))
        return max(high - low, 1)

    # Failure, test and execution pages.

    def judge_failure(self, branch_directory, name):
        page = self.open(f"failure/{branch_directory}/{name}")
        text = page.first("h1").text()
        symbol = self.symbol(page.first("main").text())
        branch = next((term.first("dd").text() for term in page.all("div")
                       if term.first("dt") and term.first("dt").text() == "Branch"), None)
        if symbol is None or branch is None:
            self.say("failure", False, f"whose is it? {text}")
            return
        truth = self.truth
        rows = {client: truth.row(branch, client, symbol) for client in truth.clients(branch)}
        rows = {client: row for client, row in rows.items() if row}
        still = [client for client, row in rows.items() if not row["fixed"]]
        flaky = "is flaky" in text
        if flaky:
            self.say("failure", truth.flaky(symbol), f"{symbol} is not flaky")
            self.say("failure", "Fixed by" not in page.text() and "recovered" not in page.text(), "chance was mended by nobody")
        elif " is fixed" in text:
            self.say("failure", not still, f"{symbol} is fixed, but {still} have it")
        else:
            found = re.search(r"fails on (\d+) clients? since", text)
            self.say("failure", bool(found) and int(found.group(1)) == len(still), f"{text}: {still}")
            if found and still:
                self.moment("failure", page.first("h1").links(), truth.since(branch, symbol, still), f"{symbol} since")
        self.judge_contrast("failure", page.first("main"), symbol)
        self.judge_clients_of_failure(page, rows, flaky)

    def judge_clients_of_failure(self, page, rows, flaky):
        table = next(table for table in page.all("table") if "Now" in table.first("thead").text())
        for line in table.first("tbody").all("tr"):
            cells = [child for child in line.children if isinstance(child, Node)]
            client, word = cells[0].text(), cells[1].text()
            row = rows.get(client)
            if row is None:
                self.say("failure", False, f"{client} never had it")
                continue
            words = ("passes now", "failed last") if flaky else ("fixed", "still failing")
            self.say("failure", word == words[0 if row["fixed"] else 1], f"{client}: {word}, fixed by {row['fixed']}")
            self.moment("failure", cells[2].links(), row["first"], f"{client} first")
            if row["fixed"] and cells[4].links():
                self.moment("failure", cells[4].links(), row["fixed"], f"{client} fixed by")

    def judge_test(self, client, branch_directory, name):
        page = self.open(f"{client}/test/{branch_directory}/{name}")
        head = page.first("h1")
        text = head.text()
        symbol = self.symbol(text)
        runs = [run for run in self.truth.runs.get(("main", client), []) if run["judged"] and run["tests"]]
        failing = symbol in runs[-1]["shows"]
        flaky = "is flaky" in text
        if flaky:
            self.say("test", self.truth.flaky(symbol), f"{symbol} is not flaky")
        failure = next((href for href in page.first("main").links() if "/failure/" in href), None)
        self.say("test", failure is not None, f"no way to the failure of {symbol}")
        if failure and not flaky:
            there = page_of(os.path.normpath(os.path.join(self.site, self.project, client, "test", branch_directory, failure)))
            self.say("test", "is flaky" not in there.first("h1").text(), f"{symbol} is flaky on its failure's page")
        self.say("test", (" fails " in text) == failing, f"{text}: {runs[-1]['shows']}")
        turn = len(runs) - 1
        while turn > 0 and (symbol in runs[turn - 1]["shows"]) == failing:
            turn -= 1
        self.moment("test", head.links(), runs[turn], f"{symbol} on {client} since", client)

    def judge_execution(self, client, name):
        run = self.truth.by_id[client, name[:-5]]
        page = self.open(f"{client}/{name}")
        text = page.first("h1").text()
        if not run["judged"]:
            right = ("met infrastructure trouble" in text or "was interrupted" in text) and "No space left on device" in text
        elif not run["shows"]:
            right = " passed in " in text
        else:
            task = "task 2, Unit tests" if run["tests"] else "task 1, Compile"
            hangs = any(self.truth.problems.get(symbol, {}).get("hangs") for symbol in run["shows"]) and not run["tests"]
            how = r"timed out after [\d. a-z]+ in " if hangs else "failed in "
            right = re.search(how + task, text) and any(symbol in text for symbol in run["shows"])
        self.say("execution", right, f"{text}: {run['shows']}, judged {run['judged']}")
        red = [node for node in page.all(None, "f") if node.tag == "span" and "st" in node.attributes["class"].split()]
        self.say("execution", bool(red) == bool(run["shows"]), f"{len(red)} red marks, shows {run['shows']}")
        self.judge_ways(page, run, client)
        for story in page.all("div", "judged"):
            answer = story.first("p").text()
            tag = story.first("span", "tag")
            symbol = self.symbol(story.text())
            self.say("execution", re.match(r"(No|Perhaps|Unlikely|Probably)\b", answer), f"no answer: {answer}")
            self.say("execution", tag.text() in ("new", "back", "not new", "flaky"), f"unknown word: {tag.text()}")
            if symbol not in self.truth.problems:
                continue
            if answer.startswith("No"):
                before = any(symbol in other["shows"] and other["started"] < run["started"]
                             for (branch, of), runs in self.truth.runs.items() if branch == run["branch"] for other in runs) or any(
                    symbol in other["shows"] and other["ended"] < run["ended"] and other is not run
                    for (branch, of), runs in self.truth.runs.items() if branch == run["branch"] for other in runs)
                self.say("execution", before, f"{symbol} was not there before: {answer}")
            self.judge_answer(story, answer, run, client)
            if tag.text() == "flaky":
                self.say("execution", self.truth.flaky(symbol), f"{symbol} is not flaky")

    def judge_ways(self, page, run, client):
        """The executions beside it, and what passed last before it."""
        runs = sorted((other for (branch, of), runs in self.truth.runs.items() if of == client for other in runs),
                      key=lambda other: other["started"])
        at = runs.index(run)
        for rel, expected in (("prev", runs[at - 1] if at > 0 else None), ("next", runs[at + 1] if at + 1 < len(runs) else None)):
            link = next((link for link in page.all("a") if link.attributes.get("rel") == rel), None)
            self.say("execution", (link and self.run_at(link.attributes["href"], client)) is expected, f"{rel} of {run['execution']}")
        passed = next((other for other in reversed(runs[:at]) if other["branch"] == run["branch"] and other["judged"]
                       and not other["shows"]), None)
        section = next((one for one in page.all("section") if one.first("h2") and one.first("h2").text() == "New since it passed"), None)
        self.say("execution", (section is not None) == (bool(run["shows"]) and passed is not None), f"compared: {section is not None}")
        if section and passed:
            self.moment("execution", section.links(), passed, "compared with", client)

    def judge_answer(self, story, answer, run, client):
        """How many of the commits that the execution brought are among the suspects that it lists."""
        runs = self.truth.runs[run["branch"], client]
        before = [other for other in runs if other["started"] < run["started"]]
        first = before[-1]["commit"] + 1 if before else run["commit"]
        brought = {revision[:10] for revision, number in self.truth.commits.items() if first <= number <= run["commit"]}
        listed = story.first("ol", "log")
        marked = [node for node in story.all("p", "why") if "data-suspect" in node.attributes]
        suspects = {node.text() for node in listed.all(None, "hash")} if listed else \
            {node.text() for node in marked[0].all(None, "hash")} if marked else set()
        here = len(suspects & brought)
        found = re.match(r"Perhaps: (\d+) of the (\d+) commits? here (?:is|are) among (\d+) suspects?\.", answer)
        if found and int(found.group(3)) <= 12:
            self.say("execution", (int(found.group(1)), int(found.group(2)), int(found.group(3))) == (here, len(brought), len(suspects)),
                     f"{answer}: {here} of {len(brought)} among {len(suspects)}")
        elif answer.startswith("Probably"):
            self.say("execution", here == 1 and len(suspects) == 1, f"{answer}: {suspects}, brought {brought}")
        elif "came before" in answer or "earlier commit" in answer:
            self.say("execution", here == 0 and suspects, f"{answer}: {suspects & brought}")
        elif "no commit lies between" in answer:
            self.say("execution", not suspects, f"{answer}: {suspects}")

    def judge_readiness(self):
        page = self.open("readiness.html")
        text = page.first("h1").text()
        found = re.fullmatch(r"The newest commit of main, ([0-9a-f]{10}): (\d+) of (\d+) platforms? passed(?:, (\d+) failed)?"
                             r"(?:, (\d+) (?:is|are) still at older commits \((\d+) passed there\))?(?:, (\d+) never tested this branch)?\.", text)
        self.say("readiness", bool(found), f"unknown words: {text}")
        if not found:
            return
        tip = max(number for runs in (runs for (branch, _), runs in self.truth.runs.items() if branch == "main")
                  for number in (run["commit"] for run in runs))
        revision = next(revision for revision, number in self.truth.commits.items() if number == tip)
        self.say("readiness", revision.startswith(found.group(1)), f"the newest is {revision}")
        platforms = {}
        bases = {}
        for client, facts in self.truth.facts.items():
            bases.setdefault((facts["system"], facts["architecture"]), []).append(client)
        for base, clients in bases.items():
            differ = len({self.truth.facts[client]["compiler"] for client in clients}) > 1
            for client in clients:
                platforms.setdefault(base + ((self.truth.facts[client]["compiler"],) if differ else ()), []).append(client)
        passed = failed = older = older_passed = 0
        for clients in platforms.values():
            runs = sorted((run for client in clients for run in self.truth.runs.get(("main", client), []) if run["judged"]),
                          key=lambda run: run["started"])
            at_tip = [run for run in runs if run["commit"] == tip]
            if at_tip:
                bad = any(run["shows"] for run in at_tip)
                failed += bad
                passed += not bad
            elif runs:
                older += 1
                older_passed += not runs[-1]["shows"]
        said = tuple(int(found.group(number) or 0) for number in (2, 3, 4, 5, 6))
        self.say("readiness", said == (passed, len(platforms), failed, older, older_passed),
                 f"{said} and not {(passed, len(platforms), failed, older, older_passed)}")

    def judge_all(self, score):
        self.judge_failures()
        self.judge_summary()
        self.judge_readiness()
        self.judge_matrix()
        place = os.path.join(self.site, self.project)
        for client in self.truth.clients():
            self.judge_client(client)
            self.judge_stats(client, score)
            for name in sorted(os.listdir(os.path.join(place, client))):
                if "--no-executions" not in sys.argv and re.fullmatch(r"\d{8}-\d{6}-\w{6}\.html", name):
                    self.judge_execution(client, name)
            for branch in ("main",):
                tests = os.path.join(place, client, "test", branch)
                for name in sorted(os.listdir(tests)) if os.path.isdir(tests) else []:
                    self.judge_test(client, branch, name)
        for name in sorted(os.listdir(os.path.join(place, "commit"))):
            if re.fullmatch(r"[0-9a-f]{40}\.html", name):
                self.judge_commit(name)
        failures = os.path.join(place, "failure")
        for branch in sorted(os.listdir(failures)) if os.path.isdir(failures) else []:
            for name in sorted(os.listdir(os.path.join(failures, branch))):
                if re.fullmatch(r"[0-9a-f]+\.html", name):
                    self.judge_failure(branch, name)


def judge_farm_page(site, judges):
    page = page_of(os.path.join(site, "index.html"))
    for row in page.first("tbody").all("tr"):
        cells = [child for child in row.children if isinstance(child, Node)]
        project = cells[1].first("b").text()
        judge = judges.get(project)
        if judge is None and project != "empty":
            continue
        if judge is None:
            # Nothing was planted into it, not even an execution.
            judge = next(iter(judges.values()))
            judge.page = "../index.html"
            icon = cells[0].first("img").attributes["src"]
            judge.say("farm", icon == "barn-none.svg" and "no results yet" in cells[2].text(), f"{project} has no results: {icon}")
            continue
        judge.page = "../index.html"
        judge.judge_project_sentence("farm", cells[2], project)
        marks = [mark.attributes["class"].split()[-1] for mark in cells[3].all("span", "st")]
        failing = [client for client in judge.truth.clients() if judge.truth.last("main", client)["judged"]
                   and judge.truth.last("main", client)["shows"]]
        judge.say("farm", marks.count("f") == len(failing), f"{marks.count('f')} red marks, {len(failing)} fail")


def median(values):
    values = sorted(values)
    return values[len(values) // 2] if values else 0


def main():
    farm, site = sys.argv[1:3]
    tell = "--tell" in sys.argv
    judges, score = {}, {"ranges": 0, "contain": 0, "moves": []}
    for name in sorted(os.listdir(farm)):
        found = re.fullmatch(r"planted-(.+)\.json", name)
        if not found or ("--only" in sys.argv and found.group(1) != sys.argv[sys.argv.index("--only") + 1]):
            continue
        judges[found.group(1)] = Judge(Truth(os.path.join(farm, name)), site, found.group(1), tell)
        judges[found.group(1)].judge_all(score)
    judge_farm_page(site, judges)
    read, untrue = {}, {}
    for judge in judges.values():
        for kind, count in judge.read.items():
            read[kind] = read.get(kind, 0) + count
        for kind, count in judge.untrue.items():
            untrue[kind] = untrue.get(kind, 0) + count
    print("sentences read, by page: " + ", ".join(f"{kind} {read[kind]} ({untrue.get(kind, 0)} untrue)" for kind in sorted(read)))
    # Only clients whose pages show the move: of the others it is out of what a page looks back on.
    sizes = []
    for judge, culprit, client, count in score["moves"]:
        clients = {other for of, at, other, _ in score["moves"] if of is judge and at == culprit}
        sizes.append(count / judge.ideal_shift(culprit, clients))
    contain = score["contain"] / score["ranges"] if score["ranges"] else 0
    print(f'"html_read":{sum(read.values())},"html_untrue":{sum(untrue.values())},'
          f'"stat_range_contains_culprit":{contain:.3g},"median_stat_range_vs_ideal":{median(sizes):.3g}')


if __name__ == "__main__":
    main()
