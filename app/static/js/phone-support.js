// The list to support, in this phone's own order, and readiness theme by theme. It only shows; phone.js decides.

/** Where an id stands in the order of a seed. app/core/shuffle.py puts the same ids in the same order. */
function place(seed, id) {
  let found = 2166136261;
  for (const byte of new TextEncoder().encode(`${seed}:${id}`)) found = Math.imul(found ^ byte, 16777619);
  found = Math.imul(found ^ (found >>> 16), 0x85ebca6b);
  found = Math.imul(found ^ (found >>> 13), 0xc2b2ae35);
  return (found ^ (found >>> 16)) >>> 0;
}

/** The ids that count for a line of the list: its own, and those of the ideas in its theme. */
function idsOf(line) {
  return [line.dataset.item, ...line.dataset.ideas.split(" ").filter(Boolean)];
}

const linesOf = (view) => [...view.querySelectorAll("#items > li")];

/** `held` after support for a line's item was given or taken back. */
export function heldAfter(view, held, id, on) {
  const line = linesOf(view).find((one) => one.dataset.item === id);
  const ids = line ? idsOf(line) : [id];
  return [...held.filter((one) => !ids.includes(one)), ...(on ? [id] : [])];
}

/** How many items of the list are supported. */
export function supportsUsed(view, held) {
  return linesOf(view).filter((line) => idsOf(line).some((id) => held.includes(id))).length;
}

export function drawSupport(view, held, seed) {
  const lines = linesOf(view);
  if (!lines.length) return;
  const own = [...lines].sort((a, b) => place(seed, a.dataset.item) - place(seed, b.dataset.item));
  if (own.some((line, at) => line !== lines[at])) lines[0].parentElement.append(...own);
  const full = supportsUsed(view, held) >= Number(view.dataset.supports);
  for (const line of lines) {
    const button = line.querySelector("button");
    const on = idsOf(line).some((id) => held.includes(id));
    button.setAttribute("aria-pressed", String(on));
    button.name = on ? "off" : "on";
    button.disabled = full && !on;
  }
}

export function drawReady(view, given) {
  for (const theme of view.querySelectorAll("[data-theme]")) {
    const said = given[theme.dataset.theme];
    for (const input of theme.querySelectorAll("input")) {
      const on = said === null ? input.value === "cant" : input.value === said;
      input.toggleAttribute("checked", on);
      if (input.checked !== on) input.checked = on;
    }
  }
}

/** The saved bar while there is a list to support. */
export function supportBar(view, held) {
  const most = Number(view.dataset.supports);
  const used = supportsUsed(view, held);
  if (!used) return ["prompt", "Support up to three. It saves at once.", ""];
  const more = used >= most ? "To choose another, take one back first." : "Tap again to take one back. Totals come later.";
  return ["saved", `${used} of ${most} supports used`, more];
}

/** The saved bar while readiness is asked. */
export function readyBar(view, given) {
  const themes = [...view.querySelectorAll("[data-theme]")].map((theme) => theme.dataset.theme);
  const done = themes.filter((theme) => theme in given).length;
  if (!done) return ["prompt", "Tap one answer for each change. It saves at once.", ""];
  return ["saved", `${done} of ${themes.length} answered, saved`, "You can change them until voting closes."];
}
