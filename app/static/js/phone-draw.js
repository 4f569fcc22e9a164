// Draws what is personal into the region that is the same for every phone of a group.
// The result is what templates/phone draws on the server for the same person; nothing here decides, it only shows.

import { drawReady, drawSupport, readyBar, supportBar } from "./phone-support.js";

const CHANGE_LATER = "You can change this until the first question opens.";

function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function show(element, visible) {
  if (element) element.hidden = !visible;
}

/** The dimensions of this session with the names of their steps. */
export function scaleOf(view) {
  return JSON.parse(view.dataset.scale || "[]");
}

/** What makes one screen another: when this changes, the heading is read again. */
export function keyOf(view) {
  return [view.dataset.place, view.dataset.question, view.dataset.status, view.dataset.round].join("/");
}

/** "step 2, Preferred supplier", "Self-service, Communities" or "you can’t judge this". */
export function choiceWords(dimension, choice) {
  if (choice === null) return "you can’t judge this";
  const name = (position) => dimension.steps[dimension.at.indexOf(position)] ?? "";
  if (dimension.kind !== "set") return `step ${choice}, ${name(choice)}`;
  const names = dimension.at.filter((position) => choice.includes(position)).map(name);
  return names.length ? names.join(", ") : "none of these";
}

function isChosen(input, choice) {
  if (input.value === "cant") return choice === null;
  const position = Number(input.value);
  return Array.isArray(choice) ? choice.includes(position) : choice === position;
}

function drawStairs(view, choices) {
  const given = choices[view.dataset.question] ?? {};
  const today = view.dataset.question === "desired" ? (choices.current ?? {}) : {};
  for (const stair of view.querySelectorAll("[data-dimension]")) {
    const key = stair.dataset.dimension;
    for (const input of stair.querySelectorAll("input")) {
      const on = isChosen(input, given[key]);
      input.toggleAttribute("checked", on);
      if (input.checked !== on) input.checked = on;
      const isToday = input.value !== "cant" && today[key] === Number(input.value);
      input.closest(".tread")?.classList.toggle("is-today", isToday);
    }
  }
}

/** What this person said in the round before, beside the question that is asked again. */
function drawEarlier(view, earlier) {
  const past = earlier?.[view.dataset.question];
  const dimensions = scaleOf(view);
  for (const dimension of dimensions) {
    const line = view.querySelector(`[data-earlier="${dimension.key}"]`);
    const choice = past?.choices[dimension.key];
    show(line, choice !== undefined);
    const when = dimensions.length > 1 ? `${dimension.label}: in round ${past?.round}` : `In round ${past?.round}`;
    const said = choice === null ? "you said that you can’t judge this" : choice !== undefined && `you chose ${choiceWords(dimension, choice)}`;
    setText(line, said ? `${when} ${said}.` : "");
  }
}

/** The third question in the words for where this person wants to go. */
function drawPrompt(view, choices) {
  const main = view.querySelector("[data-prompts]");
  const ordered = scaleOf(view).filter((dimension) => dimension.kind === "ordered");
  if (!main || ordered.length !== 1) return;
  const prompts = JSON.parse(main.dataset.prompts);
  const [dimension] = ordered;
  const now = choices.current?.[dimension.key] ?? null;
  const goal = choices.desired?.[dimension.key] ?? null;
  const index = dimension.at.indexOf(goal);
  const lower = index >= 0 && now !== null && goal < now;
  let text = prompts.plain;
  if (lower) text = prompts.lower;
  else if (index >= 0) text = (now === goal ? prompts.stay : prompts.up)[index];
  setText(view.querySelector("#prompt"), text);
  const line = view.querySelector("#goal");
  setText(line, lower ? `You would like step ${goal}, ${dimension.steps[index]}.` : "");
  show(line, lower);
}

function ideaLine(view, idea) {
  const { side, us, them } = view.dataset;
  const other = side === "customer" ? "supplier" : "customer";
  const kind = { us: side, them: other, both: "both" }[idea.who] ?? "both";
  const words = { us: `${us} would change`, them: `${them} would change` }[idea.who] ?? "Both would change";
  const line = document.createElement("li");
  const text = document.createElement("p");
  const small = document.createElement("small");
  const mark = document.createElement("span");
  const says = document.createElement("span");
  text.textContent = idea.text;
  small.className = kind;
  mark.className = `mark ${kind}`;
  mark.setAttribute("aria-hidden", "true");
  says.textContent = idea.pending ? `${words} · not sent yet` : words;
  small.append(mark, says);
  line.append(text, small);
  return line;
}

function drawIdeas(view, ideas) {
  const list = view.querySelector("#my-ideas");
  if (!list) return;
  const left = Number(view.dataset.most) - ideas.length;
  const lines = ideas.map((idea) => ideaLine(view, idea));
  if (lines.map((line) => line.outerHTML).join("") !== list.innerHTML) list.replaceChildren(...lines);
  show(view.querySelector("#mine-part"), ideas.length > 0);
  show(view.querySelector("#write"), left > 0);
  show(view.querySelector("#no-more"), left <= 0);
  setText(view.querySelector("#ideas-left"), left > 0 ? `${left} more` : "None left");
}

