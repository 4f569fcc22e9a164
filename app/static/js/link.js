// Where the page's connection to the server stands: said on the root (data-link is open or lost) and by the bar #lost.
// It comes before htmx, as does every script of a page that listens to its socket: what happened earlier would be missed.
(() => {
  "use strict";
  const root = document.documentElement;
  let begun = false;

  function linked(open) {
    root.dataset.link = open ? "open" : "lost";
    document.getElementById("lost").hidden = open;
  }
  document.addEventListener("htmx:ws:before:connection", () => { begun = true; });
  document.addEventListener("htmx:ws:after:connection", () => linked(true));
  document.addEventListener("htmx:ws:close", (event) => { if (event.detail.reason !== "removed") linked(false); });

  // Should htmx have looked at the page before its socket part had arrived, it looks again.
  const owner = document.querySelector("[hx-ws\\:connect]");
  addEventListener("load", () => { if (!begun && owner) window.htmx?.process(owner); });
})();
