// Passkeys: the browser asks a device to make one, or to sign with one, and the form carries what came of it. Without
// this script, or in a browser that has no passkeys, the form stays hidden or says so.
"use strict";

(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const told = form.querySelector("[data-passkey-told]");
  const start = form.querySelector("[data-passkey-start]");
  const makes = form.dataset.passkey === "create";

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = () => (form.dataset.known || "").split(" ").filter((id) => id !== "")
    .map((id) => ({ type: "public-key", id: bytes(id) }));
  const say = (words) => { told.textContent = words; };

  const words = (error) => {
    if (error.name === "InvalidStateError") return "この端末やセキュリティキーには、すでに登録されています。";
    if (error.name === "SecurityError") return "このアドレスではパスキーを使えません。開始画面から開き直してください。";
    if (error.name === "NotSupportedError") return "この端末では、パスキーを使えません。";
    return "パスキーの確認が終わりませんでした。もう一度押すか、ほかの方法を使ってください。";
  };

  const make = async () => {
    const made = await navigator.credentials.create({ publicKey: {
      challenge: bytes(form.dataset.challenge),
      rp: { name: "オンライン資格確認等システム" },
      user: {
        id: bytes(form.dataset.handle),
        name: form.dataset.userName,
        displayName: form.dataset.displayName,
      },
      pubKeyCredParams: form.dataset.algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
      excludeCredentials: known(),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    } });
    return {
      id: text(made.rawId),
      client_data: text(made.response.clientDataJSON),
      authenticator_data: text(made.response.getAuthenticatorData()),
      public_key: text(made.response.getPublicKey()),
      algorithm: made.response.getPublicKeyAlgorithm(),
    };
  };

  const sign = async () => {
    const signed = await navigator.credentials.get({ publicKey: {
      challenge: bytes(form.dataset.challenge),
      allowCredentials: known(),
      userVerification: "required",
    } });
    return {
      id: text(signed.rawId),
      client_data: text(signed.response.clientDataJSON),
      authenticator_data: text(signed.response.authenticatorData),
      signature: text(signed.response.signature),
    };
  };

  // A page that stood open for long has nothing that is good to sign any more: another one is asked for.
  const refresh = async () => {
    if (!form.dataset.fresh) return;
    const answer = await fetch(form.dataset.fresh, { redirect: "error", cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("form[data-passkey]");
    form.dataset.challenge = next.dataset.challenge;
    form.elements.form_token.value = next.querySelector("[name=form_token]").value;
  };

  let busy = false;
  const run = async () => {
    if (busy) return;
    busy = true;
    say("端末やセキュリティキーの画面に従ってください。");
    try {
      await refresh();
      const found = makes ? await make() : await sign();
      form.elements.namedItem("credential").value = JSON.stringify(found);
      say("確かめています。");
      form.submit();
    } catch (error) {
      say(words(error));
      form.removeAttribute("aria-busy");
      busy = false;
    }
  };

  if (!window.PublicKeyCredential) {
    if (makes) say("このブラウザでは、パスキーを使えません。");
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.reportValidity()) run();
  });
  if (start.autofocus) start.focus();
  if ("passkeyNow" in form.dataset) run();
})();
