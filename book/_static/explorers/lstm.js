// Inside the LSTM: the trained network of the section, character by character.
(() => {
  const { html, render, useEffect, useMemo, useRef, useState } = window.htmPreact;
  const { affine, lstmStep, row, sigmoid, unpackAll } = bookExplorers.cells;
  const { info, arrays } = bookExplorers.data["06_3_lstm"];
  const net = unpackAll(arrays);
  const UNITS = net.W_h.shape[0];
  const LONGEST = 160; // characters of one's own text: twice what training showed
  const CODES = new Map([...info.alphabet].map((letter, k) => [letter, k + 1]));

  // --- what is computed (tests call these)

  const lettersOf = (text) => [...text]; // code points, as in Python
  const straight = (typed) => lettersOf(typed.replace(/[“”„‟]/g, '"')); // as phones type
  const codeOf = (letter) => CODES.get(letter) ?? 0; // 0: any other character

  // Whether a shift acts on unit k: on "all", on "one" (the unit) or on the "others".
  const acts = (scope, unit, k) => scope === "all" || (scope === "one") === (k === unit);

  // Run the network over a text. `shift` is added to the forget biases of a scope. One
  // object per character: letter, code, inside (the label), cOld, the six arrays i, f,
  // candidate, o, c, h (a number per unit), logit, answer, right.
  const read = (text, shift = 0, scope = "all", unit = info.unit) => {
    const moved = Float64Array.from({ length: UNITS }, (_, k) => shift * acts(scope, unit, k));
    let state = { h: new Float64Array(UNITS), c: new Float64Array(UNITS) };
    let inside = false;
    return lettersOf(text).map((letter) => {
      const code = codeOf(letter);
      const next = lstmStep(row(net.E, code), state, net, moved);
      const logit = affine(next.h, net.W_hq, net.b_q)[0];
      if (letter === '"') inside = !inside;
      const answer = logit > 0;
      const cOld = state.c;
      state = { h: next.h, c: next.c };
      return { letter, code, inside, cOld, ...next, logit, answer, right: answer === inside };
    });
  };

  // What Keras measured, shift by shift: shares placed right of all characters, of those
  // inside quotes, and of those outside after a closed quote.
  const measured = (scope, unit) =>
    scope === "all" ? info.shares.all : info.shares[scope][unit];

  bookExplorers.lstm = { read, measured, units: UNITS };

  // --- how numbers and characters are written

  const signed = (x, digits = 3) => {
    const size = Math.abs(x).toFixed(digits);
    return x < 0 && Number(size) !== 0 ? `−${size}` : size;
  };
  const plus = (x) => (x > 0 ? `+${x}` : signed(x, 0));
  const bracket = (x) => (signed(x).startsWith("−") ? `(${signed(x)})` : signed(x));
  const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;
  const glyph = (letter) => ({ " ": "␣", "\n": "↵" })[letter] ?? letter;
  const spoken = (letter) =>
    ({ " ": "a space", "\n": "a line's end", '"': "a quotation mark" })[letter] ?? `“${letter}”`;
  const place = (inside) => (inside ? "inside" : "outside");

  // What the map can show: name, the array, how it is called.
  const QUANTITIES = {
    c: ["c", "cell state c, coloured by tanh(c)"],
    scaled: ["c", "cell state c, each unit to its own scale"],
    f: ["f", "forget gate f"],
    i: ["i", "input gate i"],
    candidate: ["candidate", "candidate c̃"],
    o: ["o", "output gate o"],
    h: ["h", "hidden state h"],
  };
  const SYMBOL = { c: "c", f: "f", i: "i", candidate: "c̃", o: "o", h: "h" };
  const LEGEND = {
    c: "purple: negative, orange: positive, full colour from about ±2 on; numbers are c.",
    scaled: "purple: negative, orange: positive, full colour at each unit's largest |c|.",
  };

  // --- the map of all units over all characters

  const WIDE = 18; // pixels of one character
  const HIGH = 26; // pixels of one row
  const HEAD = 3; // rows above the units: character, label, answer

  // What the colour shows, −1 to 1, for each unit and character.
  const tones = (steps, quantity) =>
    Array.from({ length: UNITS }, (_, k) => {
      const values = steps.map((step) => step[QUANTITIES[quantity][0]][k]);
      if (quantity === "c") return values.map(Math.tanh);
      const top = quantity === "scaled" ? Math.max(1e-9, ...values.map(Math.abs)) : 1;
      return values.map((value) => value / top);
    });

  const Picture = ({ steps, quantity }) => {
    const middle = (t) => t * WIDE + WIDE / 2;
    const line = (k) => k * HIGH + HIGH / 2;
    const sign = (inside) => (inside ? "●" : "·");
    return html`<svg class="lstm-map" aria-hidden="true" width=${steps.length * WIDE}
        height=${(HEAD + UNITS) * HIGH}>
      ${steps.map(
        (step, t) => html`
          <text x=${middle(t)} y=${line(0)} class="letter">${glyph(step.letter)}</text>
          <text x=${middle(t)} y=${line(1)}>${sign(step.inside)}</text>
          <text x=${middle(t)} y=${line(2)} class=${step.right ? "" : "wrong"}>
            ${step.right ? sign(step.answer) : "✗"}</text>`,
      )}
      ${tones(steps, quantity).map((values, k) =>
        values.map(
          (tone, t) => html`<rect x=${t * WIDE} y=${(HEAD + k) * HIGH + 1} width=${WIDE}
            height=${HIGH - 2} class=${tone < 0 ? "below" : "above"}
            fill-opacity=${Math.abs(tone).toFixed(3)} />`,
        ),
      )}
    </svg>`;
  };

  const Overview = ({ steps, at, unit, quantity, cover, go, choose }) => {
    const box = useRef(null);
    const [over, setOver] = useState(null);
    const picture = useMemo(
      () => html`<${Picture} steps=${steps} quantity=${quantity} />`,
      [steps, quantity],
    );
    useEffect(() => {
      // The current character stays in the middle of the box, and is the one read out
      // until the pointer moves again.
      setOver(null);
      const { clientWidth } = box.current;
      box.current.scrollLeft = (at + 0.5) * WIDE - clientWidth / 2;
    }, [at, steps]);
    // The character and unit under a pointer; unit null above the units.
    const under = (event) => {
      const frame = box.current.firstElementChild.getBoundingClientRect();
      const t = Math.floor((event.clientX - frame.left) / WIDE);
      const k = Math.floor((event.clientY - frame.top) / HIGH) - HEAD;
      if (t < 0 || t >= steps.length || k >= UNITS) return null;
      return { t, k: k < 0 ? null : k };
    };
    const point = (event) => {
      const found = under(event);
      if (found?.t !== over?.t || found?.k !== over?.k) setOver(found);
    };
    const pick = (event) => {
      const found = under(event);
      if (!found) return;
      go(found.t);
      if (found.k !== null) choose(found.k);
    };
    const hidden = over && cover && over.t > at;
    const t = over && !hidden ? over.t : at;
    const k = over && !hidden ? (over.k ?? unit) : unit;
    const [name, called] = QUANTITIES[quantity];
    const reading =
      `${SYMBOL[name]} = ${signed(steps[t][name][k])} at character ${t + 1}, ${spoken(steps[t].letter)}, ` +
      `in unit ${k + 1}`;
    return html`<div class="lstm-overview">
        <div class="lstm-side" role="group" aria-label="Units">
          <span>character</span><span>label</span><span>answer</span>
          ${Array.from(
            { length: UNITS },
            (_, j) => html`<button type="button" aria-pressed=${j === unit}
              onClick=${() => choose(j)}>
              <span>unit ${j + 1}${j === info.unit ? "*" : ""}</span>
              <span class="lstm-value">${signed(steps[at][name][j])}</span></button>`,
          )}
        </div>
        <div class="lstm-scroll" ref=${box} tabindex="0" role="region"
          aria-label=${`All units over the text, ${called}: arrow keys left and right
            go to another character, up and down to another unit`}
          onPointerMove=${point} onPointerLeave=${() => setOver(null)} onClick=${pick}>
          <div class="lstm-paper" style=${{ width: `${steps.length * WIDE}px` }}>
            ${picture}
            <div class="lstm-now" style=${{ left: `${at * WIDE}px`, width: `${WIDE}px` }} />
            <div class="lstm-mine" style=${{ top: `${(HEAD + unit) * HIGH}px`, height: `${HIGH}px` }} />
            ${cover &&
            html`<div class="lstm-cover" style=${{ left: `${(at + 1) * WIDE}px` }} />`}
          </div>
        </div>
      </div>
      <p class="lstm-reading">${reading}</p>
      <p class="lstm-legend">
        <span class="lstm-ramp" aria-hidden="true" />
        ${` ${LEGEND[quantity] ?? "purple: −1, no colour: 0, orange: 1."}`}
        ${" ● inside quotes, · outside, ✗ the network's answer is wrong. * the unit chosen in the chapter."}
      </p>`;
  };

  // --- one unit at one step

  const Detail = ({ steps, trained, at, unit }) => {
    const value = (step, name) => step[name][unit];
    const parts = (step) => {
      const [f, i, tilde, o, old] = ["f", "i", "candidate", "o", "cOld"].map((x) => value(step, x));
      const [c, h] = [value(step, "c"), value(step, "h")];
      return { f, i, tilde, o, old, kept: f * old, written: i * tilde, c, tanh: Math.tanh(c), h };
    };
    const now = parts(steps[at]);
    const then = parts(trained[at]);
    const most = Math.max(...[now.kept, now.written, now.c].map(Math.abs));
    const top = [1, 2, 5, 10, 20, 50, 100].find((x) => x >= most) ?? Math.ceil(most);
    const previous = html`c<sub>t−1</sub>`;
    // Name, what is written, from where the bar starts, the scale's end.
    const rows = [
      ["f", html`<i>f</i> forget gate`, 0, 1],
      ["i", html`<i>i</i> input gate`, 0, 1],
      ["tilde", html`<i>c̃</i> candidate`, 0, 1],
      ["o", html`<i>o</i> output gate`, 0, 1],
      ["old", html`${previous} before`, 0, top],
      ["kept", html`f · ${previous} kept`, 0, top],
      ["written", html`i · c̃ written`, now.kept, top],
      ["c", html`c, the sum`, 0, top],
      ["tanh", html`tanh(c)`, 0, 1],
      ["h", html`h, shown`, 0, 1],
    ];
    const bar = (start, length, end) => {
      const across = (x) => Math.max(0, Math.min(100, 50 + (50 * x) / end));
      const [a, b] = [start, start + length].map(across).sort((p, q) => p - q);
      const beyond = Math.abs(length) > end * 1.0001 && (length < 0 ? "before" : "after");
      return html`<span class=${`lstm-track ${beyond || ""}`} aria-hidden="true"><span
        class=${length < 0 ? "below" : "above"}
        style=${{ left: `${a}%`, width: `${b - a}%` }} /></span>`;
    };
    return html`<div class="lstm-detail">
      <table>
        <caption>Unit ${unit + 1}${unit === info.unit ? ", the chosen one" : ""}, character
          ${" "}${at + 1}</caption>
        <thead><tr><th scope="col">quantity</th><td /><th scope="col">now</th>
          <th scope="col">trained</th></tr></thead>
        <tbody>${rows.map(
          ([name, label, start, end]) => html`<tr class=${`row-${name}`}>
            <th scope="row">${label}</th><td>${bar(start, now[name], end)}</td>
            <td>${signed(now[name])}</td><td>${signed(then[name])}</td></tr>`,
        )}</tbody>
      </table>
      <p class="lstm-equation">
        c = f · ${previous} + i · c̃ = ${signed(now.f)} · ${bracket(now.old)} +
        ${" "}${signed(now.i)} · ${bracket(now.tilde)} = ${signed(now.kept)} +
        ${" "}${bracket(now.written)} = <b>${signed(now.c)}</b></p>
      <p class="lstm-equation">
        h = o · tanh(c) = ${signed(now.o)} · ${bracket(now.tanh)} = <b>${signed(now.h)}</b></p>
      <p class="lstm-fine">Right of the middle is positive, left negative. The bars of
        ${" "}${previous}, kept, written and c end at ±${top} here (an arrow: it goes on beyond),
        ${" "}all others at ±1. Numbers are rounded.</p>
    </div>`;
  };

  // --- the measured shares against the shift

  const SCOPES = {
    all: () => "all units",
    one: (unit) => `unit ${unit + 1} alone`,
    others: (unit) => `all but unit ${unit + 1}`,
  };
  const LINES = [
    ["all characters", "all"],
    ["inside quotes", "in"],
    ["outside, after a closed quote", "after"],
  ];

  const Curve = ({ shift, scope, unit }) => {
    const [width, height, left, right, head, foot] = [340, 200, 40, 12, 10, 36];
    const end = info.shifts.at(-1);
    const x = (s) => left + ((s + end) / (2 * end)) * (width - left - right);
    const y = (share) => head + (1 - share) * (height - head - foot);
    const shares = measured(scope, unit);
    const now = shares[info.shifts.indexOf(shift)];
    const trained = shares[info.shifts.indexOf(0)];
    return html`<div class="lstm-measured">
      <p class="lstm-title">Placed right, ${info.paragraphs} held-out paragraphs</p>
      <svg viewBox=${`0 0 ${width} ${height}`} role="img"
        aria-label=${`Shares of characters placed right against what is added to the forget bias
          of ${SCOPES[scope](unit)}; the table below has the numbers at the present shift`}>
        ${[0, 0.5, 1].map(
          (share) => html`<line class="grid" x1=${left} x2=${width - right} y1=${y(share)}
              y2=${y(share)} />
            <text x=${left - 6} y=${y(share) + 4} class="end">${100 * share} %</text>`,
        )}
        ${[-10, -5, 0, 5, 10].map(
          (s) => html`<text x=${x(s)} y=${height - foot + 16}>${plus(s)}</text>`,
        )}
        <text x=${(left + width - right) / 2} y=${height - 5}>
          added to the forget bias of ${SCOPES[scope](unit)}</text>
        <line class="base" x1=${left} x2=${width - right} y1=${y(info.outside)} y2=${y(info.outside)} />
        ${LINES.map(
          ([, name], k) => html`<polyline class=${`line ${name}`}
            points=${shares.map((row, j) => `${x(info.shifts[j])},${y(row[k])}`).join(" ")} />`,
        )}
        <line class="here" x1=${x(shift)} x2=${x(shift)} y1=${head} y2=${height - foot} />
        ${LINES.map(([, name], k) => html`<circle class=${name} cx=${x(shift)} cy=${y(now[k])} r="4" />`)}
      </svg>
      <table>
        <thead><tr><th scope="col">line</th><th scope="col">characters</th>
          <th scope="col">at ${plus(shift)}</th><th scope="col">as trained</th></tr></thead>
        <tbody>${LINES.map(
          ([label, name], k) => html`<tr><td><svg width="34" height="10" aria-hidden="true">
              <line class=${`line ${name}`} x1="1" x2="33" y1="5" y2="5" /></svg></td>
            <th scope="row">${label}</th><td>${percent(now[k])}</td>
            <td>${percent(trained[k])}</td></tr>`,
        )}
        <tr><td><svg width="34" height="10" aria-hidden="true">
            <line class="base" x1="1" x2="33" y1="5" y2="5" /></svg></td>
          <th scope="row">all, by always answering outside</th>
          <td>${percent(info.outside)}</td><td>${percent(info.outside)}</td></tr></tbody>
      </table>
    </div>`;
  };

  // --- the whole text in numbers

  const Table = ({ steps, unit, at, cover }) => {
    const names = ["f", "i", "candidate", "o", "c", "h"];
    return html`<div class="lstm-table" tabindex="0" role="region" aria-label="The text in numbers">
      <table><caption>Unit ${unit + 1} over the text</caption>
        <thead><tr><th scope="col">step</th><th scope="col">character</th>
          ${names.map((name) => html`<th scope="col">${SYMBOL[name]}</th>`)}
          <th scope="col">label</th><th scope="col">answer</th></tr></thead>
        <tbody>${steps.slice(0, cover ? at + 1 : undefined).map(
          (step, t) => html`<tr aria-current=${t === at ? "step" : null}>
            <th scope="row">${t + 1}</th><td>${glyph(step.letter)}</td>
            ${names.map((name) => html`<td>${signed(step[name][unit])}</td>`)}
            <td>${place(step.inside)}</td>
            <td>${place(step.answer)}${step.right ? "" : " ✗ wrong"}</td></tr>`,
        )}</tbody></table></div>`;
  };

  // --- all of it

  const label = (text) => {
    const letters = lettersOf(text).slice(0, 32).map((x) => (x === "\n" ? " " : x));
    return `${letters.join("").replace(/ +/g, " ")}…`;
  };

  // What is said about one's own text; "" when there is nothing to say.
  const remarks = (typed) => {
    const letters = straight(typed);
    if (!typed.trim()) return "Type at least one character; a \" opens or closes a quote.";
    const odd = [...new Set(letters.filter((x) => codeOf(x) === 0))].slice(0, 6);
    const said = [];
    if (letters.length > LONGEST) said.push(`Only the first ${LONGEST} characters are read.`);
    else if (letters.length > info.read)
      said.push(`Training showed ${info.read} characters at most; the rest is new to the network.`);
    if (!letters.includes('"')) said.push("There is no \" in it yet.");
    if (odd.length)
      said.push(`The network does not know ${odd.join(" ")}: all but its ${CODES.size} ` +
        "characters are one and the same to it.");
    return said.join(" ");
  };

  const Explorer = () => {
    const [which, setWhich] = useState("0");
    const [typed, setTyped] = useState('Say "yes" or "no", then go on.');
    const [own, setOwn] = useState(typed);
    const [at, setAt] = useState(0);
    const [unit, setUnit] = useState(info.unit);
    const [shift, setShift] = useState(0);
    const [scope, setScope] = useState("all");
    const [quantity, setQuantity] = useState("c");
    const [cover, setCover] = useState(false);
    const [playing, setPlaying] = useState(false);
    const [open, setOpen] = useState(false);

    const text = which === "own" ? own : info.texts[Number(which)].text;
    const of = scope === "all" ? info.unit : unit; // so that other units change nothing
    const steps = useMemo(() => read(text, shift, scope, of), [text, shift, scope, of]);
    const trained = useMemo(() => read(text), [text]);
    const last = steps.length - 1;
    const t = Math.min(at, last);

    useEffect(() => {
      if (!playing) return undefined;
      if (t === last) {
        setPlaying(false);
        return undefined;
      }
      const timer = setTimeout(() => setAt(t + 1), 600);
      return () => clearTimeout(timer);
    }, [playing, t, last]);

    const go = (target) => {
      setPlaying(false);
      setAt(Math.max(0, Math.min(last, target)));
    };
    const nextMark = steps.findIndex((step, k) => k > t && step.letter === '"');
    const play = () => {
      if (!playing && t === last) setAt(0);
      setPlaying(!playing);
    };
    const write = (value) => {
      setTyped(value);
      if (value.trim()) setOwn(straight(value).slice(0, LONGEST).join(""));
    };
    // Arrow keys, except where they already mean something.
    const onKeyDown = (event) => {
      if (event.target.closest("input, select, textarea, summary, .lstm-table")) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const moves = {
        ArrowLeft: () => go(t - 1),
        ArrowRight: () => go(t + 1),
        Home: () => go(0),
        End: () => go(last),
      };
      if (event.target.closest(".lstm-overview")) {
        moves.ArrowUp = () => setUnit(Math.max(0, unit - 1));
        moves.ArrowDown = () => setUnit(Math.min(UNITS - 1, unit + 1));
      }
      if (!moves[event.key]) return;
      event.preventDefault();
      moves[event.key]();
    };

    const step = steps[t];
    const { f, i, candidate, cOld, c, h } = step;
    const right = steps.filter((x) => x.right).length;
    const altered =
      shift === 0
        ? "The network as it was trained."
        : `Altered, not retrained: ${plus(shift)} on the forget bias of ${SCOPES[scope](unit)}.`;
    const shares = measured(scope, unit)[info.shifts.indexOf(shift)];
    return html`<div class="lstm" onKeyDown=${onKeyDown}>
      <p>The network reads one character at a time and says whether it stands inside double
        ${" "}quotes. Step with the buttons or the arrow keys; a click or tap in the map picks a
        ${" "}character and a unit.</p>
      <div class="explorer-controls">
        <label>Paragraph
          <select class="lstm-which" value=${which}
            onChange=${(e) => (setWhich(e.target.value), go(0))}>
            ${info.texts.map(
              (x, k) => html`<option value=${String(k)}>${k + 1}, ${x.why}: ${label(x.text)}</option>`,
            )}
            <option value="own">Your own text</option>
          </select></label>
        <label>Show
          <select class="lstm-quantity" value=${quantity}
            onChange=${(e) => setQuantity(e.target.value)}>
            ${Object.entries(QUANTITIES).map(
              ([name, [, said]]) => html`<option value=${name}>${said}</option>`,
            )}
          </select></label>
        <label class="lstm-check"><input type="checkbox" checked=${cover}
          onChange=${(e) => setCover(e.target.checked)} /> Cover what comes</label>
      </div>
      ${which === "own" &&
      html`<div class="lstm-own"><label>Your own text
          <input type="text" value=${typed} onInput=${(e) => write(e.target.value)}
            aria-describedby="lstm-remarks" spellcheck="false" autocomplete="off"
            autocapitalize="off" /></label>
        <p id="lstm-remarks" role="status">${remarks(typed)}</p></div>`}
      <${Overview} steps=${steps} at=${t} unit=${unit} quantity=${quantity} cover=${cover}
        go=${go} choose=${setUnit} />
      <div class="explorer-controls lstm-steps">
        <button type="button" aria-disabled=${t === 0} onClick=${() => go(t - 1)}>
          ◀ Previous</button>
        <button type="button" class="lstm-play" onClick=${play}>
          ${playing ? "❚❚ Pause" : "▶ Play"}</button>
        <button type="button" aria-disabled=${t === last} onClick=${() => go(t + 1)}>
          Next ▶</button>
        <button type="button" aria-disabled=${nextMark < 0}
          onClick=${() => nextMark >= 0 && go(nextMark)}>To the next "</button>
        <label class="lstm-slide"><span>Character <output>${t + 1} of ${steps.length}</output></span>
          <input type="range" min="1" max=${steps.length} value=${t + 1}
            aria-valuetext=${`${t + 1} of ${steps.length}, ${spoken(step.letter)}`}
            onInput=${(e) => go(Number(e.target.value) - 1)} /></label>
      </div>
      <p class="lstm-summary" role="status" aria-live=${playing ? "off" : "polite"}>
        Character ${t + 1} is ${spoken(step.letter)}. The network answers
        <b> ${place(step.answer)}</b> quotes (probability of inside
        ${" "}${sigmoid(step.logit).toFixed(3)}), which is ${step.right ? "right" : "wrong"}.
        ${" "}Unit ${unit + 1} keeps f = ${signed(f[unit])} of its cell state
        ${" "}${signed(cOld[unit])} and writes i · c̃ = ${signed(i[unit] * candidate[unit])}:
        ${" "}c = ${signed(c[unit])}, h = ${signed(h[unit])}.</p>
      <div class="explorer-controls lstm-forget">
        <label><span>Added to the forget bias: <output>${plus(shift)}</output></span>
          <input type="range" class="lstm-shift" min=${info.shifts[0]} max=${info.shifts.at(-1)}
            step="1" value=${shift} aria-valuetext=${`${plus(shift)} added to the forget bias`}
            onInput=${(e) => setShift(Number(e.target.value))} /></label>
        <label>in
          <select class="lstm-scope" value=${scope} onChange=${(e) => setScope(e.target.value)}>
            ${Object.entries(SCOPES).map(
              ([name, said]) => html`<option value=${name}>${said(unit)}</option>`,
            )}
          </select></label>
        <button type="button" onClick=${() => setShift(0)}>As trained</button>
      </div>
      <p class="lstm-state" role="status"><b>${altered}</b> In this text ${right} of
        ${" "}${steps.length} characters are placed right; over ${info.paragraphs} held-out
        ${" "}paragraphs ${percent(shares[0])}, inside quotes ${percent(shares[1])}.</p>
      <div class="lstm-panels">
        <${Detail} steps=${steps} trained=${trained} at=${t} unit=${unit} />
        <${Curve} shift=${shift} scope=${scope} unit=${unit} />
      </div>
      <details onToggle=${(e) => setOpen(e.target.open)}><summary>As a table</summary>
        ${open && html`<${Table} steps=${steps} unit=${unit} at=${t} cover=${cover} />`}</details>
    </div>`;
  };

  bookExplorers.define("lstm", (stage) => render(html`<${Explorer} />`, stage));
})();
