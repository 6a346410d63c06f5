// Opens an explorer when a reader asks for it; until then its page loads only this file.
//
// A script of an explorer calls bookExplorers.define(name, maker); its weights arrive as
// scripts that call bookExplorers.hand(name, data). Scripts rather than modules and
// fetch, because a page opened from disk may load nothing else.
(() => {
  const folder = new URL(".", document.currentScript.src);
  const makers = {};
  const data = {};
  const scripts = {};

  // Load one script of this folder, once; rejects when it is missing.
  const load = (name) =>
    (scripts[name] ??= new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = new URL(name, folder).href;
      element.onload = resolve;
      element.onerror = () => {
        delete scripts[name]; // so that a second click tries again
        element.remove();
        reject(new Error(`${name} could not be loaded`));
      };
      document.head.append(element);
    }));

  // Load what an explorer needs, in order, and put it on its stage.
  const open = async (host) => {
    const button = host.querySelector("button.explorer-open");
    const status = host.querySelector(".explorer-status");
    const stage = host.querySelector(".explorer-stage");
    button.setAttribute("aria-disabled", "true");
    status.textContent = "Loading…";
    try {
      for (const name of host.dataset.scripts.split(" ")) await load(name);
      stage.hidden = false;
      await makers[host.dataset.explorer](stage);
    } catch (error) {
      stage.hidden = true;
      button.removeAttribute("aria-disabled");
      status.textContent = `The explorer did not open: ${error.message}.`;
      throw error;
    }
    host.classList.add("is-open");
    status.textContent = "";
    button.remove();
    stage.querySelector("button, input, select, textarea")?.focus({ preventScroll: true });
  };

  for (const host of document.querySelectorAll(".explorer")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "explorer-open";
    button.textContent = `Open the explorer (${host.dataset.size})`;
    button.addEventListener("click", () => {
      if (!button.hasAttribute("aria-disabled")) open(host);
    });
    host.querySelector(".explorer-without").replaceWith(button);
  }

  window.bookExplorers = {
    data,
    load,
    open: (name) => open(document.querySelector(`.explorer[data-explorer="${name}"]`)),
    define: (name, maker) => (makers[name] = maker),
    hand: (name, value) => (data[name] = value),
  };
})();
