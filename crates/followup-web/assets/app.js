// Comfort alone: without it every page works. Keys, counters, drafts that keep themselves, and the seconds of an undo.
const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// Counters, while the page is looked at.
let tag = null;
async function count() {
  if (document.hidden || !$("[data-counter]")) return;
  try {
    const answer = await fetch("/ui/contadores", { headers: { Accept: "application/json", ...(tag && { "If-None-Match": tag }) }, cache: "no-store" });
    if (answer.status === 401) return clearInterval(timer);
    if (!answer.ok) return;
    tag = answer.headers.get("ETag");
    const counts = await answer.json();
    for (const place of all("[data-counter]")) {
      const waiting = counts[place.dataset.counter] ?? 0;
      place.textContent = waiting > 999 ? "999+" : waiting;
      place.hidden = waiting === 0;
    }
    const first = counts.new_replies;
    document.title = document.title.replace(/^\(\d+\) /, "").replace(/^/, first ? `(${first}) ` : "");
  } catch { /* the network comes back */ }
}
const timer = setInterval(count, 30_000);
document.addEventListener("visibilitychange", count);

// Keys, as in mail programs; switched off in the list of keys (WCAG 2.1.4).
const OFF = "followup.keys";
const stored = { get: () => { try { return localStorage.getItem(OFF); } catch { return null; } }, set: (value) => { try { localStorage.setItem(OFF, value); } catch { /* private window */ } } };
let rowAt = -1;
let prefix = "";
const rows = () => all("[data-row]");
function move(by) {
  const list = rows();
  if (!list.length) return;
  rowAt = Math.max(0, Math.min(list.length - 1, rowAt + by));
  for (const row of list) row.classList.remove("on");
  list[rowAt].classList.add("on");
  const link = $("a[href]", list[rowAt]);
  (link ?? list[rowAt]).focus();
}
const go = { t: "/", c: "/casos", b: "/bandejas", d: "/tablero" };
function press(event) {
  if (stored.get() === "off" || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const key = event.key;
  if (prefix === "g" && go[key]) { location.href = go[key]; prefix = ""; return; }
  prefix = key === "g" ? "g" : "";
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "/") { const field = $("[type=search]"); if (field) { event.preventDefault(); field.focus(); } }
  else if (key === "?") $("#keys")?.showModal();
  else if ("rlpaxe".includes(key)) $(`[data-key="${key}"]`)?.click();
}
document.addEventListener("keydown", press);
const toggle = $("#keys-on");
if (toggle) {
  toggle.checked = stored.get() !== "off";
  toggle.addEventListener("change", () => stored.set(toggle.checked ? "on" : "off"));
}
for (const button of all("[data-opens]")) {
  button.hidden = false;
  button.addEventListener("click", () => $(`#${button.dataset.opens}`)?.showModal());
}

// A draft keeps itself, a second after the last key.
for (const form of all("form[data-autosave]")) {
  const said = $("[data-saved]", form);
  let waiting;
  let running = null;
  const save = async () => {
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
      const told = answer.ok || answer.status === 409 ? await answer.json() : null;
      if (told?.version && form.elements.version) form.elements.version.value = told.version;
      if (said) said.textContent = told?.text ?? "No se pudo guardar el borrador";
    } catch { if (said) said.textContent = "Sin conexión: el borrador no se guardó"; }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { running = (running ?? Promise.resolve()).then(save); const last = running; last.then(() => { if (running === last) running = null; }); }, 1000); });
  // What is being saved goes first: the form's version is the one that it gave.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    running.then(() => form.requestSubmit(event.submitter));
  });
}

// How a letter reads follows what is typed.
for (const form of all("form[data-preview]")) {
  let waiting, last = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    const turn = ++last;
    waiting = setTimeout(async () => {
      const body = new URLSearchParams(new FormData(form));
      body.set("accion", "ver");
      try {
        const page = new DOMParser().parseFromString(await (await fetch(form.action, { method: "POST", body })).text(), "text/html");
        const fresh = $("#vista-previa", page);
        if (fresh && turn === last) $("#vista-previa").replaceChildren(...fresh.childNodes);
      } catch { /* the button is still there */ }
    }, 600);
  });
}

// What can be undone says for how long.
for (const place of all("[data-until]")) {
  const end = Date.parse(place.dataset.until);
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) { place.closest("form")?.remove(); if (!$("form[data-autosave]")) location.reload(); return; }
    place.textContent = `(${left} s)`;
    setTimeout(tick, 250);
  };
  if (end > Date.now()) tick();
}

// A form is sent once; how many parts a text has, the server said per character set.
for (const form of all("form:not([method=dialog])")) form.addEventListener("submit", (event) => { if (form.dataset.sent) event.preventDefault(); form.dataset.sent = "1"; });
addEventListener("pageshow", () => { for (const form of all("form")) delete form.dataset.sent; });
