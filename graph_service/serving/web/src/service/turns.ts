/** Who asks waits here for a turn, so that a page with many questions does not stand in its own way at the service. */

export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** `most`: how many run at once. */
  constructor(private readonly most: number) {}

  /** What `work` gives, when it had its turn. Whoever gives up while waiting never runs. */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.running < this.most) this.running += 1;
    else await this.turn(signal); // whoever ends hands theirs over
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private turn(signal?: AbortSignal): Promise<void> {
    return new Promise((begin, giveUp) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        giveUp(signal?.reason as Error);
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        begin();
      };
      if (signal?.aborted) {
        giveUp(signal.reason as Error);
        return;
      }
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(enter);
    });
  }
}
