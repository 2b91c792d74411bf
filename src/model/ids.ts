/** Names of the things that a fault may lie in: what a finding is about, and what a connection hangs on. */
import type { Component } from '../core/artifact.ts';
import { type Slot, slotName } from './slots.ts';

export const fileId = (path: string): string => `file:${path}`;
export const slotId = (slot: Slot): string => `argument:${slotName(slot)}:${slot.argument?.value ?? ''}`;
export const roleId = (role: string): string => `role:${role}`;
export const authorityId = (authority: string): string => `authority:${authority}`;
export const componentId = ({ at, name }: Component): string => `component:${at.path}:${name}`;
export const keyPairId = 'key-pair';
