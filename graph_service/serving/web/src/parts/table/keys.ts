/** The keys of a grid. Spec: https://www.w3.org/WAI/ARIA/apg/patterns/grid/ */

export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Size {
  /** Rows and columns; row 0 holds the headings. */
  readonly rows: number;
  readonly columns: number;
  /** How many rows a page is. */
  readonly page: number;
}

/** The cell that a key leads to; null if it leads nowhere, and is not ours. */
export function moved(at: Cell, key: string, control: boolean, { rows, columns, page }: Size): Cell | null {
  const to = target(at, key, control, rows, columns, page);
  if (!to) return null;
  return { row: clamp(to.row, rows), column: clamp(to.column, columns) };
}

function target({ row, column }: Cell, key: string, control: boolean, rows: number, columns: number, page: number): Cell | null {
  switch (key) {
    case 'ArrowUp':
      return { row: control ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: control ? rows - 1 : row + 1, column };
    case 'ArrowLeft':
      return { row, column: control ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: control ? columns - 1 : column + 1 };
    case 'Home':
      return { row: control ? 0 : row, column: 0 };
    case 'End':
      return { row: control ? rows - 1 : row, column: columns - 1 };
    case 'PageUp':
      return { row: row - page, column };
    case 'PageDown':
      return { row: row + page, column };
    default:
      return null;
  }
}

function clamp(at: number, length: number): number {
  return Math.max(0, Math.min(at, length - 1));
}

/** The block of cells that two corners give. */
export function between(one: Cell, other: Cell): { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number } {
  return {
    top: Math.min(one.row, other.row),
    bottom: Math.max(one.row, other.row),
    left: Math.min(one.column, other.column),
    right: Math.max(one.column, other.column),
  };
}
