// Pages whose story goes on: a small JSON file says whether the page has changed; only then the page is fetched and its
// <main> taken. A running execution's file also has the last lines of its command. Needs http: a page that was opened as
// a file stays as it is.
(() => {
  if (location.protocol === "file:") return;
  const main = () => document.querySelector("main");
  const period = main()?.dataset.live?.includes(".live.") ? 2000 : 10000;

  // A reader who has marked something is not disturbed, and who came by keyboard stays where they were.
  const takePage = async () => {
    if (!getSelection().isCollapsed) return;
    const answer = await fetch(location.pathname, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok || !getSelection().isCollapsed) return;
    const active = document.activeElement, focused = main().contains(active) && { id: active.id, href: active.getAttribute("href"), tag: active.tagName };
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = [...document.querySelectorAll("details[open]")].map(details => details.id);
    document.title = fresh.title;
    document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").getAttribute("href");
    main().replaceWith(fresh.querySelector("main"));
    for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
    window.testfarmTell?.();
    if (focused)
      [...main().querySelectorAll(focused.tag)].find(one => focused.id ? one.id === focused.id : one.getAttribute("href") === focused.href)?.focus({ preventScroll: true });
  };

  // Since when the farm does not answer: then what the page says may be old.
  let lost = null;
  const reached = well => {
    const footer = document.querySelector(".foot");
    lost = well ? null : lost ?? new Date();
    footer.querySelector(".lost")?.remove();
    if (well) return;
    const note = document.createElement("strong");
    note.className = "lost";
    note.setAttribute("role", "status");
    note.textContent = `Not reached since ${lost.toISOString().slice(11, 16)} UTC`;
    footer.prepend(note);
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
    reached(answer !== null && answer.status < 500);
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
