// Makes the pages more comfortable. Every page works without it: what is hidden here is shown
// without scripts, and what needs a script appears only by one.
"use strict";

const all = (selector) => Array.from(document.querySelectorAll(selector));
const byId = (id) => (id ? document.getElementById(id) : null);

// The summary of errors is where a person has to go on reading.
for (const summary of all("[data-focus]")) {
  summary.focus();
}

// The answer to a check is seen from its beginning, however small the window is.
for (const title of all(".answer [data-focus]")) {
  const answer = title.closest(".answer");
  // Whoever goes back to it sees the verdict, and not where the page was left.
  history.scrollRestoration = "manual";
  if (answer.getBoundingClientRect().bottom > innerHeight) answer.scrollIntoView();
}

// An answer that stays open, or is gone back to, becomes one of yesterday.
for (const place of all("[data-day-left]")) {
  const end = Date.now() + Number(place.dataset.dayLeft) * 1000;
  const timer = setInterval(() => {
    if (Date.now() < end) return;
    clearInterval(timer);
    place.hidden = false;
    const answer = place.closest(".answer");
    answer.querySelector("[data-focus]").textContent = place.dataset.title;
    answer.classList.replace("answer-good", "answer-look");
    answer.querySelector(".answer-sign").textContent = "△";
  }, 1000);
}
window.addEventListener("pageshow", (event) => {
  // What a browser has kept of a page knows nothing of the day on which it is looked at again.
  if (event.persisted && document.querySelector(".answer")) location.reload();
});

// Whoever has read an answer types the next card at once: its first character goes where it belongs.
for (const place of all("[data-type-on]")) {
  place.addEventListener("keydown", (event) => {
    const next = byId(place.dataset.typeOn);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (next && plain && /^[0-9０-９]$/.test(event.key)) {
      next.focus();
      next.select();
    }
  });
}

// A password may be looked at, so that a hard one can be typed from paper.
for (const button of all("[data-show-password]")) {
  const input = byId(button.dataset.showPassword);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.firstChild.textContent = shown ? "隠す" : "表示";
    input.focus();
  });
}

// Full-width letters and Caps Lock look right and are refused, so they are told at once.
for (const input of all("[data-half-width]")) {
  const hint = document.querySelector(`[data-hint-for="${input.id}"]`);
  if (!hint) continue;
  let capsLock = false;
  const tell = () => {
    let text = "";
    if (/[^\x20-\x7e]/.test(input.value)) {
      text = "全角の文字が入っています。「半角/全角」キーで半角に切り替えてください。";
    } else if (input.value !== input.value.trim()) {
      text = "先頭か末尾に空白が入っています。";
    } else if (capsLock) {
      text = "Caps Lock（大文字の固定）が入っています。";
    }
    if (hint.textContent !== text) hint.textContent = text;
  };
  const watch = (event) => {
    if (event.getModifierState) capsLock = event.getModifierState("CapsLock");
    tell();
  };
  input.addEventListener("keyup", watch);
  input.addEventListener("input", tell);
  input.addEventListener("blur", () => { capsLock = false; tell(); });
}

// A one-time code from paper: a slip is told before it is sent, by the check character at its end.
const CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const codeProblem = (typed) => {
  const text = Array.from(typed.normalize("NFKC").toUpperCase()).filter((c) => !/[\s\-_.ー‐-―−]/.test(c));
  const strange = text.find((c) => !CODE_LETTERS.includes(c));
  if (strange) return `コードに「${strange}」は使われていません（0・O・1・I・Lは出てきません）。`;
  if (text.length < 16) return text.length === 0 ? "" : `あと${16 - text.length}文字です。`;
  if (text.length > 16) return `コードは16文字です（いまは${text.length}文字）。`;
  const values = text.map((c) => CODE_LETTERS.indexOf(c));
  const sum = values.slice(0, 15).reduce((all, value, at) => all + value * (at + 1), 0);
  if (sum % CODE_LETTERS.length !== values[15]) return "入力まちがいです。控えと1文字ずつ見比べてください。";
  return "コードの形は正しいです。";
};
for (const input of all("[data-one-time-code]")) {
  const hint = document.querySelector(`[data-hint-for="${input.id}"]`);
  if (!hint) continue;
  input.addEventListener("input", () => {
    const text = codeProblem(input.value);
    if (hint.textContent !== text) hint.textContent = text;
  });
}

// The code of an institution: a slip is told by its check digit before it is sent.
const facilityCodeProblem = (typed) => {
  const text = typed.normalize("NFKC").trim();
  if (text === "") return "";
  if (!/^[0-9]*$/.test(text)) return "数字だけを入力します。";
  if (text.length < 10) return `あと${10 - text.length}桁です。`;
  if (text.length > 10) return `医療機関コードは10桁です（いまは${text.length}桁）。`;
  let sum = 0;
  for (let place = 0; place < 9; place += 1) {
    const digit = Number(text[8 - place]) * (place % 2 === 0 ? 2 : 1);
    sum += Math.floor(digit / 10) + (digit % 10);
  }
  if ((10 - (sum % 10)) % 10 !== Number(text[9])) return "検証番号（10桁目）が合いません。1桁ずつ見比べてください。";
  return "コードの形は正しいです。";
};
for (const input of all("[data-facility-code]")) {
  const hint = document.querySelector(`[data-hint-for="${input.id}"]`);
  if (!hint) continue;
  input.addEventListener("input", () => {
    const text = facilityCodeProblem(input.value);
    if (hint.textContent !== text) hint.textContent = text;
  });
}

