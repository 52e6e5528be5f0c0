import { TopologyError } from '@ouzel/core';

/** The longest name of a topic that Kafka allows. */
const longestName = 249;

/** In how many ways a pattern may match a name at most. The engine of JavaScript tries them one after the other. */
const mostWays = 1_000_000;

/** A group of a pattern that is being read: the ways of its finished alternatives, and of the current one. */
interface Group {
  finished: number;
  current: number;
}

const tokens =
  /\\(?:[pPuk]\{[^}]*\}|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?|\)|\||[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu;

/**
 * Returns in how many ways a name of 249 characters can be matched, at most: alternatives add up, parts one after the
 * other multiply, and what is repeated multiplies with each repetition.
 */
function waysOf(source: string): number {
  const groups: Group[] = [{ finished: 0, current: 1 }];
  let last = 1;
  // A last `.*` matches whatever is left: it is never tried twice.
  for (const [token] of source.replace(/\.[*+]\$?$/, '').matchAll(tokens)) {
    const group = groups.at(-1)!;
    const times = repetitionOf(token);
    if (times !== undefined) {
      const most = Math.min(times.most, longestName);
      group.current *= last ** (most - 1) * (most - Math.min(times.least, most) + 1);
      last = 1;
    } else if (token === '|') {
      group.finished += group.current;
      group.current = 1;
    } else if (token.startsWith('(')) groups.push({ finished: 0, current: 1 });
    else if (token === ')' && groups.length > 1) {
      groups.pop();
      last = group.finished + group.current;
      groups.at(-1)!.current *= last;
    } else last = 1;
  }
  return groups.reduce((ways, { finished, current }) => ways * (finished + current), 1);
}

function repetitionOf(token: string): { readonly least: number; readonly most: number } | undefined {
  if (/^\*/.test(token)) return { least: 0, most: Infinity };
  if (/^\+/.test(token)) return { least: 1, most: Infinity };
  if (/^\?/.test(token)) return { least: 0, most: 1 };
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? [];
  if (least === undefined) return undefined;
  return { least: Number(least), most: comma === '' ? Number(least) : most === '' ? Infinity : Number(most) };
}

/**
 * Returns the pattern where the time to match a name with it has a bound. Throws OUZEL_TOPOLOGY for one such as
 * `(a+)+`: a user who may create topics could stop the process with the name of one.
 */
export function legalPattern(pattern: RegExp, where: string): RegExp {
  if (waysOf(pattern.source) <= mostWays) return pattern;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `the pattern ${String(pattern)} can match a name in so many ways that it could run for ever`,
    where,
    help: 'Repeat no group that holds a repetition or alternatives, and use "*" and "+" twice at most, but for a last ".*".',
  });
}
