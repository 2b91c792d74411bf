/** Where and how to change settings of the kubelet. */
import type { Argument } from '../../artifact/argument.ts';
import { isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { fileIn, lineOf, placeOn } from '../../artifact/place.ts';
import { setArgument } from '../base/argument-edit.ts';

/** Flags and the values that they should have. */
type Wanted = Readonly<Record<string, string>>;

/**
 * Returns where the setting is: in the configuration file that has it, or a flag, which outweighs the file. A kubelet
 * without a file reads none.
 */
export function whereSet(argument: Argument | undefined, kubelet: Component, node: ScannedNode, wanted: Wanted) {
  const isFlag = argument?.spelled.startsWith('-') ?? !isGiven(kubelet, 'config');
  if (!isFlag) {
    const settings = argument && fileIn(argument.at);
    return { data: settings === undefined ? {} : { settings }, more: {} };
  }
  const place = lineOf(placeOn(node, argument?.at ?? kubelet.at));
  return { data: { place, component: kubelet.name }, more: { fix: 'flag', edits: editsOf(kubelet, node, wanted) } };
}

/** New flags come first: they are put before one that is there, which may change too. */
function editsOf(kubelet: Component, node: ScannedNode, wanted: Wanted) {
  const others = Object.entries(wanted).filter(([flag, value]) => lastArgument(kubelet, flag)?.value !== value);
  const isThere = ([flag]: readonly [string, string]) => Number(lastArgument(kubelet, flag) !== undefined);
  const edits = others
    .toSorted((one, other) => isThere(one) - isThere(other))
    .map(([flag, value]) => setArgument(kubelet, flag, value, node));
  return edits.every((one) => one !== undefined) ? edits : [];
}
