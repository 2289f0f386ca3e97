/**
 * What is decided and not sent yet, for as long as the page is open: it outlives a change of language, and of the level
 * looked as, where it waits until one looks so again, because its label depends on that.
 */

import { session } from '../../service/session.js';
import type { Basket } from './model.js';

const baskets = new Map<string, Basket>();
let token = session.token;

session.addEventListener('change', () => {
  if (session.token !== token) baskets.clear();
  token = session.token;
});

export function basketNow(): Basket {
  return baskets.get(session.lookingAs) ?? new Map();
}

export function keepBasket(basket: Basket): void {
  baskets.set(session.lookingAs, basket);
}
