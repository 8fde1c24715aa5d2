/* The scan log without a network: an entry that cannot be sent waits on this device, in sight, until the server has it.
   Each carries its own key, so that it is stored once however often it is sent. Without this file the form works as it is. */
(function () {
  "use strict";
  const box = document.getElementById("device-queue");
  if (!box) return;
  const told = document.getElementById("device-told");
  const form = document.getElementById("scan-form");
  const address = box.dataset.address;
  const place = `scans:${address}`;
  const read = () => JSON.parse(localStorage.getItem(place) || "[]");
  const write = (entries) => { localStorage.setItem(place, JSON.stringify(entries)); show(); };
  const say = (words) => { told.textContent = words; };
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let busy = false;

  const send = (pairs, when) => fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": token(), "X-Scan": when },
    body: new URLSearchParams(pairs.filter((pair) => pair[0] !== "csrfmiddlewaretoken")),
    signal: AbortSignal.timeout(15000),
  }).then((answer) => {
    const ours = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return ours ? answer.json() : { stored: false, signedOut: true };
  });

  const value = (pairs, name) => (pairs.find((pair) => pair[0] === name) || ["", ""])[1];
  const label = (entry) => {
    const words = entry.words ? `${entry.words}, ` : "";
    return `${words}${value(entry.pairs, "on_day")}/${value(entry.pairs, "on_month")}/${value(entry.pairs, "on_year")}`;
  };

  function show() {
    const entries = read();
    box.hidden = entries.length === 0;
    const list = box.querySelector("ul");
    list.replaceChildren(...entries.map((entry) => {
      const row = document.createElement("li");
      row.textContent = label(entry);
      if (entry.refused) {
        row.append(": something in it must be corrected. ");
        if (form) {
          const open = document.createElement("button");
          open.type = "button";
          open.className = "btn btn-outline-primary btn-sm";
          open.textContent = "Put it into the form";
          open.addEventListener("click", () => { fill(entry.pairs); drop(entry); });
          row.append(open);
        } else {
          const link = document.createElement("a");
          link.href = address;
          link.textContent = "Open the form";
          row.append(link);
        }
      }
      return row;
    }));
  }

  const drop = (entry) => write(read().filter((other) => value(other.pairs, "client_key") !== value(entry.pairs, "client_key")));

  function fill(pairs) {
    form.reset();
    Array.from(form.elements).forEach((field) => {
      if (!field.name || field.name === "csrfmiddlewaretoken") return;
      const given = pairs.filter((pair) => pair[0] === field.name).map((pair) => pair[1]);
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (field.tagName !== "BUTTON" && given.length) field.value = given[0];
    });
    narrow();
    form.scrollIntoView();
  }

  async function sendAll() {
    if (busy) return;
    busy = true;
    let sent = 0;
    let words = "";
    for (const entry of read().filter((one) => !one.refused)) {
      try {
        const answer = await send(entry.pairs, "later");
        if (answer.stored) { drop(entry); sent += 1; }
        else if (answer.signedOut) { words = "Sign in again: what waits here is then sent."; break; }
        else write(read().map((one) => (value(one.pairs, "client_key") === value(entry.pairs, "client_key") ? { ...one, refused: true } : one)));
      } catch {
        words = "There is no network yet.";
        break;
      }
    }
    busy = false;
    const done = sent ? `${sent === 1 ? "1 scan that waited here is" : `${sent} scans that waited here are`} in your portfolio now. ` : "";
    if (done || words) say(done + words);
  }

  box.querySelector("[data-send]").addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);
  window.addEventListener("storage", show);

  /* Findings of regions that are not ticked are put away, but for those that are ticked themselves. */
  const offers = new Map(form ? form.dataset.findings.split(";").map((part) => {
    const [region, codes] = part.split(":");
    return [region, codes.split(",")];
  }) : []);
  function narrow() {
    const ticked = Array.from(form.querySelectorAll("[name=regions]:checked"), (input) => input.value);
    const codes = new Set(ticked.flatMap((region) => offers.get(region) || []));
    form.querySelectorAll("[name=pathologies]").forEach((input) => {
      input.closest(".form-check").hidden = !input.checked && !["normal", "other"].includes(input.value) && !codes.has(input.value);
    });
  }

  if (form) {
    form.addEventListener("change", (event) => { if (event.target.name === "regions") narrow(); });
    narrow();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      const pairs = Array.from(new FormData(form));
      if (event.submitter && event.submitter.name) pairs.push([event.submitter.name, event.submitter.value]);
      send(pairs, "now").then((answer) => {
        busy = false;
        if (answer.stored) {
          sessionStorage.removeItem(`keep:${location.pathname}:scan-form`);
          location.assign(answer.onwards);
        } else {
          form.submit(); /* the page comes back with what must be corrected, or with the sign-in */
        }
      }).catch(() => {
        busy = false;
        const words = Array.from(form.querySelectorAll("[name=regions]:checked"), (input) => input.closest(".form-check").querySelector("label").textContent).join(", ");
        const entry = { pairs: pairs.filter((pair) => pair[0] !== "csrfmiddlewaretoken" && pair[0] !== "again"), words };
        write([...read(), entry]);
        sessionStorage.removeItem(`keep:${location.pathname}:scan-form`);
        form.reset();
        form.elements.client_key.value = crypto.randomUUID ? crypto.randomUUID() : value(entry.pairs, "client_key").replace(/^.{8}/, () => Date.now().toString(16).slice(-8));
        narrow();
        say("No network. The scan waits on this device and is sent when the network is back.");
        box.scrollIntoView({ block: "start" });
      });
    });
  }
  show();
  if (read().length) sendAll();
})();
