// Questions to the server, with the caller's key where it has one. Numbers come as texts, with every digit that was sent.

const KEY = 'lwas-key';

/** The server does not know who asks. */
export class Unknown extends Error {}

/** The server does not answer that; `status` is that of HTTP. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The key, which lives as long as the tab. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (text) => sessionStorage.setItem(KEY, text),
  forget: () => sessionStorage.removeItem(KEY),
};

/** The headers of a request. */
export function headers(more) {
  const known = key.get();
  return known ? { ...more, authorization: `Bearer ${known}` } : more;
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON in which each number is the text that was sent. */
export function parse(text) {
  return JSON.parse(text.replace(STRING_OR_NUMBER, (found) => (found[0] === '"' ? found : `"${found}"`)));
}

/** Throws what a response that is no answer says. */
export async function check(response) {
  if (response.ok) return response;
  const text = await response.text();
  let message = `the server answered with ${response.status}`;
  try {
    message = JSON.parse(text).error.message;
  } catch {
    // Not from this server; a proxy may say what it likes.
  }
  throw response.status === 401 ? new Unknown(message) : new Refused(response.status, message);
}

const PATIENCE_MS = 20_000;

/** What the server answers to a path under `/api`. */
export async function ask(path) {
  const asked = { headers: headers({ accept: 'application/json' }), signal: AbortSignal.timeout(PATIENCE_MS) };
  const response = await check(await fetch(`/api${path}`, asked));
  return parse(await response.text());
}

/**
 * Finds a module of the standard library among what is served, by some of its queries: as a program of its own, or imported by
 * one. Gives a function from a query's name to the path under which it is asked, or to nothing where it can't be.
 */
export function locate(programs, module, needed) {
  for (const program of programs) {
    const below = `/programs/${encodeURIComponent(program.name)}`;
    for (const prefix of [`${module}.`, '']) {
      const path = (query) => {
        if (program.queries.includes(prefix + query)) return `${below}/queries/${prefix}${query}`;
        return program.routes.includes(`/${query}`) ? `${below}/${query}` : undefined;
      };
      if (needed.every((query) => path(query) !== undefined)) return path;
    }
  }
  return undefined;
}
