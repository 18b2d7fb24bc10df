/**
 * Sliding windows in constant time per step, whatever their width, and without subtraction: a sum that is taken away
 * again would leave rounding errors behind, and `> 0` would see them. (Van Herk and Gil–Werman: each window is the
 * end of one block and the beginning of the next.)
 */

/** Index i of the result combines values[max(0, i − width)] … values[i − 1]; index 0 is the empty window. */
export function slide(
  values: Float64Array,
  width: number,
  combine: (a: number, b: number) => number,
  none: number,
): Float64Array {
  const { length } = values;
  const fromBlockStart = new Float64Array(length);
  const toBlockEnd = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    fromBlockStart[index] =
      index % width === 0 ? values[index]! : combine(fromBlockStart[index - 1]!, values[index]!);
  }
  for (let index = length - 1; index >= 0; index--) {
    const isBlockEnd = index % width === width - 1 || index === length - 1;
    toBlockEnd[index] = isBlockEnd
      ? values[index]!
      : combine(values[index]!, toBlockEnd[index + 1]!);
  }
  const result = new Float64Array(length + 1).fill(none);
  for (let end = 1; end <= length; end++) {
    const start = Math.max(0, end - width);
    result[end] =
      start % width === 0
        ? fromBlockStart[end - 1]!
        : combine(toBlockEnd[start]!, fromBlockStart[end - 1]!);
  }
  return result;
}
