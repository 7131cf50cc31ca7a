// Pages whose story goes on: fetch the page again and take its <main> where it changed. Needs http; a page that was
// opened as a file stays as it is.
(() => {
  if (location.protocol === "file:") return;
  let seen = null;
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return;
    const text = await answer.text();
    const changed = seen !== null && seen !== text;
    seen = text;
    if (!changed) return;
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const open = [...document.querySelectorAll("details[open]")].map(details => details.id);
    document.title = fresh.title;
    document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").getAttribute("href");
    document.querySelector("main").replaceWith(fresh.querySelector("main"));
    for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
    window.testfarmTell?.();
  }, 10000);
})();
