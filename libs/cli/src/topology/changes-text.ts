import type { LockChange, LockEffect } from '@ouzel/streams';
import { styled, type Console } from '../console/console.js';

const styles = { orphans: 'red', restores: 'yellow', harmless: 'bold' } as const;

const titles: Readonly<Record<LockEffect, string>> = {
  orphans: 'These changes leave state or records behind:',
  restores: 'State is restored from changelogs, which takes time:',
  harmless: 'Harmless:',
};

/** Returns what a person reads of the differences between a lock and a topology; an empty text where there are none. */
export function changesText(changes: readonly LockChange[], console: Console): string {
  return (Object.keys(titles) as LockEffect[])
    .map((effect) => {
      const lines = changes.filter((change) => change.effect === effect).map(changeText);
      return lines.length === 0 ? '' : `${styled(console, styles[effect], titles[effect])}\n${lines.join('')}`;
    })
    .join('');
}

function changeText({ where, what, choices }: LockChange): string {
  return `  - ${where}: ${what}\n${choices.map((choice, i) => `      ${i === 0 ? 'choose' : '    or'}: ${choice}\n`).join('')}`;
}
