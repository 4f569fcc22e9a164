// The server's time in milliseconds, for timers: the clock of a laptop or a television may be minutes off.
// What the page says is the time at which the server made it, which is when its first byte came.
(() => {
  "use strict";
  const made = Number(document.body.dataset.now);
  const [page] = performance.getEntriesByType("navigation");
  const ahead = made && page ? made - performance.timeOrigin - page.responseStart : 0;
  globalThis.serverNow = () => Date.now() + ahead;
})();
