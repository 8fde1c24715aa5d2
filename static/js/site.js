/* Small helps on top of pages that work without them. Nothing here is needed for a core path. */
(function () {
  "use strict";
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const clock = (date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

  /* A page that comes back with errors starts at their summary. */
  const summary = one("main > .wrap > [data-focus]");
  if (summary) summary.focus();

  /* On a phone the menu is a strip: the present page is brought into sight. */
  const present = one(".site-nav [aria-current]");
  if (present) present.closest("ul").scrollLeft = present.offsetLeft - 72;

  /* Menus close with Escape or by a press elsewhere. */
  document.addEventListener("click", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      all("details[data-menu][open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
    }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && one("[data-search]")) {
      event.preventDefault();
      one("[data-search]").focus();
    }
  });

  /* A second press of a button within five seconds sends nothing again; the button stays readable and reachable. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const sent = Number(form.dataset.sent || 0);
    if (Date.now() - sent < 5000) { event.preventDefault(); return; }
    form.dataset.sent = String(Date.now());
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    all("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    all("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[aria-disabled='true']");
    if (button) event.preventDefault();
  });

  /* Autosave: a form with data-autosave says what became of the last save. The saving itself is htmx's. */
  const tell = (form, words, bad) => {
    const box = one("[data-saved]", form);
    if (!box) return;
    box.textContent = words;
    box.classList.toggle("is-bad", Boolean(bad));
  };
  const autosaving = (event) => event.target.closest && event.target.closest("[data-autosave]");
  document.addEventListener("htmx:beforeRequest", (event) => { const form = autosaving(event); if (form) tell(form, "Saving…"); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = autosaving(event);
    if (!form) return;
    const xhr = event.detail.xhr;
    const path = event.detail.requestConfig.path;
    const elsewhere = xhr.responseURL && new URL(xhr.responseURL).pathname !== path; /* the page for signing in */
    if (event.detail.successful && !elsewhere) { tell(form, `Saved ${clock(new Date())}`); form.dataset.clean = "1"; }
    else if (elsewhere) tell(form, "Not saved: you are signed out. Press the save button, sign in, and put back what this page kept for you.", true);
    else if (xhr.status === 409) tell(form, "Not saved: another version was saved meanwhile. Press the save button to see both.", true);
    else tell(form, "Not saved. Check your connection and press the save button.", true);
  });

  /* A part of the page that could not be fetched says so, instead of nothing happening. */
  const failed = (event) => {
    if (autosaving(event) || one("#part-failed")) return;
    const notice = document.createElement("div");
    notice.id = "part-failed";
    notice.className = "notice notice-bad";
    notice.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = "That did not reach us. Check your connection and reload the page; what was saved before is safe.";
    notice.append(words);
    one("main > .wrap").prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);

  /* What is typed in a form with data-keep survives a lost session in this tab, and is offered again. */
  /* What belongs to one press only ([data-once]: pages to cite, a new file's title) is not part of it. A form with data-fresh was
     just sent and shows all that was sent: nothing is offered, and what it shows is kept from now on. */
  const fields = (form) => all("textarea, input[type=text], input:not([type]), input[type=radio]", form)
    .filter((field) => field.name && !field.closest("[data-once]"));
  const held = (field) => (field.type === "radio" ? Boolean(field.checked) : field.value);
  const hold = (field, value) => { if (field.type === "radio") field.checked = value; else field.value = value; };
  const slot = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  all("form[data-keep]").forEach((form, index) => {
    const key = `keep:${location.pathname}:${form.id || index}`;
    const kept = JSON.parse(sessionStorage.getItem(key) || "null");
    const keep = () => {
      const values = {};
      fields(form).forEach((field) => { values[slot(field)] = held(field); });
      sessionStorage.setItem(key, JSON.stringify({ at: clock(new Date()), values }));
    };
    const fresh = form.hasAttribute("data-fresh");
    const differs = kept && !fresh && fields(form).some((field) => kept.values[slot(field)] !== undefined && kept.values[slot(field)] !== held(field));
    if (differs) {
      const notice = document.createElement("div");
      notice.className = "notice notice-info";
      notice.setAttribute("role", "status");
      const words = document.createElement("div");
      const text = document.createElement("p");
      text.textContent = `This tab still has what you typed here at ${kept.at}, which differs from what is saved. `;
      const back = document.createElement("button");
      back.type = "button";
      back.className = "btn btn-outline-primary btn-sm";
      back.textContent = "Put it back";
      back.addEventListener("click", () => {
        fields(form).forEach((field) => { if (kept.values[slot(field)] !== undefined) hold(field, kept.values[slot(field)]); });
        all("textarea", form).forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
        notice.remove();
      });
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-link btn-sm";
      drop.textContent = "Forget it";
      drop.addEventListener("click", () => { sessionStorage.removeItem(key); notice.remove(); });
      words.append(text, back, drop);
      notice.append(words);
      form.before(notice);
    } else if (fresh) {
      keep();
    } else {
      sessionStorage.removeItem(key);
    }
    form.addEventListener("input", keep);
  });

  /* Whoever signs out leaves nothing typed behind in this tab for the next person at the same computer. */
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-leaves")) return;
    Object.keys(sessionStorage).filter((key) => key.startsWith("keep:")).forEach((key) => sessionStorage.removeItem(key));
  });

  /* Five minutes before the session ends: say so, and let one press prolong it. */
  const dialog = one("#session-dialog");
  if (dialog) {
    let timer;
    const arm = (seconds) => {
      clearTimeout(timer);
      const end = Date.now() + seconds * 1000;
      timer = setTimeout(() => {
        one("[data-session-end]", dialog).textContent = clock(new Date(end));
        if (!dialog.open) dialog.showModal();
      }, Math.min(Math.max(0, seconds - 300) * 1000, 2147483000));
    };
    arm(Number(document.body.dataset.sessionSeconds));
    one("[data-later]", dialog).addEventListener("click", () => dialog.close());
    one("[data-stay]", dialog).addEventListener("click", () => {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      fetch(document.body.dataset.stayUrl, { method: "POST", headers: { "X-CSRFToken": token } })
        .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
        .then((body) => { dialog.close(); arm(body.seconds); })
        .catch(() => { one("p", dialog).textContent = "That did not work: you may already be signed out. Copy what you typed before you sign in again."; });
    });
  }

  /* Copy buttons appear only where copying works. */
  all("button[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.dataset.copy).then(() => { button.textContent = "Copied"; });
    });
  });

  /* Files may be dropped on an upload field. */
  all("[data-drop]").forEach((zone) => {
    const input = one("input[type=file]", zone);
    ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); }));
    ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("is-over")));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  /* On paper everything is open. */
  window.addEventListener("beforeprint", () => all("main details:not([open])").forEach((part) => { part.dataset.printed = "1"; part.open = true; }));
  window.addEventListener("afterprint", () => all("details[data-printed]").forEach((part) => { delete part.dataset.printed; part.open = false; }));
})();
