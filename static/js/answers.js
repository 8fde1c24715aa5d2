/* The page of a clause: a press on a save button waits for an autosave that is on its way, so that the two never meet;
   words typed while the page was still loading are saved like any others. */
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
  /* htmx takes what stands in the box when it starts for what is saved. Its own listener of this event came first. */
  document.addEventListener("DOMContentLoaded", () => {
    form.querySelectorAll("textarea[hx-post]").forEach((box) => {
      if (box.value !== box.defaultValue) window.htmx.trigger(box, "typed-early");
    });
  });
})();
