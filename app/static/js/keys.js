// Keys of the console: each presses a button that is there to be seen. They rest while typing, and can be turned off.
(() => {
  "use strict";
  const STORE = "stairstep-keys";
  const box = document.getElementById("use-keys");
  const stored = (() => { try { return localStorage.getItem(STORE); } catch { return null; } })();
  box.checked = stored !== "off";

  function show() {
    document.documentElement.toggleAttribute("data-keys-off", !box.checked);
  }
  box.addEventListener("change", () => {
    try { localStorage.setItem(STORE, box.checked ? "on" : "off"); } catch { /* only for this page then */ }
    show();
  });
  show();

  function typing(element) {
    return element.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
  }

  const NAMES = { ArrowRight: "→", "=": "+", Add: "+" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = NAMES[event.key] ?? event.key.toUpperCase();
    if (!box.checked && key !== "?") return;
    if (event.target.matches?.("[role=radio], input[type=radio]") && event.key.startsWith("Arrow")) return;
    const find = (wanted) => [...document.querySelectorAll("[data-key]")].find((button) => button.dataset.key === wanted && !button.disabled && button.offsetParent);
    const button = find(key) ?? (key === "→" ? document.querySelector("#now .btn.primary[data-do]:not([disabled], [data-do^=reveal], [data-do^=close], [data-do^=end])") : null);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
