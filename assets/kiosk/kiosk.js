// The kiosk of the card reader: draws what the reader's program says is to be shown, and tells it what was
// touched. It decides nothing, keeps nothing, and shows pictures of the camera to nobody but the program.

const $ = (id) => document.getElementById(id);
const { languages, names, texts } = await (await fetch("/kiosk/assets/texts.json")).json();

const look = { language: 0, voice: false, size: "100", contrast: false, scan: false };
let shown = null;
let typed = "";
let stream = null;
let lost = false;
let spoken = "";

const t = (key, values = {}) => {
  let text = (texts[key] ?? texts.problem_refused)[look.language];
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, value);
  return text;
};
const el = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
};
const said = (key) => key in texts;

const post = (path, body) => fetch(path, {
  method: "POST",
  headers: { "content-type": body instanceof Uint8Array ? "application/octet-stream" : "application/json" },
  body: body instanceof Uint8Array ? body : JSON.stringify(body),
});

const touch = async (what, value) => {
  const number = shown.number;
  for (const button of $("screen").querySelectorAll("button")) button.disabled = true;
  try {
    await post("/kiosk/touch", value === undefined ? { number, touch: what } : { number, touch: what, value });
  } catch {
    setLost(true);
  }
  // Where nothing came of it, the same screen is there again.
  setTimeout(() => { if (shown.number === number) draw(); }, 600);
};

const button = (label, what, kind = "big", value = undefined) => {
  const made = el("button", { type: "button", className: kind, textContent: label });
  made.dataset.touch = what + (value === undefined ? "" : `-${value}`);
  made.addEventListener("click", () => touch(what, value));
  return made;
};
const choices = (...buttons) => el("div", { className: "choices" }, ...buttons.filter(Boolean));
const text = (words, className = "text") => el("p", { className, textContent: words });
const end = () => button(t("end"), "end", "quiet");
const back = () => button(t("back"), "back", "quiet");

const notice = (told) => {
  if (!told || !told.code) return null;
  const key = `state_${told.code}`;
  if (said(key)) return text(t(key), "notice");
  if (!told.what) return null;
  const words = text([told.what, told.remedy].filter(Boolean).join(" "), "notice");
  words.lang = "ja";
  return words;
};

// Digits are hidden, but for those that stand on the card itself: they are shown in the groups in which they stand there.
const pad = (longest, finish, groups = null) => {
  const digits = el("p", { className: "digits" });
  const ok = el("button", { type: "button", className: "word", textContent: t("confirm") });
  const show = () => {
    digits.textContent = groups ? grouped(groups) : "●".repeat(typed.length) || "　";
    digits.setAttribute("aria-label", t("digits_typed", { n: typed.length }));
    ok.disabled = finish === "passcode" ? typed.length === 0 : typed.length !== longest;
  };
  digits.setAttribute("role", "status");
  const press = (digit) => { if (typed.length < longest) typed += digit; show(); };
  const key = (digit) => {
    const made = el("button", { type: "button", textContent: digit });
    made.addEventListener("click", () => press(digit));
    return made;
  };
  const clear = el("button", { type: "button", className: "word", textContent: t("clear") });
  clear.addEventListener("click", () => { typed = ""; show(); });
  const send = () => {
    const value = typed;
    typed = "";
    touch(finish, value);
  };
  ok.addEventListener("click", send);
  const keys = el("div", { className: "keys" }, ..."123456789".split("").map(key), clear, key("0"), ok);
  keys.press = (name) => {
    if (/^[0-9]$/.test(name)) press(name);
    else if (name === "Backspace") { typed = typed.slice(0, -1); show(); }
    else return false;
    return true;
  };
  show();
  return [digits, keys];
};

const grouped = (groups) => {
  let from = 0;
  return groups.map((length) => {
    const part = typed.slice(from, from + length).padEnd(length, "＿");
    from += length;
    return part;
  }).join("　");
};

const ask = (code) => (said(`ask_${code}`) ? t(`ask_${code}`) : code);
const list = (codes) => el("ul", { className: "asks" }, ...codes.map((code) => el("li", { textContent: ask(code) })));

