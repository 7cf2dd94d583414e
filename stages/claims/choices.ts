import { groups } from 'd3-array';
import type { MeasuredClaim } from '../formats/claims.ts';
import type { MarginRow } from '../formats/margins.ts';
import { isChoice, nameOf } from '../robustness/choices.ts';

/** How far the choices of our reconstruction can move before a claim flips (figure A11), as a sentence; nothing of a claim that was not tried. */
export function choicesOf({ id }: MeasuredClaim, margins: readonly MarginRow[]): Pick<MeasuredClaim, 'choices'> {
  const rows = margins.filter(({ claim }) => claim === id);
  const [first] = rows;
  if (first === undefined) return {};
  if (first.verdict_of_ours === 'does not hold')
    return { choices: 'With the fewer runs of figure A11 it does not hold.' };
  const flips = rows.flatMap(flipsIn);
  const stays = groups(
    rows.filter(({ fails }) => fails === 0),
    rangeOf,
  ).map(([range, found]) => listed(found.map(({ choice }) => nameOf(choice))) + range);
  const parts = [
    ...(flips.length > 0 ? [`flips ${listed(flips)}`] : []),
    ...(stays.length > 0 ? [`stays for ${stays.join(', for ')}`] : []),
  ];
  return { choices: `Where one choice of ours alone is another (figure A11), it ${parts.join('; it ')}.` };
}

function flipsIn({ choice, flips_below, flips_above, fails }: MarginRow): string[] {
  const name = nameOf(choice);
  const places = [
    ...(flips_below === undefined ? [] : [`below ${shown(flips_below)} times our ${name}`]),
    ...(flips_above === undefined ? [] : [`above ${shown(flips_above)} times our ${name}`]),
  ];
  return places.length > 0 || fails === 0 ? places : [`with ${name}`];
}

/** Between which factors a choice was tried, as what follows its name. */
function rangeOf({ choice, tried_from, tried_to }: MarginRow): string {
  return isChoice(choice) ? ` from ${tried_from} to ${tried_to} times ours` : '';
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

function shown(factor: number): string {
  return String(Number(factor.toPrecision(2)));
}
