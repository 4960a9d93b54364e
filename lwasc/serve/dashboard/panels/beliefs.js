// Resonance: how much of the truth that a module claims holds, and which beliefs do not.

import { at, fill, make, say } from '../dom.js';
import { number } from '../format.js';

/** Shows what `/watch` says; nothing where nobody believes anything. */
export function beliefs({ modules }) {
  const all = modules.flatMap((module) => module.beliefs);
  const lost = all.filter((belief) => !belief.holds).length;
  say(at('beliefs-count'), lost === 0 ? 'all beliefs hold' : `${lost} of ${all.length} in doubt`);
  fill(at('beliefs-modules'), modules, create, update);
}

const create = () =>
  make(
    'div',
    { class: 'module' },
    make('p', { class: 'share' }, make('span', { class: 'name' }), make('span', { class: 'figure' })),
    make('div', { class: 'gauge', 'aria-hidden': 'true' }, make('span', { class: 'bar' })),
    make('p', { class: 'claims' }),
    make('ul', { class: 'doubts' }),
  );

function update(element, module) {
  say(element.querySelector('.name'), module.module);
  say(element.querySelector('.figure'), number(module.resonance));
  element.querySelector('.gauge').style.setProperty('--share', module.resonance);
  const [axioms, beliefs] = [module.axioms, module.beliefs.length];
  say(
    element.querySelector('.claims'),
    `${axioms} ${axioms === '1' ? 'axiom' : 'axioms'}, ${beliefs} ${beliefs === 1 ? 'belief' : 'beliefs'}`,
  );
  const lost = module.beliefs.filter((belief) => !belief.holds);
  const item = () =>
    make('li', {}, make('span', { class: 'name' }), make('span', { class: 'truth' }), make('span', { class: 'why' }));
  fill(element.querySelector('.doubts'), lost, item, (li, belief) => {
    say(li.querySelector('.name'), belief.name);
    say(li.querySelector('.truth'), `truth ${number(belief.truth)}`);
    say(li.querySelector('.why'), why(belief));
  });
}

/** Why a belief does not hold. */
function why({ subjects, doubts, given }) {
  const named = subjects.filter((subject) => subject !== '');
  const more = Number(doubts) - named.length;
  const parts = [];
  if (named.length > 0) parts.push(`not for ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  else if (Number(doubts) > 0) parts.push('it does not hold');
  if (given.length > 0) parts.push(`given ${given.join(', ')}`);
  return parts.join('; ');
}
