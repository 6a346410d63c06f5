// Adds a field that shows only the terms whose entry contains what is typed.
(() => {
  const letters = document.querySelector(".glossary-letters");
  const bar = document.createElement("p");
  bar.className = "glossary-filter";
  bar.innerHTML =
    '<label for="glossary-filter">Show terms with</label> ' +
    '<input id="glossary-filter" autocomplete="off" spellcheck="false"> ' +
    '<output for="glossary-filter"></output>';
  letters.before(bar);
  const [field, count] = [bar.querySelector("input"), bar.querySelector("output")];
  const lists = [...document.querySelectorAll("dl.glossary-list")];
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    let total = 0;
    for (const list of lists) {
      let here = 0;
      for (const term of list.querySelectorAll("dt")) {
        const meaning = term.nextElementSibling;
        const words = `${term.textContent} ${meaning.textContent}`.toLowerCase();
        term.hidden = meaning.hidden = !words.includes(wanted);
        here += !term.hidden;
      }
      list.parentElement.hidden = !here;
      total += here;
    }
    letters.hidden = Boolean(wanted);
    count.textContent = wanted ? `${total} found` : "";
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    show();
  });
  addEventListener("hashchange", () => {
    if (!document.querySelector(":target")?.hidden) return;
    field.value = "";
    show();
    document.querySelector(":target").scrollIntoView();
  });
})();
