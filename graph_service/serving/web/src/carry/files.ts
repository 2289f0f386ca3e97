/** What is saved as a file: its name begins with the marking of what is in it. */

/** `Stg-GEHEIM_coordination-links_2026-11-22.csv`: marking, title and day, in letters that every file system takes. */
export function fileName(banner: string, title: string, extension: string, day = new Date()): string {
  const parts = [banner || 'UNMARKED', title, day.toISOString().slice(0, 10)];
  return `${parts.map(plain).filter(Boolean).join('_')}.${extension}`;
}

function plain(text: string): string {
  const letters = text.normalize('NFKD').replace(/\p{M}+/gu, '');
  return letters.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 80);
}

/** Give the person a file to keep. Nothing is sent anywhere. */
export function save(content: Blob | string, name: string, media = 'text/plain;charset=utf-8'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: media }) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // not before a slow disk has taken it
}
