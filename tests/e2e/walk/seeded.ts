// What random walks have in common: numbers from a seed, and the way from a failing path to a short one.

/** A number below 1 from a seed, the same each time. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A step in words: `press "Escape"`. */
export const shown = (step: { do: string }): string => {
  const { do: what, ...rest } = step;
  return [what, ...Object.values(rest).map((value) => JSON.stringify(value))].join(" ");
};

/** Leaves out what the failure does not need, in halves, then in single steps; the first step always stays. Ends after so many tries. */
export async function shorten<Step>(steps: Step[], tries: number, fails: (steps: Step[]) => Promise<boolean>): Promise<Step[]> {
  let [shortest, left] = [steps, tries];
  for (let size = Math.ceil(shortest.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = shortest.length - 1 - size; at >= 1 && left > 0; at -= size) {
      const without = [...shortest.slice(0, at), ...shortest.slice(at + size)];
      left -= 1;
      if (await fails(without)) shortest = without;
    }
  }
  return shortest;
}
