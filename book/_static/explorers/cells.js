// The layers of the book's chapters in JavaScript, one step and one row at a time, with
// Keras's weights and orders: kernels are (inputs, outputs), row by row.
(() => {
  // Bytes from base64.
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  // A half-precision number from its 16 bits (sign, 5 of exponent, 10 of fraction).
  const half = (bits) => {
    const sign = bits >> 15 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  };

  // An exported array {shape, dtype: "float16" | "float32", base64}, little-endian, as
  // a Float32Array with its shape.
  const unpack = ({ shape, dtype, base64 }) => {
    const raw = bytes(base64);
    const view = new DataView(raw.buffer);
    const wide = dtype === "float16" ? 2 : 4;
    const read =
      wide === 2 ? (k) => half(view.getUint16(k, true)) : (k) => view.getFloat32(k, true);
    const values = Float32Array.from({ length: raw.length / wide }, (_, k) => read(k * wide));
    if (values.length !== shape.reduce((a, b) => a * b, 1))
      throw new Error(`${values.length} numbers do not fill (${shape})`);
    return Object.assign(values, { shape });
  };

  // Every array of {name: exported array}.
  const unpackAll = (arrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, unpack(array)]));

  // x W + b for x (inputs,), W (inputs, outputs) and b (outputs,) or nothing.
  const affine = (x, W, b) => {
    const [inputs, outputs] = W.shape;
    if (x.length !== inputs) throw new Error(`${x.length} numbers for ${inputs} inputs`);
    const y = b ? Float64Array.from(b.subarray(0, outputs)) : new Float64Array(outputs);
    for (let j = 0; j < inputs; j++) {
      const value = x[j];
      if (value === 0) continue;
      for (let k = 0, at = j * outputs; k < outputs; k++, at++) y[k] += value * W[at];
    }
    return y;
  };

  // Row `index` of a matrix (rows, columns): what an embedding looks up.
  const row = (W, index) => W.subarray(index * W.shape[1], (index + 1) * W.shape[1]);

  const sigmoid = (a) => 0.5 * (1 + Math.tanh(a / 2));

  // exp(x) over its sum, for scores x; -Infinity gets nothing.
  const softmax = (scores) => {
    const top = Math.max(...scores);
    const powers = Float64Array.from(scores, (value) => Math.exp(value - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((value) => value / sum);
  };

  // One step of keras.layers.LSTM: x (inputs,), state {h, c} of n units, weights {W_x
  // (inputs, 4n), W_h (n, 4n), b (4n,)}, blocks in Keras's order i, f, candidate, o.
  // `forgetShift`, a number or one per unit, is added to the forget gate's bias. Returns
  // {h, c, i, f, candidate, o}.
  const lstmStep = (x, { h, c }, { W_x, W_h, b }, forgetShift = 0) => {
    const n = h.length;
    const a = affine(x, W_x, b);
    affine(h, W_h).forEach((value, k) => (a[k] += value));
    const shift = (j) => (typeof forgetShift === "number" ? forgetShift : forgetShift[j]);
    for (let j = 0; j < n; j++) a[n + j] += shift(j);
    const block = (k, f) => a.slice(k * n, (k + 1) * n).map((value) => f(value));
    const i = block(0, sigmoid);
    const f = block(1, sigmoid);
    const candidate = block(2, Math.tanh);
    const o = block(3, sigmoid);
    const next = f.map((value, j) => value * c[j] + i[j] * candidate[j]);
    return { h: o.map((value, j) => value * Math.tanh(next[j])), c: next, i, f, candidate, o };
  };

  // One step of keras.layers.GRU with reset_after: x (inputs,), h (n,), weights {W_x
  // (inputs, 3n), W_h (n, 3n), b (2, 3n)}, blocks in Keras's order z, r, candidate.
  const gruStep = (x, h, { W_x, W_h, b }) => {
    const n = h.length;
    const inner = affine(x, W_x, row(b, 0));
    const recurrent = affine(h, W_h, row(b, 1));
    return Float64Array.from({ length: n }, (_, j) => {
      const z = sigmoid(inner[j] + recurrent[j]);
      const r = sigmoid(inner[n + j] + recurrent[n + j]);
      const candidate = Math.tanh(inner[2 * n + j] + r * recurrent[2 * n + j]);
      return z * h[j] + (1 - z) * candidate;
    });
  };

  // keras.layers.Bidirectional around a GRU, over the rows xs: h holds [there; back] for
  // each row, and the last states of both directions start the decoder.
  const bidirectionalGru = (xs, there, back) => {
    const read = (rows, weights) => {
      let h = new Float64Array(weights.W_h.shape[0]);
      return rows.map((x) => (h = gruStep(x, h, weights)));
    };
    const ahead = read(xs, there);
    const behind = read([...xs].reverse(), back).reverse();
    const h = ahead.map((state, j) => Float64Array.of(...state, ...behind[j]));
    return { h, last: Float64Array.of(...ahead.at(-1), ...behind[0]) };
  };

  // What attention compares q with, for each state of h (rows): with the additive score
  // h_j W_h, otherwise h_j itself. It is the same at every step.
  const attentionKeys = (kind, h, { W_h }) =>
    kind === "additive" ? h.map((state) => affine(state, W_h)) : h;

  // The scores e_j of the state q, with the chapter's weights: "dot" q h_j, "general"
  // q W_a h_j, "additive" tanh(q W_s + h_j W_h) v, all for the keys of above.
  const attentionScores = (kind, q, keys, { W_a, W_s, v }) => {
    const asks = kind === "general" ? affine(q, W_a) : kind === "additive" ? affine(q, W_s) : q;
    const term =
      kind === "additive"
        ? (key, k) => Math.tanh(asks[k] + key[k]) * v[k]
        : (key, k) => asks[k] * key[k];
    return keys.map((key) => key.reduce((sum, _, k) => sum + term(key, k), 0));
  };

  // Weights over the scores: where seen is false a score counts as -1e9, as in the book,
  // so that with nothing to see all weights are equal.
  const seenSoftmax = (scores, seen) => softmax(scores.map((e, j) => (seen[j] ? e : -1e9)));

  // The context: the mean of the rows h with weights alpha.
  const weightedMean = (alpha, h) =>
    h[0].map((_, k) => h.reduce((sum, state, j) => sum + alpha[j] * state[k], 0));

  window.bookExplorers.cells = {
    unpack, unpackAll, affine, row, sigmoid, softmax, lstmStep, gruStep, bidirectionalGru,
    attentionKeys, attentionScores, seenSoftmax, weightedMean,
  };
})();
