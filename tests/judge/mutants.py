#!/usr/bin/env python3
"""Puts each fault that pages once had back into a site and asks the judge: mutants.py FARM SITE

The faults are those of the first pages that were compared with the truth: a headline that hangs on the row of red, a
mark that disagrees with its count, an innocent named as the mender … Each is one sentence of one page, changed as the
fault would have it. The judge must call it untrue.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

farm, site = sys.argv[1:3]
judge = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench", "judge.py")


def pages(pattern):
    for directory, _, names in os.walk(site):
        for name in sorted(names):
            path = os.path.relpath(os.path.join(directory, name), site)
            if re.search(pattern, path):
                yield path


def change(pattern, expression, replacement, flags=re.S):
    """The first page of such an address in which there is something to change: its path and new text."""
    for path in pages(pattern):
        with open(os.path.join(site, path), encoding="utf-8") as file:
            text = file.read()
        changed, count = re.subn(expression, replacement, text, count=1, flags=flags)
        if count and changed != text:
            return path, changed
    return None, None


EXECUTION = r"^world-\d+/box-\d+/\d{8}-\d{6}-\w{6}\.html$"
CLIENT = r"^world-\d+/box-\d+/index\.html$"
SUMMARY = r"^world-\d+/index\.html$"
FAILURE = r"^world-\d+/failure/main/\w+\.html$"
OTHER = "commit/" + "0" * 40 + ".html"
NAMES = {
    "A1": ("the client accuses another commit",
           change(CLIENT, r'(<h1[^>]*>(?:(?!</h1>).)*since <a class="hash" href="\.\./)commit/\w+\.html', r"\1" + OTHER)),
    "A2": ("one commit stands for all that is red",
           change(SUMMARY, r"(<h1[^>]*>(?:(?!</h1>).)*?)<em>\d+ (?:new|old|flaky|noted)? ?problems?[^<]*</em> on main",
                  r"\1<em>2 of 9 clients fail</em> since 3a26d1c7a2")),
    "A3": ("the farm draws a red client green",
           change(r"^index\.html$", r'(<td class="row".*?)<span class="st f"', r'\1<span class="st p"')),
    "A4": ("another branch speaks for the machine",
           change(CLIENT, r'(<h1[^>]*>[^<]*<a[^>]*>)Passed(</a> on main)', r"\1Failed in build\2")),
    "A5": ("who passes again by chance is said to have mended it",
           change(FAILURE, r"Passed again at(.*?)>passes now<", r"Fixed by\1>fixed<")),
    "A6": ("a stat is said to have moved at a commit",
           change(CLIENT, r"(size, KiB went from [^<]*<a class=\"hash\" href=\"\.\./)(commit/\w+\.html)([^&]*?and <a class=\"hash\" href=\"\.\./)(commit/\w+\.html)",
                  r"\1\4\3\4")),
    "A7": ("one machine's own facts are called what they share",
           change(SUMMARY, r'(<div class="judged"><p class="why">.*?</p>)',
                  r'\1<p class="why">Both clients that fail like this have cpu Model 7; none of the 1 others that tested it has.</p>')),
    "A8": ("an interruption is red",
           change(EXECUTION, r'<p class="st i">(.*)<span class="st i">', r'<p class="st i">\1<span class="st f">')),
    "A9": ("why it stopped is not said",
           change(EXECUTION, r"(<h1[^>]*>(?:(?!</h1>).)*): No space left on device", r"\1")),
    "A10": ("a time-out is called a failure",
            change(EXECUTION, r"(<h1[^>]*>[^<]*)timed out after [^<]*? in task", r"\1failed in task")),
    "A11": ("a flaky test's page knows nothing of it",
            change(r"/test/main/\w+\.html$", r"is flaky on (\S+): it (fails|passes)", r"\2 on \1")),
    "A12": ("machines at older commits count as failed",
            change(r"readiness\.html$", r"(<h1[^>]*>).*?(\d+) of (\d+) platforms passed.*?</h1>",
                   r"\1The newest commit of main has passed on \2 of \3 platforms.</h1>")),
    "A13": ("two compilers are one platform",
            change(r"readiness\.html$", r"( of )(\d)( platforms passed)", lambda found: f"{found[1]}{int(found[2]) - 1}{found[3]}")),
    "A14": ("nothing tested is drawn green",
            change(r"^index\.html$", r"barn-none\.svg", "barn-pass.svg")),
    "A15": ("known is said of what is not new",
            change(EXECUTION, r'>not new</span>', ">known</span>")),
    "gone": ("what is open is among what is gone",
             change(r"failures\.html$", r'(<tbody>\s*)(<tr><th scope="row"><a [^>]*>)(\w+Frob)([^<]*</a></th><td data-h="Branch">)', r"\1\2LastingFrob\4")),
    "matrix": ("a test failed more often than it did",
               change(r"^world-\d+/tests/main\.html$", r'title="failed in (\d+) of', lambda found: f'title="failed in {int(found[1]) + 1} of')),
    "began": ("a failure is said to be first seen at a commit after its first",
              change(r"/commit/\w+\.html$", r"<section><h2>Clients that",
                     r'<section><h2>First seen at this commit</h2><ul><li>LastingFrob/works</li></ul></section><section><h2>Clients that')),
    "compared": ("it is compared with another execution than the last that passed",
                 change(EXECUTION, r'(Compared with(?:(?!</p>).)*?commit/)\w{40}', r"\g<1>" + "0" * 40)),
}

failed = 0
for name, (what, (path, text)) in NAMES.items():
    if path is None:
        print(f"not ok {name} {what}: no page of this site could have it")
        failed += 1
        continue
    with tempfile.TemporaryDirectory() as copy:
        # Links but for the page that is another one.
        mutant = os.path.join(copy, "site")
        shutil.copytree(site, mutant, copy_function=os.link)
        os.unlink(os.path.join(mutant, path))
        with open(os.path.join(mutant, path), "w", encoding="utf-8") as file:
            file.write(text)
        options = ["--only", path.split("/")[0]] if "/" in path else []
        if not re.search(EXECUTION, path):
            options.append("--no-executions")
        printed = subprocess.run([sys.executable, judge, farm, mutant] + options,
                                 capture_output=True, text=True, check=True).stdout
    untrue = int(re.search(r'"html_untrue":(\d+)', printed).group(1))
    print(f"{'ok' if untrue > 0 else 'not ok'} {name} {what}: {path}, {untrue} untrue")
    failed += untrue == 0
sys.exit(1 if failed else 0)
