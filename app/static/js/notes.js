// Notes are saved as they are typed; what could not be saved stays in the field and says so.
(() => {
  "use strict";
  const formOf = (element) => element.closest?.("form[data-notes]");

  function tell(form, words, state) {
    const line = form.querySelector(".kept-line");
    if (line.dataset.state === "conflict") return; // somebody has to choose first
    let told = form.querySelector(".save-state");
    if (!told) {
      told = document.createElement("p");
      told.className = "save-state small muted";
      told.setAttribute("role", "status");
      line.append(told);
    }
    for (const saved of form.querySelectorAll(".savedline, .error-text")) saved.hidden = true;
    told.textContent = words;
    told.classList.toggle("error-text", state === "failed");
    form.dataset.saving = state;
  }

  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (form) tell(form, "Saving…", "typed");
  });
  // A save that waited for the one before goes against the revision which that one made.
  document.addEventListener("htmx:before:request", (event) => {
    const form = formOf(event.target);
    const body = event.detail.ctx.request.body;
    if (form && body) body.set("revision", form.elements.revision.value);
  });
  const failed = (event) => {
    const form = formOf(event.detail.ctx?.sourceElement ?? event.target);
    if (form) tell(form, "Not saved. What you typed stays here; it is sent again as you go on typing.", "failed");
  };
  document.addEventListener("htmx:error", failed);
  document.addEventListener("htmx:finally:request", (event) => {
    const form = formOf(event.detail.ctx.sourceElement);
    if (!form) return;
    const status = event.detail.ctx.response?.status ?? 0;
    const sent = event.detail.ctx.request.body?.get?.("notes");
    if (status < 400 && status > 0) {
      form.elements.notes.defaultValue = sent; // what is kept
      if (sent === form.elements.notes.value) form.dataset.saving = "saved";
      else tell(form, "Saving…", "typed"); // more was typed meanwhile
    } else if (status !== 409 && status !== 422) failed(event);
    else form.dataset.saving = "failed";
  });
  let leaving = false;
  document.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("click", (event) => { if (event.target.closest?.(".clash a")) leaving = true; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && document.querySelector("form[data-saving=typed], form[data-saving=failed]")) event.preventDefault();
  });
})();
