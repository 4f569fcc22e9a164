// The report: printing, with every table of numbers open on paper.
(() => {
  "use strict";
  document.documentElement.dataset.script = "on";
  const opened = [];
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.open = true;
      opened.push(details);
    }
  });
  window.addEventListener("afterprint", () => { for (const details of opened.splice(0)) details.open = false; });
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
})();
