import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { json } from '../../service/api.js';
import { Problem } from '../../service/problem.js';
import { session } from '../../service/session.js';

/** What became of a proposal, as its receipt says. */
export type State = 'waiting' | 'accepted' | 'published' | 'refused';

interface Receipt {
  readonly id: string;
  readonly state: State;
  readonly reason: string;
  readonly marking: string;
}

/** A proposal that was sent. It holds nothing of what was proposed but how much of what kind. */
export interface Sent extends Receipt {
  readonly path: 'reviews' | 'labels';
  readonly kind: string;
  readonly n: number;
}

const KEPT = 'proposals';
const SOON = 400; // ms
const LATER = 4000;

/**
 * Sends proposals and follows their receipts until something final is known of each, over a reload of the page too.
 *
 * A receipt says nothing of what is in the view but what its writer proposed, and stands no higher than what they look
 * at, which is on screen beside it: so it has no banner of its own.
 */
export class Sending implements ReactiveController {
  sent: readonly Sent[] = [];
  problem: Problem | null = null;
  private timer = 0;
  /** Of which it was known that they waited: those of an earlier page are looked at once before they count as news. */
  private readonly known = new Set<string>();
  private pause = SOON;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly path: Sent['path'],
    private readonly ended: () => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.sent = kept().filter((one) => one.path === this.path);
    this.follow();
  }

  hostDisconnected(): void {
    window.clearTimeout(this.timer);
  }

  get isWaiting(): boolean {
    return this.sent.some((one) => !isFinal(one));
  }

  /** Says whether it was taken. As what the writer looks at is the session's to say, and no label is sent at all. */
  async send(kind: string, n: number, body: Readonly<Record<string, unknown>>): Promise<boolean> {
    const looked = session.lookingAs ? { clearance: session.lookingAs } : {};
    try {
      const { data } = await json<Receipt>(`api/${this.path}`, {}, { method: 'POST', body: { ...body, ...looked } });
      this.problem = null;
      this.known.add(data.id);
      this.keep([{ ...data, path: this.path, kind, n }, ...this.sent]);
      this.pause = SOON;
      this.follow();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      this.host.requestUpdate();
      return false;
    }
  }

  /** Forget what is final, or all of it. */
  forget(id: string): void {
    this.keep(this.sent.filter((one) => one.id !== id));
  }

  private follow(): void {
    window.clearTimeout(this.timer);
    if (!this.isWaiting) return;
    this.timer = window.setTimeout(() => void this.look(), this.pause);
    this.pause = Math.min(this.pause * 1.3, LATER);
  }

  private async look(): Promise<void> {
    const now = await Promise.all(this.sent.map((one) => (isFinal(one) ? one : this.receipt(one))));
    const before = this.sent;
    // What was sent or forgotten meanwhile counts.
    this.keep(before.map((one) => now.find((other) => other.id === one.id) ?? one));
    const news = now.filter((one) => isFinal(one) && this.known.delete(one.id)).length > 0;
    for (const one of now) if (!isFinal(one)) this.known.add(one.id);
    if (news) this.ended();
    this.follow();
  }

  private async receipt(one: Sent): Promise<Sent> {
    try {
      const { data } = await json<Receipt>(`api/${one.path}/${one.id}`);
      return { ...one, ...data };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return error.status === 404 ? { ...one, state: 'refused', reason: '' } : one; // the service may be back soon
    }
  }

  private keep(sent: readonly Sent[]): void {
    this.sent = sent;
    const others = kept().filter((one) => one.path !== this.path);
    sessionStorage.setItem(KEPT, JSON.stringify([...others, ...sent].map(({ id, path, kind, n }) => ({ id, path, kind, n }))));
    this.host.requestUpdate();
  }
}

export function isFinal(one: Sent): boolean {
  return one.state === 'published' || one.state === 'refused';
}

/** What this tab sent, without what was told of it. */
function kept(): readonly Sent[] {
  const found = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as Omit<Sent, 'state' | 'reason' | 'marking'>[];
  return found.map((one) => ({ ...one, state: 'waiting', reason: '', marking: '' }));
}
