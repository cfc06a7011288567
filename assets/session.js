// The end of a session: told before it comes, with what was on the screen taken away when it does.
// What was typed waits for the same person in this window, but for passwords and numbers that are
// secret. The centre decides when a session is over; this only shows it.
"use strict";

(() => {
  const body = document.body;
  const user = body.dataset.sessionUser;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("onshi session") : null;
  const TYPED = "onshi typed";
  const KEPT_MS = 30 * 60 * 1000;
  const WARNING_MS = 2 * 60 * 1000;

  // The page that has the forms: where something was wrong with one, its page has the address that
  // it was sent to.
  const here = body.dataset.sessionPage || location.pathname;
  const forms = () => Array.from(document.querySelectorAll("main form[method=post]"));
  const isKept = (field) => field.name && !field.hasAttribute("data-private")
    && !["password", "hidden", "file", "submit", "button"].includes(field.type);

  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem(TYPED) || "null");
    } catch {
      return null;
    }
  };

  // What a form has to be kept of it. What its page carries of what was typed before goes back to
  // the field where it was typed.
  const valuesOf = (form, all, hidden) => {
    const values = [];
    const fields = Array.from(form.elements);
    const carried = (name) => fields.filter((one) => one.dataset.waitsIn === name && one.value !== "")
      .map((one) => one.value);
    const taken = (field) => isKept(field)
      || (hidden && field.type === "hidden" && field.name && field.name !== "form_token");
    for (const field of fields.filter(taken)) {
      const chosen = field.type === "radio" || field.type === "checkbox";
      const more = carried(field.name);
      const changed = all || more.length > 0 || (chosen ? field.checked !== field.defaultChecked
        : field.tagName === "SELECT" || field.value !== field.defaultValue);
      const value = chosen ? field.value : [field.value].concat(more).filter((text) => text !== "").join("\n");
      if (changed) values.push([form.getAttribute("action"), field.name, value, chosen && field.checked]);
    }
    return values;
  };

  // Keeps what was typed and not sent yet, or sent to a session that may be over. A small form of
  // another page's subject (data-form-page) is given back there, whole.
  const keep = (ended, sent) => {
    // A page that says what is wrong shows what was typed before, and nothing else has it.
    const all = Boolean(document.querySelector("main .summary, main form[data-typed]"));
    const small = (form) => form.dataset.formPage;
    let path = here;
    let values = forms().filter((form) => !small(form)).flatMap((form) => valuesOf(form, all, false));
    const away = sent && small(sent) ? sent
      : values.length === 0 && forms().find((form) => small(form) && valuesOf(form, false, false).length > 0);
    if (away) {
      path = small(away);
      values = valuesOf(away, true, true);
    }
    if (values.length === 0) return;
    try {
      sessionStorage.setItem(TYPED, JSON.stringify({ user, path, at: Date.now(), ended, values }));
    } catch {
      // There is no room for it; the page is emptied all the same.
      sessionStorage.removeItem(TYPED);
    }
  };

  const giveBack = (kept) => {
    let count = 0;
    for (const [action, name, value, checked] of kept.values) {
      const form = forms().find((one) => one.getAttribute("action") === action);
      if (!form) continue;
      for (const field of Array.from(form.elements).filter((one) => one.name === name && isKept(one))) {
        if (field.type === "radio" || field.type === "checkbox") {
          if (field.value === value) field.checked = checked;
        } else {
          field.value = value;
        }
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
        count += 1;
      }
    }
    if (count === 0) return;
    const notice = document.createElement("p");
    notice.className = "notice notice-info";
    notice.setAttribute("role", "status");
    const word = document.createElement("strong");
    word.textContent = "お知らせ";
    const text = document.createElement("span");
    text.textContent = "ログアウトの前に入力していた内容を戻しました。まだ送信していません。";
    notice.append(word, text);
    document.querySelector("main").prepend(notice);
  };

  if (!user) {
    // What was looked for in lists may be a patient's name: it is nobody else's.
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith("onshi-list ")) sessionStorage.removeItem(key);
    }
    const kept = read();
    if (kept && Date.now() - kept.at > KEPT_MS) sessionStorage.removeItem(TYPED);
    else if (kept && "sessionNone" in body.dataset) {
      // Whatever was sent has led here: the session was over. The way back is to its page.
      kept.ended = true;
      sessionStorage.setItem(TYPED, JSON.stringify(kept));
      const next = document.querySelector("input[name=next]");
      if (next) next.value = kept.path;
    }
    if ("sessionOver" in body.dataset) {
      sessionStorage.removeItem(TYPED);
      if (channel) channel.postMessage({ over: true });
    }
    return;
  }

  const kept = read();
  if (kept && (kept.user !== user || Date.now() - kept.at > KEPT_MS || !kept.ended)) {
    sessionStorage.removeItem(TYPED);
  } else if (kept && kept.path === here) {
    sessionStorage.removeItem(TYPED);
    giveBack(kept);
  }
  document.addEventListener("submit", (event) => {
    if (forms().includes(event.target)) keep(false, event.target);
  });

  const atTheLatest = Date.now() + Number(body.dataset.sessionLeft) * 1000;
  const idle = Number(body.dataset.sessionIdle) * 1000;
  let ends = Math.min(Date.now() + idle, atTheLatest);
  let over = false;
  let dialog = null;
  let timer = 0;

  const end = (why) => {
    if (over) return;
    over = true;
    keep(true);
    clearTimeout(timer);
    if (dialog) dialog.remove();
    document.title = "ログアウトしました";
    for (const part of document.querySelectorAll("main, .side, .bar-facts, .bar-logout")) {
      if (part.tagName === "MAIN") part.replaceChildren();
      else part.remove();
    }
    const main = document.querySelector("main");
    const title = document.createElement("h1");
    title.tabIndex = -1;
    title.textContent = "ログアウトしました";
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.textContent = why;
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    const link = document.createElement("a");
    link.className = "button button-primary";
    link.href = body.dataset.sessionLogin
      || `/web/login?next=${encodeURIComponent((read() || {}).path || here)}`;
    link.textContent = "もう一度ログインする";
    buttons.append(link);
    main.append(title, text, buttons);
    title.focus();
  };

  const leftWords = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    return seconds >= 60 ? `あと${Math.ceil(seconds / 60)}分` : `あと${seconds}秒`;
  };

  const closeDialog = () => {
    if (!dialog) return;
    dialog.close();
    dialog.remove();
    dialog = null;
  };

  const prolong = async () => {
    try {
      const answer = await fetch(body.dataset.sessionAlive, { redirect: "manual", cache: "no-store" });
      if (answer.ok) {
        seen();
        if (channel) channel.postMessage({ user });
        closeDialog();
        return;
      }
      end("ログインの有効時間が終わったため、ログアウトしました。続けるときは、もう一度ログインしてください。");
    } catch {
      const text = dialog && dialog.querySelector("[data-left]");
      if (text) text.textContent = "接続できませんでした。もう一度押してください。";
    }
  };

  const warn = () => {
    if (dialog || over) return;
    const last = ends >= atTheLatest;
    dialog = document.createElement("dialog");
    dialog.className = "session-end card";
    dialog.setAttribute("aria-labelledby", "session-end-title");
    const title = document.createElement("h2");
    title.id = "session-end-title";
    title.textContent = "まもなくログアウトします";
    const text = document.createElement("p");
    const left = document.createElement("span");
    left.dataset.left = "";
    left.textContent = leftWords();
    text.append(left, last
      ? "で、連続して使える時間が終わります。入力した内容は、もう一度ログインすると戻ります（パスワードを除く）。"
      : "操作がないと、ログアウトします。入力した内容は、もう一度ログインすると戻ります（パスワードを除く）。");
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    const go = document.createElement("button");
    go.type = "button";
    go.className = "button button-primary";
    go.textContent = last ? "閉じる" : "続けて使う";
    go.addEventListener("click", last ? closeDialog : prolong);
    buttons.append(go);
    dialog.append(title, text, buttons);
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); if (last) closeDialog(); else prolong(); });
    body.append(dialog);
    dialog.showModal();
    go.focus();
  };

  const tick = () => {
    clearTimeout(timer);
    const left = ends - Date.now();
    if (left <= 0) {
      end("一定時間操作がなかったため、ログアウトしました。画面の内容は消しました。続けるときは、もう一度ログインしてください。");
      return;
    }
    const warning = Math.min(WARNING_MS, idle / 2);
    if (left <= warning) {
      warn();
      const place = dialog && dialog.querySelector("[data-left]");
      if (place && place.textContent !== leftWords()) place.textContent = leftWords();
    }
    timer = setTimeout(tick, left <= warning ? 1000 : Math.min(left - warning, 30000));
  };

  const seen = () => {
    ends = Math.min(Date.now() + idle, atTheLatest);
    tick();
  };

  if (channel) {
    channel.postMessage({ user });
    channel.addEventListener("message", ({ data }) => {
      if (data.over) end("ほかの画面（タブ）でログアウトしたため、この画面のログインも終了しました。");
      else if (data.user === user) { closeDialog(); seen(); }
      else if (data.user) end("ほかの画面（タブ）で別のアカウントがログインしたため、この画面のログインは終了しました。");
    });
  }
  // A page that comes back from the browser's memory is as old as it was.
  window.addEventListener("pageshow", (event) => { if (event.persisted) tick(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  tick();
})();
