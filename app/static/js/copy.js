// A button that copies a field's text; without script the field can still be marked and copied by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.querySelector("span");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    let copied = false;
    try {
      await navigator.clipboard.writeText(field.value);
      copied = true;
    } catch {
      copied = document.execCommand("copy"); // over plain http there is no clipboard to write to
    }
    words.textContent = copied ? "Copied" : "Marked: copy it by hand";
  });
}