const screens = {
  put_card: () => [t("put_card"), el("div", { className: "picture" }), text(t("put_card_text"))],
  put_back: () => [t("put_back"), el("div", { className: "picture" }), text(t("put_back_text"))],
  wait: ({ what }) => [t(`wait_${what}`), text(t("wait_text"))],
  choose: ({ methods, problem }) => [
    t("choose"),
    problem ? text(t(`problem_${problem}`), "notice bad") : null,
    choices(...methods.map((method) => button(t(`method_${method}`), "method", method === "visual" ? "big plain" : "big", method))),
    end(),
  ],
  pin: ({ left, wrong }) => [
    t("pin"),
    wrong ? text(t("pin_wrong"), "notice bad") : null,
    text(t("pin_left", { n: left })),
    ...pad(4, "pin"),
    choices(back(), end()),
  ],
  printed: ({ wrong }) => [
    t("printed"),
    wrong ? text(t("printed_wrong"), "notice bad") : null,
    text(t("printed_text")),
    ...pad(14, "printed", [6, 4, 4]),
    choices(back(), end()),
  ],
  look: ({ hint, left }) => [
    t("look"),
    hint ? text(t(`hint_${hint}`), "notice bad") : null,
    camera(),
    text(t("look_left", { n: left })),
    text(t("look_text")),
    choices(back(), end()),
  ],
  passcode: ({ wrong }) => [
    t("passcode"),
    wrong ? text(t("passcode_wrong"), "notice bad") : null,
    text(t("passcode_text")),
    ...pad(12, "passcode"),
    choices(back(), end()),
  ],
  staff_looks: () => [
    t("staff"),
    text(t("staff_text")),
    choices(button(t("staff_yes"), "is_the_person"), button(t("staff_no"), "is_not_the_person", "big plain")),
    end(),
  ],
  register: () => [
    t("register"),
    text(t("register_text")),
    choices(button(t("register_yes"), "register")),
    end(),
  ],
  consent: ({ asks, notice: told }) => [
    t("consent"),
    notice(told),
    text(t("consent_text")),
    list(asks),
    choices(
      button(t("agree_all"), "agree_to_all"),
      asks.length > 1 ? button(t("apart"), "apart", "big plain") : null,
      button(t("agree_none"), "agree_to_none", "big plain"),
    ),
    end(),
  ],
  consent_one: ({ ask: code, place, of }) => [
    t("one", { ask: ask(code) }),
    text(t("place", { n: place, of })),
    choices(button(t("agree"), "agree"), button(t("disagree"), "disagree", "big plain")),
    choices(back(), end()),
  ],
  prescription: () => [
    t("prescription"),
    text(t("prescription_text")),
    choices(...["1", "2"].map((form) => button(t(`prescription_${form}`), "prescription", "big", form))),
    choices(back(), end()),
  ],
  result: ({ validity, name, notice: told, agreed, card, forgotten }) => [
    t("result"),
    name ? text(t("name", { name })) : null,
    text(t(said(`validity_${validity}`) ? `validity_${validity}` : "validity_other"), validity === "1" || validity === "3" ? "notice fine" : "notice"),
    notice(told),
    agreed.length ? text(t("agreed")) : text(t("agreed_none")),
    agreed.length ? list(agreed) : null,
    card ? text(t("result_take"), "text next") : null,
    forgotten ? el("p", { className: "alarm", textContent: t("forgotten") }) : null,
  ],
  problem: ({ problem, notice: told, again, other_way: other, otherWay, card, forgotten }) => [
    t(`problem_${problem}`),
    notice(told),
    choices(
      again ? button(t("again"), "again") : null,
      other || otherWay ? button(t("back"), "back", "big plain") : null,
    ),
    card ? text(t("take"), "text next") : null,
    forgotten ? el("p", { className: "alarm", textContent: t("forgotten") }) : null,
  ],
};

