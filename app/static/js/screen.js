// The big screen: theme and timer from the stage that the server pushes, full screen, spoken counts.
(() => {
  "use strict";
  const root = document.documentElement;
  const stage = () => document.getElementById("stage");
  let theirs = "";
  let spoken = 0;
  let later = 0;
  let scene = "";

  function left(iso) {
    const rest = Math.max(0, Math.ceil((Date.parse(iso) - serverNow()) / 1000));
    return Number.isNaN(rest) ? "" : `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
  }

  function tick() {
    for (const timer of document.querySelectorAll(".timer[data-closes-at]")) {
      const words = left(timer.dataset.closesAt);
      const text = words === "0:00" ? "Time is up" : words ? `${words} left` : "";
      if (timer.textContent !== text) timer.textContent = text;
    }
  }

  function say() {
    const now = stage();
    const counts = [...now.querySelectorAll(".answered, .here")].map((p) => p.textContent.replace(/\s+/g, " ").trim());
    const heading = now.querySelector("h1");
    const words = now.dataset.scene === scene ? counts.join(", ") : [heading?.textContent.replace(/\s+/g, " ").trim(), ...counts].join(". ");
    scene = now.dataset.scene;
    document.getElementById("said").textContent = words;
    spoken = Date.now();
    later = 0;
  }

  // At most every ten seconds, except when the scene changes.
  function sayLater() {
    if (stage().dataset.scene !== scene) return say();
    if (!later) later = setTimeout(say, Math.max(0, spoken + 10000 - Date.now()));
  }

  function refresh() {
    const now = stage();
    if (!now) return;
    if (now.dataset.theme !== theirs) {
      theirs = now.dataset.theme;
      root.dataset.theme = theirs;
    }
    tick();
    sayLater();
  }

  const tools = {
    dark: () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; },
    full: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.())?.catch(() => {}),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = event.key.toLowerCase();
    if (key === "d") tools.dark();
    if (key === "f") tools.full();
  });
  document.addEventListener("click", (event) => tools[event.target.closest?.("[data-tool]")?.dataset.tool]?.());
  let still = 0;
  document.addEventListener("pointermove", () => {
    root.dataset.pointer = "on";
    clearTimeout(still);
    still = setTimeout(() => delete root.dataset.pointer, 2500);
  });

  document.addEventListener("htmx:ws:after:message:incoming", refresh);
  setInterval(tick, 250);
  scene = stage()?.dataset.scene ?? "";
  refresh();
})();
