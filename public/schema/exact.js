// Numbers by their digits, as JSON writes them: what does not fit into a floating-point number is compared all the same.

const NUMBER = /^(-?)0*(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

// The value is sign × digits × 10^power; digits have no zero at either end, and zero has none at all.
export function exact(text) {
  const [, minus, whole, part = "", power = "0"] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = `${whole}${part}`.replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (!short) return { sign: 0, digits: "", power: 0 };
  return { sign: minus ? -1 : 1, digits: short, power: Number(power) - part.length + digits.length - short.length };
}

// The same text for the same value.
export const written = ({ sign, digits, power }) => `${sign < 0 ? "-" : ""}${digits || 0}e${power}`;

export const isWhole = ({ power }) => power >= 0;

export function compare(one, other) {
  if (one.sign !== other.sign) return one.sign - other.sign;
  const size = one.digits.length + one.power - other.digits.length - other.power;
  if (size) return size * one.sign;
  const length = Math.max(one.digits.length, other.digits.length);
  const [a, b] = [one.digits.padEnd(length, "0"), other.digits.padEnd(length, "0")];
  return a === b ? 0 : (a < b ? -1 : 1) * one.sign;
}

export function isMultiple(value, of) {
  if (!value.sign || !of.sign) return !value.sign;
  // What has no zero at its end is no multiple of ten.
  if (value.power < of.power) return false;
  const divisor = BigInt(of.digits);
  let rest = BigInt(value.digits) % divisor;
  let factor = 10n % divisor;
  for (let power = BigInt(value.power - of.power); power > 0n; power >>= 1n) {
    if (power & 1n) rest = (rest * factor) % divisor;
    factor = (factor * factor) % divisor;
  }
  return rest === 0n;
}
