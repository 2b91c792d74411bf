'use strict';
/*
 * Takes the place of the package string-width, which cli-table3 measures cells with: the cells are already fitted by
 * our own measure, so both must agree, and a regular expression for all emoji takes long to compile.
 */
module.exports = require('../src/report/text/width.ts').textWidth;
