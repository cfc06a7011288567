// The end of a patient's consent or of an opening: what was on the screen is taken away, with the reason. The
// centre decides when it is over, and tells nothing after it; this only empties what stands here already.
"use strict";

(() => {
  const place = document.querySelector("[data-consent-left]");
  if (!place) return;
  const ends = Date.now() + Number(place.dataset.consentLeft) * 1000;
  let timer = 0;

  const end = () => {
    const main = document.querySelector("main");
    const ended = place.dataset;
    document.title = "閲覧できる期限が過ぎました";
    const title = document.createElement("h1");
    title.tabIndex = -1;
    title.textContent = "閲覧できる期限が過ぎました";
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.textContent = ended.endedText;
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    const link = document.createElement("a");
    link.className = "button button-primary";
    link.href = ended.endedHref;
    link.textContent = ended.endedLabel;
    buttons.append(link);
    main.replaceChildren(title, text, buttons);
    title.focus();
  };

  const tick = () => {
    clearTimeout(timer);
    const left = ends - Date.now();
    // A timer of weeks would overflow and run at once.
    if (left > 0) timer = setTimeout(tick, Math.min(left, 60000));
    else if (document.contains(place)) end();
  };

  // A page that comes back from the browser's memory is as old as it was.
  window.addEventListener("pageshow", (event) => { if (event.persisted) tick(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  tick();
})();
