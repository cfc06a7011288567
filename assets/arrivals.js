// Who came to the readers: the list on the page is put in anew when something has changed. Asking for that tells
// nothing of anybody and does not keep the session open; when the session ends, it ends too.
"use strict";

(() => {
  const EVERY = 3000;
  let place = document.querySelector("[data-arrivals]");
  const told = document.querySelector("[data-arrivals-told]");
  if (!place || !told) return;

  const names = (from) => Array.from(from.querySelectorAll("tbody tr")).map((row) => row.textContent);

  const read = async () => {
    const answer = await fetch("/web/arrivals", { redirect: "error", cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-arrivals]");
    if (!next) return;
    const known = new Set(names(place));
    const changed = Array.from(next.querySelectorAll("tbody tr")).filter((row) => !known.has(row.textContent));
    const focused = place.contains(document.activeElement);
    place.replaceWith(next);
    place = next;
    if (focused) place.querySelector("[tabindex]")?.focus();
    const words = changed.slice(0, 3).map((row) => {
      const word = row.querySelector(".result").textContent.trim();
      return `${row.querySelector("th").firstChild.textContent.trim()}、${word}`;
    });
    told.textContent = words.join("。");
  };

  const ask = async () => {
    // The page was emptied, since the session is over.
    if (!document.contains(place)) return;
    try {
      if (!document.hidden) {
        const answer = await fetch("/web/arrivals/changed", { redirect: "error", cache: "no-store" });
        if (answer.status === 401 || answer.status === 403) return;
        const { last } = await answer.json();
        if (String(last) !== place.dataset.arrivals) await read();
      }
    } catch {
      // The centre is away for a moment: it is asked again.
    }
    setTimeout(ask, EVERY);
  };

  setTimeout(ask, EVERY);
})();
