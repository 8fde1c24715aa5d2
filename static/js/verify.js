/* Checks a letter without sending it: the browser takes the file's sum and sends only that. Where it cannot (no secure
   origin, an old browser), the form sends the file as it would without script. */
(() => {
  "use strict";
  const form = document.querySelector("[data-sum-form]");
  if (!form || !window.isSecureContext || !window.crypto?.subtle) return;
  const input = form.querySelector("input[type=file]");
  const sum = form.querySelector("input[name=sum]");
  form.querySelector("[data-stays]").hidden = false;

  const sumOf = async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file || sum.value) return;
    event.preventDefault();
    try {
      sum.value = await sumOf(file);
      input.disabled = true;
    } catch {
      sum.value = "";
    }
    form.requestSubmit(event.submitter);
    input.disabled = false;
    sum.value = "";
  });

  const stop = (event) => {
    event.preventDefault();
    form.classList.toggle("drop-here", event.type === "dragover");
  };
  form.addEventListener("dragover", stop);
  form.addEventListener("dragleave", stop);
  form.addEventListener("drop", (event) => {
    stop(event);
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit(form.querySelector("[name=by_file]"));
    }
  });
})();
