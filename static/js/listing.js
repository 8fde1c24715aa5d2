/* Ticked rows are counted, and all of a page can be ticked at once. Without this the boxes and buttons work just the same. */
(function () {
  "use strict";
  document.querySelectorAll("form[data-ticks]").forEach((form) => {
    const boxes = () => Array.from(form.querySelectorAll("input[name=row]"));
    const words = form.querySelector("[data-ticked]");
    const all = document.createElement("input");
    all.type = "checkbox";
    all.className = "form-check-input";
    all.setAttribute("aria-label", "Tick all on this page");
    form.querySelector("th.tick").append(all);
    const buttons = form.querySelectorAll(".bulk-bar button");
    const count = () => {
      const on = boxes().filter((box) => box.checked).length;
      words.textContent = on ? `${on} ticked.` : "Tick rows to take out just those.";
      all.checked = on > 0 && on === boxes().length;
      all.indeterminate = on > 0 && on < boxes().length;
      buttons.forEach((button) => button.setAttribute("aria-disabled", String(on === 0)));
    };
    all.addEventListener("change", () => { boxes().forEach((box) => { box.checked = all.checked; }); count(); });
    form.addEventListener("change", count);
    count();
  });
})();
