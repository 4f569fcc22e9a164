// The way to the server: htmx's socket first; where there is none for a while, form-like posts and polling.
// Anything kept in the outbox goes out again, with the same id, until the server has acknowledged it.

const STAY_AWAY = [4401, 4403, 4404, 4409];
const PATIENCE = 4000;
const POLL = 5000;
const STALE = 5000;

/**
 * Starts the link. `on.view(frame)` gives back the HTML to swap in, or null; `on.swap(html)` puts it into the page
 * when it came by polling; `on.reply(frame)` takes acks and refusals; `on.state("open" | "wait" | "http" | "down")`;
 * `on.stop(code)` when this page must stay away.
 */
export function startLink({ live, session, csrf, outbox, on }) {
  const delay = 200 + Math.random() * 2000;
  let connection = null;
  let stopped = false;
  let state = "wait";
  let fallback = 0;
  let busy = false;
  const sent = new Map();

  const isOpen = () => connection?.socket?.readyState === WebSocket.OPEN;

  function say(next) {
    if (state === next) return;
    state = next;
    on.state(state);
  }

  function stop(code) {
    if (stopped) return;
    stopped = true;
    disarm();
    if (connection) {
      connection.config.reconnect = false;
      clearTimeout(connection.timer);
      if (isOpen()) connection.socket.close();
    }
    on.stop(code);
  }

  function sendNow(message) {
    connection.socket.send(JSON.stringify(message));
    sent.set(message.id, Date.now());
    setTimeout(checkStale, STALE + 100);
  }

  /** A socket that looks open but answers nothing (a phone that changed networks) is given up. */
  function checkStale() {
    const late = outbox.waiting.some(({ id }) => sent.has(id) && Date.now() - sent.get(id) >= STALE);
    if (late && isOpen()) {
      sent.clear();
      restart();
    }
  }

  function flush() {
    if (isOpen()) outbox.waiting.forEach(sendNow);
    else if (state === "http" || state === "down") tick();
  }

  /** Connects again at once instead of waiting for the next try. */
  function restart() {
    if (stopped || document.hidden) return;
    arm();
    if (!connection) {
      live.dispatchEvent(new Event("wake"));
      return;
    }
    clearTimeout(connection.timer);
    connection.attempt = 0;
    const old = connection.socket;
    if (old && old.readyState !== WebSocket.CLOSED) {
      connection.abortController?.abort();
      connection.socket = null;
      old.close();
    }
    document.dispatchEvent(new Event("visibilitychange"));
  }

  /** Without a socket for a while, the other way is taken; tries in between do not put it off. */
  function arm() {
    if (!stopped && !fallback) fallback = setTimeout(tick, state === "http" ? POLL : PATIENCE);
  }

  function disarm() {
    clearTimeout(fallback);
    fallback = 0;
  }

  async function ask(path, options) {
    const answer = await fetch(`/p/${encodeURIComponent(session)}/${path}`, {
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout?.(8000),
      ...options,
    });
    const frame = await answer.json().catch(() => null);
    if (!frame?.type && [401, 403, 404].includes(answer.status)) stop(4000 + answer.status);
    return answer.ok || frame?.type ? frame : null;
  }

  /** One round without a socket: everything unsent, then what to show now. */
  async function tick() {
    disarm();
    if (stopped || busy || isOpen()) return;
    if (document.hidden) return arm();
    busy = true;
    try {
      for (const message of outbox.waiting) {
        const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
        const reply = await ask("say", { method: "POST", headers, body: JSON.stringify(message) });
        if (reply?.type) on.reply(reply);
      }
      const frame = stopped ? null : await ask("view", {});
      if (!stopped && !isOpen()) {
        say("http");
        const html = frame?.type === "view" ? on.view(frame) : null;
        if (html !== null) await on.swap(html);
      }
    } catch {
      if (!isOpen()) say("down");
    } finally {
      busy = false;
      if (!isOpen()) arm();
    }
  }

  live.addEventListener("htmx:ws:before:connection", (event) => {
    if (stopped) event.preventDefault();
    connection = event.detail.connection;
    connection.config.reconnectDelay = delay;
  });
  live.addEventListener("htmx:ws:after:connection", (event) => {
    connection = event.detail.connection;
    disarm();
    say("open");
    sent.clear();
    flush();
  });
  live.addEventListener("htmx:ws:close", (event) => {
    const { code, reason } = event.detail;
    if (reason !== "closed") return;
    if (STAY_AWAY.includes(code)) return stop(code);
    if (!navigator.onLine) say("down");
    else if (state === "open") say("wait");
    arm();
    if (!connection?.config.reconnectCodes.includes(code)) {
      connection = null;
      setTimeout(() => connection ?? restart(), delay);
    }
  });
  live.addEventListener("htmx:ws:before:message:incoming", (event) => {
    let frame = null;
    try {
      frame = JSON.parse(event.detail.message.data);
    } catch {
      // Not a frame of ours: nothing to show.
    }
    const html = frame?.type === "view" ? on.view(frame) : null;
    if (html === null) {
      event.preventDefault();
      if (frame && frame.type !== "view") on.reply(frame);
    } else {
      event.detail.message.data = JSON.stringify({ ...frame, content: html });
    }
  });

  addEventListener("offline", () => say("down"));
  addEventListener("online", () => {
    if (state === "down") say("wait");
    restart();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) restart();
  });
  document.addEventListener("visibilitychange", (event) => {
    if (event.isTrusted && !document.hidden && !stopped) arm();
  });
  // Should htmx have looked at the page before its socket part had arrived, it looks again.
  addEventListener("load", () => connection ?? window.htmx?.process(live));
  arm();

  return {
    flush,
    restart,
    /** Sends one message that has just been kept. */
    send(message) {
      if (isOpen()) sendNow(message);
      else flush();
    },
  };
}
