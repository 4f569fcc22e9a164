// Small helps for the pages of the desk; each page works without them.
document.documentElement.dataset.script = "";

for (const field of document.querySelectorAll("input[name=time_zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

for (const button of document.querySelectorAll("button[data-show]")) {
  const field = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.addEventListener("click", () => {
    const visible = field.type === "password";
    field.type = visible ? "text" : "password";
    button.textContent = visible ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(visible));
  });
}

for (const meter of document.querySelectorAll("[data-strength]")) {
  const field = document.getElementById(meter.dataset.strength);
  field.addEventListener("input", () => {
    const level = Math.min(4, Math.floor(field.value.length / 5));
    [...meter.children].forEach((part, index) => part.classList.toggle("on", index < level));
  });
}

for (const field of document.querySelectorAll("input[data-filter]")) {
  const lines = [...document.querySelectorAll(field.dataset.filter)];
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLocaleLowerCase();
    for (const line of lines) line.hidden = !line.dataset.name.toLocaleLowerCase().includes(wanted);
  });
}

// A form that was sent is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
