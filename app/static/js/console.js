// The console: notices, countdown, dialogs, edits that outlast a push.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const region = () => byId("console");
  const told = () => byId("told").dataset; // what is true now
  const notice = byId("notice");
  let hide = 0;

  function tell(text) {
    clearTimeout(hide);
    notice.textContent = text;
    notice.hidden = false;
    hide = setTimeout(() => { notice.hidden = true; }, 9000);
  }

  // What the server says about a refused command, else a plain word.
  document.addEventListener("notice", (event) => tell(event.detail.text ?? event.detail.value ?? ""));
  document.addEventListener("htmx:response:error", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.hx?.trigger?.includes("notice")) return;
    tell(ctx.response.status === 401 || ctx.response.status === 403 ? "You are no longer signed in. Sign in again to go on." : "That did not work. Nothing was changed. Try again.");
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (event.detail.ctx.response?.status < 400) notice.hidden = true;
  });
  document.addEventListener("htmx:error", () => tell("The server cannot be reached. Nothing was changed. Try again."));

  // A command that came up just now under a finger is not meant. data-fresh on the root says that there is one.
  const UNMEANT = 350;
  const born = new Map();
  let settling = 0;
  function settle(after) {
    clearTimeout(settling);
    document.documentElement.dataset.fresh = "";
    settling = setTimeout(() => delete document.documentElement.dataset.fresh, after);
  }
  let focused = false;
  function commands() {
    return [...region().querySelectorAll("[data-do]:not([disabled])")].map((button) => button.id);
  }
  let known = new Set(commands());
  document.addEventListener("htmx:ws:before:message:incoming", () => {
    focused = region().contains(document.activeElement);
    rememberEdits();
    settle(1000);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-do]");
    if (button && Date.now() - (born.get(button.id) ?? 0) < UNMEANT) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  function refresh() {
    const now = region();
    document.title = `${told().chip}: ${told().title}`;
    for (const box of now.querySelectorAll("[data-sync]")) box.checked = box.hasAttribute("checked");
    const present = commands();
    const fresh = present.filter((id) => !known.has(id));
    for (const id of fresh) born.set(id, Date.now());
    known = new Set(present);
    settle(Math.max(0, ...present.map((id) => (born.get(id) ?? 0) + UNMEANT + 10 - Date.now())));
    if (focused && document.activeElement === document.body) (now.querySelector("#now h1[tabindex]") ?? byId("main")).focus();
    focused = false;
    restoreEdits();
    tick();
    sayLater();
  }
  document.addEventListener("htmx:ws:after:message:incoming", refresh);
  // A refused tick goes back to what is true.
  document.addEventListener("htmx:response:error", (event) => {
    const box = event.target;
    if (box.matches?.("[data-sync]")) box.checked = box.hasAttribute("checked");
  });

  function tick() {
    for (const timer of document.querySelectorAll(".timer[data-closes-at]")) {
      const rest = Math.max(0, Math.ceil((Date.parse(timer.dataset.closesAt) - serverNow()) / 1000));
      const text = Number.isNaN(rest) ? "" : `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
      if (timer.textContent !== text) timer.textContent = text;
    }
  }
  setInterval(tick, 250);

  // Counts are spoken at most every ten seconds, a change of state at once.
  let chip = told().chip;
  let spoken = 0;
  let later = 0;
  let last = "";
  function say() {
    const data = told();
    const words = data.chip === chip ? data.answered : `${data.chip}. ${data.answered}`;
    chip = data.chip;
    if (words !== last) byId("said").textContent = words;
    last = words;
    spoken = Date.now();
    later = 0;
  }
  function sayLater() {
    if (told().chip !== chip) return say();
    if (!later) later = setTimeout(say, Math.max(0, spoken + 10000 - Date.now()));
  }

  // Dialogs: native, so focus stays inside, Esc closes and focus returns.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) byId(opener.dataset.dialog).showModal();
    const closer = event.target.closest?.("[data-close]");
    if (closer) closer.closest("dialog").close();
  });
  byId("do-end").addEventListener("click", () => byId("end-dialog").close());
  let sure = null;
  document.addEventListener("htmx:confirm", (event) => {
    event.preventDefault();
    sure = event.detail;
    byId("sure-words").textContent = event.detail.ctx.confirm;
    byId("sure-dialog").returnValue = "";
    byId("sure-dialog").showModal();
  });
  byId("sure-yes").addEventListener("click", () => byId("sure-dialog").close("yes"));
  byId("sure-dialog").addEventListener("close", (event) => {
    if (event.target.returnValue === "yes") sure?.issueRequest();
    else sure?.dropRequest();
    sure = null;
  });

  // Editing an idea: its card rests while the words are being changed, whatever is pushed.
  function edit(form, on, focus = true) {
    const card = form.closest("article");
    form.hidden = !on;
    card.toggleAttribute("hx-morph-skip", on);
    card.querySelector("[data-edit]").setAttribute("aria-expanded", String(on));
    if (!focus) return;
    if (on) {
      const field = form.querySelector("textarea");
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    } else {
      card.querySelector("[data-edit]").focus();
    }
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-edit]");
    if (opener) edit(byId(opener.dataset.edit), byId(opener.dataset.edit).hidden);
    const closer = event.target.closest?.("[data-edit-close]");
    if (closer) {
      const form = byId(closer.dataset.editClose);
      form.reset();
      edit(form, false);
    }
  });
  // A card that comes anew, as an idea that somebody else shows or hides, goes on being edited where it is then.
  let edits = [];
  function rememberEdits() {
    const fields = [...document.querySelectorAll("form.edit:not([hidden]) textarea")];
    edits = fields.map((field) => ({ id: field.form.id, words: field.value, before: field.form.elements.before.value, focused: field === document.activeElement, at: field.selectionEnd }));
  }
  function restoreEdits() {
    for (const { id, words, before, focused: here, at } of edits) {
      const form = byId(id);
      if (!form?.hidden) continue;
      edit(form, true, here);
      const field = form.querySelector("textarea");
      form.elements.before.value = before;
      field.value = words;
      if (here) field.setSelectionRange(at, at);
    }
  }
  const typed = new Map();
  document.addEventListener("htmx:before:request", (event) => {
    const form = event.target;
    if (!form.matches?.("form.edit")) return;
    typed.set(form.id, form.querySelector("textarea").value);
    edit(form, false);
  });
  // Somebody else was quicker: their words come into the card, one's own stay in the field.
  async function newest(card) {
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(card.id);
    if (!fresh) return;
    card.replaceWith(fresh);
    window.htmx.process(fresh);
  }
  document.addEventListener("htmx:finally:request", async (event) => {
    const id = event.detail.ctx.sourceElement.id;
    if (!typed.has(id)) return;
    const words = typed.get(id);
    typed.delete(id);
    const status = event.detail.ctx.response?.status ?? 0;
    if (status > 0 && status < 400) return;
    if (status === 409) await newest(byId(id).closest("article")).catch(() => {});
    const form = byId(id);
    if (!form) return;
    form.querySelector("textarea").value = words;
    edit(form, true);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.edit");
    if (form && event.key === "Escape") form.querySelector("[data-edit-close]").click();
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  tick();
})();