const WIDE = 320;
const HIGH = 240;
const camera = () => {
  const video = el("video", { muted: true, playsInline: true, autoplay: true });
  video.setAttribute("aria-hidden", "true");
  const number = shown.number;
  (async () => {
    try {
      stream ??= await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
    } catch {
      if (!tray.there) post("/kiosk/no-camera", {});
      return;
    }
    if (shown.screen.kind !== "look") return stopCamera();
    video.srcObject = stream;
    await video.play().catch(() => {});
    const canvas = el("canvas", { width: WIDE, height: HIGH });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (video.isConnected && shown.screen.kind === "look") {
      if (video.videoWidth) {
        context.drawImage(video, 0, 0, WIDE, HIGH);
        const { data } = context.getImageData(0, 0, WIDE, HIGH);
        const grey = new Uint8Array(WIDE * HIGH);
        for (let i = 0; i < grey.length; i += 1) {
          grey[i] = (data[4 * i] * 77 + data[4 * i + 1] * 150 + data[4 * i + 2] * 29) >> 8;
        }
        data.fill(0);
        await post("/kiosk/frame", grey).catch(() => {});
        grey.fill(0);
      }
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    context.clearRect(0, 0, WIDE, HIGH);
  })();
  return video;
};
const stopCamera = () => {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
};

const setLost = (now) => {
  if (lost !== now) {
    lost = now;
    if (shown) draw();
  }
};

const draw = () => {
  const { screen, visual, alarm } = shown;
  if (screen.kind !== "look") stopCamera();
  typed = "";
  const [title, ...rest] = lost ? [t("lost"), text(t("lost_text"))] : screens[screen.kind](screen);
  const heading = el("h1", { tabIndex: -1, textContent: title });
  const main = $("screen");
  main.dataset.kind = lost ? "lost" : screen.kind;
  main.replaceChildren(heading, ...rest.filter(Boolean));
  document.querySelector(".banner")?.remove();
  if (visual) main.prepend(text(t("visual_mode"), "banner"));
  if (!$("tools").contains(document.activeElement) && !$("tray").contains(document.activeElement)) heading.focus();
  speak([title, ...rest.filter(Boolean).flatMap((part) => (part.matches("p.text, p.notice, p.alarm") ? [part.textContent] : []))].join(" "));
  sound(alarm);
  scanning.begin();
};

const speak = (words) => {
  if (!("speechSynthesis" in window)) return;
  if (!look.voice) return speechSynthesis.cancel();
  if (words === spoken) return;
  spoken = words;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.lang = ["ja-JP", "en-US", "zh-CN", "ko-KR", "vi-VN"][look.language];
  speechSynthesis.speak(utterance);
};

let ringing = null;
const sound = (alarm) => {
  if (!alarm) {
    clearInterval(ringing);
    ringing = null;
  } else if (!ringing) {
    const audio = new AudioContext();
    ringing = setInterval(() => {
      const tone = audio.createOscillator();
      tone.frequency.value = 880;
      tone.connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + 0.3);
    }, 700);
  }
};

// With one key: the choices light up in turn, and any key takes the one that is lit. The settings of the display are
// one choice, and those in it light up in turn when it is taken.
const scanning = {
  timer: null,
  place: -1,
  inTools: false,
  choices() {
    if (this.inTools) return [...$("tools").children];
    return [...$("screen").querySelectorAll("button:not(:disabled)"), $("tools")];
  },
  begin() {
    clearInterval(this.timer);
    this.place = -1;
    this.inTools = false;
    this.darken();
    if (look.scan) this.go();
  },
  go() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.next(), 1500);
    this.next();
  },
  darken() {
    for (const one of document.querySelectorAll(".scanned")) one.classList.remove("scanned");
  },
  next() {
    this.darken();
    if (this.inTools && this.place + 1 >= this.choices().length) {
      this.inTools = false;
      this.place = -1;
    }
    const all = this.choices();
    this.place = (this.place + 1) % all.length;
    all[this.place].classList.add("scanned");
  },
  take() {
    const lit = this.choices()[this.place];
    if (!lit) return false;
    if (lit === $("tools")) {
      this.inTools = true;
      this.place = -1;
      this.go();
    } else if (lit.matches("select")) {
      lit.selectedIndex = (lit.selectedIndex + 1) % lit.length;
      lit.dispatchEvent(new Event("change"));
    } else {
      lit.click();
    }
    return true;
  },
};
document.addEventListener("keydown", (event) => {
  if ($("tray").contains(event.target) || event.target.closest?.("select")) return;
  if (look.scan && !$("tools").contains(event.target)) {
    if (event.key !== "Tab" && scanning.take()) event.preventDefault();
    return;
  }
  const keys = $("screen").querySelector(".keys");
  if (keys?.press(event.key)) event.preventDefault();
});

// With one key the focus stays on the screen: there the key takes what is lit.
const keepFocus = (id) => (look.scan ? $("screen").querySelector("h1") : $(id))?.focus();

