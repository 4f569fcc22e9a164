// A page that hears of changes made elsewhere: it asks for itself again and takes over the parts marked data-live that are
// new. A part in which somebody types, or has typed, is left as it is until they are done.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const AGAIN = 700; // milliseconds between two looks
  const parts = () => [...document.querySelectorAll("[data-live]")];
  const taken = new Map(parts().map((part) => [part.id, part.outerHTML])); // as the server sent them
  const own = byId("live").dataset.at; // elsewhere where a form came back with what is wrong
  const address = location.pathname === own ? location.href : own;
  let mark = byId("news").dataset.now;
  let asking = false;
  let looked = 0;
  let waiting = 0;
  let newest = null;
  let saves = 0; // of this page itself; what was fetched before the last one is stale

  function tell(words) {
    byId("notice").textContent = words;
    byId("notice").hidden = !words;
  }

  // --- what is being typed
  function changed(field) {
    if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
    if (field.matches("select")) {
      const first = Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
      return field.selectedIndex !== first;
    }
    return field.type !== "hidden" && field.value !== field.defaultValue;
  }
  const typing = (element) => element?.matches("input:not([type=radio], [type=checkbox]), textarea, select") ?? false;
  function busy(part) {
    const inside = part.contains(document.activeElement) && typing(document.activeElement);
    return inside || part.querySelector(".clash") !== null || [...part.querySelectorAll("input, textarea, select")].some(changed);
  }

  // Whether somebody else has changed what the fields of a part started from.
  const fields = (part) => [...part.querySelectorAll("input[name], textarea[name], select[name]")];
  function start(field) {
    if (field.matches("[type=radio], [type=checkbox]")) return `${field.value} ${field.defaultChecked}`;
    if (field.matches("select")) return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
    return field.defaultValue;
  }
  const starts = (part) => fields(part).map((field) => `${field.name}=${start(field)}`).join("\n");

  // --- taking over what is new
  function take(part, fresh) {
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const opened = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
    part.replaceWith(fresh);
    for (const id of opened) byId(id)?.setAttribute("open", "");
    window.htmx?.process(fresh);
    if (focused) byId(focused)?.focus();
  }
  function takeAll() {
    if (!newest) return;
    for (const part of parts()) {
      const fresh = newest.getElementById(part.id);
      const html = fresh?.outerHTML ?? "";
      if (!html || html === taken.get(part.id)) {
        delete part.dataset.behind;
      } else if (busy(part)) {
        part.toggleAttribute("data-behind", starts(part) !== starts(fresh)); // says so; see the style sheet
      } else {
        taken.set(part.id, html);
        take(part, document.importNode(fresh, true));
      }
    }
  }
  async function look() {
    asking = true;
    waiting = 0;
    const wanted = byId("news").dataset.now;
    const before = saves;
    try {
      const answer = await fetch(address, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (before !== saves) {
        // a save went through meanwhile: look again
      } else if (answer.ok) {
        newest = page;
        mark = wanted;
        takeAll();
      } else if (answer.status === 404) {
        mark = wanted;
        tell("Somebody deleted this meanwhile. What you typed stays here; saving tells you what can be done.");
      } else if (answer.status < 500) {
        mark = wanted;
        tell("You are no longer signed in. Sign in again to go on.");
      }
    } catch {
      // the connection is lost, and the bar says so; when it is back there is another mark
    }
    looked = Date.now();
    asking = false;
    lookLater();
  }
  function lookLater() {
    if (asking || waiting || byId("news").dataset.now === mark) return;
    waiting = setTimeout(look, Math.max(0, looked + AGAIN - Date.now()));
  }
  document.addEventListener("htmx:ws:after:message:incoming", lookLater);
  document.addEventListener("focusout", () => setTimeout(takeAll, 0));
  document.addEventListener("htmx:finally:request", () => {
    saves += 1;
    newest = null;
    mark = "";
    lookLater();
  });
})();
