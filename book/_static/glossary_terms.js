// Puts a term's definition below or above it, inside the window, and hides it on Escape.
// Without this script the style sheet shows definitions at the window's foot.
(() => {
  const inUse = ".term:hover, .term:focus-within";
  const place = () => {
    const term = document.querySelector(inUse);
    if (!term) return;
    const tip = term.querySelector(".term-tip");
    const lines = [...term.querySelector("a").getClientRects()];
    Object.assign(tip.style, { inset: "0 auto auto 0", margin: 0 });
    const { width, height } = tip.getBoundingClientRect();
    const top = Math.min(...lines.map((line) => line.top));
    const bottom = Math.max(...lines.map((line) => line.bottom));
    const room = document.documentElement.clientWidth - width - 8;
    tip.style.left = `${Math.max(8, Math.min(lines[0].left, room))}px`;
    tip.style.top = `${bottom + height <= innerHeight ? bottom : top - height}px`;
  };
  const rest = () => setTimeout(() => {
    for (const term of document.querySelectorAll(".term[data-quiet]"))
      if (!term.matches(inUse)) delete term.dataset.quiet;
  });
  document.addEventListener("pointerover", place);
  document.addEventListener("focusin", place);
  addEventListener("scroll", place, { passive: true });
  addEventListener("resize", place);
  document.addEventListener("pointerout", rest);
  document.addEventListener("focusout", rest);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const term of document.querySelectorAll(inUse)) term.dataset.quiet = "";
  });
})();