const tools = () => {
  const choose = el("select", {}, ...names.map((name, place) => {
    const option = el("option", { textContent: name, value: String(place), selected: place === look.language });
    option.lang = languages[place];
    return option;
  }));
  choose.setAttribute("aria-label", t("language"));
  choose.addEventListener("change", () => { look.language = Number(choose.value); redraw(); });
  const toggle = (key, name) => {
    const made = el("button", { type: "button", textContent: t(key), id: `tool-${name}` });
    made.setAttribute("aria-pressed", String(look[name]));
    made.addEventListener("click", () => {
      look[name] = !look[name];
      spoken = "";
      redraw();
      keepFocus(`tool-${name}`);
    });
    return made;
  };
  const size = el("button", { type: "button", id: "tool-size", textContent: `${t("size")} ${look.size}%` });
  size.addEventListener("click", () => {
    look.size = { 100: "150", 150: "200", 200: "100" }[look.size];
    redraw();
    keepFocus("tool-size");
  });
  $("tools").replaceChildren(choose, toggle("voice", "voice"), size, toggle("contrast", "contrast"), toggle("scan", "scan"));
  $("tools").setAttribute("aria-label", t("tools"));
};
const redraw = () => {
  document.documentElement.lang = languages[look.language];
  document.documentElement.dataset.size = look.size;
  document.documentElement.dataset.contrast = look.contrast ? "high" : "";
  $("product").textContent = look.scan ? t("scan_help") : t("product");
  tools();
  if (shown) draw();
};

const pinOf = ({ pin, pinLeft }) => {
  if (pin === null) return "暗証番号なし";
  if (pinLeft === 0) return "暗証番号はロックされています";
  return pinLeft === null ? `暗証番号 ${pin}` : `暗証番号 ${pin}（残り${pinLeft}回）`;
};

// The built-in reader's virtual cards. Where there is none of them, the reader has none and the page shows none.
const tray = {
  there: false,
  async load() {
    const answer = await fetch("/tray/cards").catch(() => null);
    if (!answer?.ok) return;
    const { cards } = await answer.json();
    if (cards.length === 0) return;
    this.there = true;
    const act = (label, path, card) => {
      const made = el("button", { type: "button", textContent: label });
      made.dataset.card = card.name;
      made.dataset.act = path;
      made.setAttribute("aria-label", `${card.holder}（${card.name}）：${label}`);
      made.addEventListener("click", () => this.act(path, card.name));
      return made;
    };
    const rows = cards.map((card, place) => el(
      "li", { className: card.onReader ? "on" : "" },
      card.hasFace ? el("img", { src: `/tray/photos/${place}`, alt: "", width: 60, height: 75 }) : null,
      el(
        "div", {},
        el("strong", { textContent: card.holder }),
        text(card.note, ""),
        text(pinOf(card), "pin"),
        el(
          "div", {},
          card.onReader ? act("取る", "take", card) : act("置く", "put", card),
          card.onReader && card.hasFace ? act("カメラの前に立つ", "stand", card) : null,
        ),
      ),
    ));
    const status = el("p", { id: "tray-status", className: "said" });
    status.setAttribute("role", "status");
    $("tray").replaceChildren(
      el("h2", { textContent: "仮想カードのトレー" }),
      text("本物のカードの代わりです。「置く」を押すと、リーダーに置かれます。人も写真も架空です。", ""),
      status,
      el("ul", {}, ...rows),
    );
    $("tray").hidden = false;
  },
  // Does it, and says where it can't be done. The keyboard stays at the same card.
  async act(path, name) {
    const answer = await post(`/tray/${path}`, { name }).catch(() => null);
    await this.load();
    const next = [...$("tray").querySelectorAll("button")].filter((one) => one.dataset.card === name);
    (next.find((one) => one.dataset.act === path) ?? next[0])?.focus();
    if (answer?.ok) return;
    $("tray-status").textContent = answer ? await answer.text() : t("lost");
  },
};

const follow = async () => {
  for (;;) {
    try {
      const answer = await fetch(`/kiosk/shown?after=${shown?.number ?? 0}-${shown ? Number(shown.visual) : 0}${shown ? Number(shown.alarm) : 0}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const next = await answer.json();
      const changed = JSON.stringify(next) !== JSON.stringify(shown);
      shown = next;
      lost = lost && !changed;
      if (changed) draw();
      setLost(false);
    } catch {
      setLost(true);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
};

redraw();
await tray.load();
follow();
