// Parts of the page, found and made. All text goes in as text: nothing here or elsewhere makes markup of it.

/** The element with this id. */
export const at = (id) => document.getElementById(id);

/** A new element with attributes; what it holds are texts and elements. */
export function make(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...inside);
  return element;
}

/** Puts a text where it is not yet, so that what has not changed costs nothing. */
export function say(element, text, title) {
  if (element.textContent !== text) element.textContent = text;
  if (title !== undefined && element.title !== title) element.title = title;
  element.classList.remove('wait');
}

/**
 * Gives a list or table body as many children as there are items, each filled in from its item; those that are there are used
 * again.
 */
export function fill(parent, items, create, update) {
  while (parent.childElementCount > items.length) parent.lastElementChild.remove();
  items.forEach((item, place) => {
    const child = parent.children[place] ?? parent.appendChild(create());
    update(child, item, place);
  });
}

/** Rows for what will come, so that nothing moves when it does. */
export function expect(parent, count, create) {
  const soon = () => {
    const tr = create();
    const cell = tr.querySelector('th');
    cell.append(make('span', { class: 'wait' }, '0000000000'));
    return tr;
  };
  fill(parent, Array.from({ length: Math.max(count, 0) }), soon, () => {});
}

/** A table row with these cells: each a class name, `th` before it for the row's heading. */
export const row =
  (...cells) =>
  () => {
    const tr = make('tr');
    for (const cell of cells) {
      const [name, kind] = /^th\b/.test(cell) ? ['th', cell.slice(3)] : ['td', cell];
      const made = make(name, name === 'th' ? { scope: 'row' } : {});
      if (kind) made.className = kind;
      tr.append(made);
    }
    return tr;
  };
