// Read [[tex, display], …] from stdin; write {html: […], css: "…"} to stdout.
// Arguments: MathJax's folder, and the fonts' folder as the style sheet will name it.
const [folder, fonts] = process.argv.slice(2);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));

require(folder + "/node-main.js")
  .init({
    loader: {
      load: ["input/tex-base", "[tex]/ams", "[tex]/boldsymbol", "output/chtml", "a11y/assistive-mml"],
      paths: { mathjax: folder },
      require,
    },
    tex: {
      packages: ["base", "ams", "boldsymbol"],
      formatError: (_, error) => { throw error; },
    },
    chtml: { fontURL: fonts },
    startup: { typeset: false },
  })
  .then((MathJax) => {
    const adaptor = MathJax.startup.adaptor;
    const html = formulas.map(([tex, display]) => {
      try {
        return adaptor.outerHTML(MathJax.tex2chtml(tex, { display }));
      } catch (error) {
        throw new Error(`${error.message} in: ${tex}`);
      }
    });
    const css = adaptor.textContent(MathJax.chtmlStylesheet());
    process.stdout.write(JSON.stringify({ html, css }));
  })
  .catch((error) => {
    process.stderr.write(error.message + "\n");
    process.exit(1);
  });
