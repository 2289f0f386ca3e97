/** A refusal or a failure, in the words of the service. Spec: RFC 9457 (problem details). */
export class Problem extends Error {
  /** `type` is the last part of the problem's type: `query-refused`, `not-cleared`, `timeout`, …; 0 is no answer at all. */
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly line?: number,
    readonly column?: number,
    readonly hint?: string,
  ) {
    super(detail || title);
  }

  static of(status: number, body: unknown): Problem {
    const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const words = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
    const count = (name: string): number | undefined => (typeof given[name] === 'number' ? given[name] : undefined);
    const type = words('type').replace(/^.*\//, '') || 'http';
    return new Problem(status, type, words('title'), words('detail'), count('line'), count('column'), words('hint') || undefined);
  }
}
