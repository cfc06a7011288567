// Keeps the status page up to date without loading it anew, so that whoever reads it with a
// keyboard or a screen reader stays where they are.
"use strict";

const main = document.querySelector("main[data-reload]");
if (main) {
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      const footer = page.querySelector("footer");
      const same = fresh.textContent === main.textContent;
      // Whoever is on a link in there is not thrown out of it by a number that changed.
      if (!same && !main.querySelector(":focus")) main.replaceChildren(...fresh.childNodes);
      document.querySelector("footer").replaceChildren(...footer.childNodes);
    } catch {
      // The program may be starting anew; the next look will tell.
    }
    setTimeout(look, Number(main.dataset.reload) * 1000);
  };
  setTimeout(look, Number(main.dataset.reload) * 1000);
}
