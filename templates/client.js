// A client's stats as plots to point at and zoom into (dygraphs): the branch that is judged as a strong line, beside it
// other branches or another client; what is normal now as a band; moves as flags that lead to their suspects. Without
// scripts, or from a file, the page's own pictures stay.
(async () => {
  const place = document.querySelector("[data-stats]");
  if (!place || location.protocol === "file:" || !window.Dygraph) return;
  const load = async address => {
    const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
    return answer?.ok ? answer.json().catch(() => null) : null;
  };
  const stats = await load(place.dataset.stats);
  if (!stats) return;
  // Its legend measures letters with an inline style, which our pages' policy refuses; the caption is our legend.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter(plugin => plugin !== Dygraph.Plugins.Legend);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = value => Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
  const main = place.dataset.branch, mostBranches = 5;
  const branches = [...new Set(stats.executions.map(run => run.branch))].filter(branch => branch !== main).slice(-mostBranches);
  const graphs = [];
  let beside = { branches, client: null };

  // What is drawn of a stat: lines of {label, base, runs}, the one that is judged first.
  const linesOf = name => {
    const has = branch => run => name in run.stats && run.branch === branch;
    const lines = [{ label: main, base: "", runs: stats.executions.filter(has(main)) }];
    for (const branch of beside.branches) lines.push({ label: branch, base: "", runs: stats.executions.filter(has(branch)) });
    if (beside.client) lines.push({ label: `${main} on ${beside.client.client}`, base: `../${beside.client.client}/`, runs: beside.client.executions.filter(has(main)) });
    return lines.filter((line, i) => i === 0 || line.runs.length > 1);
  };

  const bandOf = (name, area, graph, context) => {
    const normal = stats.normal?.[name];
    if (!normal) return;
    const last = stats.moves.find(move => move.stat === name && move.branch === main);
    const left = Math.max(area.x, last ? graph.toDomXCoord(Date.parse(last.started_at)) : area.x);
    const top = Math.max(area.y, graph.toDomYCoord(normal.high)), bottom = Math.min(area.y + area.h, graph.toDomYCoord(normal.low));
    if (bottom <= top || left >= area.x + area.w) return;
    context.fillStyle = colour("--wash");
    context.fillRect(left, top, area.x + area.w - left, bottom - top);
  };

  const placeFlags = (name, target, graph) => {
    for (const old of target.querySelectorAll(".flag")) old.remove();
    const area = graph.getArea();
    for (const [i, move] of stats.moves.entries()) {
      const x = graph.toDomXCoord(Date.parse(move.started_at)), row = document.getElementById(`move${i + 1}`);
      if (move.stat !== name || move.branch !== main || !row || x < area.x || x > area.x + area.w) continue;
      const flag = document.createElement("a");
      flag.className = `flag ${move.verdict}`;
      flag.href = `#move${i + 1}`;
      flag.title = `${move.verdict}: from ${number(move.before)} to ${number(move.now)}; its suspects`;
      flag.textContent = "⚑";
      flag.style.left = `${x}px`;
      target.append(flag);
    }
  };

  // All plots show the same stretch of time.
  let following = false;
  const follow = (graph, window) => {
    if (following) return;
    following = true;
    for (const other of graphs) if (other !== graph) other.updateOptions({ dateWindow: window });
    following = false;
  };

  const draw = figure => {
    const name = figure.dataset.stat, lines = linesOf(name);
    if (lines[0].runs.length < 2) return;
    const caption = figure.querySelector("figcaption"), words = caption.dataset.words ??= caption.textContent;
    const target = figure.querySelector(".dy");
    target.replaceChildren();
    target.classList.add("drawn");
    const rows = new Map(), runAt = new Map();
    for (const [i, line] of lines.entries())
      for (const run of line.runs) {
        const at = Date.parse(run.started_at);
        if (!rows.has(at)) rows.set(at, [new Date(at), ...lines.map(() => null)]);
        rows.get(at)[i + 1] = run.stats[name];
        runAt.set(`${i} ${at}`, { ...run, base: line.base });
      }
    // Dygraphs tells series apart by their names.
    const labels = lines.map((line, i) => `${line.label}${"\u200b".repeat(i)}`);
    const series = Object.fromEntries(labels.map((label, i) => [label, i === 0 ? { strokeWidth: 1.75, pointSize: 3 } : { strokeWidth: 0.8, pointSize: 1.5 }]));
    const runOf = point => runAt.get(`${labels.indexOf(point.name)} ${point.xval}`);
    graphs.push(new Dygraph(target, [...rows.values()].sort((a, b) => a[0] - b[0]), {
      labels: ["Started", ...labels], labelsUTC: true, legend: "never", drawPoints: true, connectSeparatedPoints: true, series,
      colors: lines.map((line, i) => colour(i === 0 ? "--pass" : line.base ? "--run" : "--soft")),
      axisLineColor: colour("--rule"), gridLineColor: colour("--hair"), xRangePad: 8, yRangePad: 8, highlightCircleSize: 5,
      axes: { x: { axisLabelWidth: 70 }, y: { axisLabelWidth: 60, axisLabelFormatter: number } },
      underlayCallback: (context, area, graph) => bandOf(name, area, graph, context),
      drawCallback: graph => placeFlags(name, target, graph),
      zoomCallback: function (from, to) { follow(this, [from, to]); },
      drawPointCallback: (graph, label, context, x, y, ink, size, index) => {
        const i = labels.indexOf(label), at = graph.getValue(index, 0), failed = runAt.get(`${i} ${at}`)?.result === "failed";
        context.fillStyle = failed ? colour("--fail") : ink;
        context.beginPath();
        context.arc(x, y, failed ? size + 1.5 : size, 0, 2 * Math.PI);
        context.fill();
      },
      highlightCallback: (event, x, points) => {
        const point = points.find(one => runOf(one)), run = point && runOf(point);
        if (run) caption.textContent = `${number(point.yval)} at ${run.revision.slice(0, 10)} on ${labels.length > 1 ? point.name : run.branch}, ${run.result}, ${run.started_at.slice(0, 16).replace("T", " ")} UTC`;
      },
      unhighlightCallback: () => { caption.textContent = words; },
      pointClickCallback: (event, point) => { const run = runOf(point); if (run) location.href = `${run.base}${run.execution}.html`; },
    }));
  };
  const drawAll = () => {
    for (const graph of graphs.splice(0)) graph.destroy();
    for (const figure of place.querySelectorAll("[data-stat]")) draw(figure);
  };

  drawAll();

  // What the lines are beside: other branches, nothing, or another client.
  const project = await load(place.dataset.project);
  const clients = (project?.clients ?? []).map(client => client.client).filter(client => client !== stats.client);
  if (clients.length > 0 || branches.length > 0) {
    const label = document.createElement("label"), select = document.createElement("select");
    const offer = (value, text) => select.append(Object.assign(document.createElement("option"), { value, textContent: text }));
    if (branches.length > 0) offer("branches", branches.length === 1 ? "the other branch" : `${branches.length} other branches`);
    offer("", "nothing");
    for (const client of clients) offer(client, `${main} on ${client}`);
    let turn = 0;
    select.addEventListener("change", async () => {
      const mine = ++turn;
      const client = clients.includes(select.value) ? await load(`../${select.value}/stats.json`) : null;
      if (mine !== turn) return;
      beside = { branches: select.value === "branches" ? branches : [], client };
      drawAll();
    });
    label.append(`${main}, beside `, select);
    const bar = document.createElement("p");
    bar.className = "bar";
    bar.append(label, Object.assign(document.createElement("small"), { textContent: "Grey: normal now. ⚑: it moved; leads to the suspects. Drag to zoom all plots, double-click to see all of the time." }));
    place.before(bar);
  }
})();
