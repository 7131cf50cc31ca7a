// Times told from now, and clients that broke their promise: what a static page cannot know. Without scripts the
// pages show the times themselves.
(() => {
  const steps = [[60, "s"], [60, "min"], [48, "h"], [60, "days"]];
  const span = ms => {
    let amount = Math.max(0, ms) / 1000;
    for (const [most, unit] of steps) {
      if (amount < most || unit === "days") return `${Math.floor(amount)} ${unit}`;
      amount /= unit === "h" ? 24 : 60;
    }
  };
  const tell = () => {
    const now = Date.now();
    for (const time of document.querySelectorAll("time.ago")) {
      if (!time.title) time.title = time.textContent;
      time.textContent = `${span(now - Date.parse(time.dateTime))} ago`;
    }
    for (const line of document.querySelectorAll("[data-deadline]")) {
      const deadline = Number(line.dataset.deadline);
      const late = now > deadline + Number(line.dataset.grace);
      const mark = line.querySelector(".k"), word = line.querySelector("b");
      const link = line.querySelector("a"), time = document.createElement("time");
      time.dateTime = new Date(deadline).toISOString();
      time.title = `${time.dateTime.slice(0, 16).replace("T", " ")} UTC`;
      time.textContent = span(Math.abs(deadline - now));
      if (late) {
        mark.className = "k late";
        word.className = "late";
        word.textContent = "Late";
        line.replaceChildren(mark, word, " by ", time, ...(link ? [", last seen at ", link] : []));
      } else if (!link) {
        line.replaceChildren(mark, word, now < deadline ? ", next check in " : ", expected since ", time);
      }
    }
  };
  window.testfarmTell = tell;
  tell();
  setInterval(tell, 30000);
})();
