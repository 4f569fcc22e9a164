// What a phone keeps by itself until the server has it: unsent messages, the tap number, a half-written idea.
// One store for each session, in localStorage, so that a reload, a second tab or a flat battery loses nothing.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 22 random url-safe characters; works over plain http, where crypto.randomUUID does not exist. */
export function makeId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => LETTERS[byte & 63]).join("");
}

/** What a message is about, null where every one counts by itself. */
function aboutWhat({ type, question, dimension, idea_id, theme_id }) {
  if (type === "answer") return ["answer", question, dimension].join("/");
  if (type === "support" || type === "ready") return [type, idea_id ?? theme_id].join("/");
  return type === "open_side" ? type : null;
}

export class Outbox {
  constructor(session) {
    this.prefix = `stairstep:${session}:`;
    this.memory = new Map();
  }

  /** A stored value; where storage is denied or full, what this page remembers. */
  read(name, otherwise) {
    try {
      const text = localStorage.getItem(this.prefix + name);
      if (text !== null) return JSON.parse(text);
    } catch {
      // Denied or damaged: memory has the newest.
    }
    return this.memory.get(name) ?? otherwise;
  }

  write(name, value) {
    this.memory.set(name, value);
    try {
      localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Private mode or full: memory keeps it for as long as the page is open.
    }
  }

  /** Messages the server has not yet acknowledged, oldest first. */
  get waiting() {
    return this.read("waiting", []);
  }

  /** Keeps a message; it takes the place of an older one about the same thing. */
  put(message) {
    const thing = aboutWhat(message);
    const replaced = (old) => thing !== null && aboutWhat(old) === thing;
    this.write("waiting", [...this.waiting.filter((old) => !replaced(old)), message]);
  }

  /** Forgets a message and gives it back, or null where it is not (or no longer) kept. */
  drop(id) {
    const all = this.waiting;
    const found = all.find((message) => message.id === id) ?? null;
    if (found) this.write("waiting", all.filter((message) => message.id !== id));
    return found;
  }

  /** The next tap number, above every one used on this phone and every one the server knows. */
  nextTap(known) {
    const tap = Math.max(known || 0, this.read("tap", 0)) + 1;
    this.write("tap", tap);
    return tap;
  }

  clear() {
    this.memory.clear();
    try {
      for (const name of ["waiting", "tap", "draft", "lost"]) localStorage.removeItem(this.prefix + name);
    } catch {
      // Nothing was stored.
    }
  }
}
