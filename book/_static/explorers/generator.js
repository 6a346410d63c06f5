// The generator of 11_2: its GRU reads and writes one character at a time in the page.
(() => {
  const FILE = "11_2_text_generation";
  const START = ["\n", "\n"]; // read before any text: what ends a paragraph
  const MOST = 2000; // characters to write, and to read
  const LINE = 100; // a line without an end is cut here
  const SHOWN = 12; // characters in the bars
  const ENOUGH = 100; // characters without which measures of a text say little

  // --- The computation: no page is needed for it.

  // The exported model: ids of characters, and a step from (id, h) to {h, p}, where p
  // are the probabilities of the character after it, by id; 0 is the unknown.
  const build = ({ info, arrays }) => {
    const { unpackAll, row, affine, softmax, gruStep } = bookExplorers.cells;
    const weights = unpackAll(arrays);
    const known = Array.from(info.known);
    const ids = new Map(known.map((char, k) => [char, k + 1]));
    return {
      info,
      size: known.length + 1,
      words: new Set(info.words.split(" ")),
      id: (char) => ids.get(char) ?? 0,
      char: (id) => (id ? known[id - 1] : "\ufffd"),
      zero: () => new Float64Array(info.units),
      step: (id, state) => {
        const h = gruStep(row(weights.e, id), state, weights);
        return { h, p: softmax(affine(h, weights.W_hq, weights.b_q)) };
      },
    };
  };
  let built;
  const model = () => (built ??= build(bookExplorers.data[FILE]));

  // The model after one more character: {char, id, bits, h, p}. `bits` is the surprise
  // at this character, -log2 of what `last` gave it; an unknown one is also named, out
  // of all code points, as in the chapter's score.
  const next = (last, char) => {
    const id = model().id(char);
    const bits = last ? -Math.log2(last.p[id]) + (id ? 0 : model().info.unknownBits) : 0;
    return { char, id, bits, ...model().step(id, last ? last.h : model().zero()) };
  };

  // The model after each character of a text, the two line ends before it first. What
  // `before`, an earlier reading, has in common is not read again.
  const read = (text, before = []) => {
    const characters = [...START, ...text];
    const reading = [];
    let same = true;
    for (const [k, char] of characters.entries()) {
      same &&= before[k]?.char === char;
      reading.push(same ? before[k] : next(reading.at(-1), char));
    }
    return reading;
  };

  // p after temperature, top-k and top-p, in this order: [{id, p, drawn, from, to, cut}]
  // with the likeliest first. `drawn` is what is drawn with, from `from` to `to` of the
  // draw; `cut` names the rule that keeps a character out. The unknown is never written.
  const shape = (p, { temperature, k, mass }) => {
    const order = Array.from(p, (_, id) => id).slice(1);
    order.sort((a, b) => p[b] - p[a] || a - b);
    const powers = order.map((id) => (p[id] / p[order[0]]) ** (1 / temperature));
    const sum = powers.slice(0, k).reduce((a, b) => a + b, 0);
    let before = 0;
    const rows = order.map((id, rank) => {
      const share = powers[rank] / sum;
      const cut = rank >= k ? "top-k" : mass < 1 && before >= mass ? "top-p" : "";
      before += share;
      return { id, p: p[id], drawn: cut ? 0 : share, cut };
    });
    const total = rows.reduce((a, row) => a + row.drawn, 0);
    let from = 0;
    for (const row of rows) {
      row.drawn /= total;
      row.from = from;
      row.to = from += row.drawn;
    }
    return rows;
  };

  // Entropy in bits of probabilities.
  const entropy = (p) => p.reduce((sum, x) => (x > 0 ? sum - x * Math.log2(x) : sum), 0);

  // The row on which a draw between 0 and 1 falls.
  const pick = (rows, draw) =>
    rows.find((row) => row.drawn > 0 && draw < row.to) ??
    rows.findLast((row) => row.drawn > 0);

  // Draw number n of a seed; the same whatever was drawn before.
  const draws = (seed) => {
    const random = new Math.seedrandom(seed);
    const made = [];
    return (n) => {
      while (made.length <= n) made.push(random());
      return made[n];
    };
  };

  // `count` more characters after a reading and what is written already, until `stop`
  // says so of the last one: nodes as from `next`, with what each was drawn from.
  const write = (reading, written, settings, draw, count, stop = () => false) => {
    const result = [...written];
    const most = Math.min(MOST, written.length + count);
    while (result.length < most) {
      const last = result.at(-1) ?? reading.at(-1);
      const rows = shape(last.p, settings);
      const at = draw(result.length);
      const chosen = pick(rows, at);
      const node = next(last, model().char(chosen.id));
      const spread = entropy(rows.map((row) => row.drawn));
      result.push({ ...node, settings, draw: at, spread });
      if (stop(node)) break;
    }
    return result;
  };

  // The text that follows a beginning.
  const generate = (beginning, settings, seed, count) =>
    write(read(beginning), [], settings, draws(seed), count)
      .map((node) => node.char)
      .join("");

  const mean = (values) =>
    values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;

  // The chapter's measures of writing: of the words of three letters or more, those in
  // the training text; of the windows of 20 characters, those met earlier. Words that the
  // edges of the text cut are left out.
  const measures = (text) => {
    const inside = text.replace(/^[\p{L}\p{N}_]+/u, "").replace(/[\p{L}\p{N}_]+$/u, "");
    const words = inside.match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
    const characters = Array.from(text);
    const count = characters.length - 19;
    const windows = new Set();
    for (let k = 0; k < count; k++) windows.add(characters.slice(k, k + 20).join(""));
    return {
      words: words.length,
      known: words.filter((word) => model().words.has(word)).length,
      repeated: count > 0 ? 1 - windows.size / count : 0,
    };
  };

  // What kind of place a character stands at, for the means of a text read.
  const LETTER = /[\p{L}\p{N}_]/u;
  const PLACES = ["first of a word", "second of a word", "later in a word", "space or line end", "other sign"];
  const place = (characters, k) => {
    const letter = (j) => j >= 0 && LETTER.test(characters[j]);
    if (letter(k)) return letter(k - 1) ? (letter(k - 2) ? 2 : 1) : 0;
    return /\s/.test(characters[k]) ? 3 : 4;
  };

  bookExplorers.generator = {
    model, read, shape, entropy, pick, draws, write, generate, measures, place,
  };

  // --- The view.

  const { html, render, useState, useEffect, useMemo, useRef } = window.htmPreact;

  const NAMES = { " ": "space", "\n": "line end", "\t": "tab", "\ufffd": "unknown" };
  const named = (char) => NAMES[char] ?? char;
  const quoted = (char) => (NAMES[char] ? NAMES[char] : `“${char}”`);
  const percent = (p) =>
    p >= 0.9995 && p < 1 ? "> 99.9 %" : p >= 0.0005 || p === 0 ? `${(100 * p).toFixed(1)} %` : "< 0.1 %";
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  // Five steps of surprise; each has a word, a number, a shade and an underline.
  const LEVELS = [
    [1, "under 1"],
    [2, "1 to 2"],
    [4, "2 to 4"],
    [7, "4 to 7"],
    [Infinity, "7 or more"],
  ];
  const level = (bits) => LEVELS.findIndex(([most]) => bits < most);

  // Whether the reader's system asks for less motion.
  const useStill = () => {
    const query = useMemo(() => matchMedia("(prefers-reduced-motion: reduce)"), []);
    const [still, setStill] = useState(query.matches);
    useEffect(() => {
      const changed = () => setStill(query.matches);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    }, []);
    return still;
  };

  // A slider with its value beside its name.
  const Slider = ({ name, text, ...input }) => html`
    <label class="gen-slider"
      ><span>${name} <b aria-hidden="true">${text}</b></span>
      <input type="range" aria-label=${name} aria-valuetext=${text} ...${input} />
    </label>`;

  // A table that is built when it is opened.
  const Folded = ({ title, head, rows }) => {
    const [open, setOpen] = useState(false);
    return html`<details onToggle=${(event) => setOpen(event.target.open)}>
      <summary>${title}</summary>
      ${open &&
      html`<div class="gen-scroll" tabindex="0" role="region" aria-label=${title}>
        <table class="gen-table">
          <thead>
            <tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr>
          </thead>
          <tbody>
            ${rows().map(
              ([first, ...rest]) =>
                html`<tr><th scope="row">${first}</th>${rest.map((x) => html`<td>${x}</td>`)}</tr>`,
            )}
          </tbody>
        </table>
      </div>`}
    </details>`;
  };

  // The characters, each shaded by its surprise; a click looks at one. `begun` of them
  // are the reader's own beginning.
  const Text = ({ label, nodes, begun, looked, onLook, follow }) => {
    const box = useRef();
    useEffect(() => {
      if (follow) box.current.scrollTop = box.current.scrollHeight;
    }, [nodes.length, follow]);
    const click = (event) => {
      const at = event.target.closest("[data-at]")?.dataset.at;
      if (at !== undefined) onLook(Number(at));
    };
    const shown = (char) => (char === "\n" ? "↵\n" : char === "\t" ? "⇥\t" : char);
    return html`<div class="gen-text" ref=${box} tabindex="0" role="region" aria-label=${label} onClick=${click}>
        <p class="gen-apart">${nodes.map((node) => node.char).join("") || "nothing yet"}</p>
        <p aria-hidden="true">
          ${nodes.map(
            (node, k) =>
              html`<span
                data-at=${k}
                class=${`gen-${level(node.bits)}${k < begun ? " gen-begun" : ""}${k === looked ? " gen-looked" : ""}`}
                title=${`${quoted(node.char)}: ${node.bits.toFixed(1)} bits`}
                >${shown(node.char)}</span
              >`,
          )}
        </p>
      </div>
      <p class="gen-legend">
        Bits of surprise to the model (1 is a coin toss):
        ${LEVELS.map(([, name], k) => html` <span class=${`gen-${k}`}>${name}</span>`)}
      </p>`;
  };

  // Which character is looked at: a slider, as a click is not for everyone.
  const Look = ({ nodes, looked, last, onLook }) => {
    const end = nodes.length - (last ? 0 : 1);
    const at = looked ?? end; // null: the newest
    const node = nodes[at];
    const text = node ? `${at + 1}: ${quoted(node.char)}, ${node.bits.toFixed(1)} bits` : last;
    return html`<${Slider}
      name="Look at character"
      text=${text || "none yet"}
      min="0"
      max=${Math.max(0, end)}
      value=${at}
      onInput=${(event) => onLook(Number(event.target.value))}
    />`;
  };

  // The likeliest characters with their numbers, and what is cut; a table with bars in it.
  const Bars = ({ context, p, rows, chosen, writing }) => {
    const top = rows.slice(0, SHOWN);
    if (chosen && !top.some((row) => row.id === chosen.id)) {
      top[SHOWN - 1] = chosen;
    }
    const others = { p: 1, drawn: writing ? 1 : 0 };
    for (const row of top) {
      others.p -= row.p;
      others.drawn -= row.drawn;
    }
    const line = (row) => {
      const picked = chosen?.id === row.id;
      const name = named(model().char(row.id));
      return html`<tr key=${row.id} class=${`${row.cut ? "gen-cut" : ""} ${picked ? "gen-chosen" : ""}`}>
        <th scope="row">
          ${row.cut ? html`<s>${name}</s>` : name}${picked && html`<small> ◄ ${writing ? "drawn" : "came"}</small>`}
        </th>
        <td aria-hidden="true">
          <span class="gen-bar"
            ><i style=${`width: ${100 * row.p}%`}></i>
            ${writing && html`<b style=${`width: ${100 * row.drawn}%`}></b>`}</span
          >
        </td>
        <td>${percent(row.p)}</td>
        ${writing && html`<td>${row.cut ? `cut: ${row.cut}` : percent(row.drawn)}</td>`}
      </tr>`;
    };
    return html`<table class="gen-bars">
      <caption>${context}</caption>
      <thead>
        <tr>
          <th scope="col">next</th>
          <td aria-hidden="true"></td>
          <th scope="col">▯ model</th>
          ${writing && html`<th scope="col">▮ drawn with</th>`}
        </tr>
      </thead>
      <tbody>
        ${top.map(line)}
        <tr class="gen-others">
          <th scope="row">${model().size - SHOWN} others</th>
          <td aria-hidden="true"></td>
          <td>${percent(Math.max(0, others.p))}</td>
          ${writing && html`<td>${percent(Math.max(0, others.drawn) < 1e-9 ? 0 : others.drawn)}</td>`}
        </tr>
      </tbody>
    </table>`;
  };

  // What came before a place, for a caption.
  const tail = (nodes, at) => {
    const before = nodes.slice(Math.max(0, at - 18), at).map((node) => node.char);
    const text = before.join("").replaceAll("\n", "↵");
    return text ? `After “${at > 18 ? "…" : ""}${text}”` : "At the beginning of a paragraph";
  };

  const OWN = { temperature: 1, k: Infinity, mass: 1 }; // the model's own probabilities

  // Facts about one place, in lines whose number never changes.
  const Facts = ({ facts }) => html`<dl class="gen-facts">
    ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;

  // Text, slider, bars and facts of one text; `upcoming` for a text that goes on.
  const View = ({ label, start, nodes, begun, looked, onLook, follow, upcoming, settings, seedDraw }) => {
    const at = looked ?? nodes.length - (upcoming ? 0 : 1);
    const node = nodes[at];
    const before = at > 0 ? nodes[at - 1] : start;
    const used = upcoming ? (node ? (node.settings ?? OWN) : settings) : OWN;
    const rows = useMemo(() => shape(before.p, used), [before, used]);
    const chosen = node && (rows.find((row) => row.id === node.id) ?? { id: 0, p: before.p[0], drawn: 0 });
    const drawn = node?.draw !== undefined;
    const facts = [
      [node ? "Character" : "Next character", node ? quoted(node.char) : "not drawn yet"],
      ["Its surprise", node ? `${node.bits.toFixed(2)} bits` : "–"],
      ["Entropy of the model", `${entropy(before.p).toFixed(2)} bits`],
    ];
    if (upcoming)
      facts.push(
        ["Entropy drawn from", node && !drawn ? "– (your text)" : `${entropy(rows.map((row) => row.drawn)).toFixed(2)} bits`],
        ["The draw", drawn ? `${node.draw.toFixed(3)}, in ${chosen.from.toFixed(3)} to ${chosen.to.toFixed(3)}` : "–"],
      );
    const writing = upcoming && (!node || drawn);
    const list = () =>
      rows.map((row) => [
        named(model().char(row.id)),
        percent(row.p),
        (-Math.log2(row.p)).toFixed(2),
        ...(writing ? (row.cut ? [`cut: ${row.cut}`, "–"] : [percent(row.drawn), `${row.from.toFixed(3)} to ${row.to.toFixed(3)}`]) : []),
      ]);
    return html`<${Text} ...${{ label, nodes, begun, onLook, follow, looked: node ? at : null }} />
      <${Look} ...${{ nodes, looked, onLook, last: upcoming && "the next one" }} />
      <div class="gen-place">
        <${Bars} ...${{ context: tail(nodes, at), rows, chosen, writing }} />
        <${Facts} facts=${facts} />
      </div>
      <${Folded}
        title="As a table: every possible character here"
        head=${["character", "model", "bits", ...(writing ? ["drawn with", "if the draw is"] : [])]}
        rows=${list}
      />
      <${Folded}
        title="As a table: the text, character by character"
        head=${["place and character", "probability", "bits"]}
        rows=${() =>
          nodes.map((one, k) => [
            `${k + 1}: ${named(one.char)}`,
            percent((k ? nodes[k - 1] : start).p[one.id]),
            one.bits.toFixed(2),
          ])}
      />`;
  };

  const unknownLine = (text) => {
    const strange = [...new Set(text)].filter((char) => !model().id(char));
    if (!strange.length) return "";
    const list = strange.slice(0, 8).map(named).join(" ") + (strange.length > 8 ? " …" : "");
    return `Not in the model's vocabulary, so read as its unknown character: ${list}`;
  };

  // A list of texts to choose from; it says so when the text is none of them.
  const Choice = ({ name, choices, text, onChoice }) => {
    const at = choices.findIndex(([, one]) => one === text);
    return html`<label>${name}
      <select value=${at} onChange=${(event) => onChoice(choices[event.target.value][1])}>
        ${at < 0 && html`<option value="-1">your own</option>`}
        ${choices.map(([one], k) => html`<option value=${k}>${one}</option>`)}
      </select>
    </label>`;
  };

  const BEGINNINGS = [
    ["a definition", 'The "while" statement is '],
    ["a version note", "Changed in version 3."],
    ["in a quotation", 'The method "append'],
    ["in no quotation", "The method append"],
    ["a walk home", "I was walking home when "],
    ["nothing", ""],
  ];
  const KS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, Infinity];

  // Writes on from a beginning.
  const Writer = ({ shown }) => {
    const still = useStill();
    const [beginning, setBeginning] = useState(BEGINNINGS[0][1]);
    const [settings, setSettings] = useState({ temperature: 0.7, k: Infinity, mass: 1 });
    const [seed, setSeed] = useState("0");
    const [speed, setSpeed] = useState(8);
    const [written, setWritten] = useState([]);
    const [playing, setPlaying] = useState(false);
    const [looked, setLooked] = useState(null);
    const [kept, setKept] = useState([]);
    const [said, say] = useState("");
    const reading = useRef([]);
    reading.current = useMemo(() => read([...beginning].slice(0, MOST).join(""), reading.current), [beginning]);
    const draw = useMemo(() => draws(seed.trim() || "0"), [seed]);

    const start = reading.current[START.length - 1];
    const begun = reading.current.length - START.length;
    const nodes = [...reading.current.slice(START.length), ...written];
    const full = written.length >= MOST;

    const restart = () => {
      setPlaying(false);
      setWritten([]);
      setLooked(null);
      say("");
    };
    const again = () => {
      restart();
      say("Back at the beginning.");
    };
    const more = (count, stop) => {
      const longer = write(reading.current, written, settings, draw, count, stop);
      setWritten(longer);
      setLooked(null);
      return longer;
    };
    const told = (longer) => {
      if (full) return "";
      const last = longer.at(-1);
      const fresh = longer.slice(written.length).map((node) => node.char).join("");
      if (fresh.length > 1) return `Written: ${fresh.trim().slice(0, 300) || "blanks"}`;
      return last ? `Drawn: ${quoted(last.char)}, ${last.bits.toFixed(1)} bits of surprise.` : "";
    };
    // The clock always calls the newest `tick`.
    const tick = useRef();
    tick.current = () => {
      if (more(1).length >= MOST) setPlaying(false);
    };
    useEffect(() => {
      if (!playing) return undefined;
      const clock = setInterval(() => tick.current(), 1000 / speed);
      return () => clearInterval(clock);
    }, [playing, speed]);
    useEffect(() => {
      if (still || !shown) setPlaying(false);
    }, [still, shown]);

    const toggle = () => {
      if (full) return;
      if (playing) say(`Paused after ${plural(written.length, "character")}: ${written.map((n) => n.char).join("").slice(-80)}`);
      else say("Writing.");
      setPlaying(!playing);
    };
    const by = (count, stop) => () => {
      setPlaying(false);
      say(told(more(count, stop)));
    };
    const back = () => {
      setPlaying(false);
      if (!written.length) return say("Nothing is written that could be taken back.");
      setWritten(written.slice(0, -1));
      setLooked(null);
      say(`One taken back, ${plural(written.length - 1, "character")} left.`);
      return undefined;
    };
    const set = (name, value) => setSettings({ ...settings, [name]: value });

    const text = written.map((node) => node.char).join("");
    const found = useMemo(() => measures(text), [text]);
    const { heldOut } = model().info;
    const summary = {
      characters: written.length,
      bits: mean(written.map((node) => node.bits)),
      spread: mean(written.map((node) => node.spread)),
      known: found.words ? found.known / found.words : NaN,
      repeated: found.repeated,
    };
    const changed = written.some((node) => node.settings !== written[0].settings);
    const rule = (s) => `${s.temperature.toFixed(2)} / ${s.k === Infinity ? "all" : s.k} / ${s.mass === 1 ? "all" : s.mass.toFixed(2)}`;
    const share = (value) => (Number.isNaN(value) ? "–" : value.toFixed(2));
    const keep = () => {
      if (written.length < ENOUGH) {
        say(`Write ${ENOUGH} characters or more first: measures of so little say nothing.`);
        return;
      }
      const name = changed ? "mixed" : rule(written[0].settings);
      setKept([...kept, [`${name}, seed ${seed.trim() || "0"}`, `${written.length}`, summary.spread.toFixed(2), share(summary.known), share(summary.repeated)]]);
      say("Kept in the table below.");
    };
    const notes = [
      unknownLine(beginning),
      [...beginning].length > MOST ? `Only the first ${MOST} characters of the beginning are read.` : "",
      beginning ? "" : "Without a beginning the model starts a paragraph of its own.",
      seed.trim() ? "" : "An empty seed counts as 0.",
      full ? `It stops after ${MOST} characters: start again, or take some back.` : "",
      changed ? "The settings changed on the way: start again for a text of the present ones." : "",
    ].filter(Boolean);

    return html`<div class="gen-fields">
        <label class="gen-own">A beginning, yours or one of these
          <textarea
            rows="2"
            spellcheck="false"
            value=${beginning}
            onInput=${(event) => {
              setBeginning(event.target.value);
              restart();
            }}
          ></textarea>
        </label>
        <${Choice} name="Beginnings to try" choices=${BEGINNINGS} text=${beginning}
          onChoice=${(chosen) => {
            setBeginning(chosen);
            restart();
          }} />
      </div>
      <div class="explorer-controls">
        <${Slider} name="Temperature τ" text=${settings.temperature.toFixed(2)} min="0.05" max="2" step="0.05"
          value=${settings.temperature} onInput=${(event) => set("temperature", Number(event.target.value))} />
        <${Slider} name="Top-k" text=${settings.k === Infinity ? "all" : settings.k} min="0" max=${KS.length - 1}
          value=${KS.indexOf(settings.k)} onInput=${(event) => set("k", KS[event.target.value])} />
        <${Slider} name="Top-p (nucleus)" text=${settings.mass === 1 ? "all" : settings.mass.toFixed(2)} min="0.05" max="1" step="0.05"
          value=${settings.mass} onInput=${(event) => set("mass", Number(event.target.value))} />
        <label>Seed
          <input type="text" class="gen-seed" value=${seed}
            onInput=${(event) => {
              setSeed(event.target.value);
              restart();
            }} />
        </label>
        ${!still &&
        html`<${Slider} name="Characters a second" text=${speed} min="1" max="40" value=${speed}
          onInput=${(event) => setSpeed(Number(event.target.value))} />`}
      </div>
      <div class="gen-buttons">
        ${!still &&
        html`<button type="button" class="gen-main" onClick=${toggle}>${playing ? "Pause" : "Write"}</button>`}
        <button type="button" onClick=${by(1)}>One character</button>
        <button type="button" onClick=${by(LINE, (node) => node.char === "\n")}>A line</button>
        <button type="button" onClick=${by(300)}>300 characters</button>
        <button type="button" onClick=${back}>Take one back</button>
        <button type="button" onClick=${again}>Start again</button>
        <button type="button" onClick=${keep}>Keep for comparison</button>
      </div>
      <p class="gen-said" role="status">${said}</p>
      <p class="gen-notes" role="status">${notes.join(" ")}</p>
      <${View} label="The text" nodes=${nodes} upcoming=${true} follow=${looked === null}
        ...${{ start, begun, looked, settings }} onLook=${(at) => setLooked(at >= nodes.length ? null : at)} />
      <p class="gen-summary">
        Written: ${plural(summary.characters, "character")}, surprise ${summary.bits.toFixed(2)} bits on average,
        drawn from ${summary.spread.toFixed(2)} bits of entropy;
        ${" "}${found.known} of its ${plural(found.words, "word")} stand in the training text;
        ${" "}${(100 * found.repeated).toFixed(0)} % of its windows of 20 characters came before.
      </p>
      ${kept.length > 0 &&
      html`<div class="gen-scroll" tabindex="0" role="region" aria-label="Texts kept for comparison">
        <table class="gen-table gen-kept">
          <thead>
            <tr>${["τ / top-k / top-p", "characters", "entropy drawn from", "words that exist", "repeated"].map((name) => html`<th scope="col">${name}</th>`)}</tr>
          </thead>
          <tbody>
            ${[...kept, ["real, held-out text", "300 each", "–", `≈ ${heldOut.words.toFixed(2)}`, `≈ ${heldOut.repeated.toFixed(2)}`]].map(
              ([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((x) => html`<td>${x}</td>`)}</tr>`,
            )}
          </tbody>
        </table>
      </div>`}`;
  };

  // Texts to read: paragraphs that the model has never seen, and the same ones altered.
  const texts = () => {
    const [first, second, third] = model().info.paragraphs;
    const reversed = [...first].reverse().join("");
    const once = "The quick brown fox jumps over the lazy dog. ";
    return [
      ["held-out paragraph 1", first],
      ["held-out paragraph 2", second],
      ["held-out paragraph 3", third],
      ["paragraph 1 backwards", reversed],
      ["a sentence", once.trim()],
      ["the sentence four times", once.repeat(4).trim()],
      ["German", "Wer nicht hören will, muss fühlen. Morgenstund hat Gold im Mund."],
      ["nothing", ""],
    ];
  };

  // Reads a text and says how surprised it is.
  const Reader = () => {
    const choices = useMemo(texts, []);
    const [text, setText] = useState(choices[0][1]);
    const [reading, setReading] = useState(() => read(choices[0][1]));
    const [looked, setLooked] = useState(0);
    const first = useRef(true);
    // Reads once the typing pauses, so that a long text does not hold up the keys.
    useEffect(() => {
      if (first.current) {
        first.current = false;
        return undefined;
      }
      const wait = setTimeout(() => {
        setReading(read([...text].slice(0, MOST).join(""), reading));
        setLooked(0);
      }, 250);
      return () => clearTimeout(wait);
    }, [text]);
    const start = reading[START.length - 1];
    const nodes = reading.slice(START.length);
    const characters = nodes.map((node) => node.char);
    const groups = PLACES.map((name, group) => {
      const bits = nodes.filter((_, k) => place(characters, k) === group).map((node) => node.bits);
      return [name, bits.length, mean(bits)];
    });
    const bits = nodes.map((node) => node.bits);
    const { info } = model();
    const most = bits.indexOf(Math.max(...bits));
    const result = nodes.length
      ? `${plural(nodes.length, "character")}: ${mean(bits).toFixed(2)} bits per character. ` +
        `The greatest surprise: ${quoted(nodes[most].char)} at ${most + 1}, ${bits[most].toFixed(1)} bits.`
      : "There is nothing to read yet: type or paste a text, or choose one.";
    const notes = [
      unknownLine(text),
      [...text].length > MOST ? `Only the first ${MOST} characters are read.` : "",
    ].filter(Boolean);
    return html`<div class="gen-fields">
        <label class="gen-own">A text to read, yours or one of these
          <textarea rows="4" spellcheck="false" value=${text} onInput=${(event) => setText(event.target.value)}></textarea>
        </label>
        <${Choice} name="Texts to try" choices=${choices} text=${text} onChoice=${setText} />
      </div>
      <p class="gen-result" role="status">${result}</p>
      <p class="gen-notes" role="status">${notes.join(" ")}</p>
      ${nodes.length > 0 &&
      html`<${View} label="The text, shaded by surprise" ...${{ start, nodes, looked: Math.min(looked, nodes.length - 1) }}
          begun=${0} onLook=${setLooked} />
        <table class="gen-table gen-places">
          <caption>Where this text is surprising</caption>
          <thead>
            <tr><th scope="col">place</th><th scope="col">characters</th><th scope="col">bits each</th></tr>
          </thead>
          <tbody>
            ${groups.map(
              ([name, count, value]) =>
                html`<tr><th scope="row">${name}</th><td>${count}</td><td>${count ? value.toFixed(2) : "–"}</td></tr>`,
            )}
          </tbody>
        </table>`}
      <p class="gen-summary">
        The chapter's held-out text: ≈ ${info.bits.float16.toFixed(2)} bits per character for this model,
        ≈ ${info.bits["n-gram"].toFixed(2)} for the best n-gram, ≈ ${info.bits.xz.toFixed(2)} for primed xz. Whoever
        gives all ${model().size} characters the same probability pays ${Math.log2(model().size).toFixed(2)} bits for each.
      </p>`;
  };

  const GIVEN = 60; // characters shown before the first guess

  // The reader guesses each next character of a held-out text before the model is asked.
  const Guesser = () => {
    const choices = useMemo(
      () => model().info.paragraphs.map((text, k) => [`held-out paragraph ${k + 1}`, text]),
      [],
    );
    const [text, setText] = useState(choices[0][1]);
    const [guesses, setGuesses] = useState([]);
    const [looked, setLooked] = useState(null);
    const [said, say] = useState("");
    const field = useRef();
    const reading = useMemo(() => read(text), [text]);
    const nodes = reading.slice(START.length);
    const likeliest = (at) => {
      const { p } = reading[START.length - 1 + at];
      const best = shape(p, OWN)[0];
      return [model().char(best.id), best.p];
    };
    const at = GIVEN + guesses.length;
    const over = at >= nodes.length;
    const guess = (char) => {
      if (over) return;
      const [best, p] = likeliest(at);
      const node = nodes[at];
      setGuesses([...guesses, { right: char === node.char, model: best === node.char }]);
      setLooked(null);
      const yours = char === "" ? "You passed." : char === node.char ? "You were right." : `You guessed ${quoted(char)}.`;
      const its = `${quoted(best)}, given ${percent(p)}`;
      say(`It is ${quoted(node.char)}. ${yours} The model's likeliest was ${its}; its surprise: ${node.bits.toFixed(1)} bits.`);
    };
    const choose = (chosen) => {
      setText(chosen);
      setGuesses([]);
      setLooked(null);
      say("");
    };
    const button = (char) => () => {
      guess(char);
      field.current.focus();
    };
    const right = (who) => guesses.filter((one) => one[who]).length;
    return html`<div class="gen-fields">
        <${Choice} name="A text that the model has not seen" choices=${choices} text=${text} onChoice=${choose} />
        <label>The next character, your guess
          <input
            type="text"
            class="gen-guess"
            ref=${field}
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            onInput=${(event) => {
              const char = [...event.target.value].at(-1);
              event.target.value = "";
              if (char) guess(char);
            }}
            onKeyDown=${(event) => {
              if (event.key === "Enter") guess("\n");
            }}
          />
        </label>
        <div class="gen-buttons">
          <button type="button" onClick=${button(" ")}>Space</button>
          <button type="button" onClick=${button("\n")}>Line end (Enter)</button>
          <button type="button" onClick=${button("")}>Pass</button>
        </div>
      </div>
      <p class="gen-said" role="status">${said}${over ? " That is the end of it." : ""}</p>
      <p class="gen-result">
        You: ${right("right")} of ${guesses.length} right. The model's likeliest character: ${right("model")} of ${guesses.length}.
      </p>
      <${View} label="The text so far" start=${reading[START.length - 1]} nodes=${nodes.slice(0, at)} begun=${GIVEN}
        looked=${looked} follow=${looked === null} onLook=${setLooked} />`;
  };

  // All three, one at a time; what is not shown keeps its state.
  const Generator = () => {
    const [mode, setMode] = useState("write");
    const { info } = model();
    const choice = (value, text) => html`<label
      ><input type="radio" name="gen-mode" value=${value} checked=${mode === value} onChange=${() => setMode(value)} />
      ${text}</label
    >`;
    const loss = Math.abs(info.bits.float16 - info.bits.float32);
    const atMost = Math.max(1, Math.ceil(loss * 1e4)) / 1e4;
    return html`<fieldset class="gen-modes">
        <legend>What shall the model do?</legend>
        ${choice("write", "write on")} ${choice("read", "read a text")}
        ${choice("guess", "guess against me")}
      </fieldset>
      <div class="gen-write" hidden=${mode !== "write"}><${Writer} shown=${mode === "write"} /></div>
      <div class="gen-read" hidden=${mode !== "read"}><${Reader} /></div>
      <div class="gen-guesser" hidden=${mode !== "guess"}><${Guesser} /></div>
      <p class="gen-about">
        The model: a GRU of ${info.units} units, ≈ ${info.steps} steps in ≈ ${info.seconds.toFixed(0)} processor
        seconds on Python's documentation; ≈ ${info.bits.float16.toFixed(3)} bits per character of held-out text in
        16-bit weights. Rounding the weights changed this by ≈ ${atMost.toFixed(4)} at most. Before any text it reads
        two line ends, as before a paragraph.
      </p>`;
  };

  bookExplorers.define("generator", (stage) => render(html`<${Generator} />`, stage));
})();
