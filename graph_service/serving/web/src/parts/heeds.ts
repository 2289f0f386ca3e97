import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** An event of something that outlives the component. */
export type Heeded = readonly [target: EventTarget, type: string];

/** While its component is on the page: does something at each of these events; by default, draws it anew. */
export class Heeds implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly heeded: readonly Heeded[],
    private readonly then: () => void = () => host.requestUpdate(),
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    for (const [target, type] of this.heeded) target.addEventListener(type, this.then);
  }

  hostDisconnected(): void {
    for (const [target, type] of this.heeded) target.removeEventListener(type, this.then);
  }
}
