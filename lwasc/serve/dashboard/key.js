// Asks for the caller's key where the server wants to know who is there. It is kept in the tab alone.

import { key } from './api.js';
import { at } from './dom.js';

let waiting;

/** Comes when there is a key to try. `why` is told where one was tried before. */
export function askForKey(why) {
  waiting ??= new Promise((done) => {
    const dialog = at('key');
    at('key-wrong').textContent = key.get() ? why : '';
    at('key-text').value = '';
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    at('key-form').addEventListener(
      'submit',
      () => {
        key.set(at('key-text').value.trim());
        at('key-text').value = '';
        waiting = undefined;
        at('key-button').hidden = false;
        done();
      },
      { once: true },
    );
    dialog.showModal();
  });
  return waiting;
}

/** The button that forgets it. */
export function offerToForget() {
  at('key-button').hidden = !key.get();
  at('key-button').addEventListener('click', () => {
    key.forget();
    location.reload();
  });
}
