// What attention looks at, the part that shows: what is asked, the source, the answer, the
// matrix of weights or effects, all in words as well.
(() => {
  const { FILES, DAYS, cut, infoOf, modelOf, read, translate, effects } = bookExplorers.attention;
  const { english, written, dayOf, isoOf } = bookExplorers.attention;
  const { html, render, useLayoutEffect, useMemo, useRef, useState } = window.htmPreact;
  const SAMPLE = 39_875; // a day to show the forms with
  const COUNT = (n) => n.toLocaleString("en");

  const KINDS = {
    plain: "No attention",
    additive: "Bahdanau, additive",
    dot: "Luong, dot",
    general: "Luong, general",
  };
  const TASKS = { numbers: "Numbers: English to German", dates: "Dates: seven forms to ISO" };
  const UNIT = { numbers: ["word", "part"], dates: ["character", "character"] };
  const shown = (token) => (token === " " ? "␣" : token);
  const said = (token) => (token === " " ? "a space" : `“${token}”`);
  // −0.5 with a minus sign, and no minus before 0.00.
  const signed = (value, digits) =>
    value.toFixed(digits).replace(/^-(?=.*[1-9])/, "−").replace("-", "");
  // Only when the mouse itself moves, not when the page moves beneath it.
  const moved = (act) => (event) => (event.movementX || event.movementY) && act();
  const plural = (count, word) => `${COUNT(count)} ${word}${count === 1 ? "" : "s"}`;
  const listed = (words) =>
    words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

  // A colour between the given ones, and black or white on it, whichever reads better.
  const WEIGHTS = ["#ffffff", "#cc79a7", "#4b1f3a"];
  const FALLS = ["#542788", "#8073ac", "#b2abd2", "#ffffff", "#fdb863", "#e08214", "#b35806"];
  const shade = (scale, value) => {
    const at = Math.min(1, Math.max(0, value)) * (scale.length - 1);
    const k = Math.min(scale.length - 2, Math.floor(at));
    const part = (colour, c) => parseInt(colour.slice(1 + 2 * c, 3 + 2 * c), 16);
    const mix = (c) => part(scale[k], c) * (1 - at + k) + part(scale[k + 1], c) * (at - k);
    const rgb = [0, 1, 2].map((c) => Math.round(mix(c)));
    const linear = rgb.map((v) => (v <= 10 ? v / 3294 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    const light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    return `background: rgb(${rgb}); color: ${light > 0.179 ? "#000" : "#fff"}`;
  };
  // Both layers of the picture: what a cell prints, and its colour.
  const LAYERS = {
    weights: {
      short: (a) => (a >= 0.995 ? "1" : a < 0.005 ? "" : a.toFixed(2).slice(1)),
      long: (a) => a.toFixed(2),
      colour: (a) => shade(WEIGHTS, a),
    },
    effects: {
      short: (e) =>
        Math.abs(e) < 0.1 ? "" : signed(e, Math.abs(e) < 9.95 ? 1 : 0).replace(/^(−?)0/, "$1"),
      long: (e) => signed(e, 2),
      colour: (e) => shade(FALLS, 0.5 + e / 16),
    },
  };

  const Choice = ({ legend, options, value, choose }) => html`
    <fieldset class="att-choice">
      <legend>${legend}</legend>
      ${Object.entries(options).map(
        ([key, label]) => html`<label key=${key}>
          <input type="radio" name=${`att-${legend}`} value=${key} checked=${key === value}
            onChange=${() => choose(key)} />
          ${label}</label>`,
      )}
    </fieldset>`;

  // A text field that translates on Enter; for dates also a day and a form to pick.
  const Ask = ({ task, source, ask }) => {
    const info = infoOf(task);
    const numbers = task === "numbers";
    const [text, type] = useState(source.text);
    const [picked, pick] = useState({ iso: "", form: 0 });
    const turn = useRef(0);
    useLayoutEffect(() => {
      type(source.text);
      if (source.form >= 0) pick({ iso: source.right.join(""), form: source.form });
    }, [source]);
    const pickDate = (change) => {
      const next = { ...picked, ...change };
      pick(next);
      const day = dayOf(next.iso);
      ask(day >= 0 && day < DAYS ? written(day, info.forms[next.form]) : null);
    };
    const another = () => {
      turn.current = (turn.current + 1) % info.unseen.length;
      const code = info.unseen[turn.current];
      if (numbers) return ask(COUNT(code));
      const [day, form] = cut(code, info.forms.length);
      pickDate({ iso: isoOf(day), form });
    };
    return html`
      <form class="explorer-controls" onSubmit=${(event) => (event.preventDefault(), ask(text))}>
        <label>${numbers ? "A number, or its English words" : "A date as text"}
          <input type="text" class="att-text" value=${text} autocomplete="off" spellcheck="false"
            onInput=${(event) => type(event.target.value)} /></label>
        <button type="submit">Translate</button>
        ${!numbers && html`
          <label>or pick a day
            <input type="date" min="1900-01-01" max="2099-12-31" value=${picked.iso}
              onChange=${(event) => pickDate({ iso: event.target.value })} /></label>
          <label>and how to write it
            <select value=${picked.form}
              onChange=${(event) => pickDate({ form: Number(event.target.value) })}>
              ${info.forms.map((form, k) => html`<option key=${k} value=${k}>
                ${form.language}: ${written(SAMPLE, form)}</option>`)}
            </select></label>`}
        <button type="button" onClick=${another}>
          Another unseen ${numbers ? "number" : "date"}</button>
      </form>`;
  };

  // The source's tokens: each a switch that shuts it out, with its weight for the token.
  const Source = ({ task, tokens, alpha, out, toggle }) => html`
    <ol class=${`att-strip att-${task}`} aria-label="Source">
      ${tokens.map((token, j) => {
        const gone = out.has(j);
        const number = alpha && !gone ? LAYERS.weights.long(alpha[j]) : gone ? "out" : "";
        const state = gone ? "shut out" : alpha ? `weight ${number}` : "no weight";
        return html`<li key=${j}>
          <button type="button" class=${gone ? "is-out" : ""} aria-pressed=${gone}
            aria-label=${`${said(token)}, ${state}`} onClick=${() => toggle(j)}
            style=${alpha && !gone ? LAYERS.weights.colour(alpha[j]) : ""}>
            <span class="att-token">${shown(token)}</span>
            <span class="att-number">${number || "–"}</span></button></li>`;
      })}
    </ol>`;

  // What is wrong with token t of an answer: "" or what should stand there.
  const faultOf = (answer, right, t) => {
    if (!right) return "";
    const wanted = [...right, "<end>"][t];
    return answer[t].token === wanted ? "" : wanted ? `should be ${shown(wanted)}` : "too many";
  };

  const Answer = ({ task, answer, right, at, go }) => html`
    <ol class=${`att-strip att-answer att-${task}`} aria-label="The model's answer">
      ${answer.map(({ token, p }, t) => {
        const fault = faultOf(answer, right, t);
        const verdict = fault ? `, wrong, ${fault}` : right ? ", right" : "";
        return html`<li key=${t}>
          <button type="button" class=${fault ? "is-wrong" : ""} aria-pressed=${t === at}
            aria-label=${`${said(token)}, probability ${p.toFixed(2)}${verdict}`}
            onMouseMove=${moved(() => go(t))} onFocus=${() => go(t)} onClick=${() => go(t)}>
            <span class="att-token">${shown(token)}</span>
            <span class="att-number">${p.toFixed(2)}</span>
            <span class="att-fault">${fault && `✗ ${fault}`}</span></button></li>`;
      })}
    </ol>`;

  // The whole matrix, one row for each token written; arrow keys walk through it.
  const Picture = ({ task, layer, values, tokens, answer, from, out, at, go, title }) => {
    const table = useRef(null);
    const { short, long, colour } = LAYERS[layer];
    const keys = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const walk = (event) => {
      const last = tokens.length - 1;
      const jump = { Home: 0, End: last }[event.key];
      if (!(event.key in keys) && jump === undefined) return;
      event.preventDefault();
      const [dt, dj] = keys[event.key] ?? [0, jump - at.j];
      const t = Math.min(answer.length - 1, Math.max(0, at.t + dt));
      const j = Math.min(last, Math.max(0, at.j + dj));
      table.current.querySelector(`[data-at="${t} ${j}"]`).focus();
    };
    return html`
      <div class="att-map" role="region" tabindex="0" aria-label=${`${title}, scrolls sideways`}>
        <table role="grid" aria-label=${title} class=${`att-${task}`} ref=${table}
          onKeyDown=${walk}>
          <thead><tr><td></td>${tokens.map(
            (token, j) => html`<th scope="col" key=${j} class=${out.has(j) ? "is-out" : ""}>
              <span>${shown(token)}</span></th>`,
          )}</tr></thead>
          <tbody>${answer.map(
            ({ token }, t) => html`<tr key=${t} class=${t === at.t ? "is-current" : ""}>
              <th scope="row">${t === at.t ? "▸ " : ""}${shown(token)}</th>
              ${tokens.map((name, j) => {
                const value = values[t][j];
                const here = t === at.t && j === at.j;
                const origin = from[t].includes(j);
                const number = value === null ? "taken out" : long(value);
                const place = `${token} from ${name === " " ? "space" : name}: ${number}`;
                return html`<td key=${j} role="gridcell" data-at=${`${t} ${j}`}
                  class=${origin ? "is-origin" : ""}
                  tabindex=${here ? 0 : -1} aria-selected=${here}
                  aria-label=${origin ? `${place}, where it comes from` : place}
                  style=${value === null ? "" : colour(value)}
                  onMouseMove=${moved(() => go(t, j))} onFocus=${() => go(t, j)}
                  onClick=${(event) => event.currentTarget.focus()}>
                  ${value === null ? "×" : short(value)}</td>`;
              })}</tr>`,
          )}</tbody>
        </table>
      </div>`;
  };

  // The same numbers as plain text in a plain table.
  const Numbers = ({ values, tokens, answer, layer }) => {
    const text =
      layer === "weights"
        ? "Weight α of each source token (columns) for each token written (rows)"
        : "Fall of each written token's log-probability, in nats, without a source token";
    return html`
    <details class="att-details"><summary>As a table</summary><p>${text}.</p>
      <div class="att-map" role="region" tabindex="0" aria-label="All numbers, scrolls sideways">
        <table class="att-plain" aria-label=${text}>
          <thead><tr><th scope="col">written</th>${tokens.map(
            (token, j) => html`<th scope="col" key=${j}>${shown(token)}</th>`)}</tr></thead>
          <tbody>${answer.map(({ token }, t) => html`<tr key=${t}>
            <th scope="row">${shown(token)}</th>${values[t].map((value, j) =>
              html`<td key=${j}>${value === null ? "out" : signed(value, 3)}</td>`)}</tr>`)}
          </tbody></table></div></details>`;
  };

  // Exact match of all four models on held-out pairs, as Keras measured it.
  const Scores = ({ task, kind, tokens }) => {
    const info = infoOf(task);
    const numbers = task === "numbers";
    const size = tokens.length;
    const rows = numbers
      ? info.groups.map(([name, low, high]) => [name, low <= size && size <= high])
      : info.forms.map((form) => [`${form.language}: ${written(SAMPLE, form)}`, false]);
    return html`
      <p class="att-head">How often it is right: <span>share of held-out ${task} that Keras gets
        exactly right with these weights, ≈; each model was trained on ${
          `${COUNT(info.batches)} batches of ${info.batch}`}</span></p>
      <div class="att-map" role="region" tabindex="0" aria-label="Exact match, scrolls sideways">
        <table class="att-plain" aria-label=${`Share of held-out ${task} exactly right`}>
          <thead><tr><th scope="col">${numbers ? "words in the source" : "written as"}</th>
            <th scope="col">how many</th>
            ${Object.entries(KINDS).map(([key, name]) => html`<th scope="col" key=${key}
              class=${key === kind ? "is-current" : ""}>${name}</th>`)}</tr></thead>
          <tbody>${rows.map(([name, present], g) => html`<tr key=${g}>
            <th scope="row">${name}${present ? " ◂ this one" : ""}</th>
            <td>${info["held out"][g]}</td>
            ${Object.keys(KINDS).map((key) => html`<td key=${key}
              class=${key === kind ? "is-current" : ""}>
              ${info.scores[key].groups[g].toFixed(2)}</td>`)}</tr>`)}
            <tr><th scope="row">all</th><td>${COUNT(info["held out"].reduce((a, b) => a + b))}</td>
            ${Object.keys(KINDS).map((key) => html`<td key=${key}
              class=${key === kind ? "is-current" : ""}>
              ${info.scores[key].exact.toFixed(2)}</td>`)}</tr></tbody></table></div>`;
  };

  // The picture in one sentence or two.
  const summary = ({ task, kind, layer, values, tokens, answer, right, from, at }) => {
    const [word, part] = UNIT[task];
    const { token, p } = answer[at.t];
    const fault = faultOf(answer, right, at.t);
    const verdict = fault ? `; wrong, ${fault}` : right ? "; right" : "";
    const what = `${part} ${at.t + 1} of ${answer.length}, ${said(token)}`;
    const capital = what[0].toUpperCase() + what.slice(1);
    const head = `${capital} (probability ${p.toFixed(2)}${verdict}).`;
    if (!values)
      return `${head} There are no weights: all it knows of the source went through one vector.`;
    const row = values[at.t];
    const order = row.map((_, j) => j).filter((j) => row[j] !== null);
    order.sort((a, b) => row[b] - row[a]);
    const unit = layer === "weights" ? "on" : "nats for";
    const say = (j) => `${signed(row[j], 2)} ${unit} ${said(tokens[j])}`;
    const worth = order.filter((j) => row[j] >= (layer === "weights" ? 0.005 : 0.1)).slice(0, 3);
    const top = listed(worth.map((j) => `${say(j)} (${word} ${j + 1})`));
    const places = [...new Set(from[at.t].map((j) => said(tokens[j])))];
    const comes = places.length ? ` It comes from ${listed(places)}.` : "";
    const cell = `${comes}${row[at.j] === null ? "" : ` Here: ${say(at.j)}.`}`;
    if (layer === "effects" && !top)
      return `${head} No single token taken out lowers its log-probability by 0.1 nats.${cell}`;
    if (layer === "effects")
      return `${head} Its log-probability falls most without these: ${top}.${cell}`;
    const sub = (number) => `${number}`.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
    const previous = kind === "additive";
    const asks = `s${sub(at.t + !previous)}, ${previous ? "the state before it" : "its own state"}`;
    return `${head} Asked by ${asks}; largest weights: ${top}.${cell}`;
  };

  // What shutting words out did to the answer.
  const change = ({ task, kind, tokens, out, how, full, answer }) => {
    if (!out.size) return "Nothing is shut out. Press a source token to shut it out.";
    if (kind === "plain" && how === "attention")
      return "Without attention there is nothing to hide from: take the token out instead.";
    const gone = listed([...out].sort((a, b) => a - b).map((j) => said(tokens[j])));
    const glue = task === "numbers" ? " " : "";
    const text = (list) => list.map(({ token }) => token).filter((x) => x !== "<end>").join(glue);
    const changed = full.map((one, t) => [one.token, answer[t]?.token ?? "nothing"]);
    answer.slice(full.length).forEach(({ token }) => changed.push(["nothing", token]));
    const differ = changed.filter(([a, b]) => a !== b);
    const where = how === "attention" ? "hidden from attention" : "taken out of the source";
    const nothing = out.size === tokens.length;
    const all = nothing ? " Nothing is left to see, so all weights are equal." : "";
    if (!differ.length) return `With ${gone} ${where} the answer stays the same.${all}`;
    // Token by token only where none was added or left out, which would shift the rest.
    const turns = listed(differ.map(([a, b]) => `${shown(a)} → ${shown(b)}`));
    const short = answer.length === full.length && differ.length < 5 ? ` (${turns})` : "";
    const [now, before] = [text(answer) || "nothing", text(full)];
    return `With ${gone} ${where}: ${now} instead of ${before}${short}.${all}`;
  };

  const HOW = { attention: "hidden from attention only", source: "taken out of the source" };
  const LEGEND = {
    weights:
      "A row for each token written, a column for each source token; darker is more. A row " +
      "adds up to 1; below 0.005 a cell is empty.",
    effects:
      "By how many nats the token's log-probability falls when one source token, too, is taken " +
      "out (orange; 0.7 nats halve the probability) or rises (purple); below 0.1 a cell is empty.",
  };
  const SHOW = { weights: "weights α", effects: "effect of taking a token out" };

  const Explorer = () => {
    const [task, setTask] = useState("numbers");
    const [wanted, want] = useState("numbers"); // the task chosen, perhaps still loading
    const [kind, setKind] = useState("dot");
    const [sources, setSources] = useState({ numbers: read("numbers", first("numbers")) });
    const [complaint, complain] = useState("");
    const [out, setOut] = useState(new Set());
    const [how, setHow] = useState("attention");
    const [layer, setLayer] = useState("weights");
    const [place, setPlace] = useState({ t: 0, j: 0 });
    const source = sources[task];
    const { tokens, ids, right } = source;
    const named = (list) =>
      list.map((one) => ({ ...one, token: infoOf(task).words[1][one.id] }));
    const full = useMemo(() => named(translate(task, kind, ids)), [task, kind, ids]);
    const answer = useMemo(
      () => (out.size ? named(translate(task, kind, ids, out, how)) : full),
      [task, kind, ids, out, how],
    );
    const falls = useMemo(
      () => (layer === "effects" ? effects(task, kind, ids, answer, out, how) : null),
      [task, kind, ids, out, how, layer],
    );
    const at = {
      t: Math.min(place.t, answer.length - 1),
      j: Math.min(place.j, tokens.length - 1),
    };
    const go = (t, j = at.j) => setPlace((old) => (old.t === t && old.j === j ? old : { t, j }));
    const alphas = answer[0].alpha && answer.map(({ alpha }) =>
      alpha.map((a, j) => (how === "source" && out.has(j) ? null : a)));
    const values = falls ?? alphas;

    const ask = (text) => {
      const next = text === null ? { error: "Pick a day from 1900 to 2099." } : read(task, text);
      complain(next.error ?? "");
      if (next.error) return;
      setSources({ ...sources, [task]: next });
      setOut(new Set());
      setPlace({ t: 0, j: 0 });
    };
    const choose = async (next) => {
      want(next);
      complain(bookExplorers.data[FILES[next]] ? "" : "Loading…");
      try {
        if (!bookExplorers.data[FILES[next]]) await bookExplorers.load(`data/${FILES[next]}.js`);
      } catch (error) {
        want(task);
        return complain(`The dates did not load: ${error.message}. Choose them again to retry.`);
      }
      complain("");
      setSources((old) => ({ [next]: read(next, first(next)), ...old }));
      setOut(new Set());
      setPlace({ t: 0, j: 0 });
      setTask(next);
    };
    const toggle = (j) => {
      const next = new Set(out);
      if (!next.delete(j)) next.add(j);
      if (how === "source" && next.size === tokens.length)
        return complain("One token has to stay in the source.");
      complain("");
      setOut(next);
    };
    const chooseHow = (next) => {
      setHow(next);
      if (next === "source" && out.size === tokens.length) setOut(new Set());
    };
    const title = layer === "weights" ? "Weights α" : "Effect of taking a source token out";
    // Where a token comes from is known as long as it is the right one.
    const from = answer.map(({ token }, t) => (token === right?.[t] && source.from[t]) || []);
    const same = { task, kind, layer, values, tokens, answer, right, from, at, out, go };
    const glue = task === "numbers" ? " " : "";
    const wrong = right && answer.findIndex((_, t) => faultOf(answer, right, t));
    return html`
      <div class="att">
        <${Choice} legend="Task" options=${TASKS} value=${wanted} choose=${choose} />
        <${Choice} legend="The decoder looks back with" options=${KINDS} value=${kind}
          choose=${setKind} />
        <${Ask} key=${task} ...${{ task, source, ask }} />
        <p class="att-note" role="status">${complaint || source.note}</p>
        <p class="att-head">Source, ${plural(tokens.length, UNIT[task][0])}: <span>the
          number is the weight for the token chosen below; press one to shut it out</span></p>
        <${Source} ...${{ task, tokens, out, toggle }} alpha=${answer[at.t].alpha} />
        <div class="explorer-controls att-out">
          <${Choice} legend="A token shut out is" options=${HOW} value=${how}
            choose=${chooseHow} />
          <button type="button" aria-disabled=${!out.size}
            onClick=${() => out.size && setOut(new Set())}>Let all in again</button>
        </div>
        <p class="att-head">The model's answer: <span>point at a token, or go to it, to see
          where it looks; the number is its probability</span></p>
        <${Answer} ...${{ task, answer, right }} at=${at.t} go=${go} />
        <p class="att-right">${!right
          ? "No right answer is known."
          : `Right answer: ${right.join(glue)}. ${wrong < 0 ? "The model has it right."
            : `The model goes wrong at ${UNIT[task][1]} ${wrong + 1}.`}`}</p>
        <p class="att-change" role="status">
          ${change({ task, kind, tokens, out, how, full, answer })}</p>
        <${Choice} legend="The picture shows" options=${SHOW} value=${layer}
          choose=${setLayer} />
        <p class="att-summary" role="status">${summary(same)}</p>
        ${values
          ? html`<p class="att-legend">${LEGEND[layer]} Dashed: where a right token comes from,
              if from anywhere. Arrow keys walk through the picture.</p>
              <${Picture} ...${same} title=${title} /><${Numbers} ...${same} />`
          : html`<p class="att-none">No attention, no weights: the decoder starts from one
              vector of ${modelOf(task, kind).w.start_b.length} numbers and never looks back. The
              effect of taking a token out can be measured all the same: choose it above.</p>`}
        <${Scores} ...${{ task, kind, tokens }} />
      </div>`;
  };

  // What is asked first: an unseen number of eight or nine words; an unseen long date.
  const first = (task) => {
    const { unseen, forms } = infoOf(task);
    if (task === "numbers")
      return COUNT(unseen.find((n) => english(n).length >= 8 && english(n).length <= 9));
    const [day, form] = cut(unseen.find((code) => code % forms.length === 2), forms.length);
    return written(day, forms[form]);
  };

  bookExplorers.define("attention", (stage) => render(html`<${Explorer} />`, stage));
})();
