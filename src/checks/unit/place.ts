/** Words for the places of faults in units, and what these faults affect. */
import type { Component } from '../../artifact/component.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { componentId, roleId, type Slot, slotId } from '../../model/roles/slots.ts';

/** Why rules about units do not apply. */
export const notOfUnit = 'not started by a systemd unit';

/** The ids of a component, of flags that it lacks, and of what it does not read without them. */
export const idsOf = (component: Component, slots: readonly Slot[], pki: Pki): readonly string[] =>
  [
    componentId(component),
    ...slots.map(slotId),
    ...slots.flatMap(({ row }) => (row.role === null ? [] : roleId(row.role))),
  ].map((id) => idOnNode(pki, id));
