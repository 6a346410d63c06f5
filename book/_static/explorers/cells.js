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

  window.bookExplorers.cells = {
    unpack, unpackAll, affine, row, sigmoid, softmax, lstmStep, gruStep,
  };
})();
