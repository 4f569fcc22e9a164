// The phone's page: keeps what was tapped until it is saved, and redraws what is personal after every view.
import { draw, keyOf } from "./phone-draw.js";
import { IdeaForm } from "./phone-ideas.js";
import { startLink } from "./phone-link.js";
import { heldAfter } from "./phone-support.js";
import { Outbox, makeId } from "./outbox.js";

const WORDS = {
  4401: ["Your place in this session has ended", "Join again with the code on the big screen."],
  4403: ["You are no longer in this session", "If that is a mistake, tell the facilitator and join again with the code."],
  4404: ["This session has been deleted", "Nothing of it is left. You can close this page."],
  4409: ["Stairstep is open in too many places", "This page has stopped. Close the other tabs, then load it again."],
};
const OVER = [
  "Thank you",
  "The session has ended. Nobody can tell any more which answers came from this phone, so they can’t be changed or taken back.",
];
const LATE = "This question has closed, your answer was not counted";
const ASK_AGAIN = "If it matters, ask the facilitator to open the question again.";
const WAIT_FOR_SAVING = 400;

const page = document.getElementById("mine");
const live = document.getElementById("live");
const form = document.getElementById("say");
const outbox = new Outbox(page.dataset.session);
const ideas = new IdeaForm(form, outbox);
const mine = { choices: {}, earlier: {}, ideas: [], support: [], tap: 0, seed: "", open_side: null };
let link = null;
let linkState = "wait";
let news = null;
let since = 0;
let shownRaw = null;
let shownVersion = Number(view().dataset.version);
let storedAt = 0;
let shownKey = keyOf(view());
let held = null;

function view() {
  return document.getElementById("view");
}

/** Takes what the server knows of this person: the whole of it, or choices alone beside ideas, tap and open_side. */
function take(known) {
  const own = known?.mine ?? known;
  if (!own || typeof own !== "object") return;
  mine.choices = own.choices ?? own;
  const rest = own.choices || own.ideas ? own : known;
  mine.earlier = rest.earlier ?? {};
  if (Array.isArray(rest.ideas)) mine.ideas = rest.ideas;
  if (Array.isArray(rest.support)) mine.support = rest.support;
  if (rest.seed !== undefined) mine.seed = rest.seed;
  if (rest.tap !== undefined) mine.tap = Math.max(mine.tap, rest.tap);
  if (rest.open_side !== undefined) mine.open_side = rest.open_side;
}

/** What to draw: what the server has, with what is still on its way laid over it. */
function picture(target) {
  const waiting = outbox.waiting;
  const tapped = structuredClone(mine.choices);
  let openSide = mine.open_side;
  let held = mine.support;
  for (const message of waiting) {
    if (message.type === "support") held = heldAfter(target, held, message.idea_id ?? message.theme_id, message.on);
    if (message.type === "ready") (tapped.readiness ??= {})[message.theme_id] = message.value;
    if (message.type === "answer" && isForNow(message, target)) (tapped[message.question] ??= {})[message.dimension] = message.choice;
    if (message.type === "open_side") openSide = message.yes;
  }
  const unsent = waiting.filter((message) => message.type === "idea").map((idea) => ({ ...idea, pending: true }));
  const lost = outbox.read("lost", "") === `${target.dataset.question}/${target.dataset.round}`;
  return { mine, tapped, ideas: [...mine.ideas, ...unsent], held, openSide, lost, news: bar(waiting, lost && target.dataset.place === "closed") };
}

/** Whether an answer is not left over from an earlier round of the question that is shown. */
function isForNow({ question, round }, { dataset }) {
  return question !== dataset.question || (round ?? 1) === Number(dataset.round || 1);
}

/** The bar while something is on its way or was refused; null when the page itself has `said` it or all is at rest. */
function bar(waiting, said) {
  if (!waiting.length) return said ? null : news;
  const what = { idea: "idea", support: "support" }[waiting.at(-1).type] ?? "answer";
  if (linkState === "down") {
    return ["offline", "You’re offline.", `Your ${what} is kept on this phone. We’ll send it as soon as you’re back online.`];
  }
  return Date.now() - since >= WAIT_FOR_SAVING ? ["saving", "Saving…", ""] : news;
}

