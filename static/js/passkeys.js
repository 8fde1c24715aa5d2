/* Passkeys: offered where the browser has them, and what went wrong said in words. allauth's scripts do the work. */
(function () {
  "use strict";
  const possible = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|:/.test(window.location.hostname);
  const show = () => {
    const button = document.getElementById("passkey_login");
    if (button) button.hidden = !possible;
    const box = document.querySelector("[data-passkey-words]");
    if (box && !possible) box.textContent = "This browser, or this address, has no passkeys. Use an authenticator app instead.";
  };
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const box = document.querySelector("[data-passkey-words]");
    const name = event.detail && event.detail.exception ? event.detail.exception.name : "";
    if (!box) return;
    box.textContent = name === "InvalidStateError"
      ? "This device holds a passkey for your account already."
      : "Nothing came from the passkey: it was cancelled, took too long, or is not one for this account. Try again, or use another way.";
  });
})();
