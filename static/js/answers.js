/* The page of a clause: a press on a save button waits for an autosave that is on its way, so that the two never meet. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  let flying = 0;
  let waiting = null;
  form.addEventListener("htmx:beforeRequest", () => { flying += 1; });
  form.addEventListener("htmx:afterRequest", () => {
    flying -= 1;
    if (flying > 0 || !waiting) return;
    const button = waiting.button;
    waiting = null;
    form.requestSubmit(button || undefined);
  });
  form.addEventListener("submit", (event) => {
    if (!flying) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = { button: event.submitter };
  });
})();
