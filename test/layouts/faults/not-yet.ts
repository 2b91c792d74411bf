/** Faults that are not found yet, with the reason. An entry whose fault is found fails: then it goes. */
export const notYet: Readonly<Record<string, string>> = {
  'a blank follows the backslash that continues a command': 'the flags in its units are not read',
  'a backslash is missing': 'the flags in its units are not read',
  'the file of variables is missing': 'the flags in its units are not read',
  'backslashes are doubled in the file of variables': 'the flags in its units are not read',
  'a variable inside a word is not expanded': 'the flags in its units are not read',
  "the kubelet's configuration names a certificate that is not there": 'the flags in its units are not read',
  'a unit has a flag that its release has lost': 'the release of the kubelet is not read',
  'masters have different CAs': 'the flags in its units are not read',
};
