// The end of a patient's consent: what was on the screen is taken away, with the reason. The centre
// decides when a consent is over, and tells nothing after it; this only empties what stands here already.
"use strict";

(() => {
  const place = document.querySelector("[data-consent-left]");
  if (!place) return;
  const ends = Date.now() + Number(place.dataset.consentLeft) * 1000;
  let timer = 0;

  const end = () => {
    const main = document.querySelector("main");
    document.title = "閲覧できる期限が過ぎました";
    const title = document.createElement("h1");
    title.tabIndex = -1;
    title.textContent = "閲覧できる期限が過ぎました";
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.textContent = "患者の同意の期限が過ぎたため、画面の内容を消しました。続けて閲覧するときは、顔認証付きカードリーダーで、もう一度患者に同意していただいてください。";
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    const link = document.createElement("a");
    link.className = "button button-primary";
    link.href = "/web/medical";
    link.textContent = "同意取得済み患者一覧へ";
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
