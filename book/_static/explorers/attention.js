// What attention looks at: the chapter's Translator, greedily decoded in the page, with
// its weights, on number words and on written-out dates.
(() => {
  const { cells } = bookExplorers;

  // --- numbers as words, checked against num2words by the test

  const ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const EINS = ["", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];
  const TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"];
  TEENS.push("seventeen", "eighteen", "nineteen");
  const ZEHN = ["zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn"];
  ZEHN.push("siebzehn", "achtzehn", "neunzehn");
  const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
  const ZIG = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig"];
  ZIG.push("neunzig");
  const cut = (number, by) => [Math.floor(number / by), number % by];

  // 101 -> one hundred and one, as words; below 1000.
  const englishBelow = (number) => {
    const [hundreds, rest] = cut(number, 100);
    const words = hundreds ? [ONES[hundreds], "hundred"] : [];
    if (hundreds && rest) words.push("and");
    if (rest < 10) words.push(ONES[rest]);
    else if (rest < 20) words.push(TEENS[rest - 10]);
    else words.push(TENS[Math.floor(rest / 10) - 2], ONES[rest % 10]);
    return words.filter(Boolean);
  };

  // The words of 1 … 999,999.
  const english = (number) => {
    const [thousands, rest] = cut(number, 1000);
    const words = thousands ? [...englishBelow(thousands), "thousand"] : [];
    if (thousands && rest && rest < 100) words.push("and");
    return [...words, ...englishBelow(rest)];
  };

  // The parts of the German word below 1000; "last" says whether 1 is eins or ein.
  const germanBelow = (number, last) => {
    const [hundreds, rest] = cut(number, 100);
    const parts = hundreds ? [EINS[hundreds], "hundert"] : [];
    const one = rest % 10;
    if (rest === 1) parts.push(last ? "eins" : "ein");
    else if (rest < 10) parts.push(EINS[rest]);
    else if (rest < 20) parts.push(ZEHN[rest - 10]);
    else parts.push(EINS[one], one ? "und" : "", ZIG[Math.floor(rest / 10) - 2]);
    return parts.filter(Boolean);
  };

  // The parts of the German word of 1 … 999,999, as num2words writes it: "eins tausend"
  // after hundreds, where a German says "ein tausend". The models learned it so.
  const german = (number) => {
    const [thousands, rest] = cut(number, 1000);
    const parts = thousands ? [...germanBelow(thousands, thousands > 1), "tausend"] : [];
    return [...parts, ...germanBelow(rest, true)];
  };

  // The number that English words say, or null where english() would not say it so.
  const numberOf = (words) => {
    let [total, group] = [0, 0];
    for (const word of words) {
      if (ONES.indexOf(word) > 0) group += ONES.indexOf(word);
      else if (TEENS.includes(word)) group += 10 + TEENS.indexOf(word);
      else if (TENS.includes(word)) group += 20 + 10 * TENS.indexOf(word);
      else if (word === "hundred") group *= 100;
      else if (word === "thousand") [total, group] = [total + 1000 * group, 0];
    }
    total += group;
    const inside = total >= 1 && total <= 999_999;
    return inside && english(total).join(" ") === words.join(" ") ? total : null;
  };

  // --- dates as text, in the chapter's forms; day 0 is 1900-01-01

  const DAYS = 73_049;
  const SAMPLE = 39_875; // a day to show the forms with
  const FIRST = Date.UTC(1900, 0, 1);
  const dayOf = (iso) => Math.round((Date.parse(`${iso}T00:00:00Z`) - FIRST) / 864e5);
  const isoOf = (day) => new Date(FIRST + day * 864e5).toISOString().slice(0, 10);
  const pieces = (form) => form.pattern.match(/[A-Za-z]+|[^A-Za-z]+/g);

  const written = (day, form) => {
    const date = new Date(FIRST + day * 864e5);
    const fields = {
      d: `${date.getUTCDate()}`,
      y: `${date.getUTCFullYear()}`,
      M: form.months[date.getUTCMonth()],
      E: form.days[(date.getUTCDay() + 6) % 7], // Monday first
    };
    return pieces(form).map((piece) => fields[piece[0]] ?? piece).join("");
  };

  // The day that a text in one of the forms names (whatever its weekday), or null.
  const dayWritten = (text, forms) => {
    const safe = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const any = (words) => words.map(safe).join("|");
    for (const form of forms) {
      const how = { d: "(?<d>\\d{1,2})", y: "(?<y>\\d{4})", E: `(?:${any(form.days)})` };
      how.M = `(?<M>${any(form.months)})`;
      const pattern = pieces(form).map((piece) => how[piece[0]] ?? safe(piece));
      const found = text.match(new RegExp(`^${pattern.join("")}$`))?.groups;
      if (!found) continue;
      const month = form.months.indexOf(found.M) + 1;
      const two = (number) => `${number}`.padStart(2, "0");
      const iso = `${found.y}-${two(month)}-${two(found.d)}`;
      const day = dayOf(iso);
      if (day >= 0 && day < DAYS && isoOf(day) === iso) return day;
    }
    return null;
  };

  // --- where each token of a right answer comes from, as in the chapter's figures

  const MEANS = new Map([["eins", "one"], ["hundert", "hundred"], ["tausend", "thousand"]]);
  for (const [theirs, ours] of [[EINS, ONES], [ZEHN, TEENS], [ZIG, TENS]])
    theirs.forEach((part, k) => MEANS.set(part, ours[k]));

  // For each German part the position of the English word it stands for, in a list; a
  // word is known by how many thousands and hundreds stand before it.
  const alignment = (source, target) => {
    const placesOf = (words) => {
      let [thousands, hundreds] = [0, 0];
      return words.map((word) => {
        const place = `${word} ${thousands} ${hundreds}`;
        if (word === "thousand") [thousands, hundreds] = [thousands + 1, 0];
        hundreds += word === "hundred" ? 1 : 0;
        return place;
      });
    };
    const places = placesOf(source);
    return placesOf(target.map((part) => MEANS.get(part) ?? part)).map((place) =>
      place.startsWith("und ") ? [] : [places.indexOf(place)].filter((j) => j >= 0),
    );
  };

  // For each character of an ISO date the positions in the text it is read off; any letter
  // of the month counts for both its digits.
  const comesFrom = (day, form) => {
    const where = {};
    let at = 0;
    for (const piece of pieces(form)) {
      const { length } = written(day, { ...form, pattern: piece });
      where[piece[0]] = Array.from({ length }, (_, k) => at + k);
      at += length;
    }
    const one = (field) => where[field].map((j) => [j]);
    const nought = where.d.length === 1 ? [[]] : [];
    return [...one("y"), [], where.M, where.M, [], ...nought, ...one("d")];
  };

  // --- the model: one source at a time, so there is no padding to mask

  const FILES = { numbers: "08_attention_numbers", dates: "08_attention_dates" };
  const infoOf = (task) => bookExplorers.data[FILES[task]].info;
  const models = {};

  // The weights of one kind ("plain", "additive", "dot", "general"), unpacked once.
  const modelOf = (task, kind) =>
    (models[`${task} ${kind}`] ??= (() => {
      const { info, arrays } = bookExplorers.data[FILES[task]];
      const own = Object.entries(arrays).filter(([name]) => name.startsWith(`${kind}/`));
      const w = cells.unpackAll(
        Object.fromEntries(own.map(([name, array]) => [name.slice(kind.length + 1), array])),
      );
      const gru = (name) => ({ W_x: w[`${name}_W_x`], W_h: w[`${name}_W_h`], b: w[`${name}_b`] });
      const [there, back, decoder] = ["there", "back", "decoder"].map(gru);
      return { kind, w, there, back, decoder, longest: info.longest };
    })());

  const START = 1;
  const END = 2;

  // States h, the decoder's first state s and what attention compares with it.
  const encode = ({ kind, w, there, back }, ids) => {
    const { h, last } = cells.bidirectionalGru(
      ids.map((id) => cells.row(w.embed_source, id)),
      there,
      back,
    );
    const s = cells.affine(last, w.start_W, w.start_b).map(Math.tanh);
    return { h, s, keys: cells.attentionKeys(kind, h, w) };
  };

  // One step of the decoder: logits, weights alpha (null without attention), next state.
  const step = ({ kind, w, decoder }, token, s, { h, keys }, seen) => {
    const x = cells.row(w.embed_target, token);
    const look = (q) => cells.seenSoftmax(cells.attentionScores(kind, q, keys, w), seen);
    let alpha = null;
    let mixed = null;
    if (kind === "additive") {
      alpha = look(s); // the previous state asks, and the context enters the GRU
      const context = cells.weightedMean(alpha, h);
      s = cells.gruStep(Float64Array.of(...x, ...context), s, decoder);
      mixed = Float64Array.of(...s, ...context);
    } else {
      s = cells.gruStep(x, s, decoder);
      if (kind !== "plain") alpha = look(s); // the new state asks
      mixed = alpha ? Float64Array.of(...s, ...cells.weightedMean(alpha, h)) : s;
    }
    mixed = cells.affine(mixed, w.mix_W, w.mix_b).map(Math.tanh);
    return { logits: cells.affine(mixed, w.readout_W, w.readout_b), alpha, s };
  };

  // Greedy decoding up to <end>; with `given` ids those are written instead. A list of
  // {id, p, alpha}, p being the probability of the id.
  const decode = (model, ids, seen, given = null) => {
    const source = encode(model, ids);
    const answer = [];
    let [s, token] = [source.s, START];
    while (answer.length < (given ? given.length : model.longest)) {
      const next = step(model, token, s, source, seen);
      const p = cells.softmax(next.logits);
      token = given ? given[answer.length] : p.indexOf(Math.max(...p));
      answer.push({ id: token, p: p[token], alpha: next.alpha });
      s = next.s;
      if (!given && token === END) break;
    }
    return answer;
  };

  // What is left of the source when positions are shut out: "attention" hides their
  // states, "source" takes the words out before the encoder reads.
  const remaining = (ids, out, how) => {
    const kept = ids.map((_, j) => j).filter((j) => how === "attention" || !out.has(j));
    return { kept, left: kept.map((j) => ids[j]), seen: kept.map((j) => !out.has(j)) };
  };

  // The answer to source ids as [{id, p, alpha}], alpha over all source positions.
  const translate = (task, kind, ids, out = new Set(), how = "attention") => {
    const { kept, left, seen } = remaining(ids, out, how);
    return decode(modelOf(task, kind), left, seen).map(({ id, p, alpha }) => {
      const all = alpha && ids.map(() => 0);
      kept.forEach((j, k) => all && (all[j] = alpha[k]));
      return { id, p, alpha: all };
    });
  };

  // For each token of an answer and each word the fall of the token's log-probability
  // when the word, too, is taken out of the source; null where there is none to take.
  const effects = (task, kind, ids, answer, out = new Set(), how = "attention") => {
    const { kept, left, seen } = remaining(ids, out, how);
    const tokens = answer.map(({ id }) => id);
    const table = answer.map(() => ids.map(() => null));
    if (left.length > 1)
      kept.forEach((j, gone) => {
        const others = (list) => list.filter((_, k) => k !== gone);
        const after = decode(modelOf(task, kind), others(left), others(seen), tokens);
        after.forEach(({ p }, t) => (table[t][j] = Math.log(answer[t].p / p)));
      });
    return table;
  };

  // --- what a reader types

  const COUNT = (n) => n.toLocaleString("en");
  const FULL = { numbers: 16, dates: 40 };

  // {text, tokens, ids, right (tokens or null), from (where those come from), form (of a
  // date, or -1), note}, or {error}: one friendly line.
  const read = (task, typed) => {
    const info = infoOf(task);
    const text = typed.normalize("NFC").trim().replace(/\s+/g, " ");
    const known = new Map(info.words[0].map((word, id) => [word, id]));
    const numbers = task === "numbers";
    if (!text)
      return { error: `The field is empty: type ${numbers ? "a number from 1 to 999,999" : "a date"}.` };
    let tokens = [...text];
    let code = null; // of the pair, as the lists of trained and unseen ones have it
    let right = null;
    let [form, from] = [-1, []];
    if (numbers) {
      const digits = text.replace(/[,\s'’_]/g, "");
      if (/\d/.test(text) && !/^\d+$/.test(digits))
        return { error: `“${text}” is not a whole number; the model knows 1 to 999,999.` };
      code = /^\d+$/.test(digits) ? Number(digits) : null;
      if (code !== null && (code < 1 || code > 999_999))
        return { error: "The model knows the numbers from 1 to 999,999 only." };
      tokens = code ? english(code) : text.toLowerCase().replace(/[-,]/g, " ").split(" ");
      tokens = tokens.filter(Boolean);
      code ??= numberOf(tokens);
      right = code && german(code);
      if (right) from = alignment(tokens, right);
    } else {
      const day = dayWritten(text, info.forms);
      form = info.forms.findIndex((one) => day !== null && written(day, one) === text);
      code = form < 0 ? null : day * info.forms.length + form;
      right = day === null ? null : [...isoOf(day)];
      if (form >= 0) from = comesFrom(day, info.forms[form]);
    }
    const strange = [...new Set(tokens.filter((token) => !known.has(token)))];
    if (strange.length || !tokens.length) {
      const what = numbers ? "an English number word" : "a character of the training dates";
      return { error: `“${strange[0] ?? text}” is not ${what}, so the model cannot read it.` };
    }
    if (tokens.length > FULL[task])
      return { error: `That is ${tokens.length} tokens; ${FULL[task]} are the most it can be.` };
    let note = "No right answer to compare with: ";
    if (!right) note += numbers ? "these words are no number." : "not a day in one of the forms.";
    else if (code === null) note = "The weekday is not that day's; the model was told so too.";
    else if (info.trained.includes(code)) note = "This very pair was in the training set.";
    else note = "Not in the training set: the model has never seen it.";
    if (right && numbers && code > 1000 && Math.floor(code / 1000) % 100 === 1 && code > 1e5)
      note += " (Its teacher num2words says “eins tausend”; a German says “ein tausend”.)";
    const found = tokens.map((token) => known.get(token));
    return { text, tokens, ids: found, right, from, form, note };
  };

  // --- what is shown

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
  const signed = (value, digits) => value.toFixed(digits).replace("-", "−");
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

  const { html, render, useLayoutEffect, useMemo, useRef, useState } = window.htmPreact;

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
                return html`<td key=${j} role="gridcell" class=${origin ? "is-origin" : ""} data-at=${`${t} ${j}`}
                  tabindex=${here ? 0 : -1} aria-selected=${here}
                  aria-label=${`${token} from ${name === " " ? "space" : name}: ${
                    value === null ? "taken out" : long(value)}${origin ? ", where it comes from" : ""}`}
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
        exactly right with these weights, ≈; each model was trained on ${COUNT(info.batches)}
        batches of ${info.batch}</span></p>
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
    const head = `${what[0].toUpperCase()}${what.slice(1)} (probability ${p.toFixed(2)}${verdict}).`;
    if (!values)
      return `${head} There are no weights: all it knows of the source went through one vector.`;
    const row = values[at.t];
    const order = row.map((_, j) => j).filter((j) => row[j] !== null);
    order.sort((a, b) => row[b] - row[a]);
    const unit = layer === "weights" ? "on" : "nats for";
    const say = (j) => `${signed(row[j], 2)} ${unit} ${said(tokens[j])}`;
    const top = listed(order.slice(0, 3).map((j) => `${say(j)} (${word} ${j + 1})`));
    const places = [...new Set(from[at.t].map((j) => said(tokens[j])))];
    const comes = places.length ? ` It comes from ${listed(places)}.` : "";
    const cell = `${comes}${row[at.j] === null ? "" : ` Here: ${say(at.j)}.`}`;
    if (layer === "effects")
      return `${head} Its log-probability falls most without these: ${top}.${cell}`;
    const sub = (number) => `${number}`.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
    const asks = kind === "additive" ? `s${sub(at.t)}, before the step` : `s${sub(at.t + 1)}, this step's`;
    return `${head} Asked by ${asks}; largest weights: ${top}.${cell}`;
  };

  // What shutting words out did to the answer.
  const change = ({ task, tokens, out, how, full, answer }) => {
    if (!out.size) return "Nothing is shut out. Press a source token to shut it out.";
    const gone = listed([...out].sort((a, b) => a - b).map((j) => said(tokens[j])));
    const glue = task === "numbers" ? " " : "";
    const text = (list) => list.map(({ token }) => token).filter((x) => x !== "<end>").join(glue);
    const changed = full.map((one, t) => [one.token, answer[t]?.token ?? "nothing"]);
    answer.slice(full.length).forEach(({ token }) => changed.push(["nothing", token]));
    const moved = changed.filter(([a, b]) => a !== b);
    const where = how === "attention" ? "hidden from attention" : "taken out of the source";
    const all = out.size === tokens.length ? " Nothing is left to see, so all weights are equal." : "";
    if (!moved.length) return `With ${gone} ${where} the answer stays the same.${all}`;
    const turns = listed(moved.slice(0, 4).map(([a, b]) => `${shown(a)} → ${shown(b)}`));
    return (
      `With ${gone} ${where}: ${text(answer) || "nothing"} instead of ${text(full)}; ` +
      `${plural(moved.length, UNIT[task][1])} changed: ${turns}${moved.length > 4 ? " …" : ""}.${all}`
    );
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
        <p class="att-change" role="status">${change({ task, tokens, out, how, full, answer })}${
          kind === "plain" && how === "attention" && out.size
            ? " Without attention there is nothing to hide from: take the token out instead." : ""}</p>
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

  bookExplorers.attention = {
    english, german, numberOf, alignment, written, dayWritten, comesFrom, isoOf, read,
    translate, effects,
  };
  bookExplorers.define("attention", (stage) => render(html`<${Explorer} />`, stage));
})();