// The rules of a password, ticked off while it is typed.
for (const box of all("[data-rules]")) {
  const password = byId(box.dataset.password);
  const confirmation = byId(box.dataset.confirm);
  const userId = byId("user_id");
  const status = box.querySelector("[data-rules-status]");
  const count = box.querySelector("[data-count]");
  if (!password || !confirmation) continue;
  const words = () => {
    const fixed = (box.dataset.words || "").split(" ");
    const typed = userId ? [userId.value] : [];
    return fixed.concat(typed).map((word) => word.toLowerCase()).filter((word) => word.length > 2);
  };
  const kept = {
    length: (text) => {
      const length = Array.from(text).length;
      return length >= Number(box.dataset.min) && length <= Number(box.dataset.max);
    },
    half: (text) => /^[\x20-\x7e]+$/.test(text),
    letter: (text) => /[A-Za-z]/.test(text),
    upper: (text) => /[A-Z]/.test(text),
    lower: (text) => /[a-z]/.test(text),
    digit: (text) => /[0-9]/.test(text),
    symbol: (text) => /[!-/:-@[-`{-~]/.test(text),
    words: (text) => text !== "" && !words().some((word) => text.toLowerCase().includes(word)),
    confirm: (text) => text !== "" && text === confirmation.value,
  };
  let speaking = 0;
  const check = () => {
    const text = password.value;
    const items = Array.from(box.querySelectorAll("[data-rule]"));
    let missing = 0;
    for (const item of items) {
      const good = kept[item.dataset.rule](text);
      if (!good) missing += 1;
      item.dataset.state = text === "" ? "" : good ? "good" : "missing";
    }
    count.textContent = text === "" ? "" : `いま${Array.from(text).length}文字`;
    // Speaking at every key would drown the person, so it waits for a pause.
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      if (text === "") status.textContent = "";
      else if (missing === 0) status.textContent = "パスワードの決まりをすべて満たしています。";
      else status.textContent = `パスワードの決まりのうち、あと${missing}つ満たしていません。`;
    }, 900);
  };
  for (const input of [password, confirmation, userId]) {
    if (input) input.addEventListener("input", check);
  }
  check();
}

// Fields that only some choices need.
const conditional = all("[data-shown-when]");
const showNeeded = () => {
  for (const part of conditional) {
    const name = part.dataset.shownWhen;
    const choices = all(`[name="${name}"]`);
    if (choices.length === 0) continue;
    const chosen = choices.find((choice) => choice.checked || choice.type === "hidden");
    const values = part.dataset.shownValues.split(" ");
    part.hidden = !(chosen && values.includes(chosen.value));
  }
};
if (conditional.length > 0) {
  document.addEventListener("change", showNeeded);
  showNeeded();
}

// Time that is left, counted by the clock so that a sleeping terminal does not fall behind.
for (const place of all("[data-countdown]")) {
  const end = Date.now() + Number(place.dataset.countdown) * 1000;
  place.hidden = false;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor(left / 60);
    const seconds = String(left % 60).padStart(minutes > 0 ? 2 : 1, "0");
    if (left === 0) {
      place.textContent = place.dataset.done;
      clearInterval(timer);
    } else if (hours > 0) {
      place.textContent = `あと${hours}時間${minutes % 60}分`;
    } else {
      place.textContent = `あと${minutes > 0 ? `${minutes}分` : ""}${seconds}秒`;
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  let status = document.querySelector("[data-copy-status]");
  if (!status) {
    status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    status.dataset.copyStatus = "";
    document.body.append(status);
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(byId(button.dataset.copy).textContent.trim());
      status.textContent = "コピーしました。";
    } catch {
      status.textContent = "コピーできませんでした。文字を選んでコピーしてください。";
    }
  });
}

// A list is found again as it was left: with what was looked for, and in its order.
for (const form of all("form[data-list]")) {
  sessionStorage.setItem(`onshi-list ${location.pathname}`, location.search);
}
for (const link of all("[data-back-to-list]")) {
  const kept = sessionStorage.getItem(`onshi-list ${link.pathname}`);
  if (kept && kept.startsWith("?")) link.search = kept;
}

// A file that is too large would be cut off on its way, and nobody would say why.
for (const input of all("input[type=file][data-bytes-max]")) {
  const most = Number(input.dataset.bytesMax);
  input.addEventListener("change", () => {
    const large = input.files.length > 0 && input.files[0].size > most;
    const words = `ファイルが大きすぎます（${Math.floor(most / 1024)}KBまで）。使うシートと列だけを新しいブックに写すか、表を分けてください。`;
    input.setCustomValidity(large ? words : "");
    input.reportValidity();
  });
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Work in the background moves on by itself. A page that is left open must not keep its session
// alive for ever, so it stops asking after a while; the button still does.
for (const part of all("[data-reload]")) {
  let left = 200;
  const look = async () => {
    left -= 1;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) {
        location.reload();
        return;
      }
      const words = (place) => place.querySelector("[role=status] span").textContent;
      if (words(fresh) !== words(part)) {
        part.querySelector("[role=status] span").textContent = words(fresh);
        part.querySelector("progress").value = fresh.querySelector("progress").value;
      }
    } catch {
      // The centre may be away for a moment; the next look will tell.
    }
    if (left > 0) setTimeout(look, Number(part.dataset.reload) * 1000);
  };
  setTimeout(look, Number(part.dataset.reload) * 1000);
}

// A second press while the first is under way must not do the deed twice.
for (const form of all("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
}
window.addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// One box chooses all of a list, or none.
for (const box of all("[data-choose-all]")) {
  const boxes = all(`input[type=checkbox][name="${box.dataset.chooseAll}"]`);
  box.hidden = false;
  box.addEventListener("change", () => {
    for (const one of boxes) one.checked = box.checked;
  });
}
