// Pages whose story goes on: a small JSON file says whether the page has changed; only then the page is fetched and its
// <main> taken. A running execution's file also has the last lines of its command. Needs http: a page that was opened as
// a file stays as it is.
(() => {
  if (location.protocol === "file:") return;
  const main = () => document.querySelector("main");
  const period = main()?.dataset.live?.includes(".live.") ? 2000 : 10000;

  const takePage = async () => {
    const answer = await fetch(location.pathname, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = [...document.querySelectorAll("details[open]")].map(details => details.id);
    document.title = fresh.title;
    document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").getAttribute("href");
    main().replaceWith(fresh.querySelector("main"));
    for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
    window.testfarmTell?.();
  };

  const showLines = html => {
    const pane = document.querySelector("pre.live");
    if (!pane) return;
    const atEnd = pane.hidden || pane.scrollTop + pane.clientHeight > pane.scrollHeight - 30;
    pane.hidden = !html;
    if (pane.dataset.shown === html) return;
    pane.dataset.shown = html;
    const lines = new DOMParser().parseFromString(`<pre>${html}</pre>`, "text/html").querySelector("pre");
    pane.replaceChildren(...lines.childNodes);
    if (atEnd) pane.scrollTop = pane.scrollHeight;
  };

  const look = async () => {
    const { live, page } = main().dataset;
    if (!live || document.hidden) return;
    const answer = await fetch(live, { cache: "no-cache" }).catch(() => null);
    if (!answer) return;
    // An execution that has ended has no such file any more.
    if (answer.status === 404) return takePage();
    const state = answer.ok ? await answer.json().catch(() => null) : null;
    if (!state) return;
    if (state.page !== page) await takePage();
    if (state.html !== undefined) showLines(state.html);
  };
  setInterval(look, period);
  look();
})();
