/** Where to change a setting of the kubelet. */
import type { Argument } from '../../artifact/argument.ts';
import { isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { fileIn, lineOf, placeOn } from '../../artifact/place.ts';

/**
 * Returns where the setting is: in the configuration file that has it, or a flag, which outweighs the file. A kubelet without a
 * file reads none.
 */
export function whereSet(argument: Argument | undefined, kubelet: Component, node: ScannedNode) {
  const isFlag = argument?.spelled.startsWith('-') ?? !isGiven(kubelet, 'config');
  if (isFlag) return { data: { place: lineOf(placeOn(node, argument?.at ?? kubelet.at)) }, more: { fix: 'flag' } };
  const settings = argument === undefined ? lastArgument(kubelet, 'config')?.value : fileIn(argument.at);
  return { data: settings === undefined ? {} : { settings }, more: {} };
}
