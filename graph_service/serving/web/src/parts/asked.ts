import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Answer, Answered } from '../service/api.js';
import { pageBanner } from '../service/page-banner.js';
import { Problem } from '../service/problem.js';

export type AskedState = 'idle' | 'asking' | 'answered' | 'refused';

/**
 * One request of a component, and its answer while it is on screen.
 *
 * Asking anew ends the request before; so does leaving the page, and the service then ends the query. The last answer
 * stays on screen until the next one is there, and its banner counts for the page as long.
 */
export class Asked<A extends Answered = Answer> implements ReactiveController {
  state: AskedState = 'idle';
  answer: A | null = null;
  problem: Problem | null = null;
  /** When the request began, by `performance.now()`. */
  began = 0;
  private abort: AbortController | null = null;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Resolves when the answer or the refusal is on screen; to null if it is a refusal or was stopped. */
  async ask(request: (signal: AbortSignal) => Promise<A>): Promise<A | null> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    [this.state, this.problem, this.began] = ['asking', null, performance.now()];
    this.host.requestUpdate();
    try {
      const answer = await request(abort.signal);
      if (this.abort !== abort) return null;
      this.answer = answer;
      this.state = 'answered';
      pageBanner.show(this, answer.banner);
      return answer;
    } catch (error) {
      if (this.abort !== abort || abort.signal.aborted) return null;
      this.refuse(error);
      return null;
    } finally {
      if (this.abort === abort) {
        this.abort = null;
        this.host.requestUpdate();
        await this.host.updateComplete;
      }
    }
  }

  /** End the request. What was on screen before it stays. */
  stop(): void {
    this.abort?.abort();
    this.abort = null;
    this.state = this.answer ? 'answered' : 'idle';
    this.host.requestUpdate();
  }

  /** Take the answer off the screen. */
  clear(): void {
    this.stop();
    this.answer = null;
    this.problem = null;
    this.state = 'idle';
    pageBanner.remove(this);
    this.host.requestUpdate();
  }

  hostConnected(): void {
    if (this.answer) pageBanner.show(this, this.answer.banner);
  }

  hostDisconnected(): void {
    if (this.state === 'asking') this.stop();
    pageBanner.remove(this);
  }

  private refuse(error: unknown): void {
    if (!(error instanceof Problem)) throw error; // a fault of the page: it belongs in the console
    this.answer = null;
    pageBanner.remove(this);
    this.problem = error;
    this.state = 'refused';
  }
}
