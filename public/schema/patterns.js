// Regular expressions of schemas. They may take for ever: whoever runs this worker is told of each before it is tried.

const LONGEST = 10_000;
// Characters of other dialects that JavaScript takes for plain letters without the flag `u`.
const FOREIGN = /\[\[[:.=]|\\[AZzGhHKQERXaelLNpPkguUx](?![0-9a-fA-F]{2})|\(\?P|\{,\d/;

let watch = () => {};
let slow = new Set();
const compiled = new Map();
const results = new Map();

const nameOf = (pattern, text) => JSON.stringify([pattern, text]);

export function begin(tell, late) {
  watch = tell;
  slow = new Set(late);
}

// Backslashes before punctuation mean nothing, and the flag `u` forbids them.
function withoutNeedless(pattern) {
  let inside = false;
  return pattern.replace(/\\[^]|[^\\]/gu, (part) => {
    if (part === "[") inside = true;
    if (part === "]") inside = false;
    const kept = inside ? /^\\[\^$\\.*+?()[\]{}|/\-\w]/ : /^\\[\^$\\.*+?()[\]{}|/\w]/;
    return part[0] === "\\" && part.length > 1 && /^\\[!-~]/.test(part) && !kept.test(part) ? part.slice(1) : part;
  });
}

function compile(pattern) {
  if (pattern.length > LONGEST) return null;
  for (const [text, flags] of [[pattern, "u"], [withoutNeedless(pattern), "u"], [pattern, ""]]) {
    if (!flags && FOREIGN.test(pattern)) break;
    try {
      return new RegExp(text, flags);
    } catch {
      // Then another way.
    }
  }
  return null;
}

// Whether the text fits; "slow" or "unreadable": it cannot be told.
export function matches(pattern, text) {
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = compile(pattern)));
  if (!expression) return "unreadable";
  const name = nameOf(pattern, text);
  if (slow.has(name)) return "slow";
  let result = results.get(name);
  if (result === undefined) {
    watch(name);
    result = expression.test(text);
    watch(null);
    if (results.size > 20_000) results.clear();
    results.set(name, result);
  }
  return result;
}
