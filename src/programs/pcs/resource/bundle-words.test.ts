import { expect, test } from 'vitest';
import { BadCall } from '../router';
import { parseBundle, parseBundleChange } from './bundle-words';

test('the first word behind container is its type, if options may follow it', () => {
  const words = ['container', 'podman', 'image=web', 'port-map', 'port=80', 'port-map', 'port=81'];
  const { type, container, portMaps } = parseBundle(words, true);
  expect(type).toBe('podman');
  expect([...container]).toEqual([['image', 'web']]);
  expect(portMaps.map((map) => map.get('port'))).toEqual(['80', '81']);
});

test('maps are added and removed in one change', () => {
  const { ports } = parseBundleChange(['port-map', 'add', 'port=80', 'port-map', 'remove', 'old-map']);
  expect(ports.added.map((map) => map.get('port'))).toEqual(['80']);
  expect(ports.removed).toEqual(['old-map']);
});

test('a keyword needs options, and words need a keyword', () => {
  expect(() => parseBundle(['network'], true)).toThrow('No network options specified');
  expect(() => parseBundle(['image=web'], true)).toThrow(BadCall);
});