function redraw() {
  draw(view(), picture(view()));
  document.documentElement.dataset.link = linkState;
  ideas.count();
}

function keep(message) {
  news = null;
  since = Date.now();
  outbox.put({ ...message, id: makeId() });
  link.send(outbox.waiting.at(-1));
  setTimeout(redraw, WAIT_FOR_SAVING + 10);
  redraw();
}

/** A view on its way in: its HTML with this person's part drawn, or null where nothing is to be swapped. */
function prepare(frame, asked = false) {
  if (frame.version < shownVersion) return null;
  if (frame.version >= storedAt) take(frame.state?.mine ? frame.state : null); // an older view knows less than the ack
  const raw = frame.content.replace(/ data-version="\d+"/, "");
  const holder = document.createElement("template");
  holder.innerHTML = frame.content;
  const next = holder.content.querySelector("#view");
  if (!next) return null;
  const { place } = next.dataset;
  if (!asked && keyOf(next) !== keyOf(view()) && ideas.busy && ["open", "support", "closed", "ended"].includes(place)) {
    held = frame;
    hold(place);
    return null;
  }
  held = null;
  document.getElementById("next").hidden = true;
  shownVersion = frame.version;
  if (raw === shownRaw) {
    view().dataset.version = String(frame.version);
    redraw();
    return null;
  }
  shownRaw = raw;
  if (keyOf(next) !== shownKey && !outbox.waiting.length && news?.[0] !== "closed") news = null;
  if (place === "withdrawn" || place === "removed") forget();
  draw(next, picture(next));
  return holder.innerHTML;
}

function forget() {
  outbox.clear();
  Object.assign(mine, { choices: {}, earlier: {}, ideas: [], support: [], open_side: null });
}

function hold(place) {
  const words = { open: "The next question is open", support: "Ideas can be supported now", closed: "This question has closed", ended: "The session has ended" };
  const next = document.getElementById("next");
  next.querySelector("span").textContent = words[place];
  next.hidden = false;
}

/** After a swap: the page again equals the person's state, and a new question is announced. */
function settle() {
  ideas.restore();
  redraw();
  const key = keyOf(view());
  if (key === shownKey) return;
  shownKey = key;
  if (news?.[0] === "closed" && view().dataset.place !== "closed") news = null;
  document.title = view().dataset.title;
  scrollTo(0, 0);
  view().querySelector("h1")?.focus({ preventScroll: true });
  redraw();
}

async function swap(html) {
  if (window.htmx) {
    await htmx.swap({ sourceElement: live, target: "#view", swap: "outerMorph", text: html, transition: false });
  } else {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    view().replaceWith(holder.content);
  }
  settle();
}

function reply(frame) {
  if (frame.type === "refused" && frame.reason === "rate") return void setTimeout(() => link.flush(), 2000);
  const message = outbox.drop(frame.id);
  if (!message) return;
  if (frame.type === "ack") {
    storedAt = Math.max(storedAt, frame.version);
    stored(message);
  } else refused(message, frame);
  redraw();
}

function stored(message) {
  news = null;
  if (message.type === "answer") {
    (mine.choices[message.question] ??= {})[message.dimension] = message.choice;
    if (outbox.read("lost", "").startsWith(`${message.question}/`)) outbox.write("lost", "");
  }
  if (message.type === "open_side") mine.open_side = message.yes;
  if (message.type === "support") {
    mine.support = heldAfter(view(), mine.support, message.idea_id ?? message.theme_id, message.on);
  }
  if (message.type === "ready") (mine.choices.readiness ??= {})[message.theme_id] = message.value;
  if (message.type === "idea") {
    mine.ideas = [...mine.ideas, { id: message.id, text: message.text, who: message.who }];
    news = ["saved", "Sent. Thank you.", "It appears to others once the facilitator has read it."];
  }
}

