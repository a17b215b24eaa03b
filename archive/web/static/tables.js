// Datasette's own script makes a menu at the heads of columns and crosses at filters: their words in German.
const WORDS = {
  "sort-asc": "Aufsteigend sortieren",
  "sort-desc": "Absteigend sortieren",
  "facet": "Nach dieser Spalte zählen",
  "hide-column": "Diese Spalte verbergen",
  "show-all-columns": "Alle Spalten zeigen",
  "not-blank": "Nur Zeilen, in denen hier etwas steht",
};
for (const [name, words] of Object.entries(WORDS)) {
  document.querySelector(`a.dropdown-${name}`)?.replaceChildren(words);
}
for (const cross of document.querySelectorAll('[aria-label="Remove this filter"]')) {
  cross.setAttribute("aria-label", "Diesen Filter entfernen");
}
const type = document.querySelector(".dropdown-column-type");
if (type) {
  new MutationObserver(() => {
    if (type.textContent.startsWith("Type: ")) type.textContent = type.textContent.replace("Type: ", "Typ: ");
  }).observe(type, { childList: true });
}
