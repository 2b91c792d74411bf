/** @peculiar/x509, and what must be loaded before it. The build makes one file of both. */
import 'reflect-metadata';
import x509 from '@peculiar/x509';

export const peculiar = x509;
