/** Words that a native speaker or a user of Kubernetes would not write, and what to write instead. */

export type Replacement = readonly [pattern: RegExp, write: string];

/** A text with the line where it starts. */
export interface Passage {
  readonly line: number;
  readonly text: string;
}

/** Everywhere: in comments, docs and texts. */
export const replacements: readonly Replacement[] = [
  [/\banew\b/, '"again", "reissue", "recreate", or "a new …"'],
  [/\bwho(?:so)?ever\b|\bwhomever\b/, '"anyone who", "the user", "any component that", or the passive'],
  [/\bnobody\b/, '"no one", "no component", "no client", or "is not …"'],
  [/\b(?:some|any|every)body\b/, '"someone", "anyone", "every user", "every client"'],
  [/\blest\b/, '"so that … not"'],
  [/\bmend(?:s|ed|ing)?\b/, '"fix"'],
  [/\bbeside\b/, '"next to" (place) or "in addition to" (list)'],
  [/\b(?:thereby|therein|thereof|wherein|whereby|whence)\b/, 'a second sentence'],
  [/\btold\b/, '"reported", "printed", "passed", or "unless … says otherwise"'],
  [/\btells\b/, '"reports", "says", "shows", or "distinguishes"'],
  [/\bfor want of\b/, '"without", or "because there is no"'],
  [/\b(?:which|that|it|what|who) (?:is|are|was) no\b(?! longer)/, '"is not a …"'],
  [/\b(?:another|other) [\w-]+ than\b|\bothers? than those\b/, '"a different … from"'],
  [/\b(?:certificate|CA|leaf|leaves|credential|authority)s? (?:has |have )?end(?:s|ed)?\b/, '"expires"'],
  [/\bends? (?:in \d|so soon|soon|last)\b/, '"expires"'],
  [/\bstands? (?:in (?!for)|at |on |there|alone|below|above|behind|next)/, '"is in", "is at", "is listed in"'],
  [/\btak(?:e|es|en|ing) back\b|\btook back\b/, '"roll back", "undo", "revoke"'],
  [/\b(?:take|takes|taken) for granted\b/, '"assume"'],
  [/\bask(?:s|ed)? of\b/, '"applies to", "is checked for", "asks for"'],
  [/\bin the place of\b/, '"instead of", or "replaces"'],
  [/\bunasked\b/, '"by default", or "without being asked"'],
  [/\bof (?:ours|theirs)\b/, '"our own", or "of pki-lint"'],
  [/\bthie(?:f|ves)\b/, '"attacker"'],
  [/\b(?:he|him|his|himself)\b/, '"they", "the attacker", "the holder"'],
  [/\b(?:shall|ought)\b/, '"must", "should", or "will"'],
  [/\b(?:in truth|in vain|comes? to pass|of (?:its|their) own accord|a namesake)\b/, 'the plain word'],
  [/\bkin\b/, '"related …"'],
];

/** Also in all that users read: the words of Kubernetes and its documentation. */
export const userReplacements: readonly Replacement[] = [
  ...replacements,
  [/\bwanted\b(?! to match)/, '"expected"'],
  [/(?<!invalid |take any )\barguments?\b/, '"flag"'],
  [
    /(?<![\w-]|(?:unknown|candidate|certificate|classDef) )\bauthorit(?:y|ies)\b(?! (?:certificate|data|key identifier|info access))/,
    '"CA"',
  ],
  [/\balone\b/, '"only"'],
  [/\bends? (?:on|in|before|after|when)\b|\ban end (?:after|further)\b/, '"expires", "an expiry date"'],
  [/\b(?:is|are) not taken\b|\btakes? no\b/, '"is refused", or "does not accept"'],
  [/\bas (?:it is|they are):|\bleft as (?:it is|they are)\b|\bleaves? (?:it|them) as\b/, '"not changed"'],
  [/\bput (?:it|them) in\b/, '"copy it"'],
  [/\bthe page\b/, '"the documentation"'],
  [/\bin (?:its|their|the|[\w-]+'s) place\b/, '"instead"'],
  [/\b(?:was|were) (?:not |never )?given\b(?! to)/, '"is not in the input", or "is not set"'],
  [/\b(?:other|another) keys?\b/, '"a different key"'],
  [/\blies? (?:in|at|elsewhere|on)\b/, '"is in"'],
  [/\bgo(?:es)? on with\b/, '"continue with"'],
  [/\bread again by (?:itself|themselves)\b|\breads (?:\w+ ){1,2}again by itself\b/, '"reload"'],
  [/\bfor ever\b/, '"forever", or "again and again"'],
  [/\bnow and then\b/, '"intermittently", or "sometimes"'],
  [/(?<![\w-])folders?\b/, '"directory"'],
];

/** Returns one line for each match of a table in the passages of a file: where it is, and what to write instead. */
export function complaintsAbout(
  path: string,
  passages: readonly Passage[],
  table: readonly Replacement[],
): readonly string[] {
  return passages.flatMap(({ line, text }) =>
    table.flatMap(([pattern, write]) => {
      const match = new RegExp(pattern, 'i').exec(text);
      if (match === null) return [];
      const context = text.slice(Math.max(0, match.index - 30), match.index + match[0].length + 30).trim();
      return [`${path}:${line}: "…${context}…": instead of "${match[0].trim()}" write ${write}`];
    }),
  );
}
