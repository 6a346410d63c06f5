// What attention looks at, the part that computes: the chapter's Translator, greedily
// decoded in the page with its weights, on number words and on written-out dates.
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

  const FULL = { numbers: 16, dates: 40 };

  // {text, tokens, ids, right (tokens or null), from (where those come from), form (of a
  // date, or -1), note}, or {error}: one friendly line.
  const read = (task, typed) => {
    const info = infoOf(task);
    const text = typed.normalize("NFC").trim().replace(/\s+/g, " ");
    const known = new Map(info.words[0].map((word, id) => [word, id]));
    const numbers = task === "numbers";
    const wanted = numbers ? "a number from 1 to 999,999" : "a date";
    if (!text) return { error: `The field is empty: type ${wanted}.` };
    let tokens = [...text];
    let code = null; // of the pair, as the lists of trained and unseen ones have it
    let right = null;
    let [form, from, day] = [-1, [], null];
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
      day = dayWritten(text, info.forms);
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
    else if (code === null) note = "Nearly one of the forms: a wrong weekday, or a zero too many.";
    else if (info.trained.includes(code)) note = "This very pair was in the training set.";
    else if (!numbers && info.trained.some((one) => cut(one, info.forms.length)[0] === day))
      note = "This day was in the training set, but written in another form.";
    else note = "Not in the training set: the model has never seen it.";
    if (right && numbers && code > 1e5 && cut(code, 1000)[0] % 100 === 1)
      note += " (Its teacher num2words says “eins tausend”; a German says “ein tausend”.)";
    const found = tokens.map((token) => known.get(token));
    return { text, tokens, ids: found, right, from, form, note };
  };

  bookExplorers.attention = {
    FILES, cut, infoOf, modelOf, english, german, numberOf, alignment, written, dayWritten,
    comesFrom, dayOf, isoOf, DAYS, read, translate, effects,
  };
})();
