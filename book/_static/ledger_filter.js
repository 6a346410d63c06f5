// Adds a field that shows only the claims whose row contains what is typed.
(() => {
  const tables = [...document.querySelectorAll("table.ledger")];
  const first = tables[0].closest("section");
  const bar = document.createElement("p");
  bar.className = "glossary-filter";
  bar.innerHTML =
    '<label for="ledger-filter">Show claims with</label> ' +
    '<input id="ledger-filter" autocomplete="off" spellcheck="false"> ' +
    '<output for="ledger-filter"></output>';
  first.before(bar);
  const [field, count] = [bar.querySelector("input"), bar.querySelector("output")];
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    let total = 0;
    for (const table of tables) {
      const section = table.closest("section");
      const chapter = section.querySelector("h2").textContent.toLowerCase();
      let here = 0;
      for (const row of table.querySelectorAll("tbody tr")) {
        const words = `${chapter} ${row.textContent}`.toLowerCase();
        row.hidden = !words.includes(wanted);
        here += !row.hidden;
      }
      section.hidden = !here;
      total += here;
    }
    count.textContent = wanted ? `${total} found` : "";
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    show();
  });
  addEventListener("hashchange", () => {
    const target = document.querySelector(":target");
    if (!target?.closest("[hidden]")) return;
    field.value = "";
    show();
    target.scrollIntoView();
  });
})();
