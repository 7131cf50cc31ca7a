// A client's stats as plots to point at and zoom into (dygraphs). Without scripts, or from a file, the page's own
// pictures stay.
(async () => {
  const place = document.querySelector("[data-stats]");
  if (!place || location.protocol === "file:" || !window.Dygraph) return;
  const answer = await fetch(place.dataset.stats, { cache: "no-cache" }).catch(() => null);
  const stats = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!stats) return;
  // Its legend measures letters with an inline style, which our pages' policy refuses; the caption is our legend.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter(plugin => plugin !== Dygraph.Plugins.Legend);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  for (const figure of place.querySelectorAll("[data-stat]")) {
    const name = figure.dataset.stat;
    const runs = stats.executions.filter(run => name in run.stats && run.branch === place.dataset.branch);
    if (runs.length < 2) continue;
    const caption = figure.querySelector("figcaption"), words = caption.textContent;
    const target = figure.querySelector(".dy");
    target.replaceChildren();
    target.classList.add("drawn");
    new Dygraph(target, runs.map(run => [new Date(run.started_at), run.stats[name]]), {
      labels: ["Started", name], labelsUTC: true, legend: "never", drawPoints: true, pointSize: 3, strokeWidth: 1.5,
      colors: [colour("--pass")], axisLineColor: colour("--rule"), gridLineColor: colour("--hair"),
      axes: { x: { axisLabelWidth: 70 }, y: { axisLabelWidth: 60 } }, xRangePad: 8, highlightCircleSize: 5,
      drawPointCallback: (graph, series, context, x, y, ink, size, index) => {
        const failed = runs[index]?.result === "failed";
        context.fillStyle = failed ? colour("--fail") : ink;
        context.beginPath();
        context.arc(x, y, failed ? size + 1.5 : size, 0, 2 * Math.PI);
        context.fill();
      },
      highlightCallback: (event, x, points, row) => {
        const run = runs[row];
        caption.textContent = `${points[0].yval} at ${run.revision.slice(0, 10)} on ${run.branch}, ${run.result}, ${run.started_at.slice(0, 16).replace("T", " ")} UTC`;
      },
      unhighlightCallback: () => { caption.textContent = words; },
      pointClickCallback: (event, point) => { location.href = `${runs[point.idx].execution}.html`; },
    });
  }
})();
