import { LitElement, css, html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, LanguageSupport, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec, type Transaction } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { styleTags, tags } from '@lezer/highlight';
import { SparqlLanguage } from 'codemirror-lang-sparql';
import { common } from '../../style/common.js';
import { completionSource, type AskSuggestions } from './completing.js';
import { fixWords, told, type Finding, type Fix } from './help.js';
import { say } from './words.js';

/** The language leaves names without a mark of their own. */
const LANGUAGE = new LanguageSupport(
  SparqlLanguage.configure({ props: [styleTags({ 'PrefixedName! Pname_ns IriRef': tags.url, 'A_predicate! Keyword': tags.keyword, Langtag: tags.annotation })] }),
);

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.variableName, color: 'var(--kind-3)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool], color: 'var(--kind-2)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--soft)', fontStyle: 'italic' },
  { tag: [tags.url, tags.namespace, tags.typeName], color: 'var(--kind-1)' },
  { tag: tags.annotation, color: 'var(--soft)' },
]);

const LOOK = EditorView.theme({
  '&': { backgroundColor: 'var(--code)', color: 'var(--ink)', fontSize: '0.92rem' },
  '&:focus-within, &.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto', minHeight: '9rem', maxHeight: '45vh' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.6rem 0' },
  '.cm-content:focus': { boxShadow: 'inset 2px 0 0 var(--accent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--soft)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--foam) 25%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--foam)', outline: '1px solid var(--strong-line)' },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': { color: 'var(--bad)', backgroundColor: 'transparent' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--strong-line)', borderRadius: 'var(--radius)', boxShadow: 'var(--shadow)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--sans)', maxHeight: '17rem', minWidth: '17rem', maxWidth: 'min(38rem, 88vw)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.28rem 0.6rem', display: 'flex', gap: '0.8rem', alignItems: 'baseline' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > completion-section': { borderBottom: '1px solid var(--line)', padding: '0.25rem 0.6rem', fontSize: 'var(--tiny)', color: 'var(--soft)', opacity: '1' },
  '.cm-completionDetail': { marginLeft: 'auto', fontStyle: 'normal', fontSize: 'var(--tiny)', opacity: '0.85', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionLabel': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-diagnostic': { padding: '0.4rem 0.7rem', borderLeft: '4px solid var(--bad)', maxWidth: '32rem', whiteSpace: 'normal' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)', borderRadius: '4px', padding: '0.15rem 0.5rem' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad) 1.5px', textUnderlineOffset: '3px', textDecorationSkipInk: 'none' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline dotted var(--warn) 2px', textUnderlineOffset: '3px', textDecorationSkipInk: 'none' },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--bad)' },
});

/**
 * What is typed over a selection. Left to the browser, it would keep the look of what was there in a `style` attribute,
 * which the Content-Security-Policy forbids and the console then tells.
 */
const TYPED_OVER = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (empty || event.inputType !== 'insertText' || !event.data || view.composing) return false;
    const text = event.data;
    const insert = (): Transaction => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, text, insert))) view.dispatch(insert());
    return true;
  },
});

/**
 * The editor of a query.
 *
 * @fires change - the text is another; `detail` is the text
 * @fires run - the person wants it asked
 * @fires closed - no suggestion is on screen any more
 */
@customElement('sparql-editor')
export class SparqlEditor extends LitElement {
  static override styles = [common, css`.cm-editor { border: 1px solid var(--strong-line); border-radius: var(--radius); overflow: hidden; }`];

  @property() value = '';
  @property({ attribute: false }) findings: readonly Finding[] = [];
  @property({ attribute: false }) suggest: AskSuggestions | null = null;
  private view: EditorView | null = null;

  override render(): TemplateResult {
    return html`<div id="place"></div>
      <span id="keys" class="out-of-sight">${say('keys')}</span>`;
  }

  override firstUpdated(): void {
    const root = this.renderRoot as ShadowRoot;
    this.view = new EditorView({ state: this.state(this.value), parent: root.getElementById('place')!, root });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.view?.destroy();
    this.view = null;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { view } = this;
    if (!view) return;
    if (changed.has('value') && view.state.doc.toString() !== this.value) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: this.value } });
    }
    if (changed.has('findings')) view.dispatch(setDiagnostics(view.state, this.findings.map((one) => this.diagnostic(one))));
  }

  /** Put the cursor where a finding is. */
  show(finding: Finding): void {
    const { view } = this;
    if (!view) return;
    const from = offsetOf(view.state, finding.line, finding.column);
    view.dispatch({ selection: { anchor: from, head: endOf(view.state, finding) }, scrollIntoView: true });
    view.focus();
  }

  /** Make the edit of a fix; it can be undone like any other. */
  mend(fix: Fix): void {
    const { view } = this;
    if (!view) return;
    const from = offsetOf(view.state, fix.line, fix.column);
    view.dispatch({ changes: { from, to: endOf(view.state, fix), insert: fix.text }, userEvent: 'input.fix' });
    view.focus();
  }

  override focus(): void {
    this.view?.focus();
  }

  private state(doc: string): EditorState {
    const run = (): boolean => this.dispatchEvent(new CustomEvent('run'));
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
        LANGUAGE, syntaxHighlighting(COLOURS), LOOK, TYPED_OVER, EditorView.lineWrapping,
        autocompletion({ override: [this.complete], icons: false, maxRenderedOptions: 60 }),
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }, { key: 'Tab', run: acceptCompletion }])),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), ...historyKeymap, ...completionKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': say('editor'), 'aria-describedby': 'keys', spellcheck: 'false', autocapitalize: 'off' }),
        EditorState.phrases.of({ Completions: say('suggestions') }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed(update.state.doc.toString());
          if (completionStatus(update.startState) !== null && completionStatus(update.state) === null) this.dispatchEvent(new CustomEvent('closed'));
        }),
      ],
    });
  }

  private readonly source = completionSource((request) => this.suggest?.(request) ?? Promise.resolve(null));

  /** An answer that comes too late for its list is not shown, so it is closed at once. */
  private readonly complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const found = await this.source(context);
    if ((!found || context.aborted) && this.view && completionStatus(this.view.state) !== 'active') this.dispatchEvent(new CustomEvent('closed'));
    return found;
  };

  private changed(text: string): void {
    this.value = text;
    this.dispatchEvent(new CustomEvent('change', { detail: text }));
  }

  private diagnostic(finding: Finding): Diagnostic {
    const { state } = this.view!;
    const from = offsetOf(state, finding.line, finding.column);
    return {
      from,
      to: endOf(state, finding),
      severity: finding.severity,
      message: told(finding),
      actions: finding.fixes.map((fix) => ({ name: fixWords(finding, fix), apply: () => this.mend(fix) })),
    };
  }
}

/** The offset in the editor of a line and a column, which counts characters where the editor counts UTF-16 units. */
function offsetOf(state: EditorState, line: number, column: number): number {
  const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  const before = [...found.text].slice(0, column - 1).join('');
  return found.from + before.length;
}

/** The offset behind `length` characters from a place; line breaks count. */
function endOf(state: EditorState, { line, column, length }: { line: number; column: number; length: number }): number {
  const from = offsetOf(state, line, column);
  return from + [...state.doc.sliceString(from)].slice(0, length).join('').length;
}

declare global {
  interface HTMLElementTagNameMap {
    'sparql-editor': SparqlEditor;
  }
}
