// Opened details and dialogs stay as they are when their region is swapped.
window.htmx?.registerExtension("keep-open", {
  htmx_before_morph_attr: (element, detail) => !(detail.attrName === "open" && element.matches("details, dialog")),
});
