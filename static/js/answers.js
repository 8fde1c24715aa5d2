/* The page of a clause, of a course or of an assessor: a press on a save button waits for an autosave that is on its way, so
   that the two never meet; what was typed or chosen while the page was still loading is saved like anything else. */
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
  const touched = (field) => field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  document.addEventListener("DOMContentLoaded", () => {
    form.querySelectorAll("[hx-post]").forEach((part) => {
      const boxes = part.matches("textarea") ? [part] : Array.from(part.querySelectorAll("textarea, input"));
      if (boxes.some(touched)) window.htmx.trigger(part, "typed-early");
    });
  });
})();
