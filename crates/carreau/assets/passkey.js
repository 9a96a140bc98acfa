// Passkeys: asks the server for a question, the device for an answer, and follows.
"use strict";
(() => {
  const button = document.querySelector("[data-passkey]");
  if (!button || !window.PublicKeyCredential) return;
  button.hidden = false;
  document.querySelectorAll("[data-no-passkey]").forEach((one) => { one.hidden = true; });
  const said = document.querySelector("[data-passkey-said]");
  const tell = (text) => { said.textContent = text; said.hidden = !text; };
  const token = document.querySelector("meta[name=form-token]");

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const post = async (address, body) => {
    const headers = { "content-type": "application/json" };
    if (token) headers["x-form-token"] = token.content;
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error((found.reasons || ["Le serveur ne répond pas."]).join(" "));
    return found;
  };

  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const ids = (key) => ({ id: key.id, rawId: text(key.rawId), type: key.type,
    extensions: key.getClientExtensionResults() });

  const enter = async () => {
    const { ticket, challenge } = await post("/enter/passkey/question", {});
    const options = challenge.publicKey;
    options.challenge = bytes(options.challenge);
    options.allowCredentials = known(options.allowCredentials);
    const key = await navigator.credentials.get({ publicKey: options });
    const answer = { ...ids(key), response: {
      authenticatorData: text(key.response.authenticatorData),
      clientDataJSON: text(key.response.clientDataJSON),
      signature: text(key.response.signature),
      userHandle: key.response.userHandle ? text(key.response.userHandle) : null,
    } };
    return post("/enter/passkey", { ticket, answer, to: button.dataset.to || "/" });
  };

  const make = async () => {
    const { ticket, challenge } = await post("/account/passkeys/question", {});
    const options = challenge.publicKey;
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    const key = await navigator.credentials.create({ publicKey: options });
    const answer = { ...ids(key), response: {
      attestationObject: text(key.response.attestationObject),
      clientDataJSON: text(key.response.clientDataJSON),
    } };
    const name = document.getElementById("key-name");
    return post("/account/passkeys", { ticket, answer, name: name ? name.value : "" });
  };

  button.addEventListener("click", async () => {
    tell("");
    button.disabled = true;
    try {
      const done = await (button.dataset.passkey === "make" ? make() : enter());
      location.assign(done.to);
    } catch (error) {
      const left = error.name === "NotAllowedError";
      tell(left ? "Rien n'a été fait : la demande a été annulée ou a expiré." : error.message);
      button.disabled = false;
    }
  });
})();
