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
  const read = () => {
    try { return JSON.parse(localStorage.getItem(place) || "[]"); } catch { return []; } /* a browser that keeps nothing */
  };
  const write = (entries) => { localStorage.setItem(place, JSON.stringify(entries)); show(); };
  const say = (words) => { told.textContent = words; };
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let sending = false;
  let saving = false;

  /* What became of an entry: stored; refused (something must be corrected); signedOut; or unable, to be tried again. */
  const send = (pairs, when) => fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": token(), "X-Scan": when },
    body: new URLSearchParams(pairs.filter((pair) => pair[0] !== "csrfmiddlewaretoken")),
    signal: AbortSignal.timeout(15000),
  }).then((answer) => {
    if (answer.status >= 500 || answer.status === 429) return { unable: true };
    const ours = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return ours ? answer.json().then((said) => ({ refused: !said.stored, ...said })) : { signedOut: true };
  });

  const value = (pairs, name) => (pairs.find((pair) => pair[0] === name) || ["", ""])[1];
  const same = (one, pairs) => value(one.pairs, "client_key") === value(pairs, "client_key");
  const without = (pairs) => read().filter((one) => !same(one, pairs));
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
          open.addEventListener("click", () => fill(entry.pairs));
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

  /* The entry stays on the device until the form that it was put into has been stored: its key goes along. */
  function fill(pairs) {
    form.reset();
    Array.from(form.elements).forEach((field) => {
      if (!field.name || field.name === "csrfmiddlewaretoken") return;
      const given = pairs.filter((pair) => pair[0] === field.name).map((pair) => pair[1]);
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (field.tagName !== "BUTTON" && given.length) field.value = given[0];
    });
    form.dispatchEvent(new Event("narrow"));
    form.scrollIntoView();
  }

  async function sendAll() {
    if (sending) return;
    sending = true;
    let sent = 0;
    let words = "";
    for (const entry of read().filter((one) => !one.refused)) {
      try {
        const answer = await send(entry.pairs, "later");
        if (answer.stored) { write(without(entry.pairs)); sent += 1; }
        else if (answer.refused) write(read().map((one) => (same(one, entry.pairs) ? { ...one, refused: true } : one)));
        else { words = answer.unable ? "The server cannot take them just now. Send them in a minute." : "Sign in again: what waits here is then sent."; break; }
      } catch {
        words = "There is no network yet.";
        break;
      }
    }
    sending = false;
    const done = sent ? `${sent === 1 ? "1 scan that waited here is" : `${sent} scans that waited here are`} in your portfolio now. ` : "";
    if (done || words) say(done + words);
  }

  box.querySelector("[data-send]").addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);
  window.addEventListener("storage", show);

  /* Keeps what the form says on this device. False where the device keeps nothing: then it stays in the form. */
  function wait(pairs, why) {
    const words = Array.from(form.querySelectorAll("[name=regions]:checked"), (input) => input.closest(".form-check").querySelector("label").textContent).join(", ");
    const kept = pairs.filter((pair) => pair[0] !== "csrfmiddlewaretoken" && pair[0] !== "again");
    try {
      write([...without(kept), { pairs: kept, words }]);
    } catch {
      say(`${why} This device keeps nothing: leave the page open and save again.`);
      return false;
    }
    sessionStorage.removeItem(`keep:${location.pathname}:scan-form`);
    form.reset();
    form.elements.client_key.value = crypto.randomUUID ? crypto.randomUUID() : value(kept, "client_key").replace(/^.{8}/, () => Date.now().toString(16).slice(-8));
    form.dispatchEvent(new Event("narrow"));
    say(`${why} The scan waits on this device and is sent when the network is back.`);
    box.scrollIntoView({ block: "start" });
    return true;
  }

  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (saving) return;
      saving = true;
      const pairs = Array.from(new FormData(form));
      if (event.submitter && event.submitter.name) pairs.push([event.submitter.name, event.submitter.value]);
      send(pairs, "now").then((answer) => {
        saving = false;
        if (answer.stored) {
          if (read().length) write(without(pairs));
          sessionStorage.removeItem(`keep:${location.pathname}:scan-form`);
          location.assign(answer.onwards);
        } else if (answer.refused) {
          form.submit(); /* the page comes back with what must be corrected */
        } else if (answer.unable) {
          wait(pairs, "The server cannot take it just now.");
        } else if (wait(pairs, "You are signed out.")) {
          location.assign(address); /* to the sign-in, and back: what waits is sent then */
        }
      }).catch(() => {
        saving = false;
        wait(pairs, "No network.");
      });
    });
  }
  show();
  if (read().length) sendAll();
})();