function refused(message, frame) {
  const late = frame.reason === "closed" || frame.reason === "not_open";
  news = late ? ["closed", `${LATE}.`, ASK_AGAIN] : ["refused", frame.message || "This could not be saved.", ""];
  if (message.type === "answer" && late) {
    const { question, round } = view().dataset;
    if (question === message.question && (message.round ?? 1) === Number(round)) outbox.write("lost", `${question}/${round}`);
  }
  if (message.type === "support" && late) news = ["closed", "Support has closed, this was not counted.", ""];
  if (message.type === "idea") {
    if (late) news = ["closed", "This question has closed, your idea was not sent.", ""];
    ideas.giveBack(message);
  }
}

function answer(input) {
  const stair = input.closest("[data-dimension]");
  const many = stair.dataset.kind === "set";
  let choice = input.value === "cant" ? null : Number(input.value);
  if (many && input.value !== "cant") {
    const boxes = [...stair.querySelectorAll("input:checked")].filter((box) => box.value !== "cant");
    choice = boxes.map((box) => Number(box.value));
  } else if (many && !input.checked) choice = [];
  const { dimension } = stair.dataset;
  const { question, round } = view().dataset;
  keep({ type: "answer", question, round: Number(round), dimension, choice, tap: outbox.nextTap(mine.tap) });
}

function support(button) {
  const { kind } = button.dataset;
  const on = button.getAttribute("aria-pressed") !== "true";
  keep({ type: "support", [`${kind}_id`]: button.value, on, tap: outbox.nextTap(mine.tap) });
}

function ready(input) {
  const { theme } = input.closest("[data-theme]").dataset;
  const value = input.value === "cant" ? null : input.value;
  keep({ type: "ready", theme_id: theme, value, tap: outbox.nextTap(mine.tap) });
}

function stayAway(code) {
  if (["removed", "withdrawn"].includes(view().dataset.place)) return;
  if (code === 4403 || code === 4404) forget();
  const over = code === 4401 && view().dataset.place === "ended";
  const [title, words] = over ? OVER : (WORDS[code] ?? WORDS[4401]);
  const panel = document.getElementById("stopped");
  panel.querySelector("h1").textContent = title;
  panel.querySelector("p").textContent = words;
  panel.querySelector("button").hidden = code !== 4409;
  panel.querySelector("a").hidden = over || code === 4409 || code === 4404;
  live.hidden = true;
  document.getElementById("next").hidden = true;
  panel.hidden = false;
  document.title = `${title} – Stairstep`;
  panel.querySelector("h1").focus();
}

document.documentElement.dataset.script = "";
take(JSON.parse(page.dataset.mine || "null"));
if (["withdrawn", "removed"].includes(view().dataset.place)) forget();
if (document.getElementById("text")?.value) ideas.keep();

link = startLink({
  live,
  session: page.dataset.session,
  csrf: () => form.elements.csrf.value,
  outbox,
  on: {
    view: prepare,
    swap,
    reply,
    state(next) {
      linkState = next;
      redraw();
    },
    stop: stayAway,
  },
});

live.addEventListener("htmx:ws:after:message:incoming", settle);
form.addEventListener("change", ({ target }) => {
  if (target.name?.startsWith("choice.")) answer(target);
  else if (target.name?.startsWith("ready.")) ready(target);
  else if (target.name === "who") {
    ideas.error("who", false);
    ideas.keep();
  }
});
form.addEventListener("input", ({ target }) => {
  if (target.id !== "text") return;
  ideas.error("text", false);
  ideas.keep();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.id === "send") {
    const idea = ideas.take();
    if (idea) keep(idea);
  } else if (submitter?.classList.contains("support")) support(submitter);
  else if (submitter?.name === "yes") keep({ type: "open_side", yes: submitter.value === "1" });
});
document.querySelector("#next button").addEventListener("click", async () => {
  const html = held && prepare(held, true);
  if (html) await swap(html);
});
document.querySelector("#stopped button").addEventListener("click", () => location.reload());
addEventListener("storage", (event) => {
  if (event.key?.startsWith(outbox.prefix) && event.key.endsWith("waiting")) redraw();
});
since = Date.now();
ideas.restore();
redraw();
