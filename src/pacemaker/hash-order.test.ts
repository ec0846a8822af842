import { expect, it } from 'vitest';
import { hashOrder, hashValues } from './hash-order';

const same = (key: string) => key;

it('has the order in which crm_ticket lists eleven tickets, after the table has grown', () => {
  const tickets = ['tD', 'tA', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'tB', 'tC'];
  expect(hashOrder(tickets, same)).toEqual(['k2', 'k1', 'k7', 'tD', 'k6', 'tC', 'k5', 'tB', 'k4', 'tA', 'k3']);
});

it('has the order in which crm_resource cleans up on three nodes, by their ids', () => {
  expect(hashValues(['1', '2', '3'], same)).toEqual(['2', '3', '1']);
});
