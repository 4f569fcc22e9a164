// The form for an idea: a draft that survives a reload, what is missing said beside the field, letters left.

const field = (id) => document.getElementById(id);

export class IdeaForm {
  constructor(form, outbox) {
    this.form = form;
    this.outbox = outbox;
  }

  get who() {
    return this.form.querySelector("[name=who]:checked");
  }

  /** Someone is writing here, or has left words that are not sent: nothing may take them away. */
  get busy() {
    const text = field("text");
    return Boolean(text && !text.closest("[hidden]") && (text.value.trim() || document.activeElement === text));
  }

  count() {
    const [text, left] = [field("text"), field("left")];
    if (text && left) left.textContent = `${text.maxLength - text.value.length} characters left`;
  }

  keep() {
    const text = field("text");
    if (!text) return;
    this.outbox.write("draft", { text: text.value, who: this.who?.value ?? "" });
    this.count();
  }

  restore() {
    const text = field("text");
    const draft = this.outbox.read("draft", {});
    if (!text) return;
    if (!text.value && draft.text) text.value = draft.text;
    const who = draft.who && field(`who-${draft.who}`);
    if (who && !this.who) who.checked = true;
  }

  /** Gives a refused idea back to its writer, unless another one has been begun. */
  giveBack({ text, who }) {
    if (!this.outbox.read("draft", {}).text) this.outbox.write("draft", { text, who });
    this.restore();
  }

  error(name, wrong) {
    const words = field(`${name}-error`);
    if (!words) return;
    words.hidden = !wrong;
    words.closest(".field").classList.toggle("error", wrong);
    if (name === "who") {
      if (wrong) field("who").setAttribute("aria-describedby", "who-error");
      else field("who").removeAttribute("aria-describedby");
    } else {
      if (wrong) field("text").setAttribute("aria-invalid", "true");
      else field("text").removeAttribute("aria-invalid");
      field("text").setAttribute("aria-describedby", wrong ? "text-error text-hint" : "text-hint");
    }
  }

  /** The idea as a message, the form emptied; null, with the first wrong field in focus, when something is missing. */
  take() {
    const { who } = this;
    const text = field("text");
    const words = text.value.trim();
    this.error("who", !who);
    this.error("text", !words);
    if (!who || !words) {
      (who ? text : field("who-us")).focus();
      return null;
    }
    text.value = "";
    who.checked = false;
    this.keep();
    return { type: "idea", text: words, who: who.value };
  }
}
