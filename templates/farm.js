// What a static page cannot know: times told from now, clients that broke their promise, how far a run is, what is new
// to this visitor, filters. Without scripts the pages show the times themselves.
(() => {
  // A line of before leads to the line of now, which the page itself cannot say.
  const moved = document.querySelector("a[data-moved]");
  if (moved) {
    location.replace(moved.href + location.hash);
    return;
  }

  const steps = [[60, "s", 60], [60, "min", 60], [48, "h", 24], [60, "days", 30.44], [24, "months", 12], [Infinity, "years"]];
  const span = ms => {
    let amount = Math.max(0, ms) / 1000;
    for (const [most, unit, next] of steps) {
      if (amount < most) return `${Math.floor(amount)} ${unit}`;
      amount /= next;
    }
  };

  // Where the reader's clock shows another time than UTC, that is in the title.
  const tellLocal = () => {
    if (new Date().getTimezoneOffset() === 0) return;
    for (const time of document.querySelectorAll("time[datetime*='T']:not([data-local])")) {
      const at = new Date(time.dateTime);
      time.dataset.local = "1";
      if (!Number.isNaN(at.getTime())) time.title = `${time.title || time.textContent} UTC; ${at.toLocaleString()} here`.replace("UTC UTC", "UTC");
    }
  };

  const tellAgo = now => {
    for (const time of document.querySelectorAll("time.ago")) {
      if (!time.title) time.title = time.textContent;
      time.textContent = `${span(now - Date.parse(time.dateTime))} ago`;
    }
  };

  // A promise is kept until its deadline and some grace; then the client is late.
  const tellDeadlines = now => {
    for (const line of document.querySelectorAll("[data-deadline]")) {
      const deadline = Number(line.dataset.deadline);
      const late = now > deadline + Number(line.dataset.grace);
      const mark = line.querySelector(".k"), word = line.querySelector("b");
      const link = line.querySelector("a"), time = document.createElement("time");
      if (!mark || !word) continue;
      time.dateTime = new Date(deadline).toISOString();
      time.title = `${time.dateTime.slice(0, 16).replace("T", " ")} UTC`;
      time.textContent = span(Math.abs(deadline - now));
      if (late) {
        mark.className = "k late";
        word.className = "late";
        word.textContent = "Late";
        line.replaceChildren(mark, word, " by ", time, ...(link ? [", last seen at ", link] : []));
      } else if (!link) {
        line.replaceChildren(mark, word, 
          now > deadline ? ", expected since " : "away" in line.dataset ? ", back in " : ", next check in ", time);
      }
    }
    for (const cell of document.querySelectorAll("[data-deadlines]")) {
      const late = cell.dataset.deadlines.split(" ").filter(d => d && now > Number(d) + Number(cell.dataset.grace));
      cell.querySelector(".lates").textContent = late.length ? `${cell.querySelector("small:not(.lates)") ? ", " : ""}${late.length} late` : "";
    }
  };

  const tellProgress = now => {
    for (const words of document.querySelectorAll(".gone[data-from]"))
      words.textContent = `${span(now - Number(words.dataset.from))} so far`;
    for (const bar of document.querySelectorAll("progress[data-from]")) {
      const expected = Number(bar.dataset.expected), gone = now - Number(bar.dataset.from);
      bar.max = expected;
      bar.value = Math.min(gone, expected * 0.99);
      const left = bar.parentElement.querySelector(".left");
      if (left) left.textContent = gone < expected ? `about ${span(expected - gone)} left` : `${span(gone - expected)} longer than last time`;
    }
  };

  // What began after the last visit to this project is marked. The visit before this one counts for half an hour, so
  // that a reload does not wipe the marks.
  const project = location.pathname.replace(/\/(history|[^/]*\.html)?$/, "/").split("/").slice(0, -1).join("/");
  const visits = (() => {
    try {
      const key = `testfarm ${project}`, now = Date.now();
      const kept = JSON.parse(localStorage.getItem(key) || "{}");
      if (!kept.now || now - kept.now > 30 * 60000) { kept.before = kept.now; kept.since = now; }
      kept.now = now;
      localStorage.setItem(key, JSON.stringify(kept));
      return kept;
    } catch { return {}; }
  })();
  const tellNew = () => {
    if (!visits.before) return;
    for (const time of document.querySelectorAll("time.fresh")) {
      const fresh = Date.parse(time.dateTime) > visits.before;
      if (!fresh || time.dataset.marked) continue;
      time.dataset.marked = "1";
      const tag = document.createElement("span");
      tag.className = "tag unseen";
      tag.textContent = "since your last visit";
      time.after(" ", tag);
    }
    for (const bubble of document.querySelectorAll("a.b[data-at]"))
      bubble.classList.toggle("new", Number(bubble.dataset.at) > visits.before);
  };

  // Filters of the history, kept in the address.
  const wire = () => {
    const form = document.querySelector("form.filters");
    if (!form) return;
    for (const hidden of form.querySelectorAll("p[hidden]"))
      if (hidden.querySelectorAll("option").length > 2) hidden.hidden = false;
    const wanted = new URLSearchParams(location.search);
    for (const [name, value] of wanted) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    const apply = () => {
      const values = new FormData(form), query = new URLSearchParams();
      for (const [name, value] of values) if (value) query.set(name, value);
      const client = values.get("client") || "", branch = values.get("branch") || "", result = values.get("result") || "";
      for (const bubble of document.querySelectorAll(".hist a.b")) {
        const of = bubble.closest("td").dataset.h;
        bubble.classList.toggle("off", Boolean((client && of !== client) || (branch && bubble.dataset.b !== branch) ||
                                               (result && !bubble.classList.contains(result))));
      }
      const text = query.toString();
      if (location.protocol !== "file:") history.replaceState(null, "", text ? `?${text}${location.hash}` : location.pathname + location.hash);
    };
    form.addEventListener("change", apply);
    apply();
  };

  // "I am …": whose commits are among the suspects of this page. The name stays in this browser.
  const tellMe = () => {
    const place = document.querySelector("[data-me]");
    if (!place || place.childElementCount > 0) return;
    const label = document.createElement("label"), field = document.createElement("input"), names = document.createElement("datalist"), answer = document.createElement("output");
    const commits = [...document.querySelectorAll("[data-author]")];
    names.id = "authors";
    for (const name of new Set(commits.map(commit => commit.dataset.author))) names.append(Object.assign(document.createElement("option"), { value: name }));
    field.setAttribute("list", "authors");
    field.placeholder = "your name, as in commits";
    field.autocomplete = "off";
    try { field.value = localStorage.getItem("testfarm me") || ""; } catch { /* without storage it is asked again */ }
    const say = () => {
      const mine = commits.filter(commit => commit.dataset.author === field.value);
      const revisions = list => new Set(list.map(commit => commit.querySelector(".hash")?.textContent)).size;
      const suspect = revisions(mine.filter(commit => "suspect" in commit.dataset)), all = revisions(mine);
      const clear = all - suspect;
      // Where a list is cut, there may be more of yours.
      const least = document.querySelector("[data-more]") ? "At least " : "";
      answer.textContent = !field.value ? "" : all === 0 ? "No commit of yours is on this page."
        : suspect === 0 ? "None of your commits on this page is suspect."
        : `${least}${suspect} of your commits ${suspect === 1 ? "is" : "are"} suspect${clear > 0 ? `, ${clear} ${clear === 1 ? "is" : "are"} clear` : ""}.`;
      for (const commit of commits) commit.classList.toggle("mine", Boolean(field.value) && commit.dataset.author === field.value);
    };
    field.addEventListener("input", () => {
      try { localStorage.setItem("testfarm me", field.value); } catch { /* as above */ }
      say();
    });
    label.append("I am ", field);
    place.append(label, names, " ", answer);
    place.hidden = false;
    say();
  };

  // Who has a commit by now, and by when the others have promised to come: the newest results are in a file beside.
  const tellReach = async () => {
    const place = document.querySelector("[data-made]");
    if (!place || place.dataset.asked || location.protocol === "file:") return;
    place.dataset.asked = "1";
    const answer = await fetch(place.dataset.state, { cache: "no-cache" }).catch(() => null);
    const state = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!state || state.default_branch !== place.dataset.branch) return;
    const of = client => client.branches.find(branch => branch.branch === place.dataset.branch && branch.commit_place_ms);
    const clients = state.clients.filter(of), missing = clients.filter(client => of(client).commit_place_ms < Number(place.dataset.made));
    if (clients.length === 0) return;
    const promises = missing.map(client => Date.parse(client.next_by)), known = promises.filter(at => at > Date.now());
    const rest = missing.length === 0 ? "" : known.length === missing.length
      ? `; ${missing.length === 1 ? `${missing[0].client} has` : "the others have"} promised to look again by ${new Date(Math.max(...known)).toISOString().slice(0, 16).replace("T", " ")} UTC`
      : `; not yet: ${missing.map(client => client.client).join(", ")}${known.length > 0 ? `, of which ${known.length} promised to look again by ${new Date(Math.max(...known)).toISOString().slice(0, 16).replace("T", " ")} UTC` : ", without a promise when"}`;
    place.textContent = `${clients.length - missing.length} of ${clients.length} clients have tested it or a newer commit of ${place.dataset.branch}${rest}.`;
    place.hidden = false;
  };

  // A strip is one stop for the keyboard; arrows go on from there.
  const tellStrips = () => {
    for (const strip of document.querySelectorAll(".strip"))
      for (const [i, link] of [...strip.querySelectorAll("a")].reverse().entries()) link.tabIndex = i === 0 ? 0 : -1;
  };

  // Search: clients and branches from the project's summary, commits and tests from files by first letter, a commit that
  // nobody tested by itself from the list of the newest.
  const base = document.querySelector(".top nav + nav a")?.href.replace(/index\.html$/, "");
  const asked = new Map();
  const ask = path => {
    if (!asked.has(path))
      asked.set(path, fetch(base + path, { cache: "no-cache" }).then(answer => answer.ok ? (path.endsWith(".json") ? answer.json() : answer.text()) : null)
        .catch(() => { asked.delete(path); return null; }));
    return asked.get(path);
  };
  const finds = async words => {
    let cut = false, lost = false;
    const found = [], lower = words.toLowerCase(), add = (kind, name, link, of) => found.push({ kind, name, link, of });
    const state = await ask("summary.json");
    if (!state) return { found, lost: true };
    for (const client of state?.clients ?? []) {
      if (client.client.toLowerCase().includes(lower) || client.title.toLowerCase().includes(lower)) add("client", client.title, `${client.client}/index.html`);
      for (const branch of client.branches)
        if (branch.branch.toLowerCase().includes(lower) && branch.execution) add("branch", branch.branch, `${client.client}/${branch.execution}.html`, `newest on ${client.client}`);
    }
    if (/^[0-9a-fr][0-9a-f]*$/.test(lower)) {
      const letter = await ask(`search/c-${lower[0]}.json`), commits = letter?.entries.filter(entry => entry.name.startsWith(lower)) ?? [];
      cut = Boolean(letter?.cut);
      lost = !letter;
      for (const entry of commits) add("commit", entry.name.slice(0, 10), entry.link);
      if (commits.length === 0 && lower.length >= 4) {
        const list = new DOMParser().parseFromString(await ask("commits.html") ?? "", "text/html");
        for (const row of list.querySelectorAll("tbody tr[id]"))
          if (row.querySelector(".hash").textContent.startsWith(lower.slice(0, 10))) add("commit", row.querySelector(".hash").textContent, `commits.html#${row.id}`, row.querySelector("a.st") ? "" : "not tested by itself");
      }
    }
    const tests = await ask(`search/${/^[a-m]/.test(lower) ? "t-a" : "t-n"}.json`), rest = await ask(`search/${/^[a-m]/.test(lower) ? "t-n" : "t-a"}.json`);
    for (const entry of [...tests?.entries ?? [], ...rest?.entries ?? []])
      if (entry.name.toLowerCase().includes(lower)) add("test", entry.name, entry.link, entry.of);
    return { found, cut: cut || Boolean(tests?.cut || rest?.cut), lost: lost || !tests || !rest };
  };
  const offerSearch = () => {
    const nav = document.querySelector(".top nav + nav");
    if (!nav || location.protocol === "file:") return;
    const form = document.createElement("form"), field = document.createElement("input"), list = document.createElement("ul");
    form.className = "find";
    form.setAttribute("role", "search");
    Object.assign(field, { type: "search", placeholder: "Find", autocomplete: "off", ariaLabel: "Find a commit, a test, a client or a branch" });
    list.setAttribute("aria-live", "polite");
    form.addEventListener("focusout", event => { if (event.relatedTarget && !form.contains(event.relatedTarget)) list.replaceChildren(); });
    document.addEventListener("pointerdown", event => { if (!form.contains(event.target)) list.replaceChildren(); });
    let turn = 0;
    const show = async () => {
      const mine = ++turn, words = field.value.trim();
      if (words.length < 2) return list.replaceChildren();
      const { found, cut, lost } = await finds(words), most = 12;
      if (mine !== turn) return;
      list.replaceChildren(...found.slice(0, most).map(one => {
        const row = document.createElement("li"), link = Object.assign(document.createElement("a"), { href: base + one.link, textContent: one.name });
        row.append(link, Object.assign(document.createElement("small"), { textContent: ` ${one.kind}${one.of ? `, ${one.of}` : ""}` }));
        return row;
      }));
      const note = lost && found.length === 0 ? "Nothing is found, but not all of the farm could be asked."
        : found.length > most ? `and ${found.length - most} more` : found.length > 0 ? ""
        : `No client, branch, commit or failed test of the last 90 days has ${words}${cut ? ", as far as the farm lists them" : ""}.`;
      if (note) list.append(Object.assign(document.createElement("li"), { textContent: note }));
    };
    field.addEventListener("input", show);
    form.addEventListener("keydown", event => {
      const stops = [field, ...list.querySelectorAll("a")], at = stops.indexOf(document.activeElement);
      if (event.key === "Escape") { field.value = ""; show(); field.blur(); }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      stops[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
      event.preventDefault();
    });
    form.addEventListener("submit", async event => { event.preventDefault(); await show(); list.querySelector("a")?.click(); });
    form.append(field, list);
    nav.append(form);
  };
  offerSearch();
  const offerKeys = () => {
    const button = Object.assign(document.createElement("button"), { textContent: "Keys", type: "button", className: "plain" });
    button.addEventListener("click", () => showKeys());
    document.querySelector(".foot")?.append(button);
  };

  // What j and k go through: the rows of lists and tables, the failures that a page tells.
  const stops = () => [...document.querySelectorAll("main tbody th[scope=row] a, main .story h3 a, main .judged > .lead a[href*='failure/'], main .log li > a, main .list li > a")]
    .filter((stop, i, all) => stop.getClientRects().length > 0 && (i === 0 || stop.closest("tr, li, .judged, .story") !== all[i - 1].closest("tr, li, .judged, .story")));
  const goBy = step => {
    const all = stops(), at = all.findIndex(stop => stop.contains(document.activeElement) || (document.activeElement?.closest("tr, li, .judged, .story") ?? 0) === stop.closest("tr, li, .judged, .story"));
    (at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[at + step])?.focus();
  };
  const keys = [["j, k", "next, previous row"], ["n, p", "next, previous page of its kind"], ["← →", "along a strip of results"], ["/", "find a commit, a test, a client or a branch"], ["?", "these keys"]];
  const showKeys = () => {
    let help = document.querySelector("dialog.keys");
    if (help?.open) return help.close();
    if (!help) {
      help = document.createElement("dialog");
      help.className = "keys";
      help.setAttribute("aria-label", "Keys");
      const list = document.createElement("dl");
      for (const [key, does] of keys) list.append(Object.assign(document.createElement("dt"), { textContent: key }), Object.assign(document.createElement("dd"), { textContent: does }));
      const close = Object.assign(document.createElement("button"), { textContent: "Close" });
      close.addEventListener("click", () => help.close());
      help.append(Object.assign(document.createElement("h2"), { textContent: "Keys" }), list, close);
      document.body.append(help);
    }
    help.showModal();
  };
  offerKeys();
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const strip = event.target.closest(".strip");
    if (strip && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const links = [...strip.querySelectorAll("a")];
      links[links.indexOf(event.target) + (event.key === "ArrowLeft" ? -1 : 1)]?.focus();
      event.preventDefault();
    }
    const find = document.querySelector(".find input");
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.key === "/" && find) { find.focus(); return event.preventDefault(); }
    const follow = rel => document.querySelector(`main a[rel=${rel}]`)?.click();
    ({ j: () => goBy(1), k: () => goBy(-1), n: () => follow("next"), p: () => follow("prev"), "?": showKeys })[event.key]?.();
  });

  // Whether the farm still looks after its pages: a farm where nothing happens does, one whose cron stands still does not.
  const tellMade = async () => {
    if (location.protocol === "file:") return;
    const style = document.querySelector("link[rel=stylesheet]");
    const answer = await fetch(new URL("made.json", style.href), { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return;
    const made = await answer.json(), age = Date.now() - Date.parse(made.made_at);
    const words = document.querySelector(".foot .made") ?? document.querySelector(".foot details").insertAdjacentElement("afterend", Object.assign(document.createElement("span"), { className: "made" }));
    const dead = age > Math.max(3 * made.every_ms, 7200000);
    words.classList.toggle("late", dead);
    words.textContent = dead ? `Not renewed for ${span(age)}: the farm's cron seems to stand still` : `Renewed ${span(age)} ago`;
  };
  tellMade();
  setInterval(tellMade, 300000);

  const tell = () => {
    const now = Date.now();
    tellAgo(now);
    tellDeadlines(now);
    tellProgress(now);
    tellNew();
    tellLocal();
    tellMe();
    tellStrips();
    tellReach();
  };
  window.testfarmTell = () => { tell(); wire(); };
  window.testfarmTell();
  setInterval(tell, 30000);
})();