function drawClosed(view, choices, lost) {
  if (view.dataset.place !== "closed") return;
  const dimensions = scaleOf(view);
  const given = choices[view.dataset.question] ?? {};
  const count = Object.keys(given).length;
  show(view.querySelector("#missed"), lost);
  show(view.querySelector("#look"), !lost);
  const note = view.querySelector("#chose");
  if (!note) return;
  show(note, count > 0 || !lost);
  const words = view.querySelector("#chose-words");
  const strong = document.createElement("b");
  let parts = ["You did not answer this question."];
  if (count && lost && dimensions.length === 1) {
    strong.textContent = choiceWords(dimensions[0], given[dimensions[0].key] ?? null);
    parts = ["Your earlier answer counts: ", strong, "."];
  } else if (count && dimensions.length === 1) {
    const choice = given[dimensions[0].key] ?? null;
    strong.textContent = choiceWords(dimensions[0], choice);
    parts = choice === null ? ["You said that you can’t judge this."] : ["You chose ", strong, "."];
  } else if (count) {
    strong.textContent = `${count} of ${dimensions.length}`;
    parts = ["You answered ", strong, "."];
  }
  words.replaceChildren(...parts);
}

function drawOpenSide(view, yes) {
  const card = view.querySelector("#open-side");
  if (!card) return;
  const known = yes === true || yes === false;
  card.dataset.open = known ? (yes ? "1" : "0") : "";
  view.querySelector("#open-yes").setAttribute("aria-pressed", String(yes === true));
  view.querySelector("#open-no").setAttribute("aria-pressed", String(yes === false));
  setText(view.querySelector("#open-said"), (known ? `You said ${yes ? "yes" : "no"}. ` : "") + CHANGE_LATER);
}

/** The saved bar's words when nothing is on its way: what the server is known to have. */
function restingBar(view, mine) {
  const { place, question } = view.dataset;
  const most = view.dataset.most;
  if (place === "admit") return ["lobby", "Waiting to be let in.", ""];
  if (place === "lobby") return ["lobby", "Waiting for the first question.", ""];
  if (place === "closed") return ["closed", "Voting is closed.", "", true];
  if (place === "support") return supportBar(view, mine.support);
  if (place !== "open") return ["prompt", "", "", true];
  if (question === "readiness") return readyBar(view, mine.choices.readiness ?? {});
  if (question === "change") {
    const sent = mine.ideas.length;
    if (!sent) return ["prompt", `One idea at a time, up to ${most}.`, ""];
    return ["saved", `${sent} of ${most} ideas sent`, "The facilitator reads them before others see them."];
  }
  const dimensions = scaleOf(view);
  const given = mine.choices[question] ?? {};
  const done = dimensions.filter((dimension) => dimension.key in given).length;
  const [first] = dimensions;
  const set = first?.kind === "set";
  if (!done) {
    if (dimensions.length > 1) return ["prompt", "Tap one step on each stair. It saves at once.", ""];
    if (set) return ["prompt", "Tap all that fit. It saves at once.", ""];
    return ["prompt", "Tap the step that fits best. It saves at once.", ""];
  }
  if (dimensions.length > 1) {
    const words = `Saved: ${done} of ${dimensions.length} answered`;
    return ["saved", words, "You can change them until voting closes."];
  }
  const choice = given[first.key];
  let how = "Tap another step to change it, until voting closes.";
  if (set) how = "Tap again to change it, until voting closes.";
  if (choice === null) how = "You can still choose a step, until voting closes.";
  return ["saved", `Saved: ${choiceWords(first, choice)}`, how];
}

function drawBar(view, mine, news) {
  const bar = view.querySelector("#status");
  if (!bar) return;
  const [state, main, small, calm] = news ?? restingBar(view, mine);
  bar.dataset.state = state;
  bar.classList.toggle("calm", Boolean(calm));
  setText(bar.querySelector(".main"), main);
  setText(bar.querySelector("small"), small);
}

/**
 * Draws one person's part into a view, in the page or in a fragment on its way there.
 * `mine` is what the server has; `tapped` the choices with what is still on its way; `ideas` and `held` likewise;
 * `news` a bar that is more urgent than the resting one: [state, words, more words].
 */
export function draw(view, { mine, tapped, ideas, held, openSide, lost, news }) {
  drawStairs(view, tapped);
  drawEarlier(view, mine.earlier);
  drawPrompt(view, tapped);
  drawIdeas(view, ideas);
  drawSupport(view, held, mine.seed);
  drawReady(view, tapped.readiness ?? {});
  drawClosed(view, mine.choices, lost);
  drawOpenSide(view, openSide);
  drawBar(view, mine, news);
}
