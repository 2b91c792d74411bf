'use strict';
// Loaded before the program: prints on stderr which modules of Node it has loaded.
process.on('exit', () => {
  const modules = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '));
  require('node:fs').writeSync(2, modules.map((name) => name.slice('NativeModule '.length)).join('\n'));
});
