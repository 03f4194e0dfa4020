/**
 * Which files a specification is made of, found out before anything is parsed: `include "../family/10-integer.isa"` stands at the
 * head of a file, so it takes no grammar to see it.
 *
 * A path is relative to the file that names it, and never leads further out than to the folders beside the specification's own.
 * So a specification stays data that is safe to check: it can't make anybody read what is not a specification.
 */
const PATH = /^(?:\.\.\/[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)?(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.isa$/;
const LONGEST_PATH = 200;

/** What may stand at the head of a file, as the lexer has it: white space, comments, the word and its text. */
const HEAD = /[ \t\r\n\uFEFF]+|\/\/[^\r\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|(include)(?![A-Za-z0-9_])|("[^"\\\r\n]*")/y;

/** The paths that a text includes, as they are written, whatever else is wrong with it. */
export function includesAtHead(text: string): readonly string[] {
  const paths: string[] = [];
  let isOpen = false;
  HEAD.lastIndex = 0;
  for (let found = HEAD.exec(text); found !== null; found = HEAD.exec(text)) {
    const [, word, path] = found;
    if (word !== undefined && isOpen || path !== undefined && !isOpen) break;
    if (word !== undefined) isOpen = true;
    if (path === undefined) continue;
    paths.push(path.slice(1, -1));
    isOpen = false;
  }
  return paths;
}

/** The file that `path` means in `file`, both relative to the specification's folder; nothing if it is no path that may be included. */
export function includeTarget(file: string, path: string): string | undefined {
  if (path.length > LONGEST_PATH || !PATH.test(path)) return undefined;
  const at = file.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part !== ".." || at.length === 0) at.push(part);
    else at.pop();
  }
  return at.join("/");
}
