// Makes a field in the place kept above a long list, the glossary's terms or the ledger's
// claims, that shows only the entries containing what is typed; sections without any are
// hidden, too.
(() => {
  const lists = [...document.querySelectorAll("dl.glossary-list, table.ledger")];
  const letters = document.querySelector(".glossary-letters");
  // The elements of each entry: a term with its meaning, or a row.
  const entries = (list) =>
    list.matches("dl")
      ? [...list.querySelectorAll("dt")].map((term) => [term, term.nextElementSibling])
      : [...list.querySelectorAll("tbody tr")].map((row) => [row]);
  const bar = document.querySelector("p.list-filter");
  bar.innerHTML =
    `<label for="list-filter">Show ${letters ? "terms" : "claims"} with</label> ` +
    '<input id="list-filter" autocomplete="off" spellcheck="false"> ' +
    '<output for="list-filter"></output>';
  const [field, count] = [bar.querySelector("input"), bar.querySelector("output")];
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    let total = 0;
    for (const list of lists) {
      const section = list.closest("section");
      // A chapter's name finds all of its claims; a letter finds no terms.
      const name = letters ? "" : section.querySelector("h2").textContent;
      let here = 0;
      for (const parts of entries(list)) {
        const words = [name, ...parts.map((part) => part.textContent)].join(" ");
        const found = words.toLowerCase().includes(wanted);
        for (const part of parts) part.hidden = !found;
        here += found;
      }
      section.hidden = !here;
      total += here;
    }
    if (letters) letters.hidden = Boolean(wanted);
    count.textContent = wanted ? `${total} found` : "";
  };
  const showAll = () => {
    field.value = "";
    show();
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => event.key === "Escape" && showAll());
  addEventListener("hashchange", () => {
    const target = document.querySelector(":target");
    if (!target?.closest("[hidden]")) return;
    showAll();
    target.scrollIntoView();
  });
})();
