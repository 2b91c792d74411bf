/** What is at the edges of each sheet of paper: the only rules that depend on the report. */

/** Returns the rules for what is at the edges of a sheet: what the page is about, and the number of the sheet. */
export const sheetOf = (about: string): string => `
@page {
  margin: 14mm 14mm 16mm;
  @bottom-left { content: "${cssText(about)}"; font: 8pt system-ui, sans-serif; color: #555; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #555; }
}
`;

/** Returns a text for a string of a style sheet: names from files cannot end it. */
const cssText = (text: string): string =>
  text.replace(/[^A-Za-z0-9 ,.]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `);
