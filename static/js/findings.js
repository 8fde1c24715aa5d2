/* Findings of regions that are not ticked are put away, but for those that are ticked themselves. Without this file all are
   offered. The form says once more "narrow" when a script has filled it. */
(function () {
  "use strict";
  const form = document.getElementById("scan-form");
  if (!form || !form.dataset.findings) return;
  const offers = new Map(form.dataset.findings.split(";").map((part) => {
    const [region, codes] = part.split(":");
    return [region, codes.split(",")];
  }));
  function narrow() {
    const ticked = Array.from(form.querySelectorAll("[name=regions]:checked"), (input) => input.value);
    const codes = new Set(ticked.flatMap((region) => offers.get(region) || []));
    form.querySelectorAll("[name=pathologies]").forEach((input) => {
      input.closest(".form-check").hidden = !input.checked && !["normal", "other"].includes(input.value) && !codes.has(input.value);
    });
  }
  form.addEventListener("change", (event) => { if (event.target.name === "regions") narrow(); });
  form.addEventListener("narrow", narrow);
  narrow();
})();
