// What pages do beside links, forms and htmx. Everything listens on the document, so swapped-in parts work as they come.
// The page says what it wants in data attributes; see frontend/README.md. No inline handlers: the policy forbids them.
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // --- Light and dark ---
  function switchTheme() {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* then it lasts for this page */ }
  }
  // Paper is white: what is printed is drawn in the light theme.
  let onScreen;
  window.addEventListener("beforeprint", () => { onScreen = root.dataset.theme; root.dataset.theme = "light"; });
  window.addEventListener("afterprint", () => { root.dataset.theme = onScreen; });

  // --- Notices ---
  const NOTICE_MS = 7000;
  function leaveLater(line) { setTimeout(() => line.remove(), NOTICE_MS); }
  function notice(text, tone = "info") {
    const line = $("#toast-line").content.firstElementChild.cloneNode(true);
    line.classList.add(`alert-${tone}`);
    $("[data-text]", line).textContent = text;
    $("#toasts").append(line);
    leaveLater(line);
  }

  // --- Dialogs: <c-modal id="x">, opened by data-opens="x" ---
  function open(id) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    dialog.showModal();
    $(".modal-box form :is(input:not([type='hidden']), select, textarea)", dialog)?.focus();
  }
  // The dialog's button says what the pressed one says, and is red unless that one was the page's main one.
  function ask(question, pressed) {
    const dialog = $("#confirm-dialog"), yes = $("[data-yes]", dialog), isMain = pressed.classList.contains("btn-primary");
    $("[data-question]", dialog).textContent = question;
    yes.textContent = pressed.textContent.trim() || pressed.ariaLabel;
    yes.className = `btn ${isMain ? "btn-primary" : "btn-error"}`;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
  }

  // --- The navigation on small screens ---
  function drawer(shown) {
    const box = $("#drawer");
    if (!box) return;
    box.checked = shown ?? !box.checked;
    for (const button of $$("[data-drawer]")) button.setAttribute("aria-expanded", String(box.checked));
    if (box.checked) $("#navigation a, #navigation summary")?.focus({ preventScroll: true });
  }

  // --- Copy ---
  async function copy(button) {
    const label = $("[data-copy-label]", button) || button;
    const former = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Press Ctrl+C";
      const spot = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
      button.after(spot);
      spot.select();
      spot.addEventListener("blur", () => spot.remove());
    }
    setTimeout(() => { label.textContent = former; }, 2000);
  }

  document.addEventListener("click", (event) => {
    let hit;
    if (closest(event, "[data-theme-toggle]")) switchTheme();
    else if (closest(event, "[data-drawer]")) drawer();
    else if ((hit = closest(event, "[data-opens]"))) open(hit.dataset.opens);
    else if ((hit = closest(event, "[data-closes-dialog]"))) hit.closest("dialog")?.close();
    else if ((hit = closest(event, "[data-dismiss]"))) hit.closest("[data-toast], .alert")?.remove();
    else if ((hit = closest(event, "[data-copy]"))) copy(hit);
    else if (event.target instanceof HTMLDialogElement) event.target.close(); // the dim part around the box
    for (const menu of $$("details[data-closes][open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Forms and buttons with data-confirm ask first; so does hx-confirm.
  document.addEventListener("submit", async (event) => {
    const form = event.target, question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(question, event.submitter ?? $("button", form))) { form.dataset.confirmed = "yes"; form.requestSubmit(event.submitter); }
  }, true);
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question, event.detail.elt)) event.detail.issueRequest(true);
  });

  // Fields that change the page at once: <select data-submits>, <input type="checkbox" data-submits>
  document.addEventListener("change", (event) => closest(event, "[data-submits]")?.form?.requestSubmit());

  // Fields that count by another one's choice: <div data-counts-where="id-of-select word word">; a refused one stays seen
  function showWhatCounts() {
    for (const field of $$("[data-counts-where]:not([data-counts-where=''])")) {
      const [id, ...words] = field.dataset.countsWhere.split(" "), choice = document.getElementById(id);
      const counts = choice && words.includes(choice.value) && !choice.closest("[data-counts-where][hidden]");
      field.hidden = !counts && !$("[role=alert]", field);
    }
  }
  document.addEventListener("change", showWhatCounts);

  // One box for all rows: <input type="checkbox" data-checks="rows"> ticks every input named rows
  document.addEventListener("change", (event) => {
    const all = closest(event, "[data-checks]");
    if (all) for (const box of $$(`input[name="${all.dataset.checks}"]`)) box.checked = all.checked;
  });

  // --- htmx: what the server says beside the page ---
  document.addEventListener("notice", (event) => notice(event.detail.text ?? event.detail.value, event.detail.tone));
  document.addEventListener("htmx:responseError", (event) => {
    const request = event.detail.xhr;
    const sentence = new DOMParser().parseFromString(request.responseText || "", "text/html").querySelector("[data-refusal]");
    notice(sentence?.textContent.trim() || `That did not work (${request.status}). Reload the page and try again.`, "error");
  });
  document.addEventListener("htmx:beforeSwap", (event) => { // a refusal says itself where it is shown
    if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("HX-Retarget")) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("htmx:beforeRequest", (event) => { // a list that asks by itself waits while somebody works in it
    const { elt, requestConfig } = event.detail, busy = elt.dataset?.restsWhile;
    if (busy && $(busy, elt) && !["click", "submit"].includes(requestConfig.triggeringEvent?.type)) event.preventDefault();
  });
  document.addEventListener("htmx:sendError", () => notice("The server cannot be reached. What you typed is still here.", "error"));
  document.addEventListener("close-dialog", () => $$("dialog[open]").forEach((dialog) => dialog.close()));
  document.addEventListener("htmx:afterSettle", (event) => {
    tickAll();
    showWhatCounts();
    const wished = event.detail?.elt?.querySelector && $("[data-autofocus]", event.detail.elt);
    const row = document.activeElement?.closest("[data-row]");
    if (wished?.closest("[data-row]") && row && !row.contains(wished)) makeCurrent(row); // whoever went on stays there
    else wished?.focus();
    $$("dialog[data-open-now]").forEach((dialog) => { dialog.removeAttribute("data-open-now"); open(dialog.id); });
  });

  // --- Forms that redraw a part of themselves: <form data-keeps-typing> asks again if somebody typed meanwhile ---
  const asked = new WeakMap(); // form → its latest request, and what was typed when it was sent
  const typedIn = (form) => new URLSearchParams(new FormData(form)).toString();
  const keeper = (event) => event.detail.requestConfig.verb === "post" && event.detail.elt.closest?.("[data-keeps-typing]");
  document.addEventListener("htmx:beforeSend", (event) => {
    const form = keeper(event);
    if (form) asked.set(form, { request: event.detail.xhr, typed: typedIn(form) });
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = keeper(event), latest = form && asked.get(form), { elt, triggeringEvent } = event.detail.requestConfig;
    if (!latest || (latest.request === event.detail.xhr && latest.typed === typedIn(form))) return;
    event.detail.shouldSwap = false;
    if (latest.request === event.detail.xhr && triggeringEvent) setTimeout(() => window.htmx.trigger(elt, triggeringEvent.type));
  });

  // --- Rows that change places: <ol data-sortable><li data-item>, dragged by [data-handle] or moved by [data-moves] ---
  function renumber(list) {
    for (const [place, item] of [...list.children].entries()) for (const box of $$("[data-place], input[name$='-ORDER']", item)) box.value = place + 1;
  }
  document.addEventListener("click", (event) => {
    const button = closest(event, "[data-sortable] [data-moves]"), item = button?.closest("[data-item]");
    if (!item) return;
    event.preventDefault();
    const other = button.dataset.moves === "-1" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.moves === "-1") other.before(item); else other.after(item);
    renumber(item.parentElement);
    button.focus();
  });
  let dragged = null;
  document.addEventListener("pointerdown", (event) => { const handle = closest(event, "[data-handle]"); if (handle) handle.closest("[data-item]").draggable = true; });
  document.addEventListener("dragstart", (event) => { dragged = closest(event, "[data-item][draggable=true]"); });
  document.addEventListener("dragover", (event) => {
    const over = closest(event, "[data-item]");
    if (!dragged || !over || over === dragged || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
  });
  document.addEventListener("dragend", () => { if (dragged) { renumber(dragged.parentElement); dragged.draggable = false; dragged = null; } });

  // --- Live countdown: <c-due> counts working time, so it stands still while nobody is at work ---
  const TONES = ["badge-success", "badge-warning", "badge-error", "badge-neutral"];
  function inWords(ms) {
    const s = Math.floor(Math.abs(ms) / 1000), d = Math.floor(s / 86400), h = Math.floor((s % 86400) / 3600), m = Math.floor((s % 3600) / 60);
    const two = (first, rest) => (rest.startsWith("0 ") ? first : `${first} ${rest}`);
    if (d >= 10) return `${d} d`; // as core/figures.py
    if (d > 0) return two(`${d} d`, `${h} h`);
    if (h > 0) return two(`${h} h`, `${m} min`);
    return m >= 10 ? `${m} min` : `${m} min ${String(s % 60).padStart(2, "0")} s`;
  }
  // The server said what was left when it was asked, whether the clock went on, and when it next turns.
  function standing(el, now) {
    const turns = el.dataset.turns.trim().split(" ").filter(Boolean).map((each) => Number(each) * 1000);
    let left = Number(el.dataset.seconds) * 1000, runs = el.dataset.state === "running", since = Number(el.dataset.asked) * 1000, passed = 0;
    for (const turn of turns) {
      if (turn > now) break;
      if (runs) left -= turn - since;
      [runs, since, passed] = [!runs, turn, passed + 1];
    }
    const isKnown = passed < turns.length; // further ahead nobody said: it stands until the page is asked again
    if (runs && isKnown) left -= Math.max(now - since, 0);
    return { left, runs: runs && isKnown, passed };
  }
  function tick(el, now) {
    if (el.dataset.state === "stopped") return;
    const { left, runs, passed } = standing(el, now);
    const isLate = now > Date.parse(el.dateTime); // perhaps without a working minute since
    const words = left < 0 ? `${inWords(left)} late` : isLate ? "late" : `${inWords(left)} left`;
    const tone = isLate ? "badge-error" : left < Number(el.dataset.warnMinutes || 30) * 60000 ? "badge-warning" : "badge-neutral";
    const label = $("[data-left]", el);
    if (label.textContent !== words) label.textContent = words;
    if (!el.classList.contains(tone)) { el.classList.remove(...TONES); el.classList.add(tone); }
    const pause = $("[data-paused]", el.parentElement);
    if (pause && pause.hidden !== runs) pause.hidden = runs;
    if (passed > Number(el.dataset.passed || 0)) {
      el.dataset.passed = passed;
      $("[data-until]", el.parentElement)?.remove();
      askAnew();
    }
  }
  const REST_MS = 20000; // a reader's clock that runs ahead must not make the page ask again and again
  let askedLast = 0;
  function askAnew() {
    if (Date.now() - askedLast < REST_MS) return;
    askedLast = Date.now();
    document.body.dispatchEvent(new CustomEvent("clock-turned"));
  }
  // A wrong clock on the reader's machine would lie about every deadline, so the page's own date is the start.
  const skew = (() => { const said = Date.parse(document.body.dataset.now || ""); return Number.isNaN(said) ? 0 : said - Date.now(); })();
  function tickAll() { const now = Date.now() + skew; for (const el of $$("[data-due]")) tick(el, now); }
  setInterval(tickAll, 1000);

  // --- Keyboard: / ? j k Enter, and data-key="a" on a button of the current row (or of the page) ---
  function rows() { return $$("[data-row]").filter((row) => row.offsetParent !== null); }
  function makeCurrent(row) {
    $$("[data-row][data-current]").forEach((other) => other.removeAttribute("data-current"));
    row.setAttribute("data-current", "");
  }
  function step(by) {
    const all = rows(), at = all.findIndex((row) => row.hasAttribute("data-current"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (!next) return;
    makeCurrent(next);
    next.scrollIntoView({ block: "nearest" });
    ($("a[data-open], a, button", next) || next).focus({ preventScroll: true });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { drawer(false); $$("details[data-closes][open]").forEach((menu) => { menu.open = false; }); }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (closest(event, "input, textarea, select, [contenteditable]") || $("dialog[open]")) return;
    const current = $("[data-row][data-current]");
    if (event.key === "/") { const box = $("[data-search]"); if (box?.offsetParent) { event.preventDefault(); box.focus(); box.select(); } }
    else if (event.key === "?") open("keys-dialog");
    else if (event.key === "j" || event.key === "k") { event.preventDefault(); step(event.key === "j" ? 1 : -1); }
    else if (event.key === "Enter" && current && !closest(event, "a, button, summary")) $("a[data-open], a", current)?.click();
    else if (/^[a-z]$/.test(event.key)) {
      const key = $(`[data-key="${event.key}"]`, current || document);
      if (key && !key.disabled) { event.preventDefault(); key.click(); }
    }
  });
  document.addEventListener("focusin", (event) => {
    const row = closest(event, "[data-row]");
    if (row) makeCurrent(row);
  });

  // --- Alpine: small states inside one part of a page (its strict build evaluates no strings) ---
  document.addEventListener("alpine:init", () => {
    const { Alpine } = window;
    Alpine.data("disclosure", () => ({ shown: false, toggle() { this.shown = !this.shown; }, get hidden() { return !this.shown; }, get expanded() { return String(this.shown); } }));
    Alpine.data("choice", () => ({ chosen: "", init() { this.chosen = this.$root.dataset.chosen || ""; }, choose() { this.chosen = this.$el.dataset.value ?? this.$el.value; }, get is() { return this.$el.dataset.value === this.chosen; } }));
  });

  // A path or a row of tabs that is wider than the screen opens where one stands
  function showCurrent() {
    for (const here of $$("[aria-current]")) {
      const strip = here.closest(".overflow-x-auto");
      if (strip && strip.scrollWidth > strip.clientWidth) strip.scrollLeft += here.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - here.clientWidth) / 2;
    }
  }

  // <select data-own-zone>: the reader's own time zone, where it is offered and nobody has chosen yet
  function chooseOwnZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const list of $$("select[data-own-zone]")) if (list.value === "UTC" && [...list.options].some((each) => each.value === zone)) list.value = zone;
  }

  document.addEventListener("DOMContentLoaded", () => {
    tickAll();
    showWhatCounts();
    chooseOwnZone();
    showCurrent();
    $$("[data-toast]").forEach(leaveLater);
    $$("dialog[data-open-now]").forEach((dialog) => open(dialog.id));
  });
  if (document.readyState !== "loading") tickAll();
})();
