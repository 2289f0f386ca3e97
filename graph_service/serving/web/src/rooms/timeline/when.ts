import { dateText, partialDate } from '../../service/terms.js';
import type { Item } from './items.js';
import { say } from './words.js';

/** When it was, in words that claim no more than what is stated. */
export function when(item: Item): string {
  if (item.isPeriod) {
    if (item.openEnd) return say('since', { from: dateText(item.begin) });
    if (item.openBegin) return say('till', { until: dateText(item.end) });
    return say('fromTo', { from: dateText(item.begin), until: dateText(item.end) });
  }
  const date = partialDate(item.begin);
  if (date?.month === null) return say('inYear', { date: dateText(item.begin) });
  return date?.day === null ? say('inMonth', { date: dateText(item.begin) }) : dateText(item.begin);
}
