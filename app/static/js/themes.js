// Sorting ideas into themes: selecting, keys, dragging; what was done is said; words being typed outlast pushes.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = byId("sort");
  const me = document.body.dataset.me;
  document.documentElement.dataset.script = "";

  // --- notices
  let hide = 0;
  function tell(text) {
    clearTimeout(hide);
    byId("notice").textContent = text;
    byId("notice").hidden = false;
    hide = setTimeout(() => { byId("notice").hidden = true; }, 9000);
  }
  document.addEventListener("notice", (event) => tell(event.detail.text ?? event.detail.value ?? ""));
  document.addEventListener("htmx:response:error", (event) => {
    const { hx, response, text } = event.detail.ctx;
    if (hx?.trigger?.includes("notice") || text?.includes("data-conflict")) return;
    tell([401, 403].includes(response.status) ? "You are no longer signed in. Sign in again to go on." : "That did not work. Nothing was changed. Try again.");
  });
  document.addEventListener("htmx:error", () => tell("The server cannot be reached. Nothing was changed. Try again."));

  // What is typed stays as it is when its region is swapped.
  document.addEventListener("input", (event) => event.target.closest?.(".theme-edit")?.setAttribute("hx-morph-skip", ""));

  // --- the lists: one stop for Tab in each, arrows move inside
  const lines = (list) => all("input[name=idea]", list);
  function oneStop() {
    for (const list of all(".lines")) {
      const boxes = lines(list);
      const current = boxes.find((box) => box.tabIndex === 0 && box.hasAttribute("tabindex")) ?? boxes[0];
      for (const box of boxes) box.tabIndex = box === current ? 0 : -1;
    }
  }
  function goTo(box) {
    if (!box) return;
    for (const other of lines(box.closest(".lines"))) other.tabIndex = other === box ? 0 : -1;
    box.focus();
  }
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("input[name=idea]") && event.target.tabIndex !== 0) goTo(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("input[name=idea]");
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    if (!box || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const boxes = lines(box.closest(".lines"));
    goTo(boxes[Math.min(boxes.length - 1, Math.max(0, boxes.indexOf(box) + steps[event.key]))]);
  });

  // --- selection, in numbers
  const selected = () => all("input[name=idea]:checked");
  const ideas = (count) => (count === 1 ? "1 idea" : `${count} ideas`);
  function count(say) {
    const number = selected().length;
    document.body.toggleAttribute("data-selected", number > 0);
    if (say) byId("selected").textContent = number ? `${ideas(number)} selected` : "Nothing selected";
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[name=idea]")) count(true);
    if (event.target.dataset.save) byId(event.target.dataset.save).click();
  });

  // --- each push
  let place = null; // where the focus was: a list and a number in it
  function remember() {
    const box = document.activeElement?.closest?.("input[name=idea]");
    place = box ? { list: box.closest(".lines").id, at: lines(box.closest(".lines")).indexOf(box) } : null;
  }
  function refresh() {
    oneStop();
    count(false);
    for (const one of all("[data-by]")) one.classList.toggle("mine", one.dataset.by === me);
    for (const one of all(".alike")) prune(one);
    if (place && document.activeElement === document.body) {
      const boxes = lines(byId(place.list) ?? document.createElement("ul"));
      if (boxes.length) goTo(boxes[Math.min(place.at, boxes.length - 1)]);
      else document.querySelector("#board h1").focus();
    }
  }
  document.addEventListener("htmx:ws:before:message:incoming", remember);
  document.addEventListener("htmx:ws:after:message:incoming", refresh);

  // --- steps: whoever selects nothing means the idea with the focus
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[name=theme], #do-move");
    const box = document.activeElement?.closest?.("input[name=idea]") ?? null;
    if (button && box && !selected().length) box.checked = true;
  }, true);
  let last = "";
  document.addEventListener("htmx:after:swap", (event) => {
    const { response, request, sourceElement } = event.detail.ctx;
    if (sourceElement !== form) return;
    const toast = byId("toast");
    last = toast?.dataset.theme ?? last;
    if (toast?.hasAttribute("data-conflict")) return byId("do-keep-theirs").focus();
    if (response.status >= 400) return; // what was selected and typed stays
    byId("notice").hidden = true;
    const by = request.submitter;
    if (by?.id === "do-new") byId("new-name").value = "";
    if (by?.name !== "theme" && !["do-new", "do-move"].includes(by?.id)) return;
    for (const box of selected()) box.checked = false;
    count(false);
  });
  document.addEventListener("htmx:before:request", remember);
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-enter]");
    if (field && event.key === "Enter") {
      event.preventDefault();
      byId(field.dataset.enter).click();
    }
  });

  // --- keys that lead to a field; the others press buttons: see keys.js
  function typing(element) {
    return element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    if (document.querySelector("dialog[open]") || !byId("use-keys").checked) return;
    const key = event.key.toLowerCase();
    const card = event.target.closest?.(".theme-box[data-theme]") ?? byId(`theme-${last}`) ?? document.querySelector(".theme-box[data-theme]");
    if (key === "t") nameTheme();
    else if (key === "g" && card) {
      card.querySelector("details").open = true;
      card.querySelector("select[data-save]").focus();
    } else if (key === "?") byId("keys-dialog").showModal();
    else return;
    event.preventDefault();
  });
  function nameTheme() {
    byId("new-name").focus();
    byId("new-name").scrollIntoView({ block: "nearest" });
  }

  // --- dragging
  let dragged = [];
  document.addEventListener("dragstart", (event) => {
    const box = event.target.closest?.("li[draggable]")?.querySelector("input[name=idea]");
    if (!box) return;
    if (!box.checked) {
      for (const other of selected()) other.checked = false;
      box.checked = true;
    }
    dragged = selected();
    count(true);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", ideas(dragged.length));
  });
  const target = (event) => event.target.closest?.(".theme-box, #to-sort");
  document.addEventListener("dragover", (event) => {
    const box = dragged.length && target(event);
    if (!box) return;
    event.preventDefault();
    for (const one of all(".target")) if (one !== box) one.classList.remove("target");
    box.classList.add("target");
    box.dataset.drop = `Drop ${ideas(dragged.length)} here`;
  });
  document.addEventListener("drop", (event) => {
    const box = dragged.length && target(event);
    if (!box) return;
    event.preventDefault();
    if (box.id === "new-theme") return nameTheme();
    if (box.id !== "to-sort") return box.querySelector("button[name=theme]").click();
    byId("to").value = "";
    byId("do-move").click();
  });
  document.addEventListener("dragend", () => {
    dragged = [];
    for (const one of all(".target")) one.classList.remove("target");
  });

  // --- ideas that look alike
  function prune(box) {
    const left = box.dataset.ideas.split(" ").filter((id) => byId(`to-sort-list`).querySelector(`[id="pick-${id}"]`));
    if (left.length < 2) box.remove();
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".alike");
    if (event.target.closest?.("[data-not-alike]")) box.remove();
    if (event.target.closest?.("[data-alike]")) {
      const wanted = box.dataset.ideas.split(" ");
      for (const one of all("input[name=idea]")) one.checked = wanted.includes(one.value);
      count(true);
      nameTheme();
    }
    const closer = event.target.closest?.("[data-close]");
    if (closer) closer.closest("dialog").close();
  });

  refresh();
})();
