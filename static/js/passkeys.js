/* Passkeys: offered where the browser has them, and what went wrong said in words. allauth's scripts do the work. */
(function () {
  "use strict";
  const possible = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|:/.test(window.location.hostname);
  const show = () => {
    const button = document.getElementById("passkey_login");
    if (button) button.hidden = !possible;
    const box = document.querySelector("[data-passkey-words]");
    if (box && !possible && !button) box.textContent = box.dataset.sayNone;
  };
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const box = document.querySelector("[data-passkey-words]");
    const name = event.detail && event.detail.exception ? event.detail.exception.name : "";
    if (!box) return;
    box.textContent = name === "InvalidStateError"
      ? box.dataset.sayHeld
      : box.dataset.sayFailed;
  });
})();
